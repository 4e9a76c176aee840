//! The access rules a second time, and random worlds in which both have to give the same answers.
//!
//! An ordinary run looks at ten thousand worlds; `DEEDBOX_WORLDS=N` looks at N, and
//! `DEEDBOX_SEED=N` begins at another one.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    clippy::similar_names,
    reason = "a test that meets what it did not expect should stop there"
)]

mod evaluator;
mod generate;
mod index;
mod lists;
mod properties;
mod rng;
mod shrink;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use deedbox::domain::Action;
use rng::Rng;
use world::{Question, World};

/// Questions to a world.
const QUESTIONS: usize = 20;

fn number(variable: &str, otherwise: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.and_then(|t| t.parse().ok()).unwrap_or(otherwise)
}

/// Looks at one world in `share` of all; shows what is wrong in the first few.
fn in_worlds(share: u64, look: impl Fn(&World, &mut Rng) -> Result<(), String>) {
    let first = number("DEEDBOX_SEED", 1);
    let most = number("DEEDBOX_FAILURES", 1);
    let count = number("DEEDBOX_WORLDS", 10_000) / share;
    let mut failures = Vec::new();
    for seed in first..first + count {
        let mut rng = Rng::new(seed);
        let world = generate::world(&mut rng);
        if let Err(failure) = look(&world, &mut rng) {
            failures.push(format!("--- world {seed}\n{failure}"));
            if failures.len() as u64 >= most {
                break;
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn ask(world: &World, rng: &mut Rng, count: usize) -> Vec<Question> {
    (0..count)
        .map(|_| generate::questions::question(world, rng))
        .collect()
}

#[test]
fn the_core_decides_as_the_rules_say() {
    in_worlds(1, |world, rng| {
        let snapshot = world.snapshot();
        let mut asked = ask(world, rng, QUESTIONS).into_iter();
        asked.try_for_each(|q| properties::agrees(world, &snapshot, &q))
    });
}

/// Worlds in which everybody may do everything, or nobody anything, would show nothing.
#[test]
fn every_capability_is_both_allowed_and_denied() {
    let seen = std::cell::RefCell::new(BTreeMap::<String, BTreeSet<String>>::new());
    in_worlds(10, |world, rng| {
        for q in ask(world, rng, QUESTIONS) {
            if let (Some((_, environment)), Action::Capability(_)) =
                (world.environment_of(q.target), &q.action)
            {
                let asked = format!("{} {}", environment.platform(), q.action.name());
                let answer = evaluator::decide(world, &q).to_string();
                seen.borrow_mut().entry(asked).or_default().insert(answer);
            }
        }
        Ok(())
    });
    // Google and AI Builder have nothing to download.
    let never = ["google-ai-platform download", "ai-builder download"];
    if number("DEEDBOX_WORLDS", 10_000) >= 10_000 {
        for (asked, answers) in seen.into_inner() {
            let both = answers.contains("allow") && answers.contains("deny");
            let offered = !never.contains(&asked.as_str());
            assert!(both || !offered, "{asked}: always {answers:?}");
        }
    }
}

#[test]
fn who_can_is_the_transpose_of_check() {
    in_worlds(4, |world, rng| {
        let snapshot = world.snapshot();
        let mut asked = ask(world, rng, 2).into_iter();
        asked.try_for_each(|q| properties::transposes(world, &snapshot, &q))
    });
}

#[test]
fn lists_hold_what_the_rules_say() {
    in_worlds(4, |world, rng| {
        let actors = world.actors();
        let (who, at) = (*rng.pick(&actors), generate::moment(rng));
        lists::agree(world, who, at)?;
        lists::ownership(world, who, at)
    });
}

#[test]
fn two_people_differ_where_they_may_not_do_the_same() {
    in_worlds(4, |world, rng| {
        let actors = world.actors();
        let people = (*rng.pick(&actors), *rng.pick(&actors));
        properties::compares(world, people, generate::moment(rng))
    });
}

#[test]
fn a_decision_depends_on_its_arguments_only() {
    in_worlds(4, |world, rng| {
        let asked = ask(world, rng, QUESTIONS);
        properties::depends_on_nothing_else(world, rng, &asked)
    });
}

#[test]
fn adding_a_binding_never_removes_an_allow() {
    in_worlds(4, |world, rng| {
        let asked = ask(world, rng, QUESTIONS);
        properties::adding_never_removes(world, rng, &asked)
    });
}

#[test]
fn effect_equals_brute_force() {
    in_worlds(4, |world, rng| {
        let after = generate::changes::changed(world, rng);
        let now = generate::moment(rng);
        let then = if rng.chance(50) {
            now
        } else {
            generate::moment(rng)
        };
        properties::effect_is_exact(world, &after, (then, now))
    });
}

#[test]
fn the_index_keeps_up_with_changes() {
    in_worlds(8, |world, rng| {
        let after = generate::changes::changed(world, rng);
        let at = generate::moment(rng);
        index::finds_everything(world)?;
        index::keeps_up(world, &after, at)
    });
}

#[test]
fn a_store_opens_as_it_was() {
    in_worlds(8, |world, rng| {
        let after = generate::changes::changed(world, rng);
        let at = generate::moment(rng);
        index::opens_as_it_was(world, &after, rng, at)
    });
}
