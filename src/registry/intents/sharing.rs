//! Share and unshare: grants on one resource.

use serde::{Deserialize, Serialize};

use crate::authz::platforms::{self, ai_builder, fabric};
use crate::authz::{PermissionSet, Request, check, explain, wording};
use crate::domain::{
    Binding, Capability, Condition, Platform, PrincipalId, ResourceId, Target, Timestamp, Window,
};

use super::super::desk::Desk;
use super::super::nearest;
use super::super::recipients;
use super::super::refusal::{Refusal, RefusalKey};
use super::{CarryOut, spelling};

/// Gives a person, team or service account access to one model or experiment. What they held under
/// the same role (on Microsoft's platforms: by any share) is replaced.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Share {
    /// Which model: `ENV/models/ID`, or an experiment.
    pub model: String,
    /// With whom: `user:…`, `group:…`, `serviceAccount:…`.
    pub with: String,
    /// Google: the role; the platform's usual one when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// AI Builder: `User` or `Co-owner`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Fabric: `Read`, with `Edit`, `Share`, ….
    #[serde(
        deserialize_with = "spelling::some_list",
        skip_serializing_if = "Option::is_none"
    )]
    pub permissions: Option<Vec<String>>,
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

/// Takes access to one resource back.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Unshare {
    /// Which model or experiment.
    pub model: String,
    /// From whom.
    pub with: String,
    /// Only this role; everything granted to them on the resource when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

impl Share {
    /// The role that the binding will name, as far as the intent says.
    fn wanted(&self) -> Option<String> {
        let listed = self.permissions.as_ref().map(|list| list.join(", "));
        self.role.clone().or_else(|| self.level.clone()).or(listed)
    }
}

/// A grant that has ended before it is made would only take away what was there.
pub(super) fn refuse_past(desk: &Desk<'_>, window: Window) -> Result<(), Refusal> {
    match window.end {
        Some(end) if end <= desk.at => Err(Refusal::rule(
            RefusalKey::Malformed,
            format!(
                "{} is past; to end access now, take the share away.",
                wording::moment(end)
            ),
        )),
        _ => Ok(()),
    }
}

/// A stretch of time from what was written; an end must come after the start.
pub(super) fn window(starts: Option<&str>, ends: Option<&str>) -> Result<Window, Refusal> {
    let moment = |text: Option<&str>| {
        text.map(Timestamp::parse)
            .transpose()
            .map_err(|e| Refusal::rule(RefusalKey::Malformed, e))
    };
    let window = Window {
        start: moment(starts)?,
        end: moment(ends)?,
    };
    match (window.start, window.end) {
        (Some(start), Some(end)) if end <= start => Err(Refusal::rule(
            RefusalKey::Malformed,
            "It would end before it begins.",
        )),
        _ => Ok(window),
    }
}

impl CarryOut for Share {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let (id, resource) = desk.resource(&self.model)?;
        let (environment, kind) = (resource.environment, resource.kind());
        desk.require_capability(Capability::Share, id, "share")?;
        let platform = desk.platform(Target::Resource(id));
        let role = role(desk, id, self.wanted())?;
        let window = window(self.starts.as_deref(), self.ends.as_deref())?;
        refuse_past(desk, window)?;
        let member = desk.member(&self.with)?;
        if let Some(principal) = desk.now().principal(member) {
            recipients::check_share(principal, platform)?;
            recipients::check_owner(principal, kind, &role)?;
        }
        if platform == Some(Platform::Fabric) {
            check_passed_on(desk, id, &role)?;
        }
        let condition = Condition::within(window);
        let binding = Binding {
            condition,
            reason: self.reason.clone(),
            ..Binding::new(&role, member)
        };
        let same_role_only = platform == Some(Platform::Google);
        desk.draft.edit_resource(id, |r| {
            r.policy
                .revoke(member, |b| !same_role_only || b.gives_way_to(&role));
            r.policy.grant(binding);
        });
        if platform == Some(Platform::AiBuilder) {
            warn_if_dormant(desk, environment, id, member);
        }
        let title = wording::role_title(desk.now(), Target::Resource(id), &role);
        let end = window
            .end
            .map_or_else(String::new, |e| format!(" until {}", wording::moment(e)));
        let start = window
            .start
            .map_or_else(String::new, |s| format!(" from {}", wording::moment(s)));
        Ok(format!(
            "share {} with {} as {title}{start}{end}",
            desk.now().target_label(Target::Resource(id)),
            desk.now().label(member),
        ))
    }

    fn reason(&self) -> Option<String> {
        self.reason.clone()
    }
}

impl CarryOut for Unshare {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let (id, _) = desk.resource(&self.model)?;
        desk.require_capability(Capability::Share, id, "change the shares of")?;
        let name = desk.now().target_label(Target::Resource(id));
        let member = desk.now().find_principal(&self.with).ok_or_else(|| {
            let otherwise = format!("{name} is not shared with `{}`", self.with);
            let why = nearest::nobody(desk.now(), &self.with, &otherwise);
            Refusal::rule(RefusalKey::NoSuchGrant, format!("{why}."))
        })?;
        let environment = desk.now().environment_of(Target::Resource(id));
        let place = environment.and_then(|e| desk.now().place(e));
        let wanted = self.role.as_ref().map(|role| {
            place.map_or_else(
                || role.clone(),
                |p| platforms::role_called(&p.environment, role),
            )
        });
        let mut removed = false;
        desk.draft.edit_resource(id, |r| {
            removed = r.policy.revoke(member, |b| {
                wanted.as_ref().is_none_or(|role| *role == b.role)
            });
        });
        let label = desk.now().label(member);
        let still = still_there(desk, id, member);
        if !removed {
            return Err(match still {
                Some(route) => Refusal::rule(
                    RefusalKey::Inherited,
                    format!(
                        "{label} has no share of {name} that could be removed: access comes from {route}."
                    ),
                ),
                None => Refusal::rule(
                    RefusalKey::NoSuchGrant,
                    format!("{name} is not shared with {label}."),
                ),
            });
        }
        if let Some(route) = still {
            desk.warnings
                .push(format!("{label} still has access: {route}."));
        }
        let role = wanted.map(|role| wording::role_title(desk.now(), Target::Resource(id), &role));
        let role = role.map_or_else(String::new, |title| format!(" as {title}"));
        Ok(format!("stop sharing {name} with {label}{role}"))
    }
}

/// Checks the role against what the platform and edition offer; a missing one is the usual one.
fn role(desk: &Desk<'_>, id: ResourceId, wanted: Option<String>) -> Result<String, Refusal> {
    let environment = desk.now().environment_of(Target::Resource(id));
    let Some(place) = environment.and_then(|e| desk.now().place(e)) else {
        return Err(Refusal::rule(
            RefusalKey::NotFound,
            "The environment is gone.",
        ));
    };
    let environment = &place.environment;
    let levels = platforms::share_levels(environment);
    let Some(usual) = levels.first() else {
        return Err(Refusal::rule(
            RefusalKey::NotOnThisPlatform,
            "On OpenSearch a model group's access mode and backend roles decide; change those instead (update-model-group).",
        ));
    };
    let Some(wanted) = wanted else {
        return Ok(usual.role.clone());
    };
    let wanted = platforms::role_called(environment, &wanted);
    if let Some(level) = levels.iter().find(|l| l.role.eq_ignore_ascii_case(&wanted)) {
        return Ok(level.role.clone());
    }
    let unknown = || {
        let offered: Vec<&str> = levels.iter().map(|l| l.role.as_str()).collect();
        let titles = levels.iter().map(|l| l.title);
        let near = nearest::among(&wanted, titles.chain(offered.iter().copied()));
        Refusal::rule(
            RefusalKey::UnknownRole,
            format!(
                "`{wanted}` can't be granted here{near}; offered are {}.",
                offered.join("; ")
            ),
        )
    };
    match environment.platform() {
        // Any role can stand in a policy; unknown ones grant nothing, so they are not offered here.
        Platform::Google => {
            let known = platforms::roles(environment)
                .iter()
                .any(|r| r.name == wanted);
            if known { Ok(wanted) } else { Err(unknown()) }
        }
        Platform::Fabric => {
            let permissions =
                fabric::share_permissions(environment, &wanted).ok_or_else(unknown)?;
            Ok(fabric_role(permissions))
        }
        Platform::AiBuilder if wanted.eq_ignore_ascii_case(ai_builder::LEVEL_CO_OWNER) => {
            Err(Refusal::rule(
                RefusalKey::NotOffered,
                "In this edition models can't be shared for editing; nobody can grant Co-owner.",
            ))
        }
        Platform::AiBuilder if !ai_builder::is_rights_list(&wanted) => Err(unknown()),
        Platform::AiBuilder if ai_builder::edits(environment, &wanted) => Err(Refusal::rule(
            RefusalKey::NotOffered,
            "In this edition models can't be shared for more than seeing and running.",
        )),
        Platform::AiBuilder => Ok(wanted),
        Platform::OpenSearch => Err(unknown()),
    }
}

/// A list of rights in the order in which shares are written.
fn fabric_role(permissions: PermissionSet) -> String {
    let names = permissions.iter().map(|p| p.name(Platform::Fabric));
    names.collect::<Vec<_>>().join(", ")
}

/// A sharer passes on at most what they hold.
pub(in super::super) fn check_passed_on(
    desk: &Desk<'_>,
    id: ResourceId,
    role: &str,
) -> Result<(), Refusal> {
    let principal = desk.principal()?;
    let target = Target::Resource(id);
    let environment = desk
        .now()
        .environment_of(target)
        .and_then(|e| desk.now().place(e));
    let Some(place) = environment else {
        return Ok(());
    };
    let wanted = fabric::share_permissions(&place.environment, role).unwrap_or_default();
    for permission in wanted.iter() {
        let action = crate::authz::ActionId::Permission(permission);
        let request = Request::new(principal, action, target, desk.at);
        if !check(desk.draft.before(), &request).is_allowed() {
            return Err(Refusal::rule(
                RefusalKey::MoreThanHeld,
                format!(
                    "You can pass on only what you hold, and you do not hold {}.",
                    permission.name(Platform::Fabric)
                ),
            ));
        }
    }
    Ok(())
}

/// A share beyond what the recipient's own roles allow sleeps until a role allows it.
fn warn_if_dormant(
    desk: &mut Desk<'_>,
    environment: crate::domain::EnvironmentId,
    id: ResourceId,
    member: PrincipalId,
) {
    let snapshot = desk.now();
    let sleepers: Vec<String> = snapshot
        .actors_within(member)
        .into_iter()
        .filter(|actor| {
            let see = Request::new(
                *actor,
                Capability::See.into(),
                Target::Resource(id),
                desk.at,
            );
            let explanation = explain(snapshot, &see);
            explanation
                .reasons
                .iter()
                .any(|r| r.key == crate::authz::ReasonKey::RoleLacksPermission)
        })
        .map(|actor| snapshot.label(actor))
        .collect();
    if sleepers.is_empty() {
        return;
    }
    let shown = sleepers
        .iter()
        .take(3)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let more = sleepers.len().saturating_sub(3);
    let more = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    let place = snapshot.target_label(Target::Environment(environment));
    desk.warnings.push(format!(
        "The share stays dormant for {shown}{more}: no security role in {place} lets them read models."
    ));
}

/// What still lets somebody see a resource, in words.
fn still_there(desk: &Desk<'_>, id: ResourceId, member: PrincipalId) -> Option<String> {
    let see = Request::new(
        member,
        Capability::See.into(),
        Target::Resource(id),
        desk.at,
    );
    let explanation = explain(desk.now(), &see);
    if !explanation.verdict.is_allowed() {
        return None;
    }
    let routes: Vec<String> = explanation
        .evidence_for(crate::authz::Check::Reach)
        .map(|e| wording::evidence(desk.now(), e))
        .collect();
    Some(routes.join("; "))
}
