//! One screen for every list: what differs between lists is said by [`Rows`], everything one does in
//! a list (sort, filter, mark, open) is here, once.

mod draw;
mod fill;
mod rows;

use std::cell::RefCell;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::{EnvironmentId, PrincipalId, ResourceId};

use super::super::commands::CommandId;
use super::super::parts::corpus::Found;
use super::super::parts::input::{Edited, Input};
use super::super::parts::listing::{Listing, Sort};
use super::super::parts::scroll::Step;
use super::super::parts::table::{self, Needs};
use super::super::screen::{Answer, Reply, Screen, Ticket};
use super::super::state::{Lens, MANY, Place, State};
use super::super::view::{WIDE, calm, frame_block};
use super::pane::{self, Pane};

pub use draw::retry_key;
pub use rows::Rows;

use fill::{Basis, Pending, Worked};

/// A list as a screen.
#[derive(Debug)]
pub struct ListScreen<R: Rows> {
    /// What is listed.
    pub rows: R,
    /// The rows, and where one is in them.
    pub list: Listing<R::Key>,
    /// Rows of the main area that are taken by something else.
    pub inset: usize,
    pane: Pane,
    /// How many rows are set apart.
    apart: usize,
    pending: Pending,
    sorted: bool,
    lens: Option<Lens>,
    basis: Option<Basis>,
    /// What the columns of the rows seen need.
    needs: RefCell<Needs>,
}

impl<R: Rows> ListScreen<R> {
    /// A list that is filled when it is first refreshed.
    pub fn new(rows: R) -> Self {
        Self {
            sorted: !rows.ordered(),
            rows,
            list: Listing::default(),
            inset: 0,
            pane: Pane::default(),
            apart: 0,
            pending: Pending::default(),
            lens: None,
            basis: None,
            needs: RefCell::default(),
        }
    }

    /// Rows that are visible: what titles and the filter line leave.
    fn height(&self, state: &State) -> usize {
        let filter = usize::from(self.list.shows_filter());
        state.rows().saturating_sub(1 + filter + self.inset).max(1)
    }

    /// The marked rows in their order, else the one under the cursor.
    pub fn targets(&self) -> Vec<R::Key> {
        if self.list.marks.is_empty() {
            return self.list.selected.into_iter().collect();
        }
        self.list.marks.iter().copied().collect()
    }

    fn sort_by(&mut self, state: &mut State, sort: Sort) {
        self.list.sort = sort;
        self.sorted = true;
        self.fill(state);
    }

    fn turn_sort(&mut self, state: &mut State) {
        let count = self.rows.columns().len().max(1);
        // What keeps an order of its own is first sorted by the first column.
        let column = if self.sorted {
            (self.list.sort.column + 1) % count
        } else {
            0
        };
        self.sort_by(
            state,
            Sort {
                column,
                backwards: false,
            },
        );
    }

    /// Sorts by a column; by the one that is sorted by already, the other way round.
    fn sort_at(&mut self, state: &mut State, column: usize) {
        let again = self.sorted && self.list.sort.column == column;
        let backwards = again && !self.list.sort.backwards;
        self.sort_by(state, Sort { column, backwards });
    }

    /// Which part of an area is the list's and which the pane's, while there is one.
    fn panes(&self, state: &State, area: Rect) -> Option<(Rect, Rect)> {
        pane::split(state, area).filter(|_| self.pane.is_there())
    }

    /// A command while keys go to the pane: esc and tab lead back, enter opens the page where nobody
    /// is under the cursor.
    fn perform_beside(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::NextPane | CommandId::PreviousPane | CommandId::Back => {
                self.pane.focus(false);
                Some(Vec::new())
            }
            CommandId::Open if self.pane.person().is_none() => {
                Some(self.rows.open(state, self.list.selected?))
            }
            other => self.pane.perform(state, other),
        }
    }
}

impl<R: Rows> Screen for ListScreen<R> {
    fn place(&self) -> Place {
        if self.list.filtering {
            Place::Filter
        } else if self.pane.focused().is_some() {
            Place::Preview
        } else {
            self.rows.place()
        }
    }

    fn crumb(&self, state: &State) -> String {
        self.rows.title(state)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let Some((list, pane)) = self.panes(state, area) else {
            self.draw_list(state, frame, area, focused);
            return;
        };
        // The one that keys go to comes last, and only its row looks chosen.
        if self.pane.focused().is_some() {
            self.draw_list(state, frame, list, false);
            calm(frame.buffer_mut(), list);
            self.pane.draw(state, frame, pane, focused);
        } else {
            self.pane.draw(state, frame, pane, false);
            calm(frame.buffer_mut(), pane);
            self.draw_list(state, frame, list, focused);
        }
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        self.fill(state);
        self.pane.refresh(state);
        true
    }

    fn settle(&mut self, state: &mut State) {
        let shown = self.rows.previews() && state.size.0 >= WIDE;
        let resource = self.subject().filter(|_| shown);
        self.pane.show(state, resource);
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        if self.pane.focused().is_some() {
            return self.perform_beside(state, command);
        }
        let height = self.height(state);
        match command {
            CommandId::NextPane | CommandId::PreviousPane => {
                return self.pane.focus(true).then(Vec::new);
            }
            CommandId::Open => {
                let key = self.list.selected?;
                return Some(self.rows.open(state, key));
            }
            CommandId::Mark => self.list.toggle_mark(height),
            CommandId::MarkRange => self.list.mark_range(),
            CommandId::MarkAll => self.list.mark_all(),
            CommandId::Filter => {
                // A filter starts empty: what was looked for before is done with.
                self.list.filter = Input::default();
                self.list.filtering = true;
                self.find(state);
            }
            // Where nothing fits there is nothing to go to: what the line offers stays at hand.
            CommandId::Accept if self.list.filtering => {
                self.list.filtering = self.list.finds_nothing();
            }
            CommandId::Nearest => {
                if let Some(nearest) = self.list.nearest.take() {
                    self.list.filter = Input::new(&nearest);
                    self.find(state);
                }
            }
            // What was typed is looked for there; esc comes back to it.
            CommandId::Palette if self.list.filtering => {
                self.list.filtering = false;
                return None;
            }
            CommandId::Sort => self.turn_sort(state),
            CommandId::SortBackwards => {
                let sort = self.list.sort;
                self.sort_by(
                    state,
                    Sort {
                        backwards: !sort.backwards,
                        ..sort
                    },
                );
            }
            CommandId::Back => return self.list.peel(height).then(Vec::new),
            other => {
                let targets = self.targets();
                return self.rows.perform(state, &targets, other);
            }
        }
        Some(Vec::new())
    }

    fn called(&self, command: CommandId) -> Option<String> {
        // What else finds it is hinted at where it is of use.
        let vain = self.list.finds_nothing();
        let idle = match command {
            CommandId::Nearest => self.list.nearest.is_none(),
            CommandId::Moment | CommandId::Palette => self.list.filtering && !vain,
            _ => false,
        };
        if idle {
            return Some(String::new());
        }
        let there = command == CommandId::NextPane && self.pane.is_there();
        let name = match self.pane.focused() {
            Some(_) => "list",
            None => "preview",
        };
        there
            .then(|| name.to_owned())
            .or_else(|| self.rows.called(command))
    }

    fn disabled(&self, state: &State, command: CommandId) -> Option<String> {
        let nothing = self.list.selected.is_none();
        let found = !self.list.finds_nothing();
        match command {
            CommandId::Nearest if self.list.nearest.is_none() => {
                Some("There is no other word that may have been meant.".to_owned())
            }
            CommandId::Moment if found && self.list.filtering => {
                Some("The filter has something to show.".to_owned())
            }
            CommandId::Open | CommandId::Mark if nothing => {
                Some("There is nothing here to choose.".to_owned())
            }
            other => self.rows.disabled(state, self.list.selected, other),
        }
    }

    fn step(&mut self, state: &State, step: Step) {
        if self.pane.focused().is_some() {
            self.pane.step(state, step);
            return;
        }
        let height = self.height(state);
        self.list.step(step, height);
    }

    fn edits_text(&self) -> bool {
        self.list.filtering
    }

    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        // The rows have a first and a last one.
        if matches!(key.code, KeyCode::Home | KeyCode::End) {
            return false;
        }
        let edited = self.list.filter.key(key);
        if edited == Edited::Changed {
            self.find(state);
        }
        edited.is_taken()
    }

    fn looks_back(&self, state: &State) -> bool {
        let list = &self.list;
        let narrowed = list.shows_filter() || self.sorted;
        let at_end = list.cursor.row + self.height(state) >= list.shown.len();
        self.rows.goes_back() && (narrowed || at_end)
    }

    fn sought(&self) -> Option<String> {
        let vain = self.list.finds_nothing();
        vain.then(|| self.list.filter.text().trim().to_owned())
    }

    fn paste(&mut self, state: &mut State, text: &str) {
        self.list.filter.paste(text);
        self.find(state);
    }

    fn click(&mut self, state: &mut State, area: Rect, column: u16, row: u16) -> bool {
        let panes = self.panes(state, area);
        let list = panes.map_or(area, |(list, _)| list);
        if let Some((_, pane)) = panes.filter(|(_, pane)| column >= pane.x) {
            return self.pane.click(state, pane, column, row);
        }
        let inner = frame_block(state.theme, "", true).inner(list);
        if row + 1 == list.y + 2 && !self.list.shown.is_empty() {
            let cell = column.saturating_sub(inner.x);
            let needs = self.needs.borrow().clone();
            if let Some(column) = table::column_at(self.rows.columns(), &needs, inner.width, cell) {
                self.sort_at(state, column);
            }
            // It is sorted by, and has nothing to open.
            return false;
        }
        // Frame and titles stand above the rows.
        let Some(place) = row
            .checked_sub(list.y + 2)
            .filter(|_| column < list.x + list.width)
        else {
            return false;
        };
        let place = self.list.cursor.top + usize::from(place);
        let height = self.height(state);
        let hit = place < self.list.shown.len() && usize::from(row - list.y) < height + 2;
        if hit {
            self.list.go(place, height);
        }
        // What brings the keys back opens nothing.
        !self.pane.focus(false) && hit
    }

    fn subject(&self) -> Option<ResourceId> {
        self.rows.resource(self.lens.as_ref()?, self.list.selected?)
    }

    fn marked(&self) -> Vec<ResourceId> {
        // What is done beside the list is done with what is shown there.
        let Some(lens) = self.lens.as_ref().filter(|_| self.pane.focused().is_none()) else {
            return Vec::new();
        };
        let marks = self.list.marks.iter();
        marks.filter_map(|k| self.rows.resource(lens, *k)).collect()
    }

    fn marked_people(&self) -> Vec<PrincipalId> {
        let Some(lens) = &self.lens else {
            return Vec::new();
        };
        let marks = self.list.marks.iter();
        marks.filter_map(|k| self.rows.person(lens, *k)).collect()
    }

    fn unmark(&mut self, resources: &[ResourceId]) {
        let Some(lens) = &self.lens else { return };
        let of = |key: &R::Key| self.rows.resource(lens, *key);
        let marks = &mut self.list.marks;
        marks.retain(|key| of(key).is_none_or(|id| !resources.contains(&id)));
    }

    fn marks(&self) -> usize {
        if self.pane.focused().is_some() {
            return 0;
        }
        self.list.marks.len()
    }

    fn person(&self) -> Option<PrincipalId> {
        if self.pane.focused().is_some() {
            return self.pane.person();
        }
        self.rows.person(self.lens.as_ref()?, self.list.selected?)
    }

    fn environment(&self) -> Option<EnvironmentId> {
        self.rows.environment(self.list.selected?)
    }

    /// What is marked stays marked, so that more can be done with it; esc takes the marks away.
    fn committed(&mut self) -> bool {
        if !self.rows.keeps_marks() {
            self.list.marks.clear();
        }
        true
    }

    fn answered(&mut self, state: &mut State, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        let height = self.height(state);
        if self.pending.rows == Some(ticket) {
            self.pending.rows = None;
            if let Some(worked) = answer.take().and_then(|a| a.downcast().ok()) {
                let worked: Box<Worked<R::Key>> = worked;
                self.take(state, *worked);
            } else {
                // The next refresh tries it again.
                self.basis = None;
                self.pending.failed = true;
            }
            if std::mem::take(&mut self.pending.again) {
                self.fill(state);
            }
            return true;
        }
        if self.pending.find == Some(ticket) {
            self.pending.find = None;
            let found = answer.take().and_then(|a| a.downcast().ok());
            let Some(found) = found else { return true };
            let found: Box<Found<R::Key>> = found;
            self.list.show(*found, height);
            if self.pending.typed != self.list.filter.text() {
                self.find(state);
            }
            return true;
        }
        self.pane.answered(state, ticket, answer)
    }

    fn left(&mut self) {
        // What a filter looks through takes more room than all the rest of a large list.
        if self.list.corpus.keys().len() > MANY {
            self.list.corpus = Arc::new(self.list.corpus.without_texts());
        }
    }

    fn count(&self) -> Option<usize> {
        let read = self.pending.rows.is_none() && !self.pending.failed;
        (self.lens.is_some() && read).then(|| self.list.corpus.keys().len())
    }

    fn select(&mut self, state: &State, resource: ResourceId) {
        if let Some(key) = self.rows.key_of(resource) {
            let height = self.height(state);
            self.list.select(key, height);
        }
    }
}
