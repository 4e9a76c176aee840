//! A page with parts: each part is a screen of its own inside one frame, with a line of tabs above.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::{EnvironmentId, PrincipalId};

use super::super::commands::CommandId;
use super::super::parts::prose::{self, Tone};
use super::super::parts::scroll::{Reading, Step};
use super::super::parts::tabs;
use super::super::screen::{Answer, Reply, Screen, Ticket};
use super::super::state::{Place, State};
use super::super::view::frame_block;

/// What a page is about.
pub trait About: std::fmt::Debug {
    /// Where keys go.
    fn place(&self) -> Place;
    /// What stands on the frame.
    fn title(&self, state: &State) -> String;
    /// Whether it is still there.
    fn stands(&self, state: &State) -> bool;
    /// The principal that commands are about.
    fn person(&self) -> Option<PrincipalId> {
        None
    }
    /// The environment that commands are about.
    fn environment(&self) -> Option<EnvironmentId> {
        None
    }
    /// Takes a command that is this page's own.
    fn perform(&mut self, _state: &mut State, _command: CommandId) -> Reply {
        None
    }
    /// Why a command does not apply.
    fn disabled(&self, _state: &State, _command: CommandId) -> Option<String> {
        None
    }
}

/// A page.
#[derive(Debug)]
pub struct Page<A> {
    /// What it is about.
    pub about: A,
    parts: Vec<(&'static str, Box<dyn Screen>)>,
    at: usize,
}

impl<A: About> Page<A> {
    /// A page with named parts, the first in sight.
    pub fn new(about: A, parts: Vec<(&'static str, Box<dyn Screen>)>) -> Self {
        Self {
            about,
            parts,
            at: 0,
        }
    }

    fn names(&self) -> Vec<&'static str> {
        self.parts.iter().map(|(name, _)| *name).collect()
    }

    fn part(&self) -> Option<&dyn Screen> {
        self.parts.get(self.at).map(|(_, s)| s.as_ref())
    }

    fn part_mut(&mut self) -> Option<&mut dyn Screen> {
        let part = self.parts.get_mut(self.at)?;
        Some(part.1.as_mut())
    }

    fn go(&mut self, state: &mut State, at: usize) {
        self.at = at;
        if let Some(part) = self.part_mut() {
            part.refresh(state);
        }
    }
}

/// Where the parts are: below the tabs, with frames of their own.
fn inside(area: Rect) -> Rect {
    Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    }
}

impl<A: About> Screen for Page<A> {
    fn place(&self) -> Place {
        match self.part() {
            Some(part) if part.edits_text() => part.place(),
            _ => self.about.place(),
        }
    }

    fn crumb(&self, state: &State) -> String {
        self.about.title(state)
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let line = Rect {
            height: area.height.min(1),
            ..area
        };
        frame.render_widget(tabs::line(state.theme, &self.names(), self.at), line);
        if let Some(part) = self.part() {
            part.draw(state, frame, inside(area), focused);
        }
    }

    fn inner(&self) -> Option<&dyn Screen> {
        self.part()
    }

    fn inner_mut(&mut self) -> Option<&mut dyn Screen> {
        self.part_mut()
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        if !self.about.stands(state) {
            return false;
        }
        if let Some(part) = self.part_mut() {
            part.refresh(state);
        }
        true
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        if matches!(command, CommandId::NextTab | CommandId::PreviousTab) {
            let forward = command == CommandId::NextTab;
            self.go(state, tabs::turn(self.at, self.parts.len(), forward));
            return Some(Vec::new());
        }
        let reply = self.part_mut().and_then(|p| p.perform(state, command));
        reply.or_else(|| self.about.perform(state, command))
    }

    fn disabled(&self, state: &State, command: CommandId) -> Option<String> {
        let part = self.part().and_then(|p| p.disabled(state, command));
        part.or_else(|| self.about.disabled(state, command))
    }

    fn click(&mut self, state: &mut State, area: Rect, column: u16, row: u16) -> bool {
        if row == area.y {
            let at = tabs::at(&self.names(), column.saturating_sub(area.x));
            self.at = at.unwrap_or(self.at);
            // It is turned to, and has nothing to open.
            return false;
        }
        self.part_mut()
            .is_some_and(|p| p.click(state, inside(area), column, row))
    }

    fn person(&self) -> Option<PrincipalId> {
        self.about.person()
    }

    /// What one part counts is nothing to the page.
    fn count(&self) -> Option<usize> {
        None
    }

    fn environment(&self) -> Option<EnvironmentId> {
        let part = self.part().and_then(Screen::environment);
        part.or_else(|| self.about.environment())
    }

    fn committed(&mut self) -> bool {
        for (_, part) in &mut self.parts {
            part.committed();
        }
        true
    }

    fn answered(&mut self, state: &mut State, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        let mut parts = self.parts.iter_mut();
        parts.any(|(_, p)| p.answered(state, ticket, answer))
    }
}

/// Why what is done with rows does not apply where there is only text.
pub(super) fn only_text(command: CommandId) -> Option<String> {
    let rows = matches!(
        command,
        CommandId::Open
            | CommandId::Mark
            | CommandId::MarkRange
            | CommandId::MarkAll
            | CommandId::Filter
            | CommandId::Sort
            | CommandId::SortBackwards
    );
    rows.then(|| "This is text to read: there are no rows here.".to_owned())
}

/// Lines made anew from the state, to be read.
pub type Write = Box<dyn Fn(&State) -> Vec<(Tone, String)>>;

/// A part that is text.
pub struct Prose {
    title: String,
    place: Place,
    write: Write,
    lines: Vec<(Tone, String)>,
    scroll: Reading,
}

impl std::fmt::Debug for Prose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prose")
            .field("title", &self.title)
            .finish_non_exhaustive()
    }
}

impl Prose {
    /// A part whose lines are written at every refresh.
    pub fn new(
        title: impl Into<String>,
        place: Place,
        write: impl Fn(&State) -> Vec<(Tone, String)> + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            place,
            write: Box::new(write),
            lines: Vec::new(),
            scroll: Reading::default(),
        }
    }
}

impl Screen for Prose {
    fn place(&self) -> Place {
        self.place
    }

    fn crumb(&self, _: &State) -> String {
        self.title.clone()
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let title = format!(" {} ", self.title);
        let block = frame_block(state.theme, &title, focused);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let body = prose::margin(inner);
        prose::draw(state.theme, &self.lines, &self.scroll, frame, body);
    }

    fn refresh(&mut self, state: &mut State) -> bool {
        self.lines = (self.write)(state);
        true
    }

    fn disabled(&self, _: &State, command: CommandId) -> Option<String> {
        only_text(command)
    }

    fn step(&mut self, _: &State, step: Step) {
        self.scroll.step(step);
    }
}
