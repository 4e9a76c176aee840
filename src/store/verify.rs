//! Proof: the journal is one unbroken chain, and what is stored is what it says.

use std::collections::BTreeMap;

use super::error::StoreError;
use super::hash::{check_link, record_mark};
use super::{Head, Store, codec};
use crate::domain::{ChangeSet, JournalEntry, Key, Record, Revision};

/// Entries read at a time.
const PAGE: u64 = 256;

/// Walks the whole journal, carries its change sets out again from nothing, and compares what comes
/// of them with the records. Names the first bad entry.
///
/// # Errors
/// [`StoreError::BrokenChain`] names the entry; others when the journal can't be read, or when a
/// record is not what the journal made it.
pub fn verify(store: &dyn Store) -> Result<Head, StoreError> {
    verify_against(store, Head::default())
}

/// Like [`verify`], and the journal must hold an earlier checkpoint: so a journal whose tail was cut
/// off, or that was written anew, is noticed.
///
/// # Errors
/// As [`verify`]; [`StoreError::BrokenChain`] names the checkpoint's revision when it is not there.
pub fn verify_against(store: &dyn Store, checkpoint: Head) -> Result<Head, StoreError> {
    let end = store.head();
    let mut head = Head::default();
    let mut replayed = Replay::default();
    if end.revision < checkpoint.revision {
        return Err(broken(
            end.revision.next(),
            "the journal ends before the checkpoint",
        ));
    }
    while head.revision < end.revision {
        let from = head.revision.next();
        let to = Revision(head.revision.0.saturating_add(PAGE).min(end.revision.0));
        let entries = store.entries(from, to)?;
        if entries.is_empty() {
            return Err(broken(from, "it is missing"));
        }
        for entry in entries {
            head = check_link(head, &entry)?;
            if head.revision == checkpoint.revision && head.hash != checkpoint.hash {
                return Err(broken(head.revision, "it is not the one of the checkpoint"));
            }
            replayed.carry_out(entry)?;
        }
    }
    if head != end {
        return Err(broken(
            end.revision,
            "it is not the one that the store ends with",
        ));
    }
    replayed.compare(store)?;
    Ok(head)
}

fn broken(revision: Revision, what: &str) -> StoreError {
    StoreError::BrokenChain {
        revision,
        what: what.to_owned(),
    }
}

/// The records as the journal makes them, by what they would be stored as: millions of them fit.
#[derive(Default)]
struct Replay(BTreeMap<Key, u128>);

impl Replay {
    fn carry_out(&mut self, entry: JournalEntry) -> Result<(), StoreError> {
        let JournalEntry {
            revision,
            changes: ChangeSet(changes),
            ..
        } = entry;
        for change in changes {
            let before = change.before.as_ref().map(mark).transpose()?;
            if self.0.get(&change.key) != before.as_ref() {
                return Err(broken(revision, "it changes a record that was not so"));
            }
            match change.after.as_ref().map(mark).transpose()? {
                Some(after) => self.0.insert(change.key, after),
                None => self.0.remove(&change.key),
            };
        }
        Ok(())
    }

    fn compare(mut self, store: &dyn Store) -> Result<(), StoreError> {
        let mut differs = None;
        store.scan(&mut |key, record| {
            let found = mark(&record).ok();
            if found.is_none() || self.0.remove(&key) != found {
                differs.get_or_insert(key);
            }
        })?;
        let missing = self.0.into_keys().next();
        match differs.or(missing) {
            None => Ok(()),
            Some(key) => Err(StoreError::damaged(format!(
                "the record {key:?} is not what the journal made it"
            ))),
        }
    }
}

/// Bytes are compared, not values: a metric may be no number and differ from itself.
fn mark(record: &Record) -> Result<u128, StoreError> {
    Ok(record_mark(&[], &codec::encode_record(record)?))
}
