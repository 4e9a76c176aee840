//! Resource records by number: bytes until somebody asks, then a structure that stays.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use crate::domain::packed::{self, Heading, Words};
use crate::domain::{EnvironmentId, Resource, ResourceKind};

use super::slab::Slab;

/// Bytes that are collected before they are put away for good.
const POOL: usize = 1 << 20;
/// Structures that are made room for together.
const SHELF: usize = 32;

/// All resource records. Clones share everything.
#[derive(Debug, Clone, Default)]
pub struct Records {
    slots: Slab<Slot>,
    packed: Arc<Packed>,
}

#[derive(Debug, Clone, Default)]
enum Slot {
    #[default]
    Empty,
    Packed(Bytes),
    Read(Arc<Resource>),
}

/// Where the bytes of a record are.
#[derive(Debug, Clone, Copy)]
struct Bytes {
    pool: u32,
    at: u32,
    len: u32,
}

/// Records as bytes, and those structures that somebody asked for. A number never stands for other
/// bytes, so what was read of them holds for every clone whose slot still names them.
#[derive(Debug, Default)]
struct Packed {
    words: Words,
    pools: Vec<Vec<u8>>,
    read: Vec<OnceLock<Shelf>>,
}

type Shelf = Box<[OnceLock<Box<Resource>>]>;

impl Packed {
    /// Bytes of as many records.
    fn new(words: Words, pools: Vec<Vec<u8>>, records: usize) -> Self {
        let read = (0..records.div_ceil(SHELF)).map(|_| OnceLock::new());
        Self {
            words,
            pools,
            read: read.collect(),
        }
    }

    fn bytes(&self, place: Bytes) -> Option<&[u8]> {
        let pool = self.pools.get(place.pool as usize)?;
        let rest = pool.get(place.at as usize..)?;
        rest.get(..place.len as usize)
    }

    fn unpack(&self, place: Bytes) -> Option<Resource> {
        packed::unpack(self.bytes(place)?, &self.words)
    }

    fn cell(&self, at: usize) -> Option<&OnceLock<Box<Resource>>> {
        let near = self.read.get(at / SHELF)?;
        let near = near.get_or_init(|| (0..SHELF).map(|_| OnceLock::new()).collect());
        near.get(at % SHELF)
    }

    /// What was read before, without making room.
    fn known(&self, at: usize) -> Option<&Resource> {
        let near = self.read.get(at / SHELF)?.get()?;
        near.get(at % SHELF)?.get().map(Box::as_ref)
    }
}

impl Records {
    /// A record. Read from its bytes at the first time, and kept.
    pub fn get(&self, at: usize) -> Option<&Resource> {
        match self.slots.get(at)? {
            Slot::Empty => None,
            Slot::Read(read) => Some(read),
            Slot::Packed(place) => {
                let cell = self.packed.cell(at)?;
                if let Some(read) = cell.get() {
                    return Some(read);
                }
                let read = self.packed.unpack(*place)?;
                Some(cell.get_or_init(|| Box::new(read)))
            }
        }
    }

    /// A record, for somebody who goes through many: nothing is kept.
    pub fn read(&self, at: usize) -> Option<Cow<'_, Resource>> {
        match self.slots.get(at)? {
            Slot::Empty => None,
            Slot::Read(read) => Some(Cow::Borrowed(read)),
            Slot::Packed(place) => match self.packed.known(at) {
                Some(read) => Some(Cow::Borrowed(read)),
                None => self.packed.unpack(*place).map(Cow::Owned),
            },
        }
    }

    /// Whether a record is that of a resource of this kind, environment and id.
    #[inline]
    pub fn is(&self, at: usize, of: (EnvironmentId, ResourceKind, &str)) -> bool {
        let (environment, kind, id) = of;
        match self.slots.get(at) {
            None | Some(Slot::Empty) => false,
            Some(Slot::Read(read)) => {
                read.id == id && read.environment == environment && read.kind() == kind
            }
            Some(Slot::Packed(place)) => {
                let bytes = self.packed.bytes(*place).unwrap_or_default();
                packed::is(bytes, kind, environment, id)
            }
        }
    }

    /// What a record begins with, without reading the rest.
    #[inline]
    pub fn heading(&self, at: usize) -> Option<Heading<'_>> {
        match self.slots.get(at)? {
            Slot::Empty => None,
            Slot::Read(read) => Some(Heading::of(read)),
            Slot::Packed(place) => Heading::read(self.packed.bytes(*place)?),
        }
    }

    /// Puts a record in place, or takes it out.
    pub fn set(&mut self, at: usize, resource: Option<Resource>) {
        let read = resource.map(|r| Slot::Read(Arc::new(r)));
        self.slots.set(at, read.unwrap_or_default());
    }

    /// One more than the highest number.
    pub const fn end(&self) -> usize {
        self.slots.end()
    }

    /// The bytes of a record, made where there are none, and empty where there is no record; `None`
    /// only for a record that has no bytes, which none is.
    pub fn packed(&self, at: usize) -> Option<Cow<'_, [u8]>> {
        match self.slots.get(at) {
            None | Some(Slot::Empty) => Some(Cow::default()),
            Some(Slot::Packed(place)) => self.packed.bytes(*place).map(Cow::Borrowed),
            Some(Slot::Read(read)) => {
                let mut bytes = Vec::new();
                packed::pack((**read).clone(), self.words(), &mut bytes)?;
                Some(Cow::Owned(bytes))
            }
        }
    }

    /// The words that their bytes are read with.
    pub fn words(&self) -> &Words {
        &self.packed.words
    }

    /// Records whose bytes lie in one pool behind each other, by their lengths; a length of zero
    /// stands for no record. `None` when the lengths are not those of the pool.
    pub fn from_pool(
        words: Words,
        pool: Vec<u8>,
        lengths: impl Iterator<Item = u32>,
    ) -> Option<Self> {
        let (mut at, mut fits) = (0u32, true);
        let slots = lengths.map(|len| {
            let slot = match len {
                0 => Slot::Empty,
                _ => Slot::Packed(Bytes { pool: 0, at, len }),
            };
            let end = at.checked_add(len);
            fits &= end.is_some();
            at = end.unwrap_or(at);
            slot
        });
        let slots: Slab<Slot> = slots.collect();
        (fits && at as usize == pool.len()).then(|| Self {
            packed: Arc::new(Packed::new(words, vec![pool], slots.end())),
            slots,
        })
    }
}

/// Collects many records.
#[derive(Debug, Default)]
pub struct RecordsBuilder {
    words: Words,
    slots: Slab<Slot>,
    pools: Vec<Vec<u8>>,
    filling: Vec<u8>,
}

impl RecordsBuilder {
    /// Takes a record in.
    pub fn set(&mut self, at: usize, resource: Resource) {
        if self.filling.len() >= POOL {
            self.put_away();
        }
        let place = self.put(resource);
        self.slots
            .set(at, place.map(Slot::Packed).unwrap_or_default());
    }

    fn put(&mut self, resource: Resource) -> Option<Bytes> {
        self.words.learn(&resource);
        let number = |n: usize| u32::try_from(n).ok();
        Some(Bytes {
            pool: number(self.pools.len())?,
            at: number(self.filling.len())?,
            len: number(packed::pack(resource, &self.words, &mut self.filling)?)?,
        })
    }

    fn put_away(&mut self) {
        if !self.filling.is_empty() {
            self.pools.push(self.filling.clone());
            self.filling.clear();
        }
    }

    /// All of them.
    pub fn finish(mut self) -> Records {
        self.put_away();
        Records {
            packed: Arc::new(Packed::new(self.words, self.pools, self.slots.end())),
            slots: self.slots,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Body, EnvironmentId, Model, Policy};

    fn model(number: usize) -> Resource {
        Resource {
            environment: EnvironmentId(0),
            id: format!("m{number}"),
            name: String::new(),
            description: None,
            owner: None,
            policy: Policy::default(),
            body: Body::Model(Model::default()),
        }
    }

    #[test]
    fn a_record_is_nothing_elses() {
        let mut builder = RecordsBuilder::default();
        builder.set(0, model(0));
        let (packed, mut read) = (builder.finish(), Records::default());
        read.set(0, Some(model(0)));
        let place = EnvironmentId;
        for records in [packed, read] {
            let is = |at, place, kind, id| records.is(at, (place, kind, id));
            assert!(is(0, place(0), ResourceKind::Model, "m0"));
            assert!(!is(0, place(1), ResourceKind::Model, "m0"));
            assert!(!is(0, place(0), ResourceKind::Job, "m0"));
            assert!(!is(0, place(0), ResourceKind::Model, "m1"));
            assert!(!is(1, place(0), ResourceKind::Model, "m0"));
        }
    }

    #[test]
    fn every_record_is_read_as_itself() {
        let count = 40 * SHELF;
        let mut builder = RecordsBuilder::default();
        for number in 0..count {
            builder.set(number, model(number));
        }
        let records = builder.finish();
        // Some stay in memory before the others are read past them.
        for number in (1..count).step_by(2) {
            assert_eq!(records.get(number), Some(&model(number)));
        }
        for number in 0..count {
            assert_eq!(records.read(number).as_deref(), Some(&model(number)));
        }
        assert!(records.read(count).is_none());
    }

    #[test]
    fn a_pool_is_as_long_as_what_lies_in_it() {
        let pool = |lengths: &[u32]| {
            let lengths = lengths.iter().copied();
            Records::from_pool(Words::default(), vec![1; 5], lengths)
        };
        assert!(pool(&[2, 0, 3]).is_some());
        for lengths in [&[2][..], &[2, 4], &[5, u32::MAX], &[u32::MAX, 5]] {
            assert!(pool(lengths).is_none(), "{lengths:?}");
        }
    }
}
