//! Permissions as bits: every platform has at most 64 that are decided on.

use std::fmt;

use crate::domain::Platform;

use super::platforms;

/// One permission, by its place in its platform's vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission(pub u8);

/// A set of permissions of one platform.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PermissionSet(u64);

impl Permission {
    /// The permission with this name on a platform. Fabric's and Dataverse's names compare without
    /// case, Google's and OpenSearch's exactly.
    pub fn find(platform: Platform, name: &str) -> Option<Self> {
        platforms::find_permission(platform, name)
    }

    /// The name that the platform uses.
    pub fn name(self, platform: Platform) -> &'static str {
        platforms::vocabulary(platform)
            .get(usize::from(self.0))
            .copied()
            .unwrap_or("?")
    }

    /// The set of just this one.
    pub const fn alone(self) -> PermissionSet {
        PermissionSet(1 << self.0)
    }
}

impl PermissionSet {
    /// Nothing.
    pub const EMPTY: Self = Self(0);

    /// The permissions with these names in a vocabulary. Meant for constants: a name that is not
    /// there does not compile.
    #[allow(
        clippy::indexing_slicing,
        reason = "a constant has no iterators; every index is compared with its length"
    )]
    pub const fn named(vocabulary: &[&str], names: &[&str]) -> Self {
        let mut set = Self::EMPTY;
        let mut n = 0;
        while n < names.len() {
            let mut bit = 0;
            while !same(vocabulary[bit].as_bytes(), names[n].as_bytes()) {
                bit += 1;
            }
            set = Self(set.0 | 1 << bit);
            n += 1;
        }
        set
    }

    /// The first `count` permissions of a vocabulary.
    pub const fn first(count: usize) -> Self {
        if count >= 64 {
            Self(u64::MAX)
        } else {
            Self((1 << count) - 1)
        }
    }

    /// With one more.
    #[must_use]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | 1 << permission.0)
    }

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it is in the set.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission.0) != 0
    }

    /// Whether everything in `other` is here.
    pub const fn contains_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the sets have anything in common.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The members, ascending.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        (0..64).map(Permission).filter(move |p| self.contains(*p))
    }
}

/// Equality of texts, for constants.
#[allow(
    clippy::indexing_slicing,
    reason = "a constant has no iterators; every index is compared with its length"
)]
const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(iter: I) -> Self {
        iter.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|p| p.0)).finish()
    }
}
