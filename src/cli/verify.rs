//! `verify`: the journal's chain of hashes, and every record.

use crate::store::{verify, verify_against};

use super::Outcome;
use super::args::Verify;
use super::checkpoint::{read, written};
use super::failure::exit;
use super::print::Output;
use super::session::Globals;

/// Checks everything, and prints the checkpoint that the journal ends with.
pub fn run(globals: &Globals, command: &Verify) -> Outcome {
    let session = globals.open()?;
    let store = session.registry.store();
    let head = match &command.checkpoint {
        None => verify(store)?,
        Some(text) => verify_against(store, read(text)?)?,
    };
    let mut out = Output::new();
    out.line(&written(head))?;
    out.finish()?;
    super::print::message(&format!(
        "{} revisions hold, and every record is what they made it. Keep the line above elsewhere: `deedbox verify --checkpoint` shows later whether any was cut off.",
        head.revision
    ));
    Ok(exit::YES)
}
