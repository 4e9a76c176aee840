//! A journal entry as bytes that stand alone: sealed, with its hash before its content.

use super::codec::{self, JOURNAL};
use super::error::StoreError;
use super::{Head, Store, hash};
use crate::domain::{JournalEntry, Revision};

/// The stored bytes of an entry.
///
/// # Errors
/// When it is too large.
pub(super) fn seal(entry: &JournalEntry) -> Result<Vec<u8>, StoreError> {
    let body = hash::entry_body(
        entry.revision,
        &entry.stamp,
        &entry.changes,
        &entry.previous,
    )?;
    Ok(codec::seal(JOURNAL, &[&entry.hash[..], &body].concat()))
}

/// Reads what [`seal`] made; the entry has the hash that it says.
///
/// # Errors
/// When it is damaged or of a newer version.
pub(super) fn unseal(sealed: &[u8]) -> Result<JournalEntry, StoreError> {
    let damaged = || StoreError::damaged("a journal entry is not what was written");
    let content = codec::open(JOURNAL, sealed)?;
    let (hash, body) = content.split_first_chunk::<32>().ok_or_else(damaged)?;
    if hash::body_hash(body) != *hash {
        return Err(damaged());
    }
    let (revision, stamp, changes, previous): (Revision, _, _, _) =
        codec::decode_body(JOURNAL, body)?;
    Ok(JournalEntry {
        revision,
        stamp,
        changes,
        previous,
        hash: *hash,
    })
}

/// Commits an entry of another store's journal as it was: the chain stays the same.
///
/// # Errors
/// When it does not follow on what is there, or can't be written.
pub(super) fn repeat(store: &dyn Store, entry: JournalEntry) -> Result<Head, StoreError> {
    let head = store.head();
    let expected = hash::check_link(head, &entry)?;
    store.commit(head.revision, entry.stamp, entry.changes)?;
    if store.head() == expected {
        return Ok(expected);
    }
    Err(StoreError::BrokenChain {
        revision: expected.revision,
        what: "committed again it has another hash".to_owned(),
    })
}
