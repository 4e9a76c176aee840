//! Records, keys and change sets: the single idea behind preview, journal, undo and refresh.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::environment::{Account, Environment};
use super::ids::{EnvironmentId, PrincipalId, ResourceId};
use super::principal::Principal;
use super::resource::Resource;

/// The name of a record. Ordered so that one environment's records lie together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Key {
    /// The numbers to give out next.
    Counters,
    /// Whom an operating-system account signs in as.
    Login(String),
    /// A principal.
    Principal(PrincipalId),
    /// An environment.
    Environment(EnvironmentId),
    /// What a principal is in an environment.
    Account(EnvironmentId, PrincipalId),
    /// A resource.
    Resource(EnvironmentId, ResourceId),
}

/// Whatever is stored under a [`Key`]; the variants correspond.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Record {
    /// For [`Key::Counters`].
    Counters(Counters),
    /// For [`Key::Login`].
    Login(Login),
    /// For [`Key::Principal`].
    Principal(Principal),
    /// For [`Key::Environment`].
    Environment(Environment),
    /// For [`Key::Account`].
    Account(Account),
    /// For [`Key::Resource`].
    Resource(Resource),
}

/// The numbers to give out next. They only grow, also through undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// For the next principal.
    pub principal: u32,
    /// For the next environment.
    pub environment: u32,
    /// For the next resource.
    pub resource: u32,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            principal: PrincipalId::FIRST.0,
            environment: 0,
            resource: 0,
        }
    }
}

/// Whom an operating-system account signs in as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The directory user; a store administrator needs none.
    pub user: Option<PrincipalId>,
    /// Whether they manage directory, environments, logins, import and restore.
    pub store_administrator: bool,
}

/// One record before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Which record.
    pub key: Key,
    /// As it was; `None` when it did not exist.
    pub before: Option<Record>,
    /// As it becomes; `None` when it goes.
    pub after: Option<Record>,
}

/// What a commit changes, one entry a key, in order of keys.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ChangeSet(pub Vec<Change>);

impl ChangeSet {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many records change.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The changes that take these back. Numbers once given out stay given out.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self(
            self.0
                .iter()
                .filter(|c| c.key != Key::Counters)
                .map(|c| Change {
                    key: c.key.clone(),
                    before: c.after.clone(),
                    after: c.before.clone(),
                })
                .collect(),
        )
    }
}

/// Collects changes; several to one record become one, and one that changes nothing disappears.
#[derive(Debug, Clone, Default)]
pub struct ChangeLog(BTreeMap<Key, (Option<Record>, Option<Record>)>);

impl ChangeLog {
    /// Notes that a record goes from `before` to `after`.
    pub fn note(&mut self, key: Key, before: Option<Record>, after: Option<Record>) {
        let (_, end) = self.0.entry(key).or_insert((before, None));
        *end = after;
    }

    /// The change set so far.
    pub fn into_changes(self) -> ChangeSet {
        let changed = self
            .0
            .into_iter()
            .filter(|(_, (before, after))| before != after);
        ChangeSet(
            changed
                .map(|(key, (before, after))| Change { key, before, after })
                .collect(),
        )
    }
}
