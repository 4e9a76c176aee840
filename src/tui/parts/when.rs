//! A moment that is still to come, as people write it. What is said from now (`+2 months`) counts from
//! when it was typed: what was shown before is what is done, however long the panel stays open.

use crossterm::event::KeyEvent;

use crate::domain::Timestamp;

use super::input::{Edited, Input};

/// Times as they are written, for whoever wrote none.
pub const TIMES: &str = "2027-03-01, +2 months, tomorrow 14:00";

/// A line of text that says when.
#[derive(Debug, Clone, Default)]
pub struct When {
    /// The line.
    pub input: Input,
    typed: Option<Timestamp>,
}

impl When {
    /// With a moment in it.
    pub fn new(text: &str) -> Self {
        Self {
            input: Input::new(text),
            typed: None,
        }
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        self.input.text().trim()
    }

    /// Takes a key; says what it did.
    pub fn key(&mut self, key: KeyEvent, now: Timestamp) -> Edited {
        let edited = self.input.key(key);
        if edited == Edited::Changed {
            self.typed = Some(now);
        }
        edited
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str, now: Timestamp) {
        self.input.paste(text);
        self.typed = Some(now);
    }

    fn since(&self, now: Timestamp) -> Timestamp {
        self.typed.unwrap_or(now)
    }

    /// The moment; `None` while nothing is typed, or no moment.
    pub fn moment(&self, now: Timestamp) -> Option<Timestamp> {
        let said = Some(self.text()).filter(|text| !text.is_empty())?;
        Timestamp::read_ahead(said, self.since(now)).ok()
    }

    /// As intents take it; `None` while nothing is typed.
    pub fn written_out(&self, now: Timestamp) -> Option<String> {
        let said = Some(self.text()).filter(|text| !text.is_empty())?;
        Some(Timestamp::written_out(said, self.since(now)))
    }

    /// Why what was typed is no moment; `None` where it is one, or nothing.
    pub fn wrong(&self, now: Timestamp) -> Option<String> {
        let wrong = !self.text().is_empty() && self.moment(now).is_none();
        wrong.then(|| format!("This is not a time. Write {TIMES}."))
    }
}
