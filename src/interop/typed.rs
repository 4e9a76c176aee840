//! A tree as Rust values, through serde, with errors that know their field and line.

use std::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::problem::Step;
use super::tree::{Key, Node, Number, Value};

/// What does not fit, and where.
#[derive(Debug)]
pub(super) struct Fault {
    /// The way to it, innermost step first.
    pub way: Vec<Step>,
    /// The line, once known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

/// Reads a tree as a Rust value.
pub(super) fn read<T: DeserializeOwned>(node: &Node) -> Result<T, Fault> {
    T::deserialize(node)
}

impl Fault {
    fn new(message: impl Into<String>) -> Self {
        Self {
            way: Vec::new(),
            line: None,
            message: message.into(),
        }
    }

    fn on(mut self, line: usize) -> Self {
        self.line = self.line.or(Some(line));
        self
    }

    fn inside(mut self, step: Step) -> Self {
        self.way.push(step);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!(
            "there is no such field here: write one of {}",
            expected.join(", ")
        ))
    }

    fn unknown_variant(word: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!(
            "`{word}` is none of {}: write one of them",
            expected.join(", ")
        ))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("the field is missing: write it").inside(Step::Key(field.to_owned()))
    }
}

fn wrong(node: &Node, expected: &str) -> Fault {
    Fault::new(format!("expected {expected}, found {}", node.describe())).on(node.line)
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ty),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let number = match &self.value {
                Value::Number(Number::Whole(n), _) => <$type>::try_from(*n).ok(),
                Value::Number(Number::Negative(n), _) => <$type>::try_from(*n).ok(),
                _ => None,
            };
            match number {
                Some(number) => visitor.$visit(number),
                None => Err(wrong(self, "a whole number")),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let read = match &self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value, _) => visitor.visit_bool(*value),
            Value::Number(Number::Whole(n), _) => visitor.visit_u64(*n),
            Value::Number(Number::Negative(n), _) => visitor.visit_i64(*n),
            Value::Number(Number::Float(n), _) => visitor.visit_f64(*n),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::List(_) => return self.deserialize_seq(visitor),
            Value::Map(_) => return self.deserialize_map(visitor),
        };
        read.map_err(|fault: Fault| fault.on(self.line))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Bool(value, _) => visitor.visit_bool(*value),
            _ => Err(wrong(self, "true or false")),
        }
    }

    whole_numbers!(
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64
    );

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            // The shortest text of a float reads back as the same float.
            Value::Number(number, raw) => {
                let number = raw.parse().or_else(|_| number.to_string().parse());
                visitor.visit_f64(number.map_err(|_| wrong(self, "a number"))?)
            }
            _ => Err(wrong(self, "a number")),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.scalar() {
            Some(text) => visitor
                .visit_borrowed_str(text)
                .map_err(|fault: Fault| fault.on(self.line)),
            None => Err(wrong(self, "text")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
        .map_err(|fault: Fault| fault.on(self.line))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor
            .visit_newtype_struct(self)
            .map_err(|fault: Fault| fault.on(self.line))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::List(_) | Value::Null => {
                let items = Items {
                    items: self.items().iter(),
                    place: 0,
                };
                visitor
                    .visit_seq(items)
                    .map_err(|fault: Fault| fault.on(self.line))
            }
            _ => Err(wrong(self, "a list")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Map(_) | Value::Null => {
                let entries = Entries {
                    entries: self.entries().iter(),
                    value: None,
                };
                visitor
                    .visit_map(entries)
                    .map_err(|fault: Fault| fault.on(self.line))
            }
            _ => Err(wrong(self, "a mapping")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    /// One of a few words.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.scalar() {
            Some(text) => visitor
                .visit_enum(BorrowedStrDeserializer::new(text))
                .map_err(|fault: Fault| fault.on(self.line)),
            None => Err(wrong(self, "a word")),
        }
    }

    forward_to_deserialize_any! {
        bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

struct Items<'de> {
    items: std::slice::Iter<'de, Node>,
    place: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let Some(node) = self.items.next() else {
            return Ok(None);
        };
        let place = self.place;
        self.place += 1;
        let value = seed.deserialize(node);
        value
            .map(Some)
            .map_err(|fault: Fault| fault.on(node.line).inside(Step::Place(place)))
    }
}

struct Entries<'de> {
    entries: std::slice::Iter<'de, (Key, Node)>,
    value: Option<&'de (Key, Node)>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        self.value = self.entries.next();
        let Some((key, _)) = self.value else {
            return Ok(None);
        };
        let read = seed.deserialize(BorrowedStrDeserializer::new(&key.text));
        read.map(Some)
            .map_err(|fault: Fault| fault.on(key.line).inside(Step::Key(key.text.clone())))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some((key, node)) = self.value.take() else {
            return Err(Fault::new("a value was asked for before its key"));
        };
        seed.deserialize(node)
            .map_err(|fault: Fault| fault.on(key.line).inside(Step::Key(key.text.clone())))
    }
}
