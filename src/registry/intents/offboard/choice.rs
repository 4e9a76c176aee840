//! Who takes over what: named for the thing, for what it belongs to, for its environment, for
//! everything, or suggested.

use std::collections::BTreeMap;

use crate::authz::Snapshot;
use crate::domain::{PrincipalId, Target};

use super::super::super::desk::Desk;
use super::super::super::offboarding::Holdings;
use super::super::super::offboarding::succession::keeper;
use super::super::super::refusal::{Refusal, RefusalKey};
use super::super::ownership::check_new_owner;
use super::Offboard;

/// The successors that somebody chose, and those that are suggested.
pub(super) struct Choice {
    named: BTreeMap<Target, PrincipalId>,
    everything: Option<PrincipalId>,
    suggested: BTreeMap<Target, PrincipalId>,
}

impl Choice {
    /// Looks everybody up. A name for something that the leaver does not own is a mistake.
    pub(super) fn read(
        desk: &Desk<'_>,
        leaver: PrincipalId,
        intent: &Offboard,
        held: &Holdings,
    ) -> Result<Self, Refusal> {
        let everything = match &intent.to {
            Some(reference) => Some(successor(desk, leaver, reference)?),
            None => None,
        };
        let mut named = BTreeMap::new();
        for (id, reference) in &intent.successors {
            let target = desk.target(id)?;
            let concerned = held
                .owned
                .iter()
                .any(|owned| ways(desk.now(), owned.target).contains(&target));
            if !concerned {
                let name = desk.now().label(leaver);
                return Err(Refusal::rule(
                    RefusalKey::NoSuchGrant,
                    format!("{name} owns nothing at `{id}` that needs a successor."),
                ));
            }
            named.insert(target, successor(desk, leaver, reference)?);
        }
        let suggested = held.owned.iter().filter_map(|owned| {
            let successor = owned.successor.as_ref()?;
            Some((owned.target, successor.principal))
        });
        Ok(Self {
            named,
            everything,
            suggested: suggested.collect(),
        })
    }

    /// Who takes something over.
    pub(super) fn of(&self, snapshot: &Snapshot, target: Target) -> Option<PrincipalId> {
        let named = ways(snapshot, target)
            .into_iter()
            .find_map(|way| self.named.get(&way).copied());
        named
            .or(self.everything)
            .or_else(|| self.suggested.get(&target).copied())
    }

    /// Who was named for everything.
    pub(super) const fn everything(&self) -> Option<PrincipalId> {
        self.everything
    }
}

/// The thing, what it belongs to, and its environment: where a successor may be named for it.
fn ways(snapshot: &Snapshot, target: Target) -> Vec<Target> {
    let mut ways = vec![target];
    let mut at = target;
    while let Some(of) = keeper(snapshot, at).map(Target::Resource) {
        if ways.contains(&of) {
            break;
        }
        ways.push(of);
        at = of;
    }
    ways.extend(snapshot.environment_of(target).map(Target::Environment));
    ways
}

/// Somebody active whom the directory knows, and not the leaver.
fn successor(
    desk: &Desk<'_>,
    leaver: PrincipalId,
    reference: &str,
) -> Result<PrincipalId, Refusal> {
    let to = desk.known_principal(reference)?;
    if to == leaver {
        let name = desk.now().label(leaver);
        return Err(Refusal::rule(
            RefusalKey::NoSuccessor,
            format!("{name} can't take over from themselves: name somebody who stays."),
        ));
    }
    check_new_owner(desk, to)?;
    Ok(to)
}
