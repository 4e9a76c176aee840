//! Whether an inverse, once applied, leaves a state that fits together.

use crate::authz::Snapshot;
use crate::domain::{
    ChangeSet, Environment, JournalEntry, Key, Principal, PrincipalId, Record, Resource, ResourceId,
};

use super::super::desk::Desk;
use super::super::refusal::Refusal;
use super::{Obstacle, conflict, name};

/// Looks at everything that came back or went since `old`. A name that other grants still use stays.
pub(super) fn check(
    desk: &mut Desk<'_>,
    old: &Snapshot,
    entry: &JournalEntry,
    inverse: &ChangeSet,
) -> Result<(), Refusal> {
    for change in &inverse.0 {
        let fits = match (&change.key, &change.before, &change.after) {
            (Key::Principal(id), Some(before), None) => removed_principal(desk, old, *id, before),
            (Key::Principal(id), _, Some(Record::Principal(p))) => named_alone(old, *id, p),
            (Key::Resource(_, id), _, Some(Record::Resource(r))) => {
                resource_fits(desk, old, *id, r)
            }
            (Key::Resource(_, id), Some(_), None) => group_is_empty(desk, *id),
            (Key::Environment(id), _, Some(Record::Environment(e))) => {
                environment_alone(old, *id, e)
            }
            (Key::Environment(id), Some(_), None) => {
                let held = old.everything_in(*id).count();
                let gone = |r: &&crate::domain::Change| {
                    matches!(r.key, Key::Resource(e, _) if e == *id) && r.after.is_none()
                };
                let going = inverse.0.iter().filter(gone).count();
                if held > going {
                    Err((
                        "still holds models or other resources",
                        "Delete them first, or undo what made them.",
                    ))
                } else {
                    Ok(())
                }
            }
            (Key::Login(_), ..) => store_administrated(desk.now()),
            _ => Ok(()),
        };
        fits.map_err(|why| conflict(entry, &name(old, &change.key), why))?;
    }
    Ok(())
}

type Fits = Result<(), Obstacle>;

/// A principal that something else names by now can't go; one that the directory does not know
/// simply stays.
fn removed_principal(
    desk: &mut Desk<'_>,
    old: &Snapshot,
    id: PrincipalId,
    before: &Record,
) -> Fits {
    if !is_named(desk.now(), old, id) {
        return Ok(());
    }
    match before {
        Record::Principal(p) if !p.is_known() => {
            desk.draft.put(Key::Principal(id), Some(before.clone()));
            Ok(())
        }
        _ => Err((
            "owns or holds something by now",
            "Give that to somebody else first.",
        )),
    }
}

fn is_named(now: &Snapshot, before: &Snapshot, id: PrincipalId) -> bool {
    let granted = now.places().any(|(environment, place)| {
        place.environment.policy.grants().any(|(_, _, m)| m == id)
            || now.account(environment, id).is_some()
    });
    let login = now.logins().values().any(|l| l.user == Some(id));
    let member = before.groups_of(id).any(|group| {
        now.principal(group)
            .is_some_and(|g| g.members().contains(&id))
    });
    granted || login || member || now.mentions(id).next().is_some()
}

/// No two principals answer to one name.
fn named_alone(old: &Snapshot, id: PrincipalId, principal: &Principal) -> Fits {
    match old.find_principal(&principal.reference()) {
        Some(other) if other != id => Err(("has a namesake by now", "Rename the other one first.")),
        _ => Ok(()),
    }
}

/// No two resources have one id, and a model's group is there.
fn resource_fits(desk: &Desk<'_>, old: &Snapshot, id: ResourceId, resource: &Resource) -> Fits {
    let same = old.find_resource(resource.environment, resource.kind(), &resource.id);
    if same.is_some_and(|other| other != id) {
        return Err(("has a namesake by now", "Rename the other one first."));
    }
    if desk.now().place(resource.environment).is_none() {
        return Err((
            "lay in an environment that is gone",
            "Bring the environment back first.",
        ));
    }
    let group = resource.model().and_then(crate::domain::Model::group_id);
    if group.is_some_and(|g| desk.now().resource(g).is_none()) {
        return Err((
            "belonged to a group that is gone",
            "Bring the group back first.",
        ));
    }
    Ok(())
}

fn group_is_empty(desk: &Desk<'_>, id: ResourceId) -> Fits {
    if desk.now().models_in(id).next().is_some() {
        Err(("still holds models", "Move or delete them first."))
    } else {
        Ok(())
    }
}

fn environment_alone(
    old: &Snapshot,
    id: crate::domain::EnvironmentId,
    environment: &Environment,
) -> Fits {
    match old.find_environment(&environment.id) {
        Some(other) if other != id => Err(("has a namesake by now", "Rename the other one first.")),
        _ => Ok(()),
    }
}

/// Somebody has to be left who can manage the store.
fn store_administrated(now: &Snapshot) -> Fits {
    let anybody = now.logins().values().any(|l| l.store_administrator);
    if anybody {
        Ok(())
    } else {
        Err((
            "was the last store administrator",
            "Let another account administer the store first.",
        ))
    }
}
