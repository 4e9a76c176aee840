//! How the policy editor looks: the text with line numbers, below it meters and what is wrong.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use tui_textarea::TextArea;

use crate::interop::policy_text::Remark;
use crate::registry::intents::Meter;

use super::super::super::parts::prose::{Tone, wrapped};
use super::super::super::parts::table::grouped;
use super::super::super::state::State;
use super::super::super::view::{follow, frame_block};
use super::PolicyEditor;

/// Rows below the text: meters, then remarks.
const fn below(inner: u16) -> u16 {
    match inner {
        0..12 => 3,
        12..24 => 4,
        _ => 6,
    }
}

/// Where the text is.
pub(super) fn body(state: &State, _: &PolicyEditor, area: Rect) -> Rect {
    let inner = frame_block(state.theme, "", true).inner(area);
    Rect {
        height: inner.height.saturating_sub(below(inner.height)).max(1),
        ..inner
    }
}

/// ```text
/// ┌ Policy of Fraud score · changed ─────────────────┐
/// │  1 bindings:                                     │
/// │  2   - members: [user:alice@acme.test]           │
/// │ principals 4 of 1 500 · groups 1 of 250 · …      │
/// │ ! 7:11 no role `roles/ml.modelUsr` is known here │
/// └──────────────────────────────────────────────────┘
/// ```
pub(super) fn draw(
    state: &State,
    editor: &PolicyEditor,
    frame: &mut Frame<'_>,
    area: Rect,
    focused: bool,
) {
    let theme = state.theme;
    let block = frame_block(theme, &title(state, editor), focused);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let body = body(state, editor, area);
    let mut text = editor.area.clone();
    text.set_line_number_style(theme.dim());
    text.set_cursor_line_style(Style::new());
    text.set_cursor_style(theme.selected());
    text.set_selection_style(theme.selected());
    frame.render_widget(&text, body);
    follow(theme, frame, cursor(&text, body));
    let mut row = Rect {
        x: inner.x + 1,
        y: body.y + body.height,
        width: inner.width.saturating_sub(2),
        height: 1,
    };
    frame.render_widget(meters(state, editor, row.width), row);
    let rest = usize::from(inner.height.saturating_sub(body.height + 1));
    let lines = wrapped(theme, &remarks(editor), row.width);
    for line in lines.into_iter().take(rest) {
        row.y += 1;
        frame.render_widget(line, row);
    }
}

/// The cell of the editor's cursor, once the text is drawn: line numbers take their digits and a cell
/// at each side.
fn cursor(text: &TextArea<'_>, body: Rect) -> Rect {
    let (at, (top, left)) = (text.screen_cursor(), text.scroll_offset());
    let digits = text.lines().len().to_string().len();
    let cells = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let right = cells(at.col.saturating_sub(usize::from(left)) + digits + 2);
    let down = cells(at.row.saturating_sub(usize::from(top)));
    Rect {
        x: body.x + right.min(body.width.saturating_sub(1)),
        y: body.y + down.min(body.height.saturating_sub(1)),
        ..body
    }
}

fn title(state: &State, editor: &PolicyEditor) -> String {
    let name = state.snapshot.target_label(editor.target);
    let mut parts = vec![format!(" Policy of {name}")];
    if editor.is_changed() {
        parts.push("not saved".to_owned());
    }
    if editor.stale {
        parts.push("changed by somebody else meanwhile".to_owned());
    }
    format!("{} ", parts.join(state.theme.dot()))
}

/// `principals 4 of 1 500 · groups 1 of 250 · 812 bytes`: what is near a limit stands out. As many
/// words as there is room for; where there is little, only the meters that matter.
fn meters(state: &State, editor: &PolicyEditor, cells: u16) -> Line<'static> {
    let all: Vec<&Meter> = editor.checked.meters.iter().collect();
    // The first two are what fills up; the others only matter when they do.
    let near = |(place, m): &(usize, &&Meter)| *place < 2 || m.used * 2 >= m.limit;
    let few = all.iter().enumerate().filter(near).map(|(_, m)| *m);
    let few: Vec<&Meter> = few.collect();
    let ways = [(&all, true), (&all, false), (&few, false)];
    let lines = ways.map(|(meters, long)| meter_line(state, editor, meters, long));
    let fits = |line: &Line<'static>| line.width() <= usize::from(cells);
    let [.., least] = &lines;
    lines.iter().find(|l| fits(l)).unwrap_or(least).clone()
}

fn meter_line(
    state: &State,
    editor: &PolicyEditor,
    meters: &[&Meter],
    long: bool,
) -> Line<'static> {
    let theme = state.theme;
    let style = |meter: &Meter| {
        if meter.used > meter.limit {
            theme.bad()
        } else if meter.used * 10 > meter.limit * 9 {
            theme.warn()
        } else {
            theme.dim()
        }
    };
    let said = |m: &Meter| {
        let (used, limit) = (grouped(m.used), grouped(m.limit));
        if long {
            format!("{} {used} of {limit}", m.what)
        } else {
            format!("{} {used}/{limit}", short(m.what))
        }
    };
    let mut parts: Vec<(String, Style)> = meters.iter().map(|m| (said(m), style(m))).collect();
    let bytes: usize = editor.area.lines().iter().map(|l| l.len() + 1).sum();
    let unit = if long { "bytes" } else { "B" };
    parts.push((format!("{} {unit}", grouped(bytes)), theme.dim()));
    let mut spans = Vec::new();
    for (place, (text, style)) in parts.into_iter().enumerate() {
        if place > 0 {
            spans.push(Span::styled(theme.dot(), theme.dim()));
        }
        spans.push(Span::styled(text, style));
    }
    Line::from(spans)
}

/// The first word says enough where room is short.
fn short(what: &str) -> &str {
    what.split(' ').find(|w| *w != "logical").unwrap_or(what)
}

fn remarks(editor: &PolicyEditor) -> Vec<(Tone, String)> {
    let said = |remark: &Remark| match (remark.line, remark.column) {
        (0, _) => remark.text.clone(),
        (line, 0) => format!("line {line}: {}", remark.text),
        (line, column) => format!("{line}:{column} {}", remark.text),
    };
    if let Err(remark) = &editor.checked.policy {
        return vec![(Tone::Bad, format!("! {}", said(remark)))];
    }
    if editor.stale {
        let text =
            "Somebody changed this policy meanwhile: ctrl-s shows what, and keeps your text.";
        return vec![(Tone::Warn, text.to_owned())];
    }
    let warnings = &editor.checked.warnings;
    if warnings.is_empty() {
        let text = "A policy that can be saved. ctrl-s shows what it changes; ctrl-u takes back, ctrl-r redoes.";
        return vec![(Tone::Dim, text.to_owned())];
    }
    warnings
        .iter()
        .map(|w| (Tone::Warn, format!("! {}", said(w))))
        .collect()
}
