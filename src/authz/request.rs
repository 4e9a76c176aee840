//! A question, with everything in it interned.

use crate::domain::{Action, Capability, Platform, PrincipalId, Target, Timestamp};

use super::decision::ReasonKey;
use super::permission::Permission;
use super::platforms::{self, google::Method};

/// May this principal do this to that at this moment?
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Who.
    pub principal: PrincipalId,
    /// What.
    pub action: ActionId,
    /// To what.
    pub target: Target,
    /// When.
    pub at: Timestamp,
    /// For Google methods that concern two resources: the model they predict with.
    pub model: Option<Target>,
    /// The caller's address, for OpenSearch role mappings by host.
    pub address: Option<&'a str>,
}

/// An action, looked up once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionId {
    /// A platform-neutral verb.
    Capability(Capability),
    /// A permission of the target's platform.
    Permission(Permission),
    /// A method of Google's API.
    Method(Method),
}

impl Request<'_> {
    /// A plain question.
    pub const fn new(
        principal: PrincipalId,
        action: ActionId,
        target: Target,
        at: Timestamp,
    ) -> Self {
        Self {
            principal,
            action,
            target,
            at,
            model: None,
            address: None,
        }
    }
}

impl ActionId {
    /// Looks an action up in a platform's vocabulary.
    ///
    /// # Errors
    /// [`ReasonKey::UnknownPermission`] when the platform has no such word.
    pub fn resolve(platform: Platform, action: &Action) -> Result<Self, ReasonKey> {
        match action {
            Action::Capability(capability) => Ok(Self::Capability(*capability)),
            Action::Native(name) => Self::native(platform, name),
        }
    }

    /// Looks up what is asked for in words: a capability, else the platform's own.
    ///
    /// # Errors
    /// [`ReasonKey::UnknownPermission`] when the platform has no such word.
    pub fn find(platform: Platform, name: &str) -> Result<Self, ReasonKey> {
        match name.parse() {
            Ok(capability) => Ok(Self::Capability(capability)),
            Err(_) => Self::native(platform, name),
        }
    }

    fn native(platform: Platform, name: &str) -> Result<Self, ReasonKey> {
        platforms::find_permission(platform, name)
            .map(Self::Permission)
            .or_else(|| {
                let google = platform == Platform::Google;
                google
                    .then(|| Method::find(name))
                    .flatten()
                    .map(Self::Method)
            })
            .ok_or(ReasonKey::UnknownPermission)
    }

    /// The action's name on a platform.
    pub fn name(self, platform: Platform) -> &'static str {
        match self {
            Self::Capability(capability) => capability.into(),
            Self::Permission(permission) => permission.name(platform),
            Self::Method(method) => method.name(),
        }
    }
}

impl From<Capability> for ActionId {
    fn from(capability: Capability) -> Self {
        Self::Capability(capability)
    }
}
