//! Whether the engine's log holds together, found out by reading it.
//!
//! The engine ends its log where it finds the first damaged message and overwrites what lies behind:
//! right after a crash, where that is the torn end of something that nobody was told of, and ruinous
//! after damage. So somebody looks first. Sound is a log in which every message proves itself, every
//! segment but the newest is full, nothing follows on the newest's last message, and the last commit
//! is the one that HEAD names. What is not sound need not be damaged: that is for a copy to show.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use memchr::memmem;

use super::layout;
use super::log::{CAP, Content, Frame, LINK, MANIFEST, NODE, SEGMENT, SEGMENT_HEADER, frame};
use crate::domain::Revision;
use crate::store::head::HeadFile;
use crate::store::write::State;

/// The engine begins no message where less than this is left of a segment.
const SMALLEST: usize = 32;
/// With which the numbers in a segment's header are mixed, so that zeros are none.
const MIXED: u64 = u64::MAX >> 1;
/// Zeros to compare with.
const NOTHING: [u8; 4_096] = [0; 4_096];

/// How much of a log is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Part {
    /// All of it.
    Whole,
    /// What lies behind a place in the endless log: what the engine reads when it opens.
    From(u64),
}

/// Whether a part of a log is sound, as far as its file can be read.
pub(in crate::store) fn is_sound(log: &Path, part: Part, head: &HeadFile) -> bool {
    look(log, part).is_ok_and(|found| found.is_some_and(|found| found.fits(part, head)))
}

/// What was found in a log whose messages all prove themselves.
#[derive(Default)]
struct Found {
    /// By where they begin in the endless log.
    segments: BTreeMap<u64, End>,
    /// The last place that a batch has to reach.
    manifest: u64,
    /// What the data last say that they are, and where they say it.
    state: Option<(u64, State)>,
}

/// How a segment ends.
#[derive(Clone, Copy)]
struct End {
    /// Behind its last message.
    at: u64,
    /// Whether it can take no other.
    full: bool,
    /// Whether nothing of this segment is written behind that.
    clean: bool,
}

/// `None` where something does not prove itself.
fn look(log: &Path, part: Part) -> io::Result<Option<Found>> {
    let file = File::open(log)?;
    let length = file.metadata()?.len();
    let mut found = Found::default();
    let mut segment = vec![0; SEGMENT];
    for offset in (0..length).step_by(SEGMENT) {
        let mut header = [0; SEGMENT_HEADER];
        let read = fill(&file, &mut header, offset)?;
        let begin = begin(&header);
        let wanted = match (part, begin) {
            (Part::Whole, _) => true,
            (Part::From(place), Some(begin)) => begin + SEGMENT as u64 > place,
            // A header that does not prove itself may be that of any segment.
            (Part::From(_), None) => read > 0 && header != [0; SEGMENT_HEADER],
        };
        if !wanted {
            continue;
        }
        let read = fill(&file, &mut segment, offset)?;
        let bytes = segment.get(..read).unwrap_or_default();
        match begin {
            Some(begin) => {
                let end = found.walk(bytes, begin);
                if found.segments.insert(begin, end).is_some() {
                    return Ok(None);
                }
            }
            None if is_nothing(bytes) => {}
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

/// Reads until the buffer is full or the file ends; how much was read. The rest becomes zeros.
fn fill(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, offset + filled as u64)? {
            0 => break,
            read => filled += read,
        }
    }
    if let Some(rest) = buffer.get_mut(filled..) {
        rest.fill(0);
    }
    Ok(filled)
}

/// Where in the endless log a segment begins, when its header proves itself.
fn begin(header: &[u8; SEGMENT_HEADER]) -> Option<u64> {
    let (sum, rest) = header.split_first_chunk::<4>()?;
    let (begin, _) = rest.split_first_chunk::<8>()?;
    let begin = u64::from_le_bytes(*begin) ^ MIXED;
    let proved = crc32fast::hash(rest) == u32::from_le_bytes(*sum) ^ u32::MAX;
    (proved && begin.is_multiple_of(SEGMENT as u64)).then_some(begin)
}

fn is_nothing(bytes: &[u8]) -> bool {
    bytes
        .chunks(NOTHING.len())
        .all(|some| NOTHING.starts_with(some))
}

/// Whether nothing was written here, or nothing since the segment is used again: then the next message
/// that proves itself is of an older one.
fn is_left(bytes: &[u8], number: u64) -> bool {
    let next = || {
        let mut places = 0..bytes.len();
        places.find_map(|at| frame(bytes.get(at..)?))
    };
    is_nothing(bytes) || next().is_some_and(|message| message.segment < number)
}

impl Found {
    /// Goes from message to message of a segment.
    fn walk(&mut self, segment: &[u8], begin: u64) -> End {
        let number = begin / SEGMENT as u64;
        let mut at = SEGMENT_HEADER;
        let mut full = false;
        while !full && at + SMALLEST <= SEGMENT {
            let message = segment.get(at..).and_then(frame);
            let Some(message) = message.filter(|m| m.segment == number) else {
                break;
            };
            self.note(&message, begin + at as u64);
            at += message.length;
            full = message.kind == CAP;
        }
        full |= at + SMALLEST > SEGMENT;
        End {
            at: begin + at as u64,
            full,
            clean: full || is_left(segment.get(at..).unwrap_or_default(), number),
        }
    }

    fn note(&mut self, message: &Frame<'_>, place: u64) {
        if message.kind == MANIFEST {
            let last = message.body.first_chunk().copied().map(u64::from_le_bytes);
            self.manifest = self.manifest.max(last.unwrap_or(u64::MAX));
        }
        if !matches!(message.kind, NODE | LINK)
            || memmem::find(message.body, layout::STATE_KEY).is_none()
        {
            return;
        }
        let state = match message.content() {
            Some(Content::Set(key, value)) => layout::state(&key, &value),
            Some(Content::Node { prefix, pairs }) => pairs
                .iter()
                .find_map(|(key, value)| layout::state(&[&prefix[..], key].concat(), value)),
            Some(Content::Remove(_)) | None => None,
        };
        let newer = self.state.is_none_or(|(before, _)| before < place);
        if let (Some(state), true) = (state, newer) {
            self.state = Some((place, state));
        }
    }

    fn fits(&self, part: Part, head: &HeadFile) -> bool {
        let mut newest_first = self.segments.values().rev();
        let ends = match newest_first.next() {
            Some(newest) => newest.clean && self.manifest < newest.at,
            // The snapshot reaches to the end, or the engine has just made the log.
            None => part != Part::Whole || head.revision == Revision(0),
        };
        ends && newest_first.all(|segment| segment.full) && self.knows(part, head)
    }

    /// Whether the last commit is there that was acknowledged, or the one that follows on it.
    fn knows(&self, part: Part, head: &HeadFile) -> bool {
        match &self.state {
            Some((_, state)) if state.revision == head.revision => head.at(state) == *head,
            Some((_, state)) => state.revision == head.revision.next(),
            // Nothing was committed since the engine opened the data last.
            None => part != Part::Whole || head.revision == Revision(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Author, Change, ChangeSet, Key, Principal, PrincipalId, Record, Stamp, Timestamp,
    };
    use crate::store::{SledStore, Store};

    fn sound(directory: &Path) -> bool {
        let head = HeadFile::read(directory).unwrap().unwrap();
        is_sound(&layout::log(directory), Part::Whole, &head)
    }

    /// Writes records of some size over one another, so that the engine moves them about.
    fn work(store: &SledStore, rounds: u64) {
        for round in 0..rounds {
            let head = store.head().revision;
            let change = |n: u32, round: u64| {
                let name = format!("{round} ").repeat(200 + usize::try_from(n).unwrap());
                Record::Principal(Principal::user(format!("user-{n}"), name))
            };
            let changes = (0..60).map(|n| Change {
                key: Key::Principal(PrincipalId(n)),
                before: (head.0 > 0).then(|| change(n, head.0 - 1)),
                after: Some(change(n, head.0)),
            });
            let stamp = Stamp {
                time: Timestamp(0),
                author: Author {
                    account: "test".into(),
                    actor: "user:test".into(),
                    principal: None,
                    on_behalf_by: None,
                },
                intent: "test".into(),
                arguments: "{}".into(),
                summary: format!("round {round}"),
                reason: None,
                effect: String::new(),
                undoes: None,
            };
            store
                .commit(head, stamp, ChangeSet(changes.collect()))
                .unwrap();
        }
    }

    /// A check that stores in use do not pass would have every opening work on a copy.
    #[test]
    fn what_the_engine_leaves_is_sound() {
        let dir = tempfile::tempdir().unwrap();
        drop(SledStore::create(dir.path()).unwrap());
        assert!(sound(dir.path()));
        for rounds in [1, 3, 20, 0, 40] {
            let store = SledStore::open(dir.path()).unwrap();
            work(&store, rounds);
            drop(store);
            assert!(sound(dir.path()), "after {rounds}");
        }
        let log = layout::log(dir.path());
        assert!(std::fs::metadata(&log).unwrap().len() > 3 * SEGMENT as u64);
    }

    /// Of a long log, the engine reads and rewrites what its last snapshot does not reach.
    #[test]
    fn a_part_is_looked_at_alone() {
        // The engine takes its snapshots when it has time for them: until one lies amid a log.
        let amid = (0..40).find_map(|_| {
            let dir = tempfile::tempdir().unwrap();
            let store = SledStore::create(dir.path()).unwrap();
            work(&store, 20);
            drop(store);
            let store = SledStore::open(dir.path()).unwrap();
            work(&store, 20);
            drop(store);
            let place = crate::store::careful::snapshot(dir.path()).unwrap();
            let whole = std::fs::read(layout::log(dir.path())).unwrap();
            let begins = whole
                .chunks(SEGMENT)
                .filter_map(|s| begin(s.first_chunk()?));
            let (behind, before): (Vec<u64>, Vec<u64>) =
                begins.partition(|begin| begin + SEGMENT as u64 > place);
            (!before.is_empty() && behind.len() > 1).then_some((dir, place))
        });
        let (dir, place) = amid.unwrap();
        let log = layout::log(dir.path());
        let head = HeadFile::read(dir.path()).unwrap().unwrap();
        let whole = std::fs::read(&log).unwrap();
        let (mut before, mut behind) = (0, 0);
        for (number, segment) in whole.chunks(SEGMENT).enumerate() {
            let header = segment.first_chunk().unwrap();
            let Some(begin) = begin(header) else { continue };
            let mut bytes = whole.clone();
            bytes[number * SEGMENT + 1_000] ^= 4;
            std::fs::write(&log, bytes).unwrap();
            let behind_it = begin + SEGMENT as u64 > place;
            assert!(!is_sound(&log, Part::Whole, &head));
            assert_eq!(is_sound(&log, Part::From(place), &head), !behind_it);
            *(if behind_it { &mut behind } else { &mut before }) += 1;
        }
        assert!(before > 0 && behind > 1, "{before} {behind}");
    }

    #[test]
    fn whatever_is_flipped_in_use_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let store = SledStore::create(dir.path()).unwrap();
        work(&store, 3);
        drop(store);
        let log = layout::log(dir.path());
        let whole = std::fs::read(&log).unwrap();
        let used = whole.iter().rposition(|b| *b != 0).unwrap();
        for at in (0..used).step_by(997).chain([used]) {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            std::fs::write(&log, bytes).unwrap();
            assert!(!sound(dir.path()), "byte {at}");
        }
        for length in [0, 19, 20, used / 2, used] {
            std::fs::write(&log, &whole[..length]).unwrap();
            assert!(!sound(dir.path()), "cut at {length}");
        }
    }
}
