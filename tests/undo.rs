//! Undo restores, and is no way around what one could not do directly.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there"
)]

use deedbox::domain::{JournalEntry, Revision, Timestamp};
use deedbox::interop::document;
use deedbox::registry::undo::{overtaken_by, taken_back_by, takes_back};
use deedbox::registry::{Actor, Draft, Intent, Registry, plan_import, plan_undo, plan_undo_all};

const WORLD: &str = r"
deedbox: 1
directory:
  users: [{id: ada@x.test}, {id: mia@x.test}, {id: carl@x.test}, {id: new@x.test}, {id: gone@x.test, status: suspended}]
environments:
  - id: lab
    platform: fabric
    bindings:
      - {role: Admin, members: [user:ada@x.test]}
      - {role: Member, members: [user:mia@x.test]}
      - {role: Contributor, members: [user:carl@x.test]}
    models:
      - {id: m, owner: user:ada@x.test, shares: [{with: user:carl@x.test, permissions: [Read, Edit, Share]}]}
      - {id: left, owner: user:gone@x.test}
  - id: p
    platform: google-ai-platform
    policy: {bindings: [{role: roles/owner, members: [user:ada@x.test]}, {role: roles/ml.developer, members: [user:carl@x.test]}]}
    models:
      - {id: g, policy: {bindings: [{role: roles/ml.modelOwner, members: [user:ada@x.test]}]}}
";

fn now() -> Timestamp {
    Timestamp::parse("2026-11-21").unwrap()
}

struct World(Registry);

impl World {
    fn new() -> Self {
        let registry = Registry::in_memory().unwrap();
        let document = document::read(WORLD, "world.yaml").unwrap();
        let mut draft = Draft::new(&registry.snapshot());
        document::apply(&document, &mut draft).unwrap();
        let root = Actor::store_administrator("root");
        let plan = plan_import(draft, &root, "world.yaml", now()).unwrap();
        registry.commit(plan).unwrap();
        Self(registry)
    }

    fn actor(&self, who: &str) -> Actor {
        if who == "root" {
            return Actor::store_administrator("root");
        }
        Actor::user(
            self.0
                .snapshot()
                .find_principal(&format!("user:{who}@x.test"))
                .unwrap(),
        )
    }

    fn doing(&self, who: &str, intent: &str) -> Revision {
        let intent: Intent = serde_json::from_str(intent).unwrap();
        self.0
            .carry_out(&self.actor(who), &intent, now())
            .unwrap()
            .entry
            .revision
    }

    fn entry(&self, revision: Revision) -> JournalEntry {
        self.0.entries(revision, revision).unwrap().remove(0)
    }

    fn undo(&self, who: &str, revision: Revision) -> Result<Revision, String> {
        let entry = self.entry(revision);
        let plan = plan_undo(&self.0.snapshot(), &self.actor(who), &entry, now());
        match plan {
            Ok(plan) => Ok(self.0.commit(plan).unwrap().entry.revision),
            Err(refusal) => Err(refusal.key().to_owned()),
        }
    }

    fn exported(&self) -> String {
        let text = document::to_yaml(&document::write(&self.0.snapshot())).unwrap();
        // A policy that was written twice has another etag, whatever it says.
        text.lines()
            .filter(|l| !l.trim_start().starts_with("etag:"))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

#[test]
fn undo_restores_whatever_was_done() {
    let world = World::new();
    let before = world.exported();
    for (who, intent) in [
        (
            "ada",
            r#"{"share":{"model":"p/models/g","with":"user:mia@x.test"}}"#,
        ),
        (
            "ada",
            r#"{"unshare":{"model":"lab/models/m","with":"user:carl@x.test"}}"#,
        ),
        (
            "ada",
            r#"{"reassign":{"models":["p/models/g"],"to":"user:carl@x.test"}}"#,
        ),
        (
            "ada",
            r#"{"reassign":{"models":["lab/models/left"],"to":"user:mia@x.test"}}"#,
        ),
        ("carl", r#"{"take-over":{"model":"lab/models/left"}}"#),
        ("carl", r#"{"create-model":{"environment":"p","id":"new"}}"#),
        ("ada", r#"{"delete-model":{"model":"p/models/g"}}"#),
        (
            "ada",
            r#"{"grant-role":{"environment":"lab","role":"Viewer","to":"user:new@x.test"}}"#,
        ),
        (
            "ada",
            r#"{"set-setting":{"environment":"lab","setting":"edition","value":"2026"}}"#,
        ),
        ("root", r#"{"suspend-user":{"user":"user:new@x.test"}}"#),
        (
            "root",
            r#"{"create-group":{"id":"team@x.test","members":["user:mia@x.test"]}}"#,
        ),
    ] {
        let done = world.doing(who, intent);
        assert_ne!(world.exported(), before, "{intent}");
        // Whoever took something over may not give it back to somebody else; its Admin may.
        let undoer = if intent.contains("take-over") {
            "ada"
        } else {
            who
        };
        let undone = world
            .undo(undoer, done)
            .unwrap_or_else(|e| panic!("{intent}: {e}"));
        assert_eq!(world.exported(), before, "{intent}");
        assert_eq!(world.entry(undone).stamp.undoes, Some(done));
    }
}

/// A refusal says what to do first; who does it all the same is told what is so afterwards.
#[test]
fn what_happens_all_the_same_is_said_as_a_fact() {
    let world = World::new();
    let given = r#"{"reassign":{"models":["lab/models/left"],"to":"user:mia@x.test"}}"#;
    let done = world.doing("ada", given);
    let (snapshot, ada) = (world.0.snapshot(), world.actor("ada"));
    let plan = plan_undo(&snapshot, &ada, &world.entry(done), now()).unwrap();
    let fact = "Nobody active owns left after this.".to_owned();
    assert!(plan.warnings.contains(&fact), "{:?}", plan.warnings);
    assert_eq!(plan.word(), None);
    let suspend: Intent =
        serde_json::from_str(r#"{"suspend-user":{"user":"user:mia@x.test"}}"#).unwrap();
    let root = world.actor("root");
    let refused = deedbox::registry::plan(&snapshot, &root, &suspend, now()).unwrap_err();
    let advice = "Nobody active would own left any more. Give it to another owner first.";
    assert_eq!(refused.to_string(), advice);
}

#[test]
fn undo_is_itself_undone() {
    let world = World::new();
    let share = world.doing(
        "ada",
        r#"{"share":{"model":"p/models/g","with":"user:mia@x.test"}}"#,
    );
    let shared = world.exported();
    let undone = world.undo("ada", share).unwrap();
    let redone = world.undo("ada", undone).unwrap();
    assert_eq!(world.exported(), shared);
    assert!(
        world
            .entry(redone)
            .stamp
            .summary
            .starts_with("redo revision 2:")
    );
}

#[test]
fn a_member_raises_nobody_by_undoing() {
    let world = World::new();
    world.doing(
        "ada",
        r#"{"grant-role":{"environment":"lab","role":"Admin","to":"user:mia@x.test"}}"#,
    );
    let lowered = world.doing(
        "ada",
        r#"{"grant-role":{"environment":"lab","role":"Member","to":"user:mia@x.test"}}"#,
    );
    assert_eq!(world.undo("mia", lowered), Err("no-grant".into()));
    let edition = world.doing(
        "ada",
        r#"{"set-setting":{"environment":"lab","setting":"edition","value":"2026"}}"#,
    );
    assert_eq!(world.undo("mia", edition), Err("no-grant".into()));
}

#[test]
fn a_sharer_gets_nothing_back_that_they_could_not_give() {
    let world = World::new();
    // Carl's role in the workspace is taken away, then his share is cut to reading and passing on.
    world.doing(
        "ada",
        r#"{"revoke-role":{"environment":"lab","role":"Contributor","from":"user:carl@x.test"}}"#,
    );
    let cut = world.doing("ada", r#"{"share":{"model":"lab/models/m","with":"user:carl@x.test","permissions":["Read","Share"]}}"#);
    assert_eq!(world.undo("carl", cut), Err("more-than-held".into()));
}

#[test]
fn what_was_deleted_comes_back_by_whoever_deleted_it() {
    let world = World::new();
    let deleted = world.doing("ada", r#"{"delete-model":{"model":"p/models/g"}}"#);
    assert_eq!(
        world.undo("carl", deleted),
        Err("only-owner-or-admin".into())
    );
    assert!(world.undo("ada", deleted).is_ok());
}

#[test]
fn nothing_comes_back_under_a_taken_name() {
    let world = World::new();
    let deleted = world.doing("ada", r#"{"delete-model":{"model":"p/models/g"}}"#);
    world.doing("carl", r#"{"create-model":{"environment":"p","id":"g"}}"#);
    assert_eq!(world.undo("ada", deleted), Err("undo-conflict".into()));
    let gone = world.doing("root", r#"{"delete-user":{"user":"user:new@x.test"}}"#);
    world.doing("root", r#"{"create-user":{"id":"new@x.test"}}"#);
    assert_eq!(world.undo("root", gone), Err("undo-conflict".into()));
}

#[test]
fn a_name_that_others_use_by_now_stays() {
    let world = World::new();
    let first = world.doing(
        "ada",
        r#"{"share":{"model":"p/models/g","with":"user:stranger@y.test"}}"#,
    );
    world.doing("ada", r#"{"grant-role":{"environment":"p","role":"roles/ml.viewer","to":"user:stranger@y.test"}}"#);
    world.undo("ada", first).unwrap();
    assert!(
        world.exported().contains("user:stranger@y.test"),
        "the role is still theirs"
    );
    let user = world.doing("root", r#"{"create-user":{"id":"late@x.test"}}"#);
    world.doing(
        "ada",
        r#"{"share":{"model":"p/models/g","with":"user:late@x.test"}}"#,
    );
    assert_eq!(world.undo("root", user), Err("undo-conflict".into()));
}

#[test]
fn an_environment_does_not_go_with_what_lies_in_it() {
    let world = World::new();
    let mut root = world.actor("root");
    root.principal = world.0.snapshot().find_principal("user:ada@x.test");
    let intent: Intent =
        serde_json::from_str(r#"{"create-environment":{"id":"late","platform":"fabric"}}"#)
            .unwrap();
    let made = world
        .0
        .carry_out(&root, &intent, now())
        .unwrap()
        .entry
        .revision;
    world.doing("ada", r#"{"create-model":{"environment":"late","id":"m"}}"#);
    assert_eq!(world.undo("root", made), Err("undo-conflict".into()));
}

#[test]
fn an_import_is_taken_back_by_store_administrators_only() {
    let world = World::new();
    assert_eq!(
        world.undo("ada", Revision(1)),
        Err("store-administrator-only".into())
    );
    world.undo("root", Revision(1)).unwrap();
    assert!(!world.exported().contains("ada@x.test"));
}

#[test]
fn what_lies_in_an_environment_goes_with_it_from_the_store_too() {
    let world = World::new();
    world.undo("root", Revision(1)).unwrap();
    let mut left = Vec::new();
    let store = world.0.store();
    store.scan(&mut |key, _| left.push(key)).unwrap();
    assert_eq!(left, [deedbox::domain::Key::Counters]);
    assert_eq!(
        world.entry(Revision(2)).changes.len(),
        world.entry(Revision(1)).changes.len() - 1
    );
}

#[test]
fn several_are_taken_back_as_one_change_by_whoever_may() {
    let world = World::new();
    let before = world.exported();
    let root = world.actor("root");
    let first = world.doing(
        "ada",
        r#"{"share":{"model":"p/models/g","with":"user:mia@x.test"}}"#,
    );
    let second = world.doing("root", r#"{"suspend-user":{"user":"user:new@x.test"}}"#);
    let third = world.doing(
        "ada",
        r#"{"share":{"model":"p/models/g","with":"user:carl@x.test"}}"#,
    );
    // Given in any order, they go the newest first.
    let entries: Vec<JournalEntry> = [first, third].map(|r| world.entry(r)).into();
    let all: Vec<JournalEntry> = [first, second, third].map(|r| world.entry(r)).into();
    for (who, entries, allowed) in [
        ("ada", &entries, true),
        ("carl", &entries, false),
        ("ada", &all, false),
    ] {
        let plan = plan_undo_all(&world.0.snapshot(), &world.actor(who), entries, now());
        assert_eq!(plan.is_ok(), allowed, "{who}");
    }
    let plan = plan_undo_all(&world.0.snapshot(), &world.actor("ada"), &entries, now()).unwrap();
    let undone = world.0.commit(plan).unwrap().entry;
    assert_eq!(takes_back(&undone), [third, first]);
    assert!(
        undone
            .stamp
            .summary
            .starts_with("undo revisions 4 and 2: share"),
        "{}",
        undone.stamp.summary
    );
    let plan = plan_undo(&world.0.snapshot(), &root, &world.entry(second), now()).unwrap();
    world.0.commit(plan).unwrap();
    assert_eq!(world.exported(), before);
    // One that went is in the way of the rest; an import goes by itself.
    let gone = plan_undo_all(&world.0.snapshot(), &world.actor("ada"), &entries, now());
    assert_eq!(gone.unwrap_err().key(), "undo-conflict");
    let import = [world.entry(Revision(1)), world.entry(second)];
    let import = plan_undo_all(&world.0.snapshot(), &root, &import, now());
    assert!(import.unwrap_err().to_string().contains("import"));
}

#[test]
fn what_stands_in_the_way_is_named() {
    let world = World::new();
    let first = world.doing(
        "ada",
        r#"{"share":{"model":"lab/models/m","with":"user:mia@x.test"}}"#,
    );
    let second = world.doing(
        "ada",
        r#"{"share":{"model":"lab/models/m","with":"user:new@x.test"}}"#,
    );
    let history = |world: &World| world.0.newest(9).unwrap();
    let why = |world: &World| {
        let (snapshot, ada) = (world.0.snapshot(), world.actor("ada"));
        let asked = [world.entry(first)];
        let refusal = overtaken_by(&snapshot, &ada, &history(world), &asked, now());
        refusal.map_or_else(String::new, |r| r.to_string())
    };
    assert!(
        why(&world).contains(&format!("{second} changed the same since")),
        "{}",
        why(&world)
    );
    let undone = world.undo("ada", second).unwrap();
    assert_eq!(taken_back_by(&history(&world), second), Some(undone));
    assert_eq!(why(&world), "", "nothing is in the way any more");
    let twice = world.undo("ada", first).unwrap();
    assert!(
        why(&world).contains(&format!("already taken back, by {twice}")),
        "{}",
        why(&world)
    );
    let again = world.undo("ada", twice).unwrap();
    assert_eq!(taken_back_by(&history(&world), first), None);
    assert_eq!(taken_back_by(&history(&world), twice), Some(again));
}
