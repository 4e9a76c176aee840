//! A directory that is gone when the program ends.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

const PREFIX: &str = "deedbox-run-";

/// A directory for one run, open to nobody else.
#[derive(Debug)]
pub struct Temporary(PathBuf);

impl Temporary {
    /// Makes one. A name that exists is never taken over: somebody may have put it there.
    ///
    /// # Errors
    /// When the temporary directory can't be written.
    pub fn new() -> io::Result<Self> {
        let base = std::env::temp_dir();
        sweep(&base);
        let mut attempt = 0;
        loop {
            let path = base.join(format!("{PREFIX}{}-{attempt}", std::process::id()));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 1000 => {
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// Removes what runs left that were killed outright: directories of this account whose process is
/// gone. A name is no proof, so everything else is left alone.
fn sweep(base: &Path) {
    let own = rustix::process::geteuid().as_raw();
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name
            .to_str()
            .and_then(|n| n.strip_prefix(PREFIX)?.split('-').next()?.parse().ok());
        let Some(process) = process.and_then(Pid::from_raw) else {
            continue;
        };
        let ours = entry.metadata().is_ok_and(|m| m.is_dir() && m.uid() == own);
        if ours && test_kill_process(process) == Err(Errno::SRCH) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What can't be removed is swept up by the next run, or by the system.
        let _ = fs::remove_dir_all(&self.0);
    }
}
