//! Why, or why not: every route of a yes, every failing check of a no, and what would turn it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::authz::{Check, Evidence, Explanation, Verdict, explain, wording};
use crate::domain::{PrincipalId, ResourceId, Revision};

use super::super::super::parts::prose::{self, Tone};
use super::super::super::parts::scroll::{Cursor, Step};
use super::super::super::screen::{Act, Answer, Ticket};
use super::super::super::state::State;
use super::super::super::view::{follow, frame_block};
use super::offers::{Found, work_out};
use super::question::{Asked, Whole, verb};

/// What enter does on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    /// Nothing; it is to be read.
    Nothing,
    /// Opens the group or person that a route comes through.
    Meet(PrincipalId),
    /// Opens the resource.
    Visit(ResourceId),
    /// Plans the change with this place among those that were found.
    Plan(usize),
}

/// Something to read or choose.
#[derive(Debug, Clone)]
struct Item {
    heading: Option<String>,
    lines: Vec<(Tone, String)>,
    does: Does,
}

/// An explained answer.
#[derive(Debug)]
pub struct Explained {
    whole: Whole,
    asked: Asked,
    allowed: bool,
    head: (Tone, String),
    items: Vec<Item>,
    /// How many items come before the ways to turn the answer.
    reasons: usize,
    found: Option<Found>,
    waiting: Option<Ticket>,
    /// What the ways that were found depend on.
    of: Option<(Revision, Whole, Option<PrincipalId>)>,
    cursor: Cursor,
}

impl Explained {
    /// The answer to a question.
    pub fn new(state: &mut State, asked: &Asked, whole: Whole) -> Self {
        let mut explained = Self {
            whole,
            asked: asked.clone(),
            allowed: false,
            head: (Tone::Plain, String::new()),
            items: Vec::new(),
            reasons: 0,
            found: None,
            waiting: None,
            of: None,
            cursor: Cursor::default(),
        };
        explained.refresh(state, asked, whole);
        explained
    }

    /// Answers anew; what would turn the answer is worked out outside when anything it depends on
    /// has changed.
    pub fn refresh(&mut self, state: &mut State, asked: &Asked, whole: Whole) {
        let explanation = explain(&state.snapshot, &whole.request());
        let before = (self.whole, self.allowed);
        self.whole = whole;
        self.asked = asked.clone();
        self.allowed = explanation.verdict.is_allowed();
        self.head = head(state, asked, &whole, &explanation);
        self.items = why(state, &whole, &explanation);
        self.reasons = self.items.len();
        if (before.0.who, before.0.on, before.1) != (whole.who, whole.on, self.allowed) {
            self.cursor = Cursor::default();
        }
        let settled = Whole {
            at: asked.at.unwrap_or_default(),
            ..whole
        };
        let key = (state.snapshot.revision(), settled, state.actor.principal);
        if self.of != Some(key) {
            self.of = Some(key);
            self.found = None;
            let (snapshot, actor) = (state.snapshot.clone(), state.actor.clone());
            let now = state.now;
            self.waiting = Some(state.compute(move || work_out(&snapshot, &actor, &whole, now)));
        }
        self.add_offers();
    }

    /// Takes what was worked out.
    pub fn answered(&mut self, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        if self.waiting != Some(ticket) {
            return false;
        }
        self.waiting = None;
        let found = answer.take().and_then(|a| a.downcast::<Found>().ok());
        if found.is_none() {
            // It failed: the next refresh tries it again.
            self.of = None;
        }
        self.found = found.map(|found| *found);
        self.items.truncate(self.reasons);
        self.add_offers();
        // What one wants to do about a no comes first.
        if !self.allowed && self.cursor.row == 0 && self.items.len() > self.reasons {
            self.cursor.row = self.reasons;
        }
        true
    }

    fn add_offers(&mut self) {
        let possible = self.found.as_ref().is_some_and(|f| !f.told.is_empty());
        let key = if possible {
            " (enter shows the plan)"
        } else {
            ""
        };
        let what = if self.allowed {
            "What would end it"
        } else {
            "What would allow it"
        };
        let heading = format!("{what}{key}");
        let note = |tone, text: String, first: bool| Item {
            heading: first.then(|| heading.clone()),
            lines: vec![(tone, text)],
            does: Does::Nothing,
        };
        let Some(found) = &self.found else {
            let text = if self.waiting.is_some() {
                "Working it out …"
            } else {
                "This could not be worked out; ctrl-l tries it again."
            };
            self.items.push(note(Tone::Dim, text.to_owned(), true));
            return;
        };
        let mut items: Vec<Item> = Vec::new();
        for (place, told) in found.told.iter().enumerate() {
            let mut lines = vec![(Tone::Strong, format!("{}  {}", place + 1, told.steps))];
            let beside = told.beside.iter().cloned();
            lines.extend(beside);
            items.push(Item {
                heading: (place == 0).then(|| heading.clone()),
                lines,
                does: Does::Plan(place),
            });
        }
        for line in &found.none {
            items.push(note(Tone::Plain, line.clone(), items.is_empty()));
        }
        self.items.append(&mut items);
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Step, height: usize) {
        self.cursor.step(step, self.items.len(), height);
    }

    /// What enter does on the line under the cursor.
    pub fn open(&self, state: &State) -> Vec<Act> {
        let Some(item) = self.items.get(self.cursor.row) else {
            return Vec::new();
        };
        match item.does {
            Does::Nothing => vec![self.nothing()],
            Does::Meet(id) => vec![Act::Meet(id)],
            Does::Visit(id) => vec![Act::Visit(id)],
            Does::Plan(place) => self.plan(state, place).into_iter().collect(),
        }
    }

    /// What enter says on a line that does nothing.
    fn nothing(&self) -> Act {
        let actable = self.items.iter().any(|i| matches!(i.does, Does::Plan(_)));
        match &self.found {
            _ if actable => Act::Say("Choose one of the changes below with the arrows.".to_owned()),
            None => Act::Say("There is nothing to do about this line.".to_owned()),
            Some(_) => Act::Warn("Nothing can be granted for this.".to_owned()),
        }
    }

    fn plan(&self, state: &State, place: usize) -> Option<Act> {
        let told = self.found.as_ref()?.told.get(place)?;
        if let Some(reason) = state.frozen() {
            return Some(Act::Warn(reason));
        }
        let verb = if self.allowed { "Take away" } else { "Allow" };
        Some(Act::propose_all(told.intents.clone(), verb))
    }

    /// Draws the answer in a frame of its own.
    pub fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let title = if self.allowed { " Yes " } else { " No " };
        let block = frame_block(state.theme, title, focused);
        let inner = prose::margin(block.inner(area));
        frame.render_widget(block, area);
        let Laid {
            lines,
            leads,
            chosen,
        } = self.laid_out(state, inner.width, focused);
        let height = usize::from(inner.height);
        // While the question is typed, the answer is read from its beginning.
        let top = (chosen.1 + 1).saturating_sub(height).min(chosen.0);
        let top = if focused { top } else { 0 };
        if focused {
            let below = u16::try_from(leads.saturating_sub(top)).unwrap_or(0);
            let row = Rect {
                y: inner.y + below.min(inner.height.saturating_sub(1)),
                ..inner
            };
            follow(state.theme, frame, row);
        }
        let hidden = lines.len().saturating_sub(top + height);
        for (i, line) in (0..inner.height).zip(lines.into_iter().skip(top)) {
            let row = Rect {
                y: inner.y + i,
                height: 1,
                ..inner
            };
            frame.render_widget(line, row);
        }
        let ends = [
            (top, area.y, "above"),
            (hidden, (area.y + area.height).saturating_sub(1), "below"),
        ];
        for (count, y, where_to) in ends {
            if count > 0 && area.height > 1 {
                let row = Rect {
                    y,
                    height: 1,
                    ..inner
                };
                let more = format!(" {count} more {where_to} ");
                frame.render_widget(Line::styled(more, state.theme.dim()).right_aligned(), row);
            }
        }
    }

    /// All lines, and where the chosen item is among them.
    fn laid_out(&self, state: &State, cells: u16, focused: bool) -> Laid {
        let theme = state.theme;
        let wrapped = |lines: &[(Tone, String)], cells| prose::wrapped(theme, lines, cells);
        let mut lines = wrapped(std::slice::from_ref(&self.head), cells);
        let (mut chosen, mut leading) = ((0, 0), 0);
        for (place, item) in self.items.iter().enumerate() {
            let here = place == self.cursor.row;
            let first = lines.len();
            if let Some(heading) = &item.heading {
                lines.push(Line::raw(""));
                lines.extend(wrapped(&[(Tone::Dim, heading.clone())], cells));
            }
            for (nth, toned) in item.lines.iter().enumerate() {
                // What belongs to a line stands a little further in.
                let indent = if nth == 0 { 0 } else { 3 };
                let room = cells.saturating_sub(2 + indent);
                for (i, line) in wrapped(std::slice::from_ref(toned), room)
                    .into_iter()
                    .enumerate()
                {
                    let leads = here && nth == 0 && i == 0;
                    if leads {
                        leading = lines.len();
                    }
                    let pointer = if leads { theme.pointer() } else { " " };
                    let style = if leads && focused {
                        theme.selected()
                    } else {
                        line.style
                    };
                    let text: String = line.spans.iter().map(|s| s.content.as_ref()).collect();
                    let margin = format!("{pointer} {}", " ".repeat(usize::from(indent)));
                    lines.push(Line::from(vec![
                        Span::raw(margin),
                        Span::styled(text, style),
                    ]));
                }
            }
            if here {
                // The head stays in sight as long as the first item is chosen.
                let from = if place == 0 { 0 } else { first };
                chosen = (from, lines.len().saturating_sub(1));
            }
        }
        Laid {
            lines,
            leads: leading,
            chosen,
        }
    }
}

/// The answer in lines.
struct Laid {
    lines: Vec<Line<'static>>,
    /// The line that the chosen item begins with.
    leads: usize,
    /// From which to which line the chosen item goes, with what is to stay in sight above it.
    chosen: (usize, usize),
}

/// Yes or no in one sentence.
fn head(state: &State, asked: &Asked, whole: &Whole, explanation: &Explanation) -> (Tone, String) {
    let snapshot = &state.snapshot;
    let (who, on) = (snapshot.label(whole.who), snapshot.target_label(whole.on));
    let verb = verb(&asked.action);
    match (explanation.verdict, explanation.first_failure()) {
        (Verdict::Allow, _) => (Tone::Good, format!("Yes. {who} may {verb} {on}.")),
        (Verdict::Error, _) => (
            Tone::Bad,
            format!("Nothing can be decided: what is stored about {on} does not fit together."),
        ),
        (Verdict::Deny, first) => {
            let why = match (first, explanation.key()) {
                (Some(Check::Restriction), Some(key)) => wording::key(key),
                (first, _) => first.map_or("", failing),
            };
            (Tone::Bad, format!("No. {who} can't {verb} {on}: {why}."))
        }
    }
}

/// What it means that a check fails first.
const fn failing(check: Check) -> &'static str {
    match check {
        Check::Restriction => "nobody may at present",
        Check::Privilege => "none of their roles in this environment allows it on anything",
        Check::Reach => "nothing gives them access to this one",
    }
}

/// The question that a check asks.
const fn question(check: Check) -> &'static str {
    match check {
        Check::Restriction => "May anybody do it now?",
        Check::Privilege => "Do their roles in this environment allow it at all?",
        Check::Reach => "Does anything give them access to this one?",
    }
}

/// Every route, or every reason, check by check.
fn why(state: &State, whole: &Whole, explanation: &Explanation) -> Vec<Item> {
    let snapshot = &state.snapshot;
    let mut items: Vec<Item> = Vec::new();
    for check in [Check::Restriction, Check::Privilege, Check::Reach] {
        let mut first = true;
        let mut told: Vec<String> = Vec::new();
        let mut push = |tone, text: String, does| {
            if told.contains(&text) {
                return;
            }
            told.push(text.clone());
            items.push(Item {
                heading: first.then(|| format!("{} ({check})", question(check))),
                lines: vec![(tone, text)],
                does,
            });
            first = false;
        };
        for evidence in explanation.evidence_for(check) {
            let directly = match evidence {
                Evidence::Grant { member, .. } if *member == whole.who => ", directly",
                _ => "",
            };
            let text = format!("yes: {}{directly}", wording::evidence(snapshot, evidence));
            push(Tone::Good, text, leads_to(whole, evidence));
        }
        for reason in explanation.told().filter(|r| r.check == check) {
            let text = format!("no: {}", wording::reason(snapshot, whole.on, reason));
            push(Tone::Bad, text, Does::Nothing);
        }
    }
    items
}

/// Where a route can be looked into: the group it comes through, else the resource.
fn leads_to(whole: &Whole, evidence: &Evidence) -> Does {
    let (Evidence::Owner { path, .. }
    | Evidence::Grant { path, .. }
    | Evidence::Depth { path, .. }
    | Evidence::ContainerOwner { path, .. }) = evidence
    else {
        return whole.on.resource().map_or(Does::Nothing, Does::Visit);
    };
    match (path.last(), whole.on.resource()) {
        (Some(group), _) => Does::Meet(*group),
        (None, Some(id)) => Does::Visit(id),
        (None, None) => Does::Nothing,
    }
}
