//! A plan before it is made to last: what it does, to whom, and two buttons.

use std::cell::RefCell;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::authz::{Snapshot, wording};
use crate::domain::{CapabilitySet, PrincipalId, ResourceId, Target};
use crate::registry::Plan;

use super::super::commands::CommandId;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::super::text::count;
use super::super::theme::Theme;
use super::super::view::{follow, frame_block};
use super::input::Input;
use super::planning::Prepared;
use super::prose::{self, Tone};
use super::scroll::{Reading, Step};

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
    /// What is shown.
    pub lines: Vec<(Tone, String)>,
    /// The lines broken to the width they were last drawn in: a plan for thousands has thousands.
    broken: RefCell<(u16, Vec<(Tone, String)>)>,
    /// How far it is scrolled.
    pub scroll: Reading,
}

impl Confirm {
    /// Shows a plan.
    pub fn new(prepared: Prepared, verb: &str, word: Option<String>) -> Self {
        let mut lines = prepared.lines;
        if let Some(reason) = &prepared.plan.stamp.reason {
            let after = lines.len().min(1);
            lines.insert(after, (Tone::Dim, format!("Reason: {reason}")));
        }
        Self {
            plan: Some(Box::new(prepared.plan)),
            verb: verb.to_owned(),
            focus_go: false,
            word,
            typed: Input::default(),
            lines,
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

    /// Takes an editing key for the word; once it is typed, the button that goes on has the focus.
    fn key(&mut self, key: KeyEvent) -> bool {
        let taken = self.typed.key(key);
        if taken {
            self.focus_go = self.may_go();
        }
        taken
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
        draw(self, frame, area, state.theme);
    }

    fn perform(&mut self, _: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::SwitchButton => self.focus_go = !self.focus_go,
            CommandId::Accept if !self.focus_go && !self.is_mistyped() => {
                return Some(vec![Act::Close]);
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
        let word = self.word.as_ref().filter(|_| !self.may_go());
        word.map(|word| format!("Type {word} to go on."))
            .or_else(|| state.frozen())
    }

    fn called(&self, command: CommandId) -> Option<String> {
        match command {
            // Where a word is typed, a letter is text.
            CommandId::ConfirmNow if self.word.is_some() => Some(String::new()),
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
        self.word.is_some()
    }

    fn edit(&mut self, _: &mut State, key: KeyEvent) -> bool {
        self.key(key)
    }

    fn paste(&mut self, _: &mut State, text: &str) {
        self.typed.paste(text);
        self.focus_go = self.may_go();
    }
}

/// The plan in lines: what it does, the effect on people, and what else one should know.
pub(super) fn describe(before: &Snapshot, plan: &Plan) -> Vec<(Tone, String)> {
    let mut lines = vec![(
        Tone::Strong,
        format!(
            "{}.",
            crate::registry::plan::capitalized(&plan.stamp.summary)
        ),
    )];
    lines.extend(plan.warnings.iter().map(|w| (Tone::Warn, format!("! {w}"))));
    lines.push((Tone::Plain, String::new()));
    lines.push((Tone::Strong, format!("Effect: {}", plan.stamp.effect)));
    let after = &plan.after;
    for (names, gained, lost, name) in grouped(before, after, plan) {
        let sides = [(Tone::Good, '+', gained), (Tone::Bad, '−', lost)];
        for (tone, sign, set) in sides.into_iter().filter(|(_, _, s)| !s.is_empty()) {
            let people = listed(&names);
            lines.push((
                tone,
                format!("{sign} {people}: {} {name}", set.words().replace(' ', ", ")),
            ));
        }
    }
    let later = plan.later.iter();
    lines.extend(later.map(|(at, effect)| (Tone::Warn, wording::later(*at, effect))));
    for (title, items) in [
        ("Along with it", &plan.companions),
        ("On the platform", &plan.steps),
    ] {
        if !items.is_empty() {
            lines.push((Tone::Plain, String::new()));
            lines.push((Tone::Strong, title.to_owned()));
            lines.extend(items.iter().map(|item| (Tone::Dim, format!("• {item}"))));
        }
    }
    lines
}

type Group = (Vec<String>, CapabilitySet, CapabilitySet, String);

/// People for whom the same changes on the same resource share a line, in the order in which they
/// first occur.
fn grouped(before: &Snapshot, after: &Snapshot, plan: &Plan) -> Vec<Group> {
    let label = |id: PrincipalId| match after.principal(id) {
        Some(p) => p.label().to_owned(),
        None => before.label(id),
    };
    let mut groups: Vec<(Vec<String>, FxHashSet<String>, CapabilitySet, CapabilitySet)> =
        Vec::new();
    let mut names_of: Vec<String> = Vec::new();
    // By the resource's name: two of the same name share a line. A plan can be about thousands.
    let mut places: FxHashMap<(String, CapabilitySet, CapabilitySet), usize> = FxHashMap::default();
    let mut named: Option<(ResourceId, String)> = None;
    for row in &plan.effect.rows {
        let name = match &named {
            Some((id, name)) if *id == row.resource => name.clone(),
            _ => {
                let there = after.resource(row.resource).is_some();
                let snapshot = if there { after } else { before };
                let name = snapshot.target_label(Target::Resource(row.resource));
                named = Some((row.resource, name.clone()));
                name
            }
        };
        let key = (name, row.gained, row.lost);
        let place = *places.entry(key.clone()).or_insert_with(|| {
            groups.push((Vec::new(), FxHashSet::default(), row.gained, row.lost));
            names_of.push(key.0);
            groups.len() - 1
        });
        if let Some((names, seen, ..)) = groups.get_mut(place) {
            let name = label(row.principal);
            if seen.insert(name.clone()) {
                names.push(name);
            }
        }
    }
    let of = groups.into_iter().zip(names_of);
    of.map(|((names, _, gained, lost), name)| (names, gained, lost, name))
        .collect()
}

fn listed(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!(
            "{} and {}",
            shown.join(", "),
            count(more, "other", "others")
        ),
    }
}

/// ```text
/// ┌ Confirm ───────────────────────┐
/// │ what it does, effect, steps    │
/// │        [ Cancel ]  [ Share ]   │
/// └────────────────────────────────┘
/// ```
fn draw(confirm: &Confirm, frame: &mut Frame<'_>, area: Rect, theme: Theme) {
    let block = frame_block(theme, &format!(" {}? ", confirm.verb), true);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let footer = 2 + u16::from(confirm.word.is_some());
    let body = Rect {
        height: inner.height.saturating_sub(footer),
        ..prose::margin(inner)
    };
    let mut broken = confirm.broken.borrow_mut();
    if broken.0 != body.width {
        *broken = (body.width, prose::broken(&confirm.lines, body.width));
    }
    prose::draw_broken(theme, &broken.1, &confirm.scroll, frame, body);
    let bottom = inner.y + inner.height;
    if let Some(word) = &confirm.word {
        let prompt = format!("Type {word} to go on: ");
        let cells = u16::try_from(super::super::text::width(&prompt)).unwrap_or(0);
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
        confirm
            .typed
            .draw(theme, frame, field, true, "type it, then enter");
    }
    draw_buttons(
        confirm,
        frame,
        Rect {
            y: bottom.saturating_sub(1),
            height: 1,
            ..inner
        },
        theme,
    );
}

fn draw_buttons(confirm: &Confirm, frame: &mut Frame<'_>, area: Rect, theme: Theme) {
    let button = |text: &str, focused: bool| {
        let style = if focused {
            theme.selected()
        } else {
            theme.text()
        };
        let pointer = if focused { theme.pointer() } else { " " };
        Span::styled(format!("{pointer}[ {text} ]"), style)
    };
    let [cancel, go] = [
        button("Cancel", !confirm.focus_go),
        button(&confirm.verb, confirm.focus_go),
    ];
    let cells = |span: &Span<'_>| u16::try_from(span.width()).unwrap_or(0);
    let back = if confirm.focus_go {
        0
    } else {
        cells(&cancel) + 3
    } + cells(&go)
        + 1;
    let focused = Rect {
        x: area.x + area.width.saturating_sub(back),
        ..area
    };
    let line = Line::from(vec![cancel, Span::raw("   "), go, Span::raw(" ")]);
    frame.render_widget(line.right_aligned(), area);
    // A word is being typed until it is complete.
    if confirm.may_go() {
        follow(theme, frame, focused);
    }
}
