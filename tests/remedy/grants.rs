//! Grants that replace others, roles that are spelt in two ways, and what comes from above.

use deedbox::authz::remedy::acceptable;
use deedbox::authz::{Move, Remedies, Request, Snapshot, check};
use deedbox::domain::{Capability, ResourceRef, Revision, Timestamp};

use crate::examples::{AI_BUILDER, ANN, BEN, CY, GONE, ask, assert_remedies, state, stays, words};

/// What somebody is granted on a resource or environment, by whatever binding.
fn granted(snapshot: &Snapshot, who: &str, on: &str) -> Vec<String> {
    let who = snapshot.find_principal(who).unwrap();
    let on = snapshot.find(&ResourceRef::parse(on).unwrap()).unwrap();
    let grants = snapshot.policy(on).unwrap().grants();
    let own = grants.filter(|(_, _, member)| *member == who);
    own.map(|(_, binding, _)| binding.role.clone()).collect()
}

/// The state after the remedy with these words.
fn after(snapshot: &Snapshot, answer: &Remedies, steps: &str) -> Snapshot {
    let all = words(snapshot, answer);
    let place = all.iter().position(|w| w == steps);
    let remedy = &answer.remedies[place.unwrap_or_else(|| panic!("{steps}: {all:?}"))];
    let mut after = snapshot.clone();
    after.apply(Revision(1), &remedy.changes);
    after
}

const GOOGLE: &str = r#"
deedbox: 1
directory:
  users:
    - {id: ann@x.test, name: Ann}
    - {id: ben@x.test, name: Ben}
    - {id: boss@x.test, name: Boss}
  groups:
    - {id: above@x.test, name: Above, kind: google-group, members: [user:boss@x.test]}
environments:
  - id: p
    name: Project
    platform: google-ai-platform
    policy:
      bindings:
        - {role: roles/owner, members: [user:boss@x.test]}
        - {role: roles/ml.viewer, members: [user:ann@x.test]}
    inherited_bindings:
      - {role: roles/ml.viewer, members: [user:ann@x.test]}
      - {role: roles/ml.modelUser, members: [group:above@x.test]}
    models:
      - id: m
        name: Model
        policy:
          bindings:
            - {role: roles/ml.modelOwner, members: [user:boss@x.test]}
            - {role: roles/ml.modelUser, members: [user:ben@x.test]}
            - role: roles/ml.modelOwner
              members: [user:ben@x.test]
              condition: {title: over, expression: 'request.time < timestamp("2026-01-01T00:00:00Z")'}
"#;

#[test]
fn on_google_a_role_replaces_only_itself() {
    let s = state(GOOGLE);
    let answer = ask(&s, BEN, "edit", "p/models/m");
    let after = after(&s, &answer, "share Model with Ben as Model Owner");
    assert_eq!(
        granted(&after, BEN, "p/models/m"),
        ["roles/ml.modelOwner", "roles/ml.modelUser"]
    );
}

const FABRIC: &str = r"
deedbox: 1
directory:
  users:
    - {id: ann@x.test, name: Ann}
    - {id: ben@x.test, name: Ben}
    - {id: boss@x.test, name: Boss}
environments:
  - id: w
    name: Workspace
    platform: fabric
    bindings:
      - {role: Admin, members: [user:boss@x.test]}
      - {role: viewer, members: [user:ben@x.test]}
    models:
      - {id: m, name: Model, owner: user:boss@x.test, shares: [{with: user:ann@x.test, permissions: [Read, Share]}]}
";

#[test]
fn in_fabric_everybody_has_one_role_and_one_share() {
    let s = state(FABRIC);
    let answer = ask(&s, BEN, "edit", "w/models/m");
    let role = after(&s, &answer, "give Ben the role Contributor in Workspace");
    assert_eq!(granted(&role, BEN, "w"), ["Contributor"]);
    let answer = ask(&s, ANN, "edit", "w/models/m");
    let share = after(&s, &answer, "share Model with Ann as Read, Edit and Share");
    assert_eq!(granted(&share, ANN, "w/models/m"), ["Read, Write, Reshare"]);
}

#[test]
fn in_ai_builder_everybody_has_one_share_and_many_roles() {
    let text = AI_BUILDER.replace(
        "with: group:access@x.test, level: User",
        "with: user:cy@x.test, level: User",
    );
    let s = state(&text.replace("EDITION", "'2023'"));
    let answer = ask(&s, CY, "edit", "d/models/m");
    let after = after(
        &s,
        &answer,
        "give Cy the role Maker without Share in Dataverse; share Model with Cy as read, write",
    );
    assert_eq!(granted(&after, CY, "d/models/m"), ["read, write"]);
    assert_eq!(
        granted(&after, CY, "d"),
        ["Basic User", "Maker without Share"]
    );
}

/// Taking the role away takes every spelling of it, so there is one way of doing it.
#[test]
fn a_role_that_is_spelt_in_two_ways_is_taken_once() {
    let twice = "      - {role: viewer, members: [user:ben@x.test]}\n";
    let s = state(&FABRIC.replace(twice, &format!("{twice}{}", twice.replace('v', "V"))));
    assert_eq!(granted(&s, BEN, "w"), ["viewer", "Viewer"]);
    let answer = ask(&s, BEN, "see", "w/models/m");
    let steps = words(&s, &answer);
    assert_eq!(steps, ["take the role viewer in Workspace from Ben"]);
    assert_eq!(granted(&after(&s, &answer, &steps[0]), BEN, "w"), [""; 0]);
}

/// The same role to the same person twice, once where nobody here can take it.
#[test]
fn only_the_grant_from_above_stays() {
    let s = state(GOOGLE);
    let answer = ask(&s, ANN, "see", "p/models/m");
    assert!(answer.remedies.is_empty());
    assert_eq!(stays(&s, &answer), ["Viewer inherited from above"]);
}

/// Who is not of the directory can't be taken out of its groups; whichever of them lead to a role, it
/// stays once.
const OUTSIDER: &str = r"
deedbox: 1
directory:
  users: [{id: boss@x.test, name: Boss}]
  groups:
    - {id: inner@x.test, name: Inner, kind: google-group, members: ['user:out@else.test']}
    - {id: outer@x.test, name: Outer, kind: google-group, members: ['user:out@else.test', group:inner@x.test]}
environments:
  - id: p
    name: Project
    platform: google-ai-platform
    policy: {bindings: [{role: roles/owner, members: [user:boss@x.test]}]}
    inherited_bindings: [{role: roles/ml.viewer, members: [group:outer@x.test]}]
    models: [{id: m, name: Model}]
";

#[test]
fn what_several_groups_lead_to_stays_once() {
    let s = state(OUTSIDER);
    let answer = ask(&s, "user:out@else.test", "see", "p/models/m");
    assert!(answer.remedies.is_empty());
    assert_eq!(answer.today.evidence.len(), 2, "{:?}", answer.today);
    assert_eq!(
        stays(&s, &answer),
        ["Viewer inherited from above, through Outer"]
    );
}

#[test]
fn a_group_that_holds_a_role_from_above_can_be_joined() {
    assert_remedies(
        &state(GOOGLE),
        ANN,
        "run",
        "p/models/m",
        &[
            "share Model with Ann as Model User",
            "give Ann the role Model User in Project",
            "put Ann into Above",
        ],
    );
}

/// An access team's role is nobody's: whoever is in one is no administrator by it yet.
#[test]
fn a_role_of_an_access_team_makes_no_administrator() {
    let text = AI_BUILDER.replace(
        "members: [user:boss@x.test]",
        "members: [user:boss@x.test, group:access@x.test]",
    );
    let s = state(&text.replace("EDITION", "'2022'"));
    for who in [BEN, CY] {
        let answer = ask(&s, who, "delete", "d/models/m");
        let steps = words(&s, &answer);
        assert!(steps[0].ends_with("the role System Administrator in Dataverse"));
        assert!(answer.remedies.iter().all(|r| r.broad), "{steps:?}");
    }
    // Who is one already, and is let in again, becomes nothing more.
    let text = AI_BUILDER.replace(
        "members: [user:boss@x.test]",
        "members: [user:boss@x.test, user:gone@x.test]",
    );
    let s = state(&text.replace("EDITION", "'2022'"));
    let answer = ask(&s, GONE, "delete", "d/models/m");
    assert_eq!(words(&s, &answer), ["let Gone in again"]);
    assert!(!answer.remedies[0].broad);
}

/// Ann holds the role through two groups in one, and once more through one of them directly.
const DIAMOND: &str = r"
deedbox: 1
directory:
  users: [{id: ann@x.test, name: Ann}, {id: boss@x.test, name: Boss}]
  groups:
    - {id: a@x.test, name: A, kind: security-group, members: [user:ann@x.test]}
    - {id: b@x.test, name: B, kind: security-group, members: [user:ann@x.test]}
    - {id: top@x.test, name: Top, kind: security-group, members: [group:a@x.test, group:b@x.test]}
environments:
  - id: w
    name: Lab
    platform: fabric
    bindings:
      - {role: Admin, members: [user:boss@x.test]}
      - {role: Viewer, members: [group:top@x.test]}
    models: [{id: m, name: Model, owner: user:boss@x.test}]
";

#[test]
fn every_way_through_groups_is_cut() {
    let snapshot = state(DIAMOND);
    assert_remedies(
        &snapshot,
        ANN,
        "view",
        "w/models/m",
        &["take the role Viewer in Lab from Top"],
    );
    // Who may change groups only, and not the workspace, gets the larger cuts.
    let answer = departures(&snapshot);
    assert_eq!(
        words(&snapshot, &answer),
        [
            "take Ann out of A; take Ann out of B",
            "take Ann out of A; take B out of Top",
            "take Ann out of B; take A out of Top",
        ]
    );
    for remedy in &answer.remedies {
        let mut after = snapshot.clone();
        after.apply(Revision(1), &remedy.changes);
        assert!(!check(&after, &view(&snapshot)).is_allowed());
    }
}

fn view(snapshot: &Snapshot) -> Request<'static> {
    let ann = snapshot.find_principal(ANN).unwrap();
    let model = snapshot.find(&ResourceRef::parse("w/models/m").unwrap());
    Request::new(ann, Capability::View.into(), model.unwrap(), Timestamp(0))
}

/// The remedies of which every step takes somebody out of a group.
fn departures(snapshot: &Snapshot) -> Remedies {
    let leaves = |step: &Move| matches!(step, Move::Leave { .. });
    acceptable(snapshot, &view(snapshot), |r| r.moves.iter().all(leaves))
}
