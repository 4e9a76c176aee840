//! The store in a directory, on sled.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::chunks::Assembler;
use super::engine::Engine;
use super::error::StoreError;
use super::head::{self, HeadFile};
use super::lock::{self, Lock};
use super::permissions;
use super::presence;
use super::trial;
use super::write::{self, State};
use super::{Head, Store, codec, hash, keys, plan, recover};
use crate::domain::{ChangeSet, JournalEntry, Key, Record, Revision, Stamp};

/// Records read before they are shown.
const PAGE: usize = 256;

/// A store in a directory of its own; one process has it open at a time.
#[derive(Debug)]
pub struct SledStore {
    directory: PathBuf,
    /// What readers see; apart from the writer, so that asking never waits for a commit.
    published: Mutex<Head>,
    writer: Mutex<Writer>,
    engine: Engine,
    // Fields are dropped in this order: the lock goes when the engine is gone.
    _lock: Lock,
}

#[derive(Debug)]
struct Writer {
    state: State,
    /// Why nothing more may be written.
    halted: Option<String>,
}

impl Writer {
    fn ready(&self) -> Result<(), StoreError> {
        self.halted
            .clone()
            .map_or(Ok(()), |why| Err(StoreError::Halted { why }))
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere leaves values that are whole: each is assigned in one piece.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SledStore {
    /// Makes an empty store in a directory that is empty or does not exist.
    ///
    /// # Errors
    /// When there is something already, or it can't be written.
    pub fn create(directory: impl AsRef<Path>) -> Result<Self, StoreError> {
        let directory = directory.as_ref();
        if !is_empty(directory)? {
            return Err(StoreError::Exists {
                path: directory.to_owned(),
            });
        }
        permissions::make_directory(directory)?;
        let lock = Lock::acquire(directory)?;
        // Somebody may have been faster while we were not holding the lock.
        if !is_empty(directory)? {
            return Err(StoreError::Exists {
                path: directory.to_owned(),
            });
        }
        // First of all files: so a directory without HEAD never was a store, and one that says
        // "revision 0" may lack everything else.
        let head = HeadFile::default();
        head.write(directory)?;
        if let Some(parent) = directory.parent().filter(|p| !p.as_os_str().is_empty()) {
            permissions::sync_directory(parent)?;
        }
        Self::open_locked(directory, &head, lock)
    }

    /// Opens a store, after checking that everything acknowledged is there.
    ///
    /// # Errors
    /// When there is none, somebody else has it open, or it is damaged.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, StoreError> {
        let directory = directory.as_ref();
        match Self::open_as_it_is(directory) {
            Err(StoreError::Damaged { .. }) if trial::mend(directory) => {
                Self::open_as_it_is(directory)
            }
            other => other,
        }
    }

    /// As [`Self::open`], and where it does not open it is left so.
    pub(super) fn open_as_it_is(directory: &Path) -> Result<Self, StoreError> {
        // Nothing is made in a directory that is not a store.
        if !presence::is_store(directory)? {
            return Err(StoreError::NotAStore {
                path: directory.to_owned(),
            });
        }
        let lock = Lock::acquire(directory)?;
        let head = HeadFile::read(directory)?
            .ok_or_else(|| StoreError::damaged(format!("its file {} is gone", head::HEAD)))?;
        Self::open_locked(directory, &head, lock)
    }

    /// Opens the store, or makes it when there is none.
    ///
    /// # Errors
    /// As [`Self::open`] and [`Self::create`].
    pub fn open_or_create(directory: impl AsRef<Path>) -> Result<Self, StoreError> {
        match Self::open(&directory) {
            Err(StoreError::NotAStore { .. }) => Self::create(directory),
            other => other,
        }
    }

    fn open_locked(directory: &Path, head: &HeadFile, lock: Lock) -> Result<Self, StoreError> {
        let engine = Engine::open(directory, head.revision == Revision(0))?;
        let state = engine.run(|| recover::recover(&engine, head))?;
        permissions::tighten(directory)?;
        let now = HeadFile::from(&state);
        if now == *head {
            permissions::sync_directory(directory)?;
        } else {
            engine.run(|| engine.make_durable())?;
            now.write(directory)?;
        }
        Ok(Self {
            directory: directory.to_owned(),
            published: Mutex::new(state.head()),
            writer: Mutex::new(Writer {
                state,
                halted: None,
            }),
            engine,
            _lock: lock,
        })
    }

    /// Where it lies.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn read_page(
        &self,
        rows: &mut sled::Iter,
        assembler: &mut Assembler,
        seen: &mut State,
    ) -> Result<Vec<(Key, Record)>, StoreError> {
        let mut page = Vec::with_capacity(PAGE);
        while page.len() < PAGE {
            let Some(row) = rows.next() else { break };
            let (key, piece) = row.map_err(|e| self.engine.failed(e))?;
            let Some((base, value)) = assembler.push(&key, &piece)? else {
                continue;
            };
            seen.records += 1;
            seen.digest = seen.digest.wrapping_add(hash::record_mark(&base, &value));
            let (key, record) = (keys::decode(&base)?, codec::decode_record(&value)?);
            if !plan::belongs(&key, &record) {
                let what = format!("{} is of another kind", keys::describe(&key));
                return Err(StoreError::damaged(what));
            }
            page.push((key, record));
        }
        Ok(page)
    }
}

/// Whether a store may be made here; what an interrupted attempt left does not count.
fn is_empty(directory: &Path) -> Result<bool, StoreError> {
    let list = || StoreError::io("list", directory);
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(e) => return Err(list()(e)),
    };
    for entry in entries {
        let name = entry.map_err(list())?.file_name();
        if name != lock::HOLDER && name != head::NEW {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Store for SledStore {
    fn head(&self) -> Head {
        *hold(&self.published)
    }

    fn scan(&self, visit: &mut dyn FnMut(Key, Record)) -> Result<(), StoreError> {
        // Held throughout: the engine's iteration alone is no snapshot.
        let writer = hold(&self.writer);
        writer.ready()?;
        let expected = writer.state;
        let mut seen = State {
            records: 0,
            digest: 0,
            ..expected
        };
        let mut rows = self.engine.run(|| Ok(self.engine.records.iter()))?;
        let mut assembler = Assembler::default();
        loop {
            let page = self
                .engine
                .run(|| self.read_page(&mut rows, &mut assembler, &mut seen))?;
            let last = page.len() < PAGE;
            // Outside of the fence: a panic of the visitor is not the engine's.
            for (key, record) in page {
                visit(key, record);
            }
            if last {
                break;
            }
        }
        assembler.finish()?;
        if seen.records != expected.records {
            return Err(StoreError::MissingRows {
                expected: expected.records,
                found: seen.records,
            });
        }
        if seen.digest != expected.digest {
            return Err(StoreError::damaged(
                "some records are not those that were committed last",
            ));
        }
        Ok(())
    }

    fn commit(
        &self,
        expected: Revision,
        stamp: Stamp,
        changes: ChangeSet,
    ) -> Result<JournalEntry, StoreError> {
        let mut writer = hold(&self.writer);
        writer.ready()?;
        let old = writer.state;
        if old.revision != expected {
            return Err(StoreError::Conflict {
                expected,
                actual: old.revision,
            });
        }
        plan::check_form(&changes)?;
        let planned = self
            .engine
            .run(|| plan::plan(&self.engine, &old, &changes))?;
        let (entry, body) = hash::link(old.head(), stamp, changes)?;
        let journal = write::journal_pieces(entry.revision, &entry.hash, &body)?;
        let new = State {
            revision: entry.revision,
            hash: entry.hash,
            records: planned.records,
            digest: planned.digest,
        };
        // HEAD comes last: it must never promise what the engine does not have.
        let written = self
            .engine
            .run(|| write::write(&self.engine, &old, &new, &planned.pieces, &journal))
            .and_then(|()| HeadFile::from(&new).write(&self.directory));
        if let Err(error) = written {
            writer.halted = Some(error.to_string());
            return Err(error);
        }
        writer.state = new;
        *hold(&self.published) = new.head();
        Ok(entry)
    }

    fn entries(&self, from: Revision, to: Revision) -> Result<Vec<JournalEntry>, StoreError> {
        let (first, last) = (from.0.max(1), to.0.min(self.head().revision.0));
        let entry = |revision| write::read_entry(&self.engine, Revision(revision));
        self.engine.run(|| (first..=last).map(entry).collect())
    }
}
