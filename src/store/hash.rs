//! The chain: every journal entry carries the hash of the one before.

use super::Head;
use super::codec::{self, JOURNAL};
use super::error::StoreError;
use crate::domain::{ChangeSet, JournalEntry, Revision, Stamp};

// The version belongs to the hash: an entry is always checked in the form it was written in.
const CONTEXT: &str = "deedbox 2026 journal entry, format 1";

/// What is hashed and stored of an entry, in this order.
///
/// # Errors
/// When it is too large to be stored.
pub fn entry_body(
    revision: Revision,
    stamp: &Stamp,
    changes: &ChangeSet,
    previous: &[u8; 32],
) -> Result<Vec<u8>, StoreError> {
    codec::encode_body(JOURNAL, &(revision, stamp, changes, previous))
}

/// The hash of an entry's body.
pub fn body_hash(body: &[u8]) -> [u8; 32] {
    blake3::derive_key(CONTEXT, body)
}

/// The hash that an entry should have.
///
/// # Errors
/// When it is too large to be stored.
pub fn entry_hash(entry: &JournalEntry) -> Result<[u8; 32], StoreError> {
    let body = entry_body(
        entry.revision,
        &entry.stamp,
        &entry.changes,
        &entry.previous,
    )?;
    Ok(body_hash(&body))
}

/// A new entry at the end of the chain, with its body.
pub(super) fn link(
    head: Head,
    stamp: Stamp,
    changes: ChangeSet,
) -> Result<(JournalEntry, Vec<u8>), StoreError> {
    let (revision, previous) = (head.revision.next(), head.hash);
    let body = entry_body(revision, &stamp, &changes, &previous)?;
    let hash = body_hash(&body);
    Ok((
        JournalEntry {
            revision,
            stamp,
            changes,
            previous,
            hash,
        },
        body,
    ))
}

/// A number for a record's place and bytes. The sum over all records, kept with every commit, shows
/// when a record is missing, surplus, or an older one that some damage brought back.
pub(super) fn record_mark(key: &[u8], value: &[u8]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(key).update(value);
    let mut mark = [0; 16];
    hasher.finalize_xof().fill(&mut mark);
    u128::from_le_bytes(mark)
}

/// Checks that an entry follows on a head and has the hash it should have.
///
/// # Errors
/// Says what is wrong with the entry.
pub fn check_link(head: Head, entry: &JournalEntry) -> Result<Head, StoreError> {
    let revision = head.revision.next();
    let broken = |what: &str| StoreError::BrokenChain {
        revision,
        what: what.to_owned(),
    };
    if entry.revision != revision {
        return Err(broken("it is missing"));
    }
    if entry.previous != head.hash {
        return Err(broken("it does not follow on the one before"));
    }
    if entry_hash(entry)? != entry.hash {
        return Err(broken("its content is not what was committed"));
    }
    Ok(Head {
        revision,
        hash: entry.hash,
    })
}
