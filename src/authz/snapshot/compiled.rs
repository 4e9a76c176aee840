//! A snapshot as bytes, to be read back in a fraction of the time that building it takes. Cuts it
//! where two threads can read the halves.

use crate::domain::packed;
use crate::domain::{Key, Record, Revision, Window};
use bincode::config::standard;

use super::super::index::bytes::{put_length, take};
use super::super::index::names::Names;
use super::super::index::place::Place;
use super::super::index::postings::Postings;
use super::super::index::records::Records;
use super::super::index::row::Row;
use super::super::index::slab::Slab;
use super::{Builder, Snapshot, build};

/// Changes whenever the bytes change, or what they mean; with the form of packed resources, which
/// are part of them.
const FORM: u32 = 3;

/// Pieces of bytes that are read together.
#[derive(Debug)]
pub struct Files<const N: usize>(pub [Vec<u8>; N]);

/// The half of a snapshot that is about resources.
#[derive(Debug)]
pub struct Things {
    rows: Slab<Option<Row>, 128>,
    names: Names,
    records: Records,
}

/// The roles and windows that bindings on an environment's resources use, by number.
type Terms = Vec<(String, Option<Window>)>;

/// How many pieces there are. The first three are everything but resources, the posting lists, and
/// what principals count through; the others what checks read of resources, what reads their records
/// and how long each is, what they are found by, and the records.
pub const PIECES: usize = 7;

/// Tells apart what different programs write: pieces of another form are not read.
pub fn form() -> String {
    format!(
        "{} {FORM}.{} {} {:x}",
        env!("CARGO_PKG_VERSION"),
        packed::FORM,
        usize::BITS,
        Names::form()
    )
}

/// Bytes that are collected before they are handed on.
const STEP: usize = 1 << 16;

impl Things {
    /// Reads this half; `None` when the bytes are not what was written.
    pub fn read(Files([rows, lengths, names, pool]): Files<4>) -> Option<Self> {
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
        let (words, mut rest): (Vec<String>, _) = next(&lengths)?;
        let lengths: Option<Vec<u32>> = (0..count).map(|_| take(&mut rest)).collect();
        let lengths = lengths.filter(|_| whole && bytes.is_empty() && rest.is_empty())?;
        let names = Names::read(&names)?;
        let records = Records::from_pool(words.into(), pool, lengths.into_iter())?;
        Some(Self {
            rows,
            names,
            records,
        })
    }
}

impl Snapshot {
    /// Hands on the bytes of one piece, in steps. `None` when the snapshot is too large for that, as
    /// with four gigabytes of records, or when nobody takes them any more.
    pub fn write_down(&self, piece: usize, take: &mut dyn FnMut(&[u8]) -> bool) -> Option<()> {
        let count = self.records.end().max(self.rows.end());
        let mut bytes = Vec::with_capacity(2 * STEP);
        match piece {
            0 => self.write_few(&mut bytes)?,
            1 => self.postings.write(&mut bytes)?,
            2 => self.directory.write_closures(&mut bytes)?,
            3 => put_length(&mut bytes, count)?,
            4 => {
                let words = self.records.words().words();
                bytes = bincode::serde::encode_to_vec(words, standard()).ok()?;
            }
            5 => self.names.write(&mut bytes)?,
            _ => {}
        }
        let resources = if matches!(piece, 3 | 4 | 6) { count } else { 0 };
        let mut all = 0usize;
        for number in 0..resources {
            match piece {
                3 => match self.rows.get(number).and_then(Option::as_ref) {
                    Some(row) => row.write(&mut bytes)?,
                    None => Row::write_none(&mut bytes),
                },
                4 => put_length(&mut bytes, self.records.packed(number)?.len())?,
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

    /// The terms of every environment, and all records but resources.
    fn write_few(&self, bytes: &mut Vec<u8>) -> Option<()> {
        let mut keys = vec![Key::Counters];
        keys.extend(self.logins.keys().cloned().map(Key::Login));
        keys.extend(self.principals().map(|(id, _)| Key::Principal(id)));
        keys.extend(self.places().map(|(id, _)| Key::Environment(id)));
        keys.extend(self.accounts.keys().map(|(e, p)| Key::Account(*e, *p)));
        let terms = |(_, place): (_, &std::sync::Arc<Place>)| place.written_terms();
        let terms: Vec<Terms> = self.places().map(terms).collect();
        bincode::serde::encode_into_std_write(terms, bytes, standard()).ok()?;
        for key in keys {
            if let Some(record) = self.record(&key) {
                bincode::serde::encode_into_std_write((key, record), bytes, standard()).ok()?;
            }
        }
        Some(())
    }

    /// Puts the halves together again; `None` when the bytes are not what was written.
    pub fn restore(
        Files([rest, postings, closures]): &Files<3>,
        revision: Revision,
        things: impl FnOnce() -> Option<Things>,
    ) -> Option<Self> {
        let (terms, mut rest): (Vec<Terms>, _) = next(rest)?;
        let mut builder = Builder::new();
        while !rest.is_empty() {
            let ((key, record), after): ((Key, Record), _) = next(rest)?;
            builder.put(&key, record);
            rest = after;
        }
        let mut snapshot = builder.finish_closed(revision, closures)?;
        let places = snapshot.environments.iter_mut().flatten();
        for (place, terms) in places.zip(terms) {
            for (role, window) in terms {
                Place::learn_term(place, &role, window);
            }
        }
        snapshot.postings = Postings::read(postings)?;
        let things = things()?;
        snapshot.rows = things.rows;
        snapshot.names = things.names;
        snapshot.records = things.records;
        debug_assert_eq!(
            build::present(&snapshot.records).count(),
            snapshot.rows.iter().flatten().count()
        );
        Some(snapshot)
    }
}

/// Reads what stands at the front of bytes; also what is behind it.
fn next<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<(T, &[u8])> {
    let limited = standard().with_limit::<{ u32::MAX as usize }>();
    let (value, used) = bincode::serde::decode_from_slice(bytes, limited).ok()?;
    Some((value, bytes.get(used..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::domain::{
        Body, Environment, EnvironmentId, FabricEdition, Model, Policy, Resource, ResourceId,
        Specifics,
    };

    /// A workspace with some models.
    fn snapshot(models: u32) -> Snapshot {
        let place = EnvironmentId(0);
        let environment = Environment {
            id: "lab".into(),
            name: String::new(),
            specifics: Specifics::Fabric {
                edition: FabricEdition::default(),
            },
            policy: Policy::default(),
            roles: Vec::new(),
        };
        let mut snapshot = Snapshot::default();
        let environment = Record::Environment(environment);
        snapshot.put(&Key::Environment(place), Some(environment));
        for number in 0..models {
            let model = Resource {
                environment: place,
                id: format!("model-{number}"),
                name: String::new(),
                description: None,
                owner: None,
                policy: Policy::default(),
                body: Body::Model(Model::default()),
            };
            let key = Key::Resource(place, ResourceId(number));
            snapshot.put(&key, Some(Record::Resource(model)));
        }
        snapshot
    }

    fn pieces(snapshot: &Snapshot) -> [Vec<u8>; 4] {
        [3, 4, 5, 6].map(|piece| {
            let mut bytes = Vec::new();
            let written = snapshot.write_down(piece, &mut |part| {
                bytes.extend_from_slice(part);
                true
            });
            assert_eq!(written, Some(()));
            bytes
        })
    }

    #[test]
    fn a_piece_with_more_in_it_is_not_what_was_written() {
        let none = Snapshot::default();
        assert!(Things::read(Files(pieces(&none))).is_some());
        for longer in 0..3 {
            let mut pieces = pieces(&none);
            pieces
                .iter_mut()
                .skip(longer)
                .take(1)
                .for_each(|p| p.push(0));
            assert!(Things::read(Files(pieces)).is_none(), "{longer}");
        }
    }

    #[test]
    fn a_piece_with_less_in_it_is_not_what_was_written() {
        let [rows, lengths, names, pool] = pieces(&snapshot(2));
        for shorter in 1..rows.len() {
            let (cut, _) = rows.split_at(shorter);
            let files = [cut.to_vec(), lengths.clone(), names.clone(), pool.clone()];
            assert!(Things::read(Files(files)).is_none(), "{shorter}");
        }
        assert!(Things::read(Files([rows, lengths, names, pool])).is_some());
    }

    #[test]
    fn what_is_handed_on_in_steps_is_read_as_a_whole() {
        let many = 3 * u32::try_from(STEP).unwrap() / 20;
        let [rows, lengths, names, pool] = pieces(&snapshot(many));
        assert!(pool.len() > 2 * STEP, "{}", pool.len());
        let read = Things::read(Files([rows, lengths, names, pool])).unwrap();
        let last = read.records.read(many as usize - 1);
        assert_eq!(
            last.map(|r| r.id.clone()),
            Some(format!("model-{}", many - 1))
        );
    }
}
