//! Ranking: of equally small remedies, the one that changes least else comes first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::snapshot::Snapshot;
use super::moves::{Move, change_set};
use super::names::Names;
use super::others::{Counter, MOST_PAIRS, Others, SAMPLE};
use super::scope::Scope;
use super::{MOST_REMEDIES, Remedy};

/// Sets of one size that are compared; more than these are equally small, and the first of them in
/// the stable order are taken.
const MOST_COMPARED: usize = 100;
/// Pairs of a person and a resource that are looked at first.
const FIRST_PAIRS: usize = 4;
/// How many times as many are looked at the next time.
const WIDER: usize = 8;

/// Where sets of moves are ranked.
pub(super) struct Ranking<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) counter: Counter<'a>,
    /// What the numbers of the moves stand for.
    pub(super) names: &'a Names,
    /// Whether a remedy may be proposed.
    pub(super) accept: &'a mut dyn FnMut(&Remedy) -> bool,
}

/// A set with what is known of how much else it changes. Compared in this order: what can't be
/// counted to the end comes last, and what could not be looked at very last; then the count so far,
/// then the stable order.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    uncountable: bool,
    unseen: bool,
    count: usize,
    place: usize,
    /// Pairs looked at so far.
    pairs: usize,
}

impl Ranking<'_> {
    /// The best sets that are accepted. Counting goes on only for the one that may be the next: what
    /// was counted so far is a lower bound.
    pub(super) fn best(&mut self, sets: &[Vec<Move>], broad: bool, smallest: bool) -> Vec<Remedy> {
        let mut sets: Vec<Vec<Move>> = sets
            .iter()
            .filter_map(|set| set.iter().map(|m| m.renumbered(self.names)).collect())
            .collect();
        sets.sort_by_cached_key(|set| stable(set));
        sets.truncate(MOST_COMPARED);
        for set in &mut sets {
            set.sort_by_key(Move::turn);
        }
        let scopes: Vec<Scope<'_>> = sets
            .iter()
            .map(|set| Scope::of(self.snapshot, set, MOST_PAIRS))
            .collect();
        let mut heap: BinaryHeap<Reverse<Entry>> = BinaryHeap::new();
        for (place, (set, scope)) in sets.iter().zip(&scopes).enumerate() {
            let pairs = if scope.complete { FIRST_PAIRS } else { SAMPLE };
            let count = self.counter.count(set, scope, pairs);
            heap.push(Reverse(Entry {
                uncountable: !scope.complete || count.is_none(),
                unseen: count.is_none(),
                count: count.unwrap_or(0),
                place,
                pairs,
            }));
        }
        let mut best = Vec::new();
        while let Some(Reverse(mut entry)) = heap.pop() {
            let (Some(moves), Some(scope)) = (sets.get(entry.place), scopes.get(entry.place))
            else {
                continue;
            };
            if !entry.uncountable && entry.pairs < scope.len() {
                entry.pairs = entry.pairs.saturating_mul(WIDER);
                match self.counter.count(moves, scope, entry.pairs) {
                    Some(count) => entry.count = count,
                    None => entry.uncountable = true,
                }
                heap.push(Reverse(entry));
                continue;
            }
            let remedy = Remedy {
                moves: moves.clone(),
                changes: change_set(self.snapshot, moves),
                others: Others {
                    count: entry.count,
                    complete: !entry.uncountable,
                },
                broad,
                smallest,
            };
            if (self.accept)(&remedy) {
                best.push(remedy);
            }
            if best.len() == MOST_REMEDIES {
                break;
            }
        }
        best
    }
}

/// The order of sets that are equally good.
fn stable(set: &[Move]) -> Vec<(u8, Move)> {
    let mut key: Vec<(u8, Move)> = set.iter().map(|m| (m.rank(), m.clone())).collect();
    key.sort();
    key
}
