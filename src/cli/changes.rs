//! What a journal entry changed, record by record, with references in place of numbers.

use serde_json::{Map, Value, json};

use crate::authz::Snapshot;
use crate::domain::{
    Change, ChangeSet, EnvironmentId, Key, PrincipalId, Record, ResourceId, Target,
};
use crate::registry::role_changes;

/// Fields that name principals, one or several.
const PRINCIPALS: [&str; 5] = [
    "owner",
    "manager",
    "user",
    "members",
    "super_administrators",
];
/// Fields that name a resource.
const RESOURCES: [&str; 2] = ["model", "Known"];

/// A change set: for each record its kind, its id, and what it was and became; null for what was not
/// there. Records are written as they are stored. `details` says in words what else would have to be
/// found by comparing: what roles that were defined hold now, and hold no more.
pub fn written(snapshot: &Snapshot, changes: &ChangeSet) -> Value {
    changes.0.iter().map(|c| one(snapshot, c)).collect()
}

fn one(snapshot: &Snapshot, change: &Change) -> Value {
    let record = change.after.as_ref().or(change.before.as_ref());
    let side = |record: &Option<Record>| record.as_ref().map(|r| spelled(snapshot, r));
    json!({
        "kind": kind(&change.key, record),
        "id": id(snapshot, &change.key, record),
        "before": side(&change.before),
        "after": side(&change.after),
        "details": role_changes::of_change(change),
    })
}

fn kind(key: &Key, record: Option<&Record>) -> String {
    match (key, record) {
        (Key::Resource(..), Some(Record::Resource(resource))) => resource.kind().to_string(),
        (Key::Resource(..), _) => "resource".to_owned(),
        (Key::Counters, _) => "counters".to_owned(),
        (Key::Login(_), _) => "login".to_owned(),
        (Key::Principal(_), _) => "principal".to_owned(),
        (Key::Environment(_), _) => "environment".to_owned(),
        (Key::Account(..), _) => "account".to_owned(),
    }
}

/// The id that people write; nothing for what there is only one of.
fn id(snapshot: &Snapshot, key: &Key, record: Option<&Record>) -> Option<String> {
    let place = |id: EnvironmentId| snapshot.target_id(Target::Environment(id));
    match (key, record) {
        (Key::Counters, _) => None,
        (Key::Login(account), _) => Some(account.clone()),
        (_, Some(Record::Principal(principal))) => Some(principal.reference()),
        (_, Some(Record::Environment(environment))) => Some(environment.id.clone()),
        (Key::Resource(at, _), Some(Record::Resource(r))) => {
            Some(format!("{}/{}/{}", place(*at), r.kind().collection(), r.id))
        }
        (Key::Account(at, who), _) => {
            Some(format!("{} in {}", snapshot.reference(*who), place(*at)))
        }
        (Key::Principal(who), _) => Some(snapshot.reference(*who)),
        (Key::Environment(at), _) => Some(place(*at)),
        (Key::Resource(_, id), _) => Some(snapshot.target_id(Target::Resource(*id))),
    }
}

/// A record without the name of its variant, which the kind says already.
fn spelled(snapshot: &Snapshot, record: &Record) -> Value {
    let value = serde_json::to_value(record).unwrap_or_default();
    let content = match value {
        Value::Object(variant) => variant.into_iter().next().map(|(_, content)| content),
        other => Some(other),
    };
    let mut content = content.unwrap_or_default();
    spell(snapshot, &mut content);
    content
}

fn spell(snapshot: &Snapshot, value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|v| spell(snapshot, v)),
        Value::Object(fields) => spell_fields(snapshot, fields),
        _ => {}
    }
}

fn spell_fields(snapshot: &Snapshot, fields: &mut Map<String, Value>) {
    let number = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok());
    let principal = |value: &mut Value| {
        if let Some(number) = number(value) {
            *value = snapshot.reference(PrincipalId(number)).into();
        }
    };
    for (name, value) in fields {
        match value {
            Value::Array(all) if PRINCIPALS.contains(&name.as_str()) => {
                all.iter_mut().for_each(principal);
            }
            Value::Number(_) if PRINCIPALS.contains(&name.as_str()) => principal(value),
            Value::Number(_) if RESOURCES.contains(&name.as_str()) => {
                if let Some(number) = number(value) {
                    *value = snapshot
                        .target_id(Target::Resource(ResourceId(number)))
                        .into();
                }
            }
            other => spell(snapshot, other),
        }
    }
}
