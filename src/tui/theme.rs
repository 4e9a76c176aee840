//! What things look like: roles, not colours. Colours are the terminal's own sixteen, and never
//! carry meaning alone.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

/// Colours and marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Whether colours are used at all (`NO_COLOR`).
    pub colour: bool,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
}

impl Default for Theme {
    fn default() -> Self {
        Self {
            colour: true,
            ascii: false,
        }
    }
}

const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

impl Theme {
    fn coloured(self, colour: Color) -> Style {
        if self.colour {
            Style::new().fg(colour)
        } else {
            Style::new()
        }
    }

    /// Ordinary text: the terminal's own.
    pub const fn text(self) -> Style {
        Style::new()
    }

    /// Secondary text.
    pub const fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// Titles and the focused border.
    pub fn accent(self) -> Style {
        self.coloured(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// Emphasis without colour.
    pub const fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Gains and success.
    pub fn good(self) -> Style {
        self.coloured(Color::Green)
    }

    /// Losses, refusals, danger.
    pub fn bad(self) -> Style {
        self.coloured(Color::Red)
    }

    /// What wants attention.
    pub fn warn(self) -> Style {
        self.coloured(Color::Magenta)
    }

    /// The selected row: reversed, and marked besides.
    pub const fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// Keys in hints.
    pub fn key(self) -> Style {
        self.coloured(Color::Cyan)
    }

    /// Borders of frames.
    pub const fn border_set(self) -> border::Set<'static> {
        if self.ascii {
            ASCII_BORDER
        } else {
            border::PLAIN
        }
    }

    /// The mark of the selected row.
    pub const fn pointer(self) -> &'static str {
        if self.ascii { ">" } else { "▸" }
    }

    /// The mark of a marked row.
    pub const fn mark(self) -> &'static str {
        if self.ascii { "*" } else { "●" }
    }

    /// The mark of the column that rows are sorted by.
    pub const fn sorted(self, backwards: bool) -> &'static str {
        match (self.ascii, backwards) {
            (true, false) => " v",
            (true, true) => " ^",
            (false, false) => " ↓",
            (false, true) => " ↑",
        }
    }

    /// A chosen box.
    pub const fn checked(self, on: bool) -> &'static str {
        if on { "[x]" } else { "[ ]" }
    }

    /// What stands between parts of a line.
    pub const fn dot(self) -> &'static str {
        if self.ascii { " - " } else { " · " }
    }
}
