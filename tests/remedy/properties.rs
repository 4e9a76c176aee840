//! What has to hold of remedies in every world.

use std::cell::RefCell;
use std::collections::BTreeMap;

use deedbox::authz::decision::RoleSource;
use deedbox::authz::index::row::Origin;
use deedbox::authz::remedy::{MOST_REMEDIES, Remedies, Remedy, change_set};
use deedbox::authz::{Evidence, Request, Snapshot, capabilities, check, compare, remedies};
use deedbox::domain::{
    CapabilitySet, ChangeSet, Key, Principal, PrincipalId, Record, ResourceId, Revision, Target,
};
use deedbox::registry::{self, Actor, plan_all};

use crate::brute::{self, how_many, turning};
use crate::generate;
use crate::rng::Rng;
use crate::universe::About;
use crate::world::{Question, World};

/// Sets that are tried for one question.
const MOST_SETS: usize = 1_500;

fn number(variable: &str, otherwise: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.and_then(|t| t.parse().ok()).unwrap_or(otherwise)
}

pub fn in_worlds(count: u64, mut look: impl FnMut(&World, &mut Rng)) {
    let first = number("DEEDBOX_SEED", 1);
    for seed in first..first + number("DEEDBOX_WORLDS", count) {
        let mut rng = Rng::new(seed);
        let world = generate::world(&mut rng);
        let at_work = Failing(seed);
        look(&world, &mut rng);
        std::mem::forget(at_work);
    }
}

/// Names the world when a test stops in it.
struct Failing(u64);

impl Drop for Failing {
    fn drop(&mut self) {
        eprintln!("--- world {}", self.0);
    }
}

/// A question that the platform knows the words of.
pub fn question(world: &World, rng: &mut Rng) -> Question {
    loop {
        let q = generate::questions::question(world, rng);
        let place = world.environment_of(q.target);
        if place.is_some_and(|(_, e)| q.request(e.platform()).is_some()) {
            return q;
        }
    }
}

fn words(world: &World, q: &Question, answer: &Remedies) -> String {
    let who = world.principal(q.who).map(Principal::reference);
    let records: Vec<String> = world
        .0
        .iter()
        .map(|(k, r)| format!("{k:?}: {r:?}"))
        .collect();
    let moves: Vec<_> = answer
        .remedies
        .iter()
        .map(|r| (&r.moves, r.others))
        .collect();
    format!(
        "{who:?} {} {:?} at {} address {:?}\n{:?}\n{moves:#?}\n{}",
        q.action.name(),
        q.target,
        q.at.0,
        q.address,
        answer.today,
        records.join("\n")
    )
}

#[test]
fn every_remedy_turns_the_answer_and_no_smaller_one_does() {
    let seen = RefCell::new(BTreeMap::<String, usize>::new());
    let note = |what: &str| *seen.borrow_mut().entry(what.to_owned()).or_default() += 1;
    in_worlds(200, |world, rng| {
        let snapshot = world.snapshot();
        for _ in 0..2 {
            let q = question(world, rng);
            let (_, environment) = world.environment_of(q.target).unwrap();
            let request = q.request(environment.platform()).unwrap();
            let answer = remedies(&snapshot, &request);
            assert_sound(world, &snapshot, &q, &request, &answer, &note);
        }
    });
    // Worlds in which nothing can be turned, or everything in one step, would show little.
    let seen = seen.into_inner();
    for what in [
        "allow: none",
        "allow: 1",
        "allow: 2",
        "deny: none",
        "deny: 1",
        "deny: 1, broad",
        "deny: 2",
        "compared with all of its size",
    ] {
        assert!(seen.contains_key(what), "{what}: {seen:#?}");
    }
    eprintln!("{seen:#?}");
}

fn assert_sound(
    world: &World,
    snapshot: &Snapshot,
    q: &Question,
    request: &Request<'_>,
    answer: &Remedies,
    note: &dyn Fn(&str),
) {
    let about = About { world, q };
    let was = check(snapshot, request).is_allowed();
    let why = || words(world, q, answer);
    assert!(answer.remedies.len() <= MOST_REMEDIES);
    for remedy in &answer.remedies {
        let mut state = snapshot.clone();
        state.apply(Revision(1), &remedy.changes);
        assert_ne!(check(&state, request).is_allowed(), was, "{}", why());
        assert_eq!(
            remedy.others.count,
            brute::others(snapshot, &remedy.moves, request),
            "others: {:?}\n{}",
            remedy.moves,
            why()
        );
        assert!(remedy.others.complete && remedy.smallest, "{}", why());
        assert!(about.leaves_group_roles(&remedy.moves), "{}", why());
        assert_eq!(remedy.changes, change_set(snapshot, &remedy.moves));
    }
    // No two are the same change under other words.
    let changes = answer.remedies.iter().map(|r| &r.changes);
    let same = |c: &ChangeSet| changes.clone().filter(|other| *other == c).count();
    assert!(changes.clone().all(|c| same(c) == 1), "{}", why());
    let ranks: Vec<usize> = answer.remedies.iter().map(|r| r.others.count).collect();
    assert!(ranks.is_sorted(), "{}", why());
    let sizes: Vec<usize> = answer.remedies.iter().map(|r| r.moves.len()).collect();
    assert!(sizes.windows(2).all(|w| w[0] == w[1]), "{}", why());
    let universe = if was {
        about.cuts()
    } else {
        about.gifts(snapshot)
    };
    let broad = answer.remedies.first().is_some_and(|r| r.broad);
    let size = sizes.first().copied();
    let direction = if was { "allow" } else { "deny" };
    let moves = size.map_or_else(|| "none".to_owned(), |size| size.to_string());
    let wide = if broad { ", broad" } else { "" };
    note(&format!("{direction}: {moves}{wide}"));
    // Nothing smaller does it, nor anything at all when nothing was found.
    let mut tried = 0;
    for smaller in 1..size.unwrap_or(3) {
        tried += how_many(universe.len(), smaller);
        if tried > MOST_SETS {
            note("too many sets");
            return;
        }
        let found = turning(
            &about,
            snapshot,
            request,
            &universe,
            smaller,
            broad || size.is_none(),
        );
        assert!(found.is_empty(), "smaller: {found:?}\n{}", why());
    }
    // What can't be cut is named, and only then.
    assert_eq!(answer.stays.is_empty(), !was || size.is_some(), "{}", why());
    assert!(
        !answer.stays.iter().any(|(_, e)| can_be_taken(e)),
        "{}",
        why()
    );
    let Some(size) = size else {
        return;
    };
    // Nobody becomes administrator when something else does it.
    if broad {
        for any in 1..=2 {
            tried += how_many(universe.len(), any);
            if tried > MOST_SETS {
                note("too many sets for administrators");
                return;
            }
            let found = turning(&about, snapshot, request, &universe, any, false);
            assert!(found.is_empty(), "narrower: {found:?}\n{}", why());
        }
    }
    if tried + how_many(universe.len(), size) > MOST_SETS {
        note("too many sets to compare");
        return;
    }
    let equal = turning(&about, snapshot, request, &universe, size, broad);
    let least = equal
        .iter()
        .map(|set| brute::others(snapshot, set, request))
        .min();
    assert_eq!(least, Some(ranks[0]), "{equal:?}\n{}", why());
    note("compared with all of its size");
}

/// Whether a route is a grant that somebody here can take away.
const fn can_be_taken(evidence: &Evidence) -> bool {
    match evidence {
        Evidence::Grant { origin, .. } => matches!(origin, Origin::Policy(_)),
        Evidence::Role { source, .. } => matches!(source, RoleSource::Binding { .. }),
        Evidence::Depth { .. } => true,
        _ => false,
    }
}

/// Records as both a remedy and a plan have them: a plan also gives out etags and numbers.
fn records(changes: &ChangeSet) -> Vec<(Key, Option<Record>)> {
    let plain = |record: &Record| {
        let mut record = record.clone();
        match &mut record {
            Record::Environment(e) => e.policy.etag = None,
            Record::Resource(r) => r.policy.etag = None,
            _ => {}
        }
        record
    };
    let changes = changes.0.iter().filter(|c| c.key != Key::Counters);
    changes
        .map(|c| (c.key.clone(), c.after.as_ref().map(plain)))
        .collect()
}

#[test]
fn every_remedy_can_be_planned_by_somebody_or_says_why_not() {
    let seen = RefCell::new(BTreeMap::<&str, usize>::new());
    let note = |what| *seen.borrow_mut().entry(what).or_default() += 1;
    in_worlds(300, |world, rng| {
        let snapshot = world.snapshot();
        let q = Question {
            address: None,
            ..question(world, rng)
        };
        let actors = world.actors();
        let actor = Actor {
            principal: rng.chance(80).then(|| *rng.pick(&actors)),
            store_administrator: rng.chance(50),
            ..Actor::store_administrator("test")
        };
        let reference = snapshot.reference(q.who);
        if snapshot.find_principal(&reference) == Some(q.who) {
            assert_plannable(world, &snapshot, &q, &actor, &reference, &note);
        }
    });
    let seen = seen.into_inner();
    eprintln!("{seen:?}");
    for what in ["may", "may not", "impossible"] {
        assert!(seen.contains_key(what), "{what}: {seen:?}");
    }
}

fn assert_plannable(
    world: &World,
    snapshot: &Snapshot,
    q: &Question,
    actor: &Actor,
    reference: &str,
    note: &dyn Fn(&'static str),
) {
    let (_, environment) = world.environment_of(q.target).unwrap();
    let request = q.request(environment.platform()).unwrap();
    let question = registry::Question {
        principal: reference,
        action: request.action,
        target: q.target,
        model: q.model,
        at: q.at,
    };
    let found = registry::remedies(snapshot, actor, &question, q.at).unwrap();
    let was = check(snapshot, &request).is_allowed();
    let best = remedies(snapshot, &request).remedies;
    let why = || format!("{actor:?} {found:#?}");
    for offer in &found.offers {
        let planned = plan_all(snapshot, actor, &offer.intents, q.at);
        match (&offer.refusal, planned) {
            (None, Ok(plan)) => {
                note("may");
                assert_ne!(check(&plan.after, &request).is_allowed(), was, "{}", why());
                assert_eq!(records(&plan.changes), records(&offer.remedy.changes));
            }
            (Some(refusal), Err(error)) => {
                note("may not");
                assert!(refusal.is_denial(), "{}", why());
                assert_eq!(refusal.key(), error.key(), "{}", why());
            }
            (said, planned) => panic!("{said:?}, and {planned:?}\n{}", why()),
        }
    }
    for (remedy, refusal) in &found.impossible {
        note("impossible");
        assert!(!refusal.is_denial(), "{}", why());
        assert_ne!(
            refusal.to_string(),
            "The answer would stay what it is.",
            "{remedy:?}\n{}",
            why()
        );
    }
    // Nothing is left out without a word.
    let offered = found.offers.iter().map(|o| &o.remedy);
    let told: Vec<&Remedy> = offered
        .chain(found.impossible.iter().map(|(remedy, _)| remedy))
        .collect();
    assert!(best.iter().all(|b| told.contains(&b)), "{}", why());
}

#[test]
fn a_comparison_is_that_of_all_capabilities() {
    in_worlds(100, |world, rng| {
        let snapshot = world.snapshot();
        let actors = world.actors();
        let (a, b, at) = (
            *rng.pick(&actors),
            *rng.pick(&actors),
            generate::moment(rng),
        );
        let can = |who: PrincipalId, id: ResourceId| {
            capabilities(&snapshot, who, Target::Resource(id), at)
        };
        let ours: Vec<(ResourceId, CapabilitySet, CapabilitySet)> = world
            .resources()
            .map(|(id, _)| (id, can(a, id), can(b, id)))
            .filter(|(_, a, b)| a != b)
            .collect();
        let theirs: Vec<_> = compare(&snapshot, a, b, at)
            .into_iter()
            .map(|d| (d.resource, d.a, d.b))
            .collect();
        let mut sorted = ours;
        sorted.sort();
        assert_eq!(theirs, sorted);
    });
}
