//! `verify`: the journal's chain of hashes, and every record.

use std::fmt::Write as _;

use crate::domain::Revision;
use crate::store::{Head, verify, verify_against};

use super::Outcome;
use super::args::Verify;
use super::failure::{Failure, exit};
use super::print::Output;
use super::session::Globals;

/// Checks everything, and prints the checkpoint that the journal ends with. Opening the store has
/// compared every record with what was committed already.
pub fn run(globals: &Globals, command: &Verify) -> Outcome {
    let session = globals.open()?;
    let store = session.registry.store();
    let head = match &command.against {
        None => verify(store)?,
        Some(text) => verify_against(store, checkpoint(text)?)?,
    };
    let mut out = Output::new();
    out.line(&format!("{}:{}", head.revision, hex(&head.hash)))?;
    out.finish()?;
    super::print::message(&format!(
        "{} revisions hold. Keep the line above elsewhere: `deedbox verify --against` shows later whether any was cut off.",
        head.revision
    ));
    Ok(exit::YES)
}

fn checkpoint(text: &str) -> Result<Head, Failure> {
    let read = || {
        let (revision, hash) = text.split_once(':')?;
        Some(Head {
            revision: Revision(revision.parse().ok()?),
            hash: unhex(hash)?,
        })
    };
    read().ok_or_else(|| {
        Failure::usage(format!(
            "`{text}` is no checkpoint: write REVISION:HASH as verify prints it"
        ))
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 2 * bytes.len() || !text.is_ascii() {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_survive_the_round_trip() {
        let bytes = std::array::from_fn(|i| u8::try_from(i * 7 % 256).unwrap());
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        assert_eq!(unhex("zz"), None);
    }
}
