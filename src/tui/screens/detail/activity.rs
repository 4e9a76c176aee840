//! What was done with a model.

use crate::domain::{JournalEntry, Key, ResourceId};
use crate::registry::plan::capitalized;

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

/// What an entry did to people on the model: its whole effect, when it changed nothing else. Of a
/// change to many things nobody noted each one's part.
fn effect(entry: &JournalEntry, id: ResourceId) -> Option<&str> {
    let alone = |key: &Key| match key {
        Key::Counters => true,
        Key::Resource(_, changed) => *changed == id,
        _ => false,
    };
    let only = entry.changes.0.iter().all(|c| alone(&c.key));
    only.then_some(entry.stamp.effect.as_str())
}

/// Entries that changed the model, newest first.
pub(super) fn lines(state: &State, id: ResourceId) -> Vec<(Tone, String)> {
    let mut lines: Vec<(Tone, String)> = state
        .entries()
        .iter()
        .filter(|e| concerns(e, id))
        .map(|e| {
            let when = e.stamp.time.relative_to(state.now);
            let who = super::super::journal::who(&state.snapshot, e);
            let what = capitalized(&e.stamp.summary);
            let effect = effect(e, id).map_or_else(String::new, |effect| format!(" {effect}."));
            (Tone::Plain, format!("{when:<10} {what}, by {who}.{effect}"))
        })
        .collect();
    if state.reads_older() {
        lines.push((Tone::Dim, "Looking further back …".to_owned()));
    } else if state.has_older() {
        let from = state.history_from;
        let text = format!("What was done before revision {from} is not looked through here.");
        lines.push((Tone::Dim, text));
    }
    if lines.is_empty() {
        return vec![(
            Tone::Dim,
            "Nothing has been done with it yet. s shares it; a lists what else can be done."
                .to_owned(),
        )];
    }
    lines
}
