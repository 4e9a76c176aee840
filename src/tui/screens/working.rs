//! What takes its time, over everything else: a plan that is worked out, which can be stopped; or a
//! change that is being saved, which can't any more. Keys that mean something elsewhere do nothing.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::Revision;
use crate::registry::plan::capitalized;
use crate::registry::watch::Reached;

use super::super::commands::CommandId;
use super::super::parts::planning::{Outcome, Then, Wanted, Work};
use super::super::parts::prose::{self, Tone};
use super::super::parts::table::grouped;
use super::super::screen::{Act, Answer, Reply, Screen, Ticket};
use super::super::state::{Place, State};
use super::super::view::{centred, frame_block};

/// A plan that somebody waits for.
#[derive(Debug)]
pub struct Working {
    wanted: Wanted,
    then: Then,
    revision: Revision,
    /// Nothing once it came back.
    work: Option<Work>,
    /// What it came to.
    due: Vec<Act>,
}

impl Working {
    /// Begins to work a plan out.
    pub fn begin(state: &mut State, wanted: Wanted, then: Then) -> Self {
        Self {
            revision: state.snapshot.revision(),
            work: Some(Work::begin(state, wanted.clone())),
            wanted,
            then,
            due: Vec::new(),
        }
    }

    fn lines(&self) -> Vec<(Tone, String)> {
        let progress = self.work.as_ref().and_then(Work::progress);
        let progress = progress.map_or_else(String::new, |p| format!("{}.", capitalized(&p)));
        vec![
            (Tone::Strong, "Working out what this changes…".to_owned()),
            // The row stays where it is while the numbers come.
            (Tone::Plain, progress),
            (Tone::Plain, String::new()),
            (
                Tone::Dim,
                "esc stops it. Nothing is changed before you confirm the plan.".to_owned(),
            ),
        ]
    }
}

impl Screen for Working {
    fn place(&self) -> Place {
        Place::Working
    }

    fn crumb(&self, _: &State) -> String {
        "Working it out".to_owned()
    }

    fn area(&self, state: &State, whole: Rect) -> Rect {
        area(state, &self.lines(), whole)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        draw(state, " Plan ", &self.lines(), frame, area, focused);
    }

    /// Somebody else's change is taken into account: the plan is made on what they left.
    fn refresh(&mut self, state: &mut State) -> bool {
        if self.revision != state.snapshot.revision() {
            *self = Self::begin(state, self.wanted.clone(), self.then.clone());
        }
        true
    }

    fn perform(&mut self, _: &mut State, command: CommandId) -> Reply {
        let stops = command == CommandId::Back;
        let text = "Stopped; nothing was changed.".to_owned();
        stops.then(|| vec![Act::Close, Act::Say(text)])
    }

    fn called(&self, command: CommandId) -> Option<String> {
        (command == CommandId::Back).then(|| "stop".to_owned())
    }

    fn answered(&mut self, _: &mut State, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        if !self.work.as_ref().is_some_and(|work| work.is(ticket)) {
            return false;
        }
        self.work = None;
        self.due = vec![Act::Close];
        let outcome = answer.take().and_then(|a| a.downcast::<Outcome>().ok());
        let then = std::mem::take(&mut self.then);
        self.due.extend(outcome.map(|outcome| Act::Planned {
            outcome: *outcome,
            then,
        }));
        true
    }

    fn reached(&mut self, ticket: Ticket, reached: Reached) -> bool {
        let work = self.work.as_mut().filter(|work| work.is(ticket));
        work.map(|work| work.tell(reached)).is_some()
    }

    fn due(&mut self) -> Vec<Act> {
        std::mem::take(&mut self.due)
    }
}

/// A change that is being saved.
#[derive(Debug)]
pub struct Saving {
    /// How many records it writes.
    records: usize,
}

impl Saving {
    /// So many records are being written.
    pub const fn new(records: usize) -> Self {
        Self { records }
    }

    fn lines(&self) -> [(Tone, String); 3] {
        let records = grouped(self.records);
        [
            (Tone::Strong, format!("Saving… ({records} records)")),
            (Tone::Plain, String::new()),
            (
                Tone::Dim,
                "What has begun to be saved can't be stopped: all of it is saved, or nothing."
                    .to_owned(),
            ),
        ]
    }
}

impl Screen for Saving {
    fn place(&self) -> Place {
        Place::Working
    }

    fn crumb(&self, _: &State) -> String {
        "Saving".to_owned()
    }

    fn area(&self, state: &State, whole: Rect) -> Rect {
        area(state, &self.lines(), whole)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        draw(state, " Saving ", &self.lines(), frame, area, focused);
    }

    /// There is nothing to hint at.
    fn called(&self, command: CommandId) -> Option<String> {
        (command == CommandId::Back).then(String::new)
    }

    fn disabled(&self, _: &State, command: CommandId) -> Option<String> {
        let text = "It is being saved, which can't be stopped any more.";
        (command == CommandId::Back).then(|| text.to_owned())
    }

    fn unsaved(&self) -> Option<String> {
        Some("It is being saved: this stays here until it is done.".to_owned())
    }

    fn committed(&mut self) -> bool {
        false
    }
}

const COLUMNS: u16 = 66;

fn area(state: &State, lines: &[(Tone, String)], whole: Rect) -> Rect {
    let columns = whole.width.min(COLUMNS);
    // Frame and margins take four of them.
    let rows = prose::wrapped(state.theme, lines, columns.saturating_sub(4)).len();
    let rows = u16::try_from(rows + 2).unwrap_or(u16::MAX);
    centred(whole, columns, rows)
}

fn draw(
    state: &State,
    title: &str,
    lines: &[(Tone, String)],
    frame: &mut Frame<'_>,
    area: Rect,
    focused: bool,
) {
    let block = frame_block(state.theme, title, focused);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    prose::show(state.theme, lines, frame, prose::margin(inner));
}
