//! The store on real files: what was acknowledged is there, whole, and damage is noticed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a test that meets what it did not expect should stop there"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use deedbox::domain::{
    Account, Author, Body, Change, ChangeSet, Counters, EnvironmentId, GroupKind, Key, Login,
    Model, Policy, Principal, PrincipalId, PrincipalKind, Record, Resource, ResourceId, Revision,
    Stamp, Timestamp, Version,
};
use deedbox::store::codec::{self, JOURNAL};
use deedbox::store::packs::{self, Pack};
use deedbox::store::{
    Head, MemoryStore, SledStore, Store, StoreError, chunks, hash, keys, verify, verify_against,
};
use proptest::prelude::*;
use tempfile::TempDir;

const CHILD: &str = "DEEDBOX_STORE_TEST";
const LARGE: u32 = 5_000;

type World = BTreeMap<Key, Record>;

fn stamp(summary: &str) -> Stamp {
    Stamp {
        time: Timestamp(1_800_000_000),
        author: Author {
            account: "test".into(),
            actor: "user:test@acme.test".into(),
            principal: None,
            on_behalf_by: None,
        },
        intent: "share".into(),
        arguments: "{}".into(),
        summary: summary.into(),
        reason: None,
        effect: String::new(),
        undoes: None,
    }
}

fn model(id: u32, name: &str) -> Record {
    Record::Resource(Resource {
        environment: EnvironmentId(0),
        id: format!("model-{id}"),
        name: name.into(),
        description: None,
        owner: Some(PrincipalId(8)),
        policy: Policy::default(),
        body: Body::Model(Model::default()),
    })
}

fn key(id: u32) -> Key {
    Key::Resource(EnvironmentId(0), ResourceId(id))
}

fn group(members: u32) -> Record {
    let members = (0..members).map(|n| PrincipalId(100_000 + n)).collect();
    let kind = PrincipalKind::Group {
        kind: GroupKind::Team,
        members,
        deleted: false,
    };
    Record::Principal(Principal {
        kind,
        ..Principal::user("all", "All")
    })
}

fn change(key: Key, before: Option<Record>, after: Option<Record>) -> Change {
    Change { key, before, after }
}

fn world(store: &dyn Store) -> Result<World, StoreError> {
    let mut world = World::new();
    let mut last = None;
    store.scan(&mut |key, record| {
        assert!(
            last.as_ref().is_none_or(|last| *last < key),
            "in order of keys"
        );
        last = Some(key.clone());
        world.insert(key, record);
    })?;
    Ok(world)
}

/// The records that the journal leads to.
fn replayed(store: &dyn Store) -> World {
    let mut world = World::new();
    for entry in store.entries(Revision(0), Revision(u64::MAX)).unwrap() {
        for change in entry.changes.0 {
            match change.after {
                Some(record) => world.insert(change.key, record),
                None => world.remove(&change.key),
            };
        }
    }
    world
}

/// Commits what sets the given records; reads what is there first.
fn put(store: &dyn Store, records: Vec<(Key, Option<Record>)>) -> Head {
    let now = world(store).unwrap();
    let mut changes: Vec<Change> = records
        .into_iter()
        .map(|(k, after)| change(k.clone(), now.get(&k).cloned(), after))
        .collect();
    changes.sort_by(|a, b| a.key.cmp(&b.key));
    let entry = store
        .commit(store.head().revision, stamp("put"), ChangeSet(changes))
        .unwrap();
    Head {
        revision: entry.revision,
        hash: entry.hash,
    }
}

fn directory() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A closed store with some commits; and what it holds.
fn filled(dir: &Path) -> (Head, World) {
    let store = SledStore::create(dir).unwrap();
    for n in 0..12 {
        let records = (0..10).map(|i| (key(n * 7 + i), Some(model(i, &format!("at {n}")))));
        put(&store, records.collect());
    }
    put(
        &store,
        vec![(Key::Principal(PrincipalId(9)), Some(group(5_000)))],
    );
    (store.head(), world(&store).unwrap())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Everything that reading a store can notice.
fn read_all(dir: &Path) -> Result<(Head, World), StoreError> {
    let store = SledStore::open(dir)?;
    let world = world(&store)?;
    Ok((verify(&store)?, world))
}

/// Changes the engine's content behind the store's back.
fn meddle(dir: &Path, tree: &str, edit: impl FnOnce(&sled::Tree)) {
    let db = sled::open(dir).unwrap();
    edit(&db.open_tree(tree).unwrap());
    db.flush().unwrap();
}

fn sealed(kind: u8, version: u8, body: &[u8]) -> Vec<u8> {
    let crc = crc32fast::hash(&[&[kind, version], body].concat());
    [&[kind, version], &crc.to_le_bytes()[..], body].concat()
}

// ---- the contract, on both engines ---------------------------------------------------------

fn keeps_the_contract(store: &dyn Store) {
    assert_eq!(store.head(), Head::default());
    assert_eq!(store.entries(Revision(0), Revision(9)).unwrap(), vec![]);
    let all = vec![
        (Key::Counters, Some(Record::Counters(Counters::default()))),
        (
            Key::Login("root".into()),
            Some(Record::Login(Login {
                user: None,
                store_administrator: true,
            })),
        ),
        (Key::Principal(PrincipalId(8)), Some(group(3))),
        (
            Key::Account(EnvironmentId(0), PrincipalId(8)),
            Some(Record::Account(Account::default())),
        ),
        (key(1), Some(model(1, "one"))),
        (key(2), Some(model(2, "two"))),
    ];
    let first = put(store, all.clone());
    assert_eq!(first.revision, Revision(1));
    let expected: World = all.into_iter().map(|(k, r)| (k, r.unwrap())).collect();
    assert_eq!(world(store).unwrap(), expected);

    // The revision moved.
    let one = |before, after| ChangeSet(vec![change(key(1), before, after)]);
    let (old, new) = (Some(model(1, "one")), Some(model(1, "uno")));
    let late = store
        .commit(Revision(0), stamp("late"), one(old.clone(), new.clone()))
        .unwrap_err();
    assert!(matches!(
        late,
        StoreError::Conflict {
            expected: Revision(0),
            actual: Revision(1)
        }
    ));
    assert_eq!(late.exit_code(), 5);
    // Another content, a record that is there, one that is not.
    for before in [Some(model(1, "other")), None] {
        let wrong = store
            .commit(Revision(1), stamp("wrong"), one(before, new.clone()))
            .unwrap_err();
        assert!(matches!(wrong, StoreError::Changed { .. }), "{wrong}");
    }
    let absent = ChangeSet(vec![change(key(7), old.clone(), None)]);
    assert!(matches!(
        store.commit(Revision(1), stamp("absent"), absent),
        Err(StoreError::Changed { .. })
    ));
    // Forms that a change set must not have.
    let twice = ChangeSet(vec![
        change(key(1), old.clone(), None),
        change(key(1), None, old.clone()),
    ]);
    let kind = ChangeSet(vec![change(Key::Counters, None, new.clone())]);
    let long = Key::Login("x".repeat(4_000));
    let login = Record::Login(Login {
        user: None,
        store_administrator: false,
    });
    let long = ChangeSet(vec![change(long, None, Some(login))]);
    for bad in [twice, kind, long] {
        let error = store.commit(Revision(1), stamp("bad"), bad).unwrap_err();
        assert!(matches!(error, StoreError::Invalid { .. }), "{error}");
        assert_eq!(error.exit_code(), 3);
    }
    assert_eq!(store.head(), first);
    assert_eq!(world(store).unwrap(), expected);

    let second = store
        .commit(Revision(1), stamp("change"), one(old, new.clone()))
        .unwrap();
    assert_eq!(
        (second.revision, second.previous),
        (Revision(2), first.hash)
    );
    let third = store
        .commit(Revision(2), stamp("remove"), one(new, None))
        .unwrap();
    let fourth = store
        .commit(Revision(3), stamp("nothing"), ChangeSet::default())
        .unwrap();
    assert_eq!(world(store).unwrap().len(), expected.len() - 1);
    assert_eq!(
        store.entries(Revision(3), Revision(9)).unwrap(),
        vec![third, fourth]
    );
    assert_eq!(
        store.entries(Revision(2), Revision(2)).unwrap(),
        vec![second]
    );
    assert_eq!(store.entries(Revision(9), Revision(12)).unwrap(), vec![]);
    assert_eq!(store.entries(Revision(3), Revision(2)).unwrap(), vec![]);
    assert_eq!(verify(store).unwrap(), store.head());
    assert_eq!(verify_against(store, first).unwrap(), store.head());

    // A metric that is no number differs from itself, and must still be replaceable.
    let version = Version {
        metrics: vec![("loss".into(), f64::NAN)],
        ..Version::default()
    };
    let Record::Resource(mut resource) = model(5, "nan") else {
        unreachable!()
    };
    resource.model_mut().unwrap().versions.push(version);
    put(store, vec![(key(5), Some(Record::Resource(resource)))]);
    put(store, vec![(key(5), Some(model(5, "number")))]);
}

#[test]
fn both_engines_keep_the_contract() {
    let memory = MemoryStore::new();
    keeps_the_contract(&memory);
    let dir = directory();
    let store = SledStore::create(dir.path().join("store")).unwrap();
    keeps_the_contract(&store);
    assert_eq!(store.head().revision, memory.head().revision);
    let all = Revision(u64::MAX);
    let (ours, theirs) = (
        store.entries(Revision(1), Revision(4)),
        memory.entries(Revision(1), all),
    );
    assert_eq!(
        ours.unwrap()[..],
        theirs.unwrap()[..4],
        "one chain, whatever the engine"
    );
}

#[test]
fn everything_committed_is_there_after_reopening() {
    let dir = directory();
    let (head, expected) = filled(dir.path());
    for _ in 0..2 {
        let store = SledStore::open(dir.path()).unwrap();
        assert_eq!(store.head(), head);
        assert_eq!(world(&store).unwrap(), expected);
        assert_eq!(replayed(&store), expected);
        assert_eq!(verify(&store).unwrap(), head);
    }
    let store = SledStore::open_or_create(dir.path()).unwrap();
    put(&store, vec![(key(1), None)]);
    assert_eq!(store.head().revision, head.revision.next());
}

#[test]
fn values_stay_small_and_shrink_without_leftovers() {
    let dir = directory();
    let group_key = Key::Principal(PrincipalId(8));
    {
        let store = SledStore::create(dir.path()).unwrap();
        put(&store, vec![(group_key.clone(), Some(group(60_000)))]);
        put(&store, vec![(group_key.clone(), Some(group(2_000)))]);
    }
    {
        let db = sled::open(dir.path()).unwrap();
        for name in db.tree_names() {
            for row in &db.open_tree(name).unwrap() {
                let (_, value) = row.unwrap();
                assert!(value.len() <= 4_096);
            }
        }
        // What the engine puts there it never syncs.
        assert_eq!(fs::read_dir(dir.path().join("blobs")).unwrap().count(), 0);
        let rows = db.open_tree("records").unwrap().len();
        assert!((2..8).contains(&rows), "{rows} pieces");
    }
    let store = SledStore::open(dir.path()).unwrap();
    assert_eq!(world(&store).unwrap()[&group_key], group(2_000));
    put(&store, vec![(group_key, None)]);
    drop(store);
    meddle(dir.path(), "records", |tree| assert_eq!(tree.len(), 0));
}

#[test]
fn only_the_owner_reads_the_files() {
    fn check(path: &Path) {
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(path), 0o700, "{}", path.display());
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                check(&path);
            } else {
                assert_eq!(mode(&path), 0o600, "{}", path.display());
            }
        }
    }
    let dir = directory();
    let path = dir.path().join("a/store");
    filled(&path);
    check(&path);
    // Loosened by somebody: tightened again.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(path.join("db"), fs::Permissions::from_mode(0o644)).unwrap();
    let store = SledStore::open(&path).unwrap();
    put(&store, vec![]);
    check(&path);
}

#[test]
fn where_a_store_is_and_is_not() {
    let dir = directory();
    let path = dir.path().join("none");
    let error = SledStore::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::NotAStore { .. }));
    assert!(error.to_string().contains("deedbox init"), "{error}");
    assert!(!path.exists());
    // An empty directory is no store either, and looking makes none.
    fs::create_dir(&path).unwrap();
    assert!(matches!(
        SledStore::open(&path),
        Err(StoreError::NotAStore { .. })
    ));
    assert_eq!(fs::read_dir(&path).unwrap().count(), 0);
    drop(SledStore::open_or_create(&path).unwrap());
    assert!(matches!(
        SledStore::create(&path),
        Err(StoreError::Exists { .. })
    ));
    // Other people's files stay untouched.
    let other = dir.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("letter.txt"), "dear").unwrap();
    assert!(matches!(
        SledStore::create(&other),
        Err(StoreError::Exists { .. })
    ));
    fs::write(other.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    assert!(matches!(
        SledStore::open(&other),
        Err(StoreError::NotAStore { .. })
    ));
    assert_eq!(fs::read_dir(&other).unwrap().count(), 2);
    // Interrupted right after its first file: nothing was promised, so it opens.
    fs::remove_file(path.join("db")).unwrap();
    drop(SledStore::open(&path).unwrap());
}

// ---- damage ---------------------------------------------------------------------------------

#[test]
fn tampering_with_the_journal_is_noticed() {
    let dir = directory();
    let (head, _) = filled(dir.path());
    let entry = {
        let store = SledStore::open(dir.path()).unwrap();
        store.entries(Revision(4), Revision(4)).unwrap().remove(0)
    };
    let base = 4u64.to_be_bytes();
    let write = |summary: &str, rehash: bool| {
        let body = hash::entry_body(
            entry.revision,
            &stamp(summary),
            &entry.changes,
            &entry.previous,
        )
        .unwrap();
        let hash = if rehash {
            hash::body_hash(&body)
        } else {
            entry.hash
        };
        let value = codec::seal(JOURNAL, &[&hash[..], &body].concat());
        meddle(dir.path(), "journal", |tree| {
            for (key, piece) in chunks::split(&base, &value).unwrap() {
                tree.insert(key, piece).unwrap();
            }
        });
    };
    // With the old hash.
    write("nothing happened", false);
    let error = read_all(dir.path()).unwrap_err();
    assert!(error.to_string().contains("entry 4"), "{error}");
    assert_eq!(error.exit_code(), 7);
    // With a hash of its own: the next entry gives it away.
    write("nothing happened", true);
    let error = read_all(dir.path()).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::BrokenChain {
                revision: Revision(5),
                ..
            }
        ),
        "{error}"
    );
    // Put back, all is well; without it, it is missing.
    write("put", true);
    assert_eq!(read_all(dir.path()).unwrap().0, head);
    meddle(dir.path(), "journal", |tree| {
        tree.remove(chunks::key(&base, 0)).unwrap();
    });
    let error = read_all(dir.path()).unwrap_err();
    assert!(error.to_string().contains("entry 4"), "{error}");
}

#[test]
fn a_journal_written_anew_does_not_hold_a_checkpoint() {
    let (one, other) = (MemoryStore::new(), MemoryStore::new());
    for n in 0..3 {
        put(&one, vec![(key(n), Some(model(n, "one")))]);
        put(&other, vec![(key(n), Some(model(n, "other")))]);
    }
    let checkpoint = one.head();
    put(&one, vec![]);
    assert_eq!(verify_against(&one, checkpoint).unwrap(), one.head());
    assert!(matches!(
        verify_against(&other, checkpoint),
        Err(StoreError::BrokenChain {
            revision: Revision(3),
            ..
        })
    ));
    let ahead = Head {
        revision: Revision(9),
        hash: [1; 32],
    };
    assert!(matches!(
        verify_against(&one, ahead),
        Err(StoreError::BrokenChain {
            revision: Revision(5),
            ..
        })
    ));
}

/// Changes the pack that a record lies in, behind the store's back.
fn repack(dir: &Path, key: &Key, edit: impl FnOnce(&mut Pack, u8)) {
    let (base, place) = packs::place(key).unwrap();
    let row = chunks::key(&base, 0);
    meddle(dir, "records", |tree| {
        let piece = tree.get(&row).unwrap().unwrap();
        let mut pack = Pack::open(&piece[4..]).unwrap();
        edit(&mut pack, place);
        let sealed = pack.seal().unwrap().unwrap();
        let piece = chunks::split(&base, &sealed).unwrap().remove(0).1;
        tree.insert(&row, piece).unwrap();
    });
}

#[test]
fn missing_and_foreign_rows_are_noticed() {
    let dir = directory();
    let (_, expected) = filled(dir.path());
    let row = chunks::key(&packs::place(&key(3)).unwrap().0, 0);
    let damaged = || {
        let error = read_all(dir.path()).unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    };
    let mut kept = None;
    meddle(dir.path(), "records", |tree| {
        kept = tree.remove(&row).unwrap();
    });
    damaged();
    meddle(dir.path(), "records", |tree| {
        drop(tree.insert(&row, kept.as_ref().unwrap()).unwrap());
    });
    // A record less in a pack that is whole otherwise.
    repack(dir.path(), &key(3), |pack, place| pack.set(place, None));
    let error = read_all(dir.path()).unwrap_err();
    let count = expected.len() as u64;
    assert!(
        matches!(error, StoreError::MissingRows { expected, found } if expected == count && found == count - 1)
    );
    // Another good record in its place, as if some damage had brought back an older state.
    let other = codec::encode_record(&model(3, "older")).unwrap();
    repack(dir.path(), &key(3), |pack, place| {
        pack.set(place, Some(other));
    });
    damaged();
    meddle(dir.path(), "records", |tree| {
        drop(tree.insert(&row, kept.unwrap()).unwrap());
    });
    assert_eq!(read_all(dir.path()).unwrap().1, expected);
    // A piece of the large group.
    let group = packs::place(&Key::Principal(PrincipalId(9))).unwrap().0;
    meddle(dir.path(), "records", |tree| {
        drop(tree.remove(chunks::key(&group, 1)).unwrap());
    });
    damaged();
}

#[test]
fn damaged_files_never_lose_anything_silently() {
    let dir = directory();
    let whole = dir.path().join("whole");
    let expected = filled(&whole);
    let size = fs::metadata(whole.join("db")).unwrap().len();
    assert!(read_all(&whole).unwrap() == expected);
    let mut noticed = 0;
    let mut attempt = |name: &str, damage: &dyn Fn(&Path)| {
        let path = dir.path().join(name);
        copy(&whole, &path);
        damage(&path);
        match read_all(&path) {
            Ok(found) => assert!(
                found == expected,
                "{name}: opened, but not with what it held"
            ),
            Err(error) => {
                assert!(
                    !matches!(error, StoreError::NotAStore { .. }),
                    "{name}: {error}"
                );
                assert_ne!(name, "nothing", "{error}");
                noticed += 1;
            }
        }
        fs::remove_dir_all(path).unwrap();
    };
    let cut = |path: &Path, len: u64| {
        fs::OpenOptions::new()
            .write(true)
            .open(path.join("db"))
            .unwrap()
            .set_len(len)
            .unwrap();
    };
    for tenth in [0, 1, 3, 5, 8] {
        attempt(&format!("cut {tenth}"), &|p| cut(p, size * tenth / 10));
        attempt(&format!("cut {tenth}, no snapshot"), &|p| {
            cut(p, size * tenth / 10);
            remove_snapshots(p);
        });
    }
    for n in 0..12u64 {
        attempt(&format!("flip {n}"), &|p| {
            let mut bytes = fs::read(p.join("db")).unwrap();
            let used = bytes.iter().rposition(|b| *b != 0).unwrap();
            let at = usize::try_from((n * 7_919 + 13) * 104_729).unwrap() % used;
            bytes[at] ^= 1 << (n % 8);
            fs::write(p.join("db"), bytes).unwrap();
            if n % 2 == 0 {
                remove_snapshots(p);
            }
        });
    }
    attempt("nothing", &|_| ());
    attempt("no db", &|p| fs::remove_file(p.join("db")).unwrap());
    attempt("no HEAD", &|p| fs::remove_file(p.join("HEAD")).unwrap());
    attempt("empty HEAD", &|p| fs::write(p.join("HEAD"), "").unwrap());
    attempt("no conf", &|p| fs::remove_file(p.join("conf")).unwrap());
    assert!(noticed >= 8, "only {noticed} noticed");
}

fn remove_snapshots(dir: &Path) {
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

#[test]
fn head_may_lag_by_one_commit_and_never_lead() {
    let dir = directory();
    let path = dir.path().join("store");
    let store = SledStore::create(&path).unwrap();
    let mut heads = vec![fs::read(path.join("HEAD")).unwrap()];
    let mut older = None;
    for n in 0..3 {
        put(&store, vec![(key(n), Some(model(n, "x")))]);
        heads.push(fs::read(path.join("HEAD")).unwrap());
        if n == 1 {
            let copied = dir.path().join("older");
            copy(&path, &copied);
            older = Some(copied);
        }
    }
    let (head, expected) = (store.head(), world(&store).unwrap());
    drop(store);
    // As after a crash between the engine's sync and HEAD.
    fs::write(path.join("HEAD"), &heads[2]).unwrap();
    assert_eq!(read_all(&path).unwrap(), (head, expected));
    assert_eq!(
        fs::read(path.join("HEAD")).unwrap(),
        heads[3],
        "brought up to date"
    );
    fs::write(path.join("HEAD"), &heads[1]).unwrap();
    assert!(matches!(
        SledStore::open(&path),
        Err(StoreError::Damaged { .. })
    ));
    fs::write(path.join("HEAD"), &heads[3]).unwrap();
    drop(SledStore::open(&path).unwrap());
    // An engine that came back older than what was acknowledged.
    let older = older.unwrap();
    fs::write(older.join("HEAD"), &heads[3]).unwrap();
    let error = SledStore::open(&older).unwrap_err();
    assert!(
        error.to_string().contains("revision 3 was acknowledged"),
        "{error}"
    );
    assert_eq!(error.exit_code(), 7);
}

#[test]
fn newer_formats_are_named() {
    let dir = directory();
    let (_, expected) = filled(dir.path());
    let newer = sealed(b'R', 2, b"whatever it will be");
    repack(dir.path(), &key(3), |pack, place| {
        pack.set(place, Some(newer));
    });
    let error = read_all(dir.path()).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::NewerFormat {
                found: 2,
                known: 1,
                ..
            }
        ),
        "{error}"
    );
    let old = codec::encode_record(&expected[&key(3)]).unwrap();
    repack(dir.path(), &key(3), |pack, place| {
        pack.set(place, Some(old));
    });
    read_all(dir.path()).unwrap();
    let mut state = None;
    meddle(dir.path(), "meta", |tree| {
        state = tree.insert("state", sealed(b'S', 3, b"more")).unwrap();
    });
    let error = SledStore::open(dir.path()).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::NewerFormat {
                found: 3,
                known: 2,
                ..
            }
        ),
        "{error}"
    );
    meddle(dir.path(), "meta", |tree| {
        drop(tree.insert("state", state.unwrap()).unwrap());
    });
    let head = fs::read_to_string(dir.path().join("HEAD")).unwrap();
    fs::write(
        dir.path().join("HEAD"),
        head.replacen("store 2", "store 9", 1),
    )
    .unwrap();
    let error = SledStore::open(dir.path()).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::NewerFormat {
                found: 9,
                known: 2,
                ..
            }
        ),
        "{error}"
    );
}

// ---- other processes ------------------------------------------------------------------------

/// Not a test of its own: what the parents below start and kill.
#[test]
fn child() {
    let Ok(task) = std::env::var(CHILD) else {
        return;
    };
    let (task, dir) = task.split_once(' ').unwrap();
    let store = SledStore::open(dir).unwrap();
    println!("\nopen");
    match task {
        "hold" => std::thread::sleep(Duration::from_secs(60)),
        "small" => loop {
            let n = u32::try_from(store.head().revision.0).unwrap();
            let now = world(&store).unwrap();
            // Some records change together: half of a commit would show.
            let name = format!("at {n}");
            let changes =
                (0..5).map(|i| change(key(i), now.get(&key(i)).cloned(), Some(model(i, &name))));
            let entry = store.commit(
                store.head().revision,
                stamp("small"),
                ChangeSet(changes.collect()),
            );
            println!("\nacknowledged {}", entry.unwrap().revision);
        },
        "large" => {
            large(&store);
            println!("\nacknowledged {}", store.head().revision);
        }
        other => panic!("{other}"),
    }
}

/// Replaces every record by the next generation.
fn large(store: &dyn Store) {
    let now = world(store).unwrap();
    let name = format!("generation {} {}", store.head().revision, "x".repeat(200));
    let changes =
        (0..LARGE).map(|i| change(key(i), now.get(&key(i)).cloned(), Some(model(i, &name))));
    store
        .commit(
            store.head().revision,
            stamp("large"),
            ChangeSet(changes.collect()),
        )
        .unwrap();
}

fn start(task: &str, dir: &Path) -> (Child, std::io::Lines<BufReader<std::process::ChildStdout>>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, format!("{task} {}", dir.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

fn wait_for(word: &str, lines: &mut impl Iterator<Item = std::io::Result<String>>) {
    assert!(
        lines.any(|line| line.unwrap() == word),
        "the child never said `{word}`"
    );
}

/// Kills and returns the last acknowledged revision that was printed.
fn kill(mut child: Child, lines: impl Iterator<Item = std::io::Result<String>>) -> Revision {
    child.kill().unwrap();
    child.wait().unwrap();
    let last = lines
        .map_while(Result::ok)
        .filter_map(|l| l.strip_prefix("acknowledged ")?.parse().ok());
    Revision(last.last().unwrap_or_default())
}

#[test]
fn the_holder_is_named_and_a_dead_one_does_no_harm() {
    let dir = directory();
    let store = SledStore::create(dir.path()).unwrap();
    let Err(StoreError::Locked { pid, .. }) = SledStore::open(dir.path()) else {
        panic!()
    };
    assert_eq!(pid, Some(std::process::id()));
    drop(store);
    let (child, mut lines) = start("hold", dir.path());
    wait_for("open", &mut lines);
    let error = SledStore::open_or_create(dir.path()).unwrap_err();
    let StoreError::Locked {
        pid,
        ref command,
        since,
        ..
    } = error
    else {
        panic!("{error}")
    };
    assert_eq!(pid, Some(child.id()));
    assert!(command.contains("child"), "{command}");
    assert!(since.is_some());
    assert!(
        error
            .to_string()
            .contains(&format!("process {}", child.id())),
        "{error}"
    );
    assert_eq!(error.exit_code(), 3);
    kill(child, lines);
    let holder = fs::read_to_string(dir.path().join("holder")).unwrap();
    assert!(!holder.is_empty(), "left behind by the dead");
    SledStore::open(dir.path()).unwrap();
}

#[test]
fn what_was_acknowledged_survives_being_killed() {
    let dir = directory();
    drop(SledStore::create(dir.path()).unwrap());
    let mut seen = Revision(0);
    for round in 0..15u64 {
        let (child, mut lines) = start("small", dir.path());
        if round % 5 != 4 {
            wait_for("open", &mut lines);
        }
        std::thread::sleep(Duration::from_micros(round * round * 7_919 % 60_000));
        let acknowledged = kill(child, lines);
        let store = SledStore::open(dir.path()).unwrap();
        let head = store.head();
        assert!(
            head.revision >= acknowledged.max(seen),
            "{head:?} after {acknowledged}"
        );
        let now = world(&store).unwrap();
        assert!(now.len() == 5 || head.revision == Revision(0));
        assert_eq!(now, replayed(&store), "nothing half");
        assert_eq!(verify(&store).unwrap(), head);
        seen = head.revision;
    }
    assert!(
        seen > Revision(15),
        "the children hardly committed anything: {seen}"
    );
}

#[test]
fn a_large_change_is_whole_or_not_there() {
    let dir = directory();
    let store = SledStore::create(dir.path()).unwrap();
    large(&store);
    drop(store);
    let mut seen = Revision(1);
    for delay in (10..=180).step_by(20) {
        let (child, mut lines) = start("large", dir.path());
        wait_for("open", &mut lines);
        std::thread::sleep(Duration::from_millis(delay));
        let acknowledged = kill(child, lines);
        let store = SledStore::open(dir.path()).unwrap();
        let head = store.head();
        assert!(head.revision >= acknowledged.max(seen) && head.revision <= seen.next());
        let now = world(&store).unwrap();
        assert_eq!(now.len(), LARGE as usize);
        let mut names = now.values().map(|r| match r {
            Record::Resource(r) => r.name.clone(),
            _ => unreachable!(),
        });
        let first = names.next().unwrap();
        assert!(first.starts_with(&format!("generation {} ", head.revision.0 - 1)));
        assert!(names.all(|name| name == first), "one generation");
        seen = head.revision;
    }
    let store = SledStore::open(dir.path()).unwrap();
    large(&store);
    assert_eq!(verify(&store).unwrap().revision, seen.next());
    assert_eq!(world(&store).unwrap(), replayed(&store));
}

// ---- bytes ----------------------------------------------------------------------------------

fn any_key() -> impl Strategy<Value = Key> {
    let n = || prop_oneof![0..4u32, any::<u32>()];
    prop_oneof![
        Just(Key::Counters),
        "[\\x00\\x01a-c\u{ff}\u{10ffff}]{0,4}".prop_map(Key::Login),
        n().prop_map(|n| Key::Principal(PrincipalId(n))),
        n().prop_map(|n| Key::Environment(EnvironmentId(n))),
        (n(), n()).prop_map(|(e, p)| Key::Account(EnvironmentId(e), PrincipalId(p))),
        (n(), n()).prop_map(|(e, r)| Key::Resource(EnvironmentId(e), ResourceId(r))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn keys_sort_as_their_bytes(a in any_key(), b in any_key()) {
        let (x, y) = (keys::encode(&a).unwrap(), keys::encode(&b).unwrap());
        prop_assert_eq!(a.cmp(&b), x.cmp(&y));
        prop_assert_eq!(x.starts_with(&y), a == b);
        let (last, first) = (chunks::key(&x, u32::MAX), chunks::key(&y, 0));
        prop_assert_eq!(last < first, a < b);
        prop_assert_eq!(keys::decode(&x).unwrap(), a);
    }

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), kind in 0..6usize) {
        let _ = keys::decode(&bytes);
        let _ = codec::decode_record(&bytes);
        // With a checksum that fits, the decoder itself has to cope.
        let _ = codec::decode_record(&sealed(b"CLPEAR"[kind], 1, &bytes));
        let _ = codec::decode_body::<(Revision, Stamp, ChangeSet, [u8; 32])>(JOURNAL, &bytes);
        let mut assembler = chunks::Assembler::default();
        for piece in bytes.chunks(16) {
            let (key, value) = piece.split_at(piece.len() / 2);
            if assembler.push(key, value).is_err() { break; }
        }
        let _ = assembler.finish();
    }

    #[test]
    fn no_flipped_bit_passes(at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let mut bytes = codec::encode_record(&model(7, "fraud score")).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(codec::decode_record(&bytes).is_err());
    }

    #[test]
    fn values_come_together_again(value in proptest::collection::vec(any::<u8>(), 0..10_000)) {
        let mut assembler = chunks::Assembler::default();
        let pieces = chunks::split(b"key", &value).unwrap();
        let mut whole = None;
        for (key, piece) in &pieces {
            prop_assert!(whole.is_none() && piece.len() <= 4_096);
            whole = assembler.push(key, piece).unwrap();
        }
        prop_assert_eq!(whole, Some((b"key".to_vec(), value)));
    }
}
