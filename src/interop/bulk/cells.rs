//! Cells that a spreadsheet would run as formulas: written with an apostrophe before them, and read
//! back without it.

use std::borrow::Cow;

/// Whether a spreadsheet would run a cell, or take an apostrophe off that stands before such a one.
fn is_risky(cell: &str) -> bool {
    let text = cell.trim_start_matches('\'');
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell as it is written.
///
/// ```
/// use deedbox::interop::bulk::{escape, unescape};
/// assert_eq!(escape("=SUM(A1)"), "'=SUM(A1)");
/// assert_eq!(unescape(&escape("'=SUM(A1)")), "'=SUM(A1)");
/// ```
pub fn escape(cell: &str) -> Cow<'_, str> {
    if is_risky(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// A cell as it was meant.
pub fn unescape(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_risky(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::{escape, unescape};

    #[test]
    fn every_cell_is_read_back_as_it_was_and_none_is_a_formula() {
        for cell in [
            "", "a", "=1+1", "'=1", "''-2", "'quoted", "@x", "+1", "-", "'", "a=b", "\tx",
        ] {
            let written = escape(cell);
            assert_eq!(unescape(&written), cell, "{cell:?}");
            assert!(
                !written.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell:?}"
            );
        }
    }
}
