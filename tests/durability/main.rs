//! What the program asks of the system before it says that a change is made: everything that a power
//! cut could take is synced first.
//!
//! The program's own system calls are watched, thread by thread, as a debugger does. Where the system
//! does not let a test do that, it says so and checks nothing.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that meets what it did not expect should stop there"
)]

mod watch;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use watch::{Call, Done, watched};

const PROGRAM: &str = env!("CARGO_BIN_EXE_deedbox");
const ACME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/acme.yaml");

/// Where something happened last before a moment.
fn last(calls: &[Done], before: usize, what: impl Fn(&Call) -> bool) -> Option<usize> {
    calls[..before].iter().rposition(|done| what(&done.call))
}

fn first(calls: &[Done], what: impl Fn(&Call) -> bool) -> Option<usize> {
    calls.iter().position(|done| what(&done.call))
}

/// The calls of a command, up to and with what it says when it is done.
fn calls(store: &Path, arguments: &[&str], said: &str) -> Option<Vec<Done>> {
    let mut calls = watched(PROGRAM, arguments, store)?;
    let says = |call: &Call| matches!(call, Call::Say(text) if text.contains(said));
    let end = first(&calls, says);
    let end = end.unwrap_or_else(|| panic!("{arguments:?} never said `{said}`: {calls:#?}"));
    calls.truncate(end + 1);
    Some(calls)
}

/// Data, then HEAD, then its name where it got a new one: each synced before the next, and all before
/// a word is said.
fn assert_synced(calls: &[Done], store: &Path, what: &[&str]) {
    let said = calls.len() - 1;
    let head = store.join("HEAD");
    let names_it = |call: &Call| match call {
        Call::Write(path) | Call::Rename(_, path) => *path == head,
        _ => false,
    };
    let promised = last(calls, said, names_it);
    let promised = promised.unwrap_or_else(|| panic!("{what:?}: HEAD stayed: {calls:#?}"));
    let begun = if let Call::Rename(new, _) = &calls[promised].call {
        let written = last(calls, promised, |c| *c == Call::Write(new.clone()));
        let synced = last(calls, promised, |c| *c == Call::Sync(new.clone()));
        assert!(
            written.is_some() && synced > written,
            "{what:?}: HEAD was not synced: {calls:#?}"
        );
        let directory = last(calls, said, |c| *c == Call::Sync(store.to_owned()));
        assert!(
            directory > Some(promised),
            "{what:?}: the name was not synced: {calls:#?}"
        );
        last(calls, promised, |c| *c == Call::Open(new.clone())).unwrap()
    } else {
        let synced = last(calls, said, |c| *c == Call::Sync(head.clone()));
        assert!(
            synced > Some(promised),
            "{what:?}: HEAD was not synced: {calls:#?}"
        );
        promised
    };
    // The engine's own flush is a `sync_file_range`, which keeps nothing through a power cut.
    let of_data = |call: &Call| matches!(call, Call::Write(path) if is_data(path, store));
    let written = last(calls, begun, of_data);
    let written = written.unwrap_or_else(|| panic!("{what:?}: no data: {calls:#?}"));
    let Call::Write(data) = calls[written].call.clone() else {
        unreachable!()
    };
    let synced = last(calls, begun, |c| *c == Call::Sync(data.clone()));
    assert!(
        synced > Some(written),
        "{what:?}: the data were not synced: {calls:#?}"
    );
    assert!(
        last(calls, said, of_data) == Some(written),
        "{what:?}: HEAD promises what the data did not have yet: {calls:#?}"
    );
}

/// The engine's file, wherever in the store it lies.
fn is_data(path: &Path, store: &Path) -> bool {
    path.starts_with(store) && path.file_name().is_some_and(|name| name == "db")
}

#[test]
fn nothing_is_acknowledged_before_it_is_synced() {
    let directory = TempDir::new().unwrap();
    let store = fs::canonicalize(directory.path()).unwrap().join("store");
    let run = |arguments: &[&str], said: &str| -> Option<Vec<Done>> {
        let calls = calls(&store, arguments, said)?;
        assert_synced(&calls, &store, arguments);
        Some(calls)
    };
    if run(&["init"], "made a store").is_none() {
        eprintln!("not tested: this system lets no test watch a program's system calls");
        return;
    }
    run(&["import", ACME], "revision 2");
    let account = Command::new("id").arg("-un").output().unwrap().stdout;
    let account = String::from_utf8(account).unwrap();
    run(
        &["login", "set", account.trim(), "user:alice@acme.test"],
        "revision 3",
    );
    let model = "risk-prod/models/fraud-score";
    let with = "user:tomasz@acme.test";
    run(&["share", model, "--with", with], "revision 4");
    run(&["unshare", model, "--with", with], "revision 5");
    run(&["undo", "5"], "revision 6");
    // So large that it is not one transaction of the engine.
    let rows = (0..600).map(|i| format!("    - {{id: p{i}@sync.test, name: Person {i}}}"));
    let rows: Vec<String> = rows.collect();
    let document = format!("deedbox: 1\ndirectory:\n  users:\n{}\n", rows.join("\n"));
    let file = directory.path().join("people.yaml");
    fs::write(&file, document).unwrap();
    run(&["import", file.to_str().unwrap()], "revision 7");
    run(&["offboard", "user:bob@acme.test"], "revision 8");
    backup(&store, &directory.path().join("kept"));
}

/// A backup is whole and has its name before it is said to be there.
fn backup(store: &Path, file: &Path) {
    let file: PathBuf = fs::canonicalize(file.parent().unwrap())
        .unwrap()
        .join(file.file_name().unwrap());
    let calls = calls(store, &["backup", file.to_str().unwrap()], "8:").unwrap();
    let said = calls.len() - 1;
    let named = |call: &Call| matches!(call, Call::Rename(_, to) if *to == file);
    let named = last(&calls, said, named).unwrap();
    let Call::Rename(new, _) = calls[named].call.clone() else {
        unreachable!()
    };
    let written = last(&calls, named, |c| *c == Call::Write(new.clone()));
    let synced = last(&calls, named, |c| *c == Call::Sync(new.clone()));
    assert!(written.is_some() && synced > written, "{calls:#?}");
    let directory = file.parent().unwrap();
    let placed = last(&calls, said, |c| *c == Call::Sync(directory.to_owned()));
    assert!(placed > Some(named), "{calls:#?}");
}
