//! Offboarding: who is suggested, logins and reports here; random worlds and the program beside it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::similar_names,
    reason = "a test that meets what it did not expect should stop there"
)]

// The random worlds of the conformance tests; their second evaluator is not asked here.
#[path = "offboard/command.rs"]
mod command;
#[allow(dead_code)]
#[path = "oracle/evaluator/mod.rs"]
mod evaluator;
#[allow(dead_code)]
#[path = "oracle/generate/mod.rs"]
mod generate;
#[path = "support/program.rs"]
mod program;
#[allow(dead_code)]
#[path = "oracle/rng.rs"]
mod rng;
#[allow(dead_code)]
#[path = "oracle/world.rs"]
mod world;
#[path = "offboard/worlds.rs"]
mod worlds;

use deedbox::authz::Snapshot;
use deedbox::domain::{Login, ResourceRef, Timestamp};
use deedbox::interop::document;
use deedbox::registry::intents::Offboard;
use deedbox::registry::offboarding::{Because, holdings};
use deedbox::registry::{Actor, Draft, Registry, plan_import, plan_undo};

fn now() -> Timestamp {
    Timestamp::parse("2026-11-21").unwrap()
}

fn store(text: &str) -> Registry {
    let registry = Registry::in_memory().unwrap();
    let mut draft = Draft::new(&registry.snapshot());
    document::apply(&document::read(text, "world.yaml").unwrap(), &mut draft).unwrap();
    let root = Actor::store_administrator("root");
    let plan = plan_import(draft, &root, "world.yaml", now()).unwrap();
    registry.commit(plan).unwrap();
    registry
}

// --- suggestions ----------------------------------------------------------------------------

const NEAREST: &str = r"
deedbox: 1
directory:
  users:
    - {id: leaver@x.test, manager: user:boss@x.test}
    - {id: boss@x.test}
    - {id: gone@x.test, status: suspended}
    - {id: mate@x.test}
    - {id: co@x.test}
    - {id: orphan@x.test, manager: user:gone@x.test}
  groups:
    - {id: team@x.test, members: [user:leaver@x.test, user:orphan@x.test, user:gone@x.test, user:mate@x.test]}
    - {id: alone@x.test, members: [user:orphan@x.test]}
environments:
  - id: g
    platform: google-ai-platform
    models:
      - {id: co, policy: {bindings: [{role: roles/ml.modelOwner, members: [user:gone@x.test, user:leaver@x.test, user:co@x.test]}]}}
      - {id: group, policy: {bindings: [{role: roles/ml.modelOwner, members: [user:orphan@x.test, group:alone@x.test]}]}}
      - {id: mate, policy: {bindings: [{role: roles/ml.modelOwner, members: [user:orphan@x.test]}, {role: roles/ml.modelUser, members: [group:team@x.test]}]}}
    jobs: [{id: train, model: co, policy: {bindings: [{role: roles/ml.jobOwner, members: [user:leaver@x.test]}]}}]
  - id: f
    platform: fabric
    bindings: [{role: Viewer, members: [user:mate@x.test]}]
    models: [{id: m, owner: user:leaver@x.test, shares: [{with: group:team@x.test, permissions: [Read]}]}]
";

/// Whom `holdings` suggests for something of somebody's.
fn suggested(snapshot: &Snapshot, user: &str, about: &str) -> Option<(String, Because)> {
    let user = snapshot.find_principal(user).unwrap();
    let owned = holdings(snapshot, user, now()).owned;
    let owned = owned
        .into_iter()
        .find(|o| snapshot.target_id(o.target) == about)
        .unwrap_or_else(|| panic!("{about} is not theirs"));
    let successor = owned.successor?;
    Some((snapshot.reference(successor.principal), successor.because))
}

#[test]
fn whoever_stands_nearest_is_suggested() {
    let snapshot = store(NEAREST).snapshot();
    let of = |user, about| suggested(&snapshot, user, about);
    let named = |who: &str, because| Some((who.to_owned(), because));
    let (leaver, orphan) = ("user:leaver@x.test", "user:orphan@x.test");
    let team = snapshot.find_principal("group:team@x.test").unwrap();
    let model = snapshot.find(&ResourceRef::parse("g/models/co").unwrap());
    let model = model.unwrap().resource().unwrap();
    assert_eq!(
        of(leaver, "g/models/co"),
        named("user:co@x.test", Because::CoOwner),
        "an owner who has left is none"
    );
    assert_eq!(
        of(leaver, "g/jobs/train"),
        named("user:co@x.test", Because::Keeper(model)),
        "a job goes with its model"
    );
    assert_eq!(
        of(leaver, "f/models/m"),
        named("user:mate@x.test", Because::Team(team)),
        "the manager holds no role there that would let them do anything"
    );
    assert_eq!(
        of(orphan, "g/models/mate"),
        named("user:leaver@x.test", Because::Team(team)),
        "the manager has left"
    );
    assert_eq!(
        of(orphan, "g/models/group"),
        None,
        "a group of nobody else is no successor"
    );
}

// --- logins ---------------------------------------------------------------------------------

#[test]
fn logins_go_too_but_never_the_last_store_administrator() {
    let registry = store(NEAREST);
    let snapshot = registry.snapshot();
    let id = |who: &str| snapshot.find_principal(&format!("user:{who}@x.test"));
    let root = Actor::store_administrator("root");
    let sign_in = |account: &str, who: &str, store_administrator| {
        let login = Login {
            user: id(who),
            store_administrator,
        };
        let done = registry.set_login(&root, account, Some(login), now());
        done.unwrap();
    };
    let offboard = |who: &str| {
        let intent = Offboard {
            user: format!("user:{who}@x.test"),
            ..Offboard::default()
        };
        registry.carry_out(&root, &intent.into(), now())
    };
    sign_in("first", "boss", true);
    let refused = offboard("boss").unwrap_err().to_string();
    assert!(refused.contains("administer this store"), "{refused}");
    sign_in("second", "co", true);
    sign_in("third", "boss", false);
    let done = offboard("boss").unwrap();
    let accounts: Vec<&String> = done.snapshot.logins().keys().collect();
    assert_eq!(accounts, ["second"], "one person's logins, all of them");
    let summary = &done.entry.stamp.summary;
    assert_eq!(
        summary, "offboard boss@x.test: 3 taken away, suspended; nothing is left",
        "the two logins, and leading the leaver"
    );
    let undo = plan_undo(&done.snapshot, &root, &done.entry, now()).unwrap();
    let undone = registry.commit(undo).unwrap().snapshot;
    assert_eq!(undone.logins().len(), 3);
    assert_eq!(undone.logins()["first"].user, id("boss"));
}

#[test]
fn reports_go_up_and_nobody_leads_themselves() {
    let registry = store(
        r"
deedbox: 1
directory:
  users:
    - {id: top@x.test}
    - {id: middle@x.test, manager: user:top@x.test}
    - {id: low@x.test, manager: user:middle@x.test}
    - {id: heir@x.test, manager: user:top@x.test}
    - {id: past@x.test, status: deleted, manager: user:middle@x.test}
",
    );
    let root = Actor::store_administrator("root");
    let managers = |registry: &Registry| {
        let text = document::to_yaml(&document::write(&registry.snapshot())).unwrap();
        let lines = text.lines().map(str::trim);
        let of = |line: &str| line.strip_prefix("manager: user:").map(str::to_owned);
        lines.filter_map(of).collect::<Vec<_>>()
    };
    let offboard = |who: &str, to: &str| {
        let intent = Offboard {
            user: format!("user:{who}@x.test"),
            to: Some(format!("user:{to}@x.test")),
            ..Offboard::default()
        };
        registry.carry_out(&root, &intent.into(), now()).unwrap()
    };
    offboard("middle", "heir");
    let (top, middle) = ("top@x.test", "middle@x.test");
    assert_eq!(
        managers(&registry),
        [middle, top, top, top],
        "to the leaver's own manager; a tombstone stays as it was"
    );
    offboard("top", "heir");
    let heir = "heir@x.test";
    assert_eq!(
        managers(&registry),
        [middle, heir, heir],
        "else to whoever takes over, who has no manager now"
    );
}
