//! From names to numbers, without keeping the names a second time.

use std::hash::{Hash, Hasher as _};

use rustc_hash::FxHasher;
use smallvec::SmallVec;

use super::bytes::{put_length, take};
use super::slab::Slab;

/// Entries in a bucket before it needs memory of its own.
const INLINE: usize = 5;
/// Entries a bucket on average.
const FULL: usize = 3;

/// Which numbers a name may stand for, by the name's hash. Whoever asks compares the few
/// candidates with the name itself, so two names with one hash are never taken for each other.
///
/// A persistent hash table that grows a bucket at a time (linear hashing): no insertion ever pays
/// for all that is in it.
#[derive(Debug, Clone, Default)]
pub struct Names {
    buckets: Slab<Bucket>,
    /// How many buckets are in use.
    used: usize,
    entries: usize,
}

/// A name's [`mark`], and the number that it stands for.
type Entry = (u32, u32);
type Bucket = SmallVec<[Entry; INLINE]>;

impl Names {
    /// A table of many names. Each is given once, with its number; numbers ascend.
    pub fn of<N: Hash>(names: impl Iterator<Item = (N, u32)>) -> Self {
        let entries: Vec<Entry> = names.map(|(name, number)| (mark(name), number)).collect();
        let mut table = Self {
            buckets: Slab::default(),
            used: entries.len().div_ceil(FULL),
            entries: entries.len(),
        };
        let mut buckets = vec![Bucket::new(); table.used];
        for entry in entries {
            if let Some(bucket) = buckets.get_mut(table.place(entry.0)) {
                bucket.push(entry);
            }
        }
        table.buckets = buckets.into_iter().collect();
        table
    }

    /// Appends the table, bucket by bucket.
    pub fn write(&self, bytes: &mut Vec<u8>) -> Option<()> {
        put_length(bytes, self.entries)?;
        put_length(bytes, self.used)?;
        for bucket in self.buckets.iter().take(self.used) {
            put_length(bytes, bucket.len())?;
            for (mark, number) in bucket {
                bytes.extend_from_slice(&mark.to_le_bytes());
                bytes.extend_from_slice(&number.to_le_bytes());
            }
        }
        // A table that shrank has fewer leaves than buckets; there is nothing in the others.
        let missing = self.used.saturating_sub(self.buckets.end());
        bytes.resize(bytes.len() + missing, 0);
        Some(())
    }

    /// What [`Self::write`] wrote; `None` when it is not.
    pub fn read(mut bytes: &[u8]) -> Option<Self> {
        let (entries, used) = (take(&mut bytes)? as usize, take(&mut bytes)? as usize);
        let (mut whole, mut found) = (true, 0);
        let buckets = (0..used).map_while(|_| {
            let bucket = bucket(&mut bytes);
            whole &= bucket.is_some();
            found += bucket.as_ref().map_or(0, SmallVec::len);
            bucket
        });
        let buckets = buckets.collect();
        let whole = whole && bytes.is_empty() && found == entries;
        whole.then_some(Self {
            buckets,
            used,
            entries,
        })
    }

    /// Another text when names are found by other numbers, as with another version of the hash.
    pub fn form() -> u32 {
        mark(("a name", 1_u32, "another"))
    }

    /// The numbers that may have this name, ascending.
    pub fn candidates(&self, name: impl Hash) -> impl Iterator<Item = u32> + '_ {
        let wanted = mark(name);
        let entries = self.buckets.get(self.place(wanted)).into_iter().flatten();
        entries
            .filter(move |(mark, _)| *mark == wanted)
            .map(|(_, number)| *number)
    }

    /// Takes a name in.
    pub fn insert(&mut self, name: impl Hash, number: u32) {
        if self.entries >= self.used * FULL {
            self.grow();
        }
        let mark = mark(name);
        let added = self.buckets.edit(self.place(mark), |bucket| {
            let new = !bucket.contains(&(mark, number));
            if new {
                bucket.push((mark, number));
                bucket.sort_unstable_by_key(|(_, number)| *number);
            }
            new
        });
        self.entries += usize::from(added == Some(true));
    }

    /// Takes a name out.
    pub fn remove(&mut self, name: impl Hash, number: u32) {
        let mark = mark(name);
        let gone = self.buckets.edit(self.place(mark), |bucket| {
            let before = bucket.len();
            bucket.retain(|entry| *entry != (mark, number));
            before - bucket.len()
        });
        self.entries -= gone.unwrap_or_default();
    }

    /// The bucket of a mark: among the next power of two of buckets or, where that one is not in
    /// use yet, the one that it will split from.
    #[inline]
    const fn place(&self, mark: u32) -> usize {
        let size = self.used.next_power_of_two();
        let place = mark as usize & (size - 1);
        // Either way is as likely as the other, so there is no branch to guess.
        place - (size / 2) * (place >= self.used) as usize
    }

    /// Adds a bucket, and moves into it what belongs there of the one that it splits from.
    fn grow(&mut self) {
        let added = self.used;
        self.used += 1;
        let size = self.used.next_power_of_two();
        let Some(from) = added.checked_sub(size / 2).filter(|_| added > 0) else {
            return;
        };
        let all = self.buckets.edit(from, std::mem::take).unwrap_or_default();
        for entry in all {
            let place = self.place(entry.0);
            self.buckets.edit(place, |bucket| bucket.push(entry));
        }
    }
}

/// A bucket from the front of bytes.
fn bucket(bytes: &mut &[u8]) -> Option<Bucket> {
    let mut bucket = Bucket::new();
    for _ in 0..take(bytes)? {
        let (mark, rest) = bytes.split_first_chunk()?;
        let (number, rest) = rest.split_first_chunk()?;
        bucket.push((u32::from_le_bytes(*mark), u32::from_le_bytes(*number)));
        *bytes = rest;
    }
    Some(bucket)
}

/// Half a hash. It decides on the bucket, too, so splitting one needs no names.
#[inline]
fn mark(name: impl Hash) -> u32 {
    let mut hasher = FxHasher::default();
    name.hash(&mut hasher);
    let hash = hasher.finish();
    #[allow(clippy::cast_possible_truncation, reason = "both halves are in it")]
    let mark = (hash ^ hash >> 32) as u32;
    mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_while_the_table_grows_and_shrinks() {
        let mut names = Names::default();
        assert_eq!(names.candidates("nobody").count(), 0);
        for number in 0..5_000 {
            names.insert(format!("name {number}").as_str(), number);
            names.insert(format!("name {number}").as_str(), number);
        }
        for number in (0..5_000).step_by(3) {
            names.remove(format!("name {number}").as_str(), number);
        }
        for number in 0..5_000 {
            let name = format!("name {number}");
            let found = names.candidates(name.as_str()).any(|n| n == number);
            assert_eq!(found, number % 3 != 0, "{name}");
        }
        let mut at_once = Names::of((0..5_000).map(|n| (format!("name {n}"), n)));
        for number in 5_000..6_000 {
            at_once.insert(format!("name {number}"), number);
        }
        for number in 0..6_000 {
            let name = format!("name {number}");
            assert!(at_once.candidates(&name).any(|n| n == number), "{name}");
        }
        for table in [&names, &at_once] {
            let mut bytes = Vec::new();
            table.write(&mut bytes).unwrap();
            let again = Names::read(&bytes).unwrap();
            for number in 0..6_000 {
                let name = format!("name {number}");
                let found: Vec<u32> = table.candidates(name.as_str()).collect();
                assert!(again.candidates(name.as_str()).eq(found), "{name}");
            }
            assert!(Names::read(&bytes[..bytes.len() - 1]).is_none());
        }
        let fullest = names.buckets.iter().map(SmallVec::len).max();
        assert!(fullest < Some(20), "the hash spreads: {fullest:?}");
    }
}
