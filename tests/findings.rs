//! What wants attention: each kind is found where it is, and only there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that meets what it did not expect should stop there"
)]

use std::collections::BTreeSet;
use std::process::Command;

use deedbox::domain::Timestamp;
use deedbox::registry::findings::{Scan, counted, findings};
use deedbox::registry::{Actor, Draft, FindingKind, Registry, plan_import};

fn noon() -> Timestamp {
    Timestamp::parse("2026-11-21T12:00:00Z").unwrap()
}

fn store(text: &str) -> Registry {
    let registry = Registry::in_memory().unwrap();
    let document = deedbox::interop::document::read(text, "test.yaml").unwrap();
    let mut draft = Draft::new(&registry.snapshot());
    deedbox::interop::document::apply(&document, &mut draft).unwrap();
    let actor = Actor::store_administrator("test");
    let plan = plan_import(draft, &actor, "test.yaml", noon()).unwrap();
    registry.commit(plan).unwrap();
    registry
}

/// `kind on who`, in order.
fn found(text: &str) -> Vec<String> {
    let registry = store(text);
    let snapshot = registry.snapshot();
    findings(&snapshot, noon())
        .into_iter()
        .map(|f| {
            let on = f.on.map_or("-".to_owned(), |on| snapshot.target_id(on));
            let who = f.who.map_or("-".to_owned(), |id| snapshot.reference(id));
            assert!(!f.what(&snapshot).contains("  "), "{}", f.what(&snapshot));
            format!("{} {on} {who}", f.kind)
        })
        .collect()
}

const PEOPLE: &str = "
deedbox: 1
directory:
  users:
    - {id: ann@x.test, name: Ann, status: active}
    - {id: bob@x.test, name: Bob, status: suspended}
    - {id: eve@x.test, name: Eve, status: deleted, uid: '7'}
  groups:
    - {id: team@x.test, name: Team, kind: google-group, members: [user:ann@x.test]}
    - {id: empty@x.test, name: Empty, kind: google-group, members: []}
    - {id: old@x.test, name: Old, kind: google-group, status: deleted, members: [user:ann@x.test]}
";

#[test]
fn an_organization_in_order_has_none() {
    let text = format!(
        "{PEOPLE}
environments:
  - id: p
    platform: google-ai-platform
    policy:
      bindings:
        - {{role: roles/owner, members: [user:ann@x.test]}}
        - {{role: roles/ml.viewer, members: [group:team@x.test]}}
    models:
      - id: m
        policy: {{bindings: [{{role: roles/ml.modelOwner, members: [user:ann@x.test]}}]}}
"
    );
    assert_eq!(found(&text), Vec::<String>::new());
}

#[test]
fn grants_that_do_nothing_or_too_much() {
    let text = format!(
        "{PEOPLE}
environments:
  - id: p
    platform: google-ai-platform
    policy:
      bindings:
        - {{role: roles/owner, members: [user:ann@x.test]}}
        - {{role: roles/logging.viewer, members: [user:ann@x.test]}}
    models:
      - id: gone
        policy: {{bindings: [{{role: roles/ml.modelOwner, members: [user:bob@x.test]}}]}}
      - id: elsewhere
        policy: {{bindings: [{{role: roles/ml.modelOwner, members: ['user:who@else.test']}}]}}
      - id: nobody
      - id: m
        policy:
          bindings:
            - {{role: roles/ml.modelOwner, members: [user:ann@x.test]}}
            - {{role: roles/ml.modelUser, members: [allUsers, 'user:who@else.test', 'deleted:user:eve@x.test?uid=7', 'deleted:group:old@x.test', 'group:empty@x.test']}}
            - {{role: roles/ml.modelUser, members: [group:team@x.test], condition: {{expression: 'request.time < timestamp(\"2026-06-01T00:00:00Z\")'}}}}
            - {{role: roles/ml.modelUser, members: [group:team@x.test], condition: {{expression: 'request.time >= timestamp(\"2027-06-01T00:00:00Z\")'}}}}
            - {{role: roles/ml.modelUser, members: [group:team@x.test], condition: {{expression: 'true'}}}}
"
    );
    let expected = [
        "owner-gone p/models/gone user:bob@x.test",
        "owner-gone p/models/elsewhere user:who@else.test",
        "no-owner p/models/nobody -",
        "open-to-everybody p/models/m allUsers",
        "unreadable-condition p/models/m group:team@x.test",
        "unknown-role p user:ann@x.test",
        "unknown-principal p/models/elsewhere user:who@else.test",
        "unknown-principal p/models/m user:who@else.test",
        "tombstone p/models/m deleted:user:eve@x.test?uid=7",
        "tombstone p/models/m deleted:group:old@x.test",
        "empty-group p/models/m group:empty@x.test",
        "expired-grant p/models/m group:team@x.test",
        "not-begun p/models/m group:team@x.test",
    ];
    assert_eq!(found(&text), expected);
}

#[test]
fn modes_and_owners_of_model_groups() {
    let text = format!(
        "{PEOPLE}
environments:
  - id: s
    platform: opensearch
    edition: released
    accounts:
      - {{user: user:ann@x.test, name: ann, backend_roles: [it], roles: [ml_full_access]}}
    model_groups:
      - {{id: fine, owner: user:ann@x.test, access: restricted, backend_roles: [it]}}
      - {{id: private, owner: user:ann@x.test, access: private}}
      - {{id: locked, owner: user:ann@x.test, access: restricted, backend_roles: [hr]}}
      - {{id: broken, owner: user:ann@x.test, access: restricted}}
      - {{id: public, owner: user:ann@x.test, access: public}}
      - {{id: nobody, access: public}}
    models:
      - {{id: v1, group: fine, version: 1}}
  - id: off
    platform: opensearch
    settings: {{model_access_control_enabled: false}}
    accounts:
      - {{user: user:ann@x.test, name: ann, backend_roles: [it], roles: [ml_full_access]}}
    model_groups:
      - {{id: g, owner: user:ann@x.test, access: public}}
"
    );
    let expected = [
        "no-owner s/groups/nobody -",
        "owner-locked-out s/groups/locked user:ann@x.test",
        "broken-access s/groups/broken user:ann@x.test",
        "open-to-everybody off -",
        "open-to-everybody s/groups/public -",
    ];
    assert_eq!(found(&text), expected);
}

#[test]
fn a_share_sleeps_until_a_role_lets_it_be_used() {
    let share = |role: &str| {
        format!(
            "{PEOPLE}
environments:
  - id: o
    platform: ai-builder
    bindings:
      - {{role: System Administrator, members: [user:ann@x.test]}}
{role}
    models:
      - id: m
        owner: user:ann@x.test
        type: prediction
        state: published
        shares: [{{with: user:cat@x.test, level: User}}, {{with: group:team@x.test, level: User}}]
"
        )
        .replace(
            "  groups:",
            "    - {id: cat@x.test, name: Cat, status: active}\n  groups:",
        )
    };
    assert_eq!(
        found(&share("")),
        ["dormant-grant o/models/m user:cat@x.test"]
    );
    let role = "      - {role: Basic User, members: [user:cat@x.test]}";
    assert_eq!(found(&share(role)), Vec::<String>::new());
}

#[test]
fn groups_in_a_circle_are_one_finding() {
    let text = "
deedbox: 1
directory:
  groups:
    - {id: a@x.test, name: A, kind: google-group, members: [group:b@x.test]}
    - {id: b@x.test, name: B, kind: google-group, members: [group:c@x.test]}
    - {id: c@x.test, name: C, kind: google-group, members: [group:a@x.test, group:d@x.test]}
    - {id: d@x.test, name: D, kind: google-group, members: []}
";
    let registry = store(text);
    let snapshot = registry.snapshot();
    let found = findings(&snapshot, noon());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].kind, FindingKind::GroupCycle);
    assert_eq!(found[0].what(&snapshot), "A, B, C contain each other");
}

#[test]
fn the_sample_has_its_awkward_cases() {
    let registry = store(include_str!("../assets/acme.yaml"));
    let snapshot = registry.snapshot();
    let all = findings(&snapshot, noon());
    let what: BTreeSet<String> = all.iter().map(|f| f.what(&snapshot)).collect();
    for expected in [
        "Credit limit is owned by Bob Reyes, who is suspended",
        "Frank Oyelaran, deleted, still holds Viewer on Risk, production",
        "Model User on Card velocity for Samuel Osei ended 2026-06-01",
        "Complaint topics is shared with Tomasz Wójcik as User, and no role lets them use it",
    ] {
        assert!(what.contains(expected), "{expected} is not among {what:#?}");
    }
    let counts = counted(&all);
    assert_eq!(counts.values().sum::<usize>(), all.len());
}

#[test]
fn passes_find_the_same_and_can_be_stopped() {
    let registry = store(include_str!("../assets/acme.yaml"));
    let snapshot = registry.snapshot();
    let mut scan = Scan::default();
    assert!(
        scan.pass(&snapshot, noon(), &|| true),
        "the directory comes first"
    );
    let directory = scan.found.len();
    assert!(
        scan.pass(&snapshot, noon(), &|| true),
        "stopped, so there is more"
    );
    assert_eq!(scan.found.len(), directory);
    while scan.pass(&snapshot, noon(), &|| false) {}
    scan.found.sort_unstable();
    assert_eq!(scan.found, findings(&snapshot, noon()));
}

#[test]
fn the_command_answers_with_its_exit_code() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_deedbox"))
            .args(arguments)
            .env("DEEDBOX_STORE", home.path())
            .output()
            .unwrap()
    };
    assert!(run(&["init"]).status.success());
    let none = run(&["findings", "-o", "json"]);
    assert_eq!(none.status.code(), Some(0));
    assert_eq!(String::from_utf8(none.stdout).unwrap().trim(), "[]");
    let document = home.path().join("acme.yaml");
    std::fs::write(&document, include_str!("../assets/acme.yaml")).unwrap();
    assert!(
        run(&["import", document.to_str().unwrap()])
            .status
            .success()
    );
    let some = run(&["findings", "-o", "csv", "--at", "2026-11-21"]);
    assert_eq!(some.status.code(), Some(1));
    let text = String::from_utf8(some.stdout).unwrap();
    assert!(
        text.starts_with("finding,on,who,what,why,remedy\n"),
        "{text}"
    );
    assert!(
        text.contains("owner-gone,risk-prod/models/credit-limit,user:bob@acme.test,"),
        "{text}"
    );
    let past = run(&["findings", "--as-of", "0"]);
    assert_eq!(past.status.code(), Some(0), "an empty store has none");
}

#[test]
fn what_comes_from_above_is_found_and_not_mended_here() {
    let text = format!(
        "{PEOPLE}
environments:
  - id: p
    platform: google-ai-platform
    policy: {{bindings: [{{role: roles/owner, members: [user:ann@x.test]}}]}}
    inherited_bindings:
      - {{role: organizations/1/roles/missing, members: [user:ann@x.test]}}
      - {{role: roles/ml.viewer, members: [user:ann@x.test], condition: {{expression: 'resource.type == 1'}}}}
      - {{role: roles/ml.viewer, members: [allUsers]}}
      - {{role: roles/ml.viewer, members: [group:team@x.test]}}
"
    );
    let expected = [
        "open-to-everybody p allUsers",
        "unreadable-condition p user:ann@x.test",
        "unknown-role p user:ann@x.test",
    ];
    assert_eq!(found(&text), expected);
    let registry = store(&text);
    let snapshot = registry.snapshot();
    for finding in findings(&snapshot, noon()) {
        let what = finding.what(&snapshot);
        assert!(what.contains("(inherited from above)"), "{what}");
        assert_eq!(finding.removal(&snapshot, noon()), None);
        assert!(finding.remedy(&snapshot, noon()).contains("above"));
    }
}

#[test]
fn a_domain_or_group_owns_as_long_as_somebody_in_it_is_here() {
    let text = format!(
        "{PEOPLE}
environments:
  - id: p
    platform: google-ai-platform
    policy: {{bindings: [{{role: roles/owner, members: [user:ann@x.test]}}]}}
    models:
      - id: domain
        policy: {{bindings: [{{role: roles/ml.modelOwner, members: ['domain:x.test']}}]}}
      - id: group
        policy: {{bindings: [{{role: roles/ml.modelOwner, members: [group:team@x.test]}}]}}
      - id: elsewhere
        policy: {{bindings: [{{role: roles/ml.modelOwner, members: ['domain:gone.test']}}]}}
"
    );
    let gone: Vec<String> = found(&text)
        .into_iter()
        .filter(|line| line.starts_with("owner"))
        .collect();
    assert_eq!(gone, ["owner-gone p/models/elsewhere domain:gone.test"]);
}

#[test]
fn nobody_is_missed_on_what_ends_by_itself() {
    let text = format!(
        "{PEOPLE}
environments:
  - id: p
    platform: google-ai-platform
    policy: {{bindings: [{{role: roles/owner, members: [user:ann@x.test]}}]}}
    models:
      - id: stays
        policy: {{bindings: [{{role: roles/ml.modelOwner, members: [user:bob@x.test]}}]}}
    jobs:
      - id: ends
        policy: {{bindings: [{{role: roles/ml.jobOwner, members: [user:bob@x.test]}}]}}
"
    );
    let gone = found(&text);
    let gone: Vec<&str> = gone
        .iter()
        .map(String::as_str)
        .filter(|line| line.starts_with("owner-gone"))
        .collect();
    assert_eq!(gone, ["owner-gone p/models/stays user:bob@x.test"]);
}
