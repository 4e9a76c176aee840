//! What can be given to a principal so that it may do what it may not: in steps that belong together.
//!
//! Nothing here makes a thing public, changes a setting, gives to a group that the principal is in
//! already, or changes an owner: that would be broader than needed. Nor does anything take away: where a
//! grant replaces another, it gives at least what the other one does. The search rests on that.

use std::collections::BTreeSet;

use crate::domain::{
    Capability, Environment, Platform, Principal, PrincipalId, PrincipalKind, Status, Target,
};

use super::super::decide::explain;
use super::super::decision::{Check, ReasonKey};
use super::super::index::place::Rights;
use super::super::permission::PermissionSet;
use super::super::platforms::{self, environment_role, resource_role};
use super::super::request::Request;
use super::super::snapshot::Snapshot;
use super::moves::{Move, holds_one};
use super::question::{Question, bindings};
use super::{ai_builder, fabric, google, opensearch};

/// Every gift, in the order in which equals are shown. The moves of one are of use only together.
pub(super) fn universe(question: &Question<'_>) -> Vec<Vec<Move>> {
    let mut gifts = opensearch::gifts(question);
    let mut single = Vec::new();
    single.extend(restoration(question));
    single.extend(ai_builder::publications(question));
    if may_be_granted(question) {
        single.extend(shares(question));
        single.extend(roles(question));
    }
    single.extend(memberships(question));
    gifts.extend(single.into_iter().map(|step| vec![step]));
    gifts.sort_by_cached_key(|gift| {
        gift.iter()
            .map(|m| (m.rank(), m.clone()))
            .collect::<Vec<_>>()
    });
    gifts.dedup();
    gifts
}

/// A suspended principal gets everything back that it held.
fn restoration(question: &Question<'_>) -> Option<Move> {
    let principal = question.principal();
    let suspended = question.small.principal(principal)?.status() == Status::Suspended;
    suspended.then_some(Move::Restore { principal })
}

/// Nothing is granted to somebody who is deleted or not signed in.
fn may_be_granted(question: &Question<'_>) -> bool {
    let principal = question.small.principal(question.principal());
    principal.is_some_and(|p| p.is_actor() && p.status() != Status::Deleted)
}

/// Shares of the resources in question.
fn shares(question: &Question<'_>) -> Vec<Move> {
    let mut moves = Vec::new();
    for id in question.resources() {
        let on = Target::Resource(id);
        let environment = question.small.environment_of(on);
        let environment = environment.and_then(|e| question.environment(e));
        let Some(environment) = environment.filter(|_| can_be_shared(question, on)) else {
            continue;
        };
        let has = carried(question, environment, on);
        let roles = match environment.platform() {
            Platform::Google => google::shares(environment),
            Platform::OpenSearch => Vec::new(),
            Platform::Fabric => fabric::shares(environment, has),
            Platform::AiBuilder => ai_builder::shares(environment, has),
        };
        moves.extend(granted(question, environment, on, roles));
    }
    moves
}

/// Roles as grants to the principal, without those that would replace more than they give.
fn granted(
    question: &Question<'_>,
    environment: &Environment,
    on: Target,
    roles: Vec<String>,
) -> Vec<Move> {
    let replaced = if holds_one(on, Some(environment.platform())) {
        carried(question, environment, on)
    } else {
        PermissionSet::EMPTY
    };
    let keeps = |role: &String| {
        let gives = rights(environment, on, role).map(|r| r.permissions);
        gives.unwrap_or_default().contains_all(replaced)
    };
    let to = question.principal();
    let kept = roles.into_iter().filter(keeps);
    kept.map(|role| Move::Grant { on, role, to }).collect()
}

/// Whether the platform lets anybody share a resource: who asks does not matter.
fn can_be_shared(question: &Question<'_>, on: Target) -> bool {
    let share = Request::new(
        question.principal(),
        Capability::Share.into(),
        on,
        question.request.at,
    );
    let about_who = [
        ReasonKey::PrincipalSuspended,
        ReasonKey::PrincipalDeleted,
        ReasonKey::PrincipalCannotAct,
    ];
    let reasons = explain(question.small, &share).reasons;
    !reasons
        .iter()
        .any(|r| r.check == Check::Restriction && !about_who.contains(&r.key))
}

/// What the principal's own grants on a target carry at the moment.
fn carried(question: &Question<'_>, environment: &Environment, on: Target) -> PermissionSet {
    let policy = question.small.policy(on);
    let own = policy.into_iter().flat_map(|p| &p.bindings).filter(|b| {
        let holds = b.window().is_some_and(|w| w.contains(question.request.at));
        holds && b.members.contains(&question.principal())
    });
    own.filter_map(|b| rights(environment, on, &b.role))
        .fold(PermissionSet::EMPTY, |all, more| {
            all.union(more.permissions)
        })
}

/// What a role gives where it is granted.
pub(super) fn rights(environment: &Environment, on: Target, role: &str) -> Option<Rights> {
    match on {
        Target::Environment(_) => environment_role(environment, role),
        _ => resource_role(environment, role),
    }
}

/// Roles in the environments. Of two that give the same, the first in the platform's own order.
fn roles(question: &Question<'_>) -> Vec<Move> {
    let mut moves = Vec::new();
    for id in question.environments() {
        let Some(environment) = question.environment(id) else {
            continue;
        };
        let mut known = vec![Rights::default()];
        let mut names = Vec::new();
        for role in platforms::roles(environment) {
            if !known.contains(&role.rights) {
                known.push(role.rights);
                names.push(role.name);
            }
        }
        let on = Target::Environment(id);
        moves.extend(granted(question, environment, on, names));
    }
    moves
}

/// Groups that hold something here, which the principal is not in.
fn memberships(question: &Question<'_>) -> Vec<Move> {
    let member = question.principal();
    if !question.is_known(member) {
        return Vec::new();
    }
    let closure = question.small.closure(member);
    let groups = holders(question.small, &question.request).groups;
    groups
        .into_iter()
        .filter(|group| !closure.contains(group))
        .map(|group| Move::Join { group, member })
        .collect()
}

/// Groups that one may join which are looked at; of more, those that have least.
const MOST_GROUPS: usize = 16;
/// Records that are counted to tell how much a group has.
const MOST_NAMING: usize = 256;

/// Groups that one may join to share in what they have, and whether those are all.
pub(super) struct Holders {
    pub(super) groups: BTreeSet<PrincipalId>,
    pub(super) all: bool,
}

/// Groups of the directory that are granted something on what a request is about, in its
/// environment or from above, or that own it. Whoever joins one shares in that; joining a group
/// inside one of them gives that too, and more.
pub(super) fn holders(snapshot: &Snapshot, request: &Request<'_>) -> Holders {
    let mut holders = BTreeSet::new();
    for target in [Some(request.target), request.model].into_iter().flatten() {
        if let Some(resource) = target.resource().and_then(|id| snapshot.resource(id)) {
            holders.extend(resource.policy.grants().map(|(_, _, member)| member));
            let container = resource.model().and_then(|m| m.container.as_ref());
            holders.extend(resource.owner.into_iter().chain(container.map(|c| c.owner)));
        }
        let place = snapshot
            .environment_of(target)
            .and_then(|id| snapshot.place(id));
        if let Some(place) = place {
            holders.extend(bindings(&place.environment).flat_map(|b| b.members.iter().copied()));
        }
    }
    holders.retain(|id| snapshot.principal(*id).is_some_and(|p| can_be_joined(p)));
    let mut groups: Vec<PrincipalId> = holders.into_iter().collect();
    let all = groups.len() <= MOST_GROUPS;
    if !all {
        groups.sort_by_cached_key(|id| named(snapshot, *id));
        groups.truncate(MOST_GROUPS);
    }
    Holders {
        groups: groups.into_iter().collect(),
        all,
    }
}

/// How many resources name a group or one that it is in.
fn named(snapshot: &Snapshot, group: PrincipalId) -> usize {
    let above = snapshot.closure(group);
    let naming = above.iter().flat_map(|id| snapshot.mentions(*id));
    naming.take(MOST_NAMING).count()
}

const fn can_be_joined(principal: &Principal) -> bool {
    matches!(principal.kind, PrincipalKind::Group { deleted: false, .. })
}
