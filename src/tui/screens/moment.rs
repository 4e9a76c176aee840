//! Which moment to look back at: typed in the words that are taken everywhere, or the number of a
//! revision.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::authz::wording;
use crate::domain::{Revision, Timestamp};

use super::super::commands::CommandId;
use super::super::parts::input::Input;
use super::super::parts::prose::Tone;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Place, State};
use super::super::view::centred;
use super::form;

/// The panel.
#[derive(Debug, Default)]
pub struct Moment {
    when: Input,
}

/// What was typed.
enum Said {
    Revision(Revision),
    At(Timestamp),
}

/// Times that have been, as they are written.
const PAST_TIMES: &str = "yesterday, 7d ago, 2026-03-01, 2026-03-01 14:00";

impl Moment {
    /// With what was looked for elsewhere, where that is a time.
    pub fn new(state: &State, sought: Option<String>) -> Self {
        let time = sought.filter(|text| Timestamp::read(text, state.now).is_ok());
        Self {
            when: time.map_or_else(Input::default, |text| Input::new(&text)),
        }
    }

    /// What was typed; `None` while there is nothing.
    ///
    /// # Errors
    /// Why it is no moment to look back at.
    fn said(&self, state: &State) -> Option<Result<Said, String>> {
        let text = self.when.text().trim();
        if text.is_empty() {
            return None;
        }
        let last = state.past.as_ref().map_or(&state.snapshot, |p| &p.present);
        if let Ok(number) = text.parse() {
            let known = Revision(number) <= last.revision();
            let why = format!(
                "There is no revision {number} yet: the last is {}.",
                last.revision()
            );
            return Some(known.then_some(Said::Revision(Revision(number))).ok_or(why));
        }
        Some(match Timestamp::read(text, state.now) {
            Ok(at) if state.past.is_none() && at > state.now => {
                Err("That is still to come: only the past can be looked at.".to_owned())
            }
            Ok(at) => Ok(Said::At(at)),
            Err(_) => Err(format!(
                "This is neither a time nor a revision. Write 12, {PAST_TIMES}."
            )),
        })
    }

    /// What is known of it already: the moment written out, and the change that came last by then.
    fn told(&self, state: &State) -> Vec<(Tone, String)> {
        let (revision, at) = match self.said(state) {
            None => {
                let text = "Every screen shows what was true then, and nothing can be changed.";
                return vec![(Tone::Dim, text.to_owned())];
            }
            Some(Err(why)) => return vec![(Tone::Bad, why)],
            Some(Ok(Said::Revision(revision))) => (Some(revision), None),
            Some(Ok(Said::At(at))) => {
                let by_then = state.history.iter().find(|e| e.stamp.time <= at);
                (by_then.map(|e| e.revision), Some(at))
            }
        };
        let mut lines = Vec::new();
        if let Some(at) = at {
            let moment = wording::moment(at);
            let day = moment.len() == at.date().len();
            let of = if day { " (midnight UTC)" } else { "" };
            lines.push((Tone::Plain, format!("As of {moment}{of}.")));
        }
        let entry = state.history.iter().find(|e| Some(e.revision) == revision);
        if let Some(entry) = entry {
            let (what, when) = (
                &entry.stamp.summary,
                entry.stamp.time.relative_to(state.now),
            );
            let text = format!(
                "Last done by then: {} (revision {}, {when}).",
                what, entry.revision
            );
            lines.push((Tone::Dim, text));
        }
        lines
    }
}

impl Screen for Moment {
    fn place(&self) -> Place {
        Place::Form
    }

    fn crumb(&self, _: &State) -> String {
        "As of".to_owned()
    }

    fn area(&self, _: &State, whole: Rect) -> Rect {
        centred(whole, 76, 7)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, _: bool) {
        let mut sheet = form::panel(state, frame, area, " See everything as of ");
        let hint = "yesterday, 7d ago, 2026-11-20 14:00, or a revision: 12";
        form::draw_text(state, &mut sheet, frame, ("When", &self.when, hint), true);
        sheet.toned(state, frame, &self.told(state));
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        if !matches!(command, CommandId::Accept | CommandId::Preview) {
            return None;
        }
        let at = match self.said(state) {
            None => return Some(vec![Act::Warn("Type when.".to_owned())]),
            // What is wrong stands below the line already.
            Some(Err(_)) => return Some(vec![Act::Warn("That is no moment yet.".to_owned())]),
            Some(Ok(Said::Revision(revision))) => {
                return Some(vec![Act::Close, Act::AsOf(Some(revision))]);
            }
            Some(Ok(Said::At(at))) => at,
        };
        Some(vec![Act::Close, Act::AsOfMoment(at)])
    }

    fn called(&self, command: CommandId) -> Option<String> {
        match command {
            CommandId::Accept => Some("look back".to_owned()),
            CommandId::NextField | CommandId::Preview => Some(String::new()),
            _ => None,
        }
    }

    fn edits_text(&self) -> bool {
        true
    }

    fn edit(&mut self, _: &mut State, key: KeyEvent) -> bool {
        self.when.key(key).is_taken()
    }

    fn paste(&mut self, _: &mut State, text: &str) {
        self.when.paste(text);
    }
}
