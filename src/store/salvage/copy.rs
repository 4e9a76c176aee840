//! A copy to work on: opening rewrites damaged files, so the store itself is only read.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use crate::store::error::StoreError;
use crate::store::layout::SNAPSHOT;
use crate::store::permissions::{make_directory, private};
use crate::store::{lock, presence};

/// Files that only speed the engine's opening up, by how their names begin.
pub(super) const ACCELERATORS: &[&str] = &[SNAPSHOT, "conf"];

/// Where a store is tried on a copy of its own: never part of another copy.
pub(in crate::store) const TRIAL: &str = "trial";

/// Nobody writes to a store while this lives. Nothing is written to it, so a store on a medium that
/// can't be written can be saved as well.
#[derive(Debug)]
pub(super) struct Quiet(#[expect(dead_code, reason = "held for its lock")] Option<File>);

/// Makes sure that there is a store and that nobody has it open.
pub(super) fn quiet(store: &Path) -> Result<Quiet, StoreError> {
    if !presence::is_store(store)? && !has_parts(store)? {
        return Err(StoreError::NotAStore {
            path: store.to_owned(),
        });
    }
    let path = store.join(lock::HOLDER);
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Quiet(None)),
        Err(e) => return Err(StoreError::io("open", &path)(e)),
    };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Quiet(Some(file))),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(lock::locked(store, &mut file)),
        // Some file systems have no locks; then whoever runs this has to know.
        Err(_) => Ok(Quiet(None)),
    }
}

/// Whether something of a store is left, though neither HEAD nor data.
fn has_parts(store: &Path) -> Result<bool, StoreError> {
    let entries = match fs::read_dir(store) {
        Ok(entries) => entries,
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(false);
        }
        Err(e) => return Err(StoreError::io("look at", store)(e)),
    };
    let names: Vec<_> = entries
        .filter_map(|e| Some(e.ok()?.file_name()))
        .filter_map(|n| n.into_string().ok())
        .collect();
    let has = |start: &str| names.iter().any(|n| n.starts_with(start));
    Ok(has(lock::HOLDER) && ACCELERATORS.iter().any(|a| has(a)))
}

/// The copy can be written, also where the file can't: so permissions are not copied.
fn copy_file(from: &Path, to: &Path) -> io::Result<u64> {
    let mut copy = private().write(true).create_new(true).open(to)?;
    io::copy(&mut File::open(from)?, &mut copy)
}

/// Copies a store's files and directories, but those whose names begin with one of `without`.
pub(in crate::store) fn copy(store: &Path, to: &Path, without: &[&str]) -> Result<(), StoreError> {
    make_directory(to)?;
    let list = || StoreError::io("list", store);
    for entry in fs::read_dir(store).map_err(list())? {
        let entry = entry.map_err(list())?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(list())?);
        let name = entry.file_name();
        if name == TRIAL {
            continue;
        }
        if without
            .iter()
            .any(|start| name.to_string_lossy().starts_with(start))
        {
            continue;
        }
        if kind.is_dir() {
            copy(&path, &to.join(name), without)?;
        } else if kind.is_file() {
            copy_file(&path, &to.join(name)).map_err(StoreError::io("copy", &path))?;
        }
    }
    Ok(())
}
