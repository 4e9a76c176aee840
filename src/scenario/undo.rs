//! Which change an `undo` step takes back.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use crate::domain::JournalEntry;

/// Which of the changes that earlier steps made. A refused step makes none; the document that the
/// scenario begins with is revision 0 and is not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// `undo: {revision: 3}`, or `undo: 3`: the third change of the scenario.
    Revision(u64),
    /// `undo: last`, or `undo: {steps_back: 2}`: so many changes back, the newest being 1. An undo
    /// is a change too.
    Back(usize),
}

impl Undo {
    /// The entry that is meant.
    ///
    /// # Errors
    /// Says how many changes there are.
    pub(super) fn find(self, journal: &[JournalEntry]) -> Result<&JournalEntry, String> {
        let found = match self {
            Self::Revision(revision) => journal.iter().find(|e| e.revision.0 == revision),
            Self::Back(back) => journal
                .len()
                .checked_sub(back)
                .and_then(|place| journal.get(place)),
        };
        found.ok_or_else(|| {
            let count = journal.len();
            format!("There is no such change: the steps so far made {count}.")
        })
    }
}

impl<'de> Deserialize<'de> for Undo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UndoVisitor)
    }
}

struct UndoVisitor;

impl<'de> Visitor<'de> for UndoVisitor {
    type Value = Undo;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("last, a revision, {revision: N} or {steps_back: N}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Undo, E> {
        match text {
            "last" => Ok(Undo::Back(1)),
            other => Err(E::custom(format!(
                "`{other}`: write last, {{revision: N}} or {{steps_back: N}}"
            ))),
        }
    }

    fn visit_u64<E: de::Error>(self, revision: u64) -> Result<Undo, E> {
        Ok(Undo::Revision(revision))
    }

    fn visit_i64<E: de::Error>(self, revision: i64) -> Result<Undo, E> {
        u64::try_from(revision)
            .map(Undo::Revision)
            .map_err(|_| E::custom("a revision is counted from 1"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Undo, A::Error> {
        let undo = match map.next_key::<String>()?.as_deref() {
            Some("revision") => Undo::Revision(map.next_value()?),
            Some("steps_back") => Undo::Back(map.next_value()?),
            _ => return Err(de::Error::custom("write revision or steps_back")),
        };
        if undo == Undo::Back(0) {
            return Err(de::Error::custom("the newest change is 1 step back"));
        }
        match map.next_key::<String>()? {
            None => Ok(undo),
            Some(_) => Err(de::Error::custom("one undo takes one change back")),
        }
    }
}
