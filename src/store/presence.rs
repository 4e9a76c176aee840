//! Whether a directory holds a store: damaged or not, but never guessed from what can't be read.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use super::engine::DATA;
use super::error::StoreError;
use super::head::{HEAD, TITLE};

/// Longer than any file HEAD of ours.
const LONGEST: u64 = 4_096;

/// Whether there is a store here, readable or not.
///
/// # Errors
/// When the system does not let us look.
pub(super) fn is_store(directory: &Path) -> Result<bool, StoreError> {
    Ok(has_head(&directory.join(HEAD))? || there(&directory.join(DATA))?)
}

/// Whether there is a file HEAD of ours; other programs have a HEAD too.
fn has_head(path: &Path) -> Result<bool, StoreError> {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut start));
    match read {
        Ok(_) => Ok(start.windows(TITLE.len()).any(|w| w == TITLE.as_bytes())),
        Err(error) => absent(error, path),
    }
}

fn there(path: &Path) -> Result<bool, StoreError> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) => absent(error, path),
    }
}

fn absent(error: io::Error, path: &Path) -> Result<bool, StoreError> {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory => Ok(false),
        _ => Err(StoreError::io("look at", path)(error)),
    }
}
