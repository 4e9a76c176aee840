//! Which file: typed with completion, or rows that are pasted instead.

use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::super::commands::CommandId;
use super::super::super::parts::input::{Edited, Input};
use super::super::super::parts::prose::Tone;
use super::super::super::parts::scroll::Step;
use super::super::super::parts::spots::Spot;
use super::super::super::parts::table::Column;
use super::super::super::screen::{Act, Answer, Reply, Screen, Ticket};
use super::super::super::state::{Place, State};
use super::super::super::view::centred;
use super::super::form::{self, Offered};
use super::{Bulk, Origin, completion};

/// Files that are in sight at once.
const SHOWN: usize = 6;
const COLUMNS: &[Column] = &[Column::new("", 40, 1, 0)];

/// The panel.
#[derive(Debug, Default)]
pub struct BulkFile {
    name: Input,
    /// Files that begin as typed.
    found: Vec<String>,
    /// The one under the cursor; none while what is typed is meant.
    row: Option<usize>,
    looking: Option<Ticket>,
    /// Rows that were pasted.
    pasted: Option<Arc<str>>,
}

impl BulkFile {
    /// The place of the first file in sight.
    fn top(&self) -> usize {
        self.row.map_or(0, |row| (row + 1).saturating_sub(SHOWN))
    }

    /// Looks for what begins as typed.
    fn look(&mut self, state: &mut State) {
        self.row = None;
        let typed = self.name.text().to_owned();
        self.looking = Some(state.compute(move || completion::beginning(&typed)));
    }

    /// Takes the file under the cursor, or the only one; says whether there was one.
    fn complete(&mut self, state: &mut State) -> bool {
        let only = (self.found.len() == 1).then_some(0);
        let Some(name) = self.row.or(only).and_then(|at| self.found.get(at)) else {
            return false;
        };
        if *name == self.name.text() {
            return false;
        }
        self.name = Input::new(name);
        self.look(state);
        true
    }
}

impl Screen for BulkFile {
    fn place(&self) -> Place {
        Place::Form
    }

    fn crumb(&self, _: &State) -> String {
        "Bulk".to_owned()
    }

    fn area(&self, _: &State, whole: Rect) -> Rect {
        centred(whole, 76, 14)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, _: bool) {
        let mut sheet = form::panel(state, frame, area, " Bulk changes from a CSV file ");
        let field = ("File", &self.name, "its name; or paste the rows here");
        form::draw_text(state, &mut sheet, frame, field, true);
        let top = self.top();
        let shown = self.found.iter().skip(top).take(SHOWN);
        let offered = Offered {
            columns: COLUMNS,
            rows: shown.map(|name| vec![name.clone()]).collect(),
            dim: Vec::new(),
            chosen: self.row.map(|row| row - top),
            more: self.found.len().saturating_sub(top + SHOWN),
            none: "no CSV file begins like this",
        };
        sheet.keep(4);
        if self.looking.is_none() {
            form::draw_offered(state, &mut sheet, frame, &offered);
        }
        sheet.gap();
        let about = "Its first line says what it is about: resource,member,role,… for shares, \
                     resource,owner,… for owners, group,member,… for memberships. Nothing is \
                     changed before you have seen what becomes of each row.";
        sheet.keep(0);
        sheet.toned(state, frame, &[(Tone::Dim, about.to_owned())]);
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        if self.found.is_empty() && self.looking.is_none() && self.name.text().is_empty() {
            self.look(state);
        }
        true
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::NextField => {
                self.complete(state);
            }
            CommandId::Accept | CommandId::Preview => {
                let typed = self.name.text().trim().to_owned();
                let chosen = self.row.and_then(|at| self.found.get(at).cloned());
                let name = chosen.unwrap_or(typed);
                if name.is_empty() {
                    let text = "Type the name of a file, choose one, or paste its rows.";
                    return Some(vec![Act::Warn(text.to_owned())]);
                }
                if name.ends_with('/') {
                    self.complete(state);
                    return Some(Vec::new());
                }
                let from = Origin::File(completion::path(&name));
                return Some(vec![Act::Close, Act::open(Bulk::new(from))]);
            }
            _ => return None,
        }
        Some(Vec::new())
    }

    fn called(&self, command: CommandId) -> Option<String> {
        let name = match command {
            CommandId::Accept => "try its rows",
            CommandId::NextField => "complete",
            CommandId::Preview => "",
            _ => return None,
        };
        Some(name.to_owned())
    }

    fn step(&mut self, _: &State, step: Step) {
        let last = self.found.len().checked_sub(1);
        self.row = match (self.row, step.is_down()) {
            (None, true) => last.map(|_| 0),
            (Some(row), true) => last.map(|last| (row + 1).min(last)),
            (row, false) => row.and_then(|row| row.checked_sub(1)),
        };
    }

    fn point(&mut self, _: &mut State, spot: Spot) -> Option<CommandId> {
        if let Spot::Offered(place) = spot {
            self.row = Some(self.top() + place);
        }
        spot.command()
    }

    fn edits_text(&self) -> bool {
        true
    }

    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        let edited = self.name.key(key);
        if edited == Edited::Changed {
            self.look(state);
        }
        edited.is_taken()
    }

    /// Rows are tried at once; anything else is the name of a file.
    fn paste(&mut self, state: &mut State, text: &str) {
        if text.trim().contains(['\n', '\r']) {
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            self.pasted = Some(Arc::from(text));
            return;
        }
        self.name.paste(text);
        self.look(state);
    }

    fn answered(&mut self, _: &mut State, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        let own = self.looking == Some(ticket);
        if own {
            self.looking = None;
            let found = answer.take().and_then(|a| a.downcast().ok());
            self.found = found.map_or_else(Vec::new, |found| *found);
        }
        own
    }

    fn due(&mut self) -> Vec<Act> {
        let pasted = self.pasted.take().map(Origin::Pasted);
        let opened = pasted.map(|from| [Act::Close, Act::open(Bulk::new(from))]);
        opened.into_iter().flatten().collect()
    }
}
