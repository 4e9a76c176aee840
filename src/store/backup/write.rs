//! Writing a backup while the store goes on working.

use std::fs::{self, File};
use std::io::{BufWriter, Seek as _, Write};
use std::path::{Path, PathBuf};

use super::{END, ENTRY, FORMAT, RECORD, TITLE};
use crate::domain::Revision;
use crate::store::error::StoreError;
use crate::store::permissions::{private, sync_directory};
use crate::store::{Head, Store, codec, entry, keys};

/// Entries read at a time.
const PAGE: u64 = 256;
/// How often it begins anew because somebody committed meanwhile.
const ATTEMPTS: u32 = 20;

/// Writes a backup of a store into a new file, which only its owner may read. When this returns it is
/// durable; after an error there is no file.
///
/// # Errors
/// When there is a file already, it can't be written, or the store can't be read.
pub fn write(store: &dyn Store, path: &Path) -> Result<Head, StoreError> {
    if path.symlink_metadata().is_ok() {
        return Err(StoreError::FileExists {
            path: path.to_owned(),
        });
    }
    let unfinished = Unfinished::beside(path)?;
    let mut attempt = 1;
    let head = loop {
        match whole(store, &unfinished) {
            Err(StoreError::Conflict { .. }) if attempt < ATTEMPTS => attempt += 1,
            other => break other?,
        }
    };
    name(&unfinished.path, path)?;
    drop(unfinished);
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    sync_directory(parent.unwrap_or(Path::new(".")))?;
    Ok(head)
}

/// Gives the finished file its name. A link never takes the place of a file that came meanwhile; not
/// every file system has links.
fn name(unfinished: &Path, path: &Path) -> Result<(), StoreError> {
    match fs::hard_link(unfinished, path) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Err(StoreError::FileExists {
            path: path.to_owned(),
        }),
        Err(_) => fs::rename(unfinished, path).map_err(StoreError::io("make", path)),
    }
}

/// The file while it is being written.
struct Unfinished {
    path: PathBuf,
    file: File,
}

impl Unfinished {
    fn beside(path: &Path) -> Result<Self, StoreError> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".new-{}", std::process::id()));
        let path = path.with_file_name(name);
        // A name that is there already may lead anywhere.
        let file = private().write(true).create_new(true).open(&path);
        let file = file.map_err(StoreError::io("make", &path))?;
        Ok(Self { path, file })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It has its own name by now, or it is worth nothing.
        let _ = fs::remove_file(&self.path);
    }
}

/// One attempt. A commit meanwhile is a conflict: records and journal would not belong together.
fn whole(store: &dyn Store, unfinished: &Unfinished) -> Result<Head, StoreError> {
    let (path, mut file) = (unfinished.path.as_path(), &unfinished.file);
    let failed = || StoreError::io("write", path);
    let head = store.head();
    file.set_len(0)
        .and_then(|()| file.rewind())
        .map_err(failed())?;
    let mut out = Hashing::new(BufWriter::with_capacity(1 << 20, file));
    let title = [TITLE, FORMAT.to_string().as_bytes(), b"\n"].concat();
    out.write_all(&title).map_err(failed())?;
    let count = records(store, &mut out, path)?;
    if store.head() != head {
        return Err(StoreError::Conflict {
            expected: head.revision,
            actual: store.head().revision,
        });
    }
    let mut first = Revision(1);
    while first <= head.revision {
        let last = Revision(first.0.saturating_add(PAGE - 1).min(head.revision.0));
        for entry in store.entries(first, last)? {
            part(&mut out, ENTRY, &[&entry::seal(&entry)?]).map_err(failed())?;
        }
        first = last.next();
    }
    let numbers = [head.revision.0.to_le_bytes(), count.to_le_bytes()];
    let hash = *out.hasher.finalize().as_bytes();
    let end: [&[u8]; 4] = [&numbers[0], &head.hash, &numbers[1], &hash];
    part(&mut out, END, &end)
        .and_then(|()| out.flush())
        .and_then(|()| file.sync_all())
        .map_err(failed())?;
    Ok(head)
}

fn records(store: &dyn Store, out: &mut impl Write, path: &Path) -> Result<u64, StoreError> {
    let mut count = 0;
    let mut failure = None;
    store.scan(&mut |key, record| {
        if failure.is_some() {
            return;
        }
        count += 1;
        let written = keys::encode(&key).and_then(|key| {
            let record = codec::encode_record(&record)?;
            let length = u16::try_from(key.len()).map_err(|_| StoreError::damaged("a long key"))?;
            part(out, RECORD, &[&length.to_le_bytes(), &key, &record])
                .map_err(StoreError::io("write", path))
        });
        failure = written.err();
    })?;
    failure.map_or(Ok(count), Err)
}

fn part(out: &mut impl Write, kind: u8, content: &[&[u8]]) -> std::io::Result<()> {
    let length: usize = content.iter().map(|c| c.len()).sum();
    out.write_all(&[kind])?;
    out.write_all(&(length as u64).to_le_bytes())?;
    content.iter().try_for_each(|c| out.write_all(c))
}

/// Hashes what it passes on.
struct Hashing<W> {
    inner: W,
    hasher: blake3::Hasher,
}

impl<W: Write> Hashing<W> {
    fn new(inner: W) -> Self {
        Self {
            inner,
            hasher: blake3::Hasher::new(),
        }
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}
