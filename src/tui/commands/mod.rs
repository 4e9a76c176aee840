//! The command table: keys, hints, help and palette all read it.

mod disabled;
mod keymap;
mod places;
pub mod reference;
mod table;

use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use super::state::{Place, State};

pub use disabled::{denied, disabled_reason};
pub use keymap::Keymap;
pub use places::Places;
pub use table::COMMANDS;

/// What can be done, by a stable name.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    EnumString,
    IntoStaticStr,
    Display,
)]
#[strum(serialize_all = "kebab-case")]
#[allow(
    missing_docs,
    reason = "the table below gives each one a title and a description"
)]
pub enum CommandId {
    Share,
    Reassign,
    Open,
    WhoCan,
    Explain,
    Offboard,
    SeeAs,
    Compare,
    Policy,
    EditRole,
    Actions,
    New,
    Undo,
    Redo,
    AsOf,
    Moment,
    Bulk,
    Mark,
    MarkRange,
    MarkAll,
    Filter,
    Nearest,
    Sort,
    SortBackwards,
    Scope,
    CopyId,
    Delete,
    ViewMyModels,
    ViewSharedWithMe,
    ViewAllModels,
    ViewModelGroups,
    ViewPeople,
    ViewGroups,
    ViewRoles,
    ViewJobs,
    ViewExperiments,
    ViewAccess,
    ViewFindings,
    ViewJournal,
    ViewSettings,
    NextPane,
    PreviousPane,
    NextView,
    PreviousView,
    NextTab,
    PreviousTab,
    NextField,
    PreviousField,
    TurnRight,
    TurnLeft,
    Accept,
    Preview,
    Remove,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    SwitchButton,
    ConfirmNow,
    Reason,
    CopySteps,
    ActFor,
    Tour,
    Palette,
    Help,
    Refresh,
    Back,
    Suspend,
    Quit,
}

/// One row of the table.
#[derive(Debug)]
pub struct Command {
    /// Its name.
    pub id: CommandId,
    /// One or two words, for the hint bar.
    pub title: &'static str,
    /// A sentence, for help and palette.
    pub description: &'static str,
    /// Default keys.
    pub keys: &'static [&'static str],
    /// Where it applies.
    pub places: Places,
    /// Whether the hint bar shows it.
    pub hint: bool,
}

/// The commands of a place, in order.
pub fn commands_in(place: Place) -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().filter(move |c| c.places.contains(place))
}

/// The first key of a command in a place.
pub fn key_in(state: &State, place: Place, id: CommandId) -> Option<String> {
    let command = commands_in(place).find(|c| c.id == id)?;
    Some(state.keymap.first(command))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use strum::IntoEnumIterator;

    use super::super::keys::Chord;
    use super::*;

    #[test]
    fn keys_are_readable_and_mean_one_thing_in_each_place() {
        for place in Place::iter() {
            let mut seen: HashMap<Chord, CommandId> = HashMap::new();
            for command in commands_in(place) {
                for key in command.keys {
                    let chord = Chord::parse(key).unwrap_or_else(|| panic!("{key} is no key"));
                    let other = seen.insert(chord, command.id);
                    assert_eq!(other, None, "{key} means two things in the {place}");
                }
            }
        }
    }

    #[test]
    fn every_command_can_be_reached() {
        for id in CommandId::iter() {
            assert!(
                COMMANDS.iter().any(|c| c.id == id && !c.places.is_empty()),
                "{id}"
            );
        }
    }
}
