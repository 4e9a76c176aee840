//! What the command line says to somebody who is new to it: what was meant by a name that nothing
//! has, by a time that can be read in two ways, and what a change comes to where its effect on people
//! does not tell.

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

const DAN: &str = "user:dan@acme.test";
const FRAUD: &str = "risk-prod/models/fraud-score";

// --- names ----------------------------------------------------------------------------------

#[test]
fn a_person_who_is_not_written_in_full_is_named() {
    let program = Program::alice();
    for who in ["dan", "Dan Okafor", "dan okafor", "dan@acme.test"] {
        let write = format!("`{who}` is not written in full: write {DAN}");
        program.fails(3, &["check", who, "run", FRAUD], &write);
        program.fails(3, &["what-can", who], &write);
        program.fails(3, &["share", FRAUD, "--with", who], &write);
        program.fails(3, &["unshare", FRAUD, "--with", who], &write);
        program.fails(3, &["reassign", FRAUD, "--to", who], &write);
        program.fails(3, &["offboard", who], &write);
    }
    program.fails(
        3,
        &["check", "dna okafor", "run", FRAUD],
        &format!("(nearest: {DAN})"),
    );
    program.fails(
        3,
        &["reassign", FRAUD, "--to", "user:dna@acme.test"],
        &format!("(nearest: {DAN})"),
    );
    let none = program.ends(3, &["check", "nobody at all", "run", FRAUD]);
    assert!(
        none.contains("write user:…") && !none.contains("nearest"),
        "{none}"
    );
    // A kind without the domain is somebody else's name, and is answered as such.
    let asked = program.ends(1, &["check", "user:dan", "run", FRAUD]);
    assert!(
        asked.contains("user:dan (nearest: user:dan@acme.test)"),
        "{asked}"
    );
}

#[test]
fn of_several_people_of_one_name_all_are_named() {
    let program = Program::alice();
    let twin = r#"{"create-user": {"id": "dan@other.test", "name": "Dan Okafor"}}"#;
    program.ok(&["do", twin]);
    let said = program.ends(3, &["check", "Dan Okafor", "run", FRAUD]);
    let both = "may be several: write user:dan@acme.test or user:dan@other.test";
    assert!(said.contains(both), "{said}");
}

#[test]
fn a_mistyped_thing_has_a_nearest_one() {
    let program = Program::alice();
    let near = |resource: &str, near: &str| {
        let said = program.ends(3, &["check", DAN, "run", resource]);
        assert!(
            said.contains(&format!("(nearest: {near})")),
            "{resource}: {said}"
        );
    };
    near("risk-prod/models/fruad-score", FRAUD);
    near("risk-prod/models/Fraud scor", FRAUD);
    near("risk-prd/models/fraud-score", FRAUD);
    near("risk-prd", "risk-prod");
    near("fraud-score", FRAUD);
    near("search/models/claims-search", "search/groups/claims-search");
    let share = ["share", "risk-prod/models/fruad-score", "--with", DAN];
    program.fails(3, &share, &format!("(nearest: {FRAUD})"));
    let far = program.ends(
        3,
        &["check", DAN, "run", "risk-prod/models/nothing-like-it"],
    );
    assert!(!far.contains("nearest"), "{far}");
}

#[test]
fn a_mistyped_word_has_a_nearest_one() {
    let program = Program::alice();
    for (typed, near) in [
        ("rnu", "run"),
        ("view-acces", "view-access"),
        ("ml.models.predct", "ml.models.predict"),
    ] {
        let near = format!("`{typed}` (nearest: {near})");
        program.fails(3, &["check", DAN, typed, FRAUD], &near);
        program.fails(3, &["who-can", typed, FRAUD], &near);
    }
    let share = ["share", FRAUD, "--with", DAN, "--role", "Model Usr"];
    program.fails(3, &share, "(nearest: Model User)");
    let grant = r#"{"grant-role": {"environment": "risk-prod", "role": "roles/ml.viewr", "to": "user:dan@acme.test"}}"#;
    program.fails(3, &["do", grant], "(nearest: roles/ml.viewer)");
    let place = r#"{"grant-role": {"environment": "riskprod", "role": "roles/ml.viewer", "to": "user:dan@acme.test"}}"#;
    program.fails(3, &["do", place], "(nearest: risk-prod)");
}

// --- times ----------------------------------------------------------------------------------

#[test]
fn an_end_is_read_as_every_other_time() {
    let program = Program::alice();
    let share = |ends: &str| {
        let arguments = [
            "share",
            FRAUD,
            "--with",
            "user:tomasz@acme.test",
            "--dry-run",
        ];
        program.run(&[&arguments[..], &["--ends", ends]].concat())
    };
    for (ends, says) in [
        (
            "+2m",
            "`+2m` may be minutes or months: write 2 min or 2 months",
        ),
        (
            "soon",
            "2027-03-01T00:00:00Z, or 2027-03-01 14:00, yesterday, 7d ago, in 2 weeks, +30d, +2 months, in 1 year",
        ),
    ] {
        let came = share(ends);
        assert_eq!(came.code, 3, "{}", came.out);
        assert!(came.err.contains(says), "{}", came.err);
        let at = program.run(&["check", DAN, "run", FRAUD, "--at", ends]);
        assert_eq!(at.err, came.err, "the same words for both");
    }
    for ends in ["+2 months", "in 2 months", "+2mo", "1 year", "2y"] {
        let came = share(ends);
        assert_eq!(came.code, 0, "{ends}: {}", came.err);
        assert!(came.out.contains("until 20"), "{ends}: {}", came.out);
    }
    program.fails(3, &["journal", "--since", "7d"], "write +7d or 7d ago");
}

// --- what a change comes to ------------------------------------------------------------------

#[test]
fn a_change_of_a_role_says_what_it_holds_now_and_holds_no_more() {
    let program = Program::alice();
    let role = |intent: &str, permissions: &str| {
        format!(
            r#"{{"{intent}": {{"environment": "risk-prod", "id": "projects/risk-prod/roles/reviewer", "title": "Reviewer", "permissions": [{permissions}]}}}}"#
        )
    };
    let one = r#""ml.models.get", "ml.models.list""#;
    let made = program.ok(&["do", &role("create-role", one)]);
    let id = "projects/risk-prod/roles/reviewer";
    for line in [
        format!("define the role {id}: + ml.models.get, ml.models.list"),
        format!("  also: role {id}: + ml.models.get"),
        "  on the platform: gcloud iam roles create reviewer --project=risk-prod --permissions=ml.models.get,ml.models.list --title='Reviewer'".to_owned(),
    ] {
        assert!(made.lines().any(|l| l == line), "{line}\n{made}");
    }
    let two = r#""ml.models.get", "ml.models.setIamPolicy""#;
    let changed = program.ok(&["do", &role("update-role", two)]);
    let said = format!("change the role {id}: + ml.models.setIamPolicy; − ml.models.list");
    for line in [
        said.clone(),
        format!("  also: role {id}: + ml.models.setIamPolicy"),
        format!("  also: role {id}: − ml.models.list"),
        "  on the platform: gcloud iam roles update reviewer --project=risk-prod --add-permissions=ml.models.setIamPolicy --remove-permissions=ml.models.list".to_owned(),
    ] {
        assert!(changed.lines().any(|l| l == line), "{line}\n{changed}");
    }
    let entry = &program.json(&["journal", "-n", "1"])[0];
    assert_eq!(entry["summary"], said.as_str());
    let details: Vec<&str> = entry["changes"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|c| c["details"].as_array().unwrap())
        .map(|d| d.as_str().unwrap())
        .collect();
    assert_eq!(
        details,
        [
            format!("role {id}: + ml.models.setIamPolicy"),
            format!("role {id}: − ml.models.list")
        ]
    );
    let last = program.revision().to_string();
    let undone = program.ok(&["undo", &last]);
    assert!(
        undone.contains(
            "--add-permissions=ml.models.list --remove-permissions=ml.models.setIamPolicy"
        ),
        "{undone}"
    );
    let delete = format!(r#"{{"delete-role": {{"environment": "risk-prod", "id": "{id}"}}}}"#);
    let gone = program.ok(&["do", &delete]);
    assert!(
        gone.contains("gcloud iam roles delete reviewer --project=risk-prod"),
        "{gone}"
    );
    assert!(
        gone.contains(&format!(
            "remove the role {id}: − ml.models.get, ml.models.list"
        )),
        "{gone}"
    );
}

#[test]
fn roles_of_other_platforms_have_their_own_steps() {
    let program = Program::alice();
    let get = "cluster:admin/opensearch/ml/models/get";
    let create = format!(
        r#"{{"create-role": {{"environment": "search", "id": "ml_look", "permissions": ["{get}"], "index_read": true}}}}"#
    );
    let made = program.ok(&["do", &create]);
    let put = format!(
        r#"PUT /_plugins/_security/api/roles/ml_look {{"cluster_permissions":["{get}"]}}, and in index_permissions read"#
    );
    assert!(made.contains(&put), "{made}");
    assert!(
        made.contains("role ml_look: + reading index data"),
        "{made}"
    );
    let change =
        r#"{"update-role": {"environment": "search", "id": "ml_look", "permissions": []}}"#;
    let changed = program.ok(&["do", change]);
    assert!(changed.contains(r#"PATCH /_plugins/_security/api/roles/ml_look [{"op":"replace","path":"/cluster_permissions","value":[]}]"#), "{changed}");
    assert!(
        changed.contains("take read out of its index_permissions"),
        "{changed}"
    );
    let delete = r#"{"delete-role": {"environment": "search", "id": "ml_look"}}"#;
    let gone = program.ok(&["do", delete]);
    assert!(
        gone.contains("DELETE /_plugins/_security/api/roles/ml_look"),
        "{gone}"
    );
    let create = r#"{"create-role": {"environment": "ops", "id": "Model reader", "permissions": ["read: organization"]}}"#;
    let made = program.ok(&["do", create]);
    let step = "Security › Roles: make the security role Model reader; on the table AI Model set read to organization.";
    assert!(made.contains(step), "{made}");
    let change = r#"{"update-role": {"environment": "ops", "id": "Model reader", "permissions": ["share: user"]}}"#;
    let changed = program.ok(&["do", change]);
    let step =
        "Security › Roles › Model reader: on the table AI Model set share to user, read to none.";
    assert!(changed.contains(step), "{changed}");
}

#[test]
fn things_of_one_name_are_told_apart() {
    let program = Program::alice();
    let group = "search/groups/claims-search";
    let said = program.ok(&[
        "reassign",
        group,
        "--to",
        "user:carol@acme.test",
        "--dry-run",
    ]);
    for id in [
        group,
        "search/models/claims-search-1",
        "search/models/claims-search-2",
    ] {
        let line = format!("  Carol Diaz on Claims search ({id}): + share");
        assert!(said.lines().any(|l| l == line), "{line}\n{said}");
    }
    let alone = program.ok(&[
        "reassign",
        FRAUD,
        "--to",
        "user:carol@acme.test",
        "--dry-run",
    ]);
    assert!(alone.contains("Carol Diaz on Fraud score:"), "{alone}");
}

#[test]
fn a_change_for_nobody_says_why() {
    let program = Program::alice();
    let again = ["share", FRAUD, "--with", DAN];
    program.ok(&again);
    // Alice owns it: a role to use it gives her nothing.
    let own = [
        "share",
        FRAUD,
        "--with",
        "user:alice@acme.test",
        "--dry-run",
    ];
    let said = program.ok(&own);
    assert!(said.contains("no change for anybody: Alice"), "{said}");
    assert!(said.contains(" already ("), "{said}");
}

#[test]
fn a_warning_is_a_fact_and_a_refusal_advice() {
    let program = Program::alice();
    program.ok(&["offboard", "user:bob@acme.test"]);
    let revision = program.revision().to_string();
    let came = program.run(&["undo", &revision, "--dry-run"]);
    assert_eq!(came.code, 0, "{}", came.err);
    assert!(
        !came.err.contains("Give them to another owner"),
        "{}",
        came.err
    );
    let suspend = r#"{"suspend-user": {"user": "user:carol@acme.test"}}"#;
    let refused = program.ends(3, &["do", suspend]);
    assert!(
        refused.contains("Give them to another owner first."),
        "{refused}"
    );
}
