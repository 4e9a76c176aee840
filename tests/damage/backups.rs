//! Backups: one file that proves itself, and comes back whole or not at all.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::world::{World, copy};

fn backed_up() -> (World, String) {
    let world = World::sample();
    let file = world.path("backup").to_str().unwrap().to_owned();
    let said = world.ok(&["backup", &file]);
    assert_eq!(said.trim(), World::expected().checkpoint);
    (world, file)
}

#[test]
fn what_is_restored_is_what_was_backed_up() {
    let (world, file) = backed_up();
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let came = world.fails(3, &["backup", &file], "there already");
    assert_eq!(came.out, "");
    let bytes = fs::read(&file).unwrap();
    let next = World::empty();
    assert_eq!(
        next.ok(&["restore", &file, "--dry-run"]).trim(),
        World::expected().checkpoint
    );
    assert!(!next.store().exists());
    // An empty directory is taken, also one whose parents are missing; and the way may be relative.
    fs::create_dir(next.store()).unwrap();
    next.ok(&["restore", &file]);
    assert_eq!(next.content().unwrap(), *World::expected());
    let far = next.path("a/b/store");
    next.ok(&["restore", &file, "--store", far.to_str().unwrap()]);
    // It is a store like any other.
    next.share("merchant-risk", "luca");
    next.ok(&["undo", "8"]);
    next.ok(&["verify", "--checkpoint", &World::expected().checkpoint]);
    // Over nothing.
    let came = next.fails(3, &["restore", &file], "already holds");
    assert!(came.out.is_empty());
    fs::create_dir(next.path("letters")).unwrap();
    fs::write(next.path("letters/one"), "dear").unwrap();
    let letters = next.path("letters");
    let letters = letters.to_str().unwrap();
    next.fails(3, &["restore", &file, "--store", letters], "already holds");
    assert_eq!(fs::read_dir(letters).unwrap().count(), 1);
    // A backup of the restored store says the same, but for what was done since.
    assert_eq!(fs::read(&file).unwrap(), bytes);
    let again = World::empty();
    again.ok(&["restore", &file]);
    let second = again.path("second").to_str().unwrap().to_owned();
    again.ok(&["backup", &second]);
    assert_eq!(fs::read(second).unwrap(), bytes);
    // Nothing is left of the making.
    let left: Vec<_> = fs::read_dir(again.path(""))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.contains(".new-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_damaged_backup_is_refused_and_nothing_is_made() {
    let (_world, file) = backed_up();
    let whole = fs::read(&file).unwrap();
    let next = World::empty();
    let bad = next.path("bad");
    let name = bad.to_str().unwrap();
    let refuse = |bytes: &[u8], what: &str| {
        fs::write(&bad, bytes).unwrap();
        let came = next.run(&["restore", name]);
        assert!(matches!(came.code, Some(3 | 7)), "{what}: {came:?}");
        assert!(came.err.starts_with("error: "), "{what}: {came:?}");
        assert!(!next.store().exists(), "{what}");
    };
    for n in 0..120usize {
        let at = (n * 7_919 + 3) * 104_729 % whole.len();
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (n % 8);
        refuse(&bytes, &format!("bit at {at}"));
    }
    for tenth in 0..10 {
        refuse(&whole[..whole.len() * tenth / 10], "cut");
    }
    refuse(&whole[..whole.len() - 1], "cut by one");
    refuse(&[&whole[..], &[0]].concat(), "one more byte");
    refuse(&[&whole[..], &whole[..]].concat(), "twice");
    refuse(&[0; 4_096], "zeros");
    // The end of another backup, of the same store at another time.
    next.fails(3, &["restore", "/dev/null"], "no backup");
    fs::write(&bad, b"deedbox backup 99\nwhatever it will be").unwrap();
    next.fails(3, &["restore", name], "format 99");
    next.fails(3, &["restore", "nowhere"], "could not open");
    fs::write(&bad, &whole).unwrap();
    next.ok(&["restore", name]);
}

#[test]
fn a_damaged_store_gives_no_backup() {
    let world = World::sample();
    fs::remove_file(world.store().join("HEAD")).unwrap();
    let file = world.path("backup");
    let name = file.to_str().unwrap();
    world.fails(7, &["backup", name], "HEAD");
    assert!(!file.exists());
    let whole = World::sample();
    whole.fails(3, &["backup", "/nowhere/backup"], "could not");
    // A backup beside the store, not of it: copying the directory works too while nothing runs.
    let copied = World::empty();
    copy(&whole.store(), &copied.store());
    assert_eq!(copied.content().unwrap(), *World::expected());
}
