//! Offboard: another owner for everything that a leaver owns, an end to everything that they hold,
//! on every platform, in one change.
//!
//! It is no path past the core. Directory and logins are the store administrator's, so only a store
//! administrator offboards; each part on a platform needs besides what the single intent needs there
//! (`reassign`, `unshare`, `revoke-role`, `set-role-mapping`). One part that is refused refuses all.

mod choice;
mod parts;
mod telling;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString};

use crate::domain::{PrincipalId, Status};

use super::super::desk::Desk;
use super::super::nearest;
use super::super::offboarding::{holdings, receipt};
use super::super::plan::capitalized;
use super::super::refusal::{Refusal, RefusalKey};
use super::CarryOut;
use super::directory::{DeleteUser, SuspendUser};
use choice::Choice;
use parts::Work;

pub(in super::super) use parts::require_hand_over;
pub(in super::super) use telling::by_hand;

/// Hands over all that somebody owns and takes away all that they hold.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Offboard {
    /// Who leaves: a user or service account.
    pub user: String,
    /// Who takes over whatever `successors` does not give to somebody else; where this is missing
    /// too, whoever is suggested: a co-owner, the manager, a team mate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Who takes over a single resource, with what belongs to it, or all of an environment.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub successors: BTreeMap<String, String>,
    /// What becomes of the person's entry in the directory.
    pub then: Afterwards,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What becomes of a leaver's entry in the directory.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
)]
#[serde(try_from = "String", into = "String")]
#[strum(serialize_all = "kebab-case")]
pub enum Afterwards {
    /// It is suspended: the name stays known and can do nothing, whatever is granted to it later.
    #[default]
    Suspend,
    /// It becomes a tombstone; the name is free for somebody else, who inherits nothing.
    Delete,
    /// It stays as it is, for somebody who changes jobs.
    Keep,
}

impl TryFrom<String> for Afterwards {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
            .map_err(|_| format!("`{text}`: write suspend, delete or keep"))
    }
}

impl From<Afterwards> for String {
    fn from(then: Afterwards) -> Self {
        then.to_string()
    }
}

impl CarryOut for Offboard {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        desk.require_store_administrator("offboard somebody")?;
        let leaver = leaver(desk, &self.user)?;
        let name = desk.now().label(leaver);
        let held = holdings(desk.now(), leaver, desk.at);
        let choice = Choice::read(desk, leaver, self, &held)?;
        let mut work = Work::new(desk, leaver);
        work.resources(&held, &choice)?;
        work.environments(&held);
        work.directory(&held, &choice);
        let handed = work.finish()?;
        let status = set_status(desk, leaver, self.then)?;
        telling::warn(desk, leaver, &handed);
        telling::steps(desk, leaver, &held);
        let came = receipt(desk.draft.before(), desk.now(), leaver, desk.at);
        Ok(telling::summary(desk, &name, &came, status))
    }

    fn reason(&self) -> Option<String> {
        self.reason.clone()
    }
}

/// Somebody who can own and hold: also one whom only grants name.
fn leaver(desk: &Desk<'_>, reference: &str) -> Result<PrincipalId, Refusal> {
    let found = desk.now().find_principal(reference);
    let found = found.and_then(|id| Some((id, desk.now().principal(id)?)));
    match found {
        Some((id, person)) if person.is_actor() => Ok(id),
        Some(_) => Err(Refusal::rule(
            RefusalKey::Malformed,
            format!("`{reference}` is no user or service account, and nobody else leaves."),
        )),
        None => {
            let otherwise =
                format!("nobody is known as `{reference}` (write user:… or serviceAccount:…)");
            let why = nearest::nobody(desk.now(), reference, &otherwise);
            Err(Refusal::rule(
                RefusalKey::NotFound,
                format!("{}.", capitalized(&why)),
            ))
        }
    }
}

/// The word for what became of the directory entry; none when it stays as it is.
fn set_status(
    desk: &mut Desk<'_>,
    leaver: PrincipalId,
    then: Afterwards,
) -> Result<Option<&'static str>, Refusal> {
    let Some(person) = desk.now().principal(leaver).filter(|p| p.is_known()) else {
        return Ok(None);
    };
    let (user, status) = (person.reference(), person.status());
    match (then, status) {
        (Afterwards::Suspend, Status::Active) => {
            SuspendUser { user }.carry_out(desk)?;
            Ok(Some("suspended"))
        }
        (Afterwards::Delete, Status::Active | Status::Suspended) => {
            DeleteUser { user }.carry_out(desk)?;
            Ok(Some("deleted"))
        }
        _ => Ok(None),
    }
}
