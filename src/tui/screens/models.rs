//! The three lists of models.

use std::collections::BTreeSet;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::authz::{ListKind, ListRow, Snapshot, list};
use crate::domain::{PrincipalId, ResourceId, Timestamp};

use super::super::facts;
use super::super::parts::find::ranked;
use super::super::parts::input::Input;
use super::super::parts::scroll::{Cursor, Step};
use super::super::parts::table::{self, Column, TableRow};
use super::super::state::{Place, State};
use super::super::text::wrap;
use super::super::view::frame_block;

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// Name.
    #[default]
    Name,
    /// Environment, then name.
    Environment,
    /// Owner, then name.
    Owner,
}

impl SortBy {
    /// The next column.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Name => Self::Environment,
            Self::Environment => Self::Owner,
            Self::Owner => Self::Name,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Environment => "environment",
            Self::Owner => "owner",
        }
    }
}

/// One of the lists. The cursor and the marks stick to models, not to places.
#[derive(Debug)]
pub struct ModelList {
    /// Which list.
    pub kind: ListKind,
    /// All rows, in order of numbers.
    pub rows: Vec<ListRow>,
    /// Places of the rows that are shown, in order.
    pub shown: Vec<usize>,
    /// The model under the cursor.
    pub selected: Option<ResourceId>,
    /// Where the cursor is.
    pub cursor: Cursor,
    /// Models marked for bulk actions.
    pub marks: BTreeSet<ResourceId>,
    /// What rows have to fit.
    pub filter: Input,
    /// Whether the filter line has the focus.
    pub filtering: bool,
    /// The order.
    pub sort: SortBy,
}

impl ModelList {
    /// An empty list.
    pub fn new(kind: ListKind) -> Self {
        Self {
            kind,
            rows: Vec::new(),
            shown: Vec::new(),
            selected: None,
            cursor: Cursor::default(),
            marks: BTreeSet::new(),
            filter: Input::default(),
            filtering: false,
            sort: SortBy::default(),
        }
    }

    /// Asks the core for the rows anew.
    pub fn refresh(
        &mut self,
        snapshot: &Snapshot,
        viewer: PrincipalId,
        now: Timestamp,
        height: usize,
    ) {
        self.rows = list(snapshot, self.kind, viewer, now);
        self.arrange(snapshot, viewer, now, height);
        let present: BTreeSet<ResourceId> = self.rows.iter().map(|r| r.resource).collect();
        self.marks.retain(|m| present.contains(m));
    }

    /// Filters and sorts, the best fit first; the cursor stays on its model as long as that is shown.
    pub fn arrange(
        &mut self,
        snapshot: &Snapshot,
        viewer: PrincipalId,
        now: Timestamp,
        height: usize,
    ) {
        let mut keyed: Vec<(Vec<String>, usize, String)> = Vec::new();
        for (place, row) in self.rows.iter().enumerate() {
            let Some(resource) = snapshot.resource(row.resource) else {
                continue;
            };
            let name = resource.label().to_lowercase();
            let environment = facts::place(snapshot, resource);
            let owner = facts::owner(snapshot, resource, viewer, now).to_lowercase();
            let text = format!("{name} {} {environment} {owner}", resource.id);
            let key = match self.sort {
                SortBy::Name => vec![name, environment],
                SortBy::Environment => vec![environment, name],
                SortBy::Owner => vec![owner, name],
            };
            keyed.push((key, place, text));
        }
        keyed.sort();
        let texts = keyed.into_iter().map(|(_, place, text)| (place, text));
        self.shown = ranked(self.filter.text(), texts);
        let kept = self.shown.iter().position(|i| {
            self.rows.get(*i).map(|r| r.resource) == self.selected && self.selected.is_some()
        });
        // While one types, a cursor that lost its model goes to the best fit.
        let lost = if self.filtering { 0 } else { self.cursor.row };
        self.cursor.row = kept.unwrap_or(lost);
        self.cursor.keep_visible(self.shown.len(), height);
        self.follow();
    }

    /// Whether the filter line is there.
    pub fn shows_filter(&self) -> bool {
        self.filtering || !self.filter.text().is_empty()
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&ListRow> {
        self.row_at(self.cursor.row)
    }

    fn row_at(&self, place: usize) -> Option<&ListRow> {
        self.shown.get(place).and_then(|i| self.rows.get(*i))
    }

    fn follow(&mut self) {
        self.selected = self.current().map(|r| r.resource);
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step, height: usize) {
        self.cursor.step(step, self.shown.len(), height);
        self.follow();
    }

    /// Marks or unmarks the model under the cursor and goes on to the next.
    pub fn toggle_mark(&mut self, height: usize) {
        if let Some(selected) = self.selected
            && !self.marks.remove(&selected)
        {
            self.marks.insert(selected);
        }
        self.step(Step::Down, height);
    }

    /// Puts the cursor on a model, when it is shown.
    pub fn select(&mut self, resource: ResourceId, height: usize) -> bool {
        let place = self
            .shown
            .iter()
            .position(|i| self.rows.get(*i).is_some_and(|r| r.resource == resource));
        if let Some(place) = place {
            self.cursor.row = place;
            self.cursor.keep_visible(self.shown.len(), height);
            self.follow();
        }
        place.is_some()
    }

    /// Shows all rows again.
    pub fn clear_filter(
        &mut self,
        snapshot: &Snapshot,
        viewer: PrincipalId,
        now: Timestamp,
        height: usize,
    ) {
        self.filter = Input::default();
        self.filtering = false;
        self.arrange(snapshot, viewer, now, height);
    }
}

const WHY: &[Column] = &[
    Column {
        title: "Name",
        min: 18,
        share: 2,
        give: 0,
    },
    Column {
        title: "Where",
        min: 9,
        share: 1,
        give: 1,
    },
    Column {
        title: "Owner",
        min: 12,
        share: 1,
        give: 3,
    },
    Column {
        title: "Why it is here",
        min: 24,
        share: 4,
        give: 0,
    },
];

const OWN: &[Column] = &[
    Column {
        title: "Name",
        min: 20,
        share: 3,
        give: 0,
    },
    Column {
        title: "Where",
        min: 9,
        share: 1,
        give: 2,
    },
    Column {
        title: "Type",
        min: 14,
        share: 2,
        give: 3,
    },
    Column {
        title: "Access",
        min: 18,
        share: 3,
        give: 1,
    },
    Column {
        title: "Owner",
        min: 8,
        share: 2,
        give: 0,
    },
];

/// ```text
/// ┌ My models 12 ─────────────────────────────┐
/// │    Name      Where  Type  Access    Owner │
/// │ ▸  …                                      │
/// └───────────────────────────── / filter ────┘
/// ```
pub fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let Some(list) = state.list() else { return };
    let theme = state.theme;
    let focused = matches!(state.place(), Place::List | Place::Filter);
    let mut block = frame_block(theme, &title(state, list), focused);
    if let Some(part) = shown_part(list, state.list_height()) {
        block = block.title_bottom(Line::styled(part, theme.dim()).right_aligned());
    }
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let (body, filter) = split_filter(list, inner);
    if let Some(row) = filter {
        draw_filter(list, frame, row);
    }
    if list.shown.is_empty() {
        draw_empty(state, list, frame, body);
        return;
    }
    let columns = if list.kind == ListKind::SharedWithMe {
        WHY
    } else {
        OWN
    };
    let height = usize::from(body.height).saturating_sub(1);
    let rows: Vec<TableRow> = (list.cursor.top..list.shown.len())
        .take(height)
        .filter_map(|place| Some(row(state, list, place, list.row_at(place)?)))
        .collect();
    table::draw(frame, body, theme, columns, &rows);
}

fn title(state: &State, list: &ModelList) -> String {
    let (shown, all) = (list.shown.len(), list.rows.len());
    let count = if shown == all {
        all.to_string()
    } else {
        format!("{shown} of {all}")
    };
    let mut parts = vec![format!(" {} {count}", state.view)];
    if !list.marks.is_empty() {
        parts.push(format!("{} marked", list.marks.len()));
    }
    if list.sort != SortBy::Name {
        parts.push(format!("by {}", list.sort.title()));
    }
    format!("{} ", parts.join(state.theme.dot()))
}

/// Which rows are in sight, when not all are.
fn shown_part(list: &ModelList, height: usize) -> Option<String> {
    let all = list.shown.len();
    let bottom = (list.cursor.top + height).min(all);
    (all > height).then(|| format!(" {}-{bottom} of {all} ", list.cursor.top + 1))
}

fn split_filter(list: &ModelList, area: Rect) -> (Rect, Option<Rect>) {
    if !list.shows_filter() {
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

fn draw_filter(list: &ModelList, frame: &mut Frame<'_>, area: Rect) {
    frame.render_widget(Line::from(Span::raw(" / ")), area);
    let field = Rect {
        x: area.x + 3,
        width: area.width.saturating_sub(3),
        ..area
    };
    list.filter
        .draw(frame, field, list.filtering, "name, environment or owner");
}

fn row(state: &State, list: &ModelList, place: usize, row: &ListRow) -> TableRow {
    let snapshot = &state.snapshot;
    let Some(resource) = snapshot.resource(row.resource) else {
        return TableRow::default();
    };
    let owner = facts::owner(snapshot, resource, state.viewer(), state.now);
    let name = resource.label().to_owned();
    let environment = facts::place(snapshot, resource);
    let cells = if list.kind == ListKind::SharedWithMe {
        vec![
            name,
            environment,
            owner,
            facts::because(snapshot, &row.because),
        ]
    } else {
        let access = facts::access_seen_by(snapshot, state.viewer(), row.resource, state.now);
        vec![name, environment, facts::kind(resource), access, owner]
    };
    TableRow {
        cells,
        selected: place == list.cursor.row,
        marked: list.marks.contains(&row.resource),
        dim: false,
    }
}

/// An empty place says what would fill it.
fn draw_empty(state: &State, list: &ModelList, frame: &mut Frame<'_>, area: Rect) {
    let text = if !list.filter.text().is_empty() {
        "Nothing fits the filter. esc shows everything again."
    } else if state.actor.principal.is_none() {
        "This login is no directory user, so there is nothing to list. Press p to act for somebody, or map the login with `deedbox login set`."
    } else {
        match list.kind {
            ListKind::MyModels => {
                "You own no models. Models that others shared with you are under 2; everything you may see is under 3."
            }
            ListKind::SharedWithMe => {
                "Nobody has shared a model with you. Owners share with s on their models; your own are under 1."
            }
            ListKind::AllModels => {
                "There is nothing here that you may see. A store administrator imports models with `deedbox import FILE`."
            }
        }
    };
    let lines = wrap(text, usize::from(area.width).saturating_sub(4));
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
