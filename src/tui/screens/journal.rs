//! What was done, newest first.

use std::sync::Arc;

use crate::authz::Snapshot;
use crate::domain::{JournalEntry, Revision, Timestamp};
use crate::registry::oversight::Oversight;
use crate::registry::undo::{does_again, overtaken_by, taken_back_by, takes_back};
use crate::registry::{Actor, Plan, Refusal, RefusalKey, Watch, plan_undo_all_watched};

use super::super::commands::CommandId;
use super::super::parts::planning::{Then, Wanted};
use super::super::parts::table::Column;
use super::super::screen::{Act, Reply};
use super::super::state::{Lens, Place, State};
use super::super::text::sortable;
use super::entry::Entry;
use super::list::Rows;

/// The list of what was done.
#[derive(Debug, Clone, Copy)]
pub struct Journal;

const COLUMNS: &[Column] = &[
    Column::new("Rev", 4, 0, 0),
    Column::new("When", 9, 0, 2),
    Column::new("Who", 12, 1, 3),
    Column::new("What", 24, 4, 0),
    Column::new("Effect", 14, 3, 1),
];

impl Journal {
    /// The entry of a revision, as far as it is loaded.
    pub fn entry(history: &[JournalEntry], revision: Revision) -> Option<&JournalEntry> {
        // Newest first.
        let place = history.partition_point(|e| e.revision > revision);
        history.get(place).filter(|e| e.revision == revision)
    }
}

impl Rows for Journal {
    type Key = Revision;

    fn place(&self) -> Place {
        Place::Journal
    }

    fn title(&self, state: &State) -> String {
        let all = !state.has_older();
        if all { "Journal" } else { "Journal, newest" }.to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn keys(&self, lens: &Lens) -> Vec<Revision> {
        lens.entries().iter().map(|e| e.revision).collect()
    }

    fn ordered(&self) -> bool {
        true
    }

    fn goes_back(&self) -> bool {
        true
    }

    /// What was taken back together is not to be done again together.
    fn keeps_marks(&self) -> bool {
        false
    }

    fn cells(&self, lens: &Lens, revision: Revision) -> Vec<String> {
        let Some(entry) = Self::entry(&lens.history, revision) else {
            return Vec::new();
        };
        vec![
            entry.revision.to_string(),
            entry.stamp.time.relative_to(lens.now),
            who(&lens.snapshot, entry),
            entry.stamp.summary.clone(),
            match taken_back_by(lens.entries(), revision) {
                Some(by) => format!("undone by {by}"),
                None => entry.stamp.effect.clone(),
            },
        ]
    }

    fn dim(&self, lens: &Lens, revision: Revision) -> bool {
        taken_back_by(lens.entries(), revision).is_some()
    }

    fn order(&self, lens: &Lens, revision: Revision, column: usize) -> String {
        let cell = match column {
            // When goes with the number; both count from the oldest.
            0 | 1 => String::new(),
            _ => self.cells(lens, revision).swap_remove(column),
        };
        sortable(&format!("{cell}\u{1}{:020}", revision.0))
    }

    fn text(&self, lens: &Lens, revision: Revision) -> String {
        let entry = Self::entry(&lens.history, revision);
        let time = entry.map_or_else(String::new, |e| dated(e.stamp.time, lens.now));
        let intent = entry.map_or("", |e| e.stamp.intent.as_str());
        format!("{} {time} {intent}", self.cells(lens, revision).join(" "))
    }

    fn looked_at(&self) -> &'static str {
        "who did what, its effect, its date (also today and yesterday), and the kind of change"
    }

    fn empty(&self, state: &State) -> String {
        if state.history_read && !state.reads_older() {
            "Nothing has been done yet that you may see. What you do will stand here, and u takes it back.".to_owned()
        } else {
            "Reading …".to_owned()
        }
    }

    fn open(&self, state: &State, revision: Revision) -> Vec<Act> {
        let entry = Self::entry(&state.history, revision).cloned();
        entry
            .map(|e| Act::open(Entry::new(e)))
            .into_iter()
            .collect()
    }

    fn perform(&mut self, state: &mut State, marked: &[Revision], command: CommandId) -> Reply {
        match (command, marked) {
            (CommandId::AsOf, [revision]) => Some(vec![Act::AsOf(Some(*revision))]),
            (CommandId::AsOf, [_, _, ..]) => {
                let count = marked.len();
                let text = format!("{count} are marked, and as of takes one: esc unmarks them.");
                Some(vec![Act::Warn(text)])
            }
            (CommandId::Undo, [_, ..]) => {
                let entries = marked.iter();
                let entries = entries.filter_map(|r| Self::entry(&state.history, *r).cloned());
                Some(undo(state, &entries.collect::<Vec<_>>()))
            }
            _ => None,
        }
    }

    fn disabled(
        &self,
        state: &State,
        revision: Option<Revision>,
        command: CommandId,
    ) -> Option<String> {
        let none = revision.is_none();
        match command {
            CommandId::AsOf | CommandId::Undo if none => {
                Some("There is no entry to choose.".to_owned())
            }
            CommandId::AsOf => state.withheld(Oversight::LookBack),
            _ => None,
        }
    }
}

/// What taking entries back would do, as one change.
pub(in crate::tui) fn undo(state: &State, entries: &[JournalEntry]) -> Vec<Act> {
    let wanted = Wanted::Undo(entries.to_vec(), Arc::clone(&state.history));
    vec![Act::Plan(wanted, Then::default())]
}

/// What is taken back next: the newest change that stands and takes nothing back itself.
pub(in crate::tui) fn next_undo(history: &[JournalEntry]) -> Option<&JournalEntry> {
    let stands = |e: &JournalEntry| taken_back_by(history, e.revision).is_none();
    let mut entries = history.iter();
    entries.find(|e| takes_back(e).is_empty() && stands(e))
}

/// What is done again next: the newest entry that took a change back, as long as that stands.
pub(in crate::tui) fn next_redo(history: &[JournalEntry]) -> Option<&JournalEntry> {
    let stands = |e: &JournalEntry| taken_back_by(history, e.revision).is_none();
    let mut entries = history.iter();
    entries.find(|e| !takes_back(e).is_empty() && does_again(history, e).is_none() && stands(e))
}

/// Plans to take entries back. What was taken back already says by what.
///
/// # Errors
/// Why it is refused.
pub(in crate::tui) fn take_back(
    snapshot: &Snapshot,
    actor: &Actor,
    entries: &[JournalEntry],
    history: &[JournalEntry],
    now: Timestamp,
    watch: Watch<'_>,
) -> Result<Plan, Refusal> {
    plan_undo_all_watched(snapshot, actor, entries, now, watch).map_err(|refusal| {
        let moved = refusal.key() == RefusalKey::UndoConflict.as_str();
        let known = || overtaken_by(snapshot, actor, history, entries, now);
        moved.then(known).flatten().unwrap_or(refusal)
    })
}

/// A moment as a filter finds it: written out, and by the day's name.
fn dated(at: Timestamp, now: Timestamp) -> String {
    let day = |name: &'static str| {
        let said = Timestamp::read(name, now);
        said.is_ok_and(|day| day.date() == at.date())
            .then_some(name)
    };
    let name = day("today")
        .or_else(|| day("yesterday"))
        .unwrap_or_default();
    format!("{at} {name}")
}

/// Who did it: the name when the directory still knows them, and who acted for them.
pub fn who(snapshot: &Snapshot, entry: &JournalEntry) -> String {
    let author = &entry.stamp.author;
    let name = author
        .principal
        .map_or_else(|| author.actor.clone(), |id| snapshot.label(id));
    match &author.on_behalf_by {
        Some(by) => {
            let by = snapshot
                .find_principal(by)
                .map_or_else(|| by.clone(), |id| snapshot.label(id));
            format!("{name} (by {by})")
        }
        None => name,
    }
}
