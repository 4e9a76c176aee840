//! Pieces of the panels that ask for something.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::authz::wording;
use crate::registry::{Intent, plan};

use super::super::facts;
use super::super::parts::choice::Choice;
use super::super::parts::input::Input;
use super::super::parts::picker::Picker;
use super::super::parts::prose::{Tone, wrapped};
use super::super::screen::Act;
use super::super::state::State;
use super::super::text::pad;
use super::super::view::frame_block;

/// Cells that the names of fields take.
const LABEL: u16 = 11;

/// Draws lines from the top of an area downwards, and knows what is left.
#[derive(Debug)]
pub struct Sheet {
    area: Rect,
}

impl Sheet {
    /// An empty sheet.
    pub const fn new(area: Rect) -> Self {
        Self { area }
    }

    /// The next row, when there is one left.
    pub fn row(&mut self) -> Option<Rect> {
        if self.area.height == 0 {
            return None;
        }
        let row = Rect {
            height: 1,
            ..self.area
        };
        self.area.y += 1;
        self.area.height -= 1;
        Some(row)
    }

    /// What is left.
    pub const fn rest(&self) -> Rect {
        self.area
    }

    /// The next rows.
    pub fn rows(&mut self, count: u16) -> Rect {
        let height = count.min(self.area.height);
        let rows = Rect {
            height,
            ..self.area
        };
        self.area.y += height;
        self.area.height -= height;
        rows
    }

    /// An empty row.
    pub fn gap(&mut self) {
        let _ = self.row();
    }

    /// A line of text.
    pub fn line(&mut self, frame: &mut Frame<'_>, text: &str, style: Style) {
        if let Some(row) = self.row() {
            let text = super::super::text::fit(text, usize::from(row.width));
            frame.render_widget(Line::styled(text, style), row);
        }
    }

    /// Toned lines, wrapped.
    pub fn toned(&mut self, state: &State, frame: &mut Frame<'_>, lines: &[(Tone, String)]) {
        for line in wrapped(state.theme, lines, self.area.width) {
            if let Some(row) = self.row() {
                frame.render_widget(line, row);
            }
        }
    }
}

/// An empty panel over the view: its frame with the title, and the sheet inside.
pub fn panel(state: &State, frame: &mut Frame<'_>, area: Rect, title: &str) -> Sheet {
    let block = frame_block(state.theme, title, true);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    Sheet::new(Rect {
        width: inner.width.saturating_sub(1),
        ..inner
    })
}

/// The name of a field; the focused one is marked besides its style.
pub fn label(state: &State, frame: &mut Frame<'_>, row: Rect, name: &str, focused: bool) -> Rect {
    let pointer = if focused { state.theme.pointer() } else { " " };
    let style = if focused {
        state.theme.accent()
    } else {
        state.theme.dim()
    };
    let text = pad(&format!("{pointer} {name}"), usize::from(LABEL));
    frame.render_widget(Line::styled(text, style), row);
    Rect {
        x: row.x + LABEL,
        width: row.width.saturating_sub(LABEL),
        ..row
    }
}

/// A named line of text.
pub fn draw_text(
    state: &State,
    sheet: &mut Sheet,
    frame: &mut Frame<'_>,
    (name, input, placeholder): (&str, &Input, &str),
    focused: bool,
) {
    if let Some(row) = sheet.row() {
        let field = label(state, frame, row, name, focused);
        input.draw(frame, field, focused, placeholder);
    }
}

/// A named choice, with what the chosen value means.
pub fn draw_choice(
    state: &State,
    sheet: &mut Sheet,
    frame: &mut Frame<'_>,
    (name, choice): (&str, &Choice),
    focused: bool,
) {
    let Some(row) = sheet.row() else { return };
    let field = label(state, frame, row, name, focused);
    let (left, right) = if state.theme.ascii {
        ("<", ">")
    } else {
        ("‹", "›")
    };
    let style = if focused {
        state.theme.selected()
    } else {
        state.theme.strong()
    };
    let line = Line::from(vec![
        Span::styled(format!("{left} {} {right}", choice.title()), style),
        Span::styled(format!("  {}", choice.meaning()), state.theme.dim()),
    ]);
    frame.render_widget(line, field);
}

/// A named principal to be found, with candidates below while it has the focus.
pub fn draw_who(
    state: &State,
    sheet: &mut Sheet,
    frame: &mut Frame<'_>,
    (name, picker, placeholder): (&str, &Picker, &str),
    focused: bool,
) {
    let Some(row) = sheet.row() else { return };
    let field = label(state, frame, row, name, focused);
    picker.input.draw(
        frame,
        field,
        focused && picker.chosen.is_none(),
        placeholder,
    );
    if let Some(id) = picker.chosen {
        let text = super::super::text::width(picker.input.text());
        let shift = u16::try_from(text).unwrap_or(0) + 2;
        let detail = format!(
            "{}  {}",
            facts::describe(&state.snapshot, id),
            state.snapshot.reference(id)
        );
        let beside = Rect {
            x: field.x + shift,
            width: field.width.saturating_sub(shift),
            ..field
        };
        frame.render_widget(Line::styled(detail, state.theme.dim()), beside);
    } else if focused {
        let height = u16::try_from(picker.candidates.len()).unwrap_or(0) + 1;
        let rows = sheet.rows(height);
        let inner = Rect {
            x: rows.x + 2,
            width: rows.width.saturating_sub(2),
            ..rows
        };
        draw_candidates(state, picker, frame, inner);
    }
}

fn draw_candidates(state: &State, picker: &Picker, frame: &mut Frame<'_>, area: Rect) {
    let mut sheet = Sheet::new(area);
    if picker.candidates.is_empty() {
        let text = if picker.input.text().is_empty() {
            "type to find somebody"
        } else {
            "nobody fits"
        };
        sheet.line(frame, text, state.theme.dim());
        return;
    }
    let theme = state.theme;
    for (place, id) in picker.candidates.iter().enumerate() {
        let Some(row) = sheet.row() else { return };
        let here = place == picker.row;
        let pointer = if here { theme.pointer() } else { " " };
        let name = pad(&state.snapshot.label(*id), 24);
        let kind = pad(&facts::describe(&state.snapshot, *id), 26);
        let reference = state.snapshot.reference(*id);
        let text = pad(
            &format!("{pointer} {name} {kind} {reference}"),
            usize::from(row.width),
        );
        let style = if here { theme.selected() } else { theme.text() };
        frame.render_widget(Line::styled(text, style), row);
    }
    if picker.more > 0 {
        sheet.line(
            frame,
            &format!("  {} more; type to narrow", picker.more),
            theme.dim(),
        );
    }
}

/// What a panel's accept leads to: nothing yet, a plan to show, or what is missing.
pub fn asked(answer: Option<Result<Intent, String>>, verb: &'static str) -> Vec<Act> {
    match answer {
        Some(Ok(intent)) => vec![Act::propose(intent, verb)],
        Some(Err(why)) => vec![Act::Warn(why)],
        None => Vec::new(),
    }
}

/// What an intent would do, in a few lines: its effect, its warnings, or why it is refused.
pub fn preview(state: &State, intent: &Intent) -> Vec<(Tone, String)> {
    match plan(&state.snapshot, &state.actor, intent, state.now) {
        Ok(plan) => {
            let mut lines = vec![(Tone::Good, plan.effect.summary())];
            lines.extend(plan.later.iter().map(|(moment, effect)| {
                let day = wording::moment(*moment);
                let then = if effect.is_empty() {
                    "as before".to_owned()
                } else {
                    effect.summary()
                };
                (Tone::Plain, format!("from {day}: {then}"))
            }));
            lines.extend(plan.warnings.iter().map(|w| (Tone::Warn, format!("! {w}"))));
            lines.extend(
                plan.companions
                    .iter()
                    .map(|c| (Tone::Plain, format!("- {c}"))),
            );
            lines
        }
        Err(refusal) => refusal
            .lines()
            .into_iter()
            .map(|l| (Tone::Bad, l))
            .collect(),
    }
}

/// A heading inside a panel.
pub fn heading(state: &State, sheet: &mut Sheet, frame: &mut Frame<'_>, text: &str) {
    let line = if state.theme.ascii { "--" } else { "──" };
    sheet.line(frame, &format!("{line} {text} {line}"), state.theme.dim());
}
