//! A list one works in: sorted, filtered, marked. The cursor and the marks stick to keys, not to
//! places, through every refresh.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::corpus::{Corpus, Found};
use super::input::Input;
use super::scroll::{Cursor, Step};

/// The order of a list: a column, and whether it runs backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// The place of the column.
    pub column: usize,
    /// Whether the last comes first.
    pub backwards: bool,
}

/// Rows by their keys.
#[derive(Debug)]
pub struct Listing<K> {
    /// All rows, in order, with what the filter looks through.
    pub corpus: Arc<Corpus<K>>,
    /// The rows that fit the filter, in order.
    pub shown: Arc<Vec<K>>,
    /// Whether no row has the words, and those shown only what they may be short for.
    pub loosely: bool,
    /// What may have been meant, where nothing fits.
    pub nearest: Option<String>,
    /// The row under the cursor.
    pub selected: Option<K>,
    /// Where the cursor is.
    pub cursor: Cursor,
    /// Rows marked for bulk actions.
    pub marks: BTreeSet<K>,
    /// Where a range of marks begins: the row that was marked last.
    pub anchor: Option<K>,
    /// What rows have to fit.
    pub filter: Input,
    /// Whether the filter line has the focus.
    pub filtering: bool,
    /// The order.
    pub sort: Sort,
}

impl<K> Default for Listing<K> {
    fn default() -> Self {
        Self {
            corpus: Arc::default(),
            shown: Arc::default(),
            loosely: false,
            nearest: None,
            selected: None,
            cursor: Cursor::default(),
            marks: BTreeSet::new(),
            anchor: None,
            filter: Input::default(),
            filtering: false,
            sort: Sort::default(),
        }
    }
}

/// Of so many rows the marked are counted.
const COUNTED: usize = 20_000;

impl<K: Copy + Ord> Listing<K> {
    /// Takes rows in their order.
    pub fn set(&mut self, corpus: Arc<Corpus<K>>, height: usize) {
        let found = corpus.search(self.filter.text());
        self.take(corpus, found, height);
    }

    /// Takes rows in their order, and those of them that fit the filter.
    pub fn take(&mut self, corpus: Arc<Corpus<K>>, found: Found<K>, height: usize) {
        let present = |marks: &BTreeSet<K>| -> BTreeSet<K> {
            let keys = corpus.keys().iter();
            keys.filter(|k| marks.contains(k)).copied().collect()
        };
        if !self.marks.is_empty() {
            self.marks = present(&self.marks);
        }
        self.corpus = corpus;
        self.arrange(found, height, true);
    }

    /// Filters anew. The cursor stays on its row as long as that is shown.
    pub fn find(&mut self, height: usize) {
        let found = self.corpus.search(self.filter.text());
        self.show(found, height);
    }

    /// Takes the rows that fit another filter.
    pub fn show(&mut self, found: Found<K>, height: usize) {
        self.arrange(found, height, false);
    }

    /// Takes the rows that fit the filter, which is the same as before or not.
    fn arrange(&mut self, found: Found<K>, height: usize, same: bool) {
        self.shown = found.rows;
        self.loosely = found.loosely;
        self.nearest = found.nearest;
        let kept = self
            .selected
            .and_then(|s| self.shown.iter().position(|k| *k == s));
        self.cursor.row = match kept {
            // Whoever has not moved yet and types means the best fit.
            Some(_) if self.filtering && self.cursor.row == 0 => 0,
            Some(kept) => kept,
            // While one types, a cursor that lost its row goes to the best fit.
            None if self.filtering => 0,
            None if same => self.keep(),
            None => self.cursor.row,
        };
        self.cursor.keep_visible(self.shown.len(), height);
        self.follow();
    }

    /// Keeps the row under the cursor where it was, though something that was done made it fit the filter
    /// no more: what is done next is done with it, and not with whatever came to stand there. Says where
    /// it is.
    fn keep(&mut self) -> usize {
        let row = self.cursor.row.min(self.shown.len());
        let there = |key: &K| self.shows_filter() && self.corpus.keys().contains(key);
        if let Some(selected) = self.selected.filter(there) {
            Arc::make_mut(&mut self.shown).insert(row, selected);
        }
        row
    }

    fn follow(&mut self) {
        self.selected = self.shown.get(self.cursor.row).copied();
    }

    /// Whether something was looked for that no row has.
    pub fn finds_nothing(&self) -> bool {
        self.shown.is_empty() && !self.filter.text().trim().is_empty()
    }

    /// Whether the filter line is there.
    pub fn shows_filter(&self) -> bool {
        self.filtering || !self.filter.text().is_empty()
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step, height: usize) {
        self.cursor.step(step, self.shown.len(), height);
        self.follow();
    }

    /// Puts the cursor on a row, when it is shown.
    pub fn select(&mut self, key: K, height: usize) -> bool {
        let place = self.shown.iter().position(|k| *k == key);
        if let Some(place) = place {
            self.go(place, height);
        }
        place.is_some()
    }

    /// Puts the cursor on a place.
    pub fn go(&mut self, place: usize, height: usize) {
        self.cursor.row = place;
        self.cursor.keep_visible(self.shown.len(), height);
        self.follow();
    }

    /// Marks or unmarks the row under the cursor and goes on to the next.
    pub fn toggle_mark(&mut self, height: usize) {
        if let Some(selected) = self.selected
            && !self.marks.remove(&selected)
        {
            self.marks.insert(selected);
            self.anchor = Some(selected);
        }
        self.step(Step::Down, height);
    }

    /// Marks everything from the row that was marked last to the cursor.
    pub fn mark_range(&mut self) {
        let from = self
            .anchor
            .and_then(|a| self.shown.iter().position(|k| *k == a))
            .unwrap_or(self.cursor.row);
        let to = self.cursor.row;
        let range = from.min(to)..=from.max(to);
        self.marks
            .extend(self.shown.get(range).unwrap_or_default().iter().copied());
        self.anchor = self.selected;
    }

    /// Marked rows that the filter hides: what is done with the marked is done with them, too.
    pub fn hidden_marks(&self) -> usize {
        // Asked for every frame: of very many rows it is not counted.
        if !self.shows_filter() || self.marks.is_empty() || self.shown.len() > COUNTED {
            return 0;
        }
        let shown = self.shown.iter().filter(|k| self.marks.contains(k));
        self.marks.len() - shown.count()
    }

    /// Marks all rows that are shown; unmarks all when they are marked already.
    pub fn mark_all(&mut self) {
        if self.shown.iter().all(|k| self.marks.contains(k)) {
            self.marks.clear();
        } else {
            self.marks.extend(self.shown.iter().copied());
        }
    }

    /// Peels what narrows the list: the filter, then the marks. `false` when nothing does.
    pub fn peel(&mut self, height: usize) -> bool {
        if self.shows_filter() {
            self.filter = Input::default();
            self.filtering = false;
            self.find(height);
            return true;
        }
        let marked = !self.marks.is_empty();
        self.marks.clear();
        marked
    }
}
