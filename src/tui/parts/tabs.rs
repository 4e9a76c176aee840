//! The line of a page's parts.

use ratatui::text::{Line, Span};

use super::super::text::width;
use super::super::theme::Theme;

/// The names in a line, the current one marked.
pub fn line(theme: Theme, names: &[&'static str], current: usize) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    for (place, name) in names.iter().enumerate() {
        let style = if place == current {
            theme.selected()
        } else {
            theme.dim()
        };
        // Colour alone says nothing.
        let text = if place == current {
            format!("[{name}]")
        } else {
            format!(" {name} ")
        };
        spans.push(Span::styled(text, style));
        spans.push(Span::raw(" "));
    }
    Line::from(spans)
}

/// The name at a column of that line.
pub fn at(names: &[&'static str], column: u16) -> Option<usize> {
    let mut start = 1;
    for (place, name) in names.iter().enumerate() {
        let end = start + width(name) + 2;
        if (start..end).contains(&usize::from(column)) {
            return Some(place);
        }
        start = end + 1;
    }
    None
}

/// The next or previous place among `count`; it goes round.
pub const fn turn(place: usize, count: usize, forward: bool) -> usize {
    if count == 0 {
        return 0;
    }
    if forward {
        (place + 1) % count
    } else {
        (place + count - 1) % count
    }
}
