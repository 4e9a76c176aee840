//! The lower part of the share panel: who holds what on the model now, and what can be taken away.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::authz::Snapshot;
use crate::domain::{PrincipalId, ResourceId, Revision, Timestamp, Window};
use crate::registry::{Intent, intents};

use super::super::super::parts::prose::Tone;
use super::super::super::parts::scroll::{Cursor, Step};
use super::super::super::parts::spots::Spot;
use super::super::super::parts::table::{self, Column, TableRow};
use super::super::super::screen::{Act, Answer, Ticket};
use super::super::super::state::State;
use super::super::form::Sheet;
use super::super::settings;
use super::super::standing::{Asked, Source, Standing};

/// What is held, and where one is in it.
#[derive(Debug)]
pub struct Shares {
    resource: ResourceId,
    /// The rows.
    pub rows: Vec<Standing>,
    /// The row under the cursor.
    pub cursor: Cursor,
    /// Whether the viewer may see everybody's access or only their own.
    pub sees_all: bool,
    /// Whose row the cursor goes to once the rows are there.
    followed: Option<(PrincipalId, Option<String>)>,
    pending: Option<Ticket>,
    basis: Option<(Revision, Timestamp)>,
}

/// Rows that a page goes: about as many as are in sight in a small terminal.
const PAGE: usize = 8;

impl Shares {
    /// Of a resource; filled when it is first refreshed.
    pub fn new(resource: ResourceId) -> Self {
        Self {
            resource,
            rows: Vec::new(),
            cursor: Cursor::default(),
            sees_all: false,
            followed: None,
            pending: None,
            basis: None,
        }
    }

    /// Brings the rows up to the state; in a large organization outside.
    pub fn refresh(&mut self, state: &mut State) {
        let asked = Asked {
            resource: self.resource,
            viewer: state.viewer(),
            now: state.now,
        };
        self.sees_all = asked.sees_all(&state.snapshot);
        let revision = state.snapshot.revision();
        if !state.is_large() {
            self.fill(asked.answer(&state.snapshot));
        } else if self.basis.is_none_or(|(known, _)| known != revision) {
            self.basis = Some((revision, state.now));
            let snapshot = std::sync::Arc::clone(&state.snapshot);
            self.pending = Some(state.compute(move || asked.answer(&snapshot)));
        }
    }

    fn fill(&mut self, rows: Vec<Standing>) {
        self.rows = rows;
        let followed = self.followed.take();
        let place = followed.and_then(|(id, role)| {
            let of_role = role.and_then(|role| self.place_of_role(id, &role));
            of_role.or_else(|| self.place_of(id))
        });
        if let Some(place) = place {
            self.cursor.row = place;
        }
        let last = self.rows.len().saturating_sub(1);
        self.cursor.row = self.cursor.row.min(last);
    }

    /// Takes the rows that were worked out outside; says whether they were.
    pub fn answered(&mut self, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        if self.pending != Some(ticket) {
            return false;
        }
        self.pending = None;
        match answer.take().and_then(|a| a.downcast().ok()) {
            Some(rows) => self.fill(*rows),
            // It failed: the next refresh tries it again.
            None => self.basis = None,
        }
        true
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step) {
        self.cursor.step(step, self.rows.len(), PAGE);
    }

    /// Has the cursor go to somebody's share once the rows are worked out anew.
    pub fn follow(&mut self, member: PrincipalId, role: Option<String>) {
        self.followed = Some((member, role));
    }

    fn place_of_role(&self, member: PrincipalId, role: &str) -> Option<usize> {
        let own = |s: &Standing| s.member == member && s.from == Source::Itself && s.role == role;
        self.rows.iter().position(own)
    }

    fn place_of(&self, member: PrincipalId) -> Option<usize> {
        let own = |s: &Standing| s.member == member && s.from == Source::Itself;
        self.rows.iter().position(own)
    }

    /// Whether something is granted to somebody on the model itself.
    pub fn holds(&self, member: PrincipalId) -> bool {
        self.place_of(member).is_some()
    }

    /// Whether the row under the cursor is granted on the model itself.
    pub fn is_own(&self) -> bool {
        self.chosen().is_some_and(|s| s.from == Source::Itself)
    }

    /// Who holds the row under the cursor, in which role and when, where it is granted on the model
    /// itself.
    pub fn own(&self, snapshot: &Snapshot) -> Option<(PrincipalId, String, Window)> {
        let chosen = self.chosen().filter(|s| s.from == Source::Itself)?;
        let resource = snapshot.resource(self.resource)?;
        let mut grants = resource.policy.grants();
        let (_, binding, _) =
            grants.find(|(_, b, member)| *member == chosen.member && b.role == chosen.role)?;
        Some((chosen.member, chosen.role.clone(), binding.window()?))
    }

    fn chosen(&self) -> Option<&Standing> {
        self.rows.get(self.cursor.row)
    }

    /// Why the row under the cursor can't be taken away.
    pub fn fixed(&self, state: &State) -> Option<String> {
        match self.chosen() {
            None => Some("There is no share here to remove.".to_owned()),
            Some(standing) => standing.fixed(&state.snapshot),
        }
    }

    /// The intent that takes the row under the cursor away.
    pub fn removal(&self, state: &State) -> Option<Intent> {
        let standing = self.chosen().filter(|s| s.from == Source::Itself)?;
        let unshare = intents::Unshare {
            model: state.id_of(self.resource),
            with: state.snapshot.reference(standing.member),
            role: Some(standing.role.clone()),
        };
        Some(unshare.into())
    }

    /// What enter leads to: where the row under the cursor comes from.
    pub fn open(&self, state: &State) -> Vec<Act> {
        match self.chosen().map(|s| s.from) {
            Some(Source::Environment(id)) => vec![Act::open(settings::environment(state, id))],
            Some(Source::Itself) => {
                let text = "Press delete to take this share away.";
                vec![Act::Warn(text.to_owned())]
            }
            _ => self.fixed(state).map(Act::Warn).into_iter().collect(),
        }
    }
}

const COLUMNS: &[Column] = &[Column::new("Who", 22, 1, 0), Column::new("Holds", 28, 2, 0)];

/// ```text
///     Who              Holds
///     Alice Ng         Model Owner
///     Victor Vale      Basic Viewer on Risk, production
/// Dimmed rows come from ...
/// ```
pub fn draw(state: &State, shares: &Shares, frame: &mut Frame<'_>, area: Rect, focused: bool) {
    let mut sheet = Sheet::new(area);
    let theme = state.theme;
    if !shares.sees_all {
        let reader = state.reader();
        let who = reader.does(&state.snapshot, "can't", "can't");
        let note = format!(
            "{} see who else has access; this is {} access.",
            crate::registry::plan::capitalized(&who),
            reader.own_words(&state.snapshot)
        );
        sheet.toned(state, frame, &[(Tone::Dim, note)]);
    }
    if shares.rows.is_empty() {
        let text = match (shares.pending, shares.sees_all) {
            (Some(_), _) => "  Working it out …",
            (None, true) => "  Nobody has access yet.",
            (None, false) => "  Nothing gives access to it.",
        };
        sheet.line(frame, text, theme.dim());
        return;
    }
    let notes = notes(state, shares, focused);
    let rows = super::super::super::parts::prose::wrapped(theme, &notes, area.width).len();
    let notes_height = u16::try_from(rows).unwrap_or(0);
    let room = sheet.rest().height;
    // The rows matter more than what is said about them.
    let notes_height = if room >= notes_height + 2 {
        notes_height
    } else {
        0
    };
    let body = sheet.rows(room - notes_height);
    draw_rows(state, shares, frame, body, focused);
    if notes_height > 0 {
        sheet.toned(state, frame, &notes);
    }
}

/// What can't be taken away here is said before anybody tries: of the row under the cursor why and
/// where it can, else that the dimmed ones come from elsewhere.
fn notes(state: &State, shares: &Shares, focused: bool) -> Vec<(Tone, String)> {
    let fixed = shares.chosen().filter(|_| focused);
    if let Some(why) = fixed.and_then(|s| s.fixed(&state.snapshot)) {
        return vec![(Tone::Warn, why)];
    }
    let elsewhere = |s: &Standing| s.from != Source::Itself;
    if shares.rows.iter().any(elsewhere) {
        let text = "Dimmed rows are not granted on the model itself and can't be taken away here.";
        return vec![(Tone::Dim, text.to_owned())];
    }
    Vec::new()
}

fn draw_rows(state: &State, shares: &Shares, frame: &mut Frame<'_>, area: Rect, focused: bool) {
    let height = usize::from(area.height).saturating_sub(1).max(1);
    let mut cursor = shares.cursor;
    cursor.keep_visible(shares.rows.len(), height);
    let shown = shares.rows.iter().enumerate().skip(cursor.top).take(height);
    let rows: Vec<TableRow> = shown
        .map(|(place, share)| TableRow {
            cells: vec![state.snapshot.label(share.member), share.text.clone()],
            selected: focused && place == cursor.row,
            marked: false,
            dim: share.idle || share.from != Source::Itself,
        })
        .collect();
    for (row, place) in (1..area.height).zip(cursor.top..shares.rows.len()) {
        let row = Rect {
            y: area.y + row,
            height: 1,
            ..area
        };
        state.spots.mark(row, Spot::Row(place));
    }
    let drawn = (COLUMNS, &table::needs(&rows));
    table::draw(frame, area, state.theme, drawn, &rows, None);
}
