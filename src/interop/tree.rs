//! A file as a tree whose every node knows its line, and scalars keep the text they were written
//! with (an id `1.10` is not the number 1.1).

use std::cell::RefCell;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::problem::Step;

/// Deeper files are refused: no format needs it, and readers recurse.
pub(super) const MAX_DEPTH: usize = 64;

/// One node.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Where it is written, counted from 1.
    pub line: usize,
    /// What it is.
    pub value: Value,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Nothing.
    Null,
    /// A truth value and how it was written.
    Bool(bool, String),
    /// A number and how it was written.
    Number(Number, String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Vec<(Key, Node)>),
}

/// A number as far as it fits.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    /// Not negative.
    Whole(u64),
    /// Negative.
    Negative(i64),
    /// With a fraction, or very large.
    Float(f64),
}

/// The key of a mapping's entry.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// Where it is written.
    pub line: usize,
    /// Its text.
    pub text: String,
}

impl Node {
    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The value of a mapping's key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find(|(k, _)| k.text == key)
            .map(|(_, node)| node)
    }

    /// A scalar as text.
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Bool(_, raw) | Value::Number(_, raw) | Value::Text(raw) => Some(raw),
            _ => None,
        }
    }

    /// What it is, in words.
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Null => "nothing".into(),
            Value::Bool(_, raw) | Value::Number(_, raw) => format!("`{raw}`"),
            Value::Text(text) if text.chars().count() <= 40 => format!("`{text}`"),
            Value::Text(_) => "a long text".into(),
            Value::List(_) => "a list".into(),
            Value::Map(_) => "a mapping".into(),
        }
    }

    /// The line of the field that a way leads to, or of the last thing on the way that is there.
    pub fn locate(&self, steps: &[Step]) -> usize {
        let (mut node, mut line) = (self, self.line);
        for step in steps {
            let next = match step {
                Step::Key(key) => node
                    .entries()
                    .iter()
                    .find(|(k, _)| k.text == *key)
                    .map(|(k, inner)| (k.line, inner)),
                Step::Place(place) => node.items().get(*place).map(|inner| (inner.line, inner)),
            };
            let Some((at, inner)) = next else { break };
            (line, node) = (at, inner);
        }
        line
    }
}

/// What the YAML reader yields, before scalars get their text back.
#[derive(Debug)]
pub(super) enum Loose {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Spanned<Loose>>),
    Map(Vec<(Spanned<String>, Spanned<Loose>)>),
}

thread_local! {
    /// Where the reader is. A syntax error knows its line and not its field: this does. The
    /// reader offers no place to carry it, so it lies beside the (single-threaded) call.
    static TRAIL: RefCell<Vec<Step>> = const { RefCell::new(Vec::new()) };
}

/// Forgets the way of the last read, and returns it: after an error, where that happened.
pub(super) fn take_trail() -> Vec<Step> {
    TRAIL.with(RefCell::take)
}

fn enter<E: de::Error>(step: Step) -> Result<(), E> {
    let depth = TRAIL.with(|trail| {
        let mut trail = trail.borrow_mut();
        trail.push(step);
        trail.len()
    });
    if depth > MAX_DEPTH {
        Err(E::custom(TOO_DEEP))
    } else {
        Ok(())
    }
}

fn leave() {
    TRAIL.with(|trail| trail.borrow_mut().pop());
}

/// Said of files nested deeper than [`MAX_DEPTH`].
pub(super) const TOO_DEEP: &str = "the file is nested too deeply";

struct LooseVisitor;

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Null)
    }

    fn visit_none<E>(self) -> Result<Loose, E> {
        Ok(Loose::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose, E> {
        Ok(Loose::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Loose, E> {
        Ok(Loose::Number(Number::Whole(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose, E> {
        Ok(Loose::Number(
            u64::try_from(value).map_or(Number::Negative(value), Number::Whole),
        ))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose, E> {
        Ok(Loose::Number(Number::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose, E> {
        Ok(Loose::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Loose, E> {
        Ok(Loose::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Loose, A::Error> {
        let mut items = Vec::new();
        loop {
            enter(Step::Place(items.len()))?;
            let Some(item) = access.next_element()? else {
                break;
            };
            leave();
            items.push(item);
        }
        leave();
        Ok(Loose::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Loose, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key::<Spanned<String>>()? {
            enter(Step::Key(key.value.clone()))?;
            let value = access.next_value()?;
            leave();
            entries.push((key, value));
        }
        Ok(Loose::Map(entries))
    }
}

/// A text by lines. The parser's columns count bytes; its offsets into the whole text mix bytes
/// and characters, so they are not used.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut starts = vec![0];
        let mut bytes = text.bytes().enumerate().peekable();
        while let Some((at, byte)) = bytes.next() {
            // A lone carriage return ends a line in YAML, too.
            if byte == b'\n' || (byte == b'\r' && bytes.peek().is_none_or(|(_, b)| *b != b'\n')) {
                starts.push(at + 1);
            }
        }
        Self { text, starts }
    }

    /// A plain scalar as it was written, when what stands there means the same.
    fn raw(&self, at: Location, length: usize, means: impl Fn(&str) -> bool) -> Option<String> {
        let line = usize::try_from(at.line()).ok()?.checked_sub(1)?;
        let column = usize::try_from(at.column()).ok()?.checked_sub(1)?;
        let from = self.starts.get(line)?.checked_add(column)?;
        let raw = self.text.get(from..from.checked_add(length)?)?;
        let next = self.text.get(from + length..)?.chars().next();
        let ends = next.is_none_or(|c| !c.is_alphanumeric() && c != '.');
        (ends && means(raw)).then(|| raw.to_owned())
    }

    /// Gives plain scalars the text back that they were written with.
    pub fn node(&self, loose: Spanned<Loose>) -> Node {
        let line = usize::try_from(loose.referenced.line()).unwrap_or(usize::MAX);
        let length = loose.defined.span().len();
        let value = match loose.value {
            Loose::Null => Value::Null,
            Loose::Bool(value) => {
                let raw = self.raw(loose.defined, length, is_word);
                Value::Bool(value, raw.unwrap_or_else(|| value.to_string()))
            }
            Loose::Number(value) => {
                let raw = self.raw(loose.defined, length, |raw| value.may_be(raw));
                Value::Number(value, raw.unwrap_or_else(|| value.to_string()))
            }
            Loose::Text(text) => Value::Text(text),
            Loose::List(items) => Value::List(items.into_iter().map(|i| self.node(i)).collect()),
            Loose::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .map(|(k, v)| (key(k), self.node(v)))
                    .collect(),
            ),
        };
        Node { line, value }
    }
}

fn key(key: Spanned<String>) -> Key {
    let line = usize::try_from(key.referenced.line()).unwrap_or(usize::MAX);
    Key {
        line,
        text: key.value,
    }
}

fn is_word(raw: &str) -> bool {
    !raw.is_empty() && raw.chars().all(|c| c.is_ascii_alphabetic())
}

impl Number {
    #[allow(
        clippy::cast_precision_loss,
        reason = "only to compare with what was read"
    )]
    const fn value(self) -> f64 {
        match self {
            Self::Whole(n) => n as f64,
            Self::Negative(n) => n as f64,
            Self::Float(n) => n,
        }
    }

    /// Whether a text could have been read as this number. Other notations than decimal are taken
    /// on trust.
    fn may_be(self, raw: &str) -> bool {
        let digits = raw.replace('_', "");
        let unsigned = digits.trim_start_matches(['+', '-']);
        let other = ["0x", "0o", "0b"]
            .iter()
            .any(|p| unsigned.to_ascii_lowercase().starts_with(p));
        other
            || digits
                .parse::<f64>()
                .is_ok_and(|n| n.total_cmp(&self.value()).is_eq())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(n) => n.fmt(f),
            Self::Negative(n) => n.fmt(f),
            Self::Float(n) => n.fmt(f),
        }
    }
}
