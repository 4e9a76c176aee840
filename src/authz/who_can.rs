//! The reverse question: who may do this to that?

use crate::domain::{PrincipalId, Target, Timestamp};

use super::decide::{check, explain};
use super::decision::{Check, Evidence};
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
    let mut people = candidates(snapshot, action, target);
    people.retain(|id| {
        let request = Request::new(*id, action, target, at);
        check(snapshot, &request).is_allowed()
    });
    people
}

/// Everybody through whom an answer could be yes, in order of numbers.
fn candidates(snapshot: &Snapshot, action: ActionId, target: Target) -> Vec<PrincipalId> {
    let Some(named) = platforms::named(snapshot, action, target) else {
        return Vec::new();
    };
    let everybody = named
        .iter()
        .any(|id| snapshot.principal(*id).is_some_and(|p| p.is_everybody()));
    if everybody {
        let actors = snapshot.principals().filter(|(_, p)| p.is_actor());
        let anonymous = std::iter::once(PrincipalId::ANONYMOUS);
        return anonymous.chain(actors.map(|(id, _)| id)).collect();
    }
    let mut people = Vec::new();
    for id in named {
        people.extend(snapshot.actors_within(id));
    }
    people.sort_unstable();
    people.dedup();
    people
}
