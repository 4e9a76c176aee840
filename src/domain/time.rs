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
    /// `+2 months`, `in 1 year`, `2026-11-20 14:00` and `tomorrow 14:00` (UTC). Days and weeks are counted
    /// from `now` in whole seconds; months and years go by the calendar, and end with the month where it
    /// is shorter. An `m` alone may be either minutes or months, and is refused. For whatever a person
    /// types; what is kept or sent by a program is written out.
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
            let (length, sign) = length_of(&said);
            let (number, unit) = number_and_unit(length)?;
            now.moved(number.checked_mul(sign?)?, unit)
        };
        if let Some(found) = named
            .or_else(counted)
            .or_else(timed)
            .or_else(|| clock_time(&said))
        {
            return Ok(found);
        }
        Self::parse(text.trim()).map_err(|why| why.replace(WRITTEN, SAID))
    }

    /// Reads what [`Self::read`] does where only what lies ahead makes sense: there `1 year` needs no
    /// sign.
    ///
    /// # Errors
    /// Says what was expected.
    pub fn read_ahead(text: &str, now: Self) -> Result<Self, String> {
        let said = text.trim().to_lowercase();
        let bare = number_and_unit(&said).and_then(|(number, unit)| now.moved(number, unit));
        bare.map_or_else(|| Self::read(text, now), Ok)
    }

    /// So many units later, or earlier. Months and years go by the calendar.
    fn moved(self, number: i64, unit: Unit) -> Option<Self> {
        let months = match unit {
            Unit::Seconds(each) => {
                let seconds = number.checked_mul(each)?;
                return Some(Self(self.0.checked_add(seconds)?));
            }
            Unit::Months(each) => number.checked_mul(each)?,
        };
        let span = jiff::Span::new().try_months(months).ok()?;
        let here = jiff::Timestamp::from_second(self.0).ok()?;
        // The library ends a date with its month where that is shorter.
        let there = here.to_zoned(jiff::tz::TimeZone::UTC).checked_add(span);
        Some(Self(there.ok()?.timestamp().as_second()))
    }

    /// What a person typed as intents keep it, in which times lie ahead: written out where it is said from `now`; what is no
    /// time stays as it is, to be refused with its own words.
    pub fn written_out(text: &str, now: Self) -> String {
        match (Self::parse(text), Self::read_ahead(text, now)) {
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

/// How times are written out.
const WRITTEN: &str = "write 2027-03-01 or 2027-03-01T00:00:00Z";

/// How people say them besides.
const SAID: &str = "write 2027-03-01 or 2027-03-01T00:00:00Z, or 2027-03-01 14:00, yesterday, 7d ago, in 2 weeks, +30d, +2 months, in 1 year";

/// What a length of time is counted in.
#[derive(Clone, Copy)]
enum Unit {
    /// So many seconds, each time.
    Seconds(i64),
    /// So many months of the calendar, of whatever length.
    Months(i64),
}

/// The length in what may be said of a time, and whether it lies ahead (1) or back (-1), where it
/// says so.
fn length_of(said: &str) -> (&str, Option<i64>) {
    let ahead = said.strip_prefix("in ").or(said.strip_prefix('+'));
    match (said.strip_suffix("ago"), ahead) {
        (Some(length), _) => (length.trim(), Some(-1)),
        (_, Some(length)) => (length.trim(), Some(1)),
        _ => (said, None),
    }
}

/// The two parts of `7d`, `2 hours`, `1 week`.
fn split_length(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    (end > 0).then_some((number, unit.trim()))
}

fn number_and_unit(text: &str) -> Option<(i64, Unit)> {
    let (number, unit) = split_length(text)?;
    let unit = match unit {
        "s" | "sec" | "second" | "seconds" => Unit::Seconds(1),
        "min" | "minute" | "minutes" => Unit::Seconds(60),
        "h" | "hour" | "hours" => Unit::Seconds(3_600),
        "d" | "day" | "days" => Unit::Seconds(DAY),
        "w" | "week" | "weeks" => Unit::Seconds(7 * DAY),
        "mo" | "month" | "months" => Unit::Months(1),
        "y" | "yr" | "year" | "years" => Unit::Months(12),
        _ => return None,
    };
    Some((number.parse().ok()?, unit))
}

/// What is said of a length that people mean in two ways: in `m`, and ahead or back.
fn two_meanings(text: &str) -> Option<String> {
    let said = text.to_lowercase();
    let (length, sign) = length_of(&said);
    let (number, unit) = split_length(length)?;
    if unit == "m" {
        let months = if number == "1" { "month" } else { "months" };
        return Some(format!(
            "`{text}` may be minutes or months: write {number} min or {number} {months}"
        ));
    }
    let bare = sign.is_none() && number_and_unit(length).is_some();
    bare.then(|| format!("`{text}` may lie ahead or back: write +{length} or {length} ago"))
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
    Err(two_meanings(text).unwrap_or_else(|| format!("`{text}` is no time: {WRITTEN}")))
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
    fn parts_of_a_second_count_upwards() {
        for (text, instant) in [
            ("1969-12-31 23:59:59.5Z", (-1, 500_000_000)),
            ("1969-12-31 23:59:59Z", (-1, 0)),
            ("1970-01-01 00:00:01.5Z", (1, 500_000_000)),
        ] {
            assert_eq!(parse_instant(text), Ok(instant), "{text}");
        }
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
            ("+30 s", "2026-11-21T09:30:30Z"),
            ("90 min ago", "2026-11-21T08:00:00Z"),
            ("1 week ago", "2026-11-14T09:30:00Z"),
            ("in 3d", "2026-11-24T09:30:00Z"),
            ("+30d", "2026-12-21T09:30:00Z"),
            ("+2 min", "2026-11-21T09:32:00Z"),
            ("+2 months", "2027-01-21T09:30:00Z"),
            ("in 2 months", "2027-01-21T09:30:00Z"),
            ("+2mo", "2027-01-21T09:30:00Z"),
            ("1 month ago", "2026-10-21T09:30:00Z"),
            ("in 1 year", "2027-11-21T09:30:00Z"),
            ("+2y", "2028-11-21T09:30:00Z"),
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
            "+99999999 years",
            "9223372036854775807w ago",
        ] {
            let why = Timestamp::read(nothing, now).unwrap_err();
            assert!(why.contains("7d ago"), "{nothing}: {why}");
        }
    }

    #[test]
    fn a_month_ends_where_the_next_one_is_shorter() {
        for (now, said, means) in [
            ("2027-01-31", "+1 month", "2027-02-28"),
            ("2028-01-31", "+1 month", "2028-02-29"),
            ("2027-01-31", "+2 months", "2027-03-31"),
            ("2027-03-31", "1mo ago", "2027-02-28"),
            ("2028-02-29", "in 1 year", "2029-02-28"),
        ] {
            let now = Timestamp::parse(now).unwrap();
            assert_eq!(
                Timestamp::read(said, now),
                Timestamp::parse(means),
                "{said}"
            );
        }
    }

    #[test]
    fn minutes_are_not_taken_for_months() {
        let now = Timestamp::parse("2026-11-21T09:30:00Z").unwrap();
        for (said, says) in [
            (
                "+2m",
                "`+2m` may be minutes or months: write 2 min or 2 months",
            ),
            (
                "in 1 M",
                "`in 1 M` may be minutes or months: write 1 min or 1 month",
            ),
            (
                "90m ago",
                "`90m ago` may be minutes or months: write 90 min or 90 months",
            ),
        ] {
            assert_eq!(Timestamp::read(said, now), Err(says.to_owned()));
            assert_eq!(Timestamp::parse(said), Err(says.to_owned()));
        }
    }

    #[test]
    fn what_is_kept_is_written_out() {
        let now = Timestamp::parse("2026-11-21T09:30:00Z").unwrap();
        let out = |text| Timestamp::written_out(text, now);
        assert_eq!(out("2027-03-01"), "2027-03-01");
        assert_eq!(out("in 1 week"), "2026-11-28T09:30:00Z");
        assert_eq!(out("1 year"), "2027-11-21T09:30:00Z");
        assert_eq!(out("soon"), "soon");
        let bare = Timestamp::read("1 year", now).unwrap_err();
        assert_eq!(
            bare,
            "`1 year` may lie ahead or back: write +1 year or 1 year ago"
        );
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
