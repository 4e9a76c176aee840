//! Undo: the inverse of a journalled change set, planned against today's state.

use crate::authz::Snapshot;
use crate::authz::platforms::{Doing, permission_to};
use crate::domain::{Action, Capability, ChangeSet, JournalEntry, Key, Record, Target, Timestamp};

use super::actor::Actor;
use super::plan::{Desk, Plan};
use super::refusal::{Refusal, RefusalKey};

/// Plans to take a commit back. It is authorized like any change: the actor must be allowed to
/// make the inverse change, or be a store administrator who acts on the directory.
///
/// # Errors
/// A denial, or [`RefusalKey::UndoConflict`] when a record has changed since.
pub fn plan_undo(
    snapshot: &Snapshot,
    actor: &Actor,
    entry: &JournalEntry,
    at: Timestamp,
) -> Result<Plan, Refusal> {
    let inverse = entry.changes.inverse();
    let mut desk = Desk::new(snapshot, actor, at);
    desk.undoes = Some(entry.revision);
    for change in &inverse.0 {
        authorize(
            &desk,
            &change.key,
            change.before.as_ref(),
            change.after.as_ref(),
        )?;
        if snapshot.record(&change.key) != change.before {
            return Err(conflict(snapshot, entry, &change.key));
        }
    }
    apply(&mut desk, &inverse);
    let summary = format!("undo {}: {}", entry.revision, entry.stamp.summary);
    let arguments = format!("{{\"undo\":{{\"revision\":{}}}}}", entry.revision);
    desk.finish("undo", arguments, summary, None)
}

fn apply(desk: &mut Desk<'_>, inverse: &ChangeSet) {
    for change in &inverse.0 {
        desk.draft.put(change.key.clone(), change.after.clone());
    }
}

fn conflict(snapshot: &Snapshot, entry: &JournalEntry, key: &Key) -> Refusal {
    let what = match key {
        Key::Resource(_, id) => snapshot.target_label(Target::Resource(*id)),
        Key::Principal(id) | Key::Account(_, id) => snapshot.label(*id),
        Key::Environment(id) => snapshot.target_label(Target::Environment(*id)),
        Key::Login(account) => format!("the login of {account}"),
        Key::Counters => "the store".to_owned(),
    };
    Refusal::rule(
        RefusalKey::UndoConflict,
        format!(
            "Revision {} can't be taken back: {what} has changed since. Undo the later change first, or change it by hand.",
            entry.revision
        ),
    )
}

/// Who may make the inverse change: whoever may share the resource, administer the environment, or
/// manage the directory.
fn authorize(
    desk: &Desk<'_>,
    key: &Key,
    before: Option<&Record>,
    after: Option<&Record>,
) -> Result<(), Refusal> {
    match key {
        Key::Counters => Ok(()),
        Key::Login(_) | Key::Principal(_) => {
            // A name that a share brought in as external carries no rights; it may go with it.
            let harmless = [before, after].into_iter().flatten().all(|r| match r {
                Record::Principal(p) => !p.is_known(),
                _ => false,
            });
            if harmless {
                Ok(())
            } else {
                desk.require_store_administrator("undo this")
            }
        }
        Key::Environment(id) => match (before, after) {
            (Some(Record::Environment(_)), Some(Record::Environment(_))) => {
                let target = Target::Environment(*id);
                desk.require(&Action::Capability(Capability::Share), target, "undo this")
            }
            _ => desk.require_store_administrator("undo this"),
        },
        Key::Account(id, _) => {
            let target = Target::Environment(*id);
            desk.require(&Action::Capability(Capability::Edit), target, "undo this")
        }
        Key::Resource(environment, id) => {
            authorize_resource(desk, *environment, *id, before, after)
        }
    }
}

/// What kind of change the inverse is decides what it needs: giving back is sharing, handing back
/// is reassigning, taking out is deleting; making anew needs what creating needs.
fn authorize_resource(
    desk: &Desk<'_>,
    environment: crate::domain::EnvironmentId,
    id: crate::domain::ResourceId,
    before: Option<&Record>,
    after: Option<&Record>,
) -> Result<(), Refusal> {
    let here = Target::Environment(environment);
    match (before, after) {
        (Some(Record::Resource(was)), Some(Record::Resource(is))) => {
            let owner = was.owner != is.owner
                || was.model().and_then(|m| m.container.as_ref())
                    != is.model().and_then(|m| m.container.as_ref());
            if owner {
                return desk.require_capability(Capability::Reassign, id, "undo a change of");
            }
            if was.policy != is.policy || was.body != is.body && was.model().is_none() {
                return desk.require_capability(Capability::Share, id, "undo a change of");
            }
            desk.require_capability(Capability::Edit, id, "undo a change of")
        }
        (Some(_), None) => desk.require_capability(Capability::Delete, id, "delete"),
        _ => {
            let create = desk
                .platform(here)
                .and_then(|p| permission_to(p, Doing::CreateModel));
            desk.require_native(create.unwrap_or_default(), here, "make models in")
        }
    }
}
