//! A new store of what was saved. The old one stays as it is.

use std::collections::BTreeMap;
use std::path::Path;

use super::Salvage;
use crate::domain::change::ChangeLog;
use crate::domain::{Change, ChangeSet, JournalEntry, Key, Record, Revision, Stamp};
use crate::store::error::StoreError;
use crate::store::{Head, Store, entry, verify, whole};

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    /// Where the new journal ends.
    pub head: Head,
    /// The revision that sets what was saved beside the unbroken journal; none when that was all.
    pub repair: Option<Revision>,
}

/// Makes a store of what was saved, in a directory that is empty or does not exist. The unbroken part
/// of the journal is the same there, hash for hash; one commit with the given stamp says what follows
/// from the rest, and that something is lost.
///
/// # Errors
/// When there is something in the directory, or it can't be written; then nothing was made.
pub fn rebuild(salvage: Salvage, directory: &Path, stamp: Stamp) -> Result<Rebuilt, StoreError> {
    let whole = salvage.is_whole() && salvage.stranded.is_empty();
    let Salvage { chain, records, .. } = salvage;
    whole::build(directory, |store| {
        let mut now = BTreeMap::new();
        for entry in chain {
            carry_out(&mut now, &entry);
            entry::repeat(store, entry)?;
        }
        let changes = difference(now, records);
        let mut repair = None;
        if !whole || !changes.is_empty() {
            let at = store.head().revision;
            repair = Some(store.commit(at, stamp, changes)?.revision);
        }
        let head = verify(store)?;
        Ok(Rebuilt { head, repair })
    })
}

/// Makes the same store anew from a journal that is whole.
///
/// # Errors
/// When something is lost, there is something in the directory, or it can't be written.
pub(in crate::store) fn rebuild_whole(
    salvage: Salvage,
    directory: &Path,
) -> Result<Head, StoreError> {
    let head = salvage.chain_head();
    if !salvage.is_whole() || head.revision != salvage.last {
        return Err(StoreError::damaged("not all of it can be read"));
    }
    whole::build(directory, |store| {
        for entry in salvage.chain {
            entry::repeat(store, entry)?;
        }
        verify(store)
    })
}

fn carry_out(records: &mut BTreeMap<Key, Record>, entry: &JournalEntry) {
    for Change { key, after, .. } in &entry.changes.0 {
        match after {
            Some(record) => records.insert(key.clone(), record.clone()),
            None => records.remove(key),
        };
    }
}

fn difference(mut before: BTreeMap<Key, Record>, after: BTreeMap<Key, Record>) -> ChangeSet {
    let mut log = ChangeLog::default();
    for (key, record) in after {
        let was = before.remove(&key);
        log.note(key, was, Some(record));
    }
    for (key, record) in before {
        log.note(key, Some(record), None);
    }
    log.into_changes()
}
