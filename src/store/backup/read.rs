//! Reading a backup: proved from beginning to end before anything is made of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::{END, END_LENGTH, ENTRY, FORMAT, LONGEST_FORMAT, RECORD, TITLE};
use crate::domain::{JournalEntry, Key, Record, Revision};
use crate::store::error::StoreError;
use crate::store::{Head, codec, entry, hash, keys, plan, verify, whole};

/// Larger than any record or entry can be; a length beyond it can only be damage.
const LARGEST: u64 = 1 << 30;

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backup {
    /// Where its journal ends.
    pub head: Head,
    /// How many records it has.
    pub records: u64,
}

/// Makes a store of a backup, in a directory that is empty or does not exist: with the same
/// revision, journal and hash. The backup is proved first, and the store before it is put in place.
///
/// # Errors
/// When the backup does not hold, there is something in the directory, or it can't be written; then
/// nothing was made.
pub fn restore(path: &Path, directory: &Path) -> Result<Backup, StoreError> {
    whole::refuse_filled(directory)?;
    let backup = check(path)?;
    whole::build(directory, |store| {
        each(path, &mut |part| match part {
            Part::Entry(entry) => entry::repeat(store, *entry).map(drop),
            Part::Record(..) => Ok(()),
        })?;
        if verify(store)? == backup.head {
            Ok(backup)
        } else {
            Err(bad("it changed while it was being read"))
        }
    })
}

/// Reads a whole backup and proves it: the hash of the file, the chain of the journal, and that the
/// records are those that the journal makes.
///
/// # Errors
/// When anything does not hold.
pub fn check(path: &Path) -> Result<Backup, StoreError> {
    let mut records: BTreeMap<Key, Record> = BTreeMap::new();
    let mut replayed: BTreeMap<Key, Record> = BTreeMap::new();
    let mut head = Head::default();
    let end = each(path, &mut |part| {
        match part {
            Part::Record(key, record) => drop(records.insert(key, *record)),
            Part::Entry(entry) => {
                head = hash::check_link(head, &entry).map_err(|e| bad(&e.to_string()))?;
                for change in entry.changes.0 {
                    match change.after {
                        Some(record) => replayed.insert(change.key, record),
                        None => replayed.remove(&change.key),
                    };
                }
            }
        }
        Ok(())
    })?;
    if head != end.head {
        return Err(bad("its journal does not end where it says"));
    }
    if records.len() as u64 != end.records || !same(&records, &replayed)? {
        return Err(bad("its records are not those that its journal makes"));
    }
    Ok(end)
}

/// Bytes are compared, not values: a metric may be no number and differ from itself.
fn same(one: &BTreeMap<Key, Record>, other: &BTreeMap<Key, Record>) -> Result<bool, StoreError> {
    if one.len() != other.len() {
        return Ok(false);
    }
    for ((key, record), (other_key, other)) in one.iter().zip(other) {
        if key != other_key
            || record != other && codec::encode_record(record)? != codec::encode_record(other)?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

enum Part {
    Record(Key, Box<Record>),
    Entry(Box<JournalEntry>),
}

/// Shows every part, and returns what the last one says, after checking that it is the last and that
/// everything before it has the hash that it names.
fn each(
    path: &Path,
    visit: &mut dyn FnMut(Part) -> Result<(), StoreError>,
) -> Result<Backup, StoreError> {
    let file = File::open(path).map_err(StoreError::io("open", path))?;
    let mut input = Parts {
        input: BufReader::with_capacity(1 << 20, file),
        hasher: blake3::Hasher::new(),
        path,
    };
    input.title()?;
    loop {
        let before = *input.hasher.finalize().as_bytes();
        let (kind, content) = input.part()?;
        match kind {
            RECORD => {
                let (key, record) = record(&content)?;
                visit(Part::Record(key, Box::new(record)))?;
            }
            ENTRY => visit(Part::Entry(Box::new(unsealed(&content)?)))?,
            END => {
                input.nothing_more()?;
                return end(&content, before);
            }
            _ => return Err(bad("it has a part that no backup has")),
        }
    }
}

fn record(content: &[u8]) -> Result<(Key, Record), StoreError> {
    let cut = || bad("a record is cut off");
    let (length, rest) = content.split_first_chunk::<2>().ok_or_else(cut)?;
    let length = usize::from(u16::from_le_bytes(*length));
    let (key, record) = rest.split_at_checked(length).ok_or_else(cut)?;
    let (key, record) = (
        keys::decode(key).map_err(not_written)?,
        codec::decode_record(record).map_err(not_written)?,
    );
    if plan::belongs(&key, &record) {
        Ok((key, record))
    } else {
        Err(bad("a record is of another kind than its key"))
    }
}

fn unsealed(content: &[u8]) -> Result<JournalEntry, StoreError> {
    entry::unseal(content).map_err(not_written)
}

fn end(content: &[u8], before: [u8; 32]) -> Result<Backup, StoreError> {
    let read = || {
        let (revision, rest) = content.split_first_chunk::<8>()?;
        let (hash, rest) = rest.split_first_chunk::<32>()?;
        let (records, all) = rest.split_first_chunk::<8>()?;
        let backup = Backup {
            head: Head {
                revision: Revision(u64::from_le_bytes(*revision)),
                hash: *hash,
            },
            records: u64::from_le_bytes(*records),
        };
        Some((backup, all))
    };
    match read() {
        Some((backup, all)) if content.len() == END_LENGTH && all == before => Ok(backup),
        _ => Err(bad("the hash of the file does not fit")),
    }
}

fn bad(what: &str) -> StoreError {
    StoreError::BadBackup {
        what: what.to_owned(),
    }
}

/// A part of a newer version stays that; damage is the backup's, not a store's.
fn not_written(error: StoreError) -> StoreError {
    match error {
        StoreError::Damaged { what } => bad(&what),
        other => other,
    }
}

struct Parts<'a> {
    input: BufReader<File>,
    hasher: blake3::Hasher,
    path: &'a Path,
}

impl Parts<'_> {
    fn take(&mut self, length: usize) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        let wanted = length as u64;
        // Read as far as it goes: an invented length allocates nothing.
        let read = self.input.by_ref().take(wanted).read_to_end(&mut bytes);
        read.map_err(StoreError::io("read", self.path))?;
        if bytes.len() < length {
            return Err(bad("it is cut off"));
        }
        self.hasher.update(&bytes);
        Ok(bytes)
    }

    fn title(&mut self) -> Result<(), StoreError> {
        let no_backup = || StoreError::NoBackup {
            path: self.path.to_owned(),
        };
        if !matches!(self.take(TITLE.len()), Ok(title) if title == TITLE) {
            return Err(no_backup());
        }
        let mut digits = Vec::new();
        while digits.len() < LONGEST_FORMAT {
            match self.take(1)?.first() {
                Some(b'\n') => break,
                digit => digits.extend(digit),
            }
        }
        let found: u32 = String::from_utf8_lossy(&digits)
            .parse()
            .map_err(|_| bad("its first line is not what was written"))?;
        match found {
            FORMAT => Ok(()),
            _ if found > FORMAT => Err(StoreError::NewerFormat {
                what: "the backup".to_owned(),
                found,
                known: FORMAT,
            }),
            _ => Err(bad("it names a format that never was")),
        }
    }

    fn part(&mut self) -> Result<(u8, Vec<u8>), StoreError> {
        let start = self.take(9)?;
        let Some((kind, length)) = start
            .split_first()
            .and_then(|(kind, rest)| Some((*kind, u64::from_le_bytes(*rest.first_chunk()?))))
        else {
            return Err(bad("it is cut off"));
        };
        match usize::try_from(length) {
            Ok(length) if length as u64 <= LARGEST => Ok((kind, self.take(length)?)),
            _ => Err(bad("a part is longer than any can be")),
        }
    }

    fn nothing_more(&mut self) -> Result<(), StoreError> {
        let mut more = [0];
        match self.input.read(&mut more) {
            Ok(0) => Ok(()),
            Ok(_) => Err(bad("something follows its end")),
            Err(error) => Err(StoreError::io("read", self.path)(error)),
        }
    }
}
