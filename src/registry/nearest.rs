//! Whom somebody may have meant by a name that the directory does not know.

use crate::authz::Snapshot;
use crate::domain::Status;

/// At most so many letters may be wrong, and at most a third of them.
const WRONG: usize = 2;

/// The reference of whoever the directory knows by nearly the same id; `None` when nobody is that
/// near, or the directory knows the name itself. Of several equally near ones, the first by name.
pub fn nearest(snapshot: &Snapshot, reference: &str) -> Option<String> {
    let (kind, id) = reference.split_once(':')?;
    let wanted: Vec<char> = id.to_lowercase().chars().collect();
    let limit = WRONG.min(wanted.len() / 3);
    let near = snapshot.principals().filter_map(|(_, p)| {
        if !p.is_known() || p.status() == Status::Deleted {
            return None;
        }
        let found = p.reference();
        let (same, other) = found.split_once(':')?;
        let other: Vec<char> = other.to_lowercase().chars().collect();
        if same != kind || other.len().abs_diff(wanted.len()) > limit {
            return None;
        }
        let far = distance(&wanted, &other);
        (far <= limit).then_some((far, found))
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

/// Letters to put in, take out or change to make one text the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (above, y) in row.iter().skip(1).zip(b) {
            left = (corner + usize::from(x != y)).min(above + 1).min(left + 1);
            corner = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::distance;

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
            ("ab", "ba", 2),
        ] {
            assert_eq!(far(a, b), expected, "{a} {b}");
            assert_eq!(far(b, a), expected, "{b} {a}");
        }
    }
}
