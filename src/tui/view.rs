//! The whole screen: header, views, what lies over them, hints.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear};
use strum::IntoEnumIterator;

use super::commands::{commands_in, disabled_reason};
use super::parts::{confirm, prose};
use super::screens;
use super::state::{Layer, Place, SMALLEST, State, View};
use super::text::{fit, width};
use super::theme::Theme;

/// From this width on there is a sidebar.
pub const MEDIUM: u16 = 100;
/// From this width on the detail stands beside the list.
pub const WIDE: u16 = 140;
const SIDEBAR: u16 = 24;

/// A frame with a title.
pub fn frame_block(theme: Theme, title: &str, focused: bool) -> Block<'static> {
    let style = if focused { theme.accent() } else { theme.dim() };
    Block::new()
        .borders(Borders::ALL)
        .border_set(theme.border_set())
        .border_style(style)
        .title(Span::styled(fit(title, 200), style))
}

/// Draws everything.
pub fn view(state: &State, frame: &mut Frame<'_>) {
    draw_all(state, frame);
    if state.theme.ascii {
        spell_in_ascii(frame.buffer_mut());
    }
}

/// Our own marks in ASCII. Names stay as they are: they are not ours to respell.
fn spell_in_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let plain = match cell.symbol() {
            "·" | "−" | "─" => "-",
            "…" => "~",
            "›" | "▸" => ">",
            "‹" => "<",
            "●" => "*",
            "↓" => "v",
            _ => continue,
        };
        cell.set_symbol(plain);
    }
}

fn draw_all(state: &State, frame: &mut Frame<'_>) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 || state.too_small() {
        let text = format!(
            "deedbox needs {}x{}; this is {}x{}. ctrl-c leaves.",
            SMALLEST.0, SMALLEST.1, area.width, area.height
        );
        let lines = super::text::wrap(&text, usize::from(area.width));
        for (i, line) in (0..area.height).zip(lines) {
            frame.render_widget(
                Line::raw(line),
                Rect {
                    y: area.y + i,
                    height: 1,
                    ..area
                },
            );
        }
        return;
    }
    let row = |y: u16| Rect {
        y,
        height: 1,
        ..area
    };
    draw_header(state, frame, row(0));
    let body = Rect {
        y: 1,
        height: area.height - 3,
        ..area
    };
    let main = draw_views(state, frame, body);
    draw_main(state, frame, main);
    draw_layers(state, frame, main);
    draw_toast(state, frame, row(area.height - 2));
    draw_hints(state, frame, row(area.height - 1));
}

/// `deedbox  Acme            alice@acme.test · rev 12`
fn draw_header(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let theme = state.theme;
    let dot = theme.dot();
    let left = if state.demo {
        format!(" deedbox{dot}demo, nothing is kept")
    } else {
        " deedbox".to_owned()
    };
    let who = state.actor.principal.map_or_else(
        || state.actor.account.clone(),
        |id| state.snapshot.label(id),
    );
    let acting = match state.actor.on_behalf_by {
        Some(by) => format!("{who} (by {})", state.snapshot.label(by)),
        None if state.actor.store_administrator => format!("{who}{dot}store administrator"),
        None => who,
    };
    let right = format!("{acting}{dot}rev {} ", state.snapshot.revision());
    let room = usize::from(area.width).saturating_sub(width(&left) + 2);
    let right = fit(&right, room);
    let gap = usize::from(area.width).saturating_sub(width(&left) + width(&right));
    frame.render_widget(
        Line::from(vec![
            Span::styled(left, theme.accent()),
            Span::raw(" ".repeat(gap)),
            Span::styled(right, theme.text()),
        ]),
        area,
    );
}

/// The views: a sidebar where there is room, else a line. Returns what is left.
fn draw_views(state: &State, frame: &mut Frame<'_>, area: Rect) -> Rect {
    if area.width < MEDIUM {
        let line = Rect { height: 1, ..area };
        let mut spans = Vec::new();
        for (number, view) in (1..).zip(View::iter()) {
            let style = if view == state.view {
                state.theme.selected()
            } else {
                state.theme.dim()
            };
            let name = if area.width < 70 {
                view.short()
            } else {
                view.into()
            };
            spans.push(Span::raw(" "));
            spans.push(Span::styled(
                format!(" {number} {name}{} ", counted(state, view)),
                style,
            ));
        }
        frame.render_widget(Line::from(spans), line);
        return Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        };
    }
    let side = Rect {
        width: SIDEBAR,
        ..area
    };
    let block = frame_block(state.theme, " Views ", false);
    let inner = block.inner(side);
    frame.render_widget(block, side);
    for ((i, number), view) in (0..inner.height).zip(1..).zip(View::iter()) {
        let here = view == state.view;
        let pointer = if here { state.theme.pointer() } else { " " };
        let text = super::text::pad(
            &format!("{pointer}{number} {view}{}", counted(state, view)),
            usize::from(inner.width),
        );
        let style = if here {
            state.theme.selected()
        } else {
            state.theme.text()
        };
        frame.render_widget(
            Line::styled(text, style),
            Rect {
                y: inner.y + i,
                height: 1,
                ..inner
            },
        );
    }
    Rect {
        x: area.x + SIDEBAR,
        width: area.width - SIDEBAR,
        ..area
    }
}

fn counted(state: &State, view: View) -> String {
    let list = state.lists.iter().find(|l| Some(l.kind) == view.list());
    list.map_or_else(String::new, |l| format!(" {}", l.rows.len()))
}

fn draw_main(state: &State, frame: &mut Frame<'_>, area: Rect) {
    if state.view == View::Journal {
        screens::journal::draw(state, frame, area);
        return;
    }
    let selected = state.list().and_then(|l| l.selected);
    let total = frame.area().width;
    match selected {
        Some(resource) if total >= WIDE => {
            let pane = area.width * 2 / 5;
            let list = Rect {
                width: area.width - pane,
                ..area
            };
            screens::models::draw(state, frame, list);
            let beside = Rect {
                x: area.x + list.width,
                width: pane,
                ..area
            };
            screens::detail::draw_preview(state, resource, frame, beside);
        }
        _ => screens::models::draw(state, frame, area),
    }
}

fn draw_layers(state: &State, frame: &mut Frame<'_>, area: Rect) {
    for layer in &state.layers {
        let rect = match layer {
            Layer::Notice(notice) => {
                let rows = prose::wrapped(state.theme, &notice.lines, 68).len() + 2;
                centred(area, 72, u16::try_from(rows).unwrap_or(u16::MAX))
            }
            Layer::Persona(_) => centred(area, 76, 11),
            _ => area,
        };
        frame.render_widget(Clear, rect);
        match layer {
            Layer::Detail(detail) => screens::detail::draw(state, detail, frame, rect),
            Layer::Share(panel) => screens::share::draw(state, panel, frame, rect),
            Layer::AccessMode(panel) => screens::access_mode::draw(state, panel, frame, rect),
            Layer::Reassign(panel) => screens::reassign::draw(state, panel, frame, rect),
            Layer::Confirm(confirm) => confirm::draw(confirm, frame, rect, state.theme),
            Layer::Entry(entry) => screens::entry::draw(state, entry, frame, rect),
            Layer::Help(help) => screens::help::draw(state, help, frame, rect),
            Layer::Palette(palette) => screens::palette::draw(state, palette, frame, rect),
            Layer::Persona(persona) => screens::persona::draw(state, persona, frame, rect),
            Layer::Notice(notice) => screens::notice::draw(notice, frame, rect, state.theme),
        }
    }
}

fn centred(area: Rect, columns: u16, rows: u16) -> Rect {
    let (columns, rows) = (columns.min(area.width), rows.min(area.height));
    Rect {
        x: area.x + (area.width - columns) / 2,
        y: area.y + (area.height - rows) / 2,
        width: columns,
        height: rows,
    }
}

/// What was done last, and how to take it back.
fn draw_toast(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let theme = state.theme;
    if state.committing {
        frame.render_widget(Line::styled(" Saving …", theme.dim()), area);
        return;
    }
    let Some(toast) = &state.toast else { return };
    let (mark, style) = if toast.bad {
        ("!", theme.bad())
    } else {
        ("+", theme.good())
    };
    let undo = if toast.undo { "  u undo" } else { "" };
    let room = usize::from(area.width).saturating_sub(4 + width(undo));
    let text = fit(&toast.text, room);
    let line = Line::from(vec![
        Span::styled(format!(" {mark} {text}"), style),
        Span::styled(undo, theme.key()),
    ]);
    frame.render_widget(line, area);
}

/// Keys of this place; one that does not apply now stays, dimmed.
fn draw_hints(state: &State, frame: &mut Frame<'_>, area: Rect) {
    let theme = state.theme;
    let place = state.place();
    let mut spans = vec![Span::raw(" ")];
    let mut room = usize::from(area.width).saturating_sub(2);
    let mut seen = Vec::new();
    let mut hints: Vec<_> = commands_in(place).filter(|c| c.hint).collect();
    // Help and back are always in sight: they come first in the count, last on the line.
    hints.sort_by_key(|c| u8::from(c.title == "help" || c.title == "back"));
    let reserved: usize = hints
        .iter()
        .filter(|c| c.title == "help" || c.title == "back")
        .map(|c| hint_width(c.keys, c.title))
        .sum();
    let mut free = room.saturating_sub(reserved);
    for command in hints {
        if seen.contains(&command.title) {
            continue;
        }
        seen.push(command.title);
        let cells = hint_width(command.keys, command.title);
        let always = command.title == "help" || command.title == "back";
        if (!always && cells > free) || cells > room {
            continue;
        }
        if !always {
            free -= cells;
        }
        room -= cells;
        let enabled = place == Place::Filter || disabled_reason(state, command.id).is_none();
        let (key, text) = if enabled {
            (theme.key(), theme.text())
        } else {
            (theme.dim(), theme.dim())
        };
        let first = command.keys.first().copied().unwrap_or_default();
        spans.push(Span::styled(first.to_owned(), key));
        spans.push(Span::styled(format!(" {}  ", command.title), text));
    }
    frame.render_widget(Line::from(spans), area);
}

fn hint_width(keys: &[&str], title: &str) -> usize {
    keys.first().map_or(0, |k| width(k)) + width(title) + 3
}
