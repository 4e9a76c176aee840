//! A change set in the making, over a snapshot that already shows it.

use crate::authz::Snapshot;
use crate::domain::change::ChangeLog;
use crate::domain::principal::external;
use crate::domain::{
    Account, ChangeSet, Counters, Environment, EnvironmentId, Key, Login, Principal, PrincipalId,
    Record, Resource, ResourceId,
};

/// Collects record changes. What was put is visible at once in [`Draft::now`].
#[derive(Debug, Clone)]
pub struct Draft {
    before: Snapshot,
    now: Snapshot,
    log: ChangeLog,
}

impl Draft {
    /// Nothing changed yet.
    pub fn new(snapshot: &Snapshot) -> Self {
        Self {
            before: snapshot.clone(),
            now: snapshot.clone(),
            log: ChangeLog::default(),
        }
    }

    /// The state that the changes start from.
    pub const fn before(&self) -> &Snapshot {
        &self.before
    }

    /// The state with the changes so far.
    pub const fn now(&self) -> &Snapshot {
        &self.now
    }

    /// The change set, and the state that it leads to.
    pub fn finish(self) -> (ChangeSet, Snapshot) {
        (self.log.into_changes(), self.now)
    }

    /// The records changed so far, with their values before.
    pub fn changes(&self) -> ChangeSet {
        self.log.clone().into_changes()
    }

    /// Puts a record in place, or takes it out.
    pub fn put(&mut self, key: Key, record: Option<Record>) {
        let before = self.now.record(&key);
        self.now.put(&key, record.clone());
        self.log.note(key, before, record);
    }

    // --- principals -------------------------------------------------------------------------

    /// The principal that a reference names; one that nobody answers to joins as external, or as a
    /// text that never matches.
    ///
    /// # Errors
    /// When the text has not the form of a principal.
    pub fn principal(&mut self, reference: &str) -> Result<PrincipalId, String> {
        match self.now.find_principal(reference) {
            Some(id) => Ok(id),
            None => Ok(self.add_principal(external(reference)?)),
        }
    }

    /// Adds a principal under a new number. One that bindings already name as external takes over
    /// that number, and with it what was granted to the name.
    pub fn add_principal(&mut self, principal: Principal) -> PrincipalId {
        let named = self.now.find_principal(&principal.name_key());
        let external = named.filter(|id| {
            self.now.principal(*id).is_some_and(|p| !p.is_known()) && *id >= PrincipalId::FIRST
        });
        let id = external.unwrap_or_else(|| {
            let id = PrincipalId(self.now.counters().principal);
            self.count(|c| c.principal = c.principal.saturating_add(1));
            id
        });
        self.put(Key::Principal(id), Some(Record::Principal(principal)));
        id
    }

    /// Changes a principal in place.
    pub fn edit_principal(&mut self, id: PrincipalId, edit: impl FnOnce(&mut Principal)) {
        if let Some(Record::Principal(mut principal)) = self.now.record(&Key::Principal(id)) {
            edit(&mut principal);
            self.put(Key::Principal(id), Some(Record::Principal(principal)));
        }
    }

    // --- environments -----------------------------------------------------------------------

    /// Adds an environment under a new number.
    pub fn add_environment(&mut self, environment: Environment) -> EnvironmentId {
        let id = EnvironmentId(self.now.counters().environment);
        self.count(|c| c.environment = c.environment.saturating_add(1));
        self.put(Key::Environment(id), Some(Record::Environment(environment)));
        id
    }

    /// Changes an environment in place.
    pub fn edit_environment(&mut self, id: EnvironmentId, edit: impl FnOnce(&mut Environment)) {
        if let Some(Record::Environment(mut environment)) = self.now.record(&Key::Environment(id)) {
            edit(&mut environment);
            self.put(Key::Environment(id), Some(Record::Environment(environment)));
        }
    }

    /// Changes what a principal is in an environment; a missing account begins empty.
    pub fn edit_account(
        &mut self,
        environment: EnvironmentId,
        id: PrincipalId,
        edit: impl FnOnce(&mut Account),
    ) {
        let key = Key::Account(environment, id);
        let mut account = match self.now.record(&key) {
            Some(Record::Account(account)) => account,
            _ => Account::default(),
        };
        edit(&mut account);
        self.put(key, Some(Record::Account(account)));
    }

    // --- resources --------------------------------------------------------------------------

    /// Adds a resource under a new number.
    pub fn add_resource(&mut self, resource: Resource) -> ResourceId {
        let id = ResourceId(self.now.counters().resource);
        self.count(|c| c.resource = c.resource.saturating_add(1));
        self.put(
            Key::Resource(resource.environment, id),
            Some(Record::Resource(resource)),
        );
        id
    }

    /// Changes a resource in place.
    pub fn edit_resource(&mut self, id: ResourceId, edit: impl FnOnce(&mut Resource)) {
        if let Some(mut resource) = self.now.resource(id).cloned() {
            edit(&mut resource);
            let key = Key::Resource(resource.environment, id);
            self.put(key, Some(Record::Resource(resource)));
        }
    }

    /// Takes a resource out.
    pub fn remove_resource(&mut self, id: ResourceId) {
        if let Some(environment) = self.now.resource(id).map(|r| r.environment) {
            self.put(Key::Resource(environment, id), None);
        }
    }

    // --- logins -----------------------------------------------------------------------------

    /// Maps an operating-system account, or unmaps it.
    pub fn set_login(&mut self, account: &str, login: Option<Login>) {
        self.put(Key::Login(account.to_owned()), login.map(Record::Login));
    }

    fn count(&mut self, step: impl FnOnce(&mut Counters)) {
        let mut counters = self.now.counters();
        step(&mut counters);
        self.put(Key::Counters, Some(Record::Counters(counters)));
    }
}
