//! OpenSearch accounts: backend roles, and what they are mapped to.

use serde::{Deserialize, Serialize};

use crate::domain::{Action, Capability, EnvironmentId, Platform, RoleMapping, Specifics, Target};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};
use super::CarryOut;

/// Gives an account its backend roles; the list replaces the old one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AssignBackendRoles {
    /// The cluster.
    pub environment: String,
    /// Whose account.
    pub user: String,
    /// All of its backend roles.
    pub backend_roles: Vec<String>,
}

/// Replaces one role's mapping; empty lists remove it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SetRoleMapping {
    /// The cluster.
    pub environment: String,
    /// The role that is given.
    pub role: String,
    /// Patterns of account names.
    pub users: Vec<String>,
    /// Patterns of backend roles; one match suffices.
    pub backend_roles: Vec<String>,
    /// Patterns of backend roles that must all match.
    pub and_backend_roles: Vec<String>,
    /// Patterns of addresses.
    pub hosts: Vec<String>,
}

/// Administrators of the cluster, and store administrators.
fn administer(desk: &Desk<'_>, environment: &str, what: &str) -> Result<EnvironmentId, Refusal> {
    let id = desk.environment(environment)?;
    let target = Target::Environment(id);
    if desk.platform(target) != Some(Platform::OpenSearch) {
        return Err(Refusal::rule(
            RefusalKey::NotOnThisPlatform,
            "Only OpenSearch has backend roles and role mappings.",
        ));
    }
    let name = desk.now().target_label(target);
    if !desk.actor.store_administrator {
        let edit = Action::Capability(Capability::Edit);
        desk.require(&edit, target, &format!("{what} in {name}"))?;
    }
    Ok(id)
}

impl CarryOut for AssignBackendRoles {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = administer(desk, &self.environment, "assign backend roles")?;
        let user = desk.known_principal(&self.user)?;
        let label = desk.now().label(user);
        let local = desk.now().principal(user).map(|p| p.id.clone());
        let default = local
            .as_deref()
            .and_then(|l| l.split('@').next())
            .map(str::to_owned);
        let held = desk.now().account(id, user);
        let held = held.map(|a| a.backend_roles.clone()).unwrap_or_default();
        desk.draft.edit_account(id, user, |account| {
            account.backend_roles.clone_from(&self.backend_roles);
            if account.name.is_none() {
                account.name = default;
            }
        });
        let place = desk.now().target_label(Target::Environment(id));
        Ok(given(&label, &place, &held, &self.backend_roles))
    }
}

/// What becomes of somebody's backend roles: what comes, what goes, what stays.
fn given(who: &str, place: &str, held: &[String], wanted: &[String]) -> String {
    let without = |a: &[String], b: &[String]| -> Vec<String> {
        a.iter().filter(|r| !b.contains(r)).cloned().collect()
    };
    let named = |roles: &[String]| {
        let word = if roles.len() == 1 { "role" } else { "roles" };
        format!("the backend {word} {}", roles.join(", "))
    };
    let (came, gone) = (without(wanted, held), without(held, wanted));
    let stays = without(held, &gone);
    let kept = if stays.is_empty() {
        String::new()
    } else {
        format!(" (keeps {})", stays.join(", "))
    };
    match (came.is_empty(), gone.is_empty()) {
        (false, true) => format!("give {who} {} in {place}{kept}", named(&came)),
        (true, false) => format!("take {} in {place} from {who}{kept}", named(&gone)),
        (false, false) => format!(
            "give {who} {} in {place} instead of {}{kept}",
            named(&came),
            gone.join(", ")
        ),
        (true, true) => format!("make {who} an account in {place}{kept}"),
    }
}

impl CarryOut for SetRoleMapping {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = desk.environment(&self.environment)?;
        let target = Target::Environment(id);
        let edit = Action::Capability(Capability::Edit);
        desk.require(&edit, target, "change role mappings")?;
        let mapping = RoleMapping {
            role: self.role.clone(),
            users: self.users.clone(),
            backend_roles: self.backend_roles.clone(),
            and_backend_roles: self.and_backend_roles.clone(),
            hosts: self.hosts.clone(),
        };
        let empty = RoleMapping {
            role: self.role.clone(),
            ..RoleMapping::default()
        };
        let mut fits = false;
        desk.draft.edit_environment(id, |e| {
            if let Specifics::OpenSearch { mappings, .. } = &mut e.specifics {
                fits = true;
                match mappings.iter_mut().find(|m| m.role == self.role) {
                    Some(present) => *present = mapping.clone(),
                    None => mappings.push(mapping.clone()),
                }
                mappings.retain(|m| *m != empty);
            }
        });
        if !fits {
            return Err(Refusal::rule(
                RefusalKey::NotOnThisPlatform,
                "Only OpenSearch has backend roles and role mappings.",
            ));
        }
        Ok(format!("map the role {}", self.role))
    }
}
