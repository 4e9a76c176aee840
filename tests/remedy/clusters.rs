//! OpenSearch: backend roles that belong together, accounts without a name, and groups that keep a
//! backend role.

use deedbox::domain::{Body, Record};

use crate::examples::{ANN, BEN, CY, ask, assert_remedies, state, stays, words};

const DEE: &str = "user:dee@x.test";
const EVE: &str = "user:eve@x.test";

const CLUSTER: &str = r"
deedbox: 1
directory:
  users:
    - {id: ann@x.test, name: Ann}
    - {id: ben@x.test, name: Ben}
    - {id: cy@x.test, name: Cy}
    - {id: dee@x.test, name: Dee}
    - {id: eve@x.test, name: Eve}
    - {id: boss@x.test, name: Boss}
environments:
  - id: s
    name: Search
    platform: opensearch
    accounts:
      - {user: user:ann@x.test, backend_roles: [hr]}
      - {user: user:ben@x.test, backend_roles: [hr]}
      - {user: user:cy@x.test, name: cy}
      - {user: user:dee@x.test, name: dee, backend_roles: [hr, it], roles: [ml_full_access]}
      - {user: user:eve@x.test, name: eve, backend_roles: [ops], roles: [ml_full_access]}
      - {user: user:boss@x.test, name: boss, roles: [all_access]}
    role_mappings: MAPPINGS
    model_groups:
      - {id: open, name: Open, owner: user:boss@x.test, access: public}
      - {id: hr, name: HR, owner: user:boss@x.test, access: restricted, backend_roles: [hr]}
      - {id: two, name: Two, owner: user:boss@x.test, access: restricted, backend_roles: [hr, it]}
      - {id: night, name: Night, owner: user:boss@x.test, access: restricted, backend_roles: [night, on-call]}
      - {id: closed, name: Closed, owner: user:boss@x.test, access: private}
";

/// Ann's name is mapped too, if her account ever gets one.
const NAMED: &str = "[{role: ml_full_access, backend_roles: [hr], users: [ann]}]";
const TOGETHER: &str = "[{role: ml_full_access, and_backend_roles: [night, on-call]}]";

fn cluster(mappings: &str) -> deedbox::authz::Snapshot {
    state(&CLUSTER.replace("MAPPINGS", mappings))
}

/// Every change of an account's backend roles gives it a name, and this one's name holds the same
/// role: taking the backend role away would take nothing.
#[test]
fn a_backend_role_stays_when_taking_it_would_name_the_account() {
    let s = cluster(NAMED);
    for what in ["s/groups/open", "s/groups/hr"] {
        let answer = ask(&s, ANN, "run", what);
        assert!(answer.today.verdict.is_allowed());
        assert!(answer.remedies.is_empty(), "{:?}", words(&s, &answer));
        let ways = stays(&s, &answer);
        assert_eq!(
            ways[0], "role ml_full_access, mapped to the backend role hr",
            "{what}"
        );
    }
    // To Ben, a name gives nothing.
    for what in ["s/groups/open", "s/groups/hr"] {
        assert_remedies(
            &s,
            BEN,
            "run",
            what,
            &["take the backend role hr in Search from Ben"],
        );
    }
}

/// The group's last backend role is what lets Ann in; it can't be closed to everybody.
#[test]
fn a_restricted_group_is_left_a_backend_role() {
    let s = cluster(NAMED);
    let answer = ask(&s, ANN, "run", "s/groups/hr");
    assert_eq!(
        stays(&s, &answer),
        [
            "role ml_full_access, mapped to the backend role hr",
            "backend role hr in common with the group"
        ]
    );
    // Dee has both of the group's: one of them at least has to be taken from her.
    assert_remedies(
        &cluster(TOGETHER),
        DEE,
        "run",
        "s/groups/two",
        &[
            "take the backend role it in Search from Dee; close Two to the backend role hr",
            "take the backend role hr in Search from Dee; close Two to the backend role it",
            "take the backend role hr in Search from Dee; take the backend role it in Search from Dee",
        ],
    );
}

/// Neither of two backend roles that a mapping wants at once does anything alone.
#[test]
fn backend_roles_that_a_mapping_wants_together_are_given_together() {
    let s = cluster(TOGETHER);
    let answer = ask(&s, CY, "run", "s/groups/night");
    assert_eq!(
        words(&s, &answer),
        [
            "give Cy the backend role night in Search; give Cy the role ML full access in Search",
            "give Cy the backend role on-call in Search; give Cy the role ML full access in Search",
            "give Cy the backend role night in Search; give Cy the backend role on-call in Search",
        ]
    );
}

#[test]
fn a_restricted_group_is_opened_to_one_more_backend_role() {
    let s = cluster(TOGETHER);
    assert_remedies(
        &s,
        EVE,
        "run",
        "s/groups/hr",
        &[
            "open HR to the backend role ops",
            "give Eve the backend role hr in Search",
        ],
    );
    let answer = ask(&s, EVE, "run", "s/groups/hr");
    let changes = &answer.remedies[0].changes.0;
    let Some(Record::Resource(group)) = changes[0].after.as_ref() else {
        panic!("{changes:?}");
    };
    let Body::ModelGroup { backend_roles, .. } = &group.body else {
        panic!("{group:?}");
    };
    assert_eq!(backend_roles, &["hr", "ops"]);
}

/// All three change as much else, so what concerns the cluster comes before what concerns an account.
#[test]
fn of_equal_remedies_the_order_is_that_of_their_steps() {
    let s = state(
        r"
deedbox: 1
directory:
  users: [{id: ann@x.test, name: Ann}, {id: boss@x.test, name: Boss}]
environments:
  - id: s
    name: Search
    platform: opensearch
    accounts:
      - {user: user:ann@x.test, name: ann, backend_roles: [hr]}
      - {user: user:boss@x.test, name: boss, roles: [all_access]}
    role_mappings: [{role: ml_full_access, backend_roles: [it]}]
    model_groups: [{id: closed, name: Closed, owner: user:boss@x.test, access: private}]
",
    );
    assert_remedies(
        &s,
        ANN,
        "run",
        "s/groups/closed",
        &[
            "give Ann the role ML full access in Search; restrict Closed to the backend role hr",
            "give Ann the backend role it in Search; restrict Closed to the backend role hr",
            "give Ann the backend role it in Search; restrict Closed to the backend role it",
        ],
    );
}
