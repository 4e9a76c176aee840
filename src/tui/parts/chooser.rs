//! Choosing one of what is offered, by typing: a line of text, and the rows that fit it below.

use std::collections::BTreeSet;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::text::wrap;
use super::super::theme::Theme;
use super::super::view::frame_block;
use super::find::ranked;
use super::input::Input;
use super::scroll::{self, Cursor, Step};
use super::table::{self, Column, TableRow};

/// What is offered, and what of it fits.
#[derive(Debug)]
pub struct Chooser<T> {
    input: Input,
    cursor: Cursor,
    /// Each with the texts of its row.
    all: Vec<(T, Vec<String>)>,
    /// Places in `all` of what can't be chosen now.
    dim: BTreeSet<usize>,
    /// Whether the last text of the row under the cursor is written out below the rows.
    tells: bool,
    /// Places in `all`, the best fit first.
    fitting: Vec<usize>,
}

/// Rows for what is written out below a list: as many as it takes, while the list keeps some.
pub fn told_rows(text: &str, inner: Rect) -> u16 {
    let cells = usize::from(inner.width).saturating_sub(2);
    let lines = u16::try_from(wrap(text, cells).len()).unwrap_or(u16::MAX);
    lines.clamp(2, 5).min(inner.height.saturating_sub(5))
}

impl<T> Default for Chooser<T> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<T> Chooser<T> {
    /// With everything there is to choose from, in its order.
    pub fn new(all: Vec<(T, Vec<String>)>) -> Self {
        let mut chooser = Self {
            input: Input::default(),
            cursor: Cursor::default(),
            all: Vec::new(),
            dim: BTreeSet::new(),
            tells: false,
            fitting: Vec::new(),
        };
        chooser.offer(all);
        chooser
    }

    /// Offers something else; what was typed stays.
    pub fn offer(&mut self, all: Vec<(T, Vec<String>)>) {
        self.all = all;
        self.find();
    }

    /// Offers what can be chosen now and what can't, which is dimmed; the last text of the row under
    /// the cursor is written out below.
    pub fn offer_told(&mut self, all: Vec<(T, Vec<String>, bool)>) {
        let dim = all.iter().enumerate().filter(|(_, (_, _, dim))| *dim);
        self.dim = dim.map(|(at, _)| at).collect();
        self.tells = true;
        self.offer(all.into_iter().map(|(t, cells, _)| (t, cells)).collect());
    }

    /// Puts the cursor on the first that is wanted, when it is among those in sight.
    pub fn go_to(&mut self, wanted: impl Fn(&T) -> bool, height: usize) {
        let fits = |at: &usize| self.all.get(*at).is_some_and(|(t, _)| wanted(t));
        if let Some(row) = self.fitting.iter().position(fits) {
            self.cursor.row = row;
            self.cursor.keep_visible(self.fitting.len(), height);
        }
    }

    fn find(&mut self) {
        let texts = self.all.iter().enumerate();
        let texts = texts.map(|(i, (_, cells))| (i, cells.join(" ")));
        self.fitting = ranked(self.input.text(), texts);
        self.cursor = Cursor::default();
    }

    /// What is under the cursor.
    pub fn chosen(&self) -> Option<&T> {
        let place = self.fitting.get(self.cursor.row)?;
        self.all.get(*place).map(|(choice, _)| choice)
    }

    /// Takes an editing key; says whether it was one.
    pub fn edit(&mut self, key: KeyEvent) -> bool {
        let taken = self.input.key(key);
        if taken {
            self.find();
        }
        taken
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        self.input.paste(text);
        self.find();
    }

    /// Moves among the rows that fit, of which `height` are in sight.
    pub fn step(&mut self, step: Step, height: usize) {
        self.cursor.step(step, self.fitting.len(), height);
    }

    /// Draws a frame with the line and the rows inside.
    pub fn draw(
        &self,
        theme: Theme,
        frame: &mut Frame<'_>,
        area: Rect,
        (title, columns): (&str, &[Column]),
        (focused, placeholder): (bool, &str),
    ) {
        let mut block = frame_block(theme, title, focused);
        let inner = block.inner(area);
        let height = usize::from(inner.height).saturating_sub(2);
        let mut cursor = self.cursor;
        cursor.keep_visible(self.fitting.len(), height);
        if let Some(part) = scroll::part(cursor.top, height, self.fitting.len()) {
            block = block.title_bottom(Line::styled(part, theme.dim()).right_aligned());
        }
        frame.render_widget(block, area);
        let line = Rect {
            x: inner.x + 1,
            width: inner.width.saturating_sub(2),
            height: inner.height.min(1),
            ..inner
        };
        self.input.draw(theme, frame, line, focused, placeholder);
        let told = if self.tells {
            told_rows(self.last_text(), inner)
        } else {
            0
        };
        let body = Rect {
            y: inner.y + 1,
            height: inner.height.saturating_sub(1 + told),
            ..inner
        };
        let below = Rect {
            x: inner.x + 1,
            y: body.y + body.height,
            width: inner.width.saturating_sub(2),
            height: told.min(inner.height.saturating_sub(1)),
        };
        if self.fitting.is_empty() && !self.all.is_empty() {
            let row = Rect {
                x: below.x,
                y: body.y,
                width: below.width,
                height: body.height.min(1),
            };
            let text = "Nothing fits what you typed.";
            frame.render_widget(Line::styled(text, theme.dim()), row);
            return;
        }
        self.draw_told(theme, frame, below);
        let shown = self.fitting.iter().enumerate().skip(cursor.top);
        let rows: Vec<TableRow> = shown
            .take(height)
            .filter_map(|(place, at)| {
                Some(TableRow {
                    cells: self.all.get(*at)?.1.clone(),
                    selected: place == cursor.row,
                    dim: self.dim.contains(at),
                    ..TableRow::default()
                })
            })
            .collect();
        table::draw(frame, body, theme, columns, &rows, None);
    }

    /// The last text of the row under the cursor.
    fn last_text(&self) -> &str {
        let place = self.fitting.get(self.cursor.row);
        let cells = place.and_then(|p| self.all.get(*p)).map(|(_, cells)| cells);
        cells.and_then(|c| c.last()).map_or("", String::as_str)
    }

    /// The row under the cursor written out, for what its cell has no room for.
    fn draw_told(&self, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
        let lines = wrap(self.last_text(), usize::from(area.width));
        for (i, line) in (0..area.height).zip(lines) {
            let row = Rect {
                y: area.y + i,
                height: 1,
                ..area
            };
            frame.render_widget(Line::styled(line, theme.dim()), row);
        }
    }
}
