//! What takes a finding away, where that is one intent.

use crate::authz::Snapshot;
use crate::authz::{lists::owners, platforms};
use crate::domain::{Target, Timestamp};

use super::super::intents::{Intent, RevokeRole, Unshare};
use super::{Finding, FindingKind};

impl Finding {
    /// Whether what mends it is another owner: nobody owns the resource who is here, or the grant
    /// is that of its only owner on record.
    pub fn wants_owner(&self, snapshot: &Snapshot, at: Timestamp) -> bool {
        let Some(Target::Resource(id)) = self.on else {
            return false;
        };
        if matches!(self.kind, FindingKind::OwnerGone | FindingKind::NoOwner) {
            return true;
        }
        let (Some(who), Some(place), Some(resource)) =
            (self.who, self.binding, snapshot.resource(id))
        else {
            return false;
        };
        let binding = resource.policy.bindings.get(place as usize);
        let role = platforms::owner_role(resource.kind());
        let owns = binding.is_some_and(|b| Some(b.role.as_str()) == role);
        let owners = owners(snapshot, resource, at);
        resource.kind().is_owned() && owns && owners == [who]
    }

    /// What to do about it, in a few words.
    pub fn remedy(&self, snapshot: &Snapshot, at: Timestamp) -> &'static str {
        if self.inherited {
            "change it where it was granted, in the folder or organization above"
        } else if self.wants_owner(snapshot, at) {
            FindingKind::OwnerGone.remedy()
        } else {
            self.kind.remedy()
        }
    }

    /// The intent that takes the grant away, for grants that do nothing or that nobody can answer for.
    /// `None` where the member holds the same role there by another binding too, which would go with it.
    /// `None`, too, for what comes from above the environment, and for the only owner on record: then
    /// somebody else is to own it, see [`Finding::wants_owner`].
    pub fn removal(&self, snapshot: &Snapshot, at: Timestamp) -> Option<Intent> {
        let idle = matches!(
            self.kind,
            FindingKind::Tombstone
                | FindingKind::ExpiredGrant
                | FindingKind::UnknownRole
                | FindingKind::UnreadableCondition
                | FindingKind::UnknownPrincipal
        );
        let (on, who, place) = (self.on?, self.who?, self.binding?);
        let policy = snapshot.policy(on).filter(|_| idle && !self.inherited)?;
        let role = &policy.bindings.get(place as usize)?.role;
        let same = policy
            .grants()
            .filter(|(_, binding, member)| *member == who && binding.role == *role);
        if same.count() != 1 {
            return None;
        }
        if self.wants_owner(snapshot, at) {
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
