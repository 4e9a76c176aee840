//! What a login may do besides changing anything: read the journal, look back, act and see for others,
//! offboard. The platforms have no say in it; every face asks here.

use crate::authz::{Request, Snapshot, check};
use crate::domain::{Capability, JournalEntry, Key, ResourceId, Target, Timestamp};

use super::actor::Actor;

/// What only store administrators do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oversight {
    /// See the store as it was.
    LookBack,
    /// Act as somebody else; the journal says both names.
    ActFor,
    /// See what somebody else sees.
    SeeAs,
    /// Hand over all that a leaver owns and holds: directory and logins are part of it.
    Offboard,
}

/// Why a login may not; `None` when it may. What was visible to somebody then, or is to somebody else,
/// is not theirs to see.
pub fn why_not(login: &Actor, what: Oversight) -> Option<&'static str> {
    let why = match what {
        Oversight::LookBack => "Only store administrators look at the past.",
        Oversight::ActFor => "Only store administrators act for others.",
        Oversight::SeeAs => "Only store administrators see with others' eyes.",
        Oversight::Offboard => {
            "Only store administrators offboard: directory and logins are theirs."
        }
    };
    (!login.store_administrator).then_some(why)
}

/// Whether somebody may read a journal entry: their own, what concerns a resource whose access they may
/// view, and as store administrator everything.
pub fn may_read(snapshot: &Snapshot, actor: &Actor, entry: &JournalEntry, now: Timestamp) -> bool {
    let Some(reader) = actor.principal.filter(|_| !actor.store_administrator) else {
        return actor.store_administrator;
    };
    let may_view = |id: ResourceId| {
        let target = Target::Resource(id);
        let request = Request::new(reader, Capability::ViewAccess.into(), target, now);
        check(snapshot, &request).is_allowed()
    };
    let mut resources = entry.changes.0.iter().filter_map(|c| match c.key {
        Key::Resource(_, id) => Some(id),
        _ => None,
    });
    entry.stamp.author.principal == Some(reader)
        || (entry.stamp.intent != "import" && resources.any(may_view))
}
