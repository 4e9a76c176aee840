//! Files from outside: what must be read, what must be refused and how, and what must come back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where something is wrong"
)]

use deedbox::authz::Snapshot;
use deedbox::domain::{
    Body, Condition, GroupLink, PrincipalKind, Reading, Resource, ResourceKind, ResourceRef,
    RoleRights, RolesResolution, Specifics, Target,
};
use deedbox::interop::{
    Document, Format, Kind, Problem, Summary, detect, document, google_policy, import,
};
use deedbox::registry::Draft;
use deedbox::registry::generate::{Recipe, generate};
use proptest::prelude::*;
use serde_json::Value;

const ACME: &str = include_str!("../assets/acme.yaml");
const EVERYTHING: &str = include_str!("data/everything.yaml");

fn put(snapshot: &Snapshot, text: &str) -> Result<(Snapshot, Summary), Problem> {
    let mut draft = Draft::new(snapshot);
    let summary = document::apply(&document::read(text, "f.yaml")?, &mut draft)?;
    Ok((draft.finish().1, summary))
}

fn load(text: &str) -> Snapshot {
    put(&Snapshot::default(), text)
        .unwrap_or_else(|problem| panic!("{problem}"))
        .0
}

fn problem(text: &str) -> Problem {
    put(&Snapshot::default(), text).expect_err(text)
}

fn target(snapshot: &Snapshot, id: &str) -> Target {
    snapshot.find(&ResourceRef::parse(id).unwrap()).unwrap()
}

fn resource<'a>(snapshot: &'a Snapshot, id: &str) -> &'a Resource {
    snapshot
        .resource(target(snapshot, id).resource().unwrap())
        .unwrap()
}

/// Order aside.
fn unordered(document: &Document) -> Value {
    fn sort(value: &mut Value) {
        match value {
            Value::Array(items) => {
                items.iter_mut().for_each(sort);
                items.sort_by_key(ToString::to_string);
            }
            Value::Object(fields) => {
                fields.values_mut().for_each(sort);
                fields.sort_keys();
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(&document.content).unwrap();
    sort(&mut value);
    value
}

// --- the document: there and back ---------------------------------------------------------------

#[test]
fn the_sample_document_imports() {
    let (snapshot, summary) = put(&Snapshot::default(), ACME).unwrap_or_else(|p| panic!("{p}"));
    assert_eq!(summary.counts[&Kind::Environment].added, 4);
    assert_eq!(
        summary.counts[&Kind::User].added,
        snapshot
            .principals()
            .filter(|(_, p)| matches!(p.kind, PrincipalKind::User { .. }))
            .count()
    );
    assert!(
        !summary.counts.contains_key(&Kind::External),
        "{:?}",
        summary.notes
    );
    let share = &resource(&snapshot, "sales-lab/models/win-probability")
        .policy
        .bindings[0];
    assert_eq!(share.role, "Read, Write");
    assert_eq!(
        share.reason.as_deref(),
        Some("on loan to sales for two quarters")
    );
    assert!(
        matches!(share.condition.as_ref().map(Condition::reading), Some(Reading::Within(w)) if w.start.is_some() && w.end.is_some())
    );
    let model = resource(&snapshot, "search/models/claims-search-2")
        .model()
        .unwrap();
    assert!(matches!(model.group, Some(GroupLink::Known(_))));
}

#[test]
fn export_then_import_is_the_identity() {
    for text in [ACME, EVERYTHING] {
        let first = load(text);
        let document = document::write(&first);
        let yaml = document::to_yaml(&document).unwrap();
        let json = document::to_json(&document).unwrap();
        assert_eq!(
            document::read(&yaml, "yaml").unwrap_or_else(|p| panic!("{p}")),
            document
        );
        assert_eq!(
            document::read(&json, "json").unwrap_or_else(|p| panic!("{p}")),
            document
        );
        assert_eq!(
            unordered(&document::write(&load(&yaml))),
            unordered(&document)
        );
        // Into the store it came from, nothing changes.
        let (_, summary) = put(&first, &yaml).unwrap();
        assert!(summary.is_empty(), "{summary}");
        assert_eq!(summary.notes, Vec::<String>::new());
    }
}

#[test]
fn a_generated_world_goes_out_and_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let recipe = Recipe::new(6_000, 7);
    let made = generate(&dir.path().join("store"), &recipe, "tester", &mut |_| true).unwrap();
    let document = document::write(&made.registry.snapshot());
    let text = document::to_json(&document).unwrap();
    let again = document::write(&load(&text));
    assert_eq!(unordered(&again), unordered(&document));
}

#[test]
fn every_feature_is_exported_as_it_was_written() {
    let written = document::read(EVERYTHING, "everything.yaml").unwrap();
    let exported = document::write(&load(EVERYTHING));
    assert_eq!(unordered(&exported), unordered(&written));
}

#[test]
fn namesakes_stay_apart() {
    let snapshot = load(EVERYTHING);
    let old = snapshot
        .find_principal("deleted:user:frank@acme.test?uid=1001")
        .unwrap();
    let new = snapshot.find_principal("user:frank@acme.test").unwrap();
    assert_ne!(old, new);
    assert_eq!(
        resource(&snapshot, "risk-prod/operations/op-2").owner,
        Some(old)
    );
    // He comes back as nobody else: an import of another uid under his name is refused.
    let text = "deedbox: 1\ndirectory:\n  users: [{id: frank@acme.test, uid: '7'}]\n";
    let refused = put(&snapshot, text).unwrap_err();
    assert!(refused.message.contains("uid `1002`"), "{refused}");
    // Unless the file says that the one before is gone.
    let text = "deedbox: 1\ndirectory:\n  users:\n    - {id: frank@acme.test, uid: '7'}\n    - {id: frank@acme.test, uid: '1002', status: deleted}\n";
    let (next, summary) = put(&snapshot, text).unwrap();
    assert_eq!(
        (
            summary.counts[&Kind::User].added,
            summary.counts[&Kind::User].changed
        ),
        (1, 1)
    );
    assert_eq!(
        next.find_principal("deleted:user:frank@acme.test?uid=1002"),
        Some(new)
    );
    assert_ne!(next.find_principal("user:frank@acme.test"), Some(new));
}

#[test]
fn what_is_there_is_updated_and_the_rest_is_left() {
    let snapshot = load(ACME);
    let text = "deedbox: 1\nenvironments:\n  - id: sales-lab\n    platform: fabric\n    models: [{id: lead-score, name: Leads}]\n";
    let (next, summary) = put(&snapshot, text).unwrap();
    assert_eq!(summary.counts[&Kind::Model].changed, 1);
    assert_eq!(resource(&next, "sales-lab/models/lead-score").name, "Leads");
    assert_eq!(
        resource(&next, "sales-lab/models/lead-score")
            .policy
            .bindings,
        []
    );
    assert_eq!(
        resource(&next, "sales-lab/models/churn-risk"),
        resource(&snapshot, "sales-lab/models/churn-risk")
    );
    // An external name that joins the directory keeps what was granted to it.
    let text = "deedbox: 1\ndirectory: {users: [{id: X@elsewhere.test, name: X}]}\n";
    let policy = "deedbox: 1\nenvironments: [{id: p, platform: google-ai-platform, policy: {bindings: [{role: roles/ml.admin, members: ['user:x@elsewhere.test']}]}}]";
    let (named, summary) = put(&Snapshot::default(), policy).unwrap();
    assert!(
        summary.notes[0].contains("user:x@elsewhere.test"),
        "{:?}",
        summary.notes
    );
    let external = named.find_principal("user:x@elsewhere.test");
    let (known, summary) = put(&named, text).unwrap();
    assert_eq!(summary.counts[&Kind::User].added, 1);
    assert_eq!(known.find_principal("user:x@elsewhere.test"), external);
}

#[test]
fn shares_take_the_words_of_the_dialog() {
    let text = "deedbox: 1\nenvironments:\n- id: e\n  platform: fabric\n  models:\n  - id: m\n    shares:\n    - {with: 'user:a@b', permissions: [share, EDIT, Zap, zap, Zap]}\n    - {with: 'user:a@b'}\n";
    let snapshot = load(text);
    let roles: Vec<_> = resource(&snapshot, "e/models/m")
        .policy
        .bindings
        .iter()
        .map(|b| b.role.clone())
        .collect();
    assert_eq!(roles, ["Read, Write, Reshare, Zap, zap", "Read"]);
}

#[test]
fn a_group_that_comes_later_takes_its_models_in() {
    let snapshot = load(EVERYTHING);
    assert_eq!(
        resource(&snapshot, "search/models/m2")
            .model()
            .unwrap()
            .group,
        Some(GroupLink::Missing("lost".into()))
    );
    let (next, _) = put_native(
        &snapshot,
        "f",
        r#"{"_id": "lost", "_source": {"name": "found", "access": "public"}}"#,
        Format::OpenSearchGroups,
        "search",
    );
    let group = target(&next, "search/groups/lost").resource().unwrap();
    assert_eq!(
        resource(&next, "search/models/m2").model().unwrap().group,
        Some(GroupLink::Known(group))
    );
}

#[test]
fn scenarios_are_documents_with_steps() {
    let text = "deedbox: 1\nsteps:\n- {as: user:a, check: run}\n- {as: user:b}\n";
    let (document, steps) =
        document::read_scenario::<serde_json::Map<String, Value>>(text, "s.yaml").unwrap();
    assert_eq!((document.content.deedbox, steps.len()), (1, 2));
    let refused = document::read(text, "s.yaml").unwrap_err();
    assert_eq!((refused.line, refused.field.as_str()), (Some(2), "steps"));
}

// --- the document: what is wrong, and where -----------------------------------------------------

const BASE: &str = "\
deedbox: 1
directory:
  users:
    - {id: ann@x, name: Ann}
    - id: ben@x
      manager: user:ann@x
  groups:
    - {id: team@x, kind: access-team, members: [user:ann@x]}
environments:
  - id: goo
    platform: google-ai-platform
    policy:
      bindings:
        - role: roles/ml.admin
          members: [user:ann@x]
    models:
      - id: m1
        versions: [{id: v1, metrics: {auc: 0.5}}]
    operations: [{id: o1, owner: user:ann@x}]
  - id: fab
    platform: fabric
    models:
      - id: f1
        owner: user:ben@x
        shares:
          - with: user:ann@x
            permissions: [Read]
            ends: 2027-03-01
  - id: sea
    platform: opensearch
    settings: {security_enabled: true}
    accounts:
      - {user: user:ann@x, name: ann}
    model_groups:
      - id: g1
        owner: user:ann@x
        access: public
  - id: aib
    platform: ai-builder
    business_units: [{id: root}]
    roles:
      - id: R
        privileges: {read: user}
    models:
      - {id: a1, owner: user:ann@x, datasets_container: {id: c, owner: user:ann@x}}
";

#[test]
fn every_mistake_names_file_line_and_field() {
    load(BASE);
    #[rustfmt::skip]
    let cases: &[(&str, &str, usize, &str, &str)] = &[
        ("deedbox: 1", "deedbox: 2", 1, "deedbox", "version 2"),
        ("deedbox: 1", "deedbox: one", 1, "deedbox", "a whole number"),
        ("deedbox: 1\n", "", 1, "deedbox", "missing"),
        ("{id: ann@x, name: Ann}", "{name: Ann}", 4, "directory.users[0].id", "missing"),
        ("name: Ann}", "nome: Ann}", 4, "directory.users[0].nome", "no such field"),
        ("manager: user:ann@x", "boss: user:ann@x", 6, "directory.users[1].boss", "no such field"),
        ("manager: user:ann@x", "manager: user:zed@x", 6, "directory.users[1].manager", "there is no user:zed@x"),
        ("manager: user:ann@x", "manager: group:team@x", 6, "directory.users[1].manager", "no user"),
        ("manager: user:ann@x", "manager: ann@x", 6, "directory.users[1].manager", "no principal"),
        ("manager: user:ann@x", "status: asleep", 6, "directory.users[1].status", "active, suspended, deleted"),
        ("id: ben@x", "id: ANN@x", 5, "directory.users[1].id", "second principal"),
        ("id: ben@x", "id: \"be\\u202en@x\"", 5, "directory.users[1].id", "control or text-direction"),
        ("id: ben@x", "id: ''", 5, "directory.users[1].id", "empty"),
        ("id: ben@x", "id: [ben]", 5, "directory.users[1].id", "expected text, found a list"),
        ("id: ben@x", "id: ben@x\n      id: ben2@x", 6, "directory.users[1].id", "twice"),
        ("kind: access-team", "kind: gang", 8, "directory.groups[0].kind", "distribution-list"),
        ("members: [user:ann@x]}", "members: [user:ann@x, ann]}", 8, "directory.groups[0].members[1]", "is no principal"),
        ("members: [user:ann@x]}", "members: {a: b}}", 8, "directory.groups[0].members", "expected a list"),
        ("platform: google-ai-platform", "platform: gcp", 11, "environments[0].platform", "google-ai-platform, opensearch"),
        ("platform: google-ai-platform", "platform: google-ai-platform\n    edition: '1999'", 12, "environments[0].edition", "documented, 2026"),
        ("        - role: roles/ml.admin\n", "        -\n", 15, "environments[0].policy.bindings[0].role", "missing"),
        ("          members: [user:ann@x]\n", "          members: [user:ann@x, anonymous]\n", 15, "environments[0].policy.bindings[0].members[1]", "allUsers"),
        ("id: m1", "id: m/1", 17, "environments[0].models[0].id", "`/`"),
        ("id: m1", "id: m1\n        owner: user:ann@x", 18, "environments[0].models[0].owner", "belongs to OpenSearch"),
        ("{auc: 0.5}", "{auc: high}", 18, "environments[0].models[0].versions[0].metrics.auc", "a number"),
        ("{auc: 0.5}", "{auc: 1e999}", 18, "environments[0].models[0].versions[0].metrics.auc", "a number"),
        ("[{id: v1,", "[{id: v1}, {id: v1,", 18, "environments[0].models[0].versions[1].id", "second version"),
        ("[{id: v1,", "[{id: v0, default: true}, {id: v1, default: true,", 18, "environments[0].models[0].versions[1].default", "default already"),
        ("[{id: v1,", "[{id: v1, state: fine,", 18, "environments[0].models[0].versions[0].state", "published"),
        ("owner: user:ann@x}]\n  - id: fab", "owner: user:out@x}]\n  - id: fab", 19, "environments[0].operations[0].owner", "there is no user:out@x"),
        ("id: o1,", "id: o1, model: m9,", 19, "environments[0].operations[0].model", "no model `m9`"),
        ("id: fab", "id: goo", 20, "environments[1].id", "second environment"),
        ("platform: fabric", "platform: fabric\n    accounts: []", 22, "environments[1].accounts", "take it out"),
        ("platform: fabric", "platform: fabric\n    roles: [{id: r}]", 22, "environments[1].roles", "take it out"),
        ("owner: user:ben@x", "owner: user:zed@x", 24, "environments[1].models[0].owner", "there is no user:zed@x"),
        ("owner: user:ben@x", "owner: group:team@x", 24, "environments[1].models[0].owner", "access team"),
        ("permissions: [Read]", "level: User", 27, "environments[1].models[0].shares[0].level", "permissions"),
        ("ends: 2027-03-01", "ends: soon", 28, "environments[1].models[0].shares[0].ends", "no time"),
        ("ends: 2027-03-01", "ends: 2027-03-01\n            starts: 2027-03-02", 28, "environments[1].models[0].shares[0].ends", "before it starts"),
        ("security_enabled: true", "security_enabled: maybe", 31, "environments[2].settings.security_enabled", "true or false"),
        ("security_enabled: true", "preview_types: []", 31, "environments[2].settings.preview_types", "belongs to AI Builder"),
        ("security_enabled: true", "super_administrators: [user:zed@x]", 31, "environments[2].settings.super_administrators[0]", "there is no"),
        ("name: ann}", "name: ann}\n      - {user: user:ann@x}", 34, "environments[2].accounts[1].user", "second account"),
        ("name: ann}", "business_unit: u}", 33, "environments[2].accounts[0].business_unit", "belongs to AI Builder"),
        ("access: public", "access: secret", 37, "environments[2].model_groups[0].access", "public, private, restricted"),
        ("[{id: root}]", "[{id: root, parent: top}]", 40, "environments[3].business_units[0].parent", "no business unit `top`"),
        ("[{id: root}]", "[{id: root, parent: root}]", 40, "environments[3].business_units[0].parent", "circles"),
        ("{read: user}", "{reed: user}", 43, "environments[3].roles[0].privileges.reed", "append-to"),
        ("{read: user}", "{read: far}", 43, "environments[3].roles[0].privileges.read", "organization"),
        ("container: {id: c, owner: user:ann@x}", "container: {id: c, owner: group:team@x}", 45, "environments[3].models[0].datasets_container.owner", "access team"),
        ("container: {id: c, owner: user:ann@x}", "container: {id: c, owner: user:ann@x", 45, "environments[3].models[0]", "not valid YAML"),
        ("name: Ann}", "name: *nobody}", 4, "directory.users[0].name", "not valid YAML"),
    ];
    for (from, to, line, field, message) in cases {
        assert_eq!(BASE.matches(from).count(), 1, "`{from}` has to be unique");
        let found = problem(&BASE.replace(from, to));
        assert_eq!(
            (found.file.as_str(), found.field.as_str()),
            ("f.yaml", *field),
            "{found}"
        );
        assert_eq!(found.line, Some(*line), "{found}");
        assert!(found.message.contains(message), "{found}");
    }
}

#[test]
fn json_problems_have_lines_too() {
    let text = "{\n\t\"deedbox\": 1,\n\t\"directory\": {\"users\": [\n\t\t{\"id\": \"a@x\"},\n\t\t{\"id\": \"b@x\",\n\t\t \"manager\": \"user:zed@x\"}\n\t]}\n}\n";
    let found = problem(text);
    assert_eq!(
        found.to_string(),
        "f.yaml:6: directory.users[1].manager: there is no user:zed@x in the directory: add it there, or name somebody who is"
    );
    let found = problem(&text.replace("\"manager\":", "\"manager\""));
    assert_eq!(found.line, Some(6), "{found}");
}

#[test]
fn hostile_texts_are_errors() {
    let mut bomb = String::from("deedbox: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..20 {
        let below = vec![format!("*a{}", i - 1); 10].join(", ");
        bomb.extend([format!("a{i}: &a{i} [{below}]\n")]);
    }
    for text in [
        bomb.as_str(),
        &"[".repeat(1_000_000),
        &"{\"a\":".repeat(300_000),
        &format!("deedbox: 1\nenvironments: {}", "- ".repeat(50_000)),
        "\u{0}\u{1}",
        "",
        "---\n---\n",
        "? [a]\n: b\n",
        "deedbox: 1\n---\ndeedbox: 1\n",
    ] {
        problem(text);
    }
}

#[test]
fn a_failed_import_changes_nothing() {
    let snapshot = load(ACME);
    let before = document::write(&snapshot);
    let text = "deedbox: 1\ndirectory: {users: [{id: new@x}]}\nenvironments:\n- {id: n, platform: fabric, models: [{id: m, owner: user:zed@x}]}\n";
    let mut draft = Draft::new(&snapshot);
    assert!(import(text, "f", Format::Deedbox, None, &mut draft).is_err());
    assert!(draft.changes().is_empty(), "even the draft is as it was");
    assert_eq!(document::write(&snapshot), before);
    assert_eq!(snapshot.counters(), draft.now().counters());
}

// --- native formats -----------------------------------------------------------------------------

fn put_native(
    snapshot: &Snapshot,
    file: &str,
    text: &str,
    format: Format,
    id: &str,
) -> (Snapshot, Summary) {
    assert_eq!(detect(text, file), Ok(format), "{file}");
    let mut draft = Draft::new(snapshot);
    let summary = import(text, file, format, Some(target(snapshot, id)), &mut draft);
    let summary = summary.unwrap_or_else(|problem| panic!("{problem}"));
    (draft.finish().1, summary)
}

fn refused(text: &str, format: Format, id: &str) -> Problem {
    let snapshot = load(ACME);
    let mut draft = Draft::new(&snapshot);
    import(text, "f", format, Some(target(&snapshot, id)), &mut draft).expect_err(text)
}

fn noted(summary: &Summary, what: &str) {
    assert!(
        summary.notes.iter().any(|note| note.contains(what)),
        "{what}: {:#?}",
        summary.notes
    );
}

#[test]
fn a_google_policy_is_kept_whole() {
    let text = include_str!("data/google-policy.json");
    let mut snapshot = load(ACME);
    for id in [
        "risk-prod",
        "risk-prod/models/fraud-score",
        "risk-prod/jobs/nightly-screening",
    ] {
        let (next, summary) = put_native(&snapshot, "policy.json", text, Format::GooglePolicy, id);
        if id == "risk-prod" {
            noted(&summary, "user:new@elsewhere.test");
        }
        let out = google_policy::export(&next, target(&next, id));
        let (given, got): (Value, Value) = (
            serde_json::from_str(text).unwrap(),
            serde_json::from_str(&out).unwrap(),
        );
        assert_eq!(given, got);
        let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&given), keys(&got));
        snapshot = next;
    }
    let deleted = snapshot
        .find_principal("deleted:user:frank@acme.test?uid=1001")
        .unwrap();
    assert!(
        snapshot.principal(deleted).unwrap().is_known(),
        "the tombstone is the one it names"
    );
}

#[test]
fn a_version_1_policy_has_no_conditions() {
    let text = include_str!("data/google-policy-v1.yaml");
    let snapshot = load(ACME);
    let id = "risk-prod/models/fraud-score";
    let (next, summary) = put_native(&snapshot, "p.yaml", text, Format::GooglePolicy, id);
    noted(&summary, "roles/ml.modelUser_withcond_2b17cc25d2cd9e2c54d8");
    noted(&summary, "`kind`");
    assert!(google_policy::export(&next, target(&next, id)).contains("\"version\": 1"));
    let text = include_str!("data/google-policy.json").replace("\"version\": 3", "\"version\": 1");
    let found = refused(&text, Format::GooglePolicy, id);
    assert_eq!(
        (found.line, found.field.as_str()),
        (Some(10), "bindings[0].condition")
    );
    assert!(
        found.message.contains("version 1") && found.message.contains("version: 3"),
        "{found}"
    );
    let found = refused(
        "bindings:\n- role: r\n  members: [nobody]\n",
        Format::GooglePolicy,
        id,
    );
    assert_eq!(
        (found.line, found.field.as_str()),
        (Some(3), "bindings[0].members[0]")
    );
    let found = refused("bindings: []", Format::GooglePolicy, "sales-lab");
    assert!(found.message.contains("Microsoft Fabric"), "{found}");
}

#[test]
fn a_policy_that_comes_back_keeps_our_reasons() {
    let snapshot = load(EVERYTHING);
    let at = target(&snapshot, "risk-prod");
    let text = google_policy::export(&snapshot, at);
    let (_, summary) = put_native(
        &snapshot,
        "p.json",
        &text,
        Format::GooglePolicy,
        "risk-prod",
    );
    assert!(summary.is_empty(), "{summary}");
}

#[test]
fn a_google_role_joins_its_project() {
    let text = include_str!("data/modelScorer.yaml");
    let snapshot = load(ACME);
    let (next, summary) = put_native(
        &snapshot,
        "dir/modelScorer.yaml",
        text,
        Format::GoogleRole,
        "risk-prod",
    );
    noted(&summary, "projects/risk-prod/roles/modelScorer");
    let place = next.places().next().unwrap().1;
    let role = place
        .environment
        .roles
        .iter()
        .find(|r| r.id == "projects/risk-prod/roles/modelScorer")
        .unwrap();
    assert_eq!(
        (role.title.as_deref(), role.stage.as_deref()),
        (Some("Model scorer"), Some("BETA"))
    );
    assert!(matches!(&role.rights, RoleRights::Permissions(p) if p.len() == 2));
    let found = refused(
        "title: x\nincludedPermission: []\n",
        Format::GoogleRole,
        "risk-prod",
    );
    assert_eq!(
        (found.line, found.field.as_str()),
        (Some(2), "includedPermission")
    );
}

#[test]
fn opensearch_users_become_accounts() {
    let snapshot = load(ACME);
    let text = include_str!("data/internal_users.yml");
    let (next, summary) = put_native(
        &snapshot,
        "internal_users.yml",
        text,
        Format::OpenSearchUsers,
        "search",
    );
    let cluster = next.find_environment("search").unwrap();
    let alice = next.find_principal("user:alice@acme.test").unwrap();
    assert_eq!(
        next.account(cluster, alice).unwrap().roles,
        ["ml_full_access"]
    );
    let admin = next.find_principal("user:admin").unwrap();
    assert_eq!(
        next.account(cluster, admin).unwrap().backend_roles,
        ["admin"]
    );
    assert_eq!(summary.counts[&Kind::User].added, 2);
    for note in [
        "hashes",
        "`attributes`",
        "`description`",
        "user:admin",
        "left as before",
    ] {
        noted(&summary, note);
    }
    assert!(!format!("{next:?}").contains("$2"), "no hash is kept");
    let json = include_str!("data/internalusers.json");
    let (next, summary) = put_native(&next, "i.json", json, Format::OpenSearchUsers, "search");
    let bob = next.find_principal("user:bob@acme.test").unwrap();
    assert_eq!(
        next.account(cluster, bob).unwrap().backend_roles,
        ["analyst"]
    );
    assert_eq!(summary.counts.keys().collect::<Vec<_>>(), [&Kind::Account]);
    // A local part finds a user who has no account yet; two of them are an error.
    let (next, _) = put_native(
        &next,
        "u.yml",
        "hana: {hash: x}",
        Format::OpenSearchUsers,
        "search",
    );
    let hana = next.find_principal("user:hana@acme.test").unwrap();
    assert_eq!(
        next.account(cluster, hana).unwrap().name.as_deref(),
        Some("hana")
    );
    let (two, _) = put(
        &next,
        "deedbox: 1\ndirectory: {users: [{id: kwame@other.test}]}\n",
    )
    .unwrap();
    let mut draft = Draft::new(&two);
    let at = Some(target(&two, "search"));
    let found = import(
        "\nkwame: {hash: x}",
        "u",
        Format::OpenSearchUsers,
        at,
        &mut draft,
    )
    .unwrap_err();
    assert_eq!((found.line, found.field.as_str()), (Some(2), "kwame"));
    assert!(
        found
            .message
            .contains("user:kwame@acme.test or user:kwame@other.test"),
        "{found}"
    );
    let found = refused(
        "a:\n  backend_roles: x\n",
        Format::OpenSearchUsers,
        "search",
    );
    assert_eq!(
        (found.line, found.field.as_str()),
        (Some(2), "a.backend_roles")
    );
}

#[test]
fn opensearch_mappings_and_roles_join_the_cluster() {
    let snapshot = load(ACME);
    let text = include_str!("data/roles_mapping.yml");
    let (next, summary) = put_native(
        &snapshot,
        "m.yml",
        text,
        Format::OpenSearchMappings,
        "search",
    );
    noted(&summary, "`description`");
    let text = include_str!("data/roles.yml");
    let (next, summary) = put_native(&next, "r.yml", text, Format::OpenSearchRoles, "search");
    for note in [
        "`ml_full_access` is built into",
        "`scoring` reads only certain",
        "`tenant_permissions`",
    ] {
        noted(&summary, note);
    }
    let cluster = next.find_environment("search").unwrap();
    let environment = &next.place(cluster).unwrap().environment;
    let Specifics::OpenSearch { mappings, .. } = &environment.specifics else {
        panic!()
    };
    let full = mappings
        .iter()
        .find(|m| m.role == "ml_full_access")
        .unwrap();
    assert_eq!(
        (
            full.users.join(""),
            full.backend_roles.len(),
            full.and_backend_roles.len()
        ),
        ("h*".into(), 0, 2)
    );
    assert!(
        mappings.iter().any(|m| m.role == "ml_scoring"),
        "others are left"
    );
    let reads = |id: &str| {
        let role = environment.roles.iter().find(|r| r.id == id).unwrap();
        matches!(
            role.rights,
            RoleRights::Actions {
                index_read: true,
                ..
            }
        )
    };
    assert!(reads("scoring") && !reads("viewer"));
    let found = refused(
        "_meta: {type: roles}\na: {}\n",
        Format::OpenSearchMappings,
        "search",
    );
    assert_eq!(found.field, "_meta.type");
}

#[test]
fn opensearch_groups_join_the_cluster() {
    let snapshot = load(ACME);
    let text = include_str!("data/model_groups.json");
    let (next, summary) = put_native(
        &snapshot,
        "g.json",
        text,
        Format::OpenSearchGroups,
        "search",
    );
    for note in [
        "3 of 25",
        "`old` has no owner",
        "`old` has no access mode",
        "empty role names",
        "`tenant_id`",
        "user:walter",
    ] {
        noted(&summary, note);
    }
    assert_eq!(summary.counts[&Kind::ModelGroup].added, 3);
    let group = resource(&next, "search/groups/lj3xyYgBXFQ4xQx3e5Zv");
    assert_eq!(group.owner, next.find_principal("user:alice@acme.test"));
    assert!(
        matches!(&group.body, Body::ModelGroup { access: Some(_), backend_roles } if backend_roles == &["analyst"])
    );
    let single = include_str!("data/model_group.json");
    let (next, _) = put_native(&next, "g.json", single, Format::OpenSearchGroups, "search");
    assert_eq!(
        resource(&next, "search/groups/g9").kind(),
        ResourceKind::ModelGroup
    );
    let found = refused(
        "{\"hits\": {\"hits\": [\n{\"_id\": \"a\", \"_source\": {\n\"access\": \"secret\"}}]}}",
        Format::OpenSearchGroups,
        "search",
    );
    assert_eq!(
        (found.line, found.field.as_str()),
        (Some(3), "hits.hits[0]._source.access")
    );
    let found = refused(
        "{\"name\": \"a\", \"access\": \"public\"}",
        Format::OpenSearchGroups,
        "search",
    );
    assert!(found.message.contains("id is missing"), "{found}");
}

#[test]
fn opensearch_settings_are_read_in_layers() {
    let snapshot = load(ACME);
    let settings = |text: &str| {
        let (next, summary) = put_native(
            &snapshot,
            "s.json",
            text,
            Format::OpenSearchSettings,
            "search",
        );
        let cluster = next.find_environment("search").unwrap();
        match &next.place(cluster).unwrap().environment.specifics {
            Specifics::OpenSearch { settings, .. } => (settings.clone(), summary),
            _ => panic!(),
        }
    };
    let (found, summary) = settings(include_str!("data/cluster_settings.json"));
    assert!(
        found.model_access_control_enabled && found.security_enabled,
        "transient wins"
    );
    assert_eq!(found.roles_mapping_resolution, RolesResolution::Both);
    noted(&summary, "admin_dn");
    noted(&summary, "only_run_on_ml_node");
    let (found, summary) = settings("{\"persistent\": {}, \"transient\": {}}");
    assert!(!found.model_access_control_enabled && found.security_enabled);
    noted(&summary, "absent");
    let (found, _) = settings(
        "plugins.security.disabled: true\nplugins.ml_commons: {model_access_control_enabled: true}\n",
    );
    assert!(found.model_access_control_enabled && !found.security_enabled);
    let found = refused(
        "persistent:\n  plugins:\n    ml_commons:\n      model_access_control_enabled: maybe\n",
        Format::OpenSearchSettings,
        "search",
    );
    assert_eq!(
        (found.line, found.field.as_str()),
        (
            Some(4),
            "persistent.plugins.ml_commons.model_access_control_enabled"
        )
    );
}

#[test]
fn formats_are_told_apart() {
    assert_eq!(detect(ACME, "f"), Ok(Format::Deedbox));
    assert_eq!(
        detect("etag: ACAB\nversion: 1\n", "f"),
        Ok(Format::GooglePolicy)
    );
    assert!(
        detect("hello: world", "f")
            .unwrap_err()
            .message
            .contains("opensearch-users")
    );
    assert_eq!("opensearch-groups".parse(), Ok(Format::OpenSearchGroups));
    assert_eq!(Format::GooglePolicy.to_string(), "google-policy");
    let snapshot = load(ACME);
    let missing = import(
        "bindings: []",
        "f",
        Format::GooglePolicy,
        None,
        &mut Draft::new(&snapshot),
    );
    assert!(
        missing
            .unwrap_err()
            .message
            .contains("name an environment of Google")
    );
}

// --- whatever comes -----------------------------------------------------------------------------

/// Every format on a text; only a panic is wrong.
fn throw_at_everything(text: &str, snapshot: &Snapshot) {
    let _ = detect(text, "f");
    for format in <Format as strum::IntoEnumIterator>::iter() {
        for id in ["risk-prod", "search"] {
            let _ = import(
                text,
                "f",
                format,
                Some(target(snapshot, id)),
                &mut Draft::new(snapshot),
            );
        }
    }
}

fn mutated() -> impl Strategy<Value = String> {
    let files = prop::sample::select(vec![
        EVERYTHING,
        BASE,
        include_str!("data/google-policy.json"),
        include_str!("data/internal_users.yml"),
        include_str!("data/model_groups.json"),
        include_str!("data/cluster_settings.json"),
        include_str!("data/roles.yml"),
    ]);
    let edit = (
        any::<prop::sample::Index>(),
        0usize..60,
        0u8..4,
        any::<u8>(),
    );
    (files, prop::collection::vec(edit, 1..4)).prop_map(|(file, edits)| {
        let mut bytes = file.as_bytes().to_vec();
        for (at, length, kind, byte) in edits {
            let from = at.index(bytes.len().max(1)).min(bytes.len());
            let to = (from + length).min(bytes.len());
            match kind {
                0 => drop(bytes.drain(from..to)),
                1 => {
                    let chunk = bytes[from..to].to_vec();
                    bytes.splice(from..from, chunk);
                }
                2 => bytes[from..to].reverse(),
                _ => bytes.insert(from, byte),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        throw_at_everything(&String::from_utf8_lossy(&bytes), &load(BASE_TARGETS));
    }

    #[test]
    fn odd_yaml_never_panics(text in "[-\\[\\]{}:,&*!|>'\"%@`#?a-c0-9 \n\t~<.\\\\]{0,120}") {
        throw_at_everything(&text, &load(BASE_TARGETS));
    }

    #[test]
    fn damaged_files_never_panic(text in mutated()) {
        throw_at_everything(&text, &load(BASE_TARGETS));
    }

    #[test]
    fn any_text_survives_the_way_out_and_in(texts in prop::collection::vec("\\PC{0,30}|[\\PC\n\t ]{0,60}|[-\\[\\]{}:,&*!|>'\"%@`#?~0-9.eyn ]{1,12}", 3)) {
        let mut snapshot = load(BASE_TARGETS);
        let id = target(&snapshot, "search/groups/g").resource().unwrap();
        let mut draft = Draft::new(&snapshot);
        draft.edit_resource(id, |r| {
            r.description = Some(texts[0].clone());
            r.name.clone_from(&texts[1].replace(|c: char| c.is_control(), ""));
            r.body = Body::ModelGroup { access: None, backend_roles: vec![texts[2].replace(|c: char| c.is_control(), "")] };
        });
        snapshot = draft.finish().1;
        let document = document::write(&snapshot);
        let yaml = document::to_yaml(&document).unwrap();
        prop_assert_eq!(document::read(&yaml, "y").unwrap_or_else(|p| panic!("{p}\n{yaml}")), document.clone());
        let json = document::to_json(&document).unwrap();
        prop_assert_eq!(document::read(&json, "j").unwrap_or_else(|p| panic!("{p}\n{json}")), document);
    }
}

const BASE_TARGETS: &str = "deedbox: 1\nenvironments:\n- {id: risk-prod, platform: google-ai-platform}\n- {id: search, platform: opensearch, model_groups: [{id: g}]}\n";
