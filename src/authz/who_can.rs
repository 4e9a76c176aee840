//! The reverse question: who may do this to that?

use crate::domain::{PrincipalId, Status, Target, Timestamp};

use super::decide::explain;
use super::decision::{Check, Evidence};
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

/// Users and service accounts that may, in order of numbers. Whether everybody may, also without
/// an account, shows as [`PrincipalId::ANONYMOUS`] among them.
pub fn who_can(
    snapshot: &Snapshot,
    action: ActionId,
    target: Target,
    at: Timestamp,
) -> Vec<Holder> {
    let anonymous = std::iter::once(PrincipalId::ANONYMOUS);
    let actors = snapshot
        .principals()
        .filter(|(_, p)| p.is_actor() && p.status() == Status::Active)
        .map(|(id, _)| id);
    anonymous
        .chain(actors)
        .filter_map(|principal| {
            let explanation = explain(snapshot, &Request::new(principal, action, target, at));
            let routes = || explanation.evidence_for(Check::Reach).cloned().collect();
            explanation.verdict.is_allowed().then(|| Holder {
                principal,
                routes: routes(),
            })
        })
        .collect()
}
