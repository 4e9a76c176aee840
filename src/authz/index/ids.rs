//! Ordered sets of numbers: the lists that the index keeps for whatever can be looked up.

use std::sync::Arc;

use imbl::OrdSet;

/// Up to this many are kept in one piece of memory; more become a tree.
const FEW: usize = 64;

/// An ordered set of ids, cheap to clone and to change, and small where it holds few: most people
/// own a handful of models, some groups hold hundreds of thousands.
#[derive(Debug, Clone)]
pub enum Ids<T: Copy + Ord> {
    /// Just this one.
    One(T),
    /// Ascending, at most 64.
    Few(Arc<[T]>),
    /// More than that.
    Many(OrdSet<T>),
}

impl<T: Copy + Ord> Default for Ids<T> {
    fn default() -> Self {
        Self::Few(Arc::from([]))
    }
}

impl<T: Copy + Ord> Ids<T> {
    /// Takes one in.
    pub fn insert(&mut self, id: T) {
        match self {
            Self::One(one) if *one == id => {}
            Self::One(one) => *self = Self::Few([(*one).min(id), (*one).max(id)].into()),
            Self::Few(few) if few.is_empty() => *self = Self::One(id),
            Self::Few(few) => {
                let Err(at) = few.binary_search(&id) else {
                    return;
                };
                if few.len() >= FEW {
                    let mut many: OrdSet<T> = few.iter().copied().collect();
                    many.insert(id);
                    *self = Self::Many(many);
                } else {
                    let (below, above) = few.split_at(at);
                    let ids = below.iter().chain(std::iter::once(&id)).chain(above);
                    *few = ids.copied().collect::<Vec<_>>().into();
                }
            }
            Self::Many(many) => {
                many.insert(id);
            }
        }
    }

    /// Takes one out.
    pub fn remove(&mut self, id: T) {
        match self {
            Self::One(one) if *one == id => *self = Self::default(),
            Self::One(_) => {}
            Self::Few(few) => {
                if few.binary_search(&id).is_ok() {
                    *few = few.iter().copied().filter(|i| *i != id).collect();
                }
            }
            Self::Many(many) => {
                many.remove(&id);
                if many.len() <= FEW / 2 {
                    *self = Self::Few(many.iter().copied().collect());
                }
            }
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Few(few) => few.len(),
            Self::Many(many) => many.len(),
        }
    }

    /// All of them, ascending.
    pub fn iter(&self) -> IdsIter<'_, T> {
        match self {
            Self::One(one) => IdsIter::Few(std::slice::from_ref(one).iter()),
            Self::Few(few) => IdsIter::Few(few.iter()),
            Self::Many(many) => IdsIter::Many(many.iter()),
        }
    }

    /// Those after a given one, ascending.
    pub fn after(&self, id: T) -> IdsIter<'_, T> {
        let slice = match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Few(few) => few,
            Self::Many(many) => {
                use std::ops::Bound::{Excluded, Unbounded};
                return IdsIter::Range(many.range((Excluded(id), Unbounded)));
            }
        };
        let from = slice.partition_point(|i| *i <= id);
        IdsIter::Few(slice.get(from..).unwrap_or_default().iter())
    }
}

impl<'a, T: Copy + Ord> IntoIterator for &'a Ids<T> {
    type Item = T;
    type IntoIter = IdsIter<'a, T>;

    fn into_iter(self) -> IdsIter<'a, T> {
        self.iter()
    }
}

/// Walks [`Ids`] upwards.
#[allow(
    missing_debug_implementations,
    reason = "the trees' iterators have none"
)]
pub enum IdsIter<'a, T: Copy + Ord> {
    /// Through one piece of memory.
    Few(std::slice::Iter<'a, T>),
    /// Through a tree.
    Many(imbl::ordset::Iter<'a, T, imbl::shared_ptr::DefaultSharedPtr>),
    /// Through a part of a tree.
    Range(imbl::ordset::RangedIter<'a, T, imbl::shared_ptr::DefaultSharedPtr>),
}

impl<T: Copy + Ord> Iterator for IdsIter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self {
            Self::Few(few) => few.next().copied(),
            Self::Many(many) => many.next().copied(),
            Self::Range(range) => range.next().copied(),
        }
    }
}

/// Everything in any of several sets, ascending and once, one at a time: what the first page of a
/// list costs does not depend on how long the sets are.
pub fn merge<'a, T: Copy + Ord + 'a>(
    sets: impl Iterator<Item = IdsIter<'a, T>>,
) -> impl Iterator<Item = T> {
    let mut sets: Vec<_> = sets.map(Iterator::peekable).collect();
    std::iter::from_fn(move || {
        let least = sets.iter_mut().filter_map(|s| s.peek().copied()).min()?;
        for set in &mut sets {
            let _ = set.next_if_eq(&least);
        }
        Some(least)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behaves_like_an_ordered_set_at_every_size() {
        let mut ids = Ids::default();
        let mut plain = std::collections::BTreeSet::new();
        for step in 0u32..600 {
            let id = step.wrapping_mul(7919) % 200;
            if step % 5 == 4 || step > 450 {
                ids.remove(id);
                plain.remove(&id);
            } else {
                ids.insert(id);
                plain.insert(id);
            }
            assert!(ids.iter().eq(plain.iter().copied()));
            assert!(ids.after(90).eq(plain.range(91..).copied()));
            assert_eq!((ids.len(), ids.is_empty()), (plain.len(), plain.is_empty()));
        }
    }
}
