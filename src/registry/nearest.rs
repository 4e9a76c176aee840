//! What somebody may have meant by a name that nothing and nobody has.

use crate::authz::Snapshot;
use crate::authz::platforms::google::Method;
use crate::authz::platforms::vocabulary;
use crate::domain::ids::PartRef;
use crate::domain::{
    Body, Capability, EnvironmentId, Platform, Principal, Resource, ResourceId, ResourceRef,
    Status, Target,
};

use strum::IntoEnumIterator as _;

/// At most so many letters may be wrong, and at most a third of them.
const WRONG: usize = 2;

// --- people ---------------------------------------------------------------------------------

/// The reference of whoever the directory knows by nearly the same id, or by this one with a domain;
/// `None` when nobody is that near, or the directory knows the name itself. Of several equally near
/// ones, the first by name.
pub fn nearest(snapshot: &Snapshot, reference: &str) -> Option<String> {
    let (kind, id) = reference.split_once(':')?;
    let wanted = Wanted::new(id);
    let near = present(snapshot).filter_map(|p| {
        let found = p.reference();
        let (same, other) = found.split_once(':')?;
        if same != kind {
            return None;
        }
        let without_domain = || without_domain(other).eq_ignore_ascii_case(id).then_some(1);
        let far = wanted.distance(other).or_else(without_domain)?;
        Some((far, found))
    });
    let (far, found) = near.min()?;
    (far > 0).then_some(found)
}

/// What is said of a name that the directory does not know: `user:x (nearest: user:y)`.
pub fn told(snapshot: &Snapshot, reference: &str) -> String {
    match nearest(snapshot, reference) {
        Some(near) => format!("{reference} (nearest: {near})"),
        None => reference.to_owned(),
    }
}

/// What is said of a text that is no reference of anybody whom the directory knows: what to write,
/// where it is somebody's id, that without its domain, or their name; else `otherwise` with whoever is
/// nearest.
pub fn nobody(snapshot: &Snapshot, text: &str, otherwise: &str) -> String {
    if snapshot.counters().principal > COMPARED {
        return otherwise.to_owned();
    }
    let mut meant: Vec<String> = present(snapshot)
        .filter(|p| is_called(p, text))
        .map(Principal::reference)
        .collect();
    meant.sort_unstable();
    match meant.as_slice() {
        [] => {}
        [one] => return format!("`{text}` is not written in full: write {one}"),
        several => {
            let shown = several.iter().take(SHOWN).cloned().collect::<Vec<_>>();
            let shown = shown.join(" or ");
            return format!("`{text}` may be several: write {shown}");
        }
    }
    let near = if text.contains(':') {
        nearest(snapshot, text)
    } else {
        let wanted = Wanted::new(text);
        let near = present(snapshot).filter_map(|p| {
            let names = [without_domain(&p.id), &p.id, &p.name];
            let far = names.into_iter().filter_map(|n| wanted.distance(n)).min()?;
            Some((far, p.reference()))
        });
        near.min().map(|(_, found)| found)
    };
    format!("{otherwise}{}", hint(near))
}

/// Of more that are meant, the first are named.
const SHOWN: usize = 3;

fn present(snapshot: &Snapshot) -> impl Iterator<Item = &Principal> {
    let principals = snapshot.principals().map(|(_, p)| &**p);
    principals.filter(|p| p.is_known() && p.status() != Status::Deleted)
}

/// Whether people call somebody so, without saying what kind they are.
fn is_called(principal: &Principal, text: &str) -> bool {
    let names = [
        &principal.id,
        without_domain(&principal.id),
        &principal.name,
    ];
    names
        .into_iter()
        .any(|name| !name.is_empty() && name.to_lowercase() == text.to_lowercase())
}

fn without_domain(id: &str) -> &str {
    id.split_once('@').map_or(id, |(name, _)| name)
}

// --- things ---------------------------------------------------------------------------------

/// Of more resources or principals none is the nearest: comparing with each of them takes too long for
/// somebody who types, or a file of many rows.
const COMPARED: u32 = 20_000;

/// Looks up what an id names, as [`Snapshot::find`] does. Whether a resource exists is not everybody's to
/// know: only who may know all of them is told of others.
///
/// # Errors
/// Says which part is not there, and what is there by nearly that name.
pub fn find(snapshot: &Snapshot, id: &ResourceRef, knows_all: bool) -> Result<Target, String> {
    snapshot.find(id).map_err(|why| {
        if !knows_all || snapshot.counters().resource > COMPARED {
            return why;
        }
        let near = match snapshot.find_environment(&id.environment) {
            Some(environment) => near_in(snapshot, environment, id),
            None => elsewhere(snapshot, id),
        };
        // A word alone may well be a model's name.
        let alone = id.resource.is_none() && snapshot.find_environment(&id.environment).is_none();
        let written = if alone {
            "; write models as ENV/models/ID"
        } else {
            ""
        };
        format!("{why}{}{written}", hint(near))
    })
}

/// What is said after an environment's id that is none: ` (nearest: risk-prod)`, or nothing.
pub fn environment(snapshot: &Snapshot, id: &str) -> String {
    hint(near_environment(snapshot, id))
}

fn near_environment(snapshot: &Snapshot, id: &str) -> Option<String> {
    let wanted = Wanted::new(id);
    let near = snapshot.places().filter_map(|(_, place)| {
        let environment = &place.environment;
        let far = wanted.nearer(&environment.id, environment.label())?;
        Some((far, environment.id.clone()))
    });
    near.min().map(|(_, id)| id)
}

/// For an environment that is not there: one that is nearly called so, with the resource where it has
/// it; for a single word, a resource of that name.
fn elsewhere(snapshot: &Snapshot, id: &ResourceRef) -> Option<String> {
    let near = near_environment(snapshot, &id.environment).map(|environment| {
        let there = ResourceRef {
            environment,
            ..id.clone()
        };
        let found = snapshot.find(&there).is_ok();
        if found {
            there.to_string()
        } else {
            there.environment
        }
    });
    let word = || {
        let everywhere = snapshot.places();
        let all = everywhere.flat_map(|(place, _)| snapshot.everything_in(place));
        near_of(snapshot, all, &id.environment)
    };
    near.or_else(|| id.resource.is_none().then(word).flatten())
}

fn near_in(snapshot: &Snapshot, environment: EnvironmentId, id: &ResourceRef) -> Option<String> {
    let (kind, name) = id.resource.as_ref()?;
    let Some(there) = snapshot.find_resource(environment, *kind, name) else {
        return near_of(snapshot, snapshot.everything_in(environment), name);
    };
    let (word, parts) = parts(snapshot.resource(there)?);
    let wanted = match id.part.as_ref()? {
        PartRef::Version(id) | PartRef::Run(id) => Wanted::new(id),
        PartRef::Container => return None,
    };
    let near = parts
        .into_iter()
        .filter_map(|p| Some((wanted.distance(p)?, p)));
    let (_, part) = near.min()?;
    let on = snapshot.target_id(Target::Resource(there));
    Some(format!("{on}/{word}/{part}"))
}

fn parts(resource: &Resource) -> (&'static str, Vec<&str>) {
    match &resource.body {
        Body::Model(model) => {
            let versions = model.versions.iter().map(|v| v.id.as_str());
            ("versions", versions.collect())
        }
        Body::Experiment { runs } => ("runs", runs.iter().map(|r| r.id.as_str()).collect()),
        _ => ("", Vec::new()),
    }
}

/// The resource whose id or name comes nearest to a text.
fn near_of(
    snapshot: &Snapshot,
    all: impl Iterator<Item = ResourceId>,
    text: &str,
) -> Option<String> {
    let wanted = Wanted::new(text);
    let near = all.filter_map(|id| {
        let resource = snapshot.resource(id)?;
        let far = wanted.nearer(&resource.id, resource.label())?;
        Some((far, id))
    });
    let (_, id) = near.min()?;
    Some(snapshot.target_id(Target::Resource(id)))
}

// --- words ----------------------------------------------------------------------------------

/// What is said after a word that is no action on a platform: ` (nearest: run)`, or nothing.
pub fn action(platform: Platform, typed: &str) -> String {
    let capabilities = Capability::iter().map(<&'static str>::from);
    let methods = Method::all().map(Method::name);
    let methods = methods.filter(|_| platform == Platform::Google);
    let native = vocabulary(platform).iter().copied();
    among(typed, capabilities.chain(native).chain(methods))
}

/// What is said after a word that is none of these: ` (nearest: …)`, or nothing.
pub fn among<'a>(typed: &str, words: impl Iterator<Item = &'a str>) -> String {
    let wanted = Wanted::new(typed);
    let near = words.filter_map(|word| Some((wanted.distance(word)?, word)));
    hint(near.min().map(|(_, word)| word.to_owned()))
}

fn hint(near: Option<String>) -> String {
    near.map_or_else(String::new, |near| format!(" (nearest: {near})"))
}

// --- distance -------------------------------------------------------------------------------

/// A text that somebody typed, to be compared with many.
struct Wanted {
    letters: Vec<char>,
    limit: usize,
}

impl Wanted {
    fn new(text: &str) -> Self {
        let letters: Vec<char> = text.to_lowercase().chars().collect();
        let limit = WRONG.min(letters.len() / 3);
        Self { letters, limit }
    }

    /// How far a text is, where that is near enough.
    fn distance(&self, text: &str) -> Option<usize> {
        // Letters are at least a byte and at most four: most texts need not be looked at.
        let least = text.len() / 4;
        if least > self.letters.len() + self.limit {
            return None;
        }
        let other: Vec<char> = text.to_lowercase().chars().collect();
        if other.len().abs_diff(self.letters.len()) > self.limit {
            return None;
        }
        let far = distance(&self.letters, &other);
        (far <= self.limit).then_some(far)
    }

    /// The nearer one of an id and a name.
    fn nearer(&self, id: &str, name: &str) -> Option<usize> {
        let both = [self.distance(id), self.distance(name)];
        both.into_iter().flatten().min()
    }
}

/// Letters to put in, take out or change to make one text the other; two neighbours that changed
/// places count once.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&row, j) + usize::from(x != y);
            let mut far = changed.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let before =
                |letters: &[char], n: usize| n.checked_sub(1).and_then(|n| letters.get(n).copied());
            let swapped = before(a, i) == Some(*y) && before(b, j) == Some(*x);
            if swapped && let Some(two_back) = j.checked_sub(1) {
                far = far.min(at(&above, two_back) + 1);
            }
            next.push(far);
        }
        above = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{among, distance};

    #[test]
    fn letters_that_differ_are_counted() {
        let far = |a: &str, b: &str| {
            let chars = |t: &str| t.chars().collect::<Vec<_>>();
            distance(&chars(a), &chars(b))
        };
        for (a, b, expected) in [
            ("dann", "dan", 1),
            ("dan", "dan", 0),
            ("", "dan", 3),
            ("kitten", "sitting", 3),
            ("ab", "ba", 1),
            ("rnu", "run", 1),
            ("abcd", "badc", 2),
        ] {
            assert_eq!(far(a, b), expected, "{a} {b}");
            assert_eq!(far(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn only_near_words_are_named() {
        let words = || ["run", "share", "view-access"].into_iter();
        assert_eq!(among("rnu", words()), " (nearest: run)");
        assert_eq!(among("view-acces", words()), " (nearest: view-access)");
        assert_eq!(among("destroy", words()), "");
        assert_eq!(among("rx", words()), "");
    }
}
