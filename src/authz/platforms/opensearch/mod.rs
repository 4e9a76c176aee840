//! OpenSearch ML Commons: roles hold actions (privilege), a model group's access mode says who
//! reaches its models.
//!
//! Reach never grants an action: a public model is not runnable by a reader. Source: the model
//! access control page (edition `documented`) and the shipped product, 2.9 to 3.x (`released`).

mod mapping;

use crate::domain::{
    AccessMode, Account, Body, Capability, Environment, EnvironmentId, GroupLink,
    OpenSearchEdition, OpenSearchSettings, Platform, PrincipalId, Resource, RoleMapping,
    RoleRights, Specifics, Target, Timestamp,
};

use super::super::decide::{Context, restrict};
use super::super::decision::{Check, Evidence, Needs, ReasonKey, RoleSource, Trace, Verdict};
use super::super::permission::{Permission, PermissionSet};
use super::super::place::Rights;
use super::super::request::ActionId;
use super::super::snapshot::Snapshot;
use super::Doing;

pub use mapping::{Pattern, effective_roles};

/// What every action's full name begins with.
pub const PREFIX: &str = "cluster:admin/opensearch/ml/";

/// The actions that are decided on, without [`PREFIX`].
pub const VOCABULARY: &[&str] = &[
    "models/search",
    "models/get",
    "models/update",
    "models/delete",
    "register_model",
    "register_model_meta",
    "upload_model_chunk",
    "deploy_model",
    "undeploy_model",
    "predict",
    "model_groups/search",
    "model_groups/get",
    "model_groups/delete",
    "register_model_group",
    "update_model_group",
    "train",
    "trainAndPredict",
    "execute",
    "tasks/get",
    "tasks/search",
    "tasks/delete",
    "tasks/cancel_batch_job",
    "batch_ingestion",
    "stats/nodes",
    "profile/nodes",
    "connectors/get",
    "connectors/search",
    "connectors/create",
    "connectors/update",
    "connectors/delete",
    "agents/get",
    "agents/search",
    "agents/register",
    "agents/delete",
    "agents/execute",
    "config/get",
    "tools/get",
    "tools/list",
];

/// A set of permissions by their names, found while compiling.
macro_rules! permissions {
    ($($name:literal),+) => {
        const { PermissionSet::named(VOCABULARY, &[$($name),+]) }
    };
}

/// What a reader may do: reads and searches, nothing else.
const READ_ONLY: PermissionSet = permissions!(
    "models/search",
    "models/get",
    "model_groups/search",
    "model_groups/get",
    "tasks/get",
    "tasks/search",
    "stats/nodes",
    "profile/nodes",
    "connectors/get",
    "connectors/search",
    "agents/get",
    "agents/search",
    "config/get",
    "tools/get",
    "tools/list"
);

/// Actions that read index data and need a role that does.
const READS_INDEX: PermissionSet = permissions!("train", "trainAndPredict", "batch_ingestion");

/// What stays with super administrators on a hidden model.
const HIDDEN_ACTIONS: PermissionSet = permissions!(
    "models/get",
    "models/update",
    "models/delete",
    "deploy_model",
    "undeploy_model"
);

const FULL_ACCESS: &str = "ml_full_access";
/// The page's name, then the product's.
const READ_ACCESS: [&str; 2] = ["ml_readonly_access", "ml_read_access"];
const ALL_ACCESS: &str = "all_access";

/// Roles that the Security plugin ships.
pub const PREDEFINED: &[(&str, &str)] = &[
    (FULL_ACCESS, "ML full access"),
    ("ml_readonly_access", "ML read-only access"),
    ("ml_read_access", "ML read access"),
    (ALL_ACCESS, "All access (administrator)"),
];

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

/// What a role holds: shipped or defined here.
pub(super) fn role(environment: &Environment, name: &str) -> Option<Rights> {
    let every = PermissionSet::first(VOCABULARY.len());
    let plain = |permissions| Rights {
        permissions,
        ..Rights::default()
    };
    match name {
        ALL_ACCESS => Some(Rights {
            administrator: true,
            index_read: true,
            ..plain(every)
        }),
        FULL_ACCESS => Some(plain(every)),
        _ if READ_ACCESS.contains(&name) => Some(plain(READ_ONLY)),
        _ => {
            let custom = environment.roles.iter().find(|r| r.id == name)?;
            let RoleRights::Actions {
                actions,
                index_read,
            } = &custom.rights
            else {
                return None;
            };
            let patterns: Vec<Pattern> = actions.iter().map(|a| Pattern::new(a)).collect();
            let held = |action: &str| patterns.iter().any(|p| p.matches(action));
            let permissions = VOCABULARY
                .iter()
                .filter(|a| held(&format!("{PREFIX}{a}")))
                .filter_map(|a| Permission::find(Platform::OpenSearch, a))
                .collect();
            Some(Rights {
                index_read: *index_read,
                ..plain(permissions)
            })
        }
    }
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

/// The role that makes a principal administrator of a cluster, if any does. Roles given in the
/// environment count while their binding holds.
pub(super) fn administrator(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    principal: PrincipalId,
    at: Timestamp,
) -> Option<String> {
    let place = snapshot.place(environment)?;
    let roles = effective_roles(snapshot, environment, principal, at, None);
    roles
        .into_iter()
        .map(|(role, _)| role)
        .find(|name| role(&place.environment, name).is_some_and(|r| r.administrator))
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

/// How far an action has to reach.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Not into any group.
    Nothing,
    /// Into the target's group.
    Group,
    /// The owner of the group or an administrator.
    Owner,
    /// An administrator.
    Administrator,
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
    let roles = Roles::of(cx);
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

/// The effective roles of the principal, with what each gives.
struct Roles(Vec<(String, RoleSource, Rights)>);

impl Roles {
    fn of(cx: &Context<'_>) -> Self {
        let roles = effective_roles(
            cx.snapshot,
            cx.environment_id(),
            cx.request.principal,
            cx.at(),
            cx.request.address,
        );
        let known = |(name, source): (String, RoleSource)| {
            let rights = role(cx.environment(), &name)?;
            Some((name, source, rights))
        };
        Self(roles.into_iter().filter_map(known).collect())
    }

    fn administrator(&self) -> Option<&str> {
        self.0
            .iter()
            .find(|(_, _, r)| r.administrator)
            .map(|(name, ..)| name.as_str())
    }
}

/// Some effective role holds the action; training also needs one that reads index data.
fn privilege(
    cx: &Context<'_>,
    roles: &Roles,
    action: PermissionSet,
    trace: &mut impl Trace,
) -> bool {
    if action.is_empty() {
        return true; // Only the reach decides.
    }
    let environment = cx.environment_id();
    let needs = || Needs::Role {
        any: action,
        environment,
    };
    let mut held = false;
    for (name, source, _) in roles
        .0
        .iter()
        .filter(|(_, _, r)| r.permissions.intersects(action))
    {
        held = true;
        let make = || Evidence::Role {
            role: name.clone(),
            source: source.clone(),
        };
        if trace.evidence(Check::Privilege, make).is_break() {
            break;
        }
    }
    if !held {
        let account = cx.snapshot.account(environment, cx.request.principal);
        let key = match account {
            None if roles.0.is_empty() => ReasonKey::NoAccount,
            _ => ReasonKey::RoleLacksPermission,
        };
        trace.reason(Check::Privilege, key, needs);
        return false;
    }
    if action.intersects(READS_INDEX) && !roles.0.iter().any(|(_, _, r)| r.index_read) {
        trace.reason(Check::Privilege, ReasonKey::NoIndexRead, needs);
        return false;
    }
    true
}

fn reached(
    cx: &Context<'_>,
    cluster: &Cluster<'_>,
    roles: &Roles,
    action: PermissionSet,
    reach: Reach,
    trace: &mut impl Trace,
) -> Verdict {
    let administrator = roles.administrator();
    let pass = |trace: &mut _, evidence: &dyn Fn() -> Evidence| {
        let _ = Trace::evidence(trace, Check::Reach, evidence);
        Verdict::Allow
    };
    if reach == Reach::Nothing {
        return pass(trace, &|| Evidence::NoReachNeeded);
    }
    if let Some(role) = administrator
        && pass(trace, &|| Evidence::Administrator {
            role: role.to_owned(),
        })
        .is_allowed()
        && !trace.complete()
    {
        return Verdict::Allow;
    }
    if reach == Reach::Administrator {
        if administrator.is_none() {
            let environment = cx.environment_id();
            trace.reason(Check::Reach, ReasonKey::AdministratorOnly, || Needs::Role {
                any: PermissionSet::first(VOCABULARY.len()),
                environment,
            });
        }
        return if administrator.is_some() {
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
    if administrator.is_some() {
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

fn group<'a>(cx: &Context<'a>) -> Deciding<'a> {
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
    let held = backend_roles(cx.snapshot, cx.environment_id(), cx.request.principal);
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

/// The name that role mappings match an account by.
pub(crate) fn account_name(account: &Account) -> &str {
    account.name.as_deref().unwrap_or_default()
}
