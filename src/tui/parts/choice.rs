//! One of a few values, turned with left and right.

/// A choice among named values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// Value and what it means.
    pub options: Vec<(String, String, String)>,
    /// The chosen one.
    pub at: usize,
}

impl Choice {
    /// Options as (value, title, meaning).
    pub fn new(options: Vec<(String, String, String)>) -> Self {
        Self { options, at: 0 }
    }

    /// The next or previous option; it goes round.
    pub fn turn(&mut self, forward: bool) {
        let count = self.options.len().max(1);
        self.at = if forward {
            (self.at + 1) % count
        } else {
            (self.at + count - 1) % count
        };
    }

    /// The chosen value.
    pub fn value(&self) -> Option<&str> {
        self.options.get(self.at).map(|(value, ..)| value.as_str())
    }

    /// The chosen title.
    pub fn title(&self) -> &str {
        self.options.get(self.at).map_or("", |(_, title, _)| title)
    }

    /// What the chosen value means.
    pub fn meaning(&self) -> &str {
        self.options
            .get(self.at)
            .map_or("", |(_, _, meaning)| meaning)
    }

    /// Chooses a value, when it is among the options.
    pub fn select(&mut self, value: &str) {
        if let Some(at) = self.options.iter().position(|(v, ..)| v == value) {
            self.at = at;
        }
    }
}
