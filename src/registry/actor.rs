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
        let reference = |principal: Option<PrincipalId>| match principal {
            Some(id) => snapshot.reference(id),
            None => format!("account:{}", self.account),
        };
        // An administrator who is no directory user has no number to stand in `on_behalf_by`.
        let login = snapshot.logins().get(&self.account);
        let for_another = login.filter(|login| login.user != self.principal);
        Author {
            account: self.account.clone(),
            actor: reference(self.principal),
            principal: self.principal,
            on_behalf_by: match self.on_behalf_by {
                Some(by) => Some(snapshot.reference(by)),
                None => for_another.map(|login| reference(login.user)),
            },
        }
    }
}
