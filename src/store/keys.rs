//! Bytes of keys: they compare as the keys do, and none begins another.
//!
//! All accounts of an environment lie together, and so do all its resources.

use super::error::StoreError;
use crate::domain::{EnvironmentId, Key, PrincipalId, ResourceId};

const COUNTERS: u8 = 1;
const LOGIN: u8 = 2;
const PRINCIPAL: u8 = 3;
const ENVIRONMENT: u8 = 4;
const ACCOUNT: u8 = 5;
const RESOURCE: u8 = 6;

/// Longer names would make the engine's nodes spill into files that it never syncs.
const LONGEST: usize = 512;

/// The bytes of a key.
///
/// # Errors
/// When the name in it is too long.
pub fn encode(key: &Key) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::with_capacity(16);
    match key {
        Key::Counters => bytes.push(COUNTERS),
        Key::Login(name) => {
            if name.len() > LONGEST {
                let what = format!(
                    "the login name has {} bytes, {LONGEST} are allowed",
                    name.len()
                );
                return Err(StoreError::Invalid { what });
            }
            bytes.push(LOGIN);
            // A zero inside is followed by 255 and the end by 1: so `a` sorts before `a\0` and `ab`.
            for byte in name.bytes() {
                bytes.push(byte);
                if byte == 0 {
                    bytes.push(u8::MAX);
                }
            }
            bytes.extend([0, 1]);
        }
        Key::Principal(id) => numbers(&mut bytes, PRINCIPAL, &[id.0]),
        Key::Environment(id) => numbers(&mut bytes, ENVIRONMENT, &[id.0]),
        Key::Account(environment, id) => numbers(&mut bytes, ACCOUNT, &[environment.0, id.0]),
        Key::Resource(environment, id) => numbers(&mut bytes, RESOURCE, &[environment.0, id.0]),
    }
    Ok(bytes)
}

fn numbers(bytes: &mut Vec<u8>, tag: u8, numbers: &[u32]) {
    bytes.push(tag);
    for number in numbers {
        bytes.extend(number.to_be_bytes());
    }
}

/// Reads a key's bytes.
///
/// # Errors
/// When they are no key's.
pub fn decode(bytes: &[u8]) -> Result<Key, StoreError> {
    read(bytes).ok_or_else(|| StoreError::damaged(format!("a key can't be read ({bytes:02x?})")))
}

fn read(bytes: &[u8]) -> Option<Key> {
    let (tag, rest) = bytes.split_first()?;
    Some(match *tag {
        COUNTERS if rest.is_empty() => Key::Counters,
        LOGIN => Key::Login(name(rest)?),
        PRINCIPAL => Key::Principal(PrincipalId(one(rest)?)),
        ENVIRONMENT => Key::Environment(EnvironmentId(one(rest)?)),
        ACCOUNT => {
            let (environment, id) = two(rest)?;
            Key::Account(EnvironmentId(environment), PrincipalId(id))
        }
        RESOURCE => {
            let (environment, id) = two(rest)?;
            Key::Resource(EnvironmentId(environment), ResourceId(id))
        }
        _ => return None,
    })
}

fn one(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

fn two(bytes: &[u8]) -> Option<(u32, u32)> {
    let (first, second) = bytes.split_at_checked(4)?;
    Some((one(first)?, one(second)?))
}

fn name(bytes: &[u8]) -> Option<String> {
    let escaped = bytes.strip_suffix(&[0, 1])?;
    let mut name = Vec::with_capacity(escaped.len());
    let mut rest = escaped.iter();
    while let Some(byte) = rest.next() {
        name.push(*byte);
        if *byte == 0 && rest.next() != Some(&u8::MAX) {
            return None;
        }
    }
    String::from_utf8(name).ok()
}

/// A key in words, for messages.
pub fn describe(key: &Key) -> String {
    match key {
        Key::Counters => "the record of counters".to_owned(),
        Key::Login(name) => format!("the login `{}`", name.escape_debug()),
        Key::Principal(id) => format!("the record of principal {}", id.0),
        Key::Environment(id) => format!("the record of environment {}", id.0),
        Key::Account(environment, id) => {
            format!(
                "the account of principal {} in environment {}",
                id.0, environment.0
            )
        }
        Key::Resource(environment, id) => {
            format!(
                "the record of resource {} in environment {}",
                id.0, environment.0
            )
        }
    }
}
