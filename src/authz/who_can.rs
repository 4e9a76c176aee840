//! The reverse question: who may do this to that?

use crate::domain::{PrincipalId, Target, Timestamp};

use super::decide::{Asker, check, explain};
use super::decision::{Check, Evidence};
use super::index::directory::Standing;
use super::platforms;
use super::request::{ActionId, Request};
use super::snapshot::Snapshot;

/// Somebody who may, and every route by which they reach the target.
#[derive(Debug, Clone, PartialEq)]
pub struct Holder {
    /// Who.
    pub principal: PrincipalId,
    /// How.
    pub routes: Vec<Evidence>,
}

/// Users and service accounts that may, in order of numbers, each with every route. Whether
/// everybody may, also without an account, shows as [`PrincipalId::ANONYMOUS`] among them.
pub fn who_can(
    snapshot: &Snapshot,
    action: ActionId,
    target: Target,
    at: Timestamp,
) -> Vec<Holder> {
    let routes = |principal| {
        let explanation = explain(snapshot, &Request::new(principal, action, target, at));
        explanation.evidence_for(Check::Reach).cloned().collect()
    };
    holders(snapshot, action, target, at)
        .into_iter()
        .map(|principal| Holder {
            principal,
            routes: routes(principal),
        })
        .collect()
}

/// Who may, without the routes: what a count or a page of names needs. Looks only at those whom
/// something on the target, or in its environment, names.
pub fn holders(
    snapshot: &Snapshot,
    action: ActionId,
    target: Target,
    at: Timestamp,
) -> Vec<PrincipalId> {
    let named = platforms::named(snapshot, action, target).unwrap_or_default();
    let request = |id| Request::new(id, action, target, at);
    let may = |id: &PrincipalId| check(snapshot, &request(*id)).is_allowed();
    let is_everybody = |id: &PrincipalId| snapshot.principal(*id).is_some_and(|p| p.is_everybody());
    if named.iter().any(is_everybody) {
        return everybody(snapshot).filter(may).collect();
    }
    // Where grants alone decide, one that suffices does so for all who count as its member.
    let by_grants = platforms::decides_by_grants(snapshot, target);
    let suffices =
        |id: &PrincipalId| by_grants && Asker::just(snapshot, id).check(&request(*id)).is_allowed();
    let (sure, others): (Vec<_>, Vec<_>) = named.into_iter().partition(suffices);
    let mut people = within(snapshot, &sure);
    people.retain(|id| snapshot.standing(*id).1 == Standing::Acts);
    let others = within(snapshot, &others);
    let others = others
        .into_iter()
        .filter(|id| people.binary_search(id).is_err());
    let others: Vec<_> = others.filter(may).collect();
    people.extend(others);
    people.sort_unstable();
    people
}

/// Every user and service account, and whoever is not signed in; in order of numbers.
fn everybody(snapshot: &Snapshot) -> impl Iterator<Item = PrincipalId> + '_ {
    let actors = snapshot.principals().filter(|(_, p)| p.is_actor());
    std::iter::once(PrincipalId::ANONYMOUS).chain(actors.map(|(id, _)| id))
}

/// Everybody who counts as any of these, in order of numbers.
fn within(snapshot: &Snapshot, members: &[PrincipalId]) -> Vec<PrincipalId> {
    let people = members.iter().flat_map(|id| snapshot.actors_within(*id));
    let mut people: Vec<_> = people.collect();
    people.sort_unstable();
    people.dedup();
    people
}
