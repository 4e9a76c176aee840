//! The directory in Cedar: groups in groups, namesakes, odd names and odd members.

use deedbox::domain::{Key, Principal, PrincipalId, PrincipalKind, Record, Status, Timestamp};

use super::authorizer::{Cedar, uid};
use super::cases::{both_say, load};

#[test]
fn groups_that_contain_one_another_are_carried() {
    let snapshot = load(
        "
deedbox: 1
directory:
  users: [{id: in-a}, {id: in-c}, {id: inner}, {id: outer}]
  groups:
    - {id: a, members: [user:in-a, group:b]}
    - {id: b, members: [group:c, group:b]}
    - {id: c, members: [user:in-c, group:a, group:below]}
    - {id: below, members: [user:inner]}
    - {id: above, members: [user:outer, group:b]}
environments:
  - id: p
    platform: google-ai-platform
    models:
      - {id: ring, policy: {bindings: [{role: roles/ml.modelUser, members: [group:b]}]}}
      - {id: above, policy: {bindings: [{role: roles/ml.modelUser, members: [group:above]}]}}
      - {id: below, policy: {bindings: [{role: roles/ml.modelUser, members: [group:below]}]}}
",
    );
    let on = |model: &'static str| ("ml.models.predict", "Google::Model", model);
    let mut cases = Vec::new();
    for ((permission, kind, id), people) in [
        (
            on("p/models/ring"),
            ["user:in-a", "user:in-c", "user:inner"].as_slice(),
        ),
        (
            on("p/models/above"),
            &["user:in-a", "user:in-c", "user:inner", "user:outer"],
        ),
        (on("p/models/below"), &["user:inner"]),
    ] {
        for who in ["user:in-a", "user:in-c", "user:inner", "user:outer"] {
            cases.push((who, permission, kind, id, 0, people.contains(&who)));
        }
    }
    both_say(&snapshot, &cases);
}

#[test]
fn names_are_carried_whatever_they_hold() {
    let snapshot = load(
        r#"
deedbox: 1
directory:
  users: [{id: 'Quo"te\@Acme.Test'}, {id: "o'Neil"}, {id: "e\u0301\u2028\\u{41}"}]
  groups: [{id: 'All "of" them', members: ["user:o'Neil"]}]
environments:
  - id: 'p"'
    platform: google-ai-platform
    models:
      - id: 'm\n"; permit(principal, action, resource);'
        policy:
          bindings:
            - {role: 'roles/\"', members: [allUsers]}
            - {role: roles/ml.modelUser, members: ['user:quo"te\@acme.test', 'group:All "of" them', "user:e\u0301\u2028\\u{41}"]}
        versions: [{id: '"v"'}]
"#,
    );
    let model = r#"p"/models/m\n"; permit(principal, action, resource);"#;
    let version = format!("{model}/versions/\"v\"");
    let get = |who| (who, "ml.models.get", "Google::Model", model, 0, true);
    let export = both_say(
        &snapshot,
        &[
            get(r#"user:QUO"TE\@ACME.TEST"#),
            get("user:o'Neil"),
            get("user:e\u{301}\u{2028}\\u{41}"),
            (
                "user:o'Neil",
                "ml.versions.predict",
                "Google::Version",
                &version,
                0,
                true,
            ),
            (
                "user:o'Neil",
                "ml.models.delete",
                "Google::Model",
                model,
                0,
                false,
            ),
        ],
    );
    assert_eq!(Cedar::load(&export).policy_names().len(), 4);
}

#[test]
fn nobody_counts_through_a_special_member_of_a_group() {
    let snapshot = load(
        "
deedbox: 1
directory:
  users: [{id: ann@acme.test}, {id: ben@other.test}]
  groups: [{id: all, members: ['domain:acme.test', allUsers, 'user:ben@other.test']}]
environments:
  - id: p
    platform: google-ai-platform
    policy:
      bindings:
        - {role: roles/viewer, members: ['group:all']}
        - {role: roles/ml.jobOwner, members: ['domain:ACME.test']}
",
    );
    let on = |who, permission, yes| (who, permission, "Google::Project", "p", 0, yes);
    let export = both_say(
        &snapshot,
        &[
            on("user:ann@acme.test", "ml.models.get", false),
            on("user:ben@other.test", "ml.models.get", true),
            on("user:ann@acme.test", "ml.jobs.cancel", true),
            on("user:ben@other.test", "ml.jobs.cancel", false),
        ],
    );
    let note = "`domain:acme.test in group:all`, `allUsers in group:all` were left out";
    assert!(export.notes[0].starts_with(note), "{:?}", export.notes);
}

#[test]
fn namesakes_stay_apart() {
    let mut snapshot = load(
        "
deedbox: 1
directory: {users: [{id: ann}]}
environments:
  - id: p
    platform: google-ai-platform
    policy: {bindings: [{role: roles/viewer, members: [user:ann]}]}
",
    );
    for number in [90, 91] {
        let mut tombstone = Principal::user("ann", "");
        tombstone.kind = PrincipalKind::User {
            status: Status::Deleted,
            manager: None,
        };
        let key = Key::Principal(PrincipalId(number));
        snapshot.put(&key, Some(Record::Principal(tombstone)));
    }
    let get = ("ml.models.get", "Google::Project", "p");
    let export = both_say(&snapshot, &[("user:ann", get.0, get.1, get.2, 0, true)]);
    let cedar = Cedar::load_strictly(&export);
    for id in ["deleted:user:ann", "deleted:user:ann#91"] {
        let who = uid("Directory::User", id);
        assert!(export.entities.to_string().contains(&format!("\"{id}\"")));
        assert!(!cedar.allows(
            who,
            uid("Google::Action", get.0),
            uid(get.1, get.2),
            Timestamp(0)
        ));
    }
}
