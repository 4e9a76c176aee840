//! Conditions, read a second time: comparisons of `request.time` with timestamps, joined by `&&`.

use deedbox::domain::Timestamp;

/// Whether the expression is satisfied; one that can't be read never is.
pub fn satisfied(expression: &str, at: Timestamp) -> bool {
    let now = i128::from(at.0) * 1_000_000_000;
    let clauses: Option<Vec<bool>> = expression
        .split("&&")
        .map(|clause| comparison(clause, now))
        .collect();
    clauses.is_some_and(|c| c.iter().all(|holds| *holds))
}

/// One comparison; `None` when it is anything else.
fn comparison(clause: &str, now: i128) -> Option<bool> {
    let compact: String = clause.split_whitespace().collect();
    let rest = compact.strip_prefix("request.time")?;
    let operator: String = rest.chars().take_while(|c| "<>=".contains(*c)).collect();
    let inside = rest[operator.len()..]
        .strip_prefix("timestamp(")?
        .strip_suffix(')')?;
    let quoted = |q: char| inside.strip_prefix(q)?.strip_suffix(q);
    let then = nanoseconds(quoted('"').or_else(|| quoted('\''))?)?;
    match operator.as_str() {
        "<" => Some(now < then),
        "<=" => Some(now <= then),
        ">" => Some(now > then),
        ">=" => Some(now >= then),
        _ => None,
    }
}

/// `2026-01-02T03:04:05.678Z` or with an offset, since 1970.
fn nanoseconds(text: &str) -> Option<i128> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    if text.get(10..11) != Some("T") {
        return None;
    }
    let days = days_since_1970(number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let seconds = days * 86_400 + number(11, 13)? * 3_600 + number(14, 16)? * 60 + number(17, 19)?;
    let rest = &text[19..];
    let digits: String = rest
        .strip_prefix('.')
        .unwrap_or("")
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let fraction: i128 = format!("{digits:0<9}").parse().ok()?;
    let zone = if digits.is_empty() {
        rest
    } else {
        &rest[1 + digits.len()..]
    };
    let offset = match zone.chars().next()? {
        'Z' if zone.len() == 1 => 0,
        sign @ ('+' | '-') => {
            let (hours, minutes) = zone[1..].split_once(':')?;
            let size = hours.parse::<i64>().ok()? * 3_600 + minutes.parse::<i64>().ok()? * 60;
            if sign == '+' { size } else { -size }
        }
        _ => return None,
    };
    Some(i128::from(seconds - offset) * 1_000_000_000 + fraction)
}

/// Counted year by year and month by month.
pub fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(|y| 365 + i64::from(is_leap(y))).sum();
    let months: i64 = (1..month).map(|m| days_in(year, m)).sum();
    years + months + day - 1
}

/// The instant as a timestamp is written.
pub fn written(at: Timestamp) -> String {
    let (mut days, seconds) = (at.0.div_euclid(86_400), at.0.rem_euclid(86_400));
    let (mut year, mut month) = (1970, 1);
    while days >= 365 + i64::from(is_leap(year)) {
        days -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    while days >= days_in(year, month) {
        days -= days_in(year, month);
        month += 1;
    }
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!(
        "{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}",
        days + 1
    )
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
