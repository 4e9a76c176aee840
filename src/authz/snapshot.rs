//! The whole state at one revision, immutable once published, cheap to clone and to step forward.

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::{HashMap, OrdMap, OrdSet, Vector};

use crate::domain::principal::{external, fold_reference};
use crate::domain::{
    Account, ChangeSet, Counters, Environment, EnvironmentId, Key, Login, Model, Policy, Principal,
    PrincipalId, Record, Resource, ResourceId, ResourceKind, Revision, Target,
};

use super::directory::Directory;
use super::place::{Place, Row};

/// Everything that decisions depend on. Readers share it; a commit makes the next one by
/// [`Snapshot::apply`] on a clone, which costs what the change costs.
#[derive(Debug, Clone)]
pub struct Snapshot {
    revision: Revision,
    counters: Counters,
    logins: OrdMap<String, Login>,
    directory: Directory,
    environments: Vector<Option<Arc<Place>>>,
    accounts: OrdMap<(EnvironmentId, PrincipalId), Arc<Account>>,
    resources: Vector<Option<Arc<Row>>>,
    names: HashMap<(EnvironmentId, ResourceKind, String), ResourceId>,
    environment_names: HashMap<String, EnvironmentId>,
    /// Resources of one kind in one environment.
    members: HashMap<(EnvironmentId, ResourceKind), OrdSet<ResourceId>>,
    /// Resources whose own policy or owner column names a principal.
    mentions: HashMap<PrincipalId, OrdSet<ResourceId>>,
    /// OpenSearch: the models in a group.
    grouped: HashMap<ResourceId, OrdSet<ResourceId>>,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            revision: Revision::default(),
            counters: Counters::default(),
            logins: OrdMap::new(),
            directory: Directory::new(),
            environments: Vector::new(),
            accounts: OrdMap::new(),
            resources: Vector::new(),
            names: HashMap::new(),
            environment_names: HashMap::new(),
            members: HashMap::new(),
            mentions: HashMap::new(),
            grouped: HashMap::new(),
        }
    }
}

impl Snapshot {
    /// The revision this is the state of.
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    /// The numbers to give out next.
    pub const fn counters(&self) -> Counters {
        self.counters
    }

    /// Whom operating-system accounts sign in as.
    pub const fn logins(&self) -> &OrdMap<String, Login> {
        &self.logins
    }

    // --- principals -------------------------------------------------------------------------

    /// A principal by number.
    pub fn principal(&self, id: PrincipalId) -> Option<&Arc<Principal>> {
        self.directory.get(id)
    }

    /// Every principal, in order of numbers.
    pub fn principals(&self) -> impl Iterator<Item = (PrincipalId, &Arc<Principal>)> {
        self.directory.iter()
    }

    /// The principal that a reference such as `user:alice@acme.test` names today.
    pub fn find_principal(&self, reference: &str) -> Option<PrincipalId> {
        self.directory.find(&fold_reference(reference))
    }

    /// This snapshot and the principal that a reference names; a name nobody knows joins as an
    /// external one, so that one can ask about it. The store is not touched.
    ///
    /// # Errors
    /// When the text has not the form of a principal.
    pub fn introduce(&self, reference: &str) -> Result<(Self, PrincipalId), String> {
        let mut next = self.clone();
        if let Some(id) = self.find_principal(reference) {
            return Ok((next, id));
        }
        let id = PrincipalId(self.counters.principal);
        next.directory.set(id, Some(external(reference)?));
        next.counters.principal = next.counters.principal.saturating_add(1);
        Ok((next, id))
    }

    /// Direct groups of a principal.
    pub fn groups_of(&self, id: PrincipalId) -> impl Iterator<Item = PrincipalId> + '_ {
        self.directory.parents(id)
    }

    /// The principal and everything it counts through, ascending.
    pub fn closure(&self, id: PrincipalId) -> Arc<[PrincipalId]> {
        self.directory.closure(id)
    }

    /// The groups on a shortest way from a principal up to one it counts through.
    pub fn path(&self, from: PrincipalId, to: PrincipalId) -> Vec<PrincipalId> {
        if from == to {
            Vec::new()
        } else {
            self.directory.path(from, to)
        }
    }

    /// Everybody who can act and counts as a member of a principal.
    pub fn actors_within(&self, id: PrincipalId) -> BTreeSet<PrincipalId> {
        self.directory.actors_within(id)
    }

    // --- environments -----------------------------------------------------------------------

    /// An environment by number.
    pub fn place(&self, id: EnvironmentId) -> Option<&Arc<Place>> {
        self.environments.get(id.index()).and_then(Option::as_ref)
    }

    /// Every environment, in order of numbers.
    pub fn places(&self) -> impl Iterator<Item = (EnvironmentId, &Arc<Place>)> {
        (0u32..)
            .zip(&self.environments)
            .filter_map(|(i, p)| Some((EnvironmentId(i), p.as_ref()?)))
    }

    /// An environment by id.
    pub fn find_environment(&self, id: &str) -> Option<EnvironmentId> {
        self.environment_names.get(id).copied()
    }

    /// What a principal is in an environment.
    pub fn account(&self, environment: EnvironmentId, id: PrincipalId) -> Option<&Arc<Account>> {
        self.accounts.get(&(environment, id))
    }

    /// Every account of an environment.
    pub fn accounts(
        &self,
        environment: EnvironmentId,
    ) -> impl Iterator<Item = (PrincipalId, &Arc<Account>)> {
        self.accounts
            .range((environment, PrincipalId(0))..=(environment, PrincipalId(u32::MAX)))
            .map(|((_, id), account)| (*id, account))
    }

    // --- resources --------------------------------------------------------------------------

    /// A resource by number, compiled.
    pub fn row(&self, id: ResourceId) -> Option<&Arc<Row>> {
        self.resources.get(id.index()).and_then(Option::as_ref)
    }

    /// A resource by number.
    pub fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.row(id).map(|row| &row.resource)
    }

    /// A resource by environment, kind and id.
    pub fn find_resource(
        &self,
        environment: EnvironmentId,
        kind: ResourceKind,
        id: &str,
    ) -> Option<ResourceId> {
        self.names.get(&(environment, kind, id.to_owned())).copied()
    }

    /// The resources of one kind in one environment, in order of numbers.
    pub fn resources_in(
        &self,
        environment: EnvironmentId,
        kind: ResourceKind,
    ) -> impl Iterator<Item = ResourceId> + '_ {
        self.members
            .get(&(environment, kind))
            .into_iter()
            .flatten()
            .copied()
    }

    /// The models in an OpenSearch group.
    pub fn models_in(&self, group: ResourceId) -> impl Iterator<Item = ResourceId> + '_ {
        self.grouped.get(&group).into_iter().flatten().copied()
    }

    /// The resources whose own policy, owner or container names a principal.
    pub fn mentions(&self, id: PrincipalId) -> impl Iterator<Item = ResourceId> + '_ {
        self.mentions.get(&id).into_iter().flatten().copied()
    }

    /// The environment that a target lies in.
    pub fn environment_of(&self, target: Target) -> Option<EnvironmentId> {
        match target {
            Target::Environment(id) => Some(id),
            _ => self.resource(target.resource()?).map(|r| r.environment),
        }
    }

    /// The policy of an environment, or of the resource that decides about a target.
    pub fn policy(&self, target: Target) -> Option<&Policy> {
        match target {
            Target::Environment(id) => self.place(id).map(|p| &p.environment.policy),
            _ => self.resource(target.resource()?).map(|r| &r.policy),
        }
    }

    // --- records ----------------------------------------------------------------------------

    /// The record under a key.
    pub fn record(&self, key: &Key) -> Option<Record> {
        match key {
            Key::Counters => {
                (self.counters != Counters::default()).then_some(Record::Counters(self.counters))
            }
            Key::Login(account) => self.logins.get(account).cloned().map(Record::Login),
            Key::Principal(id) if *id < PrincipalId::FIRST => None,
            Key::Principal(id) => self
                .principal(*id)
                .map(|p| Record::Principal((**p).clone())),
            Key::Environment(id) => self
                .place(*id)
                .map(|p| Record::Environment(p.environment.clone())),
            Key::Account(environment, id) => self
                .account(*environment, *id)
                .map(|a| Record::Account((**a).clone())),
            Key::Resource(_, id) => self.resource(*id).cloned().map(Record::Resource),
        }
    }

    /// Steps to another revision by a committed change set.
    pub fn apply(&mut self, revision: Revision, changes: &ChangeSet) {
        for change in &changes.0 {
            self.put(&change.key, change.after.clone());
        }
        self.revision = revision;
    }

    /// Puts one record in place, or takes it out; a record of the wrong kind for its key is ignored.
    pub fn put(&mut self, key: &Key, record: Option<Record>) {
        match (key, record) {
            (Key::Counters, Some(Record::Counters(counters))) => self.counters = counters,
            (Key::Login(account), Some(Record::Login(login))) => {
                self.logins.insert(account.clone(), login);
            }
            (Key::Login(account), None) => {
                self.logins.remove(account);
            }
            (Key::Principal(id), Some(Record::Principal(p))) => self.directory.set(*id, Some(p)),
            (Key::Principal(id), None) => self.directory.set(*id, None),
            (Key::Environment(id), Some(Record::Environment(e))) => {
                self.set_environment(*id, Some(e));
            }
            (Key::Environment(id), None) => self.set_environment(*id, None),
            (Key::Account(environment, id), Some(Record::Account(account))) => {
                self.accounts.insert((*environment, *id), Arc::new(account));
            }
            (Key::Account(environment, id), None) => {
                self.accounts.remove(&(*environment, *id));
            }
            (Key::Resource(_, id), Some(Record::Resource(r))) => self.set_resource(*id, Some(r)),
            (Key::Resource(_, id), None) => self.set_resource(*id, None),
            _ => {}
        }
    }

    fn set_environment(&mut self, id: EnvironmentId, environment: Option<Environment>) {
        if let Some(old) = self.place(id).cloned() {
            self.environment_names.remove(&old.environment.id);
        }
        while self.environments.len() <= id.index() {
            self.environments.push_back(None);
        }
        if let Some(new) = &environment {
            self.environment_names.insert(new.id.clone(), id);
        }
        let place = environment.map(|e| Arc::new(Place::new(e)));
        self.environments.set(id.index(), place);
        // Roles may mean something else now: compile what lies in the environment anew.
        for kind in <ResourceKind as strum::IntoEnumIterator>::iter() {
            for resource in self.resources_in(id, kind).collect::<Vec<_>>() {
                let record = self.resource(resource).cloned();
                self.set_resource(resource, record);
            }
        }
    }

    fn set_resource(&mut self, id: ResourceId, resource: Option<Resource>) {
        if let Some(old) = self.row(id).cloned() {
            self.unlink(id, &old.resource);
        }
        while self.resources.len() <= id.index() {
            self.resources.push_back(None);
        }
        let row = resource.and_then(|resource| {
            let place = self.place(resource.environment)?;
            Some(Arc::new(Row::new(resource, place)))
        });
        if let Some(row) = &row {
            self.link(id, &row.resource);
        }
        self.resources.set(id.index(), row);
    }

    fn link(&mut self, id: ResourceId, resource: &Resource) {
        let (environment, kind) = (resource.environment, resource.kind());
        self.names
            .insert((environment, kind, resource.id.clone()), id);
        self.members
            .entry((environment, kind))
            .or_default()
            .insert(id);
        for principal in mentioned(resource) {
            self.mentions.entry(principal).or_default().insert(id);
        }
        if let Some(group) = resource.model().and_then(Model::group_id) {
            self.grouped.entry(group).or_default().insert(id);
        }
    }

    fn unlink(&mut self, id: ResourceId, resource: &Resource) {
        let (environment, kind) = (resource.environment, resource.kind());
        self.names.remove(&(environment, kind, resource.id.clone()));
        if let Some(members) = self.members.get_mut(&(environment, kind)) {
            members.remove(&id);
        }
        for principal in mentioned(resource) {
            if let Some(mentions) = self.mentions.get_mut(&principal) {
                mentions.remove(&id);
            }
        }
        if let Some(group) = resource.model().and_then(Model::group_id)
            && let Some(models) = self.grouped.get_mut(&group)
        {
            models.remove(&id);
        }
    }
}

/// Principals that a resource's record names.
pub(super) fn mentioned(resource: &Resource) -> BTreeSet<PrincipalId> {
    let container = resource
        .model()
        .and_then(|m| m.container.as_ref())
        .map(|c| c.owner);
    let granted = resource.policy.grants().map(|(_, _, member)| member);
    granted.chain(resource.owner).chain(container).collect()
}
