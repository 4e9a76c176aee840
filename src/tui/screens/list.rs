//! One screen for every list: what differs between lists is said by [`Rows`], everything one does in
//! a list (sort, filter, mark, open) is here, once.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::authz::wording;
use crate::domain::{EnvironmentId, PrincipalId, ResourceId, Revision, Timestamp};

use super::super::commands::{CommandId, commands_in};
use super::super::parts::corpus::{Corpus, Found, sorted};
use super::super::parts::find::NAME_END;
use super::super::parts::input::Input;
use super::super::parts::listing::{Listing, Sort};
use super::super::parts::scroll::{self, Step};
use super::super::parts::table::{self, Column, TableRow};
use super::super::screen::{Act, Answer, Reply, Screen, Ticket};
use super::super::state::{Lens, MANY, Place, State};
use super::super::text::{sortable, wrap};
use super::super::theme::Theme;
use super::super::view::{WIDE, calm, frame_block};
use super::journal::may_look_back;
use super::pane::{self, Pane};

/// What a list shows.
pub trait Rows: Debug + Clone + Send + Sync + 'static {
    /// What a row is known by.
    type Key: Copy + Ord + Hash + Debug + Send + Sync + 'static;

    /// Where keys go.
    fn place(&self) -> Place;

    /// What stands on the frame, and in the line that says where one is.
    fn title(&self, state: &State) -> String;

    /// The columns; rows can be sorted by each.
    fn columns(&self) -> &'static [Column];

    /// All rows.
    fn keys(&self, lens: &Lens) -> Vec<Self::Key>;

    /// All rows in two parts: what the list is for, and what is set apart below it.
    fn parts(&self, lens: &Lens) -> [Vec<Self::Key>; 2] {
        [self.keys(lens), Vec::new()]
    }

    /// What the rows of the second part are called after their number.
    fn apart(&self) -> &'static str {
        ""
    }

    /// Some rows to begin with, quickly, while all of them are still worked out.
    fn first(&self, _lens: &Lens, _limit: usize) -> Vec<Self::Key> {
        Vec::new()
    }

    /// Whether the number of rows grows with the organization, so that working them out may have to
    /// happen on a thread of its own.
    fn grows(&self) -> bool {
        false
    }

    /// Another number whenever what is listed became another by itself, not by the organization.
    fn stamp(&self) -> usize {
        0
    }

    /// The texts of a row.
    fn cells(&self, lens: &Lens, key: Self::Key) -> Vec<String>;

    /// What a row is sorted by in a column; rows that are equal there go by their first column.
    fn order(&self, lens: &Lens, key: Self::Key, column: usize) -> String {
        let cells = self.cells(lens, key);
        let cell = cells.get(column).map_or("", String::as_str);
        let first = cells.first().map_or("", String::as_str);
        sortable(&format!("{cell}\u{1}{first}"))
    }

    /// What the filter looks through.
    fn text(&self, lens: &Lens, key: Self::Key) -> String {
        let cells = self.cells(lens, key);
        match cells.split_first() {
            Some((name, rest)) => format!("{name}{NAME_END}{}", rest.join(" ")),
            None => String::new(),
        }
    }

    /// What [`Rows::text`] holds, in words.
    fn looked_at(&self) -> &'static str {
        "what the columns show"
    }

    /// Whether rows keep the order of [`Rows::keys`] until somebody sorts them.
    fn ordered(&self) -> bool {
        false
    }

    /// Whether a row is secondary.
    fn dim(&self, _lens: &Lens, _key: Self::Key) -> bool {
        false
    }

    /// What would fill the list, and which key does it.
    fn empty(&self, state: &State) -> String;

    /// What enter does.
    fn open(&self, state: &State, key: Self::Key) -> Vec<Act>;

    /// The resource of a row.
    fn resource(&self, _lens: &Lens, _key: Self::Key) -> Option<ResourceId> {
        None
    }

    /// The principal of a row.
    fn person(&self, _lens: &Lens, _key: Self::Key) -> Option<PrincipalId> {
        None
    }

    /// The environment of a row, where rows are environments.
    fn environment(&self, _key: Self::Key) -> Option<EnvironmentId> {
        None
    }

    /// The row of a resource.
    fn key_of(&self, _resource: ResourceId) -> Option<Self::Key> {
        None
    }

    /// Takes a command that is this list's own. `marked` are the marked rows, else the one under the
    /// cursor.
    fn perform(&mut self, _state: &mut State, _marked: &[Self::Key], _command: CommandId) -> Reply {
        None
    }

    /// Why a command does not apply to the row under the cursor.
    fn disabled(
        &self,
        _state: &State,
        _key: Option<Self::Key>,
        _command: CommandId,
    ) -> Option<String> {
        None
    }

    /// What a command is called here; empty where it is not to be hinted at.
    fn called(&self, _command: CommandId) -> Option<String> {
        None
    }

    /// Whether what is marked stays marked after something was done.
    fn keeps_marks(&self) -> bool {
        true
    }

    /// Whether the detail of a row's resource stands beside the list on wide terminals.
    fn previews(&self) -> bool {
        false
    }
}

/// What a list was worked out from. Time goes by without it: a large list is not worked out anew
/// for every frame in which something could have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Basis {
    revision: Revision,
    viewer: PrincipalId,
    scope: Option<EnvironmentId>,
    sort: Option<Sort>,
    stamp: usize,
}

/// Work on rows that is under way outside: at most one job of each kind.
#[derive(Debug, Default)]
struct Pending {
    rows: Option<Ticket>,
    /// Whether the rows have to be worked out once more.
    again: bool,
    /// Whether working them out failed last.
    failed: bool,
    find: Option<Ticket>,
    /// What the search under way looks for.
    typed: String,
}

/// A list as a screen.
#[derive(Debug)]
pub struct ListScreen<R: Rows> {
    /// What is listed.
    pub rows: R,
    /// The rows, and where one is in them.
    pub list: Listing<R::Key>,
    /// Rows of the main area that are taken by something else.
    pub inset: usize,
    pane: Pane,
    /// How many rows are set apart.
    apart: usize,
    pending: Pending,
    sorted: bool,
    lens: Option<Lens>,
    basis: Option<Basis>,
}

impl<R: Rows> ListScreen<R> {
    /// A list that is filled when it is first refreshed.
    pub fn new(rows: R) -> Self {
        Self {
            sorted: !rows.ordered(),
            rows,
            list: Listing::default(),
            inset: 0,
            pane: Pane::default(),
            apart: 0,
            pending: Pending::default(),
            lens: None,
            basis: None,
        }
    }

    /// Rows that are visible: what titles and the filter line leave.
    fn height(&self, state: &State) -> usize {
        let filter = usize::from(self.list.shows_filter());
        state.rows().saturating_sub(1 + filter + self.inset).max(1)
    }

    fn outside(&self, state: &State) -> bool {
        state.is_large() && self.rows.grows()
    }

    fn fill(&mut self, state: &mut State) {
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

    fn take(&mut self, state: &mut State, worked: Worked<R::Key>) {
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

    fn find(&mut self, state: &mut State) {
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

    /// The marked rows in their order, else the one under the cursor.
    pub fn targets(&self) -> Vec<R::Key> {
        if self.list.marks.is_empty() {
            return self.list.selected.into_iter().collect();
        }
        self.list.marks.iter().copied().collect()
    }

    fn sort_by(&mut self, state: &mut State, sort: Sort) {
        self.list.sort = sort;
        self.sorted = true;
        self.fill(state);
    }

    fn turn_sort(&mut self, state: &mut State) {
        let count = self.rows.columns().len().max(1);
        // What keeps an order of its own is first sorted by the first column.
        let column = if self.sorted {
            (self.list.sort.column + 1) % count
        } else {
            0
        };
        self.sort_by(
            state,
            Sort {
                column,
                backwards: false,
            },
        );
    }

    /// Sorts by a column; by the one that is sorted by already, the other way round.
    fn sort_at(&mut self, state: &mut State, column: usize) {
        let again = self.sorted && self.list.sort.column == column;
        let backwards = again && !self.list.sort.backwards;
        self.sort_by(state, Sort { column, backwards });
    }

    /// Which part of an area is the list's and which the pane's, while there is one.
    fn panes(&self, state: &State, area: Rect) -> Option<(Rect, Rect)> {
        pane::split(state, area).filter(|_| self.pane.is_there())
    }

    fn titled(&self, state: &State) -> String {
        let (shown, all) = (self.list.shown.len(), self.list.corpus.keys().len());
        let count = match (self.pending.rows.is_some(), shown == all) {
            (true, _) => "…".to_owned(),
            (false, _) if self.pending.failed => {
                format!("not read, {} tries again", retry_key(state, self.place()))
            }
            (false, true) => table::grouped(all),
            (false, false) => format!("{} of {}", table::grouped(shown), table::grouped(all)),
        };
        let mut parts = vec![format!(" {} {count}", self.rows.title(state))];
        if self.apart > 0 && shown == all && self.pending.rows.is_none() {
            let apart = table::grouped(self.apart);
            parts.push(format!("{apart} {}", self.rows.apart()));
        }
        if self.list.loosely && shown > 0 {
            parts.push("no such word; by its letters".to_owned());
        }
        if !self.list.marks.is_empty() {
            parts.push(format!("{} marked", table::grouped(self.list.marks.len())));
            let hidden = self.list.hidden_marks();
            if hidden > 0 {
                parts.push(format!("{} of them hidden", table::grouped(hidden)));
            }
        }
        format!("{} ", parts.join(state.theme.dot()))
    }

    fn draw_list(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let theme = state.theme;
        let marked = focused && self.panes(state, area).is_some();
        let title = pane::title(theme, &self.titled(state), marked);
        let mut block = frame_block(theme, &title, focused);
        let mut cursor = self.list.cursor;
        let inner = block.inner(area);
        let (body, filter) = split(self.list.shows_filter(), inner);
        let height = usize::from(body.height).saturating_sub(1);
        let all = self.list.shown.len();
        cursor.keep_visible(all, height);
        if let Some(part) = scroll::part(cursor.top, height, all) {
            block = block.title_bottom(Line::styled(part, theme.dim()).right_aligned());
        }
        frame.render_widget(block, area);
        if let Some(row) = filter {
            self.draw_filter(theme, frame, row);
        }
        if self.list.shown.is_empty() {
            self.draw_empty(state, frame, body);
            return;
        }
        let lens = state.lens();
        let rows: Vec<TableRow> = self
            .list
            .shown
            .iter()
            .enumerate()
            .skip(cursor.top)
            .take(height)
            .map(|(place, key)| TableRow {
                cells: self.rows.cells(&lens, *key),
                selected: place == cursor.row,
                marked: self.list.marks.contains(key),
                dim: self.rows.dim(&lens, *key),
            })
            .collect();
        let sort = self.sorted.then_some(self.list.sort);
        table::draw(frame, body, theme, self.rows.columns(), &rows, sort);
    }

    /// A command while keys go to the pane: esc and tab lead back, enter opens the page where nobody
    /// is under the cursor.
    fn perform_beside(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::NextPane | CommandId::PreviousPane | CommandId::Back => {
                self.pane.focus(false);
                Some(Vec::new())
            }
            CommandId::Open if self.pane.person().is_none() => {
                Some(self.rows.open(state, self.list.selected?))
            }
            other => self.pane.perform(state, other),
        }
    }

    /// What was looked at in vain, and what else finds something, each with its key.
    fn not_found(&self, state: &State) -> String {
        let typed = self.list.filter.text().trim();
        let key = |id| key_in(state, self.place(), id);
        let mut lines = vec![
            format!(
                "Nothing fits `{typed}`: looked at {}.",
                self.rows.looked_at()
            ),
            String::new(),
        ];
        if let (Some(nearest), Some(key)) = (&self.list.nearest, key(CommandId::Nearest)) {
            lines.push(format!("{key}  looks for `{nearest}` instead"));
        }
        let moment = Timestamp::read(typed, state.now).ok();
        let may = may_look_back(state).is_none();
        if let (Some(at), Some(key)) = (moment.filter(|_| may), key(CommandId::Moment)) {
            let at = wording::moment(at);
            lines.push(format!("{key}  shows every screen as of {at}"));
        }
        if let Some(key) = key(CommandId::Palette) {
            lines.push(format!(
                "{key}  looks for it among commands, models, people and groups"
            ));
        }
        if let Some(key) = key(CommandId::Back) {
            lines.push(format!("{key}  shows every row again"));
        }
        lines.join("\n")
    }

    fn draw_filter(&self, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
        frame.render_widget(Line::from(Span::raw(" / ")), area);
        let field = Rect {
            x: area.x + 3,
            width: area.width.saturating_sub(3),
            ..area
        };
        let list = &self.list;
        list.filter.draw(
            theme,
            frame,
            field,
            list.filtering,
            "what rows have to hold",
        );
    }

    /// An empty place says what would fill it.
    fn draw_empty(&self, state: &State, frame: &mut Frame<'_>, area: Rect) {
        let text = if self.pending.rows.is_some() || state.opening {
            "Reading …".to_owned()
        } else if self.pending.failed {
            let key = retry_key(state, self.place());
            format!("This could not be read. {key} reads it again.")
        } else if self.list.filter.text().is_empty() {
            self.rows.empty(state)
        } else {
            self.not_found(state)
        };
        let cells = usize::from(area.width).saturating_sub(4);
        let lines = text.lines().flat_map(|line| wrap(line, cells));
        for (i, line) in (1..area.height).zip(lines) {
            let row = Rect {
                x: area.x + 2,
                y: area.y + i,
                width: area.width.saturating_sub(2),
                height: 1,
            };
            frame.render_widget(Line::styled(line, state.theme.dim()), row);
        }
    }
}

/// The first key of a command in a place.
fn key_in(state: &State, place: Place, id: CommandId) -> Option<String> {
    let command = commands_in(place).find(|c| c.id == id)?;
    Some(state.keymap.first(command))
}

/// What reads again after a failure.
pub fn retry_key(state: &State, place: Place) -> String {
    key_in(state, place, CommandId::Refresh).unwrap_or_else(|| "opening it anew".to_owned())
}

/// All rows in order, each part by itself, and how many are set apart.
fn corpus<R: Rows>(rows: &R, lens: &Lens, sort: Option<Sort>) -> (Corpus<R::Key>, usize) {
    let [mut keys, mut apart] = rows.parts(lens);
    for part in [&mut keys, &mut apart] {
        if let Some(sort) = sort {
            *part = sorted(part, |key| rows.order(lens, key, sort.column));
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
struct Worked<K> {
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

fn split(filter: bool, area: Rect) -> (Rect, Option<Rect>) {
    if !filter {
        return (area, None);
    }
    let height = area.height.saturating_sub(1);
    let row = Rect {
        y: area.y + height,
        height: area.height - height,
        ..area
    };
    (Rect { height, ..area }, Some(row))
}

impl<R: Rows> Screen for ListScreen<R> {
    fn place(&self) -> Place {
        if self.list.filtering {
            Place::Filter
        } else if self.pane.focused().is_some() {
            Place::Preview
        } else {
            self.rows.place()
        }
    }

    fn crumb(&self, state: &State) -> String {
        self.rows.title(state)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let Some((list, pane)) = self.panes(state, area) else {
            self.draw_list(state, frame, area, focused);
            return;
        };
        // The one that keys go to comes last, and only its row looks chosen.
        if self.pane.focused().is_some() {
            self.draw_list(state, frame, list, false);
            calm(frame.buffer_mut(), list);
            self.pane.draw(state, frame, pane, focused);
        } else {
            self.pane.draw(state, frame, pane, false);
            calm(frame.buffer_mut(), pane);
            self.draw_list(state, frame, list, focused);
        }
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        self.fill(state);
        self.pane.refresh(state);
        true
    }

    fn settle(&mut self, state: &mut State) {
        let shown = self.rows.previews() && state.size.0 >= WIDE;
        let resource = self.subject().filter(|_| shown);
        self.pane.show(state, resource);
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        if self.pane.focused().is_some() {
            return self.perform_beside(state, command);
        }
        let height = self.height(state);
        match command {
            CommandId::NextPane | CommandId::PreviousPane => {
                return self.pane.focus(true).then(Vec::new);
            }
            CommandId::Open => {
                let key = self.list.selected?;
                return Some(self.rows.open(state, key));
            }
            CommandId::Mark => self.list.toggle_mark(height),
            CommandId::MarkRange => self.list.mark_range(),
            CommandId::MarkAll => self.list.mark_all(),
            CommandId::Filter => {
                // A filter starts empty: what was looked for before is done with.
                self.list.filter = Input::default();
                self.list.filtering = true;
                self.find(state);
            }
            // Where nothing fits there is nothing to go to: what the line offers stays at hand.
            CommandId::Accept if self.list.filtering => {
                self.list.filtering = self.list.finds_nothing();
            }
            CommandId::Nearest => {
                if let Some(nearest) = self.list.nearest.take() {
                    self.list.filter = Input::new(&nearest);
                    self.find(state);
                }
            }
            // What was typed is looked for there; esc comes back to it.
            CommandId::Palette if self.list.filtering => {
                self.list.filtering = false;
                return None;
            }
            CommandId::Sort => self.turn_sort(state),
            CommandId::SortBackwards => {
                let sort = self.list.sort;
                self.sort_by(
                    state,
                    Sort {
                        backwards: !sort.backwards,
                        ..sort
                    },
                );
            }
            CommandId::Back => return self.list.peel(height).then(Vec::new),
            other => {
                let targets = self.targets();
                return self.rows.perform(state, &targets, other);
            }
        }
        Some(Vec::new())
    }

    fn called(&self, command: CommandId) -> Option<String> {
        // What else finds it is hinted at where it is of use.
        let vain = self.list.finds_nothing();
        let idle = match command {
            CommandId::Nearest => self.list.nearest.is_none(),
            CommandId::Moment | CommandId::Palette => self.list.filtering && !vain,
            _ => false,
        };
        if idle {
            return Some(String::new());
        }
        let there = command == CommandId::NextPane && self.pane.is_there();
        let name = match self.pane.focused() {
            Some(_) => "list",
            None => "preview",
        };
        there
            .then(|| name.to_owned())
            .or_else(|| self.rows.called(command))
    }

    fn disabled(&self, state: &State, command: CommandId) -> Option<String> {
        let nothing = self.list.selected.is_none();
        let found = !self.list.finds_nothing();
        match command {
            CommandId::Nearest if self.list.nearest.is_none() => {
                Some("There is no other word that may have been meant.".to_owned())
            }
            CommandId::Moment if found && self.list.filtering => {
                Some("The filter has something to show.".to_owned())
            }
            CommandId::Open | CommandId::Mark if nothing => {
                Some("There is nothing here to choose.".to_owned())
            }
            other => self.rows.disabled(state, self.list.selected, other),
        }
    }

    fn step(&mut self, state: &State, step: Step) {
        if self.pane.focused().is_some() {
            self.pane.step(state, step);
            return;
        }
        let height = self.height(state);
        self.list.step(step, height);
    }

    fn edits_text(&self) -> bool {
        self.list.filtering
    }

    fn edit(&mut self, state: &mut State, key: KeyEvent) -> bool {
        let taken = self.list.filter.key(key);
        if taken {
            self.find(state);
        }
        taken
    }

    fn sought(&self) -> Option<String> {
        let vain = self.list.finds_nothing();
        vain.then(|| self.list.filter.text().trim().to_owned())
    }

    fn paste(&mut self, state: &mut State, text: &str) {
        self.list.filter.paste(text);
        self.find(state);
    }

    fn click(&mut self, state: &mut State, area: Rect, column: u16, row: u16) -> bool {
        let panes = self.panes(state, area);
        let list = panes.map_or(area, |(list, _)| list);
        if let Some((_, pane)) = panes.filter(|(_, pane)| column >= pane.x) {
            return self.pane.click(state, pane, column, row);
        }
        let inner = frame_block(state.theme, "", true).inner(list);
        if row + 1 == list.y + 2 && !self.list.shown.is_empty() {
            let cell = column.saturating_sub(inner.x);
            if let Some(column) = table::column_at(self.rows.columns(), inner.width, cell) {
                self.sort_at(state, column);
            }
            // It is sorted by, and has nothing to open.
            return false;
        }
        // Frame and titles stand above the rows.
        let Some(place) = row
            .checked_sub(list.y + 2)
            .filter(|_| column < list.x + list.width)
        else {
            return false;
        };
        let place = self.list.cursor.top + usize::from(place);
        let height = self.height(state);
        let hit = place < self.list.shown.len() && usize::from(row - list.y) < height + 2;
        if hit {
            self.list.go(place, height);
        }
        // What brings the keys back opens nothing.
        !self.pane.focus(false) && hit
    }

    fn subject(&self) -> Option<ResourceId> {
        self.rows.resource(self.lens.as_ref()?, self.list.selected?)
    }

    fn marked(&self) -> Vec<ResourceId> {
        // What is done beside the list is done with what is shown there.
        let Some(lens) = self.lens.as_ref().filter(|_| self.pane.focused().is_none()) else {
            return Vec::new();
        };
        let marks = self.list.marks.iter();
        marks.filter_map(|k| self.rows.resource(lens, *k)).collect()
    }

    fn marked_people(&self) -> Vec<PrincipalId> {
        let Some(lens) = &self.lens else {
            return Vec::new();
        };
        let marks = self.list.marks.iter();
        marks.filter_map(|k| self.rows.person(lens, *k)).collect()
    }

    fn unmark(&mut self, resources: &[ResourceId]) {
        let Some(lens) = &self.lens else { return };
        let of = |key: &R::Key| self.rows.resource(lens, *key);
        let marks = &mut self.list.marks;
        marks.retain(|key| of(key).is_none_or(|id| !resources.contains(&id)));
    }

    fn marks(&self) -> usize {
        if self.pane.focused().is_some() {
            return 0;
        }
        self.list.marks.len()
    }

    fn person(&self) -> Option<PrincipalId> {
        if self.pane.focused().is_some() {
            return self.pane.person();
        }
        self.rows.person(self.lens.as_ref()?, self.list.selected?)
    }

    fn environment(&self) -> Option<EnvironmentId> {
        self.rows.environment(self.list.selected?)
    }

    /// What is marked stays marked, so that more can be done with it; esc takes the marks away.
    fn committed(&mut self) -> bool {
        if !self.rows.keeps_marks() {
            self.list.marks.clear();
        }
        true
    }

    fn answered(&mut self, state: &mut State, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        let height = self.height(state);
        if self.pending.rows == Some(ticket) {
            self.pending.rows = None;
            if let Some(worked) = answer.take().and_then(|a| a.downcast().ok()) {
                let worked: Box<Worked<R::Key>> = worked;
                self.take(state, *worked);
            } else {
                // The next refresh tries it again.
                self.basis = None;
                self.pending.failed = true;
            }
            if std::mem::take(&mut self.pending.again) {
                self.fill(state);
            }
            return true;
        }
        if self.pending.find == Some(ticket) {
            self.pending.find = None;
            let found = answer.take().and_then(|a| a.downcast().ok());
            let Some(found) = found else { return true };
            let found: Box<Found<R::Key>> = found;
            self.list.show(*found, height);
            if self.pending.typed != self.list.filter.text() {
                self.find(state);
            }
            return true;
        }
        self.pane.answered(state, ticket, answer)
    }

    fn left(&mut self) {
        // What a filter looks through takes more room than all the rest of a large list.
        if self.list.corpus.keys().len() > MANY {
            self.list.corpus = Arc::new(self.list.corpus.without_texts());
        }
    }

    fn count(&self) -> Option<usize> {
        let read = self.pending.rows.is_none() && !self.pending.failed;
        (self.lens.is_some() && read).then(|| self.list.corpus.keys().len())
    }

    fn select(&mut self, state: &State, resource: ResourceId) {
        if let Some(key) = self.rows.key_of(resource) {
            let height = self.height(state);
            self.list.select(key, height);
        }
    }
}
