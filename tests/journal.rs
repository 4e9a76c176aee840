//! The journal on the command line: what an entry says of itself, and what stands in the way of taking
//! one back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there"
)]

#[path = "support/program.rs"]
mod program;

use program::Program;

const MODEL: &str = "risk-prod/models/fraud-score";

fn share(program: &Program, with: &str, more: &[&str]) {
    let with = format!("user:{with}@acme.test");
    program.ok(&[&["share", MODEL, "--with", &with], more].concat());
}

fn unshare(program: &Program, with: &str) {
    program.ok(&[
        "unshare",
        MODEL,
        "--with",
        &format!("user:{with}@acme.test"),
    ]);
}

/// Alice's store at revision 10: one policy, changed time and again.
fn changed() -> Program {
    let program = Program::alice();
    assert_eq!(program.revision(), 3);
    share(&program, "tomasz", &[]);
    unshare(&program, "dan");
    share(&program, "dan", &["--ends", "2030-01-01"]);
    program.ok(&["undo", "6"]);
    share(&program, "jonas", &[]);
    share(&program, "mei", &[]);
    unshare(&program, "jonas");
    assert_eq!(program.revision(), 10);
    program
}

/// The numbers in advice such as `Take 4, 5 and 8 back together`.
fn advised(said: &str) -> Vec<String> {
    let (_, rest) = said.split_once("Take ").unwrap();
    let (numbers, _) = rest.split_once(" back together").unwrap();
    let numbers = numbers
        .split([',', ' '])
        .filter(|w| w.parse::<u64>().is_ok());
    numbers.map(str::to_owned).collect()
}

#[test]
fn all_that_stands_in_the_way_is_named_and_the_advice_works() {
    for (undo, named) in [
        (&["4"][..], "5, 8, 9 and 10 changed the same since"),
        (&["8"], "9 and 10 changed the same since"),
        (
            &["8", "10"],
            "Revisions 8 and 10 can't be taken back: 9 changed the same since",
        ),
        (&["4", "8"], "5, 9 and 10 changed the same since"),
    ] {
        let program = changed();
        let policy = |program: &Program| {
            let said = program.json(&["export", "--to", "google-policy", MODEL]);
            said["bindings"].to_string()
        };
        let before = policy(&program);
        let said = program.ends(3, &[&["undo"][..], undo].concat());
        assert!(said.contains(named), "{undo:?}: {said}");
        let together = advised(&said);
        assert!(together.len() > undo.len(), "{said}");
        let together: Vec<&str> = together.iter().map(String::as_str).collect();
        program.ok(&[&["undo"][..], &together].concat());
        assert_ne!(policy(&program), before);
        // And as one change it goes back as well.
        program.ok(&["undo", "11"]);
        assert_eq!(policy(&program), before);
    }
}

#[test]
fn what_can_not_be_taken_back_together_is_not_advised() {
    let program = Program::sample();
    program.ok(&[
        "--as",
        "user:alice@acme.test",
        "do",
        r#"{"update-model":{"model":"risk-prod/models/fraud-score","name":"Other"}}"#,
    ]);
    let said = program.ends(3, &["undo", "2"]);
    assert!(said.contains("3 changed the same since"), "{said}");
    // An import goes by itself.
    assert!(!said.contains("together"), "{said}");
    assert!(said.contains("by hand"), "{said}");
}

#[test]
fn every_entry_proves_itself_and_says_what_it_changed() {
    let program = changed();
    let entries = program.json(&["journal", "-n", "0"]);
    let entries = entries.as_array().unwrap();
    assert_eq!(entries.len(), 10);
    for pair in entries.windows(2) {
        assert_eq!(pair[0]["previous"], pair[1]["hash"]);
    }
    let zeros = "0".repeat(64);
    assert_eq!(entries[9]["previous"], zeros.as_str());
    let checkpoint = program.ok(&["checkpoint"]);
    let hash = entries[0]["hash"].as_str().unwrap();
    assert_eq!(checkpoint.trim(), format!("10:{hash}"));
    for entry in entries {
        let changes = entry["changes"].as_array().unwrap();
        assert_eq!(entry["changed"], changes.len());
    }
    // The share with Mei.
    let changes = &entries[1]["changes"];
    assert_eq!(changes.as_array().unwrap().len(), 1);
    assert_eq!(changes[0]["kind"], "model");
    assert_eq!(changes[0]["id"], MODEL);
    let side = |name: &str| changes[0][name]["policy"]["bindings"].to_string();
    assert!(!side("before").contains("user:mei@acme.test"));
    assert!(side("after").contains("user:mei@acme.test"));
    // In the import, people and what they own are named, not numbered.
    let import = entries[8]["changes"].to_string();
    assert!(import.contains(r#""owner":"user:"#), "{import}");
    assert!(!import.contains("unknown:"));
    let yaml = program.ok(&["journal", "-n", "1", "-o", "yaml"]);
    assert!(yaml.contains(hash) && yaml.contains("changes:"), "{yaml}");
    let lines = program.ok(&["journal", "-o", "ndjson"]);
    assert!(lines.lines().all(|line| line.contains("\"previous\":")));
    // For people, what fits on a line.
    let table = program.ok(&["journal"]);
    assert!(!table.contains(hash));
}

#[test]
fn an_environment_has_the_history_of_what_is_in_it() {
    let program = changed();
    let of = |what: &str| -> Vec<u64> {
        let entries = program.json(&["journal", "-n", "0", "--resource", what]);
        let entries = entries.as_array().unwrap().iter();
        entries.map(|e| e["revision"].as_u64().unwrap()).collect()
    };
    assert_eq!(of("risk-prod"), [10, 9, 8, 7, 6, 5, 4, 2]);
    assert_eq!(of(MODEL), [10, 9, 8, 7, 6, 5, 4, 2]);
    assert_eq!(of("risk-prod/models/stress-test"), [2]);
    assert_eq!(of("ops"), [2]);
    assert_eq!(of("nowhere"), [0u64; 0]);
}
