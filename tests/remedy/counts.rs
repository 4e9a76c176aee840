//! How much else a remedy changes, counted once more by looking at everybody, everything and every
//! capability; in worlds in which a remedy concerns many others.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem::discriminant;

use deedbox::authz::remedy::acceptable;
use deedbox::authz::{Move, Remedy, Request, Snapshot, capabilities};
use deedbox::domain::{Capability, PrincipalId, ResourceId, Revision, Target, Timestamp};
use strum::IntoEnumIterator;

use crate::examples::{NOW, state};
use crate::properties::{in_worlds, question};

/// A model that many hold and that nobody can run before it is published.
const PUBLISHED: &str = r"
deedbox: 1
directory:
  users:
    - {id: ann@x.test}
    - {id: ben@x.test}
    - {id: cy@x.test}
    - {id: dee@x.test}
    - {id: eve@x.test}
    - {id: boss@x.test}
    - {id: gone@x.test, status: suspended}
  groups:
    - {id: team@x.test, kind: team, members: [user:cy@x.test, user:dee@x.test, user:gone@x.test]}
    - {id: owners@x.test, kind: team, members: [user:ann@x.test, user:ben@x.test]}
environments:
  - id: d
    platform: ai-builder
    edition: '2023'
    bindings:
      - {role: System Administrator, members: [user:boss@x.test]}
      - {role: Basic User, members: [user:ann@x.test, user:ben@x.test, group:team@x.test]}
    models:
      - {id: draft, owner: group:owners@x.test, type: prediction, state: trained, shares: [{with: group:team@x.test, level: User}]}
      - {id: other, owner: user:ann@x.test, type: prediction, state: published, shares: [{with: group:team@x.test, level: User}]}
";

/// Items that a suspended owner left: whoever can write may take them over until the owner is back.
const LEFT: &str = r"
deedbox: 1
directory:
  users:
    - {id: ann@x.test}
    - {id: ben@x.test}
    - {id: cy@x.test}
    - {id: boss@x.test}
    - {id: gone@x.test, status: suspended}
  groups:
    - {id: team@x.test, kind: security-group, members: [user:ben@x.test, user:cy@x.test]}
environments:
  - id: w
    platform: fabric
    bindings:
      - {role: Admin, members: [user:boss@x.test]}
      - {role: Viewer, members: [user:gone@x.test]}
    models:
      - {id: left, owner: user:gone@x.test, shares: [{with: user:ann@x.test, permissions: [Read, Edit]}, {with: group:team@x.test, permissions: [Read, Edit]}]}
      - {id: kept, owner: user:boss@x.test, shares: [{with: user:gone@x.test, permissions: [Read]}, {with: user:ann@x.test, permissions: [Read, Edit]}]}
    experiments:
      - {id: trial, owner: user:gone@x.test, shares: [{with: group:team@x.test, permissions: [Read, Edit]}]}
";

/// A group with models and a job, which several people reach by its backend roles.
const CLUSTER: &str = r"
deedbox: 1
directory:
  users:
    - {id: ann@x.test}
    - {id: ben@x.test}
    - {id: cy@x.test}
    - {id: dee@x.test}
    - {id: boss@x.test}
environments:
  - id: s
    platform: opensearch
    accounts:
      - {user: user:ann@x.test, name: ann, backend_roles: [hr], roles: [ml_full_access]}
      - {user: user:ben@x.test, name: ben, backend_roles: [hr, it], roles: [ml_full_access]}
      - {user: user:cy@x.test, name: cy, backend_roles: [hr], roles: [ml_readonly_access]}
      - {user: user:dee@x.test, name: dee, backend_roles: [ops], roles: [ml_full_access]}
      - {user: user:boss@x.test, name: boss, roles: [all_access]}
    model_groups:
      - {id: hr, owner: user:boss@x.test, access: restricted, backend_roles: [hr, law]}
      - {id: own, owner: user:dee@x.test, access: private}
    models:
      - {id: hr-1, group: hr}
      - {id: hr-2, group: hr}
      - {id: own-1, group: own}
    jobs:
      - {id: batch, model: hr-1}
      - {id: task}
";

/// A project with grants from above it and to a whole domain.
const PROJECT: &str = r"
deedbox: 1
directory:
  users:
    - {id: ann@x.test}
    - {id: ben@x.test}
    - {id: cy@y.test}
    - {id: boss@x.test}
    - {id: gone@x.test, status: suspended}
    - {id: left@x.test, status: deleted, uid: '1'}
  service_accounts: [{id: robot@x.test}]
  groups:
    - {id: above@x.test, kind: google-group, members: [user:ben@x.test, 'serviceAccount:robot@x.test', user:gone@x.test, 'deleted:user:left@x.test?uid=1']}
    - {id: team@x.test, kind: google-group, members: [group:above@x.test, user:cy@y.test]}
environments:
  - id: p
    platform: google-ai-platform
    policy:
      bindings:
        - {role: roles/owner, members: [user:boss@x.test]}
        - {role: roles/ml.modelUser, members: [group:team@x.test]}
    inherited_bindings:
      - {role: roles/ml.viewer, members: [group:above@x.test]}
    models:
      - {id: m, policy: {bindings: [{role: roles/ml.modelUser, members: ['domain:x.test']}, {role: roles/ml.modelOwner, members: [group:team@x.test]}]}}
      - {id: n, policy: {bindings: [{role: roles/ml.modelOwner, members: [user:boss@x.test]}]}}
    jobs:
      - {id: j, policy: {bindings: [{role: roles/ml.jobOwner, members: [user:ann@x.test]}]}}
";

/// What everybody may do to everything.
type Everything = BTreeMap<(PrincipalId, ResourceId), Vec<Capability>>;

fn everything(snapshot: &Snapshot, at: Timestamp) -> Everything {
    let actors = snapshot.principals().filter(|(_, p)| p.is_actor());
    let actors: Vec<PrincipalId> = actors.map(|(id, _)| id).collect();
    let places = snapshot.places();
    let resources: Vec<ResourceId> = places
        .flat_map(|(e, _)| snapshot.everything_in(e))
        .collect();
    let mut all = Everything::new();
    for (who, what) in actors
        .iter()
        .flat_map(|a| resources.iter().map(|r| (*a, *r)))
    {
        let may = capabilities(snapshot, who, Target::Resource(what), at);
        all.insert((who, what), may.iter().collect());
    }
    all
}

/// How many decisions differ, but for the one asked about.
fn changed(before: &Everything, after: &Everything, request: &Request<'_>) -> usize {
    let mut count = 0;
    for (pair @ (who, what), was) in before {
        let is = &after[pair];
        let asked = |c: &Capability| {
            *who == request.principal
                && Target::Resource(*what) == request.target
                && request.action == (*c).into()
        };
        let turned = Capability::iter().filter(|c| was.contains(c) != is.contains(c));
        count += turned.filter(|c| !asked(c)).count();
    }
    count
}

/// Compares the counts of the best few remedies of a question, and returns their moves.
fn assert_counted(snapshot: &Snapshot, before: &Everything, request: &Request<'_>) -> Vec<Move> {
    let seen: RefCell<Vec<Remedy>> = RefCell::default();
    acceptable(snapshot, request, |remedy| {
        seen.borrow_mut().push(remedy.clone());
        seen.borrow().len() >= 5
    });
    let mut moves = Vec::new();
    for remedy in seen.into_inner() {
        let mut after = snapshot.clone();
        after.apply(Revision(1), &remedy.changes);
        let count = changed(before, &everything(&after, request.at), request);
        let steps = &remedy.moves;
        assert_eq!(remedy.others.count, count, "{request:?} {steps:?}");
        assert!(remedy.others.complete, "{request:?} {steps:?}");
        moves.extend(remedy.moves);
    }
    moves
}

/// Asks every question of a small world. Says which moves were in the remedies.
fn assert_counts(text: &str) -> Vec<Move> {
    let snapshot = state(text);
    let before = everything(&snapshot, NOW);
    let mut moves: Vec<Move> = Vec::new();
    for (who, what) in before.keys() {
        for capability in Capability::iter() {
            let request = Request::new(*who, capability.into(), Target::Resource(*what), NOW);
            moves.extend(assert_counted(&snapshot, &before, &request));
        }
    }
    moves
}

/// Whether a move of this kind was among those counted.
fn assert_seen(moves: &[Move], kind: &Move) {
    let seen = moves.iter().any(|m| discriminant(m) == discriminant(kind));
    assert!(seen, "{kind:?}");
}

#[test]
fn publishing_counts_all_who_hold_the_model() {
    let moves = assert_counts(PUBLISHED);
    let model = ResourceId(0);
    assert_seen(&moves, &Move::Publish { model });
}

#[test]
fn letting_an_owner_in_again_counts_those_who_could_take_over() {
    let moves = assert_counts(LEFT);
    let principal = PrincipalId(0);
    assert_seen(&moves, &Move::Restore { principal });
}

#[test]
fn backend_roles_of_a_group_count_for_its_models_and_jobs() {
    let moves = assert_counts(CLUSTER);
    let (group, role) = (ResourceId(0), String::new());
    for kind in [
        Move::AddGroupRole {
            group,
            role: role.clone(),
        },
        Move::DropGroupRole { group, role },
    ] {
        assert_seen(&moves, &kind);
    }
}

#[test]
fn groups_and_whole_domains_count_by_their_people() {
    let moves = assert_counts(PROJECT);
    let (group, member) = (PrincipalId(0), PrincipalId(0));
    assert_seen(&moves, &Move::Join { group, member });
    assert_seen(&moves, &Move::Leave { group, member });
}

#[test]
fn in_random_worlds_the_counts_are_those_of_all_decisions() {
    let mut moves = Vec::new();
    in_worlds(60, |world, rng| {
        let snapshot = world.snapshot();
        let q = question(world, rng);
        let (_, environment) = world.environment_of(q.target).unwrap();
        let request = q.request(environment.platform()).unwrap();
        let before = everything(&snapshot, q.at);
        moves.extend(assert_counted(&snapshot, &before, &request));
    });
    // Not always the same kind of step.
    let mut kinds: Vec<Move> = Vec::new();
    for step in moves {
        if kinds.iter().all(|k| discriminant(k) != discriminant(&step)) {
            kinds.push(step);
        }
    }
    assert!(kinds.len() > 4, "{kinds:?}");
}
