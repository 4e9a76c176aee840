//! `remedy` and `compare` as commands, on the sample organization.

use serde_json::Value;

use super::program::Program;

const FRAUD: &str = "risk-prod/models/fraud-score";

#[test]
fn a_remedy_is_shown_with_its_commands_and_applied() {
    let program = Program::alice();
    let ask = ["remedy", "user:tomasz@acme.test", "view", FRAUD];
    let shown = program.ok(&ask);
    let first = shown.lines().next().unwrap();
    assert!(first.starts_with("denied by the reach check"), "{shown}");
    assert!(
        shown.contains("1  share Fraud score with Tomasz Wójcik as "),
        "{shown}"
    );
    assert!(shown.contains("you may do it: --apply 1"), "{shown}");
    // The first is also the one that its command carries out.
    let rows = program.json(&ask);
    let command = rows[0]["commands"][0].as_str().unwrap();
    assert!(
        command.starts_with(
            "deedbox share risk-prod/models/fraud-score --with user:tomasz@acme.test --role roles/"
        ),
        "{command}"
    );
    assert_eq!(rows[0]["number"], 1);
    assert_eq!(rows[0]["may"], true);
    assert!(rows.as_array().unwrap().len() <= 3);
    let mut apply = ask.to_vec();
    apply.extend(["--apply", "1", "--reason", "pilot"]);
    let mut rehearsal = apply.clone();
    rehearsal.push("--dry-run");
    assert!(program.ok(&rehearsal).contains("nothing was changed"));
    program.ends(1, &["check", "user:tomasz@acme.test", "view", FRAUD]);
    assert!(program.ok(&apply).contains("revision "));
    program.ok(&["check", "user:tomasz@acme.test", "view", FRAUD]);
    let entry = &program.json(&["journal", "-n", "1"])[0];
    assert_eq!(entry["intent"], "share");
    assert_eq!(entry["reason"], "pilot");
    // Now the other way round.
    let shown = program.ok(&ask);
    assert!(shown.starts_with("allowed: "), "{shown}");
    assert!(
        shown.contains("1  stop sharing Fraud score with Tomasz Wójcik"),
        "{shown}"
    );
    program.ok(&[&ask[..], &["--apply", "1"]].concat());
    program.ends(1, &["check", "user:tomasz@acme.test", "view", FRAUD]);
}

#[test]
fn several_steps_are_one_change() {
    let program = Program::alice();
    let ask = [
        "remedy",
        "user:liam@acme.test",
        "run",
        "ops/models/delivery-notes",
    ];
    let rows = program.json(&ask);
    assert_eq!(
        rows[0]["steps"],
        serde_json::json!([
            "publish Delivery notes",
            "share Delivery notes with Liam O'Connell as User"
        ])
    );
    assert_eq!(
        rows[0]["commands"],
        serde_json::json!([
            r#"deedbox do '{"publish":{"model":"ops/models/delivery-notes"}}'"#,
            "deedbox share ops/models/delivery-notes --with user:liam@acme.test --level User"
        ])
    );
    program.ok(&[&ask[..], &["--apply", "1"]].concat());
    program.ok(&[
        "check",
        "user:liam@acme.test",
        "run",
        "ops/models/delivery-notes",
    ]);
    let entry = &program.json(&["journal", "-n", "1"])[0];
    assert_eq!(entry["intent"], "several");
    let revision = entry["revision"].to_string();
    program.ok(&["undo", &revision]);
    program.ends(
        1,
        &[
            "check",
            "user:liam@acme.test",
            "run",
            "ops/models/delivery-notes",
        ],
    );
}

#[test]
fn what_the_asker_may_not_do_says_what_is_needed() {
    let program = Program::alice();
    let ask = [
        "--as",
        "user:dan@acme.test",
        "remedy",
        "user:dan@acme.test",
        "edit",
        FRAUD,
    ];
    let shown = program.ok(&ask);
    assert!(shown.contains("you may not do it:"), "{shown}");
    assert!(shown.contains("You can't share Fraud score."), "{shown}");
    let refused = program.ends(4, &[&ask[..], &["--apply", "1"]].concat());
    assert!(refused.contains("You can't share"), "{refused}");
}

#[test]
fn no_remedy_says_why() {
    let program = Program::alice();
    // Everything could be taken from Alice, but then nobody would own the model.
    let shown = program.ends(1, &["remedy", "user:alice@acme.test", "run", FRAUD]);
    assert!(shown.contains("Nobody active would own"), "{shown}");
    let shown = program.ends(
        1,
        &[
            "remedy",
            "user:kwame@acme.test",
            "run",
            "ops/models/business-cards",
        ],
    );
    assert!(shown.contains("no longer supported"), "{shown}");
    assert!(shown.contains("no remedy"), "{shown}");
    // A role that comes from above the project.
    let shown = program.ends(1, &["remedy", "user:victor@acme.test", "see", FRAUD]);
    assert!(
        shown.contains("can't be taken away: reach: Viewer inherited from above"),
        "{shown}"
    );
    let none = program.json_ending(1, &["remedy", "user:victor@acme.test", "see", FRAUD]);
    assert_eq!(none, Value::Array(Vec::new()));
    let ask = ["remedy", "user:tomasz@acme.test", "run", FRAUD];
    let said = program.ends(3, &[&ask[..], &["--apply", "9"]].concat());
    assert!(said.contains("no remedy 9"), "{said}");
    let said = program.ends(2, &[&ask[..], &["--dry-run"]].concat());
    assert!(said.contains("--apply"), "{said}");
    let said = program.ends(3, &["remedy", "user:tomasz@acme.test", "fly", FRAUD]);
    assert!(said.contains("no capability"), "{said}");
}

/// A name that the directory does not know gets a share of its own, too.
#[test]
fn an_outsider_can_be_given_something() {
    let program = Program::alice();
    let ask = ["remedy", "user:zed@far.test", "run", FRAUD];
    program.ok(&[&ask[..], &["--apply", "1"]].concat());
    program.ok(&["check", "user:zed@far.test", "run", FRAUD]);
    program.ok(&["verify"]);
}

#[test]
fn two_people_are_compared() {
    let program = Program::alice();
    let pair = ["user:dan@acme.test", "user:mei@acme.test"];
    let rows = program.json_ending(1, &["compare", pair[0], pair[1]]);
    let row = |id: &str| {
        let rows = rows.as_array().unwrap();
        rows.iter().find(|r| r["resource"] == id).cloned()
    };
    let fraud = row(FRAUD).unwrap();
    assert_eq!(fraud["only_a"], serde_json::json!(["see", "view", "run"]));
    assert_eq!(fraud["only_b"], serde_json::json!([]));
    assert_eq!(fraud["both"], serde_json::json!([]));
    // Both may read what their team was given; Dan may pass it on no more than Mei.
    assert!(row("sales-lab/models/price-elasticity").is_none());
    let table = program.ends(1, &["compare", pair[0], pair[1], "--environment", "ops"]);
    assert!(table.contains("ops/models/invoices"), "{table}");
    assert!(!table.contains("risk-prod"), "{table}");
    let one = program.json_ending(1, &["compare", pair[0], pair[1], "--on", FRAUD]);
    assert_eq!(one.as_array().unwrap().len(), 1);
    let same = program.json(&["compare", pair[0], pair[0]]);
    assert_eq!(same, Value::Array(Vec::new()));
    program.ok(&["compare", pair[0], pair[1], "--on", "risk-prod"]);
    let said = program.ends(3, &["compare", pair[0], pair[1], "--environment", "mars"]);
    assert!(said.contains("no environment `mars`"), "{said}");
    program.ends(2, &["compare", pair[0]]);
}
