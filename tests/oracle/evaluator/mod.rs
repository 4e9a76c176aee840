//! The access rules a second time: slow, obvious, and without a line of the core.
//!
//! Everything is looked up by walking all records, every group closure is computed anew, and
//! permissions are words in sets.

pub mod ai_builder;
pub mod fabric;
pub mod google;
pub mod google_roles;
pub mod lists;
pub mod opensearch;
pub mod time;

use std::collections::BTreeSet;

use deedbox::authz::Verdict;
use deedbox::domain::{
    Action, Binding, Body, Platform, PrincipalId, PrincipalKind, Resource, Status, Target,
    Timestamp,
};

use super::world::{Question, World};

/// May they? The three checks, in their order: the first that fails decides.
pub fn decide(world: &World, question: &Question) -> Verdict {
    let Some((id, environment)) = world.environment_of(question.target) else {
        return Verdict::Error;
    };
    if !exists(world, question.target) {
        return Verdict::Error;
    }
    if let Action::Native(word) = &question.action
        && !knows(environment.platform(), word)
    {
        return Verdict::Error;
    }
    if !may_act(world, question.who) {
        return Verdict::Deny;
    }
    match environment.platform() {
        Platform::Google => google::decide(world, environment, question),
        Platform::OpenSearch => opensearch::decide(world, id, environment, question),
        Platform::Fabric => fabric::decide(world, environment, question),
        Platform::AiBuilder => ai_builder::decide(world, id, environment, question),
    }
}

/// Whether the part that a target names is there.
fn exists(world: &World, target: Target) -> bool {
    let body = resource_of(world, target).map(|r| &r.body);
    match (target, body) {
        (Target::Version(_, i), Some(Body::Model(m))) => m.versions.get(i as usize).is_some(),
        (Target::Run(_, i), Some(Body::Experiment { runs })) => runs.get(i as usize).is_some(),
        (Target::Container(_), Some(Body::Model(_)))
        | (Target::Environment(_) | Target::Resource(_), _) => true,
        _ => false,
    }
}

/// Whether a platform has a permission, action or method of this name.
fn knows(platform: Platform, word: &str) -> bool {
    match platform {
        Platform::Google => {
            google::is_permission(word) || google::METHODS.iter().any(|(m, _, _)| *m == word)
        }
        Platform::OpenSearch => opensearch::ACTIONS.contains(&word),
        Platform::Fabric => fabric::WORDS.contains(&word),
        Platform::AiBuilder => ai_builder::WORDS.contains(&word),
    }
}

/// Only an active identity passes any check; a group can't act at all.
pub fn may_act(world: &World, who: PrincipalId) -> bool {
    if who == PrincipalId::ANONYMOUS {
        return true;
    }
    match world.principal(who).map(|p| &p.kind) {
        Some(PrincipalKind::User { status, .. } | PrincipalKind::ServiceAccount { status }) => {
            *status == Status::Active
        }
        Some(PrincipalKind::ExternalUser | PrincipalKind::ExternalServiceAccount) => true,
        _ => false,
    }
}

/// Everything that a grant may name and mean this principal by: themselves, their groups to any
/// depth, their domain, everybody.
pub fn identities(world: &World, who: PrincipalId) -> BTreeSet<PrincipalId> {
    let mut found = BTreeSet::from([PrincipalId::ALL_USERS]);
    if who == PrincipalId::ANONYMOUS {
        return found;
    }
    found.insert(PrincipalId::ALL_AUTHENTICATED);
    found.insert(who);
    let own = world.principal(who).map_or("", |p| p.id.as_str());
    for (id, principal) in world.principals() {
        if matches!(principal.kind, PrincipalKind::Domain)
            && own
                .to_lowercase()
                .ends_with(&format!("@{}", principal.id.to_lowercase()))
        {
            found.insert(id);
        }
    }
    climb(world, who, &mut found);
    found
}

/// Adds the groups above, never one twice.
fn climb(world: &World, member: PrincipalId, found: &mut BTreeSet<PrincipalId>) {
    for (id, principal) in world.principals() {
        if let PrincipalKind::Group {
            members,
            deleted: false,
            ..
        } = &principal.kind
            && members.contains(&member)
            && found.insert(id)
        {
            climb(world, id, found);
        }
    }
}

/// Whether a binding holds at a moment.
pub fn holds(binding: &Binding, at: Timestamp) -> bool {
    binding
        .condition
        .as_ref()
        .is_none_or(|c| time::satisfied(&c.expression, at))
}

/// Roles (or right lists) granted to any of these by bindings that hold now.
pub fn granted<'a>(
    bindings: &'a [Binding],
    to: &BTreeSet<PrincipalId>,
    at: Timestamp,
) -> Vec<&'a str> {
    bindings
        .iter()
        .filter(|b| holds(b, at) && b.members.iter().any(|m| to.contains(m)))
        .map(|b| b.role.as_str())
        .collect()
}

/// The record that a target is decided by.
pub fn resource_of(world: &World, target: Target) -> Option<&Resource> {
    world.resource(target.resource()?)
}

/// Turns a passed or failed check into an answer.
pub fn answer(passed: bool) -> Verdict {
    if passed {
        Verdict::Allow
    } else {
        Verdict::Deny
    }
}
