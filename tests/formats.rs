//! Stores that were written by earlier programs: every format that ever was is opened from then on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there"
)]

use std::fs::{self, File};
use std::path::Path;

use deedbox::authz::{ActionId, Request, Snapshot, check};
use deedbox::domain::{Capability, Login, ResourceRef, Revision, Timestamp};
use deedbox::registry::{Actor, Registry};
use deedbox::store::{Claim, StoreError, verify};
use tempfile::TempDir;

/// What the engine fills its file up to.
const DATA: u64 = 524_287;
/// Where the journal of the fixtures ends: the same commits, so the same hash in every format.
const HASH: &str = "74ee8ebef5db5de4b42709ebd1fa4cca3816d94948526b77a70cb31b146cf3ad";
const REVISION: Revision = Revision(11);

/// A copy of a fixture; what is checked in is never opened.
fn copy(format: u32) -> TempDir {
    let name = format!("tests/fixtures/store-format-{format}");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let to = tempfile::tempdir().unwrap();
    copy_all(&from, to.path());
    to
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_all(&entry.path(), &target);
            continue;
        }
        fs::copy(entry.path(), &target).unwrap();
        if entry.file_name() == "db" {
            let file = File::options().write(true).open(&target).unwrap();
            file.set_len(DATA).unwrap();
        }
    }
}

fn may(snapshot: &Snapshot, who: &str, what: Capability, resource: &str, at: &str) -> bool {
    let who = snapshot.find_principal(who).unwrap();
    let target = snapshot
        .find(&ResourceRef::parse(resource).unwrap())
        .unwrap();
    let at = Timestamp::parse(at).unwrap();
    let request = Request::new(who, ActionId::from(what), target, at);
    check(snapshot, &request).is_allowed()
}

fn answers(registry: &Registry) {
    let now = registry.snapshot();
    assert_eq!(now.revision(), REVISION);
    let in_2029 = "2029-01-01T00:00:00Z";
    let cases = [
        ("user:chloe@acme.test", Capability::Run, "fraud-score", true),
        (
            "user:petra@acme.test",
            Capability::Run,
            "device-trust",
            false,
        ),
        (
            "user:lena@acme.test",
            Capability::Edit,
            "merchant-risk",
            true,
        ),
        (
            "user:dan@acme.test",
            Capability::Edit,
            "merchant-risk",
            false,
        ),
        ("user:bob@acme.test", Capability::Run, "fraud-score", false),
    ];
    for (who, what, model, expected) in cases {
        let model = format!("risk-prod/models/{model}");
        assert_eq!(
            may(&now, who, what, &model, in_2029),
            expected,
            "{who} {model}"
        );
    }
    // Before it was taken back, and before it was handed over.
    let shared = registry.at_revision(Revision(8)).unwrap();
    let petra = "user:petra@acme.test";
    let trust = "risk-prod/models/device-trust";
    assert!(may(&shared, petra, Capability::Run, trust, in_2029));
    let imported = registry.at_revision(Revision(2)).unwrap();
    let lena = "user:lena@acme.test";
    let merchant = "risk-prod/models/merchant-risk";
    assert!(!may(&imported, lena, Capability::Edit, merchant, in_2029));
    assert_eq!(
        registry.at_revision(Revision(0)).unwrap().places().count(),
        0
    );
}

fn records(registry: &Registry) -> u64 {
    let mut records = 0;
    registry.store().scan(&mut |_, _| records += 1).unwrap();
    records
}

fn opens(format: u32) {
    let dir = copy(format);
    for _ in 0..2 {
        let registry = Registry::open(dir.path()).unwrap();
        let head = verify(registry.store()).unwrap();
        assert_eq!(blake3::Hash::from_bytes(head.hash).to_hex().as_str(), HASH);
        answers(&registry);
        assert_eq!(records(&registry), 163);
    }
    // It takes commits like any other.
    let registry = Registry::open(dir.path()).unwrap();
    let login = Login {
        user: None,
        store_administrator: false,
    };
    let at = Timestamp::parse("2027-01-01").unwrap();
    let root = Actor::store_administrator("root");
    registry.set_login(&root, "guest", Some(login), at).unwrap();
    drop(registry);
    assert_eq!(Claim::new(dir.path()).unwrap().records(), 164);
    let registry = Registry::open(dir.path()).unwrap();
    assert_eq!(verify(registry.store()).unwrap().revision, REVISION.next());
    assert_eq!(records(&registry), 164);
}

#[test]
fn format_1_opens() {
    opens(1);
}

#[test]
fn format_2_opens() {
    opens(2);
}

#[test]
fn an_interrupted_migration_leaves_the_old_or_the_new() {
    // Leftovers of an attempt that did not come to the switch.
    let dir = copy(1);
    let old = fs::read(dir.path().join("HEAD")).unwrap();
    let aside = dir.path().join("data-1");
    fs::create_dir(&aside).unwrap();
    fs::write(aside.join("db"), "half of something").unwrap();
    answers(&Registry::open(dir.path()).unwrap());
    assert!(!dir.path().join("db").exists(), "the old data are gone");
    // Switched, and interrupted before the old data were gone.
    copy_all(copy(1).path(), &dir.path().join("kept"));
    fs::copy(dir.path().join("kept/db"), dir.path().join("db")).unwrap();
    fs::remove_dir_all(dir.path().join("kept")).unwrap();
    answers(&Registry::open(dir.path()).unwrap());
    assert!(!dir.path().join("db").exists());
    // Not switched: the old HEAD beside whole new data.
    let second = copy(1);
    copy_all(&aside, &second.path().join("data-1"));
    assert_eq!(fs::read(second.path().join("HEAD")).unwrap(), old);
    answers(&Registry::open(second.path()).unwrap());
}

#[test]
fn a_damaged_old_store_is_not_migrated() {
    let dir = copy(1);
    let path = dir.path().join("db");
    let mut bytes = fs::read(&path).unwrap();
    let half = bytes.len() / 12;
    bytes[half..half + 2_000].fill(7);
    fs::write(&path, bytes).unwrap();
    let head = fs::read(dir.path().join("HEAD")).unwrap();
    let error = Registry::open(dir.path()).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Damaged { .. } | StoreError::MissingRows { .. }
        ),
        "{error}"
    );
    assert_eq!(fs::read(dir.path().join("HEAD")).unwrap(), head);
    assert!(path.exists());
}
