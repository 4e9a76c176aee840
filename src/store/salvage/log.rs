//! The engine's log, read without the engine: it stops at the first damaged message, and whatever
//! lies behind is as good as before.
//!
//! The layout is that of sled 0.34.7, which the project pins: segments of 512 KiB with a header of 20
//! bytes; in each, messages that do not cross its end. A message is a checksum, a kind, then length,
//! segment number and page as numbers of variable length, then the content: a whole node, or one
//! change to a node.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

pub(super) const SEGMENT: usize = 512 << 10;
pub(super) const SEGMENT_HEADER: usize = 20;
/// Checksum and kind.
const FIXED: usize = 5;
/// Fills a segment up.
pub(super) const CAP: u8 = 2;
/// Says where the last message of a batch begins that counts as a whole or not at all.
pub(super) const MANIFEST: u8 = 3;
pub(super) const NODE: u8 = 8;
pub(super) const LINK: u8 = 10;
/// Kinds that a message may be of; the rest is damage, or nothing was written there.
const KINDS: std::ops::RangeInclusive<u8> = 1..=11;

/// The last value of every key that the log still knows, over all trees.
pub(super) type Values = BTreeMap<Vec<u8>, Vec<u8>>;

/// Reads a log as far as its parts prove themselves.
///
/// # Errors
/// When the file can't be read.
pub(super) fn values(path: &Path) -> io::Result<Values> {
    let mut file = File::open(path)?;
    let mut messages = Vec::new();
    loop {
        let mut segment = Vec::with_capacity(SEGMENT);
        let read = file
            .by_ref()
            .take(SEGMENT as u64)
            .read_to_end(&mut segment)?;
        scan(&segment, &mut messages);
        if read < SEGMENT {
            break;
        }
    }
    // Segments are used again: their place in the file says nothing about their age.
    messages.sort_by_key(|m| m.place);
    let mut pages = BTreeMap::new();
    let mut values = Values::new();
    for message in messages {
        message.apply(&mut pages, &mut values);
    }
    Ok(values)
}

/// One message that proved itself.
struct Message {
    /// Where it was written in the endless log: greater is newer.
    place: u64,
    page: u64,
    content: Content,
}

pub(super) enum Content {
    Node {
        prefix: Vec<u8>,
        pairs: Vec<(Vec<u8>, Vec<u8>)>,
    },
    Set(Vec<u8>, Vec<u8>),
    Remove(Vec<u8>),
}

impl Message {
    /// Keys are stored without the beginning that all keys of a page share.
    fn apply(self, pages: &mut BTreeMap<u64, Vec<u8>>, values: &mut Values) {
        let whole = |prefix: Option<&Vec<u8>>, key: &[u8]| {
            [prefix.map_or(&[][..], Vec::as_slice), key].concat()
        };
        match self.content {
            Content::Node { prefix, pairs } => {
                for (key, value) in pairs {
                    values.insert(whole(Some(&prefix), &key), value);
                }
                pages.insert(self.page, prefix);
            }
            Content::Set(key, value) => {
                values.insert(whole(pages.get(&self.page), &key), value);
            }
            Content::Remove(key) => {
                values.remove(&whole(pages.get(&self.page), &key));
            }
        }
    }
}

/// Finds the messages of a segment. Where one is damaged the next is searched for byte by byte.
fn scan(segment: &[u8], messages: &mut Vec<Message>) {
    let mut at = SEGMENT_HEADER;
    while let Some(rest) = segment.get(at..).filter(|rest| !rest.is_empty()) {
        match message(rest, at) {
            Some((found, length)) => {
                messages.extend(found);
                at += length;
            }
            None => at += 1,
        }
    }
}

/// The message that begins here, if one does, and its length.
fn message(bytes: &[u8], at: usize) -> Option<(Option<Message>, usize)> {
    let frame = frame(bytes)?;
    let place = frame
        .segment
        .checked_mul(SEGMENT as u64)?
        .checked_add(at as u64)?;
    let message = frame.content().map(|content| Message {
        place,
        page: frame.page,
        content,
    });
    Some((message, frame.length))
}

/// What every message has, of whatever kind.
pub(super) struct Frame<'a> {
    pub(super) kind: u8,
    /// The number of the segment, in the endless log, that it was written to.
    pub(super) segment: u64,
    page: u64,
    pub(super) body: &'a [u8],
    /// Of the message with all that stands before its body.
    pub(super) length: usize,
}

/// The frame of the message that begins here, if one does that proves itself.
pub(super) fn frame(bytes: &[u8]) -> Option<Frame<'_>> {
    let kind = *bytes.get(FIXED - 1)?;
    if !KINDS.contains(&kind) {
        return None;
    }
    let mut cursor = Cursor(bytes.get(FIXED..)?);
    let length = usize::try_from(cursor.number()?).ok()?;
    let segment = cursor.number()?;
    let page = cursor.number()?;
    let header = bytes.len() - cursor.0.len();
    let body = cursor.0.get(..length)?;
    let (sum, covered) = bytes.get(..header)?.split_first_chunk::<4>()?;
    let mut crc = crc32fast::Hasher::new();
    crc.update(body);
    crc.update(covered);
    let proved = crc.finalize() ^ u32::MAX == u32::from_le_bytes(*sum);
    proved.then_some(Frame {
        kind,
        segment,
        page,
        body,
        length: header + length,
    })
}

impl Frame<'_> {
    /// What it says about a page.
    pub(super) fn content(&self) -> Option<Content> {
        match self.kind {
            NODE => node(self.body),
            LINK => link(self.body),
            _ => None,
        }
    }
}

fn node(body: &[u8]) -> Option<Content> {
    let mut cursor = Cursor(body);
    // Next page and merging child.
    cursor.number()?;
    cursor.number()?;
    let [_merging, prefix, rest @ ..] = cursor.0 else {
        return None;
    };
    cursor.0 = rest;
    let low = cursor.bytes()?;
    cursor.bytes()?;
    let (leaf, rest) = cursor.0.split_first()?;
    cursor.0 = rest;
    let count = cursor.number()?;
    if *leaf != 0 || count > body.len() as u64 {
        return None;
    }
    let mut keys = Vec::new();
    for _ in 0..count {
        keys.push(cursor.bytes()?.to_vec());
    }
    let mut pairs = Vec::new();
    for key in keys {
        pairs.push((key, cursor.bytes()?.to_vec()));
    }
    let prefix = low.get(..usize::from(*prefix))?.to_vec();
    Some(Content::Node { prefix, pairs })
}

fn link(body: &[u8]) -> Option<Content> {
    let (kind, rest) = body.split_first()?;
    let mut cursor = Cursor(rest);
    let key = cursor.bytes()?.to_vec();
    match kind {
        0 => Some(Content::Set(key, cursor.bytes()?.to_vec())),
        1 => Some(Content::Remove(key)),
        _ => None,
    }
}

/// Takes things from the front of bytes.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number in one to nine bytes: the first says how many.
    fn number(&mut self) -> Option<u64> {
        let byte = |slice: &[u8]| slice.first().copied().map(u64::from);
        let first = byte(self.take(1)?)?;
        Some(match first {
            0..=240 => first,
            241..=248 => 240 + 256 * (first - 241) + byte(self.take(1)?)?,
            249 => 2_288 + 256 * byte(self.take(1)?)? + byte(self.take(1)?)?,
            _ => {
                let length = usize::try_from(first - 247).ok()?;
                let mut number = [0; 8];
                number
                    .get_mut(..length)?
                    .copy_from_slice(self.take(length)?);
                u64::from_le_bytes(number)
            }
        })
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        self.take(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the engine holds, this reads too: otherwise the layout is another one.
    #[test]
    fn the_log_holds_what_the_engine_holds() {
        let dir = tempfile::tempdir().unwrap();
        let db = sled::open(dir.path()).unwrap();
        let tree = db.open_tree("records").unwrap();
        let mut expected = Values::new();
        for n in 0..5_000u32 {
            let key = [&[6, 0, 0][..], &(n % 1_500).to_be_bytes()].concat();
            if n % 7 == 3 {
                tree.remove(&key).unwrap();
                expected.remove(&key);
            } else {
                let value = vec![n.to_le_bytes()[0]; usize::try_from(n % 900).unwrap()];
                tree.insert(&key, value.clone()).unwrap();
                expected.insert(key, value);
            }
        }
        drop((tree, db));
        let mut found = values(&dir.path().join("db")).unwrap();
        // A removed key may come back from a page that was written before; none is missing.
        found.retain(|key, _| expected.contains_key(key));
        assert_eq!(found, expected);
    }
}
