//! Which decisions a set of moves can change: people, and the resources on which something may come
//! out differently for them.
//!
//! Every decision that changes reads a record that changes. So it is enough to look at those who
//! count as a member whom such a record names, on the resources where that member counts. Both can be
//! very many; no more are gathered than are wanted.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Body, EnvironmentId, Platform, PrincipalId, ResourceId, ResourceKind, Status, Target,
};

use super::super::platforms::stands_in;
use super::super::snapshot::Snapshot;
use super::moves::Move;
use super::question::bindings;

/// People and resources, up to a number of pairs.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    snapshot: &'a Snapshot,
    most: usize,
    count: usize,
    people_on: BTreeMap<ResourceId, BTreeSet<PrincipalId>>,
    /// Whether there are no others.
    pub(super) complete: bool,
}

impl<'a> Scope<'a> {
    pub(super) fn of(snapshot: &'a Snapshot, moves: &[Move], most: usize) -> Self {
        let mut scope = Self {
            snapshot,
            most,
            count: 0,
            people_on: BTreeMap::new(),
            complete: true,
        };
        for step in moves {
            scope.add(step);
        }
        scope
    }

    /// The pairs, in order of resources.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (ResourceId, PrincipalId)> {
        let all = self.people_on.iter();
        all.flat_map(|(resource, people)| people.iter().map(|person| (*resource, *person)))
    }

    /// How many pairs there are.
    pub(super) const fn len(&self) -> usize {
        self.count
    }

    fn add(&mut self, step: &Move) {
        match step {
            Move::Grant { on, to: member, .. }
            | Move::Revoke {
                on, from: member, ..
            } => {
                let people = self.people([*member]);
                match (on, on.resource()) {
                    (Target::Environment(id), _) => self.in_environment(*id, &people),
                    (_, resource) => self.cross(resource, &people),
                }
            }
            Move::Join { group, member } | Move::Leave { group, member } => {
                let people = self.people([*member]);
                self.through(*group, &people);
            }
            Move::Restore { principal } => self.add_restored(*principal),
            Move::Publish { model } => self.add_published(*model),
            Move::AddBackendRole {
                environment,
                account,
                ..
            }
            | Move::DropBackendRole {
                environment,
                account,
                ..
            } => {
                let people = self.people([*account]);
                self.in_environment(*environment, &people);
            }
            Move::AddGroupRole { group, role } | Move::DropGroupRole { group, role } => {
                self.add_group(*group, role);
            }
        }
    }

    // --- what the moves concern -------------------------------------------------------------

    /// Where a principal counts: what names it or a group above it, and environments that do.
    fn through(&mut self, member: PrincipalId, people: &BTreeSet<PrincipalId>) {
        let snapshot = self.snapshot;
        let closure = snapshot.closure(member);
        for id in closure {
            self.cross(snapshot.mentions(*id), people);
        }
        for (environment, _) in snapshot.places() {
            if stands_in(snapshot, environment, closure) {
                self.in_environment(environment, people);
            }
        }
    }

    /// Who comes back may do what they could; and nobody can take over what they own any more.
    fn add_restored(&mut self, principal: PrincipalId) {
        let people = self.people([principal]);
        self.through(principal, &people);
        let snapshot = self.snapshot;
        for id in snapshot.mentions(principal) {
            let owned = snapshot.resource(id).filter(|r| r.owner == Some(principal));
            let place = owned.and_then(|r| snapshot.place(r.environment));
            if place.is_some_and(|p| p.platform() == Platform::Fabric) {
                self.add_holders(id);
            }
        }
    }

    /// Running changes for whoever has the model by its owner, a share or a role.
    fn add_published(&mut self, model: ResourceId) {
        self.add_holders(model);
    }

    /// Everybody who can have anything on a resource.
    fn add_holders(&mut self, id: ResourceId) {
        let Some(resource) = self.snapshot.resource(id) else {
            return;
        };
        let place = self.snapshot.place(resource.environment);
        let above = place.into_iter().flat_map(|p| bindings(&p.environment));
        let members = resource.policy.bindings.iter().chain(above);
        let members = members.flat_map(|b| b.members.iter().copied());
        let people = self.people(members.chain(resource.owner));
        self.cross([id], &people);
    }

    /// The accounts with the backend role, and the owner, on the group and what follows it.
    fn add_group(&mut self, group: ResourceId, role: &str) {
        let snapshot = self.snapshot;
        let Some(resource) = snapshot.resource(group) else {
            return;
        };
        let environment = resource.environment;
        let accounts = self.read(snapshot.accounts(environment));
        let holders = accounts
            .into_iter()
            .filter(|(_, account)| account.backend_roles.iter().any(|r| r == role))
            .map(|(id, _)| id);
        let people = self.people(holders.chain(resource.owner));
        let models: BTreeSet<ResourceId> = snapshot.models_in(group).take(self.most).collect();
        self.cross([group], &people);
        self.cross(models.iter().copied(), &people);
        let jobs = self.read(snapshot.resources_in(environment, ResourceKind::Job));
        let follows = |id: &ResourceId| match snapshot.resource(*id).map(|r| &r.body) {
            Some(Body::Job { model, .. }) => model.is_some_and(|m| models.contains(&m)),
            _ => false,
        };
        self.cross(jobs.into_iter().filter(follows), &people);
    }

    /// What is read through to find those concerned, as far as it is read.
    fn read<T>(&mut self, all: impl Iterator<Item = T>) -> Vec<T> {
        let mut read: Vec<T> = all.take(MOST_READ + 1).collect();
        self.complete &= read.len() <= MOST_READ;
        read.truncate(MOST_READ);
        read
    }

    // --- pairs ------------------------------------------------------------------------------

    fn in_environment(&mut self, id: EnvironmentId, people: &BTreeSet<PrincipalId>) {
        let snapshot = self.snapshot;
        self.cross(snapshot.everything_in(id), people);
    }

    fn cross(
        &mut self,
        resources: impl IntoIterator<Item = ResourceId>,
        people: &BTreeSet<PrincipalId>,
    ) {
        if people.is_empty() {
            return;
        }
        for resource in resources {
            for person in people {
                let known = self.people_on.get(&resource);
                if known.is_some_and(|k| k.contains(person)) {
                    continue;
                }
                if self.count == self.most {
                    self.complete = false;
                    return;
                }
                self.count += 1;
                self.people_on.entry(resource).or_default().insert(*person);
            }
        }
    }

    /// Those who act as these members: users and service accounts, through groups, whole domains and
    /// the public too.
    fn people(&mut self, members: impl IntoIterator<Item = PrincipalId>) -> BTreeSet<PrincipalId> {
        let snapshot = self.snapshot;
        let mut people = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut queue: Vec<PrincipalId> = members.into_iter().collect();
        while let Some(id) = queue.pop() {
            let Some(principal) = snapshot.principal(id).filter(|_| seen.insert(id)) else {
                continue;
            };
            if principal.is_everybody() {
                let everybody = self.read(snapshot.principals()).into_iter();
                let matched = everybody
                    .filter(|(_, p)| p.is_actor())
                    .map(|(who, _)| who)
                    .filter(|who| snapshot.closure(*who).binary_search(&id).is_ok());
                people.extend(matched.take(self.most + 1));
            } else if principal.is_actor() && principal.status() != Status::Deleted {
                people.insert(id);
            }
            queue.extend(principal.members());
            if people.len() > self.most {
                self.complete = false;
                break;
            }
        }
        people
    }
}

/// Accounts and jobs of an environment, or principals whom a whole domain may match, that are read to
/// find those concerned.
const MOST_READ: usize = 10_000;
