//! The palette: every command, model and person by name.

use std::collections::BTreeSet;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::authz::{ListKind, lists};
use crate::domain::{PrincipalId, ResourceId, Target};

use super::super::commands::{Command, CommandId, commands_in, disabled_reason};
use super::super::console::Console;
use super::super::facts;
use super::super::parts::find::ranked;
use super::super::parts::input::Input;
use super::super::parts::scroll::{Cursor, Step};
use super::super::parts::table::{self, Column, TableRow};
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::super::view::frame_block;

/// At most this many models are offered; a filter in the list finds more.
const MODELS: usize = 5_000;

/// What an entry stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// Runs a command.
    Run(CommandId),
    /// Opens a model.
    Visit(ResourceId),
    /// Opens a person, a group or a service account.
    Meet(PrincipalId),
}

/// An entry: what it stands for, its name, and what stands beside it.
type Entry = (Choice, String, String);

/// The palette.
#[derive(Debug)]
pub struct Palette {
    input: Input,
    /// What fits, best first.
    entries: Vec<Entry>,
    cursor: Cursor,
    /// Everything there is.
    all: Vec<Entry>,
}

impl Palette {
    /// Everything that can be reached from here.
    pub fn new(console: &Console) -> Self {
        let state = &console.state;
        let commands = commands_in(console.place()).map(|c| command_entry(console, c));
        let models = models(state).into_iter().map(|id| {
            let target = Target::Resource(id);
            let name = state.snapshot.target_label(target);
            (Choice::Visit(id), name, state.snapshot.target_id(target))
        });
        let people = state.snapshot.principals().filter(|(_, p)| p.is_known());
        let people = people.take(MODELS).map(|(id, p)| {
            let about = format!(
                "{}  {}",
                p.reference(),
                facts::describe(&state.snapshot, id)
            );
            (Choice::Meet(id), p.label().to_owned(), about)
        });
        let mut palette = Self {
            input: Input::default(),
            entries: Vec::new(),
            cursor: Cursor::default(),
            all: commands.chain(models).chain(people).collect(),
        };
        palette.find();
        palette
    }

    fn find(&mut self) {
        let all = self.all.iter().map(|entry| {
            let (_, name, detail) = entry;
            (entry.clone(), format!("{name} {detail}"))
        });
        self.entries = ranked(self.input.text(), all);
        self.cursor = Cursor::default();
    }
}

/// The viewer's own models, then all others they may see.
fn models(state: &State) -> Vec<ResourceId> {
    let page = |kind| {
        let (viewer, now) = (state.viewer(), state.now);
        lists::page(&state.snapshot, kind, viewer, now, None, MODELS).rows
    };
    let mut found: Vec<ResourceId> = Vec::new();
    let mut seen = BTreeSet::new();
    for row in page(ListKind::MyModels)
        .into_iter()
        .chain(page(ListKind::AllModels))
    {
        if seen.insert(row.resource) {
            found.push(row.resource);
        }
    }
    found
}

fn command_entry(console: &Console, command: &Command) -> Entry {
    let keys = console.state.keymap.keys(command).join(", ");
    let detail = match disabled_reason(console, command.id) {
        Some(reason) => format!("{keys}  {reason}"),
        None => format!("{keys}  {}", command.description),
    };
    (Choice::Run(command.id), command.title.to_owned(), detail)
}

impl Screen for Palette {
    fn place(&self) -> Place {
        Place::Palette
    }

    fn crumb(&self, _: &State) -> String {
        "Commands".to_owned()
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let title = " Commands, models and people ";
        let block = frame_block(state.theme, title, focused);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let line = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            height: 1,
            ..inner
        };
        let placeholder = "type a command, or the name of a model or a person";
        self.input.draw(frame, line, focused, placeholder);
        let body = Rect {
            y: inner.y + 1,
            height: inner.height.saturating_sub(1),
            ..inner
        };
        let height = usize::from(body.height).saturating_sub(1);
        let mut cursor = self.cursor;
        cursor.keep_visible(self.entries.len(), height);
        let rows: Vec<TableRow> = self
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
        table::draw(frame, body, state.theme, COLUMNS, &rows, None);
    }

    fn perform(&mut self, _: &mut State, command: CommandId) -> Reply {
        if command != CommandId::Accept {
            return None;
        }
        let chosen = self
            .entries
            .get(self.cursor.row)
            .map(|(choice, ..)| *choice);
        let act = chosen.map(|choice| match choice {
            Choice::Run(id) => Act::Run(id),
            Choice::Visit(id) => Act::Visit(id),
            Choice::Meet(id) => Act::Meet(id),
        });
        Some(std::iter::once(Act::Close).chain(act).collect())
    }

    fn step(&mut self, state: &State, step: Step) {
        let height = state.rows().saturating_sub(2);
        self.cursor.step(step, self.entries.len(), height);
    }

    fn edits_text(&self) -> bool {
        true
    }

    fn edit(&mut self, _: &mut State, key: KeyEvent) -> bool {
        let taken = self.input.key(key);
        if taken {
            self.find();
        }
        taken
    }

    fn paste(&mut self, _: &mut State, text: &str) {
        self.input.paste(text);
        self.find();
    }
}

const COLUMNS: &[Column] = &[Column::new("", 18, 1, 0), Column::new("", 24, 3, 1)];
