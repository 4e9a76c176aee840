//! Who has access to a model, and how.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::authz::{capabilities, who_can};
use crate::domain::{Capability, PrincipalId, Target};

use super::super::super::parts::table::{self, Column, TableRow};
use super::super::super::state::State;
use super::super::share::routes;
use super::Detail;

const PEOPLE: &[Column] = &[
    Column {
        title: "Who",
        min: 18,
        share: 1,
        give: 0,
    },
    Column {
        title: "Can",
        min: 16,
        share: 1,
        give: 1,
    },
    Column {
        title: "How",
        min: 26,
        share: 3,
        give: 0,
    },
];

/// Everybody who may see it, what they can do, and every route.
pub(super) fn draw(state: &State, detail: &Detail, frame: &mut Frame<'_>, area: Rect) {
    let snapshot = &state.snapshot;
    let target = Target::Resource(detail.resource);
    let holders = who_can(snapshot, Capability::See.into(), target, state.now);
    let height = usize::from(area.height).saturating_sub(1);
    let top = detail.cursor.row.min(holders.len().saturating_sub(height));
    let rows: Vec<TableRow> = holders
        .iter()
        .skip(top)
        .take(height)
        .map(|holder| {
            let name = if holder.principal == PrincipalId::ANONYMOUS {
                "Everybody (public)".to_owned()
            } else {
                snapshot.label(holder.principal)
            };
            let can = capabilities(snapshot, holder.principal, target, state.now);
            TableRow {
                cells: vec![name, can.words(), routes(snapshot, &holder.routes)],
                ..TableRow::default()
            }
        })
        .collect();
    table::draw(frame, area, state.theme, PEOPLE, &rows, None);
    if holders.len() > height && area.height > 0 {
        let shown = format!(
            "{}-{} of {}",
            top + 1,
            (top + height).min(holders.len()),
            holders.len()
        );
        let row = Rect {
            y: area.y,
            height: 1,
            ..area
        };
        frame.render_widget(Line::styled(shown, state.theme.dim()).right_aligned(), row);
    }
}
