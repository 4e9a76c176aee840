//! Rounds of one worker: a change on the twin, the same change killed on the store, and what is
//! there afterwards.

use std::fmt;

use crate::changes::{self, Change, Past};
use crate::program::{Came, Program};
use crate::rng::Rng;

/// Everything that a store says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Content {
    document: String,
    logins: String,
}

/// How the rounds went.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    /// Programs that were killed.
    pub kills: usize,
    /// Changes that were killed and not made.
    pub gone: usize,
    /// Changes that were killed, made and not acknowledged.
    pub unheard: usize,
    /// Changes that were killed, made and acknowledged.
    pub made: usize,
    /// Openings after a kill that were killed too.
    pub again: usize,
    /// Changes that were refused.
    pub refused: usize,
}

impl Tally {
    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            kills: self.kills + other.kills,
            gone: self.gone + other.gone,
            unheard: self.unheard + other.unheard,
            made: self.made + other.made,
            again: self.again + other.again,
            refused: self.refused + other.refused,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} kills: {} changes gone whole, {} there whole and not acknowledged, {} acknowledged and there; \
             {} openings killed; {} changes refused",
            self.kills, self.gone, self.unheard, self.made, self.again, self.refused
        )
    }
}

/// A store, its twin, and what they hold.
#[derive(Debug)]
pub struct Worker {
    seed: u64,
    number: u64,
    rounds: usize,
    rng: Rng,
    store: Program,
    twin: Program,
    past: Past,
    /// Revision and hash, as `verify` prints them.
    checkpoint: String,
    before: Content,
    change: Option<Change>,
    /// How the rounds went so far.
    pub tally: Tally,
}

impl Worker {
    /// The worker of this number, on a copy of a store.
    pub fn new(seed: u64, number: u64, template: &Program) -> Self {
        let store = Program::copy_of(template);
        Self {
            seed,
            number,
            rounds: 0,
            rng: Rng::new(seed.wrapping_mul(31).wrapping_add(number)),
            twin: Program::copy_of(template),
            past: Past::default(),
            checkpoint: store.ok(&["verify"]).trim().to_owned(),
            before: Content {
                document: store.ok(&["export"]),
                logins: logins(&store),
            },
            store,
            change: None,
            tally: Tally::default(),
        }
    }

    /// One change, and how many programs were killed over it.
    pub fn round(&mut self) -> usize {
        let before = self.tally.kills;
        self.rounds += 1;
        let revision = revision(&self.checkpoint);
        let change = changes::draw(&mut self.rng, &self.past, revision, &self.store);
        self.change = Some(change.clone());
        let arguments: Vec<&str> = change.arguments.iter().map(String::as_str).collect();
        let done = self.twin.run(&arguments);
        if done.code != Some(0) {
            self.tally.refused += 1;
            assert!(
                matches!(done.code, Some(3 | 4 | 6)) && !acknowledges(&done, revision + 1),
                "{done:?}"
            );
            return 0;
        }
        let after = self.content(&self.twin, &change);
        self.kill(&arguments, &done, revision, &after);
        self.past.note(&change);
        self.before = after;
        self.tally.kills - before
    }

    /// What a store says after a change; only some changes can touch logins.
    fn content(&self, program: &Program, change: &Change) -> Content {
        let logins = if change.touches_logins() {
            logins(program)
        } else {
            self.before.logins.clone()
        };
        Content {
            document: program.ok(&["export"]),
            logins,
        }
    }

    /// Kills the change on the store, looks, and carries it out again if it was not made.
    fn kill(&mut self, arguments: &[&str], done: &Came, revision: u64, after: &Content) {
        let (events, milliseconds) = done.length();
        let came = self
            .store
            .interrupted(arguments, &mut self.rng, events, milliseconds);
        let acknowledged = acknowledges(&came, revision + 1);
        assert!(came.killed || acknowledged, "{came:?}");
        self.tally.kills += usize::from(came.killed);
        self.kill_openings();
        let made = self.check(revision, acknowledged, after);
        if came.killed {
            match (made, acknowledged) {
                (false, _) => self.tally.gone += 1,
                (true, false) => self.tally.unheard += 1,
                (true, true) => self.tally.made += 1,
            }
        }
        if !made {
            let again = self.store.ok(arguments);
            assert!(again.contains(&said(revision + 1)), "{again}");
            assert!(self.check(revision, true, after));
        }
    }

    /// The opening after a kill finishes or discards what was begun, and may be killed as well.
    fn kill_openings(&mut self) {
        while self.rng.chance(30) {
            let came = self
                .store
                .interrupted(&["checkpoint"], &mut self.rng, 12, 50);
            self.tally.kills += usize::from(came.killed);
            self.tally.again += usize::from(came.killed);
        }
    }

    /// Whether the change was made: all of it, or nothing. Everything before it still holds.
    fn check(&mut self, revision: u64, acknowledged: bool, after: &Content) -> bool {
        let verified = self.store.ok(&["verify", "--checkpoint", &self.checkpoint]);
        let found = match &self.change {
            Some(change) => self.content(&self.store, change),
            None => self.before.clone(),
        };
        let made = self::revision(&verified) == revision + 1;
        let expected = if made { after } else { &self.before };
        assert!(
            made || self::revision(&verified) == revision,
            "at {verified}, it was at {}",
            self.checkpoint
        );
        assert!(made || !acknowledged, "acknowledged, and gone");
        assert!(
            found == *expected,
            "it says {verified}, and holds something else (made: {made})"
        );
        verified.trim().clone_into(&mut self.checkpoint);
        made
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let kept = self.store.keep();
            eprintln!(
                "worker {} stopped in round {} at {:?}, on {}; DEEDBOX_SEED={} gives these changes again; \
                 the store is left in {}",
                self.number,
                self.rounds,
                self.change,
                self.checkpoint,
                self.seed,
                kept.display()
            );
        }
    }
}

fn logins(program: &Program) -> String {
    program.ok(&["login", "list", "-o", "csv"])
}

fn said(revision: u64) -> String {
    format!("revision {revision}\n")
}

fn acknowledges(came: &Came, revision: u64) -> bool {
    came.code == Some(0) || came.out.contains(&said(revision))
}

fn revision(checkpoint: &str) -> u64 {
    checkpoint.split(':').next().unwrap().parse().unwrap()
}
