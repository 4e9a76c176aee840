//! Random worlds: whoever decides, the answer is the same.

use std::cell::Cell;
use std::collections::BTreeMap;

use deedbox::authz::{Snapshot, check, platforms};
use deedbox::domain::{Action, Platform, Principal, PrincipalId, PrincipalKind, Target};
use deedbox::interop::cedar::{self, Export};

use super::authorizer::{self, Cedar};
use super::generate::{self, questions};
use super::rng::Rng;
use super::shrink::{print, shrink, words};
use super::world::{Question, World};

const WORLDS: u64 = 800;
/// Questions to a world.
const QUESTIONS: usize = 60;

fn number(variable: &str, otherwise: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.and_then(|t| t.parse().ok()).unwrap_or(otherwise)
}

/// Looks at one in `share` of all worlds that have anything for Cedar.
fn in_worlds(share: u64, look: impl Fn(&World, &mut Rng) -> Result<(), String>) {
    let first = number("DEEDBOX_SEED", 1);
    for seed in first..first + number("DEEDBOX_WORLDS", WORLDS) / share {
        let mut rng = Rng::new(seed);
        let world = generate::world(&mut rng);
        if !targets(&world).is_empty() {
            look(&world, &mut rng).unwrap_or_else(|wrong| panic!("--- world {seed}\n{wrong}"));
        }
    }
}

/// Everything that Cedar can be asked about.
fn targets(world: &World) -> Vec<Target> {
    let mut targets = questions::targets(world);
    targets.retain(|t| authorizer::resource(world, *t).is_some());
    targets
}

fn platform(world: &World, target: Target) -> Platform {
    world.environment_of(target).unwrap().1.platform()
}

/// Anybody, whether they can act or not, and any permission of the platform.
fn question(world: &World, rng: &mut Rng, targets: &[Target]) -> Question {
    let mut people: Vec<PrincipalId> = world.principals().map(|(id, _)| id).collect();
    people.extend([
        PrincipalId::ANONYMOUS,
        PrincipalId::ALL_USERS,
        PrincipalId::ALL_AUTHENTICATED,
    ]);
    let target = *rng.pick(targets);
    let permissions = platforms::vocabulary(platform(world, target));
    Question {
        who: *rng.pick(&people),
        action: Action::Native((*rng.pick(permissions)).to_owned()),
        target,
        at: generate::moment(rng),
        model: None,
        address: None,
    }
}

fn core(world: &World, snapshot: &Snapshot, q: &Question) -> bool {
    let request = q.request(platform(world, q.target)).unwrap();
    check(snapshot, &request).is_allowed()
}

fn asked(world: &World, snapshot: &Snapshot, cedar: &Cedar, q: &Question) -> bool {
    // Somebody whom nothing names is nobody's entity.
    let nobody = Principal {
        kind: PrincipalKind::Unmatched,
        ..Principal::user("nobody", "")
    };
    let who = snapshot.principal(q.who).map_or(&nobody, AsRef::as_ref);
    let action = authorizer::action(platform(world, q.target), q.action.name());
    let on = authorizer::resource(world, q.target).unwrap();
    cedar.allows(authorizer::principal(who), action, on, q.at)
}

fn agrees(world: &World, q: &Question) -> bool {
    let snapshot = world.snapshot();
    let cedar = Cedar::load(&cedar::export(&snapshot, None));
    core(world, &snapshot, q) == asked(world, &snapshot, &cedar, q)
}

/// The smallest world in which they still differ.
fn difference(world: &World, q: &Question) -> String {
    let small = shrink(world, &|w| targets(w).contains(&q.target) && !agrees(w, q));
    let snapshot = small.snapshot();
    let export = cedar::export(&snapshot, None);
    let cedar = Cedar::load(&export);
    format!(
        "{}\ncore: {}, Cedar: {}\n{}\n{}\n{:#}",
        words(&small, q),
        core(&small, &snapshot, q),
        asked(&small, &snapshot, &cedar, q),
        print(&small),
        export.policies,
        export.entities
    )
}

#[test]
fn cedar_decides_as_the_core_does() {
    let seen = Cell::new(BTreeMap::<(Platform, bool), u32>::new());
    in_worlds(1, |world, rng| {
        let snapshot = world.snapshot();
        let cedar = Cedar::load(&cedar::export(&snapshot, None));
        let targets = targets(world);
        let mut counts = seen.take();
        for _ in 0..QUESTIONS {
            let q = question(world, rng, &targets);
            let answer = core(world, &snapshot, &q);
            if answer != asked(world, &snapshot, &cedar, &q) {
                return Err(difference(world, &q));
            }
            *counts
                .entry((platform(world, q.target), answer))
                .or_default() += 1;
        }
        seen.set(counts);
        Ok(())
    });
    // Worlds in which everybody may do everything, or nobody anything, would show nothing.
    let counts = seen.take();
    for platform in [Platform::Google, Platform::Fabric] {
        let count = |answer| counts.get(&(platform, answer)).copied().unwrap_or_default();
        let (yes, no) = (count(true), count(false));
        let enough = number("DEEDBOX_WORLDS", WORLDS) < WORLDS || (yes > 500 && no > 500);
        assert!(enough, "{platform}: allowed {yes}, denied {no}");
    }
}

/// All of it is what the schema says, and the schema changes no answer.
#[test]
fn exports_keep_to_their_schema() {
    in_worlds(20, |world, rng| {
        let snapshot = world.snapshot();
        let export = cedar::export(&snapshot, None);
        let (plain, strict) = (Cedar::load(&export), Cedar::load_strictly(&export));
        let targets = targets(world);
        let actors = world.actors();
        for _ in 0..10 {
            let mut q = question(world, rng, &targets);
            q.who = *rng.pick(&actors);
            let answer = asked(world, &snapshot, &plain, &q);
            if answer != asked(world, &snapshot, &strict, &q) {
                return Err(format!(
                    "with the schema another answer: {}",
                    words(world, &q)
                ));
            }
        }
        Ok(())
    });
}

/// An environment goes out alone as it goes out among others, and takes nothing of them along.
#[test]
fn one_environment_is_a_part_of_all() {
    in_worlds(8, |world, rng| {
        let snapshot = world.snapshot();
        let whole = Cedar::load(&cedar::export(&snapshot, None));
        let targets = targets(world);
        for (id, environment) in world.environments() {
            let part = Cedar::load(&cedar::export(&snapshot, Some(id)));
            for _ in 0..10 {
                let q = question(world, rng, &targets);
                let inside = world.environment_of(q.target).map(|(e, _)| e) == Some(id);
                let expected = inside && asked(world, &snapshot, &whole, &q);
                if asked(world, &snapshot, &part, &q) != expected {
                    let id = &environment.id;
                    return Err(format!("{id} alone: {}", words(world, &q)));
                }
            }
        }
        Ok(())
    });
}

/// The same records make the same text, in whatever order they came, and every policy has a name
/// of its own.
#[test]
fn an_export_depends_on_the_records_only() {
    in_worlds(8, |world, rng| {
        let export = cedar::export(&world.snapshot(), None);
        let again = cedar::export(&world.shuffled_snapshot(rng), None);
        if export != again {
            let Export { policies, .. } = again;
            return Err(format!("{}\n---\n{policies}", export.policies));
        }
        let mut names = Cedar::load(&export).policy_names();
        let count = names.len();
        names.sort();
        names.dedup();
        (names.len() == count)
            .then_some(())
            .ok_or_else(|| format!("a name twice:\n{}", export.policies))
    });
}
