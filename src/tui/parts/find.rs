//! Finding by what one types: every word somewhere in the text; only when no text has the words,
//! those that a word abbreviates (`dscnt`), and else the word that may have been meant (`fruad`).

use std::cmp::Reverse;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The items whose text fits, best first; all of them, in their order, when nothing is typed. Equal
/// fits stay in their order.
pub fn ranked<T>(typed: &str, items: impl IntoIterator<Item = (T, String)>) -> Vec<T> {
    let typed = typed.trim();
    let items: Vec<(T, String)> = items.into_iter().collect();
    if typed.is_empty() {
        return items.into_iter().map(|(item, _)| item).collect();
    }
    let mut scores = scores(typed, AtomKind::Substring, &items);
    if scores.iter().all(Option::is_none) {
        let short = typed.to_lowercase();
        scores = self::scores(typed, AtomKind::Fuzzy, &items);
        for (score, (_, text)) in scores.iter_mut().zip(&items) {
            *score = score.filter(|_| abbreviates(&text.to_lowercase(), &short));
        }
    }
    let first = typed.split_whitespace().next().unwrap_or_default();
    let first = first.to_lowercase();
    let mut found: Vec<((u8, Reverse<u32>), T)> = items
        .into_iter()
        .zip(scores)
        .filter_map(|((item, text), score)| Some(((place(&text, &first), Reverse(score?)), item)))
        .collect();
    found.sort_by_key(|(fit, _)| *fit);
    found.into_iter().map(|(_, item)| item).collect()
}

/// Stands behind the name in a row's text, where the row has one.
pub const NAME_END: char = '\u{1f}';

/// Where a word, in lower case, stands in a row's text: at the start of its name, at the start of a word
/// of it, inside of one, or only in what belongs to the row.
fn place(text: &str, word: &str) -> u8 {
    let text = text.to_lowercase();
    let name = text.split_once(NAME_END).map_or("", |(name, _)| name);
    let starts = |(at, _): (usize, &str)| {
        let before = name.get(..at).and_then(|t| t.chars().next_back());
        !before.is_some_and(char::is_alphanumeric)
    };
    match () {
        () if text.starts_with(word) => 0,
        () if name.match_indices(word).any(starts) => 1,
        () if name.contains(word) => 2,
        () => 3,
    }
}

/// Whether every word that was typed abbreviates something in a text: its letters stand there in
/// order, from the start of a word, and not far apart. Letters scattered over a row say nothing.
/// Both in lower case.
pub fn abbreviates(text: &str, typed: &str) -> bool {
    typed.split_whitespace().all(|word| shortens(text, word))
}

fn shortens(text: &str, word: &str) -> bool {
    let reach = 2 * word.chars().count();
    let mut before = ' ';
    let starts = text.char_indices().filter(|(_, c)| {
        let start = c.is_alphanumeric() && !before.is_alphanumeric();
        before = *c;
        start
    });
    let mut starts = starts.map(|(at, _)| at);
    starts.any(|at| {
        let rest = text.get(at..).unwrap_or_default();
        let mut near = rest.chars().take(reach);
        let mut letters = word.chars();
        letters.next() == near.next() && letters.all(|letter| near.any(|c| c == letter))
    })
}

/// The words of a text, as they are compared.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts.filter(|word| !word.is_empty())
}

/// The word among some that was most likely meant: at most one letter in three wrong, and no more
/// than two. Swapped neighbours count as one.
pub fn meant<'a>(word: &str, among: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = word.chars().collect();
    let limit = (wanted.len() / 3).min(2);
    let near = among.filter_map(|other| {
        if other.len().abs_diff(word.len()) > 4 * limit {
            return None;
        }
        let letters: Vec<char> = other.chars().collect();
        let wrong = (letters.len().abs_diff(wanted.len()) <= limit)
            .then(|| wrong_letters(&wanted, &letters))?;
        (1..=limit).contains(&wrong).then_some((wrong, other))
    });
    near.min().map(|(_, other)| other)
}

/// Letters to put in, take out, change or swap with their neighbour to make one word the other.
fn wrong_letters(a: &[char], b: &[char]) -> usize {
    let (mut older, mut row): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at =
                |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
            let mut least = (at(&row, j) + usize::from(x != y))
                .min(at(&row, j + 1) + 1)
                .min(at(&next, j) + 1);
            let swapped = j > 0 && i > 0 && b.get(j - 1) == Some(x) && a.get(i - 1) == Some(y);
            if swapped && x != y {
                least = least.min(at(&older, j - 1) + 1);
            }
            next.push(least);
        }
        older = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

fn scores<T>(typed: &str, kind: AtomKind, items: &[(T, String)]) -> Vec<Option<u32>> {
    let pattern = Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, kind);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let score = |text: &str, matcher: &mut Matcher, buffer: &mut Vec<char>| {
        pattern.score(Utf32Str::new(text, buffer), matcher)
    };
    items
        .iter()
        .map(|(_, text)| score(text, &mut matcher, &mut buffer))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{NAME_END, abbreviates, meant, ranked};

    #[test]
    fn words_come_before_letters() {
        let items = || ["Invoices", "Discount advisor", "Bob Reyes"].map(|t| (t, t.to_owned()));
        assert_eq!(ranked("invoices", items()), ["Invoices"]);
        assert_eq!(ranked("reyes bob", items()), ["Bob Reyes"]);
        assert_eq!(ranked("dscnt", items()), ["Discount advisor"]);
        assert_eq!(ranked(" ", items()).len(), 3);
        assert!(ranked("zzz", items()).is_empty());
    }

    #[test]
    fn a_name_comes_before_what_belongs_to_it() {
        let rows = [
            ("Amina Yusupova", "led by Lena Fischer"),
            ("Helena Brandt", ""),
            ("Lena Fischer", ""),
        ];
        let rows = || rows.map(|(name, more)| (name, format!("{name}{NAME_END}{more}")));
        let found = |typed| ranked(typed, rows());
        assert_eq!(
            found("lena"),
            ["Lena Fischer", "Helena Brandt", "Amina Yusupova"]
        );
        assert_eq!(found("fischer"), ["Lena Fischer", "Amina Yusupova"]);
    }

    #[test]
    fn scattered_letters_are_no_abbreviation() {
        let row = "share fraud score with credit team as model user yesterday risk-prod";
        for short in ["frd", "dscr", "fraudscore", "crdt tm", "mdl usr"] {
            assert_eq!(abbreviates(row, short), short != "dscr", "{short}");
        }
        for nothing in ["fruad", "sday", "swcu", "hare"] {
            assert!(!abbreviates(row, nothing), "{nothing}");
        }
        assert!(ranked("shore", [(0, row.to_owned())]).is_empty());
    }

    #[test]
    fn a_mistyped_word_has_a_nearest_one() {
        let words = || ["fraud", "score", "device", "trust", "fra"].into_iter();
        assert_eq!(meant("fruad", words()), Some("fraud"));
        assert_eq!(meant("devise", words()), Some("device"));
        assert_eq!(meant("scor", words()), Some("score"));
        assert_eq!(meant("fraud", words()), None, "it is there");
        assert_eq!(meant("zzzzz", words()), None);
        assert_eq!(meant("fr", words()), None, "too short to tell");
    }
}
