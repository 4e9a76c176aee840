//! The directory: users, groups, service accounts. Only store administrators change it.

use serde::{Deserialize, Serialize};

use crate::authz::Snapshot;
use crate::domain::{GroupKind, Principal, PrincipalId, PrincipalKind, Status};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};
use super::CarryOut;
use super::models::check_text;

/// Adds a user.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CreateUser {
    /// The id: `alice@acme.test`.
    pub id: String,
    /// What people call them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who leads them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
}

/// Changes a user's id, name or manager. A rename changes no grant.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UpdateUser {
    /// Which user.
    pub user: String,
    /// The new id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
}

macro_rules! about_user {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            /// Which user or service account.
            pub user: String,
        }
    )*};
}

about_user! {
    /// Keeps a user out for now.
    SuspendUser,
    /// Lets a suspended or deleted user in again, with everything they held.
    RestoreUser,
    /// Deletes a user. A tombstone stays, which no namesake revives.
    DeleteUser
}

/// Adds a group.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CreateGroup {
    /// The id.
    pub id: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `security-group`, `team`, ….
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Direct members.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
}

/// Changes who is directly in a group.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SetMembership {
    /// Which group.
    pub group: String,
    /// Who joins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<String>,
    /// Who leaves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}

/// Deletes a group; a tombstone stays.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeleteGroup {
    /// Which group.
    pub group: String,
}

/// Adds a service account.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CreateServiceAccount {
    /// The id.
    pub id: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

const WHAT: &str = "change the directory";

/// Adds a principal whose reference nobody answers to yet.
fn add(desk: &mut Desk<'_>, principal: Principal) -> Result<PrincipalId, Refusal> {
    check_text("name", &principal.id)?;
    let reference = principal.reference();
    let taken = desk
        .now()
        .find_principal(&reference)
        .and_then(|id| desk.now().principal(id));
    if taken.is_some_and(|p| p.is_known()) {
        return Err(Refusal::rule(
            RefusalKey::NameTaken,
            format!("There is already a `{reference}`."),
        ));
    }
    Ok(desk.draft.add_principal(principal))
}

impl CarryOut for CreateUser {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        desk.require_store_administrator(WHAT)?;
        let manager = match &self.manager {
            Some(reference) => Some(desk.known_principal(reference)?),
            None => None,
        };
        let kind = PrincipalKind::User {
            status: Status::Active,
            manager,
        };
        let name = self.name.clone().unwrap_or_default();
        let id = add(
            desk,
            Principal {
                id: self.id.clone(),
                name,
                uid: None,
                kind,
            },
        )?;
        Ok(format!("add {}", desk.now().label(id)))
    }
}

impl CarryOut for UpdateUser {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        desk.require_store_administrator(WHAT)?;
        let user = desk.known_principal(&self.user)?;
        let boss = match &self.manager {
            Some(reference) => Some(desk.known_principal(reference)?),
            None => None,
        };
        if let Some(id) = &self.id {
            check_text("name", id)?;
            let renamed = desk.now().principal(user).map(|p| {
                let mut renamed = (**p).clone();
                renamed.id.clone_from(id);
                renamed.reference()
            });
            let taken = renamed.and_then(|r| desk.now().find_principal(&r));
            if taken.is_some_and(|t| t != user) {
                return Err(Refusal::rule(
                    RefusalKey::NameTaken,
                    format!("There is already a `{id}`, or a grant that names it."),
                ));
            }
        }
        desk.draft.edit_principal(user, |p| {
            if let Some(id) = &self.id {
                p.id.clone_from(id);
            }
            if let Some(name) = &self.name {
                p.name.clone_from(name);
            }
            if let (PrincipalKind::User { manager, .. }, Some(boss)) = (&mut p.kind, boss) {
                *manager = Some(boss);
            }
        });
        Ok(format!("update {}", desk.now().label(user)))
    }
}

/// Changes the status of a user or service account.
fn set_status(desk: &mut Desk<'_>, id: PrincipalId, status: Status) -> Result<(), Refusal> {
    let mut fits = false;
    desk.draft.edit_principal(id, |p| {
        if let PrincipalKind::User { status: slot, .. }
        | PrincipalKind::ServiceAccount { status: slot } = &mut p.kind
        {
            *slot = status;
            fits = true;
        }
        // A tombstone needs something that tells it from a namesake.
        if status == Status::Deleted && p.uid.is_none() {
            p.uid = Some(format!("deedbox-{}", id.0));
        }
    });
    if fits {
        return Ok(());
    }
    Err(Refusal::rule(
        RefusalKey::Malformed,
        "Only users and service accounts have a status.",
    ))
}

impl CarryOut for SuspendUser {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        desk.require_store_administrator(WHAT)?;
        let id = desk.known_principal(&self.user)?;
        set_status(desk, id, Status::Suspended)?;
        Ok(format!("suspend {}", desk.now().label(id)))
    }
}

impl CarryOut for RestoreUser {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        desk.require_store_administrator(WHAT)?;
        let id = desk.known_principal(&self.user)?;
        let reference = desk.now().principal(id).map(|p| {
            let mut restored = (**p).clone();
            if let PrincipalKind::User { status, .. } | PrincipalKind::ServiceAccount { status } =
                &mut restored.kind
            {
                *status = Status::Active;
            }
            restored.reference()
        });
        let namesake = reference
            .and_then(|r| desk.now().find_principal(&r))
            .filter(|n| *n != id);
        if namesake.is_some() {
            return Err(Refusal::rule(
                RefusalKey::NameTaken,
                "Somebody else has this name now; rename one of them first.",
            ));
        }
        set_status(desk, id, Status::Active)?;
        Ok(format!("restore {}", desk.now().label(id)))
    }
}

impl CarryOut for DeleteUser {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        desk.require_store_administrator(WHAT)?;
        let id = desk.known_principal(&self.user)?;
        let label = desk.now().label(id);
        set_status(desk, id, Status::Deleted)?;
        let logins: Vec<String> = desk
            .now()
            .logins()
            .iter()
            .filter(|(_, login)| login.user == Some(id) && !login.store_administrator)
            .map(|(account, _)| account.clone())
            .collect();
        for account in logins {
            desk.draft.set_login(&account, None);
        }
        Ok(format!("delete {label}"))
    }
}

impl CarryOut for CreateGroup {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        desk.require_store_administrator(WHAT)?;
        let kind = match &self.kind {
            None => GroupKind::default(),
            Some(text) => text.parse().map_err(|_| {
                Refusal::rule(
                    RefusalKey::Malformed,
                    format!("`{text}` is no kind of group."),
                )
            })?,
        };
        let members = all_known(desk, &self.members)?;
        let name = self.name.clone().unwrap_or_default();
        let kind = PrincipalKind::Group {
            kind,
            members,
            deleted: false,
        };
        let id = add(
            desk,
            Principal {
                id: self.id.clone(),
                name,
                uid: None,
                kind,
            },
        )?;
        Ok(format!("add group {}", desk.now().label(id)))
    }
}

fn all_known(desk: &Desk<'_>, references: &[String]) -> Result<Vec<PrincipalId>, Refusal> {
    references.iter().map(|r| desk.known_principal(r)).collect()
}

impl CarryOut for SetMembership {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        desk.require_store_administrator(WHAT)?;
        let group = known_group(desk, &self.group)?;
        let add = all_known(desk, &self.add)?;
        let remove = all_known(desk, &self.remove)?;
        if add.contains(&group) {
            return Err(Refusal::rule(
                RefusalKey::SelfMembership,
                "A group can't contain itself.",
            ));
        }
        let above = desk.now().closure(group).to_vec();
        for member in &add {
            if above.contains(member) {
                let name = desk.now().label(*member);
                desk.warnings.push(format!(
                    "{name} already contains this group: that makes a cycle."
                ));
            }
        }
        desk.draft.edit_principal(group, |p| {
            if let PrincipalKind::Group { members, .. } = &mut p.kind {
                members.retain(|m| !remove.contains(m));
                for member in add {
                    if !members.contains(&member) {
                        members.push(member);
                    }
                }
            }
        });
        Ok(self.summary(desk.now(), group))
    }
}

impl SetMembership {
    /// `put Ann and Bob into Fraud team`.
    fn summary(&self, snapshot: &Snapshot, group: PrincipalId) -> String {
        const NAMED: usize = 3;
        let names = |references: &[String]| {
            let named = references.iter().take(NAMED).map(|r| {
                let id = snapshot.find_principal(r);
                id.map_or_else(|| r.clone(), |id| snapshot.label(id))
            });
            let named = named.collect::<Vec<_>>().join(", ");
            match references.len().saturating_sub(NAMED) {
                0 => named,
                more => format!("{named} and {more} more"),
            }
        };
        let name = snapshot.label(group);
        let (put, take) = (names(&self.add), names(&self.remove));
        match (self.add.is_empty(), self.remove.is_empty()) {
            (false, true) => format!("put {put} into {name}"),
            (true, false) => format!("take {take} out of {name}"),
            _ => format!("put {put} into {name}, and take {take} out of it"),
        }
    }
}

fn known_group(desk: &Desk<'_>, reference: &str) -> Result<PrincipalId, Refusal> {
    let id = desk.known_principal(reference)?;
    if desk.now().principal(id).is_some_and(|p| p.is_group()) {
        return Ok(id);
    }
    Err(Refusal::rule(
        RefusalKey::Malformed,
        format!("`{reference}` is no group."),
    ))
}

impl CarryOut for DeleteGroup {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        desk.require_store_administrator(WHAT)?;
        let id = known_group(desk, &self.group)?;
        let label = desk.now().label(id);
        desk.draft.edit_principal(id, |p| {
            if p.uid.is_none() {
                p.uid = Some(format!("deedbox-{}", id.0));
            }
            if let PrincipalKind::Group { deleted, .. } = &mut p.kind {
                *deleted = true;
            }
        });
        Ok(format!("delete group {label}"))
    }
}

impl CarryOut for CreateServiceAccount {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        desk.require_store_administrator(WHAT)?;
        let kind = PrincipalKind::ServiceAccount {
            status: Status::Active,
        };
        let name = self.name.clone().unwrap_or_default();
        let id = add(
            desk,
            Principal {
                id: self.id.clone(),
                name,
                uid: None,
                kind,
            },
        )?;
        Ok(format!("add service account {}", desk.now().label(id)))
    }
}
