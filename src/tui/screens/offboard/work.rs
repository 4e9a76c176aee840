//! What is worked out beside the screen: the survey, and the plan as things are chosen now.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::Target;
use crate::registry::{Refusal, RefusalKey, plan};

use super::super::super::screen::Act;
use super::super::super::state::State;
use super::super::super::text::count;
use super::survey::{Fate, Row, Survey, near, survey};
use super::{FOLDED, Field, Line, Offboarding, draw};

impl Offboarding {
    pub(super) fn read(&mut self, state: &mut State) {
        self.revision = Some(state.snapshot.revision());
        let (snapshot, leaver, now) = (Arc::clone(&state.snapshot), self.leaver, state.now);
        self.reading = Some(state.compute(move || survey(&snapshot, leaver, now)));
        self.foresee(state);
    }

    pub(super) fn foresee(&mut self, state: &mut State) {
        if self.foreseen.ticket.is_some() {
            self.foreseen.again = true;
            return;
        }
        self.foreseen.again = false;
        self.foreseen.outcome = None;
        let (snapshot, actor, now) = (Arc::clone(&state.snapshot), state.actor.clone(), state.now);
        let intent = self.draft.intent(&snapshot, self.leaver).into();
        let work = move || plan(&snapshot, &actor, &intent, now).map(Box::new);
        self.foreseen.ticket = Some(state.compute(work));
    }

    pub(super) fn take_survey(&mut self, state: &State, found: Survey) {
        if self.survey.is_none() {
            let large = found.groups.iter().filter(|g| g.rows.len() > FOLDED);
            self.folded.extend(large.map(|g| g.title));
        }
        let there: BTreeSet<Target> = found.owned().map(|(target, ..)| *target).collect();
        self.marks.retain(|t| there.contains(t));
        self.draft.named.retain(|t, _| there.contains(t));
        let mut likely = found.likely();
        for id in near(&state.snapshot, self.leaver) {
            if !likely.contains(&id) {
                likely.push(id);
            }
        }
        self.draft.to.suggestions = likely;
        if self.draft.to.chosen.is_none() {
            self.draft.to.refresh(&state.snapshot);
        }
        self.survey = Some(Arc::new(found));
        self.keep_visible(state);
    }

    pub(super) fn keep_visible(&mut self, state: &State) {
        let count = self.lines().len();
        self.cursor.keep_visible(count, draw::list_rows(state));
    }

    /// Shows the plan, or what stands in its way.
    pub(super) fn accept(&mut self, state: &State) -> Vec<Act> {
        if self.survey.is_none() {
            return vec![Act::Warn(
                "Still reading what they own and hold.".to_owned(),
            )];
        }
        if self.draft.to.is_open() {
            self.field = Field::To;
            let text = "Choose first who takes everything: enter takes who is under the cursor.";
            return vec![Act::Warn(text.to_owned())];
        }
        let without = self.without();
        if without > 0 {
            self.go_to_first_without(state);
            let things = count(without, "thing has", "things have");
            return vec![Act::Warn(format!(
                "{things} no successor yet; the cursor is on the first."
            ))];
        }
        let word = state.snapshot.principal(self.leaver).map(|p| p.id.clone());
        let verb = "Offboard";
        match &self.foreseen.outcome {
            Some(Ok(plan)) if plan.base == state.snapshot.revision() && self.is_current() => {
                let mut plan = plan.clone();
                // A reason changes nothing that was worked out.
                let intent = self.draft.intent(&state.snapshot, self.leaver);
                plan.stamp.reason.clone_from(&intent.reason);
                plan.stamp.arguments = crate::registry::Intent::from(intent).arguments();
                vec![Act::Confirm { plan, verb, word }]
            }
            Some(Err(refusal)) if self.is_current() => {
                vec![Act::Refuse(Box::new(refusal.clone()))]
            }
            _ => vec![Act::Warn("Still working out what it does.".to_owned())],
        }
    }

    /// Why there is no plan to show, once that is known.
    pub(super) fn refused(&self) -> Option<String> {
        let outcome = self.foreseen.outcome.as_ref().filter(|_| self.is_current());
        match outcome?.as_ref().err()? {
            Refusal::Rule {
                key: RefusalKey::NothingToDo,
                ..
            } => Some("There is nothing left to do for them. esc closes.".to_owned()),
            refusal => Some(refusal.to_string()),
        }
    }

    pub(super) const fn is_current(&self) -> bool {
        self.foreseen.ticket.is_none() && !self.foreseen.again
    }

    /// Puts the cursor on the first thing that nobody takes over.
    pub(super) fn go_to_first_without(&mut self, state: &State) {
        let missing = |row: &Row| match &row.fate {
            Fate::Owned {
                ways, suggested, ..
            } => self.draft.taker(ways, suggested.as_ref()).is_none(),
            _ => false,
        };
        let mut groups = self.survey().groups.iter().enumerate();
        let found =
            groups.find_map(|(at, g)| Some((at, g.title, g.rows.iter().position(missing)?)));
        if let Some((group, title, row)) = found {
            self.folded.remove(title);
            let line = Line::Item(group, row);
            let at = self.lines().iter().position(|l| *l == line);
            self.cursor.row = at.unwrap_or(0);
            self.field = Field::List;
            self.keep_visible(state);
        }
    }
}
