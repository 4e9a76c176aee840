//! What would turn an answer, in words: the steps, what else they change, who may take them and whom
//! to ask.

use std::collections::BTreeSet;

use crate::authz::remedy::step;
use crate::authz::who_can::holders;
use crate::authz::{ActionId, Effect, Move, Snapshot, effect, wording};
use crate::domain::{Capability, CapabilitySet, PrincipalId, ResourceId, Target, Timestamp};
use crate::registry::plan::capitalized;
use crate::registry::{Actor, Intent, Offer, Offers, Question, Refusal, remedies};

use super::super::super::parts::prose::Tone;
use super::super::super::text::count;
use super::question::Whole;

/// One way to turn an answer.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its steps in one line.
    pub steps: String,
    /// What else it changes, and why the viewer may not do it.
    pub beside: Vec<(Tone, String)>,
    /// The same as intents, to be planned as one change.
    pub intents: Vec<Intent>,
    /// Why the viewer may not do it; `None` when they may.
    pub refusal: Option<Refusal>,
}

/// What can be done about an answer.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The ways, the best first.
    pub told: Vec<Told>,
    /// Why there is none.
    pub none: Vec<String>,
}

/// Works out what would turn an answer. Takes its time where an organization is large.
pub fn work_out(snapshot: &Snapshot, actor: &Actor, whole: &Whole, now: Timestamp) -> Found {
    let principal = snapshot.reference(whole.who);
    let question = Question {
        principal: &principal,
        action: whole.action,
        target: whole.on,
        model: None,
        at: whole.at,
    };
    let offers = match remedies(snapshot, actor, &question, now) {
        Ok(offers) => offers,
        Err(why) => {
            return Found {
                told: Vec::new(),
                none: vec![why],
            };
        }
    };
    let told: Vec<Told> = offers
        .offers
        .iter()
        .map(|offer| tell(&offers, offer, whole, now))
        .collect();
    let none = if told.is_empty() {
        why_none(&offers)
    } else {
        Vec::new()
    };
    Found { told, none }
}

fn tell(found: &Offers, offer: &Offer, whole: &Whole, now: Timestamp) -> Told {
    let known = &found.known;
    let steps: Vec<String> = offer.remedy.moves.iter().map(|m| step(known, m)).collect();
    let mut beside = beside(found, offer, whole);
    if offer.remedy.broad {
        let text = "gives far more than was asked: nothing less does it";
        beside.push((Tone::Warn, text.to_owned()));
    }
    if !offer.remedy.smallest {
        let text = "there is too much to compare it all; fewer steps may do";
        beside.push((Tone::Dim, text.to_owned()));
    }
    if let Some(refusal) = &offer.refusal {
        beside.push((Tone::Bad, refused(known, whole.on, refusal)));
        // The store's own rules say themselves whom to ask.
        if !matches!(refusal, Refusal::Rule { .. }) {
            let whom = whom_to_ask(known, offer, now);
            beside.push((Tone::Plain, format!("Ask {whom}.")));
        }
    }
    Told {
        steps: steps.join("; "),
        beside,
        intents: offer.intents.clone(),
        refusal: offer.refusal.clone(),
    }
}

/// Why the viewer may not do it, in sentences.
fn refused(known: &Snapshot, on: Target, refusal: &Refusal) -> String {
    let Refusal::Decision {
        what, explanation, ..
    } = refusal
    else {
        return refusal.to_string();
    };
    let first = explanation.first_failure();
    let reasons = explanation.reasons.iter();
    let why = reasons
        .filter(|r| Some(r.check) == first)
        .map(|r| capitalized(&wording::reason(known, on, r)) + ".");
    let sentences = std::iter::once(format!("You can't {what}.")).chain(why);
    sentences.collect::<Vec<_>>().join(" ")
}

/// Those who may share all that a remedy changes, a few of them; store administrators for what lies
/// in the directory.
fn whom_to_ask(known: &Snapshot, offer: &Offer, now: Timestamp) -> String {
    let places: BTreeSet<Target> = offer.remedy.moves.iter().filter_map(Move::place).collect();
    let mut sets = places.iter().map(|place| {
        let share = holders(known, Capability::Share.into(), *place, now);
        share.into_iter().collect::<BTreeSet<PrincipalId>>()
    });
    let may: BTreeSet<PrincipalId> = if let Some(first) = sets.next() {
        sets.fold(first, |all, set| &all & &set)
    } else {
        let logins = known.logins().values();
        let logins = logins.filter(|l| l.store_administrator);
        logins.filter_map(|l| l.user).collect()
    };
    let person = |id: &PrincipalId| known.principal(*id).is_some_and(|p| p.is_active_user());
    let names: Vec<String> = may
        .into_iter()
        .filter(person)
        .take(3)
        .map(|id| known.label(id))
        .collect();
    match (names.is_empty(), places.is_empty()) {
        (false, _) => listed(&names),
        (true, true) => "a store administrator".to_owned(),
        (true, false) => "an administrator of the environment".to_owned(),
    }
}

/// `A, B or C`.
fn listed(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// What a remedy changes besides the answer that is asked for.
fn beside(found: &Offers, offer: &Offer, whole: &Whole) -> Vec<(Tone, String)> {
    let others = offer.remedy.others;
    if others.complete && others.count == 0 {
        return vec![(Tone::Good, "nothing else changes".to_owned())];
    }
    if !others.complete {
        let text = match others.count {
            0 => "reaches too far to be counted: the plan tells".to_owned(),
            n => format!("reaches far: at least {n} other answers change"),
        };
        return vec![(Tone::Warn, text)];
    }
    let known = &found.known;
    let mut after = known.clone();
    after.apply(known.revision(), &offer.remedy.changes);
    let effect = effect(known, &after, &offer.remedy.changes, whole.at);
    let lines = side_effects(known, &effect, whole);
    if lines.is_empty() {
        // What changes is counted in other words than capabilities.
        let text = count(others.count, "other answer changes", "other answers change");
        return vec![(Tone::Plain, text)];
    }
    lines
}

/// Who else gains and loses what, in as few lines as say it.
fn side_effects(known: &Snapshot, effect: &Effect, whole: &Whole) -> Vec<(Tone, String)> {
    let asked = match whole.action {
        ActionId::Capability(capability) => CapabilitySet::default().with(capability),
        _ => CapabilitySet::default(),
    };
    let here = whole.on.resource();
    let name = known.label(whole.who);
    let mut own = [CapabilitySet::default(); 2];
    let mut elsewhere = [Side::default(), Side::default()];
    let mut others = [Side::default(), Side::default()];
    for row in &effect.rows {
        let sides = [row.gained, row.lost];
        for (side, set) in sides.into_iter().enumerate().filter(|(_, s)| !s.is_empty()) {
            let (Some(own), Some(elsewhere), Some(others)) = (
                own.get_mut(side),
                elsewhere.get_mut(side),
                others.get_mut(side),
            ) else {
                continue;
            };
            if row.principal != whole.who {
                others.add(row.principal, row.resource, set);
            } else if Some(row.resource) == here {
                *own = own.union(set.minus(asked));
            } else {
                elsewhere.add(row.principal, row.resource, set);
            }
        }
    }
    let [gained, lost] = own;
    let [more, less] = elsewhere;
    let [given, taken] = others;
    let mut lines = Vec::new();
    if !gained.is_empty() {
        lines.push((
            Tone::Plain,
            format!("{name} can then also {} it", words(gained)),
        ));
    }
    if !lost.is_empty() {
        lines.push((
            Tone::Plain,
            format!("{name} also loses {} here", words(lost)),
        ));
    }
    if !more.people.is_empty() {
        let what = more.what();
        lines.push((
            Tone::Warn,
            format!("{name} can then also {} {what}", words(more.set)),
        ));
    }
    if !less.people.is_empty() {
        let what = less.what();
        lines.push((
            Tone::Warn,
            format!("{name} also loses {} of {what}", words(less.set)),
        ));
    }
    if !given.people.is_empty() {
        let people = given.crowd(known);
        let where_to = given.where_to(here);
        lines.push((
            Tone::Warn,
            format!("also lets {people} {}{where_to}", words(given.set)),
        ));
    }
    if !taken.people.is_empty() {
        let people = taken.crowd(known);
        let where_to = taken.where_to(here);
        lines.push((
            Tone::Warn,
            format!("also takes {} from {people}{where_to}", words(taken.set)),
        ));
    }
    for id in &effect.opened {
        let name = known.target_label(Target::Resource(*id));
        lines.push((Tone::Bad, format!("opens {name} to everybody")));
    }
    lines
}

/// People and what changes for them.
#[derive(Debug, Default)]
struct Side {
    people: BTreeSet<PrincipalId>,
    resources: BTreeSet<ResourceId>,
    set: CapabilitySet,
}

impl Side {
    fn add(&mut self, who: PrincipalId, on: ResourceId, set: CapabilitySet) {
        self.people.insert(who);
        self.resources.insert(on);
        self.set = self.set.union(set);
    }

    fn crowd(&self, known: &Snapshot) -> String {
        let service = |id: &&PrincipalId| wording::is_service_account(known, **id);
        let services = self.people.iter().filter(service).count();
        wording::crowd(self.people.len() - services, services, "other ")
    }

    fn what(&self) -> String {
        count(
            self.resources.len(),
            "other model or experiment",
            "other models and experiments",
        )
    }

    /// Where, when that is more than the resource that was asked about.
    fn where_to(&self, here: Option<ResourceId>) -> String {
        let only_here = self.resources.iter().all(|r| Some(*r) == here);
        if only_here {
            String::new()
        } else {
            format!(
                ", on {}",
                count(self.resources.len(), "model", "models and experiments")
            )
        }
    }
}

fn words(set: CapabilitySet) -> String {
    set.words().replace(' ', ", ")
}

/// Refused remedies that are shown.
const SHOWN: usize = 3;

/// Why nothing turns the answer.
fn why_none(found: &Offers) -> Vec<String> {
    let known = &found.known;
    let mut lines: Vec<String> = Vec::new();
    // What is refused for one reason is told together.
    let mut refused: Vec<(String, Vec<String>)> = Vec::new();
    for (remedy, refusal) in found.impossible.iter().take(SHOWN) {
        let steps: Vec<String> = remedy.moves.iter().map(|m| step(known, m)).collect();
        let (steps, why) = (steps.join("; "), refusal.to_string());
        match refused.iter_mut().find(|(said, _)| *said == why) {
            Some((_, ways)) => ways.push(steps),
            None => refused.push((why, vec![steps])),
        }
    }
    for (why, ways) in refused {
        let ways = ways.into_iter();
        lines.extend(ways.map(|steps| format!("not possible: {steps}")));
        lines.push(format!("because: {why}"));
    }
    for (check, evidence) in &found.stays {
        let route = wording::evidence(known, evidence);
        lines.push(format!("can't be taken away: {check}: {route}"));
    }
    let last = if found.impossible.len() == 1 {
        "It is refused."
    } else if !found.impossible.is_empty() {
        "Each of these is refused."
    } else if found.today.verdict.is_allowed() {
        "It does not come from grants, memberships or backend roles alone, so nothing smaller than another owner or mode ends it."
    } else {
        "No grant, membership or backend role that could be given turns the answer."
    };
    lines.push(last.to_owned());
    lines
}
