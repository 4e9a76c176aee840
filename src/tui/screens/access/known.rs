//! What a viewer may know of other people's access.

use crate::authz::{ActionId, Check, Evidence, Request, Snapshot, check, explain};
use crate::domain::{Capability, PrincipalId, Target, Timestamp};

use super::super::super::state::Lens;

/// Whether the viewer may know what somebody can do with a target: their own access, and that to
/// what they may view the access of.
pub fn may_know(lens: &Lens, who: PrincipalId, on: Target) -> bool {
    let view = Request::new(lens.viewer, Capability::ViewAccess.into(), on, lens.now);
    who == lens.viewer || check(&lens.snapshot, &view).is_allowed()
}

/// Whether the viewer may know that a target exists: environments are no secret, anything else is
/// seen, or its access is.
pub fn may_name(lens: &Lens, on: Target) -> bool {
    let may = |capability: Capability| {
        let request = Request::new(lens.viewer, capability.into(), on, lens.now);
        check(&lens.snapshot, &request).is_allowed()
    };
    matches!(on, Target::Environment(_)) || may(Capability::See) || may(Capability::ViewAccess)
}

/// Every route by which somebody reaches a target for an action; empty when they may not.
pub fn routes(
    snapshot: &Snapshot,
    who: PrincipalId,
    action: ActionId,
    on: Target,
    at: Timestamp,
) -> Vec<Evidence> {
    let explanation = explain(snapshot, &Request::new(who, action, on, at));
    if !explanation.verdict.is_allowed() {
        return Vec::new();
    }
    explanation.evidence_for(Check::Reach).cloned().collect()
}
