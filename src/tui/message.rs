//! Messages come in, effects go out.

use std::fmt;
use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};

use crate::authz::Snapshot;
use crate::domain::{JournalEntry, Revision, Timestamp};
use crate::registry::watch::Reached;
use crate::registry::{Actor, Plan, Receipt};

use super::screen::{Answer, Ticket};

/// Something that happened.
#[derive(Debug)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// A button or the wheel of the mouse.
    Mouse(MouseEvent),
    /// The terminal has this many columns and rows.
    Resize(u16, u16),
    /// There is nothing to go on with.
    Quit,
    /// Somebody outside ends the process, or took its terminal away.
    Interrupted,
    /// The store's state can be shown, to whoever signed in.
    Opened(Arc<Snapshot>, Box<Actor>),
    /// So many records of the store are read, of so many.
    Reading(u64, u64),
    /// A commit came back.
    Committed(Result<Box<Receipt>, String>),
    /// The store's state now, which may not be the one that is shown.
    Now(Arc<Snapshot>),
    /// Journal entries came back, newest first.
    Journal(Result<Vec<JournalEntry>, String>),
    /// Older journal entries came back, newest first.
    Older(Result<Vec<JournalEntry>, String>),
    /// The store as it was came back, and the moment at which it is looked at; without one, the
    /// moment at which the revision was made.
    Past(Revision, Option<Timestamp>, Result<Arc<Snapshot>, String>),
    /// A job came back.
    Answered(Ticket, Answer),
    /// A job is so far.
    Reached(Ticket, Reached),
    /// A job ended without an answer, and why.
    Failed(Ticket, String),
}

/// Work that reads only what it was given, for a thread of its own. It may tell how far it is.
pub struct Job(pub Box<dyn FnOnce(&Tell<'_>) -> Answer + Send>);

/// Hears how far a job is.
pub type Tell<'a> = dyn Fn(Reached) + 'a;

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Job")
    }
}

/// Something to be done outside.
#[derive(Debug)]
pub enum Effect {
    /// Make a plan last.
    Commit(Box<Plan>),
    /// Read the newest entries.
    LoadJournal,
    /// Read entries older than a revision.
    LoadOlder(Revision),
    /// Bring what is shown up to the store.
    CatchUp,
    /// Work out the store as it was at a revision.
    Past(Revision),
    /// Work out the store as it was at a moment.
    PastAt(Timestamp),
    /// Run a job; what it brings back is for whoever holds the ticket.
    Compute(Ticket, Job),
    /// Put text on the terminal's clipboard.
    Copy(String),
    /// Listen to the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Give the terminal back to the shell until the process is continued.
    Suspend,
    /// Begin the demo afresh, with the guided tour of this name.
    Tour(&'static str),
}
