//! sled, behind a fence: opened and used so that its errors and panics become ours.

use std::any::Any;
use std::cell::Cell;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sled::{Batch, Db, IVec, Tree};

use super::chunks::{self, Assembler};
use super::error::StoreError;
use super::{layout, lock};

/// The engine's one big file.
pub(super) const DATA: &str = "db";

const RECORDS: &str = "records";
const JOURNAL: &str = "journal";
const META: &str = "meta";
/// A piece to write, or to remove.
pub(super) type Piece = (IVec, Option<IVec>);
/// The engine's memory grows with the size of a batch far faster than with their number.
const BATCH: usize = 64;
/// Small: readers work on their own snapshot, and the engine is read once.
const CACHE: u64 = 32 << 20;

/// The open database.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) records: Tree,
    pub(super) journal: Tree,
    pub(super) meta: Tree,
    db: Db,
    data: File,
    directory: PathBuf,
}

impl Engine {
    /// Opens the data of a store. `fresh` says that nothing was ever acknowledged here, so that an
    /// empty database is right.
    pub(super) fn open(store: &Path, data: u32, fresh: bool) -> Result<Self, StoreError> {
        let directory = &layout::data(store, data);
        let data = directory.join(DATA);
        if !fresh && !data.exists() {
            // The engine would make an empty one.
            return Err(StoreError::damaged(format!("its file {DATA} is gone")));
        }
        guarded(directory, || {
            let db = open_database(store, directory)?;
            let names = db.tree_names();
            let missing = [RECORDS, JOURNAL, META]
                .iter()
                .find(|t| !names.iter().any(|n| n == t.as_bytes()));
            if let (Some(missing), false) = (missing, fresh) {
                return Err(StoreError::damaged(format!(
                    "all of its {missing} are gone"
                )));
            }
            let tree = |name: &str| db.open_tree(name).map_err(|e| failed(directory, e));
            Ok(Self {
                records: tree(RECORDS)?,
                journal: tree(JOURNAL)?,
                meta: tree(META)?,
                data: File::open(&data).map_err(StoreError::io("open", &data))?,
                directory: directory.to_owned(),
                db,
            })
        })
    }

    /// Runs something on the database.
    pub(super) fn run<T>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        guarded(&self.directory, work)
    }

    /// What an error of the database means.
    pub(super) fn failed(&self, error: sled::Error) -> StoreError {
        failed(&self.directory, error)
    }

    /// Everything written so far survives a power cut when this returns. The engine's own flush
    /// leaves the device's cache and the file's size unsynced.
    pub(super) fn make_durable(&self) -> Result<(), StoreError> {
        self.db.flush().map_err(|e| self.failed(e))?;
        self.data
            .sync_data()
            .map_err(StoreError::io("sync", &self.directory))
    }

    /// Writes many pieces that nobody looks at yet, in batches.
    pub(super) fn write_pieces(&self, tree: &Tree, pieces: &[Piece]) -> Result<(), StoreError> {
        pieces
            .chunks(BATCH)
            .try_for_each(|some| self.write_batch(tree, some))
    }

    /// Writes many pieces, in batches that are whole each. The pieces of one value come together
    /// and stay so: after an interruption every value is the old one or the new one.
    pub(super) fn write_batches(&self, tree: &Tree, pieces: &[Piece]) -> Result<(), StoreError> {
        let mut rest = pieces;
        while !rest.is_empty() {
            let (some, after) = rest.split_at(batch(rest));
            self.write_batch(tree, some)?;
            rest = after;
        }
        Ok(())
    }

    /// Writes some pieces, all or none.
    pub(super) fn write_batch(&self, tree: &Tree, pieces: &[Piece]) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for (key, value) in pieces {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        tree.apply_batch(batch).map_err(|e| self.failed(e))
    }

    /// How many pieces of records there are; goes through all of them.
    ///
    /// # Errors
    /// When they can't be read.
    pub(super) fn rows(&self) -> Result<u64, StoreError> {
        let mut rows = 0;
        for key in self.records.iter().keys() {
            let key = key.map_err(|e| self.failed(e))?;
            self.let_go(&self.records, &key)?;
            rows += 1;
        }
        Ok(rows)
    }

    /// Has the engine look at its cache's bound while one goes through everything. Its iterators
    /// alone do not: what they passed then stays in memory, 130 MB of it at a million models; asking
    /// for each row by its key costs nothing that can be measured.
    pub(super) fn let_go(&self, tree: &Tree, key: &[u8]) -> Result<(), StoreError> {
        let there = tree.contains_key(key);
        there.map(drop).map_err(|e| self.failed(e))
    }

    /// The pieces that are stored under a key.
    pub(super) fn pieces(&self, tree: &Tree, base: &[u8]) -> Result<Vec<(IVec, IVec)>, StoreError> {
        tree.range(chunks::range(base))
            .collect::<Result<_, _>>()
            .map_err(|e| self.failed(e))
    }

    /// The value that is stored under a key.
    pub(super) fn value(&self, tree: &Tree, base: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        assemble(&self.pieces(tree, base)?)
    }
}

/// How many pieces make the first batch: enough, and up to where a value ends.
fn batch(pieces: &[Piece]) -> usize {
    let ends = |pair: &[Piece]| match pair {
        [(a, _), (b, _)] => chunks::base(a) != chunks::base(b),
        _ => true,
    };
    let later = pieces.windows(2).skip(BATCH - 1).position(ends);
    later.map_or(pieces.len(), |more| BATCH + more)
}

/// Puts the pieces of one value together.
pub(super) fn assemble(pieces: &[(IVec, IVec)]) -> Result<Option<Vec<u8>>, StoreError> {
    let mut assembler = Assembler::default();
    let mut value = None;
    for (key, piece) in pieces {
        if value.is_some() {
            return Err(StoreError::damaged("a value has surplus pieces"));
        }
        value = assembler.push(key, piece)?.map(|(_, value)| value);
    }
    assembler.finish()?;
    Ok(value)
}

fn open_database(store: &Path, directory: &Path) -> Result<Db, StoreError> {
    let config = sled::Config::new().path(directory).cache_capacity(CACHE);
    // Our own lock is held, so whoever has the engine's is an earlier handle of this process whose
    // threads are still ending.
    for _ in 0..40 {
        match config.open() {
            Err(e) if is_lock(&e) => std::thread::sleep(Duration::from_millis(50)),
            other => return other.map_err(|e| failed(directory, e)),
        }
    }
    let path = store.join(lock::HOLDER);
    let mut file = File::open(&path).map_err(StoreError::io("open", &path))?;
    Err(lock::locked(store, &mut file))
}

fn is_lock(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(e) if e.to_string().contains("could not acquire lock"))
}

fn failed(directory: &Path, error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            StoreError::damaged(format!("its file {DATA} is too short"))
        }
        sled::Error::Io(e) => StoreError::io("read or write", directory)(e),
        sled::Error::Corruption { .. } => {
            StoreError::damaged(format!("the engine found its file {DATA} corrupt"))
        }
        other => StoreError::damaged(format!("the engine can't go on ({other})")),
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread is the engine's way to say that its files are damaged: an error
/// says it better, and follows.
pub fn panics_are_errors() -> bool {
    GUARDED.get()
        || std::thread::current()
            .name()
            .is_some_and(|n| n.starts_with("sled"))
}

/// The engine panics on some damaged files.
fn guarded<T>(
    directory: &Path,
    work: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let before = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    result.unwrap_or_else(|panic| {
        let why = message(panic.as_ref());
        Err(StoreError::damaged(format!(
            "the engine gave up on `{}` ({why})",
            directory.display()
        )))
    })
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no reason given");
    text.lines().next().unwrap_or_default().to_owned()
}
