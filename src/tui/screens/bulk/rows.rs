//! What becomes of each row, as a list.

use std::sync::Arc;

use crate::registry::plan::capitalized;
use crate::registry::rows::Outcome as Became;

use super::super::super::parts::prose::Tone;
use super::super::super::parts::table::Column;
use super::super::super::screen::Act;
use super::super::super::state::{Lens, Place, State};
use super::super::list::Rows;
use super::Told;

/// The rows of a file.
#[derive(Debug, Clone)]
pub(super) struct BulkRows {
    pub told: Arc<Vec<Told>>,
    /// What stands on the frame.
    pub title: String,
    /// What is said while there are no rows.
    pub none: String,
}

const COLUMNS: &[Column] = &[
    Column::new("Line", 6, 0, 0),
    Column::new("Becomes", 10, 0, 0),
    Column::new("What", 40, 1, 0),
];

impl BulkRows {
    /// The row written out, for what its cell has no room for.
    pub(super) fn whole(&self, at: usize) -> Vec<(Tone, String)> {
        let Some(row) = self.told.get(at) else {
            return Vec::new();
        };
        let line = |tone, text: String| (tone, text);
        match &row.became {
            Became::Done(what) => vec![line(Tone::Good, format!("{}.", capitalized(what)))],
            Became::Nothing => vec![line(Tone::Dim, "It is so already.".to_owned())],
            Became::Refused(refusal) => {
                let lines = refusal.lines().into_iter();
                lines.map(|text| line(Tone::Bad, text)).collect()
            }
        }
    }
}

impl Rows for BulkRows {
    type Key = usize;

    fn place(&self) -> Place {
        Place::Bulk
    }

    fn title(&self, _: &State) -> String {
        self.title.clone()
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn keys(&self, _: &Lens) -> Vec<usize> {
        (0..self.told.len()).collect()
    }

    fn ordered(&self) -> bool {
        true
    }

    fn cells(&self, _: &Lens, at: usize) -> Vec<String> {
        let Some(row) = self.told.get(at) else {
            return Vec::new();
        };
        let (word, what) = match &row.became {
            Became::Done(what) => ("to do", what.clone()),
            Became::Nothing => ("so already", String::new()),
            Became::Refused(refusal) => ("refused", refusal.to_string()),
        };
        vec![row.line.to_string(), word.to_owned(), what]
    }

    fn order(&self, lens: &Lens, at: usize, column: usize) -> String {
        let cell = self.cells(lens, at).into_iter().nth(column);
        let line = self.told.get(at).map_or(0, |row| row.line);
        match column {
            0 => format!("{line:020}"),
            _ => format!("{}\u{1}{line:020}", cell.unwrap_or_default()),
        }
    }

    fn dim(&self, _: &Lens, at: usize) -> bool {
        let row = self.told.get(at);
        row.is_some_and(|row| row.became == Became::Nothing)
    }

    fn empty(&self, _: &State) -> String {
        self.none.clone()
    }

    fn open(&self, _: &State, at: usize) -> Vec<Act> {
        let text = match self.told.get(at).map(|row| &row.became) {
            Some(Became::Refused(refusal)) => {
                return vec![Act::Refuse(Box::new(refusal.clone()))];
            }
            Some(Became::Done(_)) => "It is part of the plan: ctrl-s shows all of it.",
            _ => "It is so already: nothing has to be done.",
        };
        vec![Act::Say(text.to_owned())]
    }
}
