//! The word that somebody types before a change that is not to be made by one key: what hands over
//! or lets in a leaver, what deletes, what opens something to everybody. The console and the command
//! line ask for the same one.

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
    let deletes = entry.stamp.intent != UNDO && entry.changes.0.iter().any(gone);
    entry.stamp.intent == OFFBOARD || deletes || took_word(entry)
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
    use crate::registry::intents::{DeleteModel, DeleteRole, DeleteVersion, Offboard, Share};

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
}
