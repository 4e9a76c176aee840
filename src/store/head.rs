//! The file `HEAD`: what was last acknowledged, kept outside the engine.
//!
//! An engine whose log is damaged may open with rows missing and not know it. HEAD does: it is
//! written after the engine has synced and before the commit is acknowledged. So it never promises
//! more than the engine has, and after a crash it is at most one commit behind.
//!
//! It has two halves, written in turn and in place, which costs one sync: should a half be torn by
//! a power cut, the other one is one commit behind, as it may be. Whatever changes more than the
//! revision makes a new file and renames it.

use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use super::Head;
use super::error::StoreError;
use super::permissions::{private, sync_directory};
use super::write::State;
use crate::domain::Revision;

/// The file's name.
pub(super) const HEAD: &str = "HEAD";
/// The name while it is being written.
pub(super) const NEW: &str = "HEAD.new";

/// What the file begins with.
pub(super) const TITLE: &str = "deedbox store ";
/// The length of a half, filled up with ends of lines.
const HALF: usize = 256;
/// The newest format of HEAD that is known; it stands for the store's whole layout.
/// 1: a key for every record. 2: records in packs; the data may lie in a directory of their own.
pub(super) const FORMAT: u32 = 2;

/// What was last acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HeadFile {
    pub(super) format: u32,
    pub(super) revision: Revision,
    pub(super) hash: [u8; 32],
    pub(super) records: u64,
    /// Which data: see [`super::layout`]. What this names is the store, and a new name is a switch.
    pub(super) data: u32,
}

impl Default for HeadFile {
    fn default() -> Self {
        Self {
            format: FORMAT,
            revision: Revision::default(),
            hash: [0; 32],
            records: 0,
            data: 0,
        }
    }
}

impl HeadFile {
    /// What is acknowledged once the engine is at a state.
    pub(super) const fn at(self, state: &State) -> Self {
        Self {
            revision: state.revision,
            hash: state.hash,
            records: state.records,
            ..self
        }
    }

    /// Where the journal ended.
    pub(super) const fn head(&self) -> Head {
        Head {
            revision: self.revision,
            hash: self.hash,
        }
    }

    /// `None` when there is no such file.
    pub(super) fn read(directory: &Path) -> Result<Option<Self>, StoreError> {
        let path = directory.join(HEAD);
        match fs::read(&path) {
            Ok(bytes) => Self::newest(&bytes).map(Some),
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Ok(None)
            }
            Err(e) => Err(StoreError::io("read", &path)(e)),
        }
    }

    /// The newer one of two halves that are whole; format 1 had no halves.
    fn newest(bytes: &[u8]) -> Result<Self, StoreError> {
        let parse = |bytes: &[u8]| Self::parse(&String::from_utf8_lossy(bytes));
        let Some((first, second)) = bytes
            .split_at_checked(HALF)
            .filter(|_| bytes.len() == 2 * HALF)
        else {
            return parse(bytes);
        };
        match (parse(first), parse(second)) {
            (Err(newer @ StoreError::NewerFormat { .. }), _)
            | (_, Err(newer @ StoreError::NewerFormat { .. })) => Err(newer),
            (Ok(first), Ok(second)) if second.revision > first.revision => Ok(second),
            (Ok(head), _) | (Err(_), Ok(head)) => Ok(head),
            (Err(damaged), Err(_)) => Err(damaged),
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        let damaged = || StoreError::damaged(format!("its file {HEAD} is not what was written"));
        let format = text
            .strip_prefix(TITLE)
            .and_then(|t| t.lines().next())
            .ok_or_else(damaged)?;
        let found = format.parse::<u32>().map_err(|_| damaged())?;
        // Before the checksum: a newer format may have another.
        if found > FORMAT {
            let what = "the store".to_owned();
            return Err(StoreError::NewerFormat {
                what,
                found,
                known: FORMAT,
            });
        }
        let field = |name: &str| {
            text.lines()
                .find_map(|l| l.strip_prefix(name)?.strip_prefix(' '))
        };
        let number = |name: &str| field(name)?.parse::<u64>().ok();
        let head = || {
            Some(Self {
                format: found,
                revision: Revision(number("revision")?),
                hash: *blake3::Hash::from_hex(field("hash")?).ok()?.as_bytes(),
                records: number("records")?,
                data: match found {
                    1 => 0,
                    _ => u32::try_from(number("data")?).ok()?,
                },
            })
        };
        // Written again it must be the same text: so checksum, order and spelling are all covered.
        head().filter(|h| h.text() == text).ok_or_else(damaged)
    }

    fn text(&self) -> String {
        let hash = blake3::Hash::from_bytes(self.hash);
        let mut text = format!(
            "{TITLE}{}\nrevision {}\nhash {hash}\nrecords {}\n",
            self.format, self.revision, self.records
        );
        if self.format > 1 {
            // Writing to a string can't fail.
            let _ = writeln!(text, "data {}", self.data);
        }
        let checksum = crc32fast::hash(text.as_bytes());
        let _ = writeln!(text, "checksum {checksum:08x}");
        while self.format > 1 && text.len() < HALF {
            text.push('\n');
        }
        text
    }

    /// Where its half begins.
    const fn place(&self) -> usize {
        if self.revision.0.is_multiple_of(2) {
            0
        } else {
            HALF
        }
    }

    /// Notes the next revision; when this returns it is durable.
    pub(super) fn advance(&self, directory: &Path) -> Result<(), StoreError> {
        let path = directory.join(HEAD);
        let write = || {
            let file = fs::File::options().write(true).open(&path)?;
            if file.metadata()?.len() != 2 * HALF as u64 {
                return Ok(false);
            }
            file.write_all_at(self.text().as_bytes(), self.place() as u64)?;
            file.sync_data().map(|()| true)
        };
        if write().map_err(StoreError::io("write", &path))? {
            return Ok(());
        }
        self.write(directory)
    }

    /// The whole file, both halves the same.
    fn file(&self) -> String {
        self.text().repeat(2)
    }

    /// Replaces the file; when this returns it is durable.
    pub(super) fn write(&self, directory: &Path) -> Result<(), StoreError> {
        let (new, path) = (directory.join(NEW), directory.join(HEAD));
        let write = || {
            let mut file = private()
                .write(true)
                .create(true)
                .truncate(true)
                .open(&new)?;
            file.write_all(self.file().as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, &path)
        };
        write().map_err(StoreError::io("write", &path))?;
        sync_directory(directory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_byte_is_noticed() {
        for (format, data) in [(1, 0), (2, 3)] {
            notices_every_byte(HeadFile {
                format,
                revision: Revision(12),
                hash: [7; 32],
                records: 345,
                data,
            });
        }
    }

    fn notices_every_byte(head: HeadFile) {
        let text = head.text();
        assert_eq!(HeadFile::parse(&text).unwrap(), head);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert!(
                HeadFile::parse(&String::from_utf8_lossy(&bytes)).is_err(),
                "byte {at}"
            );
            let cut: String = text.chars().take(at).collect();
            assert!(HeadFile::parse(&cut).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn one_whole_half_is_enough_and_the_newer_one_counts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(HEAD);
        let head = |n| HeadFile {
            revision: Revision(n),
            ..HeadFile::default()
        };
        head(6).write(dir.path()).unwrap();
        let read = || HeadFile::read(dir.path()).map(|head| head.unwrap().revision.0);
        for n in 6..9 {
            head(n).advance(dir.path()).unwrap();
            assert_eq!(read().unwrap(), n);
            let whole = fs::read(&path).unwrap();
            for at in (0..2 * HALF).step_by(7) {
                let mut torn = whole.clone();
                torn[at] ^= 1;
                fs::write(&path, &torn).unwrap();
                let found = read();
                assert!(crate::store::presence::is_store(dir.path()).unwrap());
                let newest = (head(n).place()..head(n).place() + HALF).contains(&at);
                match found {
                    Ok(found) => assert_eq!(found, if newest { n - 1 } else { n }.max(6)),
                    // The digit of the format, of all things.
                    Err(StoreError::NewerFormat { .. }) => assert_eq!(at % HALF, TITLE.len()),
                    Err(error) => panic!("{n}, byte {at}: {error}"),
                }
                torn.truncate(at);
                fs::write(&path, &torn).unwrap();
                assert!(read().is_err());
            }
            fs::write(&path, whole).unwrap();
        }
    }

    #[test]
    fn a_newer_store_names_both_formats() {
        let text = HeadFile::default().text().replacen("store 2", "store 3", 1);
        let error = HeadFile::parse(&text).unwrap_err();
        assert!(matches!(
            error,
            StoreError::NewerFormat {
                found: 3,
                known: 2,
                ..
            }
        ));
    }
}
