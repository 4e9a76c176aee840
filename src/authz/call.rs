//! One call of a platform's API that names several resources.

use crate::domain::Target;

use super::decide::explain;
use super::decision::{Check, Explanation, Needs, Reason, ReasonKey, Verdict};
use super::platforms;
use super::request::Request;
use super::snapshot::Snapshot;

/// Whether one call may do something to a request's target and to others besides, and what that was
/// decided about: the first that refuses it, else the request's own target.
///
/// A call is allowed when it is on each resource alone and the platform takes them together. Who
/// may not call at all is told that first.
pub fn explain_call(
    snapshot: &Snapshot,
    request: &Request<'_>,
    others: &[Target],
) -> (Target, Explanation) {
    let alone = |target: Target| {
        let request = Request { target, ..*request };
        (target, explain(snapshot, &request))
    };
    let own = alone(request.target);
    if others.is_empty() {
        return own;
    }
    let environment = snapshot.environment_of(request.target);
    // Elsewhere the action may mean something else, or nothing: nothing is asked there.
    if others
        .iter()
        .any(|o| snapshot.environment_of(*o) != environment)
    {
        let refusal = refused_as(Verdict::Deny, ReasonKey::NotOffered);
        return (request.target, refusal);
    }
    let mut each = vec![own];
    each.extend(others.iter().map(|other| alone(*other)));
    let kept_out = |(_, explanation): &(Target, Explanation)| {
        let reasons = &explanation.reasons;
        explanation.first_failure() == Some(Check::Privilege)
            || reasons.iter().any(|r| r.key.is_about_the_asker())
    };
    let refused = |(_, explanation): &(Target, Explanation)| !explanation.verdict.is_allowed();
    if !each.iter().any(kept_out)
        && let Some(refusal) = refusal(snapshot, request)
    {
        return (request.target, refusal);
    }
    let decisive = each.iter().position(kept_out);
    let decisive = decisive.or_else(|| each.iter().position(refused));
    each.swap_remove(decisive.unwrap_or_default())
}

/// Why the platform takes no such call, whatever it would answer about each resource.
fn refusal(snapshot: &Snapshot, request: &Request<'_>) -> Option<Explanation> {
    let place = snapshot.place(snapshot.environment_of(request.target)?)?;
    let key = platforms::one_a_call(&place.environment, request.action)?;
    Some(refused_as(Verdict::Error, key))
}

fn refused_as(verdict: Verdict, key: ReasonKey) -> Explanation {
    let reason = Reason {
        check: Check::Restriction,
        key,
        needs: Needs::Nothing,
    };
    Explanation {
        verdict,
        evidence: Vec::new(),
        reasons: vec![reason],
    }
}
