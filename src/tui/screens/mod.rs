//! One screen, one file: its state, its update and its view.

pub mod access;
pub mod access_mode;
pub mod actions;
pub mod bulk;
pub mod compare;
pub mod detail;
pub mod entry;
pub mod experiments;
pub mod findings;
pub mod foreseen;
pub mod form;
pub mod groups;
pub mod help;
pub mod intent_form;
pub mod jobs;
pub mod journal;
pub mod list;
pub mod model_groups;
pub mod models;
pub mod moment;
pub mod named_on;
pub mod notice;
pub mod offboard;
pub mod page;
pub mod palette;
pub mod pane;
pub mod partly;
pub mod people;
pub mod person;
pub mod pick;
pub mod policy;
pub mod reassign;
pub mod roles;
pub mod roles_held;
pub mod settings;
pub mod share;
pub mod standing;
pub mod working;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::authz::ListKind;

use super::screen::Screen;
use super::state::{Place, State, View};
use list::ListScreen;

/// The screen of a view, as it is when first shown.
pub fn of(view: View) -> Box<dyn Screen> {
    match view {
        View::MyModels => Box::new(ListScreen::new(models::Models(ListKind::MyModels))),
        View::SharedWithMe => Box::new(ListScreen::new(models::Models(ListKind::SharedWithMe))),
        View::AllModels => Box::new(ListScreen::new(models::Models(ListKind::AllModels))),
        View::ModelGroups => Box::new(ListScreen::new(model_groups::ModelGroups)),
        View::People => Box::new(ListScreen::new(people::People)),
        View::Groups => Box::new(ListScreen::new(groups::Groups)),
        View::Jobs => Box::new(ListScreen::new(jobs::Jobs)),
        View::Experiments => Box::new(ListScreen::new(experiments::Experiments)),
        View::Journal => Box::new(ListScreen::new(journal::Journal)),
        View::Access => Box::new(access::Explorer::new()),
        View::Findings => Box::new(findings::Findings::new()),
        View::Roles => Box::new(ListScreen::new(roles::Roles)),
        View::Settings => Box::new(settings::page()),
    }
}

/// A place with nothing in it.
#[derive(Debug)]
pub struct Nothing;

impl Screen for Nothing {
    fn place(&self) -> Place {
        Place::Settings
    }

    fn crumb(&self, _: &State) -> String {
        String::new()
    }

    fn draw(&self, _: &State, _: &mut Frame<'_>, _: Rect, _: bool) {}
}
