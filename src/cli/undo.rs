//! `undo`: takes revisions back, as a change of its own.

use crate::domain::Revision;
use crate::registry::undo::overtaken_by;
use crate::registry::{RefusalKey, plan_undo_all};

use super::Outcome;
use super::args::Undo;
use super::change::settle;
use super::failure::Failure;
use super::session::Globals;

/// Plans the inverse of one revision, or of several together, and settles it.
pub fn run(globals: &Globals, command: &Undo) -> Outcome {
    let session = globals.open()?;
    let newest = session.snapshot.revision();
    let mut entries = Vec::new();
    for revision in command.revisions.iter().copied().map(Revision) {
        if revision > newest || revision == Revision(0) {
            return Err(Failure::data(format!(
                "there is no revision {revision}: the newest is {newest}"
            )));
        }
        entries.extend(session.registry.entries(revision, revision)?);
    }
    let planned = plan_undo_all(&session.snapshot, &session.actor, &entries, session.now);
    let refusal = match planned {
        Ok(plan) => return settle(&session, plan, &command.manner),
        Err(refusal) => refusal,
    };
    let oldest = entries.iter().map(|e| e.revision).min();
    if let Some(oldest) = oldest
        && refusal.key() == RefusalKey::UndoConflict.as_str()
    {
        // What came since is read only now that it matters: it may be long.
        let later = session.registry.entries(oldest, newest)?;
        let (snapshot, actor) = (&session.snapshot, &session.actor);
        let known = overtaken_by(snapshot, actor, &later, &entries, session.now);
        return Err(known.unwrap_or(refusal).into());
    }
    Err(refusal.into())
}
