//! Everything of a damaged store that can be read, each thing with its own proof.

use std::collections::BTreeMap;
use std::path::Path;

use super::{carve::Carved, layout};
use crate::domain::{JournalEntry, Key, Record, Revision};
use crate::store::chunks::Assembler;
use crate::store::engine::Engine;
use crate::store::error::StoreError;
use crate::store::head::HeadFile;
use crate::store::write::{self, State};

/// What was read, and what could not be.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What HEAD says was acknowledged.
    pub(super) head: Option<HeadFile>,
    /// What the data say that they are.
    pub(super) state: Option<State>,
    /// Entries whose content has the hash that they name.
    pub(super) entries: BTreeMap<Revision, JournalEntry>,
    /// Records whose checksum fits.
    pub(super) records: BTreeMap<Key, Record>,
    /// Whether the records are, all together, those that were committed last.
    pub(super) records_whole: bool,
    /// What could not be read, in words.
    pub(super) unreadable: Vec<String>,
}

impl Reading {
    /// The last revision that there should be.
    pub(super) fn last(&self) -> Revision {
        let head = self.head.as_ref().map(|h| h.revision);
        let state = self.state.as_ref().map(|s| s.revision);
        let known = head.max(state);
        // Without HEAD the data may have been newer than what is left of their state.
        let newest = self.entries.keys().next_back().copied();
        known
            .max(newest.filter(|_| head.is_none()))
            .unwrap_or_default()
    }

    /// Whether an entry was read for every revision.
    pub(super) fn has_all_entries(&self) -> bool {
        self.entries.len() as u64 == self.last().0
    }

    /// Adds what the log holds beside what the engine found.
    pub(super) fn complete(&mut self, carved: Carved) {
        // With HEAD, what it does not name was never acknowledged; a state may know one more.
        let end = self.head.is_some().then(|| {
            let found = carved.state.map(|s| s.revision);
            self.last().max(found.unwrap_or_default())
        });
        for (revision, entry) in carved.entries {
            // Behind the end lies what was begun and never acknowledged.
            if end.is_none_or(|end| revision <= end) {
                self.entries.entry(revision).or_insert(entry);
            }
        }
        let behind = self.state.is_none_or(|s| s.revision < self.last());
        for (key, record) in carved.records {
            if behind {
                self.records.insert(key, record);
            } else {
                self.records.entry(key).or_insert(record);
            }
        }
        // A commit that was torn leaves parts in the log, its state perhaps among them.
        let made = |state: &State| {
            let entry = self.entries.get(&state.revision);
            entry.is_some_and(|entry| entry.hash == state.hash)
        };
        let found = carved.state.filter(made);
        self.state = self
            .state
            .into_iter()
            .chain(found)
            .max_by_key(|s| s.revision);
        self.prove();
    }

    /// Finds out whether the records are, all together, those of the state.
    fn prove(&mut self) {
        let sum = |sum: u128, (key, record)| Some(sum.wrapping_add(layout::mark(key, record)?));
        self.records_whole = self.state.is_some_and(|state| {
            state.records == self.records.len() as u64
                && self.records.iter().try_fold(0, sum) == Some(state.digest)
        });
    }

    /// A rough measure of how much was read.
    pub(super) fn weight(&self) -> usize {
        self.entries.len() + self.records.len()
    }

    fn note(&mut self, what: impl Into<String>) {
        self.unreadable.push(what.into());
    }
}

/// What is known before anything is read of data that the engine can't open.
pub(super) fn without_engine(store: &Path, why: Option<&str>) -> Reading {
    let mut reading = Reading {
        head: HeadFile::read(store).ok().flatten(),
        ..Reading::default()
    };
    reading.unreadable.extend(why.map(str::to_owned));
    reading
}

/// Reads a copy of a store. The copy may be changed by it.
pub(super) fn read(copy: &Path) -> Result<Reading, StoreError> {
    let mut reading = Reading::default();
    match HeadFile::read(copy) {
        Ok(Some(head)) => reading.head = Some(head),
        Ok(None) => reading.note("the file HEAD is gone"),
        // Whatever a newer version wrote, an older one should leave alone.
        Err(error @ StoreError::NewerFormat { .. }) => return Err(error),
        Err(_) => reading.note("the file HEAD can't be read"),
    }
    let engine = layout::open(copy)?;
    read_state(&engine, &mut reading)?;
    read_journal(&engine, &mut reading)?;
    read_records(&engine, &mut reading)?;
    Ok(reading)
}

fn read_state(engine: &Engine, reading: &mut Reading) -> Result<(), StoreError> {
    // A large commit that was decided counts as made.
    for load in [State::load_pending, State::load] {
        match engine.run(|| load(engine)) {
            Ok(None) => {}
            Ok(state) => {
                reading.state = state;
                return Ok(());
            }
            Err(error @ StoreError::NewerFormat { .. }) => return Err(error),
            Err(error) => reading.note(plain(error)),
        }
    }
    Ok(())
}

fn read_journal(engine: &Engine, reading: &mut Reading) -> Result<(), StoreError> {
    let newest = engine.run(|| {
        let last = engine.journal.last().map_err(|e| engine.failed(e))?;
        Ok(last.and_then(|(key, _)| key.first_chunk().map(|k| Revision(u64::from_be_bytes(*k)))))
    });
    let newest = newest.unwrap_or_else(|error| {
        reading.note(plain(error));
        None
    });
    let known = reading.head.is_some() || reading.state.is_some();
    let end = if known {
        reading.last()
    } else {
        newest.unwrap_or_default()
    };
    let mut revision = Revision(1);
    while revision <= end {
        match engine.run(|| write::read_entry(engine, revision)) {
            Ok(entry) => drop(reading.entries.insert(revision, entry)),
            Err(error @ StoreError::NewerFormat { .. }) => return Err(error),
            Err(_) => {}
        }
        revision = revision.next();
    }
    Ok(())
}

/// Reads what is whole; a piece that does not fit costs the value it belongs to, and no other.
fn read_records(engine: &Engine, reading: &mut Reading) -> Result<(), StoreError> {
    let mut rows = engine.run(|| Ok(engine.records.iter()))?;
    let mut assembler = Assembler::default();
    let mut newer = None;
    loop {
        let row = match engine.run(|| rows.next().transpose().map_err(|e| engine.failed(e))) {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(error) => {
                reading.note(plain(error));
                break;
            }
        };
        let (key, piece) = row;
        let mut pushed = assembler.push(&key, &piece);
        if pushed.is_err() {
            // It may be the first of the next value.
            reading.note(format!("pieces of a record are missing near {key:02x?}"));
            pushed = assembler.push(&key, &piece);
        }
        let Ok(Some((base, value))) = pushed else {
            continue;
        };
        layout::unpack(&base, &value, &mut |record| match record {
            Ok((key, record)) => drop(reading.records.insert(key, record)),
            Err(error @ StoreError::NewerFormat { .. }) => newer = Some(error),
            Err(error) => reading.unreadable.push(plain(error)),
        });
        if let Some(error) = newer {
            return Err(error);
        }
    }
    if assembler.finish().is_err() {
        reading.note("pieces of the last record are missing");
    }
    reading.prove();
    Ok(())
}

/// What is damaged, without the advice that goes with it elsewhere.
pub(super) fn plain(error: StoreError) -> String {
    match error {
        StoreError::Damaged { what } => what,
        other => other.to_string(),
    }
}
