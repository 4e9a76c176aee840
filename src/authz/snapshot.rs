//! The whole state at one revision, immutable once published, cheap to clone and to step forward.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::{OrdMap, Vector};
use rustc_hash::FxHashMap;
use strum::IntoEnumIterator as _;

use crate::domain::packed::Heading;
use crate::domain::principal::external;
use crate::domain::{
    Account, ChangeSet, Counters, Environment, EnvironmentId, Key, Login, Policy, Principal,
    PrincipalId, Record, Resource, ResourceId, ResourceKind, Revision, Target,
};

use super::index::directory::{Directory, Standing};
use super::index::ids::{Ids, merge};
use super::index::names::Names;
use super::index::place::{Place, Rights};
use super::index::postings::{Posting, Postings};
use super::index::records::Records;
use super::index::routes::Routes;
use super::index::row::Row;
use super::index::slab::Slab;
use super::platforms::opensearch;

mod build;
pub mod compiled;

pub use build::Builder;
pub use compiled::{Files, Things};

/// Everything that decisions depend on. Readers share it; a commit makes the next one by
/// [`Snapshot::apply`] on a clone, which costs what the change costs.
#[derive(Debug, Clone)]
pub struct Snapshot {
    revision: Revision,
    counters: Counters,
    logins: OrdMap<String, Login>,
    directory: Directory,
    environments: Vector<Option<Arc<Place>>>,
    environment_names: EnvironmentNames,
    accounts: OrdMap<(EnvironmentId, PrincipalId), Seated>,
    /// What checks read of resources, apart from the records so that it lies close together.
    rows: Slab<Option<Row>, 128>,
    records: Records,
    names: Names,
    postings: Postings,
}

/// Environments are few and seldom come or go: a snapshot that changes them copies the table.
type EnvironmentNames = Arc<FxHashMap<String, EnvironmentId>>;

/// An account, and what the roles that it always holds give.
#[derive(Debug, Clone)]
struct Seated {
    account: Arc<Account>,
    rights: Rights,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            revision: Revision::default(),
            counters: Counters::default(),
            logins: OrdMap::new(),
            directory: Directory::new(),
            environments: Vector::new(),
            environment_names: EnvironmentNames::default(),
            accounts: OrdMap::new(),
            rows: Slab::default(),
            records: Records::default(),
            names: Names::default(),
            postings: Postings::default(),
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
        self.directory.find(reference)
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
    pub fn closure(&self, id: PrincipalId) -> &[PrincipalId] {
        self.directory.closure(id).0
    }

    /// The closure of a principal, and whether it can act.
    pub(super) fn standing(&self, id: PrincipalId) -> (&[PrincipalId], Standing) {
        self.directory.closure(id)
    }

    /// The ways up from a principal through its groups.
    pub fn routes(&self, from: PrincipalId) -> Routes {
        self.directory.routes(from)
    }

    /// The groups on a shortest way from a principal up to one it counts through.
    pub fn path(&self, from: PrincipalId, to: PrincipalId) -> Vec<PrincipalId> {
        if from == to {
            Vec::new()
        } else {
            self.routes(from).to(to)
        }
    }

    /// Everybody who can act and counts as a member of a principal, in order of numbers.
    pub fn actors_within(&self, id: PrincipalId) -> Vec<PrincipalId> {
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
        self.accounts.get(&(environment, id)).map(|s| &s.account)
    }

    /// What the roles give that an OpenSearch account holds always, wherever a request comes from.
    pub(super) fn account_rights(
        &self,
        environment: EnvironmentId,
        id: PrincipalId,
    ) -> Option<&Rights> {
        self.accounts.get(&(environment, id)).map(|s| &s.rights)
    }

    /// Every account of an environment.
    pub fn accounts(
        &self,
        environment: EnvironmentId,
    ) -> impl Iterator<Item = (PrincipalId, &Arc<Account>)> {
        self.accounts
            .range((environment, PrincipalId(0))..=(environment, PrincipalId(u32::MAX)))
            .map(|((_, id), seated)| (*id, &seated.account))
    }

    // --- resources --------------------------------------------------------------------------

    /// What checks read of a resource.
    pub fn row(&self, id: ResourceId) -> Option<&Row> {
        self.rows.get(id.index())?.as_ref()
    }

    /// A resource by number. Whoever goes through many asks [`Self::read_resource`].
    pub fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.records.get(id.index())
    }

    /// A resource by number, for somebody who goes through many: the snapshot keeps most of them as
    /// bytes, and reading one this way leaves it so.
    pub fn read_resource(&self, id: ResourceId) -> Option<Cow<'_, Resource>> {
        self.records.read(id.index())
    }

    /// The name to show of a resource, and its id; for a search through all of them.
    pub fn resource_names(&self, id: ResourceId) -> Option<(&str, &str)> {
        let Heading { id, name, .. } = self.records.heading(id.index())?;
        Some((if name.is_empty() { id } else { name }, id))
    }

    /// A resource by environment, kind and id.
    pub fn find_resource(
        &self,
        environment: EnvironmentId,
        kind: ResourceKind,
        id: &str,
    ) -> Option<ResourceId> {
        let wanted = (environment, kind, id);
        let is = |number: u32| self.records.is(number as usize, wanted);
        self.names.find(wanted, is).map(ResourceId)
    }

    /// The resources under a posting.
    pub fn posting(&self, posting: Posting) -> Option<&Ids<ResourceId>> {
        self.postings.get(posting)
    }

    fn posted(&self, posting: Posting) -> impl Iterator<Item = ResourceId> + '_ {
        self.posting(posting).into_iter().flat_map(Ids::iter)
    }

    /// The resources of one kind in one environment, in order of numbers.
    pub fn resources_in(
        &self,
        environment: EnvironmentId,
        kind: ResourceKind,
    ) -> impl Iterator<Item = ResourceId> + '_ {
        let plain = self.posting(Posting::Kind(environment, kind));
        let grouped = self.posting(Posting::Grouped(environment));
        let grouped = grouped.filter(|_| kind == ResourceKind::Model);
        merge(plain.into_iter().chain(grouped).map(Ids::iter))
    }

    /// All resources of one environment, kind by kind.
    pub fn everything_in(
        &self,
        environment: EnvironmentId,
    ) -> impl Iterator<Item = ResourceId> + '_ {
        ResourceKind::iter().flat_map(move |kind| self.resources_in(environment, kind))
    }

    /// The models in an OpenSearch group.
    pub fn models_in(&self, group: ResourceId) -> impl Iterator<Item = ResourceId> + '_ {
        self.posted(Posting::InGroup(group))
    }

    /// The jobs and operations about a model.
    pub fn about(&self, model: ResourceId) -> impl Iterator<Item = ResourceId> + '_ {
        self.posted(Posting::About(model))
    }

    /// The resources whose own policy, owner or container names a principal.
    pub fn mentions(&self, id: PrincipalId) -> impl Iterator<Item = ResourceId> + '_ {
        let named = [Posting::Owner(id), Posting::Granted(id)];
        let named = named.into_iter().filter_map(|p| self.posting(p));
        merge(named.map(Ids::iter))
    }

    /// The environment that a target lies in.
    pub fn environment_of(&self, target: Target) -> Option<EnvironmentId> {
        match target {
            Target::Environment(id) => Some(id),
            _ => self.row(target.resource()?).map(|r| r.environment),
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
                .map(|p| Record::Environment((*p.environment).clone())),
            Key::Account(environment, id) => self
                .account(*environment, *id)
                .map(|a| Record::Account((**a).clone())),
            Key::Resource(_, id) => self
                .read_resource(*id)
                .map(|r| Record::Resource(r.into_owned())),
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
                self.set_account(*environment, *id, Arc::new(account));
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
        let before = self.place(id).cloned();
        let (old, new) = (
            before.as_ref().map(|p| &p.environment.id),
            environment.as_ref(),
        );
        if old != new.map(|e| &e.id) {
            let names = Arc::make_mut(&mut self.environment_names);
            old.map(|old| names.remove(old.as_str()));
            new.map(|new| names.insert(new.id.clone(), id));
        }
        while self.environments.len() <= id.index() {
            self.environments.push_back(None);
        }
        let place = environment.map(|e| Arc::new(Place::new(e, before.as_deref())));
        self.environments.set(id.index(), place);
        // Roles and mappings may mean something else now.
        let accounts: Vec<_> = self.accounts(id).map(|(p, a)| (p, a.clone())).collect();
        for (principal, account) in accounts {
            self.set_account(id, principal, account);
        }
    }

    fn set_account(&mut self, environment: EnvironmentId, id: PrincipalId, account: Arc<Account>) {
        let rights = self
            .place(environment)
            .map(|place| opensearch::standing_rights(place, &account))
            .unwrap_or_default();
        self.accounts
            .insert((environment, id), Seated { account, rights });
    }

    fn set_resource(&mut self, id: ResourceId, resource: Option<Resource>) {
        let before = self.read_resource(id).map(Cow::into_owned);
        let old = before.as_ref().map(Posting::of).unwrap_or_default();
        let new = resource.as_ref().map(Posting::of).unwrap_or_default();
        let row = resource.as_ref().and_then(|r| self.compile(r));
        self.rename(id, before.as_ref(), resource.as_ref());
        self.postings.moved(id, &old, &new);
        self.rows.set(id.index(), row);
        self.records.set(id.index(), resource);
    }

    fn rename(&mut self, id: ResourceId, before: Option<&Resource>, after: Option<&Resource>) {
        let (before, after) = (before.map(Heading::of), after.map(Heading::of));
        let (before, after) = (before.as_ref().map(named), after.as_ref().map(named));
        if before == after {
            return;
        }
        if let Some(before) = before {
            self.names.remove(before, id.0);
        }
        if let Some(after) = after {
            self.names.insert(after, id.0);
        }
    }

    fn compile(&mut self, resource: &Resource) -> Option<Row> {
        let id = resource.environment;
        if !self.place(id)?.knows(resource) {
            let place = self.environments.get_mut(id.index());
            Place::learn(place.and_then(Option::as_mut)?, resource);
        }
        Some(Row::new(resource, self.place(id)?))
    }
}

/// What a resource is looked up by.
const fn named<'a>(heading: &Heading<'a>) -> (EnvironmentId, ResourceKind, &'a str) {
    (heading.environment, heading.kind, heading.id)
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
