//! Writing a commit: in one transaction when it is small, in two steps when it is not.
//!
//! A large one must not be one transaction (memory, and everybody would wait). Its journal entry is
//! written first, where nobody looks yet; then one small mark decides; then the records follow in
//! batches. Interrupted before the mark nothing happened, after it the opening finishes the work.

use serde::{Deserialize, Serialize};
use sled::IVec;
use sled::Transactional;
use sled::transaction::{ConflictableTransactionError, TransactionError, TransactionalTree};

use super::codec::{self, JOURNAL, STATE};
use super::engine::{Engine, Piece};
use super::error::StoreError;
use super::{Head, chunks, hash};
use crate::domain::{JournalEntry, Revision};

/// Pieces in one transaction.
const SMALL: usize = 400;

const CURRENT: &[u8] = b"state";
const PENDING: &[u8] = b"pending";

/// What the store knows about itself; changes with every commit, in the same transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) revision: Revision,
    pub(super) hash: [u8; 32],
    /// How many records there are.
    pub(super) records: u64,
    /// The sum of [`hash::record_mark`] over all of them.
    pub(super) digest: u128,
    /// How many pieces they lie in.
    pub(super) rows: u64,
}

/// As version 1 had it.
#[derive(Deserialize)]
struct State1 {
    revision: Revision,
    hash: [u8; 32],
    records: u64,
    digest: u128,
}

impl From<State1> for State {
    fn from(old: State1) -> Self {
        let State1 {
            revision,
            hash,
            records,
            digest,
        } = old;
        Self {
            revision,
            hash,
            records,
            digest,
            rows: 0,
        }
    }
}

impl State {
    pub(super) const fn head(&self) -> Head {
        Head {
            revision: self.revision,
            hash: self.hash,
        }
    }

    /// The state that was committed last; none in a database that was just made.
    pub(super) fn load(engine: &Engine) -> Result<Option<Self>, StoreError> {
        read(engine, CURRENT)
    }

    /// The state of a large commit that was decided and perhaps not finished.
    pub(super) fn load_pending(engine: &Engine) -> Result<Option<Self>, StoreError> {
        read(engine, PENDING)
    }

    /// Notes the state of a new, empty store.
    pub(super) fn initialize(engine: &Engine) -> Result<Self, StoreError> {
        let state = Self::default();
        state.note(engine)?;
        engine.make_durable()?;
        Ok(state)
    }

    /// Notes the state of data that were written otherwise; not yet durable.
    pub(super) fn note(&self, engine: &Engine) -> Result<(), StoreError> {
        engine.write_batch(&engine.meta, &[(CURRENT.into(), Some(self.bytes()?))])
    }

    fn bytes(&self) -> Result<IVec, StoreError> {
        Ok(codec::encode(STATE, self)?.into())
    }
}

fn read(engine: &Engine, key: &[u8]) -> Result<Option<State>, StoreError> {
    let bytes = engine.meta.get(key).map_err(|e| engine.failed(e))?;
    bytes.map(|b| decode(&b)).transpose()
}

pub(super) fn decode(sealed: &[u8]) -> Result<State, StoreError> {
    let body = codec::open(STATE, sealed)?;
    match codec::version(sealed) {
        1 => codec::decode_body::<State1>(STATE, body).map(State::from),
        _ => codec::decode_body(STATE, body),
    }
}

/// The key of a journal entry.
pub(super) const fn journal_key(revision: Revision) -> [u8; 8] {
    revision.0.to_be_bytes()
}

/// The pieces of a journal entry, from its body and hash.
pub(super) fn journal_pieces(
    revision: Revision,
    hash: &[u8; 32],
    body: &[u8],
) -> Result<Vec<Piece>, StoreError> {
    let sealed = codec::seal(JOURNAL, &[hash, body].concat());
    let pieces = chunks::split(&journal_key(revision), &sealed)?;
    Ok(pieces
        .into_iter()
        .map(|(key, piece)| (key, Some(piece)))
        .collect())
}

/// Reads a journal entry; what is returned is what was hashed.
pub(super) fn read_entry(engine: &Engine, revision: Revision) -> Result<JournalEntry, StoreError> {
    let damaged = |what: &str| StoreError::damaged(format!("journal entry {revision} {what}"));
    let sealed = engine
        .value(&engine.journal, &journal_key(revision))?
        .ok_or_else(|| damaged("is missing"))?;
    let content = codec::open(JOURNAL, &sealed)?;
    let (hash, body) = content
        .split_first_chunk::<32>()
        .ok_or_else(|| damaged("is cut off"))?;
    if hash::body_hash(body) != *hash {
        return Err(damaged("does not have the hash that it was committed with"));
    }
    let (found, stamp, changes, previous): (Revision, _, _, _) = codec::decode_body(JOURNAL, body)?;
    if found != revision {
        return Err(damaged("lies in another's place"));
    }
    Ok(JournalEntry {
        revision,
        stamp,
        changes,
        previous,
        hash: *hash,
    })
}

/// Writes a commit and makes it durable. After an error nobody knows how far it came.
pub(super) fn write(
    engine: &Engine,
    old: &State,
    new: &State,
    records: &[Piece],
    journal: &[Piece],
) -> Result<(), StoreError> {
    if records.len() + journal.len() <= SMALL {
        in_one(engine, old, new, records, journal)?;
        return engine.make_durable();
    }
    prepare(engine, journal)?;
    decide(engine, new)?;
    finish(engine, new, records).map(|_| ())
}

fn in_one(
    engine: &Engine,
    old: &State,
    new: &State,
    records: &[Piece],
    journal: &[Piece],
) -> Result<(), StoreError> {
    let (old, new) = (old.bytes()?, new.bytes()?);
    let trees = (&engine.records, &engine.journal, &engine.meta);
    // Only the trees of the transaction may be used inside; anything else would wait for ever.
    let done = trees.transaction(|(record_tree, journal_tree, meta)| {
        if meta.get(CURRENT)?.as_ref() != Some(&old) {
            return Err(ConflictableTransactionError::Abort(()));
        }
        put(record_tree, records)?;
        put(journal_tree, journal)?;
        meta.insert(CURRENT, new.clone())?;
        Ok(())
    });
    done.map_err(|e| match e {
        TransactionError::Abort(()) => StoreError::damaged("its state changed underneath"),
        TransactionError::Storage(e) => engine.failed(e),
    })
}

fn put(tree: &TransactionalTree, pieces: &[Piece]) -> Result<(), ConflictableTransactionError<()>> {
    for (key, value) in pieces {
        match value {
            Some(value) => tree.insert(key, value)?,
            None => tree.remove(key)?,
        };
    }
    Ok(())
}

/// First step of a large commit: the journal entry, beyond the end of the journal.
pub(super) fn prepare(engine: &Engine, journal: &[Piece]) -> Result<(), StoreError> {
    engine.write_pieces(&engine.journal, journal)?;
    engine.make_durable()
}

/// Second step: the mark. From here on the commit will be there.
pub(super) fn decide(engine: &Engine, new: &State) -> Result<(), StoreError> {
    engine.write_batch(&engine.meta, &[(PENDING.into(), Some(new.bytes()?))])?;
    engine.make_durable()
}

/// Third step: the records, then the new state instead of the mark. May be repeated.
pub(super) fn finish(engine: &Engine, new: &State, records: &[Piece]) -> Result<State, StoreError> {
    engine.write_batches(&engine.records, records)?;
    engine.make_durable()?;
    let new = State {
        rows: engine.rows()?,
        ..*new
    };
    let state = [(CURRENT.into(), Some(new.bytes()?)), (PENDING.into(), None)];
    engine.write_batch(&engine.meta, &state)?;
    engine.make_durable()?;
    Ok(new)
}
