//! What can go wrong in a store: what happened, to what, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::domain::{Revision, Timestamp};

/// Why the store did not do what was asked. Every text is a sentence for people.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another program has the store open.
    #[error("{}", locked(path, *pid, command, *since))]
    Locked {
        /// The store.
        path: PathBuf,
        /// Who has it; unknown in the instant in which they are opening it.
        pid: Option<u32>,
        /// What they run; empty when unknown.
        command: String,
        /// Since when.
        since: Option<Timestamp>,
    },
    /// Somebody committed since the plan was made.
    #[error(
        "the store moved on: the plan was made on revision {expected}, now it is at {actual}; \
         look at what changed and try again"
    )]
    Conflict {
        /// The revision that the plan was made on.
        expected: Revision,
        /// The store's revision.
        actual: Revision,
    },
    /// A record is not what the plan believes it was.
    #[error("{key} is not what the plan was made on; nothing was written: load again and retry")]
    Changed {
        /// The record.
        key: String,
    },
    /// The change set does not have the form it must have.
    #[error("this change can't be stored: {what}; nothing was written")]
    Invalid {
        /// What is wrong.
        what: String,
    },
    /// Written by a newer deedbox.
    #[error(
        "{what} has format {found}, and this deedbox knows up to {known}: use a newer deedbox; \
         nothing was changed"
    )]
    NewerFormat {
        /// Which part of the store.
        what: String,
        /// The version found.
        found: u32,
        /// The newest version that this program reads.
        known: u32,
    },
    /// Something is not what was written.
    #[error(
        "the store is damaged: {what}. `deedbox repair --dry-run` says what can be saved, working on a \
         copy; `deedbox restore` brings a backup back"
    )]
    Damaged {
        /// What is damaged.
        what: String,
    },
    /// The journal's chain of hashes does not hold.
    #[error(
        "the journal does not hold from revision {revision} on: {what}. Compare it with a backup or an exported checkpoint"
    )]
    BrokenChain {
        /// The first bad revision.
        revision: Revision,
        /// What is wrong with it.
        what: String,
    },
    /// Fewer or more records than were committed.
    #[error(
        "the store is damaged: {expected} records were committed and {found} are there. `deedbox repair \
         --dry-run` says what can be saved, working on a copy; `deedbox restore` brings a backup back"
    )]
    MissingRows {
        /// Committed.
        expected: u64,
        /// Found.
        found: u64,
    },
    /// No space left.
    #[error("there is no space left for `{}`: nothing acknowledged is lost; make room and open the store again", path.display())]
    Full {
        /// The store.
        path: PathBuf,
    },
    /// An earlier write failed and nobody knows how far it came.
    #[error(
        "nothing can be written until the store is opened again, because an earlier write failed: {why}"
    )]
    Halted {
        /// The earlier failure.
        why: String,
    },
    /// The operating system refused.
    #[error("could not {action} `{}`: {source}; check that the path and its permissions are right", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Somebody stopped it.
    #[error("cancelled: nothing was changed")]
    Cancelled,
    /// There is no store here.
    #[error("there is no store at `{}`: run `deedbox init` to make one, or name another with --store", path.display())]
    NotAStore {
        /// Where one was expected.
        path: PathBuf,
    },
    /// There is something here already.
    #[error("`{}` already holds a store or other files: choose an empty directory", path.display())]
    Exists {
        /// Where a store was to be made.
        path: PathBuf,
    },
    /// A file would be overwritten.
    #[error("`{}` is there already and was left as it is: take it away, or name another file", path.display())]
    FileExists {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("`{}` is no backup: name a file that `deedbox backup` wrote", path.display())]
    NoBackup {
        /// The file.
        path: PathBuf,
    },
    /// The backup is not what was written.
    #[error("this backup does not hold: {what}. Nothing was made; use another one")]
    BadBackup {
        /// What is wrong.
        what: String,
    },
    /// There is nothing to save.
    #[error("nothing can be saved from `{}`: {why}. Restore a backup, or look for an older copy", path.display())]
    Hopeless {
        /// The store.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

fn locked(path: &Path, pid: Option<u32>, command: &str, since: Option<Timestamp>) -> String {
    let who = match pid {
        Some(pid) if command.is_empty() => format!("process {pid}"),
        Some(pid) => format!("`{command}` (process {pid})"),
        None => "another program".to_owned(),
    };
    let since = since.map(|s| format!(" since {s}")).unwrap_or_default();
    format!(
        "the store `{}` is open in {who}{since}: close that first",
        path.display()
    )
}

impl StoreError {
    /// The exit code for programs that end because of this.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Locked { .. }
            | Self::NotAStore { .. }
            | Self::Exists { .. }
            | Self::FileExists { .. }
            | Self::NoBackup { .. }
            | Self::Invalid { .. }
            | Self::NewerFormat { .. }
            | Self::Full { .. }
            | Self::Io { .. } => 3,
            Self::Conflict { .. } | Self::Changed { .. } => 5,
            Self::Damaged { .. }
            | Self::BrokenChain { .. }
            | Self::MissingRows { .. }
            | Self::BadBackup { .. }
            | Self::Hopeless { .. }
            | Self::Halted { .. } => 7,
            Self::Cancelled => 130,
        }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }

    /// For `map_err` on calls of the operating system.
    pub(super) fn io<'a>(
        action: &'static str,
        path: &'a Path,
    ) -> impl FnOnce(io::Error) -> Self + use<'a> {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full {
                path: path.to_owned(),
            },
            _ => Self::Io {
                action,
                path: path.to_owned(),
                source,
            },
        }
    }
}
