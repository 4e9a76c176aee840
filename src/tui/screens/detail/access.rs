//! Who has access to a model, and how: a list with the chosen row's routes whole below it.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::{Capability, ResourceId, Target};
use crate::registry::plan::capitalized;

use super::super::super::parts::prose::Tone;
use super::super::super::state::{Place, State};
use super::super::access::draw_list;
use super::super::access::rows::Holders;
use super::super::list::ListScreen;

/// Everybody who may see it, what they can do, and every route.
#[derive(Debug)]
pub struct Access {
    /// Who, and where one is among them.
    pub list: ListScreen<Holders>,
}

impl Access {
    /// Of one resource.
    pub(super) fn new(resource: ResourceId) -> Self {
        let mut list = ListScreen::new(Holders {
            action: Capability::See.into(),
            on: Target::Resource(resource),
            at: None,
            place: Place::Detail,
        });
        // Frame and tabs around it, and the details below.
        list.inset = 9;
        Self { list }
    }

    /// The viewer's own part: what they can do, and every route.
    pub(super) fn own(&self, state: &State) -> Vec<(Tone, String)> {
        let lens = state.lens();
        let reader = capitalized(&lens.reader().name(&state.snapshot));
        let lines = self.list.rows.told(&lens, lens.viewer, &reader);
        if lines.len() < 2 {
            return vec![(Tone::Dim, "Nothing gives access to it.".to_owned())];
        }
        lines
    }

    pub(super) fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, focused: bool) {
        let whole = |id| self.list.rows.whole(&state.lens(), id);
        let chosen = self.list.list.selected.map(whole);
        draw_list(state, &self.list, chosen, frame, area, focused);
    }
}
