//! Many small changes as one, told row by row: each is authorized like any other on the state that
//! the earlier rows made, and one that is refused takes nothing of itself along.

use rustc_hash::FxHashSet;

use crate::authz::Snapshot;
use crate::domain::Timestamp;

use super::actor::Actor;
use super::desk::Desk;
use super::guards;
use super::intents::Intent;
use super::plan::Plan;
use super::refusal::{Refusal, RefusalKey};
use super::watch::Watch;

/// What became of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is part of the plan; what it does.
    Done(String),
    /// It is so already.
    Nothing,
    /// It is refused, and leaves no trace in the plan.
    Refused(Refusal),
}

/// All rows, and the plan of those that are not refused.
#[derive(Debug, Clone)]
pub struct Rows {
    /// What became of each row, in order.
    pub outcomes: Vec<Outcome>,
    /// The plan of the others together; a refusal where guards or limits refuse the whole, and
    /// `None` when there is nothing to do.
    pub plan: Option<Result<Plan, Refusal>>,
}

/// Turns a row into its intent, by the state at that row; `None` when it is so already.
pub trait Row {
    /// The intent.
    ///
    /// # Errors
    /// When the row asks for something that can't be said as an intent.
    fn intent(&self, now: &Snapshot, at: Timestamp) -> Result<Option<Intent>, Refusal>;
}

/// Plans rows. Where guards or limits refuse the whole, and `each` is set, the rows are planned anew
/// with the guards looking after each, so that only those that hurt are refused.
pub fn plan_rows<R: Row>(
    snapshot: &Snapshot,
    actor: &Actor,
    rows: &[R],
    at: Timestamp,
    source: &str,
    each: bool,
) -> Rows {
    let watch = Watch::default();
    plan_rows_watched(snapshot, (actor, at), rows, (source, each), watch)
}

/// Plans as [`plan_rows`] does, while somebody waits who may stop it.
pub fn plan_rows_watched<R: Row>(
    snapshot: &Snapshot,
    (actor, at): (&Actor, Timestamp),
    rows: &[R],
    (source, each): (&str, bool),
    watch: Watch<'_>,
) -> Rows {
    let desk = || Desk::watched(snapshot, actor, at, watch);
    let first = work_out(desk(), rows, source, false);
    match &first.plan {
        Some(Err(refusal)) if each && refusal.key() != RefusalKey::Stopped.as_str() => {
            work_out(desk(), rows, source, true)
        }
        _ => first,
    }
}

fn work_out<R: Row>(mut desk: Desk<'_>, rows: &[R], source: &str, guarded: bool) -> Rows {
    let at = desk.at;
    let mut taken: Vec<Intent> = Vec::new();
    let mut told = Told::default();
    let mut outcomes = Vec::with_capacity(rows.len());
    for (done, row) in rows.iter().enumerate() {
        if let Err(stopped) = desk.reached(done, rows.len()) {
            let plan = Some(Err(stopped));
            return Rows { outcomes, plan };
        }
        let outcome = match row.intent(desk.now(), at) {
            Err(refusal) => Outcome::Refused(refusal),
            Ok(None) => Outcome::Nothing,
            Ok(Some(intent)) => match take(&mut desk, &mut told, &intent, guarded) {
                Ok(Some(done)) => {
                    taken.push(intent);
                    Outcome::Done(done)
                }
                Ok(None) => Outcome::Nothing,
                Err(refusal) => Outcome::Refused(refusal),
            },
        };
        outcomes.push(outcome);
    }
    let plan = (!taken.is_empty()).then(|| {
        let rows = if taken.len() == 1 { "row" } else { "rows" };
        let summary = format!("carry out {} {rows} of {source}", taken.len());
        let reason = taken.iter().find_map(Intent::reason);
        let arguments = serde_json::json!({ "several": taken }).to_string();
        desk.finish("several", arguments, summary, reason)
    });
    Rows { outcomes, plan }
}

/// What was said for earlier rows already: there may be thousands.
#[derive(Default)]
struct Told {
    warnings: FxHashSet<String>,
    companions: FxHashSet<String>,
    steps: FxHashSet<String>,
}

/// Works one intent out beside the others, and takes its changes over when it passes; `None` when it
/// changes nothing.
fn take(
    desk: &mut Desk<'_>,
    told: &mut Told,
    intent: &Intent,
    guarded: bool,
) -> Result<Option<String>, Refusal> {
    let mut own = Desk::new(desk.now(), desk.actor, desk.at);
    let summary = intent.carry_out(&mut own)?;
    if guarded {
        own.keep_limits()?;
    }
    let before = own.draft.before().clone();
    let (changes, after) = own.draft.finish();
    if changes.is_empty() {
        return Ok(None);
    }
    if guarded {
        let found = guards::check(&before, &after, &changes, desk.at);
        if let Some(broken) = found.into_iter().next() {
            return Err(broken.refusal);
        }
    }
    for change in changes.0 {
        desk.draft.put(change.key, change.after);
    }
    for (all, known, mut new) in [
        (&mut desk.warnings, &mut told.warnings, own.warnings),
        (&mut desk.companions, &mut told.companions, own.companions),
        (&mut desk.steps, &mut told.steps, own.steps),
    ] {
        new.retain(|line| known.insert(line.clone()));
        all.append(&mut new);
    }
    Ok(Some(summary))
}
