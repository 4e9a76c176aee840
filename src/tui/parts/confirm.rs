//! A plan before it is made to last: what it does, to whom, and two buttons.

use std::cell::RefCell;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::registry::Plan;

use super::super::commands::CommandId;
use super::super::message::Effect;
use super::super::perform::copyable;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::super::text::{count, width};
use super::super::view::{follow, frame_block};
use super::input::{Edited, Input};
use super::planning::Prepared;
use super::prose::{self, Tone};
use super::scroll::{Reading, Step};
use super::spots::Spot;

/// The confirmation of one plan.
#[derive(Debug)]
pub struct Confirm {
    /// The plan, until it is made to last.
    plan: Option<Box<Plan>>,
    /// What the button that goes on says.
    pub verb: String,
    /// Whether that button has the focus; at first the safe one has.
    pub focus_go: bool,
    /// A word that has to be typed first.
    pub word: Option<String>,
    /// What was typed of it.
    pub typed: Input,
    /// Whether somebody else changed something since it was worked out.
    overtaken: bool,
    /// The reason, while one writes it.
    reason: Option<Input>,
    /// Whether the reason came with the plan: it is written where the plan was asked for, and may be part
    /// of what is granted.
    reasoned: bool,
    /// What is shown.
    pub lines: Vec<(Tone, String)>,
    /// The lines broken to the width they were last drawn in: a plan for thousands has thousands.
    broken: RefCell<(u16, Vec<(Tone, String)>)>,
    /// How far it is scrolled.
    pub scroll: Reading,
}

/// What is said of a plan that can't be saved any more.
const OVERTAKEN: &str =
    "Something else was changed since this was worked out: esc, then try again.";

impl Confirm {
    /// Shows a plan; what is not to be done by one key takes the plan's word, whatever screen it comes
    /// from.
    pub fn new(prepared: Prepared, verb: &str) -> Self {
        let word = prepared.plan.word().map(str::to_owned);
        let reasoned = prepared.plan.stamp.reason.is_some();
        Self {
            plan: Some(Box::new(prepared.plan)),
            verb: verb.to_owned(),
            focus_go: false,
            word,
            typed: Input::default(),
            overtaken: false,
            reason: None,
            reasoned,
            lines: prepared.lines,
            broken: RefCell::default(),
            scroll: Reading::default(),
        }
    }

    /// Adds lines to be read besides. They say what changes, so they come before what has to be done
    /// about it on the platform.
    pub fn add(&mut self, mut lines: Vec<(Tone, String)>) {
        let headings = self.lines.iter().enumerate();
        let mut headings = headings.filter(|(_, (tone, _))| *tone == Tone::Strong);
        let end = self.lines.len();
        let at = headings.nth(2).map_or(end, |(at, _)| at);
        let gap = (Tone::Plain, String::new());
        if at == end {
            lines.insert(0, gap);
        } else {
            lines.push(gap);
        }
        self.lines.splice(at..at, lines);
        self.broken = RefCell::default();
    }

    /// All that is to be read: the reason comes right after what is done.
    fn told(&self) -> Vec<(Tone, String)> {
        let mut lines = self.lines.clone();
        let reason = self.plan.as_ref().and_then(|p| p.stamp.reason.as_ref());
        if let Some(reason) = reason {
            let after = lines.len().min(1);
            lines.insert(after, (Tone::Dim, format!("Reason: {reason}")));
        }
        if self.overtaken {
            lines.insert(0, (Tone::Warn, format!("! {OVERTAKEN}")));
        }
        lines
    }

    /// A command while the reason is being written.
    fn write(&mut self, command: CommandId) -> Vec<Act> {
        let Some(input) = &self.reason else {
            return Vec::new();
        };
        let text = input.text().trim().to_owned();
        match command {
            CommandId::Accept => {
                if let Some(plan) = &mut self.plan {
                    plan.stamp.reason = (!text.is_empty()).then_some(text);
                }
                self.broken = RefCell::default();
                self.reason = None;
            }
            CommandId::Back => self.reason = None,
            _ => {}
        }
        Vec::new()
    }

    /// Takes an editing key for the word; once it is typed, the button that goes on has the focus.
    fn key(&mut self, key: KeyEvent) -> bool {
        if let Some(reason) = &mut self.reason {
            return reason.key(key).is_taken();
        }
        // What is to be read before the word is typed has a beginning and an end.
        if matches!(key.code, KeyCode::Home | KeyCode::End) {
            return false;
        }
        let edited = self.typed.key(key);
        if edited == Edited::Changed {
            self.focus_go = self.may_go();
        }
        edited.is_taken()
    }

    /// Whether something was typed that is not the word: enter then neither goes on nor closes.
    fn is_mistyped(&self) -> bool {
        !self.may_go() && !self.typed.text().trim().is_empty()
    }

    /// Whether the word was typed, where one is wanted.
    pub fn may_go(&self) -> bool {
        self.word
            .as_deref()
            .is_none_or(|word| self.typed.text().trim() == word)
    }
}

impl Screen for Confirm {
    fn place(&self) -> Place {
        Place::Confirm
    }

    fn crumb(&self, _: &State) -> String {
        format!("{}?", self.verb)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, _: bool) {
        draw(self, state, frame, area);
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        let now = state.snapshot.revision();
        let overtaken = self.plan.as_ref().is_some_and(|plan| plan.base != now);
        if overtaken && !self.overtaken {
            (self.overtaken, self.focus_go) = (true, false);
            self.broken = RefCell::default();
        }
        true
    }

    fn perform(&mut self, _: &mut State, command: CommandId) -> Reply {
        if self.reason.is_some() {
            return Some(self.write(command));
        }
        match command {
            CommandId::Reason if self.reasoned => {
                let text = "The reason stands in the panel below: esc goes back to it.";
                return Some(vec![Act::Warn(text.to_owned())]);
            }
            CommandId::Reason => {
                let known = self.plan.as_ref().and_then(|p| p.stamp.reason.as_deref());
                self.reason = Some(Input::new(known.unwrap_or_default()));
            }
            CommandId::CopySteps => {
                let steps = self.plan.as_ref().map(|p| p.steps.as_slice());
                return Some(copied(steps.unwrap_or_default()));
            }
            CommandId::SwitchButton => self.focus_go = !self.focus_go,
            CommandId::Accept if !self.focus_go && !self.is_mistyped() => {
                return Some(vec![Act::Close]);
            }
            CommandId::Accept | CommandId::ConfirmNow if self.overtaken => {
                return Some(vec![Act::Warn(OVERTAKEN.to_owned())]);
            }
            CommandId::Accept | CommandId::ConfirmNow => {
                if let Some(word) = self.word.as_ref().filter(|_| !self.may_go()) {
                    let text = format!("Type {word} to go on; esc leaves it undone.");
                    return Some(vec![Act::Warn(text)]);
                }
                let plan = self.plan.take().map(Act::Commit);
                return Some(std::iter::once(Act::Close).chain(plan).collect());
            }
            _ => return None,
        }
        Some(Vec::new())
    }

    fn disabled(&self, state: &State, command: CommandId) -> Option<String> {
        if command != CommandId::ConfirmNow {
            return None;
        }
        if self.overtaken {
            return Some(OVERTAKEN.to_owned());
        }
        let word = self.word.as_ref().filter(|_| !self.may_go());
        word.map(|word| format!("Type {word} to go on."))
            .or_else(|| state.frozen())
    }

    fn called(&self, command: CommandId) -> Option<String> {
        match command {
            CommandId::Accept if self.reason.is_some() => Some("keep it".to_owned()),
            // Where something is typed, a letter is text.
            CommandId::ConfirmNow | CommandId::Reason | CommandId::CopySteps
                if self.edits_text() =>
            {
                Some(String::new())
            }
            CommandId::SwitchButton if self.reason.is_some() => Some(String::new()),
            CommandId::Reason if self.reasoned => Some(String::new()),
            CommandId::CopySteps if self.plan.as_ref().is_none_or(|p| p.steps.is_empty()) => {
                Some(String::new())
            }
            CommandId::Accept if self.is_mistyped() => Some("after the word".to_owned()),
            CommandId::Accept if self.focus_go => Some(self.verb.to_lowercase()),
            CommandId::Accept => Some("cancel".to_owned()),
            _ => None,
        }
    }

    fn step(&mut self, _: &State, step: Step) {
        self.scroll.step(step);
    }

    fn edits_text(&self) -> bool {
        self.word.is_some() || self.reason.is_some()
    }

    fn edit(&mut self, _: &mut State, key: KeyEvent) -> bool {
        self.key(key)
    }

    fn point(&mut self, _: &mut State, spot: Spot) -> Option<CommandId> {
        let Spot::Offered(button) = spot else {
            return None;
        };
        self.reason = None;
        if button == 1 {
            return Some(CommandId::ConfirmNow);
        }
        (self.focus_go, self.typed) = (false, Input::default());
        Some(CommandId::Accept)
    }

    fn paste(&mut self, _: &mut State, text: &str) {
        if let Some(reason) = &mut self.reason {
            reason.paste(text);
            return;
        }
        self.typed.paste(text);
        self.focus_go = self.may_go();
    }
}

/// ```text
/// ┌ Confirm ───────────────────────┐
/// │ what it does, effect, steps    │
/// │        [ Cancel ]  [ Share ]   │
/// └────────────────────────────────┘
/// ```
fn draw(confirm: &Confirm, state: &State, frame: &mut Frame<'_>, area: Rect) {
    let theme = state.theme;
    let block = frame_block(theme, &format!(" {}? ", confirm.verb), true);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let footer = 2 + u16::from(confirm.edits_text());
    let body = Rect {
        height: inner.height.saturating_sub(footer),
        ..prose::margin(inner)
    };
    let mut broken = confirm.broken.borrow_mut();
    if broken.0 != body.width {
        *broken = (body.width, prose::broken(&confirm.told(), body.width));
    }
    prose::draw_broken(theme, &broken.1, &confirm.scroll, frame, body);
    let bottom = inner.y + inner.height;
    let word = confirm.word.as_ref().map(|word| {
        let prompt = format!("Type {word} to go on: ");
        (prompt, &confirm.typed, "type it, then enter")
    });
    let reason = confirm.reason.as_ref();
    let reason = reason.map(|input| ("Reason: ".to_owned(), input, "for the journal"));
    if let Some((prompt, input, hint)) = reason.or(word) {
        let cells = u16::try_from(width(&prompt)).unwrap_or(0);
        let row = Rect {
            x: inner.x + 1,
            y: bottom.saturating_sub(2),
            width: inner.width.saturating_sub(2),
            height: 1,
        };
        frame.render_widget(Line::styled(prompt, theme.warn()), row);
        let field = Rect {
            x: row.x + cells,
            width: row.width.saturating_sub(cells),
            ..row
        };
        input.draw(theme, frame, field, true, hint);
    }
    draw_buttons(confirm, state, frame, button_row(inner));
}

/// Puts the steps that are left to be done on the platform on the clipboard, one a line.
pub fn copied(steps: &[String]) -> Vec<Act> {
    if steps.is_empty() {
        let text = "Nothing is left to be done on the platform.";
        return vec![Act::Say(text.to_owned())];
    }
    let (text, taken) = copyable(steps);
    let all = count(steps.len(), "step", "steps");
    let said = if taken == steps.len() {
        Act::Say(format!("Copied {all}."))
    } else {
        let first = format!("Copied the first {taken} of {all}");
        Act::Warn(format!("{first}: terminals take no more at once."))
    };
    vec![Act::Outside(Effect::Copy(text)), said]
}

/// The last row inside the frame.
fn button_row(inner: Rect) -> Rect {
    Rect {
        y: (inner.y + inner.height).saturating_sub(1),
        height: inner.height.min(1),
        ..inner
    }
}

/// Where the two buttons stand in their row: the safe one, and the one that goes on.
fn buttons(confirm: &Confirm, area: Rect) -> [(Rect, String); 2] {
    // The pointer before and the brackets around each.
    let cells = |text: &str| u16::try_from(width(text) + 5).unwrap_or(0);
    let (cancel, go) = ("Cancel", confirm.verb.as_str());
    let end = (area.x + area.width).saturating_sub(1);
    let place = |end: u16, text: &str| Rect {
        x: end.saturating_sub(cells(text)),
        width: cells(text),
        height: area.height.min(1),
        ..area
    };
    let right = place(end, go);
    let left = place(right.x.saturating_sub(3), cancel);
    [(left, cancel.to_owned()), (right, go.to_owned())]
}

fn draw_buttons(confirm: &Confirm, state: &State, frame: &mut Frame<'_>, area: Rect) {
    let theme = state.theme;
    for (place, (area, text)) in buttons(confirm, area).into_iter().enumerate() {
        let focused = confirm.focus_go == (place == 1);
        let (style, pointer) = if focused {
            (theme.selected(), theme.pointer())
        } else {
            (theme.text(), " ")
        };
        frame.render_widget(Line::styled(format!("{pointer}[ {text} ]"), style), area);
        state.spots.mark(area, Spot::Offered(place));
        // A word is being typed until it is complete.
        if focused && confirm.may_go() && confirm.reason.is_none() {
            follow(theme, frame, area);
        }
    }
}
