//! Findings in words: what, why it matters, what to do.

use crate::authz::{Snapshot, wording};
use crate::domain::{PrincipalId, Target};

use super::{Finding, FindingKind};

impl FindingKind {
    /// The kind in two or three words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::OwnerGone => "owner gone",
            Self::NoOwner => "no owner",
            Self::OwnerLockedOut => "owner locked out",
            Self::BrokenAccess => "broken access data",
            Self::OpenToEverybody => "open to everybody",
            Self::GroupCycle => "groups in a circle",
            Self::UnreadableCondition => "unreadable condition",
            Self::UnknownRole => "role gives nothing",
            Self::DormantGrant => "dormant grant",
            Self::UnknownPrincipal => "unknown principal",
            Self::Tombstone => "deleted principal",
            Self::EmptyGroup => "empty group",
            Self::ExpiredGrant => "expired grant",
            Self::NotBegun => "not begun",
        }
    }

    /// Why it matters, in a sentence.
    pub const fn why(self) -> &'static str {
        match self {
            Self::OwnerGone => "Only administrators can still share it, hand it over or delete it.",
            Self::NoOwner => {
                "Nobody is responsible for it, and on some platforms what nobody owns is open."
            }
            Self::OwnerLockedOut => {
                "Whoever answers for it can't even look at it, so nobody keeps it in order."
            }
            Self::BrokenAccess => {
                "Every question about it ends in an error, so it works for administrators only."
            }
            Self::OpenToEverybody => {
                "Nobody has to be let in any more. That may be meant; if not, it should be closed now."
            }
            Self::GroupCycle => {
                "Whoever joins one of these groups is in all of them, which is rarely what was meant."
            }
            Self::UnreadableCondition => {
                "The grant never holds here, although it may on the platform: nobody can rely on it."
            }
            Self::UnknownRole => {
                "It looks like access to models and is none: the role is disabled, or not known here; what else it may give on the platform is not looked at."
            }
            Self::DormantGrant => {
                "It looks like access and is none, but a role given later would wake it."
            }
            Self::UnknownPrincipal => {
                "Whoever gets this name holds the grant; nobody here knows who that is."
            }
            Self::Tombstone => "It matches nobody any more, and only clutters the policy.",
            Self::EmptyGroup => {
                "Nobody holds it now, but whoever is put into the group does, perhaps unnoticed."
            }
            Self::ExpiredGrant => "It gives nothing any more, and only clutters the policy.",
            Self::NotBegun => "It gives nothing yet; somebody may be waiting for it.",
        }
    }

    /// What to do about it, in a few words.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::OwnerGone | Self::NoOwner => "give it to somebody who is here",
            Self::OwnerLockedOut => "let the owner in, or give it to another owner",
            Self::BrokenAccess => "set its access mode anew",
            Self::OpenToEverybody => "close it, unless it is meant",
            Self::GroupCycle => "take one of the groups out of another",
            Self::UnreadableCondition => "write a condition of time, or take the grant away",
            Self::UnknownRole => "grant a role that exists here, or take it away",
            Self::DormantGrant => "give a role in the environment, or take the share away",
            Self::UnknownPrincipal => "bring them into the directory, or take the grant away",
            Self::Tombstone | Self::ExpiredGrant => "take it away",
            Self::EmptyGroup => "fill the group, or take the grant away",
            Self::NotBegun => "nothing, if that is what was meant",
        }
    }
}

impl Finding {
    /// What was found, in a sentence with names.
    pub fn what(&self, snapshot: &Snapshot) -> String {
        let on =
            |target: Option<Target>| target.map_or_else(String::new, |t| snapshot.target_label(t));
        let who = |id: Option<PrincipalId>| id.map_or_else(String::new, |id| snapshot.label(id));
        let (on, name) = (on(self.on), who(self.who));
        let role = self.role(snapshot);
        match self.kind {
            FindingKind::OwnerGone => match self.standing(snapshot) {
                Some(status) => format!("{on} is owned by {name}, who is {status}"),
                None => format!("{on} is owned by {name}, and nobody active is behind that name"),
            },
            FindingKind::NoOwner => format!("{on} has no owner"),
            FindingKind::OwnerLockedOut => format!("{name} owns {on} and can't look at it"),
            FindingKind::BrokenAccess => format!("what is stored about {on} does not fit together"),
            FindingKind::OpenToEverybody => match self.who {
                Some(_) => format!("{on} is granted to {name} as {role}"),
                None => format!("{on} lets in everybody who has a role in the cluster"),
            },
            FindingKind::GroupCycle => format!("{} contain each other", self.ring(snapshot)),
            FindingKind::UnreadableCondition => {
                format!("{name} holds {role} on {on} under a condition that can't be evaluated")
            }
            FindingKind::UnknownRole => {
                format!("{name} holds {role} on {on}, which gives nothing there")
            }
            FindingKind::DormantGrant => {
                format!("{on} is shared with {name} as {role}, and no role lets them use it")
            }
            FindingKind::UnknownPrincipal => {
                format!("{name} holds {role} on {on}, and the directory knows nobody of that name")
            }
            FindingKind::Tombstone => format!("{name}, deleted, still holds {role} on {on}"),
            FindingKind::EmptyGroup => format!("{name}, with nobody in it, holds {role} on {on}"),
            FindingKind::ExpiredGrant => {
                format!("{role} on {on} for {name} ended {}", self.moment())
            }
            FindingKind::NotBegun => {
                format!("{role} on {on} for {name} begins {}", self.moment())
            }
        }
    }

    /// The role of the grant, as people call it.
    fn role(&self, snapshot: &Snapshot) -> String {
        let (Some(on), Some(place)) = (self.on, self.binding) else {
            return String::new();
        };
        let own = || Some(snapshot.policy(on)?.bindings.as_slice());
        let above = || {
            let environment = snapshot.environment_of(on)?;
            Some(snapshot.place(environment)?.environment.inherited())
        };
        let bindings = if self.inherited { above() } else { own() };
        let Some(binding) = bindings.and_then(|list| list.get(place as usize)) else {
            return String::new();
        };
        let title = wording::role_title(snapshot, on, &binding.role);
        if self.inherited {
            format!("{title} (inherited from above)")
        } else {
            title
        }
    }

    fn moment(&self) -> String {
        self.when.map_or_else(String::new, wording::moment)
    }

    /// `suspended` or `deleted`, of a person.
    fn standing(&self, snapshot: &Snapshot) -> Option<String> {
        let principal = snapshot.principal(self.who?)?;
        let away = principal.status() != crate::domain::Status::Active;
        away.then(|| principal.status().to_string())
    }

    /// The groups of a ring, by name.
    fn ring(&self, snapshot: &Snapshot) -> String {
        let Some(first) = self.who else {
            return String::new();
        };
        let within = |up: &PrincipalId| snapshot.closure(*up).binary_search(&first).is_ok();
        let ring = snapshot.closure(first).iter().filter(|up| within(up));
        let names: Vec<String> = ring.map(|id| snapshot.label(*id)).collect();
        names.join(", ")
    }
}
