//! The line that says what was done last, or what is being done.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::super::commands::commands_in;
use super::super::parts::spots::Spot;
use super::super::state::{Place, State};
use super::super::text::{fit, width, wrap};

/// What was done last, and how to take it back.
pub(super) fn draw(state: &State, place: Place, frame: &mut Frame<'_>, area: Rect) {
    let theme = state.theme;
    if let Some(busy) = &state.busy {
        frame.render_widget(Line::styled(format!(" {busy} …"), theme.dim()), area);
        return;
    }
    let Some(toast) = &state.toast else { return };
    let (mark, style) = if toast.bad {
        ("!", theme.bad())
    } else {
        ("+", theme.good())
    };
    // In the journal the key is about the entry under the cursor.
    let offers = toast.offers.filter(|_| place != Place::Journal);
    let offers = offers.and_then(|(id, _)| commands_in(place).find(|c| c.id == id));
    let undo = offers.map_or_else(String::new, |command| {
        format!("{} {}", state.keymap.first(command), command.title)
    });
    let room = usize::from(area.width).saturating_sub(4);
    let (lines, last) = told(&toast.text, room, width(&undo));
    // What does not fit into the line takes some of what stands above it, until the next key.
    let above = u16::try_from(lines.len()).unwrap_or(0);
    let area = Rect {
        y: area.y.saturating_sub(above),
        height: area.height + above,
        ..area
    };
    frame.render_widget(Clear, area);
    let cells = u16::try_from(width(&undo)).unwrap_or(0);
    let end = Line::from(vec![
        Span::styled(format!("   {last}  "), style),
        Span::styled(undo, theme.key()),
    ]);
    let lines = lines
        .into_iter()
        .map(|l| Line::styled(format!("   {l}"), style));
    if let Some(command) = offers {
        let key = Rect {
            x: area.x + u16::try_from(width(&last) + 5).unwrap_or(u16::MAX),
            y: area.y + above,
            width: cells,
            height: 1,
        };
        state.spots.mark(key, Spot::Command(command.id));
    }
    for (i, line) in (0..area.height).zip(lines.chain([end])) {
        let row = Rect {
            y: area.y + i,
            height: 1,
            ..area
        };
        frame.render_widget(line, row);
    }
    let sign = Rect {
        width: area.width.min(3),
        height: 1,
        ..area
    };
    frame.render_widget(Line::styled(format!(" {mark} "), style), sign);
}

/// A text broken into lines, and the last of them, which leaves so many cells to a key.
fn told(text: &str, room: usize, key: usize) -> (Vec<String>, String) {
    let mut lines = wrap(text, room);
    let beside = room.saturating_sub(key + 2);
    if lines.last().is_none_or(|last| width(last) > beside) {
        lines.push(String::new());
    }
    let last = if lines.len() > TOLD {
        let rest = lines.split_off(TOLD - 1).join(" ");
        fit(&rest, beside)
    } else {
        lines.pop().unwrap_or_default()
    };
    (lines, last)
}

/// Lines that what was done takes at most.
const TOLD: usize = 3;
