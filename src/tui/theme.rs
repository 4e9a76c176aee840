//! What things look like: roles, not colours. Colours are the terminal's own sixteen, and never
//! carry meaning alone.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use serde::Deserialize;
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// For which background, and for whose eyes.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Deserialize,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Scheme {
    /// On a dark background.
    #[default]
    Dark,
    /// On a light background: darker colours.
    Light,
    /// Bright colours, bold, and nothing faint.
    HighContrast,
    /// No colours at all.
    None,
}

impl Scheme {
    /// The next one; it goes round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::HighContrast,
            Self::HighContrast => Self::None,
            Self::None => Self::Dark,
        }
    }
}

/// What a colour is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tint {
    Accent,
    Good,
    Bad,
    Warn,
}

/// Colours and marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Theme {
    /// Colours.
    pub scheme: Scheme,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    /// For screen readers: no borders, and the terminal's own cursor on the chosen row.
    pub accessible: bool,
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
    fn tinted(self, tint: Tint) -> Style {
        let colour = match (self.scheme, tint) {
            (Scheme::None, _) => return Style::new(),
            (Scheme::Dark, Tint::Accent) => Color::Cyan,
            (Scheme::Light, Tint::Accent) => Color::Blue,
            (Scheme::Dark | Scheme::Light, Tint::Good) => Color::Green,
            (Scheme::Dark | Scheme::Light, Tint::Bad) => Color::Red,
            (Scheme::Dark | Scheme::Light, Tint::Warn) => Color::Magenta,
            (Scheme::HighContrast, Tint::Accent) => Color::LightCyan,
            (Scheme::HighContrast, Tint::Good) => Color::LightGreen,
            (Scheme::HighContrast, Tint::Bad) => Color::LightRed,
            (Scheme::HighContrast, Tint::Warn) => Color::LightMagenta,
        };
        let style = Style::new().fg(colour);
        if self.scheme == Scheme::HighContrast {
            style.add_modifier(Modifier::BOLD)
        } else {
            style
        }
    }

    /// Ordinary text: the terminal's own.
    pub const fn text(self) -> Style {
        Style::new()
    }

    /// Secondary text; never faint where contrast matters.
    pub const fn dim(self) -> Style {
        match self.scheme {
            Scheme::HighContrast => Style::new(),
            _ => Style::new().add_modifier(Modifier::DIM),
        }
    }

    /// Titles and the focused border.
    pub fn accent(self) -> Style {
        self.tinted(Tint::Accent).add_modifier(Modifier::BOLD)
    }

    /// Emphasis without colour.
    pub const fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Gains and success.
    pub fn good(self) -> Style {
        self.tinted(Tint::Good)
    }

    /// Losses, refusals, danger.
    pub fn bad(self) -> Style {
        self.tinted(Tint::Bad)
    }

    /// What wants attention.
    pub fn warn(self) -> Style {
        self.tinted(Tint::Warn)
    }

    /// The selected row: reversed, and marked besides.
    pub const fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// Keys in hints.
    pub fn key(self) -> Style {
        self.tinted(Tint::Accent)
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
        if self.ascii { " | " } else { " · " }
    }
}
