//! Roles: granting them in an environment, and defining them.

use serde::{Deserialize, Serialize};

use crate::authz::platforms::{self, Doing, fabric, permission_to, vocabulary};
use crate::domain::{
    Action, Binding, Capability, Condition, CustomRole, Depth, EnvironmentId, GroupKind, Platform,
    PrincipalId, PrincipalKind, Privilege, RoleRights, Target,
};

use super::super::desk::Desk;
use super::super::nearest;
use super::super::recipients;
use super::super::refusal::{Refusal, RefusalKey};
use super::super::role_changes::Difference;
use super::{CarryOut, role_ids, spelling};

/// Gives somebody a role in an environment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GrantRole {
    /// Where.
    pub environment: String,
    /// Which role.
    pub role: String,
    /// To whom.
    pub to: String,
    /// From when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Takes a role away.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RevokeRole {
    /// Where.
    pub environment: String,
    /// Which role.
    pub role: String,
    /// From whom.
    pub from: String,
}

/// Defines a role.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CreateRole {
    /// Where.
    pub environment: String,
    /// The name that bindings will use.
    pub id: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Google's launch stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Google permissions, OpenSearch actions, or `privilege: depth` texts for AI Builder.
    #[serde(
        alias = "includedPermissions",
        alias = "actions",
        alias = "privileges",
        deserialize_with = "spelling::rights"
    )]
    pub permissions: Vec<String>,
    /// OpenSearch: whether it reads index data.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub index_read: bool,
}

/// Changes a defined role; its new definition replaces the old one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UpdateRole(pub CreateRole);

/// Removes a defined role. Bindings that name it stay and grant nothing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeleteRole {
    /// Where.
    pub environment: String,
    /// Which role.
    pub id: String,
}

fn require_share(desk: &Desk<'_>, id: EnvironmentId) -> Result<(), Refusal> {
    let name = desk.now().target_label(Target::Environment(id));
    let share = Action::Capability(Capability::Share);
    desk.require(
        &share,
        Target::Environment(id),
        &format!("give roles in {name}"),
    )
}

/// What taking a role from somebody needs.
pub(super) fn require_taking(desk: &Desk<'_>, id: EnvironmentId) -> Result<(), Refusal> {
    let target = Target::Environment(id);
    let permission = desk
        .platform(target)
        .and_then(|p| permission_to(p, Doing::ChangeRoles));
    match permission {
        Some(permission) => desk.require_native(permission, target, "take roles away in"),
        None => require_share(desk, id),
    }
}

impl CarryOut for GrantRole {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = desk.environment(&self.environment)?;
        require_share(desk, id)?;
        let role = known_role(desk, id, &self.role)?;
        let member = desk.member(&self.to)?;
        refuse_access_team(desk, member)?;
        let platform = desk.platform(Target::Environment(id));
        if let Some(principal) = desk.now().principal(member) {
            recipients::check_grant(principal, platform)?;
        }
        if platform == Some(Platform::Fabric) {
            check_workspace(desk, id, member, &role)?;
        }
        let window = super::sharing::window(self.starts.as_deref(), self.ends.as_deref())?;
        super::sharing::refuse_past(desk, window)?;
        let binding = Binding {
            condition: Condition::within(window),
            reason: self.reason.clone(),
            ..Binding::new(&role, member)
        };
        // In a Fabric workspace everybody has one role; elsewhere roles add up.
        let single = platform == Some(Platform::Fabric);
        desk.draft.edit_environment(id, |e| {
            e.policy.revoke(member, |b| single || b.gives_way_to(&role));
            e.policy.grant(binding);
        });
        if single {
            keep_principal_limit(desk, id)?;
        }
        let place = desk.now().target_label(Target::Environment(id));
        Ok(format!(
            "give {} the role {role} in {place}",
            desk.now().label(member)
        ))
    }

    fn reason(&self) -> Option<String> {
        self.reason.clone()
    }
}

impl CarryOut for RevokeRole {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = desk.environment(&self.environment)?;
        let target = Target::Environment(id);
        let place = desk.now().target_label(target);
        require_taking(desk, id)?;
        let missing = || {
            Refusal::rule(
                RefusalKey::NoSuchGrant,
                format!("`{}` does not hold {} in {place}.", self.from, self.role),
            )
        };
        let member = desk.now().find_principal(&self.from).ok_or_else(|| {
            let otherwise = format!("`{}` does not hold {} in {place}", self.from, self.role);
            let why = nearest::nobody(desk.now(), &self.from, &otherwise);
            Refusal::rule(RefusalKey::NoSuchGrant, format!("{why}."))
        })?;
        let mut removed = false;
        desk.draft.edit_environment(id, |e| {
            removed = e
                .policy
                .revoke(member, |b| b.role.eq_ignore_ascii_case(&self.role));
        });
        if !removed {
            return Err(inherited(desk, id, member, &self.role).unwrap_or_else(missing));
        }
        Ok(format!(
            "take the role {} in {place} from {}",
            self.role,
            desk.now().label(member)
        ))
    }
}

/// The refusal where the role comes from above the environment.
fn inherited(
    desk: &Desk<'_>,
    id: EnvironmentId,
    member: PrincipalId,
    role: &str,
) -> Option<Refusal> {
    let environment = &desk.now().place(id)?.environment;
    let names = |b: &&Binding| b.role.eq_ignore_ascii_case(role) && b.members.contains(&member);
    let binding = environment.inherited().iter().find(names)?;
    Some(Refusal::rule(
        RefusalKey::Inherited,
        format!(
            "{} holds {} in {} from above, by a folder or the organization: it can't be taken away here.",
            desk.now().label(member),
            binding.role,
            environment.label()
        ),
    ))
}

/// The role as it is written, when the environment knows it.
fn known_role(desk: &Desk<'_>, id: EnvironmentId, role: &str) -> Result<String, Refusal> {
    let roles = desk
        .now()
        .place(id)
        .map(|p| platforms::roles(&p.environment))
        .unwrap_or_default();
    let exact = roles.iter().find(|r| r.name == role);
    let found = exact.or_else(|| roles.iter().find(|r| r.name.eq_ignore_ascii_case(role)));
    found.map(|r| r.name.clone()).ok_or_else(|| {
        let names: Vec<&str> = roles.iter().map(|r| r.name.as_str()).collect();
        Refusal::rule(
            RefusalKey::UnknownRole,
            format!(
                "There is no role `{role}` here{}; there are {}.",
                nearest::among(role, names.iter().copied()),
                names.join(", ")
            ),
        )
    })
}

/// An access team is for shares alone.
fn refuse_access_team(desk: &Desk<'_>, member: PrincipalId) -> Result<(), Refusal> {
    let kind = desk.now().principal(member).map(|p| &p.kind);
    if matches!(
        kind,
        Some(PrincipalKind::Group {
            kind: GroupKind::AccessTeam,
            ..
        })
    ) {
        return Err(Refusal::rule(
            RefusalKey::AccessTeam,
            format!(
                "{} is an access team, which holds no roles.",
                desk.now().label(member)
            ),
        ));
    }
    Ok(())
}

/// Members add roles up to their own and change none; Admins may do everything.
fn check_workspace(
    desk: &Desk<'_>,
    id: EnvironmentId,
    member: PrincipalId,
    role: &str,
) -> Result<(), Refusal> {
    let change = permission_to(Platform::Fabric, Doing::ChangeRoles).unwrap_or_default();
    let target = Target::Environment(id);
    let explanation = desk.explain(&Action::Native(change.to_owned()), target)?;
    if explanation.verdict.is_allowed() {
        return Ok(());
    }
    let Some(place) = desk.now().place(id) else {
        return Ok(());
    };
    if place
        .environment
        .policy
        .grants()
        .any(|(_, _, m)| m == member)
    {
        return Err(Refusal::decision(
            desk.now(),
            format!("change the role that {} has", desk.now().label(member)),
            target,
            explanation,
        ));
    }
    let own = desk.principal()?;
    let closure = desk.now().closure(own);
    let highest = place
        .grants_to(closure)
        .filter(|g| g.holds(desk.at))
        .filter_map(|g| fabric::role_rank(g.role()))
        .min();
    match (highest, fabric::role_rank(role)) {
        (Some(own), Some(wanted)) if own <= wanted => Ok(()),
        _ => Err(Refusal::rule(
            RefusalKey::RoleAboveOwn,
            format!("A Member adds Member or lower; {role} needs the Admin role."),
        )),
    }
}

fn keep_principal_limit(desk: &Desk<'_>, id: EnvironmentId) -> Result<(), Refusal> {
    let Some(place) = desk.now().place(id) else {
        return Ok(());
    };
    let mut holders: Vec<PrincipalId> = place
        .environment
        .policy
        .grants()
        .map(|(_, _, m)| m)
        .collect();
    holders.sort_unstable();
    holders.dedup();
    if holders.len() <= fabric::MAX_ROLE_HOLDERS {
        return Ok(());
    }
    Err(Refusal::rule(
        RefusalKey::TooManyPrincipals,
        format!(
            "A workspace takes at most {} people and groups in roles; give the role to a group.",
            fabric::MAX_ROLE_HOLDERS
        ),
    ))
}

impl CreateRole {
    fn rights(&self, platform: Platform) -> Result<RoleRights, Refusal> {
        match platform {
            Platform::Google => {
                let unknown = self
                    .permissions
                    .iter()
                    .find(|p| crate::authz::Permission::find(Platform::Google, p).is_none());
                match unknown {
                    Some(name) => Err(Refusal::rule(
                        RefusalKey::UnknownRole,
                        format!(
                            "`{name}` is no permission that a custom role can hold here{}.",
                            nearest::among(name, vocabulary(platform).iter().copied())
                        ),
                    )),
                    None => Ok(RoleRights::Permissions(self.permissions.clone())),
                }
            }
            Platform::OpenSearch => Ok(RoleRights::Actions {
                actions: self.permissions.clone(),
                index_read: self.index_read,
            }),
            Platform::AiBuilder => self
                .permissions
                .iter()
                .map(|text| privilege(text))
                .collect::<Result<_, _>>()
                .map(RoleRights::Privileges),
            Platform::Fabric => Err(Refusal::rule(
                RefusalKey::NotOnThisPlatform,
                "Fabric has just its four workspace roles.",
            )),
        }
    }

    fn definition(&self, platform: Platform) -> Result<CustomRole, Refusal> {
        Ok(CustomRole {
            id: self.id.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            stage: self.stage.clone(),
            rights: self.rights(platform)?,
        })
    }
}

/// `read: organization`.
fn privilege(text: &str) -> Result<(Privilege, Depth), Refusal> {
    let read = || {
        let (privilege, depth) = text.split_once(':')?;
        Some((privilege.trim().parse().ok()?, depth.trim().parse().ok()?))
    };
    read().ok_or_else(|| {
        Refusal::rule(
            RefusalKey::Malformed,
            format!(
                "`{text}` is no privilege with a depth; write for example `read: organization`."
            ),
        )
    })
}

/// Who administers the environment may define roles.
fn define(desk: &Desk<'_>, environment: &str) -> Result<(EnvironmentId, Platform), Refusal> {
    let id = desk.environment(environment)?;
    let target = Target::Environment(id);
    let name = desk.now().target_label(target);
    let edit = Action::Capability(Capability::Edit);
    desk.require(&edit, target, &format!("define roles in {name}"))?;
    let platform = desk.platform(target).ok_or_else(|| {
        Refusal::rule(
            RefusalKey::NotFound,
            format!("There is no environment `{environment}`."),
        )
    })?;
    Ok((id, platform))
}

impl CarryOut for CreateRole {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let (id, platform) = define(desk, &self.environment)?;
        super::models::check_text("name", &self.id)?;
        let place = desk.now().place(id);
        let taken = place.is_some_and(|p| {
            platforms::roles(&p.environment)
                .iter()
                .any(|r| r.name == self.id)
        });
        if taken {
            return Err(Refusal::rule(
                RefusalKey::NameTaken,
                format!("There is already a role `{}` here.", self.id),
            ));
        }
        if let Some(place) = place {
            role_ids::check_new(&place.environment, &self.id)?;
        }
        let definition = self.definition(platform)?;
        let holds = Difference::between(None, Some(&definition)).in_short();
        desk.draft
            .edit_environment(id, |e| e.roles.push(definition));
        Ok(format!("define the role {}{holds}", self.id))
    }
}

impl CarryOut for UpdateRole {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let (id, platform) = define(desk, &self.0.environment)?;
        role_ids::refuse_foreign(desk, id, &self.0.id)?;
        let definition = self.0.definition(platform)?;
        let mut differs = None;
        desk.draft.edit_environment(id, |e| {
            if let Some(role) = e.roles.iter_mut().find(|r| r.id == self.0.id) {
                differs = Some(Difference::between(Some(role), Some(&definition)));
                *role = definition;
            }
        });
        let differs = differs.ok_or_else(|| no_custom_role(desk, id, &self.0.id))?;
        Ok(format!(
            "change the role {}{}",
            self.0.id,
            differs.in_short()
        ))
    }
}

impl CarryOut for DeleteRole {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let (id, _) = define(desk, &self.environment)?;
        role_ids::refuse_foreign(desk, id, &self.id)?;
        let mut held = None;
        desk.draft.edit_environment(id, |e| {
            let gone = e.roles.iter().position(|r| r.id == self.id);
            let gone = gone.map(|place| e.roles.remove(place));
            held = gone.map(|role| Difference::between(Some(&role), None).in_short());
        });
        let held = held.ok_or_else(|| no_custom_role(desk, id, &self.id))?;
        Ok(format!("remove the role {}{held}", self.id))
    }
}

fn no_custom_role(desk: &Desk<'_>, environment: EnvironmentId, id: &str) -> Refusal {
    let place = desk.now().place(environment);
    let defined = place.into_iter().flat_map(|p| &p.environment.roles);
    let near = nearest::among(id, defined.map(|r| r.id.as_str()));
    Refusal::rule(
        RefusalKey::NotFound,
        format!("No role `{id}` was defined here{near}; predefined roles can't be changed."),
    )
}
