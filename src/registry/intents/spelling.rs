//! Other spellings of arguments, as documents and platforms write them: one text for a list of one,
//! `{read: organization}` for a list of privileges, `{auc: 0.9}` for metrics. Intents are written in
//! one form and read in any of these.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// Texts: one, or a list of them.
#[derive(Debug)]
pub struct Texts(pub Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Reader { mapping: false };
        deserializer.deserialize_any(texts).map(Self)
    }
}

/// One text or a list.
pub fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Texts::deserialize(deserializer).map(|texts| texts.0)
}

/// One text, a list, or nothing.
pub fn some_list<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<String>>, D::Error> {
    let texts = Option::<Texts>::deserialize(deserializer)?;
    Ok(texts.map(|texts| texts.0))
}

/// What a role gives: a list, or privileges with their depths as a mapping.
pub fn rights<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    deserializer.deserialize_any(Reader { mapping: true })
}

/// A value as text; a list with commas.
pub fn value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    list(deserializer).map(|items| items.join(","))
}

/// Numbers by name: a mapping, or a list of pairs.
pub fn metrics<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, f64)>, D::Error> {
    deserializer.deserialize_any(Metrics)
}

struct Reader {
    /// Whether a mapping is a list of texts such as `read: organization`.
    mapping: bool,
}

impl<'de> Visitor<'de> for Reader {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<String>, E> {
        Ok(vec![text.to_owned()])
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Vec<String>, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Vec<String>, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Vec<String>, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<String>, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = items.next_element()? {
            texts.push(text);
        }
        Ok(texts)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
        if !self.mapping {
            return Err(de::Error::invalid_type(de::Unexpected::Map, &self));
        }
        let mut texts = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, String>()? {
            texts.push(format!("{key}: {value}"));
        }
        Ok(texts)
    }
}

struct Metrics;

impl<'de> Visitor<'de> for Metrics {
    type Value = Vec<(String, f64)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("numbers by name")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut metrics = Vec::new();
        while let Some(metric) = items.next_element()? {
            metrics.push(metric);
        }
        Ok(metrics)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut metrics = Vec::new();
        while let Some(metric) = map.next_entry()? {
            metrics.push(metric);
        }
        Ok(metrics)
    }
}
