//! How a list looks: its title, the rows in sight, the filter line, and what stands there while there
//! is nothing to show.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::authz::wording;
use crate::domain::Timestamp;
use crate::registry::oversight::Oversight;

use super::super::super::commands::{CommandId, key_in};
use super::super::super::parts::scroll;
use super::super::super::parts::table::{self, TableRow};
use super::super::super::screen::Screen;
use super::super::super::state::{Place, State};
use super::super::super::text::wrap;
use super::super::super::theme::Theme;
use super::super::super::view::frame_block;
use super::super::pane;
use super::{ListScreen, Rows};

impl<R: Rows> ListScreen<R> {
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

    pub(super) fn draw_list(
        &self,
        state: &State,
        frame: &mut Frame<'_>,
        area: Rect,
        focused: bool,
    ) {
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
        let mut needs = self.needs.borrow_mut();
        needs.widen(rows.iter().map(|row| row.cells.as_slice()));
        let drawn = (self.rows.columns(), &*needs);
        table::draw(frame, body, theme, drawn, &rows, sort);
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
        let may = state.withheld(Oversight::LookBack).is_none();
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

/// What reads again after a failure.
pub fn retry_key(state: &State, place: Place) -> String {
    key_in(state, place, CommandId::Refresh).unwrap_or_else(|| "opening it anew".to_owned())
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
