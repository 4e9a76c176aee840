//! What can be taken away from a principal: every grant to it or a group of its, every direct
//! membership on the way there, and what OpenSearch decides by.
//!
//! Taking away never gives: more of these moves never turn a deny into an allow. The search for the
//! smallest cut rests on that.

use std::collections::BTreeSet;

use crate::domain::Target;

use super::moves::Move;
use super::opensearch;
use super::question::Question;

/// Every move that may be part of a cut, in the order in which equals are shown.
pub(super) fn universe(question: &Question<'_>) -> Vec<Move> {
    let mut moves = revocations(question);
    moves.extend(departures(question));
    moves.extend(opensearch::cuts(question));
    moves.sort_by(|a, b| (a.rank(), a).cmp(&(b.rank(), b)));
    moves.dedup();
    moves
}

/// Grants on the resource and in the environment. Those from above it are not ours to take, nor are
/// automatic ones.
fn revocations(question: &Question<'_>) -> Vec<Move> {
    let closure = question.small.closure(question.principal());
    let mut seen = BTreeSet::new();
    let mut moves = Vec::new();
    for on in question.policies() {
        let Some(policy) = question.small.policy(on) else {
            continue;
        };
        for (_, binding, from) in policy.grants().filter(|(_, _, m)| closure.contains(m)) {
            // Taking a role away in an environment takes every spelling of it.
            let spelling = match on {
                Target::Environment(_) => binding.role.to_ascii_lowercase(),
                _ => binding.role.clone(),
            };
            if seen.insert((on, spelling, from)) {
                let role = binding.role.clone();
                moves.push(Move::Revoke { on, role, from });
            }
        }
    }
    moves
}

/// Direct memberships, of the principal and of the groups that it is in.
fn departures(question: &Question<'_>) -> Vec<Move> {
    let closure = question.small.closure(question.principal());
    let mut moves = Vec::new();
    for member in closure.iter().copied() {
        if !question.is_known(member) {
            continue;
        }
        let groups = question.small.groups_of(member);
        moves.extend(
            groups
                .filter(|group| *group != member)
                .map(|group| Move::Leave { group, member }),
        );
    }
    moves
}
