//! Who acts.

use crate::authz::Snapshot;
use crate::domain::{Author, PrincipalId};

/// The acting principal, and what the login allows beyond the platforms' own rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The operating-system account that runs the program.
    pub account: String,
    /// The directory user who acts; a store administrator may have none.
    pub principal: Option<PrincipalId>,
    /// Whether directory, environments, logins, import and restore may be changed.
    pub store_administrator: bool,
    /// The store administrator who acts for the principal, if somebody does.
    pub on_behalf_by: Option<PrincipalId>,
}

impl Actor {
    /// A directory user without further rights.
    pub fn user(principal: PrincipalId) -> Self {
        Self {
            account: String::new(),
            principal: Some(principal),
            store_administrator: false,
            on_behalf_by: None,
        }
    }

    /// A store administrator who is nobody on any platform.
    pub fn store_administrator(account: impl Into<String>) -> Self {
        Self {
            account: account.into(),
            principal: None,
            store_administrator: true,
            on_behalf_by: None,
        }
    }

    /// The actor as the journal records it.
    pub fn author(&self, snapshot: &Snapshot) -> Author {
        let actor = match self.principal {
            Some(id) => snapshot.reference(id),
            None => format!("account:{}", self.account),
        };
        Author {
            account: self.account.clone(),
            actor,
            principal: self.principal,
            on_behalf_by: self.on_behalf_by.map(|id| snapshot.reference(id)),
        }
    }
}
