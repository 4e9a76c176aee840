//! The demo on the command line: tours are listed, walkthroughs recorded, without a terminal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that meets what it did not expect should stop there"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Exit code, standard output and standard error.
fn deedbox(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_deedbox"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn tours_are_listed_by_name() {
    let (code, out, _) = deedbox(&["demo", "--tour"]);
    assert_eq!(code, Some(0));
    for name in ["share", "shared-with-me", "reassign", "undo-and-as-of"] {
        assert!(
            out.lines()
                .any(|l| l.split_whitespace().next() == Some(name)),
            "{name}"
        );
    }
    let (code, _, said) = deedbox(&["demo", "--tour", "shear"]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("`shear`") && said.contains("share, "),
        "{said}"
    );
}

#[test]
fn a_tour_needs_a_terminal_and_says_so() {
    let (code, _, said) = deedbox(&["demo", "--tour", "share"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("needs a terminal"), "{said}");
}

#[test]
fn pictures_and_recordings_are_written() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("pictures");
    let (code, _, said) = deedbox(&["demo", "--record", "share", "--to", to.to_str().unwrap()]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/walkthroughs/share-panel.svg");
    let made = fs::read_to_string(to.join("share-panel.svg")).unwrap();
    assert_eq!(made, fs::read_to_string(kept).unwrap());

    let cast = directory.path().join("share.cast");
    let cast = cast.to_str().unwrap();
    assert_eq!(
        deedbox(&["demo", "--record", "share", "--to", cast]).0,
        Some(0)
    );
    assert!(
        fs::read_to_string(cast)
            .unwrap()
            .starts_with("{\"version\":2,")
    );

    let (code, _, said) = deedbox(&["demo", "--record", "--to", cast]);
    assert_eq!(code, Some(2));
    assert!(said.contains("name the walkthrough"), "{said}");
    let nowhere = directory.path().join("nowhere/share.cast");
    let (code, _, said) = deedbox(&[
        "demo",
        "--record",
        "share",
        "--to",
        nowhere.to_str().unwrap(),
    ]);
    assert_eq!(code, Some(3));
    assert!(said.contains("nowhere"), "{said}");
}

#[test]
fn the_reference_of_keys_is_written() {
    let (code, out, _) = deedbox(&["keys"]);
    assert_eq!(code, Some(0));
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("KEYS.md");
    assert_eq!(out, fs::read_to_string(kept).unwrap());
}

#[test]
fn the_reference_of_reasons_is_what_the_program_says() {
    let (code, out, _) = deedbox(&["reasons"]);
    assert_eq!(code, Some(0));
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("REASONS.md");
    let kept = fs::read_to_string(kept).unwrap_or_default();
    assert!(out == kept, "run `cargo run -- reasons > REASONS.md`");
    for line in out.lines().filter(|line| line.starts_with("| `")) {
        assert!(!line.ends_with("|  |"), "{line}");
    }
}
