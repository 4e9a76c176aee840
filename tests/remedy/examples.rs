//! Examples on every platform, both ways.

use deedbox::authz::remedy::step;
use deedbox::authz::{ActionId, Remedies, Request, Snapshot, remedies, wording};
use deedbox::domain::{
    Action, Binding, GroupKind, Key, Platform, Principal, PrincipalId, PrincipalKind, Record,
    ResourceRef, Timestamp,
};
use deedbox::interop::document;
use deedbox::registry::{Actor, Draft, plan_import};

pub const NOW: Timestamp = Timestamp(1_795_219_200);

/// The state that a document makes.
pub fn state(text: &str) -> Snapshot {
    let mut draft = Draft::new(&Snapshot::default());
    document::apply(&document::read(text, "test.yaml").unwrap(), &mut draft).unwrap();
    let administrator = Actor::store_administrator("test");
    plan_import(draft, &administrator, "test", NOW)
        .unwrap()
        .after
}

/// A decision's remedies, by the words that people write.
pub fn ask(snapshot: &Snapshot, who: &str, action: &str, what: &str) -> Remedies {
    let target = snapshot.find(&ResourceRef::parse(what).unwrap()).unwrap();
    let place = snapshot
        .place(snapshot.environment_of(target).unwrap())
        .unwrap();
    let action = ActionId::find(place.platform(), action).unwrap();
    let who = snapshot.find_principal(who).unwrap();
    remedies(snapshot, &Request::new(who, action, target, NOW))
}

/// The steps of every remedy, in words.
pub fn words(snapshot: &Snapshot, answer: &Remedies) -> Vec<String> {
    let one = |moves: &Vec<_>| {
        let steps: Vec<String> = moves.iter().map(|m| step(snapshot, m)).collect();
        steps.join("; ")
    };
    answer.remedies.iter().map(|r| one(&r.moves)).collect()
}

/// Asks, and compares the steps.
pub fn assert_remedies(
    snapshot: &Snapshot,
    who: &str,
    action: &str,
    what: &str,
    expected: &[&str],
) {
    let answer = ask(snapshot, who, action, what);
    assert_eq!(
        words(snapshot, &answer),
        expected,
        "{who} {action} {what}: {:?}",
        answer.today
    );
}

const GOOGLE: &str = r#"
deedbox: 1
directory:
  users:
    - {id: ann@x.test, name: Ann}
    - {id: ben@x.test, name: Ben}
    - {id: cy@x.test, name: Cy}
    - {id: gone@x.test, name: Gone, status: suspended}
    - {id: left@x.test, name: Left, status: deleted, uid: "1"}
    - {id: boss@x.test, name: Boss}
  groups:
    - {id: inner@x.test, name: Inner, kind: google-group, members: [user:ben@x.test]}
    - {id: outer@x.test, name: Outer, kind: google-group, members: [group:inner@x.test, user:cy@x.test]}
environments:
  - id: p
    name: Project
    platform: google-ai-platform
    policy:
      bindings:
        - {role: roles/owner, members: [user:boss@x.test]}
        - {role: roles/ml.viewer, members: [user:cy@x.test]}
    inherited_bindings:
      - {role: roles/ml.viewer, members: [user:ann@x.test]}
    models:
      - id: m
        name: Model
        policy:
          bindings:
            - {role: roles/ml.modelOwner, members: [user:boss@x.test]}
            - {role: roles/ml.modelUser, members: [group:outer@x.test]}
            - role: roles/ml.modelUser
              members: [user:gone@x.test]
              condition: {title: over, expression: 'request.time < timestamp("2026-01-01T00:00:00Z")'}
      - {id: n, name: Other, policy: {bindings: [{role: roles/ml.modelOwner, members: [user:boss@x.test]}]}}
    jobs:
      - {id: j, policy: {bindings: [{role: roles/ml.jobOwner, members: [user:boss@x.test]}]}}
    operations:
      - {id: o, owner: user:boss@x.test}
  - id: q
    name: Other project
    platform: google-ai-platform
    policy: {bindings: [{role: roles/ml.developer, members: [user:ben@x.test]}]}
"#;

const OPENSEARCH: &str = r"
deedbox: 1
directory:
  users:
    - {id: ann@x.test, name: Ann}
    - {id: ben@x.test, name: Ben}
    - {id: cy@x.test, name: Cy}
    - {id: boss@x.test, name: Boss}
    - {id: new@x.test, name: New}
environments:
  - id: s
    name: Search
    platform: opensearch
    accounts:
      - {user: user:ann@x.test, name: ann, backend_roles: [hr], roles: [ml_full_access]}
      - {user: user:ben@x.test, name: ben, backend_roles: [it, hr]}
      - {user: user:cy@x.test, name: cy}
      - {user: user:boss@x.test, name: boss, roles: [all_access]}
    role_mappings:
      - {role: ml_full_access, backend_roles: [it], users: [], and_backend_roles: [night, on-call], hosts: []}
    model_groups:
      - {id: hr, name: HR, owner: user:boss@x.test, access: restricted, backend_roles: [hr, it]}
      - {id: own, name: Own, owner: user:ann@x.test, access: private}
      - {id: open, name: Open, owner: user:boss@x.test, access: public}
      - {id: closed, name: Closed, owner: user:boss@x.test, access: private}
    models:
      - {id: hr-1, name: HR 1, group: hr}
";

const FABRIC: &str = r#"
deedbox: 1
directory:
  users:
    - {id: ann@x.test, name: Ann}
    - {id: ben@x.test, name: Ben}
    - {id: boss@x.test, name: Boss}
    - {id: gone@x.test, name: Gone, status: suspended}
  groups:
    - {id: team@x.test, name: Team, kind: security-group, members: [user:ben@x.test]}
environments:
  - id: w
    name: Workspace
    platform: fabric
    edition: "2026"
    bindings:
      - {role: Admin, members: [user:boss@x.test]}
      - {role: Viewer, members: [group:team@x.test]}
    models:
      - id: m
        name: Model
        owner: user:boss@x.test
        shares: [{with: user:ann@x.test, permissions: [Read, Share]}]
      - {id: left, name: Left, owner: user:gone@x.test, shares: [{with: user:ann@x.test, permissions: [Read, Edit]}]}
    experiments:
      - {id: e, name: Experiment, owner: user:boss@x.test}
"#;

pub const AI_BUILDER: &str = r"
deedbox: 1
directory:
  users:
    - {id: ann@x.test, name: Ann}
    - {id: ben@x.test, name: Ben}
    - {id: cy@x.test, name: Cy}
    - {id: boss@x.test, name: Boss}
    - {id: gone@x.test, name: Gone, status: suspended}
  groups:
    - {id: team@x.test, name: Team, kind: team, members: [user:cy@x.test]}
    - {id: access@x.test, name: Access, kind: access-team, members: [user:cy@x.test]}
environments:
  - id: d
    name: Dataverse
    platform: ai-builder
    edition: EDITION
    settings: {unsupported_types: [business-card-reader]}
    bindings:
      - {role: System Administrator, members: [user:boss@x.test]}
      - {role: Environment Maker, members: [user:ann@x.test]}
      - {role: Basic User, members: [user:cy@x.test]}
    models:
      - {id: m, name: Model, owner: user:ann@x.test, type: prediction, state: published, shares: [{with: group:access@x.test, level: User}]}
      - {id: draft, name: Draft, owner: user:ann@x.test, type: prediction, state: trained}
      - {id: teams, name: Teams, owner: group:team@x.test, type: prediction, state: published}
      - {id: generic, name: Generic, owner: user:ann@x.test, type: generic-prediction, state: published}
      - {id: old, name: Old, owner: user:ann@x.test, type: business-card-reader, state: published}
";

fn ai_builder(edition: &str) -> Snapshot {
    state(&AI_BUILDER.replace("EDITION", &format!("{edition:?}")))
}

pub const ANN: &str = "user:ann@x.test";
pub const BEN: &str = "user:ben@x.test";
pub const CY: &str = "user:cy@x.test";
pub const BOSS: &str = "user:boss@x.test";
pub const GONE: &str = "user:gone@x.test";

/// The routes that can't be cut, in words.
pub fn stays(snapshot: &Snapshot, answer: &Remedies) -> Vec<String> {
    let ways = answer.stays.iter();
    ways.map(|(_, e)| wording::evidence(snapshot, e)).collect()
}

#[test]
fn google_gives_as_little_as_does_it() {
    let s = state(GOOGLE);
    let narrow = |who, action, what, expected: &[&str]| {
        assert_remedies(&s, who, action, what, expected);
    };
    narrow(
        ANN,
        "run",
        "p/models/m",
        &[
            "share Model with Ann as Model User",
            "put Ann into Outer",
            "give Ann the role Model User in Project",
        ],
    );
    // A share that has ended is made anew, after the person is let in.
    narrow(
        GONE,
        "run",
        "p/models/m",
        &[
            "let Gone in again; share Model with Gone as Model User",
            "let Gone in again; put Gone into Outer",
            "let Gone in again; give Gone the role Model User in Project",
        ],
    );
    narrow(
        ANN,
        "projects.jobs.cancel",
        "p/jobs/j",
        &[
            "share j with Ann as Job Owner",
            "give Ann the role Job Owner in Project",
        ],
    );
    // An operation has no policy of its own.
    narrow(
        ANN,
        "ml.operations.cancel",
        "p/operations/o",
        &["give Ann the role Operation Owner in Project"],
    );
    narrow(
        ANN,
        "projects.models.create",
        "p",
        &["give Ann the role Developer in Project"],
    );
    // Nobody can give what the platform does not offer, nor anything to somebody who is gone.
    narrow(ANN, "download", "p/models/m", &[]);
    narrow("deleted:user:left@x.test?uid=1", "see", "p/models/m", &[]);
    narrow("anonymous", "see", "p/models/m", &[]);
}

#[test]
fn only_when_nothing_else_does_it_somebody_becomes_administrator() {
    let s = state(GOOGLE);
    let answer = ask(&s, ANN, "share", "p");
    assert_eq!(
        words(&s, &answer),
        ["give Ann the role Basic Owner in Project"]
    );
    assert!(answer.remedies[0].broad);
    let s = state(FABRIC);
    let answer = ask(&s, ANN, "reassign", "w/models/m");
    assert_eq!(words(&s, &answer), ["give Ann the role Admin in Workspace"]);
    assert!(answer.remedies[0].broad);
    let s = state(OPENSEARCH);
    let answer = ask(&s, ANN, "share", "s/groups/hr");
    assert_eq!(
        words(&s, &answer),
        ["give Ann the role All access (administrator) in Search"]
    );
    assert!(answer.remedies[0].broad);
    let s = ai_builder("2022");
    for (action, role) in [
        ("reassign", "System Customizer"),
        ("edit", "System Customizer"),
        ("delete", "System Administrator"),
    ] {
        let answer = ask(&s, BEN, action, "d/models/m");
        assert_eq!(
            words(&s, &answer),
            [format!("give Ben the role {role} in Dataverse")]
        );
        assert!(answer.remedies[0].broad);
    }
}

#[test]
fn google_cuts_every_route() {
    let s = state(GOOGLE);
    let cut = |who, action, what, expected: &[&str]| {
        assert_remedies(&s, who, action, what, expected);
    };
    cut(
        BEN,
        "run",
        "p/models/m",
        &[
            "take Ben out of Inner",
            "take Inner out of Outer",
            "stop sharing Model with Outer as Model User",
        ],
    );
    cut(
        CY,
        "see",
        "p/models/m",
        &[
            "take Cy out of Outer; take the role Viewer in Project from Cy",
            "take the role Viewer in Project from Cy; stop sharing Model with Outer as Model User",
        ],
    );
    // What comes from above the project, or by itself, is nobody's to take.
    for (who, action, what, way) in [
        (ANN, "see", "p/models/m", "Viewer inherited from above"),
        (
            BOSS,
            "ml.operations.get",
            "p/operations/o",
            "Operation Owner (automatic)",
        ),
    ] {
        let answer = ask(&s, who, action, what);
        assert!(answer.remedies.is_empty());
        assert_eq!(stays(&s, &answer), [way]);
    }
}

#[test]
fn a_batch_job_can_need_something_in_two_projects() {
    let s = state(GOOGLE);
    let find = |id: &str| s.find(&ResourceRef::parse(id).unwrap()).unwrap();
    let action = Action::Native("projects.jobs.create".into());
    let action = ActionId::resolve(Platform::Google, &action).unwrap();
    let who = s.find_principal(CY).unwrap();
    let mut request = Request::new(who, action, find("q"), NOW);
    request.model = Some(find("p/models/n"));
    let answer = remedies(&s, &request);
    assert_eq!(
        words(&s, &answer)[0],
        "give Cy the role Developer in Other project; share Other with Cy as Model User"
    );
    // One cut is enough to stop it.
    request.principal = s.find_principal(BEN).unwrap();
    request.model = Some(find("p/models/m"));
    let answer = remedies(&s, &request);
    assert!(answer.today.verdict.is_allowed());
    assert!(
        answer.remedies.iter().all(|r| r.moves.len() == 1),
        "{answer:?}"
    );
}

#[test]
fn opensearch_goes_by_backend_roles_either_way() {
    let s = state(OPENSEARCH);
    let both = |who, what, expected: &[&str]| assert_remedies(&s, who, "run", what, expected);
    both(
        ANN,
        "s/groups/hr",
        &[
            "close HR to the backend role hr",
            "take the backend role hr in Search from Ann",
        ],
    );
    // The role that lets Ben in holds the action too; closing the group takes two.
    both(
        BEN,
        "s/models/hr-1",
        &["take the backend role it in Search from Ben"],
    );
    both(
        CY,
        "s/groups/hr",
        &["give Cy the backend role it in Search"],
    );
    both(
        CY,
        "s/groups/open",
        &[
            "give Cy the role ML full access in Search",
            "give Cy the backend role it in Search",
        ],
    );
    both(
        ANN,
        "s/groups/closed",
        &["restrict Closed to the backend role hr"],
    );
    both(
        CY,
        "s/groups/closed",
        &["give Cy the backend role it in Search; restrict Closed to the backend role it"],
    );
    for (who, what, ways) in [
        (
            ANN,
            "s/groups/own",
            &["role ml_full_access, given to the account", "owner"][..],
        ),
        (
            BOSS,
            "s/groups/closed",
            &[
                "role all_access, given to the account",
                "administrator (all_access)",
                "owner",
            ],
        ),
    ] {
        let answer = ask(&s, who, "run", what);
        assert!(answer.remedies.is_empty());
        assert_eq!(stays(&s, &answer), ways);
    }
    // In a public group only the privilege can be taken.
    let answer = ask(&s, BEN, "run", "s/groups/open");
    assert_eq!(
        words(&s, &answer),
        ["take the backend role it in Search from Ben"]
    );
}

#[test]
fn a_group_keeps_its_last_backend_role() {
    let text = OPENSEARCH.replace("[hr, it]}", "[hr]}");
    let s = state(&text);
    assert_remedies(
        &s,
        ANN,
        "run",
        "s/groups/hr",
        &["take the backend role hr in Search from Ann"],
    );
}

#[test]
fn fabric_shares_keep_what_they_replace() {
    let s = state(FABRIC);
    let both = |who, action, what, expected: &[&str]| {
        assert_remedies(&s, who, action, what, expected);
    };
    both(
        ANN,
        "edit",
        "w/models/m",
        &[
            "share Model with Ann as Read, Edit and Share",
            "give Ann the role Contributor in Workspace",
        ],
    );
    both(
        BEN,
        "run",
        "w/experiments/e",
        &[
            "share Experiment with Ben as Read and Execute",
            "give Ben the role Contributor in Workspace",
        ],
    );
    both(
        BEN,
        "see",
        "w/models/m",
        &[
            "take the role Viewer in Workspace from Team",
            "take Ben out of Team",
        ],
    );
    // Who can write may take over what an inactive owner left.
    both(
        ANN,
        "reassign",
        "w/models/left",
        &["stop sharing Left with Ann as Read and Edit"],
    );
}

#[test]
fn ai_builder_needs_a_role_and_a_share() {
    for edition in ["2022", "2023"] {
        let s = ai_builder(edition);
        let both = |who, action, what, expected: &[&str]| {
            assert_remedies(&s, who, action, what, expected);
        };
        both(
            BEN,
            "run",
            "d/models/m",
            &[
                "give Ben the role Basic User in Dataverse; share Model with Ben as User",
                "put Ben into Access; give Ben the role Basic User in Dataverse",
            ],
        );
        both(
            CY,
            "run",
            "d/models/draft",
            &["publish Draft; share Draft with Cy as User"],
        );
        both(
            GONE,
            "run",
            "d/models/draft",
            &[
                "let Gone in again; give Gone the role Basic User in Dataverse; publish Draft; share Draft with Gone as User",
            ],
        );
        both(
            CY,
            "run",
            "d/models/m",
            &[
                "stop sharing Model with Access as User",
                "take Cy out of Access",
                "take the role Basic User in Dataverse from Cy",
            ],
        );
        both(
            CY,
            "see",
            "d/models/teams",
            &[
                "take Cy out of Team",
                "take the role Basic User in Dataverse from Cy",
            ],
        );
        // A generic prediction model is its owner's alone, and a retired type can't be run.
        both(BEN, "run", "d/models/generic", &[]);
        both(BEN, "run", "d/models/old", &[]);
    }
}

#[test]
fn only_the_later_edition_of_ai_builder_shares_for_editing() {
    let s = ai_builder("2023");
    // Co-owner would also open the training data.
    assert_remedies(
        &s,
        BEN,
        "edit",
        "d/models/m",
        &[
            "give Ben the role Maker without Share in Dataverse; share Model with Ben as read, write",
        ],
    );
    assert_remedies(
        &s,
        BEN,
        "read-training-data",
        "d/models/m",
        &["give Ben the role Basic User in Dataverse; share Model with Ben as Co-owner"],
    );
}

/// Somebody in so many groups, each of which is given the model, that the ways of cutting can't be
/// compared: each group, or its grant.
#[test]
fn a_cut_of_very_many_routes_is_found_and_known_to_be_smallest() {
    let mut s = state(GOOGLE);
    let ann = s.find_principal(BEN).unwrap();
    let target = s.find(&ResourceRef::parse("p/models/n").unwrap()).unwrap();
    let mut model = s.resource(target.resource().unwrap()).unwrap().clone();
    for number in 0..20 {
        let id = PrincipalId(1_000 + number);
        let group = Principal {
            kind: PrincipalKind::Group {
                kind: GroupKind::GoogleGroup,
                members: vec![ann],
                deleted: false,
            },
            ..Principal::user(format!("g{number}@x.test"), "")
        };
        s.put(&Key::Principal(id), Some(Record::Principal(group)));
        model.policy.grant(Binding::new("roles/ml.modelUser", id));
    }
    let key = Key::Resource(model.environment, target.resource().unwrap());
    s.put(&key, Some(Record::Resource(model)));
    let answer = ask(&s, BEN, "run", "p/models/n");
    assert_eq!(answer.remedies.len(), 1);
    assert_eq!(answer.remedies[0].moves.len(), 20);
    assert!(answer.remedies[0].smallest);
}
