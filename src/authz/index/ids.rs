//! Ordered sets of numbers: the lists that the index keeps for whatever can be looked up.

use std::sync::Arc;

/// Up to this many are kept in one piece of memory; more are divided.
const FEW: usize = 64;
/// A piece of many is divided above this size; a change copies one piece.
const PIECE: usize = 512;

/// An ordered set of ids, cheap to clone and to change, and small where it holds few: most people
/// own a handful of models, some groups hold hundreds of thousands.
#[derive(Debug, Clone)]
pub enum Ids<T: Copy + Ord> {
    /// Just this one.
    One(T),
    /// Ascending, at most 64.
    Few(Arc<[T]>),
    /// More than that: ascending pieces, none of them empty.
    Many(Arc<[Arc<[T]>]>, usize),
}

impl<T: Copy + Ord> Default for Ids<T> {
    fn default() -> Self {
        Self::Few(Arc::from([]))
    }
}

/// From a list in ascending order without doubles.
impl<T: Copy + Ord> From<Vec<T>> for Ids<T> {
    fn from(ascending: Vec<T>) -> Self {
        match ascending.as_slice() {
            [one] => Self::One(*one),
            few if few.len() <= FEW => Self::Few(few.into()),
            many => Self::Many(many.chunks(PIECE / 2).map(Arc::from).collect(), many.len()),
        }
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
                let more = with(few, at, id);
                *self = if more.len() > FEW {
                    Self::Many([more].into(), FEW + 1)
                } else {
                    Self::Few(more)
                };
            }
            Self::Many(pieces, len) => {
                let place = place(pieces, id);
                let Some(piece) = pieces.get(place) else {
                    return;
                };
                let Err(at) = piece.binary_search(&id) else {
                    return;
                };
                let more = with(piece, at, id);
                *len += 1;
                if more.len() > PIECE {
                    let (lower, upper) = more.split_at(PIECE / 2);
                    let halves = [Arc::from(lower), Arc::from(upper)];
                    let (before, rest) = pieces.split_at(place);
                    let after = rest.get(1..).unwrap_or_default();
                    *pieces = before.iter().chain(&halves).chain(after).cloned().collect();
                } else if let Some(slot) = Arc::make_mut(pieces).get_mut(place) {
                    *slot = more;
                }
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
            Self::Many(pieces, len) => {
                let place = place(pieces, id);
                let Some(piece) = pieces.get(place) else {
                    return;
                };
                if piece.binary_search(&id).is_err() {
                    return;
                }
                let less: Arc<[T]> = piece.iter().copied().filter(|i| *i != id).collect();
                *len -= 1;
                if less.is_empty() {
                    let others = pieces.iter().enumerate().filter(|(i, _)| *i != place);
                    *pieces = others.map(|(_, piece)| Arc::clone(piece)).collect();
                } else if let Some(slot) = Arc::make_mut(pieces).get_mut(place) {
                    *slot = less;
                }
                if *len <= FEW / 2 {
                    *self = Self::Few(self.iter().collect());
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
            Self::Many(_, len) => *len,
        }
    }

    /// All of them, ascending.
    pub fn iter(&self) -> IdsIter<'_, T> {
        match self {
            Self::One(one) => IdsIter::new(std::slice::from_ref(one), &[]),
            Self::Few(few) => IdsIter::new(few, &[]),
            Self::Many(pieces, _) => IdsIter::new(&[], pieces),
        }
    }

    /// Those after a given one, ascending.
    pub fn after(&self, id: T) -> IdsIter<'_, T> {
        let (piece, rest): (&[T], &[Arc<[T]>]) = match self {
            Self::One(one) => (std::slice::from_ref(one), &[]),
            Self::Few(few) => (few, &[]),
            Self::Many(pieces, _) => {
                let rest = pieces.get(place(pieces, id)..).unwrap_or_default();
                rest.split_first()
                    .map_or((&[], &[]), |(first, rest)| (first, rest))
            }
        };
        let from = piece.partition_point(|i| *i <= id);
        IdsIter::new(piece.get(from..).unwrap_or_default(), rest)
    }
}

/// The piece that an id is in, or would be.
fn place<T: Copy + Ord>(pieces: &[Arc<[T]>], id: T) -> usize {
    let after = pieces.partition_point(|piece| piece.first().is_some_and(|first| *first <= id));
    after.saturating_sub(1)
}

/// A piece with one more in its place.
fn with<T: Copy>(piece: &[T], at: usize, id: T) -> Arc<[T]> {
    let (below, above) = piece.split_at(at);
    [below, &[id], above].concat().into()
}

impl<'a, T: Copy + Ord> IntoIterator for &'a Ids<T> {
    type Item = T;
    type IntoIter = IdsIter<'a, T>;

    fn into_iter(self) -> IdsIter<'a, T> {
        self.iter()
    }
}

/// Walks [`Ids`] upwards.
#[derive(Debug, Clone)]
pub struct IdsIter<'a, T> {
    piece: std::slice::Iter<'a, T>,
    rest: std::slice::Iter<'a, Arc<[T]>>,
}

impl<'a, T> IdsIter<'a, T> {
    fn new(piece: &'a [T], rest: &'a [Arc<[T]>]) -> Self {
        Self {
            piece: piece.iter(),
            rest: rest.iter(),
        }
    }
}

impl<T: Copy> Iterator for IdsIter<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        loop {
            if let Some(id) = self.piece.next() {
                return Some(*id);
            }
            self.piece = self.rest.next()?.iter();
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
        for step in 0u32..9_000 {
            let id = step.wrapping_mul(7919) % 2_003;
            if step % 5 == 4 || step > 5_000 {
                ids.remove(id);
                plain.remove(&id);
            } else {
                ids.insert(id);
                plain.insert(id);
            }
            assert_eq!((ids.len(), ids.is_empty()), (plain.len(), plain.is_empty()));
            if step % 50 > 0 && step > 600 {
                continue;
            }
            assert!(ids.iter().eq(plain.iter().copied()));
            let at_once = Ids::from(plain.iter().copied().collect::<Vec<_>>());
            assert!(at_once.iter().eq(plain.iter().copied()));
            assert!(ids.after(900).eq(plain.range(901..).copied()));
        }
        assert!(ids.is_empty());
    }

    #[test]
    fn what_is_there_is_not_added_and_what_is_not_is_not_taken() {
        let mut one = Ids::from(vec![5]);
        one.insert(5);
        one.remove(6);
        assert!(one.iter().eq([5]));
        let mut many = Ids::from((0..3 * PIECE).collect::<Vec<_>>());
        // A whole piece goes, the others stay.
        for id in PIECE / 2..PIECE {
            many.remove(id);
            many.remove(id);
        }
        assert!(many.iter().eq((0..PIECE / 2).chain(PIECE..3 * PIECE)));
        assert_eq!(many.len(), 3 * PIECE - PIECE / 2);
    }

    #[test]
    fn it_is_counted_right_on_either_side_of_a_few() {
        for begin in [FEW, FEW + 1, FEW + 2, 2 * FEW, 3 * FEW] {
            for end in [begin, 2 * FEW + 1, 2 * FEW, FEW + 1, FEW / 2, 1] {
                let mut ids = Ids::from((0..begin).collect::<Vec<_>>());
                let mut plain: std::collections::BTreeSet<_> = (0..begin).collect();
                for id in end..begin {
                    ids.remove(id);
                    plain.remove(&id);
                    assert_eq!(ids.len(), plain.len(), "{id} of {begin}");
                }
                for id in begin..begin + 3 * FEW {
                    ids.insert(id);
                    plain.insert(id);
                    assert_eq!(ids.len(), plain.len(), "{id} beside {end}");
                }
                assert!(ids.iter().eq(plain.iter().copied()));
            }
        }
    }
}
