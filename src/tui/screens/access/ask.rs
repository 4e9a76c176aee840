//! Drawing the question line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::Target;

use super::super::super::state::State;
use super::super::super::text::{pad, width};
use super::super::super::view::frame_block;
use super::super::form::{self, Sheet};
use super::fields::{Field, Fields};
use super::rows::kind_of;

impl Fields {
    /// Rows that the question takes: one sentence while the answer is read, else the fields with
    /// the candidates of the one that is typed in.
    pub fn height(&self, _: &State, area: Rect) -> u16 {
        if self.at == Field::Answer {
            return 3.min(area.height);
        }
        let candidates = match self.at {
            Field::Who if self.who.chosen.is_none() => {
                self.who.candidates.len() + usize::from(self.who.more > 0)
            }
            Field::Can if self.can.typing => {
                self.can.candidates.len() + usize::from(self.can.more > 0)
            }
            Field::What if self.what.chosen.is_none() => {
                self.what.candidates.len() + usize::from(self.what.more > 0)
            }
            _ => 0,
        };
        let typed = matches!(self.at, Field::Who | Field::What) || self.can.typing;
        let candidates = candidates.max(usize::from(typed));
        let rows = u16::try_from(candidates).unwrap_or(0) + 6;
        rows.min(area.height.saturating_sub(3))
    }

    /// Draws the question.
    pub fn draw(
        &self,
        state: &State,
        frame: &mut Frame<'_>,
        area: Rect,
        focused: bool,
        sentence: Option<String>,
    ) {
        let typing = self.at != Field::Answer;
        let title = if typing { " Ask " } else { " Question " };
        let block = frame_block(state.theme, title, focused && typing);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let mut sheet = Sheet::new(Rect {
            width: inner.width.saturating_sub(1),
            ..inner
        });
        if !typing {
            let text = sentence.unwrap_or_default();
            sheet.line(frame, &format!(" {text}"), state.theme.strong());
            return;
        }
        self.draw_fields(state, frame, &mut sheet);
    }

    fn draw_fields(&self, state: &State, frame: &mut Frame<'_>, sheet: &mut Sheet) {
        let on = |field| self.at == field;
        let who = ("Who", &self.who, "anybody: leave empty to ask who can");
        form::draw_who(state, sheet, frame, who, on(Field::Who));
        self.draw_can(state, frame, sheet);
        self.draw_what(state, frame, sheet);
        let when = ("When", &self.when, "now (or a date, such as 2027-03-01)");
        form::draw_text(state, sheet, frame, when, on(Field::When));
    }

    fn draw_can(&self, state: &State, frame: &mut Frame<'_>, sheet: &mut Sheet) {
        let here = self.at == Field::Can;
        let Some(row) = sheet.row() else { return };
        let field = form::label(state, frame, row, "Can", here);
        if here && self.can.typing {
            self.can.input.draw(frame, field, true, "");
            let rows: Vec<(String, String)> = self
                .can
                .candidates
                .iter()
                .map(|(action, meaning)| (action.name().to_owned(), meaning.clone()))
                .collect();
            if rows.is_empty() {
                sheet.line(frame, "  no word of any platform fits", state.theme.dim());
            }
            draw_found(state, frame, sheet, &rows, self.can.row, self.can.more);
            return;
        }
        let (left, right) = if state.theme.ascii {
            ("<", ">")
        } else {
            ("‹", "›")
        };
        let style = if here {
            state.theme.selected()
        } else {
            state.theme.strong()
        };
        let meaning = self.can.meaning(state, self.what.chosen);
        let line = Line::from(vec![
            Span::styled(format!("{left} {} {right}", self.can.chosen.name()), style),
            Span::styled(format!("  {meaning}"), state.theme.dim()),
        ]);
        frame.render_widget(line, field);
    }

    fn draw_what(&self, state: &State, frame: &mut Frame<'_>, sheet: &mut Sheet) {
        let here = self.at == Field::What;
        let Some(row) = sheet.row() else { return };
        let field = form::label(state, frame, row, "What", here);
        if let Some(on) = self.what.chosen {
            let name = self.what.input.text().to_owned();
            let line = Line::from(vec![
                Span::styled(
                    name,
                    if here {
                        state.theme.selected()
                    } else {
                        state.theme.text()
                    },
                ),
                Span::styled(format!("  {}", described(state, on)), state.theme.dim()),
            ]);
            frame.render_widget(line, field);
            return;
        }
        let placeholder = "anything: leave empty to ask what they can";
        self.what.input.draw(frame, field, here, placeholder);
        if !here {
            return;
        }
        let rows: Vec<(String, String)> = self
            .what
            .candidates
            .iter()
            .map(|on| (state.snapshot.target_label(*on), described(state, *on)))
            .collect();
        if rows.is_empty() {
            let text = match (self.what.is_busy(), self.what.input.text().is_empty()) {
                (true, _) => "  reading names …",
                (false, true) => "  type the name of a model, group, job or environment",
                (false, false) => "  nothing that you may know of fits",
            };
            sheet.line(frame, text, state.theme.dim());
            return;
        }
        draw_found(state, frame, sheet, &rows, self.what.row, self.what.more);
    }
}

/// Kind and id of a target.
fn described(state: &State, on: Target) -> String {
    let snapshot = &state.snapshot;
    format!("{}, {}", kind_of(snapshot, on), snapshot.target_id(on))
}

fn draw_found(
    state: &State,
    frame: &mut Frame<'_>,
    sheet: &mut Sheet,
    rows: &[(String, String)],
    chosen: usize,
    more: usize,
) {
    let theme = state.theme;
    let longest = rows.iter().map(|(name, _)| width(name));
    let cells = longest.max().unwrap_or(0).clamp(12, 36);
    for (place, (name, about)) in rows.iter().enumerate() {
        let here = place == chosen;
        let pointer = if here { theme.pointer() } else { " " };
        let style = if here { theme.selected() } else { theme.text() };
        let text = format!("  {pointer} {}  {about}", pad(name, cells));
        sheet.line(frame, &text, style);
    }
    if more > 0 {
        let text = format!("    {more} more; type to narrow");
        sheet.line(frame, &text, theme.dim());
    }
}
