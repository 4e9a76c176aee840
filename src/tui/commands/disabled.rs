//! Whether a command applies now, asked from the core.

use crate::authz::lists::owners;
use crate::authz::{Check, Request, explain, wording};
use crate::domain::{Capability, ResourceId, Status, Target};

use super::super::screens::share::Field;
use super::super::state::{Layer, State};
use super::CommandId;

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
        CommandId::Remove => match state.layers.last() {
            Some(Layer::Share(panel)) if panel.field != Field::Shares => {
                Some("Go to the shares with shift-tab, and choose one to remove.".to_owned())
            }
            _ => None,
        },
        CommandId::ConfirmNow => match state.layers.last() {
            Some(Layer::Confirm(confirm)) => {
                let word = confirm.word.as_ref().filter(|_| !confirm.may_go());
                word.map(|word| format!("Type {word} to go on."))
            }
            _ => None,
        },
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
    Some(format!("You can't {capability} {name}: {why}.{ask}"))
}
