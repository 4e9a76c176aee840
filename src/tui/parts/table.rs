//! Rows in columns, drawn one window at a time.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub use super::super::text::grouped;
use super::super::text::{pad, width};
use super::super::theme::Theme;
use super::super::view::follow;
use super::listing::Sort;

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// What stands above it.
    pub title: &'static str,
    /// How many cells it wants at least.
    pub min: u16,
    /// How much of the room left over it takes.
    pub share: u16,
    /// Where room is short, columns with the largest number go first; 0 stays.
    pub give: u8,
}

impl Column {
    /// Title, least width, share of the room left over, and when it gives way.
    pub const fn new(title: &'static str, min: u16, share: u16, give: u8) -> Self {
        Self {
            title,
            min,
            share,
            give,
        }
    }
}

/// One visible row.
#[derive(Debug, Clone, Default)]
pub struct TableRow {
    /// A text for each column.
    pub cells: Vec<String>,
    /// Under the cursor.
    pub selected: bool,
    /// Marked for bulk actions.
    pub marked: bool,
    /// Secondary.
    pub dim: bool,
}

/// The places of the columns that fit into a width.
fn fitting(columns: &[Column], total: u16) -> Vec<usize> {
    let mut places: Vec<usize> = (0..columns.len()).collect();
    let need = |places: &[usize]| -> u16 {
        let cells: u16 = places
            .iter()
            .filter_map(|p| columns.get(*p))
            .map(|c| c.min + 1)
            .sum();
        cells + 3
    };
    while need(&places) > total {
        let give = |p: &usize| columns.get(*p).map_or(0, |c| c.give);
        let Some(next) = places
            .iter()
            .copied()
            .filter(|p| give(p) > 0)
            .max_by_key(give)
        else {
            break;
        };
        places.retain(|p| *p != next);
    }
    places
}

/// Cells before the first column, for marks.
const LEAD: u16 = 4;
/// Cells between columns.
const GAP: u16 = 2;
const BETWEEN: &str = "  ";

/// How many cells the widest text of each column takes, of the rows that were seen. A list that is
/// scrolled only widens them, so that its columns hardly move.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs(Vec<u16>);

impl Needs {
    /// Of some rows.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a [String]>) -> Self {
        let mut needs = Self::default();
        needs.widen(rows);
        needs
    }

    /// Of these rows besides.
    pub fn widen<'a>(&mut self, rows: impl IntoIterator<Item = &'a [String]>) {
        for cells in rows {
            let missing = cells.len().saturating_sub(self.0.len());
            self.0.extend(std::iter::repeat_n(0, missing));
            for (need, cell) in self.0.iter_mut().zip(cells) {
                *need = (*need).max(u16::try_from(width(cell)).unwrap_or(u16::MAX));
            }
        }
    }
}

/// How rows are laid out in a width: which columns there is room for, and the cells of each.
#[derive(Debug)]
struct Layout {
    places: Vec<usize>,
    widths: Vec<usize>,
}

impl Layout {
    /// [`LEAD`] cells stand before the first column, and a [`GAP`] between columns. Each column gets what its
    /// texts need as far as there is room, and at least what it wants or needs; what is left over goes to
    /// those that take a share, and the last takes the rest.
    fn new(columns: &[Column], needs: &Needs, total: u16) -> Self {
        let places = fitting(columns, total);
        let kept: Vec<&Column> = places.iter().filter_map(|p| columns.get(*p)).collect();
        let gaps = u16::try_from(kept.len()).unwrap_or(0).saturating_sub(1);
        let mut left = total.saturating_sub(gaps * GAP + LEAD);
        let needed: Vec<u16> = places
            .iter()
            .zip(&kept)
            .map(|(place, column)| {
                // The sign of the order stands beside the title.
                let title = u16::try_from(width(column.title)).unwrap_or(0) + 2;
                needs.0.get(*place).copied().unwrap_or(0).max(title)
            })
            .collect();
        let mut widths: Vec<u16> = Vec::new();
        for (column, need) in kept.iter().zip(&needed) {
            let first = column.min.min(*need).min(left);
            left -= first;
            widths.push(first);
        }
        let want =
            |at: usize, so_far: u16| needed.get(at).copied().unwrap_or(0).saturating_sub(so_far);
        left = share_out(&kept, &mut widths, left, want);
        left = share_out(&kept, &mut widths, left, |at, so_far| {
            let grows = kept.get(at).is_some_and(|c| c.share > 0);
            if grows { u16::MAX - so_far } else { 0 }
        });
        if let Some(last) = widths.last_mut() {
            *last += left;
        }
        Self {
            places,
            widths: widths.into_iter().map(usize::from).collect(),
        }
    }

    /// The texts of one row, in its columns.
    fn row(&self, cells: &[String]) -> String {
        let shown = self.places.iter().filter_map(|p| cells.get(*p));
        let padded: Vec<String> = shown.zip(&self.widths).map(|(c, w)| pad(c, *w)).collect();
        padded.join(BETWEEN).trim_end().to_owned()
    }
}

/// Gives columns what they want of the room, by their shares while there is too little for all. Says
/// what is left.
fn share_out(
    columns: &[&Column],
    widths: &mut [u16],
    mut left: u16,
    want: impl Fn(usize, u16) -> u16,
) -> u16 {
    loop {
        let wanting: Vec<usize> = (0..widths.len())
            .filter(|at| widths.get(*at).is_some_and(|w| want(*at, *w) > 0))
            .collect();
        let share = |at: &usize| columns.get(*at).map_or(1, |c| c.share.max(1));
        let shares: u16 = wanting.iter().map(share).sum();
        if left == 0 || shares == 0 {
            return left;
        }
        let room = left;
        for at in &wanting {
            let Some(width) = widths.get_mut(*at) else {
                continue;
            };
            let part = (room * share(at) / shares).max(1);
            let taken = part.min(want(*at, *width)).min(left);
            *width += taken;
            left -= taken;
        }
    }
}

/// Rows in columns of a width, without the cells for marks. A row of one text is in none.
pub fn in_columns(columns: &[Column], rows: &[Vec<String>], total: u16) -> Vec<String> {
    let parted = rows.iter().map(Vec::as_slice).filter(|r| r.len() > 1);
    let needs = Needs::of(parted);
    let layout = Layout::new(columns, &needs, total + LEAD);
    rows.iter().map(|cells| layout.row(cells)).collect()
}

/// The place of the column whose title stands at a cell of a width.
pub fn column_at(columns: &[Column], needs: &Needs, total: u16, cell: u16) -> Option<usize> {
    if cell >= total {
        return None;
    }
    let layout = Layout::new(columns, needs, total);
    let mut start = usize::from(LEAD);
    for (place, cells) in layout.places.into_iter().zip(layout.widths) {
        let next = start + cells + usize::from(GAP);
        if (start..next).contains(&usize::from(cell)) {
            return Some(place);
        }
        start = next;
    }
    None
}

/// Draws titles and rows; there are as many rows as fit. The title of the column that rows are
/// sorted by says so.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    theme: Theme,
    (columns, needs): (&[Column], &Needs),
    rows: &[TableRow],
    sort: Option<Sort>,
) {
    let layout = Layout::new(columns, needs, area.width);
    let each = columns.iter().enumerate();
    let titles: Vec<String> = each.map(|(at, c)| titled(c, at, sort, theme)).collect();
    let head = Line::from(vec![
        Span::raw("    "),
        Span::styled(layout.row(&titles), theme.dim()),
    ]);
    let rest = rows.iter().map(|row| line(row, &layout, theme, area.width));
    let lines = std::iter::once(head).chain(rest);
    let chosen = rows.iter().position(|r| r.selected);
    if let Some(place) = chosen {
        let below = u16::try_from(place + 1).unwrap_or(u16::MAX);
        let row = Rect {
            y: area.y.saturating_add(below),
            ..area
        };
        follow(theme, frame, row);
    }
    for (i, line) in (0..area.height).zip(lines) {
        frame.render_widget(
            line,
            Rect {
                y: area.y + i,
                height: 1,
                ..area
            },
        );
    }
}

fn titled(column: &Column, place: usize, sort: Option<Sort>, theme: Theme) -> String {
    match sort.filter(|s| s.column == place) {
        Some(sort) => format!("{}{}", column.title, theme.sorted(sort.backwards)),
        None => column.title.to_owned(),
    }
}

fn line(row: &TableRow, layout: &Layout, theme: Theme, total: u16) -> Line<'static> {
    let style = match (row.selected, row.dim) {
        (true, _) => theme.selected(),
        (false, true) => theme.dim(),
        (false, false) => theme.text(),
    };
    let pointer = if row.selected { theme.pointer() } else { " " };
    let mark = if row.marked { theme.mark() } else { " " };
    let text = format!("{pointer} {mark} {}", layout.row(&row.cells));
    let missing = usize::from(total).saturating_sub(width(&text));
    let filler = if row.selected {
        " ".repeat(missing)
    } else {
        String::new()
    };
    Line::from(Span::styled(format!("{text}{filler}"), style))
}

/// What the columns of rows need.
pub fn needs(rows: &[TableRow]) -> Needs {
    Needs::of(rows.iter().map(|row| row.cells.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column::new("Name", 10, 1, 0),
        Column::new("Where", 8, 0, 0),
        Column::new("Why", 10, 2, 0),
    ];

    fn widths(cells: &[&str], total: u16) -> Vec<usize> {
        let row: Vec<String> = cells.iter().map(|c| (*c).to_owned()).collect();
        Layout::new(COLUMNS, &Needs::of([row.as_slice()]), total).widths
    }

    #[test]
    fn a_column_takes_what_its_texts_need_of_what_others_do_not() {
        let long = "w".repeat(30);
        assert_eq!(widths(&["a", "b", &long], 54), [7, 7, 32]);
        assert_eq!(widths(&[&long, "b", "c"], 54), [32, 7, 7]);
        // Too little for all: by shares, and nobody less than what it wants at least.
        assert_eq!(widths(&[&long, "b", &long], 46), [14, 7, 17]);
        assert_eq!(widths(&[&long, &long, &long], 34), [10, 8, 8]);
    }

    #[test]
    fn what_was_needed_once_stays() {
        let rows = [vec!["abcdef".to_owned()], vec!["a".to_owned()]];
        let mut needs = Needs::of([rows[0].as_slice()]);
        needs.widen([rows[1].as_slice()]);
        assert_eq!(needs, Needs(vec![6]));
    }
}
