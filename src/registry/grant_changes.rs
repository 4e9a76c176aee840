//! What a change of one record amounts to for people: who joined or left a group, who was granted what
//! or holds it no more, who owns it now. For the journal.

use crate::authz::{Snapshot, wording};
use crate::domain::{Binding, Change, JournalEntry, Key, PrincipalId, Record, Target};

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
    lines.extend(only(&after, &before).map(|id| format!("+ {}", name(id))));
    lines.extend(only(&before, &after).map(|id| format!("− {}", name(id))));
    let granted = |(id, binding): &(PrincipalId, Binding)| {
        let role = &binding.role;
        let title = place(&change.key).map(|on| wording::role_title(snapshot, on, role));
        let role = title.unwrap_or_else(|| role.clone());
        let when = wording::time(binding.window(), entry.stamp.time);
        let when = if when.is_empty() {
            when
        } else {
            format!(", {when}")
        };
        format!("{}: {role}{when}", name(id))
    };
    let (before, after) = (grants(was), grants(is));
    lines.extend(only(&after, &before).map(|grant| format!("+ {}", granted(grant))));
    lines.extend(only(&before, &after).map(|grant| format!("− {}", granted(grant))));
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

/// Those of one side that the other does not have.
fn only<'a, T: PartialEq>(side: &'a [T], other: &'a [T]) -> impl Iterator<Item = &'a T> {
    side.iter().filter(|one| !other.contains(one))
}

/// What has the policy of a record, where it has one.
const fn place(key: &Key) -> Option<Target> {
    match key {
        Key::Resource(_, id) => Some(Target::Resource(*id)),
        Key::Environment(id) => Some(Target::Environment(*id)),
        _ => None,
    }
}

fn members(record: Option<&Record>) -> Vec<PrincipalId> {
    match record {
        Some(Record::Principal(principal)) => principal.members().to_vec(),
        _ => Vec::new(),
    }
}

/// Every grant, alone: who else holds it, and why, is another's.
fn grants(record: Option<&Record>) -> Vec<(PrincipalId, Binding)> {
    let policy = match record {
        Some(Record::Resource(resource)) => &resource.policy,
        Some(Record::Environment(environment)) => &environment.policy,
        _ => return Vec::new(),
    };
    let alone = |binding: &Binding, member| Binding {
        condition: binding.condition.clone(),
        ..Binding::new(&binding.role, member)
    };
    let each = policy.grants();
    each.map(|(_, binding, member)| (member, alone(binding, member)))
        .collect()
}

const fn owner(record: Option<&Record>) -> Option<PrincipalId> {
    match record {
        Some(Record::Resource(resource)) => resource.owner,
        _ => None,
    }
}
