//! Choosing who takes over.

use crate::domain::PrincipalId;
use crate::registry::offboarding::successors;

use super::super::super::parts::picker::Picker;
use super::super::super::screen::Act;
use super::super::super::state::State;
use super::super::super::text::count;
use super::{Choosing, Field, Line, Offboarding, draw};

/// So many are suggested for one thing.
const SUGGESTED: usize = 4;

impl Offboarding {
    /// Enter on the list: who takes this over.
    pub(super) fn open(&mut self, state: &mut State) -> Vec<Act> {
        let targets = self.chosen();
        let Some(first) = targets.first().copied() else {
            match self.line() {
                Some(Line::Head(group)) => {
                    let title = self.survey().groups.get(group).map(|g| g.title);
                    let folded = title.is_some_and(|t| self.folded.contains(t));
                    self.fold(state, !folded);
                }
                Some(line) => {
                    if let Some(row) = self.row(line) {
                        let fate = draw::fate_in_words(state, row);
                        state.say(format!("By the plan: {fate}."), false);
                    }
                }
                None => {}
            }
            return Vec::new();
        };
        let title = match targets.as_slice() {
            [one] => state.snapshot.target_label(*one),
            many => count(many.len(), "thing", "things"),
        };
        let snapshot = &state.snapshot;
        let fitting = successors(snapshot, self.leaver, first, state.now, SUGGESTED);
        let fitting = fitting.into_iter();
        let mut offered: Vec<(PrincipalId, String)> = fitting
            .map(|s| (s.principal, s.because.words(snapshot)))
            .collect();
        for other in &self.draft.to.because {
            if !offered.iter().any(|(id, _)| *id == other.0) {
                offered.push(other.clone());
            }
        }
        self.choosing = Some(Choosing {
            picker: Picker::suggesting(snapshot, offered).without(snapshot, self.leaver),
            targets,
            title,
        });
        Vec::new()
    }

    pub(super) fn choose(&mut self, state: &mut State) -> Vec<Act> {
        let Some(choosing) = &mut self.choosing else {
            return Vec::new();
        };
        let Some(who) = choosing.picker.choose(&state.snapshot) else {
            let text = "Nobody fits: type another name, or esc to leave it.";
            return vec![Act::Warn(text.to_owned())];
        };
        let targets = std::mem::take(&mut choosing.targets);
        self.draft
            .named
            .extend(targets.into_iter().map(|t| (t, who)));
        self.choosing = None;
        self.marks.clear();
        self.foresee(state);
        Vec::new()
    }

    /// Back to whoever is suggested.
    pub(super) fn unchoose(&mut self, state: &mut State) {
        if self.field == Field::To {
            self.draft.to.clear();
        } else {
            for target in self.chosen() {
                self.draft.named.remove(&target);
            }
        }
        self.foresee(state);
    }
}
