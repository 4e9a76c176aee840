//! Random resources of all kinds.

use deedbox::domain::{
    AccessMode, Body, DatasetsContainer, EnvironmentId, GroupKind, GroupLink, Model, ModelState,
    Platform, Policy, PrincipalId, PrincipalKind, Resource, ResourceId, Run, Version,
};
use strum::IntoEnumIterator;

use super::bindings;
use super::environments::{BACKEND_ROLES, GOOGLE_ROLES, TYPES};
use crate::rng::Rng;
use crate::world::World;

/// One more resource of an environment.
pub fn resource(
    world: &World,
    rng: &mut Rng,
    environment: EnvironmentId,
    number: u32,
    people: &[PrincipalId],
) -> Resource {
    let platform = world.environment(environment).unwrap().platform();
    let owner = owner(world, rng, platform);
    let (owner, body) = match platform {
        Platform::Google => google(rng, world, environment, owner),
        Platform::OpenSearch => opensearch(rng, world, environment, owner),
        Platform::Fabric => {
            let body = if rng.chance(50) {
                let runs = vec![Run {
                    id: "r1".into(),
                    ..Run::default()
                }];
                Body::Experiment { runs }
            } else {
                Body::Model(model(rng))
            };
            (Some(owner), body)
        }
        Platform::AiBuilder => {
            let mut model = model(rng);
            model.kind = rng.chance(90).then(|| (*rng.pick(TYPES)).to_owned());
            model.container = rng.chance(60).then(|| DatasetsContainer {
                id: "c".into(),
                owner: self::owner(world, rng, platform),
            });
            (Some(owner), Body::Model(model))
        }
    };
    // An operation has just its automatic owner: a policy that got there grants nothing.
    let bindings = policy(rng, platform, people);
    Resource {
        environment,
        id: format!("x{number}"),
        name: String::new(),
        description: None,
        owner,
        policy: Policy {
            bindings,
            ..Policy::default()
        },
        body,
    }
}

/// Grants on a resource, as the platform has them.
pub fn policy(
    rng: &mut Rng,
    platform: Platform,
    people: &[PrincipalId],
) -> Vec<deedbox::domain::Binding> {
    let mut everybody = people.to_vec();
    everybody.extend([PrincipalId::ALL_USERS, PrincipalId::ALL_AUTHENTICATED]);
    match platform {
        Platform::Google => bindings(rng, GOOGLE_ROLES, &everybody, 3),
        Platform::OpenSearch => Vec::new(),
        Platform::Fabric => {
            let shares = [
                "Read",
                "Read, Write",
                "Read, Reshare",
                "Read, Execute",
                "Read, Edit, Share",
                "Write",
                "Read, Write, Reshare, Execute",
            ];
            bindings(rng, &shares, &everybody, 3)
        }
        Platform::AiBuilder => {
            let shares = [
                "User",
                "User",
                "Co-owner",
                "Read, Write",
                "ReadAccess | AssignAccess",
                "Read, Share, Delete",
                "Write",
            ];
            bindings(rng, &shares, &everybody, 3)
        }
    }
}

/// Somebody whom the directory knows.
pub fn owner(world: &World, rng: &mut Rng, platform: Platform) -> PrincipalId {
    let can_own = |kind: &PrincipalKind| match kind {
        PrincipalKind::User { .. } | PrincipalKind::ServiceAccount { .. } => true,
        // An access team owns nothing, so its model is nobody's.
        PrincipalKind::Group {
            kind: GroupKind::Team | GroupKind::AccessTeam,
            ..
        } => platform == Platform::AiBuilder,
        _ => false,
    };
    let people: Vec<PrincipalId> = world
        .principals()
        .filter(|(_, p)| can_own(&p.kind))
        .map(|(id, _)| id)
        .collect();
    *rng.pick(&people)
}

fn earlier(world: &World, environment: EnvironmentId, group: bool) -> Vec<ResourceId> {
    world
        .resources()
        .filter(|(_, r)| r.environment == environment)
        .filter(|(_, r)| match r.body {
            Body::ModelGroup { .. } => group,
            Body::Model(_) => !group,
            _ => false,
        })
        .map(|(id, _)| id)
        .collect()
}

fn one_of(rng: &mut Rng, list: &[ResourceId]) -> Option<ResourceId> {
    (!list.is_empty()).then(|| *rng.pick(list))
}

fn google(
    rng: &mut Rng,
    world: &World,
    environment: EnvironmentId,
    owner: PrincipalId,
) -> (Option<PrincipalId>, Body) {
    let model_of_it = one_of(rng, &earlier(world, environment, false));
    match rng.below(6) {
        0 => (
            None,
            Body::Job {
                model: model_of_it,
                state: None,
            },
        ),
        1 => (
            rng.chance(80).then_some(owner),
            Body::Operation {
                model: model_of_it,
                state: None,
            },
        ),
        _ => (None, Body::Model(model(rng))),
    }
}

fn opensearch(
    rng: &mut Rng,
    world: &World,
    environment: EnvironmentId,
    owner: PrincipalId,
) -> (Option<PrincipalId>, Body) {
    let groups = earlier(world, environment, true);
    let models = earlier(world, environment, false);
    match rng.below(8) {
        0..=3 => {
            let modes: Vec<AccessMode> = AccessMode::iter().collect();
            let access = rng.chance(92).then(|| *rng.pick(&modes));
            let backend_roles = rng.some(BACKEND_ROLES, 2);
            let backend_roles = backend_roles.iter().map(|r| (*r).to_owned()).collect();
            let body = Body::ModelGroup {
                access,
                backend_roles,
            };
            (rng.chance(88).then_some(owner), body)
        }
        4..=6 => {
            let mut model = model(rng);
            model.hidden = rng.chance(20);
            model.group = match rng.below(8) {
                0 => Some(GroupLink::Missing("gone".into())),
                1 => None,
                _ => one_of(rng, &groups).map(GroupLink::Known),
            };
            (rng.chance(50).then_some(owner), Body::Model(model))
        }
        _ => {
            let model = one_of(rng, &models);
            (Some(owner), Body::Job { model, state: None })
        }
    }
}

fn model(rng: &mut Rng) -> Model {
    let states = [
        ModelState::Draft,
        ModelState::Trained,
        ModelState::Published,
        ModelState::Published,
        ModelState::Deployed,
    ];
    let mut model = Model {
        state: rng.chance(80).then(|| *rng.pick(&states)),
        ..Model::default()
    };
    for i in 0..rng.below(3) {
        model.versions.push(Version {
            id: format!("v{i}"),
            default: i == 0,
            state: rng.chance(60).then(|| *rng.pick(&states)),
            metrics: Vec::new(),
        });
    }
    model
}
