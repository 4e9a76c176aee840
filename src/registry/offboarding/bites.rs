//! Where a guard would bite when somebody leaves: what only they administer.

use crate::authz::Snapshot;
use crate::domain::{EnvironmentId, PrincipalId, Timestamp};

use super::super::guards::administrators;

/// What nobody else active administers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SoleAdministrator {
    /// Environments, in their order.
    pub environments: Vec<EnvironmentId>,
    /// Whether it is this store.
    pub store: bool,
}

/// What somebody administers alone, counted as the guards count: through groups, active users only.
/// An offboarding is refused while there is any of it.
pub fn sole_administrator(
    snapshot: &Snapshot,
    user: PrincipalId,
    at: Timestamp,
) -> SoleAdministrator {
    let alone = |id: &EnvironmentId| {
        let administrators = administrators(snapshot, *id, at);
        administrators.len() == 1 && administrators.contains(&user)
    };
    let logins = snapshot.logins().values();
    let mut administering = logins.filter(|l| l.store_administrator).peekable();
    SoleAdministrator {
        environments: snapshot.places().map(|(id, _)| id).filter(alone).collect(),
        store: administering.peek().is_some() && administering.all(|l| l.user == Some(user)),
    }
}
