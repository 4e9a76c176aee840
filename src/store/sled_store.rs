//! The store in a directory, on sled.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use super::engine::Engine;
use super::error::StoreError;
use super::head::{self, HeadFile};
use super::lock::{self, Lock};
use super::permissions;
use super::presence;
use super::scan::Scan;
use super::trial;
use super::write::{self, State};
use super::{Head, Store, aside, careful, codec, hash, keys, layout, migrate, plan, recover};
use crate::domain::{ChangeSet, JournalEntry, Key, Record, Revision, Stamp};

/// A store in a directory of its own; one process has it open at a time.
#[derive(Debug)]
pub struct SledStore {
    directory: PathBuf,
    /// What readers see; apart from the writer, so that asking never waits for a commit.
    published: Mutex<Head>,
    writer: Mutex<Writer>,
    /// Another one after data were built aside and switched to.
    engine: RwLock<Arc<Engine>>,
    // Fields are dropped in this order: the lock goes when the engine is gone.
    _lock: Lock,
}

#[derive(Debug)]
struct Writer {
    state: State,
    head: HeadFile,
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
        sync_parent(directory)?;
        Self::open_locked(directory, head, lock)
    }

    /// Opens a store, after checking that everything acknowledged is there. One of an older format
    /// is brought to the present one first.
    ///
    /// # Errors
    /// When there is none, somebody else has it open, or it is damaged.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, StoreError> {
        Claim::new(directory.as_ref())?.open()
    }

    /// Opens a copy that may be changed by it, whatever comes of it.
    pub(super) fn open_as_it_is(directory: &Path) -> Result<Self, StoreError> {
        Claim::new(directory)?.open_as_it_is()
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

    fn open_locked(directory: &Path, head: HeadFile, lock: Lock) -> Result<Self, StoreError> {
        let (head, state, engine) = Self::made_ready(directory, head)?;
        Ok(Self::assembled(directory, head, state, engine, lock))
    }

    /// Has the engine open the data, and looks whether all is there. The lock is held.
    fn made_ready(
        directory: &Path,
        head: HeadFile,
    ) -> Result<(HeadFile, State, Engine), StoreError> {
        let head = match head.format {
            head::FORMAT => head,
            _ => migrate::migrate(directory, head)?,
        };
        let engine = Engine::open(directory, head.data, head.revision == Revision(0))?;
        let state = engine.run(|| recover::recover(&engine, &head))?;
        permissions::tighten(directory)?;
        let now = head.at(&state);
        if now == head {
            permissions::sync_directory(directory)?;
        } else {
            engine.run(|| engine.make_durable())?;
            now.advance(directory)?;
        }
        layout::sweep(directory, now.data)?;
        Ok((now, state, engine))
    }

    pub(super) fn assembled(
        directory: &Path,
        head: HeadFile,
        state: State,
        engine: Engine,
        lock: Lock,
    ) -> Self {
        Self {
            directory: directory.to_owned(),
            published: Mutex::new(state.head()),
            writer: Mutex::new(Writer {
                state,
                head,
                halted: None,
            }),
            engine: RwLock::new(Arc::new(engine)),
            _lock: lock,
        }
    }

    fn engine(&self) -> Arc<Engine> {
        let engine = self.engine.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&engine)
    }

    /// Where it lies.
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

/// A store that nobody else may open now, and which is not open yet.
#[derive(Debug)]
pub struct Claim {
    directory: PathBuf,
    head: HeadFile,
    lock: Lock,
}

impl Claim {
    /// Claims the store in a directory.
    ///
    /// # Errors
    /// When there is none, or somebody else has it.
    pub fn new(directory: &Path) -> Result<Self, StoreError> {
        // Nothing is made in a directory that is not a store.
        if !presence::is_store(directory)? {
            return Err(StoreError::NotAStore {
                path: directory.to_owned(),
            });
        }
        let lock = Lock::acquire(directory)?;
        let head = HeadFile::read(directory)?
            .ok_or_else(|| StoreError::damaged(format!("its file {} is gone", head::HEAD)))?;
        Ok(Self {
            directory: directory.to_owned(),
            head,
            lock,
        })
    }

    /// Where its journal ended when somebody last acknowledged a commit; after a crash it may be
    /// one further.
    pub const fn head(&self) -> Head {
        self.head.head()
    }

    /// How many records it holds.
    pub const fn records(&self) -> u64 {
        self.head.records
    }

    /// Opens it. Where that ends in damage, its files are as they were.
    ///
    /// # Errors
    /// When it is damaged, or can't be read.
    pub fn open(self) -> Result<SledStore, StoreError> {
        let directory = self.directory.clone();
        match self.open_with_care() {
            Err(StoreError::Damaged { .. }) if trial::mend(&directory) => {
                Self::new(&directory)?.open_with_care()
            }
            other => other,
        }
    }

    /// As [`Self::open`], and where it does not open it is left so.
    fn open_with_care(self) -> Result<SledStore, StoreError> {
        let Self {
            directory,
            head,
            lock,
        } = self;
        // The engine would cut a damaged log off where the damage begins.
        if !careful::may_open(&directory, &head) {
            trial::opens(&directory)?;
        }
        let kept = careful::Kept::of(&directory, head.data);
        let (head, state, engine) = SledStore::made_ready(&directory, head)
            .inspect_err(|error| kept.put_back_after(error))?;
        Ok(SledStore::assembled(&directory, head, state, engine, lock))
    }

    /// Opens it for what that may do to the files: for copies.
    fn open_as_it_is(self) -> Result<SledStore, StoreError> {
        SledStore::open_locked(&self.directory, self.head, self.lock)
    }
}

/// Makes the name of a directory durable.
pub(super) fn sync_parent(directory: &Path) -> Result<(), StoreError> {
    match directory.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(parent) => permissions::sync_directory(parent),
        None => Ok(()),
    }
}

/// Whether a store may be made here; what an interrupted attempt left does not count.
pub(super) fn is_empty(directory: &Path) -> Result<bool, StoreError> {
    let list = || StoreError::io("list", directory);
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(e) => return Err(list()(e)),
    };
    for entry in entries {
        let name = entry.map_err(list())?.file_name();
        let ours = name == lock::HOLDER || name == head::NEW;
        if !ours && layout::is_aside(&name).is_none() {
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
        let engine = self.engine();
        let mut scan = Scan::begin(&engine)?;
        loop {
            let page = scan.page()?;
            if page.is_empty() {
                return scan.finish(&writer.state);
            }
            // Outside of the fence: a panic of the visitor is not the engine's.
            for (key, record) in page {
                let (key, record) = (keys::decode(&key)?, codec::decode_record(&record)?);
                if !plan::belongs(&key, &record) {
                    let what = format!("{} is of another kind", keys::describe(&key));
                    return Err(StoreError::damaged(what));
                }
                visit(key, record);
            }
        }
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
        let engine = self.engine();
        let planned = engine.run(|| plan::plan(&engine, &old, &changes))?;
        let (entry, body) = hash::link(old.head(), stamp, changes)?;
        let journal = write::journal_pieces(entry.revision, &entry.hash, &body)?;
        let new = State {
            revision: entry.revision,
            hash: entry.hash,
            records: planned.records,
            digest: planned.digest,
            rows: planned.rows,
        };
        let head = writer.head.at(&new);
        // HEAD comes last: it must never promise what the engine does not have.
        let written = engine
            .run(|| write::write(&engine, &old, &new, &planned.pieces, &journal))
            .and_then(|()| head.advance(&self.directory));
        if let Err(error) = written {
            writer.halted = Some(error.to_string());
            return Err(error);
        }
        (writer.state, writer.head) = (new, head);
        *hold(&self.published) = new.head();
        Ok(entry)
    }

    fn commit_large(
        &self,
        expected: Revision,
        stamp: Stamp,
        changes: ChangeSet,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Head, StoreError> {
        let mut writer = hold(&self.writer);
        writer.ready()?;
        if writer.state.revision != expected || !aside::is_worth_it(&changes, writer.state.records)
        {
            drop(writer);
            return self.commit(expected, stamp, changes).map(|entry| Head {
                revision: entry.revision,
                hash: entry.hash,
            });
        }
        plan::check_form(&changes)?;
        let old = self.engine();
        let now = (&writer.head, &writer.state);
        let (head, state, engine) =
            aside::rebuild(&self.directory, &old, now, (&stamp, changes), go_on)?;
        // From here on nobody reads the old data: they are about to be removed.
        let mut current = self.engine.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(engine);
        drop(old);
        if let Err(error) = migrate::switch(&self.directory, &head) {
            writer.halted = Some(error.to_string());
            return Err(error);
        }
        (writer.state, writer.head) = (state, head);
        *hold(&self.published) = state.head();
        Ok(state.head())
    }

    fn entries(&self, from: Revision, to: Revision) -> Result<Vec<JournalEntry>, StoreError> {
        let engine = self.engine();
        let (first, last) = (from.0.max(1), to.0.min(self.head().revision.0));
        let entry = |revision| write::read_entry(&engine, Revision(revision));
        engine.run(|| (first..=last).map(entry).collect())
    }
}
