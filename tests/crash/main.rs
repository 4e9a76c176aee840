//! The program, killed outright at random instants: what it acknowledged is there, and nothing is
//! half there.
//!
//! Every round carries one change out twice: on a twin of the store, undisturbed, and on the store,
//! where the program is killed. Afterwards the store must be as it was before the round or as the
//! twin is now, and the latter if the change was acknowledged. Half of the kills come after a random
//! number of events in the store's directory, so that they fall between the writes of a commit.
//!
//! `DEEDBOX_KILLS=5000` for the long form, `DEEDBOX_SEED` for another order of changes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that meets what it did not expect should stop there"
)]

mod changes;
mod program;
mod rng;
mod rounds;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use program::Program;
use rounds::{Tally, Worker};

/// Kills in the ordinary run.
const KILLS: usize = 220;
/// Stores that are worked on at a time.
const WORKERS: u64 = 3;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn what_was_acknowledged_survives_every_kill() {
    let seed = number("DEEDBOX_SEED").unwrap_or(20_261_121);
    let wanted = number("DEEDBOX_KILLS").map_or(KILLS, |n| usize::try_from(n).unwrap());
    let begin = Instant::now();
    let kills = AtomicUsize::new(0);
    let template = Program::sample();
    let tallies: Vec<Tally> = thread::scope(|scope| {
        let start = |n| {
            let (kills, template) = (&kills, &template);
            scope.spawn(move || {
                let _stop = Stop(kills);
                let mut worker = Worker::new(seed, n, template);
                while kills.load(Ordering::Relaxed) < wanted {
                    let killed = worker.round();
                    kills.fetch_add(killed, Ordering::Relaxed);
                }
                worker.tally
            })
        };
        let workers: Vec<_> = (0..WORKERS).map(start).collect();
        // A worker says seed and round itself when it stops.
        workers.into_iter().map(|w| w.join().unwrap()).collect()
    });
    let tally = tallies.into_iter().fold(Tally::default(), Tally::plus);
    eprintln!("{tally} in {:.0} s", begin.elapsed().as_secs_f64());
    assert!(tally.kills >= wanted);
    assert!(
        tally.gone > 0 && tally.made > 0,
        "the kills did not fall around the commits: {tally}"
    );
}

/// When one worker stops, the others need not go on.
struct Stop<'a>(&'a AtomicUsize);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(usize::MAX / 2, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_restored_or_repaired_store_is_there_whole_or_not_at_all() {
    let mut rng = rng::Rng::new(number("DEEDBOX_SEED").unwrap_or(11));
    let template = Program::sample();
    let file = template.file("backup", "");
    std::fs::remove_file(&file).unwrap();
    let head = template.ok(&["backup", &file]);
    let (mut there, mut gone) = (0, 0);
    for round in 0..30 {
        let program = Program::empty();
        let target = program.store();
        let target = target.to_str().unwrap();
        let came = if round % 2 == 0 {
            program.interrupted(&["restore", &file], &mut rng, 30, 250)
        } else {
            let source = template.store();
            let words = [
                "repair",
                "--store",
                source.to_str().unwrap(),
                "--into",
                target,
            ];
            program.interrupted(&words, &mut rng, 30, 400)
        };
        if program.store().exists() {
            there += 1;
            assert_eq!(program.ok(&["verify"]), head, "round {round}");
        } else {
            gone += 1;
            assert_ne!(came.code, Some(0), "round {round}");
        }
    }
    assert!(there > 0 && gone > 0, "{there} there, {gone} gone");
    assert_eq!(template.ok(&["verify"]), head);
}

#[test]
fn a_store_whose_making_was_interrupted_can_be_made() {
    let mut rng = rng::Rng::new(number("DEEDBOX_SEED").unwrap_or(7));
    // How long it takes undisturbed, on this machine and in this build.
    let whole = Program::empty().run(&["init"]);
    let (events, milliseconds) = whole.length();
    let mut killed = 0;
    for round in 0..40 {
        let program = Program::empty();
        let came = program.interrupted(&["init"], &mut rng, events, milliseconds);
        killed += usize::from(came.killed);
        // Either the store is whole, or making it again makes it.
        let list = program.run(&["login", "list", "-o", "csv"]);
        if list.code != Some(0) {
            let again = program.run(&["init"]);
            assert_eq!(
                again.code,
                Some(0),
                "round {round}: {again:?} after {list:?}"
            );
        }
        let list = program.ok(&["login", "list", "-o", "csv"]);
        assert_eq!(list.lines().count(), 2, "round {round}: {list}");
        program.ok(&["verify"]);
    }
    assert!(killed > 5, "only {killed} were killed in time");
}
