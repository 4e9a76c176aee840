//! The program itself, in directories of its own: what it prints, and how it ends.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

#[path = "support/program.rs"]
mod program;

use program::{ACME, Program};

/// The sample organization; the account signs in as Alice, who also administers the store.
fn acme() -> Program {
    let program = Program::sample();
    let account = program.account();
    program.ok(&[
        "login",
        "set",
        &account,
        "user:alice@acme.test",
        "--store-administrator",
    ]);
    program
}

#[test]
fn a_store_from_start_to_finish() {
    let world = acme();
    let model = "risk-prod/models/fraud-score";
    let check = ["check", "user:tomasz@acme.test", "run", model];
    assert_eq!(world.run(&check).code, 1);
    let plan = world.ok(&[
        "share",
        model,
        "--with",
        "user:tomasz@acme.test",
        "--dry-run",
    ]);
    assert!(
        plan.contains("nothing was changed") && plan.contains("gcloud"),
        "{plan}"
    );
    assert_eq!(world.run(&check).code, 1);
    let done = world.ok(&[
        "share",
        model,
        "--with",
        "user:tomasz@acme.test",
        "--reason",
        "pilot",
    ]);
    assert!(done.contains("share Fraud score with Tomasz"), "{done}");
    assert_eq!(world.ok(&check), "allowed\n");
    let entry = &world.json(&["journal", "-n", "1"])[0];
    assert_eq!(entry["intent"], "share");
    assert_eq!(entry["actor"], "user:alice@acme.test");
    assert_eq!(entry["reason"], "pilot");
    let revision = entry["revision"].to_string();
    world.ok(&["undo", &revision, "--dry-run"]);
    world.ok(&["undo", &revision]);
    assert_eq!(world.run(&check).code, 1);
    world.fails(3, &["undo", &revision], "already taken back, by 5");
    world.fails(3, &["undo", "999"], "no revision 999");
    let checkpoint = world.ok(&["verify"]);
    assert_eq!(world.ok(&["checkpoint"]), checkpoint);
    world.ok(&["verify", "--checkpoint", checkpoint.trim()]);
    world.fails(2, &["verify", "--checkpoint", "nonsense"], "checkpoint");
    world.ok(&["unshare", model, "--with", "user:dan@acme.test"]);
    world.ok(&["reassign", model, "--to", "user:carol@acme.test", "--keep"]);
    let mine = world.json(&["what-can", "user:carol@acme.test", "--list", "my-models"]);
    assert!(
        mine.as_array()
            .unwrap()
            .iter()
            .any(|row| row["resource"] == model),
        "{mine}"
    );
    for many in [
        "group:risk@acme.test",
        "group:stranger@acme.test",
        "allUsers",
    ] {
        world.fails(2, &["what-can", many], "ask about one of its members");
    }
    let forged = format!("{}:{}", 1, "0".repeat(64));
    world.fails(7, &["verify", "--checkpoint", &forged], "revision 1");
}

#[test]
fn what_is_exported_is_imported() {
    let world = acme();
    for form in ["yaml", "json"] {
        let text = world.ok(&["export", "-o", form]);
        let file = world.file(&format!("copy.{form}"), &text);
        let other = Program::new();
        other.ok(&["import", &file]);
        assert_eq!(other.ok(&["export", "-o", form]), text);
        let again = other.run(&["import", &file]);
        assert_eq!((again.code, again.out.as_str()), (0, "nothing changes\n"));
    }
}

#[test]
fn a_policy_goes_out_and_comes_back() {
    let world = acme();
    let model = "risk-prod/models/fraud-score";
    let policy = world.ok(&["export", "--to", "google-policy", model]);
    let file = world.file(
        "policy.json",
        &policy.replace("user:dan@acme.test", "user:mei@acme.test"),
    );
    world.fails(2, &["import", &file], "--onto");
    world.ok(&["import", "--onto", model, "--dry-run", &file]);
    world.ok(&["import", "--onto", model, &file]);
    world.ok(&["check", "user:mei@acme.test", "run", model]);
    let yaml = world.ok(&["export", "--to", "google-policy", model, "-o", "yaml"]);
    assert!(yaml.contains("- user:mei@acme.test"), "{yaml}");
    world.fails(
        3,
        &["export", "--to", "google-policy", "ops/models/invoices"],
        "no Google policy",
    );
    world.fails(
        2,
        &["import", "--from", "papyrus", &file],
        "no format `papyrus`",
    );
}

#[test]
fn bad_files_change_nothing() {
    let world = acme();
    let before = world.revision();
    let good = world.file(
        "good.yaml",
        "deedbox: 1\ndirectory: {users: [{id: zed@acme.test}]}\n",
    );
    for (text, words) in [
        (
            "deedbox: 1\ndirectory:\n  users:\n    - {id: a@x.test, colour: red}\n",
            "bad.yaml:4",
        ),
        ("deedbox: 9\n", "version"),
        (
            "deedbox: 1\nenvironments: [{id: z, platform: mainframe}]\n",
            "bad.yaml:2",
        ),
        ("{", "bad.yaml"),
        ("", "empty"),
        ("deedbox: 1\nsteps: []\n", "deedbox test"),
    ] {
        let bad = world.file("bad.yaml", text);
        world.fails(3, &["import", &good, &bad], words);
    }
    world.fails(
        3,
        &["import", &good, "/nowhere/at-all.yaml"],
        "can't be read",
    );
    assert_eq!(world.revision(), before);
    world.fails(
        3,
        &["check", "user:zed@acme.test", "see", "nowhere"],
        "no environment",
    );
}

#[test]
fn every_ending_has_its_code() {
    let world = acme();
    world.fails(2, &["frobnicate"], "unrecognized");
    world.fails(2, &[], "terminal");
    world.fails(2, &["demo"], "terminal");
    world.fails(0, &["--version"], "deedbox 0");
    world.fails(0, &["--help"], "Exit codes");
    world.fails(
        3,
        &["check", "user:dan@acme.test", "fly", "risk-prod"],
        "no capability",
    );
    world.fails(
        3,
        &["check", "nobody", "run", "risk-prod/models/fraud-score"],
        "no principal",
    );
    world.fails(
        3,
        &[
            "check",
            "user:dan@acme.test",
            "run",
            "risk-prod/models/none",
        ],
        "no model",
    );
    world.fails(
        1,
        &[
            "check",
            "user:stranger@far.test",
            "run",
            "risk-prod/models/fraud-score",
        ],
        "denied",
    );
    world.fails(
        4,
        &[
            "--as",
            "user:dan@acme.test",
            "share",
            "ops/models/invoices",
            "--with",
            "user:mei@acme.test",
        ],
        "can't share",
    );
    world.fails(
        3,
        &["do", "{\"create-user\": {\"id\": \"alice@acme.test\"}}"],
        "name-taken",
    );
    world.fails(3, &["do", "{\"fly\": {}}"], "no intent");
    world.fails(3, &["do", "{\"create-user\": {\"idd\": \"x\"}}"], "idd");
    world.fails(
        4,
        &[
            "--as",
            "user:dan@acme.test",
            "do",
            "{\"create-user\": {\"id\": \"zoe2@acme.test\"}}",
        ],
        "store administrators",
    );
    world.fails(
        4,
        &[
            "--as",
            "user:dan@acme.test",
            "import",
            &world.file(
                "i.yaml",
                "deedbox: 1\ndirectory: {users: [{id: i@x.test}]}\n",
            ),
        ],
        "store administrators",
    );
    world.fails(
        3,
        &["--as", "user:stranger@far.test", "journal"],
        "knows no user",
    );
    world.fails(3, &["init"], "already");
    let nowhere = Program::empty();
    nowhere.fails(3, &["journal"], "deedbox init");
}

#[test]
fn any_intent_can_be_written_out() {
    let world = acme();
    world.ok(&["do", "create-user: {id: zed@acme.test, name: Zed}"]);
    let came = world.with_input(
        &["do", "-", "--reason", "left"],
        "{\"suspend-user\": {\"user\": \"user:zed@acme.test\"}}",
    );
    assert_eq!(came.code, 0, "{}", came.err);
    let newest = &world.json(&["journal", "-n", "1", "--kind", "suspend-user"])[0];
    assert_eq!(
        (&newest["intent"], &newest["reason"]),
        (&"suspend-user".into(), &"left".into())
    );
    world.fails(
        1,
        &["check", "user:zed@acme.test", "see", "risk-prod"],
        "denied",
    );
}

#[test]
fn a_store_administrator_acts_for_somebody_and_the_journal_names_both() {
    let world = Program::new();
    world.ok(&["import", ACME]);
    let account = world.account();
    let share = [
        "share",
        "ops/models/late-payment",
        "--with",
        "user:dan@acme.test",
    ];
    world.fails(4, &share, "--as");
    let mut on_behalf = vec!["--as", "user:stefan@acme.test"];
    on_behalf.extend(share);
    world.ok(&on_behalf);
    let newest = &world.json(&["journal", "-n", "1"])[0];
    assert_eq!(newest["actor"], "user:stefan@acme.test");
    assert_eq!(newest["on_behalf_by"], format!("account:{account}"));
    let his = world.json(&["journal", "--actor", "user:STEFAN@acme.test"]);
    assert_eq!(his.as_array().unwrap().len(), 1);
}

#[test]
fn an_account_that_is_nobody_is_told_what_to_do() {
    let world = acme();
    let account = world.account();
    world.fails(3, &["login", "remove", &account], "store administrator");
    world.fails(
        3,
        &[
            "login",
            "set",
            &account,
            "user:dan@acme.test",
            "--no-store-administrator",
        ],
        "store administrator",
    );
    world.ok(&["login", "set", &account, "user:dan@acme.test"]);
    let own = &world.json(&["login", "list"])[0];
    assert_eq!(
        own["store_administrator"], true,
        "nobody is demoted in passing"
    );
    world.fails(3, &["login", "set", "x", "user:bob@acme.test"], "suspended");
    world.fails(
        3,
        &["login", "set", "x", "user:nobody@acme.test"],
        "knows no user",
    );
    world.fails(3, &["login", "remove", "x"], "no login");
    world.ok(&["login", "set", "deputy", "--store-administrator"]);
    world.ok(&[
        "login",
        "set",
        &account,
        "user:dan@acme.test",
        "--no-store-administrator",
    ]);
    world.fails(4, &["login", "remove", "deputy"], "store administrators");
    world.fails(
        4,
        &["--as", "user:alice@acme.test", "journal"],
        "only store administrators",
    );
    let other = acme();
    other.ok(&["login", "set", "deputy", "--store-administrator"]);
    other.ok(&["login", "remove", &account]);
    for arguments in [
        &["journal"][..],
        &["check", "a", "b", "c"],
        &["export"],
        &["login", "list"],
    ] {
        other.fails(4, arguments, &format!("deedbox login set {account}"));
    }
}

#[test]
fn answers_come_in_every_form() {
    let world = acme();
    let who = ["who-can", "share", "ops/models/invoices"];
    let rows = world.json(&who);
    assert_eq!(rows[0]["principal"], "user:alice@acme.test");
    let with = |form| world.ok(&[&who[..], &["-o", form]].concat());
    assert_eq!(with("csv").lines().next(), Some("principal,name,routes"));
    assert_eq!(
        with("ndjson").lines().count(),
        rows.as_array().unwrap().len()
    );
    assert!(with("yaml").starts_with("- principal: user:alice@acme.test"));
    assert!(with("table").starts_with("PRINCIPAL"));
    assert!(!with("table").contains('\u{1b}'));
    let check = [
        "check",
        "user:dan@acme.test",
        "share",
        "ops/models/email-routing",
        "--explain",
    ];
    let came = world.run(&[&check[..], &["-o", "json"]].concat());
    let answer: Value = serde_json::from_str(&came.out).unwrap();
    assert_eq!(
        (came.code, &answer["decision"]),
        (1, &"deny".into()),
        "{answer}"
    );
    assert_eq!(answer["key"], "role-lacks-permission", "{answer}");
    assert!(
        answer["reasons"][0].as_str().unwrap().contains("privilege"),
        "{answer}"
    );
}

#[test]
fn formulas_are_escaped_in_csv() {
    let world = acme();
    world.ok(&[
        "do",
        "create-user: {id: eve@acme.test, name: \"=HYPERLINK(1)\"}",
    ]);
    let csv = world.ok(&["journal", "-o", "csv", "-n", "1"]);
    assert!(csv.contains("add =HYPERLINK"), "{csv}");
    world.ok(&[
        "share",
        "ops/models/email-routing",
        "--with",
        "user:eve@acme.test",
    ]);
    world.ok(&[
        "do",
        "grant-role: {environment: ops, role: Basic User, to: user:eve@acme.test}",
    ]);
    let csv = world.ok(&["who-can", "see", "ops/models/email-routing", "-o", "csv"]);
    assert!(csv.contains("'=HYPERLINK(1)"), "{csv}");
}

#[test]
fn questions_can_be_asked_about_another_time() {
    let world = acme();
    let share = [
        "share",
        "risk-prod/models/fraud-score",
        "--with",
        "user:mei@acme.test",
        "--ends",
        "2040-01-01",
    ];
    world.ok(&share);
    let check = |at| {
        world
            .run(&[
                "check",
                "user:mei@acme.test",
                "run",
                "risk-prod/models/fraud-score",
                "--at",
                at,
            ])
            .code
    };
    assert_eq!(
        (
            check("2039-12-31T23:59:59Z"),
            check("2040-01-01"),
            check("soon")
        ),
        (0, 1, 3)
    );
    let model = ["--model", "risk-prod/models/fraud-score", "--explain"];
    let batch = [
        "check",
        "user:mei@acme.test",
        "projects.jobs.create",
        "risk-prod",
    ];
    assert_eq!(world.run(&[&batch[..], &model].concat()).code, 1);
}

#[test]
fn a_batch_answers_every_line_in_order() {
    let world = acme();
    let line = |who: &str, kind: &str, id: &str| {
        format!(
            r#"{{"subject":{{"type":"user","id":"{who}"}},"action":{{"name":"run"}},"resource":{{"type":"{kind}","id":"{id}"}},"context":{{"time":"2027-01-01T00:00:00Z"}}}}"#
        )
    };
    let model = "risk-prod/models/fraud-score";
    let good = [
        line("dan@acme.test", "model", model),
        line("tomasz@acme.test", "model", model),
    ]
    .join("\n");
    let came = world.with_input(&["check", "--batch"], &good);
    assert_eq!(
        (came.code, came.out.as_str()),
        (0, "{\"decision\":true}\n{\"decision\":false}\n"),
        "{}",
        came.err
    );
    let mixed = [
        line("dan@acme.test", "job", model),
        "not json".into(),
        line("dan@acme.test", "model", "x/models/y"),
        line("user:dan@acme.test", "model", model),
        String::new(),
        line("dan@acme.test", "model", model),
    ]
    .join("\n");
    let came = world.with_input(&["check", "--batch", "--explain"], &mixed);
    assert_eq!(came.code, 6, "{}", came.out);
    let answers: Vec<Value> = came
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(answers.len(), 5);
    for answer in &answers[..4] {
        assert_eq!(answer["decision"], false);
        assert_eq!(answer["context"]["error"]["status"], 400);
    }
    assert_eq!(answers[4]["decision"], true);
    assert!(
        answers[4]["context"]["reasons"][0]
            .as_str()
            .unwrap()
            .contains("Model User")
    );
    world.fails(
        2,
        &["check", "--batch", "user:dan@acme.test"],
        "cannot be used",
    );
}

#[test]
fn the_journal_can_be_narrowed() {
    let world = acme();
    world.ok(&[
        "share",
        "risk-prod/models/fraud-score",
        "--with",
        "user:mei@acme.test",
    ]);
    let count = |arguments: &[&str]| {
        world
            .json(&[&["journal"], arguments].concat())
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(count(&[]), 4);
    assert_eq!(count(&["-n", "2"]), 2);
    assert_eq!(count(&["--kind", "share"]), 1);
    assert_eq!(count(&["--resource", "risk-prod/models/fraud-score"]), 2);
    assert_eq!(count(&["--resource", "ops"]), 1);
    assert_eq!(count(&["--since", "2100-01-01"]), 0);
    assert_eq!(count(&["--until", "2000-01-01"]), 0);
}

#[test]
fn a_store_that_is_open_elsewhere_says_where() {
    let world = acme();
    let mut batch = world.command(&["check", "--batch"]);
    let mut holder = batch
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut questions = holder.stdin.take().unwrap();
    questions.write_all(b"no question\n").unwrap();
    let mut answer = String::new();
    let mut answers = BufReader::new(holder.stdout.take().unwrap());
    answers.read_line(&mut answer).unwrap();
    assert!(answer.contains("no evaluation request"), "{answer}");
    world.fails(
        3,
        &["journal"],
        &format!("`deedbox check` (process {})", holder.id()),
    );
    drop(questions);
    assert_eq!(holder.wait().unwrap().code(), Some(6));
    world.ok(&["journal"]);
}

#[test]
fn scenarios_run_without_a_store() {
    let world = Program::empty();
    let text = "deedbox: 1
directory: {users: [{id: a@x.test}]}
environments: [{id: p, platform: fabric, models: [{id: m, owner: user:a@x.test}]}]
steps:
  - {as: user:a@x.test, list: my-models, expect: [p/models/m]}
";
    let good = world.file("good.yaml", text);
    assert_eq!(world.ok(&["test", &good]), "1 passed, 0 failed\n");
    let failing = world.file("failing.yaml", &text.replace("[p/models/m]}", "[]}"));
    world.fails(1, &["test", &good, &failing], "1 passed, 1 failed");
    world.fails(
        1,
        &["test", &failing],
        "failing.yaml:5: expected [], came to [p/models/m]",
    );
    let bad = world.file("bad.yaml", &text.replace("list:", "lists:"));
    world.fails(3, &["test", &bad], "bad.yaml:5");
    assert!(!Path::exists(&world.store()));
}

#[test]
fn shells_and_manuals_are_served() {
    let world = Program::empty();
    for shell in ["bash", "zsh", "fish"] {
        assert!(world.ok(&["completions", shell]).contains("deedbox"));
    }
    assert!(world.ok(&["man"]).contains(".TH"));
    assert!(world.ok(&["man", "share"]).contains("deedbox"));
    world.fails(2, &["man", "fly"], "no command");
}

#[test]
fn a_reader_that_goes_ends_the_program_quietly() {
    let world = acme();
    let mut command = world.command(&["export"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let came = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(came.stderr).unwrap(), "");
    assert_eq!(came.status.code(), Some(0));
}

#[test]
fn a_change_is_made_though_nobody_reads_about_it() {
    let world = Program::new();
    let mut child = world
        .command(&["import", ACME])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(world.revision(), 2);
}

#[test]
fn the_past_can_be_asked_about() {
    let world = acme();
    let model = "ops/models/invoices";
    let dan = ["check", "user:dan@acme.test", "run", model];
    let before = world.run(&dan).code;
    world.ok(&["do", r#"{"create-user": {"id": "yuri@acme.test"}}"#]);
    let revision = world.ok(&["checkpoint"]);
    let revision = revision.split(':').next().unwrap().to_owned();
    world.ok(&[
        "share",
        "risk-prod/models/fraud-score",
        "--with",
        "user:yuri@acme.test",
    ]);
    let yuri = [
        "check",
        "user:yuri@acme.test",
        "run",
        "risk-prod/models/fraud-score",
    ];
    assert_eq!(world.run(&yuri).code, 0);
    let then = [&yuri[..], &["--as-of", &revision]].concat();
    assert_eq!(world.run(&then).code, 1);
    // Before the import there was nothing.
    world.fails(
        3,
        &["who-can", "run", model, "--as-of", "1"],
        "no environment",
    );
    assert_eq!(world.run(&dan).code, before);
    let exported = world.ok(&["export", "--as-of", &revision]);
    assert!(exported.contains("yuri@acme.test") && !exported.contains("user:yuri"));

    let came = world.run(&["diff", "--from", &revision, "-o", "json"]);
    assert_eq!(came.code, 1, "{}", came.err);
    let rows: Value = serde_json::from_str(&came.out).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["principal"], "user:yuri@acme.test");
    assert_eq!(rows[0]["gained"], serde_json::json!(["see", "view", "run"]));
    assert_eq!(
        world
            .run(&["diff", "--from", &revision, "--to", &revision])
            .code,
        0
    );

    world.fails(3, &["export", "--as-of", "99"], "no revision 99");
    world.fails(
        3,
        &["export", "--as-of", "soon"],
        "neither a revision nor a time",
    );
    world.fails(2, &["undo", "3", "--as-of", "1"], "not changed");
    world.fails(
        2,
        &["diff", "--from", "3", "--to", "1"],
        "--from comes before",
    );
}

#[test]
fn who_does_not_exist_is_said_beside_the_answer() {
    let world = acme();
    let stranger = "user:dann@acme.test";
    let came = world.run(&["check", stranger, "run", "ops/models/invoices"]);
    assert_eq!(
        (came.code, came.out.as_str()),
        (1, "denied by the privilege check\n")
    );
    let said = "warning: the directory does not know user:dann@acme.test (nearest: user:dan@acme.test); answered as for an outsider";
    assert!(came.err.contains(said), "{}", came.err);
    let open = world.run(&["check", stranger, "run", "risk-prod/models/address-match"]);
    assert_eq!(open.code, 0, "a policy may name everybody");
    assert!(open.err.contains(said), "{}", open.err);
    let model = "risk-prod/models/fraud-score";
    let remedy = world.run(&["remedy", stranger, "run", model]);
    assert!(remedy.err.contains(said), "{}", remedy.err);
    let applied = world.run(&[
        "remedy",
        stranger,
        "run",
        model,
        "--apply",
        "1",
        "--dry-run",
    ]);
    assert!(applied.err.contains(said), "{}", applied.err);
    for who in ["user:dan@acme.test", "allUsers", "anonymous"] {
        let known = world.run(&["check", who, "run", model]);
        assert!(!known.err.contains("does not know"), "{who}: {}", known.err);
    }
    // A plan says it too, and names nothing that was open to the outsider before.
    let plan = world.run(&["share", model, "--with", stranger, "--dry-run"]);
    assert!(
        plan.err
            .contains("does not know user:dann@acme.test (nearest: user:dan@acme.test)"),
        "{}",
        plan.err
    );
    assert!(!plan.out.contains("Address match"), "{}", plan.out);
}

#[test]
fn times_are_said_from_now_wherever_they_are_read() {
    let world = acme();
    world.ok(&[
        "share",
        "risk-prod/models/fraud-score",
        "--with",
        "user:tomasz@acme.test",
        "--ends",
        "in 2 weeks",
    ]);
    for (option, count) in [
        ("yesterday", 4),
        ("1h ago", 4),
        ("tomorrow", 0),
        ("in 1 hour", 0),
    ] {
        let found = world.json(&["journal", "--since", option]);
        assert_eq!(found.as_array().unwrap().len(), count, "{option}");
    }
    let now = world.json(&["journal", "--until", "now"]);
    assert!(now.as_array().unwrap().len() <= 4);
    world.fails(1, &["diff", "--from", "yesterday"], "fraud-score");
    let check = [
        "check",
        "user:tomasz@acme.test",
        "run",
        "risk-prod/models/fraud-score",
    ];
    let at = |time: &str| world.run(&[&check[..], &["--at", time]].concat()).code;
    assert_eq!((at("tomorrow"), at("in 3 weeks")), (0, 1));
    world.fails(3, &[&check[..], &["--at", "soon"]].concat(), "7d ago");
    world.fails(
        3,
        &[
            "check",
            "user:dan@acme.test",
            "run",
            "ops/models/invoices",
            "--as-of",
            "whenever",
        ],
        "is neither a revision nor a time: write 12, 2027-03-01",
    );
    // What is kept is written out.
    let kept = &world.json(&["journal", "-n", "1"])[0]["summary"];
    assert!(kept.as_str().unwrap().contains("until 20"), "{kept}");
}

#[test]
fn several_revisions_are_taken_back_together() {
    let world = acme();
    let model = "risk-prod/models/device-trust";
    world.ok(&["share", model, "--with", "group:credit@acme.test"]);
    world.ok(&["share", model, "--with", "group:interns@acme.test"]);
    let said = world.ok(&["undo", "4", "5"]);
    assert!(
        said.contains("undo revisions 5 and 4: share Device trust with Interns"),
        "{said}"
    );
    let entry = &world.json(&["journal", "-n", "1"])[0];
    assert_eq!(entry["undoes"], serde_json::json!([5, 4]));
    world.fails(3, &["undo", "4"], "already taken back, by 6");
    world.ok(&["undo", "6"]);
    assert_eq!(
        world
            .run(&["check", "user:samuel@acme.test", "run", model])
            .code,
        0
    );
    world.fails(3, &["undo", "2", "4"], "import");
    world.ok(&["undo", "7"]);
    world.ok(&["share", model, "--with", "group:credit@acme.test"]);
    world.ok(&["unshare", model, "--with", "group:credit@acme.test"]);
    world.fails(3, &["undo", "9"], "10 changed the same since");
}

#[test]
fn an_account_has_a_name() {
    let world = acme();
    for nothing in ["", "  "] {
        world.fails(
            3,
            &["login", "set", nothing, "user:dan@acme.test"],
            "An account has a name",
        );
    }
}

#[test]
fn platform_steps_name_conditions_roles_and_requests() {
    let world = acme();
    let intent = r#"{"revoke-role": {"environment": "risk-prod", "role": "roles/ml.modelUser", "from": "group:credit@acme.test"}}"#;
    let plan = world.ok(&["do", intent, "--dry-run"]);
    let command = r#"gcloud projects remove-iam-policy-binding risk-prod --member='group:credit@acme.test' --role='roles/ml.modelUser' --condition='expression=resource.name.startsWith("projects/risk-prod/models/fraud-"),title=fraud models only'"#;
    assert!(plan.contains(command), "{plan}");
    assert!(
        plan.contains("none here; what it does on the platform is not known"),
        "{plan}"
    );
    let intent = r#"{"grant-role": {"environment": "risk-prod", "role": "roles/ml.viewer", "to": "user:mei@acme.test", "ends": "2027-03-01"}}"#;
    let plan = world.ok(&["do", intent, "--dry-run"]);
    assert!(plan.contains(r#"add-iam-policy-binding risk-prod --member='user:mei@acme.test' --role='roles/ml.viewer' --condition='expression=request.time < timestamp("2027-03-01T00:00:00Z"),title=until 2027-03-01'"#), "{plan}");
    // One without a condition says so where the policy has others.
    let intent = r#"{"grant-role": {"environment": "risk-prod", "role": "roles/ml.viewer", "to": "user:mei@acme.test"}}"#;
    let plan = world.ok(&["do", intent, "--dry-run"]);
    assert!(
        plan.contains("--role='roles/ml.viewer' --condition=None"),
        "{plan}"
    );
    let intent = r#"{"assign-backend-roles": {"environment": "search", "user": "user:dan@acme.test", "backend_roles": ["analyst", "human-resources"]}}"#;
    let plan = world.ok(&["do", intent, "--dry-run"]);
    assert!(
        plan.contains("give Dan Okafor the backend role human-resources in "),
        "{plan}"
    );
    assert!(plan.contains("(keeps analyst)"), "{plan}");
    assert!(
        plan.contains("PATCH /_plugins/_security/api/internalusers/dan"),
        "{plan}"
    );
    let intent = r#"{"grant-role": {"environment": "ops", "role": "Basic User", "to": "user:mei@acme.test"}}"#;
    let plan = world.ok(&["do", intent, "--dry-run"]);
    assert!(
        plan.contains("give Mei-Ling Zhou the role Basic User."),
        "{plan}"
    );
}

#[test]
fn the_last_owner_on_record_does_not_go_without_a_word() {
    let world = acme();
    let scorecard = "risk-prod/models/legacy-scorecard";
    let frank = "deleted:user:frank@acme.test?uid=1001";
    let plan = world.run(&["unshare", scorecard, "--with", frank, "--dry-run"]);
    assert!(
        plan.err
            .contains("Nobody owns Scorecard 2019 after this, not even on record."),
        "{}{}",
        plan.out,
        plan.err
    );
    let found = world.run(&["findings", "-o", "json"]);
    let found: Value = serde_json::from_str(&found.out).unwrap();
    let tombstone = found
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["finding"] == "tombstone" && f["on"] == scorecard);
    assert_eq!(
        tombstone.unwrap()["remedy"],
        "give it to somebody who is here"
    );
}

#[test]
fn roles_go_by_their_titles_too() {
    let world = acme();
    let model = "risk-prod/models/device-trust";
    let said = world.ok(&[
        "share",
        model,
        "--with",
        "user:mei@acme.test",
        "--role",
        "model owner",
    ]);
    assert!(said.contains("as Model Owner"), "{said}");
    let file = world.file("shares.csv", &format!("resource,member,role\n{model},user:mei@acme.test,Model Owner\n{model},user:tomasz@acme.test,Model User\n"));
    let said = world.run(&["bulk", &file]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let again = world.run(&["bulk", &file, "--dry-run"]);
    assert!(
        format!("{}{}", again.out, again.err).contains("2 so already"),
        "{}{}",
        again.out,
        again.err
    );
    world.ok(&[
        "unshare",
        model,
        "--with",
        "user:tomasz@acme.test",
        "--role",
        "Model User",
    ]);
}

#[test]
fn help_says_what_a_command_takes() {
    let world = acme();
    let bulk = world.ok(&["bulk", "--help"]);
    assert!(bulk.contains("memberships  group, member, [do]"), "{bulk}");
    for refusing in ["remedy", "undo", "bulk", "journal"] {
        let help = world.ok(&[refusing, "--help"]);
        assert!(!help.contains("--as-of"), "{refusing}: {help}");
    }
    for taking in [
        "check", "who-can", "what-can", "compare", "findings", "export",
    ] {
        let help = world.ok(&[taking, "--help"]);
        assert!(help.contains("--as-of TIME|REV"), "{taking}: {help}");
    }
    assert!(world.ok(&["journal", "--help"]).contains("yesterday"));
    assert!(world.ok(&["offboard", "--help"]).contains("--yes"));
}

const DIAMOND: &str = "deedbox: 1
directory:
  users: [{id: ann@x.test, name: Ann}]
  groups:
    - {id: a@x.test, name: A, kind: team, members: [user:ann@x.test]}
    - {id: b@x.test, name: B, kind: team, members: [user:ann@x.test]}
    - {id: top@x.test, name: Top, kind: team, members: [group:a@x.test, group:b@x.test]}
environments:
  - id: lab
    platform: fabric
    bindings: [{role: Viewer, members: [group:top@x.test]}]
    models: [{id: m, owner: user:ann@x.test}]
  - id: search
    platform: opensearch
    edition: released
    accounts: [{user: user:ann@x.test, name: ann, roles: [ml_full_access]}]
    models: [{id: m1}, {id: m2}]
";

#[test]
fn every_way_through_groups_is_told() {
    let world = Program::new();
    let file = world.file("diamond.yaml", DIAMOND);
    world.ok(&["import", &file]);
    let ask = ["check", "user:ann@x.test", "view", "lab/models/m"];
    let told = world.ok(&[&ask[..], &["--explain"]].concat());
    assert_eq!(
        told,
        "allowed\n  reach: Viewer on lab, through A › Top\n  reach: Viewer on lab, through B › Top\n"
    );
    let json = |more: &[&str]| {
        let out = world.ok(&[&ask[..], more].concat());
        serde_json::from_str::<Value>(&out).unwrap()
    };
    let paths = serde_json::json!([
        ["group:a@x.test", "group:top@x.test"],
        ["group:b@x.test", "group:top@x.test"],
    ]);
    assert_eq!(json(&["--explain", "-o", "json"])["paths"], paths);
    assert_eq!(json(&["-o", "json"])["paths"], Value::Null);
    let csv = world.ok(&[&ask[..], &["--explain", "-o", "csv"]].concat());
    let ways = "group:a@x.test > group:top@x.test; group:b@x.test > group:top@x.test";
    assert!(csv.trim_end().ends_with(ways), "{csv}");
    let who = world.ok(&["who-can", "view", "lab/models/m", "-o", "json"]);
    let who: Value = serde_json::from_str(&who).unwrap();
    let routes = [
        "Viewer on lab, through A › Top",
        "Viewer on lab, through B › Top",
    ];
    assert_eq!(who[0]["routes"], serde_json::json!(routes));
}

#[test]
fn one_call_can_name_several_models() {
    let world = Program::new();
    let file = world.file("several.yaml", DIAMOND);
    world.ok(&["import", &file]);
    let ask = |action: &str, more: &[&str]| {
        let ask = ["check", "user:ann@x.test", action, "search/models/m1"];
        world.run(&[&ask[..], more].concat())
    };
    let both = ["--also", "search/models/m2"];
    assert_eq!(ask("undeploy_model", &[]).code, 0);
    assert_eq!(ask("predict", &both).code, 0);
    let refused = ask("undeploy_model", &both);
    assert_eq!(refused.code, 3, "{}", refused.out);
    assert!(
        refused.err.contains("one call undeploys one model"),
        "{}",
        refused.err
    );
    let json = ask("undeploy_model", &[&both[..], &["-o", "json"]].concat());
    let answer: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(answer["key"], "undeploy-one-at-a-time");
    assert_eq!(ask("predict", &["--also", "search/models/none"]).code, 3);
    let line = |action: &str, also: &str| {
        format!(
            r#"{{"subject":{{"type":"user","id":"ann@x.test"}},"action":{{"name":"{action}"}},"resource":{{"type":"model","id":"search/models/m1"}},"context":{{"also":{also}}}}}"#
        )
    };
    let lines = [
        line("predict", r#"["search/models/m2"]"#),
        line("undeploy_model", "[]"),
        line("undeploy_model", r#"["search/models/m2"]"#),
    ];
    let came = world.with_input(&["check", "--batch"], &lines.join("\n"));
    let answers: Vec<&str> = came.out.lines().collect();
    assert_eq!(answers[..2], ["{\"decision\":true}", "{\"decision\":true}"]);
    assert!(
        answers[2].contains("one call undeploys one model"),
        "{}",
        came.out
    );
    assert_eq!(came.code, 6);
}
