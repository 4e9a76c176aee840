//! Remedies as intents: what somebody would have to plan so that an answer turns, whether the one who
//! asks may, and whether anybody can.

use std::collections::BTreeSet;

use crate::authz::remedy::acceptable;
use crate::authz::{
    ActionId, Check, Evidence, Explanation, Move, Remedy, Request, Snapshot, check, platforms,
};
use crate::domain::{Capability, PrincipalId, Specifics, Status, Target, Timestamp};

use super::actor::Actor;
use super::as_intents::intents;
use super::intents::Intent;
use super::refusal::{Refusal, RefusalKey};
use super::several::try_all;

/// A decision that somebody wants turned.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Who, by reference; a name that nobody knows counts as an outsider.
    pub principal: &'a str,
    /// What.
    pub action: ActionId,
    /// To what.
    pub target: Target,
    /// The model that a method predicts with, which may lie in another project.
    pub model: Option<Target>,
    /// When.
    pub at: Timestamp,
}

impl Question<'_> {
    fn request(&self, principal: PrincipalId) -> Request<'_> {
        let mut request = Request::new(principal, self.action, self.target, self.at);
        request.model = self.model;
        request
    }
}

/// A remedy that fits the state: whoever is entitled to its steps can carry it out.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The steps and what else they change.
    pub remedy: Remedy,
    /// The same as intents, in an order in which they can be planned as one change.
    pub intents: Vec<Intent>,
    /// Why the one who asks may not do it, and what would be needed; `None` when they may.
    pub refusal: Option<Refusal>,
}

/// What can be done about a decision.
#[derive(Debug, Clone)]
pub struct Offers {
    /// The state that was asked, in which the principal is known.
    pub known: Snapshot,
    /// Today's decision.
    pub today: Explanation,
    /// The smallest remedies that can be carried out, the best first.
    pub offers: Vec<Offer>,
    /// Remedies that are better, or would be, but that nobody can carry out, and why.
    pub impossible: Vec<(Remedy, Refusal)>,
    /// When nothing turns an allow: the routes that can't be cut.
    pub stays: Vec<(Check, Evidence)>,
}

/// Finds the remedies of a decision that somebody can carry out, and tells which of them the actor
/// may. `now` is the moment at which they would be planned.
///
/// # Errors
/// When the principal's reference is none.
pub fn remedies(
    snapshot: &Snapshot,
    actor: &Actor,
    question: &Question<'_>,
    now: Timestamp,
) -> Result<Offers, String> {
    let (known, principal) = snapshot.introduce(question.principal)?;
    let request = question.request(principal);
    let turned = !check(&known, &request).is_allowed();
    let trial = Trial {
        snapshot,
        known: &known,
        actor,
        question,
        turned,
        now,
    };
    let mut offers = Vec::new();
    let mut impossible = Vec::new();
    let answer = acceptable(&known, &request, |remedy| {
        if impossible.len() >= MOST_REFUSED {
            return false;
        }
        match trial.offer(remedy) {
            Ok(offer) => offers.push(offer),
            Err(refusal) => {
                impossible.push((remedy.clone(), refusal));
                return false;
            }
        }
        true
    });
    Ok(Offers {
        today: answer.today,
        offers,
        impossible,
        stays: answer.stays,
        known,
    })
}

/// Where remedies are tried out.
struct Trial<'a> {
    /// The state that plans are made on.
    snapshot: &'a Snapshot,
    /// The same, in which the principal is known.
    known: &'a Snapshot,
    actor: &'a Actor,
    question: &'a Question<'a>,
    /// The answer that is wanted.
    turned: bool,
    now: Timestamp,
}

impl Trial<'_> {
    /// The remedy as intents, when somebody can carry them out.
    fn offer(&self, remedy: &Remedy) -> Result<Offer, Refusal> {
        let mut intents = intents(self.known, &remedy.moves);
        let offer = |intents, refusal| Offer {
            remedy: remedy.clone(),
            intents,
            refusal,
        };
        let refusal = match self.carry_out(self.actor, &intents) {
            Ok(()) => return Ok(offer(intents, None)),
            Err(refusal) => refusal,
        };
        // Whoever takes from themselves what the next step needs begins at the other end.
        intents.reverse();
        if self.carry_out(self.actor, &intents).is_ok() {
            return Ok(offer(intents, None));
        }
        intents.reverse();
        let mut wrong = None;
        for somebody in self.entitled(remedy) {
            match self.carry_out(&somebody, &intents) {
                Ok(()) => return Ok(offer(intents, Some(refusal))),
                // What does not fit does so whoever asks; who may not, tells nothing about others.
                Err(error) if !error.is_denial() => wrong = Some(error),
                Err(_) => {}
            }
        }
        match wrong {
            Some(error) => Err(error),
            None if refusal.is_denial() => Ok(offer(intents, Some(refusal))),
            None => Err(refusal),
        }
    }

    /// Whether intents can be planned as one change, and the answer is then the one that is wanted.
    fn carry_out(&self, actor: &Actor, intents: &[Intent]) -> Result<(), Refusal> {
        let after = try_all(self.snapshot, actor, intents, self.now)?;
        let question = self.question;
        let is_turned = after
            .introduce(question.principal)
            .is_ok_and(|(after, who)| {
                check(&after, &question.request(who)).is_allowed() == self.turned
            });
        if is_turned {
            return Ok(());
        }
        Err(Refusal::rule(
            RefusalKey::NothingToDo,
            "The answer would stay what it is.",
        ))
    }

    /// A few who could be allowed to: store administrators too, and each of them someone who may
    /// share all that the remedy changes.
    fn entitled(&self, remedy: &Remedy) -> Vec<Actor> {
        let places: BTreeSet<Target> = remedy.moves.iter().filter_map(Move::place).collect();
        let nobody = Actor::store_administrator("");
        if places.is_empty() {
            return vec![nobody];
        }
        let may = |who: &PrincipalId| {
            places.iter().all(|place| {
                let share = Request::new(*who, Capability::Share.into(), *place, self.now);
                check(self.known, &share).is_allowed()
            })
        };
        let people: BTreeSet<PrincipalId> = places.iter().flat_map(|p| self.named(*p)).collect();
        let mut people: Vec<PrincipalId> = people.into_iter().filter(may).collect();
        people.sort_by_key(|who| !self.administers_all(*who, &places));
        let people = people.into_iter().take(MOST_ENTITLED);
        people
            .map(|who| Actor {
                principal: Some(who),
                ..nobody.clone()
            })
            .collect()
    }

    fn administers_all(&self, who: PrincipalId, places: &BTreeSet<Target>) -> bool {
        let known = self.known;
        let mut environments = places.iter().filter_map(|p| known.environment_of(*p));
        environments.all(|id| platforms::administrator(known, id, who, self.now).is_some())
    }

    /// Those whom a resource or its environment names, and a few out of every group among them.
    fn named(&self, place: Target) -> Vec<PrincipalId> {
        let known = self.known;
        let mut named = Vec::new();
        if let Some(resource) = place.resource().and_then(|id| known.resource(id)) {
            named.extend(resource.policy.grants().map(|(_, _, member)| member));
            named.extend(resource.owner);
        }
        let environment = known.environment_of(place);
        if let Some((id, above)) = environment.and_then(|id| Some((id, known.place(id)?))) {
            let above = &above.environment;
            named.extend(above.policy.grants().map(|(_, _, member)| member));
            match &above.specifics {
                Specifics::Google { inherited, .. } => {
                    named.extend(inherited.iter().flat_map(|b| b.members.iter().copied()));
                }
                Specifics::OpenSearch { settings, .. } => {
                    named.extend(&settings.super_administrators);
                }
                _ => {}
            }
            named.extend(known.accounts(id).map(|(who, _)| who).take(MOST_NAMED));
        }
        named.truncate(MOST_NAMED);
        named.into_iter().flat_map(|id| self.some_of(id)).collect()
    }

    /// Up to three who act as a principal.
    fn some_of(&self, id: PrincipalId) -> Vec<PrincipalId> {
        let mut actors = Vec::new();
        let mut seen = BTreeSet::new();
        let mut queue = vec![id];
        while let Some(next) = queue.pop().filter(|_| actors.len() < 3) {
            let Some(principal) = self.known.principal(next).filter(|_| seen.insert(next)) else {
                continue;
            };
            if principal.is_actor() && principal.status() == Status::Active {
                actors.push(next);
            }
            queue.extend(principal.members().iter().take(MOST_NAMED));
        }
        actors
    }
}

/// Remedies that are refused before the search ends.
const MOST_REFUSED: usize = 20;
/// People of a resource and its environment who are considered as the ones who could do it.
const MOST_NAMED: usize = 500;
/// Those for whom it is tried.
const MOST_ENTITLED: usize = 4;
