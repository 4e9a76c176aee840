//! Random worlds: a small directory, one or two environments, a handful of resources.

pub mod changes;
pub mod directory;
pub mod environments;
pub mod questions;
pub mod resources;

use deedbox::domain::{Binding, Condition, EnvironmentId, PrincipalId, ResourceId, Timestamp};

use super::evaluator::time::written;
use super::rng::Rng;
use super::world::World;

/// The middle of the times that worlds are about.
pub const NOW: i64 = 1_780_000_000;

/// A random world.
pub fn world(rng: &mut Rng) -> World {
    let mut world = World::default();
    directory::fill(&mut world, rng);
    let people: Vec<PrincipalId> = world.principals().map(|(id, _)| id).collect();
    let mut resource = 0;
    for number in 0..u32::try_from(rng.between(1, 2)).unwrap() {
        let id = EnvironmentId(number);
        let environment = environments::environment(rng, number, &people);
        let platform = environment.platform();
        world.put_environment(id, environment);
        environments::accounts(&mut world, rng, id, platform);
        for _ in 0..rng.between(1, 4) {
            let record = resources::resource(&world, rng, id, resource, &people);
            world.put_resource(ResourceId(resource), record);
            resource += 1;
        }
    }
    world
}

/// A moment around the windows.
pub fn moment(rng: &mut Rng) -> Timestamp {
    let offset = i64::try_from(rng.below(9)).unwrap() * 10 - 40;
    let nudge = i64::try_from(rng.below(3)).unwrap() - 1;
    Timestamp(NOW + offset + nudge)
}

/// Mostly nothing, sometimes a window, rarely something unreadable.
pub fn condition(rng: &mut Rng) -> Option<Condition> {
    if rng.chance(70) {
        return None;
    }
    let expression = if rng.chance(15) {
        let unreadable = [
            "",
            "true",
            "resource.name.startsWith('x')",
            "request.time < timestamp('2099-01-01T00:00:00Z') || true",
            "request.time < timestamp('2099-01-01T00:00:00Z') && true",
            "request.time < timestamp('2099-01-01T00:00:00Z') &&",
            "!(request.time < timestamp('2020-01-01T00:00:00Z'))",
            "request.time == timestamp('2099-01-01T00:00:00Z')",
            "request.time < timestamp(\"2099-01-01T00:00:00Z')",
            "request.time < timestamp('2099-01-01')",
        ];
        (*rng.pick(&unreadable)).to_owned()
    } else {
        let clauses: Vec<String> = (0..rng.between(1, 3)).map(|_| clause(rng)).collect();
        clauses.join(*rng.pick(&[" && ", "&&", " &&  "]))
    };
    Some(Condition {
        expression,
        ..Condition::default()
    })
}

fn clause(rng: &mut Rng) -> String {
    let operator = rng.pick(&["<", "<=", ">", ">="]);
    let quote = rng.pick(&['"', '\'']);
    let mut at = moment(rng);
    // The second clause should not always be the opposite of the first.
    at.0 += match *operator {
        "<" | "<=" => 20,
        _ => -20,
    };
    let text = written(at);
    let fraction = rng.pick(&["", "", "", ".5", ".000000001"]);
    let (text, zone) = match rng.below(5) {
        0 => (written(Timestamp(at.0 + 3_600)), "+01:00"),
        1 => (written(Timestamp(at.0 - 5_400)), "-01:30"),
        _ => (text, "Z"),
    };
    let gap = rng.pick(&["", " "]);
    format!("request.time{gap}{operator}{gap}timestamp({quote}{text}{fraction}{zone}{quote})")
}

/// Bindings of some of these roles to some of these people.
pub fn bindings(
    rng: &mut Rng,
    roles: &[&str],
    people: &[PrincipalId],
    most: usize,
) -> Vec<Binding> {
    (0..rng.below(most + 1))
        .map(|_| Binding {
            role: (*rng.pick(roles)).to_owned(),
            members: (0..rng.between(1, 3)).map(|_| *rng.pick(people)).collect(),
            condition: condition(rng),
            reason: None,
        })
        .collect()
}
