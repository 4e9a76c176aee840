//! One process at a time, and a name for whoever has the store.
//!
//! The lock is the kernel's, on the file `holder`, and ends with the process however it ends. What
//! the file says counts only while somebody holds that lock, so a stale one does no harm.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::error::StoreError;
use super::permissions::private;
use crate::domain::Timestamp;

/// The file's name.
pub(super) const HOLDER: &str = "holder";

/// Holding it means that the store is ours.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    pub(super) fn acquire(directory: &Path) -> Result<Self, StoreError> {
        let path = directory.join(HOLDER);
        let mut file = private()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(StoreError::io("open", &path))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(locked(directory, &mut file)),
            Err(errno) => return Err(StoreError::io("lock", &path)(errno.into())),
        }
        let lock = Self { file };
        lock.sign().map_err(StoreError::io("write", &path))?;
        Ok(lock)
    }

    fn sign(&self) -> std::io::Result<()> {
        let mut file = &self.file;
        // Emptied first: whoever reads in between then reads nothing instead of a former holder.
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(format!("{}\n{}\n", std::process::id(), command()).as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A child that was forked meanwhile may keep the descriptor, and with it the lock, so it is
        // released by name. Failing does no harm: the content counts only together with the lock.
        let _ = self.file.set_len(0);
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}

/// Program and subcommand; further arguments may be nobody else's business.
fn command() -> String {
    let mut arguments = std::env::args_os();
    let program = arguments.next().unwrap_or_default();
    let program = Path::new(&program)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let subcommand = arguments
        .next()
        .filter(|a| !a.to_string_lossy().starts_with('-'));
    let words = subcommand.map_or(program.clone(), |s| {
        format!("{program} {}", s.to_string_lossy())
    });
    words.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// The error for a store that is open elsewhere.
pub(super) fn locked(directory: &Path, file: &mut File) -> StoreError {
    let mut holder = None;
    // They may be about to sign.
    for _ in 0..20 {
        holder = read(file);
        if holder.is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let (pid, command, since) = match holder {
        Some((pid, command, since)) => (Some(pid), command, since),
        None => (None, String::new(), None),
    };
    StoreError::Locked {
        path: directory.to_owned(),
        pid,
        command,
        since,
    }
}

fn read(file: &mut File) -> Option<(u32, String, Option<Timestamp>)> {
    file.rewind().ok()?;
    let mut text = String::new();
    file.take(4_096).read_to_string(&mut text).ok()?;
    let mut lines = text.lines();
    let pid = lines.next()?.parse().ok()?;
    let command = lines.next()?.chars().filter(|c| !c.is_control()).collect();
    let signed = file.metadata().and_then(|m| m.modified()).ok();
    let since = signed
        .and_then(|t| t.duration_since(SystemTime::UNIX_EPOCH).ok())
        .and_then(|t| i64::try_from(t.as_secs()).ok())
        .map(Timestamp);
    Some((pid, command, since))
}
