//! The rows of a file with what becomes of each, and the way to their plan.

use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::{Revision, Timestamp};
use crate::registry::rows::Outcome as Became;
use crate::registry::watch::Reached;

use super::super::super::commands::CommandId;
use super::super::super::parts::planning::{Then, Work};
use super::super::super::parts::prose::Tone;
use super::super::super::parts::table::grouped;
use super::super::super::screen::{Act, Answer, Reply, Screen, Ticket};
use super::super::super::state::{Place, State};
use super::super::super::text::count;
use super::super::access::{DETAILS, draw_list};
use super::super::form;
use super::super::list::ListScreen;
use super::rows::BulkRows;
use super::{Origin, Tried};

/// The screen.
#[derive(Debug)]
pub struct Bulk {
    from: Origin,
    list: ListScreen<BulkRows>,
    revision: Option<Revision>,
    trying: Option<Work>,
    tried: Option<Tried>,
    /// When they were tried.
    at: Timestamp,
    /// Whether the plan was asked for, so that a change that is made is this one.
    asked: bool,
}

impl Bulk {
    /// Tries rows as soon as it is shown.
    pub fn new(from: Origin) -> Self {
        let mut list = ListScreen::new(BulkRows {
            told: Arc::default(),
            title: from.name(),
            none: String::new(),
        });
        list.inset = usize::from(DETAILS);
        Self {
            from,
            list,
            revision: None,
            trying: None,
            tried: None,
            at: Timestamp::default(),
            asked: false,
        }
    }

    /// Reads the rows, and works out what would become of them now.
    fn begin(&mut self, state: &mut State) {
        self.revision = Some(state.snapshot.revision());
        (self.tried, self.at, self.asked) = (None, state.now, false);
        self.list.rows.told = Arc::default();
        self.list.rows.title = self.from.name();
        "Trying the rows …".clone_into(&mut self.list.rows.none);
        let from = self.from.clone();
        let work = Work::doing(state, move |snapshot, who, watch| {
            Tried::new(&from, snapshot, who, watch)
        });
        self.trying = Some(work);
    }

    fn take(&mut self, came: Result<Tried, String>) {
        match came {
            Ok(tried) => {
                self.list.rows.title = title(&self.from.name(), &tried);
                "There are no rows below the first line.".clone_into(&mut self.list.rows.none);
                self.list.rows.told = Arc::clone(&tried.told);
                self.tried = Some(tried);
            }
            Err(why) => self.list.rows.none = format!("{why}\nctrl-l reads it again."),
        }
    }

    /// The plan of all rows that can be done.
    fn plan(&self) -> Act {
        let Some(tried) = &self.tried else {
            let text = match &self.trying {
                Some(_) => "The rows are still being tried.",
                None => "The rows can't be read: mend the file, and ctrl-l reads it again.",
            };
            return Act::Warn(text.to_owned());
        };
        let Some(outcome) = &tried.plan else {
            let text =
                "There is nothing to do: no row asks for what is not so already, or it is refused.";
            return Act::Warn(text.to_owned());
        };
        let refused = tried.refused().count();
        let mut beside = Vec::new();
        if refused > 0 {
            let rows = count(refused, "row is", "rows are");
            beside.push((Tone::Warn, format!("! {rows} refused and left out.")));
        }
        Act::Planned {
            outcome: outcome.clone(),
            then: Then {
                verb: "Carry out",
                beside,
            },
        }
    }
}

/// What was tried stands in for what would be tried now for so many seconds: dates pass.
const FRESH: i64 = 300;

/// `shares.csv: 17 to do, 2 so already, 1 refused of`, before the number of rows.
fn title(name: &str, tried: &Tried) -> String {
    let number =
        |wanted: fn(&Became) -> bool| tried.told.iter().filter(|t| wanted(&t.became)).count();
    let parts = [
        (number(|b| matches!(b, Became::Done(_))), "to do"),
        (number(|b| *b == Became::Nothing), "so already"),
        (number(|b| matches!(b, Became::Refused(_))), "refused"),
    ];
    let parts = parts.iter().filter(|(n, _)| *n > 0);
    let parts: Vec<String> = parts
        .map(|(n, what)| format!("{} {what}", grouped(*n)))
        .collect();
    match parts.as_slice() {
        [] => name.to_owned(),
        parts => format!("{name}: {} of", parts.join(", ")),
    }
}

impl Screen for Bulk {
    fn place(&self) -> Place {
        self.list.place()
    }

    fn crumb(&self, _: &State) -> String {
        "Bulk".to_owned()
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let whole = |at| self.list.rows.whole(at);
        let chosen = self.list.list.selected.map(whole);
        draw_list(state, &self.list, chosen, frame, area, focused);
    }

    fn inner(&self) -> Option<&dyn Screen> {
        Some(&self.list)
    }

    fn inner_mut(&mut self) -> Option<&mut dyn Screen> {
        Some(&mut self.list)
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        if self.revision != Some(state.snapshot.revision()) {
            self.begin(state);
        }
        self.list.refresh(state)
    }

    /// What was pasted is nowhere else.
    fn unsaved(&self) -> Option<String> {
        let pasted = matches!(self.from, Origin::Pasted(_));
        pasted.then(|| form::discards("the pasted rows"))
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::Accept if !self.list.edits_text() => {
                if self.tried.is_some() && state.now.0 - self.at.0 > FRESH {
                    self.begin(state);
                    let text =
                        "Time went by: the rows are tried again. ctrl-s shows what they do now.";
                    return Some(vec![Act::Warn(text.to_owned())]);
                }
                self.asked = true;
                Some(vec![self.plan()])
            }
            CommandId::Refresh => {
                self.begin(state);
                self.list.refresh(state);
                Some(Vec::new())
            }
            other => self.list.perform(state, other),
        }
    }

    fn click(&mut self, state: &mut State, area: Rect, column: u16, row: u16) -> bool {
        self.list.click(state, area, column, row)
    }

    fn reached(&mut self, ticket: Ticket, reached: Reached) -> bool {
        let Some(work) = self.trying.as_mut().filter(|work| work.is(ticket)) else {
            return false;
        };
        work.tell(reached);
        if let Some(progress) = work.progress() {
            self.list.rows.none = format!("Trying the rows … ({progress}; esc stops it)");
        }
        true
    }

    /// What is refused stays to be mended: the file is tried again on what there is now.
    fn committed(&mut self) -> bool {
        let tried = self.tried.as_ref();
        !self.asked || tried.is_some_and(|t| t.refused().next().is_some())
    }

    fn answered(&mut self, state: &mut State, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        if !self.trying.as_ref().is_some_and(|work| work.is(ticket)) {
            return self.list.answered(state, ticket, answer);
        }
        self.trying = None;
        let came = answer.take().and_then(|a| a.downcast().ok());
        match came {
            Some(came) => self.take(*came),
            None => self.take(Err("This could not be worked out.".to_owned())),
        }
        self.list.refresh(state);
        true
    }
}
