//! Acting for somebody else: a store administrator's tool, and the demo's persona switcher.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::PrincipalId;
use crate::registry::Actor;

use super::super::message::Effect;
use super::super::parts::picker::Picker;
use super::super::state::State;
use super::super::view::frame_block;
use super::form;
use super::models::ModelList;

/// The switcher.
#[derive(Debug)]
pub struct Persona {
    /// Finds people.
    pub picker: Picker,
}

impl Persona {
    /// Offers the login itself, then people with something to see.
    pub fn new(state: &State) -> Self {
        let mut people: Vec<PrincipalId> = state.login.principal.into_iter().collect();
        let active = state
            .snapshot
            .principals()
            .filter(|(_, p)| p.is_active_user());
        let mut by_grants: Vec<(usize, PrincipalId)> = active
            .map(|(id, _)| (state.snapshot.mentions(id).count(), id))
            .collect();
        by_grants.sort_by_key(|(count, id)| (std::cmp::Reverse(*count), *id));
        people.extend(
            by_grants
                .into_iter()
                .map(|(_, id)| id)
                .filter(|id| Some(*id) != state.login.principal),
        );
        Self {
            picker: Picker::new(&state.snapshot, people, true),
        }
    }

    /// Who is under the cursor.
    pub fn chosen(&self) -> Option<PrincipalId> {
        self.picker.candidates.get(self.picker.row).copied()
    }
}

/// Goes on as somebody; as the login itself when that is chosen.
pub fn act_for(state: &mut State, chosen: Option<PrincipalId>) -> Vec<Effect> {
    let Some(id) = chosen else {
        return Vec::new();
    };
    state.actor = if Some(id) == state.login.principal {
        state.login.clone()
    } else {
        Actor {
            account: state.login.account.clone(),
            principal: Some(id),
            store_administrator: false,
            on_behalf_by: state.login.principal,
        }
    };
    state.layers.clear();
    // Filter, marks and cursor were about somebody else's lists.
    for list in &mut state.lists {
        *list = ModelList::new(list.kind);
    }
    state.refresh();
    let name = state.snapshot.label(id);
    state.say(format!("You now act as {name}. p changes it again."), false);
    vec![Effect::LoadJournal]
}

/// A text line with people below it.
pub fn draw(state: &State, persona: &Persona, frame: &mut Frame<'_>, area: Rect) {
    let title = if state.demo {
        " Be somebody else "
    } else {
        " Act for "
    };
    let block = frame_block(state.theme, title, true);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let body = Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    };
    form::draw_picker(state, &persona.picker, frame, body, true, "type a name");
}
