//! The effect of a change is exact: compared with asking everything of everybody, before and after.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use deedbox::authz::effect::effect_while;
use deedbox::authz::{Snapshot, capabilities, effect};
use deedbox::domain::{
    Capability, CapabilitySet, ChangeSet, PrincipalId, ResourceId, ResourceKind, Target, Timestamp,
};
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

const OPENING: &str = r#"
deedbox: 1
directory: {users: [{id: boss@x.test}, {id: ann@x.test}]}
environments:
  - id: p
    platform: google-ai-platform
    policy: {bindings: [{role: roles/owner, members: [user:boss@x.test]}]}
    models:
      - {id: m}
      - {id: shown, policy: {bindings: [{role: roles/ml.modelUser, members: [allUsers]}]}}
      - {id: was, policy: {bindings: [{role: roles/ml.modelUser, members: [allUsers], condition: {expression: "request.time < timestamp('2020-01-01T00:00:00Z')"}}]}}
  - id: s
    platform: opensearch
    accounts: [{user: user:boss@x.test, name: boss, roles: [all_access]}]
    model_groups:
      - {id: closed, owner: user:ann@x.test, access: private}
      - {id: limited, owner: user:ann@x.test, access: restricted, backend_roles: [it]}
      - {id: open, owner: user:ann@x.test, access: public}
      - {id: nobodys, access: private}
  - id: w
    platform: fabric
    bindings: [{role: Admin, members: [user:boss@x.test]}]
    models: [{id: m, owner: user:ann@x.test}]
"#;

/// What becomes open to everybody is said of each change, once, and of nothing else.
#[test]
fn what_becomes_public_is_said() {
    let mut draft = Draft::new(&Snapshot::default());
    document::apply(&document::read(OPENING, "test").unwrap(), &mut draft).unwrap();
    let snapshot = draft.finish().1;
    let boss = snapshot.find_principal("user:boss@x.test").unwrap();
    for (text, expected) in [
        (
            r#"{"share": {"model": "p/models/m", "with": "allUsers"}}"#,
            &["p/models/m"][..],
        ),
        (
            r#"{"share": {"model": "p/models/m", "with": "allAuthenticatedUsers"}}"#,
            &["p/models/m"],
        ),
        (
            r#"{"share": {"model": "p/models/m", "with": "domain:x.test"}}"#,
            &[],
        ),
        (
            r#"{"share": {"model": "p/models/m", "with": "user:ann@x.test"}}"#,
            &[],
        ),
        (
            r#"{"share": {"model": "p/models/shown", "with": "allAuthenticatedUsers"}}"#,
            &[],
        ),
        (
            r#"{"grant-role": {"environment": "p", "role": "roles/ml.viewer", "to": "allUsers"}}"#,
            &["p/models/m", "p/models/was"],
        ),
        (
            r#"{"update-model-group": {"group": "s/groups/closed", "mode": "public"}}"#,
            &["s/groups/closed"],
        ),
        (
            r#"{"update-model-group": {"group": "s/groups/open", "mode": "private"}}"#,
            &[],
        ),
        (
            r#"{"update-model-group": {"group": "s/groups/closed", "name": "Shut"}}"#,
            &[],
        ),
        (
            r#"{"set-setting": {"environment": "s", "setting": "model_access_control_enabled", "value": "false"}}"#,
            &["s/groups/closed", "s/groups/limited"],
        ),
        (
            r#"{"create-model-group": {"environment": "s", "name": "fresh", "mode": "public"}}"#,
            &["s/groups/fresh"],
        ),
        (
            r#"{"share": {"model": "w/models/m", "with": "user:ann@x.test"}}"#,
            &[],
        ),
    ] {
        let intent: Intent = serde_json::from_str(text).unwrap();
        let plan = plan(&snapshot, &Actor::user(boss), &intent, NOW);
        let plan = plan.unwrap_or_else(|refusal| panic!("{text}: {refusal}"));
        let opened = plan.effect.opened.iter();
        let opened: Vec<String> = opened
            .map(|id| plan.after.target_id(Target::Resource(*id)))
            .collect();
        assert_eq!(opened, expected, "{text}");
        let warned = plan
            .warnings
            .iter()
            .filter(|w| w.contains("open to everybody"));
        assert_eq!(warned.count(), expected.len(), "{text}");
    }
}

/// A team passes its roles on, an access team does not: what kind of group it is concerns every member.
#[test]
fn another_kind_of_group_is_exact() {
    let text = |kind: &str| {
        format!(
            "deedbox: 1
directory:
  users: [{{id: ann@x.test}}, {{id: boss@x.test}}]
  groups: [{{id: team@x.test, kind: {kind}, members: [user:ann@x.test]}}]
environments:
  - id: d
    platform: ai-builder
    bindings:
      - {{role: System Administrator, members: [user:boss@x.test]}}
      - {{role: Environment Maker, members: [group:team@x.test]}}
    models:
      - {{id: shared, owner: user:boss@x.test, type: prediction, state: published, shares: [{{with: group:team@x.test, level: User}}]}}
"
        )
    };
    let import = |before: &Snapshot, kind: &str| {
        let mut draft = Draft::new(before);
        document::apply(&document::read(&text(kind), "test").unwrap(), &mut draft).unwrap();
        plan_import(draft, &Actor::store_administrator("test"), kind, NOW).unwrap()
    };
    let team = import(&Snapshot::default(), "team").after;
    let plan = import(&team, "access-team");
    assert!(
        !plan.effect.rows.is_empty(),
        "a share sleeps where no role lets it be used"
    );
    assert_exact(&team, &plan, "another kind");
}

/// Each person is counted once, however many resources change for them.
#[test]
fn people_are_counted_once() {
    let before = acme().after;
    let boss = Actor {
        principal: before.find_principal("user:alice@acme.test"),
        ..Actor::store_administrator("test")
    };
    let intent = |text: &str| -> Intent { serde_json::from_str(text).unwrap() };
    let grant = r#"{"grant-role": {"environment": "risk-prod", "role": "roles/ml.viewer", "to": "user:liam@acme.test"}}"#;
    let granted = plan(&before, &boss, &intent(grant), NOW).unwrap_or_else(|r| panic!("{r}"));
    assert!(granted.effect.rows.len() > 1, "several models");
    assert!(!granted.effect.is_empty());
    let gains = granted.effect.gains();
    assert!(
        gains.iter().any(|(c, _)| *c == Capability::See),
        "{gains:?}"
    );
    assert!(gains.iter().all(|(_, people)| *people == 1), "{gains:?}");
    assert!(granted.effect.losses().is_empty());
    let revoke = grant
        .replace("grant-role", "revoke-role")
        .replace("\"to\"", "\"from\"");
    let revoked = plan(&granted.after, &boss, &intent(&revoke), NOW);
    let revoked = revoked.unwrap_or_else(|r| panic!("{r}"));
    assert_eq!(revoked.effect.losses(), gains);
    assert!(revoked.effect.gains().is_empty());
    let rename = r#"{"update-user": {"user": "user:liam@acme.test", "name": "Somebody"}}"#;
    let renamed = plan(&before, &boss, &intent(rename), NOW).unwrap_or_else(|r| panic!("{r}"));
    assert!(renamed.effect.is_empty());
}

const PEOPLE: &str = "
deedbox: 1
directory:
  users: [{id: boss@x.test}, {id: ann@x.test}]
  groups: [{id: team@x.test, kind: google-group, members: [user:ann@x.test, serviceAccount:bot@x.test]}]
  service_accounts: [{id: bot@x.test}]
environments:
  - id: p
    platform: google-ai-platform
    policy: {bindings: [{role: roles/owner, members: [user:boss@x.test]}]}
    models:
      - {id: m}
      - {id: shown, policy: {bindings: [{role: roles/ml.modelUser, members: [allUsers]}]}}
      - {id: home, policy: {bindings: [{role: roles/ml.modelUser, members: [\"domain:x.test\"]}]}}
";

/// People, and what the boss plans among them.
fn among_people(intent: &str) -> (Snapshot, Plan) {
    let mut draft = Draft::new(&Snapshot::default());
    document::apply(&document::read(PEOPLE, "test").unwrap(), &mut draft).unwrap();
    let before = draft.finish().1;
    let boss = Actor {
        principal: before.find_principal("user:boss@x.test"),
        ..Actor::store_administrator("test")
    };
    let intent: Intent = serde_json::from_str(intent).unwrap();
    let plan = plan(&before, &boss, &intent, NOW).unwrap_or_else(|r| panic!("{r}"));
    (before, plan)
}

#[test]
fn programs_are_counted_beside_people() {
    let share = r#"{"share": {"model": "p/models/m", "with": "group:team@x.test"}}"#;
    let (before, shared) = among_people(share);
    assert_exact(&before, &shared, share);
    let both = [Capability::See, Capability::View, Capability::Run];
    assert_eq!(shared.effect.gains(), both.map(|c| (c, 2)));
    assert_eq!(
        shared.effect.summary(),
        "+1 person and 1 service account can see, view, run"
    );
}

/// Whoever is named for the first time could do before what everybody could; whoever joins could
/// not.
#[test]
fn to_be_named_gains_nothing_and_to_join_does() {
    let named = r#"{"share": {"model": "p/models/shown", "with": "user:out@else.test"}}"#;
    assert!(among_people(named).1.effect.is_empty(), "open before");
    let joined = r#"{"create-user": {"id": "new@x.test"}}"#;
    let (before, plan) = among_people(joined);
    assert_eq!(plan.effect.rows.len(), 2, "{:?}", plan.effect);
    assert_exact(&before, &plan, joined);
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

#[test]
fn an_effect_tells_how_far_it_is_and_stops_when_nobody_waits() {
    use deedbox::authz::effect::effect_while;
    use std::cell::RefCell;

    let plan = acme();
    let before = Snapshot::default();
    let told = RefCell::new(Vec::new());
    let whole = effect_while(&before, &plan.after, &plan.changes, NOW, &|done, all| {
        told.borrow_mut().push((done, all));
        true
    });
    assert_eq!(whole.as_ref(), Some(&plan.effect));
    let told = told.into_inner();
    let (last, all) = *told.last().unwrap();
    assert!(last + 1 == all && all > 50, "{last} of {all}");
    // At whatever step it is stopped, there is nothing; not half of it.
    for step in [0, 1, told.len() / 2, told.len() - 1] {
        let asked = RefCell::new(0);
        let half = effect_while(&before, &plan.after, &plan.changes, NOW, &|_, _| {
            let mut asked = asked.borrow_mut();
            *asked += 1;
            *asked <= step
        });
        assert_eq!(half, None);
        assert_eq!(*asked.borrow(), step + 1);
    }
}

/// A project with two models and so many people who may see both; the change takes that away.
fn crowd(people: usize) -> (Snapshot, Snapshot, ChangeSet) {
    let users = (0..people).map(|n| format!("{{id: u{n}@x.test}}"));
    let members = (0..people).map(|n| format!("user:u{n}@x.test"));
    let text = format!(
        "deedbox: 1
directory: {{users: [{}]}}
environments:
  - id: p
    platform: google-ai-platform
    policy: {{bindings: [{{role: roles/ml.viewer, members: [{}]}}]}}
    models: [{{id: a}}, {{id: b}}]
",
        users.collect::<Vec<_>>().join(", "),
        members.collect::<Vec<_>>().join(", ")
    );
    let mut draft = Draft::new(&Snapshot::default());
    document::apply(&document::read(&text, "crowd").unwrap(), &mut draft).unwrap();
    let (_, before) = draft.finish();
    let mut draft = Draft::new(&before);
    let place = before.find_environment("p").unwrap();
    draft.edit_environment(place, |e| e.policy.bindings.clear());
    let (changes, after) = draft.finish();
    (before, after, changes)
}

#[test]
fn whoever_waits_hears_how_far_it_is_and_can_stop_it() {
    for (people, expected) in [
        (2, vec![(0, 1), (0, 2), (1, 2)]),
        (1_001, vec![(0, 1), (0, 2), (0, 2), (1, 2), (1, 2)]),
    ] {
        let (before, after, changes) = crowd(people);
        let heard = RefCell::new(Vec::new());
        let listen = |done, all| {
            heard.borrow_mut().push((done, all));
            true
        };
        let told = effect_while(&before, &after, &changes, NOW, &listen);
        assert_eq!(heard.take(), expected, "{people} people");
        let told = told.unwrap();
        assert_eq!(told.rows.len(), 2 * people);
        assert_eq!(told, effect(&before, &after, &changes, NOW));
        for last in 1..=expected.len() {
            let asked = Cell::new(0);
            let stop = |_, _| {
                asked.set(asked.get() + 1);
                asked.get() < last
            };
            assert_eq!(effect_while(&before, &after, &changes, NOW, &stop), None);
            assert_eq!(asked.get(), last);
        }
    }
}
