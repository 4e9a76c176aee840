//! Carrying effects out against the registry.

use std::fmt::Display;
use std::sync::Arc;

use crate::authz::{Snapshot, wording};
use crate::domain::{Revision, Timestamp};
use crate::registry::Registry;

use super::message::{Effect, Message};
use super::worker::{self, caught};

/// How many journal entries the console reads at once.
pub const JOURNAL_PAGE: u64 = 500;

/// Carries one effect out. Those that only concern the terminal are the runtime's and answer
/// nothing here.
pub fn carry_out(registry: &Registry, effect: Effect) -> Option<Message> {
    match effect {
        Effect::Commit(plan) => {
            let outcome = guarded("saving", || registry.commit(*plan));
            Some(Message::Committed(outcome.map(Box::new)))
        }
        Effect::CatchUp => Some(Message::Now(registry.snapshot())),
        Effect::LoadJournal => {
            let entries = guarded("reading the journal", || registry.newest(JOURNAL_PAGE));
            Some(Message::Journal(entries))
        }
        Effect::LoadOlder(before) => {
            let read = || registry.older(before, JOURNAL_PAGE);
            Some(Message::Older(guarded("reading the journal", read)))
        }
        Effect::Past(revision) => {
            let past = guarded("going back", || registry.at_revision(revision));
            Some(Message::Past(revision, None, past))
        }
        Effect::Compute(ticket, job) => Some(worker::run(ticket, job, &|_| ())),
        Effect::PastAt(at) => Some(match guarded("going back", || past_at(registry, at)) {
            Ok((revision, then)) => Message::Past(revision, Some(at), Ok(then)),
            Err(why) => Message::Past(Revision(0), Some(at), Err(why)),
        }),
        Effect::Copy(_) | Effect::Mouse(_) | Effect::Suspend | Effect::Tour(_) => None,
    }
}

/// The revision that was the present one at a moment, and the state then.
fn past_at(registry: &Registry, at: Timestamp) -> Result<(Revision, Arc<Snapshot>), String> {
    let revision = registry.revision_at(at).map_err(|e| e.to_string())?;
    if revision == Revision(0) {
        let at = wording::moment(at);
        return Err(format!("Nothing was recorded yet at {at}."));
    }
    let then = registry.at_revision(revision).map_err(|e| e.to_string())?;
    Ok((revision, then))
}

/// Does something with the store. The thread that carries effects out goes on whatever happens:
/// somebody waits for each answer, and the next effect for the thread.
fn guarded<T, E: Display>(what: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match caught(work) {
        Ok(outcome) => outcome.map_err(|e| e.to_string()),
        Err(why) => Err(format!(
            "{what} ended in a bug of deedbox: {why}; the journal says what was saved"
        )),
    }
}
