//! The names of the views: a sidebar where there is room, else a line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use strum::IntoEnumIterator;

use super::super::commands::{COMMANDS, CommandId};
use super::super::console::Console;
use super::super::parts::spots::Spot;
use super::super::parts::table;
use super::super::perform::view_of;
use super::super::state::{State, View};
use super::super::text::{pad, width};
use super::{MEDIUM, frame_block};

const SIDEBAR: u16 = 24;

/// Where the sidebar or the line of views is, and what is left for the rest.
pub(super) fn split(area: Rect) -> (Rect, Rect) {
    if area.width < MEDIUM {
        let line = Rect { height: 1, ..area };
        let rest = Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        };
        return (line, rest);
    }
    let side = Rect {
        width: SIDEBAR,
        ..area
    };
    let rest = Rect {
        x: area.x + SIDEBAR,
        width: area.width - SIDEBAR,
        ..area
    };
    (side, rest)
}

/// The views: a sidebar where there is room, else a line.
pub(super) fn draw(console: &Console, frame: &mut Frame<'_>, area: Rect) {
    if area.height <= 1 {
        draw_view_line(console, frame, area);
        return;
    }
    let theme = console.state.theme;
    let block = frame_block(theme, " Views ", false);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    for (i, view) in (0..inner.height).zip(View::iter()) {
        let here = view == console.view;
        let pointer = if here { theme.pointer() } else { " " };
        let count = counted(console, view);
        let room = usize::from(inner.width).saturating_sub(width(&count));
        let name = pad(
            &format!("{pointer}{} {view}", key_of(&console.state, view)),
            room,
        );
        let style = if here { theme.selected() } else { theme.text() };
        let row = Rect {
            y: inner.y + i,
            height: 1,
            ..inner
        };
        frame.render_widget(Line::styled(format!("{name}{count}"), style), row);
        console.state.spots.mark(row, Spot::View(view));
    }
}

/// As many views as fit around the present one, each where it stands.
fn view_line(console: &Console, cells: u16) -> Vec<(View, String)> {
    let all: Vec<(View, String)> = View::iter()
        .map(|view| {
            let name = if view == console.view || cells >= 70 {
                <&str>::from(view)
            } else {
                view.short()
            };
            let count = counted(console, view);
            (
                view,
                format!(" {} {name}{count} ", key_of(&console.state, view)),
            )
        })
        .collect();
    let here = all
        .iter()
        .position(|(v, _)| *v == console.view)
        .unwrap_or(0);
    let room = usize::from(cells).saturating_sub(4);
    let (mut first, mut last) = (here, here + 1);
    let size = |from: usize, to: usize| -> usize {
        let shown = all.get(from..to).unwrap_or_default();
        shown.iter().map(|(_, t)| width(t)).sum()
    };
    // Grown to the right, then to the left: the start of the list is where one comes from.
    while last < all.len() && size(first, last + 1) <= room {
        last += 1;
    }
    while first > 0 && size(first - 1, last) <= room {
        first -= 1;
    }
    all.into_iter().skip(first).take(last - first).collect()
}

fn draw_view_line(console: &Console, frame: &mut Frame<'_>, area: Rect) {
    let theme = console.state.theme;
    let shown = view_line(console, area.width);
    let more = |at: Option<&(View, String)>, end: Option<View>| {
        at.map(|(v, _)| *v) != end && end.is_some()
    };
    let (left, right) = if theme.ascii {
        ("< ", " >")
    } else {
        ("‹ ", " ›")
    };
    let before = if more(shown.first(), View::iter().next()) {
        left
    } else {
        "  "
    };
    let after = if more(shown.last(), View::iter().next_back()) {
        right
    } else {
        ""
    };
    let mut spans = vec![Span::styled(before, theme.dim())];
    let mut start = area.x + 2;
    for (view, text) in shown {
        let place = Rect {
            x: start,
            width: u16::try_from(width(&text)).unwrap_or(u16::MAX),
            ..area
        };
        start += place.width;
        console.state.spots.mark(place, Spot::View(view));
        let style = if view == console.view {
            theme.selected()
        } else {
            theme.dim()
        };
        spans.push(Span::styled(text, style));
    }
    spans.push(Span::styled(after, theme.dim()));
    let ends = [
        (area.x, before.trim(), CommandId::PreviousView),
        (start, after.trim(), CommandId::NextView),
    ];
    for (x, _, command) in ends.into_iter().filter(|(_, sign, _)| !sign.is_empty()) {
        let place = Rect {
            x,
            width: 2,
            ..area
        };
        console.state.spots.mark(place, Spot::Command(command));
    }
    frame.render_widget(Line::from(spans), area);
}

fn counted(console: &Console, view: View) -> String {
    let state = &console.state;
    let count = match view {
        // Nobody has to have looked at it for that.
        View::Journal => Some(state.entries().len()).filter(|_| state.history_read),
        view => console.shown(view).count(),
    };
    count.map_or_else(String::new, |n| format!(" {}", short_number(n)))
}

/// `12`, `9 999`, `1.0 M`: a number in at most five cells.
fn short_number(n: usize) -> String {
    match n {
        0..10_000 => table::grouped(n),
        10_000..1_000_000 => format!("{} k", n / 1_000),
        _ => {
            let tenths = n / 100_000;
            format!("{}.{} M", tenths / 10, tenths % 10)
        }
    }
}

/// The key that goes to a view.
fn key_of(state: &State, view: View) -> String {
    let command = COMMANDS.iter().find(|c| view_of(c.id) == Some(view));
    command.map_or_else(String::new, |c| state.keymap.first(c))
}
