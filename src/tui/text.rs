//! Text measured in cells: cut at grapheme edges, padded to a width, cleaned of control characters.

use nucleo_matcher::chars::normalize;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::domain::text::clean;
pub use crate::domain::text::{count, grouped};

/// How many cells a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text, cut to a number of cells with an ellipsis where something is missing.
///
/// ```
/// use deedbox::tui::text::fit;
/// assert_eq!(fit("田中 美咲", 6), "田中…");
/// assert_eq!(fit("Ann", 6), "Ann");
/// ```
pub fn fit(text: &str, cells: usize) -> String {
    let text = clean(text);
    if width(&text) <= cells {
        return text;
    }
    let Some(room) = cells.checked_sub(1) else {
        return String::new();
    };
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let size = width(grapheme);
        if used + size > room {
            break;
        }
        used += size;
        out.push_str(grapheme);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// The text, cut as [`fit`] does; ` +4` at its end, which counts what it leaves out, stays.
///
/// ```
/// use deedbox::tui::text::fit_counted;
/// assert_eq!(fit_counted("Sofía Herrera +4", 12), "Sofía He… +4");
/// ```
pub fn fit_counted(text: &str, cells: usize) -> String {
    let number = |tail: &str| !tail.is_empty() && tail.bytes().all(|b| b.is_ascii_digit());
    match text.rsplit_once(" +") {
        Some((name, tail)) if number(tail) && width(tail) + 4 <= cells => {
            let room = cells - width(tail) - 2;
            format!("{} +{tail}", fit(name, room))
        }
        _ => fit(text, cells),
    }
}

/// The text, cut or padded with blanks to exactly a number of cells.
pub fn pad(text: &str, cells: usize) -> String {
    let mut out = fit_counted(text, cells);
    let missing = cells.saturating_sub(width(&out));
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// The text broken into lines of at most a number of cells, at blanks where there are any.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let text = clean(text);
    let cells = cells.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let gap = usize::from(!line.is_empty());
        if width(&line) + gap + width(word) > cells && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for grapheme in word.graphemes(true) {
            if width(&line) + width(grapheme) > cells {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(grapheme);
        }
    }
    lines.push(line);
    lines
}

/// What a text is sorted by: without regard to case, and accents where Latin letters bear them.
///
/// ```
/// use deedbox::tui::text::sortable;
/// assert!(sortable("Ștefan") < sortable("Tom") && sortable("Zoë") > sortable("ștefan"));
/// ```
pub fn sortable(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let bare = text.chars().filter(|c| !matches!(c, '\u{300}'..='\u{36f}'));
    bare.flat_map(|c| without_accent(c).to_lowercase())
        .collect()
}

/// The text with every number filled up, so that 9 comes before 10.
///
/// ```
/// use deedbox::tui::text::natural;
/// assert!(natural("9 permissions") < natural("10 permissions") && natural("v2") < natural("v10"));
/// ```
pub fn natural(text: &str) -> String {
    const DIGITS: usize = 10;
    let mut out = String::with_capacity(text.len() + DIGITS);
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        let end = number.find(|c: char| !c.is_ascii_digit());
        let (number, after) = number.split_at(end.unwrap_or(number.len()));
        out.push_str(before);
        out.extend(std::iter::repeat_n(
            '0',
            DIGITS.saturating_sub(number.len()),
        ));
        out.push_str(number);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Romanian's letters with commas are beyond what the search folds.
fn without_accent(c: char) -> char {
    match c {
        'Ș' | 'ș' => 's',
        'Ț' | 'ț' => 't',
        c => normalize(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_inside_long_words() {
        assert_eq!(wrap("share with the team", 10), ["share with", "the team"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
    }

    #[test]
    fn padding_counts_cells() {
        assert_eq!(width(&pad("田中", 5)), 5);
        assert_eq!(width(&pad("田中 美咲", 4)), 4);
        assert_eq!(pad("a\u{7}b", 3), "ab ");
    }
}
