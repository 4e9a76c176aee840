//! How the offboarding looks: fields, the list in groups, and below it what it comes to.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line as Text;
use ratatui::widgets::Clear;

use crate::domain::PrincipalId;
use crate::registry::plan::capitalized;
use crate::registry::{Refusal, RefusalKey};

use super::super::super::parts::prose::{self, Tone, wrapped};
use super::super::super::state::State;
use super::super::super::text::{fit, grouped, pad, width};
use super::super::super::view::{centred, follow, frame_block};
use super::super::form;
use super::draft::Why;
use super::survey::{Fate, Group, Row};
use super::{Choosing, Field, Line, Offboarding, missing};

/// Rows that the three fields take.
const FIELDS: u16 = 3;
/// The choice of a successor needs so much room.
const CHOICE: (u16, u16) = (72, 11);

/// Where things are.
pub(super) struct Layout {
    /// The list.
    pub list: Rect,
    /// The first line of the list in sight.
    pub top: usize,
    effect: Rect,
}

/// The list keeps so many rows as long as there are any.
const LIST: u16 = 3;

/// Rows of the list when no field has candidates open.
pub(super) fn list_rows(state: &State) -> usize {
    let rows = u16::try_from(state.rows()).unwrap_or(u16::MAX);
    usize::from(shares(rows, 0).1.max(1))
}

/// Rows for the fields, the list, and the effect with its heading. Where there is little room the
/// effect gives way first, then all fields but the one in use.
fn shares(inner: u16, open: u16) -> (u16, u16, u16) {
    let fields = if is_cramped(inner) { 1 } else { FIELDS };
    let fields = (fields + open).min(inner);
    let rest = inner - fields;
    let effect = (effect_rows(inner) + 1).min(rest.saturating_sub(LIST));
    // A heading alone says nothing.
    let effect = if effect < 2 { 0 } else { effect };
    (fields, rest - effect, effect)
}

/// Whether there is room for one field only.
const fn is_cramped(inner: u16) -> bool {
    inner < FIELDS + LIST
}

/// Rows for what it comes to.
const fn effect_rows(inner: u16) -> u16 {
    match inner {
        0..12 => 2,
        12..24 => 4,
        _ => 7,
    }
}

/// Rows that candidates take below the field with the focus.
fn open_rows(screen: &Offboarding) -> u16 {
    let to = &screen.draft.to;
    let open = screen.field == Field::To && to.chosen.is_none();
    if open { to.rows() } else { 0 }
}

/// Where things are in the area that the screen is drawn in.
pub(super) fn layout(state: &State, screen: &Offboarding, area: Rect) -> Layout {
    let inner = prose::margin(frame_block(state.theme, "", true).inner(area));
    let (fields, height, effect) = shares(inner.height, open_rows(screen));
    let list = Rect {
        y: inner.y + fields,
        height,
        ..inner
    };
    let mut cursor = screen.cursor;
    cursor.keep_visible(screen.lines().len(), usize::from(height));
    Layout {
        list,
        top: cursor.top,
        effect: Rect {
            y: list.y + height,
            height: effect.min(inner.height),
            ..inner
        },
    }
}

/// ```text
/// ┌ Offboard Bob Reyes · owns 9 · holds 6 ───────────────────────┐
/// │   To all  each as suggested                                  │
/// │   Then    ‹ suspend ›  the name stays known and can do nothing│
/// │   Reason  for the journal                                    │
/// │ ▸   - Models 5                     Carol Diaz 4, nobody 1    │
/// │       Invoices        Operations   Carol Diaz     manager    │
/// │ ── effect ──                                                 │
/// └──────────────────────────────────────────────────────────────┘
/// ```
pub(super) fn draw(state: &State, screen: &Offboarding, frame: &mut Frame<'_>, area: Rect) {
    let mut sheet = form::panel(state, frame, area, &title(state, screen));
    // What is being chosen above has the focus.
    let on = |field| screen.field == field && screen.choosing.is_none();
    let cramped = is_cramped(frame_block(state.theme, "", true).inner(area).height);
    let shown = |field| match screen.field {
        _ if !cramped => true,
        Field::List => field == Field::To,
        focused => field == focused,
    };
    if shown(Field::To) {
        let to = (
            Field::To.into(),
            &screen.draft.to,
            "empty: as the list says",
        );
        form::draw_who(state, &mut sheet, frame, to, on(Field::To));
    }
    if shown(Field::Then) {
        let then = (Field::Then.into(), &screen.draft.then);
        form::draw_choice(state, &mut sheet, frame, then, on(Field::Then));
    }
    if shown(Field::Reason) {
        let reason = (
            Field::Reason.into(),
            &screen.draft.reason,
            "for the journal",
        );
        form::draw_text(state, &mut sheet, frame, reason, on(Field::Reason));
    }
    let places = layout(state, screen, area);
    draw_list(state, screen, frame, &places);
    draw_effect(state, screen, frame, places.effect);
    if let Some(choosing) = &screen.choosing {
        draw_choosing(state, choosing, frame, area);
    }
}

fn title(state: &State, screen: &Offboarding) -> String {
    let dot = state.theme.dot();
    let name = state.snapshot.label(screen.leaver);
    let Some(survey) = &screen.survey else {
        return format!(" Offboard {name} ");
    };
    let mut parts = vec![
        format!(" Offboard {name}"),
        format!("owns {}", grouped(survey.owned)),
        format!("holds {}", grouped(survey.held)),
    ];
    if !screen.marks.is_empty() {
        parts.push(format!("{} marked", grouped(screen.marks.len())));
    }
    format!("{} ", parts.join(dot))
}

// --- the list -------------------------------------------------------------------------------

/// Cells of name, place, successor and reason in a width.
fn widths(total: u16) -> [usize; 4] {
    // Pointer, mark and the gaps between columns.
    let room = usize::from(total.saturating_sub(4 + 3));
    let place = if total < 70 { 0 } else { room / 6 };
    let who = room / 4;
    let why = room / 5;
    [room - place - who - why, place, who, why]
}

fn draw_list(state: &State, screen: &Offboarding, frame: &mut Frame<'_>, places: &Layout) {
    let area = places.list;
    let lines = screen.lines();
    if lines.is_empty() {
        let text = if screen.survey.is_none() {
            "Reading what they own and hold …".to_owned()
        } else {
            format!(
                "{} owns nothing and holds nothing, on any platform.",
                state.snapshot.label(screen.leaver)
            )
        };
        let row = Rect {
            x: area.x + 4,
            width: area.width.saturating_sub(4),
            height: area.height.min(1),
            ..area
        };
        frame.render_widget(Text::styled(text, state.theme.dim()), row);
        return;
    }
    let shown = lines.iter().enumerate().skip(places.top);
    for (i, (at, line)) in (0..area.height).zip(shown) {
        let focused = screen.field == Field::List && screen.choosing.is_none();
        let here = focused && at == screen.cursor.row;
        let row = Rect {
            y: area.y + i,
            height: 1,
            ..area
        };
        draw_line(state, screen, frame, row, *line, here);
    }
    let below = lines
        .len()
        .saturating_sub(places.top + usize::from(area.height));
    if below > 0 {
        let more = format!(" {} more below ", grouped(below));
        let last = Rect {
            y: area.y + area.height,
            height: 1,
            ..area
        };
        frame.render_widget(Text::styled(more, state.theme.dim()).right_aligned(), last);
    }
}

fn draw_line(
    state: &State,
    screen: &Offboarding,
    frame: &mut Frame<'_>,
    area: Rect,
    line: Line,
    here: bool,
) {
    let (text, style, marked) = match line {
        Line::Head(at) => {
            let Some(group) = screen.survey().groups.get(at) else {
                return;
            };
            let text = head(state, screen, group, area.width);
            (text, state.theme.strong(), false)
        }
        Line::Item(..) => {
            let Some(row) = screen.row(line) else { return };
            let marked = match &row.fate {
                Fate::Owned { target, .. } => screen.marks.contains(target),
                _ => false,
            };
            let (text, style) = item(state, screen, row, area.width);
            (text, style, marked)
        }
    };
    let theme = state.theme;
    let pointer = if here { theme.pointer() } else { " " };
    let mark = if marked { theme.mark() } else { " " };
    let style = if here { theme.selected() } else { style };
    let text = pad(&format!("{pointer} {mark} {text}"), usize::from(area.width));
    frame.render_widget(Text::styled(text, style), area);
    if here {
        follow(theme, frame, area);
    }
}

/// `- Models 5        Carol Diaz 4, nobody 1`
fn head(state: &State, screen: &Offboarding, group: &Group, total: u16) -> String {
    let [name, place, ..] = widths(total);
    let sign = if screen.folded.contains(group.title) {
        "+"
    } else {
        "-"
    };
    let left = format!("{sign} {} {}", group.title, grouped(group.rows.len()));
    let right = takers(state, screen, group);
    let cells = name + place + usize::from(place > 0);
    format!("{} {right}", pad(&left, cells))
}

/// Who takes how many of a group over.
fn takers(state: &State, screen: &Offboarding, group: &Group) -> String {
    let mut counted: Vec<(usize, Option<PrincipalId>)> = Vec::new();
    for row in &group.rows {
        let Fate::Owned {
            ways, suggested, ..
        } = &row.fate
        else {
            continue;
        };
        let taker = screen.draft.taker(ways, suggested.as_ref());
        let who = taker.map(|(id, _)| id);
        match counted.iter_mut().find(|(_, id)| *id == who) {
            Some((count, _)) => *count += 1,
            None => counted.push((1, who)),
        }
    }
    counted.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let words = counted.into_iter().map(|(count, who)| {
        let name = who.map_or_else(|| "nobody".to_owned(), |id| state.snapshot.label(id));
        format!("{name} {}", grouped(count))
    });
    words.collect::<Vec<_>>().join(", ")
}

fn item(state: &State, screen: &Offboarding, row: &Row, total: u16) -> (String, Style) {
    let theme = state.theme;
    let [name, place, who, why] = widths(total);
    let Fate::Owned {
        ways, suggested, ..
    } = &row.fate
    else {
        let (fate, style) = match &row.fate {
            Fate::Stuck(_) => (fate_in_words(state, row), theme.bad()),
            Fate::ByHand => (fate_in_words(state, row), theme.warn()),
            _ => (fate_in_words(state, row), theme.text()),
        };
        let column = (name + place + usize::from(place > 0)).saturating_sub(2);
        // A longer name takes what the fate leaves.
        let free = usize::from(total).saturating_sub(4 + 2 + 1 + width(&fate));
        let cells = column.max(width(&row.name).min(free));
        return (format!("  {} {fate}", pad(&row.name, cells)), style);
    };
    let (taker, because, style) = match screen.draft.taker(ways, suggested.as_ref()) {
        None => ("nobody".to_owned(), "enter chooses".to_owned(), theme.bad()),
        Some((id, because)) => {
            let because = match because {
                Why::Chosen => "chosen".to_owned(),
                Why::Everything => "takes all".to_owned(),
                Why::Suggested(because) => because.words(&state.snapshot),
            };
            (state.snapshot.label(id), because, theme.text())
        }
    };
    let mut cells = vec![format!("  {}", pad(&row.name, name.saturating_sub(2)))];
    if place > 0 {
        cells.push(pad(&row.place, place));
    }
    cells.push(pad(&taker, who));
    cells.push(fit(&because, why));
    (cells.join(" "), style)
}

/// What becomes of something held.
pub(super) fn fate_in_words(state: &State, row: &Row) -> String {
    match &row.fate {
        Fate::Owned { .. } => "needs a successor".to_owned(),
        Fate::Taken(how) => (*how).to_owned(),
        Fate::Led(by) => format!("then led by {}", state.snapshot.label(*by)),
        Fate::ByHand => "only on the platform, by hand".to_owned(),
        Fate::Stuck(why) => format!("refused: {why}"),
    }
}

// --- what it comes to -----------------------------------------------------------------------

fn draw_effect(state: &State, screen: &Offboarding, frame: &mut Frame<'_>, area: Rect) {
    if area.height == 0 {
        return;
    }
    let mut sheet = form::Sheet::new(area);
    form::heading(state, &mut sheet, frame, "effect");
    let lines = effect(screen);
    let rest = sheet.rest();
    let wrapped = wrapped(state.theme, &lines, rest.width);
    let hidden = wrapped.len().saturating_sub(usize::from(rest.height));
    // The last row says that there is more, and nothing else.
    let shown = rest.height - u16::from(hidden > 0 && rest.height > 0);
    for (i, line) in (0..shown).zip(wrapped) {
        let row = Rect {
            y: rest.y + i,
            height: 1,
            ..rest
        };
        frame.render_widget(line, row);
    }
    if hidden > 0 && rest.height > 0 {
        let last = Rect {
            y: rest.y + rest.height - 1,
            height: 1,
            ..rest
        };
        let more = " more: ctrl-s ";
        frame.render_widget(Text::styled(more, state.theme.dim()).right_aligned(), last);
    }
}

fn effect(screen: &Offboarding) -> Vec<(Tone, String)> {
    let without = screen.without();
    if screen.survey.is_some() && without > 0 {
        return vec![(Tone::Bad, missing(without))];
    }
    match screen.foreseen.outcome() {
        None => vec![(Tone::Dim, screen.foreseen.pending("ctrl-s"))],
        Some(Ok(prepared)) => {
            let plan = &prepared.plan;
            // Where there is little room, what it does to people must be seen, and then what to mind.
            let warnings = plan.warnings.iter().map(|w| (Tone::Warn, format!("! {w}")));
            let mut lines = vec![(Tone::Good, plan.stamp.effect.clone())];
            lines.extend(warnings);
            let summary = capitalized(&plan.stamp.summary);
            lines.push((Tone::Plain, format!("{summary}.")));
            lines
        }
        Some(Err(Refusal::Rule {
            key: RefusalKey::NothingToDo,
            ..
        })) => {
            let text = "There is nothing left to do for them: nothing is owned, nothing is held, and the directory entry stays as it is. esc closes.";
            vec![(Tone::Plain, text.to_owned())]
        }
        Some(Err(refusal)) => {
            let lines = refusal.lines().into_iter();
            lines.map(|line| (Tone::Bad, line)).collect()
        }
    }
}

// --- choosing -------------------------------------------------------------------------------

fn draw_choosing(state: &State, choosing: &Choosing, frame: &mut Frame<'_>, area: Rect) {
    let place = centred(area, CHOICE.0.min(area.width.saturating_sub(2)), CHOICE.1);
    // Whole rows: bits of the list beside the box would say nothing.
    let rows = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..place
    };
    frame.render_widget(Clear, rows);
    let title = format!(" Who takes over {} ", choosing.title);
    let mut sheet = form::panel(state, frame, place, &title);
    let field = ("To", &choosing.picker, "type a name");
    form::draw_who(state, &mut sheet, frame, field, true);
}
