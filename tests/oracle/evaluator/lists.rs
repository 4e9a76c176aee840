//! The three lists, written from the paragraph *Lists*.

use std::collections::BTreeSet;

use deedbox::authz::{ListKind, Verdict};
use deedbox::domain::{
    Body, Capability, EnvironmentId, GroupLink, Platform, PrincipalId, PrincipalKind, Resource,
    ResourceId, Target, Timestamp,
};

use super::{ai_builder, decide, fabric, google, holds, identities, opensearch};
use crate::world::{Question, World};

/// What a list shows somebody.
pub fn list(
    world: &World,
    kind: ListKind,
    who: PrincipalId,
    at: Timestamp,
) -> BTreeSet<ResourceId> {
    let shown = world.resources().filter(|(_, r)| is_listed(r));
    shown
        .filter(|(id, row)| {
            let q = Question {
                who,
                action: Capability::See.into(),
                target: Target::Resource(*id),
                at,
                model: None,
                address: None,
            };
            let sees = || decide(world, &q) == Verdict::Allow;
            let acts = super::may_act(world, who);
            let owned = owns(world, &q, row);
            match kind {
                ListKind::MyModels => acts && owned,
                ListKind::SharedWithMe => {
                    !owned && sees() && (was_granted(world, &q, row) || administers(world, &q, row))
                }
                ListKind::AllModels => sees(),
            }
        })
        .map(|(id, _)| id)
        .collect()
}

/// Models; on OpenSearch groups, and models that are in none that there is.
fn is_listed(row: &Resource) -> bool {
    match &row.body {
        Body::ModelGroup { .. } => true,
        Body::Model(model) => !matches!(model.group, Some(GroupLink::Known(_))),
        _ => false,
    }
}

fn platform(world: &World, id: EnvironmentId) -> Platform {
    world.environment(id).unwrap().platform()
}

/// The owners of a resource.
pub fn owners(world: &World, row: &Resource, at: Timestamp) -> BTreeSet<PrincipalId> {
    match platform(world, row.environment) {
        Platform::Google => google::owners(row, at),
        _ => row.owner.into_iter().collect(),
    }
}

/// The owner; a team's members own what the team owns (AI Builder), and Google has several.
pub fn owns(world: &World, q: &Question, row: &Resource) -> bool {
    match platform(world, row.environment) {
        Platform::Google => {
            let to = identities(world, q.who);
            google::owners(row, q.at).iter().any(|o| to.contains(o))
        }
        Platform::AiBuilder => ai_builder::is_owner(world, row.environment, q, row),
        Platform::OpenSearch | Platform::Fabric => row.owner == Some(q.who),
    }
}

/// Somebody and their groups; not their domain and not the public.
fn named(world: &World, who: PrincipalId) -> BTreeSet<PrincipalId> {
    let is_named = |id: &PrincipalId| {
        *id >= PrincipalId::FIRST
            && world
                .principal(*id)
                .is_some_and(|p| !matches!(p.kind, PrincipalKind::Domain))
    };
    identities(world, who)
        .into_iter()
        .filter(is_named)
        .collect()
}

/// Whether others granted it, in the way that the list is about.
fn was_granted(world: &World, q: &Question, row: &Resource) -> bool {
    let environment = world.environment(row.environment).unwrap();
    match environment.platform() {
        Platform::Google => {
            let to = named(world, q.who);
            let mut bindings = row.policy.bindings.iter();
            bindings.any(|b| {
                holds(b, q.at)
                    && b.members.iter().any(|m| to.contains(m))
                    && google::role_permissions(environment, &b.role).contains("ml.models.get")
            })
        }
        // What is open to somebody is so by the group's mode, by a backend role, or because there
        // is no access control.
        Platform::OpenSearch | Platform::Fabric => true,
        Platform::AiBuilder => ai_builder::is_shared(world, row.environment, q, row),
    }
}

/// Whether somebody administers the environment.
fn administers(world: &World, q: &Question, row: &Resource) -> bool {
    let id = row.environment;
    let environment = world.environment(id).unwrap();
    match environment.platform() {
        // Whoever may share every model of the project.
        Platform::Google => {
            google::permissions(world, environment, q.who, Target::Environment(id), q.at)
                .contains("ml.models.setIamPolicy")
        }
        Platform::OpenSearch => opensearch::is_administrator(world, id, q),
        Platform::Fabric => fabric::is_admin(world, environment, q),
        Platform::AiBuilder => ai_builder::is_administrator(world, id, q),
    }
}
