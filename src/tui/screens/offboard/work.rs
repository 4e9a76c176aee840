//! What is worked out beside the screen: the survey, and the plan as things are chosen now.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::Target;
use crate::registry::intents::Offboard;
use crate::registry::{Refusal, RefusalKey};

use super::super::super::parts::planning::Then;
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
        // A reason makes no difference to anybody.
        let intent = Offboard {
            reason: None,
            ..self.draft.intent(&state.snapshot, self.leaver)
        };
        self.foreseen.follow(state, Some(vec![intent.into()]));
    }

    pub(super) fn take_survey(&mut self, state: &State, found: Survey) {
        if self.survey.is_none() {
            let large = found.groups.iter().filter(|g| g.rows.len() > FOLDED);
            self.folded.extend(large.map(|g| g.title));
        }
        let there: BTreeSet<Target> = found.owned().map(|(target, ..)| *target).collect();
        self.marks.retain(|t| there.contains(t));
        self.draft.named.retain(|t, _| there.contains(t));
        let mut likely = found.likely(&state.snapshot);
        for (id, why) in near(&state.snapshot, self.leaver) {
            if !likely.iter().any(|(known, _)| *known == id) {
                likely.push((id, why));
            }
        }
        self.draft.to.except = Some(self.leaver);
        self.draft.to.suggest(&state.snapshot, likely);
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
        let then = Then {
            verb: "Offboard",
            ..Then::default()
        };
        match self.foreseen.outcome() {
            Some(Ok(prepared)) if prepared.plan.base == state.snapshot.revision() => {
                let mut prepared = prepared.clone();
                let plan = &mut prepared.plan;
                // A reason changes nothing that was worked out.
                let intent = self.draft.intent(&state.snapshot, self.leaver);
                plan.stamp.reason.clone_from(&intent.reason);
                plan.stamp.arguments = crate::registry::Intent::from(intent).arguments();
                vec![Act::Planned {
                    outcome: Ok(prepared),
                    then,
                }]
            }
            Some(Err(refusal)) => vec![Act::Refuse(Box::new(refusal.clone()))],
            None if self.foreseen.is_under_way() => {
                self.foreseen.ask(then);
                Vec::new()
            }
            _ => vec![Act::propose(
                self.draft.intent(&state.snapshot, self.leaver),
                then.verb,
            )],
        }
    }

    /// Why there is no plan to show, once that is known.
    pub(super) fn refused(&self) -> Option<String> {
        match self.foreseen.outcome()?.as_ref().err()? {
            Refusal::Rule {
                key: RefusalKey::NothingToDo,
                ..
            } => Some("There is nothing left to do for them. esc closes.".to_owned()),
            refusal => Some(refusal.to_string()),
        }
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
