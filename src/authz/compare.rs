//! Two people side by side: where what they may do differs.

use std::collections::BTreeSet;

use crate::domain::{CapabilitySet, PrincipalId, ResourceId, Target, Timestamp};

use super::capabilities::capabilities;
use super::platforms::stands_in;
use super::snapshot::Snapshot;

/// A resource on which two principals may not do the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// Which resource.
    pub resource: ResourceId,
    /// All that the first may do.
    pub a: CapabilitySet,
    /// All that the second may do.
    pub b: CapabilitySet,
}

/// Every resource on which two principals may not do the same at a moment, in order of numbers.
pub fn compare(
    snapshot: &Snapshot,
    a: PrincipalId,
    b: PrincipalId,
    at: Timestamp,
) -> Vec<Difference> {
    let on = |resource| {
        let target = Target::Resource(resource);
        Difference {
            resource,
            a: capabilities(snapshot, a, target, at),
            b: capabilities(snapshot, b, target, at),
        }
    };
    let candidates = candidates(snapshot, [a, b]).into_iter();
    candidates.map(on).filter(|d| d.a != d.b).collect()
}

/// Resources that either of them may reach: what names them or their groups, and everything in
/// environments where they have a role, an account or a certificate. All others are closed to both.
fn candidates(snapshot: &Snapshot, people: [PrincipalId; 2]) -> BTreeSet<ResourceId> {
    let mut found = BTreeSet::new();
    for person in people {
        let closure = snapshot.closure(person);
        for id in closure {
            found.extend(snapshot.mentions(*id));
        }
        for (environment, _) in snapshot.places() {
            if stands_in(snapshot, environment, closure) {
                found.extend(snapshot.everything_in(environment));
            }
        }
    }
    found
}
