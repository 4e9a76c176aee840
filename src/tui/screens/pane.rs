//! The pane beside a list on wide terminals: the detail of the row under the cursor, in which one
//! goes about as on its page.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::{PrincipalId, ResourceId};

use super::super::commands::CommandId;
use super::super::parts::scroll::Step;
use super::super::screen::{Answer, Reply, Screen, Ticket};
use super::super::state::State;
use super::super::theme::Theme;
use super::super::view::WIDE;
use super::detail::{Detail, Tab};

/// What stands beside a list, and whether keys go there.
#[derive(Debug, Default)]
pub struct Pane {
    detail: Option<Box<Detail>>,
    focused: bool,
}

impl Pane {
    /// Shows a resource, or nothing. The part in sight stays from row to row, but for who has access
    /// in a large organization: it would be worked out for every row that one only passes.
    pub fn show(&mut self, state: &mut State, resource: Option<ResourceId>) {
        let shown = self.detail.as_ref().map(|d| d.resource);
        if resource != shown {
            let tab = self.detail.as_ref().map_or(Tab::Overview, |d| d.tab);
            let passing = tab == Tab::Access && state.is_large();
            let tab = if passing { Tab::Overview } else { tab };
            self.detail = resource.map(|id| Box::new(Detail::beside(id, tab)));
            self.focused = false;
        }
        if let Some(detail) = &mut self.detail {
            detail.settle(state);
        }
    }

    /// Brings it up to the state.
    pub fn refresh(&mut self, state: &mut State) {
        if self.detail.as_mut().is_some_and(|d| !d.refresh(state)) {
            *self = Self::default();
        }
    }

    /// Whether something is shown.
    pub const fn is_there(&self) -> bool {
        self.detail.is_some()
    }

    /// The detail, while keys go there.
    pub fn focused(&self) -> Option<&Detail> {
        self.detail.as_deref().filter(|_| self.focused)
    }

    /// Gives the keys to the pane, where something is shown, or back to the list. Says whether they
    /// went elsewhere.
    pub fn focus(&mut self, there: bool) -> bool {
        let before = self.focused;
        self.focused = there && self.is_there();
        before != self.focused
    }

    /// Takes a command that is not the list's.
    pub fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        self.detail.as_mut()?.perform(state, command)
    }

    /// Moves in what is shown.
    pub fn step(&mut self, state: &State, step: Step) {
        if let Some(detail) = &mut self.detail {
            detail.step(state, step);
        }
    }

    /// A click gives it the keys; what it hits counts from the second on.
    pub fn click(&mut self, state: &mut State, area: Rect, column: u16, row: u16) -> bool {
        let new = self.focus(true);
        let detail = self.detail.as_mut();
        detail.is_some_and(|d| d.click(state, area, column, row)) && !new
    }

    /// Whoever is under the cursor there.
    pub fn person(&self) -> Option<PrincipalId> {
        self.focused()?.person()
    }

    /// Takes what a job brought back.
    pub fn answered(
        &mut self,
        state: &mut State,
        ticket: Ticket,
        answer: &mut Option<Answer>,
    ) -> bool {
        let detail = self.detail.as_mut();
        detail.is_some_and(|d| d.answered(state, ticket, answer))
    }

    /// Draws it.
    pub fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        if let Some(detail) = &self.detail {
            detail.draw(state, frame, area, focused);
        }
    }
}

/// The list's part of an area, and the pane's, where there is room for both.
pub fn split(state: &State, area: Rect) -> Option<(Rect, Rect)> {
    if state.size.0 < WIDE {
        return None;
    }
    let cells = area.width * 2 / 5;
    let list = Rect {
        width: area.width - cells,
        ..area
    };
    let pane = Rect {
        x: area.x + list.width,
        width: cells,
        ..area
    };
    Some((list, pane))
}

/// The title of one of two panes: a mark says which one keys go to, since colour says nothing alone.
pub fn title(theme: Theme, title: &str, focused: bool) -> String {
    if focused {
        format!(" {}{title}", theme.pointer())
    } else {
        title.to_owned()
    }
}
