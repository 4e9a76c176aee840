//! How fast and how small the authorization core is, beside a hand-rolled floor and three engines.
//!
//! ```sh
//! cargo bench                                  # everything
//! cargo bench --bench decisions -- check       # figures whose name holds "check"
//! DEEDBOX_BENCH_MODELS=10000 cargo bench       # no world above 10,000 models
//! DEEDBOX_BENCH_PEERS=1000000 cargo bench      # the peers in the largest world, too (6 GB)
//! ```
//!
//! Every engine is built from the same worlds of 1,000 to 1,000,000 models (`support/world.rs` says
//! what they hold) and is asked the same questions, half of which are to be denied. Before anything
//! is timed, its answers are compared with a slow and plain reference.
//!
//! * **deedbox**: the core's public functions (`support/ours.rs`).
//! * **floor**: a hash map written by hand for these worlds alone, which does the same work and
//!   nothing else (`support/floor.rs`). What a check may cost is bounded by what it costs there.
//! * **cedar-policy**, **casbin**, **regorus**: each in the form that did best, questions and data
//!   prepared beforehand (`support/holders.rs` and a file each).
//!
//! The table at the end holds every figure, its bound and the ratio. A missed bound says MISSED and
//! fails nothing: machines differ.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark stops at once, prints its results, and rounds them"
)]

mod support;

use support::casbin::Casbin;
use support::cedar::Cedar;
use support::floor::{Floor, Names};
use support::measure::Measure;
use support::memory::kept;
use support::ours::{self, Ours};
use support::records::Records;
use support::regorus::Regorus;
use support::report::{Engine, Figure};
use support::world::{CROWD, Level, PREDICT, Question, World};

/// The worlds, by number of models.
const WORLDS: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// The largest world in which the peers are measured: above it they need gigabytes.
const PEERS_AT_MOST: u32 = 100_000;
/// Questions that are put into another form, words or an engine's own, before they are timed.
const PREPARED: usize = 200_000;

fn main() {
    let largest = setting("DEEDBOX_BENCH_MODELS", u32::MAX);
    let largest_for_peers = setting("DEEDBOX_BENCH_PEERS", PEERS_AT_MOST);
    let mut measure = Measure::new();
    for models in WORLDS.into_iter().filter(|models| *models <= largest) {
        let world = World::new(models);
        measure.world(models);
        let (ours, floor, names) = build(&mut measure, &world);
        checks(&mut measure, &world, &ours, &floor, &names);
        lists(&mut measure, &world, &ours);
        changes(&mut measure, &world, &ours);
        drop((ours, floor, names));
        if measure.within(
            largest_for_peers,
            "the peers (DEEDBOX_BENCH_PEERS changes that)",
        ) {
            peers(&mut measure, &world);
        }
    }
    measure.finish();
}

fn setting(name: &str, or: u32) -> u32 {
    let given = std::env::var(name).ok();
    given.and_then(|given| given.parse().ok()).unwrap_or(or)
}

/// Builds deedbox's index and the floor, and weighs both.
fn build(measure: &mut Measure, world: &World) -> (Ours, Floor, Names) {
    let (names, name_bytes) = kept(|| Names::new(world));
    let make_floor = || kept(|| Floor::new(world));
    let (floor, floor_bytes) = measure.once(Figure::Build, Engine::Floor, make_floor);
    let (records, given_bytes) = kept(|| Records::new(world));
    let (_, record_bytes) = kept(|| records.kept());
    let make_ours = || kept(|| Ours::new(records));
    let (ours, more) = measure.once(Figure::Build, Engine::Deedbox, make_ours);

    // The records went into the snapshot, which packs most of them.
    let all = given_bytes + more;
    let index = all - record_bytes;
    measure.bytes(Figure::IndexBytes, Engine::Deedbox, index);
    measure.bytes(Figure::IndexBytes, Engine::Floor, floor_bytes + name_bytes);
    measure.bytes(Figure::RecordBytes, Engine::Deedbox, record_bytes);
    measure.bytes(Figure::AllBytes, Engine::Deedbox, all);
    measure.bytes(Figure::AllBytes, Engine::Floor, floor_bytes + name_bytes);
    (ours, floor, names)
}

/// One question at a time.
fn checks(measure: &mut Measure, world: &World, ours: &Ours, floor: &Floor, names: &Names) {
    let questions = &world.questions;
    let words = questions.iter().take(PREPARED).map(|q| world.words(q));
    let words: Vec<_> = words.collect();
    let our_ids = |q: &_| ours.check(q);
    let our_words = |w: &_| ours.check_names(w);
    let floor_ids = |q: &_| floor.check(q);
    let floor_words = |w: &_| floor.check_names(names, w);

    measure.compare(Engine::Deedbox, questions, questions.iter().map(our_ids));
    measure.compare(Engine::Deedbox, questions, words.iter().map(our_words));
    measure.compare(Engine::Floor, questions, questions.iter().map(floor_ids));
    measure.compare(Engine::Floor, questions, words.iter().map(floor_words));

    measure.beside_floor(Figure::CheckIds, questions, our_ids, floor_ids);
    measure.beside_floor(Figure::CheckNames, &words, our_words, floor_words);
    measure.ours(Figure::Explain, questions, |q| ours.explain(q));
}

/// Questions with many answers.
fn lists(measure: &mut Measure, world: &World, ours: &Ours) {
    let role = |user: &u32| world.environment_role(*user).map(|(_, level)| level);
    let plain_users = world.some_users().filter(|user| role(user).is_none());
    let people: Vec<_> = plain_users.take(1_000).collect();
    let administrators = world
        .role_holders()
        .filter(|user| role(user) == Some(Level::Own));
    let administrators: Vec<_> = administrators.collect();
    let predict = |q: &Question| Question {
        permission: PREDICT,
        ..*q
    };
    let models: Vec<_> = world.questions.iter().take(1_000).map(predict).collect();
    let denied = world.questions.iter().filter(|q| !q.allowed);
    let denied: Vec<_> = denied.take(1_000).copied().collect();
    let allowed = world.questions.iter().filter(|q| q.allowed);
    let allowed: Vec<_> = allowed.take(1_000).copied().collect();

    if measure.within(ours::LISTS_AT_MOST, "lists") {
        let page = |who: &u32| ours.first_page(*who);
        measure.ours(Figure::FirstPage, &people, page);
        measure.ours(Figure::AdministratorsPage, &administrators, page);
        let reach = |who: &u32| ours.reach(*who);
        measure.time_rows(Figure::Reach, Engine::Deedbox, &people, reach);
    }
    if measure.within(ours::WHO_CAN_AT_MOST, "who-can") {
        measure.ours(Figure::WhoCan, &models, |q| ours.who_can(q));
    }
    if let Some(remedy) = ours::REMEDY {
        measure.ours(Figure::Remedy, &denied, |q| remedy(ours, q));
        measure.ours(Figure::Cut, &allowed, |q| remedy(ours, q));
    }
}

/// What a share does to people, and putting it into the index.
fn changes(measure: &mut Measure, world: &World, ours: &Ours) {
    let models = || world.questions.iter().map(|q| q.model);
    let with_crowd = models().map(|model| ours.share(model, world.crowd()));
    let with_crowd = with_crowd.map(|changes| (ours.commit(&changes), changes));
    let with_crowd: Vec<_> = with_crowd.take(20).collect();
    if world.users >= CROWD {
        measure.ours(Figure::Effect, &with_crowd, |(after, changes)| {
            ours.effect(after, changes)
        });
    } else {
        measure.skipped("effect, for want of 1,000 people");
    }

    let with_users = models().zip(world.some_users());
    let with_users = with_users.map(|(model, user)| ours.share(model, user));
    let with_users: Vec<_> = with_users.take(10_000).collect();
    measure.ours(Figure::Commit, &with_users, |changes| ours.commit(changes));
}

/// The same checks in other engines, one engine at a time.
fn peers(measure: &mut Measure, world: &World) {
    let questions = &world.questions;
    let prepared = || questions.iter().take(PREPARED);

    let cedar = peer(measure, Engine::Cedar, || Cedar::new(world));
    let requests: Vec<_> = prepared().map(|q| cedar.request(q)).collect();
    let check = |request: &_| cedar.check(request);
    measure.compare(Engine::Cedar, questions, requests.iter().map(check));
    measure.time(Figure::CheckIds, Engine::Cedar, &requests, check);
    drop((cedar, requests));

    let casbin = peer(measure, Engine::Casbin, || Casbin::new(world));
    let check = |question: &_| casbin.check(question);
    measure.compare(Engine::Casbin, questions, questions.iter().map(check));
    measure.time(Figure::CheckIds, Engine::Casbin, questions, check);
    drop(casbin);

    let mut regorus = peer(measure, Engine::Regorus, || Regorus::new(world));
    let requests: Vec<_> = prepared().map(Regorus::request).collect();
    let mut check = |request: &_| regorus.check(request);
    measure.compare(Engine::Regorus, questions, requests.iter().map(&mut check));
    measure.time(Figure::CheckIds, Engine::Regorus, &requests, check);
}

fn peer<T>(measure: &mut Measure, engine: Engine, make: impl FnOnce() -> T) -> T {
    let (peer, bytes) = measure.once(Figure::Build, engine, || kept(make));
    measure.bytes(Figure::AllBytes, engine, bytes);
    peer
}
