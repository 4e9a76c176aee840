//! OpenSearch ML Commons: roles hold actions (privilege), a model group's access mode says who
//! reaches its models.
//!
//! Reach never grants an action: a public model is not runnable by a reader. Source: the model
//! access control page (edition `documented`) and the shipped product, 2.9 to 3.x (`released`).

mod mapping;
mod reach;
mod roles;
mod vocabulary;

use std::sync::Arc;

use crate::domain::{
    Account, Body, Capability, Environment, EnvironmentId, OpenSearchEdition, OpenSearchSettings,
    PrincipalId, Resource, ResourceKind, RoleMapping, Specifics, Target, Timestamp,
};

use super::super::decide::{Asker, Context, restrict};
use super::super::decision::{Check, Evidence, ReasonKey, Trace, Verdict};
use super::super::index::place::Place;
use super::super::index::postings::Posting;
use super::super::permission::{Permission, PermissionSet};
use super::super::request::ActionId;
use super::super::snapshot::Snapshot;
use super::{Doing, Span};

pub(crate) use mapping::standing_rights;
pub use mapping::{Mappings, Pattern, account_roles, effective_roles, held_by_accounts};
pub use roles::PREDEFINED;
pub(super) use roles::role;
pub use vocabulary::{PREFIX, VOCABULARY};

use reach::{Reach, reached};
use roles::{Roles, privilege, together};
use vocabulary::{HIDDEN_ACTIONS, permissions};

/// What intents need here.
pub(super) const fn permission_to(doing: Doing) -> Option<&'static str> {
    Some(match doing {
        Doing::CreateModel | Doing::AddVersion => "register_model",
        Doing::CreateGroup => "register_model_group",
        Doing::UpdateGroup => "update_model_group",
        Doing::DeleteGroup => "model_groups/delete",
        Doing::CreateJob => "train",
        Doing::CancelJob => "tasks/cancel_batch_job",
        Doing::WriteExperiment | Doing::ChangeRoles => return None,
    })
}

/// What an OpenSearch environment holds besides roles.
struct Cluster<'a> {
    edition: OpenSearchEdition,
    settings: &'a OpenSearchSettings,
    mappings: &'a [RoleMapping],
}

fn cluster(environment: &Environment) -> Option<Cluster<'_>> {
    match &environment.specifics {
        Specifics::OpenSearch {
            edition,
            settings,
            mappings,
        } => Some(Cluster {
            edition: *edition,
            settings,
            mappings,
        }),
        _ => None,
    }
}

impl Cluster<'_> {
    /// Whether access to groups is decided at all.
    fn is_on(&self) -> bool {
        self.settings.model_access_control_enabled && self.settings.security_enabled
    }

    fn is_super_administrator(&self, principal: PrincipalId) -> bool {
        self.edition == OpenSearchEdition::Released
            && self.settings.super_administrators.contains(&principal)
    }
}

/// Whether access to model groups is decided in an environment.
pub fn access_control_on(environment: &Environment) -> bool {
    cluster(environment).is_some_and(|c| c.is_on())
}

/// The shipped product undeploys one model a call while access control is on, whoever calls.
pub(super) fn one_a_call(environment: &Environment, action: ActionId) -> Option<ReasonKey> {
    let ActionId::Permission(permission) = action else {
        return None;
    };
    let cluster = cluster(environment)?;
    let undeploys = permissions!("undeploy_model").contains(permission);
    (undeploys && cluster.is_on() && cluster.edition == OpenSearchEdition::Released)
        .then_some(ReasonKey::UndeployOneAtATime)
}

/// The role that makes a principal administrator of a cluster, if any does. Roles given in the
/// environment count while their binding holds.
pub(super) fn administrator(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    principal: PrincipalId,
    at: Timestamp,
) -> Option<Arc<str>> {
    let place = snapshot.place(environment)?;
    let asker = Asker::new(snapshot, principal);
    if !together(&asker, environment, place, at).administrator {
        return None;
    }
    let roles = effective_roles(snapshot, environment, &asker, at, None);
    let administers = |role: &Arc<str>| {
        let rights = place.mappings.rights(role);
        rights.is_some_and(|r| r.administrator)
    };
    roles.into_iter().map(|(role, _)| role).find(administers)
}

/// Everybody who could be allowed anything in a cluster beyond who is granted a role in it:
/// accounts, and who comes with a certificate.
pub(super) fn accounts<'a>(
    snapshot: &'a Snapshot,
    environment: EnvironmentId,
    place: &'a Place,
) -> impl Iterator<Item = PrincipalId> + 'a {
    let accounts = snapshot.accounts(environment).map(|(id, _)| id);
    accounts.chain(certified(&place.environment).iter().copied())
}

/// Who comes with a certificate; nobody on other platforms.
pub(super) fn certified(environment: &Environment) -> &[PrincipalId] {
    cluster(environment).map_or(&[], |c| &c.settings.super_administrators)
}

/// Where a list has to look: everywhere when nothing is kept from the principal, else among groups
/// that are open or name one of its backend roles. What it owns is found through itself.
pub(super) fn span(
    asker: &Asker<'_>,
    (environment, place): (EnvironmentId, &Place),
    seeing: bool,
    at: Timestamp,
) -> Span {
    let Some(cluster) = cluster(&place.environment) else {
        return Span::Nothing;
    };
    let (snapshot, principal) = (asker.snapshot(), asker.principal());
    let rights = together(asker, environment, place, at);
    if rights.administrator || !cluster.is_on() || cluster.is_super_administrator(principal) {
        return Span::Whole;
    }
    if seeing && !rights.permissions.intersects(permissions!("models/search")) {
        return Span::Nothing;
    }
    let roles = backend_roles(snapshot, environment, principal).iter();
    let mut postings = vec![
        Posting::Open(environment),
        Posting::Kind(environment, ResourceKind::Model),
    ];
    postings.extend(roles.map(|r| Posting::backend_role(environment, r)));
    Span::Under(postings)
}

/// The backend roles of a principal's account.
pub fn backend_roles(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    principal: PrincipalId,
) -> &[String] {
    snapshot
        .account(environment, principal)
        .map_or(&[], |a| &a.backend_roles)
}

pub(super) fn decide(cx: &Context<'_>, trace: &mut impl Trace) -> Verdict {
    let Some(cluster) = cluster(cx.environment()) else {
        return Verdict::Error;
    };
    let Some((action, reach)) = needed(cx) else {
        return restrict(trace, ReasonKey::NotOffered);
    };
    let unrestricted = restriction(cx, &cluster, action, trace);
    if !unrestricted && !trace.complete() {
        return Verdict::Deny;
    }
    // A super administrator skips the two other checks.
    if unrestricted && cluster.is_super_administrator(cx.request.principal) {
        let _ = trace.evidence(Check::Privilege, || Evidence::SuperAdministrator);
        let _ = trace.evidence(Check::Reach, || Evidence::SuperAdministrator);
        return Verdict::Allow;
    }
    let roles = Roles::of(cx, trace.complete());
    let privileged = privilege(cx, &roles, action, trace);
    if !privileged && !trace.complete() {
        return Verdict::Deny;
    }
    let reached = reached(cx, &cluster, &roles, action, reach, trace);
    match (unrestricted && privileged, reached) {
        (false, _) => Verdict::Deny,
        (true, verdict) => verdict,
    }
}

/// The action and the reach that a question needs; `None` where the platform offers no such thing.
fn needed(cx: &Context<'_>) -> Option<(PermissionSet, Reach)> {
    let body = cx.resource().map(|r| &r.body);
    let in_group = matches!(body, Some(Body::ModelGroup { .. } | Body::Model(_)));
    let capability = match cx.request.action {
        ActionId::Method(_) => return None,
        ActionId::Permission(permission) => {
            return Some((permission.alone(), native_reach(permission, cx.resource())));
        }
        ActionId::Capability(capability) => capability,
    };
    if !in_group {
        return match (capability, body) {
            (Capability::See | Capability::View, Some(Body::Job { .. })) => {
                Some((permissions!("tasks/get"), Reach::Group))
            }
            (Capability::Delete, Some(Body::Job { .. })) => {
                Some((permissions!("tasks/delete"), Reach::Group))
            }
            (Capability::See | Capability::View, None) => {
                Some((permissions!("models/search"), Reach::Nothing))
            }
            (Capability::Edit | Capability::Share | Capability::ViewAccess, None) => {
                Some((PermissionSet::EMPTY, Reach::Administrator))
            }
            _ => None,
        };
    }
    Some(match capability {
        Capability::See => (permissions!("models/search"), Reach::Group),
        Capability::View | Capability::Download => (permissions!("models/get"), Reach::Group),
        Capability::Run => (permissions!("predict"), Reach::Group),
        Capability::Edit => (permissions!("models/update"), Reach::Group),
        Capability::ViewAccess => (permissions!("model_groups/get"), Reach::Group),
        Capability::Share => (permissions!("update_model_group"), Reach::Owner),
        Capability::Reassign => (PermissionSet::EMPTY, Reach::Administrator),
        Capability::Delete if matches!(body, Some(Body::ModelGroup { .. })) => {
            (permissions!("model_groups/delete"), Reach::Group)
        }
        Capability::Delete => (permissions!("models/delete"), Reach::Group),
    })
}

/// A batch job follows its model's group; other tasks, statistics and connectors have no reach.
fn native_reach(_: Permission, resource: Option<&Resource>) -> Reach {
    match resource.map(|r| &r.body) {
        Some(Body::ModelGroup { .. } | Body::Model(_) | Body::Job { model: Some(_), .. }) => {
            Reach::Group
        }
        _ => Reach::Nothing,
    }
}

/// Hidden models, and groups that still hold models.
fn restriction(
    cx: &Context<'_>,
    cluster: &Cluster<'_>,
    action: PermissionSet,
    trace: &mut impl Trace,
) -> bool {
    let see = action.intersects(permissions!("models/search"));
    let hidden = cx
        .resource()
        .and_then(Resource::model)
        .is_some_and(|m| m.hidden);
    // Not even a super administrator is shown one in a list.
    let kept =
        action.intersects(HIDDEN_ACTIONS) && !cluster.is_super_administrator(cx.request.principal);
    if hidden && cluster.edition == OpenSearchEdition::Released && (see || kept) {
        restrict(trace, ReasonKey::HiddenModel);
        return false;
    }
    let Target::Resource(id) = cx.request.target else {
        return true;
    };
    let deleting_group = cx.request.action == ActionId::Capability(Capability::Delete)
        && matches!(
            cx.resource().map(|r| &r.body),
            Some(Body::ModelGroup { .. })
        );
    if deleting_group && cx.snapshot.models_in(id).next().is_some() {
        restrict(trace, ReasonKey::GroupNotEmpty);
        return false;
    }
    true
}

/// The name that role mappings match an account by.
pub(crate) fn account_name(account: &Account) -> &str {
    account.name.as_deref().unwrap_or_default()
}
