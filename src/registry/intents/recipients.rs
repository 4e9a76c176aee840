//! With whom a model can be shared, beyond whom nothing at all can be granted to.

use crate::authz::platforms;
use crate::domain::{GroupKind, Platform, Principal, PrincipalId, PrincipalKind, ResourceId};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};

/// AI Builder shares with users, service accounts and teams; and whoever is made owner is known.
///
/// # Errors
/// When the recipient of this role is none of those.
pub(super) fn check(
    desk: &Desk<'_>,
    id: ResourceId,
    member: PrincipalId,
    role: &str,
    platform: Option<Platform>,
) -> Result<(), Refusal> {
    let Some(principal) = desk.now().principal(member) else {
        return Ok(());
    };
    if platform == Some(Platform::AiBuilder) {
        refuse_other_groups(principal)?;
    }
    let resource = desk.now().resource(id);
    if resource.is_some_and(|r| platforms::owner_role(r.kind()) == Some(role)) {
        refuse_unknown_owner(principal)?;
    }
    Ok(())
}

/// Other groups of the directory can't be picked on the platform (RULES, AI Builder).
fn refuse_other_groups(principal: &Principal) -> Result<(), Refusal> {
    let PrincipalKind::Group { kind, .. } = principal.kind else {
        return Ok(());
    };
    if matches!(kind, GroupKind::Team | GroupKind::AccessTeam) {
        return Ok(());
    }
    Err(Refusal::rule(
        RefusalKey::NotOnThisPlatform,
        format!(
            "{} is a {}, and AI Builder shares models with users, service accounts and teams; share with a team or with its members instead.",
            principal.label(),
            kind.title()
        ),
    ))
}

/// A binding may name whom the directory does not know; an owner must be known (RULES, Directory).
fn refuse_unknown_owner(principal: &Principal) -> Result<(), Refusal> {
    if principal.is_known() || principal.is_everybody() {
        return Ok(());
    }
    Err(Refusal::rule(
        RefusalKey::NotFound,
        format!(
            "The directory knows no `{}`, and an owner must be known; bring them into the directory first.",
            principal.reference()
        ),
    ))
}
