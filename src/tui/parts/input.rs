//! One line of text to edit.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use tui_textarea::{CursorMove, TextArea};

use crate::domain::text::clean;

use super::super::text::{fit, width};
use super::super::theme::Theme;
use super::super::view::follow;

/// What a key did to a line of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// It is no key for editing.
    Not,
    /// The cursor moved, if anything.
    Moved,
    /// There is another text now.
    Changed,
}

impl Edited {
    /// Whether the key was one for editing.
    pub fn is_taken(self) -> bool {
        self != Self::Not
    }
}

/// A single-line editor.
#[derive(Debug, Clone)]
pub struct Input {
    area: TextArea<'static>,
}

impl Default for Input {
    fn default() -> Self {
        Self::new("")
    }
}

impl Input {
    /// With text in it and the cursor at its end.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::new(vec![clean(text)]);
        area.set_cursor_line_style(Style::new());
        area.move_cursor(CursorMove::End);
        Self { area }
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.area.lines().first().map_or("", String::as_str)
    }

    /// Takes a key; says what it did.
    pub fn key(&mut self, key: KeyEvent) -> Edited {
        let before = self.area.lines().first().cloned();
        match self.take(key) {
            false => Edited::Not,
            true if self.area.lines().first() == before.as_ref() => Edited::Moved,
            true => Edited::Changed,
        }
    }

    fn take(&mut self, key: KeyEvent) -> bool {
        let plain = key.modifiers - KeyModifiers::SHIFT;
        match key.code {
            // Line breaks have no place in one line.
            KeyCode::Char('m' | 'j') if plain == KeyModifiers::CONTROL => false,
            KeyCode::Char(_) if plain.is_empty() => {
                self.area.input(key);
                true
            }
            KeyCode::Char('a' | 'e' | 'w' | 'u' | 'k' | 'h' | 'd' | 'b' | 'f') => {
                if key.code == KeyCode::Char('u') {
                    self.area.delete_line_by_head();
                } else {
                    self.area.input(key);
                }
                true
            }
            KeyCode::Backspace
            | KeyCode::Delete
            | KeyCode::Left
            | KeyCode::Right
            | KeyCode::Home
            | KeyCode::End => {
                self.area.input(key);
                true
            }
            _ => false,
        }
    }

    /// Takes pasted text, as one line.
    pub fn paste(&mut self, text: &str) {
        self.area
            .insert_str(clean(text.trim_end_matches(['\r', '\n'])));
    }

    /// The cell that the cursor stands in.
    fn cursor(&self, area: Rect) -> Rect {
        let before: String = self.text().chars().take(self.area.cursor().1).collect();
        let cells = u16::try_from(width(&before)).unwrap_or(u16::MAX);
        Rect {
            x: area.x + cells.min(area.width.saturating_sub(1)),
            ..area
        }
    }

    /// Draws the line; the cursor shows where it is focused.
    pub fn draw(
        &self,
        theme: Theme,
        frame: &mut Frame<'_>,
        area: Rect,
        focused: bool,
        placeholder: &str,
    ) {
        if focused {
            follow(theme, frame, self.cursor(area));
        }
        if self.text().is_empty() {
            draw_placeholder(frame, area, focused, placeholder);
            return;
        }
        if !focused {
            // What nobody types in is read from its beginning.
            let text = fit(self.text(), usize::from(area.width));
            frame.render_widget(Line::raw(text), area);
            return;
        }
        let mut line = self.area.clone();
        line.set_cursor_style(Style::new().add_modifier(Modifier::REVERSED));
        frame.render_widget(&line, area);
    }
}

/// What would stand here; its first cell is the cursor while the line has the focus.
fn draw_placeholder(frame: &mut Frame<'_>, area: Rect, focused: bool, placeholder: &str) {
    let dim = Style::new().add_modifier(Modifier::DIM);
    let placeholder = fit(placeholder, usize::from(area.width));
    let mut rest = placeholder.chars();
    let first = rest.next().unwrap_or(' ').to_string();
    let cursor = if focused {
        dim.add_modifier(Modifier::REVERSED)
    } else {
        dim
    };
    let line = Line::from(vec![
        Span::styled(first, cursor),
        Span::styled(rest.as_str().to_owned(), dim),
    ]);
    frame.render_widget(line, area);
}
