//! The grants of a policy by whom they are to, so that two policies are compared by looking up.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::ids::PrincipalId;
use super::policy::{Binding, Policy};

/// What a policy grants to each member. A policy can have 1,500 members, and policies are compared
/// while somebody types: each with each would be seen.
#[derive(Debug, Default)]
pub struct ByMember<'a>(FxHashMap<PrincipalId, SmallVec<[&'a Binding; 2]>>);

impl<'a> ByMember<'a> {
    /// Of all members of a policy.
    pub fn new(policy: &'a Policy) -> Self {
        let mut held: FxHashMap<PrincipalId, SmallVec<[&'a Binding; 2]>> = FxHashMap::default();
        for (_, binding, member) in policy.grants() {
            let own = held.entry(member).or_default();
            // Somebody may be named twice in one binding.
            if own.last().is_none_or(|last| !std::ptr::eq(*last, binding)) {
                own.push(binding);
            }
        }
        Self(held)
    }

    /// The bindings that name a member, in order.
    pub fn of(&self, member: PrincipalId) -> &[&'a Binding] {
        self.0.get(&member).map_or(&[], SmallVec::as_slice)
    }

    /// Whether a member is granted what a binding grants.
    pub fn has(&self, member: PrincipalId, binding: &Binding) -> bool {
        self.of(member).iter().any(|own| own.grants_same(binding))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_has_each_binding_that_names_them_once() {
        let (ann, ben, cy) = (PrincipalId(8), PrincipalId(9), PrincipalId(10));
        let mut first = Binding::new("user", ann);
        first.members.extend([ann, ben]);
        let second = Binding {
            reason: Some("asked".into()),
            ..Binding::new("owner", ann)
        };
        let policy = Policy {
            bindings: vec![first, second],
            ..Policy::default()
        };
        let by_member = ByMember::new(&policy);
        let roles = |of| {
            let own = by_member.of(of).iter();
            own.map(|b| b.role.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(roles(ann), ["user", "owner"]);
        assert_eq!((roles(ben), roles(cy)), (vec!["user"], vec![]));
        // Who else holds it, and why, makes no difference.
        assert!(by_member.has(ann, &Binding::new("owner", cy)));
        assert!(!by_member.has(ben, &Binding::new("owner", ben)));
    }
}
