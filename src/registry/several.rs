//! Several intents as one change: planned together, committed together, one entry in the journal.

use crate::authz::Snapshot;
use crate::domain::Timestamp;

use super::actor::Actor;
use super::desk::Desk;
use super::guards;
use super::intents::Intent;
use super::plan::{Plan, changed, plan};
use super::refusal::Refusal;

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
    let (changes, after) = changed(desk.draft)?;
    let refused = guards::check_from(snapshot, &after, &changes, at).next();
    refused.map_or(Ok(after), Err)
}

fn carry_out(desk: &mut Desk<'_>, intents: &[Intent]) -> Result<String, Refusal> {
    let summaries: Result<Vec<String>, Refusal> = intents
        .iter()
        .map(|intent| intent.carry_out(desk))
        .collect();
    Ok(summaries?.join("; "))
}
