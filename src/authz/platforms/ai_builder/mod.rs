//! AI Builder on the Power Platform: security roles with depths (privilege), and ownership, depth or
//! a share (reach).
//!
//! Source: the page on sharing AI models, and the Dataverse pages on record access underneath it.

mod reach;
mod roles;
mod training_data;
mod types;

use crate::domain::{Capability, Depth, Privilege, Target};

use super::super::decide::{Context, restrict};
use super::super::decision::{Check, Evidence, Needs, ReasonKey, Trace, Verdict};
use super::super::index::place::Rights;
use super::super::permission::{Permission, PermissionSet};
use super::super::request::ActionId;
use super::Doing;

pub use roles::{
    GENERIC_PREDICTION, LEVEL_CO_OWNER, LEVEL_USER, PREDEFINED, VOCABULARY, WITH_CONTAINER, edits,
    is_rights_list,
};
pub(super) use roles::{plain_name, security_role, share_levels, share_rights};
pub use types::{is_supported, is_switched_off};

use reach::{lapsed_grants, privilege, reach, role_grants};
use roles::TRAINING_DATA;
use training_data::read_training_data;
use types::restriction;

/// What intents need here.
pub(super) const fn permission_to(doing: Doing) -> Option<&'static str> {
    match doing {
        Doing::CreateModel => Some("create"),
        Doing::AddVersion => Some("write"),
        _ => None,
    }
}

/// Whether a role reaches rows that its holder does not own, or the training data of others.
pub(super) fn reaches_others(rights: &Rights) -> bool {
    rights.depths.widest() > Some(Depth::User) || rights.permissions.intersects(TRAINING_DATA)
}

/// What a question needs.
struct Need {
    privilege: Privilege,
    /// What a share must carry to count; `None` where no share does.
    share: Option<Privilege>,
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
    if managing && cx.row.is_none() {
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
                if container { None } else { Some(privilege) },
            ));
        }
        ActionId::Capability(capability) => capability,
    };
    if cx.row.is_none() {
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
        Capability::See | Capability::Run => need(Privilege::Read, Some(Privilege::Read)),
        // Details are for those who may edit; a User share never shows them.
        Capability::View | Capability::ViewAccess => need(Privilege::Read, Some(Privilege::Write)),
        Capability::Edit => need(Privilege::Write, Some(Privilege::Write)),
        Capability::Share => need(Privilege::Share, Some(Privilege::Share)),
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
    let mut found = false;
    for grant in role_grants(cx).filter(|g| g.rights.administrator) {
        found = true;
        let make = || Evidence::Administrator {
            role: grant.role().clone(),
        };
        if trace.evidence(Check::Reach, make).is_break() {
            break;
        }
    }
    if found {
        return Verdict::Allow;
    }
    let lapsed = lapsed_grants(cx).filter(|g| g.rights.administrator);
    cx.near_misses(Check::Reach, lapsed, trace);
    let environment = cx.environment_id;
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
