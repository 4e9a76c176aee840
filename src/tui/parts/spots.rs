//! What can be clicked, and where it was drawn. Fields and what is offered below them move as one types:
//! a click hits what was drawn last, and nobody works out anew where that was.

use std::cell::RefCell;

use ratatui::layout::{Position, Rect};

use super::super::commands::CommandId;
use super::super::state::View;

/// Something that can be clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A field, by what it is called.
    Field(&'static str),
    /// The sign beside a field's value that turns it back, or on.
    Turn(&'static str, bool),
    /// Something offered below the field with the focus, by its place; of a question, one of its answers.
    Offered(usize),
    /// A row of the panel's list, by its place.
    Row(usize),
    /// The hint of a command.
    Command(CommandId),
    /// The name of a view.
    View(View),
}

impl Spot {
    /// The field that it belongs to.
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::Field(name) | Self::Turn(name, _) => Some(name),
            Self::Offered(_) | Self::Row(_) | Self::Command(_) | Self::View(_) => None,
        }
    }

    /// The command that clicking it means once the cursor is there.
    pub const fn command(self) -> Option<CommandId> {
        match self {
            Self::Turn(_, true) => Some(CommandId::TurnRight),
            Self::Turn(_, false) => Some(CommandId::TurnLeft),
            Self::Offered(_) => Some(CommandId::Accept),
            Self::Command(id) => Some(id),
            Self::Field(_) | Self::Row(_) | Self::View(_) => None,
        }
    }
}

/// Where everything that can be clicked stands in the frame that was drawn last.
#[derive(Debug, Default)]
pub struct Spots(RefCell<Vec<(Rect, Spot)>>);

impl Spots {
    /// Forgets what was drawn: something else lies over it, or it is drawn anew.
    pub fn clear(&self) {
        self.0.borrow_mut().clear();
    }

    /// Notes where something stands.
    pub fn mark(&self, place: Rect, spot: Spot) {
        self.0.borrow_mut().push((place, spot));
    }

    /// What stands there; what was drawn last lies on top.
    pub fn at(&self, column: u16, row: u16) -> Option<Spot> {
        let drawn = self.0.borrow();
        let mut hit = drawn.iter().rev();
        let hit = hit.find(|(place, _)| place.contains(Position::new(column, row)));
        hit.map(|(_, spot)| *spot)
    }
}
