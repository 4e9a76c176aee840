//! All capabilities of one principal on one target.

use strum::IntoEnumIterator;

use crate::domain::{Capability, CapabilitySet, PrincipalId, Target, Timestamp};

use super::decide::check;
use super::request::Request;
use super::snapshot::Snapshot;

/// What a principal may do to a target now.
pub fn capabilities(
    snapshot: &Snapshot,
    principal: PrincipalId,
    target: Target,
    at: Timestamp,
) -> CapabilitySet {
    Capability::iter()
        .filter(|c| {
            let request = Request::new(principal, (*c).into(), target, at);
            check(snapshot, &request).is_allowed()
        })
        .collect()
}
