//! Reach: the access of the model group that decides.

use crate::domain::{AccessMode, Body, GroupLink, OpenSearchEdition, Resource};

use super::super::super::decide::Context;
use super::super::super::decision::{Check, Evidence, Needs, ReasonKey, Trace, Verdict};
use super::super::super::permission::PermissionSet;
use super::roles::Roles;
use super::vocabulary::{VOCABULARY, permissions};
use super::{Cluster, backend_roles};

/// How far an action has to reach.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Not into any group.
    Nothing,
    /// Into the target's group.
    Group,
    /// The owner of the group or an administrator.
    Owner,
    /// An administrator.
    Administrator,
}

pub(super) fn reached(
    cx: &Context<'_>,
    cluster: &Cluster<'_>,
    roles: &Roles,
    action: PermissionSet,
    reach: Reach,
    trace: &mut impl Trace,
) -> Verdict {
    let administrator = roles.is_administrator();
    let pass = |trace: &mut _, evidence: &dyn Fn() -> Evidence| {
        let _ = Trace::evidence(trace, Check::Reach, evidence);
        Verdict::Allow
    };
    if reach == Reach::Nothing {
        return pass(trace, &|| Evidence::NoReachNeeded);
    }
    if administrator
        && pass(trace, &|| Evidence::Administrator {
            role: roles.administrator(),
        })
        .is_allowed()
        && !trace.complete()
    {
        return Verdict::Allow;
    }
    if reach == Reach::Administrator {
        if !administrator {
            let environment = cx.environment_id;
            trace.reason(Check::Reach, ReasonKey::AdministratorOnly, || Needs::Role {
                any: PermissionSet::first(VOCABULARY.len()),
                environment,
            });
        }
        return if administrator {
            Verdict::Allow
        } else {
            Verdict::Deny
        };
    }
    let verdict = match group(cx) {
        _ if reach == Reach::Group && hidden_predict(cx, cluster, action) => {
            pass(trace, &|| Evidence::NoReachNeeded)
        }
        // There is no access to change where there is no group.
        Deciding::Nobody if reach == Reach::Owner => {
            trace.reason(Check::Reach, ReasonKey::OnlyOwnerOrAdministrator, || {
                Needs::Owner(None)
            });
            Verdict::Deny
        }
        Deciding::Nobody => pass(trace, &|| Evidence::Ungrouped),
        _ if !cluster.is_on() => pass(trace, &|| Evidence::AccessControlOff),
        Deciding::Missing => {
            trace.reason(Check::Reach, ReasonKey::GroupNotFound, || Needs::Nothing);
            Verdict::Error
        }
        // An owner who is not admitted changes nothing either (`released`).
        Deciding::Group(group) if reach == Reach::Owner => match owner_reach(cx, group, trace) {
            Verdict::Allow => group_reach(cx, cluster, group, trace),
            refused => refused,
        },
        Deciding::Group(group) => group_reach(cx, cluster, group, trace),
    };
    if administrator {
        Verdict::Allow
    } else {
        verdict
    }
}

/// A hidden model is predicted with by whoever holds the action.
fn hidden_predict(cx: &Context<'_>, cluster: &Cluster<'_>, action: PermissionSet) -> bool {
    cluster.edition == OpenSearchEdition::Released
        && action == permissions!("predict")
        && cx
            .resource()
            .and_then(Resource::model)
            .is_some_and(|m| m.hidden)
}

/// What decides about a target.
enum Deciding<'a> {
    /// It belongs to no group and is open.
    Nobody,
    /// It names a group that is not there.
    Missing,
    /// This group.
    Group(&'a Resource),
}

fn group<'a>(cx: &'a Context<'_>) -> Deciding<'a> {
    match cx.resource().map(|r| (r, &r.body)) {
        Some((group, Body::ModelGroup { .. })) => Deciding::Group(group),
        Some((model, Body::Model(_))) => group_of_model(cx, model),
        // A batch job follows its model, also into an error when the model is gone.
        Some((
            _,
            Body::Job {
                model: Some(model), ..
            },
        )) => cx
            .snapshot
            .resource(*model)
            .map_or(Deciding::Missing, |model| group_of_model(cx, model)),
        _ => Deciding::Nobody,
    }
}

fn group_of_model<'a>(cx: &Context<'a>, model: &Resource) -> Deciding<'a> {
    match model.model().and_then(|m| m.group.as_ref()) {
        None => Deciding::Nobody,
        Some(GroupLink::Known(id)) => cx
            .snapshot
            .resource(*id)
            .map_or(Deciding::Missing, Deciding::Group),
        Some(GroupLink::Missing(_)) => Deciding::Missing,
    }
}

fn owner_evidence(cx: &Context<'_>, group: &Resource, trace: &mut impl Trace) -> bool {
    match group.owner {
        Some(owner) if owner == cx.request.principal => {
            let _ = trace.evidence(Check::Reach, || Evidence::Owner {
                owner,
                path: Vec::new(),
            });
            true
        }
        _ => false,
    }
}

/// Access data may be changed by the owner (administrators passed before).
fn owner_reach(cx: &Context<'_>, group: &Resource, trace: &mut impl Trace) -> Verdict {
    if owner_evidence(cx, group, trace) {
        return Verdict::Allow;
    }
    let owner = group.owner;
    trace.reason(Check::Reach, ReasonKey::OnlyOwnerOrAdministrator, || {
        Needs::Owner(owner)
    });
    Verdict::Deny
}

/// The access mode, in the order in which the product looks: ownerless groups are open, then
/// stored data must fit together, then the mode decides.
fn group_reach(
    cx: &Context<'_>,
    cluster: &Cluster<'_>,
    group: &Resource,
    trace: &mut impl Trace,
) -> Verdict {
    let Body::ModelGroup {
        access,
        backend_roles: required,
    } = &group.body
    else {
        return Verdict::Error;
    };
    if group.owner.is_none() {
        let _ = trace.evidence(Check::Reach, || Evidence::OwnerlessGroup);
        return Verdict::Allow;
    }
    let owner = group.owner;
    match access {
        None => corrupt(trace),
        Some(AccessMode::Public) => {
            let _ = trace.evidence(Check::Reach, || Evidence::PublicGroup);
            Verdict::Allow
        }
        Some(AccessMode::Private) => {
            if owner_evidence(cx, group, trace) {
                return Verdict::Allow;
            }
            trace.reason(Check::Reach, ReasonKey::PrivateGroup, || {
                Needs::Owner(owner)
            });
            Verdict::Deny
        }
        Some(AccessMode::Restricted) => {
            let by_ownership = cluster.edition == OpenSearchEdition::Documented
                && owner_evidence(cx, group, trace);
            if by_ownership && !trace.complete() {
                return Verdict::Allow;
            }
            if required.is_empty() {
                return if by_ownership {
                    Verdict::Allow
                } else {
                    corrupt(trace)
                };
            }
            let by_role = shared_roles(cx, required, trace);
            if by_ownership || by_role {
                Verdict::Allow
            } else {
                Verdict::Deny
            }
        }
    }
}

fn corrupt(trace: &mut impl Trace) -> Verdict {
    trace.reason(Check::Reach, ReasonKey::CorruptGroup, || Needs::Nothing);
    Verdict::Error
}

fn shared_roles(cx: &Context<'_>, required: &[String], trace: &mut impl Trace) -> bool {
    let held = backend_roles(cx.snapshot, cx.environment_id, cx.request.principal);
    let mut shared = false;
    for role in held.iter().filter(|r| required.contains(r)) {
        shared = true;
        if trace
            .evidence(Check::Reach, || Evidence::BackendRole(role.clone()))
            .is_break()
        {
            break;
        }
    }
    if !shared {
        trace.reason(Check::Reach, ReasonKey::NoSharedBackendRole, || {
            Needs::BackendRole(required.to_vec())
        });
    }
    shared
}
