//! What somebody is granted by a policy, before and after: for steps that speak of a member rather
//! than of a binding, whose other members are nobody's concern.

use rustc_hash::FxHashSet;

use crate::authz::wording;
use crate::domain::{Binding, ByMember, Policy, PrincipalId, Timestamp};

/// Members who are granted something else than before, in order.
pub(super) fn touched(
    (was, before): (&Policy, &ByMember<'_>),
    (is, after): (&Policy, &ByMember<'_>),
) -> Vec<PrincipalId> {
    let mut seen = FxHashSet::default();
    let within = |a: &ByMember<'_>, b: &ByMember<'_>, member| {
        let mut own = a.of(member).iter();
        own.all(|binding| b.has(member, binding))
    };
    let members = was.grants().chain(is.grants()).map(|(_, _, member)| member);
    members
        .filter(|member| seen.insert(*member))
        .filter(|m| !within(before, after, *m) || !within(after, before, *m))
        .collect()
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
