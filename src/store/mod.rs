//! Where records and the journal live: a narrow trait, and two engines behind it.
//!
//! [`SledStore`] keeps everything in a directory, [`MemoryStore`] in memory. The trait promises
//! nothing about one process or cheap scans: it compares a revision and commits, reads the records
//! once, and follows the journal from a revision. A distributed engine with compare-and-commit and
//! watch could stand in without the layers above noticing.
//!
//! The store decides nothing about permissions; it makes sure that what was acknowledged is there,
//! whole, and that anything less is noticed.

pub mod backup;
pub mod chunks;
pub mod codec;
pub mod error;
pub mod hash;
pub mod keys;
pub mod memory;
pub mod packs;
pub mod salvage;
pub mod sled_store;

mod aside;
mod build;
mod careful;
mod compiled;
mod engine;
mod entry;
mod head;
mod layout;
mod lock;
mod migrate;
mod permissions;
mod plan;
mod presence;
mod recover;
mod scan;
mod trial;
mod verify;
mod whole;
mod write;

pub use aside::{Aside, PART, part_of};
pub use compiled::{CompiledFile, Make};
pub use engine::panics_are_errors;
pub use error::StoreError;
pub use memory::MemoryStore;
pub use sled_store::{Claim, SledStore};
pub use verify::{verify, verify_against};

use crate::domain::{ChangeSet, JournalEntry, Key, Record, Revision, Stamp};

/// Where the journal ends. Exported, it is the checkpoint that shows when a tail was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head {
    /// The last revision; 0 for a store without commits.
    pub revision: Revision,
    /// The hash of its journal entry; zeros for a store without commits.
    pub hash: [u8; 32],
}

/// Records and the journal of what changed them.
pub trait Store: Send + Sync {
    /// Where the journal ends now.
    fn head(&self) -> Head;

    /// Shows every record, in order of keys.
    ///
    /// What is visited belongs to one revision; commits wait meanwhile, so `visit` must not call
    /// the store. An error may come after records were visited: they must then be thrown away.
    ///
    /// # Errors
    /// When records are missing, damaged, or not those that were committed.
    fn scan(&self, visit: &mut dyn FnMut(Key, Record)) -> Result<(), StoreError>;

    /// Commits what was planned on a revision: all of it or nothing.
    ///
    /// `Ok` means on disk, synced. After [`StoreError::Conflict`] or [`StoreError::Changed`]
    /// nothing happened: plan again. After any other error the next opening tells whether the
    /// commit was made; until then the store may answer [`StoreError::Halted`].
    ///
    /// # Errors
    /// When the revision moved on, a `before` is not what is stored, or it can't be written.
    fn commit(
        &self,
        expected: Revision,
        stamp: Stamp,
        changes: ChangeSet,
    ) -> Result<JournalEntry, StoreError>;

    /// Commits very many new records, as [`Self::commit`] but for the journal: it may hold them as
    /// several entries that follow on each other, and nobody sees the store between two of them.
    /// Hears how many records were written so far, and stops where `go_on` says no.
    ///
    /// # Errors
    /// As [`Self::commit`]; [`StoreError::Cancelled`] after a no: nothing happened.
    fn commit_large(
        &self,
        expected: Revision,
        stamp: Stamp,
        changes: ChangeSet,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Head, StoreError> {
        let _ = go_on;
        self.commit(expected, stamp, changes).map(|entry| Head {
            revision: entry.revision,
            hash: entry.hash,
        })
    }

    /// The journal entries with `from <= revision <= to`, ascending; revisions that do not exist
    /// yet are left out.
    ///
    /// # Errors
    /// When an entry is missing or damaged.
    fn entries(&self, from: Revision, to: Revision) -> Result<Vec<JournalEntry>, StoreError>;
}
