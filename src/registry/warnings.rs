//! What one should know before confirming, whatever way a change came about: names that nobody
//! answers to, things that nobody would own, conditions that only the platform can judge.

use std::collections::{BTreeMap, BTreeSet};

use crate::authz::lists::owners;
use crate::authz::platforms;
use crate::authz::{Check, Effect, Request, Snapshot, capabilities, explain, wording};
use crate::domain::{
    Binding, ByMember, Capability, Change, ChangeSet, EnvironmentId, Key, Platform, Policy,
    PrincipalId, ResourceId, Status, Target, Timestamp,
};

use super::guards;
use super::nearest;
use super::policies::policy_of;

/// Grants that a change set adds or takes away, each with its member.
fn moved(changes: &ChangeSet, added: bool) -> impl Iterator<Item = (&Binding, PrincipalId)> {
    changes
        .0
        .iter()
        .flat_map(move |change| moved_in(change, added))
}

/// The same of one record.
pub(super) fn moved_in(
    change: &Change,
    added: bool,
) -> impl Iterator<Item = (&Binding, PrincipalId)> {
    let sides = [change.before.as_ref(), change.after.as_ref()];
    let [was, is] = sides.map(policy_of);
    let (from, to) = if added { (was, is) } else { (is, was) };
    let grants = to.into_iter().flat_map(Policy::grants);
    let held = from.map(ByMember::new).unwrap_or_default();
    grants.filter_map(move |(_, binding, member)| {
        (!held.has(member, binding)).then_some((binding, member))
    })
}

/// Roles in new grants that are not known where they are granted: a policy keeps them, and they give
/// nothing (RULES, Google).
pub(super) fn unknown_roles(after: &Snapshot, changes: &ChangeSet) -> Vec<String> {
    let mut said = Vec::new();
    let mut known: BTreeMap<EnvironmentId, BTreeSet<String>> = BTreeMap::new();
    for change in &changes.0 {
        let (Key::Resource(environment, _) | Key::Environment(environment)) = change.key else {
            continue;
        };
        let place = after.place(environment);
        let Some(place) = place.filter(|p| p.platform() == Platform::Google) else {
            continue;
        };
        for (binding, _) in moved_in(change, true) {
            let role = &binding.role;
            // Of thousands of changes most are in few environments.
            let names = || {
                platforms::roles(&place.environment)
                    .into_iter()
                    .map(|r| r.name)
            };
            let known = known
                .entry(environment)
                .or_insert_with(|| names().collect());
            let text =
                format!("No role is called {role} here; it is kept and gives nothing on models.");
            if !known.contains(role) && !said.contains(&text) {
                said.push(text);
            }
        }
    }
    said
}

/// Names in new grants that the directory does not know: they are matched by name, and a typing
/// error goes unnoticed.
pub(super) fn unknown(after: &Snapshot, changes: &ChangeSet) -> Vec<String> {
    let mut said = Vec::new();
    for (_, member) in moved(changes, true) {
        let unknown = after
            .principal(member)
            .is_some_and(|p| !p.is_known() && !p.is_public());
        if !unknown {
            continue;
        }
        let name = nearest::told(after, &after.reference(member));
        let text = format!(
            "The directory does not know {name}; the grant is kept for that name as it is written."
        );
        if !said.contains(&text) {
            said.push(text);
        }
    }
    said
}

/// Resources that had owners on record, none of them active, and would have none at all. (That an
/// active one goes is a guard's to refuse.) What is allowed is said as the fact that it is.
pub(super) fn ownerless(
    before: &Snapshot,
    after: &Snapshot,
    changes: &ChangeSet,
    at: Timestamp,
) -> Vec<String> {
    let ids = changes.0.iter().filter_map(|c| match c.key {
        Key::Resource(_, id) => Some(id),
        _ => None,
    });
    let owned = |snapshot: &Snapshot, id: ResourceId| {
        let resource = snapshot.resource(id)?;
        resource
            .kind()
            .is_owned()
            .then(|| !owners(snapshot, resource, at).is_empty())
    };
    ids.filter(|id| owned(before, *id) == Some(true) && owned(after, *id) == Some(false))
        .filter(|id| !guards::is_orphaned(before, after, *id, at))
        .map(|id| {
            let name = after.target_label(Target::Resource(id));
            format!("Nobody owns {name} after this, not even on record.")
        })
        .collect()
}

/// Why people lose the right to reassign what they never owned: where an owner had left, whoever can
/// write may take over, and no longer once an owner is here (RULES, Fabric: *take-over*).
pub(super) fn no_longer_left(
    before: &Snapshot,
    after: &Snapshot,
    effect: &Effect,
    at: Timestamp,
) -> Option<String> {
    let here = |snapshot: &Snapshot, id: ResourceId| {
        let resource = snapshot.resource(id)?;
        let place = snapshot.place(resource.environment)?;
        let owners = owners(snapshot, resource, at);
        let active = |o: &PrincipalId| {
            let principal = snapshot.principal(*o);
            principal.is_some_and(|p| p.status() == Status::Active)
        };
        (place.platform() == Platform::Fabric).then(|| owners.iter().any(active))
    };
    let mut names: Vec<String> = Vec::new();
    for row in &effect.rows {
        let id = row.resource;
        let name = after.target_label(Target::Resource(id));
        let lost = row.lost.contains(Capability::Reassign) && !names.contains(&name);
        if lost && here(before, id) == Some(false) && here(after, id) == Some(true) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| {
        format!(
            "With an owner who is here, nobody else can take over {} any more: hence the − reassign.",
            names.join(", ")
        )
    })
}

/// What somebody who is given a single new grant on a resource can do there without it, and through
/// what: why a change may change nothing for anybody.
pub(super) fn already(before: &Snapshot, changes: &ChangeSet, at: Timestamp) -> Option<String> {
    let [change] = changes.0.as_slice() else {
        return None;
    };
    let mut added = moved(changes, true);
    let Some((_, member)) = added.next() else {
        return is_as_it_was(change, changes).then(|| "whoever it names has it already".to_owned());
    };
    let Key::Resource(_, resource) = change.key else {
        return None;
    };
    let alone = added.next().is_none() && moved(changes, false).next().is_none();
    let person = before.principal(member).filter(|p| p.is_actor() && alone)?;
    let on = Target::Resource(resource);
    let can = capabilities(before, member, on, at);
    let request = Request::new(member, can.iter().next()?.into(), on, at);
    let explanation = explain(before, &request);
    let route = explanation.evidence_for(Check::Reach).next()?;
    Some(format!(
        "{} can {} already ({})",
        person.label(),
        can.words().replace(' ', ", "),
        wording::evidence(before, route)
    ))
}

/// Whether a policy is written anew and grants what it granted. The change is the only one.
fn is_as_it_was(change: &Change, changes: &ChangeSet) -> bool {
    let sides = [change.before.as_ref(), change.after.as_ref()];
    let [Some(was), Some(is)] = sides.map(policy_of) else {
        return false;
    };
    was.bindings != is.bindings && moved(changes, false).next().is_none()
}

/// Whether a grant comes or goes under a condition that can't be evaluated here, so that what the
/// change does on the platform is not known.
pub(super) fn is_beyond(changes: &ChangeSet) -> bool {
    let unread = |(binding, _): (&Binding, PrincipalId)| binding.window().is_none();
    moved(changes, true).any(unread) || moved(changes, false).any(unread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Body, Condition, EnvironmentId, Model, Record, Resource};

    /// As it was written before: each with each.
    fn compared<'a>(from: &'a Policy, to: &'a Policy) -> Vec<(&'a Binding, PrincipalId)> {
        let grants = to.grants().filter(|(_, binding, member)| {
            !from.grants().any(|(_, b, m)| {
                m == *member && b.role == binding.role && b.condition == binding.condition
            })
        });
        grants
            .map(|(_, binding, member)| (binding, member))
            .collect()
    }

    /// Policies in which roles, members and conditions come again in other places.
    fn policy(mut seed: u32) -> Policy {
        let mut next = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) % below
        };
        let bindings = (0..next(6)).map(|_| Binding {
            role: format!("role-{}", next(3)),
            members: (0..next(5)).map(|_| PrincipalId(next(6))).collect(),
            condition: (next(2) == 0).then(|| Condition {
                expression: format!("expression {}", next(2)),
                ..Condition::default()
            }),
            reason: None,
        });
        Policy {
            bindings: bindings.collect(),
            ..Policy::default()
        }
    }

    #[test]
    fn what_moved_is_what_comparing_each_with_each_finds() {
        let mut found = 0;
        for seed in 0..500 {
            let (was, is) = (policy(seed), policy(seed + 1_000));
            let record = |policy: &Policy| {
                Some(Record::Resource(Resource {
                    environment: EnvironmentId(1),
                    id: "m".to_owned(),
                    name: String::new(),
                    description: None,
                    owner: None,
                    policy: policy.clone(),
                    body: Body::Model(Model::default()),
                }))
            };
            let changes = ChangeSet(vec![Change {
                key: Key::Resource(EnvironmentId(1), ResourceId(1)),
                before: record(&was),
                after: record(&is),
            }]);
            let added: Vec<_> = moved(&changes, true).collect();
            assert_eq!(added, compared(&was, &is), "{seed}");
            let gone: Vec<_> = moved(&changes, false).collect();
            assert_eq!(gone, compared(&is, &was), "{seed}");
            found += added.len() + gone.len();
        }
        assert!(found > 500, "{found}");
    }
}
