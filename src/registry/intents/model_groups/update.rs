//! Changing a model group.

use serde::{Deserialize, Serialize};

use crate::authz::platforms::{Doing, permission_to};
use crate::domain::{AccessMode, Body, OpenSearchEdition, Platform, ResourceId, Specifics, Target};

use super::super::super::desk::Desk;
use super::super::super::refusal::{Refusal, RefusalKey};
use super::super::CarryOut;
use super::{Asked, Caller, group, is_on, read_mode, refuse, refuse_taken_name};

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
    #[serde(
        alias = "access",
        alias = "access_mode",
        skip_serializing_if = "Option::is_none"
    )]
    pub mode: Option<String>,
    /// The new list of backend roles; replaces the old one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend_roles: Option<Vec<String>>,
    /// Attach all backend roles of the caller.
    #[serde(
        alias = "add_all_backend_roles",
        skip_serializing_if = "Option::is_none"
    )]
    pub add_all: Option<bool>,
    /// Why, for the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
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
        let on = is_on(desk, environment);
        if on {
            Self::refuse(desk, id, &asked, &caller, action)?;
        } else {
            asked.refuse_when_off(self.mode.as_deref())?;
        }
        if let Some(name) = &self.name {
            refuse_taken_name(desk, environment, name, Some(id))?;
        }
        // While access control is off the stored access stays as it is, to come back into force.
        let mode = Self::resulting_mode(&asked).filter(|_| on);
        super::warn_about_unused(desk, environment, asked.list());
        self.write(desk, id, mode, &asked, &caller)?;
        Ok(self.summary(desk, id))
    }

    fn reason(&self) -> Option<String> {
        self.reason.clone()
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
        desk: &Desk<'_>,
        id: ResourceId,
        asked: &Asked<'_>,
        caller: &Caller,
        action: &str,
    ) -> Result<(), Refusal> {
        let owner = desk.now().resource(id).and_then(|r| r.owner);
        let access_data = asked.mode.is_some() || asked.roles.is_some() || asked.add_all.is_some();
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
                "A restricted group needs backend roles: name at least one.",
            );
        }
        asked.refuse_foreign_roles(caller)
    }

    fn write(
        &self,
        desk: &mut Desk<'_>,
        id: ResourceId,
        mode: Option<AccessMode>,
        asked: &Asked<'_>,
        caller: &Caller,
    ) -> Result<(), Refusal> {
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
