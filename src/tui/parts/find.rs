//! Finding by what one types: every word somewhere in the text; letters in order only when no text
//! has the words.

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
        scores = self::scores(typed, AtomKind::Fuzzy, &items);
    }
    let mut found: Vec<(u32, T)> = items
        .into_iter()
        .zip(scores)
        .filter_map(|((item, _), score)| Some((score?, item)))
        .collect();
    found.sort_by_key(|(score, _)| Reverse(*score));
    found.into_iter().map(|(_, item)| item).collect()
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
    use super::ranked;

    #[test]
    fn words_come_before_letters() {
        let items = || ["Invoices", "Discount advisor", "Bob Reyes"].map(|t| (t, t.to_owned()));
        assert_eq!(ranked("invoices", items()), ["Invoices"]);
        assert_eq!(ranked("reyes bob", items()), ["Bob Reyes"]);
        assert_eq!(ranked("dscnt", items()), ["Discount advisor"]);
        assert_eq!(ranked(" ", items()).len(), 3);
        assert!(ranked("zzz", items()).is_empty());
    }
}
