//! Moments in whole seconds, and half-open stretches of time.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::rfc3339;

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

    /// Reads what [`Self::parse`] does, and what people say of a time near `now`: `now`, `today`,
    /// `yesterday`, `tomorrow` (the day's midnight UTC), `7d ago`, `2 hours ago`, `in 3 weeks`, `+30d`,
    /// `2026-11-20 14:00` and `tomorrow 14:00` (UTC). Days and weeks are counted from `now` in whole seconds. For whatever
    /// a person types; what is kept or sent by a program is written out.
    ///
    /// ```
    /// use deedbox::domain::Timestamp;
    /// let now = Timestamp::parse("2026-11-21T09:00:00Z").unwrap();
    /// assert_eq!(Timestamp::read("yesterday", now), Timestamp::parse("2026-11-20"));
    /// assert_eq!(Timestamp::read("7d ago", now), Timestamp::parse("2026-11-14T09:00:00Z"));
    /// ```
    ///
    /// # Errors
    /// Says what was expected.
    pub fn read(text: &str, now: Self) -> Result<Self, String> {
        let said = text.trim().to_lowercase();
        let midnight = |days: i64| {
            let today = now.0.div_euclid(DAY) * DAY;
            Self(today.saturating_add(days * DAY))
        };
        let day = |word: &str| match word {
            "today" => Some(midnight(0)),
            "yesterday" => Some(midnight(-1)),
            "tomorrow" => Some(midnight(1)),
            _ => None,
        };
        let named = if said == "now" { Some(now) } else { day(&said) };
        let timed = || {
            let (word, time) = said.split_once(' ')?;
            clock_time(&format!("{} {time}", day(word)?.date()))
        };
        let counted = || {
            let ahead = said.strip_prefix("in ").or(said.strip_prefix('+'));
            let (length, sign) = match (said.strip_suffix("ago"), ahead) {
                (Some(length), _) => (length, -1),
                (_, Some(length)) => (length, 1),
                _ => return None,
            };
            let seconds = seconds_of(length)?.checked_mul(sign)?;
            Some(Self(now.0.checked_add(seconds)?))
        };
        if let Some(found) = named
            .or_else(counted)
            .or_else(timed)
            .or_else(|| clock_time(&said))
        {
            return Ok(found);
        }
        Self::parse(text.trim()).map_err(|why| {
            let hint = "write 2027-03-01 or 2027-03-01T00:00:00Z";
            why.replace(
                hint,
                &format!("{hint}, or 2027-03-01 14:00, yesterday, 7d ago, in 2 weeks, +30d"),
            )
        })
    }

    /// What a person typed as intents keep it: written out where it is said from `now`; what is no
    /// time stays as it is, to be refused with its own words.
    pub fn written_out(text: &str, now: Self) -> String {
        match (Self::parse(text), Self::read(text, now)) {
            (Err(_), Ok(moment)) => moment.to_string(),
            _ => text.to_owned(),
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

/// Seconds of a day: every day has as many in UTC as it is counted here.
const DAY: i64 = 86_400;

/// A day and a time of that day in UTC, with a space between them: `2026-11-20 14:00`.
fn clock_time(text: &str) -> Option<Timestamp> {
    let (day, time) = text.split_once(' ')?;
    let time = time.trim();
    let whole = match time.len() {
        5 => format!("{day}T{time}:00Z"),
        8 => format!("{day}T{time}Z"),
        _ => return None,
    };
    Timestamp::parse(&whole).ok()
}

/// Seconds of `7d`, `2 hours`, `1 week`.
fn seconds_of(text: &str) -> Option<i64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    let unit = match unit.trim() {
        "s" | "sec" | "second" | "seconds" => 1,
        "m" | "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7 * DAY,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(unit)
}

/// Seconds and nanoseconds of an RFC 3339 instant or a plain date, or of what else people write for
/// one.
fn parse_instant(text: &str) -> Result<(i64, i32), String> {
    if let Some(instant) = rfc3339::read(text) {
        return Ok(instant);
    }
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
        && let Some(instant) = rfc3339::read(&format!("{date}T00:00:00Z"))
    {
        return Ok(instant);
    }
    Err(format!(
        "`{text}` is no time: write 2027-03-01 or 2027-03-01T00:00:00Z"
    ))
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(instant) => instant.fmt(f),
            // The last day that can be written lies beyond what the library takes for an instant.
            Err(_) => match rfc3339::written(self.0) {
                Some(text) => f.write_str(&text),
                None => write!(f, "@{}", self.0),
            },
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
        let never = Timestamp::parse("9999-12-31T23:59:59Z").unwrap();
        assert_eq!(never.to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(Timestamp::parse("9999-12-31").unwrap().date(), "9999-12-31");
    }

    #[test]
    fn times_are_said_from_now() {
        let now = Timestamp::parse("2026-11-21T09:30:00Z").unwrap();
        for (said, means) in [
            ("now", "2026-11-21T09:30:00Z"),
            ("today", "2026-11-21"),
            ("Yesterday", "2026-11-20"),
            ("tomorrow", "2026-11-22"),
            ("7d ago", "2026-11-14T09:30:00Z"),
            ("2 hours ago", "2026-11-21T07:30:00Z"),
            ("90 min ago", "2026-11-21T08:00:00Z"),
            ("1 week ago", "2026-11-14T09:30:00Z"),
            ("in 3d", "2026-11-24T09:30:00Z"),
            ("+30d", "2026-12-21T09:30:00Z"),
            ("+ 2 weeks", "2026-12-05T09:30:00Z"),
            ("2026-11-20 14:00", "2026-11-20T14:00:00Z"),
            ("2026-11-20 14:00:05", "2026-11-20T14:00:05Z"),
            ("tomorrow 14:00", "2026-11-22T14:00:00Z"),
            ("Today  18:30", "2026-11-21T18:30:00Z"),
            (" 2027-03-01 ", "2027-03-01"),
            ("2027-03-01T01:00:00+01:00", "2027-03-01"),
        ] {
            assert_eq!(
                Timestamp::read(said, now),
                Timestamp::parse(means),
                "{said}"
            );
        }
        for nothing in [
            "",
            "ago",
            "d ago",
            "7 ago",
            "7x ago",
            "-7d ago",
            "in",
            "soon",
            "+",
            "+30",
            "2026-11-20 25:00",
            "2026-11-20 2pm",
            "tomorrow 25:00",
            "someday 14:00",
            "99999999999999999999d ago",
            "9223372036854775807w ago",
        ] {
            let why = Timestamp::read(nothing, now).unwrap_err();
            assert!(why.contains("7d ago"), "{nothing}: {why}");
        }
    }

    #[test]
    fn what_is_kept_is_written_out() {
        let now = Timestamp::parse("2026-11-21T09:30:00Z").unwrap();
        let out = |text| Timestamp::written_out(text, now);
        assert_eq!(out("2027-03-01"), "2027-03-01");
        assert_eq!(out("in 1 week"), "2026-11-28T09:30:00Z");
        assert_eq!(out("soon"), "soon");
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
