//! Resource records by number: bytes until somebody asks, then a structure that stays.

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};

use crate::domain::packed;
use crate::domain::{EnvironmentId, Resource};

use super::slab::Slab;

/// Bytes that are collected before they are put away for good.
const POOL: usize = 1 << 20;

/// All resource records. Clones share everything.
#[derive(Debug, Clone, Default)]
pub struct Records {
    slots: Slab<Slot>,
    pools: Arc<Vec<Vec<u8>>>,
}

#[derive(Debug, Clone, Default)]
struct Slot {
    read: OnceLock<Arc<Resource>>,
    packed: Option<Packed>,
}

/// Where the bytes of a record are.
#[derive(Debug, Clone, Copy)]
struct Packed {
    /// The number of the pool, from one on.
    pool: NonZeroU32,
    at: u32,
    len: u32,
}

impl Records {
    /// A record. Read from its bytes at the first time, and kept.
    pub fn get(&self, at: usize) -> Option<&Resource> {
        let slot = self.slots.get(at)?;
        if let Some(read) = slot.read.get() {
            return Some(read);
        }
        let read = packed::unpack(self.bytes(slot.packed?)?)?;
        Some(slot.read.get_or_init(|| Arc::new(read)))
    }

    /// A record, for somebody who goes through many: nothing is kept.
    pub fn read(&self, at: usize) -> Option<Cow<'_, Resource>> {
        let slot = self.slots.get(at)?;
        if let Some(read) = slot.read.get() {
            return Some(Cow::Borrowed(read));
        }
        packed::unpack(self.bytes(slot.packed?)?).map(Cow::Owned)
    }

    /// Environment, id and name of a record, without reading the rest.
    pub fn heading(&self, at: usize) -> Option<(EnvironmentId, &str, &str)> {
        let slot = self.slots.get(at)?;
        match slot.read.get() {
            Some(read) => Some((read.environment, &read.id, &read.name)),
            None => packed::heading(self.bytes(slot.packed?)?),
        }
    }

    /// Puts a record in place, or takes it out.
    pub fn set(&mut self, at: usize, resource: Option<Resource>) {
        let read = OnceLock::new();
        if let Some(resource) = resource {
            // A new cell is always empty.
            let _ = read.set(Arc::new(resource));
        }
        self.slots.set(at, Slot { read, packed: None });
    }

    /// One more than the highest number.
    pub const fn end(&self) -> usize {
        self.slots.end()
    }

    /// The bytes of a record, made where there are none, and empty where there is no record; `None`
    /// only for a record that has no bytes, which none is.
    pub fn packed(&self, at: usize) -> Option<Cow<'_, [u8]>> {
        let Some(slot) = self.slots.get(at) else {
            return Some(Cow::default());
        };
        match (slot.packed, slot.read.get()) {
            (Some(packed), _) => self.bytes(packed).map(Cow::Borrowed),
            (None, Some(read)) => packed::pack(read).map(Cow::Owned),
            (None, None) => Some(Cow::default()),
        }
    }

    fn bytes(&self, packed: Packed) -> Option<&[u8]> {
        let pool = self.pools.get(packed.pool.get() as usize - 1)?;
        let rest = pool.get(packed.at as usize..)?;
        rest.get(..packed.len as usize)
    }

    /// Records whose bytes lie in one pool behind each other, by their lengths; a length of zero
    /// stands for no record. `None` when the lengths are not those of the pool.
    pub fn from_pool(pool: Vec<u8>, lengths: impl Iterator<Item = u32>) -> Option<Self> {
        let (mut at, mut fits) = (0u32, true);
        let slots = lengths.map(|len| {
            let packed = (len > 0).then_some(Packed {
                pool: NonZeroU32::MIN,
                at,
                len,
            });
            let end = at.checked_add(len);
            fits &= end.is_some();
            at = end.unwrap_or(at);
            Slot {
                read: OnceLock::new(),
                packed,
            }
        });
        let slots = slots.collect();
        (fits && at as usize == pool.len()).then(|| Self {
            slots,
            pools: Arc::new(vec![pool]),
        })
    }
}

/// Collects many records.
#[derive(Debug, Default)]
pub struct RecordsBuilder {
    slots: Slab<Slot>,
    pools: Vec<Vec<u8>>,
    filling: Vec<u8>,
}

impl RecordsBuilder {
    /// Takes a record in.
    pub fn set(&mut self, at: usize, resource: &Resource) {
        if self.filling.len() >= POOL {
            self.put_away();
        }
        let number = |n: usize| u32::try_from(n).ok();
        let (pools, begin) = (self.pools.len(), self.filling.len());
        let mut pack = || {
            Some(Packed {
                len: number(packed::pack_into(resource, &mut self.filling)?)?,
                pool: number(pools + 1).and_then(NonZeroU32::new)?,
                at: number(begin)?,
            })
        };
        let packed = pack();
        let read = OnceLock::new();
        self.slots.set(at, Slot { read, packed });
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
            slots: self.slots,
            pools: Arc::new(self.pools),
        }
    }
}
