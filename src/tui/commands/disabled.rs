//! Whether a command applies now, asked from the core.

use crate::authz::lists::owners;
use crate::authz::{Check, Request, explain, wording};
use crate::domain::{Action, Capability, ResourceId, Status, Target};
use crate::registry::oversight::Oversight;

use super::super::console::Console;
use super::super::perform;
use super::super::screens::access::question::verb;
use super::super::state::{Place, State};
use super::CommandId;

/// Why a command does not apply now; `None` when it does.
pub fn disabled_reason(console: &Console, id: CommandId) -> Option<String> {
    perform::frozen(console, id)
        .or_else(|| console.top().disabled(&console.state, id))
        .or_else(|| general(console, id))
}

fn general(console: &Console, id: CommandId) -> Option<String> {
    let state = &console.state;
    // Of what is marked one has to allow it: with which it can't be done is said then.
    let on_subjects = |capability: Capability| {
        let mut subjects = console.subjects();
        subjects.truncate(LOOKED_AT);
        let Some(first) = subjects.first() else {
            return Some(NO_SUBJECT.to_owned());
        };
        let may = |id: &ResourceId| state.may(capability, Target::Resource(*id));
        let none = !subjects.iter().any(may);
        none.then(|| denied(state, *first, capability)).flatten()
    };
    let roles = matches!(console.place(), Place::Roles | Place::Role);
    match id {
        // About a role, which the screen on top knows.
        CommandId::Delete | CommandId::Policy if roles => None,
        CommandId::Share => on_subjects(Capability::Share),
        CommandId::Delete => on_subjects(Capability::Delete),
        CommandId::Reassign => on_subjects(Capability::Reassign),
        CommandId::WhoCan => {
            let none = console.subject().is_none();
            none.then(|| NO_SUBJECT.to_owned())
        }
        CommandId::Explain => {
            let none = console.subject().is_none() && console.person().is_none();
            none.then(|| "Choose a model or a person first.".to_owned())
        }
        CommandId::Compare => {
            // Roles are compared too, and know by themselves what is at hand.
            let people = matches!(console.place(), Place::People | Place::Person);
            let none = people && console.person().is_none();
            none.then(|| "Choose a person first.".to_owned())
        }
        CommandId::CopyId => {
            let none = console.subject().is_none() && console.person().is_none();
            none.then(|| "There is nothing here to copy.".to_owned())
        }
        CommandId::Offboard => super::super::screens::offboard::disabled(state, console.person()),
        CommandId::Policy => super::super::screens::policy::disabled(state, console.policy_of()),
        CommandId::ActFor => state.withheld(Oversight::ActFor),
        CommandId::SeeAs => state.withheld(Oversight::SeeAs),
        CommandId::Moment => state.withheld(Oversight::LookBack),
        CommandId::Tour if !state.demo => {
            Some("Tours are in the demo, where nothing is kept: deedbox demo --tour".to_owned())
        }
        CommandId::Undo if state.snapshot.revision().0 == 0 => {
            Some("Nothing has been done yet.".to_owned())
        }
        _ => None,
    }
}

/// This is asked for every hint: of more marked models than so many, the command says what it can't be done with.
const LOOKED_AT: usize = 200;

const NO_SUBJECT: &str = "No model is selected.";

/// What the core says against a capability, in one sentence.
pub fn denied(state: &State, resource: ResourceId, capability: Capability) -> Option<String> {
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
    let owners = state
        .snapshot
        .resource(resource)
        .map(|r| owners(&state.snapshot, r, state.now));
    let others: Vec<String> = owners
        .unwrap_or_default()
        .into_iter()
        .filter(|o| *o != state.viewer())
        .filter(|o| {
            state
                .snapshot
                .principal(*o)
                .is_some_and(|p| p.status() == Status::Active)
        })
        .map(|o| state.snapshot.label(o))
        .collect();
    let ask = if others.is_empty() || reason.check == Check::Restriction {
        String::new()
    } else {
        format!(" Ask its owner, {}.", others.join(" or "))
    };
    let verb = verb(&Action::Capability(capability));
    Some(format!("You can't {verb} {name}: {why}.{ask}"))
}
