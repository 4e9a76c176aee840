//! Resources as bytes: how most of them lie in memory until somebody asks.
//!
//! A million models as structures take four times the room that their bytes take, and few are ever
//! looked at. The form is the kind in one byte, then bincode's: fields in order, numbers and lengths
//! short, the roles of bindings behind all that, as numbers where [`Words`] has them. It never leaves
//! the program but for caches that name it by [`FORM`].

use bincode::config::{Configuration, standard};
use rustc_hash::FxHashMap;

use super::ids::EnvironmentId;
use super::resource::{Resource, ResourceKind};

/// Changes whenever the bytes of a resource change.
pub const FORM: u32 = 3;

const CONFIG: Configuration = standard();

/// What comes first in the bytes of a resource, and is read without the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heading<'a> {
    /// What it is.
    pub kind: ResourceKind,
    /// Where it lies.
    pub environment: EnvironmentId,
    /// Its id there.
    pub id: &'a str,
    /// Its name; may be empty.
    pub name: &'a str,
}

impl<'a> Heading<'a> {
    /// The heading of a resource that is no bytes.
    pub fn of(resource: &'a Resource) -> Self {
        Self {
            kind: resource.kind(),
            environment: resource.environment,
            id: &resource.id,
            name: &resource.name,
        }
    }

    /// From the bytes of a resource; `None` when they are none.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let (environment, rest) = number(rest)?;
        let (id, rest) = text(rest)?;
        let (name, _) = text(rest)?;
        Some(Self {
            kind: ResourceKind::from_repr(*kind)?,
            environment: EnvironmentId(u32::try_from(environment).ok()?),
            id,
            name,
        })
    }
}

/// Whether bytes are those of a resource of this kind, environment and id; nothing else is read.
pub fn is(bytes: &[u8], kind: ResourceKind, environment: EnvironmentId, id: &str) -> bool {
    let own = |bytes: &[u8]| {
        let (first, rest) = bytes.split_first()?;
        let (place, rest) = number(rest)?;
        let (length, rest) = number(rest)?;
        let own = rest.get(..usize::try_from(length).ok()?)?;
        let same = *first == kind as u8 && place == u64::from(environment.0);
        Some(same && own == id.as_bytes())
    };
    own(bytes) == Some(true)
}

/// Names of roles, each with a number: most bindings name one of a few, and the names would be half
/// of all bytes.
#[derive(Debug, Default)]
pub struct Words {
    words: Vec<String>,
    numbers: FxHashMap<String, u32>,
}

/// More names than that are no help; the rest stand where they are used.
const WORDS: usize = 1 << 14;

impl Words {
    /// In order of numbers, from 1 on.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Takes the names that a resource uses in.
    pub fn learn(&mut self, resource: &Resource) {
        for role in resource.policy.bindings.iter().map(|b| &b.role) {
            if self.words.len() < WORDS && !self.numbers.contains_key(role) {
                self.add(role.clone());
            }
        }
    }

    fn add(&mut self, word: String) {
        self.words.push(word.clone());
        let number = u32::try_from(self.words.len()).unwrap_or_default();
        self.numbers.insert(word, number);
    }
}

/// The same numbers again.
impl From<Vec<String>> for Words {
    fn from(list: Vec<String>) -> Self {
        let mut words = Self::default();
        for word in list {
            words.add(word);
        }
        words
    }
}

/// Appends the bytes of a resource; how many there are. `None` for what has none, which no resource
/// is.
pub fn pack(mut resource: Resource, words: &Words, bytes: &mut Vec<u8>) -> Option<usize> {
    let begin = bytes.len();
    bytes.push(resource.kind() as u8);
    let bindings = resource.policy.bindings.iter_mut();
    let roles: Vec<String> = bindings.map(|b| std::mem::take(&mut b.role)).collect();
    bincode::serde::encode_into_std_write(resource, bytes, CONFIG).ok()?;
    for role in roles {
        let number = words.numbers.get(&role).copied().unwrap_or_default();
        bincode::encode_into_std_write(number, bytes, CONFIG).ok()?;
        if number == 0 {
            bincode::encode_into_std_write(role, bytes, CONFIG).ok()?;
        }
    }
    Some(bytes.len() - begin)
}

/// Reads a resource from bytes that [`pack`] made with these words; `None` when they are not.
pub fn unpack(bytes: &[u8], words: &Words) -> Option<Resource> {
    let limited = CONFIG.with_limit::<{ u32::MAX as usize }>();
    let (kind, bytes) = bytes.split_first()?;
    let (mut resource, used): (Resource, usize) =
        bincode::serde::decode_from_slice(bytes, limited).ok()?;
    let mut rest = bytes.get(used..)?;
    for binding in &mut resource.policy.bindings {
        let (number, after) = number(rest)?;
        let word = usize::try_from(number).ok()?.checked_sub(1);
        let (role, after) = match word {
            Some(word) => (words.words.get(word)?.as_str(), after),
            None => text(after)?,
        };
        role.clone_into(&mut binding.role);
        rest = after;
    }
    (rest.is_empty() && resource.kind() as u8 == *kind).then_some(resource)
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

    fn packed(resource: &Resource, words: &Words) -> Vec<u8> {
        let mut bytes = Vec::new();
        let length = pack(resource.clone(), words, &mut bytes);
        assert_eq!(length, Some(bytes.len()));
        bytes
    }

    #[test]
    fn resources_survive_with_and_without_words() {
        let long = "n".repeat(70_000);
        for (environment, id, name) in [
            (0, "a", ""),
            (250, "b", "B"),
            (251, "é", "ü"),
            (70_000, "d", &long),
        ] {
            let resource = resource(environment, id, name);
            let mut known = Words::default();
            known.learn(&resource);
            for words in [Words::default(), known] {
                let bytes = packed(&resource, &words);
                assert_eq!(Heading::read(&bytes), Some(Heading::of(&resource)));
                let place = EnvironmentId(environment);
                assert!(is(&bytes, ResourceKind::Model, place, id));
                assert!(!is(&bytes, ResourceKind::Job, place, id));
                assert!(!is(&bytes, ResourceKind::Model, EnvironmentId(7), id));
                assert!(!is(&bytes, ResourceKind::Model, place, "other"));
                assert!(!is(&bytes[..2], ResourceKind::Model, place, id));
                let again = Words::from(words.words().to_vec());
                assert_eq!(unpack(&bytes, &again).as_ref(), Some(&resource));
                assert_eq!(unpack(&bytes[..bytes.len() - 1], &words), None);
                assert_eq!(unpack(&[&bytes[..], &[0]].concat(), &words), None);
                let other = [&[ResourceKind::Job as u8], &bytes[1..]].concat();
                assert_eq!(unpack(&other, &words), None);
                if !words.words().is_empty() {
                    assert_eq!(unpack(&bytes, &Words::default()), None);
                }
            }
        }
        assert_eq!(Heading::read(&[1, 251, 1]), None);
        assert_eq!(Heading::read(&[9, 1, 1, b'a', 0]), None);
    }

    #[test]
    fn the_bytes_of_this_form_never_change() {
        let resource = resource(1, "m", "M");
        let role = b"roles/ml.modelUser";
        let head = [1, 1, 1, b'm', 1, b'M', 0, 1, 251, 44, 1, 0, 1, 0];
        let tail = [1, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        let spelled = [&head[..], &tail, &[0, 18], role].concat();
        assert_eq!(
            packed(&resource, &Words::default()),
            spelled,
            "count FORM up when this changes"
        );
        let words = Words::from(vec!["other".to_owned(), "roles/ml.modelUser".to_owned()]);
        assert_eq!(packed(&resource, &words), [&head[..], &tail, &[2]].concat());
    }
}
