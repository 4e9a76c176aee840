//! What can be saved of a damaged store. The store itself is only read: everything is done on a copy.
//!
//! Journal and records are each other's spare: where the journal is unbroken it makes the records
//! anew, whatever became of them; where it is not, the records that can be read stand in.

mod carve;
mod copy;
mod layout;
mod log;
mod loose;
mod reading;
mod rebuild;
mod sorting;
mod sound;

use std::collections::BTreeMap;
use std::path::Path;

pub(super) use copy::{TRIAL, copy as copy_without};
pub(super) use layout::log as data_of;
pub use loose::Loose;
pub(super) use rebuild::rebuild_whole;
pub use rebuild::{Rebuilt, rebuild};
pub(super) use sound::{Part, is_sound};

use super::Head;
use super::error::StoreError;
use super::layout::SNAPSHOT;
use crate::domain::{JournalEntry, Key, Record, Revision};
use reading::{Reading, plain};

/// What was saved of a store, and what was not.
#[derive(Debug, Default)]
pub struct Salvage {
    /// The revision that there should be: what was acknowledged, or more.
    pub last: Revision,
    /// The journal as far as it is unbroken from its beginning.
    pub chain: Vec<JournalEntry>,
    /// Later entries that can be read, behind a gap.
    pub stranded: Vec<Revision>,
    /// Revisions whose entries are lost, as ranges.
    pub lost: Vec<(Revision, Revision)>,
    /// The records, as far as they are known.
    pub records: BTreeMap<Key, Record>,
    /// Records that are only known as they were at an earlier revision, behind which entries are
    /// lost.
    pub stale: Vec<(Key, Revision)>,
    /// How many records were committed and are neither among the data nor in the journal.
    pub missing: u64,
    /// What records said about others that are lost, and what became of that.
    pub loose: Vec<(Key, Loose)>,
    /// Whether the records are proved to be those of the last revision.
    pub proved: bool,
    /// Damage that costs nothing, because the rest makes up for it, and damage that explains what is
    /// lost.
    pub notes: Vec<String>,
}

impl Salvage {
    /// Whether nothing is lost.
    pub const fn is_whole(&self) -> bool {
        self.lost.is_empty() && self.proved
    }

    /// Where the unbroken journal ends.
    pub fn chain_head(&self) -> Head {
        self.chain.last().map_or_else(Head::default, |e| Head {
            revision: e.revision,
            hash: e.hash,
        })
    }
}

/// Reads what can be read of a store, through copies in a directory that nobody else uses.
///
/// # Errors
/// When there is no store, another program has it open, a newer version wrote it, it can't be
/// copied, or nothing of it can be read.
pub fn salvage(store: &Path, scratch: &Path) -> Result<Salvage, StoreError> {
    let _quiet = copy::quiet(store)?;
    read_all(store, scratch)
}

/// As [`salvage`], for whoever holds the store's lock.
pub(super) fn read_all(store: &Path, scratch: &Path) -> Result<Salvage, StoreError> {
    let mut best: Option<Reading> = None;
    let mut failure = None;
    // What only speeds opening up may be what keeps it from opening.
    for (number, without) in [&[][..], &[SNAPSHOT], copy::ACCELERATORS]
        .iter()
        .enumerate()
    {
        let place = scratch.join(number.to_string());
        copy::copy(store, &place, without)?;
        let read = reading::read(&place);
        // What can't be removed goes with the whole of the directory.
        let _ = std::fs::remove_dir_all(&place);
        match read {
            Ok(reading) => {
                let whole = reading.records_whole && reading.has_all_entries();
                if best.as_ref().is_none_or(|b| b.weight() < reading.weight()) {
                    best = Some(reading);
                }
                if whole {
                    break;
                }
            }
            Err(error @ (StoreError::NewerFormat { .. } | StoreError::Full { .. })) => {
                return Err(error);
            }
            Err(error) => failure = Some(plain(error)),
        }
    }
    let whole = |r: &Reading| r.records_whole && r.unreadable.is_empty() && r.has_all_entries();
    if !best.as_ref().is_some_and(whole) {
        best.get_or_insert_with(|| reading::without_engine(store, failure.as_deref()))
            .complete(carve::carve(store));
    }
    let hopeless = |why| StoreError::Hopeless {
        path: store.to_owned(),
        why,
    };
    match best {
        Some(best) if best.weight() > 0 => Ok(sorting::sort(best)),
        Some(best) => Err(hopeless(if best.unreadable.is_empty() {
            "its data hold neither records nor journal".to_owned()
        } else {
            best.unreadable.join("; ")
        })),
        None => Err(hopeless(failure.unwrap_or_default())),
    }
}
