//! What came of scenarios.

use std::fmt;

/// How many steps came out as expected, and what of the others.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Steps that came out as expected.
    pub passed: usize,
    /// One text for each that did not: where, what was expected, what came, and why.
    pub failures: Vec<String>,
}

impl Report {
    /// Adds another scenario's.
    pub fn merge(&mut self, other: Self) {
        self.passed += other.passed;
        self.failures.extend(other.failures);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failures.len())
    }
}
