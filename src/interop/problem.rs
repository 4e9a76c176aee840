//! What is wrong with a file, said so that somebody can put it right: file, line, field, sentence.

use std::fmt;

/// One error in a file from outside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    /// The file as it was named.
    pub file: String,
    /// The line, counted from 1; `None` when the problem lies in no line.
    pub line: Option<usize>,
    /// The field, as `environments[0].models[3].owner`; empty for the whole file.
    pub field: String,
    /// What is wrong and what to do next.
    pub message: String,
}

impl Problem {
    /// A problem with a file as a whole.
    pub fn whole(file: &str, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            field: String::new(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.field.is_empty() {
            write!(f, ": {}", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// One step of the way to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into a mapping.
    Key(String),
    /// Into a list.
    Place(usize),
}

/// Writes a way as people read it: `a[3].b`, with odd keys in brackets.
pub(super) fn write_path(steps: &[Step]) -> String {
    let mut out = String::new();
    for step in steps {
        match step {
            Step::Place(place) => out.extend(["[", &place.to_string(), "]"]),
            Step::Key(key) if plain(key) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(key);
            }
            Step::Key(key) => out.extend(["[", &format!("{key:?}"), "]"]),
        }
    }
    out
}

fn plain(key: &str) -> bool {
    !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '@'))
}

/// The way to a field, kept as links so that it costs nothing until something is wrong.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    above: Option<&'a At<'a>>,
    key: &'a str,
    place: Option<usize>,
}

impl<'a> At<'a> {
    /// The file's top.
    pub const TOP: At<'static> = At {
        above: None,
        key: "",
        place: None,
    };

    /// A field of a mapping.
    #[must_use]
    pub const fn key(&'a self, key: &'a str) -> Self {
        Self {
            above: Some(self),
            key,
            place: None,
        }
    }

    /// An entry of a list.
    #[must_use]
    pub const fn index(&'a self, place: usize) -> Self {
        Self {
            above: Some(self),
            key: "",
            place: Some(place),
        }
    }

    /// The steps from the top.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut here = self;
        while let Some(above) = here.above {
            steps.push(
                here.place
                    .map_or_else(|| Step::Key(here.key.to_owned()), Step::Place),
            );
            here = above;
        }
        steps.reverse();
        steps
    }
}
