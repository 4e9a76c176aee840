//! Bytes of records, journal entries and the store's own notes: a versioned, checked envelope
//! around bincode.
//!
//! `kind, version, crc32 of kind, version and body, body`. The envelope itself never changes, so
//! even a much older program recognizes what it can't read. bincode follows the order of fields and
//! variants: **a field or variant inserted in the middle needs a new version** and a frozen copy of
//! the old structure to read older stores with; only appended variants keep the version. The golden
//! bytes below notice when somebody forgets.

use bincode::config::{Configuration, Limit, standard};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StoreError;
use crate::domain::Record;

/// One kind of stored thing, and the newest version of it that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    kind: u8,
    version: u8,
    noun: &'static str,
}

const COUNTERS: Format = Format {
    kind: b'C',
    version: 1,
    noun: "the counters",
};
const LOGIN: Format = Format {
    kind: b'L',
    version: 1,
    noun: "a login",
};
const PRINCIPAL: Format = Format {
    kind: b'P',
    version: 1,
    noun: "a principal",
};
const ENVIRONMENT: Format = Format {
    kind: b'E',
    version: 1,
    noun: "an environment",
};
const ACCOUNT: Format = Format {
    kind: b'A',
    version: 1,
    noun: "an account",
};
const RESOURCE: Format = Format {
    kind: b'R',
    version: 1,
    noun: "a resource",
};
/// Journal entries.
pub const JOURNAL: Format = Format {
    kind: b'J',
    version: 1,
    noun: "a journal entry",
};
/// Records that share a value.
pub const PACK: Format = Format {
    kind: b'K',
    version: 1,
    noun: "a pack of records",
};
/// The beginning of a snapshot's file.
pub const COMPILED: Format = Format {
    kind: b'Z',
    version: 1,
    noun: "the beginning of the compiled snapshot",
};
/// What the store notes about itself.
pub const STATE: Format = Format {
    kind: b'S',
    version: 2,
    noun: "the store's state",
};

const HEADER: usize = 6;
/// Larger than any single record or import; a length beyond it can only be damage.
const LARGEST: usize = 512 << 20;
const SMALL: usize = 1 << 20;

// The decoder counts the size in memory, up to eight times the size here: the limits leave room for
// that, so that whatever was written can be read, and no invented length allocates much.
const SMALL_LIMIT: usize = 16 << 20;
const LARGE_LIMIT: usize = u32::MAX as usize;

fn config<const N: usize>()
-> Configuration<bincode::config::LittleEndian, bincode::config::Varint, Limit<N>> {
    standard().with_limit::<N>()
}

/// The body of an envelope.
///
/// # Errors
/// When it is too large to be stored.
pub fn encode_body<T: Serialize>(format: Format, value: &T) -> Result<Vec<u8>, StoreError> {
    let noun = format.noun;
    let body =
        bincode::serde::encode_to_vec(value, standard()).map_err(|e| StoreError::Invalid {
            what: format!("{noun} has no stored form ({e})"),
        })?;
    if body.len() > LARGEST {
        let what = format!("{noun} would take {} MiB; split it up", body.len() >> 20);
        return Err(StoreError::Invalid { what });
    }
    Ok(body)
}

/// Reads the body of an envelope; all of it must be used.
///
/// # Errors
/// When the bytes are not what they should be.
pub fn decode_body<T: DeserializeOwned>(format: Format, body: &[u8]) -> Result<T, StoreError> {
    let noun = format.noun;
    let bad = |why: &str| StoreError::damaged(format!("{noun} can't be read ({why})"));
    let (value, used) = match body.len() {
        0..=SMALL => bincode::serde::decode_from_slice(body, config::<SMALL_LIMIT>()),
        _ if body.len() <= LARGEST => {
            bincode::serde::decode_from_slice(body, config::<LARGE_LIMIT>())
        }
        _ => return Err(bad("too large")),
    }
    .map_err(|e| bad(&e.to_string()))?;
    if used == body.len() {
        Ok(value)
    } else {
        Err(bad("something follows it"))
    }
}

/// Puts a body into its envelope.
pub fn seal(format: Format, body: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(HEADER + body.len());
    sealed.extend([format.kind, format.version]);
    sealed.extend(checksum(format.kind, format.version, body));
    sealed.extend(body);
    sealed
}

/// Takes a body out of its envelope.
///
/// # Errors
/// When the checksum does not fit, it is of another kind, or of a newer version.
pub fn open(format: Format, sealed: &[u8]) -> Result<&[u8], StoreError> {
    let noun = format.noun;
    let [kind, version, a, b, c, d, body @ ..] = sealed else {
        return Err(StoreError::damaged(format!("{noun} is cut off")));
    };
    if checksum(*kind, *version, body) != [*a, *b, *c, *d] {
        return Err(StoreError::damaged(format!(
            "the checksum of {noun} does not fit"
        )));
    }
    if *kind != format.kind {
        return Err(StoreError::damaged(format!(
            "something else lies in the place of {noun}"
        )));
    }
    if *version > format.version {
        return Err(StoreError::NewerFormat {
            what: noun.to_owned(),
            found: u32::from(*version),
            known: u32::from(format.version),
        });
    }
    if *version == 0 {
        return Err(StoreError::damaged(format!(
            "{noun} names a version that never was"
        )));
    }
    Ok(body)
}

/// The version that an envelope names; to be believed once [`open`] took it.
pub fn version(sealed: &[u8]) -> u8 {
    sealed.get(1).copied().unwrap_or_default()
}

fn checksum(kind: u8, version: u8, body: &[u8]) -> [u8; 4] {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&[kind, version]);
    crc.update(body);
    crc.finalize().to_le_bytes()
}

/// The stored bytes of any value of this format.
///
/// # Errors
/// When it is too large to be stored.
pub fn encode<T: Serialize>(format: Format, value: &T) -> Result<Vec<u8>, StoreError> {
    Ok(seal(format, &encode_body(format, value)?))
}

/// Reads the stored bytes of a value of this format.
///
/// # Errors
/// When the bytes are damaged or of a newer version.
pub fn decode<T: DeserializeOwned>(format: Format, sealed: &[u8]) -> Result<T, StoreError> {
    decode_body(format, open(format, sealed)?)
}

/// The stored bytes of a record.
///
/// # Errors
/// When it is too large to be stored.
pub fn encode_record(record: &Record) -> Result<Vec<u8>, StoreError> {
    match record {
        Record::Counters(r) => encode(COUNTERS, r),
        Record::Login(r) => encode(LOGIN, r),
        Record::Principal(r) => encode(PRINCIPAL, r),
        Record::Environment(r) => encode(ENVIRONMENT, r),
        Record::Account(r) => encode(ACCOUNT, r),
        Record::Resource(r) => encode(RESOURCE, r),
    }
}

/// Reads the stored bytes of a record.
///
/// # Errors
/// When the bytes are damaged or of a newer version.
pub fn decode_record(sealed: &[u8]) -> Result<Record, StoreError> {
    Ok(match sealed.first() {
        Some(b'C') => Record::Counters(decode(COUNTERS, sealed)?),
        Some(b'L') => Record::Login(decode(LOGIN, sealed)?),
        Some(b'P') => Record::Principal(decode(PRINCIPAL, sealed)?),
        Some(b'E') => Record::Environment(decode(ENVIRONMENT, sealed)?),
        Some(b'A') => Record::Account(decode(ACCOUNT, sealed)?),
        Some(b'R') => Record::Resource(decode(RESOURCE, sealed)?),
        _ => return Err(StoreError::damaged("a record of no known kind")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Counters, Login, Principal, PrincipalId};

    #[test]
    fn the_bytes_of_version_one_never_change() {
        let counters = Record::Counters(Counters {
            principal: 9,
            environment: 300,
            resource: 70_000,
        });
        let login = Record::Login(Login {
            user: Some(PrincipalId(8)),
            store_administrator: true,
        });
        let user = Record::Principal(Principal::user("a@b", "A"));
        let bodies = [
            (counters, &[9, 251, 44, 1, 252, 112, 17, 1, 0][..]),
            (login, &[1, 8, 1]),
            (user, &[3, b'a', b'@', b'b', 1, b'A', 0, 0, 0, 0]),
        ];
        for (record, body) in bodies {
            let sealed = encode_record(&record).unwrap();
            assert_eq!(sealed[1], 1);
            assert_eq!(&sealed[HEADER..], body, "{record:?}");
            assert_eq!(decode_record(&sealed).unwrap(), record);
        }
    }

    #[test]
    fn what_follows_a_value_is_refused() {
        let body = encode_body(
            LOGIN,
            &Login {
                user: None,
                store_administrator: false,
            },
        )
        .unwrap();
        let longer = [&body[..], &[0]].concat();
        assert!(decode::<Login>(LOGIN, &seal(LOGIN, &body)).is_ok());
        assert!(decode::<Login>(LOGIN, &seal(LOGIN, &longer)).is_err());
    }

    #[test]
    fn a_newer_version_names_both() {
        let newer = Format {
            version: 7,
            ..LOGIN
        };
        let error = decode::<Login>(LOGIN, &seal(newer, &[0, 0])).unwrap_err();
        assert!(matches!(
            error,
            StoreError::NewerFormat {
                found: 7,
                known: 1,
                ..
            }
        ));
        assert_eq!(error.exit_code(), 3);
    }
}
