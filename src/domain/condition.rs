//! Conditions of bindings: the part of the Common Expression Language that can be decided here.

use serde::{Deserialize, Serialize};

use super::rfc3339;
use super::time::{Timestamp, Window};

/// A condition as the platform writes it. The text is kept verbatim; [`Condition::reading`] says
/// what can be decided of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Condition {
    /// A short name, shown in lists.
    pub title: Option<String>,
    /// A longer text.
    pub description: Option<String>,
    /// The expression.
    pub expression: String,
}

/// What a condition means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// It holds inside this stretch of time.
    Within(Window),
    /// It can't be evaluated and therefore never holds (fail closed).
    Unreadable,
}

impl Condition {
    /// The condition that holds inside a stretch of time; `None` for "always".
    pub fn within(window: Window) -> Option<Self> {
        let mut clauses = Vec::new();
        let mut titles = Vec::new();
        if let Some(start) = window.start {
            clauses.push(format!("request.time >= timestamp(\"{start}\")"));
            titles.push(format!("from {}", start.date()));
        }
        if let Some(end) = window.end {
            clauses.push(format!("request.time < timestamp(\"{end}\")"));
            titles.push(format!("until {}", end.date()));
        }
        (!clauses.is_empty()).then(|| Self {
            title: Some(titles.join(" ")),
            description: None,
            expression: clauses.join(" && "),
        })
    }

    /// What of the expression can be decided: comparisons of `request.time` with timestamps,
    /// joined by `&&`. Everything else fails closed.
    ///
    /// ```
    /// use deedbox::domain::{Condition, Reading, Timestamp};
    /// let until = Condition {
    ///     expression: "request.time < timestamp('2027-03-01T00:00:00Z')".into(),
    ///     ..Condition::default()
    /// };
    /// let Reading::Within(window) = until.reading() else { panic!() };
    /// assert_eq!(window.end, Some(Timestamp::parse("2027-03-01").unwrap()));
    /// ```
    pub fn reading(&self) -> Reading {
        let mut window = Window::ALWAYS;
        for clause in self.expression.split("&&") {
            match clause_window(clause.trim()) {
                Some(w) => window = window.intersect(w),
                None => return Reading::Unreadable,
            }
        }
        Reading::Within(window)
    }

    /// Logical operators in the expression; the platform takes at most twelve.
    pub fn logical_operators(&self) -> usize {
        let text = without_strings(&self.expression);
        text.matches("&&").count() + text.matches("||").count() + text.matches('!').count()
            - text.matches("!=").count()
    }
}

/// The expression with quoted strings taken out, so that their content is not counted.
fn without_strings(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut quote = None;
    for c in expression.chars() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None => out.push(c),
        }
    }
    out
}

/// One comparison as a window of whole seconds. A bound inside a second moves to the next whole
/// one: for every whole second the answer is the same.
fn clause_window(clause: &str) -> Option<Window> {
    let rest = clause.strip_prefix("request.time")?.trim_start();
    let (operator, rest) = ["<=", ">=", "<", ">"]
        .iter()
        .find_map(|op| rest.strip_prefix(op).map(|r| (*op, r.trim_start())))?;
    let argument = rest.strip_prefix("timestamp")?.trim_start();
    let argument = argument
        .strip_prefix('(')?
        .trim_start()
        .strip_suffix(')')?
        .trim_end();
    let quote = argument
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''))?;
    let text = argument.strip_prefix(quote)?.strip_suffix(quote)?;
    let (seconds, nanos) = rfc3339::read(text)?;
    let ceil = Timestamp(seconds.checked_add(i64::from(nanos > 0))?);
    let after = Timestamp(seconds.checked_add(1)?);
    // What lasts until after the last second that there is has no end.
    let end = |end: Timestamp| Some(end).filter(|end| end.0 <= rfc3339::LAST);
    Some(match operator {
        "<" => Window {
            start: None,
            end: end(ceil),
        },
        "<=" => Window {
            start: None,
            end: end(after),
        },
        ">=" => Window {
            start: Some(ceil),
            end: None,
        },
        _ => Window {
            start: Some(after),
            end: None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(expression: &str) -> Reading {
        Condition {
            expression: expression.into(),
            ..Condition::default()
        }
        .reading()
    }

    #[test]
    fn comparisons_become_windows() {
        let day = Timestamp::parse("2025-05-01").unwrap();
        let cases = [
            (
                "request.time < timestamp(\"2025-05-01T00:00:00Z\")",
                None,
                Some(day),
            ),
            (
                "request.time <= timestamp('2025-05-01T00:00:00Z')",
                None,
                Some(Timestamp(day.0 + 1)),
            ),
            (
                "request.time >= timestamp('2025-05-01T00:00:00Z')",
                Some(day),
                None,
            ),
            (
                "request.time > timestamp('2025-05-01T00:00:00Z')",
                Some(Timestamp(day.0 + 1)),
                None,
            ),
            (
                "request.time>=timestamp('2025-05-01T00:00:00Z')&&request.time<timestamp('2025-05-01T00:00:01.5Z')",
                Some(day),
                Some(Timestamp(day.0 + 2)),
            ),
            (
                "request.time < timestamp('9999-12-31T23:59:59Z')",
                None,
                Some(Timestamp(rfc3339::LAST)),
            ),
            (
                "request.time <= timestamp('9999-12-31T23:59:59Z')",
                None,
                None,
            ),
        ];
        for (expression, start, end) in cases {
            assert_eq!(
                reading(expression),
                Reading::Within(Window { start, end }),
                "{expression}"
            );
        }
    }

    #[test]
    fn anything_else_fails_closed() {
        for expression in [
            "",
            "true",
            "resource.name.startsWith('x')",
            "request.time < timestamp('2025-05-01T00:00:00Z') || true",
            "request.time < timestamp('2025-05-01')",
            "request.time < timestamp('2025-05-01T00:00:00Z[Europe/Berlin]')",
            "request.time < timestamp('2024-12-31T23:59:60Z')",
            "!(request.time < timestamp('2025-05-01T00:00:00Z'))",
            "request.time < timestamp('2025-05-01T00:00:00Z') &&",
        ] {
            assert_eq!(reading(expression), Reading::Unreadable, "{expression}");
        }
    }

    #[test]
    fn a_window_survives_the_round_trip() {
        let window = Window {
            start: Some(Timestamp(100)),
            end: Some(Timestamp(200)),
        };
        assert_eq!(
            Condition::within(window).unwrap().reading(),
            Reading::Within(window)
        );
        assert_eq!(Condition::within(Window::ALWAYS), None);
    }

    #[test]
    fn operators_are_counted_outside_of_strings() {
        for (expression, count) in [
            ("", 0),
            ("a && b || !c", 3),
            ("a != b && !(c != d)", 2),
            ("a == 'x && y' && b == \"!\"", 1),
            (r#"a == "it's || not" || b"#, 1),
            ("a == '\"' && b == '\"'", 1),
        ] {
            let condition = Condition {
                expression: expression.into(),
                ..Condition::default()
            };
            assert_eq!(condition.logical_operators(), count, "{expression}");
        }
    }
}
