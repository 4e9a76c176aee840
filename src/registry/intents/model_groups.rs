//! OpenSearch model groups: register, update, delete, with the platform's own order of checks.

use serde::{Deserialize, Serialize};

use crate::authz::platforms::opensearch::{access_control_on, backend_roles};
use crate::authz::platforms::{self, Doing, permission_to};
use crate::domain::{
    AccessMode, Body, EnvironmentId, OpenSearchEdition, Platform, Policy, PrincipalId, Resource,
    ResourceId, ResourceKind, Specifics, Target,
};

use super::super::plan::Desk;
use super::super::refusal::{Refusal, RefusalKey};
use super::CarryOut;

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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Who may use it when restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend_roles: Option<Vec<String>>,
    /// Attach all backend roles of the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_all: Option<bool>,
}

/// Changes a model group; what is missing stays.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UpdateModelGroup {
    /// Which group: `ENV/groups/ID`.
    pub group: String,
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The new access mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// The new list of backend roles; replaces the old one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend_roles: Option<Vec<String>>,
    /// Attach all backend roles of the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_all: Option<bool>,
}

/// Removes an empty model group.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeleteModelGroup {
    /// Which group.
    pub group: String,
}

fn refuse<T>(key: RefusalKey, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::rule(key, message))
}

/// The access part of a request.
struct Asked<'a> {
    mode: Option<AccessMode>,
    roles: Option<&'a [String]>,
    add_all: Option<bool>,
}

/// A mode reads without case; an unknown one counts as missing, as the product has it.
fn read_mode(desk: &mut Desk<'_>, mode: Option<&str>) -> Option<AccessMode> {
    let mode = mode?;
    let read = mode.parse().ok();
    if read.is_none() {
        desk.warnings.push(format!(
            "`{mode}` is no access mode; it counts as not given."
        ));
    }
    read
}

impl Asked<'_> {
    fn list(&self) -> &[String] {
        self.roles.unwrap_or_default()
    }

    fn adds_all(&self) -> bool {
        self.add_all == Some(true)
    }

    fn has_roles(&self) -> bool {
        !self.list().is_empty() || self.adds_all()
    }

    /// While access control is off, any access data is an error.
    fn refuse_when_off(&self, raw_mode: Option<&str>) -> Result<(), Refusal> {
        if raw_mode.is_none() && self.add_all.is_none() && self.list().is_empty() {
            return Ok(());
        }
        refuse(
            RefusalKey::AclParamsWhenDisabled,
            "Model access control is off in this cluster: send no mode, backend roles or add-all, or switch it on first.",
        )
    }

    fn refuse_roles_when_open(&self) -> Result<(), Refusal> {
        let open = matches!(self.mode, Some(AccessMode::Public | AccessMode::Private));
        if open && self.has_roles() {
            return refuse(
                RefusalKey::RolesRequireRestricted,
                "Backend roles go only with the restricted mode.",
            );
        }
        Ok(())
    }

    fn refuse_foreign_roles(&self, caller: &Caller) -> Result<(), Refusal> {
        let foreign: Vec<&str> = self
            .list()
            .iter()
            .filter(|r| !caller.administrator && !caller.roles.contains(r))
            .map(String::as_str)
            .collect();
        if foreign.is_empty() {
            return Ok(());
        }
        refuse(
            RefusalKey::RolesNotHeld,
            format!(
                "You can attach only backend roles that you hold, and you do not hold {}.",
                foreign.join(", ")
            ),
        )
    }

    fn refuse_both(&self) -> Result<(), Refusal> {
        if self.adds_all() && !self.list().is_empty() {
            return refuse(
                RefusalKey::RolesAndAddAllConflict,
                "Give either a list of backend roles or add-all, not both.",
            );
        }
        Ok(())
    }

    fn refuse_admin_add_all(&self, caller: &Caller) -> Result<(), Refusal> {
        if caller.administrator && self.adds_all() {
            return refuse(
                RefusalKey::AdminAddAll,
                "Administrators name the backend roles; they can't add all of theirs.",
            );
        }
        Ok(())
    }
}

/// What the caller is in the cluster.
struct Caller {
    principal: PrincipalId,
    administrator: bool,
    roles: Vec<String>,
}

impl Caller {
    fn of(desk: &Desk<'_>, environment: EnvironmentId) -> Result<Self, Refusal> {
        let principal = desk.principal()?;
        let administrator =
            platforms::administrator(desk.now(), environment, principal, desk.at).is_some();
        let roles = backend_roles(desk.now(), environment, principal).to_vec();
        Ok(Self {
            principal,
            administrator,
            roles,
        })
    }
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

impl CreateModelGroup {
    /// The checks and the record, after the privilege; registering a model uses them too.
    pub(super) fn register(
        &self,
        desk: &mut Desk<'_>,
        environment: EnvironmentId,
    ) -> Result<ResourceId, Refusal> {
        if self.name.trim().is_empty() {
            return refuse(RefusalKey::Malformed, "A model group needs a name.");
        }
        refuse_taken_name(desk, environment, &self.name, None)?;
        let id = self.id.clone().unwrap_or_else(|| slug(&self.name));
        if desk
            .now()
            .find_resource(environment, ResourceKind::ModelGroup, &id)
            .is_some()
        {
            return refuse(
                RefusalKey::NameTaken,
                format!("There is already a model group `{id}`."),
            );
        }
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
                "A restricted group needs backend roles: a list, or add-all.",
            );
        }
        asked.refuse_both()?;
        asked.refuse_foreign_roles(caller)
    }
}

impl CarryOut for UpdateModelGroup {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let (id, environment) = group(desk, &self.group)?;
        let place = Target::Environment(environment);
        let action = permission_to(Platform::OpenSearch, Doing::UpdateGroup).unwrap_or_default();
        desk.require_native(action, place, "update model groups in")?;
        let caller = Caller::of(desk, environment)?;
        let mode = read_mode(desk, self.mode.as_deref());
        let asked = Asked {
            mode,
            roles: self.backend_roles.as_deref(),
            add_all: self.add_all,
        };
        if is_on(desk, environment) {
            self.refuse(desk, id, &asked, &caller, action)?;
        } else {
            asked.refuse_when_off(self.mode.as_deref())?;
        }
        if let Some(name) = &self.name {
            refuse_taken_name(desk, environment, name, Some(id))?;
        }
        self.write(desk, id, &asked, &caller)?;
        Ok(self.summary(desk, id))
    }
}

impl UpdateModelGroup {
    /// A list or add-all without a mode makes the group restricted.
    fn resulting_mode(asked: &Asked<'_>) -> Option<AccessMode> {
        let implied = asked.roles.is_some() || asked.add_all.is_some();
        asked.mode.or(implied.then_some(AccessMode::Restricted))
    }

    /// The platform's order of checks for an update.
    fn refuse(
        &self,
        desk: &Desk<'_>,
        id: ResourceId,
        asked: &Asked<'_>,
        caller: &Caller,
        action: &str,
    ) -> Result<(), Refusal> {
        let owner = desk.now().resource(id).and_then(|r| r.owner);
        let access_data = self.mode.is_some() || asked.roles.is_some() || asked.add_all.is_some();
        if access_data && !caller.administrator && owner != Some(caller.principal) {
            return refuse(
                RefusalKey::OnlyOwnerOrAdmin,
                "Only the owner of the group or an administrator can change who may use it.",
            );
        }
        desk.require_native(action, Target::Resource(id), "update")?;
        asked.refuse_roles_when_open()?;
        if Self::resulting_mode(asked) != Some(AccessMode::Restricted) {
            return Ok(());
        }
        asked.refuse_admin_add_all(caller)?;
        if asked.adds_all() && caller.roles.is_empty() {
            return refuse(
                RefusalKey::UserHasNoBackendRoles,
                "You hold no backend roles to add.",
            );
        }
        if asked.add_all == Some(false) && asked.list().is_empty() {
            return refuse(
                RefusalKey::AddAllFalseNeedsRoles,
                "Without add-all, a list of backend roles is needed.",
            );
        }
        asked.refuse_both()?;
        if asked.mode == Some(AccessMode::Restricted) && !asked.has_roles() {
            return refuse(
                RefusalKey::RestrictedNeedsRoles,
                "A restricted group needs backend roles: a list, or add-all.",
            );
        }
        asked.refuse_foreign_roles(caller)
    }

    fn write(
        &self,
        desk: &mut Desk<'_>,
        id: ResourceId,
        asked: &Asked<'_>,
        caller: &Caller,
    ) -> Result<(), Refusal> {
        let mode = Self::resulting_mode(asked);
        let list = if asked.adds_all() {
            caller.roles.clone()
        } else {
            asked.list().to_vec()
        };
        if mode == Some(AccessMode::Restricted) && list.is_empty() {
            locked_out(desk, id)?;
        }
        desk.draft.edit_resource(id, |r| {
            if let Some(name) = &self.name {
                r.name.clone_from(name);
            }
            if let Some(description) = &self.description {
                r.description = Some(description.clone());
            }
            if let Body::ModelGroup {
                access,
                backend_roles,
            } = &mut r.body
                && let Some(mode) = mode
            {
                *access = Some(mode);
                *backend_roles = if mode == AccessMode::Restricted {
                    list
                } else {
                    Vec::new()
                };
            }
        });
        Ok(())
    }

    fn summary(&self, desk: &Desk<'_>, id: ResourceId) -> String {
        let name = desk.now().target_label(Target::Resource(id));
        let Some(Body::ModelGroup {
            access: Some(mode),
            backend_roles,
        }) = desk.now().resource(id).map(|r| &r.body)
        else {
            return format!("update model group {name}");
        };
        let access_data =
            self.mode.is_some() || self.backend_roles.is_some() || self.add_all.is_some();
        match (access_data, mode) {
            (false, _) => format!("update model group {name}"),
            (true, AccessMode::Restricted) => {
                format!(
                    "restrict model group {name} to {}",
                    backend_roles.join(", ")
                )
            }
            (true, mode) => format!("make model group {name} {mode}"),
        }
    }
}

impl CarryOut for DeleteModelGroup {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let (id, _) = group(desk, &self.group)?;
        let action = permission_to(Platform::OpenSearch, Doing::DeleteGroup).unwrap_or_default();
        desk.require_native(action, Target::Resource(id), "delete")?;
        let name = desk.now().target_label(Target::Resource(id));
        let models = desk.now().models_in(id).count();
        if models > 0 {
            return refuse(
                RefusalKey::GroupNotEmpty,
                format!("{name} still holds {models} models; delete or move them first."),
            );
        }
        desk.draft.remove_resource(id);
        Ok(format!("delete model group {name}"))
    }
}

/// An update that leaves a restricted group without roles: refused by the page's rules, a trap that
/// the shipped product lets one fall into.
fn locked_out(desk: &mut Desk<'_>, id: ResourceId) -> Result<(), Refusal> {
    let edition = desk
        .now()
        .environment_of(Target::Resource(id))
        .and_then(|e| desk.now().place(e))
        .map(|p| p.environment.specifics.clone());
    if matches!(
        edition,
        Some(Specifics::OpenSearch {
            edition: OpenSearchEdition::Released,
            ..
        })
    ) {
        desk.warnings.push(
            "The group is left restricted without backend roles: nobody but administrators reaches it.".to_owned(),
        );
        return Ok(());
    }
    refuse(
        RefusalKey::RestrictedNeedsRoles,
        "This would leave a restricted group without backend roles; choose another mode instead.",
    )
}

/// The group, with the key that the platform has for one that is missing.
fn group(desk: &Desk<'_>, id: &str) -> Result<(ResourceId, EnvironmentId), Refusal> {
    let missing = || {
        Refusal::rule(
            RefusalKey::GroupNotFound,
            format!("There is no model group `{id}`."),
        )
    };
    match desk.resource(id) {
        Ok((number, resource)) if resource.kind() == ResourceKind::ModelGroup => {
            Ok((number, resource.environment))
        }
        Err(refusal) if refusal.key() == RefusalKey::Malformed.as_str() => Err(refusal),
        _ => Err(missing()),
    }
}

fn is_on(desk: &Desk<'_>, environment: EnvironmentId) -> bool {
    desk.now()
        .place(environment)
        .is_some_and(|p| access_control_on(&p.environment))
}

fn is_super(desk: &Desk<'_>, environment: EnvironmentId, principal: PrincipalId) -> bool {
    desk.now()
        .place(environment)
        .is_some_and(|p| match &p.environment.specifics {
            Specifics::OpenSearch {
                edition: OpenSearchEdition::Released,
                settings,
                ..
            } => settings.super_administrators.contains(&principal),
            _ => false,
        })
}

fn refuse_taken_name(
    desk: &Desk<'_>,
    environment: EnvironmentId,
    name: &str,
    except: Option<ResourceId>,
) -> Result<(), Refusal> {
    let mut groups = desk
        .now()
        .resources_in(environment, ResourceKind::ModelGroup);
    let taken = groups
        .any(|id| Some(id) != except && desk.now().resource(id).is_some_and(|r| r.label() == name));
    if taken {
        return refuse(
            RefusalKey::NameTaken,
            format!("There is already a model group named {name}."),
        );
    }
    Ok(())
}

/// An id from a name: small letters, digits and hyphens.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches('-').to_owned();
    if slug.is_empty() {
        "unnamed".to_owned()
    } else {
        slug
    }
}
