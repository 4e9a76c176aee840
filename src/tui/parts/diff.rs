//! What differs between two texts, line by line.

/// One line of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// In both.
    Same(&'a str),
    /// Only in the first.
    Gone(&'a str),
    /// Only in the second.
    New(&'a str),
}

/// Beyond so many pairs of lines the middle is shown as taken out and put in whole: the table of
/// common lines would take longer than anybody waits.
const PAIRS: usize = 4_000_000;

/// The lines of both texts in order; as many as possible are the same.
pub fn lines<'a>(before: &'a str, after: &'a str) -> Vec<Line<'a>> {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let head = old.iter().zip(&new).take_while(|(x, y)| x == y).count();
    let (begin, old) = old.split_at(head);
    let new = new.get(head..).unwrap_or_default();
    let ends = old.iter().rev().zip(new.iter().rev());
    let tail = ends.take_while(|(x, y)| x == y).count();
    let (old, end) = old.split_at(old.len() - tail);
    let new = new.get(..new.len() - tail).unwrap_or_default();
    let same = |lines: &[&'a str]| lines.iter().map(|l| Line::Same(l)).collect::<Vec<_>>();
    let mut out = same(begin);
    out.extend(middle(old, new));
    out.extend(same(end));
    out
}

/// How many lines the rests of two texts can share, from each pair of places on.
struct Common {
    columns: usize,
    cells: Vec<u32>,
}

impl Common {
    fn new(before: &[&str], after: &[&str]) -> Self {
        let columns = after.len() + 1;
        let mut common = Self {
            columns,
            cells: vec![0; (before.len() + 1) * columns],
        };
        for (row, old) in before.iter().enumerate().rev() {
            for (column, new) in after.iter().enumerate().rev() {
                let length = if old == new {
                    common.at(row + 1, column + 1) + 1
                } else {
                    common.at(row + 1, column).max(common.at(row, column + 1))
                };
                if let Some(cell) = common.cells.get_mut(row * columns + column) {
                    *cell = length;
                }
            }
        }
        common
    }

    fn at(&self, row: usize, column: usize) -> u32 {
        let cell = self.cells.get(row * self.columns + column);
        cell.copied().unwrap_or(0)
    }
}

fn middle<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<Line<'a>> {
    if before.len().saturating_mul(after.len()) > PAIRS {
        let gone = before.iter().map(|l| Line::Gone(l));
        return gone.chain(after.iter().map(|l| Line::New(l))).collect();
    }
    let common = Common::new(before, after);
    let (mut row, mut column, mut out) = (0, 0, Vec::new());
    loop {
        let take_old = common.at(row + 1, column) >= common.at(row, column + 1);
        match (before.get(row), after.get(column)) {
            (Some(old), Some(new)) if old == new => {
                out.push(Line::Same(old));
                row += 1;
                column += 1;
            }
            (Some(old), new) if new.is_none() || take_old => {
                out.push(Line::Gone(old));
                row += 1;
            }
            (_, Some(new)) => {
                out.push(Line::New(new));
                column += 1;
            }
            _ => return out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, lines};

    #[test]
    fn both_texts_can_be_read_from_their_difference() {
        let cases = [
            ("a\nb\nc", "a\nx\nc"),
            ("", "a\nb"),
            ("a\nb", ""),
            ("a\nb\na\nb", "b\na\nb\na"),
            ("a\na\nb", "a\nb"),
        ];
        for (before, after) in cases {
            let difference = lines(before, after);
            let first = difference.iter().filter_map(|l| match l {
                Line::Same(t) | Line::Gone(t) => Some(*t),
                Line::New(_) => None,
            });
            let second = difference.iter().filter_map(|l| match l {
                Line::Same(t) | Line::New(t) => Some(*t),
                Line::Gone(_) => None,
            });
            assert_eq!(first.collect::<Vec<_>>().join("\n"), before);
            assert_eq!(second.collect::<Vec<_>>().join("\n"), after);
        }
        let kept = lines("a\nb\nc", "a\nx\nc");
        assert_eq!(
            kept,
            [
                Line::Same("a"),
                Line::Gone("b"),
                Line::New("x"),
                Line::Same("c")
            ]
        );
    }
}
