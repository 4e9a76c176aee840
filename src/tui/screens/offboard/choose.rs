//! Choosing who takes over.

use super::super::super::parts::picker::Picker;
use super::super::super::screen::Act;
use super::super::super::state::State;
use super::super::super::text::count;
use super::{Choosing, Field, Line, Offboarding, draw};

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
                        state.say(draw::fate_in_words(state, row), false);
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
        let mut offered = Vec::new();
        let suggested = self.survey().owned().find(|(t, ..)| **t == first);
        offered.extend(suggested.and_then(|(_, _, s)| s.map(|s| s.principal)));
        for id in &self.draft.to.suggestions {
            if !offered.contains(id) {
                offered.push(*id);
            }
        }
        self.choosing = Some(Choosing {
            picker: Picker::new(&state.snapshot, offered, false),
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
        if who == self.leaver {
            return vec![Act::Warn(
                "The leaver can't take over from themselves.".to_owned(),
            )];
        }
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
            self.draft.to = Picker::new(
                &state.snapshot,
                std::mem::take(&mut self.draft.to.suggestions),
                false,
            );
        } else {
            for target in self.chosen() {
                self.draft.named.remove(&target);
            }
        }
        self.foresee(state);
    }
}
