//! What a change of one record amounts to for people: who joined or left a group, who was granted what
//! or holds it no more, who owns it now. For the journal.

use rustc_hash::FxHashSet;

use crate::authz::{Snapshot, wording};
use crate::domain::{Binding, Change, JournalEntry, Key, PrincipalId, Record, Target};

use super::warnings::moved_in;

/// Somebody's name: as the present state has it, else as the entry itself knew them.
pub fn called(snapshot: &Snapshot, entry: &JournalEntry, id: PrincipalId) -> String {
    if let Some(known) = snapshot.principal(id) {
        return known.label().to_owned();
    }
    let mut records = entry
        .changes
        .0
        .iter()
        .filter(|c| c.key == Key::Principal(id));
    let record = records
        .next()
        .and_then(|c| c.before.as_ref().or(c.after.as_ref()));
    match record {
        Some(Record::Principal(principal)) => principal.label().to_owned(),
        _ => "somebody who is not known any more".to_owned(),
    }
}

/// A change in lines: `+ Credit team: Model User until 2027-03-01`.
pub fn of_change(snapshot: &Snapshot, entry: &JournalEntry, change: &Change) -> Vec<String> {
    let (was, is) = (change.before.as_ref(), change.after.as_ref());
    let name = |id: &PrincipalId| called(snapshot, entry, *id);
    let mut lines = Vec::new();
    let (before, after) = (members(was), members(is));
    lines.extend(only(after, before).map(|id| format!("+ {}", name(&id))));
    lines.extend(only(before, after).map(|id| format!("− {}", name(&id))));
    let granted = |(binding, id): (&Binding, PrincipalId)| {
        let role = &binding.role;
        let title = place(&change.key).map(|on| wording::role_title(snapshot, on, role));
        let role = title.unwrap_or_else(|| role.clone());
        let when = wording::time(binding.window(), entry.stamp.time);
        let when = if when.is_empty() {
            when
        } else {
            format!(", {when}")
        };
        format!("{}: {role}{when}", name(&id))
    };
    for (sign, added) in [('+', true), ('−', false)] {
        let moved = moved_in(change, added);
        lines.extend(moved.map(|grant| format!("{sign} {}", granted(grant))));
    }
    if let (Some(before), Some(after)) = (owner(was), owner(is))
        && before != after
    {
        lines.push(format!(
            "owner: {} instead of {}",
            name(&after),
            name(&before)
        ));
    }
    lines
}

/// Those of one side that the other does not have, in order: a group can have very many.
fn only<'a>(
    side: &'a [PrincipalId],
    other: &'a [PrincipalId],
) -> impl Iterator<Item = PrincipalId> + 'a {
    let other: FxHashSet<PrincipalId> = other.iter().copied().collect();
    side.iter().copied().filter(move |id| !other.contains(id))
}

/// What has the policy of a record, where it has one.
const fn place(key: &Key) -> Option<Target> {
    match key {
        Key::Resource(_, id) => Some(Target::Resource(*id)),
        Key::Environment(id) => Some(Target::Environment(*id)),
        _ => None,
    }
}

fn members(record: Option<&Record>) -> &[PrincipalId] {
    match record {
        Some(Record::Principal(principal)) => principal.members(),
        _ => &[],
    }
}

const fn owner(record: Option<&Record>) -> Option<PrincipalId> {
    match record {
        Some(Record::Resource(resource)) => resource.owner,
        _ => None,
    }
}
