//! Undo: the inverse of a journalled change set, planned against today's state.

mod again;
mod authorize;
mod fits;
mod later;

use crate::authz::Snapshot;
use crate::domain::{Change, ChangeSet, JournalEntry, Key, Record, Revision, Target, Timestamp};

use super::actor::Actor;
use super::desk::Desk;
use super::plan::Plan;
use super::refusal::{Refusal, RefusalKey};
use super::several::together;
use super::watch::Watch;
use super::word;
use again::{Import, import_of};
pub(super) use again::{UNDO, took_word};
pub use again::{does_again, taken_back_by, takes_back};
pub use later::overtaken_by;

/// Intents that change hands; taking them back needs what making them needed, and gives a former
/// owner what was theirs even when they have left since.
const HAND_OVERS: [&str; 3] = ["reassign", "take-over", OFFBOARD];
/// The one that also changes what did not change hands.
pub(super) const OFFBOARD: &str = "offboard";

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
    plan_undo_watched(snapshot, actor, entry, at, Watch::default())
}

fn plan_undo_watched(
    snapshot: &Snapshot,
    actor: &Actor,
    entry: &JournalEntry,
    at: Timestamp,
    watch: Watch<'_>,
) -> Result<Plan, Refusal> {
    let mut desk = Desk::watched(snapshot, actor, at, watch);
    desk.undoes = Some(entry.revision);
    desk.word = word::of_undo(std::iter::once(entry));
    let import = take_back(&mut desk, entry)?;
    let (verb, what) = told(entry);
    let word = word::is_grave(entry);
    desk.finish(
        UNDO,
        again::arguments(entry.revision, import, word),
        format!("{verb}: {what}"),
        None,
    )
}

/// Plans to take several commits back as one change, the newest first, each as [`plan_undo`] does
/// on the state that the later ones left. One alone is planned as itself.
///
/// # Errors
/// The refusal of the first that is refused; an import is taken back by itself.
pub fn plan_undo_all(
    snapshot: &Snapshot,
    actor: &Actor,
    entries: &[JournalEntry],
    at: Timestamp,
) -> Result<Plan, Refusal> {
    plan_undo_all_watched(snapshot, actor, entries, at, Watch::default())
}

/// Plans as [`plan_undo_all`] does, while somebody waits who may stop it.
///
/// # Errors
/// As [`plan_undo_all`]; [`RefusalKey::Stopped`] when it was stopped.
pub fn plan_undo_all_watched(
    snapshot: &Snapshot,
    actor: &Actor,
    entries: &[JournalEntry],
    at: Timestamp,
    watch: Watch<'_>,
) -> Result<Plan, Refusal> {
    if let [only] = entries {
        return plan_undo_watched(snapshot, actor, only, at, watch);
    }
    let mut newest_first: Vec<&JournalEntry> = entries.iter().collect();
    newest_first.sort_by_key(|e| std::cmp::Reverse(e.revision));
    newest_first.dedup_by_key(|e| e.revision);
    if let Some(import) = newest_first.iter().find(|e| import_of(e).is_some()) {
        return Err(Refusal::rule(
            RefusalKey::UndoConflict,
            format!(
                "Revision {} is about an import, which is taken back by itself: leave it out.",
                import.revision
            ),
        ));
    }
    let mut desk = Desk::watched(snapshot, actor, at, watch);
    desk.word = word::of_undo(newest_first.iter().copied());
    for (done, entry) in newest_first.iter().enumerate() {
        desk.reached(done, newest_first.len())?;
        take_back(&mut desk, entry)?;
    }
    let grave = newest_first.iter().any(|e| word::is_grave(e));
    let revisions: Vec<Revision> = newest_first.iter().map(|e| e.revision).collect();
    let numbers = listed(&revisions);
    let each: Vec<String> = newest_first.iter().map(|e| told(e).1).collect();
    desk.finish(
        UNDO,
        again::several(&revisions, grave),
        format!("undo revisions {numbers}: {}", together(&each)),
        None,
    )
}

/// Draws one entry back on the desk, over what is there by now.
fn take_back(desk: &mut Desk<'_>, entry: &JournalEntry) -> Result<Option<Import>, Refusal> {
    let inverse = entry.changes.inverse();
    let before = desk.now().clone();
    let import = import_of(entry);
    // An import that comes again is an import: guards warn.
    desk.lenient |= import == Some(Import::BroughtBack);
    desk.hands_back |= HAND_OVERS.contains(&entry.stamp.intent.as_str());
    let moved = |c: &&Change| bare(before.record(&c.key)) != bare(c.before.clone());
    if let Some(moved) = inverse.0.iter().find(moved) {
        return Err(overtaken(entry, &name(&before, &moved.key)));
    }
    match import {
        Some(Import::TakenBack) => desk.require_store_administrator("take an import back")?,
        Some(Import::BroughtBack) => desk.require_store_administrator("bring an import back")?,
        None => authorize::inverse(desk, entry, &inverse)?,
    }
    apply(desk, &inverse);
    fits::check(desk, &before, entry, &inverse)?;
    Ok(import)
}

/// A record without what every write renews: a change that was taken back leaves another etag, and
/// nothing else.
fn bare(mut record: Option<Record>) -> Option<Record> {
    match &mut record {
        Some(Record::Resource(resource)) => resource.policy.etag = None,
        Some(Record::Environment(environment)) => environment.policy.etag = None,
        _ => {}
    }
    record
}

/// What taking an entry back is called, and what it is about. Taking an undo back does the thing
/// again.
fn told(entry: &JournalEntry) -> (String, String) {
    let summary = &entry.stamp.summary;
    if let (false, Some((verb, what))) = (takes_back(entry).is_empty(), summary.split_once(": ")) {
        let turned = match (verb.strip_prefix("undo "), verb.strip_prefix("redo ")) {
            (Some(which), _) => Some(format!("redo {which}")),
            (_, Some(which)) => Some(format!("undo {which}")),
            _ => None,
        };
        if let Some(turned) = turned {
            return (turned, what.to_owned());
        }
    }
    (format!("undo revision {}", entry.revision), summary.clone())
}

/// `7, 6 and 4`.
fn listed(revisions: &[Revision]) -> String {
    let mut numbers: Vec<String> = revisions.iter().map(ToString::to_string).collect();
    match numbers.pop() {
        Some(last) if !numbers.is_empty() => format!("{} and {last}", numbers.join(", ")),
        last => last.unwrap_or_default(),
    }
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

/// What an inverse would lead to does not fit together.
fn conflict(entry: &JournalEntry, what: &str, (why, advice): Obstacle) -> Refusal {
    Refusal::rule(
        RefusalKey::UndoConflict,
        format!(
            "Revision {} can't be taken back: {what} {why}. {advice}",
            entry.revision
        ),
    )
}

/// Something changed again what an entry changed.
fn overtaken(entry: &JournalEntry, what: &str) -> Refusal {
    Refusal::rule(
        RefusalKey::UndoConflict,
        format!(
            "Revision {} can't be taken back: {what} has changed since. Take the later changes back together with it, or change it by hand.",
            entry.revision
        ),
    )
}
