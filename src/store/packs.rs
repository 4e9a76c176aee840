//! Records that lie together share one value: the engine spends far more on a key than a small
//! record is long.
//!
//! Numbers that differ in their last four bits only share a pack; logins and environments have one
//! each. A pack is an envelope around its records, each with its place and length before it and in
//! an envelope of its own.

use std::collections::BTreeMap;

use super::codec::{self, PACK};
use super::error::StoreError;
use super::keys;
use crate::domain::Key;

/// The bits of a number that tell the records of one pack apart.
const PLACES: u8 = 0b1111;

/// The pack that a record lies in, by its key, and the record's place in it.
///
/// # Errors
/// When the name in the key is too long.
pub fn place(key: &Key) -> Result<(Vec<u8>, u8), StoreError> {
    let mut base = keys::encode(key)?;
    let numbered = matches!(
        key,
        Key::Principal(_) | Key::Account(..) | Key::Resource(..)
    );
    let mut place = 0;
    if let (Some(last), true) = (base.last_mut(), numbered) {
        place = *last & PLACES;
        *last &= !PLACES;
    }
    Ok((base, place))
}

/// The key of the record at a place of a pack.
pub(super) fn key(base: &[u8], place: u8) -> Vec<u8> {
    let mut key = base.to_vec();
    if let Some(last) = key.last_mut() {
        *last |= place;
    }
    key
}

/// The records of one pack in their envelopes, by place.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pack(BTreeMap<u8, Vec<u8>>);

impl Pack {
    /// Reads a pack.
    ///
    /// # Errors
    /// When it is damaged or of a newer version.
    pub fn open(sealed: &[u8]) -> Result<Self, StoreError> {
        let mut rest = codec::open(PACK, sealed)?;
        let mut pack = Self::default();
        while let Some((place, record)) = next(&mut rest)? {
            pack.0.insert(place, record.to_vec());
        }
        Ok(pack)
    }

    /// What is stored; `None` when nothing is left.
    ///
    /// # Errors
    /// When a record is too large.
    pub fn seal(&self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let mut body = Vec::new();
        for (place, record) in &self.0 {
            push(&mut body, *place, record)?;
        }
        Ok(Some(codec::seal(PACK, &body)))
    }

    /// The record at a place.
    pub fn get(&self, place: u8) -> Option<&[u8]> {
        self.0.get(&place).map(Vec::as_slice)
    }

    /// Puts a record at a place, or takes it out.
    pub fn set(&mut self, place: u8, record: Option<Vec<u8>>) {
        match record {
            Some(record) => self.0.insert(place, record),
            None => self.0.remove(&place),
        };
    }
}

/// Writes a record at the end of a pack's body.
pub(super) fn push(body: &mut Vec<u8>, place: u8, record: &[u8]) -> Result<(), StoreError> {
    let length = u32::try_from(record.len()).map_err(|_| StoreError::Invalid {
        what: "a record is too large".to_owned(),
    })?;
    body.push(place);
    body.extend(length.to_le_bytes());
    body.extend(record);
    Ok(())
}

/// Shows the records of a pack, in order of places.
pub(super) fn each(
    sealed: &[u8],
    mut visit: impl FnMut(u8, &[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut rest = codec::open(PACK, sealed)?;
    let mut last = None;
    while let Some((place, record)) = next(&mut rest)? {
        if place > PLACES || last.is_some_and(|last| last >= place) {
            return Err(StoreError::damaged("a pack of records is out of order"));
        }
        last = Some(place);
        visit(place, record)?;
    }
    Ok(())
}

fn next<'a>(rest: &mut &'a [u8]) -> Result<Option<(u8, &'a [u8])>, StoreError> {
    if rest.is_empty() {
        return Ok(None);
    }
    let read = || {
        let (place, after) = rest.split_first()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (record, after) = after.split_at_checked(length)?;
        Some((*place, record, after))
    };
    let (place, record, after) =
        read().ok_or_else(|| StoreError::damaged("a pack of records is cut off"))?;
    *rest = after;
    Ok(Some((place, record)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{EnvironmentId, PrincipalId, ResourceId};

    #[test]
    fn keys_come_back_from_pack_and_place() {
        for key in [
            Key::Counters,
            Key::Login("root".into()),
            Key::Principal(PrincipalId(31)),
            Key::Environment(EnvironmentId(31)),
            Key::Account(EnvironmentId(5), PrincipalId(0xffff_ffff)),
            Key::Resource(EnvironmentId(5), ResourceId(0x1234_567f)),
        ] {
            let (base, place) = place(&key).unwrap();
            assert_eq!(
                keys::decode(&super::key(&base, place)).unwrap(),
                key,
                "{base:x?}"
            );
        }
        let neighbours = [16, 31, 32].map(|n| place(&Key::Principal(PrincipalId(n))).unwrap());
        assert_eq!(neighbours[0].0, neighbours[1].0);
        assert_ne!(neighbours[1].0, neighbours[2].0);
    }

    #[test]
    fn packs_survive_being_written() {
        let mut pack = Pack::default();
        assert_eq!(pack.seal().unwrap(), None);
        pack.set(7, Some(vec![1; 300]));
        pack.set(0, Some(vec![2]));
        pack.set(9, Some(vec![]));
        pack.set(9, None);
        let sealed = pack.seal().unwrap().unwrap();
        assert_eq!(Pack::open(&sealed).unwrap(), pack);
        let mut seen = Vec::new();
        each(&sealed, |place, record| {
            seen.push((place, record.len()));
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, [(0, 1), (7, 300)]);
        for at in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert!(Pack::open(&bad).is_err(), "byte {at}");
            assert!(Pack::open(&sealed[..at]).is_err(), "cut at {at}");
        }
    }
}
