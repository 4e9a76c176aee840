//! Small values that files write as text: words of a fixed list, and moments.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strum::IntoEnumIterator;

use crate::domain::Timestamp;

/// A value of an enumeration, written as its word. An unknown word is an error that lists the
/// known ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Word<T>(pub T);

/// Reads a word of an enumeration.
///
/// # Errors
/// Lists the words that are understood.
pub(super) fn word<T: FromStr + IntoEnumIterator + fmt::Display>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| {
        let known: Vec<String> = T::iter().map(|value| value.to_string()).collect();
        format!(
            "`{text}` is not understood here: write one of {}",
            known.join(", ")
        )
    })
}

impl<'de, T: FromStr + IntoEnumIterator + fmt::Display> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        word(&text).map(Self).map_err(D::Error::custom)
    }
}

impl<T: fmt::Display> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A moment, written as `2027-03-01T00:00:00Z` or `2027-03-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Timestamp::parse(&text).map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
