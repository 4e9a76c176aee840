//! Lines to be read, wrapped to the room there is.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::super::text::{grouped, wrap};
use super::super::theme::Theme;
use super::scroll::Reading;

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary.
    Plain,
    /// A heading.
    Strong,
    /// Somebody gains.
    Good,
    /// Somebody loses.
    Bad,
    /// Wants attention.
    Warn,
    /// Secondary.
    Dim,
}

/// The style of a tone.
fn style(theme: Theme, tone: Tone) -> Style {
    match tone {
        Tone::Plain => theme.text(),
        Tone::Strong => theme.strong(),
        Tone::Good => theme.good(),
        Tone::Bad => theme.bad(),
        Tone::Warn => theme.warn(),
        Tone::Dim => theme.dim(),
    }
}

/// Toned lines wrapped to a width.
pub fn wrapped(theme: Theme, lines: &[(Tone, String)], cells: u16) -> Vec<Line<'static>> {
    let lines = broken(lines, cells).into_iter();
    lines
        .map(|(tone, text)| Line::styled(text, style(theme, tone)))
        .collect()
}

/// The inside of a frame with one column left free at both sides.
pub const fn margin(inner: Rect) -> Rect {
    Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    }
}

/// Draws lines that can't be scrolled; where there are more than fit, it says how many.
pub fn show(theme: Theme, lines: &[(Tone, String)], frame: &mut Frame<'_>, area: Rect) {
    draw(theme, lines, &Reading::default(), frame, area);
}

/// Draws lines as far as they are scrolled; where some are out of sight below, it says how many.
pub fn draw(
    theme: Theme,
    lines: &[(Tone, String)],
    reading: &Reading,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    draw_broken(theme, &broken(lines, area.width), reading, frame, area);
}

/// Toned lines broken to a width, each still with its tone.
pub fn broken(lines: &[(Tone, String)], cells: u16) -> Vec<(Tone, String)> {
    let broken = |(tone, text): &(Tone, String)| {
        let lines = wrap(text, usize::from(cells)).into_iter();
        lines.map(|line| (*tone, line)).collect::<Vec<_>>()
    };
    lines.iter().flat_map(broken).collect()
}

/// Draws lines that were broken to the width of the area, as [`draw`] does.
pub fn draw_broken(
    theme: Theme,
    lines: &[(Tone, String)],
    reading: &Reading,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let all = lines.len();
    let height = usize::from(area.height);
    let top = reading.top(all, height);
    let more = all > top + height && height > 1;
    // The line that says so covers no other.
    let shown = if more { area.height - 1 } else { area.height };
    let row = |i: u16| Rect {
        y: area.y + i,
        height: area.height.min(1),
        ..area
    };
    for (i, (tone, text)) in (0..shown).zip(lines.iter().skip(top)) {
        let line = Line::styled(text.as_str(), style(theme, *tone));
        frame.render_widget(line, row(i));
    }
    if more {
        let text = format!(" {} more below ", grouped(all - top - usize::from(shown)));
        let last = row(shown);
        frame.render_widget(Line::styled(text, theme.dim()).right_aligned(), last);
    }
}
