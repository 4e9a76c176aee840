//! Privilege and reach: roles at a depth, ownership, shares.

use crate::domain::{BusinessUnit, Depth, PrincipalId, Privilege, Resource, Specifics, Target};

use super::super::super::decide::Context;
use super::super::super::decision::{Check, Evidence, Needs, ReasonKey, RoleSource, Trace};
use super::super::super::index::row::Held;
use super::Need;
use super::roles::{SYSTEM_CUSTOMIZER, permission};

/// Security roles that count for the principal.
pub(super) fn role_grants<'a>(cx: &Context<'a>) -> impl Iterator<Item = Held<'a>> {
    assigned(cx).filter(|g| g.holds(cx.at()))
}

/// Security roles that would count at another time.
pub(super) fn lapsed_grants<'a>(cx: &Context<'a>) -> impl Iterator<Item = Held<'a>> {
    assigned(cx).filter(|g| !g.holds(cx.at()))
}

/// Security roles at any time: an access team's never count.
fn assigned<'a>(cx: &Context<'a>) -> impl Iterator<Item = Held<'a>> {
    cx.environment_grants()
        .filter(|g| !is_access_team(cx, g.member))
}

pub(super) fn is_access_team(cx: &Context<'_>, id: PrincipalId) -> bool {
    super::super::is_access_team(cx.snapshot, id)
}

/// Some role holds the privilege at any depth.
pub(super) fn privilege(cx: &Context<'_>, privilege: Privilege, trace: &mut impl Trace) -> bool {
    let wanted = permission(privilege);
    let mut held = false;
    for grant in role_grants(cx).filter(|g| g.permissions().contains(wanted)) {
        held = true;
        let member = grant.member;
        let counts = cx.counts_through(member, Check::Privilege, trace, |path| Evidence::Role {
            role: grant.role().clone(),
            source: RoleSource::Binding { member, path },
        });
        if counts.is_break() {
            return true;
        }
    }
    if !held {
        let lapsed = lapsed_grants(cx).filter(|g| g.permissions().contains(wanted));
        cx.near_misses(Check::Privilege, lapsed, trace);
        let environment = cx.environment_id;
        trace.reason(Check::Privilege, ReasonKey::RoleLacksPermission, || {
            Needs::Role {
                any: wanted.alone(),
                environment,
            }
        });
    }
    held
}

/// The owner that the principal is or counts as; an access team owns nothing.
pub(super) fn owner_of(cx: &Context<'_>) -> Option<PrincipalId> {
    let resource = cx.resource()?;
    let owner = match cx.request.target {
        Target::Container(_) => resource.model()?.container.as_ref()?.owner,
        _ => resource.owner?,
    };
    (cx.counts_as(owner) && !is_access_team(cx, owner)).then_some(owner)
}

pub(super) fn reach(cx: &Context<'_>, need: &Need, trace: &mut impl Trace) -> bool {
    let Some(resource) = cx.resource() else {
        // The environment itself: a role in it is all that it takes.
        let _ = trace.evidence(Check::Reach, || Evidence::NoReachNeeded);
        return true;
    };
    let mut reached = false;
    if !need.organization
        && let Some(owner) = owner_of(cx)
    {
        reached = true;
        let make = |path| Evidence::Owner { owner, path };
        let counts = cx.counts_through(owner, Check::Reach, trace, make);
        if counts.is_break() {
            return true;
        }
    }
    reached |= depth_reach(cx, need, resource, trace);
    if reached && !trace.complete() {
        return true;
    }
    if let Some(share) = need.share {
        reached |= share_reach(cx, share, trace);
    }
    if !reached {
        let depth = need.organization.then_some(Depth::Organization);
        let owner = resource.owner;
        trace.reason(Check::Reach, ReasonKey::NotReached, || Needs::Privilege {
            privilege: need.privilege,
            depth,
            owner,
        });
    }
    reached
}

/// A role's depth covers the row.
fn depth_reach(cx: &Context<'_>, need: &Need, resource: &Resource, trace: &mut impl Trace) -> bool {
    let mut reached = false;
    for grant in role_grants(cx) {
        let Some(depth) = grant.rights.depths.get(need.privilege) else {
            continue;
        };
        let covers = depth == Depth::Organization
            || (!need.organization && covers(cx, &grant, depth, resource));
        if !covers {
            continue;
        }
        reached = true;
        let member = grant.member;
        let counts = cx.counts_through(member, Check::Reach, trace, |path| Evidence::Depth {
            role: grant.role().clone(),
            depth,
            supported: is_supported_there(&grant, need.privilege) || owner_of(cx).is_some(),
            member,
            path,
        });
        if counts.is_break() {
            return true;
        }
    }
    reached
}

/// A System Customizer's role lets others' models be edited, which the platform does not support.
fn is_supported_there(grant: &Held<'_>, privilege: Privilege) -> bool {
    let edits = matches!(
        privilege,
        Privilege::Write | Privilege::Append | Privilege::AppendTo
    );
    !(edits && grant.role().as_ref() == SYSTEM_CUSTOMIZER)
}

/// Business-unit depths: the owner's unit is the holder's, or below it. A role that a team holds
/// counts from the team's unit where the team has one.
fn covers(cx: &Context<'_>, grant: &Held<'_>, depth: Depth, resource: &Resource) -> bool {
    let Specifics::AiBuilder { business_units, .. } = &cx.environment().specifics else {
        return false;
    };
    let owner = match cx.request.target {
        Target::Container(_) => resource
            .model()
            .and_then(|m| m.container.as_ref())
            .map(|c| c.owner),
        _ => resource.owner,
    };
    let unit = |id: PrincipalId| {
        let account = cx.snapshot.account(cx.environment_id, id)?;
        account.business_unit.as_deref()
    };
    let holder = unit(grant.member).or_else(|| unit(cx.request.principal));
    let (Some(holder), Some(owners)) = (holder, owner.and_then(unit)) else {
        return false;
    };
    match depth {
        Depth::User => false,
        Depth::BusinessUnit => holder == owners,
        Depth::ParentAndChild => is_within(business_units, owners, holder),
        Depth::Organization => true,
    }
}

/// Whether a unit is another one or lies below it. A cycle ends the walk.
fn is_within(units: &[BusinessUnit], unit: &str, above: &str) -> bool {
    let mut current = Some(unit);
    for _ in 0..=units.len() {
        match current {
            Some(id) if id == above => return true,
            Some(id) => {
                current = units
                    .iter()
                    .find(|u| u.id == id)
                    .and_then(|u| u.parent.as_deref());
            }
            None => return false,
        }
    }
    false
}

/// A share with the principal or a group of theirs carries the right.
fn share_reach(cx: &Context<'_>, privilege: Privilege, trace: &mut impl Trace) -> bool {
    let wanted = permission(privilege);
    let Some(id) = cx.request.target.resource() else {
        return false;
    };
    let on = Target::Resource(id);
    let mut reached = false;
    for grant in cx.own_grants() {
        if !grant.permissions().contains(wanted) {
            if grant.holds(cx.at()) {
                trace.reason(Check::Reach, ReasonKey::ShareTooNarrow, || {
                    Needs::Privilege {
                        privilege,
                        depth: None,
                        owner: cx.row.and_then(|row| row.owner),
                    }
                });
            }
        } else if grant.holds(cx.at()) {
            reached = true;
            if cx.grant_counts(on, &grant, trace).is_break() {
                return true;
            }
        } else {
            cx.near_miss(Check::Reach, &grant, trace);
        }
    }
    reached
}
