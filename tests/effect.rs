//! The effect of a change is exact: compared with asking everything of everybody, before and after.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

use std::collections::{BTreeMap, BTreeSet};

use deedbox::authz::{Snapshot, capabilities};
use deedbox::domain::{CapabilitySet, PrincipalId, ResourceId, ResourceKind, Target, Timestamp};
use deedbox::interop::document;
use deedbox::registry::{Actor, Draft, Intent, Plan, plan, plan_import};
use strum::IntoEnumIterator as _;

const NOW: Timestamp = Timestamp(1_795_219_200);

fn acme() -> Plan {
    let text = include_str!("../assets/acme.yaml");
    let mut draft = Draft::new(&Snapshot::default());
    document::apply(&document::read(text, "acme.yaml").unwrap(), &mut draft).unwrap();
    plan_import(draft, &Actor::store_administrator("test"), "acme", NOW).unwrap()
}

type Rows = BTreeMap<(ResourceId, PrincipalId), (CapabilitySet, CapabilitySet)>;

/// Every answer that differs, found without any shortcut.
fn differences(before: &Snapshot, after: &Snapshot) -> Rows {
    let mut resources = BTreeSet::new();
    let mut actors = BTreeSet::new();
    for snapshot in [before, after] {
        for (environment, _) in snapshot.places() {
            let kinds = ResourceKind::iter();
            resources.extend(kinds.flat_map(|kind| snapshot.resources_in(environment, kind)));
        }
        let principals = snapshot.principals().filter(|(_, p)| p.is_actor());
        actors.extend(principals.map(|(id, _)| id));
    }
    let mut rows = Rows::new();
    for resource in resources {
        for who in &actors {
            let target = Target::Resource(resource);
            let was = capabilities(before, *who, target, NOW);
            let is = capabilities(after, *who, target, NOW);
            if was != is {
                rows.insert((resource, *who), (is.minus(was), was.minus(is)));
            }
        }
    }
    rows
}

fn assert_exact(before: &Snapshot, plan: &Plan, what: &str) {
    let rows: Rows = plan
        .effect
        .rows
        .iter()
        .map(|row| ((row.resource, row.principal), (row.gained, row.lost)))
        .collect();
    let expected = differences(before, &plan.after);
    let missed: Vec<_> = expected
        .iter()
        .filter(|(k, v)| rows.get(k) != Some(v))
        .collect();
    assert!(missed.is_empty(), "{what}: missed {missed:?}");
    assert_eq!(rows.len(), expected.len(), "{what}: too much");
}

#[test]
fn an_import_is_exact() {
    assert_exact(&Snapshot::default(), &acme(), "import");
}

#[test]
fn intents_are_exact() {
    let mut snapshot = acme().after;
    let alice = snapshot.find_principal("user:alice@acme.test");
    let mut actor = Actor::store_administrator("test");
    actor.principal = alice;
    for text in [
        r#"{"share": {"model": "risk-prod/models/fraud-score", "with": "group:everyone-emea@acme.test"}}"#,
        r#"{"share": {"model": "risk-prod/models/fraud-score", "with": "allUsers"}}"#,
        r#"{"reassign": {"models": ["ops/models/invoices"], "to": "user:dan@acme.test"}}"#,
        r#"{"set-setting": {"environment": "ops", "setting": "preview_models_enabled", "value": "false"}}"#,
        r#"{"set-setting": {"environment": "ops", "setting": "edition", "value": "2023"}}"#,
        r#"{"set-setting": {"environment": "sales-lab", "setting": "edition", "value": "2026"}}"#,
        r#"{"set-setting": {"environment": "search", "setting": "edition", "value": "released"}}"#,
        r#"{"set-setting": {"environment": "search", "setting": "model_access_control_enabled", "value": "false"}}"#,
        r#"{"update-model-group": {"group": "search/groups/ticket-reranker", "name": "Reranker"}}"#,
        r#"{"set-membership": {"group": "group:fraud@acme.test", "add": ["group:everyone-emea@acme.test"]}}"#,
        r#"{"delete-model": {"model": "ops/models/contract-clauses"}}"#,
        r#"{"assign-backend-roles": {"environment": "search", "user": "user:dan@acme.test", "backend_roles": ["risk"]}}"#,
        r#"{"restore-user": {"user": "user:bob@acme.test"}}"#,
        r#"{"suspend-user": {"user": "user:liam@acme.test"}}"#,
        r#"{"delete-group": {"group": "group:interns@acme.test"}}"#,
    ] {
        let intent: Intent = serde_json::from_str(text).unwrap();
        match plan(&snapshot, &actor, &intent, NOW) {
            Ok(plan) => {
                assert_exact(&snapshot, &plan, text);
                snapshot = plan.after;
            }
            // What the sample does not allow changes nothing and has no effect.
            Err(refusal) => eprintln!("{text}: {refusal}"),
        }
    }
    assert!(snapshot.find_environment("ops").is_some());
}
