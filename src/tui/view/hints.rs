//! The last line: keys of this place.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::commands::{Command, CommandId, commands_in, disabled_reason};
use super::super::console::Console;
use super::super::parts::spots::Spot;
use super::super::state::{Place, State};
use super::super::text::width;

/// A command as the line of hints has it.
struct Hint {
    command: &'static Command,
    /// What it is called here.
    title: String,
    /// Whether it applies now.
    applies: bool,
}

impl Hint {
    fn width(&self, state: &State) -> usize {
        width(&state.keymap.first(self.command)) + width(&self.title) + 3
    }
}

/// The commands of this place that fit into a line, and whether each applies now. Help, back and the
/// way to the next tab are always in sight, last on the line.
fn hints(console: &Console, cells: u16) -> Vec<Hint> {
    let place = console.place();
    let state = &console.state;
    // Where text is typed, what the panel does is worth more than help.
    let last = |h: &Hint| match h.command.id {
        CommandId::NextTab | CommandId::Back => true,
        CommandId::Help => h.command.keys.contains(&"?"),
        _ => false,
    };
    let mut all: Vec<Hint> = Vec::new();
    for command in commands_in(place).filter(|c| c.hint) {
        let called = console.top().called(command.id);
        let title = called.unwrap_or_else(|| command.title.to_owned());
        if !title.is_empty() && !all.iter().any(|h| h.title == title) {
            all.push(Hint {
                command,
                title,
                applies: true,
            });
        }
    }
    let mut room = usize::from(cells).saturating_sub(2);
    let kept: usize = all.iter().filter(|h| last(h)).map(|h| h.width(state)).sum();
    let mut free = room.saturating_sub(kept);
    all.sort_by_key(|h| last(h));
    all.retain(|hint| {
        let cells = hint.width(state);
        let fits = cells <= room && (last(hint) || cells <= free);
        if fits {
            room -= cells;
            free = free.saturating_sub(if last(hint) { 0 } else { cells });
        }
        fits
    });
    for hint in &mut all {
        hint.applies =
            place == Place::Filter || disabled_reason(console, hint.command.id).is_none();
    }
    all
}

/// Keys of this place; one that does not apply now stays, dimmed.
pub(super) fn draw(console: &Console, frame: &mut Frame<'_>, area: Rect) {
    let state = &console.state;
    let theme = state.theme;
    let mut spans = vec![Span::raw(" ")];
    let mut start = area.x + 1;
    for hint in hints(console, area.width) {
        let place = Rect {
            x: start,
            width: u16::try_from(hint.width(state)).unwrap_or(u16::MAX),
            ..area
        };
        start += place.width;
        state.spots.mark(place, Spot::Command(hint.command.id));
        let (key, text) = if hint.applies {
            (theme.key(), theme.text())
        } else {
            (theme.dim(), theme.dim())
        };
        let first = state.keymap.first(hint.command);
        spans.push(Span::styled(first, key));
        spans.push(Span::styled(format!(" {}  ", hint.title), text));
    }
    frame.render_widget(Line::from(spans), area);
}
