//! The keys of a place; enter runs the one under the cursor.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::commands::{Command, CommandId, commands_in, disabled_reason};
use super::super::parts::scroll::{Cursor, Step};
use super::super::parts::table::{self, Column, TableRow};
use super::super::state::{Place, State};
use super::super::view::frame_block;

/// Help for one place.
#[derive(Debug)]
pub struct Help {
    /// The place.
    pub place: Place,
    /// The command under the cursor.
    pub cursor: Cursor,
}

impl Help {
    /// Help for a place.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            cursor: Cursor::default(),
        }
    }

    fn commands(&self) -> Vec<&'static Command> {
        commands_in(self.place).collect()
    }

    /// The command under the cursor.
    pub fn chosen(&self) -> Option<CommandId> {
        self.commands().get(self.cursor.row).map(|c| c.id)
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step, height: usize) {
        let count = self.commands().len();
        self.cursor.step(step, count, height);
    }
}

const COLUMNS: &[Column] = &[
    Column {
        title: "Keys",
        min: 16,
        share: 0,
        give: 0,
    },
    Column {
        title: "",
        min: 30,
        share: 1,
        give: 0,
    },
];

/// A table of keys and what they do.
pub fn draw(state: &State, help: &Help, frame: &mut Frame<'_>, area: Rect) {
    let title = format!(" Keys: {} ", help.place);
    let block = frame_block(state.theme, &title, true);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let height = usize::from(inner.height).saturating_sub(1);
    let commands = help.commands();
    let mut cursor = help.cursor;
    cursor.keep_visible(commands.len(), height);
    let rows: Vec<TableRow> = commands
        .iter()
        .enumerate()
        .skip(cursor.top)
        .take(height)
        .map(|(place, command)| row(state, command, place == cursor.row))
        .collect();
    table::draw(frame, inner, state.theme, COLUMNS, &rows);
}

fn row(state: &State, command: &Command, selected: bool) -> TableRow {
    let reason = disabled_reason(state, command.id);
    let text = match &reason {
        Some(reason) => format!("{} ({reason})", command.description),
        None => command.description.to_owned(),
    };
    TableRow {
        cells: vec![command.keys.join(", "), text],
        selected,
        marked: false,
        dim: reason.is_some(),
    }
}
