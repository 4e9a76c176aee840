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

/// Cells of each column in a width: [`LEAD`] before the first, and one between columns. The last
/// column takes what the others leave, and gives way where there is too little for all.
fn widths(columns: &[&Column], total: u16) -> Vec<usize> {
    let gaps = u16::try_from(columns.len()).unwrap_or(0).saturating_sub(1);
    let mut left = total.saturating_sub(gaps + LEAD);
    let room = left.saturating_sub(columns.iter().map(|c| c.min).sum());
    let shares: u16 = columns.iter().map(|c| c.share).sum::<u16>().max(1);
    let last = columns.len().saturating_sub(1);
    let cells = columns.iter().enumerate().map(|(place, column)| {
        let wanted = column.min + room * column.share / shares;
        let taken = if place == last {
            left
        } else {
            wanted.min(left)
        };
        left -= taken;
        usize::from(taken)
    });
    cells.collect()
}

/// The texts of one row in the columns that fit into a width, without the cells for marks.
pub fn in_columns(columns: &[Column], cells: &[String], total: u16) -> String {
    let total = total + LEAD;
    let places = fitting(columns, total);
    let kept: Vec<&Column> = places.iter().filter_map(|p| columns.get(*p)).collect();
    let shown: Vec<String> = places
        .iter()
        .filter_map(|p| cells.get(*p))
        .cloned()
        .collect();
    joined(&shown, &widths(&kept, total))
}

/// The place of the column whose title stands at a cell of a width.
pub fn column_at(columns: &[Column], total: u16, cell: u16) -> Option<usize> {
    if cell >= total {
        return None;
    }
    let places = fitting(columns, total);
    let kept: Vec<&Column> = places.iter().filter_map(|p| columns.get(*p)).collect();
    let mut start = usize::from(LEAD);
    for (place, cells) in places.into_iter().zip(widths(&kept, total)) {
        if (start..=start + cells).contains(&usize::from(cell)) {
            return Some(place);
        }
        start += cells + 1;
    }
    None
}

/// Draws titles and rows; there are as many rows as fit. The title of the column that rows are
/// sorted by says so.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    theme: Theme,
    columns: &[Column],
    rows: &[TableRow],
    sort: Option<Sort>,
) {
    let places = fitting(columns, area.width);
    let kept: Vec<&Column> = places.iter().filter_map(|p| columns.get(*p)).collect();
    let widths = widths(&kept, area.width);
    let titles: Vec<String> = places
        .iter()
        .filter_map(|p| Some(titled(columns.get(*p)?, *p, sort, theme)))
        .collect();
    let head = Line::from(vec![
        Span::raw("    "),
        Span::styled(joined(&titles, &widths), theme.dim()),
    ]);
    let lines = std::iter::once(head).chain(
        rows.iter()
            .map(|row| line(row, &places, &widths, theme, area.width)),
    );
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

fn line(
    row: &TableRow,
    places: &[usize],
    widths: &[usize],
    theme: Theme,
    total: u16,
) -> Line<'static> {
    let style = match (row.selected, row.dim) {
        (true, _) => theme.selected(),
        (false, true) => theme.dim(),
        (false, false) => theme.text(),
    };
    let pointer = if row.selected { theme.pointer() } else { " " };
    let mark = if row.marked { theme.mark() } else { " " };
    let cells: Vec<String> = places
        .iter()
        .filter_map(|p| row.cells.get(*p))
        .cloned()
        .collect();
    let text = format!("{pointer} {mark} {}", joined(&cells, widths));
    let missing = usize::from(total).saturating_sub(width(&text));
    let filler = if row.selected {
        " ".repeat(missing)
    } else {
        String::new()
    };
    Line::from(Span::styled(format!("{text}{filler}"), style))
}

fn joined(cells: &[String], widths: &[usize]) -> String {
    let padded: Vec<String> = cells.iter().zip(widths).map(|(c, w)| pad(c, *w)).collect();
    padded.join(" ").trim_end().to_owned()
}
