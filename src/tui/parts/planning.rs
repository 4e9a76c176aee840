//! Plans, worked out where they keep nobody waiting: at once where that is quick, else on a thread of
//! its own that tells how far it is and looks whether anybody still waits.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::authz::Snapshot;
use crate::domain::{JournalEntry, Timestamp};
use crate::registry::watch::{Reached, Stage};
use crate::registry::{Actor, Intent, Plan, Refusal, Watch, plan_all_watched};

use super::super::screen::Ticket;
use super::super::screens::journal::take_back;
use super::super::state::State;
use super::describe::describe;
use super::prose::Tone;
use super::table::grouped;

/// What is to be planned as one change.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// Intents, one after the other.
    Intents(Arc<Vec<Intent>>),
    /// Journal entries to be taken back, and the entries that may have overtaken them.
    Undo(Vec<JournalEntry>, Arc<Vec<JournalEntry>>),
}

/// How a plan goes on once it is there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Then {
    /// What the button that makes it last says; empty for what taking back says.
    pub verb: &'static str,
    /// Lines to be read besides, under a heading of their own.
    pub beside: Vec<(Tone, String)>,
}

/// A plan, and what is said about it before it is made to last.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// What it does, in lines.
    pub lines: Vec<(Tone, String)>,
}

/// What planning comes to.
pub type Outcome = Result<Box<Prepared>, Refusal>;

impl Wanted {
    /// So many things are changed, as far as that can be seen.
    pub fn targets(&self) -> usize {
        let of = |intent: &Intent| match intent {
            Intent::Reassign(reassign) => reassign.models.len(),
            _ => 1,
        };
        match self {
            Self::Intents(intents) => intents.iter().map(of).sum(),
            Self::Undo(entries, _) => entries.iter().map(|e| e.changes.len()).sum(),
        }
    }

    /// Works the plan out, here and now.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn work_out(
        &self,
        snapshot: &Snapshot,
        actor: &Actor,
        now: Timestamp,
        watch: Watch<'_>,
    ) -> Outcome {
        let plan = match self {
            Self::Intents(intents) => plan_all_watched(snapshot, actor, intents, now, watch),
            Self::Undo(entries, history) => {
                take_back(snapshot, actor, entries, history, now, watch)
            }
        };
        plan.map(|plan| Box::new(Prepared::new(snapshot, plan)))
    }
}

impl Prepared {
    /// A plan on a state, in words.
    pub fn new(before: &Snapshot, plan: Plan) -> Self {
        Self {
            lines: describe(before, &plan),
            plan,
        }
    }
}

/// A plan that is being worked out beside the screen. Whoever drops it wants it no more.
#[derive(Debug)]
pub struct Work {
    ticket: Ticket,
    stop: Arc<AtomicBool>,
    reached: Option<Reached>,
}

impl Drop for Work {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Work {
    /// Begins it; an [`Outcome`] comes under its ticket.
    pub fn begin(state: &mut State, wanted: Wanted) -> Self {
        Self::doing(state, move |snapshot, (actor, now), watch| -> Outcome {
            wanted.work_out(snapshot, actor, now, watch)
        })
    }

    /// Begins something else that tells how far it is and can be stopped; what it comes to comes under
    /// its ticket.
    pub fn doing<T: Send + 'static>(
        state: &mut State,
        work: impl FnOnce(&Snapshot, (&Actor, Timestamp), Watch<'_>) -> T + Send + 'static,
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let (snapshot, actor, now) = (Arc::clone(&state.snapshot), state.actor.clone(), state.now);
        let ticket = state.compute_telling(move |tell| -> T {
            let told = Cell::new(None);
            let hear = |reached: Reached| {
                if told.replace(Some(shown(reached))) != Some(shown(reached)) {
                    tell(reached);
                }
                !stopped.load(Ordering::Relaxed)
            };
            work(&snapshot, (&actor, now), Watch::new(&hear))
        });
        Self {
            ticket,
            stop,
            reached: None,
        }
    }

    /// Whether a ticket is this work's.
    pub fn is(&self, ticket: Ticket) -> bool {
        self.ticket == ticket
    }

    /// Takes how far it is.
    pub fn tell(&mut self, reached: Reached) {
        self.reached = Some(reached);
    }

    /// How far it is: `1 200 of 5 000 changes planned`.
    pub fn progress(&self) -> Option<String> {
        let Reached { stage, done, all } = self.reached.filter(|r| r.all >= COUNTED)?;
        let (done, all) = (grouped(done), grouped(all));
        Some(match stage {
            Stage::Changes => format!("{done} of {all} changes planned"),
            Stage::People => format!("people compared on {done} of {all}"),
        })
    }
}

/// Fewer are done before anybody has read how many there are.
const COUNTED: usize = 10;

/// Of very many steps a hundred are told: each draws a frame.
fn shown(reached: Reached) -> (Stage, usize, usize) {
    let Reached { stage, done, all } = reached;
    (stage, all, done.saturating_mul(100) / all.max(1))
}
