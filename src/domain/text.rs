//! Text that came from outside, made safe to draw; and numbers in words.

/// Takes out control and bidirectional-override characters, which could move the cursor or make a
/// name look like another. Tabs and line breaks become blanks.
///
/// ```
/// assert_eq!(deedbox::domain::text::clean("a\u{202e}b\tc\u{7}"), "ab c");
/// ```
pub fn clean(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\t' | '\n' | '\r' => Some(' '),
            c if is_unsafe(c) => None,
            c => Some(c),
        })
        .collect()
}

/// Whether a name from outside may be kept as it is.
pub fn is_clean(text: &str) -> bool {
    !text
        .chars()
        .any(|c| is_unsafe(c) || matches!(c, '\t' | '\n' | '\r'))
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A number with blanks between thousands.
///
/// ```
/// assert_eq!(deedbox::domain::text::grouped(1500), "1 500");
/// ```
pub fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// `1 person`, `2 people`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_mislead_is_not_clean() {
        for name in ["", "Ann", "Zoë", "a b", "名前"] {
            assert!(is_clean(name), "{name}");
        }
        for name in ["a\tb", "a\nb", "a\rb", "\u{7}", "\u{202e}b", "\u{feff}a"] {
            assert!(!is_clean(name), "{name:?}");
        }
    }
}
