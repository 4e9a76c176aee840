//! The floor: the least work that answers the same questions about these worlds, written by hand.
//!
//! Grants lie in one hash map from (member, model) to permissions and one from (member, project) to
//! permissions, each pair packed into one integer. Like any engine it has to look up who the user
//! is, whether they are active, what they count through and which project the model lies in, and
//! then to try every principal that the user counts through on the model and on the project. It
//! knows nothing of conditions, restrictions, other platforms, reasons or change.

use rustc_hash::FxHashMap;

use super::world::{FIRST_USER, Level, NEEDS, PERMISSIONS, Principal, Question, World, names};

/// The index.
pub struct Floor {
    /// Users by number, less [`FIRST_USER`].
    users: Vec<User>,
    /// What all users count through, one after the other.
    closures: Vec<Principal>,
    environment_of: Vec<u32>,
    on_model: FxHashMap<u64, u64>,
    on_environment: FxHashMap<u64, u64>,
}

struct User {
    active: bool,
    /// Where their part of the closures begins and ends.
    closure: (u32, u32),
}

/// Texts to numbers.
pub struct Names {
    principals: FxHashMap<Box<str>, Principal>,
    environments: FxHashMap<Box<str>, u32>,
    /// One table a project.
    models: Vec<FxHashMap<Box<str>, u32>>,
    permissions: FxHashMap<&'static str, u8>,
}

/// `allUsers` and `allAuthenticatedUsers`, which grants to everybody count through.
const EVERYBODY: [Principal; 2] = [0, 1];

impl Floor {
    pub fn new(world: &World) -> Self {
        let mut floor = Self {
            users: Vec::with_capacity(world.users as usize),
            closures: Vec::new(),
            environment_of: world.models.iter().map(|m| m.environment).collect(),
            on_model: FxHashMap::default(),
            on_environment: FxHashMap::default(),
        };
        for user in FIRST_USER..world.first_group() {
            let start = super::world::number(floor.closures.len());
            floor.closures.extend(EVERYBODY);
            floor.closures.extend(world.closure(user));
            let end = super::world::number(floor.closures.len());
            floor.users.push(User {
                active: true,
                closure: (start, end),
            });
            if let Some((environment, level)) = world.environment_role(user) {
                *floor
                    .on_environment
                    .entry(pack(user, environment))
                    .or_default() |= mask(level);
            }
        }
        floor.closures.shrink_to_fit();
        for (id, model) in (0..).zip(&world.models) {
            let shares = model.shares.map(|member| (member, Level::Use));
            for (member, level) in [(model.owner, Level::Own)].into_iter().chain(shares) {
                *floor.on_model.entry(pack(member, id)).or_default() |= mask(level);
            }
        }
        floor
    }

    pub fn check(&self, question: &Question) -> bool {
        self.decide(question.user, question.permission, question.model)
    }

    /// The same question, asked in words.
    pub fn check_names(
        &self,
        names: &Names,
        [user, permission, place, model]: &[String; 4],
    ) -> bool {
        let user = names.principals.get(user.as_str());
        let permission = names.permissions.get(permission.as_str());
        let model = names
            .environments
            .get(place.as_str())
            .and_then(|place| names.models[*place as usize].get(model.as_str()));
        match (user, permission, model) {
            (Some(user), Some(permission), Some(model)) => self.decide(*user, *permission, *model),
            _ => false,
        }
    }

    fn decide(&self, user: Principal, permission: u8, model: u32) -> bool {
        let user = &self.users[(user - FIRST_USER) as usize];
        let closure = &self.closures[user.closure.0 as usize..user.closure.1 as usize];
        let environment = self.environment_of[model as usize];
        let wanted = 1 << permission;
        let holds = |grants: &FxHashMap<u64, u64>, on: u32| {
            closure.iter().any(|member| {
                let held = grants.get(&pack(*member, on));
                held.is_some_and(|permissions| permissions & wanted != 0)
            })
        };
        user.active && (holds(&self.on_model, model) || holds(&self.on_environment, environment))
    }
}

impl Names {
    pub fn new(world: &World) -> Self {
        let first_group = world.first_group();
        let reference = |id: Principal| {
            let kind = if id < first_group { "user" } else { "group" };
            format!("{kind}:{}", names::principal(world, id)).into_boxed_str()
        };
        let environments = 0..super::world::ENVIRONMENTS;
        let mut models = vec![FxHashMap::default(); environments.len()];
        for (id, model) in (0..).zip(&world.models) {
            models[model.environment as usize].insert(names::model(id).into_boxed_str(), id);
        }
        Self {
            principals: (FIRST_USER..=world.crowd())
                .map(|id| (reference(id), id))
                .collect(),
            environments: environments
                .map(|id| (names::environment(id).into_boxed_str(), id))
                .collect(),
            models,
            permissions: PERMISSIONS.into_iter().zip(0..).collect(),
        }
    }
}

fn pack(member: Principal, on: u32) -> u64 {
    u64::from(member) << 32 | u64::from(on)
}

/// The permissions that a level holds.
fn mask(level: Level) -> u64 {
    (0..)
        .zip(NEEDS)
        .filter(|(_, needed)| *needed <= level)
        .fold(0, |mask, (permission, _)| mask | 1 << permission)
}
