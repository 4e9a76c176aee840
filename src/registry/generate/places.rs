//! Environments: how many of which platform, who holds roles in them, and accounts.

use crate::domain::{
    Account, AiBuilderEdition, AiBuilderSettings, Binding, Environment, EnvironmentId,
    FabricEdition, GoogleEdition, OpenSearchEdition, OpenSearchSettings, Platform, Policy,
    PrincipalId, RoleMapping, Specifics,
};

use super::Recipe;
use super::people::{People, capital};
use super::random::Random;
use super::words::{DEPARTMENTS, REGIONS};

const PLACES: u64 = 3;
const ROLES: u64 = 4;
const ACCOUNTS: u64 = 5;
/// Of twenty environments, in an order in which few have all four platforms.
const SHARES: [Platform; 20] = {
    use Platform::{AiBuilder as A, Fabric as F, Google as G, OpenSearch as O};
    [G, F, O, A, G, F, O, G, A, G, F, G, O, F, G, A, G, F, O, G]
};
/// One person in so many holds a role in an environment.
const ROLE_HOLDERS: u32 = 100;
/// One person in so many has an account in one OpenSearch cluster.
const LOCALS: u32 = 20;

/// An environment to be, with the resources that lie in it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) number: EnvironmentId,
    pub(super) platform: Platform,
    pub(super) models: u32,
    /// OpenSearch: model groups.
    pub(super) groups: u32,
    /// The number of its first resource.
    pub(super) first: u32,
}

/// Divides models among environments; some are far larger than others.
pub(super) fn places(recipe: &Recipe) -> Vec<Place> {
    let count = recipe.environments.max(1);
    let weight = |n: u32| 1 + Random::of(recipe.seed, PLACES, n).below(8);
    let all: u64 = (0..count).map(|n| u64::from(weight(n))).sum();
    let (mut places, mut passed, mut models, mut first) = (Vec::new(), 0u64, 0u32, 0u32);
    for n in 0..count {
        passed += u64::from(weight(n));
        let upto = u64::from(recipe.models) * passed / all.max(1);
        let upto = u32::try_from(upto).unwrap_or(u32::MAX);
        let platform = SHARES.iter().cycle().nth(n as usize);
        let platform = platform.copied().unwrap_or(Platform::Google);
        let mut place = Place {
            number: EnvironmentId(n),
            platform,
            models: upto - models,
            groups: 0,
            first,
        };
        if platform == Platform::OpenSearch {
            place.groups = place.models.div_ceil(3);
        }
        first += place.models + place.groups;
        models = upto;
        places.push(place);
    }
    places
}

impl Place {
    /// The number after that of its last resource.
    pub(super) const fn end(&self) -> u32 {
        self.first + self.groups + self.models
    }

    pub(super) fn environment(&self, recipe: &Recipe, people: &People) -> Environment {
        let mut random = Random::of(recipe.seed, PLACES, 1_000_000 + self.number.0);
        let department = random.word(&DEPARTMENTS);
        let region = random.word(&REGIONS);
        let id = format!("{department}-{}-{}", region.to_lowercase(), self.number.0);
        Environment {
            id,
            name: format!("{}, {region}", capital(department)),
            specifics: self.specifics(),
            policy: Policy {
                bindings: self.bindings(recipe, people, &mut random),
                ..Policy::default()
            },
            roles: Vec::new(),
        }
    }

    fn specifics(&self) -> Specifics {
        let older = self.number.0.is_multiple_of(2);
        match self.platform {
            Platform::Google => Specifics::Google {
                edition: if older {
                    GoogleEdition::Documented
                } else {
                    GoogleEdition::Y2026
                },
                inherited: Vec::new(),
            },
            Platform::OpenSearch => Specifics::OpenSearch {
                edition: if older {
                    OpenSearchEdition::Documented
                } else {
                    OpenSearchEdition::Released
                },
                settings: OpenSearchSettings::default(),
                mappings: mappings(),
            },
            Platform::Fabric => Specifics::Fabric {
                edition: if older {
                    FabricEdition::Y2025
                } else {
                    FabricEdition::Y2026
                },
            },
            Platform::AiBuilder => Specifics::AiBuilder {
                edition: if older {
                    AiBuilderEdition::Y2022
                } else {
                    AiBuilderEdition::Y2023
                },
                settings: AiBuilderSettings::default(),
                business_units: Vec::new(),
            },
        }
    }

    /// Roles: the highest for few, others for some, and the lowest for a group or two.
    fn bindings(&self, recipe: &Recipe, people: &People, random: &mut Random) -> Vec<Binding> {
        let roles: [&str; 3] = match self.platform {
            Platform::Google => ["roles/ml.admin", "roles/ml.developer", "roles/ml.viewer"],
            // There they come from accounts and mappings.
            Platform::OpenSearch => return Vec::new(),
            Platform::Fabric => ["Admin", "Contributor", "Viewer"],
            Platform::AiBuilder => ["System Administrator", "Environment Maker", "Basic User"],
        };
        let mut bindings = roles.map(|role| Binding {
            role: role.into(),
            ..Binding::default()
        });
        for user in self.role_holders(recipe, people) {
            let level = (user.0 / ROLE_HOLDERS) % 3;
            if let Some(binding) = bindings.get_mut(level as usize) {
                binding.members.push(user);
            }
        }
        let [administrators, makers, everybody] = &mut bindings;
        // Whoever makes the store administers all of it, to have something to look at.
        let founder = People::user(0);
        if !administrators.members.contains(&founder) {
            administrators.members.push(founder);
        }
        match self.platform {
            // Without a role that reads, no share and no ownership is worth anything there.
            Platform::AiBuilder => everybody.members.extend(people.widest_groups()),
            Platform::Fabric => makers.members.push(self.team(recipe.seed, people)),
            _ => {}
        }
        if random.once_in(4) && self.platform != Platform::AiBuilder {
            everybody.members.push(people.wide_group(random));
        }
        let held = bindings.into_iter().filter(|b| !b.members.is_empty());
        held.collect()
    }

    /// Fabric: the group whose people make what lies here.
    pub(super) fn team(&self, seed: u64, people: &People) -> PrincipalId {
        let mut random = Random::of(seed, PLACES, 2_000_000 + self.number.0);
        people.wide_group(&mut random)
    }

    fn role_holders(&self, recipe: &Recipe, people: &People) -> impl Iterator<Item = PrincipalId> {
        let (seed, count, here) = (recipe.seed, recipe.environments.max(1), self.number.0);
        let holders = (0..people.users()).step_by(ROLE_HOLDERS as usize);
        let user = |n| PrincipalId(PrincipalId::FIRST.0 + n);
        holders
            .filter(move |n| Random::of(seed, ROLES, *n).below(count) == here)
            .map(user)
    }

    /// People who know this cluster: they own its groups.
    pub(super) fn local(&self, people: &People, number: u32) -> PrincipalId {
        let count = (people.users() / LOCALS).max(1);
        let first = self.number.0.wrapping_mul(7_919) % people.users().max(1);
        People::user((first + number % count) % people.users().max(1))
    }

    /// OpenSearch accounts, in order of principals.
    pub(super) fn accounts(&self, recipe: &Recipe, people: &People) -> Vec<(PrincipalId, Account)> {
        if self.platform != Platform::OpenSearch {
            return Vec::new();
        }
        let count = (people.users() / LOCALS).max(1);
        let mut accounts: Vec<_> = (0..count)
            .map(|n| (self.local(people, n), self.account(recipe, n)))
            .collect();
        let founder = Account {
            name: Some("founder".to_owned()),
            roles: vec!["all_access".to_owned()],
            ..Account::default()
        };
        accounts.insert(0, (People::user(0), founder));
        accounts.sort_by_key(|(id, _)| *id);
        accounts.dedup_by_key(|(id, _)| *id);
        accounts
    }

    fn account(&self, recipe: &Recipe, number: u32) -> Account {
        let mut random = Random::of(recipe.seed, ACCOUNTS + u64::from(self.number.0), number);
        let mut backend_roles = vec![random.word(&DEPARTMENTS).to_owned()];
        let other = random.word(&DEPARTMENTS);
        if backend_roles.iter().all(|role| role != other) {
            backend_roles.push(other.to_owned());
        }
        let roles = match number % ROLE_HOLDERS {
            0 => vec!["all_access".to_owned()],
            _ => Vec::new(),
        };
        Account {
            name: Some(format!("u{number}")),
            backend_roles,
            roles,
            business_unit: None,
        }
    }
}

/// Half of the departments may train, the others read.
fn mappings() -> Vec<RoleMapping> {
    let (full, readonly) = DEPARTMENTS.split_at(DEPARTMENTS.len() / 2);
    let mapping = |role: &str, backend_roles: &[&str]| RoleMapping {
        role: role.into(),
        backend_roles: backend_roles.iter().map(|r| (*r).into()).collect(),
        ..RoleMapping::default()
    };
    vec![
        mapping("ml_full_access", full),
        mapping("ml_readonly_access", readonly),
    ]
}
