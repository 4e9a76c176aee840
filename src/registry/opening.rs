//! Opening a store: a large one in two steps, so that its state can be shown before its engine is
//! ready to take a commit.
//!
//! ```no_run
//! use deedbox::registry::Opening;
//! # fn main() -> Result<(), deedbox::store::StoreError> {
//! let opening = Opening::begin("store".as_ref())?;
//! if let Some(snapshot) = opening.snapshot() {
//!     // Show it: every question can be answered from now on.
//!     println!("revision {}", snapshot.revision());
//! } else {
//!     // Its records are being read; say how far it is.
//!     println!("{:?}", opening.progress());
//! }
//! let registry = opening.finish()?; // Waits; from now on commits are taken, too.
//! # Ok(())
//! # }
//! ```
//!
//! The state that is shown first is the one that was acknowledged last. Should the process that did
//! so have died in the instant before it could say so, the registry may be one revision further.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};

use crate::authz::Snapshot;
use crate::authz::snapshot::{Builder, Files, Things, compiled};
use crate::domain::{Key, Record, Revision};
use crate::store::{Claim, CompiledFile, Head, Store, StoreError};

use super::open::Registry;

/// Below so many records, reading them takes no time that anybody notices.
const LARGE: u64 = 20_000;
/// Commits that a compiled snapshot may lie behind before it is written anew.
const STALE: u64 = 256;
/// Commits that are carried out on an older one before reading all records is quicker.
const TAIL: u64 = 20_000;
/// Records that travel between threads together, and how many such loads may wait.
const LOAD: usize = 1_024;
const LOADS: usize = 16;

/// A store on its way to being open.
#[derive(Debug)]
pub struct Opening {
    snapshot: Option<Arc<Snapshot>>,
    progress: Arc<Progress>,
    worker: JoinHandle<Result<Registry, StoreError>>,
}

/// Records read, of so many.
#[derive(Debug, Default)]
struct Progress {
    done: AtomicU64,
    all: AtomicU64,
}

/// Where the compiled snapshot of a store lies, and what it is of.
#[derive(Debug, Clone)]
pub(super) struct Home {
    directory: PathBuf,
    pub(super) compiled: Option<Revision>,
}

impl Opening {
    /// Begins to open the store in a directory. Returns when its state can be shown, where a
    /// compiled snapshot of it lies beside the records, and at once where none does.
    ///
    /// # Errors
    /// When there is none, or another process holds it.
    pub fn begin(directory: &Path) -> Result<Self, StoreError> {
        let claim = Claim::new(directory)?;
        let file = CompiledFile::find(directory, &compiled::form());
        let now = claim.head();
        let current = file.as_ref().filter(|file| file.head() == now);
        let snapshot = current.and_then(restore).map(Arc::new);
        let progress = Arc::new(Progress::default());
        progress.all.store(claim.records(), Ordering::Relaxed);
        let begun = Begun {
            directory: directory.to_owned(),
            claim,
            file,
            snapshot: snapshot.clone(),
            progress: Arc::clone(&progress),
        };
        Ok(Self {
            snapshot,
            progress,
            worker: thread::spawn(move || begun.finish()),
        })
    }

    /// The state that was acknowledged last, where it is there already.
    pub const fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.snapshot.as_ref()
    }

    /// Records read so far, and how many there are; nothing is read where the snapshot was there.
    pub fn progress(&self) -> (u64, u64) {
        let Progress { done, all } = &*self.progress;
        (done.load(Ordering::Relaxed), all.load(Ordering::Relaxed))
    }

    /// Whether so many records are read that somebody may want to know how far it is.
    pub fn is_long(&self) -> bool {
        self.snapshot.is_none() && self.progress().1 >= LARGE
    }

    /// Whether [`Self::finish`] would return at once.
    pub fn is_ready(&self) -> bool {
        self.worker.is_finished()
    }

    /// Waits until commits can be taken.
    ///
    /// # Errors
    /// When the store is damaged or can't be read. A state that was shown is then not to be
    /// trusted.
    pub fn finish(self) -> Result<Registry, StoreError> {
        let panicked = |_| StoreError::Damaged {
            what: "opening it came to an unexpected end".to_owned(),
        };
        self.worker.join().map_err(panicked)?
    }
}

struct Begun {
    directory: PathBuf,
    claim: Claim,
    file: Option<CompiledFile>,
    snapshot: Option<Arc<Snapshot>>,
    progress: Arc<Progress>,
}

impl Begun {
    fn finish(self) -> Result<Registry, StoreError> {
        let Self {
            directory,
            claim,
            file,
            snapshot,
            progress,
        } = self;
        // What a compiled snapshot lacks is found only by the engine: both are made ready at once.
        let (store, restored) = thread::scope(|scope| {
            let restored = scope.spawn(|| match &snapshot {
                Some(shown) => Some((**shown).clone()),
                None => restore(file.as_ref()?),
            });
            (claim.open(), restored.join().ok().flatten())
        });
        let store = store?;
        let base = file.as_ref().map(CompiledFile::head);
        let usable = base.filter(|base| follows(&store, *base).unwrap_or(false));
        let (snapshot, of) = match restored.filter(|_| usable.is_some()) {
            Some(restored) => (carry_on(restored, &store)?, base),
            None => (read(&store, &progress)?, None),
        };
        let home = Home {
            directory,
            compiled: of.map(|of| of.revision),
        };
        Ok(Registry::assembled(Box::new(store), snapshot, Some(home)))
    }
}

/// Whether the journal goes through a head and not far beyond it.
fn follows(store: &dyn Store, base: Head) -> Result<bool, StoreError> {
    let now = store.head();
    if base == now {
        return Ok(true);
    }
    let near = base.revision < now.revision && now.revision.0 - base.revision.0 <= TAIL;
    if !near || base.revision == Revision(0) {
        return Ok(false);
    }
    let entry = store.entries(base.revision, base.revision)?;
    Ok(entry.first().is_some_and(|entry| entry.hash == base.hash))
}

/// Carries out what was committed since.
fn carry_on(mut snapshot: Snapshot, store: &dyn Store) -> Result<Snapshot, StoreError> {
    let last = store.head().revision;
    while snapshot.revision() < last {
        let first = snapshot.revision().next();
        let to = Revision(first.0.saturating_add(255).min(last.0));
        for entry in store.entries(first, to)? {
            snapshot.apply(entry.revision, &entry.changes);
        }
    }
    Ok(snapshot)
}

/// Reads a compiled snapshot, its halves beside each other; `None` when it is not what was written.
fn restore(file: &CompiledFile) -> Option<Snapshot> {
    thread::scope(|scope| {
        let things = scope.spawn(|| {
            let pieces = [
                file.piece(3)?,
                file.piece(4)?,
                file.piece(5)?,
                file.piece(6)?,
            ];
            Things::read(Files(pieces))
        });
        let rest = Files([file.piece(0)?, file.piece(1)?, file.piece(2)?]);
        let things = || things.join().ok().flatten();
        Snapshot::restore(&rest, file.head().revision, things)
    })
}

/// Reads every record: one thread reads, another puts in place.
pub(super) fn read_all(store: &dyn Store) -> Result<Snapshot, StoreError> {
    read(store, &Progress::default())
}

fn read(store: &dyn Store, progress: &Progress) -> Result<Snapshot, StoreError> {
    let (sender, receiver) = sync_channel::<Vec<(Key, Record)>>(LOADS);
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut load = Vec::with_capacity(LOAD);
            let scanned = store.scan(&mut |key, record| {
                load.push((key, record));
                if load.len() == LOAD {
                    let full = std::mem::replace(&mut load, Vec::with_capacity(LOAD));
                    // The other end takes everything until this one is gone.
                    let _ = sender.send(full);
                }
            });
            let _ = sender.send(load);
            scanned
        });
        let mut builder = Builder::new();
        for load in receiver {
            progress
                .done
                .fetch_add(load.len() as u64, Ordering::Relaxed);
            for (key, record) in load {
                builder.put(&key, record);
            }
        }
        let panicked = |_| StoreError::Damaged {
            what: "reading it came to an unexpected end".to_owned(),
        };
        reader.join().map_err(panicked)??;
        Ok(builder.finish(store.head().revision))
    })
}

impl Home {
    /// Of a store that has no compiled snapshot yet.
    pub(super) fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            compiled: None,
        }
    }
}

impl Registry {
    /// Writes the compiled snapshot where the store is large and the last one is missing or old.
    /// Also done when the registry is dropped.
    ///
    /// # Errors
    /// When it can't be written; the store is as good as before.
    pub fn compile(&self) -> Result<(), StoreError> {
        let mut home = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(home) = home.as_mut() else {
            return Ok(());
        };
        let _nobody_commits = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let (snapshot, head) = (self.snapshot(), self.store().head());
        let behind = |of: Revision| head.revision.0.saturating_sub(of.0);
        let fresh = home.compiled.is_some_and(|of| behind(of) < STALE);
        let small = u64::from(snapshot.counters().resource) < LARGE;
        if fresh || small || snapshot.revision() != head.revision {
            return Ok(());
        }
        CompiledFile::write(
            &home.directory,
            &compiled::form(),
            head,
            compiled::PIECES,
            &mut |piece, take| snapshot.write_down(piece, take),
        )?;
        home.compiled = Some(head.revision);
        Ok(())
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        if !thread::panicking() {
            // Without it the next opening takes longer, that is all.
            let _ = self.compile();
        }
    }
}
