//! The file `compiled`: a snapshot beside the records, so that opening a large store reads one file
//! in place of every record.
//!
//! It is a copy and never more: bound to a revision and its hash, checked before it is believed,
//! and without it, or with one that is damaged, of another program or of the wrong revision,
//! opening reads the records.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Head;
use super::codec::{self, COMPILED};
use super::error::StoreError;
use super::permissions::{private, sync_directory};
use crate::domain::Revision;

const NAME: &str = "compiled";
const NEW: &str = "compiled.new";
const TITLE: &[u8; 16] = b"deedbox snapshot";
/// Where the pieces begin; all before that is written last.
const FIRST: u64 = 1_024;
/// Bytes that are checked while they are still near.
const STEP: u64 = 1 << 20;

/// What the file begins with, after its title and the length of this.
#[derive(Debug, Serialize, Deserialize)]
struct Beginning {
    /// What wrote it.
    form: String,
    revision: Revision,
    hash: [u8; 32],
    /// Length and checksum of each piece.
    pieces: Vec<(u64, u32)>,
}

/// The file, of which only the beginning was read.
#[derive(Debug)]
pub struct CompiledFile {
    path: PathBuf,
    beginning: Beginning,
}

impl CompiledFile {
    /// Finds the file of a store; `None` when there is none that this form of program wrote.
    pub fn find(store: &Path, form: &str) -> Option<Self> {
        let path = store.join(NAME);
        let mut file = BufReader::new(File::open(&path).ok()?);
        let (mut title, mut length) = ([0; TITLE.len()], [0; 4]);
        file.read_exact(&mut title).ok()?;
        file.read_exact(&mut length).ok()?;
        let length = u32::from_le_bytes(length);
        if title != *TITLE || u64::from(length) > FIRST {
            return None;
        }
        let mut sealed = vec![0; length as usize];
        file.read_exact(&mut sealed).ok()?;
        let beginning: Beginning = codec::decode(COMPILED, &sealed).ok()?;
        (beginning.form == form).then_some(Self { path, beginning })
    }

    /// What it is the snapshot of.
    pub const fn head(&self) -> Head {
        Head {
            revision: self.beginning.revision,
            hash: self.beginning.hash,
        }
    }

    /// Reads a piece; `None` when it is not what was written.
    pub fn piece(&self, number: usize) -> Option<Vec<u8>> {
        let before = self.beginning.pieces.get(..number)?;
        let (length, checksum) = *self.beginning.pieces.get(number)?;
        let start = before
            .iter()
            .try_fold(FIRST, |at, (length, _)| at.checked_add(*length))?;
        let mut file = File::open(&self.path).ok()?;
        if file.metadata().ok()?.len() < start.checked_add(length)? {
            return None;
        }
        file.seek(SeekFrom::Start(start)).ok()?;
        let mut piece = Vec::with_capacity(usize::try_from(length).ok()?);
        let mut crc = crc32fast::Hasher::new();
        while (piece.len() as u64) < length {
            let read = piece.len();
            let step = STEP.min(length - read as u64);
            if (&mut file).take(step).read_to_end(&mut piece).ok()? == 0 {
                return None;
            }
            crc.update(piece.get(read..)?);
        }
        (crc.finalize() == checksum).then_some(piece)
    }

    /// Writes the file of a store, in place of another. `make` hands on the bytes of one piece in
    /// steps; when it says no there is no file of this.
    ///
    /// # Errors
    /// When it can't be written; the other one then stays.
    pub fn write(
        store: &Path,
        form: &str,
        head: Head,
        pieces: usize,
        make: &mut Make<'_>,
    ) -> Result<(), StoreError> {
        let (new, path) = (store.join(NEW), store.join(NAME));
        let beginning = Beginning {
            form: form.to_owned(),
            revision: head.revision,
            hash: head.hash,
            pieces: Vec::new(),
        };
        let written = write(&new, pieces, make, beginning)
            .and_then(|()| fs::rename(&new, &path))
            .map_err(StoreError::io("write", &path));
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
        written.and_then(|()| sync_directory(store))
    }
}

/// Hands on the bytes of a piece, by its number, in steps.
pub type Make<'a> = dyn FnMut(usize, &mut dyn FnMut(&[u8]) -> bool) -> Option<()> + 'a;

fn write(
    path: &Path,
    pieces: usize,
    make: &mut Make<'_>,
    mut beginning: Beginning,
) -> io::Result<()> {
    let mut file = private()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)?;
    file.seek(SeekFrom::Start(FIRST))?;
    for number in 0..pieces {
        let (mut length, mut crc) = (0u64, crc32fast::Hasher::new());
        let mut failed = None;
        let complete = make(number, &mut |bytes| {
            length += bytes.len() as u64;
            crc.update(bytes);
            failed = file.write_all(bytes).err();
            failed.is_none()
        });
        match (failed, complete) {
            (Some(error), _) => return Err(error),
            (None, None) => return Err(io::Error::other("there is too much of it")),
            (None, Some(())) => beginning.pieces.push((length, crc.finalize())),
        }
    }
    let sealed = codec::encode(COMPILED, &beginning).map_err(io::Error::other)?;
    let length = u32::try_from(sealed.len()).unwrap_or(u32::MAX);
    if sealed.len() as u64 + 32 > FIRST {
        return Err(io::Error::other("its beginning is too long"));
    }
    file.rewind()?;
    file.write_all(TITLE)?;
    file.write_all(&length.to_le_bytes())?;
    file.write_all(&sealed)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_byte_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let head = Head {
            revision: Revision(12),
            hash: [7; 32],
        };
        let pieces: [&[u8]; 3] = [b"one", b"", b"three"];
        let mut make =
            |n: usize, take: &mut dyn FnMut(&[u8]) -> bool| take(pieces[n]).then_some(());
        CompiledFile::write(dir.path(), "form", head, 3, &mut make).unwrap();
        let read = || {
            let file = CompiledFile::find(dir.path(), "form")?;
            assert_eq!(file.head(), head);
            let read: Option<Vec<_>> = (0..3).map(|n| file.piece(n)).collect();
            read
        };
        assert_eq!(read().unwrap(), pieces);
        assert!(CompiledFile::find(dir.path(), "another").is_none());
        let path = dir.path().join(NAME);
        let bytes = fs::read(&path).unwrap();
        let beginning = TITLE.len() + 4 + usize::from(bytes[TITLE.len()]);
        let first = usize::try_from(FIRST).unwrap();
        for at in (0..beginning).chain(first..bytes.len()) {
            let mut bad = bytes.clone();
            bad[at] ^= 1;
            fs::write(&path, bad).unwrap();
            assert!(read().is_none(), "byte {at}");
            fs::write(&path, &bytes[..at]).unwrap();
            assert!(read().is_none(), "cut at {at}");
        }
    }
}
