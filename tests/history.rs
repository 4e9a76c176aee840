//! The past: what the store was at any revision, and who gained and lost what in between.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::similar_names,
    reason = "a test that meets what it did not expect should stop there"
)]

// The random worlds of the conformance tests; their second evaluator is not asked here.
#[allow(dead_code)]
#[path = "oracle/evaluator/mod.rs"]
mod evaluator;
#[allow(dead_code)]
#[path = "oracle/generate/mod.rs"]
mod generate;
#[allow(dead_code)]
#[path = "oracle/rng.rs"]
mod rng;
#[allow(dead_code)]
#[path = "oracle/world.rs"]
mod world;

use std::collections::BTreeSet;
use std::sync::Arc;

use deedbox::authz::effect::between;
use deedbox::authz::{Snapshot, capabilities};
use deedbox::domain::{
    Author, CapabilitySet, ChangeSet, PrincipalId, ResourceId, Revision, Stamp, Target, Timestamp,
};
use deedbox::interop::document;
use deedbox::registry::{Actor, Plan, Registry};
use deedbox::store::verify;

use rng::Rng;
use world::World;

/// A day's commits, an hour apart.
const COMMITS: u64 = 6;

fn hour(n: u64) -> Timestamp {
    let first = Timestamp::parse("2026-05-01").unwrap();
    Timestamp(first.0 + i64::try_from(n).unwrap() * 3600)
}

fn commit(registry: &Registry, changes: ChangeSet, at: Timestamp) -> Arc<Snapshot> {
    let before = registry.snapshot();
    let mut after = (*before).clone();
    after.apply(before.revision(), &changes);
    let author = Author {
        account: "tester".into(),
        actor: "user:tester".into(),
        principal: Actor::user(PrincipalId::FIRST).principal,
        on_behalf_by: None,
    };
    let plan = Plan {
        base: before.revision(),
        changes,
        after,
        effect: deedbox::authz::Effect::default(),
        later: Vec::new(),
        stamp: Stamp {
            time: at,
            author,
            intent: "import".into(),
            arguments: "{}".into(),
            summary: "change the world".into(),
            reason: None,
            effect: String::new(),
            undoes: None,
        },
        warnings: Vec::new(),
        companions: Vec::new(),
        steps: Vec::new(),
        word: None,
    };
    registry.commit(plan).unwrap().snapshot
}

/// A store with a random history, every state it was in, and the worlds they were made of.
fn history(seed: u64) -> (Registry, Vec<Arc<Snapshot>>, Vec<World>) {
    let mut rng = Rng::new(seed);
    let registry = Registry::in_memory().unwrap();
    let (mut states, mut worlds) = (vec![registry.snapshot()], vec![World::default()]);
    let mut next = generate::world(&mut rng);
    for n in 1..=COMMITS {
        let changes = generate::changes::between(&worlds[worlds.len() - 1], &next);
        if !changes.is_empty() {
            states.push(commit(&registry, changes, hour(n)));
            worlds.push(next.clone());
        }
        next = generate::changes::changed(&next, &mut rng);
    }
    (registry, states, worlds)
}

fn text(snapshot: &Snapshot) -> String {
    document::to_yaml(&document::write(snapshot)).unwrap()
}

#[test]
fn every_past_state_is_what_it_was() {
    for seed in 0..60 {
        let (registry, states, worlds) = history(seed);
        for (state, world) in states.iter().zip(&worlds) {
            let then = registry.at_revision(state.revision()).unwrap();
            assert_eq!(then.revision(), state.revision());
            assert_eq!(text(&then), text(state), "seed {seed}");
            assert_eq!(then.counters(), state.counters());
            for key in world.0.keys() {
                assert_eq!(then.record(key), state.record(key), "seed {seed}: {key:?}");
            }
        }
        assert_eq!(verify(registry.store()).unwrap(), registry.store().head());
    }
}

#[test]
fn a_moment_belongs_to_the_last_commit_before_it() {
    let (registry, states, _) = history(7);
    let last = states.len() - 1;
    assert_eq!(
        registry.revision_at(Timestamp(hour(1).0 - 1)).unwrap(),
        Revision(0)
    );
    assert_eq!(registry.revision_at(hour(1)).unwrap(), Revision(1));
    assert_eq!(
        registry.revision_at(Timestamp(hour(1).0 + 5)).unwrap(),
        Revision(1)
    );
    let end = registry.revision_at(hour(COMMITS + 9)).unwrap();
    assert_eq!(end, states[last].revision());
}

type Row = (PrincipalId, ResourceId, CapabilitySet, CapabilitySet);

/// Everybody's capabilities on everything, compared one by one.
fn brute_force(worlds: [&World; 2], states: [(&Snapshot, Timestamp); 2]) -> BTreeSet<Row> {
    let people = worlds.iter().flat_map(|w| w.actors());
    let people: BTreeSet<PrincipalId> = people.filter(|p| *p != PrincipalId::ANONYMOUS).collect();
    let things = worlds.iter().flat_map(|w| w.resources().map(|(id, _)| id));
    let things: BTreeSet<ResourceId> = things.collect();
    let [(before, then), (after, now)] = states;
    let pairs = people
        .iter()
        .flat_map(|p| things.iter().map(move |t| (*p, *t)));
    pairs
        .filter_map(|(who, what)| {
            let was = capabilities(before, who, Target::Resource(what), then);
            let is = capabilities(after, who, Target::Resource(what), now);
            (was != is).then(|| (who, what, is.minus(was), was.minus(is)))
        })
        .collect()
}

#[test]
fn a_difference_is_exact_also_where_only_time_went_by() {
    let (mut rows, mut by_time) = (0, 0);
    for seed in 0..120 {
        let (registry, states, worlds) = history(seed);
        let mut rng = Rng::new(seed + 1_000);
        let (from, to) = (1, states.len() - 1);
        let (then, now) = (generate::moment(&mut rng), generate::moment(&mut rng));
        let (then, now) = (then.min(now), then.max(now));
        for (from, to) in [(from, to), (to, to)] {
            let (before, after) = (&states[from], &states[to]);
            let net = registry
                .changes_between(before.revision(), after.revision())
                .unwrap();
            let effect = between((before, then), (after, now), &net);
            let found: BTreeSet<Row> = effect
                .rows
                .iter()
                .map(|r| (r.principal, r.resource, r.gained, r.lost))
                .collect();
            let pair = [(&**before, then), (&**after, now)];
            let slow = brute_force([&worlds[from], &worlds[to]], pair);
            assert_eq!(found, slow, "seed {seed}, {from} to {to}");
            rows += found.len();
            by_time += if from == to { found.len() } else { 0 };
        }
    }
    assert!(
        rows > 100 && by_time > 20,
        "the worlds show nothing: {rows}, {by_time}"
    );
}
