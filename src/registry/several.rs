//! Several intents as one change: planned together, committed together, one entry in the journal.

use crate::authz::Snapshot;
use crate::domain::Timestamp;

use super::actor::Actor;
use super::desk::Desk;
use super::guards;
use super::intents::Intent;
use super::plan::{Plan, changed, plan_watched};
use super::refusal::Refusal;
use super::watch::Watch;
use super::word;

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
    plan_all_watched(snapshot, actor, intents, at, Watch::default())
}

/// Plans as [`plan_all`] does, while somebody waits who may stop it.
///
/// # Errors
/// As [`plan_all`]; [`RefusalKey::Stopped`](super::RefusalKey::Stopped) when it was stopped.
pub fn plan_all_watched(
    snapshot: &Snapshot,
    actor: &Actor,
    intents: &[Intent],
    at: Timestamp,
    watch: Watch<'_>,
) -> Result<Plan, Refusal> {
    if let [only] = intents {
        return plan_watched(snapshot, actor, only, at, watch);
    }
    let mut desk = Desk::watched(snapshot, actor, at, watch);
    let summary = carry_out(&mut desk, intents)?;
    desk.word = word::of_intents(snapshot, intents);
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
    refused.map_or(Ok(after), |broken| Err(broken.refusal))
}

fn carry_out(desk: &mut Desk<'_>, intents: &[Intent]) -> Result<String, Refusal> {
    let all = intents.len();
    let each = intents.iter().enumerate().map(|(done, intent)| {
        desk.reached(done, all)?;
        intent.carry_out(desk)
    });
    let summaries: Result<Vec<String>, Refusal> = each.collect();
    Ok(together(&summaries?))
}

/// Of more summaries than so many, the first tell what the others are like: nobody reads thousands,
/// and the arguments in the journal name each.
const TOLD: usize = 20;

/// Several summaries in one line.
pub(super) fn together(summaries: &[String]) -> String {
    let told = summaries.get(..TOLD).unwrap_or(summaries).join("; ");
    match summaries.len().saturating_sub(TOLD) {
        0 => told,
        more => format!("{told}; and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_thousands_the_first_are_told_and_how_many_more_there_are() {
        let summaries = |count: usize| {
            (1..=count)
                .map(|n| format!("share {n}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(together(&summaries(2)), "share 1; share 2");
        assert_eq!(together(&summaries(TOLD)).matches("; ").count(), TOLD - 1);
        assert!(together(&summaries(TOLD)).ends_with("share 20"));
        assert!(together(&summaries(9_090)).ends_with("share 20; and 9070 more"));
    }
}
