//! The platforms' own rules. One platform is one file or folder here and one arm in each function
//! below; nothing outside this folder knows a role or permission by name.

pub mod ai_builder;
pub mod fabric;
pub mod google;
pub mod opensearch;

use crate::domain::{
    Environment, GroupKind, Platform, PrincipalId, PrincipalKind, Resource, Target, Timestamp,
};

use super::decide::Context;
use super::decision::{Trace, Verdict};
use super::permission::Permission;
use super::place::Rights;
use super::snapshot::Snapshot;

/// A role as the catalogue shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleInfo {
    /// The name that bindings use.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it gives.
    pub rights: Rights,
    /// Whether somebody defined it in the environment.
    pub custom: bool,
}

/// What can be granted on a resource of a platform, from the usual to the widest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareLevel {
    /// The role that a binding would name.
    pub role: String,
    /// What people call it.
    pub title: &'static str,
    /// What it lets people do.
    pub means: &'static str,
}

/// What intents do to an environment or resource beyond what capabilities name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Make a model.
    CreateModel,
    /// Add a version to a model.
    AddVersion,
    /// Make a model group.
    CreateGroup,
    /// Change a model group's name or access.
    UpdateGroup,
    /// Remove a model group.
    DeleteGroup,
    /// Start a job.
    CreateJob,
    /// Stop a job.
    CancelJob,
    /// Make or change an experiment.
    WriteExperiment,
    /// Change or remove somebody's role.
    ChangeRoles,
}

/// The permission that doing something needs; `None` where the platform has nothing of the kind.
pub const fn permission_to(platform: Platform, doing: Doing) -> Option<&'static str> {
    match platform {
        Platform::Google => google::permission_to(doing),
        Platform::OpenSearch => opensearch::permission_to(doing),
        Platform::Fabric => fabric::permission_to(doing),
        Platform::AiBuilder => ai_builder::permission_to(doing),
    }
}

/// The names of a platform's permissions, in order of bits.
pub fn vocabulary(platform: Platform) -> &'static [&'static str] {
    match platform {
        Platform::Google => google::VOCABULARY,
        Platform::OpenSearch => opensearch::VOCABULARY,
        Platform::Fabric => fabric::VOCABULARY,
        Platform::AiBuilder => ai_builder::VOCABULARY,
    }
}

/// Looks a permission up by name. Microsoft's names compare without case, and the words of its
/// share dialogs are understood too.
pub fn find_permission(platform: Platform, name: &str) -> Option<Permission> {
    let place = |matches: &dyn Fn(&str) -> bool| {
        let place = vocabulary(platform).iter().position(|n| matches(n))?;
        u8::try_from(place).ok().map(Permission)
    };
    match platform {
        Platform::Google => place(&|n| n == name),
        Platform::OpenSearch => {
            let name = name.strip_prefix(opensearch::PREFIX).unwrap_or(name);
            place(&|n| n == name)
        }
        Platform::Fabric => {
            let name = fabric::plain_name(name);
            place(&|n| n.eq_ignore_ascii_case(name))
        }
        Platform::AiBuilder => {
            let name = ai_builder::plain_name(name);
            place(&|n| n.eq_ignore_ascii_case(&name))
        }
    }
}

/// What a role gives when it is granted in the environment; `None` for unknown and disabled ones.
pub(super) fn environment_role(environment: &Environment, role: &str) -> Option<Rights> {
    match environment.platform() {
        Platform::Google => google::role(environment, role),
        Platform::OpenSearch => opensearch::role(environment, role),
        Platform::Fabric => fabric::workspace_role(environment, role),
        Platform::AiBuilder => ai_builder::security_role(environment, role),
    }
}

/// What a role gives when it is granted on one resource.
pub(super) fn resource_role(environment: &Environment, role: &str) -> Option<Rights> {
    match environment.platform() {
        Platform::Google => google::role(environment, role),
        Platform::OpenSearch => None,
        Platform::Fabric => Some(fabric::item_rights(environment, role)),
        Platform::AiBuilder => ai_builder::share_rights(environment, role),
    }
}

/// A grant that nobody wrote: whoever started an operation on Google owns it.
pub(super) fn automatic_grant(
    environment: &Environment,
    resource: &Resource,
) -> Option<(PrincipalId, Rights)> {
    match environment.platform() {
        Platform::Google => google::automatic_grant(environment, resource),
        _ => None,
    }
}

/// The three checks of one platform.
pub(super) fn decide(cx: &Context<'_>, trace: &mut impl Trace) -> Verdict {
    match cx.place.platform() {
        Platform::Google => google::decide(cx, trace),
        Platform::OpenSearch => opensearch::decide(cx, trace),
        Platform::Fabric => fabric::decide(cx, trace),
        Platform::AiBuilder => ai_builder::decide(cx, trace),
    }
}

/// Whether a principal administers all models of an environment in the platform's own terms, and
/// through which role.
pub fn administrator(
    snapshot: &Snapshot,
    environment: crate::domain::EnvironmentId,
    principal: PrincipalId,
    at: Timestamp,
) -> Option<String> {
    let place = snapshot.place(environment)?;
    if place.platform() == Platform::OpenSearch {
        return opensearch::administrator(snapshot, environment, principal, at);
    }
    let closure = snapshot.closure(principal);
    closure
        .iter()
        .flat_map(|id| place.grants_of(*id))
        .find(|g| {
            let administers = match place.platform() {
                Platform::Google => google::administers_models(&g.rights),
                Platform::AiBuilder => {
                    g.rights.administrator && !is_access_team(snapshot, g.member)
                }
                _ => g.rights.administrator,
            };
            administers && g.holds(at)
        })
        .map(|g| super::decide::role_of(snapshot, Target::Environment(environment), g.origin))
}

/// Whether this is a Dataverse access team, which owns nothing and passes no role on.
pub fn is_access_team(snapshot: &Snapshot, id: PrincipalId) -> bool {
    snapshot.principal(id).is_some_and(|p| {
        matches!(
            p.kind,
            PrincipalKind::Group {
                kind: GroupKind::AccessTeam,
                ..
            }
        )
    })
}

/// The role that whoever makes an environment holds in it.
pub const fn administrator_role(platform: Platform) -> &'static str {
    match platform {
        Platform::Google => "roles/owner",
        Platform::OpenSearch => "all_access",
        Platform::Fabric => "Admin",
        Platform::AiBuilder => "System Administrator",
    }
}

/// Whether a platform decides access by the mode of a model group rather than by grants.
pub const fn access_by_mode(platform: Platform) -> bool {
    matches!(platform, Platform::OpenSearch)
}

/// Roles that can be granted in an environment, predefined ones first.
pub fn roles(environment: &Environment) -> Vec<RoleInfo> {
    let predefined: Vec<(&str, &str)> = match environment.platform() {
        Platform::Google => google::predefined(environment)
            .map(|r| (r.name, r.title))
            .collect(),
        Platform::OpenSearch => opensearch::PREDEFINED.to_vec(),
        Platform::Fabric => fabric::PREDEFINED.to_vec(),
        Platform::AiBuilder => ai_builder::PREDEFINED.to_vec(),
    };
    let info = |name: &str, title: &str, custom| {
        let rights = environment_role(environment, name).unwrap_or_default();
        RoleInfo {
            name: name.to_owned(),
            title: title.to_owned(),
            rights,
            custom,
        }
    };
    // A predefined name means the predefined role, whatever was defined under it.
    let taken = |id: &str| predefined.iter().any(|(name, _)| *name == id);
    let defined: Vec<_> = environment.roles.iter().filter(|r| !taken(&r.id)).collect();
    let custom = defined
        .into_iter()
        .map(|role| info(&role.id, role.title.as_deref().unwrap_or(&role.id), true));
    let shipped = predefined
        .iter()
        .map(|(name, title)| info(name, title, false));
    shipped.chain(custom).collect()
}

/// The levels at which one resource of an environment can be shared.
pub fn share_levels(environment: &Environment) -> Vec<ShareLevel> {
    let levels: &[(&str, &'static str, &'static str)] = match environment.platform() {
        Platform::Google => google::SHARE_LEVELS,
        Platform::OpenSearch => &[],
        Platform::Fabric => fabric::share_levels(environment),
        Platform::AiBuilder => ai_builder::share_levels(environment),
    };
    levels
        .iter()
        .map(|(role, title, means)| ShareLevel {
            role: (*role).to_owned(),
            title,
            means,
        })
        .collect()
}
