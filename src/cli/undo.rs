//! `undo`: takes a revision back, as a change of its own.

use crate::domain::Revision;
use crate::registry::plan_undo;

use super::Outcome;
use super::args::Undo;
use super::change::settle;
use super::failure::Failure;
use super::session::Globals;

/// Plans the inverse of a revision and settles it.
pub fn run(globals: &Globals, command: &Undo) -> Outcome {
    let session = globals.open()?;
    let revision = Revision(command.revision);
    let entries = session.registry.entries(revision, revision)?;
    let Some(entry) = entries.first() else {
        return Err(Failure::data(format!(
            "there is no revision {revision}: the newest is {}",
            session.snapshot.revision()
        )));
    };
    let plan = plan_undo(&session.snapshot, &session.actor, entry, session.now)?;
    settle(&session, plan, &command.manner)
}
