//! The worlds in the form that suits the peers: who holds a level on a model.
//!
//! Each project has a *role* at each of the four levels; a higher one counts as the lower ones. A
//! user counts as themselves, as their groups and as the roles that they hold. They may do something
//! with a model when they count as one of the holders of the level that it needs: its owner, whom it
//! is shared with, or the role of its project.

use super::world::{ENVIRONMENTS, Level, Model, Principal, World};

/// From the lowest.
pub const LEVELS: [Level; 4] = [Level::View, Level::Use, Level::Develop, Level::Own];

/// The name of a level in the peers' policies.
pub const fn word(level: Level) -> &'static str {
    match level {
        Level::View => "view",
        Level::Use => "use",
        Level::Develop => "develop",
        Level::Own => "own",
    }
}

/// The number of a project's role at a level; roles are numbered after the groups.
pub fn role(world: &World, environment: u32, level: Level) -> Principal {
    world.crowd() + 1 + 4 * environment + level as u32
}

/// Every role there is: project, level, number.
pub fn roles(world: &World) -> impl Iterator<Item = (u32, Level, Principal)> + '_ {
    (0..ENVIRONMENTS).flat_map(move |environment| {
        LEVELS.map(|level| (environment, level, role(world, environment, level)))
    })
}

/// Who holds a level on a model.
pub fn of(world: &World, model: &Model, level: Level) -> Vec<Principal> {
    let mut holders = vec![model.owner];
    if level <= Level::Use {
        holders.extend(model.shares);
    }
    holders.push(role(world, model.environment, level));
    holders
}

/// What a user counts as.
pub fn counts_as(world: &World, user: Principal) -> Vec<Principal> {
    let mut counts = world.closure(user);
    if let Some((environment, held)) = world.environment_role(user) {
        let below = LEVELS.into_iter().filter(|level| *level <= held);
        counts.extend(below.map(|level| role(world, environment, level)));
    }
    counts
}
