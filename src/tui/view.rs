//! The whole screen: header, views, what lies over them, hints.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear};
use strum::IntoEnumIterator;

use crate::domain::{EnvironmentId, Timestamp};

use super::commands::{COMMANDS, Command, CommandId, commands_in, disabled_reason};
use super::console::Console;
use super::facts;
use super::parts::table;
use super::perform::view_of;
use super::state::{Place, SMALLEST, State, View};
use super::text::{fit, width};
use super::theme::Theme;
use super::walkthrough::tour;

/// From this width on there is a sidebar.
pub const MEDIUM: u16 = 100;
/// From this width on the detail stands beside the list.
pub const WIDE: u16 = 140;
const SIDEBAR: u16 = 24;

/// A frame with a title.
pub fn frame_block(theme: Theme, title: &str, focused: bool) -> Block<'static> {
    let style = if focused { theme.accent() } else { theme.dim() };
    if theme.accessible {
        return Block::new().title(Span::styled(fit(title.trim(), 200), style));
    }
    Block::new()
        .borders(Borders::ALL)
        .border_set(theme.border_set())
        .border_style(style)
        .title(Span::styled(fit(title, 200), style))
}

/// Puts the terminal's own cursor where a screen reader is to go on; of several places drawn the last
/// one counts, so what is chosen comes after what surrounds it.
pub fn follow(theme: Theme, frame: &mut Frame<'_>, place: Rect) {
    if theme.accessible && place.height > 0 {
        frame.set_cursor_position((place.x, place.y));
    }
}

/// Draws everything.
pub fn view(console: &Console, frame: &mut Frame<'_>) {
    draw_all(console, frame);
    if console.state.theme.ascii {
        spell_in_ascii(frame.buffer_mut());
    }
}

/// Our own marks in ASCII. Names stay as they are: they are not ours to respell.
fn spell_in_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let plain = match cell.symbol() {
            "−" | "─" => "-",
            "·" => "|",
            "…" => "~",
            "›" | "▸" => ">",
            "‹" => "<",
            "●" | "•" => "*",
            "↓" => "v",
            "↑" => "^",
            _ => continue,
        };
        cell.set_symbol(plain);
    }
}

fn draw_all(console: &Console, frame: &mut Frame<'_>) {
    let state = &console.state;
    state.spots.clear();
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 || state.too_small() {
        let text = format!(
            "deedbox needs {}x{}; this is {}x{}. ctrl-c leaves.",
            SMALLEST.0, SMALLEST.1, area.width, area.height
        );
        let lines = super::text::wrap(&text, usize::from(area.width));
        for (i, line) in (0..area.height).zip(lines) {
            frame.render_widget(
                Line::raw(line),
                Rect {
                    y: area.y + i,
                    height: 1,
                    ..area
                },
            );
        }
        return;
    }
    let area = Rect {
        height: area.height.saturating_sub(state.panel),
        ..area
    };
    if let Some(tour) = &console.tour {
        let panel = Rect {
            y: area.height,
            height: state.panel,
            ..area
        };
        tour::draw(state.theme, tour, frame, panel);
    }
    let row = |y: u16| Rect {
        y,
        height: 1,
        ..area
    };
    draw_header(console, frame, row(0));
    let (views, main) = split_views(body(area));
    draw_views(console, frame, views);
    let home = console.layers().is_empty();
    console.shown(console.view).draw(state, frame, main, home);
    draw_layers(console, frame, main);
    draw_toast(state, console.place(), frame, row(area.height - 2));
    draw_hints(console, frame, row(area.height - 1));
}

/// What header, toast and hints leave.
const fn body(area: Rect) -> Rect {
    Rect {
        y: 1,
        height: area.height.saturating_sub(3),
        ..area
    }
}

/// What a click meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// A hint.
    Command(CommandId),
    /// A view's name.
    View(View),
    /// The screen on top, drawn in this area.
    Screen(Rect),
}

/// What stands at a place of the screen.
pub fn hit(console: &Console, column: u16, row: u16) -> Option<Hit> {
    let state = &console.state;
    let area = Rect::new(0, 0, state.size.0, state.size.1);
    if row + 1 == area.height {
        return hint_at(console, area.width, column).map(Hit::Command);
    }
    let (views, main) = split_views(body(area));
    let inside =
        |r: Rect| (r.x..r.x + r.width).contains(&column) && (r.y..r.y + r.height).contains(&row);
    if inside(views) {
        return view_at(console, views, column, row).map(Hit::View);
    }
    let top = match console.layers().last() {
        Some(layer) => layer.area(state, main),
        None => main,
    };
    inside(top).then_some(Hit::Screen(top))
}

fn view_at(console: &Console, area: Rect, column: u16, row: u16) -> Option<View> {
    if area.height > 1 {
        let place = row.checked_sub(area.y + 1)?;
        return View::iter().nth(usize::from(place));
    }
    let mut start = 2;
    for (view, text) in view_line(console, area.width) {
        let end = start + width(&text);
        if (start..end).contains(&usize::from(column)) {
            return Some(view);
        }
        start = end;
    }
    None
}

fn hint_at(console: &Console, cells: u16, column: u16) -> Option<CommandId> {
    let mut start = 1;
    for hint in hints(console, cells) {
        let end = start + hint.width(&console.state);
        if (start..end).contains(&usize::from(column)) {
            return Some(hint.command.id);
        }
        start = end;
    }
    None
}

/// `deedbox › risk-prod › My models › Fraud score            alice@acme.test · rev 12`
fn draw_header(console: &Console, frame: &mut Frame<'_>, area: Rect) {
    let state = &console.state;
    let theme = state.theme;
    let who = who(state);
    let revision = state.snapshot.revision().0;
    let revision = table::grouped(usize::try_from(revision).unwrap_or(usize::MAX));
    let right = format!("{who}{}rev {revision} ", theme.dot());
    let left = trail(console);
    let room = usize::from(area.width);
    // Who acts matters more than where one is: the frame below says that again.
    let right = fit(&right, room.saturating_sub(9));
    let left = fit(&left, room.saturating_sub(width(&right) + 1));
    let gap = room.saturating_sub(width(&left) + width(&right));
    let style = if apart(state) {
        theme.warn()
    } else {
        theme.text()
    };
    frame.render_widget(
        Line::from(vec![
            Span::styled(left, theme.accent()),
            Span::raw(" ".repeat(gap)),
            Span::styled(right, style),
        ]),
        area,
    );
}

/// Whether something else than here and now is shown.
const fn apart(state: &State) -> bool {
    state.past.is_some() || state.eyes.is_some()
}

/// Who acts, with whose eyes, and when.
fn who(state: &State) -> String {
    let dot = state.theme.dot();
    let snapshot = &state.snapshot;
    let name = state
        .actor
        .principal
        .map_or_else(|| state.actor.account.clone(), |id| snapshot.label(id));
    let mut parts = vec![match state.actor.on_behalf_by {
        Some(by) => format!("{name} (by {})", snapshot.label(by)),
        None => name,
    }];
    let scope = state.scope.map(|id| standing(state, id));
    let administers = state.actor.store_administrator && !apart(state);
    // What one may do in the one environment that is shown says more there.
    if administers && (scope.is_none() || state.size.0 >= WIDE) {
        parts.push("store administrator".to_owned());
    }
    parts.extend(scope);
    if let Some(eyes) = state.eyes {
        parts.push(format!("seeing as {}", snapshot.label(eyes)));
    }
    if let Some(past) = &state.past {
        parts.push(format!("AS OF {}", short_moment(past.at)));
    }
    if state.read_only {
        parts.push("read-only".to_owned());
    }
    parts.join(dot)
}

/// As what the viewer stands in an environment: the first of their roles, and how many more.
fn standing(state: &State, environment: EnvironmentId) -> String {
    let roles = facts::roles_in(&state.snapshot, environment, state.viewer(), state.now);
    let room = if state.size.0 < MEDIUM { 14 } else { 40 };
    match roles.as_slice() {
        [] => "no role here".to_owned(),
        [one] => fit(one, room),
        [first, rest @ ..] => format!("{} +{}", fit(first, room), rest.len()),
    }
}

/// A moment to the minute: the header is short.
fn short_moment(at: Timestamp) -> String {
    let text = crate::authz::wording::moment(at);
    let minutes = text.get(..16).filter(|_| text.len() > 16);
    minutes.map_or(text.clone(), |m| m.replace('T', " "))
}

/// Where one is: the environment, the view, and what lies over it.
fn trail(console: &Console) -> String {
    let state = &console.state;
    let sign = if state.theme.ascii { " > " } else { " › " };
    let mut parts = vec![if state.demo {
        format!(" deedbox{}demo", state.theme.dot())
    } else {
        " deedbox".to_owned()
    }];
    let place = state.scope.and_then(|id| state.snapshot.place(id));
    parts.extend(place.map(|p| {
        let platform = p.platform();
        let title = if state.size.0 < MEDIUM {
            platform.short_title()
        } else {
            platform.title()
        };
        format!("{} ({title})", p.environment.label())
    }));
    if !console.layers().is_empty() {
        parts.push(console.shown(console.view).crumb(state));
        parts.extend(console.layers().iter().map(|l| l.crumb(state)));
    }
    parts.join(sign)
}

/// Where the sidebar or the line of views is, and what is left for the rest.
fn split_views(area: Rect) -> (Rect, Rect) {
    if area.width < MEDIUM {
        let line = Rect { height: 1, ..area };
        let rest = Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        };
        return (line, rest);
    }
    let side = Rect {
        width: SIDEBAR,
        ..area
    };
    let rest = Rect {
        x: area.x + SIDEBAR,
        width: area.width - SIDEBAR,
        ..area
    };
    (side, rest)
}

/// The views: a sidebar where there is room, else a line.
fn draw_views(console: &Console, frame: &mut Frame<'_>, area: Rect) {
    if area.height <= 1 {
        draw_view_line(console, frame, area);
        return;
    }
    let theme = console.state.theme;
    let block = frame_block(theme, " Views ", false);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    for (i, view) in (0..inner.height).zip(View::iter()) {
        let here = view == console.view;
        let pointer = if here { theme.pointer() } else { " " };
        let count = counted(console, view);
        let room = usize::from(inner.width).saturating_sub(width(&count));
        let name = super::text::pad(
            &format!("{pointer}{} {view}", key_of(&console.state, view)),
            room,
        );
        let style = if here { theme.selected() } else { theme.text() };
        frame.render_widget(
            Line::styled(format!("{name}{count}"), style),
            Rect {
                y: inner.y + i,
                height: 1,
                ..inner
            },
        );
    }
}

/// As many views as fit around the present one, each where it stands.
fn view_line(console: &Console, cells: u16) -> Vec<(View, String)> {
    let all: Vec<(View, String)> = View::iter()
        .map(|view| {
            let name = if view == console.view || cells >= 70 {
                <&str>::from(view)
            } else {
                view.short()
            };
            let count = counted(console, view);
            (
                view,
                format!(" {} {name}{count} ", key_of(&console.state, view)),
            )
        })
        .collect();
    let here = all
        .iter()
        .position(|(v, _)| *v == console.view)
        .unwrap_or(0);
    let room = usize::from(cells).saturating_sub(4);
    let (mut first, mut last) = (here, here + 1);
    let size = |from: usize, to: usize| -> usize {
        let shown = all.get(from..to).unwrap_or_default();
        shown.iter().map(|(_, t)| width(t)).sum()
    };
    // Grown to the right, then to the left: the start of the list is where one comes from.
    while last < all.len() && size(first, last + 1) <= room {
        last += 1;
    }
    while first > 0 && size(first - 1, last) <= room {
        first -= 1;
    }
    all.into_iter().skip(first).take(last - first).collect()
}

fn draw_view_line(console: &Console, frame: &mut Frame<'_>, area: Rect) {
    let theme = console.state.theme;
    let shown = view_line(console, area.width);
    let more = |at: Option<&(View, String)>, end: Option<View>| {
        at.map(|(v, _)| *v) != end && end.is_some()
    };
    let (left, right) = if theme.ascii {
        ("< ", " >")
    } else {
        ("‹ ", " ›")
    };
    let before = if more(shown.first(), View::iter().next()) {
        left
    } else {
        "  "
    };
    let after = if more(shown.last(), View::iter().next_back()) {
        right
    } else {
        ""
    };
    let mut spans = vec![Span::styled(before, theme.dim())];
    for (view, text) in shown {
        let style = if view == console.view {
            theme.selected()
        } else {
            theme.dim()
        };
        spans.push(Span::styled(text, style));
    }
    spans.push(Span::styled(after, theme.dim()));
    frame.render_widget(Line::from(spans), area);
}

fn counted(console: &Console, view: View) -> String {
    let count = console.shown(view).count();
    count.map_or_else(String::new, |n| format!(" {}", short_number(n)))
}

/// `12`, `9 999`, `1.0 M`: a number in at most five cells.
fn short_number(n: usize) -> String {
    match n {
        0..10_000 => table::grouped(n),
        10_000..1_000_000 => format!("{} k", n / 1_000),
        _ => {
            let tenths = n / 100_000;
            format!("{}.{} M", tenths / 10, tenths % 10)
        }
    }
}

/// The key that goes to a view.
fn key_of(state: &State, view: View) -> String {
    let command = COMMANDS.iter().find(|c| view_of(c.id) == Some(view));
    command.map_or_else(String::new, |c| state.keymap.first(c))
}

fn draw_layers(console: &Console, frame: &mut Frame<'_>, area: Rect) {
    let layers = console.layers();
    for (i, layer) in layers.iter().enumerate() {
        let rect = layer.area(&console.state, area);
        if i + 1 == layers.len() {
            calm(frame.buffer_mut(), area);
            // What lies below it is not clicked.
            console.state.spots.clear();
        }
        frame.render_widget(Clear, apart_from(rect, area));
        layer.draw(&console.state, frame, rect, i + 1 == layers.len());
    }
}

/// A panel over a view with a free column at both sides, so that no letter leans on its frame.
const fn apart_from(panel: Rect, area: Rect) -> Rect {
    if panel.x < area.x + 2 {
        return panel;
    }
    Rect {
        x: panel.x - 1,
        width: panel.width + 2,
        ..panel
    }
}

/// Only what is on top has a row under the cursor.
pub(super) fn calm(buffer: &mut Buffer, area: Rect) {
    for place in area.positions() {
        if let Some(cell) = buffer.cell_mut(place) {
            cell.modifier.remove(Modifier::REVERSED);
        }
    }
}

/// A place of a given size in the middle of an area.
pub fn centred(area: Rect, columns: u16, rows: u16) -> Rect {
    let (columns, rows) = (columns.min(area.width), rows.min(area.height));
    Rect {
        x: area.x + (area.width - columns) / 2,
        y: area.y + (area.height - rows) / 2,
        width: columns,
        height: rows,
    }
}

/// What was done last, and how to take it back.
fn draw_toast(state: &State, place: Place, frame: &mut Frame<'_>, area: Rect) {
    let theme = state.theme;
    if let Some(busy) = &state.busy {
        frame.render_widget(Line::styled(format!(" {busy} …"), theme.dim()), area);
        return;
    }
    let Some(toast) = &state.toast else { return };
    let (mark, style) = if toast.bad {
        ("!", theme.bad())
    } else {
        ("+", theme.good())
    };
    // In the journal the key is about the entry under the cursor.
    let offers = toast.offers.filter(|_| place != Place::Journal);
    let offers = offers.and_then(|(id, _)| commands_in(place).find(|c| c.id == id));
    let undo = offers.map_or_else(String::new, |command| {
        format!("{} {}", state.keymap.first(command), command.title)
    });
    let room = usize::from(area.width).saturating_sub(4);
    let (lines, last) = told(&toast.text, room, width(&undo));
    // What does not fit into the line takes some of what stands above it, until the next key.
    let above = u16::try_from(lines.len()).unwrap_or(0);
    let area = Rect {
        y: area.y.saturating_sub(above),
        height: area.height + above,
        ..area
    };
    frame.render_widget(Clear, area);
    let end = Line::from(vec![
        Span::styled(format!("   {last}  "), style),
        Span::styled(undo, theme.key()),
    ]);
    let lines = lines
        .into_iter()
        .map(|l| Line::styled(format!("   {l}"), style));
    for (i, line) in (0..area.height).zip(lines.chain([end])) {
        let row = Rect {
            y: area.y + i,
            height: 1,
            ..area
        };
        frame.render_widget(line, row);
    }
    let sign = Rect {
        width: area.width.min(3),
        height: 1,
        ..area
    };
    frame.render_widget(Line::styled(format!(" {mark} "), style), sign);
}

/// A text broken into lines, and the last of them, which leaves so many cells to a key.
fn told(text: &str, room: usize, key: usize) -> (Vec<String>, String) {
    let mut lines = super::text::wrap(text, room);
    let beside = room.saturating_sub(key + 2);
    if lines.last().is_none_or(|last| width(last) > beside) {
        lines.push(String::new());
    }
    let last = if lines.len() > TOLD {
        let rest = lines.split_off(TOLD - 1).join(" ");
        fit(&rest, beside)
    } else {
        lines.pop().unwrap_or_default()
    };
    (lines, last)
}

/// Lines that what was done takes at most.
const TOLD: usize = 3;

/// A command as the line of hints has it.
struct Hint {
    command: &'static Command,
    /// What it is called here.
    title: String,
    /// Whether it applies now.
    applies: bool,
}

impl Hint {
    fn width(&self, state: &State) -> usize {
        width(&state.keymap.first(self.command)) + width(&self.title) + 3
    }
}

/// The commands of this place that fit into a line, and whether each applies now. Help, back and the
/// way to the next tab are always in sight, last on the line.
fn hints(console: &Console, cells: u16) -> Vec<Hint> {
    let place = console.place();
    let state = &console.state;
    // Where text is typed, what the panel does is worth more than help.
    let last = |h: &Hint| match h.command.id {
        CommandId::NextTab | CommandId::Back => true,
        CommandId::Help => h.command.keys.contains(&"?"),
        _ => false,
    };
    let mut all: Vec<Hint> = Vec::new();
    for command in commands_in(place).filter(|c| c.hint) {
        let called = console.top().called(command.id);
        let title = called.unwrap_or_else(|| command.title.to_owned());
        if !title.is_empty() && !all.iter().any(|h| h.title == title) {
            all.push(Hint {
                command,
                title,
                applies: true,
            });
        }
    }
    let mut room = usize::from(cells).saturating_sub(2);
    let kept: usize = all.iter().filter(|h| last(h)).map(|h| h.width(state)).sum();
    let mut free = room.saturating_sub(kept);
    all.sort_by_key(|h| last(h));
    all.retain(|hint| {
        let cells = hint.width(state);
        let fits = cells <= room && (last(hint) || cells <= free);
        if fits {
            room -= cells;
            free = free.saturating_sub(if last(hint) { 0 } else { cells });
        }
        fits
    });
    for hint in &mut all {
        hint.applies =
            place == Place::Filter || disabled_reason(console, hint.command.id).is_none();
    }
    all
}

/// Keys of this place; one that does not apply now stays, dimmed.
fn draw_hints(console: &Console, frame: &mut Frame<'_>, area: Rect) {
    let theme = console.state.theme;
    let mut spans = vec![Span::raw(" ")];
    for hint in hints(console, area.width) {
        let (key, text) = if hint.applies {
            (theme.key(), theme.text())
        } else {
            (theme.dim(), theme.dim())
        };
        let first = console.state.keymap.first(hint.command);
        spans.push(Span::styled(first, key));
        spans.push(Span::styled(format!(" {}  ", hint.title), text));
    }
    frame.render_widget(Line::from(spans), area);
}
