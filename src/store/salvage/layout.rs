//! All that saving has to know about how a store is laid out and records are packed.

use std::path::{Path, PathBuf};

use crate::domain::{Key, Record};
use crate::store::codec::{self, PACK};
use crate::store::engine::{DATA, Engine};
use crate::store::error::StoreError;
use crate::store::head::HeadFile;
use crate::store::write::{self, State};
use crate::store::{hash, keys, layout, packs, plan};

/// Under which the data keep what they are.
pub(super) const STATE_KEY: &[u8] = b"state";

/// Which data count: those that HEAD names; without it the newest that are there.
fn current(store: &Path) -> u32 {
    if let Ok(Some(head)) = HeadFile::read(store) {
        return head.data;
    }
    let entries = std::fs::read_dir(store).into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| layout::is_aside(&entry.file_name()));
    let newest = numbers.max().unwrap_or(0);
    if store.join(DATA).exists() { 0 } else { newest }
}

/// The engine on a copy, whatever is missing there.
pub(super) fn open(copy: &Path) -> Result<Engine, StoreError> {
    Engine::open(copy, current(copy), true)
}

/// The engine's log.
pub(in crate::store) fn log(store: &Path) -> PathBuf {
    layout::data(store, current(store)).join(DATA)
}

/// What the data say that they are, when these are the key and value that say it.
pub(super) fn state(key: &[u8], value: &[u8]) -> Option<State> {
    (key == STATE_KEY).then(|| write::decode(value).ok())?
}

/// The records that one stored value holds.
pub(super) fn unpack(
    base: &[u8],
    value: &[u8],
    visit: &mut dyn FnMut(Result<(Key, Record), StoreError>),
) {
    // Format 1 had a key for every record.
    if codec::open(PACK, value).is_err() {
        visit(decode(base, value));
        return;
    }
    let unpacked = packs::each(value, |place, record| {
        visit(decode(&packs::key(base, place), record));
        Ok(())
    });
    if let Err(error) = unpacked {
        visit(Err(error));
    }
}

fn decode(key: &[u8], record: &[u8]) -> Result<(Key, Record), StoreError> {
    let (key, record) = (keys::decode(key)?, codec::decode_record(record)?);
    if plan::belongs(&key, &record) {
        Ok((key, record))
    } else {
        let what = format!("{} is of another kind", keys::describe(&key));
        Err(StoreError::damaged(what))
    }
}

/// What a record counts in the sum over all records.
pub(super) fn mark(key: &Key, record: &Record) -> Option<u128> {
    let (key, record) = (keys::encode(key).ok()?, codec::encode_record(record).ok()?);
    Some(hash::record_mark(&key, &record))
}
