//! What can be saved of a damaged store: nothing is claimed that is not there, and nothing that is
//! there is left behind.

use std::fs;

use crate::world::{World, copy, files, remove_snapshots};

/// What is left of a store after saving what can be saved.
fn repaired(world: &World) -> (Option<i32>, World) {
    let before: Vec<_> = files(&world.store())
        .iter()
        .map(|p| fs::read(p).unwrap())
        .collect();
    let dry = world.run(&["repair", "--dry-run", "-o", "json"]);
    assert!(!world.path("new").exists());
    let new = world.path("new");
    let made = world.run(&["repair", "--into", new.to_str().unwrap(), "-o", "json"]);
    assert_eq!(dry.code, made.code, "{dry:?} {made:?}");
    let after: Vec<_> = files(&world.store())
        .iter()
        .map(|p| fs::read(p).unwrap())
        .collect();
    assert!(before == after, "the store itself was changed");
    let next = World::empty();
    if new.exists() {
        fs::rename(&new, next.store()).unwrap();
    }
    (made.code, next)
}

#[test]
fn a_whole_store_is_saved_whole() {
    let world = World::sample();
    let (code, next) = repaired(&world);
    assert_eq!(code, Some(0));
    assert_eq!(next.content().unwrap(), *World::expected());
    assert_eq!(
        world.ok(&["export", "--salvage"]),
        World::expected().document
    );
    // Never in place, never over anything.
    let store = world.store();
    world.fails(3, &["repair", "--into", store.to_str().unwrap()], "already");
    world.fails(2, &["repair"], "--into");
}

/// The report of a dry run, by part.
fn report(world: &World) -> Vec<(String, String)> {
    let came = world.run(&["repair", "--dry-run", "-o", "json"]);
    let rows: serde_json::Value = serde_json::from_str(&came.out).unwrap();
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|r| (text(&r["part"]), text(&r["state"])))
        .collect()
}

fn has(report: &[(String, String)], part: &str, state: &str) -> bool {
    report.iter().any(|(p, s)| p == part && s == state)
}

#[test]
fn without_head_nothing_is_lost() {
    for content in [None, Some("deedbox store 1\nrevision 3\n")] {
        let world = World::sample();
        let head = world.store().join("HEAD");
        match content {
            None => fs::remove_file(head).unwrap(),
            Some(text) => fs::write(head, text).unwrap(),
        }
        world.fails(7, &["export"], "HEAD");
        let (code, next) = repaired(&world);
        assert_eq!(code, Some(0));
        assert_eq!(next.content().unwrap(), *World::expected());
    }
}

#[test]
fn older_data_under_a_newer_head_say_what_is_lost() {
    let (past, now) = (World::sample(), World::sample());
    now.share("merchant-risk", "luca");
    now.share("device-trust", "luca");
    let head = fs::read(now.store().join("HEAD")).unwrap();
    fs::write(past.store().join("HEAD"), head).unwrap();
    let last: u64 = now
        .ok(&["checkpoint"])
        .split(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let gone = format!("revisions {} to {last}", last - 1);
    let found = report(&past);
    assert!(has(&found, &gone, "lost"), "{found:?}");
    assert!(has(&found, "journal", "broken"), "{found:?}");
    let came = past.run(&["export", "--salvage"]);
    assert_eq!(came.code, Some(6), "{came:?}");
    assert_eq!(came.out, World::expected().document);
    assert!(came.err.contains(&gone), "{came:?}");
    let (code, next) = repaired(&past);
    assert_eq!(code, Some(6));
    // The journal up to there is the old one; one revision more says what happened.
    next.ok(&["verify", "--checkpoint", &World::expected().checkpoint]);
    let content = next.content().unwrap();
    assert_eq!(content.document, World::expected().document);
    assert!(
        content
            .journal
            .contains(&format!("repair: {gone} are lost")),
        "{}",
        content.journal
    );
    next.share("merchant-risk", "luca");
}

#[test]
fn whatever_is_flipped_what_is_saved_is_a_store() {
    let (mut whole, mut part, mut none) = (0, 0, 0);
    for number in 0..24u64 {
        let world = World::sample();
        let path = world.store().join("db");
        let mut bytes = fs::read(&path).unwrap();
        let used = bytes.iter().rposition(|b| *b != 0).unwrap();
        let at = usize::try_from((number * 7_919 + 17) * 104_729).unwrap() % used;
        bytes[at] ^= 1 << (number % 8);
        fs::write(&path, bytes).unwrap();
        if number % 3 == 0 {
            remove_snapshots(&world.store());
        }
        let (code, next) = repaired(&world);
        match code {
            Some(0) => {
                whole += 1;
                assert_eq!(next.content().unwrap(), *World::expected(), "flip {number}");
            }
            Some(6) => {
                part += 1;
                next.ok(&["verify"]);
                next.ok(&["export"]);
                next.ok(&["login", "list"]);
                next.ok(&["journal", "-n", "0"]);
                let report = next.ok(&["journal", "-n", "1", "-o", "csv"]);
                assert!(report.contains(",repair,"), "flip {number}: {report}");
                // What is read as a document is what the new store holds.
                let saved = world.run(&["export", "--salvage"]);
                assert_eq!(saved.code, Some(6));
                assert_eq!(saved.out, next.ok(&["export"]), "flip {number}");
            }
            Some(7) => {
                none += 1;
                assert!(!next.store().exists());
            }
            other => panic!("flip {number}: {other:?}"),
        }
    }
    eprintln!("of 24 flips {whole} cost nothing, {part} something, {none} everything");
    assert!(whole > 0 && part > 0);
}

#[test]
fn another_stores_head_is_not_believed() {
    let (one, other) = (World::sample(), World::sample());
    one.share("stress-test", "luca");
    other.share("stress-test", "petra");
    fs::copy(one.store().join("HEAD"), other.store().join("HEAD")).unwrap();
    let came = other.run(&["repair", "--dry-run"]);
    assert_eq!(came.code, Some(6), "{came:?}");
    assert!(came.out.contains("another store"), "{came:?}");
}

#[test]
fn where_nothing_is_left_nothing_is_made() {
    let world = World::sample();
    fs::remove_file(world.store().join("db")).unwrap();
    remove_snapshots(&world.store());
    let (code, next) = repaired(&world);
    assert_eq!(code, Some(7));
    assert!(!next.store().exists());
    world.fails(7, &["export", "--salvage"], "nothing can be saved");
}

#[test]
fn what_a_repair_did_is_a_revision_like_any_other() {
    let world = World::sample();
    let head = fs::read(world.store().join("HEAD")).unwrap();
    let later = World::sample();
    later.share("merchant-risk", "luca");
    fs::write(later.store().join("HEAD"), head).unwrap();
    // Cut behind the import, so that much is lost.
    let path = later.store().join("db");
    let mut bytes = fs::read(&path).unwrap();
    let used = bytes.iter().rposition(|b| *b != 0).unwrap();
    bytes[used * 2 / 3..].fill(0);
    fs::write(&path, bytes).unwrap();
    remove_snapshots(&later.store());
    let (code, next) = repaired(&later);
    assert_eq!(code, Some(6));
    let revision: u64 = next
        .ok(&["checkpoint"])
        .split(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let journal = next.ok(&["journal", "-n", "1", "-o", "csv"]);
    assert!(journal.contains(",repair,"), "{journal}");
    next.ok(&["export", "--as-of", &(revision - 1).to_string()]);
    let diff = next.run(&["diff", "--from", &(revision - 1).to_string()]);
    assert!(matches!(diff.code, Some(0 | 1)), "{diff:?}");
    // Taking it back is planned like anything else; it may be refused, not fail.
    let undone = next.run(&["undo", &revision.to_string(), "--dry-run"]);
    assert!(matches!(undone.code, Some(0 | 3 | 4)), "{undone:?}");
    next.share("device-trust", "luca");
}

#[test]
fn a_store_that_is_open_is_not_salvaged() {
    use std::process::{Command, Stdio};
    let world = World::sample();
    let mut holder = Command::new(crate::world::PROGRAM)
        .args(["check", "--batch"])
        .env("DEEDBOX_STORE", world.store())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut questions = holder.stdin.take().unwrap();
    std::io::Write::write_all(&mut questions, b"no question\n").unwrap();
    let mut answers = std::io::BufReader::new(holder.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut answers, &mut String::new()).unwrap();
    world.fails(3, &["repair", "--dry-run"], "deedbox check");
    world.fails(3, &["export", "--salvage"], "deedbox check");
    drop(questions);
    holder.wait().unwrap();
    world.ok(&["repair", "--dry-run"]);
    // What is no store is not made one.
    let other = World::empty();
    other.fails(3, &["repair", "--dry-run"], "there is no store");
    copy(&world.store().join("blobs"), &other.store());
    other.fails(3, &["repair", "--dry-run"], "there is no store");
}
