//! Findings about who owns a resource, and how far it stands open.

use crate::authz::lists::owners;
use crate::authz::platforms::opensearch::access_control_on;
use crate::authz::{Check, ReasonKey, Request, Snapshot, Verdict, check, explain};
use crate::domain::{
    AccessMode, Body, Capability, EnvironmentId, Platform, PrincipalId, Resource, ResourceId,
    ResourceKind, Target, Timestamp,
};

use super::super::guards::has_active_actor;
use super::{Finding, FindingKind};

/// Where access to groups is not decided at all, everything in them stands open.
pub(super) fn of_place(snapshot: &Snapshot, id: EnvironmentId) -> Option<Finding> {
    let place = snapshot.place(id)?;
    let open = place.platform() == Platform::OpenSearch && !access_control_on(&place.environment);
    let on = Target::Environment(id);
    open.then(|| Finding::about(FindingKind::OpenToEverybody, on, None))
}

/// Owners who are gone, missing or locked out; modes that open a group or do not fit.
pub(super) fn of_resource(
    snapshot: &Snapshot,
    id: ResourceId,
    resource: &Resource,
    at: Timestamp,
) -> Vec<Finding> {
    let on = Target::Resource(id);
    let mut found = Vec::new();
    if is_broken(snapshot, id, resource, at) {
        found.push(Finding::about(
            FindingKind::BrokenAccess,
            on,
            resource.owner,
        ));
    }
    if is_open_by_mode(snapshot, resource) {
        found.push(Finding::about(FindingKind::OpenToEverybody, on, None));
    }
    if !wants_owner(snapshot, resource) {
        return found;
    }
    let owners = owners(snapshot, resource, at);
    let active = |owner: &PrincipalId| has_active_actor(snapshot, *owner);
    if owners.is_empty() {
        found.push(Finding::about(FindingKind::NoOwner, on, None));
    } else if !owners.iter().any(active) {
        let first = owners.first().copied();
        found.push(Finding::about(FindingKind::OwnerGone, on, first));
    } else {
        let active = owners.into_iter().filter(active);
        let locked = active.filter(|owner| is_locked_out(snapshot, *owner, on, at));
        found.extend(locked.map(|o| Finding::about(FindingKind::OwnerLockedOut, on, Some(o))));
    }
    found
}

fn is_active(snapshot: &Snapshot, id: PrincipalId) -> bool {
    let principal = snapshot.principal(id);
    principal.is_some_and(|p| p.is_known() && p.status() == crate::domain::Status::Active)
}

/// Whether somebody has to own it. On OpenSearch models follow their groups.
fn wants_owner(snapshot: &Snapshot, resource: &Resource) -> bool {
    let kind = resource.kind();
    let platform = snapshot.place(resource.environment).map(|p| p.platform());
    kind.is_owned() && (kind, platform) != (ResourceKind::Model, Some(Platform::OpenSearch))
}

/// The stored access data of a model group, or of the group that a model names, does not fit together.
fn is_broken(snapshot: &Snapshot, id: ResourceId, resource: &Resource, at: Timestamp) -> bool {
    let named = resource.model().is_some_and(|m| m.group.is_some());
    let group = resource.kind() == ResourceKind::ModelGroup;
    // A model of a group that is there says nothing that the group does not.
    let known = resource.model().is_some_and(|m| m.group_id().is_some());
    if !(group || named && !known) {
        return false;
    }
    let view = Capability::View.into();
    let request = Request::new(PrincipalId::ANONYMOUS, view, Target::Resource(id), at);
    let explanation = explain(snapshot, &request);
    let broken = [ReasonKey::CorruptGroup, ReasonKey::GroupNotFound];
    explanation.reasons.iter().any(|r| broken.contains(&r.key))
}

/// A public group lets everybody in who has a role in the cluster. So does one that nobody owns, which
/// is a finding of its own.
fn is_open_by_mode(snapshot: &Snapshot, resource: &Resource) -> bool {
    let decided = snapshot
        .place(resource.environment)
        .is_some_and(|p| access_control_on(&p.environment));
    let Body::ModelGroup { access, .. } = &resource.body else {
        return false;
    };
    decided && *access == Some(AccessMode::Public) && resource.owner.is_some()
}

/// Whether nobody behind an owner may look at what they own, for another reason than that nobody may.
fn is_locked_out(snapshot: &Snapshot, owner: PrincipalId, on: Target, at: Timestamp) -> bool {
    let mut actors = snapshot.actors_within(owner).into_iter().peekable();
    let shut = |who: PrincipalId| {
        let view = Request::new(who, Capability::View.into(), on, at);
        // Why is worked out for the few who may not.
        check(snapshot, &view) == Verdict::Deny
            && explain(snapshot, &view).first_failure() != Some(Check::Restriction)
    };
    actors.peek().is_some() && actors.all(|who| !is_active(snapshot, who) || shut(who))
}
