//! Offboarding: everything that a leaver owns and holds, on every platform, with a successor for each
//! thing owned; one plan, a typed word, and a receipt that stays on the journal entry.

mod choose;
mod draft;
mod draw;
mod list;
pub mod receipt;
mod survey;
mod work;

use std::collections::BTreeSet;
use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use strum::IntoStaticStr;

use crate::domain::{PrincipalId, ResourceId, Revision, Target};
use crate::registry::oversight::{self, Oversight};

use super::super::commands::CommandId;
use super::super::parts::picker::Picker;
use super::super::parts::scroll::{Cursor, Step};
use super::super::parts::spots::Spot;
use super::super::screen::{Act, Answer, Reply, Screen, Ticket};
use super::super::state::{Place, State};
use super::super::text::count;
use super::entry::Entry;
use super::foreseen::Foreseen;
use super::form;
use draft::Draft;
use survey::{Fate, Survey};

/// A group with more rows than this starts folded, so that all groups are in sight.
const FOLDED: usize = 12;

/// What has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
enum Field {
    List,
    #[strum(serialize = "To all")]
    To,
    Then,
    Reason,
}

const ORDER: [Field; 4] = [Field::List, Field::To, Field::Then, Field::Reason];

/// A line of the list: a group's heading, or one of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Head(usize),
    Item(usize, usize),
}

/// Somebody being chosen for some of the things.
#[derive(Debug)]
struct Choosing {
    picker: Picker,
    targets: Vec<Target>,
    title: String,
}

/// Why nobody can be offboarded now.
pub(in crate::tui) fn disabled(state: &State, person: Option<PrincipalId>) -> Option<String> {
    let Some(person) = person else {
        return Some("Nobody is selected.".to_owned());
    };
    let leaves = state
        .snapshot
        .principal(person)
        .is_some_and(|p| p.is_actor());
    if !leaves {
        return Some("Only people and service accounts leave.".to_owned());
    }
    oversight::why_not(&state.actor, Oversight::Offboard).map(str::to_owned)
}

/// What to do about things that nobody takes over.
fn missing(without: usize) -> String {
    let things = count(without, "thing has", "things have");
    format!(
        "{things} no successor: enter chooses for one or the marked, A marks all, To all takes the rest."
    )
}

/// The screen.
#[derive(Debug)]
pub struct Offboarding {
    leaver: PrincipalId,
    draft: Draft,
    field: Field,
    survey: Option<Arc<Survey>>,
    reading: Option<Ticket>,
    revision: Option<Revision>,
    folded: BTreeSet<&'static str>,
    marks: BTreeSet<Target>,
    anchor: Option<usize>,
    cursor: Cursor,
    choosing: Option<Choosing>,
    foreseen: Foreseen,
    committed: bool,
    /// The receipt, once it is done.
    receipt: Option<Entry>,
}

impl Offboarding {
    /// The offboarding of somebody, with whoever is suggested for each thing.
    pub fn new(state: &State, leaver: PrincipalId) -> Self {
        let person = state.snapshot.principal(leaver);
        let status = person.map_or(crate::domain::Status::Deleted, |p| p.status());
        let known = person.is_some_and(|p| p.is_known());
        Self {
            leaver,
            draft: Draft::new(status, known),
            field: Field::List,
            survey: None,
            reading: None,
            revision: None,
            folded: BTreeSet::new(),
            marks: BTreeSet::new(),
            anchor: None,
            cursor: Cursor::default(),
            choosing: None,
            foreseen: Foreseen::default(),
            committed: false,
            receipt: None,
        }
    }

    fn survey(&self) -> &Survey {
        static EMPTY: Survey = Survey {
            groups: Vec::new(),
            owned: 0,
            held: 0,
        };
        self.survey.as_deref().unwrap_or(&EMPTY)
    }

    fn turn_field(&mut self, forward: bool) {
        let at = ORDER.iter().position(|f| *f == self.field).unwrap_or(0);
        let next = super::super::parts::tabs::turn(at, ORDER.len(), forward);
        self.field = ORDER.get(next).copied().unwrap_or(Field::List);
    }

    fn turn(&mut self, state: &mut State, forward: bool) {
        match self.field {
            Field::Then => {
                self.draft.then.turn(forward);
                self.foresee(state);
            }
            Field::List => self.fold(state, !forward),
            Field::To | Field::Reason => {}
        }
    }
}

impl Screen for Offboarding {
    fn place(&self) -> Place {
        match (&self.receipt, &self.choosing) {
            (Some(receipt), _) => receipt.place(),
            (None, Some(_)) => Place::Picker,
            (None, None) => Place::Offboard,
        }
    }

    fn crumb(&self, state: &State) -> String {
        match &self.receipt {
            Some(receipt) => receipt.crumb(state),
            None => format!("Offboard {}", state.snapshot.label(self.leaver)),
        }
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        match &self.receipt {
            Some(receipt) => receipt.draw(state, frame, area, focused),
            None => draw::draw(state, self, frame, area),
        }
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        if std::mem::take(&mut self.committed) {
            let newest = state.history.first().cloned();
            let newest = newest.filter(|e| e.stamp.intent == "offboard");
            self.receipt = newest.map(Entry::new);
        }
        if let Some(receipt) = &mut self.receipt {
            return receipt.refresh(state);
        }
        if self.revision != Some(state.snapshot.revision()) {
            self.read(state);
        }
        state.snapshot.principal(self.leaver).is_some()
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        if let Some(receipt) = &mut self.receipt {
            return receipt.perform(state, command);
        }
        if self.choosing.is_some() {
            match command {
                CommandId::Accept => return Some(self.choose(state)),
                CommandId::Back => self.choosing = None,
                _ => return None,
            }
            return Some(Vec::new());
        }
        match command {
            CommandId::NextField | CommandId::PreviousField => {
                self.turn_field(command == CommandId::NextField);
            }
            CommandId::TurnRight | CommandId::TurnLeft => {
                self.turn(state, command == CommandId::TurnRight);
            }
            CommandId::Mark => self.mark(state),
            CommandId::MarkRange => self.mark_range(),
            CommandId::MarkAll => self.mark_all(),
            CommandId::Remove => self.unchoose(state),
            CommandId::Open if self.field == Field::List => return Some(self.open(state)),
            CommandId::Open if self.field == Field::To && self.draft.to.chosen.is_none() => {
                self.draft.to.choose(&state.snapshot);
                self.foresee(state);
                self.field = Field::List;
            }
            CommandId::Open | CommandId::Accept => return Some(self.accept(state)),
            CommandId::Back if !self.marks.is_empty() => self.marks.clear(),
            _ => return None,
        }
        Some(Vec::new())
    }

    fn disabled(&self, state: &State, command: CommandId) -> Option<String> {
        match &self.receipt {
            Some(receipt) => receipt.disabled(state, command),
            None if command == CommandId::Accept && self.choosing.is_none() => self.refused(),
            None => None,
        }
    }

    fn step(&mut self, state: &State, step: Step) {
        if let Some(receipt) = &mut self.receipt {
            receipt.step(state, step);
        } else if let Some(choosing) = &mut self.choosing {
            choosing.picker.step(step.is_down());
        } else if self.field == Field::List {
            let count = self.lines().len();
            self.cursor.step(step, count, draw::list_rows(state));
        } else if self.field == Field::To && self.draft.to.chosen.is_none() {
            self.draft.to.step(step.is_down());
        } else {
            self.turn_field(step.is_down());
        }
    }

    fn unsaved(&self) -> Option<String> {
        let named = self.draft.named.len();
        let begun = named > 0 || self.draft.to.chosen.is_some();
        let open = begun && self.receipt.is_none() && !self.committed;
        open.then(|| form::discards("the chosen successors"))
    }

    fn edits_text(&self) -> bool {
        let typed = matches!(self.field, Field::To | Field::Reason);
        self.receipt.is_none() && (self.choosing.is_some() || typed)
    }

    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        if let Some(choosing) = &mut self.choosing {
            return choosing.picker.key(key, &state.snapshot);
        }
        match self.field {
            Field::To => {
                let had = self.draft.to.chosen.is_some();
                let taken = self.draft.to.key(key, &state.snapshot);
                if taken && had {
                    self.foresee(state);
                }
                taken
            }
            Field::Reason => self.draft.reason.key(key).is_taken(),
            Field::List | Field::Then => false,
        }
    }

    fn paste(&mut self, state: &mut State, text: &str) {
        if let Some(choosing) = &mut self.choosing {
            choosing.picker.paste(text, &state.snapshot);
            return;
        }
        match self.field {
            Field::To => {
                self.draft.to.paste(text, &state.snapshot);
                self.foresee(state);
            }
            Field::Reason => self.draft.reason.paste(text),
            Field::List | Field::Then => {}
        }
    }

    fn point(&mut self, state: &mut State, spot: Spot) -> Option<CommandId> {
        let choosing = self.choosing.as_mut().map(|c| &mut c.picker);
        if let Spot::Offered(place) = spot {
            let taken = match choosing {
                Some(picker) => (picker, CommandId::Accept),
                None => (&mut self.draft.to, CommandId::Open),
            };
            taken.0.row = Some(place);
            return Some(taken.1);
        }
        if choosing.is_none()
            && let Some(name) = spot.field()
        {
            self.draft.to.leave(&state.snapshot);
            self.field = form::named(&ORDER, name).unwrap_or(self.field);
            self.foresee(state);
        }
        spot.command().filter(|_| self.choosing.is_none())
    }

    fn click(&mut self, state: &mut State, area: Rect, _: u16, row: u16) -> bool {
        let places = draw::layout(state, self, area);
        let Some(at) = row
            .checked_sub(places.list.y)
            .filter(|at| *at < places.list.height)
        else {
            return false;
        };
        if self.receipt.is_some() || self.choosing.is_some() {
            return false;
        }
        let at = places.top + usize::from(at);
        let hit = at < self.lines().len();
        if hit {
            self.field = Field::List;
            self.cursor.row = at;
        }
        hit
    }

    fn subject(&self) -> Option<ResourceId> {
        let row = self.line().and_then(|line| self.row(line))?;
        match row.fate {
            Fate::Owned { target, .. } => target.resource(),
            _ => None,
        }
    }

    fn committed(&mut self) -> bool {
        self.committed = true;
        self.receipt.is_none()
    }

    fn answered(&mut self, state: &mut State, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        if self.reading == Some(ticket) {
            self.reading = None;
            let found = answer.take().and_then(|a| a.downcast::<Survey>().ok());
            match found {
                Some(found) => self.take_survey(state, *found),
                // It failed: the next refresh tries it again.
                None => self.revision = None,
            }
            return true;
        }
        self.foreseen.answered(ticket, answer)
    }

    fn foreseen(&mut self) -> Option<&mut Foreseen> {
        Some(&mut self.foreseen)
    }

    /// The plan that was asked for gets its reason as if it were asked for now.
    fn due(&mut self) -> Vec<Act> {
        let there = self.foreseen.outcome().is_some() && self.choosing.is_none();
        let asked = there && self.foreseen.unask();
        asked
            .then_some(Act::Run(CommandId::Accept))
            .into_iter()
            .collect()
    }
}
