//! The keys of a place; enter runs the one under the cursor.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::commands::{Command, CommandId, commands_in, disabled_reason};
use super::super::console::Console;
use super::super::parts::chooser::{mark_rows, told_rows};
use super::super::parts::scroll::{self, Cursor, Step};
use super::super::parts::spots::Spot;
use super::super::parts::table::{self, Column, TableRow};
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::super::text::wrap;
use super::super::view::frame_block;

/// Help for one place.
#[derive(Debug)]
pub struct Help {
    /// The place.
    place: Place,
    /// Its commands, each with the reason why it does not apply now.
    commands: Vec<(&'static Command, Option<String>)>,
    /// The command under the cursor.
    cursor: Cursor,
}

impl Help {
    /// Help for the place that keys go to.
    pub fn new(console: &Console) -> Self {
        let place = console.place();
        let commands = commands_in(place)
            .map(|c| (c, disabled_reason(console, c.id)))
            .collect();
        Self {
            place,
            commands,
            cursor: Cursor::default(),
        }
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

impl Help {
    fn told(&self) -> String {
        let chosen = self.commands.get(self.cursor.row);
        chosen.map_or_else(String::new, |(command, reason)| {
            told(command, reason.as_deref())
        })
    }

    /// Rows below the list, for the row under the cursor written out.
    fn told_rows(&self, inner: Rect) -> u16 {
        told_rows(&self.told(), inner)
    }

    fn draw_told(&self, state: &State, frame: &mut Frame<'_>, inner: Rect, body: Rect) {
        let lines = wrap(&self.told(), usize::from(inner.width).saturating_sub(2));
        for (i, line) in (0..inner.height - body.height).zip(lines) {
            let row = Rect {
                x: inner.x + 1,
                y: body.y + body.height + i,
                width: inner.width.saturating_sub(2),
                height: 1,
            };
            frame.render_widget(Line::styled(line, state.theme.dim()), row);
        }
    }
}

impl Screen for Help {
    fn place(&self) -> Place {
        Place::Help
    }

    fn crumb(&self, _: &State) -> String {
        "Help".to_owned()
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let title = format!(" Keys: {} ", self.place);
        let mut block = frame_block(state.theme, &title, focused);
        let inner = block.inner(area);
        let body = Rect {
            height: inner.height - self.told_rows(inner),
            ..inner
        };
        let height = usize::from(body.height).saturating_sub(1);
        let mut cursor = self.cursor;
        cursor.keep_visible(self.commands.len(), height);
        if let Some(part) = scroll::part(cursor.top, height, self.commands.len()) {
            block = block.title_bottom(Line::styled(part, state.theme.dim()).right_aligned());
        }
        frame.render_widget(block, area);
        self.draw_told(state, frame, inner, body);
        let rows: Vec<TableRow> = self
            .commands
            .iter()
            .enumerate()
            .skip(cursor.top)
            .take(height)
            .map(|(place, (command, reason))| {
                let keys = state.keymap.keys(command).join(", ");
                row(keys, command, reason.as_deref(), place == cursor.row)
            })
            .collect();
        let places = cursor.top..cursor.top + rows.len();
        let drawn = (COLUMNS, &table::needs(&rows));
        table::draw(frame, body, state.theme, drawn, &rows, None);
        mark_rows(state, body, places);
    }

    fn perform(&mut self, _: &mut State, command: CommandId) -> Reply {
        if command != CommandId::Accept {
            return None;
        }
        let chosen = self.commands.get(self.cursor.row);
        let run = chosen.map(|(command, _)| Act::Run(command.id));
        Some(std::iter::once(Act::Close).chain(run).collect())
    }

    fn point(&mut self, _: &mut State, spot: Spot) -> Option<CommandId> {
        if let Spot::Offered(place) = spot {
            self.cursor.row = place;
        }
        spot.command()
    }

    fn step(&mut self, state: &State, step: Step) {
        // What is written out below takes two rows or more; drawing keeps the cursor in sight.
        let height = state.rows().saturating_sub(3);
        self.cursor.step(step, self.commands.len(), height);
    }
}

/// What a command does, and why it does not apply now.
fn told(command: &Command, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{} ({reason})", command.description),
        None => command.description.to_owned(),
    }
}

fn row(keys: String, command: &Command, reason: Option<&str>, selected: bool) -> TableRow {
    TableRow {
        cells: vec![keys, told(command, reason)],
        selected,
        marked: false,
        dim: reason.is_some(),
    }
}
