//! The command table: keys, hints, help and palette all read it.

use strum::{Display, EnumIter, IntoStaticStr};

use crate::authz::{Request, explain, wording};
use crate::domain::{Capability, ResourceId, Target};

use super::keys::Chord;
use super::state::{Place, State};

/// What can be done, by a stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, IntoStaticStr, Display)]
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
    Undo,
    Mark,
    Filter,
    Sort,
    CopyId,
    Delete,
    ViewMyModels,
    ViewSharedWithMe,
    ViewAllModels,
    ViewJournal,
    NextView,
    PreviousView,
    NextTab,
    PreviousTab,
    NextField,
    PreviousField,
    TurnRight,
    TurnLeft,
    Accept,
    Remove,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    SwitchButton,
    ConfirmNow,
    ActFor,
    Palette,
    Help,
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
    pub places: &'static [Place],
    /// Whether the hint bar shows it.
    pub hint: bool,
    /// Whether it takes something away for good.
    pub dangerous: bool,
}

use Place as P;

const MODELS: &[Place] = &[P::List, P::Detail];
const SCROLLED: &[Place] = &[
    P::List,
    P::Journal,
    P::Detail,
    P::Help,
    P::Entry,
    P::Confirm,
    P::Notice,
];
const CHOSEN: &[Place] = &[P::Palette, P::Persona, P::Filter];
const FORMS: &[Place] = &[P::Share, P::AccessMode, P::Reassign];
const EVERYWHERE: &[Place] = &[
    P::List,
    P::Filter,
    P::Journal,
    P::Detail,
    P::Share,
    P::AccessMode,
    P::Reassign,
    P::Confirm,
    P::Entry,
    P::Help,
    P::Palette,
    P::Persona,
    P::Notice,
];
const VIEWS: &[Place] = &[P::List, P::Journal];
const CALM: &[Place] = &[P::List, P::Journal, P::Detail, P::Entry];

const fn command(
    id: CommandId,
    title: &'static str,
    description: &'static str,
    keys: &'static [&'static str],
    places: &'static [Place],
    hint: bool,
) -> Command {
    Command {
        id,
        title,
        description,
        keys,
        places,
        hint,
        dangerous: false,
    }
}

/// Every command. The order is that of hints and help.
pub const COMMANDS: &[Command] = &[
    command(
        CommandId::Share,
        "share",
        "Share the model, or change who may use its group",
        &["s"],
        MODELS,
        true,
    ),
    command(
        CommandId::Reassign,
        "reassign",
        "Give the marked models, or this one, to another owner",
        &["o"],
        MODELS,
        true,
    ),
    command(
        CommandId::Open,
        "open",
        "Show details",
        &["enter", "l", "right"],
        &[P::List, P::Journal],
        true,
    ),
    command(
        CommandId::WhoCan,
        "who",
        "Show who has access, and how",
        &["w"],
        MODELS,
        true,
    ),
    command(
        CommandId::Undo,
        "undo",
        "Take the last change back, or the one under the cursor",
        &["u"],
        CALM,
        true,
    ),
    command(
        CommandId::Mark,
        "mark",
        "Mark or unmark for bulk actions",
        &["space"],
        &[P::List],
        true,
    ),
    command(
        CommandId::Filter,
        "filter",
        "Show only rows that fit what you type",
        &["/"],
        &[P::List],
        true,
    ),
    command(
        CommandId::Sort,
        "sort",
        "Sort by the next column",
        &["z"],
        &[P::List],
        false,
    ),
    command(
        CommandId::CopyId,
        "copy id",
        "Put the model's id on the clipboard",
        &["y"],
        MODELS,
        false,
    ),
    Command {
        id: CommandId::Delete,
        title: "delete",
        description: "Delete the model with everything granted on it",
        keys: &["X"],
        places: MODELS,
        hint: false,
        dangerous: true,
    },
    command(
        CommandId::ViewMyModels,
        "my models",
        "Show the models you own",
        &["1"],
        VIEWS,
        false,
    ),
    command(
        CommandId::ViewSharedWithMe,
        "shared with me",
        "Show what others granted you",
        &["2"],
        VIEWS,
        false,
    ),
    command(
        CommandId::ViewAllModels,
        "all models",
        "Show all that you may see",
        &["3"],
        VIEWS,
        false,
    ),
    command(
        CommandId::ViewJournal,
        "journal",
        "Show what was done",
        &["4"],
        VIEWS,
        false,
    ),
    command(
        CommandId::NextView,
        "next view",
        "Go to the next view",
        &["tab"],
        VIEWS,
        true,
    ),
    command(
        CommandId::PreviousView,
        "previous view",
        "Go to the previous view",
        &["shift-tab"],
        VIEWS,
        false,
    ),
    command(
        CommandId::NextTab,
        "next tab",
        "Show the next part of the details",
        &["tab", "right", "l"],
        &[P::Detail],
        true,
    ),
    command(
        CommandId::PreviousTab,
        "previous tab",
        "Show the previous part of the details",
        &["shift-tab", "left"],
        &[P::Detail],
        false,
    ),
    command(
        CommandId::NextField,
        "next field",
        "Go to the next field",
        &["tab"],
        FORMS,
        true,
    ),
    command(
        CommandId::PreviousField,
        "previous field",
        "Go to the previous field",
        &["shift-tab"],
        FORMS,
        false,
    ),
    command(
        CommandId::TurnRight,
        "next value",
        "Choose the next value of a choice",
        &["right"],
        FORMS,
        false,
    ),
    command(
        CommandId::TurnLeft,
        "previous value",
        "Choose the previous value of a choice",
        &["left"],
        FORMS,
        false,
    ),
    command(
        CommandId::Accept,
        "accept",
        "Take what is chosen and go on; at the end, show the effect",
        &["enter", "ctrl-s"],
        &[
            P::Share,
            P::AccessMode,
            P::Reassign,
            P::Palette,
            P::Persona,
            P::Filter,
            P::Confirm,
            P::Help,
            P::Notice,
        ],
        true,
    ),
    command(
        CommandId::Remove,
        "remove",
        "Take the share under the cursor away",
        &["delete", "ctrl-d"],
        &[P::Share],
        true,
    ),
    command(CommandId::Up, "up", "One up", &["up", "k"], SCROLLED, false),
    command(
        CommandId::Down,
        "down",
        "One down",
        &["down", "j"],
        SCROLLED,
        false,
    ),
    command(CommandId::Up, "up", "One up", &["up"], CHOSEN, false),
    command(
        CommandId::Down,
        "down",
        "One down",
        &["down"],
        CHOSEN,
        false,
    ),
    command(CommandId::Up, "up", "One up", &["up"], FORMS, false),
    command(CommandId::Down, "down", "One down", &["down"], FORMS, false),
    command(
        CommandId::PageUp,
        "page up",
        "One page up",
        &["pageup", "ctrl-b"],
        SCROLLED,
        false,
    ),
    command(
        CommandId::PageDown,
        "page down",
        "One page down",
        &["pagedown", "ctrl-f"],
        SCROLLED,
        false,
    ),
    command(
        CommandId::First,
        "first",
        "To the first row",
        &["home", "g"],
        SCROLLED,
        false,
    ),
    command(
        CommandId::Last,
        "last",
        "To the last row",
        &["end", "G"],
        SCROLLED,
        false,
    ),
    command(
        CommandId::SwitchButton,
        "other button",
        "Go to the other button",
        &["tab", "shift-tab", "left", "right"],
        &[P::Confirm],
        true,
    ),
    command(
        CommandId::ConfirmNow,
        "yes, do it",
        "Do it",
        &["y"],
        &[P::Confirm],
        true,
    ),
    command(
        CommandId::ActFor,
        "act for",
        "Act for somebody else; the journal says both",
        &["p"],
        VIEWS,
        true,
    ),
    command(
        CommandId::Palette,
        "commands",
        "Find any command, model or person by name",
        &[":", "ctrl-p"],
        CALM,
        true,
    ),
    command(
        CommandId::Help,
        "help",
        "Show the keys of this place, and run them",
        &["?", "f1"],
        &[
            P::List,
            P::Journal,
            P::Detail,
            P::Entry,
            P::Confirm,
            P::Notice,
        ],
        true,
    ),
    command(
        CommandId::Help,
        "help",
        "Show the keys of this place",
        &["f1"],
        FORMS,
        false,
    ),
    command(
        CommandId::Back,
        "back",
        "Close what is on top",
        &["esc", "q"],
        &[
            P::List,
            P::Journal,
            P::Detail,
            P::Confirm,
            P::Entry,
            P::Help,
            P::Notice,
        ],
        true,
    ),
    command(
        CommandId::Back,
        "back",
        "Close what is on top",
        &["esc"],
        &[
            P::Share,
            P::AccessMode,
            P::Reassign,
            P::Palette,
            P::Persona,
            P::Filter,
        ],
        true,
    ),
    command(
        CommandId::Suspend,
        "suspend",
        "Give the terminal back to the shell for a while",
        &["ctrl-z"],
        EVERYWHERE,
        false,
    ),
    command(
        CommandId::Quit,
        "quit",
        "Leave",
        &["ctrl-c"],
        EVERYWHERE,
        false,
    ),
];

/// The commands of a place, in order.
pub fn commands_in(place: Place) -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().filter(move |c| c.places.contains(&place))
}

/// The command that a key means in a place.
pub fn lookup(place: Place, chord: Chord) -> Option<&'static Command> {
    commands_in(place).find(|c| c.keys.iter().any(|k| Chord::parse(k) == Some(chord)))
}

/// Why a command does not apply now; `None` when it does.
pub fn disabled_reason(state: &State, id: CommandId) -> Option<String> {
    match id {
        CommandId::Share => state.subject().map_or_else(
            || Some(NO_SUBJECT.to_owned()),
            |r| denied(state, r, Capability::Share),
        ),
        CommandId::Reassign => {
            let subjects = state.subjects();
            if subjects.is_empty() {
                return Some(NO_SUBJECT.to_owned());
            }
            subjects
                .into_iter()
                .find_map(|r| denied(state, r, Capability::Reassign))
        }
        CommandId::Delete => state.subject().map_or_else(
            || Some(NO_SUBJECT.to_owned()),
            |r| denied(state, r, Capability::Delete),
        ),
        CommandId::Open if state.list().is_none() => state
            .journal
            .entries
            .is_empty()
            .then(|| "The journal is empty.".to_owned()),
        CommandId::Open | CommandId::WhoCan | CommandId::CopyId | CommandId::Mark => {
            let none = state.subject().is_none();
            none.then(|| NO_SUBJECT.to_owned())
        }
        CommandId::ActFor if !state.login.store_administrator && !state.demo => {
            Some("Only store administrators act for others.".to_owned())
        }
        CommandId::Undo if state.snapshot.revision().0 == 0 => {
            Some("Nothing has been done yet.".to_owned())
        }
        _ => None,
    }
}

const NO_SUBJECT: &str = "No model is selected.";

/// What the core says against a capability, in one sentence.
fn denied(state: &State, resource: ResourceId, capability: Capability) -> Option<String> {
    let target = Target::Resource(resource);
    let request = Request::new(state.viewer(), capability.into(), target, state.now);
    let explanation = explain(&state.snapshot, &request);
    if explanation.verdict.is_allowed() {
        return None;
    }
    let first = explanation.first_failure();
    let reason = explanation
        .reasons
        .iter()
        .find(|r| Some(r.check) == first)?;
    let name = state.name_of(resource);
    let why = wording::reason(&state.snapshot, target, reason);
    Some(format!("You can't {capability} {name}: {why}."))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use strum::IntoEnumIterator;

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
