//! Sets of places, put together from smaller ones.

use strum::IntoEnumIterator;

use super::super::state::Place;

/// Where a command applies: a set of places, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Places(u64);

impl Places {
    /// These places.
    pub const fn of(mut places: &[Place]) -> Self {
        let mut bits = 0;
        while let [first, rest @ ..] = places {
            bits |= 1 << *first as u64;
            places = rest;
        }
        Self(bits)
    }

    /// These places and others.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// These places without others.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether a place is among them.
    pub const fn contains(self, place: Place) -> bool {
        self.0 & (1 << place as u64) != 0
    }

    /// How many there are.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in the order of [`Place`].
    pub fn iter(self) -> impl Iterator<Item = Place> {
        Place::iter().filter(move |place| self.contains(*place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_it_was_made_of() {
        let two = Places::of(&[Place::Models, Place::Working]);
        assert!(two.contains(Place::Working) && !two.contains(Place::Help));
        let three = two.and(Places::of(&[Place::Help, Place::Models]));
        assert_eq!(three.len(), 3);
        let order = [Place::Models, Place::Help, Place::Working];
        assert_eq!(three.iter().collect::<Vec<_>>(), order);
        assert!(three.without(three).is_empty());
        // Each place has a bit of its own.
        assert!(Place::iter().count() <= 64);
    }
}
