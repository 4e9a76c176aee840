//! How much else a remedy changes: decisions of other people, on other resources, about other
//! capabilities.

use std::collections::BTreeMap;

use crate::domain::{CapabilitySet, PrincipalId, ResourceId, Revision, Target};

use super::super::capabilities::capabilities;
use super::super::request::{ActionId, Request};
use super::super::snapshot::Snapshot;
use super::cutout::Cutout;
use super::moves::{Move, change_set};
use super::scope::Scope;

/// Pairs of a person and a resource that a remedy may concern to be counted to the end.
pub const MOST_PAIRS: usize = 512;
/// Pairs that are looked at of a remedy that concerns more.
pub(super) const SAMPLE: usize = 50;
/// Pairs that are looked at for all remedies of one question together.
const MOST_PAIRS_IN_ALL: usize = 2_000;

/// How many decisions (a principal, a resource, a capability) change besides the one asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Others {
    /// How many were counted.
    pub count: usize,
    /// Whether all were looked at; otherwise there may be more.
    pub complete: bool,
}

/// Somebody on something.
type Pair = (ResourceId, PrincipalId);

/// Counts for the remedies of one question; what they have in common is looked at once.
pub(super) struct Counter<'a> {
    snapshot: &'a Snapshot,
    request: &'a Request<'a>,
    /// Those who are in the question, and whatever resources were counted on so far.
    common: Cutout<'a>,
    /// What people in common could do before.
    before: BTreeMap<Pair, CapabilitySet>,
    pairs_left: usize,
}

impl<'a> Counter<'a> {
    pub(super) const fn new(
        snapshot: &'a Snapshot,
        request: &'a Request<'a>,
        common: Cutout<'a>,
    ) -> Self {
        Self {
            snapshot,
            request,
            common,
            before: BTreeMap::new(),
            pairs_left: MOST_PAIRS_IN_ALL,
        }
    }

    /// Counts what else some moves change among the first pairs of their scope; `None` when no more
    /// may be looked at.
    pub(super) fn count(
        &mut self,
        moves: &[Move],
        scope: &Scope<'_>,
        pairs: usize,
    ) -> Option<usize> {
        let pairs: Vec<Pair> = scope.pairs().take(pairs).collect();
        self.pairs_left = self.pairs_left.checked_sub(pairs.len())?;
        if pairs.iter().all(|(_, person)| self.common.is_of(*person)) {
            self.in_common(moves, &pairs)
        } else {
            self.apart(moves, &pairs)
        }
    }

    /// On the cutout that all sets have in common.
    fn in_common(&mut self, moves: &[Move], pairs: &[Pair]) -> Option<usize> {
        for (resource, _) in pairs {
            self.common.add(Target::Resource(*resource));
        }
        let after = after(&mut self.common, moves)?;
        let mut count = 0;
        for (resource, person) in pairs.iter().copied() {
            let known = self.before.get(&(resource, person)).copied();
            let was = if let Some(known) = known {
                known
            } else {
                self.can(&self.common, self.common.snapshot(), resource, person)?
            };
            self.before.insert((resource, person), was);
            let is = self.can(&self.common, &after, resource, person)?;
            count += self.differences(resource, person, was, is);
        }
        Some(count)
    }

    /// On a cutout of its own, with everybody whom the moves concern.
    fn apart(&self, moves: &[Move], pairs: &[Pair]) -> Option<usize> {
        let people = pairs.iter().map(|(_, person)| *person);
        let named = moves.iter().flat_map(Move::principals);
        let mut cutout = Cutout::of(self.snapshot, people.chain(named));
        for (resource, _) in pairs {
            cutout.add(Target::Resource(*resource));
        }
        let after = after(&mut cutout, moves)?;
        let mut count = 0;
        for (resource, person) in pairs.iter().copied() {
            let was = self.can(&cutout, cutout.snapshot(), resource, person)?;
            let is = self.can(&cutout, &after, resource, person)?;
            count += self.differences(resource, person, was, is);
        }
        Some(count)
    }

    fn can(
        &self,
        cutout: &Cutout<'_>,
        state: &Snapshot,
        resource: ResourceId,
        person: PrincipalId,
    ) -> Option<CapabilitySet> {
        let who = cutout.names().principal(person)?;
        let target = cutout.names().target(Target::Resource(resource))?;
        Some(capabilities(state, who, target, self.request.at))
    }

    /// Capabilities that differ, but for the one asked about.
    fn differences(
        &self,
        resource: ResourceId,
        person: PrincipalId,
        was: CapabilitySet,
        is: CapabilitySet,
    ) -> usize {
        let here =
            person == self.request.principal && self.request.target == Target::Resource(resource);
        let moved = was.minus(is).union(is.minus(was));
        let others = moved
            .iter()
            .filter(|c| !(here && self.request.action == ActionId::Capability(*c)));
        others.count()
    }
}

/// The small snapshot after some moves of the whole.
fn after(cutout: &mut Cutout<'_>, moves: &[Move]) -> Option<Snapshot> {
    for target in moves.iter().filter_map(Move::place) {
        cutout.add(target);
    }
    let small = moves.iter().map(|m| m.renumbered(cutout.names()));
    let small: Vec<Move> = small.collect::<Option<_>>()?;
    let mut after = cutout.snapshot().clone();
    after.apply(Revision(0), &change_set(cutout.snapshot(), &small));
    Some(after)
}
