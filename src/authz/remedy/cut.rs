//! From allow to deny: the smallest sets of moves that cut every route.
//!
//! A *support* is a smallest set of moves such that, with all others carried out, it is still
//! allowed: what they would take away is one whole way through all the checks. Taking away never
//! gives, so a set of moves is a cut just when it has a move in every support. The search is the
//! hitting-set tree of model-based diagnosis: a set that is no cut yet leaves some support untouched,
//! and every larger cut has to contain one of that support's moves, so those are the branches. Sets
//! are tried in order of size; therefore the first cuts are the smallest, and none is missed.
//!
//! What can't be taken away is never in a support: when it is allowed with everything carried out,
//! there is no cut.

use std::collections::BTreeSet;

use super::super::decision::{Check, Evidence, Explanation, RoleSource};
use super::cuts;
use super::moves::Move;
use super::question::Question;

/// Sets that are looked at before the search gives up being exact. A person who holds something by
/// ten ways, each of which can be cut at two places, needs 2,047.
const MOST_SETS: usize = 4_000;

/// Moves by their places in the universe, ascending.
type Set = BTreeSet<usize>;

/// The search, one size at a time.
#[derive(Debug)]
pub(super) struct Cut<'a> {
    question: Question<'a>,
    universe: Vec<Move>,
    /// Ways that were found to stay open.
    supports: Vec<Set>,
    /// Sets of the next size that may be cuts.
    open: BTreeSet<Set>,
    looked_at: usize,
}

/// What a search says about one size.
#[derive(Debug)]
pub(super) enum Found {
    /// The smallest sets of this size, none of which contains a smaller one.
    Sets(Vec<Vec<Move>>),
    /// There are too many to compare: this set does it. Whether none is smaller is said too.
    One(Vec<Move>, bool),
    /// There are no more.
    Nothing,
}

impl<'a> Cut<'a> {
    pub(super) fn new(question: Question<'a>) -> Self {
        let universe = cuts::universe(&question);
        let mut cut = Self {
            question,
            universe,
            supports: Vec::new(),
            open: BTreeSet::new(),
            looked_at: 0,
        };
        if !cut.allowed_with_all_but(&Set::new()) {
            cut.open.insert(Set::new());
        }
        cut
    }

    /// The decision that is left when everything is taken away that can be.
    pub(super) fn rest(&self) -> Explanation {
        self.question.explained(&self.universe)
    }

    /// The cuts of the next size at which there are any.
    pub(super) fn next(&mut self) -> Found {
        while !self.open.is_empty() {
            let mut found = Vec::new();
            let mut wider = BTreeSet::new();
            for set in std::mem::take(&mut self.open) {
                self.looked_at += 1;
                if self.looked_at > MOST_SETS {
                    self.open.clear();
                    return self.greedy();
                }
                match self.untouched(&set) {
                    Some(support) => wider.extend(support.into_iter().map(|place| {
                        let mut more = set.clone();
                        more.insert(place);
                        more
                    })),
                    // Larger sets that contain it are no smallest ones.
                    None => found.push(set),
                }
            }
            wider.retain(|set| !found.iter().any(|cut| cut.is_subset(set)));
            self.open = wider;
            found.retain(|set| self.keeps_a_group_role(set));
            if !found.is_empty() {
                return Found::Sets(found.iter().map(|set| self.moves(set)).collect());
            }
        }
        Found::Nothing
    }

    fn moves(&self, set: &Set) -> Vec<Move> {
        set.iter()
            .filter_map(|place| self.universe.get(*place).cloned())
            .collect()
    }

    fn allowed_with_all_but(&self, kept: &Set) -> bool {
        let all = 0..self.universe.len();
        let taken: Set = all.filter(|place| !kept.contains(place)).collect();
        self.question.allowed(&self.moves(&taken))
    }

    /// A support that a set leaves untouched; none when the set is a cut.
    fn untouched(&mut self, set: &Set) -> Option<Set> {
        let known = self.supports.iter().find(|s| s.is_disjoint(set));
        if let Some(known) = known {
            return Some(known.clone());
        }
        let now = self.question.explained(&self.moves(set));
        if !now.verdict.is_allowed() {
            return None;
        }
        let support = self.support(set, &now);
        self.supports.push(support.clone());
        Some(support)
    }

    /// A smallest part of what a set leaves that suffices. Which part is looked at first comes from
    /// the evidence; whether it suffices is asked.
    fn support(&self, set: &Set, now: &Explanation) -> Set {
        let left: Set = (0..self.universe.len())
            .filter(|place| !set.contains(place))
            .collect();
        let way: Set = left
            .iter()
            .copied()
            .filter(|place| self.is_on_a_way(*place, now))
            .collect();
        let mut kept = if self.allowed_with_all_but(&way) {
            way
        } else {
            left
        };
        for place in kept.clone() {
            kept.remove(&place);
            if !self.allowed_with_all_but(&kept) {
                kept.insert(place);
            }
        }
        kept
    }

    /// Whether a move cuts the way that the first evidence of each check describes.
    fn is_on_a_way(&self, place: usize, now: &Explanation) -> bool {
        let Some(step) = self.universe.get(place) else {
            return false;
        };
        [Check::Privilege, Check::Reach].into_iter().any(|check| {
            let first = now.evidence_for(check).next();
            first.is_some_and(|evidence| self.cuts(step, evidence))
        })
    }

    fn cuts(&self, step: &Move, evidence: &Evidence) -> bool {
        let on_path = |path: &[_]| match step {
            Move::Leave { group, member } => {
                let below = std::iter::once(&self.question.request.principal).chain(path);
                below.zip(path).any(|(m, g)| m == member && g == group)
            }
            _ => false,
        };
        let revoked = |role: &str, member| match step {
            Move::Revoke { role: r, from, .. } => *from == member && r.eq_ignore_ascii_case(role),
            _ => false,
        };
        let dropped = |role: &str| match step {
            Move::DropBackendRole { role: r, .. } | Move::DropGroupRole { role: r, .. } => {
                r == role
            }
            _ => false,
        };
        match evidence {
            Evidence::Grant {
                role, member, path, ..
            }
            | Evidence::Depth {
                role, member, path, ..
            }
            | Evidence::Role {
                role,
                source: RoleSource::Binding { member, path },
            } => revoked(role, *member) || on_path(path),
            Evidence::Owner { path, .. } | Evidence::ContainerOwner { path, .. } => on_path(path),
            Evidence::BackendRole(role)
            | Evidence::Role {
                source: RoleSource::MappedBackendRole(role),
                ..
            } => dropped(role),
            Evidence::Role {
                role,
                source: RoleSource::BackendRole,
            } => dropped(role),
            _ => false,
        }
    }

    /// A restricted group without backend roles does not fit together.
    fn keeps_a_group_role(&self, set: &Set) -> bool {
        let dropped = |place: &&usize| {
            let step = self.universe.get(**place);
            matches!(step, Some(Move::DropGroupRole { .. }))
        };
        let dropped = set.iter().filter(dropped).count();
        let group = self.question.group();
        let roles = group.and_then(|(_, group)| Question::access(group));
        dropped == 0 || roles.is_some_and(|(_, roles)| dropped < distinct(roles))
    }

    /// A cut in which every move is needed, found without comparing. It is a smallest one when there
    /// are as many supports that have nothing in common: each needs a move of its own.
    fn greedy(&mut self) -> Found {
        let mut set = Set::new();
        while let Some(support) = self.untouched(&set) {
            set.extend(support.first());
        }
        for place in set.clone() {
            set.remove(&place);
            if self.question.allowed(&self.moves(&set)) {
                set.insert(place);
            }
        }
        let mut apart: Vec<&Set> = Vec::new();
        for support in &self.supports {
            if apart.iter().all(|other| other.is_disjoint(support)) {
                apart.push(support);
            }
        }
        let smallest = apart.len() == set.len();
        if self.keeps_a_group_role(&set) {
            Found::One(self.moves(&set), smallest)
        } else {
            Found::Nothing
        }
    }
}

fn distinct(roles: &[String]) -> usize {
    roles.iter().collect::<BTreeSet<_>>().len()
}
