//! A cursor in a list that is longer than the screen.

use super::super::text::grouped;

/// Which row is chosen and which is on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    /// The chosen row.
    pub row: usize,
    /// The row on top.
    pub top: usize,
}

/// A step of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

impl Step {
    /// Whether it goes towards the end.
    pub const fn is_down(self) -> bool {
        matches!(self, Self::Down | Self::PageDown | Self::Last)
    }
}

/// ` 1-9 of 17 `: which rows are in sight; `None` when all are.
pub fn part(top: usize, height: usize, count: usize) -> Option<String> {
    let bottom = (top + height).min(count);
    let shown = grouped(count);
    (count > height).then(|| format!(" {}-{} of {shown} ", grouped(top + 1), grouped(bottom)))
}

impl Cursor {
    /// Moves in a list of `count` rows of which `height` are visible.
    pub fn step(&mut self, step: Step, count: usize, height: usize) {
        let last = count.saturating_sub(1);
        let page = height.saturating_sub(1).max(1);
        self.row = match step {
            Step::Up => self.row.saturating_sub(1),
            Step::Down => (self.row + 1).min(last),
            Step::PageUp => self.row.saturating_sub(page),
            Step::PageDown => (self.row + page).min(last),
            Step::First => 0,
            Step::Last => last,
        };
        self.keep_visible(count, height);
    }

    /// Puts the cursor inside the list and the list around the cursor.
    pub fn keep_visible(&mut self, count: usize, height: usize) {
        let height = height.max(1);
        self.row = self.row.min(count.saturating_sub(1));
        if self.row < self.top {
            self.top = self.row;
        }
        if self.row >= self.top + height {
            self.top = self.row + 1 - height;
        }
        self.top = self.top.min(count.saturating_sub(height));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_stays_in_the_list_and_on_the_screen() {
        let mut cursor = Cursor::default();
        cursor.step(Step::Last, 100, 10);
        assert_eq!(cursor, Cursor { row: 99, top: 90 });
        cursor.step(Step::PageUp, 100, 10);
        assert_eq!(cursor, Cursor { row: 90, top: 90 });
        cursor.step(Step::Up, 100, 10);
        assert_eq!(cursor, Cursor { row: 89, top: 89 });
        cursor.step(Step::Down, 0, 10);
        assert_eq!(cursor, Cursor { row: 0, top: 0 });
    }
}
