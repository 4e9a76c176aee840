//! From a change set to what is written: checked against what is stored, then turned into pieces.

use sled::IVec;

use super::engine::{Engine, Piece, assemble};
use super::error::StoreError;
use super::write::State;
use super::{chunks, codec, hash, keys};
use crate::domain::{Change, ChangeSet, Key, Record};

/// Records to write, and what the store is afterwards.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) pieces: Vec<Piece>,
    pub(super) records: u64,
    pub(super) digest: u128,
}

/// Makes the pieces of a change set, after checking that every `before` is what is stored.
pub(super) fn plan(
    engine: &Engine,
    state: &State,
    changes: &ChangeSet,
) -> Result<Plan, StoreError> {
    let mut plan = Plan {
        pieces: Vec::new(),
        records: state.records,
        digest: state.digest,
    };
    for change in &changes.0 {
        let base = keys::encode(&change.key)?;
        let old_pieces = engine.pieces(&engine.records, &base)?;
        let old = assemble(&old_pieces)?;
        if !is_stored(change.before.as_ref(), old.as_deref())? {
            return Err(StoreError::Changed {
                key: keys::describe(&change.key),
            });
        }
        if let Some(old) = &old {
            plan.records = plan.records.wrapping_sub(1);
            plan.digest = plan.digest.wrapping_sub(hash::record_mark(&base, old));
        }
        if let Some(after) = &change.after {
            let new = codec::encode_record(after)?;
            plan.records = plan.records.wrapping_add(1);
            plan.digest = plan.digest.wrapping_add(hash::record_mark(&base, &new));
            plan.pieces
                .extend(replacement(&base, Some(&new), old_pieces)?);
        } else {
            plan.pieces.extend(replacement(&base, None, old_pieces)?);
        }
    }
    Ok(plan)
}

/// The pieces that make a record what it is after a change, whatever it is now: for finishing a
/// commit that was interrupted in the middle.
pub(super) fn force(engine: &Engine, change: &Change) -> Result<Vec<Piece>, StoreError> {
    let base = keys::encode(&change.key)?;
    let new = change
        .after
        .as_ref()
        .map(codec::encode_record)
        .transpose()?;
    replacement(
        &base,
        new.as_deref(),
        engine.pieces(&engine.records, &base)?,
    )
}

/// New pieces, and the removal of old ones that they do not cover.
fn replacement(
    base: &[u8],
    new: Option<&[u8]>,
    old: Vec<(IVec, IVec)>,
) -> Result<Vec<Piece>, StoreError> {
    let new = new
        .map(|value| chunks::split(base, value))
        .transpose()?
        .unwrap_or_default();
    let surplus: Vec<Piece> = old
        .into_iter()
        .skip(new.len())
        .map(|(key, _)| (key, None))
        .collect();
    Ok(new
        .into_iter()
        .map(|(key, piece)| (key, Some(piece)))
        .chain(surplus)
        .collect())
}

fn is_stored(before: Option<&Record>, stored: Option<&[u8]>) -> Result<bool, StoreError> {
    Ok(match (before, stored) {
        (None, None) => true,
        (Some(before), Some(stored)) => {
            let before = codec::encode_record(before)?;
            // Bytes are compared, not values: a metric may be no number and differ from itself. What
            // an older version wrote is brought to this version's form first.
            before == stored || before == codec::encode_record(&codec::decode_record(stored)?)?
        }
        _ => false,
    })
}

/// Checks that a change set has the form that it promises: every key once, in order, with records
/// of its own kind.
pub(super) fn check_form(changes: &ChangeSet) -> Result<(), StoreError> {
    let mut last: Option<&Key> = None;
    for change in &changes.0 {
        let invalid = |why: &str| {
            Err(StoreError::Invalid {
                what: format!("{} {why}", keys::describe(&change.key)),
            })
        };
        if last.is_some_and(|last| *last >= change.key) {
            return invalid("comes twice or out of order");
        }
        let records = [&change.before, &change.after];
        if !records
            .iter()
            .all(|r| r.as_ref().is_none_or(|r| belongs(&change.key, r)))
        {
            return invalid("would hold a record of another kind");
        }
        last = Some(&change.key);
    }
    Ok(())
}

/// Whether a record is of the kind that its key names.
pub(super) const fn belongs(key: &Key, record: &Record) -> bool {
    matches!(
        (key, record),
        (Key::Counters, Record::Counters(_))
            | (Key::Login(_), Record::Login(_))
            | (Key::Principal(_), Record::Principal(_))
            | (Key::Environment(_), Record::Environment(_))
            | (Key::Account(..), Record::Account(_))
            | (Key::Resource(..), Record::Resource(_))
    )
}
