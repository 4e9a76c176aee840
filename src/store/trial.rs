//! A store that does not open only because the engine was killed while it opened it.
//!
//! The engine keeps a snapshot of its page table and brings its log into order before it writes the
//! next one; killed in between, it may find the log corrupt afterwards. Without the snapshot it reads
//! the whole log, mostly with success; but where the log is really damaged it would cut it off there.
//! So it is tried on a copy first. Where that is not enough, the log is read without the engine, and
//! the data are made anew if that proves everything that was acknowledged.

use std::fs;
use std::path::Path;

use super::error::StoreError;
use super::head::{FORMAT, HeadFile};
use super::layout::SNAPSHOT;
use super::lock::{HOLDER, Lock};
use super::permissions::sync_directory;
use super::salvage::{self, TRIAL, copy_without};
use super::{SledStore, Store};

/// What the names of snapshots end with while they are being written.
const UNFINISHED: &str = ".generating";

/// Brings such a store into order, if nothing is lost by it. Says whether it did.
pub(super) fn mend(directory: &Path) -> bool {
    let Ok(_lock) = Lock::acquire(directory) else {
        return false;
    };
    let copy = directory.join(TRIAL);
    let _ = fs::remove_dir_all(&copy);
    let mended = without_snapshots(directory, &copy) || anew(directory, &copy);
    // A copy that can't be removed takes room, and the next trial tries again.
    let _ = fs::remove_dir_all(&copy);
    mended
}

/// Opens a copy of a store: what the engine would do to damaged files, it does there.
///
/// # Errors
/// As opening the store would have ended, had nobody looked first.
pub(super) fn opens(directory: &Path) -> Result<(), StoreError> {
    let copy = directory.join(TRIAL);
    let _ = fs::remove_dir_all(&copy);
    let opened = is_whole(directory, &copy, &[HOLDER]);
    let _ = fs::remove_dir_all(&copy);
    opened.map_err(|error| of_the_store(error, directory, &copy))
}

/// What is wrong with a copy is wrong with the store.
fn of_the_store(error: StoreError, directory: &Path, copy: &Path) -> StoreError {
    let name = |path: &Path| path.display().to_string();
    match error {
        StoreError::Damaged { what } => StoreError::Damaged {
            what: what.replace(&name(copy), &name(directory)),
        },
        StoreError::Full { .. } => StoreError::Full {
            path: directory.to_owned(),
        },
        other => other,
    }
}

fn without_snapshots(directory: &Path, copy: &Path) -> bool {
    has(directory, |_| true)
        && is_whole(directory, copy, &[SNAPSHOT, HOLDER]).is_ok()
        && remove_snapshots(directory).is_ok()
}

/// Makes the data anew where an opening was interrupted: other damage is told, not mended.
fn anew(directory: &Path, copy: &Path) -> bool {
    let interrupted = has(directory, |name| name.ends_with(UNFINISHED));
    // Data of an older format are made anew in the present one, which its HEAD would not say.
    let known = matches!(HeadFile::read(directory), Ok(Some(head)) if head.format == FORMAT);
    let _ = fs::remove_dir_all(copy);
    interrupted && known && put_anew(directory, copy).is_ok()
}

fn put_anew(directory: &Path, copy: &Path) -> Result<(), StoreError> {
    let built = copy.join("built");
    salvage::rebuild_whole(salvage::read_all(directory, copy)?, &built)?;
    // Every step may be the last: with the old data this begins again, with the new ones it is done.
    remove_snapshots(directory)?;
    let data = salvage::data_of(directory);
    fs::rename(salvage::data_of(&built), &data).map_err(StoreError::io("replace", &data))?;
    sync_directory(data.parent().unwrap_or(directory))
}

/// Whether a copy without some files opens, with all that was acknowledged.
fn is_whole(directory: &Path, copy: &Path, without: &[&str]) -> Result<(), StoreError> {
    copy_without(directory, copy, without)?;
    SledStore::open_as_it_is(copy)?.scan(&mut |_, _| ())
}

fn has(directory: &Path, wanted: impl Fn(&str) -> bool) -> bool {
    let mut found = false;
    let looked = each(directory, &mut |path| {
        let name = path.file_name().unwrap_or_default();
        found |= wanted(&name.to_string_lossy());
        Ok(())
    });
    looked.is_ok() && found
}

fn remove_snapshots(directory: &Path) -> Result<(), StoreError> {
    each(directory, &mut |path| {
        fs::remove_file(path).map_err(StoreError::io("remove", path))
    })?;
    sync_directory(directory)
}

/// Shows every snapshot, also of data that lie in a directory of their own.
fn each(
    directory: &Path,
    visit: &mut dyn FnMut(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let list = || StoreError::io("list", directory);
    for entry in fs::read_dir(directory).map_err(list())? {
        let entry = entry.map_err(list())?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(list())?);
        if kind.is_dir() {
            each(&path, visit)?;
        } else if entry.file_name().to_string_lossy().starts_with(SNAPSHOT) {
            visit(&path)?;
        }
    }
    Ok(())
}
