//! The lines of the list: folding groups, marking what one successor takes over together.

use std::collections::BTreeSet;

use crate::domain::Target;

use super::super::super::parts::scroll::Step;
use super::super::super::screen::Screen;
use super::super::super::state::State;
use super::survey::{Fate, Row};
use super::{Line, Offboarding};

impl Offboarding {
    pub(super) fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (at, group) in self.survey().groups.iter().enumerate() {
            lines.push(Line::Head(at));
            if !self.folded.contains(group.title) {
                lines.extend((0..group.rows.len()).map(|row| Line::Item(at, row)));
            }
        }
        lines
    }

    pub(super) fn line(&self) -> Option<Line> {
        self.lines().get(self.cursor.row).copied()
    }

    pub(super) fn row(&self, line: Line) -> Option<&Row> {
        match line {
            Line::Head(_) => None,
            Line::Item(group, row) => self.survey().groups.get(group)?.rows.get(row),
        }
    }

    /// What a line stands for that needs a successor: one thing, or all of a group.
    pub(super) fn targets(&self, line: Line) -> Vec<Target> {
        let owned = |row: &Row| match row.fate {
            Fate::Owned { target, .. } => Some(target),
            _ => None,
        };
        match line {
            Line::Head(group) => {
                let group = self.survey().groups.get(group);
                let rows = group.map(|g| g.rows.as_slice()).unwrap_or_default();
                rows.iter().filter_map(owned).collect()
            }
            Line::Item(..) => self.row(line).and_then(owned).into_iter().collect(),
        }
    }

    /// Things that nobody takes over yet.
    pub(super) fn without(&self) -> usize {
        let owned = self.survey().owned();
        owned
            .filter(|(_, ways, suggested)| self.draft.taker(ways, *suggested).is_none())
            .count()
    }

    /// Folds the group of the line under the cursor, or opens it.
    pub(super) fn fold(&mut self, state: &State, fold: bool) {
        let Some(Line::Head(group) | Line::Item(group, _)) = self.line() else {
            return;
        };
        let Some(title) = self.survey().groups.get(group).map(|g| g.title) else {
            return;
        };
        if fold {
            self.folded.insert(title);
        } else {
            self.folded.remove(title);
        }
        if fold {
            let head = self.lines().iter().position(|l| *l == Line::Head(group));
            self.cursor.row = head.unwrap_or(self.cursor.row);
        }
        self.keep_visible(state);
    }

    pub(super) fn mark(&mut self, state: &mut State) {
        let targets = self.line().map(|l| self.targets(l)).unwrap_or_default();
        if targets.is_empty() {
            state.say("Only what is owned needs a successor.", true);
            return;
        }
        let all = targets.iter().all(|t| self.marks.contains(t));
        for target in targets {
            if all {
                self.marks.remove(&target);
            } else {
                self.marks.insert(target);
            }
        }
        self.anchor = Some(self.cursor.row);
        self.step(state, Step::Down);
    }

    pub(super) fn mark_range(&mut self) {
        let from = self.anchor.unwrap_or(self.cursor.row);
        let range = from.min(self.cursor.row)..=from.max(self.cursor.row);
        let lines = self.lines();
        let between = lines.get(range).unwrap_or_default();
        let items = between.iter().filter(|l| matches!(l, Line::Item(..)));
        let targets: Vec<Target> = items.flat_map(|l| self.targets(*l)).collect();
        self.marks.extend(targets);
        self.anchor = Some(self.cursor.row);
    }

    pub(super) fn mark_all(&mut self) {
        let all: BTreeSet<Target> = self.survey().owned().map(|(t, ..)| *t).collect();
        if all == self.marks {
            self.marks.clear();
        } else {
            self.marks = all;
        }
    }

    /// What the next choice is for: the marked things, else what the cursor is on.
    pub(super) fn chosen(&self) -> Vec<Target> {
        if self.marks.is_empty() {
            return self.line().map(|l| self.targets(l)).unwrap_or_default();
        }
        self.marks.iter().copied().collect()
    }
}
