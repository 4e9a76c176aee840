//! Resources as bytes: how most of them lie in memory until somebody asks.
//!
//! A million models as structures take four times the room that their bytes take, and few are ever
//! looked at. The form is bincode's: fields in order, numbers and lengths short. It never leaves
//! the program but for caches that name it by [`FORM`].

use bincode::config::{Configuration, standard};

use super::ids::EnvironmentId;
use super::resource::Resource;

/// Changes whenever the bytes of a resource change.
pub const FORM: u32 = 1;

const CONFIG: Configuration = standard();

/// The bytes of a resource; `None` for what has none, which no resource is.
pub fn pack(resource: &Resource) -> Option<Vec<u8>> {
    bincode::serde::encode_to_vec(resource, CONFIG).ok()
}

/// Appends the bytes of a resource; how many there are.
pub fn pack_into(resource: &Resource, bytes: &mut Vec<u8>) -> Option<usize> {
    bincode::serde::encode_into_std_write(resource, bytes, CONFIG).ok()
}

/// Reads a resource from bytes that [`pack`] made; `None` when they are not.
pub fn unpack(bytes: &[u8]) -> Option<Resource> {
    let limited = CONFIG.with_limit::<{ u32::MAX as usize }>();
    let (resource, used) = bincode::serde::decode_from_slice(bytes, limited).ok()?;
    (used == bytes.len()).then_some(resource)
}

/// Environment, id and name, without the rest: they come first.
pub fn heading(bytes: &[u8]) -> Option<(EnvironmentId, &str, &str)> {
    let (environment, rest) = number(bytes)?;
    let (id, rest) = text(rest)?;
    let (name, _) = text(rest)?;
    Some((EnvironmentId(u32::try_from(environment).ok()?), id, name))
}

fn text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = number(bytes)?;
    let (text, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((std::str::from_utf8(text).ok()?, rest))
}

/// One byte up to 250; else a mark and two, four or eight bytes.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    match first {
        0..=250 => Some((u64::from(*first), rest)),
        251 => wide::<2>(rest),
        252 => wide::<4>(rest),
        253 => wide::<8>(rest),
        _ => None,
    }
}

fn wide<const N: usize>(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<N>()?;
    let mut wide = [0; 8];
    wide.get_mut(..N)?.copy_from_slice(number);
    Some((u64::from_le_bytes(wide), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Binding, Body, Model, Policy, PrincipalId};

    fn resource(environment: u32, id: &str, name: &str) -> Resource {
        Resource {
            environment: EnvironmentId(environment),
            id: id.into(),
            name: name.into(),
            description: None,
            owner: Some(PrincipalId(300)),
            policy: Policy {
                bindings: vec![Binding::new("roles/ml.modelUser", PrincipalId(9))],
                ..Policy::default()
            },
            body: Body::Model(Model::default()),
        }
    }

    #[test]
    fn headings_are_those_of_the_resource() {
        let long = "n".repeat(70_000);
        for (environment, id, name) in [
            (0, "a", ""),
            (250, "b", "B"),
            (251, "é", "ü"),
            (70_000, "d", &long),
        ] {
            let resource = resource(environment, id, name);
            let bytes = pack(&resource).unwrap();
            assert_eq!(
                heading(&bytes),
                Some((EnvironmentId(environment), id, name))
            );
            assert_eq!(unpack(&bytes), Some(resource));
            assert_eq!(unpack(&bytes[..bytes.len() - 1]), None);
        }
        assert_eq!(heading(&[251, 1]), None);
    }

    #[test]
    fn the_bytes_of_this_form_never_change() {
        let bytes = pack(&resource(1, "m", "M")).unwrap();
        let role = b"roles/ml.modelUser";
        let expected = [
            &[1, 1, b'm', 1, b'M', 0, 1, 251, 44, 1, 0, 1, 18][..],
            role,
            &[1, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
        ]
        .concat();
        assert_eq!(bytes, expected, "count FORM up when this changes");
    }
}
