//! Who may read the files: their owner, nobody else.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::error::StoreError;

const DIRECTORY: u32 = 0o700;
const FILE: u32 = 0o600;

/// Makes a directory and those above it.
pub(super) fn make_directory(path: &Path) -> Result<(), StoreError> {
    DirBuilder::new()
        .recursive(true)
        .mode(DIRECTORY)
        .create(path)
        .map_err(StoreError::io("create the directory", path))
}

/// Options for a file that only its owner reads.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(FILE);
    options
}

/// Takes everybody else's rights from a store: the engine makes its files by the process's mask.
pub(super) fn tighten(directory: &Path) -> Result<(), StoreError> {
    restrict(directory, DIRECTORY)?;
    let list = || StoreError::io("list", directory);
    for entry in fs::read_dir(directory).map_err(list())? {
        let entry = entry.map_err(list())?;
        let kind = entry.file_type().map_err(list())?;
        if kind.is_dir() {
            tighten(&entry.path())?;
        } else if kind.is_file() {
            restrict(&entry.path(), FILE)?;
        }
    }
    Ok(())
}

fn restrict(path: &Path, mode: u32) -> Result<(), StoreError> {
    let found = fs::metadata(path)
        .map_err(StoreError::io("look at", path))?
        .permissions()
        .mode();
    if found & 0o777 == mode {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(mode))
        .map_err(StoreError::io("take other people's rights from", path))
}

/// Makes names in a directory durable.
pub(super) fn sync_directory(path: &Path) -> Result<(), StoreError> {
    File::open(path)
        .and_then(|d| d.sync_all())
        .map_err(StoreError::io("sync", path))
}
