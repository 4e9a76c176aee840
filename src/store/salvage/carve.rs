//! What the engine no longer finds, from its log: entries and records that prove themselves.

use std::collections::BTreeMap;
use std::path::Path;

use super::layout;
use super::log;
use crate::domain::{JournalEntry, Key, Record, Revision};
use crate::store::chunks::Assembler;
use crate::store::entry;
use crate::store::write::State;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Carved {
    pub(super) entries: BTreeMap<Revision, JournalEntry>,
    pub(super) records: BTreeMap<Key, Record>,
    pub(super) state: Option<State>,
}

/// Reads the log of a store; what can't be read is left out.
pub(super) fn carve(store: &Path) -> Carved {
    let values = log::values(&layout::log(store)).unwrap_or_default();
    let mut carved = Carved::default();
    let mut assembler = Assembler::default();
    for (key, piece) in values {
        if let Some(state) = layout::state(&key, &piece) {
            carved.state = Some(state);
            continue;
        }
        let mut pushed = assembler.push(&key, &piece);
        if pushed.is_err() {
            // It may be the first of the next value.
            pushed = assembler.push(&key, &piece);
        }
        if let Ok(Some((base, value))) = pushed {
            carved.take(&base, &value);
        }
    }
    carved
}

impl Carved {
    fn take(&mut self, base: &[u8], value: &[u8]) {
        if let Ok(entry) = entry::unseal(value) {
            self.entries.insert(entry.revision, entry);
        } else {
            layout::unpack(base, value, &mut |record| {
                if let Ok((key, record)) = record {
                    self.records.insert(key, record);
                }
            });
        }
    }
}
