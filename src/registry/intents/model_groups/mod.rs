//! OpenSearch model groups: register, update, delete, with the platform's own order of checks.

mod delete;
mod register;
mod update;

use crate::authz::platforms;
use crate::authz::platforms::opensearch::{access_control_on, backend_roles};
use crate::domain::{
    AccessMode, EnvironmentId, OpenSearchEdition, PrincipalId, ResourceId, ResourceKind, Specifics,
};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};

pub use delete::DeleteModelGroup;
pub use register::CreateModelGroup;
pub use update::UpdateModelGroup;

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

/// Backend roles that no account has open nothing; a typing error looks just like one.
fn warn_about_unused(desk: &mut Desk<'_>, environment: EnvironmentId, roles: &[String]) {
    let used = |role: &&String| {
        desk.now()
            .accounts(environment)
            .any(|(_, a)| a.backend_roles.contains(role))
    };
    let unused: Vec<String> = roles.iter().filter(|r| !used(r)).cloned().collect();
    if !unused.is_empty() {
        desk.warnings.push(format!(
            "Nobody has the backend role {}.",
            unused.join(" or ")
        ));
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
        let administrator = is_super(desk, environment, principal)
            || platforms::administrator(desk.now(), environment, principal, desk.at).is_some();
        let roles = backend_roles(desk.now(), environment, principal).to_vec();
        Ok(Self {
            principal,
            administrator,
            roles,
        })
    }
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
