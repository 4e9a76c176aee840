//! To whom something can be granted, platform by platform. Intents refuse the others; whoever asks for a
//! name can say so before it is chosen.

use crate::authz::platforms;
use crate::domain::{GroupKind, Platform, Principal, PrincipalKind, ResourceKind, Status};

use super::refusal::{Refusal, RefusalKey};

/// Whom nothing can be granted to: somebody who is gone or not signed in, and, on Microsoft's
/// platforms, whole domains and the public.
///
/// # Errors
/// Why nothing can be granted to them.
pub fn check_grant(principal: &Principal, platform: Option<Platform>) -> Result<(), Refusal> {
    let name = principal.label();
    if principal.status() == Status::Deleted || principal.kind == PrincipalKind::Unmatched {
        return Err(Refusal::rule(
            RefusalKey::NotActive,
            format!("{name} is deleted; nothing can be granted to it."),
        ));
    }
    // Of a name that nobody in the directory has, nothing else says that it is one.
    let several = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    if !principal.is_known() && principal.id.contains(several) {
        return Err(Refusal::rule(
            RefusalKey::Malformed,
            format!(
                "`{name}` is not one name: grant to one at a time, and write each without blanks."
            ),
        ));
    }
    let google = platform == Some(Platform::Google);
    if principal.kind == PrincipalKind::Anonymous || (principal.is_everybody() && !google) {
        return Err(Refusal::rule(
            RefusalKey::NotOnThisPlatform,
            format!(
                "Nothing can be granted to {name} here; name people, teams or service accounts."
            ),
        ));
    }
    Ok(())
}

/// With whom a model can be shared: to whom something can be granted at all, and on AI Builder users,
/// service accounts and teams.
///
/// # Errors
/// Why it can't be shared with them.
pub fn check_share(principal: &Principal, platform: Option<Platform>) -> Result<(), Refusal> {
    check_grant(principal, platform)?;
    if platform == Some(Platform::AiBuilder) {
        refuse_other_groups(principal)?;
    }
    Ok(())
}

/// Whether somebody of this kind can own models: OpenSearch and Fabric compare owners by account, and
/// on AI Builder of all groups only teams own rows.
pub fn can_own(platform: Platform, principal: &Principal) -> bool {
    let of_kind = |kind: GroupKind| matches!(&principal.kind, PrincipalKind::Group { kind: k, .. } if *k == kind);
    principal.is_known()
        && !of_kind(GroupKind::AccessTeam)
        && match platform {
            Platform::Google => true,
            Platform::AiBuilder => !principal.is_group() || of_kind(GroupKind::Team),
            Platform::OpenSearch | Platform::Fabric => !principal.is_group(),
        }
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
///
/// # Errors
/// When a role makes somebody owner whom the directory does not know.
pub fn check_owner(principal: &Principal, kind: ResourceKind, role: &str) -> Result<(), Refusal> {
    let owns = platforms::owner_role(kind) == Some(role);
    if !owns || principal.is_known() || principal.is_everybody() {
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
