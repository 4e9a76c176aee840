//! Timestamps as RFC 3339 writes them and the Common Expression Language takes them, strictly: a
//! full date and time with `Z` or a numeric offset, from the year 1 to the end of the year 9999.
//!
//! The calendar is the library's; its own instants end a day too early for "9999-12-31T23:59:59Z",
//! the usual way to write "never ends", and its own grammar takes more than RFC 3339 does.

use jiff::SignedDuration;
use jiff::civil::DateTime;

/// The last second that can be written.
pub(super) const LAST: i64 = 253_402_300_799;
/// The first one.
const FIRST: i64 = -62_135_596_800;

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// Seconds since 1970, counted downwards, and nanoseconds; `None` for anything but a full timestamp
/// between the first and the last second.
pub(super) fn read(text: &str) -> Option<(i64, i32)> {
    let (date, rest) = text.split_at_checked(10)?;
    let (time, rest) = rest.strip_prefix('T')?.split_at_checked(8)?;
    let (year, month, day) = three(date, '-')?;
    let (hour, minute, second) = three(time, ':')?;
    let (nanos, zone) = fraction(rest)?;
    let offset = offset(zone)?;
    let small = |number: i16| i8::try_from(number).ok();
    let local = DateTime::new(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        0,
    );
    let seconds = local.ok()?.duration_since(EPOCH).as_secs() - offset;
    (FIRST..=LAST)
        .contains(&seconds)
        .then_some((seconds, nanos))
}

/// The same back, in UTC; `None` beyond the years that the calendar knows.
pub(super) fn written(seconds: i64) -> Option<String> {
    let moment = EPOCH.checked_add(SignedDuration::from_secs(seconds));
    moment.ok().map(|moment| format!("{moment}Z"))
}

/// `2027-03-01` or `23:59:59`: digits alone, the first number as long as is left for it.
fn three(text: &str, between: char) -> Option<(i16, i16, i16)> {
    let mut parts = text.split(between);
    let mut next = |length: usize| number(parts.next()?, length);
    let first = next(text.len() - 6)?;
    let rest = (next(2)?, next(2)?);
    parts.next().is_none().then_some((first, rest.0, rest.1))
}

fn number(text: &str, length: usize) -> Option<i16> {
    let digits = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

/// Nanoseconds of `.123`, and what follows them.
fn fraction(text: &str) -> Option<(i32, &str)> {
    let Some(rest) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let (digits, zone) = rest.split_at_checked(end)?;
    let fits = (1..=9).contains(&digits.len());
    let nanos = format!("{digits:0<9}").parse().ok().filter(|_| fits)?;
    Some((nanos, zone))
}

/// Seconds east of Greenwich.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, rest) = zone.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    let size = i64::from(hours) * 3_600 + i64::from(minutes) * 60;
    match sign {
        _ if hours > 23 || minutes > 59 => None,
        "+" => Some(size),
        "-" => Some(-size),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_timestamps_are_read_and_written() {
        for (text, seconds, nanos) in [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("1969-12-31T23:59:59.25Z", -1, 250_000_000),
            ("2027-01-01T00:00:00-08:00", 1_798_790_400, 0),
            (
                "2028-02-29T00:00:00.123456789+00:30",
                1_835_393_400,
                123_456_789,
            ),
            ("9999-12-31T23:59:59Z", LAST, 0),
            ("9999-12-31T23:59:59.999999999Z", LAST, 999_999_999),
            ("0001-01-01T00:00:00Z", FIRST, 0),
            ("1970-01-01T23:59:00+23:59", 0, 0),
            ("1970-01-01T01:00:00+00:59", 60, 0),
        ] {
            assert_eq!(read(text), Some((seconds, nanos)), "{text}");
        }
        for text in ["1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"] {
            let seconds = read(text).map(|(seconds, _)| seconds);
            assert_eq!(seconds.and_then(written).as_deref(), Some(text));
        }
    }

    #[test]
    fn everything_else_is_none() {
        for text in [
            "",
            "2027-01-01",
            "2027-01-01T00:00:00",
            "2027-01-01T00:00:00z",
            "2027-01-01t00:00:00Z",
            "2027-01-01 00:00:00Z",
            "2027-01-01T00Z",
            "2027-01-01T00:00Z",
            "20270101T000000Z",
            "2026-12-31T23:59:60Z",
            "2027-02-29T00:00:00Z",
            "2027-01-01T24:00:00Z",
            "2027-01-01T00:00:00.Z",
            "2027-01-01T00:00:00.1234567890Z",
            "2027-01-01T00:00:00,5Z",
            "2027-01-01T00:00:00+01",
            "2027-01-01T00:00:00+0100",
            "2027-01-01T00:00:00+24:00",
            "2027-01-01T00:00:00+00:60",
            "2027-01-+1T00:00:00Z",
            "2027-01-1 T00:00:00Z",
            "2027-01-01T00:00:00Z[Europe/Berlin]",
            "2027-01-01T00:00:00+01:00[Europe/Berlin]",
            "+002027-01-01T00:00:00Z",
            "-0001-01-01T00:00:00Z",
            "0000-12-31T23:59:59Z",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-08:00",
            "2027-01-01T00:00:0\u{e9}Z",
            "2027-\u{e9}01-01T00:00:00Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
