//! AI Builder on the Power Platform: security roles with depths (privilege), and ownership, depth or
//! a share (reach).
//!
//! Source: the page on sharing AI models, and the Dataverse pages on record access underneath it.

use crate::domain::{
    AiBuilderEdition, AiBuilderSettings, Binding, BusinessUnit, Capability, Depth, Environment,
    Model, ModelState, Platform, PrincipalId, Privilege, Resource, RoleRights, Specifics, Target,
};

use super::super::decide::{Context, restrict};
use super::super::decision::{Check, Evidence, Needs, ReasonKey, RoleSource, Trace, Verdict};
use super::super::permission::{Permission, PermissionSet};
use super::super::place::{Grant, Rights};
use super::super::request::ActionId;
use super::Doing;

/// The privileges on AI models, in the order of [`Privilege`], then the training data's own.
pub const VOCABULARY: &[&str] = &[
    "create",
    "read",
    "write",
    "delete",
    "append",
    "append-to",
    "assign",
    "share",
    READ_TRAINING_DATA,
];

const READ_TRAINING_DATA: &str = "read-training-data";
/// The training data's own permission.
const TRAINING_DATA: PermissionSet = PermissionSet::named(VOCABULARY, &[READ_TRAINING_DATA]);

const SYSTEM_ADMINISTRATOR: &str = "System Administrator";
const SYSTEM_CUSTOMIZER: &str = "System Customizer";
const ENVIRONMENT_MAKER: &str = "Environment Maker";
const MAKER_WITHOUT_SHARE: &str = "Maker without Share";
const BASIC_USER: &str = "Basic User";

/// Security roles that decide about AI models.
pub const PREDEFINED: &[(&str, &str)] = &[
    (SYSTEM_ADMINISTRATOR, SYSTEM_ADMINISTRATOR),
    (SYSTEM_CUSTOMIZER, SYSTEM_CUSTOMIZER),
    (ENVIRONMENT_MAKER, ENVIRONMENT_MAKER),
    (MAKER_WITHOUT_SHARE, MAKER_WITHOUT_SHARE),
    (BASIC_USER, BASIC_USER),
];

/// The level that lets people see and run a model.
pub const LEVEL_USER: &str = "User";
/// The level that lets people edit, retrain, publish and share it (edition `2023`).
pub const LEVEL_CO_OWNER: &str = "Co-owner";
/// A model of this type can't be shared and runs on its owner's schedule only.
pub const GENERIC_PREDICTION: &str = "generic-prediction";
/// Model types whose training data lies in a datasets container.
pub const WITH_CONTAINER: [&str; 2] = ["document-processing", "object-detection"];

const CO_OWNER: &[Privilege] = &[
    Privilege::Read,
    Privilege::Write,
    Privilege::Append,
    Privilege::AppendTo,
    Privilege::Share,
];

/// Dataverse's words for rights: `ReadAccess`, `AppendToAccess`; and the other spellings in use.
pub(super) fn plain_name(name: &str) -> String {
    let name = name.strip_suffix("Access").unwrap_or(name);
    match name {
        "AppendTo" | "Append To" => "append-to".to_owned(),
        "read_training_data" => READ_TRAINING_DATA.to_owned(),
        other => other.to_owned(),
    }
}

fn permission(privilege: Privilege) -> Permission {
    Permission(privilege as u8)
}

fn edition(environment: &Environment) -> AiBuilderEdition {
    match environment.specifics {
        Specifics::AiBuilder { edition, .. } => edition,
        _ => AiBuilderEdition::default(),
    }
}

/// What intents need here.
pub(super) const fn permission_to(doing: Doing) -> Option<&'static str> {
    match doing {
        Doing::CreateModel => Some("create"),
        Doing::AddVersion => Some("write"),
        _ => None,
    }
}

/// What a security role gives.
pub(super) fn security_role(environment: &Environment, name: &str) -> Option<Rights> {
    use Privilege::{Append, AppendTo, Assign, Create, Delete, Read, Share, Write};
    let all = [Create, Read, Write, Delete, Append, AppendTo, Assign, Share];
    let at = |depth, privileges: &[Privilege]| -> Vec<(Privilege, Depth)> {
        privileges.iter().map(|p| (*p, depth)).collect()
    };
    let privileges = match name {
        SYSTEM_ADMINISTRATOR => at(Depth::Organization, &all),
        SYSTEM_CUSTOMIZER => {
            let mut list = at(
                Depth::Organization,
                &[Create, Read, Write, Append, AppendTo, Assign],
            );
            list.extend(at(Depth::User, &[Share, Delete]));
            list
        }
        ENVIRONMENT_MAKER => at(
            Depth::User,
            &[Create, Read, Write, Delete, Append, AppendTo, Share],
        ),
        MAKER_WITHOUT_SHARE => at(
            Depth::User,
            &[Create, Read, Write, Delete, Append, AppendTo],
        ),
        BASIC_USER => at(Depth::User, &[Read]),
        _ => match &environment.roles.iter().find(|r| r.id == name)?.rights {
            RoleRights::Privileges(privileges) => privileges.clone(),
            _ => return None,
        },
    };
    let mut rights = Rights {
        administrator: name == SYSTEM_ADMINISTRATOR,
        ..Rights::default()
    };
    for (privilege, depth) in privileges {
        rights.permissions = rights.permissions.with(permission(privilege));
        rights.depths.raise(privilege, depth);
    }
    if matches!(name, SYSTEM_ADMINISTRATOR | SYSTEM_CUSTOMIZER) {
        rights.permissions = rights.permissions.union(TRAINING_DATA);
    }
    Some(rights)
}

/// What a share carries: a level, or a list of Dataverse rights. A level that the edition does not
/// have carries nothing.
pub(super) fn share_rights(environment: &Environment, role: &str) -> Option<Rights> {
    let set = |privileges: &[Privilege]| privileges.iter().map(|p| permission(*p)).collect();
    let permissions: PermissionSet = match role {
        LEVEL_USER => set(&[Privilege::Read]),
        LEVEL_CO_OWNER => match edition(environment) {
            AiBuilderEdition::Y2022 => return None,
            AiBuilderEdition::Y2023 => PermissionSet::union(set(CO_OWNER), TRAINING_DATA),
        },
        _ => {
            let binding = Binding {
                role: role.to_owned(),
                ..Binding::default()
            };
            let named: Vec<Permission> = binding
                .rights()
                .filter_map(|r| Permission::find(Platform::AiBuilder, r))
                .filter(|p| !TRAINING_DATA.contains(*p))
                .collect();
            named.into_iter().collect()
        }
    };
    (!permissions.is_empty()).then_some(Rights {
        permissions,
        ..Rights::default()
    })
}

/// Levels of the share panel.
pub(super) fn share_levels(
    environment: &Environment,
) -> &'static [(&'static str, &'static str, &'static str)] {
    const USER: (&str, &str, &str) = (LEVEL_USER, "User", "see and run it, nothing else");
    match edition(environment) {
        AiBuilderEdition::Y2022 => &[USER],
        AiBuilderEdition::Y2023 => &[
            USER,
            (
                LEVEL_CO_OWNER,
                "Co-owner",
                "also edit, retrain, publish and share it; training data",
            ),
        ],
    }
}

/// What a question needs.
struct Need {
    privilege: Privilege,
    /// What a share must carry to count; `None` where no share does.
    share: Option<PermissionSet>,
    /// Whether only organization depth counts.
    organization: bool,
}

pub(super) fn decide(cx: &Context<'_>, trace: &mut impl Trace) -> Verdict {
    let action = cx.request.action;
    if let ActionId::Permission(p) = action
        && TRAINING_DATA.contains(p)
    {
        return read_training_data(cx, trace);
    }
    let managing = matches!(
        action,
        ActionId::Capability(Capability::Edit | Capability::Share | Capability::ViewAccess)
    );
    if managing && cx.resource().is_none() {
        return administers(cx, trace);
    }
    let Some(need) = needed(cx) else {
        return restrict(trace, ReasonKey::NotOffered);
    };
    let unrestricted = restriction(cx, trace);
    if !unrestricted && !trace.complete() {
        return Verdict::Deny;
    }
    let privileged = privilege(cx, need.privilege, trace);
    if !privileged && !trace.complete() {
        return Verdict::Deny;
    }
    let reached = reach(cx, &need, trace);
    if unrestricted && privileged && reached {
        Verdict::Allow
    } else {
        Verdict::Deny
    }
}

fn needed(cx: &Context<'_>) -> Option<Need> {
    let share = |privilege| Some(PermissionSet::EMPTY.with(permission(privilege)));
    let container = matches!(cx.request.target, Target::Container(_));
    let need = |privilege, share| Need {
        privilege,
        share,
        organization: false,
    };
    let capability = match cx.request.action {
        ActionId::Method(_) => return None,
        ActionId::Permission(p) => {
            let privilege = privilege_of(p)?;
            // Shares do not cascade from a model to its datasets container.
            return Some(need(
                privilege,
                if container { None } else { share(privilege) },
            ));
        }
        ActionId::Capability(capability) => capability,
    };
    if cx.resource().is_none() {
        return environment_need(capability);
    }
    if container {
        // The container is a row of its own: who owns it or reaches it by depth may see it. It is
        // not run, and it is shared and reassigned with its model.
        return match capability {
            Capability::See | Capability::View => Some(need(Privilege::Read, None)),
            Capability::Edit => Some(need(Privilege::Write, None)),
            _ => None,
        };
    }
    Some(match capability {
        Capability::See | Capability::Run => need(Privilege::Read, share(Privilege::Read)),
        // Details are for those who may edit; a User share never shows them.
        Capability::View | Capability::ViewAccess => need(Privilege::Read, share(Privilege::Write)),
        Capability::Edit => need(Privilege::Write, share(Privilege::Write)),
        Capability::Share => need(Privilege::Share, share(Privilege::Share)),
        Capability::Delete => need(Privilege::Delete, None),
        Capability::Reassign => Need {
            privilege: Privilege::Assign,
            share: None,
            organization: true,
        },
        Capability::Download => return None,
    })
}

/// The environment is seen by whoever holds any role that reads; what administering it takes is
/// decided by [`administers`].
fn environment_need(capability: Capability) -> Option<Need> {
    matches!(capability, Capability::See | Capability::View).then_some(Need {
        privilege: Privilege::Read,
        share: None,
        organization: false,
    })
}

/// Roles, settings and role definitions of the environment: System Administrators, nobody else,
/// whatever privileges on models another role holds.
fn administers(cx: &Context<'_>, trace: &mut impl Trace) -> Verdict {
    let here = Target::Environment(cx.environment_id());
    let mut found = false;
    for grant in role_grants(cx).filter(|g| g.rights.administrator) {
        found = true;
        let make = || Evidence::Administrator {
            role: cx.role_name(here, grant.origin),
        };
        if trace.evidence(Check::Reach, make).is_break() {
            break;
        }
    }
    if found {
        return Verdict::Allow;
    }
    let environment = cx.environment_id();
    trace.reason(Check::Reach, ReasonKey::AdministratorOnly, || Needs::Role {
        any: PermissionSet::first(VOCABULARY.len()),
        environment,
    });
    Verdict::Deny
}

fn privilege_of(permission: Permission) -> Option<Privilege> {
    use strum::IntoEnumIterator;
    Privilege::iter().nth(usize::from(permission.0))
}

/// Types and states: what nobody may do to this model now.
fn restriction(cx: &Context<'_>, trace: &mut impl Trace) -> bool {
    let (Some(model), Target::Resource(_) | Target::Version(..)) =
        (cx.resource().and_then(Resource::model), cx.request.target)
    else {
        return true;
    };
    let capability = match cx.request.action {
        ActionId::Capability(capability) => capability,
        ActionId::Permission(permission) => match privilege_of(permission) {
            Some(privilege) => capability_of(privilege),
            None => return true,
        },
        ActionId::Method(_) => return true,
    };
    let generic = model.kind.as_deref() == Some(GENERIC_PREDICTION);
    let key = if !is_supported(cx.environment(), model) && !left_over(cx, capability) {
        ReasonKey::UnsupportedType
    } else if generic && capability == Capability::Share {
        ReasonKey::GenericPredictionNotShareable
    } else if generic && capability == Capability::Run && owner_of(cx).is_none() {
        ReasonKey::GenericPredictionSchedule
    } else if capability == Capability::Run && !has_published_version(model) {
        ReasonKey::NotPublished
    } else {
        return true;
    };
    restrict(trace, key);
    false
}

/// The verb that a privilege is asked for: what nobody may do, nobody may do under another name.
const fn capability_of(privilege: Privilege) -> Capability {
    match privilege {
        Privilege::Read => Capability::See,
        Privilege::Delete => Capability::Delete,
        Privilege::Assign => Capability::Reassign,
        Privilege::Share => Capability::Share,
        Privilege::Create | Privilege::Write | Privilege::Append | Privilege::AppendTo => {
            Capability::Edit
        }
    }
}

/// What stays possible on a model of a retired type: it is listed; owner and administrators delete
/// it; administrators hand it over.
fn left_over(cx: &Context<'_>, capability: Capability) -> bool {
    let administrator = || role_grants(cx).any(|g| g.rights.administrator);
    match capability {
        Capability::See => true,
        Capability::Delete => owner_of(cx).is_some() || administrator(),
        Capability::Reassign => administrator(),
        _ => false,
    }
}

/// Whether the environment still runs models of this type.
pub fn is_supported(environment: &Environment, model: &Model) -> bool {
    let Specifics::AiBuilder { settings, .. } = &environment.specifics else {
        return true;
    };
    let AiBuilderSettings {
        unsupported_types,
        preview_types,
        preview_models_enabled,
        ..
    } = settings;
    let Some(kind) = &model.kind else { return true };
    !unsupported_types.contains(kind) && (*preview_models_enabled || !preview_types.contains(kind))
}

fn has_published_version(model: &Model) -> bool {
    let published = |state: Option<ModelState>| state == Some(ModelState::Published);
    published(model.state) || model.versions.iter().any(|v| published(v.state))
}

/// Security roles that count for the principal: an access team's never do.
fn role_grants<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = &'a Grant> {
    cx.environment_grants()
        .filter(|g| !is_access_team(cx, g.member) && g.holds(cx.at()))
}

fn is_access_team(cx: &Context<'_>, id: PrincipalId) -> bool {
    super::is_access_team(cx.snapshot, id)
}

/// Some role holds the privilege at any depth.
fn privilege(cx: &Context<'_>, privilege: Privilege, trace: &mut impl Trace) -> bool {
    let wanted = permission(privilege);
    let here = Target::Environment(cx.environment_id());
    let mut held = false;
    for grant in role_grants(cx).filter(|g| g.rights.permissions.contains(wanted)) {
        held = true;
        let make = || Evidence::Role {
            role: cx.role_name(here, grant.origin),
            source: RoleSource::Binding {
                member: grant.member,
                path: cx.path_to(grant.member),
            },
        };
        if trace.evidence(Check::Privilege, make).is_break() {
            return true;
        }
    }
    if !held {
        let environment = cx.environment_id();
        trace.reason(Check::Privilege, ReasonKey::RoleLacksPermission, || {
            Needs::Role {
                any: wanted.alone(),
                environment,
            }
        });
    }
    held
}

/// The owner that the principal is or counts as; an access team owns nothing.
fn owner_of(cx: &Context<'_>) -> Option<PrincipalId> {
    let resource = cx.resource()?;
    let owner = match cx.request.target {
        Target::Container(_) => resource.model()?.container.as_ref()?.owner,
        _ => resource.owner?,
    };
    (cx.counts_as(owner) && !is_access_team(cx, owner)).then_some(owner)
}

fn reach(cx: &Context<'_>, need: &Need, trace: &mut impl Trace) -> bool {
    let Some(resource) = cx.resource() else {
        return environment_reach(cx, need, trace);
    };
    let mut reached = false;
    if !need.organization
        && let Some(owner) = owner_of(cx)
    {
        reached = true;
        let make = || Evidence::Owner {
            owner,
            path: cx.path_to(owner),
        };
        if trace.evidence(Check::Reach, make).is_break() {
            return true;
        }
    }
    reached |= depth_reach(cx, need, Some(resource), trace);
    if reached && !trace.complete() {
        return true;
    }
    if let Some(share) = need.share {
        reached |= share_reach(cx, share, trace);
    }
    if !reached {
        let depth = need.organization.then_some(Depth::Organization);
        let owner = resource.owner;
        trace.reason(Check::Reach, ReasonKey::NotReached, || Needs::Privilege {
            privilege: need.privilege,
            depth,
            owner,
        });
    }
    reached
}

fn environment_reach(cx: &Context<'_>, need: &Need, trace: &mut impl Trace) -> bool {
    if !need.organization {
        let _ = trace.evidence(Check::Reach, || Evidence::NoReachNeeded);
        return true;
    }
    let reached = depth_reach(cx, need, None, trace);
    if !reached {
        let environment = cx.environment_id();
        let any = permission(need.privilege).alone();
        trace.reason(Check::Reach, ReasonKey::AdministratorOnly, || Needs::Role {
            any,
            environment,
        });
    }
    reached
}

/// A role's depth covers the row.
fn depth_reach(
    cx: &Context<'_>,
    need: &Need,
    resource: Option<&Resource>,
    trace: &mut impl Trace,
) -> bool {
    let here = Target::Environment(cx.environment_id());
    let mut reached = false;
    for grant in role_grants(cx) {
        let Some(depth) = grant.rights.depths.get(need.privilege) else {
            continue;
        };
        let covers = depth == Depth::Organization
            || (!need.organization && resource.is_some_and(|r| covers(cx, grant, depth, r)));
        if !covers {
            continue;
        }
        reached = true;
        let make = || Evidence::Depth {
            role: cx.role_name(here, grant.origin),
            depth,
            member: grant.member,
            path: cx.path_to(grant.member),
        };
        if trace.evidence(Check::Reach, make).is_break() {
            return true;
        }
    }
    reached
}

/// Business-unit depths: the owner's unit is the holder's, or below it. A role that a team holds
/// counts from the team's unit where the team has one.
fn covers(cx: &Context<'_>, grant: &Grant, depth: Depth, resource: &Resource) -> bool {
    let Specifics::AiBuilder { business_units, .. } = &cx.environment().specifics else {
        return false;
    };
    let owner = match cx.request.target {
        Target::Container(_) => resource
            .model()
            .and_then(|m| m.container.as_ref())
            .map(|c| c.owner),
        _ => resource.owner,
    };
    let unit = |id: PrincipalId| {
        let account = cx.snapshot.account(cx.environment_id(), id)?;
        account.business_unit.as_deref()
    };
    let holder = unit(grant.member).or_else(|| unit(cx.request.principal));
    let (Some(holder), Some(owners)) = (holder, owner.and_then(unit)) else {
        return false;
    };
    match depth {
        Depth::User => false,
        Depth::BusinessUnit => holder == owners,
        Depth::ParentAndChild => is_within(business_units, owners, holder),
        Depth::Organization => true,
    }
}

/// Whether a unit is another one or lies below it. A cycle ends the walk.
fn is_within(units: &[BusinessUnit], unit: &str, above: &str) -> bool {
    let mut current = Some(unit);
    for _ in 0..=units.len() {
        match current {
            Some(id) if id == above => return true,
            Some(id) => {
                current = units
                    .iter()
                    .find(|u| u.id == id)
                    .and_then(|u| u.parent.as_deref());
            }
            None => return false,
        }
    }
    false
}

/// A share with the principal or a group of theirs carries the right.
fn share_reach(cx: &Context<'_>, share: PermissionSet, trace: &mut impl Trace) -> bool {
    let Some(id) = cx.request.target.resource() else {
        return false;
    };
    let on = Target::Resource(id);
    let mut reached = false;
    for grant in cx.own_grants() {
        if !grant.rights.permissions.contains_all(share) {
            if grant.holds(cx.at()) {
                trace.reason(Check::Reach, ReasonKey::ShareTooNarrow, || Needs::Nothing);
            }
        } else if grant.holds(cx.at()) {
            reached = true;
            if trace
                .evidence(Check::Reach, || cx.grant_evidence(on, grant))
                .is_break()
            {
                return true;
            }
        } else {
            cx.near_miss(on, grant, trace);
        }
    }
    reached
}

/// The container's owner, administrators, System Customizers, and in 2023 co-owners. A model
/// without a container keeps its training data with its owner. A plain share never includes it.
fn read_training_data(cx: &Context<'_>, trace: &mut impl Trace) -> Verdict {
    let Some(model) = cx.resource().and_then(Resource::model) else {
        return restrict(trace, ReasonKey::NotOffered);
    };
    let privileged = privilege(cx, Privilege::Read, trace);
    if !privileged && !trace.complete() {
        return Verdict::Deny;
    }
    let owner = model
        .container
        .as_ref()
        .map(|c| c.owner)
        .or(cx.resource().and_then(|r| r.owner));
    let mut reached = false;
    if let Some(owner) = owner.filter(|o| cx.counts_as(*o) && !is_access_team(cx, *o)) {
        reached = true;
        let _ = trace.evidence(Check::Reach, || Evidence::ContainerOwner {
            owner,
            path: cx.path_to(owner),
        });
    }
    let here = Target::Environment(cx.environment_id());
    for grant in role_grants(cx).filter(|g| g.rights.permissions.intersects(TRAINING_DATA)) {
        reached = true;
        let _ = trace.evidence(Check::Reach, || cx.grant_evidence(here, grant));
    }
    let shares = cx
        .own_grants()
        .filter(|g| g.rights.permissions.intersects(TRAINING_DATA));
    let on = cx.request.target.resource().map_or(here, Target::Resource);
    for grant in shares.filter(|g| g.holds(cx.at())) {
        reached = true;
        let _ = trace.evidence(Check::Reach, || cx.grant_evidence(on, grant));
    }
    if !reached {
        trace.reason(Check::Reach, ReasonKey::TrainingDataClosed, || {
            Needs::Owner(owner)
        });
    }
    if privileged && reached {
        Verdict::Allow
    } else {
        Verdict::Deny
    }
}

/// Whether a role is a list of Dataverse rights, all of them known.
pub fn is_rights_list(role: &str) -> bool {
    let binding = Binding {
        role: role.to_owned(),
        ..Binding::default()
    };
    let mut rights = binding.rights().peekable();
    rights.peek().is_some()
        && rights.all(|r| {
            Permission::find(Platform::AiBuilder, r).is_some_and(|p| !TRAINING_DATA.contains(p))
        })
}

/// Whether a list of rights goes beyond seeing and running in an edition that has nothing more.
pub fn edits(environment: &Environment, role: &str) -> bool {
    let only_user = edition(environment) == AiBuilderEdition::Y2022;
    let read = PermissionSet::EMPTY.with(permission(Privilege::Read));
    let more = |rights: Rights| !read.contains_all(rights.permissions);
    only_user && share_rights(environment, role).is_some_and(more)
}
