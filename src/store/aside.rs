//! Very many records at once: built aside in batches and switched to in one step, whole or not at
//! all.
//!
//! The journal holds them as several entries that follow on each other, a part of the records
//! each: the chain, verification and the past work on them as on any others, and none of them is
//! too large to be read. Nobody ever sees the store between two of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::build::Build;
use super::engine::Engine;
use super::error::StoreError;
use super::head::{self, HeadFile};
use super::lock::{self, Lock};
use super::scan::Scan;
use super::sled_store::{is_empty, sync_parent};
use super::write::State;
use super::{SledStore, codec, keys, layout, migrate, permissions, plan};
use crate::domain::{Change, ChangeSet, Stamp};

/// Records in one journal entry.
pub const PART: usize = 1_000;

/// A new store in the making. Until [`Aside::finish`] there is no store; dropped before, nothing
/// stays.
#[derive(Debug)]
pub struct Aside {
    directory: PathBuf,
    /// Whether the directory was made for this.
    made: bool,
    build: Option<Build>,
    lock: Option<Lock>,
}

impl Aside {
    /// Begins a store in a directory that is empty or does not exist.
    ///
    /// # Errors
    /// When there is something already, or it can't be written.
    pub fn begin(directory: &Path) -> Result<Self, StoreError> {
        let exists = || StoreError::Exists {
            path: directory.to_owned(),
        };
        if !is_empty(directory)? {
            return Err(exists());
        }
        let made = !directory.exists();
        permissions::make_directory(directory)?;
        let lock = Lock::acquire(directory)?;
        if !is_empty(directory)? {
            return Err(exists());
        }
        let mut aside = Self {
            directory: directory.to_owned(),
            made,
            build: None,
            lock: Some(lock),
        };
        aside.build = Some(Build::begin(directory, 1)?);
        Ok(aside)
    }

    /// Adds a journal entry with new records. Over all entries, records come in order of keys; not
    /// yet durable.
    ///
    /// # Errors
    /// When they do not, one replaces another, or they can't be written.
    pub fn commit(&mut self, stamp: Stamp, changes: ChangeSet) -> Result<(), StoreError> {
        plan::check_form(&changes)?;
        let build = self.build.as_mut().ok_or_else(|| StoreError::Halted {
            why: "it is finished".to_owned(),
        })?;
        let changes = build.entry(stamp, changes)?;
        for change in &changes.0 {
            let (None, Some(record)) = (&change.before, &change.after) else {
                let what = format!("{} is not new", keys::describe(&change.key));
                return Err(StoreError::Invalid { what });
            };
            build.record(&keys::encode(&change.key)?, &codec::encode_record(record)?)?;
        }
        Ok(())
    }

    /// Makes all of it durable, and a store.
    ///
    /// # Errors
    /// When it can't be written; then there is none.
    pub fn finish(mut self) -> Result<SledStore, StoreError> {
        let finished = || StoreError::Halted {
            why: "it is finished".to_owned(),
        };
        let build = self.build.take().ok_or_else(finished)?;
        let number = build.number;
        let (engine, state) = build.finish()?;
        let head = HeadFile {
            data: number,
            ..HeadFile::default().at(&state)
        };
        migrate::switch(&self.directory, &head)?;
        sync_parent(&self.directory)?;
        let lock = self.lock.take().ok_or_else(finished)?;
        Ok(SledStore::assembled(
            &self.directory,
            head,
            state,
            engine,
            lock,
        ))
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        let Some(lock) = self.lock.take() else {
            return;
        };
        drop(self.build.take());
        // What can't be removed does no harm: it is no store, and the next attempt clears it away.
        let _ = layout::sweep(&self.directory, 0);
        let _ = fs::remove_file(self.directory.join(lock::HOLDER));
        if self.made {
            let _ = fs::remove_dir(&self.directory);
        }
        drop(lock);
    }
}

/// Divides a change set into the parts that the journal keeps it as.
pub fn parts(stamp: &Stamp, changes: ChangeSet) -> Vec<(Stamp, ChangeSet)> {
    let count = changes.len().div_ceil(PART).max(1);
    let mut rest = changes.0.into_iter();
    let part = |number: usize| {
        let changes = ChangeSet(rest.by_ref().take(PART).collect());
        (part_of(stamp, number + 1, count), changes)
    };
    (0..count).map(part).collect()
}

/// What the journal says of one part.
pub fn part_of(stamp: &Stamp, number: usize, count: usize) -> Stamp {
    let mut stamp = stamp.clone();
    if count > 1 {
        stamp.summary = format!("{} (part {number} of {count})", stamp.summary);
    }
    if number < count {
        // What all of it does is said once, in the end.
        stamp.effect = String::new();
    }
    stamp
}

/// Builds the data of a store anew, with a change set carried out, and switches to them. Costs what
/// the whole store costs. `go_on` hears how many records were written, and may say no.
pub(super) fn rebuild(
    store: &Path,
    old: &Engine,
    (head, state): (&HeadFile, &State),
    (stamp, changes): (&Stamp, ChangeSet),
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<(HeadFile, State, Engine), StoreError> {
    let mut build = Build::begin(store, head.data.wrapping_add(1))?;
    let filled = fill(&mut build, old, state, (stamp, changes), go_on);
    let finished = filled.and_then(|()| build.finish());
    let (engine, state) = match finished {
        Ok(finished) => finished,
        Err(error) => {
            let _ = layout::sweep(store, head.data);
            return Err(error);
        }
    };
    let head = HeadFile {
        format: head::FORMAT,
        data: head.data.wrapping_add(1),
        ..head.at(&state)
    };
    Ok((head, state, engine))
}

fn fill(
    build: &mut Build,
    old: &Engine,
    state: &State,
    (stamp, changes): (&Stamp, ChangeSet),
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<(), StoreError> {
    let mut stored = BTreeMap::new();
    let mut scan = Scan::begin(old)?;
    loop {
        let page = scan.page()?;
        if page.is_empty() {
            break;
        }
        stored.extend(page);
    }
    scan.finish(state)?;
    old.run(|| build.copy_journal(old, state.head()))?;
    let mut written = 0u64;
    for (stamp, part) in parts(stamp, changes) {
        let part = build.entry(stamp, part)?;
        for change in part.0 {
            take_in(&change, &mut stored, build)?;
            written += 1;
        }
        if !go_on(written) {
            return Err(StoreError::Cancelled);
        }
    }
    stored
        .iter()
        .try_for_each(|(key, record)| build.record(key, record))
}

/// Writes what lies before a changed record, and the record.
fn take_in(
    change: &Change,
    stored: &mut BTreeMap<Vec<u8>, Vec<u8>>,
    build: &mut Build,
) -> Result<(), StoreError> {
    let key = keys::encode(&change.key)?;
    let mut before = stored.split_off(&key);
    std::mem::swap(stored, &mut before);
    for (key, record) in &before {
        build.record(key, record)?;
    }
    let old = stored.remove(&key);
    if !plan::is_stored(change.before.as_ref(), old.as_deref())? {
        return Err(StoreError::Changed {
            key: keys::describe(&change.key),
        });
    }
    match &change.after {
        Some(record) => build.record(&key, &codec::encode_record(record)?),
        None => Ok(()),
    }
}

/// Whether a change set is worth building everything anew: it has many records, and there are not
/// many already.
pub(super) const fn is_worth_it(changes: &ChangeSet, stored: u64) -> bool {
    changes.0.len() >= LARGE && stored <= changes.0.len() as u64
}

/// Below this, a change set is committed in place.
const LARGE: usize = 20_000;
