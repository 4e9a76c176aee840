//! Drawing the question line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::Target;

use super::super::super::parts::prose;
use super::super::super::parts::spots::Spot;
use super::super::super::parts::table::Column;
use super::super::super::state::State;
use super::super::super::text::{fit, width};
use super::super::super::view::frame_block;
use super::super::form::{self, Offered, Sheet};
use super::fields::{Field, Fields};
use super::rows::kind_of;

impl Fields {
    /// Rows that the question takes: one sentence while the answer is read, else the fields with
    /// the candidates of the one that is typed in.
    pub fn height(&self, _: &State, area: Rect) -> u16 {
        if self.at == Field::Answer {
            return 3.min(area.height);
        }
        let offered = match self.at {
            Field::Who if self.who.chosen.is_none() => self.who.rows(),
            Field::Can if self.can.typing => rows(self.can.candidates.len(), self.can.more),
            Field::What if self.what.chosen.is_none() => {
                rows(self.what.candidates.len(), self.what.more)
            }
            _ => 0,
        };
        // Four fields and the frame; what is left for an answer has to hold one.
        let rows = (offered + 6).min(area.height);
        if rows + 4 > area.height {
            area.height
        } else {
            rows
        }
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
        let mut sheet = Sheet::new(prose::margin(inner));
        if !typing {
            let text = sentence.unwrap_or_default();
            sheet.line(frame, &text, state.theme.strong());
            state.spots.mark(area, Spot::Field(Field::Who.into()));
            return;
        }
        self.draw_fields(state, frame, &mut sheet);
    }

    fn draw_fields(&self, state: &State, frame: &mut Frame<'_>, sheet: &mut Sheet) {
        let on = |field| self.at == field;
        let who = (
            Field::Who.into(),
            &self.who,
            "anybody: leave empty to ask who can",
        );
        sheet.keep(3);
        form::draw_who(state, sheet, frame, who, on(Field::Who));
        sheet.keep(2);
        self.draw_can(state, frame, sheet);
        sheet.keep(1);
        self.draw_what(state, frame, sheet);
        let when = (
            Field::When.into(),
            &self.when,
            "now (or a date, such as 2027-03-01)",
        );
        form::draw_text(state, sheet, frame, when, on(Field::When));
    }

    fn draw_can(&self, state: &State, frame: &mut Frame<'_>, sheet: &mut Sheet) {
        let here = self.at == Field::Can;
        let name = Field::Can.into();
        if here && self.can.typing {
            let Some(row) = sheet.row() else { return };
            let field = form::label(state, frame, row, name, here);
            self.can.input.draw(state.theme, frame, field, true, "");
            let words = self.can.candidates.iter();
            let rows =
                words.map(|(action, meaning)| vec![action.name().to_owned(), meaning.clone()]);
            let offered = Offered {
                columns: FOUND,
                rows: rows.collect(),
                dim: Vec::new(),
                chosen: Some(self.can.row),
                more: self.can.more,
                none: "no word of any platform fits",
            };
            form::draw_offered(state, sheet, frame, &offered);
            return;
        }
        let meaning = self.can.meaning(state, self.what.chosen);
        let chosen = (name, self.can.chosen.name(), meaning.as_str());
        form::draw_turned(state, sheet, frame, chosen, here);
    }

    fn draw_what(&self, state: &State, frame: &mut Frame<'_>, sheet: &mut Sheet) {
        let here = self.at == Field::What;
        let Some(row) = sheet.row() else { return };
        let field = form::label(state, frame, row, Field::What.into(), here);
        if let Some(on) = self.what.chosen {
            let name = fit(self.what.input.text(), usize::from(field.width));
            let room = usize::from(field.width).saturating_sub(width(&name) + 2);
            let about = fit(&described(state, on), room);
            let line = Line::from(vec![
                Span::styled(
                    name,
                    if here {
                        state.theme.selected()
                    } else {
                        state.theme.text()
                    },
                ),
                Span::styled(format!("  {about}"), state.theme.dim()),
            ]);
            frame.render_widget(line, field);
            return;
        }
        let placeholder = "anything: leave empty to ask what they can";
        self.what
            .input
            .draw(state.theme, frame, field, here, placeholder);
        if !here {
            return;
        }
        let found = self.what.candidates.iter();
        let rows = found.map(|on| vec![state.snapshot.target_label(*on), described(state, *on)]);
        let offered = Offered {
            columns: FOUND,
            rows: rows.collect(),
            dim: Vec::new(),
            chosen: Some(self.what.row),
            more: self.what.more,
            none: match (self.what.is_busy(), self.what.input.text().is_empty()) {
                (true, _) => "reading names …",
                (false, true) => "type the name of a model, group, job or environment",
                (false, false) => "nothing that you may know of fits",
            },
        };
        form::draw_offered(state, sheet, frame, &offered);
    }
}

/// Rows that candidates take, with the line that says that there are more, or none.
fn rows(candidates: usize, more: usize) -> u16 {
    let rows = candidates.max(1) + usize::from(more > 0);
    u16::try_from(rows).unwrap_or(u16::MAX)
}

const FOUND: &[Column] = &[Column::new("", 20, 1, 0), Column::new("", 20, 2, 0)];

/// Kind and id of a target.
fn described(state: &State, on: Target) -> String {
    let snapshot = &state.snapshot;
    format!("{}, {}", kind_of(snapshot, on), snapshot.target_id(on))
}
