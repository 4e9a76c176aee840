//! Worlds of any size out of a seed: for demonstrations, benchmarks, and trying things out.
//!
//! All four platforms in realistic shares, people in nested groups, models with owners and shares,
//! some of which end. The same recipe always makes the same store, down to the last hash.

mod people;
mod places;
mod random;
mod things;
mod words;

use std::path::Path;

use crate::authz::snapshot::Builder;
use crate::domain::{
    Author, Change, ChangeSet, Counters, Key, Login, PrincipalId, Record, ResourceId, Stamp,
    Timestamp,
};
use crate::store::{Aside, PART, StoreError, part_of};

use super::open::Registry;
use people::People;
use places::Place;

/// When every generated store was made: 2026-01-01.
const MADE: Timestamp = Timestamp(1_767_225_600);

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipe {
    /// Models.
    pub models: u32,
    /// People and programs.
    pub users: u32,
    /// Groups of them.
    pub groups: u32,
    /// Environments.
    pub environments: u32,
    /// Another number makes another world.
    pub seed: u64,
}

impl Recipe {
    /// As many people, groups and environments as go with so many models.
    pub fn new(models: u32, seed: u64) -> Self {
        Self {
            models,
            users: (models / 10).max(20),
            groups: (models / 100).max(8),
            environments: (models / 25_000).clamp(4, 200),
            seed,
        }
    }

    /// How many records it makes: counters, a login, principals, environments, accounts, resources.
    pub fn records(&self) -> u64 {
        World::new(self).count()
    }
}

/// What was made.
#[derive(Debug)]
pub struct Generated {
    /// The open store.
    pub registry: Registry,
    /// Whom the account that made it signs in as.
    pub user: PrincipalId,
    /// How many records.
    pub records: u64,
    /// How many grants on resources, owners not counted.
    pub shares: u64,
}

/// Makes a store in a directory that is empty or does not exist; the account becomes its store
/// administrator and signs in as its first person. Built aside: interrupted, there is none. Hears
/// how many records were written, and stops where `go_on` says no.
///
/// # Errors
/// When there is something already, when it can't be written, or after a no.
pub fn generate(
    directory: &Path,
    recipe: &Recipe,
    account: &str,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Generated, StoreError> {
    let mut aside = Aside::begin(directory)?;
    let world = World::new(recipe);
    let (all, stamp) = (world.count(), world.stamp(account));
    let count = usize::try_from(all).unwrap_or(usize::MAX).div_ceil(PART);
    let mut records = world.records(account);
    let (mut builder, mut written, mut shares) = (Builder::new(), 0u64, 0u64);
    for number in 1..=count {
        let mut changes = Vec::with_capacity(PART);
        for (key, record) in records.by_ref().take(PART) {
            if let Record::Resource(resource) = &record {
                shares += resource.policy.grants().count() as u64;
            }
            builder.put(&key, record.clone());
            changes.push(Change {
                key,
                before: None,
                after: Some(record),
            });
        }
        written += changes.len() as u64;
        aside.commit(part_of(&stamp, number, count), ChangeSet(changes))?;
        if !go_on(written) {
            return Err(StoreError::Cancelled);
        }
    }
    let store = aside.finish()?;
    let registry = Registry::filled(store, builder);
    // Without it the next opening takes longer, that is all.
    let _ = registry.compile();
    Ok(Generated {
        registry,
        user: People::user(0),
        records: written,
        shares,
    })
}

struct World<'a> {
    recipe: &'a Recipe,
    people: People,
    places: Vec<Place>,
}

impl<'a> World<'a> {
    fn new(recipe: &'a Recipe) -> Self {
        Self {
            recipe,
            people: People::new(recipe),
            places: places::places(recipe),
        }
    }

    fn count(&self) -> u64 {
        let accounts = |place: &Place| place.accounts(self.recipe, &self.people).len() as u64;
        let accounts: u64 = self.places.iter().map(accounts).sum();
        let principals = u64::from(self.people.end() - PrincipalId::FIRST.0);
        let resources = u64::from(self.places.last().map_or(0, Place::end));
        2 + principals + self.places.len() as u64 + accounts + resources
    }

    fn stamp(&self, account: &str) -> Stamp {
        let Recipe {
            models,
            users,
            groups,
            environments,
            seed,
        } = *self.recipe;
        let arguments = serde_json::json!({ "generate": {
            "models": models, "users": users, "groups": groups,
            "environments": environments, "seed": seed,
        } });
        Stamp {
            time: MADE,
            author: Author {
                account: account.to_owned(),
                actor: format!("account:{account}"),
                principal: None,
                on_behalf_by: None,
            },
            intent: "import".into(),
            arguments: arguments.to_string(),
            summary: format!("generate {models} models from seed {seed}"),
            reason: None,
            effect: String::new(),
            undoes: None,
        }
    }

    /// Every record, in order of keys.
    fn records(&self, account: &str) -> impl Iterator<Item = (Key, Record)> + '_ {
        let counters = Counters {
            principal: self.people.end(),
            environment: self.recipe.environments.max(1),
            resource: self.places.last().map_or(0, Place::end),
        };
        let login = Login {
            user: Some(People::user(0)),
            store_administrator: true,
        };
        let first = [
            (Key::Counters, Record::Counters(counters)),
            (Key::Login(account.to_owned()), Record::Login(login)),
        ];
        let people = self.people.all();
        let people = people.map(|(id, p)| (Key::Principal(id), Record::Principal(p)));
        let environments = self.places.iter().map(|place| {
            let environment = place.environment(self.recipe, &self.people);
            (
                Key::Environment(place.number),
                Record::Environment(environment),
            )
        });
        let accounts = self.places.iter().flat_map(|place| {
            let accounts = place.accounts(self.recipe, &self.people).into_iter();
            accounts.map(|(id, a)| (Key::Account(place.number, id), Record::Account(a)))
        });
        let resources = self.places.iter().flat_map(|place| {
            (place.first..place.end()).map(|number| {
                let resource = place.resource(self.recipe, &self.people, number - place.first);
                (
                    Key::Resource(place.number, ResourceId(number)),
                    Record::Resource(resource),
                )
            })
        });
        first
            .into_iter()
            .chain(people)
            .chain(environments)
            .chain(accounts)
            .chain(resources)
    }
}
