//! Remedies: the smallest change sets that turn an answer, ranked by how little else they change.
//!
//! A remedy is made of [moves](Move), each of which changes data only and is one intent. From allow to
//! deny (`cut.rs`) it is the complete cut of all routes; from deny to allow (`give.rs`) it is what makes
//! every check pass. Only the fewest moves that do it are remedies, and nothing is proposed that is
//! broader than needed: nobody is made administrator, or let at everybody's rows, unless nothing else
//! turns the answer; nothing becomes public, no setting and no owner changes, nobody is suspended and
//! nothing is deleted.
//!
//! Both searches ask the core itself, on a small cutout of the snapshot, so a remedy can't
//! disagree with a decision, and what it costs does not depend on how many people and models there
//! are.

mod ai_builder;
mod cut;
mod cutout;
mod cuts;
mod fabric;
mod gifts;
mod give;
mod google;
mod moves;
mod names;
mod opensearch;
mod others;
mod question;
mod ranking;
mod scope;
mod stays;
mod words;

use crate::domain::ChangeSet;

use super::decide::explain;
use super::decision::{Check, Evidence, Explanation};
use super::request::Request;
use super::snapshot::Snapshot;
use cut::{Cut, Found};
use cutout::Cutout;
use give::Give;
use others::Counter;
use question::Question;
use ranking::Ranking;

pub use moves::{Move, change_set};
pub use others::{MOST_PAIRS, Others};
pub use words::step;

/// Remedies that are proposed at most.
pub const MOST_REMEDIES: usize = 3;

/// A change set that turns an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Remedy {
    /// Its steps, in the order in which they are carried out.
    pub moves: Vec<Move>,
    /// The records that change, in the snapshot that was asked.
    pub changes: ChangeSet,
    /// How many other decisions change.
    pub others: Others,
    /// Whether the principal becomes administrator of the environment, or reaches other people's rows
    /// all over it by a role's depth, because nothing less turns the answer.
    pub broad: bool,
    /// Whether it is certain that no smaller one turns the answer. There can be too many routes, or
    /// too many groups to join, to compare them all.
    pub smallest: bool,
}

/// What turns an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Remedies {
    /// Today's decision.
    pub today: Explanation,
    /// At most [`MOST_REMEDIES`], the best first.
    pub remedies: Vec<Remedy>,
    /// When nothing turns an allow: the routes that can't be cut.
    pub stays: Vec<(Check, Evidence)>,
}

/// The remedies of a decision: those that turn it.
pub fn remedies(snapshot: &Snapshot, request: &Request<'_>) -> Remedies {
    acceptable(snapshot, request, |_| true)
}

/// The remedies of a decision among those that somebody accepts, who is asked in the order of the
/// ranking. When none of the smallest is accepted, the next larger ones are looked at.
pub fn acceptable(
    snapshot: &Snapshot,
    request: &Request<'_>,
    mut accept: impl FnMut(&Remedy) -> bool,
) -> Remedies {
    let today = explain(snapshot, request);
    let allowed = today.verdict.is_allowed();
    let mut answer = Remedies {
        today,
        remedies: Vec::new(),
        stays: Vec::new(),
    };
    let joinable = (!allowed).then(|| gifts::holders(snapshot, request));
    let groups = joinable.iter().flat_map(|holders| &holders.groups).copied();
    let mut cutout = Cutout::of(snapshot, groups.chain([request.principal]));
    let Some(small) = cutout.request(request) else {
        return answer;
    };
    let question = Question {
        small: cutout.snapshot(),
        request: small,
    };
    let mut ranking = Ranking {
        snapshot,
        counter: Counter::new(snapshot, request, cutout.clone()),
        names: &cutout.names().turned(),
        accept: &mut accept,
    };
    if allowed {
        let mut cut = Cut::new(question);
        answer.remedies = cuts(&mut cut, &mut ranking);
        if answer.remedies.is_empty() {
            answer.stays = stays::of(&answer.today, &cut.rest(), cutout.names());
        }
    } else {
        let all = joinable.is_none_or(|holders| holders.all);
        answer.remedies = gifts_of(question, &mut ranking, all);
    }
    answer
}

/// The best cuts of the smallest size at which any is accepted.
fn cuts(cut: &mut Cut<'_>, ranking: &mut Ranking<'_>) -> Vec<Remedy> {
    loop {
        let found = match cut.next() {
            Found::Sets(sets) => ranking.best(&sets, false, true),
            Found::One(set, smallest) => return ranking.best(&[set], false, smallest),
            Found::Nothing => return Vec::new(),
        };
        if !found.is_empty() {
            return found;
        }
    }
}

/// The best gifts of the smallest size at which any is accepted; broad ones last.
fn gifts_of(question: Question<'_>, ranking: &mut Ranking<'_>, smallest: bool) -> Vec<Remedy> {
    for broad in [false, true] {
        let mut give = Give::new(question, broad);
        loop {
            let sets = give.next();
            if sets.is_empty() {
                break;
            }
            let found = ranking.best(&sets, broad, smallest);
            if !found.is_empty() {
                return found;
            }
        }
    }
    Vec::new()
}
