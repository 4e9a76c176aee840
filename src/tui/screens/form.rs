//! Pieces of the panels that ask for something.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::authz::wording;
use crate::domain::ResourceId;
use crate::registry::Intent;

use super::super::facts;
use super::super::parts::choice::Choice;
use super::super::parts::input::Input;
use super::super::parts::picker::Picker;
use super::super::parts::prose::{self, Tone, wrapped};
use super::super::parts::spots::Spot;
use super::super::parts::table::{self, Column};
use super::super::parts::when::When;
use super::super::screen::Act;
use super::super::state::State;
use super::super::text::{count, fit, pad, width};
use super::super::view::{follow, frame_block};
use super::foreseen::Foreseen;

/// Cells that the names of fields take.
const LABEL: u16 = 11;

/// Draws lines from the top of an area downwards, and knows what is left.
#[derive(Debug)]
pub struct Sheet {
    area: Rect,
    /// Rows at the end that candidates leave to what comes after them.
    kept: u16,
}

impl Sheet {
    /// An empty sheet.
    pub const fn new(area: Rect) -> Self {
        Self { area, kept: 0 }
    }

    /// Has candidates leave rows to what comes after them.
    pub const fn keep(&mut self, rows: u16) {
        self.kept = rows;
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
            let text = fit(text, usize::from(row.width));
            frame.render_widget(Line::styled(text, style), row);
        }
    }

    /// Toned lines, wrapped, as far as there is room; it says how many are left out. What is kept for
    /// what comes after stays free.
    pub fn toned(&mut self, state: &State, frame: &mut Frame<'_>, lines: &[(Tone, String)]) {
        let cells = self.area.width;
        let room = usize::from(self.area.height.saturating_sub(self.kept).max(1));
        let mut all = wrapped(state.theme, lines, cells);
        let left = (all.len() + 1).saturating_sub(room);
        match lines.first() {
            Some((tone, text)) if left > 1 && room == 1 => {
                let cut = (*tone, fit(&format!("{text} …"), usize::from(cells)));
                all = wrapped(state.theme, &[cut], cells);
            }
            _ if left > 1 => {
                all.truncate(room - 1);
                let more = count(left, "more line", "more lines");
                all.push(Line::styled(format!("… {more}"), state.theme.dim()));
            }
            _ => {}
        }
        for line in all {
            if let Some(row) = self.row() {
                frame.render_widget(line, row);
            }
        }
    }
}

/// An empty panel over the view: its frame with the title, and the sheet inside.
pub fn panel(state: &State, frame: &mut Frame<'_>, area: Rect, title: &str) -> Sheet {
    let title = fit(title, usize::from(area.width.saturating_sub(2)));
    let block = frame_block(state.theme, &title, true);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    Sheet::new(prose::margin(inner))
}

/// Says at the end of a panel which rows of a list are in sight.
pub fn draw_part(state: &State, frame: &mut Frame<'_>, area: Rect, part: String) {
    let cells = u16::try_from(width(&part)).unwrap_or(0).min(area.width);
    let place = Rect {
        x: (area.x + area.width).saturating_sub(cells + 1),
        y: (area.y + area.height).saturating_sub(1),
        width: cells,
        height: area.height.min(1),
    };
    frame.render_widget(Line::styled(part, state.theme.dim()), place);
}

/// The field that bears a name.
pub fn named<F: Copy + Into<&'static str>>(fields: &[F], name: &str) -> Option<F> {
    let mut all = fields.iter().copied();
    all.find(|field| (*field).into() == name)
}

/// The name of a field; the focused one is marked besides its style.
pub fn label(
    state: &State,
    frame: &mut Frame<'_>,
    row: Rect,
    name: &'static str,
    focused: bool,
) -> Rect {
    state.spots.mark(row, Spot::Field(name));
    let pointer = if focused { state.theme.pointer() } else { " " };
    let style = if focused {
        state.theme.accent()
    } else {
        state.theme.dim()
    };
    let text = pad(&format!("{pointer} {name}"), usize::from(LABEL));
    frame.render_widget(Line::styled(text, style), row);
    let field = Rect {
        x: row.x + LABEL,
        width: row.width.saturating_sub(LABEL),
        ..row
    };
    if focused {
        follow(state.theme, frame, field);
    }
    field
}

/// A named line of text.
pub fn draw_text(
    state: &State,
    sheet: &mut Sheet,
    frame: &mut Frame<'_>,
    (name, input, placeholder): (&'static str, &Input, &str),
    focused: bool,
) {
    if let Some(row) = sheet.row() {
        let field = label(state, frame, row, name, focused);
        input.draw(state.theme, frame, field, focused, placeholder);
    }
}

/// A named moment: beside it the same written out; below it why it is none.
pub fn draw_time(
    state: &State,
    sheet: &mut Sheet,
    frame: &mut Frame<'_>,
    (name, when, placeholder): (&'static str, &When, &str),
    focused: bool,
) {
    let Some(row) = sheet.row() else { return };
    let field = label(state, frame, row, name, focused);
    when.input
        .draw(state.theme, frame, field, focused, placeholder);
    if let Some(at) = when.moment(state.now) {
        let out = wording::in_full(at);
        let shift = u16::try_from(width(when.input.text())).unwrap_or(0) + 2;
        let beside = Rect {
            x: field.x + shift.min(field.width),
            width: field.width.saturating_sub(shift),
            ..field
        };
        frame.render_widget(Line::styled(out, state.theme.dim()), beside);
    }
    if let Some(why) = when.wrong(state.now)
        && let Some(row) = sheet.row()
    {
        let below = Rect {
            x: row.x + LABEL,
            width: row.width.saturating_sub(LABEL),
            ..row
        };
        let why = fit(&why, usize::from(below.width));
        frame.render_widget(Line::styled(why, state.theme.bad()), below);
    }
}

/// A named choice, with what the chosen value means.
pub fn draw_choice(
    state: &State,
    sheet: &mut Sheet,
    frame: &mut Frame<'_>,
    (name, choice): (&'static str, &Choice),
    focused: bool,
) {
    let chosen = (name, choice.title(), choice.meaning());
    draw_turned(state, sheet, frame, chosen, focused);
}

/// A named value that is turned with left and right, with what it means.
pub fn draw_turned(
    state: &State,
    sheet: &mut Sheet,
    frame: &mut Frame<'_>,
    (name, title, meaning): (&'static str, &str, &str),
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
    let room = usize::from(field.width);
    let title = fit(title, room.saturating_sub(4));
    let chosen = format!("{left} {title} {right}");
    let cells = u16::try_from(width(&chosen)).unwrap_or(0);
    for (turns, at) in [(false, 0), (true, cells.saturating_sub(2))] {
        // The sign and the blank beside it.
        let sign = Rect {
            x: field.x + at,
            width: 2.min(field.width.saturating_sub(at)),
            ..field
        };
        state.spots.mark(sign, Spot::Turn(name, turns));
    }
    let meaning = fit(meaning, room.saturating_sub(width(&chosen) + 2));
    let line = Line::from(vec![
        Span::styled(chosen, style),
        Span::styled(format!("  {meaning}"), state.theme.dim()),
    ]);
    frame.render_widget(line, field);
}

/// A named principal to be found, with candidates below while it has the focus.
pub fn draw_who(
    state: &State,
    sheet: &mut Sheet,
    frame: &mut Frame<'_>,
    (name, picker, placeholder): (&'static str, &Picker, &str),
    focused: bool,
) {
    let Some(row) = sheet.row() else { return };
    let field = label(state, frame, row, name, focused);
    let snapshot = &state.snapshot;
    let open = focused && !picker.is_settled();
    picker
        .input
        .draw(state.theme, frame, field, open, placeholder);
    if let Some((detail, style)) = beside(state, picker, focused) {
        let shift = u16::try_from(width(picker.input.text())).unwrap_or(0) + 2;
        let beside = Rect {
            x: field.x + shift.min(field.width),
            width: field.width.saturating_sub(shift),
            ..field
        };
        let detail = fit(&detail, usize::from(beside.width));
        frame.render_widget(Line::styled(detail, style), beside);
    } else if focused {
        let near = picker.near.as_ref();
        let near = near.map_or_else(String::new, |near| format!(" (nearest: {near})"));
        let known = picker.candidates.iter().map(|id| {
            let refused = picker.refused(snapshot, *id);
            let about = refused.or_else(|| picker.why(*id)).map(str::to_owned);
            let about = about.unwrap_or_else(|| facts::describe(snapshot, *id));
            let cells = vec![snapshot.label(*id), about, snapshot.reference(*id)];
            (cells, refused.is_some())
        });
        let written = picker.as_written.iter().map(|reference| {
            let text = format!("as written: {reference}, not in the directory{near}");
            (vec![text], false)
        });
        let nobody = format!("nobody fits{near}");
        let (rows, dim) = known.chain(written).unzip();
        let offered = Offered {
            columns: CANDIDATES,
            rows,
            dim,
            chosen: picker.row,
            more: picker.more,
            none: if picker.input.text().is_empty() {
                "type to find somebody"
            } else {
                &nobody
            },
        };
        draw_offered(state, sheet, frame, &offered);
    }
}

/// What stands beside a name: who was chosen, or that nobody was.
fn beside(state: &State, picker: &Picker, focused: bool) -> Option<(String, Style)> {
    let theme = state.theme;
    if let Some(id) = picker.chosen {
        let about = facts::describe(&state.snapshot, id);
        let text = format!("{about}  {}", state.snapshot.reference(id));
        return Some((text, theme.dim()));
    }
    if picker.written.is_some() {
        let text = "as written; the directory does not know them";
        return Some((text.to_owned(), theme.warn()));
    }
    (!focused && picker.is_open()).then(|| ("nobody chosen yet".to_owned(), theme.warn()))
}

const CANDIDATES: &[Column] = &[
    Column::new("", 18, 1, 0),
    Column::new("", 24, 1, 0),
    Column::new("", 22, 1, 1),
];

/// What is offered below a field while one types in it.
#[derive(Debug)]
pub struct Offered<'a> {
    /// How a row is laid out.
    pub columns: &'static [Column],
    /// The texts of each row.
    pub rows: Vec<Vec<String>>,
    /// For each row whether it would come to nothing; none said is none.
    pub dim: Vec<bool>,
    /// The row under the cursor; none while what is typed is meant.
    pub chosen: Option<usize>,
    /// How many fit besides.
    pub more: usize,
    /// What is said where there is none.
    pub none: &'a str,
}

impl Offered<'_> {
    /// The rows in sight, of so many that there is room for: from which, and how many.
    const fn window(&self, room: usize) -> (usize, usize) {
        let all = self.rows.len();
        let chosen = match self.chosen {
            Some(chosen) => chosen,
            None => 0,
        };
        let said = if self.more > 0 || all > room { 1 } else { 0 };
        let count = if all + said > room {
            room.saturating_sub(said)
        } else {
            all
        };
        ((chosen + 1).saturating_sub(count), count)
    }
}

/// Draws what is offered, and how many more there are. What comes after it keeps its rows as long
/// as one candidate is in sight.
pub fn draw_offered(
    state: &State,
    sheet: &mut Sheet,
    frame: &mut Frame<'_>,
    offered: &Offered<'_>,
) {
    let theme = state.theme;
    if offered.rows.is_empty() {
        sheet.line(frame, &format!("  {}", offered.none), theme.dim());
        return;
    }
    let room = sheet.rest().height.saturating_sub(sheet.kept).max(2);
    let (top, count) = offered.window(usize::from(room));
    let inner = sheet.rest().width.saturating_sub(4);
    let texts = table::in_columns(offered.columns, &offered.rows, inner);
    let rows = offered.rows.iter().zip(texts).enumerate();
    for (place, (cells, text)) in rows.skip(top).take(count) {
        let Some(row) = sheet.row() else { return };
        let here = Some(place) == offered.chosen;
        let pointer = if here { theme.pointer() } else { " " };
        // A text alone has the whole row.
        let text = match cells.as_slice() {
            [alone] => fit(alone, usize::from(inner)),
            _ => text,
        };
        let text = pad(&format!("  {pointer} {text}"), usize::from(row.width));
        let dim = offered.dim.get(place).is_some_and(|dim| *dim);
        let style = match (here, dim) {
            (true, _) => theme.selected(),
            (false, true) => theme.dim(),
            (false, false) => theme.text(),
        };
        frame.render_widget(Line::styled(text, style), row);
        state.spots.mark(row, Spot::Offered(place));
        if here {
            follow(theme, frame, row);
        }
    }
    let hidden = offered.more + offered.rows.len() - count;
    if hidden > 0 {
        let text = format!("    {hidden} more; type to narrow");
        sheet.line(frame, &text, theme.dim());
    }
}

/// What is said when a panel with something filled in is left: once, and esc again leaves.
pub fn discards(what: &str) -> String {
    format!("Discard {what}? esc again does; any other key goes on.")
}

/// What a panel's accept leads to: nothing yet, a plan to show, or what is missing.
pub fn asked(
    state: &State,
    foreseen: &mut Foreseen,
    answer: Option<Result<Vec<Intent>, String>>,
    verb: &'static str,
) -> Vec<Act> {
    match answer {
        Some(Ok(intents)) => foreseen.propose(state, intents, verb),
        Some(Err(why)) => vec![Act::Warn(why)],
        None => Vec::new(),
    }
}

/// A heading inside a panel; without a row below it, it would say nothing.
pub fn heading(state: &State, sheet: &mut Sheet, frame: &mut Frame<'_>, text: &str) {
    if sheet.rest().height < 2 {
        return;
    }
    let line = if state.theme.ascii { "--" } else { "──" };
    sheet.line(frame, &format!("{line} {text} {line}"), state.theme.dim());
}

/// The models that a panel is about, where there are several.
pub fn models(state: &State, sheet: &mut Sheet, frame: &mut Frame<'_>, resources: &[ResourceId]) {
    heading(state, sheet, frame, "models");
    let room = usize::from(sheet.rest().height);
    let shown = if resources.len() > room {
        room.saturating_sub(1)
    } else {
        resources.len()
    };
    for id in resources.iter().take(shown) {
        let text = format!("  {}  {}", state.name_of(*id), state.id_of(*id));
        sheet.line(frame, &text, state.theme.text());
    }
    if shown < resources.len() {
        let text = format!("  and {} more", resources.len() - shown);
        sheet.line(frame, &text, state.theme.dim());
    }
}
