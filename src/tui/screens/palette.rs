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
use super::super::parts::chooser::Chooser;
use super::super::parts::scroll::Step;
use super::super::parts::table::Column;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};

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

/// An entry: what it stands for, and its row.
type Entry = (Choice, Vec<String>);

/// The palette.
#[derive(Debug)]
pub struct Palette {
    chooser: Chooser<Choice>,
}

impl Palette {
    /// Everything that can be reached from here.
    pub fn new(console: &Console) -> Self {
        let state = &console.state;
        let commands = commands_in(console.place()).map(|c| command_entry(console, c));
        let models = models(state).into_iter().map(|id| {
            let target = Target::Resource(id);
            let name = state.snapshot.target_label(target);
            (
                Choice::Visit(id),
                vec![name, state.snapshot.target_id(target)],
            )
        });
        let people = state.snapshot.principals().filter(|(_, p)| p.is_known());
        let people = people.take(MODELS).map(|(id, p)| {
            let about = format!(
                "{}  {}",
                p.reference(),
                facts::describe(&state.snapshot, id)
            );
            (Choice::Meet(id), vec![p.label().to_owned(), about])
        });
        Self {
            chooser: Chooser::new(commands.chain(models).chain(people).collect()),
        }
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
    (
        Choice::Run(command.id),
        vec![command.title.to_owned(), detail],
    )
}

impl Screen for Palette {
    fn place(&self) -> Place {
        Place::Palette
    }

    fn crumb(&self, _: &State) -> String {
        "Commands".to_owned()
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let drawn = (" Commands, models, people and groups ", COLUMNS);
        let placeholder = "type a command, or the name of a model, a person or a group";
        let line = (focused, placeholder);
        self.chooser.draw(state.theme, frame, area, drawn, line);
    }

    fn perform(&mut self, _: &mut State, command: CommandId) -> Reply {
        if command != CommandId::Accept {
            return None;
        }
        let chosen = self.chooser.chosen().copied();
        let act = chosen.map(|choice| match choice {
            Choice::Run(id) => Act::Run(id),
            Choice::Visit(id) => Act::Visit(id),
            Choice::Meet(id) => Act::Meet(id),
        });
        Some(std::iter::once(Act::Close).chain(act).collect())
    }

    fn step(&mut self, state: &State, step: Step) {
        let height = state.rows().saturating_sub(2);
        self.chooser.step(step, height);
    }

    fn edits_text(&self) -> bool {
        true
    }

    fn edit(&mut self, _: &mut State, key: KeyEvent) -> bool {
        self.chooser.edit(key)
    }

    fn paste(&mut self, _: &mut State, text: &str) {
        self.chooser.paste(text);
    }
}

const COLUMNS: &[Column] = &[Column::new("", 18, 1, 0), Column::new("", 24, 3, 1)];
