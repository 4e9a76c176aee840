//! The file `HEAD`: what was last acknowledged, kept outside the engine.
//!
//! An engine whose log is damaged may open with rows missing and not know it. HEAD does: it is
//! written after the engine has synced and before the commit is acknowledged. So it never promises
//! more than the engine has, and after a crash it is at most one commit behind.

use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

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
/// The newest format of HEAD that is known; it stands for the store's whole layout.
const FORMAT: u32 = 1;

/// What was last acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct HeadFile {
    pub(super) revision: Revision,
    pub(super) hash: [u8; 32],
    pub(super) records: u64,
}

impl From<&State> for HeadFile {
    fn from(state: &State) -> Self {
        Self {
            revision: state.revision,
            hash: state.hash,
            records: state.records,
        }
    }
}

impl HeadFile {
    /// `None` when there is no such file.
    pub(super) fn read(directory: &Path) -> Result<Option<Self>, StoreError> {
        let path = directory.join(HEAD);
        match fs::read(&path) {
            Ok(bytes) => Self::parse(&String::from_utf8_lossy(&bytes)).map(Some),
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Ok(None)
            }
            Err(e) => Err(StoreError::io("read", &path)(e)),
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
                revision: Revision(number("revision")?),
                hash: *blake3::Hash::from_hex(field("hash")?).ok()?.as_bytes(),
                records: number("records")?,
            })
        };
        // Written again it must be the same text: so checksum, order and spelling are all covered.
        head().filter(|h| h.text() == text).ok_or_else(damaged)
    }

    fn text(&self) -> String {
        let hash = blake3::Hash::from_bytes(self.hash);
        let mut text = format!(
            "{TITLE}{FORMAT}\nrevision {}\nhash {hash}\nrecords {}\n",
            self.revision, self.records
        );
        let checksum = crc32fast::hash(text.as_bytes());
        // Writing to a string can't fail.
        let _ = writeln!(text, "checksum {checksum:08x}");
        text
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
            file.write_all(self.text().as_bytes())?;
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
        let head = HeadFile {
            revision: Revision(12),
            hash: [7; 32],
            records: 345,
        };
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
    fn a_newer_store_names_both_formats() {
        let text = HeadFile::default().text().replacen("store 1", "store 2", 1);
        let error = HeadFile::parse(&text).unwrap_err();
        assert!(matches!(
            error,
            StoreError::NewerFormat {
                found: 2,
                known: 1,
                ..
            }
        ));
    }
}
