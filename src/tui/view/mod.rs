//! The whole screen: header, views, what lies over them, hints.

mod header;
mod hints;
mod toast;
mod views;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear};

use super::console::Console;
use super::state::SMALLEST;
use super::text::fit;
use super::theme::Theme;
use super::walkthrough::tour;

/// From this width on there is a sidebar.
pub const MEDIUM: u16 = 100;
/// From this width on the detail stands beside the list.
pub const WIDE: u16 = 140;

/// A frame with a title.
pub fn frame_block(theme: Theme, title: &str, focused: bool) -> Block<'static> {
    let style = if focused { theme.accent() } else { theme.dim() };
    if theme.accessible {
        return Block::new().title(Span::styled(fit(title.trim(), 200), style));
    }
    Block::new()
        .borders(Borders::ALL)
        .border_set(theme.border_set())
        .border_style(style)
        .title(Span::styled(fit(title, 200), style))
}

/// Puts the terminal's own cursor where a screen reader is to go on; of several places drawn the last
/// one counts, so what is chosen comes after what surrounds it.
pub fn follow(theme: Theme, frame: &mut Frame<'_>, place: Rect) {
    if theme.accessible && place.height > 0 {
        frame.set_cursor_position((place.x, place.y));
    }
}

/// Draws everything.
pub fn view(console: &Console, frame: &mut Frame<'_>) {
    draw_all(console, frame);
    if console.state.theme.ascii {
        spell_in_ascii(frame.buffer_mut());
    }
}

/// Our own marks in ASCII. Names stay as they are: they are not ours to respell.
fn spell_in_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let plain = match cell.symbol() {
            "−" | "─" => "-",
            "·" => "|",
            "…" => "~",
            "›" | "▸" => ">",
            "‹" => "<",
            "●" | "•" => "*",
            "↓" => "v",
            "↑" => "^",
            _ => continue,
        };
        cell.set_symbol(plain);
    }
}

fn draw_all(console: &Console, frame: &mut Frame<'_>) {
    let state = &console.state;
    state.spots.clear();
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
    let area = Rect {
        height: area.height.saturating_sub(state.panel),
        ..area
    };
    if let Some(tour) = &console.tour {
        let panel = Rect {
            y: area.height,
            height: state.panel,
            ..area
        };
        tour::draw(state.theme, tour, frame, panel);
    }
    let row = |y: u16| Rect {
        y,
        height: 1,
        ..area
    };
    header::draw(console, frame, row(0));
    let (views, main) = views::split(body(area));
    let home = console.layers().is_empty();
    console.shown(console.view).draw(state, frame, main, home);
    draw_layers(console, frame, main);
    views::draw(console, frame, views);
    toast::draw(state, console.place(), frame, row(area.height - 2));
    hints::draw(console, frame, row(area.height - 1));
}

/// What header, toast and hints leave.
const fn body(area: Rect) -> Rect {
    Rect {
        y: 1,
        height: area.height.saturating_sub(3),
        ..area
    }
}

/// Where the screen on top is drawn.
pub fn top_area(console: &Console) -> Rect {
    let state = &console.state;
    let area = Rect::new(0, 0, state.size.0, state.size.1);
    let (_, main) = views::split(body(area));
    match console.layers().last() {
        Some(layer) => layer.area(state, main),
        None => main,
    }
}

fn draw_layers(console: &Console, frame: &mut Frame<'_>, area: Rect) {
    let layers = console.layers();
    for (i, layer) in layers.iter().enumerate() {
        let rect = layer.area(&console.state, area);
        if i + 1 == layers.len() {
            calm(frame.buffer_mut(), area);
            // What lies below it is not clicked.
            console.state.spots.clear();
        }
        let cleared = if console.state.theme.accessible {
            // Without frames, what stands beside a panel would be read as part of it.
            Rect {
                x: area.x,
                width: area.width,
                ..rect
            }
        } else {
            apart_from(rect, area)
        };
        frame.render_widget(Clear, cleared);
        layer.draw(&console.state, frame, rect, i + 1 == layers.len());
    }
}

/// A panel over a view with a free column at both sides, so that no letter leans on its frame.
const fn apart_from(panel: Rect, area: Rect) -> Rect {
    if panel.x < area.x + 2 {
        return panel;
    }
    Rect {
        x: panel.x - 1,
        width: panel.width + 2,
        ..panel
    }
}

/// Only what is on top has a row under the cursor.
pub(super) fn calm(buffer: &mut Buffer, area: Rect) {
    for place in area.positions() {
        if let Some(cell) = buffer.cell_mut(place) {
            cell.modifier.remove(Modifier::REVERSED);
        }
    }
}

/// A place of a given size in the middle of an area.
pub fn centred(area: Rect, columns: u16, rows: u16) -> Rect {
    let (columns, rows) = (columns.min(area.width), rows.min(area.height));
    Rect {
        x: area.x + (area.width - columns) / 2,
        y: area.y + (area.height - rows) / 2,
        width: columns,
        height: rows,
    }
}
