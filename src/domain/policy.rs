//! Policies: who was granted which role, under what condition. One form for all platforms.

use serde::{Deserialize, Serialize};

use super::condition::{Condition, Reading};
use super::ids::PrincipalId;
use super::time::Window;

/// What was granted on one resource or environment.
///
/// On Google this is the IAM policy, kept whole. A Fabric item share and an AI Builder share are
/// bindings too: their role is the list of permissions ([`Binding::rights`]) or the level.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Policy {
    /// Changes with every write; a write that names another one is refused.
    pub etag: Option<String>,
    /// The grants.
    pub bindings: Vec<Binding>,
    /// Google's audit configuration, kept verbatim as JSON text.
    pub audit_configs: Option<String>,
}

/// One role, granted to some members.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Binding {
    /// The role's name as the platform writes it; unknown ones are kept and grant nothing.
    pub role: String,
    /// Who holds it.
    pub members: Vec<PrincipalId>,
    /// When it holds.
    pub condition: Option<Condition>,
    /// Why it was granted, as the person who did wrote it.
    pub reason: Option<String>,
}

impl Binding {
    /// An unconditional binding of one member.
    pub fn new(role: impl Into<String>, member: PrincipalId) -> Self {
        Self {
            role: role.into(),
            members: vec![member],
            condition: None,
            reason: None,
        }
    }

    /// When the binding holds; `None` when its condition can't be evaluated (it then never does).
    pub fn window(&self) -> Option<Window> {
        match self.condition.as_ref().map(Condition::reading) {
            None => Some(Window::ALWAYS),
            Some(Reading::Within(window)) => Some(window),
            Some(Reading::Unreadable) => None,
        }
    }

    /// Whether two bindings grant the same: who else holds them, and why, is nothing to a platform.
    pub fn grants_same(&self, other: &Self) -> bool {
        self.role == other.role && self.condition == other.condition
    }

    /// Whether a new grant of a role takes this one's place. One under a condition that can't be
    /// evaluated stays: it is kept verbatim (RULES, Policy).
    pub fn gives_way_to(&self, role: &str) -> bool {
        self.role == role && self.window().is_some()
    }

    /// The single rights of a role that is a list of them (`Read, Reshare`).
    pub fn rights(&self) -> impl Iterator<Item = &str> {
        self.role
            .split([',', '|'])
            .map(str::trim)
            .filter(|r| !r.is_empty())
    }
}

impl Policy {
    /// Every grant as (binding's place, binding, member).
    pub fn grants(&self) -> impl Iterator<Item = (usize, &Binding, PrincipalId)> {
        self.bindings
            .iter()
            .enumerate()
            .flat_map(|(i, b)| b.members.iter().map(move |m| (i, b, *m)))
    }

    /// Adds a grant; a member joins the binding of the same role, condition and reason. Returns
    /// whether anything changed.
    pub fn grant(&mut self, binding: Binding) -> bool {
        let same = self.bindings.iter_mut().find(|b| {
            b.role == binding.role && b.condition == binding.condition && b.reason == binding.reason
        });
        let Some(same) = same else {
            self.bindings.push(binding);
            return true;
        };
        let before = same.members.len();
        for member in binding.members {
            if !same.members.contains(&member) {
                same.members.push(member);
            }
        }
        same.members.len() != before
    }

    /// Takes a member out of the bindings that `which` picks; bindings left without members go.
    /// Returns whether anything changed.
    pub fn revoke(&mut self, member: PrincipalId, which: impl Fn(&Binding) -> bool) -> bool {
        let mut changed = false;
        for binding in self.bindings.iter_mut().filter(|b| which(b)) {
            let before = binding.members.len();
            binding.members.retain(|m| *m != member);
            changed |= binding.members.len() != before;
        }
        if changed {
            self.bindings.retain(|b| !b.members.is_empty());
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: PrincipalId = PrincipalId(8);
    const BOB: PrincipalId = PrincipalId(9);

    #[test]
    fn a_member_joins_what_grants_the_same_for_the_same_reason() {
        let mut policy = Policy::default();
        assert!(policy.grant(Binding::new("viewer", ANN)));
        assert!(!policy.grant(Binding::new("viewer", ANN)), "holds it");
        assert!(policy.grant(Binding::new("viewer", BOB)));
        let asked = || Binding {
            reason: Some("asked for".into()),
            ..Binding::new("viewer", BOB)
        };
        assert!(policy.grant(asked()));
        assert!(!policy.grant(asked()));
        let members: Vec<&[PrincipalId]> = policy.bindings.iter().map(|b| &*b.members).collect();
        assert_eq!(members, [&[ANN, BOB][..], &[BOB]]);
        assert!(!policy.revoke(BOB, |b| b.role == "editor"));
        assert!(policy.revoke(BOB, |_| true));
        assert!(policy.grants().map(|(_, _, member)| member).eq([ANN]));
    }
}
