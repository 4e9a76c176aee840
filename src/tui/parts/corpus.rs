//! The rows of a list as text, in the list's order: what sorting leaves and filtering looks through.
//!
//! A million rows have to be searched between two key presses, so all texts lie in one string, and
//! a row that lacks the words is found out by one pass over it before anything is ranked.

use memchr::memmem;

use super::find::ranked;

/// Beyond so many hits ranking tells nobody anything: they stay in the list's order.
const RANKED: usize = 20_000;

/// Keys with the texts to look through.
#[derive(Debug, Clone)]
pub struct Corpus<K> {
    keys: Vec<K>,
    text: String,
    ends: Vec<usize>,
}

impl<K> Default for Corpus<K> {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            text: String::new(),
            ends: Vec::new(),
        }
    }
}

impl<K: Copy> Corpus<K> {
    /// Rows in their order, each with its text in lower case.
    pub fn new(rows: impl IntoIterator<Item = (K, String)>) -> Self {
        let mut corpus = Self::default();
        for (key, text) in rows {
            corpus.keys.push(key);
            corpus.text.push_str(&text);
            // Between two rows, so that no find reaches from one into the next.
            corpus.text.push('\n');
            corpus.ends.push(corpus.text.len());
        }
        corpus
    }

    /// All keys, in order.
    pub fn keys(&self) -> &[K] {
        &self.keys
    }

    fn row(&self, place: usize) -> &str {
        let start = place.checked_sub(1).and_then(|p| self.ends.get(p)).copied();
        let end = self.ends.get(place).copied().unwrap_or_default();
        self.text
            .get(start.unwrap_or(0)..end.saturating_sub(1))
            .unwrap_or_default()
    }

    /// The keys of the rows that have what was typed, the best fit first: every word somewhere;
    /// its letters in order only where no row has the words.
    pub fn find(&self, typed: &str) -> Vec<K> {
        let typed = typed.trim().to_lowercase();
        let mut words: Vec<&str> = typed.split_whitespace().collect();
        // The longest word rules most rows out.
        words.sort_by_key(|w| std::cmp::Reverse(w.len()));
        let Some((first, rest)) = words.split_first() else {
            return self.keys.clone();
        };
        let mut places = self.holding(first);
        places.retain(|p| rest.iter().all(|w| self.row(*p).contains(w)));
        if places.is_empty() {
            places = (0..self.keys.len())
                .filter(|p| has_in_order(self.row(*p), &typed))
                .collect();
        }
        if places.len() > RANKED {
            return self.at(places);
        }
        let rows = places.into_iter().map(|p| (p, self.row(p).to_owned()));
        self.at(ranked(&typed, rows))
    }

    fn at(&self, places: Vec<usize>) -> Vec<K> {
        places
            .into_iter()
            .filter_map(|p| self.keys.get(p).copied())
            .collect()
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

/// Whether the letters of what was typed stand in the text, in order.
fn has_in_order(text: &str, typed: &str) -> bool {
    let mut rest = text.chars();
    let mut letters = typed.chars().filter(|c| !c.is_whitespace());
    letters.all(|letter| rest.any(|c| c == letter))
}

#[cfg(test)]
mod tests {
    use super::Corpus;

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
}
