//! A small snapshot, cut out of a large one, that decides about a few people and resources just as
//! the large one does.
//!
//! A decision reads the principal and everything it counts through, the record asked about with what
//! decides for it (its model group, its environment), its owner, and accounts: nothing else. Putting
//! a changed record into a snapshot costs what hangs on it, which for a group or an environment can
//! be a hundred thousand others; in a cutout it is a handful. So remedies are searched for and counted
//! here, and only then written for the whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Binding, Body, Environment, EnvironmentId, GroupLink, Key, Model, Policy, Principal,
    PrincipalId, PrincipalKind, Record, Resource, ResourceId, Specifics, Target,
};

use super::super::request::Request;
use super::super::snapshot::Snapshot;
use super::names::Names;

/// A small snapshot and what its numbers stand for.
#[derive(Debug, Clone)]
pub(super) struct Cutout<'a> {
    whole: &'a Snapshot,
    small: Snapshot,
    names: Names,
    /// Those who were asked for, and all that they count through.
    of: BTreeSet<PrincipalId>,
}

impl<'a> Cutout<'a> {
    /// Cuts out some principals with all that they count through.
    pub(super) fn of(
        whole: &'a Snapshot,
        principals: impl IntoIterator<Item = PrincipalId>,
    ) -> Self {
        let mut cutout = Self {
            whole,
            small: Snapshot::default(),
            names: Names::default(),
            of: BTreeSet::new(),
        };
        let of: BTreeSet<PrincipalId> = principals
            .into_iter()
            .flat_map(|id| {
                whole
                    .closure(id)
                    .iter()
                    .copied()
                    .chain([id])
                    .collect::<Vec<_>>()
            })
            .collect();
        // In the same order as in the whole, so that routes come in the same order too.
        for id in &of {
            cutout.names.number(*id);
        }
        // A membership or a domain that is there first costs less than one that comes later.
        let first = |id: &&PrincipalId| {
            let is_group = whole
                .principal(**id)
                .is_some_and(|p| p.is_group() || p.is_everybody());
            !is_group
        };
        let mut kept: Vec<&PrincipalId> = of.iter().collect();
        kept.sort_by_key(first);
        let members = cutout.members();
        for id in kept.into_iter().filter(|id| **id >= PrincipalId::FIRST) {
            cutout.put_principal(*id, members.get(id).map_or(&[][..], Vec::as_slice));
        }
        cutout.of = of;
        cutout
    }

    /// Whether decisions about a principal are those of the whole.
    pub(super) fn is_of(&self, id: PrincipalId) -> bool {
        self.of.contains(&id)
    }

    /// The small snapshot.
    pub(super) const fn snapshot(&self) -> &Snapshot {
        &self.small
    }

    /// From the numbers of the whole to the small ones.
    pub(super) const fn names(&self) -> &Names {
        &self.names
    }

    /// What a request asks, under the small numbers. Adds what it is about.
    pub(super) fn request<'r>(&mut self, request: &Request<'r>) -> Option<Request<'r>> {
        self.add(request.target);
        let model = match request.model {
            Some(model) => {
                self.add(model);
                Some(self.names.target(model)?)
            }
            None => None,
        };
        Some(Request {
            principal: self.names.principal(request.principal)?,
            target: self.names.target(request.target)?,
            model,
            ..*request
        })
    }

    /// Adds a resource, with its environment, its owner and what decides for it, or an environment
    /// alone. What was added before stays as it is.
    pub(super) fn add(&mut self, target: Target) {
        match (target, target.resource()) {
            (Target::Environment(id), _) => self.add_environment(id),
            (_, Some(id)) => {
                self.add_resource(id);
            }
            (_, None) => {}
        }
    }

    // --- principals -------------------------------------------------------------------------

    /// Direct members among those kept, by group.
    fn members(&self) -> BTreeMap<PrincipalId, Vec<PrincipalId>> {
        let mut members: BTreeMap<PrincipalId, Vec<PrincipalId>> = BTreeMap::new();
        for (id, small) in &self.names.principals {
            for group in self.whole.groups_of(*id) {
                members.entry(group).or_default().push(*small);
            }
        }
        members
    }

    fn put_principal(&mut self, id: PrincipalId, members: &[PrincipalId]) {
        let Some(principal) = self.whole.principal(id) else {
            return;
        };
        let record = Record::Principal(Principal {
            id: principal.id.clone(),
            name: String::new(),
            uid: principal.uid.clone(),
            kind: kind(&principal.kind, members),
        });
        let key = Key::Principal(self.names.number(id));
        self.small.put(&key, Some(record));
    }

    /// Somebody whose standing matters, but who is not asked about: the owner of a resource.
    fn add_bystander(&mut self, id: PrincipalId) -> PrincipalId {
        if self.names.principal(id).is_none() {
            self.names.number(id);
            self.put_principal(id, &[]);
            for environment in self.names.environments.keys().copied().collect::<Vec<_>>() {
                self.put_account(environment, id);
            }
        }
        self.names.number(id)
    }

    // --- environments -----------------------------------------------------------------------

    /// Adds an environment with the accounts of those who are there.
    fn add_environment(&mut self, id: EnvironmentId) {
        if self.names.environments.contains_key(&id) {
            return;
        }
        let next = EnvironmentId(u32::try_from(self.names.environments.len()).unwrap_or(u32::MAX));
        self.names.environments.insert(id, next);
        let Some(place) = self.whole.place(id) else {
            return;
        };
        let record = Record::Environment(self.environment_record(&place.environment));
        self.small.put(&Key::Environment(next), Some(record));
        for principal in self.names.principals.keys().copied().collect::<Vec<_>>() {
            self.put_account(id, principal);
        }
    }

    fn put_account(&mut self, environment: EnvironmentId, id: PrincipalId) {
        let account = self.whole.account(environment, id);
        let place = self.names.environment(environment);
        if let (Some(account), Some(place), Some(who)) = (account, place, self.names.principal(id))
        {
            let record = Record::Account((**account).clone());
            self.small.put(&Key::Account(place, who), Some(record));
        }
    }

    fn environment_record(&self, whole: &Environment) -> Environment {
        let mut specifics = match &whole.specifics {
            Specifics::Google { edition, inherited } => Specifics::Google {
                edition: *edition,
                inherited: self.bindings(inherited),
            },
            other => other.clone(),
        };
        if let Specifics::OpenSearch { settings, .. } = &mut specifics {
            let certified = settings.super_administrators.iter();
            settings.super_administrators = certified
                .filter_map(|id| self.names.principal(*id))
                .collect();
        }
        Environment {
            id: whole.id.clone(),
            name: String::new(),
            specifics,
            policy: self.policy(&whole.policy),
            roles: whole.roles.clone(),
        }
    }

    // --- policies ---------------------------------------------------------------------------

    fn policy(&self, whole: &Policy) -> Policy {
        Policy {
            bindings: self.bindings(&whole.bindings),
            ..Policy::default()
        }
    }

    /// Bindings with the members that are kept.
    fn bindings(&self, whole: &[Binding]) -> Vec<Binding> {
        let kept = |binding: &Binding| {
            let members = binding.members.iter();
            let members: Vec<PrincipalId> =
                members.filter_map(|id| self.names.principal(*id)).collect();
            (!members.is_empty()).then(|| Binding {
                role: binding.role.clone(),
                members,
                condition: binding.condition.clone(),
                reason: binding.reason.clone(),
            })
        };
        whole.iter().filter_map(kept).collect()
    }

    // --- resources --------------------------------------------------------------------------

    fn add_resource(&mut self, id: ResourceId) -> ResourceId {
        if let Some(known) = self.names.resource(id) {
            return known;
        }
        let next = ResourceId(u32::try_from(self.names.resources.len()).unwrap_or(u32::MAX));
        self.names.resources.insert(id, next);
        let whole = self.whole;
        let Some(resource) = whole.resource(id) else {
            return next;
        };
        self.add_environment(resource.environment);
        let Some(environment) = self.names.environment(resource.environment) else {
            return next;
        };
        let owner = resource.owner.map(|owner| self.add_bystander(owner));
        let record = Record::Resource(Resource {
            environment,
            id: resource.id.clone(),
            name: String::new(),
            description: None,
            owner,
            policy: self.policy(&resource.policy),
            body: self.body(&resource.body),
        });
        self.small
            .put(&Key::Resource(environment, next), Some(record));
        // Whether a group holds models at all decides who may delete it.
        if let Some(model) = whole.models_in(id).next() {
            self.add_resource(model);
        }
        next
    }

    fn body(&mut self, whole: &Body) -> Body {
        match whole {
            Body::Model(model) => {
                let mut model: Model = model.clone();
                if let Some(GroupLink::Known(group)) = &mut model.group {
                    *group = self.add_resource(*group);
                }
                if let Some(container) = &mut model.container {
                    container.owner = self.add_bystander(container.owner);
                }
                Body::Model(model)
            }
            Body::Job { model, state } => Body::Job {
                model: model.map(|id| self.add_resource(id)),
                state: state.clone(),
            },
            Body::Operation { state, .. } => Body::Operation {
                model: None,
                state: state.clone(),
            },
            other => other.clone(),
        }
    }
}

/// What a principal is, with other members; who leads a user decides nothing.
fn kind(whole: &PrincipalKind, members: &[PrincipalId]) -> PrincipalKind {
    match whole {
        PrincipalKind::User { status, .. } => PrincipalKind::User {
            status: *status,
            manager: None,
        },
        PrincipalKind::Group { kind, deleted, .. } => PrincipalKind::Group {
            kind: *kind,
            members: members.to_vec(),
            deleted: *deleted,
        },
        other => other.clone(),
    }
}
