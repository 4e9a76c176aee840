//! A persistent array: a clone shares everything, a change copies one short leaf and the two levels
//! above it, and a read is three steps of which only the last one leaves the processor's cache.

use std::sync::Arc;

/// Values in a leaf.
const LEAF: usize = 128;
/// Leaves in a branch.
const BRANCH: usize = 256;

/// Values by number, from 0 on. What was never set is the default.
#[derive(Debug, Clone)]
pub struct Slab<T> {
    branches: Vec<Arc<[Arc<[T]>]>>,
    len: usize,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self {
            branches: Vec::new(),
            len: 0,
        }
    }
}

impl<T: Clone + Default> Slab<T> {
    /// One more than the highest number that was ever set.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// The value with a number.
    pub fn get(&self, at: usize) -> Option<&T> {
        let branch = self.branches.get(at / (LEAF * BRANCH))?;
        branch.get(at / LEAF % BRANCH)?.get(at % LEAF)
    }

    /// Changes the value with a number. Copies what other clones share.
    pub fn edit<R>(&mut self, at: usize, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.reserve(at);
        self.len = self.len.max(at + 1);
        let branch = self.branches.get_mut(at / (LEAF * BRANCH))?;
        let leaf = Arc::make_mut(branch).get_mut(at / LEAF % BRANCH)?;
        Arc::make_mut(leaf).get_mut(at % LEAF).map(change)
    }

    /// Puts a value in place.
    pub fn set(&mut self, at: usize, value: T) {
        self.edit(at, |slot| *slot = value);
    }

    /// Makes room up to and with a number.
    fn reserve(&mut self, at: usize) {
        while self.branches.len() <= at / (LEAF * BRANCH) {
            // All leaves of a new branch are one empty leaf until something is set in them.
            let empty: Arc<[T]> = vec![T::default(); LEAF].into();
            self.branches.push(vec![empty; BRANCH].into());
        }
    }

    /// All values, from 0 to the highest number that was ever set.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let leaves = self.branches.iter().flat_map(|b| b.iter());
        leaves.flat_map(|leaf| leaf.iter()).take(self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_keep_what_they_had() {
        let mut slab: Slab<u32> = Slab::default();
        for (number, at) in (1..).zip([0, 5, LEAF, LEAF * BRANCH + 3, 100_000]) {
            let before = slab.clone();
            slab.set(at, number);
            assert_eq!(slab.get(at), Some(&number));
            assert_eq!(before.get(at).copied().unwrap_or_default(), 0);
        }
        assert_eq!((slab.len(), slab.get(6)), (100_001, Some(&0)));
        assert_eq!(slab.iter().filter(|v| **v > 0).count(), 5);
        assert_eq!(slab.get(usize::MAX), None);
    }
}
