//! A guided tour: a walkthrough played in the running console, with a caption below it that says
//! what to do next. The keys of the step can be pressed one by one; space or enter presses the next of
//! them; esc leaves the tour and stays in the demo.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::commands::CommandId;
use super::super::console::Console;
use super::super::keys::Chord;
use super::super::message::Effect;
use super::super::text::{fit, width, wrap};
use super::super::theme::Theme;
use super::super::update;
use super::script::{Stroke, pieces};
use super::{Step, Walkthrough};

/// Rows that the caption takes: its title, two lines of text, and the keys.
pub const PANEL: u16 = 4;

/// How far a walkthrough has come.
#[derive(Debug)]
pub struct Tour {
    walkthrough: Walkthrough,
    /// The step that comes next.
    step: usize,
    /// How many of its keys were pressed.
    pressed: usize,
    /// Whether the last key was none of the step's.
    astray: bool,
}

/// What a key means while a tour is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// It is the next one of the step.
    Next,
    /// It has the next piece of the step pressed.
    Play,
    /// It leaves the tour.
    Leave,
    /// It is not what the step is about.
    Other,
}

impl Tour {
    /// Shows a walkthrough's first caption below the console.
    pub fn begin(console: &mut Console, walkthrough: Walkthrough) {
        end(console);
        let rows = console.state.size.1;
        console.state.panel = PANEL.min(rows);
        console.state.size.1 = rows - console.state.panel;
        console.tour = Some(Self {
            walkthrough,
            step: 0,
            pressed: 0,
            astray: false,
        });
        console.refresh();
    }

    /// The step that comes next.
    pub fn step(&self) -> Option<&Step> {
        self.walkthrough.steps.get(self.step)
    }

    /// The number of the step that comes next, counted from 1.
    pub const fn number(&self) -> usize {
        self.step + 1
    }

    fn next(&self) -> Option<Stroke> {
        self.step()?.keys.get(self.pressed).copied()
    }

    /// How many keys the rest of the next piece is: one, or those of a text.
    fn strokes(&self) -> usize {
        let mut before = 0;
        let keys = self.step().map(|s| s.keys.as_slice()).unwrap_or_default();
        for (_, strokes) in pieces(keys) {
            before += strokes;
            if before > self.pressed {
                return before - self.pressed;
            }
        }
        0
    }

    fn meaning(&self, chord: Chord) -> Meaning {
        let next = self.next();
        if next.is_some_and(|stroke| stroke.chord == chord) {
            return Meaning::Next;
        }
        match chord.to_string().as_str() {
            "space" | "enter" => Meaning::Play,
            "esc" => Meaning::Leave,
            _ => Meaning::Other,
        }
    }
}

/// Gives the caption's rows back to the console.
fn end(console: &mut Console) {
    console.tour = None;
    console.state.size.1 += console.state.panel;
    console.state.panel = 0;
    console.refresh();
}

/// Takes a key while a tour is on.
pub(in crate::tui) fn press(console: &mut Console, key: KeyEvent) -> Vec<Effect> {
    let chord = Chord::of(key);
    let keymap = &console.state.keymap;
    let command = keymap.lookup(console.place(), chord).map(|c| c.id);
    let always = matches!(command, Some(CommandId::Quit | CommandId::Suspend));
    if always || console.state.too_small() {
        return update::press(console, key);
    }
    // What the last key began is not done yet; the next one is about what comes of it.
    if console.state.busy.is_some() {
        return Vec::new();
    }
    let Some(tour) = &mut console.tour else {
        return Vec::new();
    };
    let meaning = tour.meaning(chord);
    tour.astray = meaning == Meaning::Other;
    match meaning {
        Meaning::Next => stroke(console),
        Meaning::Play => play(console),
        Meaning::Leave => {
            end(console);
            console
                .state
                .say("You left the tour; the demo goes on.", false);
            Vec::new()
        }
        Meaning::Other => Vec::new(),
    }
}

/// A click, a turn of the wheel or pasted text: none of them is in any step.
pub(in crate::tui) fn refuse(console: &mut Console) {
    if let Some(tour) = &mut console.tour {
        tour.astray = true;
    }
}

/// Presses the next key of the step, or types its next text, so that what comes of it is seen; a step
/// without keys has been read.
fn play(console: &mut Console) -> Vec<Effect> {
    let Some(tour) = &console.tour else {
        return Vec::new();
    };
    if tour.next().is_none() {
        advance(console);
        return Vec::new();
    }
    let at = tour.step;
    let mut effects = Vec::new();
    for _ in 0..tour.strokes() {
        let here = console.tour.as_ref().is_some_and(|t| t.step == at);
        if here && console.state.busy.is_none() {
            effects.append(&mut stroke(console));
        }
    }
    effects
}

/// Presses the next key of the step.
fn stroke(console: &mut Console) -> Vec<Effect> {
    let Some(stroke) = console.tour.as_ref().and_then(Tour::next) else {
        return Vec::new();
    };
    let effects = update::press(console, stroke.chord.event());
    if let Some(tour) = &mut console.tour {
        tour.pressed += 1;
        if tour.next().is_none() {
            advance(console);
        }
    }
    effects
}

/// Goes to the next caption; after the last one the demo goes on alone.
fn advance(console: &mut Console) {
    let Some(tour) = &mut console.tour else {
        return;
    };
    tour.step += 1;
    tour.pressed = 0;
    if tour.step().is_none() {
        end(console);
        let text = "That was the tour; the demo goes on. At home, T offers the others.";
        console.state.say(text, false);
    }
}

/// Draws the caption.
///
/// ```text
/// ── Tour: Share a model ───────────────────────────── step 3 of 8 ──
///  Type a part of the team's name; enter takes the one under the
///  cursor.
///  s  credit  enter              space presses it  esc leaves the tour
/// ```
pub(in crate::tui) fn draw(theme: Theme, tour: &Tour, frame: &mut Frame<'_>, area: Rect) {
    let Some(step) = tour.step() else { return };
    let row = |n: u16| Rect {
        y: area.y + n.min(area.height.saturating_sub(1)),
        height: area.height.min(1),
        ..area
    };
    let room = usize::from(area.width);
    let steps = tour.walkthrough.steps.len();
    let right = format!(" step {} of {steps} ──", tour.number());
    let left = format!("── Tour: {} ", tour.walkthrough.title);
    let left = fit(&left, room.saturating_sub(width(&right)));
    let rule = "─".repeat(room.saturating_sub(width(&left) + width(&right)));
    let title = Line::styled(format!("{left}{rule}{right}"), theme.accent());
    frame.render_widget(title, row(0));
    let lines = wrap(&step.caption, room.saturating_sub(2));
    for (n, line) in (1..PANEL - 1).zip(lines) {
        frame.render_widget(Line::styled(format!(" {line}"), theme.strong()), row(n));
    }
    frame.render_widget(keys(theme, tour, step, room), row(PANEL - 1));
}

/// The step's keys, those that were pressed dimmed and the next one marked; and how to go on.
fn keys(theme: Theme, tour: &Tour, step: &Step, room: usize) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    let mut before = 0;
    for (text, strokes) in pieces(&step.keys) {
        let done = tour.pressed >= before + strokes;
        let next = !done && tour.pressed >= before;
        before += strokes;
        let style = match (done, next) {
            (true, _) => theme.dim(),
            (_, true) => theme.selected(),
            _ => theme.key(),
        };
        let text = format!(" {text} ");
        used += width(&text);
        spans.push(Span::styled(text, style));
    }
    let help = help(tour, step);
    let help = fit(help, room.saturating_sub(used + 1));
    used += width(&help) + 1;
    spans.push(Span::raw(" ".repeat(room.saturating_sub(used))));
    let style = if tour.astray {
        theme.warn()
    } else {
        theme.dim()
    };
    spans.push(Span::styled(help, style));
    Line::from(spans)
}

fn help(tour: &Tour, step: &Step) -> &'static str {
    let esc = tour.next().is_some_and(|s| s.chord.to_string() == "esc");
    match (step.keys.is_empty(), tour.astray) {
        (true, _) => "space goes on  esc leaves",
        (false, false) if esc => "esc or space presses it",
        (false, true) => "not in this step; space presses it",
        (false, false) => "space presses it  esc leaves",
    }
}
