//! What must come of a step.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use strum::IntoEnumIterator as _;

use crate::authz::{Check, ReasonKey};
use crate::registry::RefusalKey;

/// What must come of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// It is allowed, or done.
    Allow,
    /// The actor may not; the key of a reason, or the name of the failed check, when one is given.
    Deny(Option<String>),
    /// Contents or state do not fit; the key when one is given.
    Error(Option<String>),
    /// These ids, in any order.
    List(Vec<String>),
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allow => f.write_str("allow"),
            Self::Deny(None) => f.write_str("deny"),
            Self::Deny(Some(key)) => write!(f, "deny: {key}"),
            Self::Error(None) => f.write_str("error"),
            Self::Error(Some(key)) => write!(f, "error: {key}"),
            Self::List(ids) => write!(f, "[{}]", ids.join(", ")),
        }
    }
}

impl<'de> Deserialize<'de> for Expect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExpectVisitor)
    }
}

struct ExpectVisitor;

impl<'de> Visitor<'de> for ExpectVisitor {
    type Value = Expect;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("allow, deny, error, {deny: key}, {error: key} or a list of ids")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Expect, E> {
        match text {
            "allow" => Ok(Expect::Allow),
            "deny" => Ok(Expect::Deny(None)),
            "error" => Ok(Expect::Error(None)),
            other => Err(E::custom(format!("`{other}`: write allow, deny or error"))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Expect, A::Error> {
        let Some(word) = map.next_key::<String>()? else {
            return Err(de::Error::custom("write allow, deny or error"));
        };
        let key: String = map.next_value()?;
        if map.next_key::<String>()?.is_some() {
            return Err(de::Error::custom("one step comes to one thing"));
        }
        if !is_known(&key) {
            return Err(de::Error::custom(format!(
                "`{key}` is no key of a refusal or error"
            )));
        }
        match word.as_str() {
            "deny" => Ok(Expect::Deny(Some(key))),
            "error" => Ok(Expect::Error(Some(key))),
            other => Err(de::Error::custom(format!("`{other}`: write deny or error"))),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Expect, A::Error> {
        let mut ids = Vec::new();
        while let Some(id) = items.next_element()? {
            ids.push(id);
        }
        Ok(Expect::List(ids))
    }
}

/// A misspelled key would never be met; better said at once.
fn is_known(key: &str) -> bool {
    ReasonKey::iter().any(|k| k.as_str() == key)
        || RefusalKey::iter().any(|k| k.as_str() == key)
        || Check::iter().any(|c| <&'static str>::from(c) == key)
}
