//! Several intents as one change: planned together, committed together, one entry in the journal.

use crate::authz::Snapshot;
use crate::domain::Timestamp;

use super::actor::Actor;
use super::desk::Desk;
use super::guards;
use super::intents::Intent;
use super::plan::{Plan, plan};
use super::policies::boundaries;
use super::refusal::{Refusal, RefusalKey};

/// Plans several intents as one change. Each is authorized on the state that the earlier ones made;
/// guards look at what all of them lead to. A single intent is planned as itself.
///
/// # Errors
/// The refusal of the first intent that is refused, or of the whole.
pub fn plan_all(
    snapshot: &Snapshot,
    actor: &Actor,
    intents: &[Intent],
    at: Timestamp,
) -> Result<Plan, Refusal> {
    if let [only] = intents {
        return plan(snapshot, actor, only, at);
    }
    let mut desk = Desk::new(snapshot, actor, at);
    let summary = carry_out(&mut desk, intents)?;
    let arguments = serde_json::json!({ "several": intents }).to_string();
    let reason = intents.iter().find_map(Intent::reason);
    desk.finish("several", arguments, summary, reason)
}

/// Whether several intents can be planned as one change, and the state that they lead to. What the
/// change does to people, which takes longest, is not worked out.
pub(super) fn try_all(
    snapshot: &Snapshot,
    actor: &Actor,
    intents: &[Intent],
    at: Timestamp,
) -> Result<Snapshot, Refusal> {
    let mut desk = Desk::new(snapshot, actor, at);
    carry_out(&mut desk, intents)?;
    desk.keep_limits()?;
    let (changes, after) = desk.draft.finish();
    if changes.is_empty() {
        return Err(Refusal::rule(
            RefusalKey::NothingToDo,
            "Nothing would change: it is already so.",
        ));
    }
    for moment in std::iter::once(at).chain(boundaries(&changes, at)) {
        let found = guards::check(snapshot, &after, &changes, moment);
        if let Some(refusal) = found.into_iter().next() {
            return Err(refusal);
        }
    }
    Ok(after)
}

fn carry_out(desk: &mut Desk<'_>, intents: &[Intent]) -> Result<String, Refusal> {
    let summaries: Result<Vec<String>, Refusal> = intents
        .iter()
        .map(|intent| intent.carry_out(desk))
        .collect();
    Ok(summaries?.join("; "))
}
