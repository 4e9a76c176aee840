//! Files that are damaged, gone, or somebody else's.

use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use crate::world::{
    PROGRAM, World, assert_clear, copy, files, noticed, noticed_of, remove_snapshots,
};

fn rounds() -> u64 {
    let wanted = std::env::var("DEEDBOX_DAMAGE").ok();
    wanted.map_or(40, |n| n.parse().unwrap())
}

/// A bit in the used part of a file.
fn flip(path: &Path, number: u64) {
    let mut bytes = fs::read(path).unwrap();
    let Some(last) = bytes.iter().rposition(|b| *b != 0) else {
        return;
    };
    let at = (number * 7_919 + 13) * 104_729;
    let at = usize::try_from(at).unwrap() % (last + 1);
    bytes[at] ^= 1 << (number % 8);
    fs::write(path, bytes).unwrap();
}

#[test]
fn flipped_bits_are_noticed_or_harmless() {
    let mut seen = 0;
    for number in 0..rounds() {
        let world = World::sample();
        flip(&world.store().join("db"), number);
        if number % 2 == 0 {
            remove_snapshots(&world.store());
        }
        seen += u64::from(noticed(&format!("bit {number} of db"), &world));
    }
    assert!(seen * 5 > rounds(), "only {seen} of {} noticed", rounds());
    for path in files(&World::sample().store()) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        for number in 0..rounds() / 5 {
            let world = World::sample();
            flip(&world.store().join(&name), number);
            noticed(&format!("bit {number} of {name}"), &world);
        }
    }
}

/// The engine panics over some damaged logs of more than one segment; nobody wants to read that.
#[test]
fn panics_of_the_engine_are_told_as_errors() {
    let whole = World::sample();
    let file = whole.people(1_200, 40);
    whole.ok(&["import", &file]);
    let expected = whole.content().unwrap();
    let mut seen = 0;
    for number in 0..rounds() / 4 {
        let world = World::empty();
        copy(&whole.store(), &world.store());
        flip(&world.store().join("db"), number);
        remove_snapshots(&world.store());
        seen += u64::from(noticed_of(&format!("bit {number}"), &world, &expected));
    }
    assert!(seen > 0);
}

/// Snapshots of the engine only speed opening up.
#[test]
fn damaged_and_foreign_snapshots_cost_nothing() {
    let older = World::sample();
    let newer = World::sample();
    for model in ["merchant-risk", "device-trust", "loan-default"] {
        newer.share(model, "luca");
    }
    let expected = newer.content().unwrap();
    for number in 0..rounds() / 4 {
        let world = World::empty();
        copy(&newer.store(), &world.store());
        for path in files(&world.store()) {
            let name = path.file_name().unwrap().to_str().unwrap();
            if name.starts_with("snap.") {
                flip(&path, number);
            }
        }
        assert!(!noticed_of("a flipped snapshot", &world, &expected));
    }
    let world = World::empty();
    copy(&newer.store(), &world.store());
    remove_snapshots(&world.store());
    for path in files(&older.store()) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.starts_with("snap.") {
            fs::copy(path, world.store().join(name)).unwrap();
        }
    }
    assert!(!noticed_of("an older snapshot", &world, &expected));
}

#[test]
fn cut_files_are_noticed_or_harmless() {
    for path in files(&World::sample().store()) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let size = fs::metadata(&path).unwrap().len();
        for tenth in [0, 1, 2, 5, 9] {
            let world = World::sample();
            let file = OpenOptions::new()
                .write(true)
                .open(world.store().join(&name));
            file.unwrap().set_len(size * tenth / 10).unwrap();
            if tenth % 2 == 0 && name == "db" {
                remove_snapshots(&world.store());
            }
            let seen = noticed(&format!("{name} cut to {tenth} tenths"), &world);
            // The file is longer than what is used of it.
            assert!(seen || name != "db" || tenth > 1, "{name} {tenth}");
            assert!(seen || name != "HEAD" || tenth > 1, "{name} {tenth}");
        }
    }
}

#[test]
fn missing_files_are_noticed_or_harmless() {
    for path in files(&World::sample().store()) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let world = World::sample();
        fs::remove_file(world.store().join(&name)).unwrap();
        let seen = noticed(&format!("no {name}"), &world);
        assert_eq!(seen, name == "db" || name == "HEAD", "no {name}");
        if seen {
            let came = world.fails(7, &["journal"], &name);
            assert!(came.err.contains("deedbox repair"), "{came:?}");
        }
        // Whatever is missing, a change is no way to find out.
        if seen {
            world.fails(7, &["login", "remove", "nobody"], &name);
        }
    }
    let world = World::sample();
    fs::remove_dir_all(world.store().join("blobs")).unwrap();
    noticed("no blobs", &world);
}

#[test]
fn other_contents_are_noticed() {
    let contents: [(&str, Vec<u8>); 5] = [
        ("nothing", vec![]),
        ("zeros", vec![0; 600_000]),
        ("a letter", b"Dear Sir or Madam, ".repeat(10_000)),
        ("ones", vec![0xff; 600_000]),
        ("a few bytes", vec![1, 2, 3]),
    ];
    for name in ["db", "HEAD"] {
        for (what, content) in &contents {
            let world = World::sample();
            fs::write(world.store().join(name), content).unwrap();
            assert!(noticed(&format!("{name} is {what}"), &world));
            world.fails(7, &["journal"], "damaged");
        }
        let world = World::sample();
        fs::remove_file(world.store().join(name)).unwrap();
        fs::create_dir(world.store().join(name)).unwrap();
        assert!(noticed(&format!("{name} is a directory"), &world));
    }
    for (what, content) in &contents {
        let world = World::sample();
        fs::write(world.store().join("holder"), content).unwrap();
        assert!(!noticed(&format!("holder is {what}"), &world));
    }
}

/// A store that belongs to this one's past, with one more revision now.
fn older() -> (World, World) {
    let older = World::sample();
    let newer = World::sample();
    newer.share("merchant-risk", "luca");
    (older, newer)
}

#[test]
fn heads_and_data_that_do_not_belong_together_are_noticed() {
    // Older data under a newer HEAD, with and without the files beside them.
    let (past, now) = older();
    let now_head = fs::read(now.store().join("HEAD")).unwrap();
    fs::write(past.store().join("HEAD"), &now_head).unwrap();
    past.fails(7, &["export"], "was acknowledged");
    let (past, now) = older();
    fs::copy(past.store().join("db"), now.store().join("db")).unwrap();
    let came = now.run(&["export"]);
    assert_clear("older db", &came);
    let (past, now) = older();
    fs::copy(past.store().join("db"), now.store().join("db")).unwrap();
    remove_snapshots(&now.store());
    now.fails(7, &["export"], "was acknowledged");
    // An older HEAD: one commit may be behind, as after a crash; two may not.
    let (past, now) = older();
    let head = now.ok(&["checkpoint"]);
    fs::copy(past.store().join("HEAD"), now.store().join("HEAD")).unwrap();
    assert_eq!(now.ok(&["verify"]), head);
    now.share("loan-default", "luca");
    fs::copy(past.store().join("HEAD"), now.store().join("HEAD")).unwrap();
    now.fails(7, &["export"], "do not belong together");
    // The HEAD of another store at the same revision.
    let (one, other) = (World::sample(), World::sample());
    one.share("stress-test", "luca");
    other.share("stress-test", "petra");
    fs::copy(one.store().join("HEAD"), other.store().join("HEAD")).unwrap();
    other.fails(7, &["export"], "do not belong together");
}

#[test]
fn a_newer_store_is_left_alone() {
    let world = World::sample();
    let head = world.store().join("HEAD");
    let text = fs::read_to_string(&head).unwrap();
    let first = text.lines().find(|l| !l.is_empty()).unwrap();
    fs::write(&head, text.replace(first, "deedbox store 9")).unwrap();
    for command in [
        &["export"][..],
        &["verify"],
        &["repair", "--dry-run"],
        &["export", "--salvage"],
        &["login", "remove", "nobody"],
    ] {
        let came = world.fails(3, command, "format 9");
        assert_clear("newer", &came);
    }
    fs::write(&head, text).unwrap();
    assert_eq!(world.content().unwrap(), *World::expected());
}

/// Nobody's account number on most systems.
const NOBODY: u32 = 65_534;

/// The program as somebody whom permissions hold: an administrator passes them all.
fn as_nobody(world: &World, arguments: &[&str]) -> Option<Command> {
    let mut command = Command::new(PROGRAM);
    command.args(arguments);
    command.env("TMPDIR", world.path("tmp"));
    if !rustix::process::geteuid().is_root() {
        return Some(command);
    }
    std::os::unix::process::CommandExt::uid(&mut command, NOBODY);
    let reachable = Command::new(PROGRAM).arg("--version").uid_of(NOBODY);
    if !reachable {
        eprintln!(
            "not tested: the account {NOBODY} can't run {PROGRAM}, and permissions do not hold an administrator"
        );
        return None;
    }
    Some(command)
}

trait UidOf {
    fn uid_of(&mut self, uid: u32) -> bool;
}

impl UidOf for Command {
    fn uid_of(&mut self, uid: u32) -> bool {
        let status = std::os::unix::process::CommandExt::uid(self, uid).output();
        status.is_ok_and(|o| o.status.success())
    }
}

/// Gives everything in a directory to nobody, with these permissions.
fn hand_over(path: &Path, directory: u32, file: u32) {
    let own = rustix::process::geteuid().is_root();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            hand_over(&entry.unwrap().path(), directory, file);
        }
    }
    if own {
        std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let mode = if path.is_dir() { directory } else { file };
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_store_that_may_not_be_read_is_not_a_missing_one() {
    let world = World::sample();
    fs::create_dir(world.path("tmp")).unwrap();
    let Some(command) = as_nobody(&world, &["export"]) else {
        return;
    };
    hand_over(world.path("").as_path(), 0o700, 0o600);
    hand_over(&world.store(), 0o000, 0o600);
    // The output files are ours, opened before the program becomes somebody else.
    let came = world.see(command);
    assert_clear("unreadable", &came);
    assert!(came.err.contains("Permission denied"), "{came:?}");
    assert!(!came.err.contains("there is no store"), "{came:?}");
    // Only to be read: nothing can be signed in for, but everything can be saved.
    hand_over(&world.store(), 0o500, 0o400);
    let came = world.see(as_nobody(&world, &["export"]).unwrap());
    assert_clear("read-only", &came);
    assert!(came.err.contains("Permission denied"), "{came:?}");
    let came = world.see(as_nobody(&world, &["export", "--salvage"]).unwrap());
    assert_eq!(came.code, Some(0), "{came:?}");
    assert_eq!(came.out, World::expected().document);
    hand_over(&world.store(), 0o700, 0o600);
    let came = world.see(as_nobody(&world, &["export"]).unwrap());
    assert_eq!(came.out, World::expected().document, "{came:?}");
}

#[test]
fn a_place_that_is_no_store_is_said_to_be_none() {
    let world = World::empty();
    world.fails(3, &["export"], "there is no store");
    fs::write(world.store(), "a file").unwrap();
    world.fails(3, &["export"], "there is no store");
    fs::remove_file(world.store()).unwrap();
    symlink(world.store(), world.store()).unwrap();
    let came = world.run(&["export"]);
    assert_clear("a link to itself", &came);
    assert!(!came.err.contains("there is no store"), "{came:?}");
    fs::remove_file(world.store()).unwrap();
    // A link to a store is as good as the store.
    copy(&World::sample().store(), &world.path("elsewhere"));
    symlink(world.path("elsewhere"), world.store()).unwrap();
    assert!(!noticed("a link", &world));
}
