//! What a plan says is to be done on the platform: for those whom it concerns, and for nobody else.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets what it did not expect should stop there"
)]

use deedbox::authz::Snapshot;
use deedbox::domain::{ResourceRef, Timestamp};
use deedbox::interop::document;
use deedbox::registry::{Actor, Draft, Intent, Plan, plan};

/// 2026-11-21, noon.
const NOON: Timestamp = Timestamp(1_795_262_400);

const WORLD: &str = "
deedbox: 1
directory:
  users: [{id: boss@x.test}, {id: ann@x.test}, {id: bob@x.test}, {id: cat@x.test}]
environments:
  - id: p
    platform: google-ai-platform
    policy: {bindings: [{role: roles/owner, members: [user:boss@x.test]}]}
    models:
      - {id: permanent, policy: {bindings: [{role: roles/ml.modelOwner, members: [user:boss@x.test]}, {role: roles/ml.modelUser, members: [user:ann@x.test, user:bob@x.test]}]}}
      - {id: later, policy: {bindings: [{role: roles/ml.modelUser, members: [user:ann@x.test], condition: {expression: \"request.time >= timestamp('2026-12-01T00:00:00Z')\"}}]}}
      - {id: unreadable, policy: {bindings: [{role: roles/ml.modelUser, members: [user:ann@x.test], condition: {expression: \"resource.name == 'x'\"}}]}}
  - id: w
    platform: fabric
    bindings: [{role: Admin, members: [user:boss@x.test]}]
    models: [{id: m, owner: user:boss@x.test, shares: [{with: user:ann@x.test, permissions: [Read]}, {with: user:bob@x.test, permissions: [Read]}]}]
  - id: d
    platform: ai-builder
    edition: '2023'
    bindings: [{role: System Administrator, members: [user:boss@x.test]}, {role: Environment Maker, members: [user:ann@x.test, user:bob@x.test, user:cat@x.test]}]
    models: [{id: m, owner: user:boss@x.test, type: prediction, state: published, shares: [{with: user:ann@x.test, level: User}, {with: user:bob@x.test, level: User}]}]
";

/// What the boss plans.
fn planned(intent: &str) -> Plan {
    let document = document::read(WORLD, "test").unwrap_or_else(|p| panic!("{p}"));
    let mut draft = Draft::new(&Snapshot::default());
    document::apply(&document, &mut draft).unwrap_or_else(|p| panic!("{p}"));
    let snapshot = draft.finish().1;
    let boss = snapshot.find_principal("user:boss@x.test").unwrap();
    let intent: Intent = serde_json::from_str(intent).unwrap();
    let plan = plan(&snapshot, &Actor::user(boss), &intent, NOON);
    plan.unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn steps(intent: &str) -> Vec<String> {
    planned(intent).steps
}

#[test]
fn only_those_whose_share_changes_are_named() {
    for (model, dialog, level) in [
        ("w/models/m", "In the workspace w, m › Share", "Read"),
        ("d/models/m", "In AI Builder, m › Share", "User"),
    ] {
        let share = format!(r#"{{"share":{{"model":"{model}","with":"user:cat@x.test"}}}}"#);
        let added = format!("{dialog}: add cat@x.test with {level}.");
        assert_eq!(steps(&share), [added]);
        let unshare = format!(r#"{{"unshare":{{"model":"{model}","with":"user:ann@x.test"}}}}"#);
        let removed = format!("{dialog}: remove ann@x.test.");
        assert_eq!(steps(&unshare), [removed]);
    }
    let share = r#"{"share":{"model":"d/models/m","with":"user:ann@x.test","level":"Co-owner","ends":"9999-12-31"}}"#;
    assert_eq!(
        steps(share),
        [
            "In AI Builder, m › Share: change what ann@x.test has to Co-owner; remove it again on 9999-12-31."
        ]
    );
}

#[test]
fn a_share_that_begins_later_ends_what_there_is_now() {
    let share = |model: &str| {
        format!(
            r#"{{"share":{{"model":"{model}","with":"user:ann@x.test","starts":"2026-11-25","ends":"2026-12-01"}}}}"#
        )
    };
    let gcloud = |verb: &str, model: &str, at: &str| {
        format!(
            "gcloud ai-platform models {verb}-iam-policy-binding {model} --project=p --member='user:ann@x.test' --role='roles/ml.modelUser'{at}"
        )
    };
    let (first, last) = (
        " (run on 2026-11-25T00:00:00Z)",
        " (run on 2026-12-01T00:00:00Z)",
    );
    assert_eq!(
        steps(&share("p/models/permanent")),
        [
            gcloud("remove", "permanent", ""),
            gcloud("add", "permanent", first),
            gcloud("remove", "permanent", last),
        ]
    );
    // What is not open yet need not be closed.
    assert_eq!(
        steps(&share("p/models/later")),
        [
            gcloud("add", "later", first),
            gcloud("remove", "later", last)
        ]
    );
    assert_eq!(
        steps(&share("w/models/m")),
        [
            "In the workspace w, m › Share: remove ann@x.test.",
            "In the workspace w, m › Share: add ann@x.test with Read on 2026-11-25; remove it again on 2026-12-01.",
        ]
    );
}

#[test]
fn a_grant_that_goes_on_is_not_taken_away_in_between() {
    let until =
        r#"{"share":{"model":"p/models/permanent","with":"user:ann@x.test","ends":"2026-12-01"}}"#;
    let lines = steps(until);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().any(|l| l.contains("add-iam-policy-binding")));
    assert!(
        lines
            .iter()
            .all(|l| !l.contains("remove") || l.ends_with("(run on 2026-12-01T00:00:00Z)"))
    );
}

#[test]
fn a_role_is_made_with_what_it_holds() {
    let role = |id: &str| {
        let permissions = r#"["ml.models.get"]"#;
        format!(
            r#"{{"create-role":{{"environment":"p","id":"projects/p/roles/{id}","description":"it's new","stage":"BETA","permissions":{permissions}}}}}"#
        )
    };
    let made = planned(&role("seer"));
    assert_eq!(
        made.steps,
        [
            "gcloud iam roles create seer --project=p --permissions=ml.models.get --description='it'\\''s new' --stage=BETA"
        ]
    );
    assert_eq!(
        made.companions,
        ["role projects/p/roles/seer: + ml.models.get"]
    );
}

#[test]
fn a_condition_that_cant_be_read_stays_beside_a_share() {
    let plan = planned(r#"{"share":{"model":"p/models/unreadable","with":"user:ann@x.test"}}"#);
    let model = ResourceRef::parse("p/models/unreadable").unwrap();
    let on = plan.after.find(&model).unwrap();
    let policy = plan.after.policy(on).unwrap();
    let conditions: Vec<Option<&str>> = policy
        .bindings
        .iter()
        .map(|b| b.condition.as_ref().map(|c| c.expression.as_str()))
        .collect();
    assert_eq!(conditions, [Some("resource.name == 'x'"), None]);
}
