//! `checkpoint`: where the journal ends, as one line to keep elsewhere.

use std::fmt::Write as _;

use crate::domain::Revision;
use crate::store::Head;

use super::Outcome;
use super::failure::{Failure, exit};
use super::print::Output;
use super::session::Globals;

/// Prints it.
pub fn run(globals: &Globals) -> Outcome {
    let session = globals.open()?;
    let mut out = Output::new();
    out.line(&written(session.registry.store().head()))?;
    out.finish()?;
    Ok(exit::YES)
}

/// A checkpoint as people keep it: `REVISION:HASH`.
pub fn written(head: Head) -> String {
    format!("{}:{}", head.revision, hex(&head.hash))
}

/// Reads what [`written`] wrote.
pub fn read(text: &str) -> Result<Head, Failure> {
    let read = || {
        let (revision, hash) = text.split_once(':')?;
        Some(Head {
            revision: Revision(revision.parse().ok()?),
            hash: unhex(hash)?,
        })
    };
    read().ok_or_else(|| {
        Failure::usage(format!(
            "`{text}` is no checkpoint: write REVISION:HASH as `deedbox checkpoint` prints it"
        ))
    })
}

/// Bytes as people keep them.
pub fn hex(bytes: &[u8]) -> String {
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
