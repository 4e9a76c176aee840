//! All that saving has to know about how a store is laid out and records are packed.

use std::path::{Path, PathBuf};

use crate::domain::{Key, Record};
use crate::store::codec::{self, STATE};
use crate::store::engine::{DATA, Engine};
use crate::store::error::StoreError;
use crate::store::write::State;
use crate::store::{hash, keys, plan};

/// Under which the data keep what they are.
const STATE_KEY: &[u8] = b"state";

/// The engine on a copy, whatever is missing there.
pub(super) fn open(copy: &Path) -> Result<Engine, StoreError> {
    Engine::open(copy, true)
}

/// The engine's log.
pub(in crate::store) fn log(store: &Path) -> PathBuf {
    store.join(DATA)
}

/// What the data say that they are, when these are the key and value that say it.
pub(super) fn state(key: &[u8], value: &[u8]) -> Option<State> {
    if key == STATE_KEY {
        codec::decode(STATE, value).ok()
    } else {
        None
    }
}

/// The records that one stored value holds.
pub(super) fn unpack(
    base: &[u8],
    value: &[u8],
    visit: &mut dyn FnMut(Result<(Key, Record), StoreError>),
) {
    visit(decode(base, value));
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
