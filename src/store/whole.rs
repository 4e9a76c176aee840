//! A store that is made aside and put in its place in one step: it is there whole, or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::permissions::{make_directory, sync_directory};
use super::sled_store::SledStore;

/// A directory beside the one that a store is to get; gone unless it is put in place.
#[derive(Debug)]
struct Aside {
    path: PathBuf,
    placed: bool,
}

impl Aside {
    fn beside(directory: &Path) -> Self {
        let mut number = std::process::id();
        loop {
            let mut name = directory.file_name().unwrap_or_default().to_owned();
            name.push(format!(".new-{number}"));
            let path = directory.with_file_name(name);
            // Whatever is there already is not ours to remove.
            if path.symlink_metadata().is_err() {
                return Self {
                    path,
                    placed: false,
                };
            }
            number = number.wrapping_add(1);
        }
    }

    fn place(mut self, directory: &Path) -> Result<(), StoreError> {
        // In place of an empty directory, or of none; the system refuses every other.
        fs::rename(&self.path, directory).map_err(|e| match e.kind() {
            std::io::ErrorKind::DirectoryNotEmpty | std::io::ErrorKind::NotADirectory => {
                StoreError::Exists {
                    path: directory.to_owned(),
                }
            }
            _ => StoreError::io("make", directory)(e),
        })?;
        self.placed = true;
        parent(directory).map_or(Ok(()), sync_directory)
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if !self.placed {
            // What can't be removed says by its name that it was never finished.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Makes a store in a directory that is empty or does not exist. `fill` puts into it what it is to
/// hold; after an error there is nothing.
///
/// # Errors
/// When there is something already, or it can't be made or filled.
pub(super) fn build<T>(
    directory: &Path,
    fill: impl FnOnce(&SledStore) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    refuse_filled(directory)?;
    if let Some(parent) = parent(directory) {
        make_directory(parent)?;
    }
    let aside = Aside::beside(directory);
    let store = SledStore::create(&aside.path)?;
    let made = fill(&store)?;
    // Closed before it is moved: the engine goes on writing until then.
    drop(store);
    aside.place(directory)?;
    Ok(made)
}

/// Refuses a directory with anything in it.
///
/// # Errors
/// When there is something, or it can't be looked at.
pub fn refuse_filled(directory: &Path) -> Result<(), StoreError> {
    let exists = || StoreError::Exists {
        path: directory.to_owned(),
    };
    match fs::read_dir(directory).map(|mut entries| entries.next().is_some()) {
        Ok(false) => Ok(()),
        Ok(true) => Err(exists()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::NotADirectory => Err(exists()),
        Err(e) => Err(StoreError::io("look at", directory)(e)),
    }
}

fn parent(directory: &Path) -> Option<&Path> {
    directory.parent().filter(|p| !p.as_os_str().is_empty())
}
