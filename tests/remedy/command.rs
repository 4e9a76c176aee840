//! `remedy` and `compare` as commands, on the sample organization.

use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const ACME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/acme.yaml");
const FRAUD: &str = "risk-prod/models/fraud-score";

/// A store with the sample organization; the account signs in as Alice.
struct World(TempDir);

/// What a run came to.
struct Came {
    code: i32,
    out: String,
    err: String,
}

impl World {
    fn acme() -> Self {
        let world = Self(TempDir::new().unwrap());
        world.ok(&["init"]);
        world.ok(&["import", ACME]);
        let logins = world.json(0, &["login", "list"]);
        let account = logins[0]["account"].as_str().unwrap();
        world.ok(&["login", "set", account, "user:alice@acme.test"]);
        world
    }

    fn run(&self, arguments: &[&str]) -> Came {
        let output = Command::new(env!("CARGO_BIN_EXE_deedbox"))
            .args(arguments)
            .env("DEEDBOX_STORE", self.0.path().join("store"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Came {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn ends(&self, code: i32, arguments: &[&str]) -> String {
        let came = self.run(arguments);
        assert_eq!(came.code, code, "{arguments:?}: {}{}", came.out, came.err);
        format!("{}{}", came.out, came.err)
    }

    fn ok(&self, arguments: &[&str]) -> String {
        self.ends(0, arguments)
    }

    fn json(&self, code: i32, arguments: &[&str]) -> Value {
        let mut arguments = arguments.to_vec();
        arguments.extend(["-o", "json"]);
        let came = self.run(&arguments);
        assert_eq!(came.code, code, "{arguments:?}: {}", came.err);
        serde_json::from_str(&came.out).unwrap()
    }
}

#[test]
fn a_remedy_is_shown_with_its_commands_and_applied() {
    let world = World::acme();
    let ask = ["remedy", "user:tomasz@acme.test", "view", FRAUD];
    let shown = world.ok(&ask);
    let first = shown.lines().next().unwrap();
    assert!(first.starts_with("denied by the reach check"), "{shown}");
    assert!(
        shown.contains("1  share Fraud score with Tomasz Wójcik as "),
        "{shown}"
    );
    assert!(shown.contains("you may do it: --apply 1"), "{shown}");
    // The first is also the one that its command carries out.
    let rows = world.json(0, &ask);
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
    assert!(world.ok(&rehearsal).contains("nothing was changed"));
    world.ends(1, &["check", "user:tomasz@acme.test", "view", FRAUD]);
    assert!(world.ok(&apply).contains("revision "));
    world.ok(&["check", "user:tomasz@acme.test", "view", FRAUD]);
    let entry = &world.json(0, &["journal", "-n", "1"])[0];
    assert_eq!(entry["intent"], "share");
    assert_eq!(entry["reason"], "pilot");
    // Now the other way round.
    let shown = world.ok(&ask);
    assert!(shown.starts_with("allowed: "), "{shown}");
    assert!(
        shown.contains("1  stop sharing Fraud score with Tomasz Wójcik"),
        "{shown}"
    );
    world.ok(&[&ask[..], &["--apply", "1"]].concat());
    world.ends(1, &["check", "user:tomasz@acme.test", "view", FRAUD]);
}

#[test]
fn several_steps_are_one_change() {
    let world = World::acme();
    let ask = [
        "remedy",
        "user:liam@acme.test",
        "run",
        "ops/models/delivery-notes",
    ];
    let rows = world.json(0, &ask);
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
    world.ok(&[&ask[..], &["--apply", "1"]].concat());
    world.ok(&[
        "check",
        "user:liam@acme.test",
        "run",
        "ops/models/delivery-notes",
    ]);
    let entry = &world.json(0, &["journal", "-n", "1"])[0];
    assert_eq!(entry["intent"], "several");
    let revision = entry["revision"].to_string();
    world.ok(&["undo", &revision]);
    world.ends(
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
    let world = World::acme();
    let ask = [
        "--as",
        "user:dan@acme.test",
        "remedy",
        "user:dan@acme.test",
        "edit",
        FRAUD,
    ];
    let shown = world.ok(&ask);
    assert!(shown.contains("you may not do it:"), "{shown}");
    assert!(shown.contains("You can't share Fraud score."), "{shown}");
    let refused = world.ends(4, &[&ask[..], &["--apply", "1"]].concat());
    assert!(refused.contains("You can't share"), "{refused}");
}

#[test]
fn no_remedy_says_why() {
    let world = World::acme();
    // Everything could be taken from Alice, but then nobody would own the model.
    let shown = world.ends(1, &["remedy", "user:alice@acme.test", "run", FRAUD]);
    assert!(shown.contains("Nobody active would own"), "{shown}");
    let shown = world.ends(
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
    let shown = world.ends(1, &["remedy", "user:victor@acme.test", "see", FRAUD]);
    assert!(
        shown.contains("can't be taken away: reach: Viewer inherited from above"),
        "{shown}"
    );
    let none = world.json(1, &["remedy", "user:victor@acme.test", "see", FRAUD]);
    assert_eq!(none, Value::Array(Vec::new()));
    let ask = ["remedy", "user:tomasz@acme.test", "run", FRAUD];
    let said = world.ends(3, &[&ask[..], &["--apply", "9"]].concat());
    assert!(said.contains("no remedy 9"), "{said}");
    let said = world.ends(2, &[&ask[..], &["--dry-run"]].concat());
    assert!(said.contains("--apply"), "{said}");
    let said = world.ends(3, &["remedy", "user:tomasz@acme.test", "fly", FRAUD]);
    assert!(said.contains("no capability"), "{said}");
}

/// A name that the directory does not know gets a share of its own, too.
#[test]
fn an_outsider_can_be_given_something() {
    let world = World::acme();
    let ask = ["remedy", "user:zed@far.test", "run", FRAUD];
    world.ok(&[&ask[..], &["--apply", "1"]].concat());
    world.ok(&["check", "user:zed@far.test", "run", FRAUD]);
    world.ok(&["verify"]);
}

#[test]
fn two_people_are_compared() {
    let world = World::acme();
    let pair = ["user:dan@acme.test", "user:mei@acme.test"];
    let rows = world.json(1, &["compare", pair[0], pair[1]]);
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
    let table = world.ends(1, &["compare", pair[0], pair[1], "--environment", "ops"]);
    assert!(table.contains("ops/models/invoices"), "{table}");
    assert!(!table.contains("risk-prod"), "{table}");
    let one = world.json(1, &["compare", pair[0], pair[1], "--on", FRAUD]);
    assert_eq!(one.as_array().unwrap().len(), 1);
    let same = world.json(0, &["compare", pair[0], pair[0]]);
    assert_eq!(same, Value::Array(Vec::new()));
    world.ok(&["compare", pair[0], pair[1], "--on", "risk-prod"]);
    let said = world.ends(3, &["compare", pair[0], pair[1], "--environment", "mars"]);
    assert!(said.contains("no environment `mars`"), "{said}");
    world.ends(2, &["compare", pair[0]]);
}
