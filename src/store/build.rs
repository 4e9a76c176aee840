//! Data built aside: whole new ones beside those that count, written in small batches that nobody
//! waits for, durable before HEAD names them. Interrupted at any instant, the store is what it was.

use std::fs;
use std::path::Path;

use super::codec;
use super::engine::{Engine, Piece};
use super::error::StoreError;
use super::write::{self, State};
use super::{Head, chunks, hash, layout, packs, permissions};
use crate::domain::{ChangeSet, Stamp};

/// Pieces that are collected before they are written.
const BATCH: usize = 64;

/// Data in the making.
#[derive(Debug)]
pub(super) struct Build {
    pub(super) engine: Engine,
    pub(super) number: u32,
    state: State,
    filling: Option<Filling>,
    records: Vec<Piece>,
    journal: Vec<Piece>,
}

/// The pack that records go into now.
#[derive(Debug)]
struct Filling {
    base: Vec<u8>,
    last: u8,
    body: Vec<u8>,
}

impl Build {
    /// Begins with nothing; what an earlier attempt left is removed.
    pub(super) fn begin(store: &Path, number: u32) -> Result<Self, StoreError> {
        let directory = layout::data(store, number);
        match fs::remove_dir_all(&directory) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::io("remove", &directory)(error));
            }
            _ => {}
        }
        permissions::make_directory(&directory)?;
        Ok(Self {
            engine: Engine::open(store, number, true)?,
            number,
            state: State::default(),
            filling: None,
            records: Vec::new(),
            journal: Vec::new(),
        })
    }

    /// Where the journal ends so far.
    pub(super) const fn head(&self) -> Head {
        self.state.head()
    }

    /// Takes a record in its envelope. They come in order of keys.
    pub(super) fn record(&mut self, key: &[u8], record: &[u8]) -> Result<(), StoreError> {
        let (base, place) = packs::place(&super::keys::decode(key)?)?;
        let ahead = match &self.filling {
            None => true,
            Some(pack) => (pack.base.as_slice(), pack.last) < (base.as_slice(), place),
        };
        if !ahead {
            let what = "records come out of order".to_owned();
            return Err(StoreError::Invalid { what });
        }
        if self.filling.as_ref().is_some_and(|pack| pack.base != base) {
            self.close_pack()?;
        }
        let pack = self.filling.get_or_insert_with(|| Filling {
            base,
            last: place,
            body: Vec::new(),
        });
        pack.last = place;
        packs::push(&mut pack.body, place, record)?;
        self.state.records += 1;
        self.state.digest = self
            .state
            .digest
            .wrapping_add(hash::record_mark(key, record));
        Ok(())
    }

    fn close_pack(&mut self) -> Result<(), StoreError> {
        let Some(Filling { base, body, .. }) = self.filling.take() else {
            return Ok(());
        };
        let pieces = chunks::split(&base, &codec::seal(codec::PACK, &body))?;
        self.state.rows += pieces.len() as u64;
        let pieces = pieces.into_iter().map(|(key, piece)| (key, Some(piece)));
        self.records.extend(pieces);
        if self.records.len() >= BATCH {
            self.engine
                .write_batches(&self.engine.records, &self.records)?;
            self.records.clear();
        }
        Ok(())
    }

    fn write_journal(&mut self) -> Result<(), StoreError> {
        self.engine
            .write_pieces(&self.engine.journal, &self.journal)?;
        self.journal.clear();
        Ok(())
    }

    /// Writes a journal entry. Its records are not taken in by this.
    pub(super) fn entry(
        &mut self,
        stamp: Stamp,
        changes: ChangeSet,
    ) -> Result<ChangeSet, StoreError> {
        let (entry, body) = hash::link(self.head(), stamp, changes)?;
        self.journal
            .extend(write::journal_pieces(entry.revision, &entry.hash, &body)?);
        self.write_journal()?;
        self.state.revision = entry.revision;
        self.state.hash = entry.hash;
        Ok(entry.changes)
    }

    /// Writes what is left and makes all of it durable: ready to be switched to.
    pub(super) fn finish(mut self) -> Result<(Engine, State), StoreError> {
        self.close_pack()?;
        self.write_journal()?;
        let rest = std::mem::take(&mut self.records);
        self.engine.write_batches(&self.engine.records, &rest)?;
        self.state.note(&self.engine)?;
        self.engine.make_durable()?;
        Ok((self.engine, self.state))
    }

    /// Takes the journal of another engine up to its head.
    pub(super) fn copy_journal(&mut self, from: &Engine, head: Head) -> Result<(), StoreError> {
        let end = write::journal_key(head.revision.next());
        for row in from.journal.range(..end) {
            let (key, piece) = row.map_err(|e| from.failed(e))?;
            self.journal.push((key, Some(piece)));
            if self.journal.len() >= BATCH {
                self.write_journal()?;
            }
        }
        self.state.revision = head.revision;
        self.state.hash = head.hash;
        Ok(())
    }
}
