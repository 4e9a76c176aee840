//! What can be asked about: the platform-neutral capabilities and the platforms' own permissions.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoEnumIterator, IntoStaticStr};

/// The verb that the console speaks on every platform. Declared in the order in which they are
/// shown.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Capability {
    /// Be shown it in lists.
    See,
    /// Details, versions, metrics.
    View,
    /// Predict or score with it.
    Run,
    /// Fetch its files.
    Download,
    /// Change it, add versions, publish.
    Edit,
    /// See who else has access.
    ViewAccess,
    /// Give others access.
    Share,
    /// Give it to another owner.
    Reassign,
    /// Remove it.
    Delete,
}

/// Something that can be asked about a resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Action {
    /// A platform-neutral verb.
    Capability(Capability),
    /// A permission, action or method in the platform's own words.
    Native(String),
}

impl Action {
    /// A capability by its name; everything else is taken for the platform's own word.
    pub fn parse(text: &str) -> Self {
        text.parse()
            .map_or_else(|_| Self::Native(text.to_owned()), Self::Capability)
    }

    /// The name as it was asked.
    pub fn name(&self) -> &str {
        match self {
            Self::Capability(capability) => (*capability).into(),
            Self::Native(name) => name,
        }
    }
}

impl From<Capability> for Action {
    fn from(capability: Capability) -> Self {
        Self::Capability(capability)
    }
}

/// A set of capabilities, one bit each.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct CapabilitySet(pub u16);

impl CapabilitySet {
    /// With one more.
    #[must_use]
    pub const fn with(self, capability: Capability) -> Self {
        Self(self.0 | 1 << capability as u16)
    }

    /// Whether it is in the set.
    pub const fn contains(self, capability: Capability) -> bool {
        self.0 & (1 << capability as u16) != 0
    }

    /// What is here and not there.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members, in the order in which they are shown.
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::iter().filter(move |c| self.contains(*c))
    }

    /// The names, blank-separated.
    pub fn words(self) -> String {
        self.iter()
            .map(<&'static str>::from)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl FromIterator<Capability> for CapabilitySet {
    fn from_iter<I: IntoIterator<Item = Capability>>(iter: I) -> Self {
        iter.into_iter().fold(Self::default(), Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_into_it_and_nothing_else() {
        for capability in Capability::iter() {
            let one = CapabilitySet::default().with(capability);
            assert!(!one.is_empty());
            assert!(one.iter().eq([capability]));
            let others: CapabilitySet = Capability::iter().filter(|c| *c != capability).collect();
            assert!(!others.contains(capability));
            let all = others.union(one);
            assert!(all.iter().eq(Capability::iter()));
            assert_eq!(all.union(one), all);
            assert_eq!(all.with(capability), all);
            assert_eq!(all.minus(one), others);
            assert_eq!(one.words(), capability.to_string());
        }
        let two: CapabilitySet = [Capability::Run, Capability::See].into_iter().collect();
        assert_eq!(two.words(), "see run");
        assert_eq!(CapabilitySet::default().words(), "");
    }
}
