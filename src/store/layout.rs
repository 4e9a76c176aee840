//! Where things lie in a store's directory.
//!
//! | name | holds |
//! |---|---|
//! | `HEAD` | what was acknowledged last, and which data count |
//! | `holder` | the lock |
//! | `db`, `conf`, `blobs`, `snap.…` | data 0: the engine's files |
//! | `data-1`, `data-2`, … | data that were built aside and switched to: a directory of the engine's files |
//! | `compiled` | the snapshot, for opening quickly; can be left out |

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::engine::DATA;
use super::error::StoreError;

const ASIDE: &str = "data-";

/// The directory of the engine's files.
pub(super) fn data(store: &Path, number: u32) -> PathBuf {
    match number {
        0 => store.to_owned(),
        _ => store.join(format!("{ASIDE}{number}")),
    }
}

/// The number of a directory that holds, or was to hold, data.
pub(super) fn is_aside(name: &OsStr) -> Option<u32> {
    name.to_str()?.strip_prefix(ASIDE)?.parse().ok()
}

/// Removes data that HEAD does not name: those that were switched from, and those that were never
/// switched to. Only after HEAD is durable, and with the lock held.
pub(super) fn sweep(store: &Path, current: u32) -> Result<(), StoreError> {
    let list = || StoreError::io("list", store);
    for entry in fs::read_dir(store).map_err(list())? {
        let name = entry.map_err(list())?.file_name();
        let aside = is_aside(&name).is_some_and(|number| number != current);
        if aside || (current != 0 && is_engines(&name)) {
            remove(&store.join(name))?;
        }
    }
    Ok(())
}

/// What the names of the engine's snapshots begin with; the place in the log that they reach follows,
/// in hexadecimal.
pub(super) const SNAPSHOT: &str = "snap.";

/// Whether a file or directory of this name is the engine's.
pub(super) fn is_engines(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name == DATA || name == "conf" || name == "blobs" || name.starts_with(SNAPSHOT)
}

fn remove(path: &Path) -> Result<(), StoreError> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(StoreError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}
