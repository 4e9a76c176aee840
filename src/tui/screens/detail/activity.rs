//! What was done with a model.

use crate::domain::{JournalEntry, Key, ResourceId};

use super::super::super::parts::prose::Tone;
use super::super::super::state::State;

/// Whether an entry changed the model.
pub(super) fn concerns(entry: &JournalEntry, id: ResourceId) -> bool {
    entry
        .changes
        .0
        .iter()
        .any(|c| matches!(c.key, Key::Resource(_, r) if r == id))
}

/// Entries that changed the model, newest first.
pub(super) fn lines(state: &State, id: ResourceId) -> Vec<(Tone, String)> {
    let lines: Vec<(Tone, String)> = state
        .entries()
        .iter()
        .filter(|e| concerns(e, id))
        .map(|e| {
            let when = e.stamp.time.relative_to(state.now);
            let who = super::super::journal::who(&state.snapshot, e);
            (
                Tone::Plain,
                format!("{when:<10} {who}: {}. {}", e.stamp.summary, e.stamp.effect),
            )
        })
        .collect();
    if lines.is_empty() {
        return vec![(Tone::Dim, "Nothing has been done with it here.".to_owned())];
    }
    lines
}
