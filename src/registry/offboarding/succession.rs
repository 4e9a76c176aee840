//! Who steps into a leaver's place: what handing over does to a record, and who is likely.

use std::collections::BTreeSet;

use crate::authz::platforms::google::{JOB_OWNER, MODEL_OWNER};
use crate::authz::{Snapshot, capabilities};
use crate::domain::{
    AccessMode, Binding, Body, Key, Platform, Policy, PrincipalId, PrincipalKind, Record, Resource,
    ResourceId, ResourceKind, Target, Timestamp,
};

use super::super::recipients::can_own;

/// Somebody who could take something over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Successor {
    /// Who.
    pub principal: PrincipalId,
    /// Why them.
    pub because: Because,
}

/// Why somebody is suggested as successor, the nearest reason first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// They own it too.
    CoOwner,
    /// They own, or take over, what it belongs to: the model of a job, operation or container, the
    /// group of a model.
    Keeper(ResourceId),
    /// They lead the leaver.
    Manager,
    /// They are in a group of the leaver's that has access to it.
    Team(PrincipalId),
    /// They hold a backend role that the leaver holds and the model group admits.
    BackendRole(String),
}

impl Because {
    /// For people: `co-owner`, `manager`, `in Fraud team`.
    pub fn words(&self, snapshot: &Snapshot) -> String {
        match self {
            Self::CoOwner => "co-owner".to_owned(),
            Self::Keeper(of) => {
                let of = snapshot.target_label(Target::Resource(*of));
                format!("goes with {of}")
            }
            Self::Manager => "manager".to_owned(),
            Self::Team(group) => format!("in {}", snapshot.label(*group)),
            Self::BackendRole(role) => format!("backend role {role}"),
        }
    }
}

fn platform(snapshot: &Snapshot, resource: &Resource) -> Option<Platform> {
    Some(snapshot.place(resource.environment)?.platform())
}

/// The role whose members own a resource, where a role says it.
pub(in super::super) fn owner_role(
    snapshot: &Snapshot,
    resource: &Resource,
) -> Option<&'static str> {
    match (platform(snapshot, resource)?, resource.kind()) {
        (Platform::Google, ResourceKind::Model) => Some(MODEL_OWNER),
        (Platform::Google, ResourceKind::Job) => Some(JOB_OWNER),
        _ => None,
    }
}

/// Whether a binding gives something now or will.
pub(super) fn counts(binding: &Binding, at: Timestamp) -> bool {
    let window = binding.window();
    window.is_some_and(|w| w.end.is_none_or(|end| end > at))
}

/// Everybody who owns a resource or will, in order of their mention.
pub(in super::super) fn owners(
    snapshot: &Snapshot,
    resource: &Resource,
    at: Timestamp,
) -> Vec<PrincipalId> {
    let Some(role) = owner_role(snapshot, resource) else {
        return resource.owner.into_iter().collect();
    };
    let owning = resource.policy.bindings.iter();
    let members = owning
        .filter(|b| b.role == role && counts(b, at))
        .flat_map(|b| b.members.iter().copied());
    let mut owners = Vec::new();
    for member in members {
        if !owners.contains(&member) {
            owners.push(member);
        }
    }
    owners
}

/// Whether another owner stands in a record than before: of the resource or of its container.
pub(in super::super) fn changes_hands(was: &Resource, is: &Resource) -> bool {
    let container = |r: &Resource| {
        let container = r.model().and_then(|m| m.container.as_ref());
        container.map(|c| c.owner)
    };
    let by_role = |r: &Resource| -> BTreeSet<PrincipalId> {
        let owning = r.policy.grants();
        let owning = owning.filter(|(_, b, _)| [MODEL_OWNER, JOB_OWNER].contains(&&*b.role));
        owning.map(|(_, _, member)| member).collect()
    };
    was.owner != is.owner || container(was) != container(is) || by_role(was) != by_role(is)
}

/// Puts somebody into the leaver's place as owner: for as long as the leaver would have been, and
/// nobody else's ownership changes. A container of the leaver's goes with its model.
pub(in super::super) fn step_in(
    resource: &mut Resource,
    role: Option<&str>,
    leaver: PrincipalId,
    to: PrincipalId,
    at: Timestamp,
) {
    if let Some(role) = role {
        let policy = &mut resource.policy;
        let owning = policy.bindings.iter().filter(|b| b.role == role);
        let mut places: Vec<Binding> = owning
            .filter(|b| b.members.contains(&leaver) && counts(b, at))
            .map(|b| Binding {
                members: vec![to],
                ..b.clone()
            })
            .collect();
        // One ownership without an end is all that there is to have.
        places.sort_by_key(|b| b.condition.is_some());
        for place in places {
            let mut present = policy.bindings.iter();
            let held = present.any(|b| {
                b.role == role
                    && b.members.contains(&to)
                    && (b.condition.is_none() || b.condition == place.condition)
            });
            if !held {
                policy.grant(place);
            }
        }
        policy.revoke(leaver, |b| b.role == role);
    }
    if resource.owner == Some(leaver) {
        resource.owner = Some(to);
    }
    let container = resource.model_mut().and_then(|m| m.container.as_mut());
    if let Some(container) = container.filter(|c| c.owner == leaver) {
        container.owner = to;
    }
}

/// What a thing belongs to, in the same environment: its owner is the natural owner of this too.
pub fn keeper(snapshot: &Snapshot, target: Target) -> Option<ResourceId> {
    let id = target.resource()?;
    let resource = snapshot.resource(id)?;
    let of = match (&resource.body, target) {
        (_, Target::Container(model)) => Some(model),
        (Body::Job { model, .. } | Body::Operation { model, .. }, _) => *model,
        (Body::Model(model), _) => model.group_id(),
        _ => None,
    };
    of.filter(|of| {
        let above = snapshot.resource(*of);
        above.is_some_and(|above| above.environment == resource.environment)
    })
}

/// Who is most likely to take something over: the first of [`successors`].
pub fn suggest(
    snapshot: &Snapshot,
    leaver: PrincipalId,
    target: Target,
    at: Timestamp,
) -> Option<Successor> {
    successors(snapshot, leaver, target, at, 1).pop()
}

/// Up to `limit` who are likely to take something over, the likeliest first: co-owners, whoever owns
/// what it belongs to, the leaver's manager, mates from groups that have access. Only those who are
/// active, may own such a thing on that platform, and could do something with it.
pub fn successors(
    snapshot: &Snapshot,
    leaver: PrincipalId,
    target: Target,
    at: Timestamp,
    limit: usize,
) -> Vec<Successor> {
    let resource = target.resource().and_then(|id| snapshot.resource(id));
    let Some(resource) = resource else {
        return Vec::new();
    };
    let case = Case {
        snapshot,
        leaver,
        target,
        resource,
        at,
    };
    let mut found: Vec<Successor> = Vec::new();
    for (principal, because) in case.likely() {
        if found.len() == limit {
            break;
        }
        let known = found.iter().any(|s| s.principal == principal);
        if !known && case.fits(principal) {
            found.push(Successor { principal, because });
        }
    }
    found
}

/// One thing that needs a successor.
struct Case<'a> {
    snapshot: &'a Snapshot,
    leaver: PrincipalId,
    target: Target,
    resource: &'a Resource,
    at: Timestamp,
}

impl Case<'_> {
    /// Everybody who comes into question, the likeliest first; some more than once, and some who do
    /// not fit. Worked out as far as it is asked for.
    fn likely(&self) -> impl Iterator<Item = (PrincipalId, Because)> + '_ {
        let co_owners = match self.target {
            Target::Container(_) => Vec::new(),
            _ => owners(self.snapshot, self.resource, self.at),
        };
        let co_owners = co_owners.into_iter().map(|id| (id, Because::CoOwner));
        let keepers = std::iter::once_with(|| self.keepers()).flatten();
        let manager = std::iter::once_with(|| self.manager()).flatten();
        let mates = std::iter::once_with(|| self.mates()).flatten();
        let role_mates = std::iter::once_with(|| self.role_mates()).flatten();
        co_owners
            .chain(keepers)
            .chain(manager.map(|id| (id, Because::Manager)))
            .chain(mates)
            .chain(role_mates)
    }

    /// Whoever owns what this belongs to, or takes it over.
    fn keepers(&self) -> Vec<(PrincipalId, Because)> {
        let Some(of) = keeper(self.snapshot, self.target) else {
            return Vec::new();
        };
        let above = self.snapshot.resource(of);
        let mut owners = above.map_or_else(Vec::new, |r| owners(self.snapshot, r, self.at));
        if owners.contains(&self.leaver) {
            let next = suggest(self.snapshot, self.leaver, Target::Resource(of), self.at);
            owners = next.map(|s| s.principal).into_iter().collect();
        }
        let because = |id| (id, Because::Keeper(of));
        owners.into_iter().map(because).collect()
    }

    fn manager(&self) -> Option<PrincipalId> {
        match self.snapshot.principal(self.leaver)?.kind {
            PrincipalKind::User { manager, .. } => manager,
            _ => None,
        }
    }

    /// Those in a group of the leaver's that stands in the resource's policy, then in the
    /// environment's.
    fn mates(&self) -> impl Iterator<Item = (PrincipalId, Because)> + '_ {
        let environment = Target::Environment(self.resource.environment);
        let on_itself = self.target.resource().map(Target::Resource);
        let policies = on_itself.into_iter().chain([environment]);
        let groups = policies.flat_map(|on| self.shared_groups(on));
        groups.flat_map(|group| {
            let members = self.snapshot.actors_within(group).into_iter();
            members.map(move |id| (id, Because::Team(group)))
        })
    }

    /// Groups that the leaver is in and a policy names, the nearest to the leaver first.
    fn shared_groups(&self, on: Target) -> Vec<PrincipalId> {
        let closure = self.snapshot.closure(self.leaver);
        let is_own = |id: &PrincipalId| {
            let group = self.snapshot.principal(*id);
            closure.binary_search(id).is_ok() && group.is_some_and(|g| g.is_group())
        };
        let policy = self.snapshot.policy(on);
        let named = policy.into_iter().flat_map(Policy::grants);
        let groups: BTreeSet<PrincipalId> = named.map(|(_, _, m)| m).filter(is_own).collect();
        let mut groups: Vec<PrincipalId> = groups.into_iter().collect();
        groups.sort_by_key(|g| self.snapshot.path(self.leaver, *g).len());
        groups
    }

    /// On OpenSearch those who share a backend role with the leaver and the group.
    fn role_mates(&self) -> Vec<(PrincipalId, Because)> {
        let place = self.resource.environment;
        let Some(own) = self.snapshot.account(place, self.leaver) else {
            return Vec::new();
        };
        let Body::ModelGroup {
            access: Some(AccessMode::Restricted),
            backend_roles: admitted,
        } = &self.resource.body
        else {
            return Vec::new();
        };
        let shared = admitted.iter().filter(|r| own.backend_roles.contains(r));
        let mates = shared.flat_map(|role| {
            let accounts = self.snapshot.accounts(place);
            let holders = accounts.filter(|(_, a)| a.backend_roles.contains(role));
            holders.map(|(id, _)| (id, Because::BackendRole(role.clone())))
        });
        mates.collect()
    }

    /// Active, of a kind that can own this here, and able to do something with it as its owner.
    fn fits(&self, candidate: PrincipalId) -> bool {
        let (Some(principal), Some(platform)) = (
            self.snapshot.principal(candidate),
            platform(self.snapshot, self.resource),
        ) else {
            return false;
        };
        if candidate == self.leaver || !can_own(platform, principal) {
            return false;
        }
        if principal.is_group() {
            let members = self.snapshot.actors_within(candidate);
            return members
                .iter()
                .any(|m| *m != self.leaver && self.is_active_user(*m));
        }
        self.is_active_user(candidate) && (platform == Platform::Google || self.tried(candidate))
    }

    fn is_active_user(&self, id: PrincipalId) -> bool {
        let principal = self.snapshot.principal(id);
        principal.is_some_and(|p| p.is_active_user())
    }

    /// Whether the candidate could do anything with it, once it were theirs.
    fn tried(&self, candidate: PrincipalId) -> bool {
        let Some(id) = self.target.resource() else {
            return false;
        };
        let mut theirs = self.resource.clone();
        let role = owner_role(self.snapshot, self.resource);
        step_in(&mut theirs, role, self.leaver, candidate, self.at);
        let mut then = self.snapshot.clone();
        let key = Key::Resource(theirs.environment, id);
        then.put(&key, Some(Record::Resource(theirs)));
        !capabilities(&then, candidate, self.target, self.at).is_empty()
    }
}
