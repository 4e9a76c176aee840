//! A snapshot as bytes, to be read back in a fraction of the time that building it takes. Cuts it
//! where two threads can read the halves.

use bincode::config::standard;
use compact_str::CompactString;

use crate::domain::packed;
use crate::domain::{Key, Record, Revision, Window};

use super::super::index::bytes::{put_length, take};
use super::super::index::names::Names;
use super::super::index::place::Place;
use super::super::index::postings::Postings;
use super::super::index::records::Records;
use super::super::index::row::Row;
use super::super::index::slab::Slab;
use super::{Builder, Named, Snapshot, build};

/// Changes whenever the bytes change, or what they mean; with the form of packed resources, which
/// are part of them.
const FORM: u32 = 1;

/// Pieces of bytes that are read together.
#[derive(Debug)]
pub struct Files<const N: usize>(pub [Vec<u8>; N]);

/// The half of a snapshot that is about resources.
#[derive(Debug)]
pub struct Things {
    rows: Slab<Option<Row>, 128>,
    ids: Slab<Named>,
    names: Names,
    records: Records,
}

/// All records but resources, and the terms of every environment.
type Few = (Vec<(Key, Record)>, Vec<Terms>);

/// The roles and windows that bindings on an environment's resources use, by number.
type Terms = Vec<(String, Option<Window>)>;

/// How many pieces there are. The first two are everything but resources, and the posting lists; the
/// others what checks read of resources, how long their records are, and the records.
pub const PIECES: usize = 5;

/// Tells apart what different programs write: pieces of another form are not read.
pub fn form() -> String {
    format!(
        "{} {FORM}.{} {}",
        env!("CARGO_PKG_VERSION"),
        packed::FORM,
        usize::BITS
    )
}

/// Bytes that are collected before they are handed on.
const STEP: usize = 1 << 16;

impl Things {
    /// Reads this half; `None` when the bytes are not what was written.
    pub fn read(Files([rows, lengths, pool]): Files<3>) -> Option<Self> {
        let mut bytes = rows.as_slice();
        let count = take(&mut bytes)?;
        let mut whole = true;
        let rows: Slab<Option<Row>, 128> = (0..count)
            .map_while(|_| {
                let row = Row::read(&mut bytes);
                whole &= row.is_some();
                row
            })
            .collect();
        let mut rest = lengths.as_slice();
        let lengths: Option<Vec<u32>> = (0..count).map(|_| take(&mut rest)).collect();
        let lengths = lengths.filter(|_| whole && bytes.is_empty() && rest.is_empty())?;
        let mut records = pool.as_slice();
        let ids: Slab<Named> = lengths
            .iter()
            .zip(rows.iter())
            .map_while(|(length, row)| {
                let named = named(&mut records, *length as usize, row.as_ref());
                whole &= named.is_some();
                named
            })
            .collect();
        if !whole {
            return None;
        }
        let present = (0u32..)
            .zip(ids.iter())
            .filter(|(_, n)| **n != Named::default());
        let names = Names::of(present.map(|(i, n)| ((n.environment, n.kind, n.id.as_str()), i)));
        let records = Records::from_pool(pool, lengths.into_iter())?;
        Some(Self {
            rows,
            ids,
            names,
            records,
        })
    }
}

/// What the next resource is looked up by, from the beginning of its record.
fn named(records: &mut &[u8], length: usize, row: Option<&Row>) -> Option<Named> {
    if length == 0 {
        return Some(Named::default());
    }
    let (bytes, rest) = records.split_at_checked(length)?;
    *records = rest;
    let (environment, id, _) = packed::heading(bytes)?;
    let kind = match row {
        Some(row) => row.kind,
        // It lies in no environment that exists: nothing else knows its kind.
        None => packed::unpack(bytes)?.kind(),
    };
    Some(Named {
        environment,
        kind,
        id: CompactString::from(id),
    })
}

impl Snapshot {
    /// Hands on the bytes of one piece, in steps. `None` when the snapshot is too large for that, as
    /// with four gigabytes of records, or when nobody takes them any more.
    pub fn write_down(&self, piece: usize, take: &mut dyn FnMut(&[u8]) -> bool) -> Option<()> {
        let count = self.records.end().max(self.rows.end());
        let mut bytes = Vec::with_capacity(2 * STEP);
        match piece {
            0 => bytes = bincode::serde::encode_to_vec(self.few(), standard()).ok()?,
            1 => self.postings.write(&mut bytes)?,
            2 => put_length(&mut bytes, count)?,
            _ => {}
        }
        let resources = if piece < 2 { 0 } else { count };
        let mut all = 0usize;
        for number in 0..resources {
            match piece {
                2 => match self.rows.get(number).and_then(Option::as_ref) {
                    Some(row) => row.write(&mut bytes)?,
                    None => Row::write_none(&mut bytes),
                },
                3 => put_length(&mut bytes, self.records.packed(number)?.len())?,
                _ => bytes.extend_from_slice(&self.records.packed(number)?),
            }
            if bytes.len() >= STEP {
                all += bytes.len();
                take(&bytes).then_some(())?;
                bytes.clear();
            }
        }
        u32::try_from(all).ok()?;
        take(&bytes).then_some(())
    }

    /// All records but resources, and the terms of every environment.
    fn few(&self) -> Few {
        let mut keys = vec![Key::Counters];
        keys.extend(self.logins.keys().cloned().map(Key::Login));
        keys.extend(self.principals().map(|(id, _)| Key::Principal(id)));
        keys.extend(self.places().map(|(id, _)| Key::Environment(id)));
        keys.extend(self.accounts.keys().map(|(e, p)| Key::Account(*e, *p)));
        let record = |key: Key| self.record(&key).map(|record| (key, record));
        let terms = |(_, place): (_, &std::sync::Arc<Place>)| place.written_terms();
        (
            keys.into_iter().filter_map(record).collect(),
            self.places().map(terms).collect(),
        )
    }

    /// Puts the halves together again; `None` when the bytes are not what was written.
    pub fn restore(
        Files([rest, postings]): &Files<2>,
        revision: Revision,
        things: impl FnOnce() -> Option<Things>,
    ) -> Option<Self> {
        let limited = standard().with_limit::<{ u32::MAX as usize }>();
        let (few, used): (Few, usize) = bincode::serde::decode_from_slice(rest, limited).ok()?;
        if used != rest.len() {
            return None;
        }
        let (records, terms) = few;
        let mut builder = Builder::new();
        for (key, record) in records {
            builder.put(&key, record);
        }
        let mut snapshot = builder.finish(revision);
        let places = snapshot.environments.iter_mut().flatten();
        for (place, terms) in places.zip(terms) {
            for (role, window) in terms {
                Place::learn_term(place, &role, window);
            }
        }
        snapshot.postings = Postings::read(postings)?;
        let things = things()?;
        snapshot.rows = things.rows;
        snapshot.ids = things.ids;
        snapshot.names = things.names;
        snapshot.records = things.records;
        debug_assert_eq!(
            build::present(&snapshot).count(),
            snapshot.rows.iter().flatten().count()
        );
        Some(snapshot)
    }
}
