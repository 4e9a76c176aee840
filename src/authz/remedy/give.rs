//! From deny to allow: the smallest sets of moves after which every check passes.
//!
//! Gifts are added one after the other, each of which has to change what the first failing check
//! says: whatever set of them does it in the end, one of its gifts must satisfy that check (or, where
//! the check asks for two things, one of the two). Giving never takes away, so the order in which a
//! set is put together does not matter, and sets are tried in order of size. Where the second of two
//! grants replaces the first, the second alone does as much and is the smaller set.
//!
//! Whoever would become administrator of the environment, or would reach other people's rows all over
//! it, holds far more than was asked for: such sets count only when no other does it.

use std::collections::BTreeSet;

use strum::IntoEnumIterator;

use crate::domain::Privilege;

use super::super::decide::explain;
use super::super::decision::{Check, Explanation, ReasonKey};
use super::super::index::place::Rights;
use super::gifts::{self, rights};
use super::moves::Move;
use super::question::Question;

/// The largest sets that are looked for. A suspended principal without role or share, who wants to
/// run what is not published, needs four; nothing needs more.
pub(super) const MOST_MOVES: usize = 4;

/// Moves by their places in the universe, ascending.
type Set = BTreeSet<usize>;

/// The search, one size at a time.
#[derive(Debug)]
pub(super) struct Give<'a> {
    question: Question<'a>,
    /// Every move of every gift, once.
    moves: Vec<Move>,
    gifts: Vec<Set>,
    /// Whether sets that reach all over an environment count.
    broad: bool,
    /// Sets that do not do it yet, with what fails; by size.
    open: [BTreeSet<Set>; MOST_MOVES + 1],
    /// Sets that do it, by size.
    done: [BTreeSet<Set>; MOST_MOVES + 1],
    seen: BTreeSet<Set>,
    size: usize,
}

impl<'a> Give<'a> {
    pub(super) fn new(question: Question<'a>, broad: bool) -> Self {
        let universe = gifts::universe(&question);
        let mut moves: Vec<Move> = Vec::new();
        let mut gifts = Vec::new();
        for gift in universe {
            let places = gift.into_iter().map(|step| {
                let known = moves.iter().position(|m| *m == step);
                known.unwrap_or_else(|| {
                    moves.push(step);
                    moves.len() - 1
                })
            });
            gifts.push(places.collect());
        }
        let mut give = Self {
            question,
            moves,
            gifts,
            broad,
            open: Default::default(),
            done: Default::default(),
            seen: BTreeSet::new(),
            size: 0,
        };
        if let Some(first) = give.open.first_mut() {
            first.insert(Set::new());
        }
        give
    }

    /// The sets of the next size at which there are any; empty when there are no more.
    pub(super) fn next(&mut self) -> Vec<Vec<Move>> {
        while self.size < MOST_MOVES {
            let open = self.open.get_mut(self.size).map(std::mem::take);
            for set in open.unwrap_or_default() {
                self.widen(&set);
            }
            self.size += 1;
            let smaller: Vec<Set> = self
                .done
                .iter()
                .take(self.size)
                .flatten()
                .cloned()
                .collect();
            let done = self.done.get(self.size).into_iter().flatten();
            let smallest = done.filter(|set| !smaller.iter().any(|s| s.is_subset(set)));
            let sets: Vec<Vec<Move>> = smallest.map(|set| self.in_order(set)).collect();
            if !sets.is_empty() {
                return self.narrowest(&sets);
            }
        }
        Vec::new()
    }

    /// Adds every gift that makes a difference to a set.
    fn widen(&mut self, set: &Set) {
        let now = failing(&self.question.explained(&self.in_order(set)));
        for gift in self.gifts.clone() {
            let wider: Set = set.union(&gift).copied().collect();
            if self.seen.contains(&wider) {
                continue;
            }
            let state = self.question.after(&self.in_order(&wider));
            let then = explain(&state, &self.question.request);
            let allowed = then.verdict.is_allowed();
            // What makes no difference here may make one to another set.
            if !allowed && failing(&then) == now {
                continue;
            }
            self.seen.insert(wider.clone());
            if !self.broad && self.question.is_broader(&state) {
                continue;
            }
            let sets = if allowed {
                &mut self.done
            } else {
                &mut self.open
            };
            // Beyond the largest sets that are looked for there is no place.
            if let Some(sets) = sets.get_mut(wider.len()) {
                sets.insert(wider);
            }
        }
    }

    fn in_order(&self, set: &Set) -> Vec<Move> {
        set.iter()
            .filter_map(|place| self.moves.get(*place).cloned())
            .collect()
    }

    /// Without those in which a role could be narrower.
    fn narrowest(&self, sets: &[Vec<Move>]) -> Vec<Vec<Move>> {
        let narrowed = |set: &Vec<Move>| {
            sets.iter()
                .any(|other| self.is_narrower(other, set) == Some(true))
        };
        sets.iter().filter(|set| !narrowed(set)).cloned().collect()
    }

    /// Whether sets differ in nothing but one grant, which gives less here than there.
    fn is_narrower(&self, here: &[Move], there: &[Move]) -> Option<bool> {
        let only = |a: &[Move], b: &[Move]| {
            let mut rest = a.iter().filter(|m| !b.contains(m));
            let first = rest.next().cloned();
            first.filter(|_| rest.next().is_none())
        };
        let (
            Move::Grant { on, role, .. },
            Move::Grant {
                on: place,
                role: wider,
                ..
            },
        ) = (only(here, there)?, only(there, here)?)
        else {
            return None;
        };
        let environment = self.question.small.environment_of(on)?;
        let environment = self.question.environment(environment)?;
        let less = rights(environment, on, &role)?;
        let more = rights(environment, on, &wider)?;
        Some(on == place && is_less(&less, &more))
    }
}

/// Whether a role gives less than another, and nothing that the other does not.
fn is_less(less: &Rights, more: &Rights) -> bool {
    let mut depths = less.depths;
    for privilege in Privilege::iter() {
        if let Some(depth) = more.depths.get(privilege) {
            depths.raise(privilege, depth);
        }
    }
    less != more
        && more.permissions.contains_all(less.permissions)
        && depths == more.depths
        && (more.administrator || !less.administrator)
        && (more.index_read || !less.index_read)
}

/// What fails the first check that fails. A grant that ended or is too narrow fails nothing: that
/// there is no other one does.
fn failing(explanation: &Explanation) -> Option<(Check, Vec<ReasonKey>)> {
    use ReasonKey::{
        ConditionUnreadable, GrantExpired, GrantNotStarted, NoAccount, RoleLacksPermission,
        ShareTooNarrow,
    };
    let check = explanation.first_failure()?;
    let reasons = explanation.reasons.iter().filter(|r| r.check == check);
    let keys = reasons.filter_map(|r| match r.key {
        GrantExpired | GrantNotStarted | ConditionUnreadable | ShareTooNarrow => None,
        NoAccount => Some(RoleLacksPermission),
        key => Some(key),
    });
    Some((check, keys.collect()))
}
