//! Registering a model group.

use serde::{Deserialize, Serialize};

use crate::authz::platforms::{Doing, permission_to};
use crate::domain::{
    AccessMode, Body, EnvironmentId, Platform, Policy, Resource, ResourceId, ResourceKind, Target,
};

use super::super::super::desk::Desk;
use super::super::super::refusal::{Refusal, RefusalKey};
use super::super::CarryOut;
use super::{Asked, Caller, is_on, is_super, read_mode, refuse, refuse_taken_name, slug};

/// Registers a model group.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CreateModelGroup {
    /// The cluster.
    pub environment: String,
    /// The id; made from the name when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name, unique in the cluster.
    pub name: String,
    /// A longer text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `public`, `private` or `restricted`.
    #[serde(
        alias = "access",
        alias = "access_mode",
        skip_serializing_if = "Option::is_none"
    )]
    pub mode: Option<String>,
    /// Who may use it when restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend_roles: Option<Vec<String>>,
    /// Attach all backend roles of the caller.
    #[serde(
        alias = "add_all_backend_roles",
        skip_serializing_if = "Option::is_none"
    )]
    pub add_all: Option<bool>,
}

impl CarryOut for CreateModelGroup {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let environment = desk.environment(&self.environment)?;
        let target = Target::Environment(environment);
        if desk.platform(target) != Some(Platform::OpenSearch) {
            return refuse(
                RefusalKey::NotOnThisPlatform,
                "Only OpenSearch has model groups.",
            );
        }
        let action = permission_to(Platform::OpenSearch, Doing::CreateGroup).unwrap_or_default();
        desk.require_native(action, target, "register a model group in")?;
        let id = self.register(desk, environment)?;
        Ok(format!(
            "register model group {}",
            desk.now().target_label(Target::Resource(id))
        ))
    }
}

/// An id made from a name, with a number behind it where it is taken.
fn free_id(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2u32..).map(|n| format!("{name}-{n}"));
    let mut ids = std::iter::once(name.to_owned()).chain(numbered);
    ids.find(|id| !is_taken(id)).unwrap_or_default()
}

impl CreateModelGroup {
    /// The checks and the record, after the privilege; registering a model uses them too.
    pub(in super::super) fn register(
        &self,
        desk: &mut Desk<'_>,
        environment: EnvironmentId,
    ) -> Result<ResourceId, Refusal> {
        if self.name.trim().is_empty() {
            return refuse(RefusalKey::Malformed, "A model group needs a name.");
        }
        refuse_taken_name(desk, environment, &self.name, None)?;
        let is_taken = |id: &str| {
            let group = ResourceKind::ModelGroup;
            desk.now().find_resource(environment, group, id).is_some()
        };
        let id = match &self.id {
            Some(id) if is_taken(id) => {
                return refuse(
                    RefusalKey::NameTaken,
                    format!("There is already a model group `{id}`."),
                );
            }
            Some(id) => id.clone(),
            // A group that was renamed keeps the id of its old name, which is free again.
            None => free_id(&slug(&self.name), is_taken),
        };
        let caller = Caller::of(desk, environment)?;
        let on = is_on(desk, environment) && !is_super(desk, environment, caller.principal);
        let mode = read_mode(desk, self.mode.as_deref());
        let mut asked = Asked {
            mode,
            roles: self.backend_roles.as_deref(),
            add_all: self.add_all,
        };
        if !on {
            asked.refuse_when_off(self.mode.as_deref())?;
        }
        let default = if asked.has_roles() {
            AccessMode::Restricted
        } else {
            AccessMode::Private
        };
        asked.mode = Some(asked.mode.unwrap_or(default));
        if on {
            Self::refuse(&asked, &caller)?;
        }
        let access = if on {
            asked.mode
        } else {
            Some(AccessMode::Public)
        };
        let roles = match (access, asked.adds_all()) {
            (Some(AccessMode::Restricted), true) => caller.roles.clone(),
            (Some(AccessMode::Restricted), false) => asked.list().to_vec(),
            _ => Vec::new(),
        };
        let resource = Resource {
            environment,
            id,
            name: self.name.clone(),
            description: self.description.clone(),
            owner: on.then_some(caller.principal),
            policy: Policy::default(),
            body: Body::ModelGroup {
                access,
                backend_roles: roles,
            },
        };
        Ok(desk.draft.add_resource(resource))
    }

    /// The platform's order of checks for a new group.
    fn refuse(asked: &Asked<'_>, caller: &Caller) -> Result<(), Refusal> {
        asked.refuse_roles_when_open()?;
        if asked.mode != Some(AccessMode::Restricted) {
            return Ok(());
        }
        asked.refuse_admin_add_all(caller)?;
        if !caller.administrator && caller.roles.is_empty() {
            return refuse(
                RefusalKey::UserHasNoBackendRoles,
                "You hold no backend roles, so you can't make a restricted group; ask an administrator for one.",
            );
        }
        if !asked.has_roles() {
            return refuse(
                RefusalKey::RestrictedNeedsRoles,
                "A restricted group needs backend roles: name at least one.",
            );
        }
        asked.refuse_both()?;
        asked.refuse_foreign_roles(caller)
    }
}
