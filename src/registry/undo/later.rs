//! Which later entries stand in the way of an undo, and what can be taken back together.

use std::collections::{BTreeSet, HashMap};

use crate::authz::Snapshot;
use crate::domain::{JournalEntry, Key, Revision, Timestamp};

use super::super::actor::Actor;
use super::super::refusal::{Refusal, RefusalKey};
use super::{import_of, listed, plan_undo_all, taken_back_by, takes_back};

/// Why entries can't be taken back, as the journal knows it: one was taken back already, or later ones
/// changed the same. What could be taken back together is advised only where a plan says that it can.
/// `None` when the journal, as far as it is given, holds neither. `history` in any order.
pub fn overtaken_by(
    snapshot: &Snapshot,
    actor: &Actor,
    history: &[JournalEntry],
    entries: &[JournalEntry],
    at: Timestamp,
) -> Option<Refusal> {
    if entries.len() > 1 && entries.iter().any(|e| import_of(e).is_some()) {
        // An import goes by itself, whatever came since.
        return None;
    }
    let conflict = |text| Some(Refusal::rule(RefusalKey::UndoConflict, text));
    for revision in entries.iter().map(|e| e.revision) {
        let by = taken_back_by(history, revision);
        if let Some(by) = by.filter(|by| entries.iter().all(|e| e.revision != *by)) {
            return conflict(format!(
                "Revision {revision} is already taken back, by {by}. Undo {by} to do it again."
            ));
        }
    }
    let asked: BTreeSet<Revision> = entries.iter().map(|e| e.revision).collect();
    let standing = standing(history, &asked, reached(history, entries, &asked));
    let later: Vec<&JournalEntry> = standing
        .iter()
        .filter_map(|(entry, direct)| direct.then_some(*entry))
        .collect();
    let last = later.last()?;
    let summary = &last.stamp.summary;
    let told = match later.len() {
        1 => summary.clone(),
        _ => format!("{}: {summary}", last.revision),
    };
    let noun = if asked.len() == 1 {
        "Revision"
    } else {
        "Revisions"
    };
    conflict(format!(
        "{noun} {} can't be taken back: {} changed the same since ({told}). {}",
        written(&asked),
        listed(&later.iter().map(|e| e.revision).collect::<Vec<_>>()),
        advice(snapshot, actor, entries, &standing, at)
    ))
}

/// What to do instead: only what a plan says that it works.
fn advice(
    snapshot: &Snapshot,
    actor: &Actor,
    entries: &[JournalEntry],
    standing: &[(&JournalEntry, bool)],
    at: Timestamp,
) -> String {
    let standing = standing.iter().map(|(entry, _)| *entry);
    let together: Vec<JournalEntry> = entries.iter().chain(standing).cloned().collect();
    if plan_undo_all(snapshot, actor, &together, at).is_err() {
        return "Change it by hand.".to_owned();
    }
    let all: BTreeSet<Revision> = together.iter().map(|e| e.revision).collect();
    let all = match all.len() {
        2 => "both".to_owned(),
        _ => written(&all),
    };
    format!("Take {all} back together (space marks them), or change it by hand.")
}

fn written(revisions: &BTreeSet<Revision>) -> String {
    listed(&revisions.iter().copied().collect::<Vec<_>>())
}

/// The entries that changed what the asked ones did after them, and what those changed in turn, the
/// oldest first; and whether each changed the same as an asked one.
fn reached<'a>(
    history: &'a [JournalEntry],
    entries: &'a [JournalEntry],
    asked: &BTreeSet<Revision>,
) -> Vec<(&'a JournalEntry, bool)> {
    let mut own: HashMap<&Key, Revision> = HashMap::new();
    for entry in entries {
        for key in keys(entry) {
            let since = own.entry(key).or_insert(entry.revision);
            *since = entry.revision.min(*since);
        }
    }
    let mut since = own.clone();
    let mut oldest_first: Vec<&JournalEntry> = history.iter().collect();
    oldest_first.sort_by_key(|e| e.revision);
    oldest_first.dedup_by_key(|e| e.revision);
    let mut found = Vec::new();
    for later in oldest_first {
        let after = |known: &HashMap<&Key, Revision>| {
            keys(later).any(|key| known.get(key).is_some_and(|r| *r < later.revision))
        };
        if asked.contains(&later.revision) || !after(&since) {
            continue;
        }
        found.push((later, after(&own)));
        for key in keys(later) {
            since.entry(key).or_insert(later.revision);
        }
    }
    found
}

fn keys(entry: &JournalEntry) -> impl Iterator<Item = &Key> {
    let keys = entry.changes.0.iter().map(|change| &change.key);
    keys.filter(|key| **key != Key::Counters)
}

/// Without the pairs of which one took the other back, nothing being left of either.
fn standing<'a>(
    history: &[JournalEntry],
    asked: &BTreeSet<Revision>,
    all: Vec<(&'a JournalEntry, bool)>,
) -> Vec<(&'a JournalEntry, bool)> {
    let among: BTreeSet<Revision> = all.iter().map(|(e, _)| e.revision).collect();
    let mut gone = BTreeSet::new();
    for (entry, _) in all.iter().rev() {
        let targets = takes_back(entry);
        let stands = !targets.is_empty()
            && !gone.contains(&entry.revision)
            && taken_back_by(history, entry.revision).is_none();
        let among = |target: &Revision| among.contains(target) && !asked.contains(target);
        if stands && targets.iter().all(among) {
            gone.insert(entry.revision);
            gone.extend(targets);
        }
    }
    all.into_iter()
        .filter(|(entry, _)| !gone.contains(&entry.revision))
        .collect()
}
