//! Messages come in, effects go out.

use crossterm::event::KeyEvent;

use crate::domain::JournalEntry;
use crate::registry::{Plan, Receipt};

/// Something that happened.
#[derive(Debug)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal has this many columns and rows.
    Resize(u16, u16),
    /// The process is asked to end.
    Quit,
    /// A commit came back.
    Committed(Result<Box<Receipt>, String>),
    /// Journal entries came back, newest first.
    Journal(Result<Vec<JournalEntry>, String>),
}

/// Something to be done outside.
#[derive(Debug)]
pub enum Effect {
    /// Make a plan last.
    Commit(Box<Plan>),
    /// Read the newest entries.
    LoadJournal,
    /// Put text on the terminal's clipboard.
    Copy(String),
    /// Give the terminal back to the shell until the process is continued.
    Suspend,
}
