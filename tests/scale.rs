//! Large stores: made from a recipe, opened from the compiled snapshot, imported whole or not at all.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use deedbox::authz::snapshot::Builder;
use deedbox::authz::{ListKind, Snapshot, capabilities, list, who_can};
use deedbox::domain::{
    Author, Capability, Change, ChangeSet, Counters, Key, Login, Principal, PrincipalId, Record,
    ResourceId, Revision, Stamp, Target, Timestamp,
};
use deedbox::interop::document;
use deedbox::registry::generate::{Recipe, generate};
use deedbox::registry::{Actor, Draft, Opening, Registry, plan_import};
use deedbox::store::{Head, SledStore, Store, StoreError, verify};

/// Enough that a compiled snapshot is written.
const MODELS: u32 = 21_000;

fn at() -> Timestamp {
    Timestamp::parse("2027-06-01").unwrap()
}

fn small(seed: u64) -> Recipe {
    Recipe::new(400, seed)
}

fn made(path: &Path, recipe: &Recipe) -> Registry {
    let generated = generate(path, recipe, "tester", &mut |_| true).unwrap();
    assert_eq!(generated.records, recipe.records());
    generated.registry
}

fn records(store: &dyn Store) -> BTreeMap<Key, Record> {
    let mut records = BTreeMap::new();
    store
        .scan(&mut |key, record| drop(records.insert(key, record)))
        .unwrap();
    records
}

/// Two snapshots answer alike: everything that there is, and everything that some people reach.
fn alike(a: &Snapshot, b: &Snapshot, records: &BTreeMap<Key, Record>, step: usize) {
    assert_eq!(a.revision(), b.revision());
    for (key, record) in records {
        assert_eq!(a.record(key).as_ref(), Some(record), "{key:?}");
        assert_eq!(b.record(key).as_ref(), Some(record), "{key:?}");
        if let Record::Resource(resource) = record {
            let find =
                |s: &Snapshot| s.find_resource(resource.environment, resource.kind(), &resource.id);
            assert_eq!(find(a), find(b));
            assert!(find(a).is_some());
        }
    }
    assert_eq!(a.principals().count(), b.principals().count());
    for (id, principal) in a.principals() {
        assert_eq!(a.closure(id), b.closure(id), "{principal:?}");
        assert!(a.groups_of(id).eq(b.groups_of(id)));
        let name = principal.reference();
        assert_eq!(a.find_principal(&name), b.find_principal(&name), "{name}");
    }
    let people: Vec<PrincipalId> = a.principals().map(|(id, _)| id).step_by(step).collect();
    for id in people {
        for kind in [
            ListKind::MyModels,
            ListKind::SharedWithMe,
            ListKind::AllModels,
        ] {
            assert_eq!(
                list(a, kind, id, at()),
                list(b, kind, id, at()),
                "{kind} {id:?}"
            );
        }
    }
    for number in (0..a.counters().resource).step_by(step) {
        let target = Target::Resource(ResourceId(number));
        let who = PrincipalId(PrincipalId::FIRST.0 + number % 20);
        assert_eq!(
            capabilities(a, who, target, at()),
            capabilities(b, who, target, at())
        );
        assert!(a.about(ResourceId(number)).eq(b.about(ResourceId(number))));
        assert!(
            a.models_in(ResourceId(number))
                .eq(b.models_in(ResourceId(number)))
        );
    }
    for number in (0..a.counters().resource).step_by(step * 10) {
        let target = Target::Resource(ResourceId(number));
        let holders = |s: &Snapshot| who_can(s, Capability::Run.into(), target, at());
        assert_eq!(holders(a), holders(b));
    }
}

/// The state that single records make, put in place one after another.
fn one_by_one(records: &BTreeMap<Key, Record>, revision: Revision) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for (key, record) in records {
        snapshot.put(key, Some(record.clone()));
    }
    snapshot.apply(revision, &ChangeSet::default());
    snapshot
}

#[test]
fn the_same_recipe_makes_the_same_store() {
    let dir = tempfile::tempdir().unwrap();
    let make = |name: &str, seed| {
        let registry = made(&dir.path().join(name), &small(seed));
        verify(registry.store()).unwrap()
    };
    let (one, again, other) = (make("one", 7), make("again", 7), make("other", 8));
    assert_eq!(one, again);
    assert_ne!(one.hash, other.hash);
}

#[test]
fn a_generated_world_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let registry = made(&dir.path().join("store"), &small(7));
    let (snapshot, records) = (registry.snapshot(), records(registry.store()));
    let platforms: std::collections::BTreeSet<_> = snapshot
        .places()
        .map(|(_, place)| place.platform())
        .collect();
    assert_eq!(platforms.len(), 4);
    let models = records
        .values()
        .filter(|r| matches!(r, Record::Resource(r) if r.model().is_some()));
    assert_eq!(models.count(), 400);
    for (key, record) in &records {
        let (Key::Resource(environment, id), Record::Resource(resource)) = (key, record) else {
            continue;
        };
        assert_eq!(*environment, resource.environment);
        assert!(snapshot.row(*id).is_some(), "{resource:?}");
        let known = |id: PrincipalId| snapshot.principal(id).is_some_and(|p| p.is_known());
        assert!(resource.owner.is_none_or(known));
        assert!(resource.policy.grants().all(|(_, _, member)| known(member)));
        if let Some(group) = resource.model().and_then(deedbox::domain::Model::group_id) {
            assert!(snapshot.row(group).is_some());
        }
    }
    // Somebody has something to see.
    let seen = snapshot
        .principals()
        .map(|(id, _)| list(&snapshot, ListKind::SharedWithMe, id, at()).len());
    assert!(seen.sum::<usize>() > 400);
    alike(
        &snapshot,
        &one_by_one(&records, snapshot.revision()),
        &records,
        1,
    );
}

#[test]
fn many_at_once_make_what_single_ones_make() {
    let dir = tempfile::tempdir().unwrap();
    let registry = made(&dir.path().join("store"), &small(3));
    let mut records = records(registry.store());
    let revision = registry.snapshot().revision();
    let mut at_once = Builder::new();
    for (key, record) in &records {
        at_once.put(key, record.clone());
    }
    let mut at_once = at_once.finish(revision);
    let mut single = one_by_one(&records, revision);
    // And they go on alike: every seventh resource renamed, every eleventh gone.
    let keys: Vec<Key> = records.keys().cloned().collect();
    for key in keys {
        let Key::Resource(_, id) = &key else { continue };
        let Some(Record::Resource(mut resource)) = records.get(&key).cloned() else {
            continue;
        };
        let after = match id.0 {
            n if n % 11 == 0 => None,
            n if n % 7 == 0 => {
                resource.id = format!("renamed-{n}");
                resource.owner = Some(PrincipalId(9));
                Some(Record::Resource(resource))
            }
            _ => continue,
        };
        at_once.put(&key, after.clone());
        single.put(&key, after.clone());
        match after {
            Some(after) => records.insert(key, after),
            None => records.remove(&key),
        };
    }
    alike(&at_once, &single, &records, 1);
}

#[test]
fn the_sample_at_once_is_what_it_is_one_by_one() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/acme.yaml");
    let sample = fs::read_to_string(sample).unwrap();
    let registry = Registry::in_memory().unwrap();
    let mut draft = Draft::new(&registry.snapshot());
    document::apply(&document::read(&sample, "acme.yaml").unwrap(), &mut draft).unwrap();
    // Everybody is in a domain once there is one.
    draft.principal("domain:acme.test").unwrap();
    draft.principal("user:stranger@acme.test").unwrap();
    let root = Actor::store_administrator("tester");
    registry
        .commit(plan_import(draft, &root, "sample", at()).unwrap())
        .unwrap();
    let records = records(registry.store());
    let revision = registry.snapshot().revision();
    let mut at_once = Builder::new();
    for (key, record) in &records {
        at_once.put(key, record.clone());
    }
    let at_once = at_once.finish(revision);
    alike(&at_once, &registry.snapshot(), &records, 1);
    alike(&at_once, &one_by_one(&records, revision), &records, 1);
}

#[test]
fn stopped_there_is_no_store_and_nothing_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let stopped = generate(&path, &Recipe::new(5_000, 7), "tester", &mut |n| n < 3_000);
    assert!(matches!(stopped, Err(StoreError::Cancelled)));
    assert_eq!(StoreError::Cancelled.exit_code(), 130);
    assert!(!path.exists());
    // Killed outright: what it left is no store, and in nobody's way.
    fs::create_dir_all(path.join("data-1")).unwrap();
    fs::write(path.join("data-1/db"), "half").unwrap();
    fs::write(path.join("holder"), "").unwrap();
    assert!(matches!(
        Registry::open(&path),
        Err(StoreError::NotAStore { .. })
    ));
    drop(made(&path, &small(7)));
    assert!(matches!(
        generate(&path, &small(7), "tester", &mut |_| true),
        Err(StoreError::Exists { .. })
    ));
    assert_eq!(Registry::open(&path).unwrap().snapshot().logins().len(), 1);
}

/// What opening came to, and whether the state could be shown before.
fn open(path: &Path) -> (Registry, bool) {
    let opening = Opening::begin(path).unwrap();
    let shown = opening.snapshot().cloned();
    let registry = opening.finish().unwrap();
    if let Some(shown) = &shown {
        assert_eq!(shown.revision(), registry.snapshot().revision());
    }
    (registry, shown.is_some())
}

fn login(registry: &Registry, name: &str) {
    let root = Actor::store_administrator("tester");
    let login = Login {
        user: None,
        store_administrator: false,
    };
    registry.set_login(&root, name, Some(login), at()).unwrap();
}

#[test]
fn a_compiled_snapshot_is_the_store_or_is_not_used() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let compiled = path.join("compiled");
    let registry = made(&path, &Recipe::new(MODELS, 7));
    let all = records(registry.store());
    let fresh = registry.snapshot();
    drop(registry);
    let good = fs::read(&compiled).unwrap();
    {
        let (registry, shown) = open(&path);
        assert!(shown);
        alike(&registry.snapshot(), &fresh, &all, 300);
        login(&registry, "one");
    }
    // One commit behind: brought forward, and not written anew for that.
    let (registry, shown) = open(&path);
    assert!(!shown);
    assert!(registry.snapshot().logins().contains_key("one"));
    let expected = registry.snapshot();
    drop(registry);
    assert!(fs::read(&compiled).unwrap() == good);
    // Damaged, of another store, or missing: the records are read, and it is written again.
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 4;
    let other = dir.path().join("other");
    drop(made(&other, &Recipe::new(MODELS, 8)));
    let foreign = fs::read(other.join("compiled")).unwrap();
    for bytes in [
        flipped,
        good[..good.len() / 3].to_vec(),
        foreign,
        Vec::new(),
    ] {
        fs::write(&compiled, bytes).unwrap();
        let (registry, shown) = open(&path);
        assert!(!shown);
        let logins = |s: &Snapshot| s.logins().keys().cloned().collect::<Vec<_>>();
        assert_eq!(logins(&registry.snapshot()), logins(&expected));
        drop(registry);
        let (registry, shown) = open(&path);
        assert!(shown, "written again");
        assert_eq!(registry.snapshot().revision(), expected.revision());
    }
}

fn stamp() -> Stamp {
    Stamp {
        time: at(),
        author: Author {
            account: "tester".into(),
            actor: "user:tester".into(),
            principal: None,
            on_behalf_by: None,
        },
        intent: "import".into(),
        arguments: "{}".into(),
        summary: "import".into(),
        reason: None,
        effect: "+1 person can see".into(),
        undoes: None,
    }
}

fn user(n: u32, name: &str) -> (Key, Record) {
    let user = Principal::user(format!("user-{n}"), name);
    (Key::Principal(PrincipalId(n)), Record::Principal(user))
}

#[test]
fn a_large_import_is_whole_or_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = SledStore::create(&path).unwrap();
    let new = |(key, after): (Key, Record)| Change {
        key,
        before: None,
        after: Some(after),
    };
    let first: Vec<Change> = (5..40).map(|n| new(user(n * 100, "before"))).collect();
    store
        .commit(Revision(0), stamp(), ChangeSet(first))
        .unwrap();
    let before = (store.head(), records(&store));
    // New records around old ones, one changed, one gone.
    let counters = Counters {
        principal: 30_000,
        ..Counters::default()
    };
    let mut changes = vec![new((Key::Counters, Record::Counters(counters)))];
    changes.extend(
        (8..25_000)
            .filter(|n| n % 100 > 0)
            .map(|n| new(user(n, "new"))),
    );
    for (n, after) in [(700, Some(user(700, "changed").1)), (900, None)] {
        let (key, old) = user(n, "before");
        changes.push(Change {
            key,
            before: Some(old),
            after,
        });
    }
    changes.sort_by(|a, b| a.key.cmp(&b.key));
    let mut expected = before.1.clone();
    for change in &changes {
        match &change.after {
            Some(after) => expected.insert(change.key.clone(), after.clone()),
            None => expected.remove(&change.key),
        };
    }
    let import = |store: &SledStore, until: u64| {
        let mut go_on = |n| n < until;
        store.commit_large(Revision(1), stamp(), ChangeSet(changes.clone()), &mut go_on)
    };
    assert!(matches!(import(&store, 5_000), Err(StoreError::Cancelled)));
    assert_eq!((store.head(), records(&store)), before);
    assert!(!path.join("data-1").exists());
    // Something that is not as planned: nothing of it.
    let wrong = vec![Change {
        before: Some(user(700, "other").1),
        ..changes[700].clone()
    }];
    let mut wrong: Vec<Change> = wrong;
    wrong[0].key = user(700, "").0;
    wrong.extend((30_000..55_000).map(|n| new(user(n, "new"))));
    let refused = store.commit_large(Revision(1), stamp(), ChangeSet(wrong), &mut |_| true);
    assert!(matches!(refused, Err(StoreError::Changed { .. })));
    assert_eq!((store.head(), records(&store)), before);

    let head: Head = import(&store, u64::MAX).unwrap();
    for _ in 0..2 {
        assert_eq!(store.head(), head);
    }
    assert_eq!(records(&store), expected);
    assert_eq!(verify(&store).unwrap(), head);
    let entries = store.entries(Revision(2), head.revision).unwrap();
    assert_eq!(entries.len(), changes.len().div_ceil(1_000));
    let effects = entries.iter().filter(|e| !e.stamp.effect.is_empty());
    assert_eq!(effects.count(), 1);
    // It goes on as any other store.
    let one = ChangeSet(vec![new(user(60_000, "later"))]);
    store.commit(head.revision, stamp(), one).unwrap();
    drop(store);
    assert!(!path.join("db").exists(), "the old data are gone");
    let store = SledStore::open(&path).unwrap();
    assert_eq!(store.head().revision, head.revision.next());
    assert_eq!(verify(&store).unwrap(), store.head());
    assert_eq!(records(&store).len(), expected.len() + 1);
}

#[test]
fn ctrl_c_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_deedbox"))
        .args(["generate", "--models", "2000000"])
        .env("DEEDBOX_STORE", &path)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !path.join("data-1/db").exists() {
        assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!path.exists());
}
