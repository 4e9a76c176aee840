//! `deedbox offboard`: what it prints, its receipt, and how it ends.

use serde_json::Value;

use super::program::Program;

/// The document; a policy that was written twice has another etag, whatever it says.
fn exported(program: &Program) -> String {
    let text = program.ok(&["export"]);
    let lines = text
        .lines()
        .filter(|l| !l.trim_start().starts_with("etag:"));
    lines.collect::<Vec<_>>().join("\n")
}

const BOB: &str = "user:bob@acme.test";

#[test]
fn the_program_ends_with_a_receipt() {
    let program = Program::alice();
    let before = exported(&program);
    let shown = program.ok(&["offboard", BOB, "--dry-run"]);
    for line in [
        "Bob Reyes owns:",
        "  risk-prod/models/early-repayment  Early repayment → Carol Diaz (co-owner)",
        "  ops/models/invoices  Invoices → Carol Diaz (manager)",
        "Bob Reyes holds, and loses:",
        "  account in Search cluster: name bob; backend roles analyst, fraud; roles ml_full_access (account deleted)",
        "  member of Fraud team",
        "  also: datasets container c-invoices of Invoices moves along",
        "  on the platform: DELETE /_plugins/_security/api/internalusers/bob",
        "nothing was changed (dry run)",
    ] {
        assert!(shown.lines().any(|l| l == line), "{line}\n{shown}");
    }
    assert!(!shown.contains("receipt"), "{shown}");
    assert_eq!(exported(&program), before);
    let given = [
        "--to",
        "user:lena@acme.test",
        "--successor",
        "ops=user:erin@acme.test",
    ];
    let raj = [
        "--successor",
        "risk-prod/models/loan-default=user:raj@acme.test",
    ];
    let why = ["--reason", "left in November"];
    let arguments = [&["offboard", BOB][..], &given, &raj, &why].concat();
    let done = program.ok(&arguments);
    for line in [
        "  risk-prod/models/loan-default  Loan default → Rajesh Venkataramanan Iyer",
        "  ops/models/delivery-notes  Delivery notes → Erin Walsh",
        "  search/groups/claims-search  Claims search → Lena Fischer",
        "revision 4",
        "receipt for Bob Reyes: 11 handed over, 3 taken away, 1 account deleted",
        "nothing is left",
    ] {
        assert!(done.lines().any(|l| l == line), "{line}\n{done}");
    }
    assert_eq!(
        exported(&program).matches("bob@acme.test").count(),
        1,
        "his name"
    );
    let entry = program.ok(&["journal", "-n", "1", "-o", "json"]);
    assert!(
        entry.contains("left in November") && entry.contains("\"offboard\""),
        "{entry}"
    );
    program.fails(3, &["offboard", BOB], "nothing-to-do");
    program.ok(&["undo", "4"]);
    assert_eq!(exported(&program), before);
}

#[test]
fn what_is_taken_away_goes_before_the_account_and_by_its_name() {
    let program = Program::alice();
    let shown = program.ok(&["offboard", BOB, "--then", "delete", "--dry-run"]);
    assert!(!shown.contains("deleted:user:bob"), "{shown}");
    let lines: Vec<&str> = shown.lines().collect();
    let places = |what: &str| {
        let found = lines.iter().enumerate();
        let found = found.filter(|(_, l)| l.contains(what)).map(|(n, _)| n);
        found.collect::<Vec<_>>()
    };
    let removals = places("--member='user:bob@acme.test'");
    let account = places("DELETE /_plugins/_security/api/internalusers/bob");
    assert_eq!(account.len(), 1, "{shown}");
    assert!(
        removals.len() >= 4 && removals.iter().all(|n| *n < account[0]),
        "{shown}"
    );
    let done = program.ok(&["offboard", BOB, "--then", "delete"]);
    let last = program.revision().to_string();
    assert!(!done.contains("deleted:user:bob"), "{done}");
    // Coming back, he is given what he had by the name that he has again.
    let back = program.ok(&["undo", &last, "--dry-run"]);
    let given =
        "add-iam-policy-binding credit-limit --project=risk-prod --member='user:bob@acme.test'";
    assert!(back.contains(given), "{back}");
    assert!(!back.contains("deleted:user:bob"), "{back}");
}

#[test]
fn programs_read_one_row_a_thing() {
    let program = Program::alice();
    let rows = program.ok(&["offboard", BOB, "--then", "delete", "-o", "ndjson"]);
    let rows: Vec<Value> = rows
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let find = |about: &str| rows.iter().find(|r| r["about"] == about).unwrap();
    let invoices = find("ops/models/invoices");
    assert_eq!(invoices["kind"], "model");
    assert_eq!(invoices["outcome"], "handed-over");
    assert_eq!(invoices["to"][0], "user:carol@acme.test");
    assert_eq!(invoices["because"], "manager");
    assert_eq!(
        find("sales-lab/experiments/churn-features")["kind"],
        "experiment"
    );
    let member = find("group:fraud@acme.test");
    assert_eq!(member["kind"], "member");
    assert_eq!(member["outcome"], "removed");
    assert_eq!(rows.len(), 15);
    assert!(exported(&program).contains("status: deleted"));
}

#[test]
fn what_is_left_by_hand_is_said() {
    let program = Program::alice();
    let text = "deedbox: 1
environments:
  - id: lab
    platform: google-ai-platform
    policy: {bindings: [{role: roles/owner, members: [user:alice@acme.test]}]}
    inherited_bindings: [{role: roles/ml.viewer, members: [user:bob@acme.test]}]
";
    program.ok(&["import", &program.file("lab.yaml", text)]);
    let done = program.ok(&["offboard", BOB]);
    let step =
        "Take the role roles/ml.viewer from Bob Reyes in the folder or organization above lab";
    assert!(done.contains(step), "{done}");
    let end = "left, to be taken away by hand:\n  Viewer from above lab\n";
    assert!(done.ends_with(end), "{done}");
    let rows = program
        .run(&["offboard", "user:lena@acme.test", "--dry-run", "-o", "csv"])
        .out;

    assert!(
        rows.starts_with("kind,about,name,detail,outcome,to,because\n"),
        "{rows}"
    );
}

#[test]
fn refusals_name_everything_that_stands_in_the_way() {
    let program = Program::alice();
    // Helena leads everybody and has no manager: what she owns has no natural heir.
    let text = "deedbox: 1
environments:
  - id: lab
    platform: google-ai-platform
    policy: {bindings: [{role: roles/owner, members: [user:alice@acme.test]}]}
    models:
      - {id: one, policy: {bindings: [{role: roles/ml.modelOwner, members: [user:helena@acme.test]}]}}
      - {id: two, policy: {bindings: [{role: roles/ml.modelOwner, members: [user:helena@acme.test]}]}}
";
    program.ok(&["import", &program.file("lab.yaml", text)]);
    let before = exported(&program);
    let helena = "user:helena@acme.test";
    program.fails(3, &["offboard", helena], "lab/models/one, lab/models/two");
    program.fails(3, &["offboard", helena], "[no-successor]");
    let one = "lab/models/one=user:carol@acme.test";
    program.fails(
        3,
        &["offboard", helena, "--successor", one],
        "Helena Brandt: lab/models/two.",
    );
    program.fails(
        2,
        &["offboard", helena, "--successor", "user:carol@acme.test"],
        "RESOURCE=REF",
    );
    program.fails(
        2,
        &["offboard", helena, "--successor", one, "--successor", one],
        "two successors",
    );
    program.fails(
        2,
        &["offboard", helena, "--then", "promote"],
        "suspend, delete or keep",
    );
    program.fails(
        4,
        &["--as", "user:stefan@acme.test", "offboard", BOB],
        "[store-administrator-only]",
    );
    let account = program.ok(&["login", "list", "-o", "json"]);
    let account: Value = serde_json::from_str(&account).unwrap();
    let account = account[0]["account"].as_str().unwrap();
    program.ok(&["login", "set", account, "user:carol@acme.test"]);
    // Carol may take his items in the workspace over, and reassign rows: what she may not is named.
    let refusal = [
        "You can't reassign Credit limit. [no-grant]",
        "  You can't reassign Claims search.",
        "  You can't change accounts of Search cluster.",
        "  You can't give roles in Operations.",
    ]
    .join("\n");
    for line in refusal.lines() {
        program.fails(4, &["offboard", BOB], line);
    }
    assert_eq!(exported(&program), before);
}
