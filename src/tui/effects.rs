//! Carrying effects out against the registry.

use crate::registry::Registry;

use super::message::{Effect, Message};

/// How many journal entries the console reads at once.
pub const JOURNAL_PAGE: u64 = 500;

/// Carries one effect out. Those that only concern the terminal are the runtime's and answer
/// nothing here.
pub fn carry_out(registry: &Registry, effect: Effect) -> Option<Message> {
    match effect {
        Effect::Commit(plan) => {
            let outcome = registry.commit(*plan);
            Some(Message::Committed(
                outcome.map(Box::new).map_err(|e| e.to_string()),
            ))
        }
        Effect::CatchUp => Some(Message::Now(registry.snapshot())),
        Effect::LoadJournal => {
            let entries = registry.newest(JOURNAL_PAGE);
            Some(Message::Journal(entries.map_err(|e| e.to_string())))
        }
        Effect::Past(revision) => {
            let past = registry.at_revision(revision);
            let past = past.map_err(|e| e.to_string());
            Some(Message::Past(revision, None, past))
        }
        Effect::Compute(ticket, job) => Some(Message::Answered(ticket, (job.0)())),
        Effect::Copy(_) | Effect::Suspend | Effect::Tour(_) => None,
    }
}
