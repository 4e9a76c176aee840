//! Ids of custom roles on Google: which of them an environment may define and change.

use crate::domain::{Environment, EnvironmentId, Platform};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};

/// The last part of a role's id has so many characters: ASCII letters, digits, `_` and `.`
/// (`projects.roles.create`, field `roleId`).
const LENGTH: std::ops::RangeInclusive<usize> = 3..=64;

/// A role that is made in a project is the project's own. What a document brings is kept as it is.
///
/// # Errors
/// When the id is another's or breaks Google's grammar; elsewhere any name will do.
pub(super) fn check_new(environment: &Environment, id: &str) -> Result<(), Refusal> {
    if environment.platform() != Platform::Google {
        return Ok(());
    }
    let own = format!("projects/{}/roles/", environment.id);
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.');
    let fits = |name: &str| LENGTH.contains(&name.len()) && name.bytes().all(letter);
    if id.strip_prefix(&own).is_some_and(fits) {
        return Ok(());
    }
    Err(Refusal::rule(
        RefusalKey::Malformed,
        format!(
            "`{id}` is no id of a role in this project: write {own}ID, with {} to {} letters, digits, `_` and `.` for ID.",
            LENGTH.start(),
            LENGTH.end()
        ),
    ))
}

/// Roles of the organization or of another project are recorded here, and changed where they are
/// defined (RULES, Google: what comes from above the project can't be edited here).
///
/// # Errors
/// When the environment has recorded such a role under this id.
pub(super) fn refuse_foreign(
    desk: &Desk<'_>,
    environment: EnvironmentId,
    id: &str,
) -> Result<(), Refusal> {
    let Some(place) = desk.now().place(environment) else {
        return Ok(());
    };
    let environment = &place.environment;
    let recorded = environment.roles.iter().any(|r| r.id == id);
    if !recorded || !is_foreign(environment, id) {
        return Ok(());
    }
    Err(Refusal::rule(
        RefusalKey::Inherited,
        format!(
            "The role {id} is not defined in {}: it is only recorded here, and can't be edited here.",
            environment.label()
        ),
    ))
}

fn is_foreign(environment: &Environment, id: &str) -> bool {
    let own = format!("projects/{}/", environment.id);
    let above = id.starts_with("organizations/");
    let beside = id.starts_with("projects/") && !id.starts_with(&own);
    environment.platform() == Platform::Google && (above || beside)
}
