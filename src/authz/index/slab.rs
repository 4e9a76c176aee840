//! A persistent array: a clone shares everything, a change copies a short leaf and the two short
//! branches above it, and a read is four steps of which only the last one leaves the caches.

use std::sync::Arc;

/// Leaves in a twig, twigs in a branch. Every copied pointer touches the memory that it points at,
/// to count it; so the pieces are short.
const WIDTH: usize = 32;

type Leaf<T> = Arc<[T]>;
type Twig<T> = Arc<[Leaf<T>]>;
type Branch<T> = Arc<[Twig<T>]>;

/// Values by number, from 0 on. What was never set is the default. Leaves are longer where values
/// are plain bytes, which copy quickly: there are fewer of them to find.
#[derive(Debug, Clone)]
pub struct Slab<T, const LEAF: usize = 32> {
    branches: Vec<Branch<T>>,
    len: usize,
}

impl<T, const LEAF: usize> Default for Slab<T, LEAF> {
    fn default() -> Self {
        Self {
            branches: Vec::new(),
            len: 0,
        }
    }
}

impl<T: Clone + Default, const LEAF: usize> Slab<T, LEAF> {
    /// Values in a twig and in a branch.
    const TWIG: usize = LEAF * WIDTH;
    const BRANCH: usize = Self::TWIG * WIDTH;

    /// The value with a number.
    #[inline]
    pub fn get(&self, at: usize) -> Option<&T> {
        let branch = self.branches.get(at / Self::BRANCH)?;
        let leaf = branch
            .get(at / Self::TWIG % WIDTH)?
            .get(at / LEAF % WIDTH)?;
        leaf.get(at % LEAF)
    }

    /// Changes the value with a number. Copies what other clones share.
    pub fn edit<R>(&mut self, at: usize, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.reserve(at);
        self.len = self.len.max(at + 1);
        let branch = Arc::make_mut(self.branches.get_mut(at / Self::BRANCH)?);
        let twig = Arc::make_mut(branch.get_mut(at / Self::TWIG % WIDTH)?);
        let leaf = Arc::make_mut(twig.get_mut(at / LEAF % WIDTH)?);
        leaf.get_mut(at % LEAF).map(change)
    }

    /// Puts a value in place.
    pub fn set(&mut self, at: usize, value: T) {
        self.edit(at, |slot| *slot = value);
    }

    /// One more than the highest number that was ever set.
    pub const fn end(&self) -> usize {
        self.len
    }

    /// Makes room up to and with a number.
    fn reserve(&mut self, at: usize) {
        while self.branches.len() <= at / Self::BRANCH {
            // Everything in a new branch is one empty leaf until something is set in it.
            let leaf: Leaf<T> = vec![T::default(); LEAF].into();
            let twig: Twig<T> = vec![leaf; WIDTH].into();
            self.branches.push(vec![twig; WIDTH].into());
        }
    }

    /// All values, from 0 to the highest number that was ever set.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let twigs = self.branches.iter().flat_map(|branch| branch.iter());
        let leaves = twigs.flat_map(|twig| twig.iter());
        leaves.flat_map(|leaf| leaf.iter()).take(self.len)
    }
}

/// Many values at once: nothing is copied on the way.
impl<T: Clone + Default, const LEAF: usize> FromIterator<T> for Slab<T, LEAF> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut values = values.into_iter();
        let mut slab = Self::default();
        let empty: Leaf<T> = vec![T::default(); LEAF].into();
        let unused: Twig<T> = vec![Arc::clone(&empty); WIDTH].into();
        let mut twigs = Vec::with_capacity(WIDTH);
        let mut leaves = Vec::with_capacity(WIDTH);
        let mut leaf: Vec<T> = Vec::with_capacity(LEAF);
        loop {
            leaf.extend(values.by_ref().take(LEAF));
            let taken = leaf.len();
            slab.len += taken;
            if taken > 0 {
                leaf.resize(LEAF, T::default());
                leaves.push(leaf.drain(..).collect());
            }
            let last = taken < LEAF;
            if leaves.len() == WIDTH || (last && !leaves.is_empty()) {
                leaves.resize(WIDTH, Arc::clone(&empty));
                twigs.push(std::mem::take(&mut leaves).into());
            }
            if twigs.len() == WIDTH || (last && !twigs.is_empty()) {
                twigs.resize(WIDTH, Arc::clone(&unused));
                slab.branches.push(std::mem::take(&mut twigs).into());
            }
            if last {
                return slab;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_keep_what_they_had() {
        let mut slab: Slab<u32> = Slab::default();
        for (number, at) in (1..).zip([0, 5, 32, 32_771, 100_000]) {
            let before = slab.clone();
            slab.set(at, number);
            assert_eq!(slab.get(at), Some(&number));
            assert_eq!(before.get(at).copied().unwrap_or_default(), 0);
        }
        assert_eq!((slab.len, slab.get(6)), (100_001, Some(&0)));
        assert_eq!(slab.iter().filter(|v| **v > 0).count(), 5);
        assert_eq!(slab.get(usize::MAX), None);
    }

    #[test]
    fn many_at_once_are_where_single_ones_would_be() {
        for count in [
            0u32, 1, 31, 32, 33, 1_023, 1_024, 1_025, 32_768, 32_769, 70_000,
        ] {
            let mut slab: Slab<u32> = (0..count).collect();
            assert!(slab.iter().copied().eq(0..count), "{count}");
            let at = slab.end();
            slab.set(at, 7);
            assert_eq!(slab.get(at), Some(&7));
            assert!(slab.iter().copied().eq((0..count).chain([7])), "{count}");
        }
    }
}
