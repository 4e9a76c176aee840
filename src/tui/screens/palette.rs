//! The palette: every command, model and person by name.

use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::authz::{ListKind, Snapshot, list};
use crate::domain::{ResourceId, Target};

use super::super::commands::{Command, CommandId, commands_in, disabled_reason};
use super::super::message::Effect;
use super::super::parts::find::ranked;
use super::super::parts::input::Input;
use super::super::parts::scroll::{Cursor, Step};
use super::super::parts::table::{self, Column, TableRow};
use super::super::perform::{perform, show};
use super::super::state::{Layer, State, View};
use super::super::view::frame_block;
use super::detail::{Detail, Tab};

/// What an entry stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Runs a command.
    Run(CommandId),
    /// Opens a model.
    Open(ResourceId),
}

/// The palette.
#[derive(Debug)]
pub struct Palette {
    /// What was typed.
    pub input: Input,
    /// What fits, best first.
    pub entries: Vec<(Choice, String, String)>,
    /// Where the cursor is.
    pub cursor: Cursor,
    /// Everything there is.
    all: Vec<(Choice, String, String)>,
}

impl Palette {
    /// Everything that can be reached from here.
    pub fn new(state: &State) -> Self {
        let place = state.place();
        let mut all: Vec<(Choice, String, String)> = commands_in(place)
            .map(|c| command_entry(state, c))
            .collect();
        let models = list(
            &state.snapshot,
            ListKind::AllModels,
            state.viewer(),
            state.now,
        );
        let mine = list(
            &state.snapshot,
            ListKind::MyModels,
            state.viewer(),
            state.now,
        );
        for row in mine.iter().chain(
            models
                .iter()
                .filter(|r| !mine.iter().any(|m| m.resource == r.resource)),
        ) {
            let target = Target::Resource(row.resource);
            let name = state.snapshot.target_label(target);
            all.push((
                Choice::Open(row.resource),
                name,
                state.snapshot.target_id(target),
            ));
        }
        let mut palette = Self {
            input: Input::default(),
            entries: Vec::new(),
            cursor: Cursor::default(),
            all,
        };
        palette.find();
        palette
    }

    /// Takes an editing key; says whether it was one.
    pub fn key(&mut self, key: KeyEvent, _: &Arc<Snapshot>) -> bool {
        let taken = self.input.key(key);
        if taken {
            self.find();
        }
        taken
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str, _: &Arc<Snapshot>) {
        self.input.paste(text);
        self.find();
    }

    fn find(&mut self) {
        let all = self.all.iter().map(|entry| {
            let (_, name, detail) = entry;
            (entry.clone(), format!("{name} {detail}"))
        });
        self.entries = ranked(self.input.text(), all);
        self.cursor = Cursor::default();
    }

    /// The entry under the cursor.
    pub fn chosen(&self) -> Option<Choice> {
        self.entries
            .get(self.cursor.row)
            .map(|(choice, ..)| *choice)
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step, height: usize) {
        self.cursor.step(step, self.entries.len(), height);
    }
}

fn command_entry(state: &State, command: &Command) -> (Choice, String, String) {
    let keys = command.keys.join(", ");
    let detail = match disabled_reason(state, command.id) {
        Some(reason) => format!("{keys}  {reason}"),
        None => format!("{keys}  {}", command.description),
    };
    (Choice::Run(command.id), command.title.to_owned(), detail)
}

/// Goes where an entry leads.
pub fn go(state: &mut State, choice: Option<Choice>) -> Vec<Effect> {
    match choice {
        None => Vec::new(),
        Some(Choice::Run(id)) => perform(state, id),
        Some(Choice::Open(resource)) => {
            let effects = show(state, View::AllModels);
            let height = state.list_height();
            if let Some(list) = state.list_mut() {
                list.select(resource, height);
            }
            state.layers.push(Layer::Detail(Box::new(Detail::new(
                resource,
                Tab::Overview,
            ))));
            effects
        }
    }
}

const COLUMNS: &[Column] = &[
    Column {
        title: "",
        min: 18,
        share: 1,
        give: 0,
    },
    Column {
        title: "",
        min: 24,
        share: 3,
        give: 1,
    },
];

/// A text line with what fits below it.
pub fn draw(state: &State, palette: &Palette, frame: &mut Frame<'_>, area: Rect) {
    let block = frame_block(state.theme, " Commands and models ", true);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let line = Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        height: 1,
        ..inner
    };
    palette
        .input
        .draw(frame, line, true, "type a command or a model's name");
    let body = Rect {
        y: inner.y + 1,
        height: inner.height.saturating_sub(1),
        ..inner
    };
    let height = usize::from(body.height).saturating_sub(1);
    let mut cursor = palette.cursor;
    cursor.keep_visible(palette.entries.len(), height);
    let rows: Vec<TableRow> = palette
        .entries
        .iter()
        .enumerate()
        .skip(cursor.top)
        .take(height)
        .map(|(place, (_, name, detail))| TableRow {
            cells: vec![name.clone(), detail.clone()],
            selected: place == cursor.row,
            ..TableRow::default()
        })
        .collect();
    table::draw(frame, body, state.theme, COLUMNS, &rows);
}
