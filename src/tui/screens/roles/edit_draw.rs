//! How the role editor looks.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::domain::Platform;

use super::super::super::parts::spots::Spot;
use super::super::super::state::State;
use super::super::super::text::pad;
use super::super::super::view::follow;
use super::super::form;
use super::edit::{Field, RoleEditor, levels};

/// ```text
/// ┌ Edit role ────────────────────────────────┐
/// │   Name    projects/risk-prod/roles/scorer │
/// │   Title   Scorer                          │
/// │   For                                     │
/// │ ▸ Filter  predict▏                2 of 56 │
/// │   [x] ml.models.predict                   │
/// └───────────────────────────────────────────┘
/// ```
pub(super) fn draw(state: &State, editor: &RoleEditor, frame: &mut Frame<'_>, area: Rect) {
    let theme = state.theme;
    let title = match (&editor.changed, &editor.like) {
        (Some(role), _) => format!(" Edit the role {} ", role.id),
        (None, Some(like)) => format!(" New role, begun as a copy of {like} "),
        (None, None) => " New role ".to_owned(),
    };
    let mut sheet = form::panel(state, frame, area, &title);
    let on = |field| editor.field == field;
    if editor.changed.is_none() {
        let places = (Field::Place.into(), &editor.places);
        form::draw_choice(state, &mut sheet, frame, places, on(Field::Place));
        let id = (Field::Id.into(), &editor.id, "what bindings will call it");
        form::draw_text(state, &mut sheet, frame, id, on(Field::Id));
    }
    let texts = [
        (Field::Title, &editor.title, "what people call it"),
        (Field::Text, &editor.text, "what it is for"),
        (
            Field::List,
            &editor.filter,
            "type to find a permission; space toggles it",
        ),
    ];
    for (field, input, placeholder) in texts {
        let text = (field.into(), input, placeholder);
        form::draw_text(state, &mut sheet, frame, text, on(field));
    }
    let how = if on(Field::List) {
        format!("{}space toggles", theme.dot())
    } else {
        String::new()
    };
    let heading = format!("{} of {} held{how}", editor.held(), editor.items.len());
    form::heading(state, &mut sheet, frame, &heading);
    let body = sheet.rest();
    let deep = editor.platform == Platform::AiBuilder;
    let names = usize::from(body.width).saturating_sub(if deep { 28 } else { 7 });
    let levels = levels(editor.platform);
    let shown = editor.shown();
    if shown.is_empty() {
        sheet.line(
            frame,
            "  nothing fits; esc shows everything again",
            theme.dim(),
        );
        return;
    }
    let mut cursor = editor.cursor;
    cursor.keep_visible(shown.len(), usize::from(body.height));
    let rows = shown.iter().enumerate().skip(cursor.top);
    for (i, (place, at)) in (0..body.height).zip(rows) {
        let Some(item) = editor.items.get(*at) else {
            continue;
        };
        let here = on(Field::List) && place == cursor.row;
        let pointer = if here { theme.pointer() } else { " " };
        let check = theme.checked(item.level > 0);
        let depth = levels.get(item.level).map_or("", String::as_str);
        let depth = if deep { depth } else { "" };
        let text = format!("{pointer} {check} {} {depth}", pad(&item.name, names));
        let style = if here {
            theme.selected()
        } else if item.level > 0 {
            theme.strong()
        } else {
            theme.text()
        };
        let row = Rect {
            y: body.y + i,
            height: 1,
            ..body
        };
        frame.render_widget(Line::styled(text, style), row);
        state.spots.mark(row, Spot::Row(place));
        if here {
            follow(theme, frame, row);
        }
    }
}
