//! Refusals: values with reasons, never strings alone.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, EnumString, IntoStaticStr};

use crate::authz::{Explanation, ReasonKey, Snapshot, Verdict, wording};
use crate::domain::Target;

/// Why an intent was refused. *Who acts* wrongly is a denial; *contents or state* that do not fit
/// are an error.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// The core's three checks said no (or could not decide).
    Decision {
        /// What the actor would have needed, in words: `share Fraud score`.
        what: String,
        /// The whole decision.
        explanation: Box<Explanation>,
        /// The decision as lines for people, first the verdict.
        lines: Vec<String>,
    },
    /// A rule of the intent itself.
    Rule {
        /// The stable key.
        key: RefusalKey,
        /// What happened, to what, what to do next.
        message: String,
    },
}

/// Stable, documented names of the rules that intents keep beyond the core's checks.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumIter,
    EnumMessage,
    EnumString,
    IntoStaticStr,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "kebab-case")]
pub enum RefusalKey {
    /// Denied: only store administrators change directory, environments, logins; import; restore.
    StoreAdministratorOnly,
    /// Denied: nobody is signed in as a directory user.
    NoPrincipal,
    /// Denied: access data of a model group is for its owner and administrators.
    OnlyOwnerOrAdmin,
    /// Denied: a sharer passes on at most what they hold.
    MoreThanHeld,
    /// Denied: Members add roles up to their own, and change or remove none.
    RoleAboveOwn,
    /// Denied: taking over is for whoever can write, while the owner is not active.
    OwnerStillActive,
    /// Denied: the platform's edition does not offer this to anybody.
    NotOffered,
    /// Error: nothing is there under this id.
    NotFound,
    /// Error: the id or name is taken.
    NameTaken,
    /// Error: the text is not understood.
    Malformed,
    /// Error: the platform has nothing of the kind.
    NotOnThisPlatform,
    /// Error: the platform's edition has no such role or level.
    UnknownRole,
    /// Error: the policy was changed meanwhile.
    StaleEtag,
    /// Error: a policy beyond the platform's limits.
    PolicyLimit,
    /// Error: a version-1 policy hides conditions.
    ConditionsHidden,
    /// Error: nobody would own the model any more.
    LastOwner,
    /// Error: nobody would administer the environment any more.
    LastAdministrator,
    /// Error: at most 1,000 principals hold roles in a workspace.
    TooManyPrincipals,
    /// Error: what is inherited from above can't be removed here.
    Inherited,
    /// Error: there is no such grant.
    NoSuchGrant,
    /// Error: nothing would change.
    NothingToDo,
    /// Error: an access team owns nothing, and roles are not for it.
    AccessTeam,
    /// Error: the principal is not active.
    NotActive,
    /// Error: the group still holds models.
    GroupNotEmpty,
    /// Error: the model group does not exist.
    GroupNotFound,
    /// Error: access data can't be given while model access control is off.
    AclParamsWhenDisabled,
    /// Error: a list of backend roles or add-all fits only a restricted group.
    RolesRequireRestricted,
    /// Error: administrators name backend roles; they can't add all of theirs.
    AdminAddAll,
    /// Error: the caller has no backend roles.
    UserHasNoBackendRoles,
    /// Error: a restricted group needs backend roles.
    RestrictedNeedsRoles,
    /// Error: a list and add-all exclude each other.
    RolesAndAddAllConflict,
    /// Error: one can attach only backend roles that one holds.
    RolesNotHeld,
    /// Error: add-all false needs a list.
    AddAllFalseNeedsRoles,
    /// Error: later revisions changed the same records.
    UndoConflict,
    /// Error: the setting does not exist.
    UnknownSetting,
    /// Error: a group can't contain itself.
    SelfMembership,
    /// Error: a leaver owns something that nobody is known to take over.
    NoSuccessor,
    /// Error: whoever waited for the plan stopped it.
    Stopped,
}

impl RefusalKey {
    /// The hyphenated key.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether it says that the actor may not (rather than that contents or state do not fit).
    pub const fn is_denial(self) -> bool {
        matches!(
            self,
            Self::StoreAdministratorOnly
                | Self::NoPrincipal
                | Self::OnlyOwnerOrAdmin
                | Self::MoreThanHeld
                | Self::RoleAboveOwn
                | Self::OwnerStillActive
                | Self::NotOffered
        )
    }
}

impl Refusal {
    /// A rule that was broken.
    pub fn rule(key: RefusalKey, message: impl Into<String>) -> Self {
        Self::Rule {
            key,
            message: message.into(),
        }
    }

    /// A decision that went against the actor.
    pub fn decision(
        snapshot: &Snapshot,
        what: impl Into<String>,
        target: Target,
        explanation: Explanation,
    ) -> Self {
        let lines = wording::explanation(snapshot, target, &explanation);
        Self::Decision {
            what: what.into(),
            explanation: Box::new(explanation),
            lines,
        }
    }

    /// Whether the actor may not, rather than that something does not fit.
    pub fn is_denial(&self) -> bool {
        match self {
            Self::Decision { explanation, .. } => explanation.verdict == Verdict::Deny,
            Self::Rule { key, .. } => key.is_denial(),
        }
    }

    /// The stable key.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Decision { explanation, .. } => {
                explanation.key().map_or("denied", ReasonKey::as_str)
            }
            Self::Rule { key, .. } => key.as_str(),
        }
    }

    /// What to tell, line by line.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Decision { what, lines, .. } => {
                let mut all = vec![format!("You can't {what}.")];
                all.extend(lines.iter().skip(1).map(|l| l.trim().to_owned()));
                all
            }
            Self::Rule { message, .. } => vec![message.clone()],
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join(" "))
    }
}

impl std::error::Error for Refusal {}
