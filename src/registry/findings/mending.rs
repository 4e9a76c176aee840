//! What takes a finding away, where that is one intent.

use crate::authz::Snapshot;
use crate::domain::Target;

use super::super::intents::{Intent, RevokeRole, Unshare};
use super::{Finding, FindingKind};

impl Finding {
    /// The intent that takes the grant away, for grants that do nothing or that nobody can answer for.
    /// `None` where the member holds the same role there by another binding too, which would go with it.
    pub fn removal(&self, snapshot: &Snapshot) -> Option<Intent> {
        let idle = matches!(
            self.kind,
            FindingKind::Tombstone
                | FindingKind::ExpiredGrant
                | FindingKind::UnknownRole
                | FindingKind::UnreadableCondition
                | FindingKind::UnknownPrincipal
        );
        let (on, who, place) = (self.on?, self.who?, self.binding?);
        let policy = snapshot.policy(on).filter(|_| idle)?;
        let role = &policy.bindings.get(place as usize)?.role;
        let same = policy
            .grants()
            .filter(|(_, binding, member)| *member == who && binding.role == *role);
        if same.count() != 1 {
            return None;
        }
        let (what, from) = (snapshot.target_id(on), snapshot.reference(who));
        Some(match on {
            Target::Environment(_) => RevokeRole {
                environment: what,
                role: role.clone(),
                from,
            }
            .into(),
            _ => Unshare {
                model: what,
                with: from,
                role: Some(role.clone()),
            }
            .into(),
        })
    }
}
