//! What an offboarding came to, read from the states before and after it.

use crate::authz::Snapshot;
use crate::domain::{PrincipalId, Target, Timestamp};

use super::succession::{Because, owners};
use super::{Held, Holdings, Owned, holdings};

/// What was handed over and taken away, and what is left.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Receipt {
    /// What has other owners now.
    pub handed_over: Vec<HandedOver>,
    /// What the person held and holds no more.
    pub removed: Vec<Held>,
    /// What the person still owns and holds.
    pub left: Holdings,
}

impl Receipt {
    /// What became of what was held, counted: `3 taken away, 1 account deleted`; empty when nothing was.
    pub fn losses(&self, before: &Snapshot) -> Vec<String> {
        let removed = self.removed.iter();
        let accounts = removed.filter(|held| held.is_deleted(before)).count();
        let taken = self.removed.len() - accounts;
        let taken = (taken > 0).then(|| format!("{taken} taken away"));
        let accounts = match accounts {
            0 => None,
            1 => Some("1 account deleted".to_owned()),
            many => Some(format!("{many} accounts deleted")),
        };
        taken.into_iter().chain(accounts).collect()
    }
}

/// Something that has other owners than before.
#[derive(Debug, Clone, PartialEq)]
pub struct HandedOver {
    /// What.
    pub target: Target,
    /// Who stepped in; whoever stays its owner when nobody had to.
    pub to: Vec<PrincipalId>,
    /// Why them, when it is whom [`holdings`] suggests.
    pub because: Option<Because>,
}

/// Compares what somebody owns and holds in two states.
pub fn receipt(before: &Snapshot, after: &Snapshot, user: PrincipalId, at: Timestamp) -> Receipt {
    let had = holdings(before, user, at);
    let left = holdings(after, user, at);
    let passed_on = |owned: &&Owned| left.owned.iter().all(|l| l.target != owned.target);
    let handed_over = had.owned.iter().filter(passed_on);
    let handed_over = handed_over
        .map(|owned| handed(before, after, owned, at))
        .collect();
    let gone = |held: &Held| !left.held.contains(held);
    Receipt {
        handed_over,
        removed: had.held.into_iter().filter(gone).collect(),
        left,
    }
}

fn handed(before: &Snapshot, after: &Snapshot, owned: &Owned, at: Timestamp) -> HandedOver {
    let had = owners_of(before, owned.target, at);
    let has = owners_of(after, owned.target, at);
    let new: Vec<PrincipalId> = has.iter().filter(|o| !had.contains(o)).copied().collect();
    let to = if new.is_empty() { has } else { new };
    let suggested = owned.successor.as_ref();
    let because = suggested
        .filter(|s| to.contains(&s.principal))
        .map(|s| s.because.clone());
    HandedOver {
        target: owned.target,
        to,
        because,
    }
}

/// The owners of a resource or container.
fn owners_of(snapshot: &Snapshot, target: Target, at: Timestamp) -> Vec<PrincipalId> {
    let Some(resource) = target.resource().and_then(|id| snapshot.resource(id)) else {
        return Vec::new();
    };
    let container = resource.model().and_then(|m| m.container.as_ref());
    match (target, container) {
        (Target::Container(_), Some(container)) => vec![container.owner],
        _ => owners(snapshot, resource, at),
    }
}
