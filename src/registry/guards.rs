//! Guards: what no intent may leave behind, looked at after the whole change set.

use std::collections::BTreeSet;

use crate::authz::Snapshot;
use crate::authz::lists::owners;
use crate::authz::platforms;
use crate::domain::{
    ChangeSet, EnvironmentId, Key, Platform, Principal, PrincipalId, ResourceId, Status, Target,
    Timestamp,
};

use super::policies::boundaries;
use super::refusal::{Refusal, RefusalKey};

/// Something that no intent may leave behind: advice for whoever is refused, and the fact for whoever
/// does it all the same.
pub(super) struct Broken {
    /// Why it is refused, and what to do first.
    pub refusal: Refusal,
    /// What is so afterwards.
    pub fact: String,
}

/// What [`check`] finds at a moment, and at the later ones at which a changed grant begins or ends:
/// nobody is left without an owner next month.
pub(super) fn check_from(
    before: &Snapshot,
    after: &Snapshot,
    changes: &ChangeSet,
    at: Timestamp,
) -> impl Iterator<Item = Broken> {
    let moments = std::iter::once(at).chain(boundaries(changes, at));
    moments.flat_map(|moment| check(before, after, changes, moment))
}

/// Models that lose their last active owner, environments that lose their last active administrator,
/// and a store that loses its last one; counted through groups, active users only. The caller decides
/// whether that is a refusal or a warning.
pub(super) fn check(
    before: &Snapshot,
    after: &Snapshot,
    changes: &ChangeSet,
    at: Timestamp,
) -> Vec<Broken> {
    let touched = Touched::new(before, after, changes);
    let mut found = Vec::new();
    let orphans: Vec<ResourceId> = touched
        .resources
        .iter()
        .copied()
        .filter(|id| is_orphaned(before, after, *id, at))
        .collect();
    if !orphans.is_empty() {
        found.push(last_owner(after, &orphans));
    }
    for id in touched.environments {
        let gone = after.place(id).is_some()
            && !administrators(before, id, at).is_empty()
            && administrators(after, id, at).is_empty();
        if gone {
            let name = after.target_label(Target::Environment(id));
            found.push(Broken {
                refusal: Refusal::rule(
                    RefusalKey::LastAdministrator,
                    format!("Nobody would administer {name} any more. Make somebody else administrator first."),
                ),
                fact: format!("Nobody active administers {name} after this."),
            });
        }
    }
    found.extend(store_left_alone(before, after, changes));
    found
}

/// That no account would manage the store any more, as it does now or as the first one has to.
fn store_left_alone(before: &Snapshot, after: &Snapshot, changes: &ChangeSet) -> Option<Broken> {
    let touched = changes.0.iter().any(|c| matches!(c.key, Key::Login(_)));
    let managed = |s: &Snapshot| s.logins().values().any(|l| l.store_administrator);
    let alone = touched && !managed(after) && (managed(before) || before.logins().is_empty());
    alone.then(|| Broken {
        refusal: Refusal::rule(
            RefusalKey::LastAdministrator,
            "Nobody would administer this store any more. Make another account store administrator first.",
        ),
        fact: "Nobody administers this store after this.".to_owned(),
    })
}

fn last_owner(snapshot: &Snapshot, orphans: &[ResourceId]) -> Broken {
    let names: Vec<String> = orphans
        .iter()
        .take(3)
        .map(|id| snapshot.target_label(Target::Resource(*id)))
        .collect();
    let more = orphans.len().saturating_sub(names.len());
    let more = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    let them = if orphans.len() == 1 { "it" } else { "them" };
    let names = names.join(", ");
    Broken {
        refusal: Refusal::rule(
            RefusalKey::LastOwner,
            format!(
                "Nobody active would own {names}{more} any more. Give {them} to another owner first."
            ),
        ),
        fact: format!("Nobody active owns {names}{more} after this."),
    }
}

/// What a change set can leave without owner or administrator.
struct Touched {
    resources: BTreeSet<ResourceId>,
    environments: BTreeSet<EnvironmentId>,
}

impl Touched {
    fn new(before: &Snapshot, after: &Snapshot, changes: &ChangeSet) -> Self {
        let mut touched = Self {
            resources: BTreeSet::new(),
            environments: BTreeSet::new(),
        };
        for change in &changes.0 {
            match &change.key {
                Key::Resource(_, id) => {
                    touched.resources.insert(*id);
                }
                Key::Environment(id) | Key::Account(id, _) => {
                    touched.environments.insert(*id);
                }
                Key::Principal(id) => touched.add_principal(before, after, *id),
                Key::Counters | Key::Login(_) => {}
            }
        }
        touched
    }

    /// A person or group whose standing changed stands behind what it and its groups own and hold.
    fn add_principal(&mut self, before: &Snapshot, after: &Snapshot, id: PrincipalId) {
        for snapshot in [before, after] {
            let closure = snapshot.closure(id);
            let named = closure.iter().flat_map(|holder| snapshot.mentions(*holder));
            self.resources.extend(named);
            let places = snapshot.places().map(|(environment, _)| environment);
            let held = |id: &EnvironmentId| platforms::stands_in(snapshot, *id, closure);
            self.environments.extend(places.filter(held));
        }
    }
}

/// Whether a resource had an active owner and has none any more.
pub(super) fn is_orphaned(
    before: &Snapshot,
    after: &Snapshot,
    id: ResourceId,
    at: Timestamp,
) -> bool {
    let owned = |snapshot: &Snapshot| {
        let resource = snapshot.resource(id)?;
        resource.kind().is_owned().then(|| {
            owners(snapshot, resource, at)
                .iter()
                .any(|o| has_active_user(snapshot, *o))
        })
    };
    owned(before) == Some(true) && owned(after) == Some(false)
}

/// Whether an active user is or belongs to this principal.
fn has_active_user(snapshot: &Snapshot, id: PrincipalId) -> bool {
    !active_users(snapshot, id).is_empty()
}

/// Whether anybody who is in use is or belongs to this principal: a person or a service account.
pub(super) fn has_active_actor(snapshot: &Snapshot, id: PrincipalId) -> bool {
    let active = |p: &Principal| p.is_known() && p.is_actor() && p.status() == Status::Active;
    !behind(snapshot, id, active).is_empty()
}

/// Active users who are or count as a principal.
fn active_users(snapshot: &Snapshot, id: PrincipalId) -> Vec<PrincipalId> {
    behind(snapshot, id, Principal::is_active_user)
}

/// Whoever is or counts as a principal and is of some sort; special members stand for everybody they
/// match.
fn behind(
    snapshot: &Snapshot,
    id: PrincipalId,
    is: impl Fn(&Principal) -> bool,
) -> Vec<PrincipalId> {
    let active = |actor: &PrincipalId| snapshot.principal(*actor).is_some_and(|p| is(p));
    if snapshot.principal(id).is_some_and(|p| p.is_everybody()) {
        let matched = |actor: &PrincipalId| snapshot.closure(*actor).binary_search(&id).is_ok();
        let everybody = snapshot.principals().map(|(actor, _)| actor);
        return everybody.filter(active).filter(matched).collect();
    }
    snapshot
        .actors_within(id)
        .into_iter()
        .filter(active)
        .collect()
}

/// Active users who administer an environment.
pub fn administrators(
    snapshot: &Snapshot,
    id: EnvironmentId,
    at: Timestamp,
) -> BTreeSet<PrincipalId> {
    let Some(place) = snapshot.place(id) else {
        return BTreeSet::new();
    };
    if place.platform() == Platform::OpenSearch {
        let accounts = snapshot.accounts(id).map(|(principal, _)| principal);
        let granted = place.grants().map(|g| g.member);
        return accounts
            .chain(granted)
            .flat_map(|p| active_users(snapshot, p))
            .filter(|p| platforms::administrator(snapshot, id, *p, at).is_some())
            .collect();
    }
    place
        .grants()
        .filter(|g| g.rights.administrator && g.holds(at))
        .filter(|g| !platforms::is_access_team(snapshot, g.member))
        .flat_map(|g| active_users(snapshot, g.member))
        .collect()
}
