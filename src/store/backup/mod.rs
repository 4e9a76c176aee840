//! Backups: a whole store in one file that proves itself.
//!
//! A line that names the format, then one part after the other: `kind, length, content`. First every
//! record, then every journal entry, each with a checksum of its own; at last where the journal ends,
//! how many records there are, and the hash of everything before. Records follow from the journal;
//! both are kept, so that the one proves the other and either can be read alone.

mod read;
mod write;

pub use read::{Backup, check, restore};
pub use write::write;

/// What the file begins with.
const TITLE: &[u8] = b"deedbox backup ";
/// The newest format that is known; part of the first line.
const FORMAT: u32 = 1;
/// More digits than a format will ever have.
const LONGEST_FORMAT: usize = 6;
/// A record: length of the key, key, record.
const RECORD: u8 = b'R';
/// A journal entry.
const ENTRY: u8 = b'J';
/// Revision, hash, number of records, and the hash of everything before this part.
const END: u8 = b'E';
/// Bytes of the last part.
const END_LENGTH: usize = 8 + 32 + 8 + 32;
