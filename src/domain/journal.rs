//! The journal: what was done, by whom, and why.

use serde::{Deserialize, Serialize};

use super::change::ChangeSet;
use super::ids::{PrincipalId, Revision};
use super::time::Timestamp;

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The operating-system account that ran the program.
    pub account: String,
    /// The principal who acted, as a reference that stays readable when the principal is gone.
    pub actor: String,
    /// The acting principal, when the directory knows one.
    pub principal: Option<PrincipalId>,
    /// Set when a store administrator acted for somebody: the administrator's own reference.
    pub on_behalf_by: Option<String>,
}

/// What a commit says about itself: everything in a journal entry but its place in the chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stamp {
    /// When it was committed.
    pub time: Timestamp,
    /// By whom.
    pub author: Author,
    /// The intent's name: `share`, `reassign`, `undo`, ….
    pub intent: String,
    /// The intent with its arguments, as JSON.
    pub arguments: String,
    /// One line for people: `share Fraud score with Risk team as Model User`.
    pub summary: String,
    /// Why, in the words of whoever did it.
    pub reason: Option<String>,
    /// The effect on people, in one line: `+12 people can run`.
    pub effect: String,
    /// The revision that this one takes back.
    pub undoes: Option<Revision>,
}

/// One commit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The revision that the commit made.
    pub revision: Revision,
    /// Who, when, what and why.
    pub stamp: Stamp,
    /// The records it changed.
    pub changes: ChangeSet,
    /// Hash of the entry before; zeros for the first.
    pub previous: [u8; 32],
    /// Hash of this entry, over everything above.
    pub hash: [u8; 32],
}
