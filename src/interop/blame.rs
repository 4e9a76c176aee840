//! Which line a syntax error lies in. A parser complains where it can't go on, and that is often the
//! line after the one that somebody has to put right.

/// The line to look at, counted from 1, and what is likely wrong with it. `column` is where in its
/// line the parser stopped, counted in bytes from 1.
pub(super) fn blame(
    text: &str,
    line: usize,
    column: usize,
    complaint: &str,
) -> (usize, Option<&'static str>) {
    let lines: Vec<&str> = text.lines().collect();
    let here = line.checked_sub(1).and_then(|at| lines.get(at)).copied();
    let here = here.unwrap_or_default();
    let passed = here.get(..column.saturating_sub(1)).unwrap_or(here);
    // What stopped it is the first thing in its line, or nothing: the line above is unfinished.
    let fresh = passed.trim().is_empty();
    let above = || finished_above(&lines, line).unwrap_or(line);
    if complaint.contains("simple key expect") {
        let at = if fresh { above() } else { line };
        return (
            at,
            Some("this line is no `key: value`: write a colon and a space after the key"),
        );
    }
    // Of a flow it is found out only after the next key.
    let first = !passed.contains([',', '{', '[']) && !passed.contains(": ");
    if complaint.contains("expected ',' or") && first {
        return (above(), Some("a comma is missing at the end of this line"));
    }
    if complaint.contains("mapping values are not allowed") {
        return if passed.contains(": ") {
            (
                line,
                Some("there is a second colon in this line: put the value into quotes"),
            )
        } else {
            (
                above(),
                Some("a colon is missing in this line, or the next one stands too far right"),
            )
        };
    }
    if complaint.contains("did not find expected key") || complaint.contains("expected '-'") {
        let text = "this line, or one above it, does not stand as far right as what it belongs to";
        return (line, Some(text));
    }
    (line, None)
}

/// The nearest line above one that says something.
fn finished_above(lines: &[&str], line: usize) -> Option<usize> {
    let before = lines.get(..line.checked_sub(1)?)?;
    let says = |l: &&str| !l.trim().is_empty() && !l.trim_start().starts_with('#');
    before.iter().rposition(says).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use crate::interop::source::Source;

    /// A document with one line after another; `true` marks the one to blame.
    fn blamed(lines: &[(&str, bool)]) {
        let lines_of: Vec<&str> = lines.iter().map(|(l, _)| *l).collect();
        let text = format!("{}\n", lines_of.join("\n"));
        let wrong = lines.iter().position(|(_, wrong)| *wrong).unwrap() + 1;
        let problem = Source::read(&text, "f").unwrap_err();
        assert_eq!(problem.line, Some(wrong), "{text}{problem}");
    }

    #[test]
    fn the_line_that_is_wrong_is_named_not_the_next() {
        let ok = |l| (l, false);
        blamed(&[ok("a: 1"), ("b 2", true), ok(""), ok("# why"), ok("c: 3")]);
        blamed(&[ok("a:"), ok("  - id: x"), ("    name X", true), ok("b: 1")]);
        blamed(&[ok("a:"), ("  - id x", true), ok("    name: X")]);
        blamed(&[("users", true), ok("  - id: x")]);
        blamed(&[ok("a: 1"), ("b: c: d", true), ok("e: 1")]);
        blamed(&[ok("a: 1"), ("b", true)]);
        blamed(&[ok("{"), ("  \"a\": 1", true), ok("  \"b\": 2"), ok("}")]);
        blamed(&[ok("["), ("  \"x\"", true), ok(""), ok("  \"y\""), ok("]")]);
        blamed(&[
            ok("{"),
            ("  \"a\": \"1\" 2,", true),
            ok("  \"b\": 2"),
            ok("}"),
        ]);
        blamed(&[ok("a: [1,"), ("  2] x", true), ok("b: 1")]);
    }
}
