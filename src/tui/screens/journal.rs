//! What was done, newest first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::authz::{Request, Snapshot, check};
use crate::domain::{Capability, JournalEntry, Key, ResourceId, Target, Timestamp};
use crate::registry::Actor;

use super::super::parts::scroll::{Cursor, Step};
use super::super::parts::table::{self, Column, TableRow};
use super::super::state::{Place, State};
use super::super::view::frame_block;

/// The journal view.
#[derive(Debug, Default)]
pub struct Journal {
    /// The entries, newest first.
    pub entries: Vec<JournalEntry>,
    /// Where the cursor is.
    pub cursor: Cursor,
    /// Whether they were read.
    pub loaded: bool,
}

impl Journal {
    /// Takes the entries; the cursor stays on its revision.
    pub fn set(&mut self, mut entries: Vec<JournalEntry>, visible: impl Fn(&JournalEntry) -> bool) {
        entries.retain(visible);
        let revision = self.selected().map(|e| e.revision);
        self.entries = entries;
        self.loaded = true;
        let kept = self
            .entries
            .iter()
            .position(|e| Some(e.revision) == revision);
        self.cursor.row = kept.unwrap_or(0);
    }

    /// Takes a new entry.
    pub fn push(&mut self, entry: JournalEntry) {
        if self
            .entries
            .first()
            .is_none_or(|first| first.revision < entry.revision)
        {
            self.entries.insert(0, entry);
        }
    }

    /// The entry under the cursor.
    pub fn selected(&self) -> Option<&JournalEntry> {
        self.entries.get(self.cursor.row)
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step, height: usize) {
        self.cursor.step(step, self.entries.len(), height);
    }
}

const COLUMNS: &[Column] = &[
    Column {
        title: "Rev",
        min: 4,
        share: 0,
        give: 0,
    },
    Column {
        title: "When",
        min: 9,
        share: 0,
        give: 2,
    },
    Column {
        title: "Who",
        min: 12,
        share: 1,
        give: 3,
    },
    Column {
        title: "What",
        min: 24,
        share: 4,
        give: 0,
    },
    Column {
        title: "Effect",
        min: 14,
        share: 3,
        give: 1,
    },
];

/// ```text
/// ┌ Journal 3 ────────────────────────────────┐
/// │    Rev  When   Who   What   Effect        │
/// └───────────────────────────────────────────┘
/// ```
pub fn draw(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let journal = &state.journal;
    let theme = state.theme;
    let title = format!(" Journal {} ", journal.entries.len());
    let block = frame_block(theme, &title, state.place() == Place::Journal);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    if journal.entries.is_empty() {
        let text = if journal.loaded {
            "  Nothing has been done yet."
        } else {
            "  Reading …"
        };
        frame.render_widget(
            Line::styled(text, theme.dim()),
            Rect {
                y: inner.y + 1,
                height: 1,
                ..inner
            },
        );
        return;
    }
    let height = usize::from(inner.height).saturating_sub(1);
    let mut cursor = journal.cursor;
    cursor.keep_visible(journal.entries.len(), height);
    let rows: Vec<TableRow> = journal
        .entries
        .iter()
        .enumerate()
        .skip(cursor.top)
        .take(height)
        .map(|(place, entry)| TableRow {
            cells: cells(state, entry),
            selected: place == cursor.row,
            marked: false,
            dim: false,
        })
        .collect();
    table::draw(frame, inner, theme, COLUMNS, &rows);
}

fn cells(state: &State, entry: &JournalEntry) -> Vec<String> {
    vec![
        entry.revision.to_string(),
        entry.stamp.time.relative_to(state.now),
        who(state, entry),
        entry.stamp.summary.clone(),
        entry.stamp.effect.clone(),
    ]
}

/// Whether a viewer may read an entry: their own, what concerns a resource whose access they may
/// view, and for store administrators everything.
pub fn is_visible(
    snapshot: &Snapshot,
    actor: &Actor,
    entry: &JournalEntry,
    now: Timestamp,
) -> bool {
    let Some(viewer) = actor.principal.filter(|_| !actor.store_administrator) else {
        return actor.store_administrator;
    };
    let may_view = |id: ResourceId| {
        let target = Target::Resource(id);
        let request = Request::new(viewer, Capability::ViewAccess.into(), target, now);
        check(snapshot, &request).is_allowed()
    };
    let mut resources = entry.changes.0.iter().filter_map(|c| match c.key {
        Key::Resource(_, id) => Some(id),
        _ => None,
    });
    entry.stamp.author.principal == Some(viewer)
        || (entry.stamp.intent != "import" && resources.any(may_view))
}

/// Who did it: the name when the directory still knows them, and who acted for them.
pub fn who(state: &State, entry: &JournalEntry) -> String {
    let author = &entry.stamp.author;
    let name = author
        .principal
        .map_or_else(|| author.actor.clone(), |id| state.snapshot.label(id));
    match &author.on_behalf_by {
        Some(by) => {
            let by = state
                .snapshot
                .find_principal(by)
                .map_or_else(|| by.clone(), |id| state.snapshot.label(id));
            format!("{name} (by {by})")
        }
        None => name,
    }
}
