//! The word that somebody types before a change that is not to be made by one key: what hands over
//! or lets in a leaver, what deletes, what opens something to everybody. The console and the command
//! line ask for the same one.

use serde_json::Value;

use crate::authz::Snapshot;
use crate::domain::{Change, JournalEntry, Key, ResourceRef};

use super::intents::Intent;
use super::undo::{OFFBOARD, UNDO, took_word};

/// For what opens something to everybody.
pub(super) const EVERYBODY: &str = "everybody";

/// The word for intents that are carried out as one change: the leaver's id, the id of what is
/// deleted, of several things `delete N`.
pub(super) fn of_intents(snapshot: &Snapshot, intents: &[Intent]) -> Option<String> {
    let leaver = intents.iter().find_map(|intent| match intent {
        Intent::Offboard(offboard) => Some(principal(snapshot, &offboard.user)),
        _ => None,
    });
    leaver.or_else(|| {
        let gone: Vec<String> = intents
            .iter()
            .filter_map(|i| deleted(snapshot, i))
            .collect();
        match gone.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            many => Some(format!("delete {}", many.len())),
        }
    })
}

/// The word for taking entries back: an offboarding's lets somebody in again who left; and what took a
/// word is not done again without one.
pub(super) fn of_undo<'e>(entries: impl Iterator<Item = &'e JournalEntry>) -> Option<String> {
    let words = entries.map(|entry| match entry.stamp.intent.as_str() {
        OFFBOARD => Some("undo"),
        _ if took_word(entry) => Some("redo"),
        _ => None,
    });
    words.flatten().next().map(str::to_owned)
}

/// Whether doing again what an entry did takes a word: it offboarded or deleted, or took back what did.
pub(super) fn is_grave(entry: &JournalEntry) -> bool {
    let gone = |change: &Change| {
        let of = matches!(
            change.key,
            Key::Resource(..) | Key::Principal(_) | Key::Environment(_)
        );
        of && change.after.is_none()
    };
    // What leaves a tombstone, or is a part of a record, goes without a record.
    let deletes = names(entry).iter().any(|name| name.starts_with("delete-"))
        || entry.stamp.intent != UNDO && entry.changes.0.iter().any(gone);
    entry.stamp.intent == OFFBOARD || deletes || took_word(entry)
}

/// The intents that an entry carried out, by name.
fn names(entry: &JournalEntry) -> Vec<String> {
    let mut names = vec![entry.stamp.intent.clone()];
    let arguments = serde_json::from_str::<Value>(&entry.stamp.arguments).ok();
    let several = arguments.as_ref().and_then(|said| said.get("several"));
    for intent in several.and_then(Value::as_array).into_iter().flatten() {
        let one = intent.as_object().into_iter();
        names.extend(one.flat_map(|it| it.keys()).cloned());
    }
    names
}

/// The id of what an intent deletes, without what it lies in.
fn deleted(snapshot: &Snapshot, intent: &Intent) -> Option<String> {
    Some(match intent {
        Intent::DeleteModel(it) => last_part(&it.model),
        Intent::DeleteModelGroup(it) => last_part(&it.group),
        Intent::DeleteExperiment(it) => last_part(&it.experiment),
        Intent::DeleteVersion(it) => it.version.clone(),
        Intent::DeleteRole(it) => it.id.clone(),
        Intent::DeleteEnvironment(it) => it.environment.clone(),
        Intent::DeleteUser(it) => principal(snapshot, &it.user),
        Intent::DeleteGroup(it) => principal(snapshot, &it.group),
        _ => return None,
    })
}

fn principal(snapshot: &Snapshot, reference: &str) -> String {
    let known = snapshot.find_principal(reference);
    let known = known.and_then(|id| snapshot.principal(id));
    known.map_or_else(|| reference.to_owned(), |p| p.id.clone())
}

/// Without the environment and the kind.
fn last_part(id: &str) -> String {
    let read = ResourceRef::parse(id).ok();
    let resource = read.and_then(|it| it.resource);
    resource.map_or_else(|| id.to_owned(), |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Author, ChangeSet, EnvironmentId, Principal, PrincipalId, Record, ResourceId, Revision,
        Stamp, Timestamp,
    };
    use crate::registry::intents::{
        DeleteEnvironment, DeleteExperiment, DeleteGroup, DeleteModel, DeleteModelGroup,
        DeleteRole, DeleteUser, DeleteVersion, Offboard, Share,
    };

    #[test]
    fn a_deletion_takes_the_id_and_several_take_their_number() {
        let model = |id: &str| Intent::from(DeleteModel { model: id.into() });
        let version = DeleteVersion {
            model: "lab/models/one".into(),
            version: "v2".into(),
        };
        let role = DeleteRole {
            environment: "lab".into(),
            id: "projects/lab/roles/reader".into(),
        };
        let offboard = Offboard {
            user: "user:bob@acme.test".into(),
            ..Offboard::default()
        };
        let word = |intents: &[Intent]| of_intents(&Snapshot::default(), intents);
        let said = |text: &str| Some(text.to_owned());
        assert_eq!(word(&[Share::default().into()]), None);
        assert_eq!(word(&[model("lab/models/one")]), said("one"));
        assert_eq!(word(&[version.into()]), said("v2"));
        assert_eq!(word(&[role.into()]), said("projects/lab/roles/reader"));
        let two = [model("lab/models/one"), model("lab/models/two")];
        assert_eq!(word(&two), said("delete 2"));
        let both = [model("lab/models/one"), offboard.into()];
        assert_eq!(word(&both), said("user:bob@acme.test"), "whom nobody knows");
    }

    #[test]
    fn whatever_is_deleted_gives_its_own_id() {
        let mut snapshot = Snapshot::default();
        let ann = Record::Principal(Principal::user("Ann@acme.test", "Ann"));
        snapshot.put(&Key::Principal(PrincipalId::FIRST), Some(ann));
        let group = DeleteModelGroup {
            group: "search/groups/it".into(),
        };
        let experiment = DeleteExperiment {
            experiment: "lab/experiments/x".into(),
        };
        let environment = DeleteEnvironment {
            environment: "lab".into(),
        };
        let user = DeleteUser {
            user: "user:ann@acme.test".into(),
        };
        let team = DeleteGroup {
            group: "group:team@acme.test".into(),
        };
        let intents: [(Intent, &str); 5] = [
            (group.into(), "it"),
            (experiment.into(), "x"),
            (environment.into(), "lab"),
            (user.into(), "Ann@acme.test"),
            (team.into(), "group:team@acme.test"),
        ];
        for (intent, word) in intents {
            assert_eq!(of_intents(&snapshot, &[intent]).as_deref(), Some(word));
        }
    }

    fn entry(intent: &str, arguments: &str, key: Key, after: Option<Record>) -> JournalEntry {
        let change = Change {
            key,
            before: None,
            after,
        };
        JournalEntry {
            revision: Revision(2),
            stamp: Stamp {
                time: Timestamp(0),
                author: Author {
                    account: "ann".into(),
                    actor: "user:ann@acme.test".into(),
                    principal: None,
                    on_behalf_by: None,
                },
                intent: intent.into(),
                arguments: arguments.into(),
                summary: String::new(),
                reason: None,
                effect: String::new(),
                undoes: None,
            },
            changes: ChangeSet(vec![change]),
            previous: [0; 32],
            hash: [0; 32],
        }
    }

    #[test]
    fn what_took_a_word_takes_one_again() {
        let (place, id) = (EnvironmentId(0), PrincipalId::FIRST);
        let model = || Key::Resource(place, ResourceId(0));
        let record = || Some(Record::Principal(Principal::user("ann", "Ann")));
        let with_word = r#"{"undo":{"revision":1,"word":true}}"#;
        let without = r#"{"undo":{"revision":1}}"#;
        for (entry, grave, taken_back) in [
            (
                entry("share", "{}", Key::Principal(id), record()),
                false,
                None,
            ),
            (entry("reassign", "{}", model(), None), true, None),
            (
                entry("delete-environment", "{}", Key::Environment(place), None),
                true,
                None,
            ),
            // What stands beside something that stays is deleted with less ado.
            (
                entry("remove-login", "{}", Key::Login("ann".into()), None),
                false,
                None,
            ),
            (
                entry(OFFBOARD, "{}", Key::Principal(id), record()),
                true,
                Some("undo"),
            ),
            (
                entry(UNDO, with_word, Key::Principal(id), record()),
                true,
                Some("redo"),
            ),
            // Taking back what was made deletes it; making it took no word.
            (entry(UNDO, without, model(), None), false, None),
        ] {
            let intent = &entry.stamp.intent;
            assert_eq!(is_grave(&entry), grave, "{intent}");
            let word = of_undo(std::iter::once(&entry));
            assert_eq!(word.as_deref(), taken_back, "{intent}");
        }
    }
}
