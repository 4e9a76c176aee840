//! Which answers a change set can touch.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::domain::principal::domain_of;
use crate::domain::{
    ByMember, Change, Environment, EnvironmentId, GroupKind, Key, Model, Policy, Principal,
    PrincipalId, PrincipalKind, Record, Resource, ResourceId, Timestamp,
};

use super::super::index::row::Held;
use super::super::platforms;
use super::super::snapshot::{Snapshot, mentioned};

/// Which answers a change set can touch.
pub(super) struct Scope<'a> {
    before: &'a Snapshot,
    after: &'a Snapshot,
    pub(super) pairs: BTreeMap<ResourceId, BTreeSet<PrincipalId>>,
    /// Who can act through anything that holds in a whole environment; found once for each.
    standing: BTreeMap<EnvironmentId, Rc<BTreeSet<PrincipalId>>>,
}

impl<'a> Scope<'a> {
    pub(super) const fn new(before: &'a Snapshot, after: &'a Snapshot) -> Self {
        Self {
            before,
            after,
            pairs: BTreeMap::new(),
            standing: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, change: &Change) {
        let (before, after) = (change.before.as_ref(), change.after.as_ref());
        match &change.key {
            Key::Counters | Key::Login(_) => {}
            Key::Principal(id) => self.add_principal(*id, before, after),
            Key::Environment(id) => self.add_environment(*id, before, after),
            Key::Account(environment, id) => {
                if changed(before, after) {
                    let people = self.actors([*id]);
                    self.pair(self.resources_in(*environment), &people);
                    // The owner's business unit decides whom a depth lets at the row.
                    self.pair_owned(*id);
                }
            }
            Key::Resource(_, id) => self.add_resource(*id, before, after),
        }
    }

    /// Grants that begin or end between two moments, without anybody changing anything.
    pub(super) fn add_lapses(&mut self, then: Timestamp, now: Timestamp) {
        let turns = |grant: &Held<'_>| {
            let window = grant.window().unwrap_or_default();
            let ends = window.start.into_iter().chain(window.end);
            ends.into_iter()
                .any(|t| then.min(now) < t && t <= then.max(now))
        };
        for snapshot in [self.before, self.after] {
            for (environment, place) in snapshot.places() {
                let standing: Vec<_> = place.grants().filter(turns).map(|g| g.member).collect();
                if !standing.is_empty() {
                    let people = self.actors(standing);
                    self.pair(self.resources_in(environment), &people);
                }
                for id in self.resources_in(environment) {
                    let own = snapshot.row(id).into_iter();
                    let own = own.flat_map(|row| place.grants_on(row));
                    let members: Vec<_> = own.filter(turns).map(|g| g.member).collect();
                    if !members.is_empty() {
                        let people = self.actors(members);
                        self.pair([id], &people);
                    }
                }
            }
        }
    }

    /// Memberships, status and the kind of group decide, and the id for its domain; names do not.
    fn add_principal(&mut self, id: PrincipalId, before: Option<&Record>, after: Option<&Record>) {
        let (was, is) = (principal(before), principal(after));
        let (old, new) = (members(was), members(is));
        let standing = |p: &Principal| (p.status(), domain_of(&p.id), group_kind(p));
        let same_standing = was.map(standing) == is.map(standing);
        let moved: Vec<PrincipalId> = if same_standing {
            old.symmetric_difference(&new).copied().collect()
        } else {
            old.union(&new).copied().chain([id]).collect()
        };
        // Reassigning the head of a group of groups moves everybody below.
        let people = self.actors(moved);
        let mut through = BTreeSet::from([id]);
        for snapshot in [self.before, self.after] {
            through.extend(snapshot.closure(id).iter());
        }
        let resources = self.resources_of(&Vec::from_iter(through));
        self.pair(resources, &people);
        if !same_standing {
            self.pair_owned(id);
        }
    }

    /// Whether an owner is active decides for others, too: who can write may take over what an
    /// inactive one left.
    fn pair_owned(&mut self, owner: PrincipalId) {
        for snapshot in [self.before, self.after] {
            for id in snapshot.mentions(owner).collect::<Vec<_>>() {
                let resource = snapshot.resource(id).filter(|r| r.owner == Some(owner));
                if let Some(environment) = resource.map(|r| r.environment) {
                    self.pair_named(environment, BTreeSet::from([id]));
                }
            }
        }
    }

    fn add_environment(
        &mut self,
        id: EnvironmentId,
        before: Option<&Record>,
        after: Option<&Record>,
    ) {
        let (was, is) = (environment(before), environment(after));
        let only_policy = match (was, is) {
            (Some(a), Some(b)) => a.specifics == b.specifics && a.roles == b.roles,
            _ => false,
        };
        if only_policy {
            let moved = moved_members(was.map(|e| &e.policy), is.map(|e| &e.policy));
            let people = self.actors(moved);
            return self.pair(self.resources_in(id), &people);
        }
        for resource in self.resources_in(id) {
            self.pair_named(id, BTreeSet::from([resource]));
        }
    }

    fn add_resource(&mut self, id: ResourceId, before: Option<&Record>, after: Option<&Record>) {
        let (was, is) = (resource(before), resource(after));
        let only_policy = match (was, is) {
            (Some(a), Some(b)) => a.body == b.body && a.owner == b.owner,
            _ => false,
        };
        let mut resources = BTreeSet::from([id]);
        for snapshot in [self.before, self.after] {
            resources.extend(snapshot.models_in(id));
        }
        if only_policy {
            let moved = moved_members(was.map(|r| &r.policy), is.map(|r| &r.policy));
            let people = self.actors(moved);
            self.pair(resources, &people);
        } else if let Some(resource) = is.or(was) {
            // A group can be deleted once it is empty, and a batch job follows its model.
            let groups = [was, is].into_iter().flatten().filter_map(Resource::model);
            resources.extend(groups.filter_map(Model::group_id));
            let models: Vec<ResourceId> = resources.iter().copied().collect();
            for snapshot in [self.before, self.after] {
                resources.extend(models.iter().flat_map(|m| snapshot.about(*m)));
            }
            self.pair_named(resource.environment, resources);
        }
    }

    /// Pairs resources with everybody whom their own records or their environment name. Nobody
    /// else could do anything to them before, or can afterwards.
    fn pair_named(&mut self, environment: EnvironmentId, resources: BTreeSet<ResourceId>) {
        let standing = self.standing(environment);
        let mut named = BTreeSet::new();
        for snapshot in [self.before, self.after] {
            for resource in resources.iter().filter_map(|id| snapshot.resource(*id)) {
                named.extend(mentioned(resource));
            }
        }
        let people = self.actors(named);
        for resource in resources {
            let pairs = self.pairs.entry(resource).or_default();
            pairs.extend(standing.iter().chain(&people));
        }
    }

    /// Everybody who can act through a role, an account or a certificate in an environment.
    fn standing(&mut self, environment: EnvironmentId) -> Rc<BTreeSet<PrincipalId>> {
        if let Some(known) = self.standing.get(&environment) {
            return Rc::clone(known);
        }
        let mut named = BTreeSet::new();
        for snapshot in [self.before, self.after] {
            named.extend(platforms::standing(snapshot, environment));
        }
        let people = Rc::new(self.actors(named));
        self.standing.insert(environment, Rc::clone(&people));
        people
    }

    fn pair(
        &mut self,
        resources: impl IntoIterator<Item = ResourceId>,
        people: &BTreeSet<PrincipalId>,
    ) {
        for resource in resources {
            self.pairs.entry(resource).or_default().extend(people);
        }
    }

    /// Everybody who can act through these principals, before or after.
    fn actors(&self, ids: impl IntoIterator<Item = PrincipalId>) -> BTreeSet<PrincipalId> {
        let mut people = BTreeSet::new();
        for id in ids {
            let kind = self
                .after
                .principal(id)
                .or_else(|| self.before.principal(id));
            if kind.is_some_and(|p| p.is_everybody()) {
                return self.everybody();
            }
            people.insert(id);
            for snapshot in [self.before, self.after] {
                people.extend(snapshot.actors_within(id));
            }
        }
        people.retain(|id| {
            let principal = self
                .after
                .principal(*id)
                .or_else(|| self.before.principal(*id));
            principal.is_some_and(|p| p.is_actor())
        });
        people
    }

    fn everybody(&self) -> BTreeSet<PrincipalId> {
        [self.before, self.after]
            .iter()
            .flat_map(|s| s.principals())
            .filter(|(_, p)| p.is_actor())
            .map(|(id, _)| id)
            .collect()
    }

    fn resources_in(&self, environment: EnvironmentId) -> BTreeSet<ResourceId> {
        let mut resources = BTreeSet::new();
        for snapshot in [self.before, self.after] {
            resources.extend(snapshot.everything_in(environment));
        }
        resources
    }

    /// Resources that name any of these principals, which are in ascending order, and all of the
    /// environments that do.
    fn resources_of(&self, ids: &[PrincipalId]) -> BTreeSet<ResourceId> {
        let mut resources = BTreeSet::new();
        for snapshot in [self.before, self.after] {
            for id in ids {
                resources.extend(snapshot.mentions(*id));
            }
            for (environment, _) in snapshot.places() {
                if platforms::stands_in(snapshot, environment, ids) {
                    resources.extend(self.resources_in(environment));
                }
            }
        }
        resources
    }
}

/// What kind of group it is; teams own, access teams do not.
fn group_kind(principal: &Principal) -> Option<GroupKind> {
    match principal.kind {
        PrincipalKind::Group { kind, .. } => Some(kind),
        _ => None,
    }
}

fn changed(before: Option<&Record>, after: Option<&Record>) -> bool {
    before != after
}

fn principal(record: Option<&Record>) -> Option<&Principal> {
    match record {
        Some(Record::Principal(principal)) => Some(principal),
        _ => None,
    }
}

fn environment(record: Option<&Record>) -> Option<&Environment> {
    match record {
        Some(Record::Environment(environment)) => Some(environment),
        _ => None,
    }
}

fn resource(record: Option<&Record>) -> Option<&Resource> {
    match record {
        Some(Record::Resource(resource)) => Some(resource),
        _ => None,
    }
}

fn members(principal: Option<&Principal>) -> BTreeSet<PrincipalId> {
    principal
        .map(|p| p.members().iter().copied().collect())
        .unwrap_or_default()
}

/// Members whose grants differ between two policies.
fn moved_members(before: Option<&Policy>, after: Option<&Policy>) -> BTreeSet<PrincipalId> {
    let beyond = |policy: Option<&Policy>, other: Option<&Policy>| -> Vec<PrincipalId> {
        let held = other.map(ByMember::new).unwrap_or_default();
        let grants = policy.into_iter().flat_map(Policy::grants);
        grants
            .filter(|(_, binding, member)| !held.has(*member, binding))
            .map(|(_, _, member)| member)
            .collect()
    };
    let moved = [beyond(before, after), beyond(after, before)];
    moved.into_iter().flatten().collect()
}
