//! A directory that is gone when the program ends.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

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
        let mut attempt = 0;
        loop {
            let path = base.join(format!("deedbox-demo-{}-{attempt}", std::process::id()));
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

impl Drop for Temporary {
    fn drop(&mut self) {
        // It holds sample data only; what can't be removed is the system's to sweep up.
        let _ = fs::remove_dir_all(&self.0);
    }
}
