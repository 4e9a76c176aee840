//! Whoever a sentence is about: addressed, or named while somebody else looks with their eyes.

use crate::domain::PrincipalId;

use super::snapshot::Snapshot;

/// Whose access a sentence tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub principal: PrincipalId,
    /// Whether somebody else reads it, so that it says a name rather than `you`.
    pub named: bool,
}

impl Reader {
    /// Somebody who reads about themselves.
    pub const fn own(principal: PrincipalId) -> Self {
        Self {
            principal,
            named: false,
        }
    }

    /// `you`, or the name.
    pub fn name(self, snapshot: &Snapshot) -> String {
        if self.named {
            snapshot.label(self.principal)
        } else {
            "you".to_owned()
        }
    }

    /// `you own`, or `Dan Okafor owns`: the verb as it goes with `you`, and with a name.
    pub fn does(self, snapshot: &Snapshot, yours: &str, theirs: &str) -> String {
        let verb = if self.named { theirs } else { yours };
        format!("{} {verb}", self.name(snapshot))
    }

    /// `your own`, or `Dan Okafor's own`.
    pub fn own_words(self, snapshot: &Snapshot) -> String {
        if self.named {
            format!("{}'s own", self.name(snapshot))
        } else {
            "your own".to_owned()
        }
    }
}
