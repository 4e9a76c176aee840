//! Choosing one of what is offered, by typing: a line of text, and the rows that fit it below.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

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
    /// Places in `all`, the best fit first.
    fitting: Vec<usize>,
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
        self.input.draw(frame, line, focused, placeholder);
        let body = Rect {
            y: inner.y + 1,
            height: inner.height.saturating_sub(1),
            ..inner
        };
        let shown = self.fitting.iter().enumerate().skip(cursor.top);
        let rows: Vec<TableRow> = shown
            .take(height)
            .filter_map(|(place, at)| {
                Some(TableRow {
                    cells: self.all.get(*at)?.1.clone(),
                    selected: place == cursor.row,
                    ..TableRow::default()
                })
            })
            .collect();
        table::draw(frame, body, theme, columns, &rows, None);
    }
}
