//! The rows of a list: worked out at once where that is quick, else outside.

use std::sync::Arc;

use crate::domain::{EnvironmentId, PrincipalId, Revision};

use super::super::super::parts::corpus::{Corpus, Found, sorted};
use super::super::super::parts::listing::Sort;
use super::super::super::screen::Ticket;
use super::super::super::state::{Lens, MANY, State};
use super::super::super::text::natural;
use super::{ListScreen, Rows};

/// What a list was worked out from. Time goes by without it: a large list is not worked out anew
/// for every frame in which something could have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Basis {
    revision: Revision,
    viewer: PrincipalId,
    scope: Option<EnvironmentId>,
    sort: Option<Sort>,
    stamp: usize,
}

/// Work on rows that is under way outside: at most one job of each kind.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) rows: Option<Ticket>,
    /// Whether the rows have to be worked out once more.
    pub(super) again: bool,
    /// Whether working them out failed last.
    pub(super) failed: bool,
    pub(super) find: Option<Ticket>,
    /// What the search under way looks for.
    pub(super) typed: String,
}

impl<R: Rows> ListScreen<R> {
    pub(super) fn outside(&self, state: &State) -> bool {
        state.is_large() && self.rows.grows()
    }

    pub(super) fn fill(&mut self, state: &mut State) {
        let mut lens = state.lens();
        let sort = self.sorted.then_some(self.list.sort);
        let outside = self.outside(state);
        if outside {
            // No large list reads it, and this one may stay as it is for longer than that is current.
            lens.history = Arc::default();
        }
        self.lens = Some(lens.clone());
        if outside {
            let basis = Basis {
                revision: lens.snapshot.revision(),
                viewer: lens.viewer,
                scope: lens.scope,
                sort,
                stamp: self.rows.stamp(),
            };
            if self.basis.as_ref() == Some(&basis) {
                return;
            }
            if self.pending.rows.is_some() {
                self.pending.again = true;
                return;
            }
            self.basis = Some(basis);
            self.pending.failed = false;
            if self.list.corpus.keys().is_empty() {
                let keys = self.rows.first(&lens, self.height(state));
                let first = Corpus::new(keys.into_iter().map(|k| (k, String::new())));
                let height = self.height(state);
                self.list.set(Arc::new(first), height);
            }
            let rows = self.rows.clone();
            let work = lens.clone();
            let typed = self.list.filter.text().to_owned();
            self.pending.rows = Some(state.compute(move || Worked::new(&rows, &work, sort, typed)));
        } else {
            let (all, apart) = corpus(&self.rows, &lens, sort);
            self.apart = apart;
            let all = Arc::new(all);
            let height = self.height(state);
            self.list.set(all, height);
        }
    }

    pub(super) fn take(&mut self, state: &mut State, worked: Worked<R::Key>) {
        // Nobody has moved yet: the cursor stays at the top, not on what stood there while the rows
        // were still being read.
        if self.list.cursor.row == 0 && self.list.marks.is_empty() {
            self.list.selected = None;
        }
        self.apart = worked.apart;
        let height = self.height(state);
        self.list.take(worked.corpus, worked.found, height);
        if worked.typed != self.list.filter.text() {
            self.find(state);
        }
    }

    pub(super) fn find(&mut self, state: &mut State) {
        if self.list.corpus.keys().len() <= MANY {
            let height = self.height(state);
            self.list.find(height);
        } else if self.pending.find.is_none() {
            let corpus = Arc::clone(&self.list.corpus);
            let typed = self.list.filter.text().to_owned();
            self.pending.typed.clone_from(&typed);
            self.pending.find = Some(state.compute(move || {
                // Also for an empty filter: what comes next is the first letter.
                corpus.prepare();
                corpus.search(&typed)
            }));
        }
    }
}

/// All rows in order, each part by itself, and how many are set apart.
fn corpus<R: Rows>(rows: &R, lens: &Lens, sort: Option<Sort>) -> (Corpus<R::Key>, usize) {
    let [mut keys, mut apart] = rows.parts(lens);
    for part in [&mut keys, &mut apart] {
        if let Some(sort) = sort {
            *part = sorted(part, |key| natural(&rows.order(lens, key, sort.column)));
            if sort.backwards {
                part.reverse();
            }
        }
    }
    let count = apart.len();
    keys.append(&mut apart);
    let (rows, lens) = (rows.clone(), lens.clone());
    let text = move |key| rows.text(&lens, key).to_lowercase();
    (Corpus::lazy(keys, text), count)
}

/// Rows that were worked out outside, and those that fit the filter as it stood then.
pub(super) struct Worked<K> {
    corpus: Arc<Corpus<K>>,
    typed: String,
    found: Found<K>,
    apart: usize,
}

impl<K: Copy> Worked<K> {
    fn new<R: Rows<Key = K>>(rows: &R, lens: &Lens, sort: Option<Sort>, typed: String) -> Self {
        let (corpus, apart) = corpus(rows, lens, sort);
        Self {
            apart,
            found: corpus.search(&typed),
            corpus: Arc::new(corpus),
            typed,
        }
    }
}
