//! Bulk changes by CSV: the same header in and out, rows that are refused, one change.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::Value;
use std::fs;
use strum::IntoEnumIterator as _;

#[path = "support/program.rs"]
mod program;

use deedbox::domain::Timestamp;
use deedbox::interop::bulk::{self, Kind};
use deedbox::registry::rows::{Outcome, plan_rows};
use deedbox::registry::{Actor, Draft, Registry, plan_import};
use program::Program;

const ACME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/acme.yaml");

fn clock() -> Timestamp {
    Timestamp::parse("2026-11-21T09:00:00Z").unwrap()
}

fn acme() -> Registry {
    let registry = Registry::in_memory().unwrap();
    let text = fs::read_to_string(ACME).unwrap();
    let document = deedbox::interop::document::read(&text, "acme.yaml").unwrap();
    let mut draft = Draft::new(&registry.snapshot());
    deedbox::interop::document::apply(&document, &mut draft).unwrap();
    let actor = Actor::store_administrator("setup");
    let plan = plan_import(draft, &actor, "acme.yaml", clock()).unwrap();
    registry.commit(plan).unwrap();
    registry
}

fn alice(registry: &Registry) -> Actor {
    Actor {
        account: "tester".into(),
        principal: registry.snapshot().find_principal("user:alice@acme.test"),
        store_administrator: true,
        on_behalf_by: None,
    }
}

fn outcomes(registry: &Registry, text: &str, each: bool) -> Vec<String> {
    let file = bulk::read(text, "f.csv").unwrap();
    let snapshot = registry.snapshot();
    let came = plan_rows(&snapshot, &alice(registry), &file.rows, clock(), "f", each);
    let word = |outcome: &Outcome| match outcome {
        Outcome::Done(what) => format!("ok {what}"),
        Outcome::Nothing => "nothing".to_owned(),
        Outcome::Refused(refusal) => refusal.key().to_owned(),
    };
    came.outcomes.iter().map(word).collect()
}

#[test]
fn what_is_written_is_so_already_when_it_is_read_back() {
    let registry = acme();
    let snapshot = registry.snapshot();
    for kind in Kind::iter() {
        let written = bulk::write(&snapshot, kind, None, clock()).unwrap();
        let file = bulk::read(&written.text, "f.csv").unwrap();
        assert_eq!(file.kind, kind);
        assert!(file.rows.len() > 10, "{kind}: {}", written.text);
        let header = written.text.lines().next().unwrap();
        assert_eq!(header, kind.header().join(","));
        let came = plan_rows(
            &snapshot,
            &alice(&registry),
            &file.rows,
            clock(),
            "f",
            false,
        );
        for (row, outcome) in file.rows.iter().zip(&came.outcomes) {
            assert_eq!(*outcome, Outcome::Nothing, "{kind} {row:?}");
        }
        assert!(came.plan.is_none());
    }
}

#[test]
fn rows_build_on_each_other_and_a_refused_one_leaves_no_trace() {
    let registry = acme();
    let text = "\
group,member,do
group:sales@acme.test,user:dan@acme.test,
group:sales@acme.test,user:dan@acme.test,
group:sales@acme.test,user:dan@acme.test,remove
group:sales@acme.test,user:dan@acme.test,turn
group:nobody@acme.test,user:dan@acme.test,
group:sales@acme.test
group:sales@acme.test,user:erin@acme.test,add
";
    let came = outcomes(&registry, text, true);
    assert!(came[0].starts_with("ok "), "{came:?}");
    assert_eq!(came[1], "nothing", "the row before did it");
    assert!(came[2].starts_with("ok "), "{came:?}");
    assert_eq!(came[3], "malformed");
    assert_eq!(came[4], "not-found");
    assert_eq!(came[5], "malformed");
    assert!(came[6].starts_with("ok "), "{came:?}");
}

#[test]
fn shares_and_owners_are_authorized_like_any_other() {
    let registry = acme();
    let text = "\
resource,member,role,starts,ends,reason,do
risk-prod/models/device-trust,user:dan@acme.test,roles/ml.modelUser,,2027-03-01T00:00:00Z,audit,
risk-prod/models/fraud-score,user:dan@acme.test,roles/ml.modelUser,,,,remove
risk-prod/models/fraud-score,user:dan@acme.test,roles/ml.modelUser,,,,remove
risk-prod/models/none,user:dan@acme.test,roles/ml.modelUser,,,,
risk-prod/models/device-trust,user:dan@acme.test,roles/ml.modelUser,,2020-01-01T00:00:00Z,,
";
    let came = outcomes(&registry, text, false);
    assert!(came[0].starts_with("ok share Device trust"), "{came:?}");
    assert!(came[1].starts_with("ok "), "{came:?}");
    assert_eq!(came[2], "nothing");
    assert_eq!(came[3], "not-found");
    assert_eq!(came[4], "malformed", "that end is past");

    let text = "resource,owner\nrisk-prod/models/fraud-score,user:erin@acme.test\nrisk-prod/models/chargeback-risk,user:erin@acme.test\n";
    let came = outcomes(&registry, text, false);
    assert!(came[0].starts_with("ok reassign"), "{came:?}");
    assert_eq!(came[1], "nothing", "one of several owners stays one");
}

fn csv(program: &Program, text: &str) -> String {
    program.file("rows.csv", text)
}

fn memberships(program: &Program) -> String {
    program.ok(&["export", "--to", "csv", "--of", "memberships"])
}

const MIXED: &str = "\
group,member,do
group:sales@acme.test,user:dan@acme.test,
group:nobody@acme.test,user:dan@acme.test,
group:sales@acme.test,user:zara@acme.test,
";

#[test]
fn a_refused_row_refuses_all_unless_the_rest_is_wanted() {
    let program = Program::alice();
    let before = memberships(&program);
    let file = csv(&program, MIXED);

    let came = program.run(&["bulk", &file, "--dry-run"]);
    let out = came.out;
    assert_eq!(came.code, 3, "{out}");
    assert!(out.contains("line 2: "), "{out}");
    assert!(out.contains("line 3: refused: "), "{out}");
    assert!(out.contains("line 4: so already"), "{out}");
    assert!(out.contains("1 to do, 1 so already, 1 refused"), "{out}");

    assert_eq!(program.run(&["bulk", &file]).code, 3);
    assert_eq!(memberships(&program), before, "nothing was changed");

    let came = program.run(&[
        "bulk",
        &file,
        "--keep-going",
        "--reason",
        "onboarding",
        "-o",
        "json",
    ]);
    assert_eq!(came.code, 6);
    let rows: Value = serde_json::from_str(&came.out).unwrap();
    assert_eq!(rows[0]["outcome"], "ok");
    assert_eq!(rows[1]["key"], "not-found");
    assert_eq!(rows[2]["outcome"], "nothing-to-do");
    let after = memberships(&program);
    assert!(
        after.contains("group:sales@acme.test,user:dan@acme.test,"),
        "{after}"
    );
    let journal = program.ok(&["journal", "-o", "json"]);
    assert!(journal.contains("carry out 1 row of"), "{journal}");
    assert!(journal.contains("onboarding"), "{journal}");

    assert_eq!(
        program.run(&["bulk", &csv(&program, &after)]).code,
        0,
        "what was exported is so already"
    );
}

#[test]
fn whoever_may_not_is_refused_row_by_row() {
    let program = Program::alice();
    let file = csv(&program, MIXED);
    let came = program.run(&["--as", "user:dan@acme.test", "bulk", &file]);
    assert_eq!(came.code, 4, "{}", came.out);
    let out = came.out;
    assert!(out.contains("store-administrator-only"), "{out}");
}
