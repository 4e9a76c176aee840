//! The rows of a list as text, in the list's order: what sorting leaves and filtering looks through.
//!
//! A million rows have to be searched between two key presses, so all texts lie in one string, and
//! a row that lacks the words is found out by one pass over it before anything is ranked. The texts
//! are made when somebody first looks for something: most lists are never filtered.

use std::fmt;
use std::sync::{Arc, OnceLock};

use memchr::memmem;

use super::super::text::sortable;
use super::find::{abbreviates, meant, ranked, words};

/// Beyond so many hits ranking tells nobody anything: they stay in the list's order.
const RANKED: usize = 20_000;

/// In more rows than this no mistyped word is looked for.
const COMPARED: usize = 20_000;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<K> {
    /// The rows, the best fit first; where nothing is looked for, the list's own.
    pub rows: Arc<Vec<K>>,
    /// Whether no row has the words, and these only have what they may be short for.
    pub loosely: bool,
    /// What may have been meant, where nothing was found.
    pub nearest: Option<String>,
}

impl<K> Default for Found<K> {
    fn default() -> Self {
        Self {
            rows: Arc::default(),
            loosely: false,
            nearest: None,
        }
    }
}

/// Keys with the texts to look through.
pub struct Corpus<K> {
    keys: Arc<Vec<K>>,
    texts: OnceLock<Texts>,
    text_of: Arc<TextOf<K>>,
}

type TextOf<K> = dyn Fn(K) -> String + Send + Sync;

impl<K> Default for Corpus<K> {
    fn default() -> Self {
        Self {
            keys: Arc::default(),
            texts: OnceLock::new(),
            text_of: Arc::new(|_| String::new()),
        }
    }
}

impl<K> fmt::Debug for Corpus<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Corpus");
        shown
            .field("keys", &self.keys.len())
            .finish_non_exhaustive()
    }
}

/// However the accents of a text are stored, it is found with them and without.
fn folded(text: String) -> String {
    if text.is_ascii() {
        text
    } else {
        sortable(&text)
    }
}

/// So many rows tell how much room the texts of all take.
const SAMPLE: usize = 4_096;

/// Texts behind each other.
#[derive(Debug, Default)]
struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    fn of(texts: impl Iterator<Item = String>) -> Self {
        let mut all = Self::default();
        let count = texts.size_hint().0;
        all.ends.reserve(count);
        for text in texts {
            if all.ends.len() == SAMPLE {
                // Growing by doubling would have all of it in memory twice at the last step.
                let rest = count.saturating_sub(SAMPLE) / SAMPLE * all.text.len();
                all.text.reserve(rest + rest / 8);
            }
            all.text.push_str(&text);
            // Between two rows, so that no find reaches from one into the next.
            all.text.push('\n');
            all.ends.push(all.text.len());
        }
        all
    }

    fn row(&self, place: usize) -> &str {
        let start = place.checked_sub(1).and_then(|p| self.ends.get(p)).copied();
        let end = self.ends.get(place).copied().unwrap_or_default();
        self.text
            .get(start.unwrap_or(0)..end.saturating_sub(1))
            .unwrap_or_default()
    }

    /// The rows in which a word stands, in order.
    fn holding(&self, word: &str) -> Vec<usize> {
        let mut places = Vec::new();
        let finder = memmem::Finder::new(word);
        let mut from = 0;
        while let Some(found) = self
            .text
            .as_bytes()
            .get(from..)
            .and_then(|rest| finder.find(rest))
        {
            let place = self.ends.partition_point(|end| *end <= from + found);
            places.push(place);
            from = self.ends.get(place).copied().unwrap_or(self.text.len());
        }
        places
    }
}

/// Keys in the order of their texts; equal ones stay in theirs. Takes a fraction of the memory that
/// a million strings would.
pub fn sorted<K: Copy>(keys: &[K], text_of: impl Fn(K) -> String) -> Vec<K> {
    let texts = Texts::of(keys.iter().map(|key| text_of(*key)));
    let mut places: Vec<(u64, usize)> = (0..keys.len())
        .map(|place| (beginning(texts.row(place)), place))
        .collect();
    places.sort_unstable_by(|(a, x), (b, y)| {
        let texts = || texts.row(*x).cmp(texts.row(*y));
        a.cmp(b).then_with(texts).then(x.cmp(y))
    });
    let key = |(_, place): &(u64, usize)| keys.get(*place).copied();
    places.iter().filter_map(key).collect()
}

/// The first bytes of a text as a number of the same order: most texts differ there, and comparing
/// numbers fetches nothing.
fn beginning(text: &str) -> u64 {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    u64::from_be_bytes(bytes)
}

impl<K: Copy> Corpus<K> {
    /// Rows in their order, each with its text in lower case.
    pub fn new(rows: impl IntoIterator<Item = (K, String)>) -> Self {
        let mut keys = Vec::new();
        let texts = Texts::of(rows.into_iter().map(|(key, text)| {
            keys.push(key);
            folded(text)
        }));
        Self {
            keys: Arc::new(keys),
            texts: OnceLock::from(texts),
            ..Self::default()
        }
    }

    /// Rows in their order, with what says the text of one, in lower case.
    pub fn lazy(keys: Vec<K>, text_of: impl Fn(K) -> String + Send + Sync + 'static) -> Self {
        Self {
            keys: Arc::new(keys),
            texts: OnceLock::new(),
            text_of: Arc::new(text_of),
        }
    }

    /// The same rows without their texts, which are made again when somebody looks for something.
    #[must_use]
    pub fn without_texts(&self) -> Self {
        Self {
            keys: Arc::clone(&self.keys),
            texts: OnceLock::new(),
            text_of: Arc::clone(&self.text_of),
        }
    }

    /// All keys, in order.
    pub fn keys(&self) -> &[K] {
        &self.keys
    }

    fn texts(&self) -> &Texts {
        let text = |key: &K| folded((self.text_of)(*key));
        let texts = || Texts::of(self.keys.iter().map(text));
        self.texts.get_or_init(texts)
    }

    /// Makes the texts now, so that the first search need not.
    pub fn prepare(&self) {
        self.texts();
    }

    /// The keys of the rows that have what was typed, the best fit first: every word somewhere; what
    /// it may be short for only where no row has the words.
    pub fn find(&self, typed: &str) -> Vec<K> {
        Arc::unwrap_or_clone(self.look(typed).rows)
    }

    /// The same with how it was found, or what may have been meant.
    pub fn search(&self, typed: &str) -> Found<K> {
        let mut found = self.look(typed);
        if found.rows.is_empty() && self.keys.len() <= COMPARED {
            found.nearest = self.nearest(&sortable(typed.trim()));
        }
        found
    }

    /// What was typed with every word that no row has made the one that may have been meant; `None`
    /// where that finds nothing either.
    fn nearest(&self, typed: &str) -> Option<String> {
        let texts = self.texts();
        let mut right = Vec::new();
        for word in typed.split_whitespace() {
            let known = texts.text.contains(word);
            right.push(if known {
                word
            } else {
                meant(word, words(&texts.text))?
            });
        }
        let right = right.join(" ");
        let finds = right != typed && !self.look(&right).rows.is_empty();
        finds.then_some(right)
    }

    fn look(&self, typed: &str) -> Found<K> {
        let typed = sortable(typed.trim());
        let mut words: Vec<&str> = typed.split_whitespace().collect();
        // The longest word rules most rows out.
        words.sort_by_key(|w| std::cmp::Reverse(w.len()));
        let Some((first, rest)) = words.split_first() else {
            return Found {
                rows: Arc::clone(&self.keys),
                ..Found::default()
            };
        };
        let texts = self.texts();
        let mut places = texts.holding(first);
        places.retain(|p| rest.iter().all(|w| texts.row(*p).contains(w)));
        let loosely = places.is_empty();
        if loosely {
            places = (0..self.keys.len())
                .filter(|p| abbreviates(texts.row(*p), &typed))
                .collect();
        }
        if places.len() <= RANKED {
            let rows = places.into_iter().map(|p| (p, texts.row(p).to_owned()));
            places = ranked(&typed, rows);
        }
        Found {
            rows: Arc::new(self.at(places)),
            loosely,
            nearest: None,
        }
    }

    fn at(&self, places: Vec<usize>) -> Vec<K> {
        places
            .into_iter()
            .filter_map(|p| self.keys.get(p).copied())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Corpus, sorted};

    #[test]
    fn words_anywhere_then_letters_in_order() {
        let rows = [
            "invoices ops",
            "discount advisor",
            "bob reyes",
            "ops invoice",
        ];
        let corpus = Corpus::new((0..).zip(rows.map(str::to_owned)));
        assert_eq!(corpus.find(""), [0, 1, 2, 3]);
        assert_eq!(corpus.find("Invoices"), [0]);
        assert_eq!(corpus.find("ops invoice").len(), 2);
        assert_eq!(corpus.find("reyes bob"), [2]);
        assert_eq!(corpus.find("dscnt"), [1]);
        assert!(
            corpus.find("opsdiscount").is_empty(),
            "rows do not run together"
        );
    }

    #[test]
    fn what_is_found_loosely_says_so_and_a_typing_error_has_a_nearest() {
        let rows = ["fraud score risk", "device trust risk", "invoices ops"];
        let corpus = Corpus::new((0..).zip(rows.map(str::to_owned)));
        let exact = corpus.search("risk fraud");
        assert_eq!((&exact.rows[..], exact.loosely), (&[0][..], false));
        let short = corpus.search("dvc");
        assert_eq!((&short.rows[..], short.loosely), (&[1][..], true));
        let wrong = corpus.search("fruad risk");
        assert_eq!(
            (wrong.rows.len(), wrong.nearest.as_deref()),
            (0, Some("fraud risk"))
        );
        // Each word is somewhere, and nowhere together.
        assert_eq!(corpus.search("fraud ops").nearest, None);
        assert_eq!(corpus.search("yesterday").nearest, None);
    }

    #[test]
    fn letters_are_found_with_their_accents_and_without() {
        // The first one's are combining characters.
        let rows = [
            "zoe\u{308} le\u{301}vesque",
            "chloé bernard",
            "ștefan ionescu",
            "田中 美咲",
        ];
        let corpus = Corpus::new((0..).zip(rows.map(str::to_owned)));
        for (typed, row) in [
            ("Zoë", 0),
            ("zoe", 0),
            ("zoe\u{308} l", 0),
            ("chloe", 1),
            ("CHLOÉ", 1),
            ("stefan", 2),
            ("美咲", 3),
        ] {
            let found = corpus.search(typed);
            assert_eq!(
                (&found.rows[..], found.loosely),
                (&[row][..], false),
                "{typed}"
            );
        }
    }

    #[test]
    fn texts_are_made_when_asked_for_and_the_same() {
        let names = ["beta", "alpha"];
        let lazy = Corpus::lazy(vec![0, 1], move |k: usize| names[k].to_owned());
        assert_eq!(lazy.find("alp"), [1]);
        assert_eq!(lazy.find(""), [0, 1]);
        let anew = lazy.without_texts();
        assert_eq!(
            (anew.texts.get().is_none(), anew.keys()),
            (true, lazy.keys())
        );
        assert_eq!(anew.find("alp"), [1]);
    }

    #[test]
    fn sorting_goes_by_the_whole_text_and_keeps_equal_ones() {
        let names = ["invoices b", "invoices a", "", "é", "invoices a", "inv"];
        let all: Vec<usize> = (0..names.len()).collect();
        let mut slow = all.clone();
        slow.sort_by_key(|k| names[*k]);
        assert_eq!(sorted(&all, |k| names[k].to_owned()), slow);
    }
}
