//! Moments in whole seconds, and half-open stretches of time.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A moment in whole seconds since 1970-01-01T00:00:00Z. Decisions are exact to the second.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads RFC 3339 (`2027-03-01T00:00:00Z`) or a plain date (midnight UTC).
    ///
    /// # Errors
    /// Says what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (seconds, nanos) = parse_instant(text)?;
        if nanos == 0 {
            Ok(Self(seconds))
        } else {
            Err(format!(
                "`{text}` has a fraction of a second; deedbox decides to the second"
            ))
        }
    }

    /// Now, by the operating system's clock. Only the outermost layer calls this.
    pub fn now() -> Self {
        Self(jiff::Timestamp::now().as_second())
    }

    /// The calendar day, as `2027-03-01`.
    pub fn date(self) -> String {
        self.to_string().chars().take(10).collect()
    }

    /// How long before `now` this was, in the largest fitting unit: `2 h ago`, `in 3 d`.
    pub fn relative_to(self, now: Self) -> String {
        let seconds = now.0.saturating_sub(self.0);
        let size = seconds.unsigned_abs();
        let amount = match size {
            0..60 => {
                return if seconds >= 0 {
                    "just now".into()
                } else {
                    "in a moment".into()
                };
            }
            60..3_600 => format!("{} min", size / 60),
            3_600..86_400 => format!("{} h", size / 3_600),
            86_400..5_184_000 => format!("{} d", size / 86_400),
            _ => return self.date(),
        };
        if seconds >= 0 {
            format!("{amount} ago")
        } else {
            format!("in {amount}")
        }
    }
}

/// Seconds and nanoseconds of an RFC 3339 instant or a plain date.
pub(super) fn parse_instant(text: &str) -> Result<(i64, i32), String> {
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        let (seconds, nanos) = (instant.as_second(), instant.subsec_nanosecond());
        // Whole seconds count downwards: before 1970 the library rounds towards zero.
        return Ok(if nanos < 0 {
            (seconds - 1, nanos + 1_000_000_000)
        } else {
            (seconds, nanos)
        });
    }
    if let Ok(date) = text.parse::<jiff::civil::Date>()
        && text.len() == 10
        && let Ok(instant) = format!("{date}T00:00:00Z").parse::<jiff::Timestamp>()
    {
        return Ok((instant.as_second(), 0));
    }
    Err(format!(
        "`{text}` is no time: write 2027-03-01 or 2027-03-01T00:00:00Z"
    ))
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(instant) => instant.fmt(f),
            Err(_) => write!(f, "@{}", self.0),
        }
    }
}

/// From `start` up to but not including `end`; a missing side is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Window {
    /// The first second inside.
    pub start: Option<Timestamp>,
    /// The first second outside again.
    pub end: Option<Timestamp>,
}

impl Window {
    /// Always.
    pub const ALWAYS: Self = Self {
        start: None,
        end: None,
    };

    /// Whether the moment lies inside.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.start.is_none_or(|s| s <= at) && self.end.is_none_or(|e| at < e)
    }

    /// What lies in both.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        let start = self.start.max(other.start);
        let end = match (self.end, other.end) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { start, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_instants_are_read() {
        assert_eq!(Timestamp::parse("1970-01-02").unwrap(), Timestamp(86_400));
        assert_eq!(
            Timestamp::parse("1970-01-01T01:00:00+01:00").unwrap(),
            Timestamp(0)
        );
        assert!(Timestamp::parse("tomorrow").is_err());
        assert!(Timestamp::parse("2027-13-01").is_err());
    }

    #[test]
    fn a_window_excludes_its_end() {
        let w = Window {
            start: Some(Timestamp(5)),
            end: Some(Timestamp(9)),
        };
        assert!(!w.contains(Timestamp(4)) && w.contains(Timestamp(5)));
        assert!(w.contains(Timestamp(8)) && !w.contains(Timestamp(9)));
    }
}
