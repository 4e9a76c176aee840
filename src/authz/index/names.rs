//! From names to numbers, without keeping the names a second time.

use std::hash::{Hash, Hasher as _};

use rustc_hash::FxHasher;

use super::bytes::{put_length, take};
use super::slab::Slab;

/// Entries in a bucket before it needs memory of its own.
const INLINE: usize = 7;
/// Entries a bucket on average: one bucket in twenty needs more than its own memory.
const FULL: usize = 4;

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

/// The entries that share a place, ascending by number, in one line of the processor's cache.
#[derive(Debug, Clone)]
#[repr(align(64))]
struct Bucket {
    marks: [u32; INLINE],
    numbers: [u32; INLINE],
    /// The entries after those, in the rare bucket that has any.
    #[allow(
        clippy::box_collection,
        reason = "a vector would take two entries' room from each"
    )]
    more: Option<Box<Vec<Entry>>>,
}

/// Stands where there is no entry; no name stands for it.
const NOBODY: u32 = u32::MAX;

impl Default for Bucket {
    fn default() -> Self {
        Self {
            marks: [0; INLINE],
            numbers: [NOBODY; INLINE],
            more: None,
        }
    }
}

impl Bucket {
    fn iter(&self) -> impl Iterator<Item = Entry> + '_ {
        let inline = self.marks.iter().copied().zip(self.numbers);
        let inline = inline.filter(|(_, number)| *number != NOBODY);
        inline.chain(self.more.iter().flat_map(|more| more.iter().copied()))
    }

    /// The first number with a mark that is the right one. Compares with all marks at once: where
    /// a processor would have to guess how many it has to look at, it would guess wrong half the
    /// time.
    #[inline]
    fn find(&self, wanted: u32, is: impl Fn(u32) -> bool) -> Option<u32> {
        let mut found = (0..).zip(&self.marks).fold(0u32, |found, (place, mark)| {
            found | u32::from(*mark == wanted) << place
        });
        while found != 0 {
            let number = *self.numbers.get(found.trailing_zeros() as usize)?;
            if number != NOBODY && is(number) {
                return Some(number);
            }
            found &= found - 1;
        }
        let more = self.more.as_ref()?.iter();
        let mut marked = more.filter(|(mark, _)| *mark == wanted);
        marked
            .find(|(_, number)| is(*number))
            .map(|(_, number)| *number)
    }

    /// Puts an entry behind the others.
    fn push(&mut self, (mark, number): Entry) {
        let free = self.numbers.iter().position(|n| *n == NOBODY);
        let slot = free.and_then(|at| self.marks.get_mut(at).zip(self.numbers.get_mut(at)));
        match slot {
            Some(slot) => (*slot.0, *slot.1) = (mark, number),
            None => self.more.get_or_insert_default().push((mark, number)),
        }
    }

    /// Whether it was not in it before.
    fn insert(&mut self, entry: Entry) -> bool {
        if self.iter().any(|old| old == entry) {
            return false;
        }
        let after = self.iter().any(|(_, number)| number > entry.1);
        self.push(entry);
        if after {
            let mut all: Vec<Entry> = self.iter().collect();
            all.sort_unstable_by_key(|(_, number)| *number);
            *self = all.into_iter().collect();
        }
        true
    }

    /// Whether it was in it.
    fn remove(&mut self, entry: Entry) -> bool {
        let others: Vec<Entry> = self.iter().filter(|old| *old != entry).collect();
        let was = others.len() < self.iter().count();
        if was {
            *self = others.into_iter().collect();
        }
        was
    }
}

impl FromIterator<Entry> for Bucket {
    fn from_iter<I: IntoIterator<Item = Entry>>(ascending: I) -> Self {
        let mut bucket = Self::default();
        ascending.into_iter().for_each(|entry| bucket.push(entry));
        bucket
    }
}

impl Names {
    /// A table of many names. Each is given once, with its number; numbers ascend.
    pub fn of<N: Hash>(names: impl Iterator<Item = (N, u32)>) -> Self {
        let entries: Vec<Entry> = names.map(|(name, number)| (mark(name), number)).collect();
        let mut table = Self {
            buckets: Slab::default(),
            used: entries.len().div_ceil(FULL),
            entries: entries.len(),
        };
        let mut buckets = vec![Bucket::default(); table.used];
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
            put_length(bytes, bucket.iter().count())?;
            for (mark, number) in bucket.iter() {
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
            found += bucket.as_ref().map_or(0, |b| b.iter().count());
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

    /// What a name stands for: the lowest number among those with its hash that is the right one.
    #[inline]
    pub fn find(&self, name: impl Hash, is: impl Fn(u32) -> bool) -> Option<u32> {
        let wanted = mark(name);
        self.buckets.get(self.place(wanted))?.find(wanted, is)
    }

    /// Takes a name in.
    pub fn insert(&mut self, name: impl Hash, number: u32) {
        if self.entries >= self.used * FULL {
            self.grow();
        }
        let mark = mark(name);
        let insert = |bucket: &mut Bucket| bucket.insert((mark, number));
        let added = self.buckets.edit(self.place(mark), insert);
        self.entries += usize::from(added == Some(true));
    }

    /// Takes a name out.
    pub fn remove(&mut self, name: impl Hash, number: u32) {
        let mark = mark(name);
        let remove = |bucket: &mut Bucket| bucket.remove((mark, number));
        let gone = self.buckets.edit(self.place(mark), remove);
        self.entries -= usize::from(gone == Some(true));
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
        for entry in all.iter() {
            let place = self.place(entry.0);
            self.buckets.edit(place, |bucket| bucket.push(entry));
        }
    }
}

/// A bucket from the front of bytes.
fn bucket(bytes: &mut &[u8]) -> Option<Bucket> {
    let mut bucket = Bucket::default();
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

    fn has(names: &Names, name: &str, number: u32) -> bool {
        names.find(name, |n| n == number).is_some()
    }

    #[test]
    fn what_was_cut_or_lengthened_is_no_table() {
        let called = |n: u32| format!("name {n}");
        let full = Names::of((0..50).map(|n| (called(n), n)));
        let mut emptied = full.clone();
        (0..50).for_each(|n| emptied.remove(called(n), n));
        for table in [full, emptied] {
            let mut bytes = Vec::new();
            table.write(&mut bytes);
            let read = Names::read(&bytes).map(|read| (read.used, read.entries));
            assert_eq!(read, Some((table.used, table.entries)));
            for (length, _) in bytes.iter().enumerate() {
                let cut = bytes.get(..length).and_then(Names::read);
                assert!(cut.is_none(), "{length} of {}", bytes.len());
            }
            let mut counted = bytes.clone();
            counted.iter_mut().take(1).for_each(|count| *count += 1);
            bytes.push(0);
            assert!(Names::read(&counted).is_none() && Names::read(&bytes).is_none());
        }
    }

    #[test]
    fn a_bucket_is_full_before_it_needs_memory_of_its_own() {
        let entries = (0..).map(|number| (number * 3, number));
        let bucket: Bucket = entries.clone().take(INLINE).collect();
        assert!(bucket.more.is_none());
        let bucket: Bucket = entries.take(INLINE + 1).collect();
        assert_eq!(bucket.more.map(|more| *more), Some(vec![(21, 7)]));
    }

    #[test]
    fn every_name_is_found_while_the_table_grows_and_shrinks() {
        let mut names = Names::default();
        assert_eq!(names.find("nobody", |_| true), None);
        for number in 0..5_000 {
            names.insert(format!("name {number}").as_str(), number);
            names.insert(format!("name {number}").as_str(), number);
        }
        for number in (0..5_000).step_by(3) {
            names.remove(format!("name {number}").as_str(), number);
        }
        for number in 0..5_000 {
            let name = format!("name {number}");
            assert_eq!(has(&names, &name, number), number % 3 != 0, "{name}");
        }
        let mut at_once = Names::of((0..5_000).map(|n| (format!("name {n}"), n)));
        for number in 5_000..6_000 {
            at_once.insert(format!("name {number}"), number);
        }
        for number in 0..6_000 {
            assert!(has(&at_once, &format!("name {number}"), number), "{number}");
        }
        for table in [&names, &at_once] {
            let mut bytes = Vec::new();
            table.write(&mut bytes).unwrap();
            let again = Names::read(&bytes).unwrap();
            for number in 0..6_000 {
                let name = format!("name {number}");
                let found = has(table, &name, number);
                assert_eq!(has(&again, &name, number), found, "{name}");
            }
            assert!(Names::read(&bytes[..bytes.len() - 1]).is_none());
        }
        let fullest = names.buckets.iter().map(|b| b.iter().count()).max();
        assert!(fullest < Some(20), "the hash spreads: {fullest:?}");
    }

    #[test]
    fn of_many_with_one_hash_the_lowest_right_one_is_found() {
        let mut names = Names::default();
        for number in (0..30).rev() {
            names.insert("the same", number);
        }
        for least in 0..30 {
            assert_eq!(names.find("the same", |n| n >= least), Some(least));
        }
        for number in 0..29 {
            names.remove("the same", number);
            names.remove("the same", number);
            assert_eq!(names.find("the same", |_| true), Some(number + 1));
        }
        assert_eq!(names.entries, 1);
    }

    #[test]
    fn buckets_that_nothing_fell_into_are_written_too() {
        let mut names = Names::default();
        for number in 0..200 {
            names.insert("the same", number);
        }
        assert!(names.buckets.end() < names.used, "the last ones are empty");
        let mut bytes = Vec::new();
        names.write(&mut bytes).unwrap();
        let again = Names::read(&bytes).unwrap();
        assert_eq!((again.used, again.entries), (names.used, 200));
        assert_eq!(again.find("the same", |n| n > 150), Some(151));
    }
}
