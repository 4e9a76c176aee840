//! Undo: the inverse of a journalled change set, planned against today's state.

mod again;
mod authorize;
mod fits;

use crate::authz::Snapshot;
use crate::domain::{Change, ChangeSet, JournalEntry, Key, Target, Timestamp};

use super::actor::Actor;
use super::desk::Desk;
use super::plan::Plan;
use super::refusal::{Refusal, RefusalKey};
use again::{Import, UNDO, import_of};

/// Intents that change hands; taking them back needs what making them needed, and gives a former
/// owner what was theirs even when they have left since.
const HAND_OVERS: [&str; 3] = ["reassign", "take-over", OFFBOARD];
/// The one that also changes what did not change hands.
const OFFBOARD: &str = "offboard";

/// Plans to take a commit back. It is authorized like the changes that the inverse amounts to:
/// whoever could not make them directly can't make them by undoing either.
///
/// # Errors
/// A denial, or [`RefusalKey::UndoConflict`] when the state has moved so that the inverse does not
/// fit any more.
pub fn plan_undo(
    snapshot: &Snapshot,
    actor: &Actor,
    entry: &JournalEntry,
    at: Timestamp,
) -> Result<Plan, Refusal> {
    let inverse = entry.changes.inverse();
    let mut desk = Desk::new(snapshot, actor, at);
    desk.undoes = Some(entry.revision);
    let import = import_of(entry);
    // An import that comes again is an import: guards warn.
    desk.lenient = import == Some(Import::BroughtBack);
    desk.hands_back = HAND_OVERS.contains(&entry.stamp.intent.as_str());
    if let Some(moved) = inverse
        .0
        .iter()
        .find(|c| snapshot.record(&c.key) != c.before)
    {
        return Err(conflict(
            entry,
            &name(snapshot, &moved.key),
            (
                "has changed since",
                "Undo the later change first, or change it by hand.",
            ),
        ));
    }
    match import {
        Some(Import::TakenBack) => desk.require_store_administrator("take an import back")?,
        Some(Import::BroughtBack) => desk.require_store_administrator("bring an import back")?,
        None => authorize::inverse(&desk, entry, &inverse)?,
    }
    apply(&mut desk, &inverse);
    fits::check(&mut desk, entry, &inverse)?;
    // Taking an undo back does the thing again.
    let summary = match (entry.stamp.undoes, entry.stamp.summary.split_once(": ")) {
        (Some(again), Some((verb, what))) => {
            let verb = if verb.starts_with("undo") {
                "redo"
            } else {
                "undo"
            };
            format!("{verb} revision {again}: {what}")
        }
        _ => format!("undo revision {}: {}", entry.revision, entry.stamp.summary),
    };
    desk.finish(
        UNDO,
        again::arguments(entry.revision, import),
        summary,
        None,
    )
}

/// What goes, goes before what it lies in: a snapshot without the environment has forgotten the
/// resource already, and the change set would not say that it went.
fn apply(desk: &mut Desk<'_>, inverse: &ChangeSet) {
    let (gone, there): (Vec<&Change>, Vec<&Change>) =
        inverse.0.iter().partition(|c| c.after.is_none());
    for change in gone.into_iter().rev().chain(there) {
        desk.draft.put(change.key.clone(), change.after.clone());
    }
}

/// The name of a record, for people.
fn name(snapshot: &Snapshot, key: &Key) -> String {
    match key {
        Key::Resource(_, id) => snapshot.target_label(Target::Resource(*id)),
        Key::Principal(id) | Key::Account(_, id) => snapshot.label(*id),
        Key::Environment(id) => snapshot.target_label(Target::Environment(*id)),
        Key::Login(account) => format!("the login of {account}"),
        Key::Counters => "the store".to_owned(),
    }
}

/// What stands in the way, and what to do about it.
type Obstacle = (&'static str, &'static str);

fn conflict(entry: &JournalEntry, what: &str, (why, advice): Obstacle) -> Refusal {
    Refusal::rule(
        RefusalKey::UndoConflict,
        format!(
            "Revision {} can't be taken back: {what} {why}. {advice}",
            entry.revision
        ),
    )
}
