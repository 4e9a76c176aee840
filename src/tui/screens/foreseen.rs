//! What a form would do, below its fields: worked out once for each change of what is filled in, and
//! where that takes long, beside the screen. The newest input counts; work for an older one stops.

use std::sync::Arc;

use ratatui::Frame;

use crate::authz::wording;
use crate::domain::{PrincipalId, Revision, Timestamp};
use crate::registry::watch::Reached;
use crate::registry::{Intent, Plan, Watch};

use super::super::parts::planning::{Outcome, Prepared, Then, Wanted, Work};
use super::super::parts::prose::Tone;
use super::super::screen::{Act, Answer, Ticket};
use super::super::state::State;
use super::form::{Sheet, heading};

/// The preview of a form.
#[derive(Debug, Default)]
pub struct Foreseen {
    of: Option<Basis>,
    outcome: Option<Outcome>,
    work: Option<Work>,
    /// How it goes on once the work is done: the plan was asked for meanwhile.
    asked: Option<Then>,
}

/// What a preview was worked out from.
#[derive(Debug, PartialEq)]
struct Basis {
    intents: Arc<Vec<Intent>>,
    revision: Revision,
    actor: Option<PrincipalId>,
    at: Timestamp,
}

impl Basis {
    fn is_of(&self, state: &State, intents: &[Intent]) -> bool {
        self.revision == state.snapshot.revision()
            && self.actor == state.actor.principal
            && *self.intents == *intents
    }
}

/// A plan that was foreseen stands in for one that is made now for so many seconds.
const FRESH: i64 = 300;

impl Foreseen {
    /// Brings it up to what is filled in; `None` while there is nothing to foresee.
    pub fn follow(&mut self, state: &mut State, intents: Option<Vec<Intent>>) {
        let Some(intents) = intents else {
            *self = Self::default();
            return;
        };
        if self.of.as_ref().is_some_and(|of| of.is_of(state, &intents)) {
            return;
        }
        let intents = Arc::new(intents);
        *self = Self {
            of: Some(Basis {
                intents: Arc::clone(&intents),
                revision: state.snapshot.revision(),
                actor: state.actor.principal,
                at: state.now,
            }),
            ..Self::default()
        };
        let wanted = Wanted::Intents(intents);
        if state.plans_outside(wanted.targets()) {
            self.work = Some(Work::begin(state, wanted));
        } else {
            let (snapshot, actor, now) = (&state.snapshot, &state.actor, state.now);
            self.outcome = Some(wanted.work_out(snapshot, actor, now, Watch::default()));
        }
    }

    /// What showing the plan leads to: the one that was foreseen where it is this very one, or will be
    /// as soon as it is there; else one that is made now.
    pub fn propose(&mut self, state: &State, intents: Vec<Intent>, verb: &'static str) -> Vec<Act> {
        let then = Then {
            verb,
            ..Then::default()
        };
        let fresh = |of: &&Basis| {
            let age = state.now.0.saturating_sub(of.at.0);
            of.is_of(state, &intents) && age < FRESH && state.frozen().is_none()
        };
        match (self.of.as_ref().filter(fresh), &self.outcome, &self.work) {
            (Some(_), Some(Ok(prepared)), _) => {
                self.asked = None;
                vec![Act::Planned {
                    outcome: Ok(prepared.clone()),
                    then,
                }]
            }
            (Some(_), None, Some(_)) => {
                self.asked = Some(then);
                Vec::new()
            }
            _ => vec![Act::propose_all(intents, verb)],
        }
    }

    /// What it comes to, once that was worked out.
    pub const fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// Whether it is being worked out.
    pub const fn is_under_way(&self) -> bool {
        self.work.is_some()
    }

    /// Has its plan come up as soon as it is there.
    pub fn ask(&mut self, then: Then) {
        self.asked = Some(then);
    }

    /// Takes back that its plan was asked for; says whether it was.
    pub fn unask(&mut self) -> bool {
        self.asked.take().is_some()
    }

    /// What was asked for while it was still being worked out, once it is there.
    pub fn due(&mut self) -> Vec<Act> {
        let Some(outcome) = &self.outcome else {
            return Vec::new();
        };
        let then = self.asked.take().into_iter();
        then.map(|then| Act::Planned {
            outcome: outcome.clone(),
            then,
        })
        .collect()
    }

    /// Takes what was worked out; says whether it was this preview's.
    pub fn answered(&mut self, ticket: Ticket, answer: &mut Option<Answer>) -> bool {
        let own = self.work.as_ref().is_some_and(|work| work.is(ticket));
        if own {
            self.work = None;
            let outcome = answer.take().and_then(|a| a.downcast::<Outcome>().ok());
            self.outcome = outcome.map(|outcome| *outcome);
        }
        own
    }

    /// Takes how far the work is; says whether it was this preview's.
    pub fn reached(&mut self, ticket: Ticket, reached: Reached) -> bool {
        let work = self.work.as_mut().filter(|work| work.is(ticket));
        work.map(|work| work.tell(reached)).is_some()
    }

    /// Draws what would be done, in a few lines: the effect, warnings, or why it is refused; and
    /// which key shows the plan, where there is one.
    pub fn draw(&self, state: &State, sheet: &mut Sheet, frame: &mut Frame<'_>, key: &str) {
        if self.of.is_none() {
            return;
        }
        heading(state, sheet, frame, "effect");
        match &self.outcome {
            Some(Ok(prepared)) => {
                sheet.keep(1);
                sheet.toned(state, frame, &foreseen(prepared));
                let text = format!("{key} shows it whole, and asks");
                sheet.line(frame, &text, state.theme.dim());
            }
            Some(Err(refusal)) => {
                let lines = refusal.lines().into_iter().map(|l| (Tone::Bad, l));
                sheet.toned(state, frame, &lines.collect::<Vec<_>>());
            }
            None => {
                sheet.keep(1);
                sheet.toned(state, frame, &[(Tone::Dim, self.pending(key))]);
            }
        }
    }

    /// What stands there while there is nothing to show yet.
    pub fn pending(&self, key: &str) -> String {
        match &self.work {
            Some(work) => waiting(work, self.asked.is_some()),
            None => format!("This could not be worked out; {key} tries it again."),
        }
    }
}

/// What is said while something is worked out, and when its plan was asked for meanwhile. It stands
/// still: only the numbers change.
fn waiting(work: &Work, asked: bool) -> String {
    let progress = work.progress().map(|p| format!(" ({p})"));
    let follows = if asked {
        " The plan comes up as soon as it is there."
    } else {
        ""
    };
    format!(
        "Working out what this changes…{}{follows}",
        progress.unwrap_or_default()
    )
}

fn foreseen(prepared: &Prepared) -> Vec<(Tone, String)> {
    let plan: &Plan = &prepared.plan;
    let mut lines = vec![(Tone::Good, plan.stamp.effect.clone())];
    let later = plan.later.iter();
    lines.extend(later.map(|(at, effect)| (Tone::Plain, wording::later(*at, effect))));
    lines.extend(plan.warnings.iter().map(|w| (Tone::Warn, format!("! {w}"))));
    let companions = plan.companions.iter();
    lines.extend(companions.map(|c| (Tone::Plain, format!("• {c}"))));
    lines
}
