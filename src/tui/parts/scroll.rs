//! A cursor in a list that is longer than the screen, and how far a text is scrolled.

use std::cell::Cell;

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

/// How far a text is scrolled. It wraps to the room there is, so only whoever draws it knows how many
/// rows it has: the drawing notes what it came to, and the next step starts from there.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The row on top; beyond the last one until the text was drawn.
    top: Cell<usize>,
    /// Rows of the area it was last drawn in.
    height: Cell<usize>,
}

impl Reading {
    /// Scrolls.
    pub fn step(&self, step: Step) {
        let top = self.top.get();
        let page = self.height.get().saturating_sub(1).max(1);
        self.top.set(match step {
            Step::Up => top.saturating_sub(1),
            Step::Down => top.saturating_add(1),
            Step::PageUp => top.saturating_sub(page),
            Step::PageDown => top.saturating_add(page),
            Step::First => 0,
            Step::Last => usize::MAX,
        });
    }

    /// The row on top of a text that is drawn with so many rows into an area of so many: never
    /// further than the text's last row needs.
    pub fn top(&self, rows: usize, height: usize) -> usize {
        let top = self.top.get().min(rows.saturating_sub(height));
        self.top.set(top);
        self.height.set(height);
        top
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_scrolled_to_its_last_row_and_back_at_once() {
        let reading = Reading::default();
        reading.step(Step::Last);
        assert_eq!(reading.top(50, 20), 30);
        reading.step(Step::Down);
        assert_eq!(reading.top(50, 20), 30);
        reading.step(Step::Up);
        assert_eq!(reading.top(50, 20), 29);
        // Another width wraps it to fewer rows.
        assert_eq!(reading.top(10, 20), 0);
        reading.step(Step::PageDown);
        assert_eq!(reading.top(50, 20), 19);
    }

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
