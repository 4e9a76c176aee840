//! Choosing one of what is offered, by typing: a line of text, and the rows that fit it below.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::commands::{CommandId, key_in};
use super::super::state::{Place, State};
use super::super::text::wrap;
use super::super::theme::Theme;
use super::super::view::frame_block;
use super::corpus::{Corpus, Found};
use super::find::NAME_END;
use super::input::{Edited, Input};
use super::scroll::{self, Cursor, Step};
use super::spots::Spot;
use super::table::{self, Column, Needs, TableRow};

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
    /// Places in `all`, with what one looks for them by.
    corpus: Corpus<usize>,
    /// Those that fit, the best fit first; or what may have been meant.
    found: Found<usize>,
    /// What the columns of the rows seen need.
    needs: RefCell<Needs>,
}

/// Rows for what is written out below a list: as many as it takes, while the list keeps some.
pub fn told_rows(text: &str, inner: Rect) -> u16 {
    let cells = usize::from(inner.width).saturating_sub(2);
    let lines = u16::try_from(wrap(text, cells).len()).unwrap_or(u16::MAX);
    lines.clamp(2, 5).min(inner.height.saturating_sub(5))
}

/// Notes where rows stand that were drawn below their titles: a click takes one.
pub fn mark_rows(state: &State, body: Rect, places: Range<usize>) {
    for (row, place) in (1..body.height).zip(places) {
        let row = Rect {
            y: body.y + row,
            height: 1,
            ..body
        };
        state.spots.mark(row, Spot::Offered(place));
    }
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
            corpus: Corpus::default(),
            found: Found::default(),
            needs: RefCell::default(),
        };
        chooser.offer(all);
        chooser
    }

    /// Offers something else; what was typed stays.
    pub fn offer(&mut self, all: Vec<(T, Vec<String>)>) {
        let texts = all.iter().enumerate().map(|(at, (_, cells))| {
            let (name, rest) = cells.split_first().map_or(("", &[][..]), |(n, r)| (n, r));
            (
                at,
                format!("{name}{NAME_END}{}", rest.join(" ")).to_lowercase(),
            )
        });
        self.corpus = Corpus::new(texts);
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
        if let Some(row) = self.found.rows.iter().position(fits) {
            self.cursor.row = row;
            self.cursor.keep_visible(self.found.rows.len(), height);
        }
    }

    fn find(&mut self) {
        self.found = self.corpus.search(self.input.text());
        self.cursor = Cursor::default();
    }

    /// What is under the cursor.
    pub fn chosen(&self) -> Option<&T> {
        let place = self.found.rows.get(self.cursor.row)?;
        self.all.get(*place).map(|(choice, _)| choice)
    }

    /// Takes an editing key; says whether it was one.
    pub fn edit(&mut self, key: KeyEvent) -> bool {
        // The rows have a first and a last one.
        if matches!(key.code, KeyCode::Home | KeyCode::End) {
            return false;
        }
        let edited = self.input.key(key);
        if edited == Edited::Changed {
            self.find();
        }
        edited.is_taken()
    }

    /// Takes a command that is every chooser's: what may have been meant is looked for instead, where
    /// nothing fits what was typed. Says whether it was one.
    pub fn perform(&mut self, command: CommandId) -> bool {
        let own = command == CommandId::Nearest;
        if own {
            self.take_nearest();
        }
        own
    }

    fn take_nearest(&mut self) {
        if let Some(nearest) = self.found.nearest.take() {
            self.input = Input::new(&nearest);
            self.find();
        }
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        self.input.paste(text);
        self.find();
    }

    /// A click on a row that fits: the cursor goes there; the command that follows.
    pub const fn point(&mut self, spot: Spot) -> Option<CommandId> {
        if let Spot::Offered(row) = spot {
            self.cursor.row = row;
        }
        spot.command()
    }

    /// Moves among the rows that fit, of which `height` are in sight.
    pub fn step(&mut self, step: Step, height: usize) {
        self.cursor.step(step, self.found.rows.len(), height);
    }

    /// Draws a frame with the line and the rows inside.
    pub fn draw(
        &self,
        state: &State,
        frame: &mut Frame<'_>,
        area: Rect,
        (title, columns): (&str, &[Column]),
        (focused, placeholder): (bool, &str),
    ) {
        let theme = state.theme;
        let mut block = frame_block(theme, title, focused);
        let inner = block.inner(area);
        let height = usize::from(inner.height).saturating_sub(2);
        let mut cursor = self.cursor;
        cursor.keep_visible(self.found.rows.len(), height);
        if let Some(part) = scroll::part(cursor.top, height, self.found.rows.len()) {
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
        if self.found.rows.is_empty() && !self.all.is_empty() {
            let row = Rect {
                x: below.x,
                y: body.y,
                width: below.width,
                height: body.height.min(1),
            };
            let text = match &self.found.nearest {
                Some(nearest) => {
                    let key = key_in(state, Place::Picker, CommandId::Nearest);
                    let key = key.unwrap_or_default();
                    format!("Nothing fits what you typed. {key} looks for `{nearest}` instead.")
                }
                None => "Nothing fits what you typed.".to_owned(),
            };
            frame.render_widget(Line::styled(text, theme.dim()), row);
            return;
        }
        self.draw_told(theme, frame, below);
        let shown = self.found.rows.iter().enumerate().skip(cursor.top);
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
        let places = cursor.top..cursor.top + rows.len();
        let mut needs = self.needs.borrow_mut();
        needs.widen(rows.iter().map(|row| row.cells.as_slice()));
        table::draw(frame, body, theme, (columns, &needs), &rows, None);
        mark_rows(state, body, places);
    }

    /// The last text of the row under the cursor.
    fn last_text(&self) -> &str {
        let place = self.found.rows.get(self.cursor.row);
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
