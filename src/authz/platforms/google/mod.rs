//! Google AI Platform: IAM roles on projects, models, jobs and operations.
//!
//! A binding both allows and reaches, so there is no separate privilege check. Effective
//! permissions are the union of all bindings on the resource and everything above it. Source: the
//! platform's access control page and its page on sharing models.

mod documented;
mod methods;
mod vocabulary;
mod y2026;

use crate::domain::{
    Body, Capability, Environment, GoogleEdition, Platform, PrincipalId, Resource, ResourceId,
    ResourceKind, RoleRights, Specifics, Target,
};

pub use methods::Method;
pub use vocabulary::VOCABULARY;

use super::super::decide::{Context, restrict};
use super::super::decision::{ReasonKey, Trace, Verdict};
use super::super::index::place::Rights;
use super::super::permission::{Permission, PermissionSet};
use super::super::request::ActionId;
use super::Doing;

/// A set of permissions by their names, found while compiling.
macro_rules! permissions {
    ($($name:literal),+) => {
        const { PermissionSet::named(VOCABULARY, &[$($name),+]) }
    };
}
use permissions;

/// The roles common to all of Google Cloud, which take no conditions.
pub const BASIC_ROLES: [&str; 3] = ["roles/owner", "roles/editor", "roles/viewer"];
/// The role whose members own a model.
pub const MODEL_OWNER: &str = "roles/ml.modelOwner";
/// The role that shares a model for use.
pub const MODEL_USER: &str = "roles/ml.modelUser";
/// The role that creating a job gives.
pub const JOB_OWNER: &str = "roles/ml.jobOwner";
/// The role that starting an operation gives.
pub const OPERATION_OWNER: &str = "roles/ml.operationOwner";

/// Roles to share a model with, their titles, and what they let people do.
pub const SHARE_LEVELS: &[(&str, &str, &str)] = &[
    (
        MODEL_USER,
        "Model User",
        "read it and its versions, and predict with them",
    ),
    (
        MODEL_OWNER,
        "Model Owner",
        "everything, also sharing and deleting it",
    ),
];

/// One predefined role.
#[derive(Debug)]
pub struct PredefinedRole {
    /// The name that bindings use.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it holds, complete.
    pub permissions: &'static [&'static str],
}

/// The predefined and basic roles of the environment's edition.
pub fn predefined(environment: &Environment) -> impl Iterator<Item = &'static PredefinedRole> {
    let roles = match environment.specifics {
        Specifics::Google {
            edition: GoogleEdition::Y2026,
            ..
        } => y2026::ROLES,
        _ => documented::ROLES,
    };
    roles.iter()
}

/// What intents need here.
pub(super) const fn permission_to(doing: Doing) -> Option<&'static str> {
    Some(match doing {
        Doing::CreateModel => "ml.models.create",
        Doing::AddVersion => "ml.versions.create",
        Doing::CreateJob => "ml.jobs.create",
        Doing::CancelJob => "ml.jobs.cancel",
        Doing::ChangeRoles => "resourcemanager.projects.setIamPolicy",
        Doing::CreateGroup | Doing::UpdateGroup | Doing::DeleteGroup | Doing::WriteExperiment => {
            return None;
        }
    })
}

/// What a role holds here: predefined, basic or custom. A disabled one grants nothing.
pub(super) fn role(environment: &Environment, name: &str) -> Option<Rights> {
    if let Some(role) = predefined(environment).find(|r| r.name == name) {
        return Some(rights(role.permissions.iter().copied()));
    }
    let custom = environment.roles.iter().find(|r| r.id == name)?;
    if custom
        .stage
        .as_deref()
        .is_some_and(|s| s.eq_ignore_ascii_case("DISABLED"))
    {
        return None;
    }
    match &custom.rights {
        RoleRights::Permissions(names) => Some(rights(names.iter().map(String::as_str))),
        _ => None,
    }
}

fn rights<'a>(names: impl Iterator<Item = &'a str>) -> Rights {
    let permissions: PermissionSet = names
        .filter_map(|n| Permission::find(Platform::Google, n))
        .collect();
    let administrator =
        permissions.intersects(permissions!("resourcemanager.projects.setIamPolicy"));
    Rights {
        permissions,
        administrator,
        ..Rights::default()
    }
}

/// Who manages the access of every model of the project counts as its administrator in lists.
pub(super) fn administers_models(rights: &Rights) -> bool {
    rights
        .permissions
        .intersects(permissions!("ml.models.setIamPolicy"))
}

/// Whether a role in the project shows all of its models.
pub(super) fn sees_models(rights: &Rights) -> bool {
    let seeing = permissions!("ml.models.list", "ml.models.get");
    rights.permissions.intersects(seeing)
}

/// An operation has just its automatic owner.
pub(super) fn automatic_grant(resource: &Resource) -> Option<(PrincipalId, &'static str)> {
    match resource.body {
        Body::Operation { .. } => Some((resource.owner?, OPERATION_OWNER)),
        _ => None,
    }
}

/// One permission that has to be found on a resource, or on the project.
type Need = (PermissionSet, Option<ResourceId>);

pub(super) fn decide(cx: &Context<'_>, trace: &mut impl Trace) -> Verdict {
    let resource = cx.request.target.resource();
    let kind = cx.row.map(|row| row.kind);
    let found = match cx.request.action {
        ActionId::Permission(permission) => cx.find_permission(permission.alone(), resource, trace),
        ActionId::Capability(capability) => {
            match capability_need(capability, cx.request.target, kind) {
                Some(needs) => any(cx, needs, trace),
                None => return restrict(trace, ReasonKey::NotOffered),
            }
        }
        ActionId::Method(method) => return method.decide(cx, trace),
    };
    if found { Verdict::Allow } else { Verdict::Deny }
}

/// Any one of the needs suffices; an explanation looks at all of them.
fn any(cx: &Context<'_>, needs: [Option<Need>; 2], trace: &mut impl Trace) -> bool {
    let mut found = false;
    for (permissions, resource) in needs.into_iter().flatten() {
        found |= cx.find_permission(permissions, resource, trace);
        if found && !trace.complete() {
            return true;
        }
    }
    found
}

/// Every permission through which an action may be allowed.
pub(super) fn any_of(
    action: ActionId,
    target: Target,
    kind: Option<ResourceKind>,
) -> PermissionSet {
    match action {
        ActionId::Permission(permission) => permission.alone(),
        ActionId::Capability(capability) => capability_need(capability, target, kind)
            .into_iter()
            .flatten()
            .flatten()
            .fold(PermissionSet::EMPTY, |all, (some, _)| all.union(some)),
        ActionId::Method(_) => PermissionSet::first(VOCABULARY.len()),
    }
}

/// Which permission a capability is, on which level. `None` where the platform offers nothing of
/// the kind: model files lie in storage, and operations have no policy.
fn capability_need(
    capability: Capability,
    target: Target,
    kind: Option<ResourceKind>,
) -> Option<[Option<Need>; 2]> {
    let resource = target.resource();
    let here = |any: PermissionSet| Some([Some((any, resource)), None]);
    let listed =
        |list: PermissionSet, get: PermissionSet| Some([Some((list, None)), Some((get, resource))]);
    match (capability, kind, target) {
        (Capability::See, Some(ResourceKind::Model), _) => listed(
            permissions!("ml.models.list"),
            permissions!("ml.models.get"),
        ),
        (Capability::See, Some(ResourceKind::Job), _) => {
            listed(permissions!("ml.jobs.list"), permissions!("ml.jobs.get"))
        }
        (Capability::See, Some(ResourceKind::Operation), _) => listed(
            permissions!("ml.operations.list"),
            permissions!("ml.operations.get"),
        ),
        (Capability::See | Capability::View, None, _) => {
            here(permissions!("resourcemanager.projects.get"))
        }
        (Capability::View, _, Target::Version(..)) => here(permissions!("ml.versions.get")),
        (Capability::View, Some(ResourceKind::Model), _) => here(permissions!("ml.models.get")),
        (Capability::View, Some(ResourceKind::Job), _) => here(permissions!("ml.jobs.get")),
        (Capability::View, Some(ResourceKind::Operation), _) => {
            here(permissions!("ml.operations.get"))
        }
        (Capability::Run, _, Target::Version(..)) => here(permissions!("ml.versions.predict")),
        (Capability::Run, Some(ResourceKind::Model), _) => here(permissions!("ml.models.predict")),
        (Capability::Edit, Some(ResourceKind::Model), _) => here(permissions!("ml.models.update")),
        (Capability::ViewAccess, Some(ResourceKind::Model), _) => {
            here(permissions!("ml.models.getIamPolicy"))
        }
        (Capability::ViewAccess, Some(ResourceKind::Job), _) => {
            here(permissions!("ml.jobs.getIamPolicy"))
        }
        (Capability::ViewAccess, None, _) => {
            here(permissions!("resourcemanager.projects.getIamPolicy"))
        }
        (Capability::Share | Capability::Reassign, Some(ResourceKind::Model), _) => {
            here(permissions!("ml.models.setIamPolicy"))
        }
        (Capability::Share | Capability::Reassign, Some(ResourceKind::Job), _) => {
            here(permissions!("ml.jobs.setIamPolicy"))
        }
        (Capability::Share | Capability::Edit, None, _) => {
            here(permissions!("resourcemanager.projects.setIamPolicy"))
        }
        (Capability::Delete, _, Target::Version(..)) => here(permissions!("ml.versions.delete")),
        (Capability::Delete, Some(ResourceKind::Model), _) => {
            here(permissions!("ml.models.delete"))
        }
        _ => None,
    }
}
