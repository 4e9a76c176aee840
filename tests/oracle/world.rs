//! A world: nothing but records, and questions about it.

use std::collections::BTreeMap;

use deedbox::authz::snapshot::{Builder, Files, Things, compiled};
use deedbox::authz::{ActionId, Request, Snapshot};
use deedbox::domain::{
    Account, Action, Counters, Environment, EnvironmentId, Key, Platform, Principal, PrincipalId,
    Record, Resource, ResourceId, Revision, Target, Timestamp,
};

use super::rng::Rng;

/// Records by key; the simplest form of everything that decisions depend on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct World(pub BTreeMap<Key, Record>);

/// One question, with the action still in words.
#[derive(Debug, Clone)]
pub struct Question {
    /// Who asks.
    pub who: PrincipalId,
    /// What for.
    pub action: Action,
    /// On what.
    pub target: Target,
    /// When.
    pub at: Timestamp,
    /// The model that a Google job predicts with.
    pub model: Option<Target>,
    /// The caller's address.
    pub address: Option<&'static str>,
}

impl World {
    pub fn principal(&self, id: PrincipalId) -> Option<&Principal> {
        match self.0.get(&Key::Principal(id)) {
            Some(Record::Principal(p)) => Some(p),
            _ => None,
        }
    }

    pub fn principals(&self) -> impl Iterator<Item = (PrincipalId, &Principal)> {
        self.0.iter().filter_map(|(k, r)| match (k, r) {
            (Key::Principal(id), Record::Principal(p)) => Some((*id, p)),
            _ => None,
        })
    }

    pub fn environment(&self, id: EnvironmentId) -> Option<&Environment> {
        match self.0.get(&Key::Environment(id)) {
            Some(Record::Environment(e)) => Some(e),
            _ => None,
        }
    }

    pub fn environments(&self) -> impl Iterator<Item = (EnvironmentId, &Environment)> {
        self.0.iter().filter_map(|(k, r)| match (k, r) {
            (Key::Environment(id), Record::Environment(e)) => Some((*id, e)),
            _ => None,
        })
    }

    pub fn account(&self, environment: EnvironmentId, id: PrincipalId) -> Option<&Account> {
        match self.0.get(&Key::Account(environment, id)) {
            Some(Record::Account(a)) => Some(a),
            _ => None,
        }
    }

    pub fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.resources().find(|(i, _)| *i == id).map(|(_, r)| r)
    }

    pub fn resources(&self) -> impl Iterator<Item = (ResourceId, &Resource)> {
        self.0.iter().filter_map(|(k, r)| match (k, r) {
            (Key::Resource(_, id), Record::Resource(r)) => Some((*id, r)),
            _ => None,
        })
    }

    /// The environment that a target lies in, if all of it exists.
    pub fn environment_of(&self, target: Target) -> Option<(EnvironmentId, &Environment)> {
        let id = match target {
            Target::Environment(id) => id,
            _ => self.resource(target.resource()?)?.environment,
        };
        Some((id, self.environment(id)?))
    }

    pub fn put_principal(&mut self, id: PrincipalId, principal: Principal) {
        self.0
            .insert(Key::Principal(id), Record::Principal(principal));
    }

    pub fn put_environment(&mut self, id: EnvironmentId, environment: Environment) {
        self.0
            .insert(Key::Environment(id), Record::Environment(environment));
    }

    pub fn put_resource(&mut self, id: ResourceId, resource: Resource) {
        self.0.insert(
            Key::Resource(resource.environment, id),
            Record::Resource(resource),
        );
    }

    pub fn put_account(&mut self, place: EnvironmentId, id: PrincipalId, account: Account) {
        self.0
            .insert(Key::Account(place, id), Record::Account(account));
    }

    /// Numbers beyond all that were given out.
    pub fn counters(&self) -> Counters {
        let mut counters = Counters::default();
        for key in self.0.keys() {
            match key {
                Key::Principal(id) => counters.principal = counters.principal.max(id.0 + 1),
                Key::Environment(id) => counters.environment = counters.environment.max(id.0 + 1),
                Key::Resource(_, id) => counters.resource = counters.resource.max(id.0 + 1),
                Key::Counters | Key::Login(_) | Key::Account(..) => {}
            }
        }
        counters
    }

    /// The snapshot of these records, put in their own order.
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        snapshot.put(&Key::Counters, Some(Record::Counters(self.counters())));
        for (key, record) in &self.0 {
            snapshot.put(key, Some(record.clone()));
        }
        snapshot
    }

    /// The same, all records at once, as a store is opened; principals and resources last, the newest
    /// of them first.
    pub fn opened(&self) -> Snapshot {
        let mut builder = Builder::new();
        builder.put(&Key::Counters, Record::Counters(self.counters()));
        let late = |key: &Key| matches!(key, Key::Principal(_) | Key::Resource(..));
        let (last, first): (Vec<_>, Vec<_>) = self.0.iter().partition(|(key, _)| late(key));
        for (key, record) in first.into_iter().chain(last.into_iter().rev()) {
            builder.put(key, record.clone());
        }
        builder.finish(Revision::default())
    }

    /// The same, read back from the bytes that a store keeps of it.
    pub fn read_back(&self) -> Snapshot {
        let snapshot = self.opened();
        let pieces: [Vec<u8>; compiled::PIECES] = std::array::from_fn(|piece| {
            let mut bytes = Vec::new();
            let mut take = |more: &[u8]| {
                bytes.extend_from_slice(more);
                true
            };
            snapshot.write_down(piece, &mut take).unwrap();
            bytes
        });
        let [few, postings, closures, rows, lengths, names, records] = pieces;
        let things = || Things::read(Files([rows, lengths, names, records]));
        let rest = Files([few, postings, closures]);
        Snapshot::restore(&rest, Revision::default(), things).unwrap()
    }

    /// The same, put in any order in which environments come before what lies in them, some
    /// records after having been something else.
    pub fn shuffled_snapshot(&self, rng: &mut Rng) -> Snapshot {
        let mut snapshot = Snapshot::default();
        let mut keys: Vec<&Key> = self.0.keys().collect();
        rng.shuffle(&mut keys);
        keys.sort_by_key(|k| matches!(k, Key::Resource(..)));
        for key in keys.iter().filter(|_| rng.chance(30)) {
            let other = match &self.0[*key] {
                Record::Principal(_) => Record::Principal(Principal::user("draft@acme.test", "")),
                Record::Environment(e) => {
                    let mut e = e.clone();
                    e.policy.bindings.clear();
                    e.roles.clear();
                    Record::Environment(e)
                }
                Record::Account(_) => Record::Account(Account::default()),
                Record::Resource(r) => {
                    let mut r = r.clone();
                    r.policy.bindings.reverse();
                    r.policy.bindings.pop();
                    r.owner = None;
                    Record::Resource(r)
                }
                other => other.clone(),
            };
            snapshot.put(key, Some(other));
        }
        for key in keys {
            snapshot.put(key, Some(self.0[key].clone()));
        }
        snapshot.put(&Key::Counters, Some(Record::Counters(self.counters())));
        snapshot
    }

    /// Everybody who can act, and somebody who is not signed in.
    pub fn actors(&self) -> Vec<PrincipalId> {
        let mut actors: Vec<PrincipalId> = self
            .principals()
            .filter(|(_, p)| p.is_actor())
            .map(|(id, _)| id)
            .collect();
        actors.push(PrincipalId::ANONYMOUS);
        actors
    }
}

impl Question {
    /// The question as the core takes it; `None` when the platform does not know the word.
    pub fn request(&self, platform: Platform) -> Option<Request<'_>> {
        let action = ActionId::resolve(platform, &self.action).ok()?;
        let mut request = Request::new(self.who, action, self.target, self.at);
        request.model = self.model;
        request.address = self.address;
        Some(request)
    }
}
