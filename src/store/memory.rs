//! A store in memory: for demonstrations, scenarios and tests. Same checks, same chain, no files.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::StoreError;
use super::{Head, Store, codec, hash, keys, plan};
use crate::domain::{ChangeSet, JournalEntry, Key, Record, Revision, Stamp};

/// A store that ends with the process.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Content>);

#[derive(Debug, Default)]
struct Content {
    records: BTreeMap<Key, Record>,
    journal: Vec<JournalEntry>,
}

impl MemoryStore {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Content {
    fn head(&self) -> Head {
        let last = self.journal.last();
        last.map_or_else(Head::default, |e| Head {
            revision: e.revision,
            hash: e.hash,
        })
    }

    fn holds(&self, key: &Key, before: Option<&Record>) -> Result<bool, StoreError> {
        Ok(match (self.records.get(key), before) {
            (None, None) => true,
            (Some(stored), Some(before)) => {
                stored == before || codec::encode_record(stored)? == codec::encode_record(before)?
            }
            _ => false,
        })
    }
}

impl Store for MemoryStore {
    fn head(&self) -> Head {
        self.content().head()
    }

    fn scan(&self, visit: &mut dyn FnMut(Key, Record)) -> Result<(), StoreError> {
        let content = self.content();
        content
            .records
            .iter()
            .for_each(|(key, record)| visit(key.clone(), record.clone()));
        Ok(())
    }

    fn commit(
        &self,
        expected: Revision,
        stamp: Stamp,
        changes: ChangeSet,
    ) -> Result<JournalEntry, StoreError> {
        let mut content = self.content();
        let head = content.head();
        if head.revision != expected {
            return Err(StoreError::Conflict {
                expected,
                actual: head.revision,
            });
        }
        plan::check_form(&changes)?;
        for change in &changes.0 {
            keys::encode(&change.key)?;
            if !content.holds(&change.key, change.before.as_ref())? {
                return Err(StoreError::Changed {
                    key: keys::describe(&change.key),
                });
            }
        }
        let (entry, _) = hash::link(head, stamp, changes)?;
        for change in &entry.changes.0 {
            match &change.after {
                Some(record) => content.records.insert(change.key.clone(), record.clone()),
                None => content.records.remove(&change.key),
            };
        }
        content.journal.push(entry.clone());
        Ok(entry)
    }

    fn entries(&self, from: Revision, to: Revision) -> Result<Vec<JournalEntry>, StoreError> {
        let content = self.content();
        let inside = |e: &&JournalEntry| from <= e.revision && e.revision <= to;
        Ok(content.journal.iter().filter(inside).cloned().collect())
    }
}
