//! From a change set to what is written: checked against what is stored, then turned into pieces.

use sled::IVec;

use super::engine::{Engine, Piece, assemble};
use super::error::StoreError;
use super::packs::{self, Pack};
use super::write::State;
use super::{chunks, codec, hash, keys};
use crate::domain::{Change, ChangeSet, Key, Record};

/// Records to write, and what the store is afterwards.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) pieces: Vec<Piece>,
    pub(super) records: u64,
    pub(super) digest: u128,
    pub(super) rows: u64,
}

/// Changes to the records of one pack, each with its place.
type Together<'a> = (Vec<u8>, Vec<(u8, &'a Change)>);

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
        rows: state.rows,
    };
    for (base, changes) in by_pack(changes)? {
        let old_pieces = engine.pieces(&engine.records, &base)?;
        let mut pack = read(&old_pieces)?;
        for (place, change) in changes {
            let key = packs::key(&base, place);
            let old = pack.get(place);
            if !is_stored(change.before.as_ref(), old)? {
                return Err(StoreError::Changed {
                    key: keys::describe(&change.key),
                });
            }
            if let Some(old) = old {
                plan.records = plan.records.wrapping_sub(1);
                plan.digest = plan.digest.wrapping_sub(hash::record_mark(&key, old));
            }
            let new = change
                .after
                .as_ref()
                .map(codec::encode_record)
                .transpose()?;
            if let Some(new) = &new {
                plan.records = plan.records.wrapping_add(1);
                plan.digest = plan.digest.wrapping_add(hash::record_mark(&key, new));
            }
            pack.set(place, new);
        }
        plan.rows = plan.rows.wrapping_sub(old_pieces.len() as u64);
        let (pieces, rows) = replacement(&base, &pack, old_pieces)?;
        plan.rows = plan.rows.wrapping_add(rows);
        plan.pieces.extend(pieces);
    }
    Ok(plan)
}

/// The pieces that make records what they are after a change set, whatever they are now: for
/// finishing a commit that was interrupted in the middle.
pub(super) fn force(engine: &Engine, changes: &ChangeSet) -> Result<Vec<Piece>, StoreError> {
    let mut all = Vec::new();
    for (base, changes) in by_pack(changes)? {
        let old_pieces = engine.pieces(&engine.records, &base)?;
        let mut pack = read(&old_pieces)?;
        for (place, change) in changes {
            let new = change
                .after
                .as_ref()
                .map(codec::encode_record)
                .transpose()?;
            pack.set(place, new);
        }
        all.extend(replacement(&base, &pack, old_pieces)?.0);
    }
    Ok(all)
}

/// Changes in order of keys, those to one pack together.
fn by_pack(changes: &ChangeSet) -> Result<Vec<Together<'_>>, StoreError> {
    let mut packs: Vec<Together<'_>> = Vec::new();
    for change in &changes.0 {
        let (base, place) = packs::place(&change.key)?;
        match packs.last_mut() {
            Some((last, changes)) if *last == base => changes.push((place, change)),
            _ => packs.push((base, vec![(place, change)])),
        }
    }
    Ok(packs)
}

fn read(pieces: &[(IVec, IVec)]) -> Result<Pack, StoreError> {
    let sealed = assemble(pieces)?;
    sealed.map_or_else(|| Ok(Pack::default()), |sealed| Pack::open(&sealed))
}

/// New pieces, and the removal of old ones that they do not cover; and how many new ones there are.
fn replacement(
    base: &[u8],
    pack: &Pack,
    old: Vec<(IVec, IVec)>,
) -> Result<(Vec<Piece>, u64), StoreError> {
    let new = pack
        .seal()?
        .map(|value| chunks::split(base, &value))
        .transpose()?
        .unwrap_or_default();
    let rows = new.len();
    let surplus = old.into_iter().skip(rows).map(|(key, _)| (key, None));
    let new = new.into_iter().map(|(key, piece)| (key, Some(piece)));
    Ok((new.chain(surplus).collect(), rows as u64))
}

pub(super) fn is_stored(
    before: Option<&Record>,
    stored: Option<&[u8]>,
) -> Result<bool, StoreError> {
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
