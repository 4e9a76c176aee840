//! Opening that leaves a damaged store as it is.
//!
//! The engine rewrites files while it opens: it cuts a log off behind the first damage, zeroes what
//! then seems unused, and writes a new snapshot of its page table. Until somebody knows that the log is
//! sound, it therefore opens a copy. What is not found that way, and small enough, is kept in memory
//! and put back.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};

use super::engine::DATA;
use super::error::StoreError;
use super::head::HeadFile;
use super::layout::{self, SNAPSHOT};
use super::permissions::{private, sync_directory};
use super::salvage::{Part, is_sound};

/// Up to so many bytes, a log is read through before every opening; of a longer one, what was written
/// since the engine's last snapshot, which the engine reads itself, and may rewrite.
const WHOLE: u64 = 64 << 20;
/// How files that are put back are called until they are whole.
const NEW: &str = "kept.new";

/// Whether the engine may open the data: its log is sound, or there is none to lose.
pub(super) fn may_open(store: &Path, head: &HeadFile) -> bool {
    let directory = layout::data(store, head.data);
    let log = directory.join(DATA);
    let part = match fs::metadata(&log) {
        Ok(found) if found.is_file() && found.len() <= WHOLE => Part::Whole,
        Ok(found) if found.is_file() => Part::From(snapshot(&directory).unwrap_or(0)),
        // Whoever opens it says so.
        _ => return true,
    };
    is_sound(&log, part, head)
}

/// The place that the engine's newest snapshot reaches.
pub(super) fn snapshot(directory: &Path) -> Option<u64> {
    let names = fs::read_dir(directory).ok()?.flatten();
    let newest = names
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.starts_with(SNAPSHOT))
        .max()?;
    let place = newest.strip_prefix(SNAPSHOT)?.get(..16)?;
    u64::from_str_radix(place, 16).ok()
}

/// The engine's files as they were before it opened them.
#[derive(Debug, Default)]
pub(super) struct Kept {
    directory: PathBuf,
    /// By name; empty where they are too large to be kept.
    files: Vec<(OsString, Vec<u8>)>,
}

impl Kept {
    /// Keeps the data of a store; nothing where they are large or can't be read.
    pub(super) fn of(store: &Path, data: u32) -> Self {
        let directory = layout::data(store, data);
        let files = read(&directory).unwrap_or_default();
        Self { directory, files }
    }

    /// Puts back what the engine changed, where opening ended in damage.
    pub(super) fn put_back_after(&self, error: &StoreError) {
        const DAMAGE: u8 = 7;
        if self.files.is_empty() || error.exit_code() != DAMAGE {
            return;
        }
        self.wait();
        // What can't be written now is as the engine left it: nothing better can be done here.
        let _ = self.put_back();
    }

    /// The engine's threads may still be ending: its own lock goes with the last of them.
    fn wait(&self) {
        let Ok(log) = File::open(self.directory.join(DATA)) else {
            return;
        };
        for _ in 0..40 {
            if flock(&log, FlockOperation::NonBlockingLockExclusive).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn put_back(&self) -> io::Result<()> {
        for (name, bytes) in &self.files {
            let path = self.directory.join(name);
            if fs::read(&path).is_ok_and(|now| now == *bytes) {
                continue;
            }
            let new = self.directory.join(NEW);
            let mut file = private()
                .write(true)
                .create(true)
                .truncate(true)
                .open(&new)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&new, &path)?;
        }
        for (name, _) in engines(&self.directory)? {
            if !self.files.iter().any(|(kept, _)| *kept == name) {
                fs::remove_file(self.directory.join(name))?;
            }
        }
        sync_directory(&self.directory).map_err(|_| io::ErrorKind::Other.into())
    }
}

/// The engine's files in a directory, and how long they are. Its directory of blobs is not among them:
/// no value of ours is so large that it came there.
fn engines(directory: &Path) -> io::Result<Vec<(OsString, u64)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let found = entry.metadata()?;
        if found.is_file() && layout::is_engines(&entry.file_name()) {
            files.push((entry.file_name(), found.len()));
        }
    }
    Ok(files)
}

fn read(directory: &Path) -> io::Result<Vec<(OsString, Vec<u8>)>> {
    let files = engines(directory)?;
    if files.iter().map(|(_, length)| length).sum::<u64>() > WHOLE {
        return Ok(Vec::new());
    }
    let read = |(name, _): (OsString, u64)| {
        let bytes = fs::read(directory.join(&name))?;
        Ok((name, bytes))
    };
    files.into_iter().map(read).collect()
}
