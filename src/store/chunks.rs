//! Values in pieces of at most 4 KiB, each under a key of its own.
//!
//! The engine puts nodes above about 128 KiB into files that it never syncs, and a node holds up to
//! sixteen values; with small pieces no node grows that large. The first piece says how many there
//! are, so a missing one is noticed even before the checksum is looked at.

use std::ops::RangeInclusive;

use sled::IVec;

use super::error::StoreError;

/// What a piece carries; with key and count it stays below 4 KiB.
pub const PIECE: usize = 3_072;
const NUMBER: usize = 4;

/// The pieces of a value with their keys.
///
/// # Errors
/// When there would be more than can be counted.
pub fn split(base: &[u8], value: &[u8]) -> Result<Vec<(IVec, IVec)>, StoreError> {
    let count = value.len().div_ceil(PIECE).max(1);
    let count = u32::try_from(count).map_err(|_| StoreError::Invalid {
        what: "it is too large".to_owned(),
    })?;
    let (first, rest) = value.split_at_checked(PIECE).unwrap_or((value, &[]));
    let first = [&count.to_be_bytes(), first].concat();
    let first = (key(base, 0), IVec::from(first));
    let rest = (1u32..)
        .zip(rest.chunks(PIECE))
        .map(|(n, piece)| (key(base, n), IVec::from(piece)));
    Ok(std::iter::once(first).chain(rest).collect())
}

/// The key of one piece.
pub fn key(base: &[u8], number: u32) -> IVec {
    IVec::from([base, &number.to_be_bytes()].concat())
}

/// What the keys of all pieces of a value begin with.
pub fn base(key: &[u8]) -> &[u8] {
    key.split_last_chunk::<NUMBER>()
        .map_or(key, |(base, _)| base)
}

/// Where all pieces of a value lie.
pub fn range(base: &[u8]) -> RangeInclusive<IVec> {
    key(base, 0)..=key(base, u32::MAX)
}

/// A value that is complete, with its key.
pub type Whole = (Vec<u8>, Vec<u8>);

/// Puts pieces together that come in order of keys.
#[derive(Debug, Default)]
pub struct Assembler {
    open: Option<Partial>,
}

#[derive(Debug)]
struct Partial {
    base: Vec<u8>,
    value: Vec<u8>,
    next: u32,
    count: u32,
}

impl Partial {
    fn begin(key: &[u8], piece: &[u8]) -> Option<Self> {
        let (base, number) = parts(key)?;
        let (count, value) = piece.split_first_chunk::<NUMBER>()?;
        let count = u32::from_be_bytes(*count);
        (number == 0 && count > 0).then(|| Self {
            base: base.into(),
            value: value.into(),
            next: 1,
            count,
        })
    }

    fn extend(mut self, key: &[u8], piece: &[u8]) -> Option<Self> {
        let (base, number) = parts(key)?;
        if self.base != base || self.next != number {
            return None;
        }
        self.value.extend(piece);
        self.next = self.next.checked_add(1)?;
        Some(self)
    }
}

fn parts(key: &[u8]) -> Option<(&[u8], u32)> {
    let (base, number) = key.split_last_chunk::<NUMBER>()?;
    Some((base, u32::from_be_bytes(*number)))
}

impl Assembler {
    /// Takes the next piece; the one that completes a value returns it with its key.
    ///
    /// # Errors
    /// When a piece is missing or surplus.
    pub fn push(&mut self, key: &[u8], piece: &[u8]) -> Result<Option<Whole>, StoreError> {
        let partial = match self.open.take() {
            None => Partial::begin(key, piece),
            Some(partial) => partial.extend(key, piece),
        };
        let partial = partial.ok_or_else(|| {
            StoreError::damaged(format!("pieces of a value are missing (near {key:02x?})"))
        })?;
        if partial.next == partial.count {
            return Ok(Some((partial.base, partial.value)));
        }
        self.open = Some(partial);
        Ok(None)
    }

    /// To be called after the last piece.
    ///
    /// # Errors
    /// When a value is unfinished.
    pub fn finish(self) -> Result<(), StoreError> {
        match self.open {
            None => Ok(()),
            Some(partial) => Err(StoreError::damaged(format!(
                "pieces of the last value are missing ({} of {} are there)",
                partial.next, partial.count
            ))),
        }
    }
}
