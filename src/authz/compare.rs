//! Two people side by side: where what they may do differs.

use std::collections::BTreeSet;

use strum::IntoEnumIterator;

use crate::domain::{
    CapabilitySet, PrincipalId, ResourceId, ResourceKind, Specifics, Target, Timestamp,
};

use super::capabilities::capabilities;
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
        for (environment, place) in snapshot.places() {
            let stands = place.grants_to(closure).next().is_some()
                || snapshot.account(environment, person).is_some()
                || matches!(
                    &place.environment.specifics,
                    Specifics::OpenSearch { settings, .. }
                        if settings.super_administrators.contains(&person)
                );
            if stands {
                let kinds = ResourceKind::iter();
                found.extend(kinds.flat_map(|kind| snapshot.resources_in(environment, kind)));
            }
        }
    }
    found
}
