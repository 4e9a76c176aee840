//! The palette: every command, model and person by name.

use std::collections::BTreeSet;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::authz::{ListKind, lists};
use crate::domain::{PrincipalId, ResourceId, Target};

use super::super::commands::{COMMANDS, Command, CommandId, commands_in, disabled_reason};
use super::super::console::Console;
use super::super::facts;
use super::super::parts::chooser::Chooser;
use super::super::parts::scroll::Step;
use super::super::parts::spots::Spot;
use super::super::parts::table::Column;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};

/// At most this many models are offered; a filter in the list finds more.
const MODELS: usize = 5_000;

/// What an entry stands for.
#[derive(Debug, Clone, Copy)]
enum Choice {
    /// Runs a command.
    Run(CommandId),
    /// A command of other places: says where it works.
    Elsewhere(&'static Command),
    /// Opens a model.
    Visit(ResourceId),
    /// Opens a person, a group or a service account.
    Meet(PrincipalId),
}

/// An entry: what it stands for, its row, and whether it does not apply here and now.
type Entry = (Choice, Vec<String>, bool);

/// The palette.
#[derive(Debug)]
pub struct Palette {
    chooser: Chooser<Choice>,
}

impl Palette {
    /// Everything that can be reached from here.
    /// What was looked for elsewhere in vain is typed already.
    pub fn new(console: &Console, sought: Option<String>) -> Self {
        let state = &console.state;
        let commands = commands_in(console.place()).map(|c| command_entry(console, c));
        let models = models(state).into_iter().map(|id| {
            let target = Target::Resource(id);
            let name = state.snapshot.target_label(target);
            (
                Choice::Visit(id),
                vec![name, state.snapshot.target_id(target)],
                false,
            )
        });
        let people = state.snapshot.principals().filter(|(_, p)| p.is_known());
        let people = people.take(MODELS).map(|(id, p)| {
            let about = format!(
                "{}  {}",
                p.reference(),
                facts::describe(&state.snapshot, id)
            );
            (Choice::Meet(id), vec![p.label().to_owned(), about], false)
        });
        let elsewhere = elsewhere(console.place()).map(|c| {
            let text = format!("{} {}", where_it_works(c), c.description);
            let row = vec![c.title.to_owned(), text];
            (Choice::Elsewhere(c), row, true)
        });
        let mut chooser = Chooser::default();
        chooser.paste(&sought.unwrap_or_default());
        let all = commands.chain(elsewhere).chain(models).chain(people);
        chooser.offer_told(all.collect());
        Self { chooser }
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
    let reason = disabled_reason(console, command.id);
    let dim = reason.is_some();
    let text = reason.unwrap_or_else(|| command.description.to_owned());
    let row = vec![command.title.to_owned(), format!("{keys}  {text}")];
    (Choice::Run(command.id), row, dim)
}

/// Commands that other places have, each once; not those that only move about in a place.
fn elsewhere(here: Place) -> impl Iterator<Item = &'static Command> {
    let moves = |c: &Command| {
        use CommandId as Id;
        matches!(
            c.id,
            Id::Up | Id::Down | Id::PageUp | Id::PageDown | Id::First | Id::Last
        ) || matches!(
            c.id,
            Id::Open | Id::Accept | Id::Back | Id::Help | Id::Palette | Id::SwitchButton
        ) || matches!(
            c.id,
            Id::NextField | Id::PreviousField | Id::TurnRight | Id::TurnLeft | Id::ConfirmNow
        ) || matches!(
            c.id,
            Id::NextTab | Id::PreviousTab | Id::NextView | Id::PreviousView | Id::Preview
        ) || matches!(c.id, Id::NextPane | Id::PreviousPane | Id::Nearest)
    };
    let known = move |c: &Command| commands_in(here).any(|own| own.title == c.title);
    let mut seen: BTreeSet<&'static str> = BTreeSet::new();
    COMMANDS
        .iter()
        .filter(move |c| !moves(c) && !known(c) && seen.insert(c.title))
}

/// `In people, person.`
fn where_it_works(command: &Command) -> String {
    let places: Vec<String> = command
        .places
        .iter()
        .map(|place| place.to_string())
        .collect();
    format!("In {}.", places.join(", "))
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
        self.chooser.draw(state, frame, area, drawn, line);
    }

    fn perform(&mut self, _: &mut State, command: CommandId) -> Reply {
        if self.chooser.perform(command) {
            return Some(Vec::new());
        }
        if command != CommandId::Accept {
            return None;
        }
        let Some(choice) = self.chooser.chosen().copied() else {
            return Some(vec![Act::Warn("Nothing fits what you typed.".to_owned())]);
        };
        let act = match choice {
            Choice::Run(id) => Act::Run(id),
            Choice::Elsewhere(command) => {
                let place = where_it_works(command).to_lowercase();
                Act::Warn(format!("{} works {place}", command.title))
            }
            Choice::Visit(id) => Act::Visit(id),
            Choice::Meet(id) => Act::Meet(id),
        };
        Some(vec![Act::Close, act])
    }

    fn step(&mut self, state: &State, step: Step) {
        let height = state.rows().saturating_sub(4);
        self.chooser.step(step, height);
    }

    fn point(&mut self, _: &mut State, spot: Spot) -> Option<CommandId> {
        self.chooser.point(spot)
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
