//! What somebody is granted by a policy, before and after: for steps that speak of a member rather
//! than of a binding, whose other members are nobody's concern.

use crate::authz::wording;
use crate::domain::{Binding, Policy, PrincipalId, Timestamp};

/// Every binding of a member.
pub(super) fn of(policy: &Policy, member: PrincipalId) -> Vec<&Binding> {
    let all = policy.bindings.iter();
    all.filter(|b| b.members.contains(&member)).collect()
}

/// Whether two bindings grant the same: who else holds them, and why, is nothing to a platform.
pub(super) fn is_same(a: &Binding, b: &Binding) -> bool {
    a.role == b.role && a.condition == b.condition
}

/// Members who are granted something else than before, in order.
pub(super) fn touched(was: &Policy, is: &Policy) -> Vec<PrincipalId> {
    let mut members: Vec<PrincipalId> = Vec::new();
    for (_, _, member) in was.grants().chain(is.grants()) {
        if !members.contains(&member) {
            members.push(member);
        }
    }
    let within = |a: &[&Binding], b: &[&Binding]| a.iter().all(|x| b.iter().any(|y| is_same(x, y)));
    members.retain(|member| {
        let (old, new) = (of(was, *member), of(is, *member));
        !within(&old, &new) || !within(&new, &old)
    });
    members
}

/// Whether a grant stands open on the platform at a moment. One under a condition that can't be
/// evaluated here may hold there.
pub(super) fn is_open(binding: &Binding, now: Timestamp) -> bool {
    binding.window().is_none_or(|w| w.contains(now))
}

/// The words that say when a step by hand is due, and when it is to be taken back.
pub(super) fn times(binding: &Binding, now: Timestamp, back: &str) -> String {
    let window = binding.window().unwrap_or_default();
    let start = window.start.filter(|start| *start > now);
    let start = start.map_or_else(String::new, |s| format!(" on {}", wording::moment(s)));
    let end = window.end.map_or_else(String::new, |e| {
        format!("; {back} again on {}", wording::moment(e))
    });
    format!("{start}{end}")
}
