//! Findings: what in an organization wants somebody's attention, although every decision about it is
//! exact: owners who left, grants that do nothing, what stands open.
//!
//! A pure function of a snapshot and a moment, made in passes so that whoever waits for it in a large
//! organization sees the first findings early and can stop at any time.

mod grants;
mod mending;
mod owners;
mod words;

use std::collections::BTreeMap;

use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use crate::authz::Snapshot;
use crate::domain::{EnvironmentId, PrincipalId, ResourceId, Target, Timestamp};

use grants::Grants;

/// What is found. Declared in the order in which findings are shown, the most urgent first.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum FindingKind {
    /// Every owner is suspended, deleted or unknown: nobody can share it or hand it over.
    OwnerGone,
    /// Nobody owns it.
    NoOwner,
    /// An active owner may not even look at what they own.
    OwnerLockedOut,
    /// What is stored about access does not fit together, so every question about it is an error.
    BrokenAccess,
    /// It stands open to everybody.
    OpenToEverybody,
    /// Groups contain each other.
    GroupCycle,
    /// A condition can't be evaluated, so its grant never holds.
    UnreadableCondition,
    /// A grant names a role that is unknown or disabled here, and gives nothing.
    UnknownRole,
    /// A grant gives nothing, because no role lets those who hold it use it.
    DormantGrant,
    /// A grant names somebody the directory does not know.
    UnknownPrincipal,
    /// A grant names somebody who was deleted.
    Tombstone,
    /// A grant names a group with nobody in it.
    EmptyGroup,
    /// A grant has ended.
    ExpiredGrant,
    /// A grant has not begun.
    NotBegun,
}

/// One thing that wants attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// Where: a resource or an environment; `None` for the directory.
    pub on: Option<Target>,
    /// Whom it concerns: the owner, the member of a grant, a group of a cycle.
    pub who: Option<PrincipalId>,
    /// The place of the binding in the policy there, or among those from above.
    pub binding: Option<u32>,
    /// Whether the binding comes from above the environment, and can't be edited here.
    pub inherited: bool,
    /// When a grant ended or begins.
    pub when: Option<Timestamp>,
}

impl Finding {
    /// About a resource or an environment as a whole.
    const fn about(kind: FindingKind, on: Target, who: Option<PrincipalId>) -> Self {
        Self {
            kind,
            on: Some(on),
            who,
            binding: None,
            inherited: false,
            when: None,
        }
    }
}

/// Resources that one pass looks at.
const PASS: u32 = 20_000;

/// A search for findings, pass by pass.
#[derive(Debug, Default)]
pub struct Scan {
    /// What was found so far.
    pub found: Vec<Finding>,
    /// The next resource to look at; `None` before the directory and the environments.
    next: Option<u32>,
    grants: Grants,
}

impl Scan {
    /// Makes one pass; `false` when there is nothing left to look at. `stop` is asked now and then, and
    /// ends the pass early.
    pub fn pass(&mut self, snapshot: &Snapshot, at: Timestamp, stop: &dyn Fn() -> bool) -> bool {
        let Some(first) = self.next else {
            self.found.extend(cycles(snapshot));
            for (id, _) in snapshot.places() {
                self.look_at_place(snapshot, id, at);
            }
            self.next = Some(0);
            return true;
        };
        let last = snapshot.counters().resource;
        let end = first.saturating_add(PASS).min(last);
        for number in first..end {
            if number % 256 == 0 && stop() {
                self.next = Some(number);
                return true;
            }
            self.look_at(snapshot, ResourceId(number), at);
        }
        self.next = Some(end);
        end < last
    }

    fn look_at_place(&mut self, snapshot: &Snapshot, id: EnvironmentId, at: Timestamp) {
        let Some(place) = snapshot.place(id) else {
            return;
        };
        let environment = &place.environment;
        let on = Target::Environment(id);
        let (own, above) = (&environment.policy.bindings, environment.inherited());
        let found = &mut self.found;
        self.grants.look(snapshot, on, own, at, found);
        let first = found.len();
        self.grants.look(snapshot, on, above, at, found);
        for finding in found.iter_mut().skip(first) {
            finding.inherited = true;
        }
        self.found.extend(owners::of_place(snapshot, id));
    }

    fn look_at(&mut self, snapshot: &Snapshot, id: ResourceId, at: Timestamp) {
        let Some(resource) = snapshot.read_resource(id) else {
            return;
        };
        let on = Target::Resource(id);
        let bindings = &resource.policy.bindings;
        self.grants
            .look(snapshot, on, bindings, at, &mut self.found);
        self.found
            .extend(owners::of_resource(snapshot, id, &resource, at));
    }
}

/// Everything that wants attention at a moment, the most urgent first.
pub fn findings(snapshot: &Snapshot, at: Timestamp) -> Vec<Finding> {
    let mut scan = Scan::default();
    while scan.pass(snapshot, at, &|| false) {}
    let mut found = scan.found;
    found.sort_unstable();
    found
}

/// How many there are of each kind.
pub fn counted(found: &[Finding]) -> BTreeMap<FindingKind, usize> {
    let mut counts = BTreeMap::new();
    for finding in found {
        *counts.entry(finding.kind).or_default() += 1;
    }
    counts
}

/// Groups that contain each other: one finding for each ring, under its oldest group. A group is in one
/// when a group that it is in counts through it in turn.
fn cycles(snapshot: &Snapshot) -> Vec<Finding> {
    let contains = |outer: PrincipalId, inner: PrincipalId| {
        outer != inner && snapshot.closure(inner).binary_search(&outer).is_ok()
    };
    let groups = snapshot
        .principals()
        .filter(|(_, p)| !p.members().is_empty());
    groups
        .filter(|(id, _)| {
            let ring = snapshot.closure(*id).iter();
            let mut ring = ring.filter(|up| contains(*id, **up)).peekable();
            ring.peek().is_some() && ring.all(|other| id < other)
        })
        .map(|(id, _)| Finding {
            kind: FindingKind::GroupCycle,
            on: None,
            who: Some(id),
            binding: None,
            inherited: false,
            when: None,
        })
        .collect()
}
