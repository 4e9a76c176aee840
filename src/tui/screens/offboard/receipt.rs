//! What an offboarding came to, in lines: who has what now, what was taken away, what is left.

use crate::authz::Snapshot;
use crate::domain::{JournalEntry, PrincipalId, PrincipalKind, Timestamp};
use crate::registry::offboarding::{HandedOver, Held, Receipt, by_hand, holdings, receipt};
use crate::registry::plan::capitalized;
use crate::registry::{Intent, steps};

use super::super::super::parts::prose::Tone;
use super::super::super::state::State;
use super::super::super::text::{count, grouped};
use super::survey::moving_container;

type Lines = Vec<(Tone, String)>;

/// The receipt of a journal entry, when it is an offboarding that this state still knows the leaver
/// of: what was handed over and taken away by the entry, and what was left after it.
pub fn of_entry(state: &State, entry: &JournalEntry) -> Option<Lines> {
    if entry.stamp.intent != "offboard" {
        return None;
    }
    let Ok(Intent::Offboard(intent)) = serde_json::from_str(&entry.stamp.arguments) else {
        return None;
    };
    let after = as_it_became(state, entry);
    let mut before = after.clone();
    for change in &entry.changes.0 {
        before.put(&change.key, change.before.clone());
    }
    let user = before.find_principal(&intent.user)?;
    let at = entry.stamp.time;
    let came = receipt(&before, &after, user, at);
    let mut lines = lines(&before, &after, user, at, &came);
    let by_hand = by_hand(&before, &after, user, at);
    if steps::derive(&before, &after, &entry.changes, at).len() + by_hand.len() > 0 {
        let text = "On the platforms that is so once the steps below are done.";
        lines.insert(1.min(lines.len()), (Tone::Warn, text.to_owned()));
    }
    if !by_hand.is_empty() {
        lines.push((Tone::Plain, String::new()));
        lines.push((Tone::Strong, "Only on the platform".to_owned()));
        lines.extend(by_hand.into_iter().map(|s| (Tone::Warn, format!("• {s}"))));
    }
    Some(lines)
}

/// The state that an entry led to: what came later is taken back from the present one, as far as
/// the journal is loaded.
fn as_it_became(state: &State, entry: &JournalEntry) -> Snapshot {
    let mut after = Snapshot::clone(&state.snapshot);
    let later = state
        .entries()
        .iter()
        .filter(|e| e.revision > entry.revision);
    for later in later {
        for change in &later.changes.0 {
            after.put(&change.key, change.before.clone());
        }
    }
    for change in &entry.changes.0 {
        after.put(&change.key, change.after.clone());
    }
    after
}

fn lines(
    before: &Snapshot,
    after: &Snapshot,
    user: PrincipalId,
    at: Timestamp,
    came: &Receipt,
) -> Lines {
    let mut lines = left(after, user, at);
    if !came.handed_over.is_empty() {
        let heading = format!("Handed over: {}", grouped(came.handed_over.len()));
        lines.push((Tone::Plain, String::new()));
        lines.push((Tone::Strong, heading));
        lines.extend(handed_over(before, after, &came.handed_over));
    }
    if !came.removed.is_empty() {
        let heading = capitalized(&came.losses(before).join(", "));
        lines.push((Tone::Plain, String::new()));
        lines.push((Tone::Strong, heading));
        lines.extend(came.removed.iter().map(|held| {
            let next = next_manager(after, held);
            let next = next.map_or_else(String::new, |id| {
                format!(", now led by {}", after.label(id))
            });
            (Tone::Plain, format!("• {}{next}", held.words(before)))
        }));
    }
    lines
}

/// What the person owned and held afterwards: the proof.
fn left(snapshot: &Snapshot, user: PrincipalId, at: Timestamp) -> Lines {
    let left = holdings(snapshot, user, at);
    let name = snapshot.label(user);
    if left.is_empty() {
        let text = format!("Nothing is left: {name} owns and holds nothing on any platform.");
        return vec![(Tone::Good, text)];
    }
    let owned = left.owned.iter().map(|o| {
        let (name, id) = (
            snapshot.target_label(o.target),
            snapshot.target_id(o.target),
        );
        (Tone::Bad, format!("• owner of {name} ({id})"))
    });
    let held = left.held.iter().map(|held| {
        let note = if held.is_above() {
            ": only the platform can take it away"
        } else {
            ""
        };
        (Tone::Warn, format!("• {}{note}", held.words(snapshot)))
    });
    let things = left.owned.len() + left.held.len();
    let heading = format!("Left to {name}: {}", count(things, "thing", "things"));
    let mut lines = vec![(Tone::Warn, heading)];
    lines.extend(owned.chain(held));
    lines
}

/// What went to whom, whoever got most first.
fn handed_over(before: &Snapshot, after: &Snapshot, handed: &[HandedOver]) -> Lines {
    let mut takers: Vec<(&[PrincipalId], Vec<&HandedOver>)> = Vec::new();
    for thing in handed {
        match takers.iter_mut().find(|(to, _)| *to == thing.to) {
            Some((_, things)) => things.push(thing),
            None => takers.push((&thing.to, vec![thing])),
        }
    }
    takers.sort_by_key(|(_, things)| std::cmp::Reverse(things.len()));
    let mut lines = Vec::new();
    for (to, things) in takers {
        let names: Vec<String> = to.iter().map(|id| after.label(*id)).collect();
        let text = format!("to {}: {}", names.join(", "), grouped(things.len()));
        lines.push((Tone::Good, text));
        lines.extend(things.into_iter().map(|thing| {
            let (name, id) = (
                before.target_label(thing.target),
                before.target_id(thing.target),
            );
            let was = thing.target.resource().and_then(|id| before.resource(id));
            let container = was.and_then(|r| moving_container(r, r.owner));
            let along = container.map_or_else(String::new, |container| {
                format!(", with its datasets container {container}")
            });
            let because = thing.because.as_ref();
            let because = because.map_or_else(String::new, |b| format!(", {}", b.words(before)));
            (Tone::Plain, format!("• {name} ({id}){along}{because}"))
        }));
    }
    lines
}

/// Who leads a leaver's report afterwards.
fn next_manager(after: &Snapshot, held: &Held) -> Option<PrincipalId> {
    let Held::Manager { of } = held else {
        return None;
    };
    match after.principal(*of)?.kind {
        PrincipalKind::User { manager, .. } => manager,
        _ => None,
    }
}
