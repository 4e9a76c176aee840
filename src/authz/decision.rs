//! Decisions: three checks, each with what satisfied it or what failed.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, EnumString, IntoStaticStr};

use crate::domain::{Depth, EnvironmentId, PrincipalId, Privilege, Target, Timestamp, Window};

use super::index::row::Origin;
use super::permission::PermissionSet;

/// The three checks, in the order in which they are made.
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
    IntoStaticStr,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "lowercase")]
pub enum Check {
    /// May anybody do this to the resource now?
    Restriction,
    /// May the principal ever do it in this environment?
    Privilege,
    /// May the principal do it to this resource?
    Reach,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, Serialize, Deserialize)]
#[strum(serialize_all = "lowercase")]
pub enum Verdict {
    /// All three checks passed.
    Allow,
    /// A check failed.
    Deny,
    /// The stored state does not fit together, so nothing can be decided.
    Error,
}

impl Verdict {
    /// Whether it is allowed.
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allow)
    }
}

/// Something that satisfied a check.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence {
    /// Owner of the resource, directly or through a team.
    Owner {
        /// The owner.
        owner: PrincipalId,
        /// The groups from the principal to the owner; empty when they are the same.
        path: Vec<PrincipalId>,
    },
    /// A grant on the resource or above it.
    Grant {
        /// Where the binding stands.
        on: Target,
        /// Which binding.
        origin: Origin,
        /// The role granted.
        role: Arc<str>,
        /// The member that the binding names.
        member: PrincipalId,
        /// The groups from the principal to the member; empty when they are the same.
        path: Vec<PrincipalId>,
        /// When the grant holds.
        window: Window,
    },
    /// A role that holds the privilege (OpenSearch, AI Builder).
    Role {
        /// The role.
        role: Arc<str>,
        /// How it came to the principal.
        source: RoleSource,
    },
    /// A security role whose depth covers the row (AI Builder).
    Depth {
        /// The role.
        role: Arc<str>,
        /// How far it reaches.
        depth: Depth,
        /// Whether the platform supports what the role's table allows: a customizer's changes of
        /// others' models it does not (RULES, AI Builder).
        supported: bool,
        /// The member that the role is given to.
        member: PrincipalId,
        /// The groups from the principal to the member.
        path: Vec<PrincipalId>,
    },
    /// Administrator of the environment.
    Administrator {
        /// The role that makes them so.
        role: Arc<str>,
    },
    /// Caller with an administrator's certificate (OpenSearch).
    SuperAdministrator,
    /// The group is public.
    PublicGroup,
    /// The principal and the group share this backend role.
    BackendRole(String),
    /// The group was registered without an owner and is open.
    OwnerlessGroup,
    /// The model belongs to no group and is open.
    Ungrouped,
    /// Model access control or security is off: every group is open.
    AccessControlOff,
    /// The action needs no access to the resource itself.
    NoReachNeeded,
    /// Owner of the training data's container.
    ContainerOwner {
        /// The owner.
        owner: PrincipalId,
        /// The groups from the principal to the owner.
        path: Vec<PrincipalId>,
    },
    /// The owner is not active, so whoever can write may take the item over (Fabric).
    TakeOver,
    /// There are more ways through groups to somebody than are listed.
    FurtherWays {
        /// To whom.
        member: PrincipalId,
    },
}

impl Evidence {
    /// The groups from the principal up to whoever it was given to, nearest first: empty when it was
    /// given to the principal itself, `None` for what is not given to anybody.
    pub fn path(&self) -> Option<&[PrincipalId]> {
        match self {
            Self::Owner { path, .. }
            | Self::ContainerOwner { path, .. }
            | Self::Grant { path, .. }
            | Self::Depth { path, .. }
            | Self::Role {
                source: RoleSource::Binding { path, .. },
                ..
            } => Some(path),
            _ => None,
        }
    }
}

/// How a role came to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleSource {
    /// Given to the account itself.
    Account,
    /// A role mapping names the account's name.
    MappedUser(String),
    /// A role mapping names one of its backend roles.
    MappedBackendRole(String),
    /// A role mapping names all of several backend roles.
    MappedAll(Vec<String>),
    /// A role mapping names the caller's address.
    MappedHost(String),
    /// A backend role that is a role by itself.
    BackendRole,
    /// A binding in the environment.
    Binding {
        /// The member it names.
        member: PrincipalId,
        /// The groups from the principal to the member.
        path: Vec<PrincipalId>,
    },
}

/// Something that made a check fail, or that the platform answers instead of a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The check that failed.
    pub check: Check,
    /// The stable key.
    pub key: ReasonKey,
    /// What would have been needed.
    pub needs: Needs,
}

/// What would satisfy a failed check.
#[derive(Debug, Clone, PartialEq)]
pub enum Needs {
    /// Nothing anybody could grant.
    Nothing,
    /// Any of these permissions on the target or above it.
    Permission {
        /// Any of these.
        any: PermissionSet,
        /// Where it is looked for.
        on: Target,
    },
    /// A role with this permission in the environment.
    Role {
        /// Any of these.
        any: PermissionSet,
        /// In which environment.
        environment: EnvironmentId,
    },
    /// To be the owner.
    Owner(Option<PrincipalId>),
    /// One of these backend roles.
    BackendRole(Vec<String>),
    /// This privilege at this depth, or ownership, or a share.
    Privilege {
        /// The privilege.
        privilege: Privilege,
        /// The least depth that would do.
        depth: Option<Depth>,
        /// The owner, through whom it would also come.
        owner: Option<PrincipalId>,
    },
    /// Another value of a setting of the environment.
    Setting {
        /// In which environment.
        environment: EnvironmentId,
        /// Which setting.
        setting: &'static str,
        /// The value that would do.
        value: &'static str,
    },
    /// A grant that exists but does not hold at the moment.
    Window {
        /// The role.
        role: Arc<str>,
        /// The member.
        member: PrincipalId,
        /// When it holds.
        window: Window,
        /// The moment asked about.
        at: Timestamp,
    },
}

/// Stable, documented names for every refusal and every error of the core. `as_str` gives the
/// hyphenated key that scenarios, the command line and the journal use.
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
pub enum ReasonKey {
    /// The principal is suspended.
    PrincipalSuspended,
    /// The principal is deleted.
    PrincipalDeleted,
    /// A group or domain can't act.
    PrincipalCannotAct,
    /// The platform has nothing of the kind for this resource.
    NotOffered,
    /// The model's type is no longer supported; it can only be deleted.
    UnsupportedType,
    /// Nobody can share a generic prediction model.
    GenericPredictionNotShareable,
    /// A generic prediction model runs only on its owner's schedule.
    GenericPredictionSchedule,
    /// The model has no published version.
    NotPublished,
    /// The model is hidden; only super administrators may do this.
    HiddenModel,
    /// The group still holds models.
    GroupNotEmpty,
    /// No role of the principal holds the action in this environment.
    RoleLacksPermission,
    /// The principal has no account in this environment.
    NoAccount,
    /// Training reads index data, and no role of the principal does.
    NoIndexRead,
    /// Only administrators of the environment may do this.
    AdministratorOnly,
    /// No binding on the resource or above it gives the permission.
    NoGrant,
    /// A binding gives it, but not any more.
    GrantExpired,
    /// A binding gives it, but not yet.
    GrantNotStarted,
    /// A binding gives it under a condition that can't be evaluated.
    ConditionUnreadable,
    /// The group is private to its owner.
    PrivateGroup,
    /// No backend role in common with the group.
    NoSharedBackendRole,
    /// Only the owner or an administrator may do this.
    OnlyOwnerOrAdministrator,
    /// Neither owned, nor within the depth of a role, nor shared.
    NotReached,
    /// It was shared, but not for this.
    ShareTooNarrow,
    /// Only the owner of the training data reaches it.
    TrainingDataClosed,
    /// The group's stored access data does not fit together.
    CorruptGroup,
    /// The model names a group that does not exist.
    GroupNotFound,
    /// The resource does not exist.
    ResourceNotFound,
    /// The platform knows no such permission or method.
    UnknownPermission,
    /// The method predicts with a model, and none was named.
    ModelNeeded,
    /// With model access control on, one call undeploys one model.
    UndeployOneAtATime,
}

impl ReasonKey {
    /// The hyphenated key.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether it speaks of who asks, not of what is asked about: somebody else may pass.
    pub const fn is_about_the_asker(self) -> bool {
        matches!(
            self,
            Self::PrincipalSuspended | Self::PrincipalDeleted | Self::PrincipalCannotAct
        )
    }
}

/// Everything about a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The answer.
    pub verdict: Verdict,
    /// What satisfied which check, all routes.
    pub evidence: Vec<(Check, Evidence)>,
    /// What failed; near misses (an expired grant) are listed too.
    pub reasons: Vec<Reason>,
}

impl Explanation {
    /// The check that failed first.
    pub fn first_failure(&self) -> Option<Check> {
        if self.verdict.is_allowed() {
            return None;
        }
        self.reasons.iter().map(|r| r.check).min()
    }

    /// The key that names the refusal or error: that of the first failing check.
    pub fn key(&self) -> Option<ReasonKey> {
        let check = self.first_failure()?;
        self.reasons
            .iter()
            .find(|r| r.check == check)
            .map(|r| r.key)
    }

    /// The reasons worth telling. That something was shared, but for less, says all that there being
    /// no way to it says, and more.
    pub fn told(&self) -> impl Iterator<Item = &Reason> {
        let narrow = |r: &Reason| r.key == ReasonKey::ShareTooNarrow;
        let shared = self.reasons.iter().any(narrow);
        let all = self.reasons.iter();
        all.filter(move |r| !(shared && r.key == ReasonKey::NotReached))
    }

    /// Whether the restriction check alone refuses it, whoever asks.
    pub fn is_closed_to_all(&self) -> bool {
        let mut closed = self
            .reasons
            .iter()
            .filter(|r| r.check == Check::Restriction)
            .peekable();
        closed.peek().is_some() && closed.all(|r| !r.key.is_about_the_asker())
    }

    /// Evidence for one check.
    pub fn evidence_for(&self, check: Check) -> impl Iterator<Item = &Evidence> {
        self.evidence
            .iter()
            .filter(move |(c, _)| *c == check)
            .map(|(_, e)| e)
    }
}

/// What a walk through the rules reports to. A bare check stops at the first evidence of each
/// check; an explanation collects everything. Both see the same walk.
pub trait Trace {
    /// Something satisfies a check. `Break` means: enough for this check.
    fn evidence(&mut self, check: Check, make: impl FnOnce() -> Evidence) -> ControlFlow<()>;
    /// Something fails a check.
    fn reason(&mut self, check: Check, key: ReasonKey, needs: impl FnOnce() -> Needs);
    /// Whether near misses and later checks are wanted.
    fn complete(&self) -> bool;
    /// Whether every way through groups to one grant is wanted.
    fn every_way(&self) -> bool;
}

/// Only the answer.
#[derive(Debug)]
pub struct Bare;

impl Trace for Bare {
    fn evidence(&mut self, _: Check, _: impl FnOnce() -> Evidence) -> ControlFlow<()> {
        ControlFlow::Break(())
    }

    fn reason(&mut self, _: Check, _: ReasonKey, _: impl FnOnce() -> Needs) {}

    fn complete(&self) -> bool {
        false
    }

    fn every_way(&self) -> bool {
        false
    }
}

/// Everything.
#[derive(Debug, Default)]
pub struct Full {
    /// What satisfied which check.
    pub evidence: Vec<(Check, Evidence)>,
    /// What failed.
    pub reasons: Vec<Reason>,
    /// Whether every way through groups to one grant is listed, or just a shortest.
    pub every_way: bool,
}

impl Trace for Full {
    fn evidence(&mut self, check: Check, make: impl FnOnce() -> Evidence) -> ControlFlow<()> {
        // Two permissions that one grant gives are one route.
        let found = (check, make());
        if !self.evidence.contains(&found) {
            self.evidence.push(found);
        }
        ControlFlow::Continue(())
    }

    fn reason(&mut self, check: Check, key: ReasonKey, needs: impl FnOnce() -> Needs) {
        let reason = Reason {
            check,
            key,
            needs: needs(),
        };
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    fn complete(&self) -> bool {
        true
    }

    fn every_way(&self) -> bool {
        self.every_way
    }
}
