//! Finding what a question is about, by name, as one types: models, model groups, jobs, operations,
//! experiments, environments.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use crate::authz::{ListKind, lists};
use crate::domain::{EnvironmentId, PrincipalId, ResourceId, ResourceRef, Revision, Target};

use super::super::super::parts::corpus::Corpus;
use super::super::super::parts::input::{Edited, Input};
use super::super::super::screen::{Answer, Ticket};
use super::super::super::state::{Lens, State};
use super::known::may_name;

/// At most so many candidates are offered; typing more narrows them.
const SHOWN: usize = 6;

/// What the names that are looked through depend on.
type Basis = (Revision, PrincipalId, Option<EnvironmentId>);

/// A text line with candidates below it.
#[derive(Debug, Default)]
pub struct Targets {
    /// What was typed.
    pub input: Input,
    /// What fits, best first; the viewer's own models while nothing is typed.
    pub candidates: Vec<Target>,
    /// How many fit besides those offered.
    pub more: usize,
    /// The candidate under the cursor.
    pub row: usize,
    /// What was chosen.
    pub chosen: Option<Target>,
    corpus: Arc<Corpus<Target>>,
    basis: Option<Basis>,
    reading: Option<Ticket>,
    finding: Option<Ticket>,
    /// What the search under way looks for.
    typed: String,
}

impl Targets {
    /// With something chosen already.
    pub fn choosing(state: &State, chosen: Option<Target>) -> Self {
        let label = chosen.map(|on| state.snapshot.target_label(on));
        Self {
            input: Input::new(&label.unwrap_or_default()),
            chosen,
            ..Self::default()
        }
    }

    /// Whether names are still being read or searched.
    pub const fn is_busy(&self) -> bool {
        self.reading.is_some() || self.finding.is_some()
    }

    /// Takes an editing key; says whether it was one. What is typed over a choice begins anew.
    pub fn key(&mut self, state: &mut State, key: KeyEvent) -> bool {
        if self.chosen.take().is_some() {
            self.input = Input::default();
        }
        let edited = self.input.key(key);
        if edited == Edited::Changed {
            self.look(state);
        }
        edited.is_taken()
    }

    /// Takes pasted text.
    pub fn paste(&mut self, state: &mut State, text: &str) {
        if self.chosen.take().is_some() {
            self.input = Input::default();
        }
        self.input.paste(text);
        self.look(state);
    }

    /// Moves among the candidates.
    pub fn step(&mut self, down: bool) {
        let last = self.candidates.len().saturating_sub(1);
        self.row = if down {
            (self.row + 1).min(last)
        } else {
            self.row.saturating_sub(1)
        };
    }

    /// The candidate under the cursor.
    pub fn at_cursor(&self) -> Option<Target> {
        self.candidates.get(self.row).copied()
    }

    /// Chooses the candidate under the cursor.
    pub fn choose(&mut self, state: &State) -> Option<Target> {
        let on = self.at_cursor()?;
        self.set(state, on);
        Some(on)
    }

    /// Chooses.
    pub fn set(&mut self, state: &State, on: Target) {
        self.chosen = Some(on);
        self.input = Input::new(&state.snapshot.target_label(on));
    }

    /// Asks about everything again.
    pub fn clear(&mut self) {
        self.chosen = None;
        self.input = Input::default();
        self.candidates.clear();
        self.row = 0;
    }

    /// Looks for candidates; names are read first when they have changed.
    pub fn look(&mut self, state: &mut State) {
        self.row = 0;
        self.read(state);
        let typed = self.input.text().trim().to_owned();
        if typed.is_empty() {
            self.offer(own(state));
        } else if let Some(exact) = exact(state, &typed) {
            self.offer(vec![exact]);
        } else if !state.is_large() {
            let found = self.corpus.find(&typed);
            self.offer(found);
        } else if self.finding.is_none() && self.reading.is_none() {
            let corpus = Arc::clone(&self.corpus);
            self.typed.clone_from(&typed);
            self.finding = Some(state.compute(move || corpus.find(&typed)));
        }
    }

    fn read(&mut self, state: &mut State) {
        let basis = (state.snapshot.revision(), state.viewer(), state.scope);
        if self.basis == Some(basis) {
            return;
        }
        self.basis = Some(basis);
        let lens = state.lens();
        if state.is_large() {
            self.reading = Some(state.compute(move || Arc::new(names(&lens))));
        } else {
            self.corpus = Arc::new(names(&lens));
        }
    }

    fn offer(&mut self, found: Vec<Target>) {
        self.more = found.len().saturating_sub(SHOWN);
        self.candidates = found.into_iter().take(SHOWN).collect();
    }

    /// Takes names, or what fits, that were worked out outside.
    pub fn answered(
        &mut self,
        state: &mut State,
        ticket: Ticket,
        answer: &mut Option<Answer>,
    ) -> bool {
        if self.reading == Some(ticket) {
            self.reading = None;
            if let Some(names) = answer.take().and_then(|a| a.downcast().ok()) {
                let names: Box<Arc<Corpus<Target>>> = names;
                self.corpus = *names;
                self.look(state);
            } else {
                // It failed: the next letter reads them again.
                self.basis = None;
            }
            return true;
        }
        if self.finding == Some(ticket) {
            self.finding = None;
            if let Some(found) = answer.take().and_then(|a| a.downcast().ok()) {
                let found: Box<Vec<Target>> = found;
                self.offer(*found);
            } else {
                return true;
            }
            // Somebody types faster than a million names are searched.
            if self.typed != self.input.text().trim() && self.chosen.is_none() {
                self.look(state);
            }
            return true;
        }
        false
    }
}

/// The viewer's own models, to begin with.
fn own(state: &State) -> Vec<Target> {
    let (viewer, now) = (state.viewer(), state.now);
    let kind = ListKind::MyModels;
    let page = lists::page(&state.snapshot, kind, viewer, now, None, SHOWN);
    let rows = page.rows.into_iter().map(|r| r.resource);
    let covered = rows.filter(|id| state.lens().covers(*id));
    covered.map(Target::Resource).collect()
}

/// What an id that was typed whole names: the way to a version, a run or a container.
fn exact(state: &State, typed: &str) -> Option<Target> {
    let id = ResourceRef::parse(typed)
        .ok()
        .filter(|_| typed.contains('/'))?;
    let on = state.snapshot.find(&id).ok()?;
    may_name(&state.lens(), on).then_some(on)
}

/// Everything that the viewer may know of, with its name, id and environment.
fn names(lens: &Lens) -> Corpus<Target> {
    let snapshot = &lens.snapshot;
    let in_scope = |id: EnvironmentId| lens.scope.is_none_or(|scope| scope == id);
    let places = snapshot.places().filter(|(id, _)| in_scope(*id));
    let places = places.map(|(id, place)| {
        let environment = &place.environment;
        let text = format!("{} {}", environment.label(), environment.id);
        (Target::Environment(id), text.to_lowercase())
    });
    let resources = (0..snapshot.counters().resource).map(ResourceId);
    let resources = resources.filter_map(|id| {
        let environment = snapshot.row(id)?.environment;
        let on = Target::Resource(id);
        let known = in_scope(environment) && may_name(lens, on);
        let (label, own) = snapshot.resource_names(id)?;
        let place = &snapshot.place(environment)?.environment.id;
        known.then(|| (on, format!("{label} {own} {place}").to_lowercase()))
    });
    Corpus::new(places.chain(resources))
}
