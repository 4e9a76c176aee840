//! The conformance suite: every scenario in `tests/scenarios`, as `deedbox test` runs it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

use std::fs;
use std::path::{Path, PathBuf};

use deedbox::scenario;

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_scenario_passes() {
    let mut failures = String::new();
    let mut passed = 0;
    for path in files() {
        let name = path.to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let read = scenario::read(&text, name).unwrap_or_else(|problem| panic!("{problem}"));
        let report = scenario::run(&read).unwrap_or_else(|problem| panic!("{problem}"));
        passed += report.passed;
        failures.extend(report.failures);
    }
    assert!(
        failures.is_empty(),
        "{passed} steps passed; these did not:\n{failures}"
    );
    assert!(passed > 500, "only {passed} steps ran");
}

/// A scenario with one step, which is all that these tests vary.
fn with_step(step: &str) -> String {
    format!(
        "deedbox: 1
directory: {{users: [{{id: a@x.test}}]}}
environments:
  - id: p
    platform: google-ai-platform
    models: [{{id: m}}]
steps:
  - {step}
"
    )
}

fn problem(step: &str) -> String {
    scenario::read(&with_step(step), "f.yaml")
        .unwrap_err()
        .to_string()
}

#[test]
fn what_is_not_understood_names_its_line() {
    for (step, words) in [
        ("{as: user:a@x.test, check: run, on: p/models/m}", "expect"),
        (
            "{as: user:a@x.test, frobnicate: {}, expect: allow}",
            "frobnicate",
        ),
        (
            "{as: user:a@x.test, share: {modle: p/models/m}, expect: allow}",
            "modle",
        ),
        (
            "{as: user:a@x.test, check: run, on: p/models/m, expect: {deny: no-such-key}}",
            "no-such-key",
        ),
        (
            "{as: user:a@x.test, check: run, on: p/models/m, expect: maybe}",
            "maybe",
        ),
        (
            "{as: user:a@x.test, check: run, list: my-models, expect: allow}",
            "one thing",
        ),
        ("{check: run, on: p/models/m, expect: allow}", "`as`"),
        ("{as: user:a@x.test, check: run, expect: allow}", "`on`"),
        (
            "{as: user:a@x.test, list: your-models, expect: []}",
            "your-models",
        ),
        (
            "{as: user:a@x.test, list: my-models, expect: allow}",
            "list",
        ),
        (
            "{as: user:a@x.test, check: run, on: p/models/m, expect: []}",
            "list",
        ),
        ("{as: user:a@x.test, expect: allow}", "nothing"),
        (
            "{at: tomorrow, as: user:a@x.test, check: run, on: p/models/m, expect: allow}",
            "tomorrow",
        ),
    ] {
        let problem = problem(step);
        assert!(problem.starts_with("f.yaml:8"), "{step}: {problem}");
        assert!(problem.contains(words), "{step}: {problem}");
    }
}

#[test]
fn a_failure_shows_the_decision_that_came() {
    let text =
        with_step("{as: user:a@x.test, check: run, on: p/models/m, expect: allow, note: why}");
    let report = scenario::run(&scenario::read(&text, "f.yaml").unwrap()).unwrap();
    assert_eq!(report.to_string(), "0 passed, 1 failed");
    let failure = report.failures.concat();
    for part in [
        "f.yaml:8",
        "expected allow, came to deny: no-grant",
        "why",
        "reach: nothing grants it",
    ] {
        assert!(failure.contains(part), "{failure}");
    }
}

#[test]
fn a_list_that_differs_says_of_each_entry_why() {
    let text = with_step("{who-can: run, on: p/models/m, expect: [user:a@x.test]}")
        + "  - {as: user:a@x.test, list: all-models, expect: [p/models/m]}\n";
    let report = scenario::run(&scenario::read(&text, "f.yaml").unwrap()).unwrap();
    assert_eq!(report.to_string(), "0 passed, 2 failed");
    for (failure, entry) in report.failures.iter().zip(["user:a@x.test", "p/models/m"]) {
        assert!(
            failure.contains(&format!("{entry} is missing:")),
            "{failure}"
        );
        assert!(failure.contains("reach: nothing grants it"), "{failure}");
    }
}

#[test]
fn a_refused_step_changes_nothing_and_the_next_goes_on() {
    let text = with_step(
        "{as: user:a@x.test, share: {model: p/models/m, with: user:a@x.test}, expect: {deny: reach}}",
    ) + "  - {create-user: {id: b@x.test}, expect: allow}
  - {as: store-administrator, create-user: {id: B@x.test}, expect: {error: name-taken}}
  - {who-can: run, on: p/models/m, expect: []}
  - {at: 2027-01-01T00:00:00Z}
";
    let report = scenario::run(&scenario::read(&text, "f.yaml").unwrap()).unwrap();
    assert_eq!(
        report.to_string(),
        "4 passed, 0 failed",
        "{:?}",
        report.failures
    );
}

#[test]
fn steps_are_required() {
    assert!(scenario::read("deedbox: 1\n", "f.yaml").is_err());
}

#[test]
fn undo_and_import_say_what_they_take() {
    for (step, words) in [
        ("{undo: first, expect: allow}", "last, {revision: N}"),
        ("{undo: {steps_back: 0}, expect: allow}", "1 step back"),
        ("{undo: {step: 1}, expect: allow}", "revision or steps_back"),
        (
            "{undo: {revision: 1, steps_back: 1}, expect: allow}",
            "one change",
        ),
        (
            "{undo: last, import: {file: x}, expect: allow}",
            "one thing",
        ),
        ("{import: {}, expect: allow}", "`document` or `file`"),
        (
            "{import: {file: no-such-file.yaml}, expect: allow}",
            "no-such-file.yaml",
        ),
        (
            "{import: {file: x, from: punch-cards}, expect: allow}",
            "punch-cards",
        ),
        (
            "{import: {file: x, environment: p, onto: p}, expect: allow}",
            "keep one",
        ),
        (
            "{import: {document: {deedbox: 2}}, expect: allow}",
            "version 2",
        ),
        (
            "{import: {document: {deedbox: 1}, environment: p}, expect: allow}",
            "go with `file`",
        ),
        (
            "{import: {document: {deedbox: 1, people: []}}, expect: allow}",
            "people",
        ),
        (
            "{store-administrator: true, as: user:a@x.test, check: run, on: p/models/m, expect: allow}",
            "goes with intents",
        ),
    ] {
        let problem = problem(step);
        assert!(problem.starts_with("f.yaml:8"), "{step}: {problem}");
        assert!(problem.contains(words), "{step}: {problem}");
    }
}

/// A project's policy with these bindings besides its owner's: what comes of setting it.
fn policy_of(bindings: &[String]) -> Result<(), String> {
    let owner = "{role: roles/owner, members: [user:boss@x.test]}";
    let bindings = [&[owner.to_owned()], bindings].concat().join(", ");
    let groups: String = (0..251).fold(String::new(), |all, n| {
        format!("{all}    - {{id: g{n}@x.test, kind: google-group}}\n")
    });
    let text = format!(
        "deedbox: 1
directory:
  users: [{{id: boss@x.test}}]
  groups:
{groups}environments:
  - id: p
    platform: google-ai-platform
    policy: {{etag: BwX=, bindings: [{owner}]}}
steps:
  - as: user:boss@x.test
    set-policy: {{resource: p, policy: {{version: 3, etag: BwX=, bindings: [{bindings}]}}}}
    expect: allow
"
    );
    let scenario = scenario::read(&text, "f.yaml").unwrap_or_else(|p| panic!("{p}"));
    let report = scenario::run(&scenario).unwrap_or_else(|p| panic!("{p}"));
    if report.failures.is_empty() {
        Ok(())
    } else {
        Err(report.failures.concat())
    }
}

#[test]
fn a_policy_may_be_as_long_as_google_takes_it() {
    let with = |members: Vec<String>| {
        let members = members.join(", ");
        vec![format!("{{role: roles/ml.viewer, members: [{members}]}}")]
    };
    let users = |n: usize| with((0..n).map(|i| format!("\"user:u{i}@x.test\"")).collect());
    let groups = |n: usize| with((0..n).map(|i| format!("\"group:g{i}@x.test\"")).collect());
    let ended = |n: usize| {
        let binding = |i| {
            let when = format!("request.time < timestamp('2027-01-01T00:00:{i:02}Z')");
            format!(
                "{{role: roles/ml.viewer, members: [\"user:u@x.test\"], condition: {{expression: \"{when}\"}}}}"
            )
        };
        (0..n).map(binding).collect::<Vec<_>>()
    };
    // One principal is the owner.
    for (most, more) in [
        (users(1_499), users(1_500)),
        (groups(250), groups(251)),
        (ended(20), ended(21)),
    ] {
        assert_eq!(policy_of(&most), Ok(()));
        let refused = policy_of(&more).unwrap_err();
        assert!(refused.contains("came to error: policy-limit"), "{refused}");
    }
}
