//! A screen as a picture: SVG with text that can be selected, drawn from the buffer that a terminal
//! would have been sent. Runs of text say how long they are, so that columns stay straight in any
//! monospaced font; borders are lines.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::super::text::width;
use super::cast::number;

/// Pixels of a cell, and around all of them.
const CELL: (usize, usize) = (9, 19);
const MARGIN: usize = 12;
/// From the top of a cell down to the line that letters stand on.
const BASELINE: usize = 14;

/// What lies behind everything, and text without a colour.
const PAPER: &str = "#16191f";
const INK: &str = "#d5d9e0";
/// The sixteen colours of a terminal, in the order of their numbers.
const PALETTE: [&str; 16] = [
    "#3b4048", "#e8707a", "#8fc379", "#dcb96b", "#6aa9f0", "#c98ae0", "#57b9c6", "#c3c8d0",
    "#6b727e", "#f08d95", "#a8d795", "#e9cd8a", "#8fc1f7", "#d9a9ea", "#7fd0da", "#ffffff",
];

/// Draws a screen; the title is what a reader without pictures is told.
pub fn draw(buffer: &Buffer, title: &str) -> String {
    let (columns, rows) = (
        usize::from(buffer.area.width),
        usize::from(buffer.area.height),
    );
    let (w, h) = (columns * CELL.0 + 2 * MARGIN, rows * CELL.1 + 2 * MARGIN);
    let mut out = String::new();
    let title = escaped(title);
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\">\n\
         <title>{title}</title>\n\
         <style>text{{font:15px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:{INK}}}.b{{font-weight:700}}.d{{opacity:.62}}path{{fill:none;stroke:{INK}}}</style>\n\
         <rect width=\"{w}\" height=\"{h}\" rx=\"8\" fill=\"{PAPER}\"/>"
    );
    let runs: Vec<Run> = (0..buffer.area.height)
        .flat_map(|y| runs(buffer, y))
        .collect();
    for run in &runs {
        out.push_str(&behind(run));
    }
    out.push_str(&borders(buffer));
    for run in &runs {
        out.push_str(&letters(run));
    }
    out.push_str("</svg>\n");
    out
}

/// Neighbouring cells of one look.
#[derive(Debug)]
struct Run {
    x: usize,
    y: usize,
    text: String,
    cells: usize,
    wide: bool,
    look: Look,
}

/// What a cell looks like: text colour, what lies behind it, and whether it is bold or dimmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    ink: &'static str,
    paper: &'static str,
    bold: bool,
    dim: bool,
}

fn look(cell: &Cell) -> Look {
    let (ink, paper) = (named(cell.fg, INK), named(cell.bg, PAPER));
    let reversed = cell.modifier.contains(Modifier::REVERSED);
    let (ink, paper) = if reversed { (paper, ink) } else { (ink, paper) };
    Look {
        ink,
        paper,
        bold: cell.modifier.contains(Modifier::BOLD),
        dim: cell.modifier.contains(Modifier::DIM),
    }
}

/// A colour of the palette; the console uses the sixteen only.
fn named(colour: Color, otherwise: &'static str) -> &'static str {
    let at = number(colour).map(usize::from);
    at.and_then(|n| PALETTE.get(n))
        .copied()
        .unwrap_or(otherwise)
}

/// The runs of a row. Wide characters stand alone, so that each fills its two cells.
fn runs(buffer: &Buffer, y: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut covered = 0;
    for x in 0..buffer.area.width {
        let Some(cell) = buffer.cell((x, y)) else {
            continue;
        };
        if covered > 0 {
            covered -= 1;
            continue;
        }
        let symbol = if lines(cell.symbol()).is_some() {
            " "
        } else {
            cell.symbol()
        };
        let cells = width(symbol).max(1);
        covered = cells - 1;
        let (look, wide) = (look(cell), cells > 1);
        match runs.last_mut() {
            Some(run) if run.look == look && !run.wide && !wide => {
                run.text.push_str(symbol);
                run.cells += 1;
            }
            _ => runs.push(Run {
                x: usize::from(x),
                y: usize::from(y),
                text: symbol.to_owned(),
                cells,
                wide,
                look,
            }),
        }
    }
    runs
}

fn behind(run: &Run) -> String {
    if run.look.paper == PAPER {
        return String::new();
    }
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"{}/>\n",
        left(run.x),
        MARGIN + run.y * CELL.1,
        run.cells * CELL.0,
        CELL.1,
        run.look.paper,
        if run.look.dim { " class=\"d\"" } else { "" },
    )
}

/// The words of a run; gaps between them are left out.
fn letters(run: &Run) -> String {
    let mut out = String::new();
    let mut column = run.x;
    let mut rest = run.text.as_str();
    while !rest.is_empty() {
        let blank = rest.len() - rest.trim_start_matches(' ').len();
        let (gap, after) = rest.split_at(blank);
        column += gap.len();
        let end = after
            .find("  ")
            .unwrap_or(after.trim_end_matches(' ').len());
        let (word, next) = after.split_at(end);
        if !word.is_empty() {
            out.push_str(&piece(run, column, word));
        }
        column += width(word);
        rest = next;
    }
    out
}

fn piece(run: &Run, column: usize, text: &str) -> String {
    let mut classes = Vec::new();
    if run.look.bold {
        classes.push("b");
    }
    if run.look.dim {
        classes.push("d");
    }
    let class = if classes.is_empty() {
        String::new()
    } else {
        format!(" class=\"{}\"", classes.join(" "))
    };
    let fill = if run.look.ink == INK {
        String::new()
    } else {
        format!(" style=\"fill:{}\"", run.look.ink)
    };
    format!(
        "<text x=\"{}\" y=\"{}\" textLength=\"{}\"{class}{fill}>{}</text>\n",
        left(column),
        MARGIN + run.y * CELL.1 + BASELINE,
        width(text) * CELL.0,
        escaped(text),
    )
}

/// Which sides of a cell a border goes to: up, down, left, right.
fn lines(symbol: &str) -> Option<[bool; 4]> {
    Some(match symbol {
        "─" => [false, false, true, true],
        "│" => [true, true, false, false],
        "┌" => [false, true, false, true],
        "┐" => [false, true, true, false],
        "└" => [true, false, false, true],
        "┘" => [true, false, true, false],
        "├" => [true, true, false, true],
        "┤" => [true, true, true, false],
        "┬" => [false, true, true, true],
        "┴" => [true, false, true, true],
        "┼" => [true; 4],
        _ => return None,
    })
}

/// A stretch of border: what it looks like, and from where to where, counted in half cells so that
/// corners end in the middle of theirs.
type Stretch = (Look, usize, usize);

/// All borders, one path a look: stretches along rows, then along columns.
fn borders(buffer: &Buffer) -> String {
    let mut paths: Vec<(Look, String)> = Vec::new();
    let rows = (0..buffer.area.height).map(|y| (true, y));
    let columns = (0..buffer.area.width).map(|x| (false, x));
    for (across, at) in rows.chain(columns) {
        for (look, from, to) in stretches(buffer, across, at) {
            let line = segment(usize::from(at), (from, to), across);
            match paths.iter_mut().find(|(l, _)| *l == look) {
                Some((_, path)) => path.push_str(&line),
                None => paths.push((look, line)),
            }
        }
    }
    let drawn: Vec<String> = paths
        .iter()
        .map(|(look, path)| stroke(*look, path))
        .collect();
    drawn.concat()
}

fn stroke(look: Look, path: &str) -> String {
    let class = if look.dim { " class=\"d\"" } else { "" };
    let colour = if look.ink == INK {
        String::new()
    } else {
        format!(" style=\"stroke:{}\"", look.ink)
    };
    format!("<path{class}{colour} d=\"{path}\"/>\n")
}

/// The stretches of a row, or of a column; neighbours of one look are one.
fn stretches(buffer: &Buffer, across: bool, at: u16) -> Vec<Stretch> {
    let cells = if across {
        buffer.area.width
    } else {
        buffer.area.height
    };
    let mut found: Vec<Stretch> = Vec::new();
    for n in 0..cells {
        let cell = buffer.cell(if across { (n, at) } else { (at, n) });
        let Some((cell, [up, down, left, right])) =
            cell.and_then(|c| Some((c, lines(c.symbol())?)))
        else {
            continue;
        };
        let (before, after) = if across { (left, right) } else { (up, down) };
        let middle = usize::from(n) * 2 + 1;
        let (from, to) = (middle - usize::from(before), middle + usize::from(after));
        let look = look(cell);
        match found.last_mut() {
            Some(last) if last.0 == look && last.2 == from => last.2 = to,
            _ => found.push((look, from, to)),
        }
    }
    found.retain(|(_, from, to)| from < to);
    found
}

/// A line in the middle of row or column `at`, between two places counted in half cells.
fn segment(at: usize, (from, to): (usize, usize), across: bool) -> String {
    let (size, cross) = if across {
        (CELL.0, CELL.1)
    } else {
        (CELL.1, CELL.0)
    };
    let place = |half: usize| halved(2 * MARGIN + half * size);
    let length = halved((to - from) * size);
    let middle = halved(2 * MARGIN + (2 * at + 1) * cross);
    if across {
        format!("M{} {middle}h{length}", place(from))
    } else {
        format!("M{middle} {}v{length}", place(from))
    }
}

/// A number of half pixels in pixels.
fn halved(halves: usize) -> String {
    if halves.is_multiple_of(2) {
        (halves / 2).to_string()
    } else {
        format!("{}.5", halves / 2)
    }
}

const fn left(column: usize) -> usize {
    MARGIN + column * CELL.0
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn words_stand_in_their_columns_and_say_how_long_they_are() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 2));
        buffer.set_string(0, 0, "a<b    田中 x", Style::new());
        buffer.set_string(0, 1, "┌──┐", Style::new().fg(Color::Cyan));
        let picture = draw(&buffer, "A & B");
        assert!(picture.contains("<title>A &amp; B</title>"));
        assert!(picture.contains("<text x=\"12\" y=\"26\" textLength=\"27\">a&lt;b</text>"));
        // Each wide character fills two cells, and what follows keeps its column.
        assert!(picture.contains("<text x=\"75\" y=\"26\" textLength=\"18\">田</text>"));
        assert!(picture.contains("<text x=\"93\" y=\"26\" textLength=\"18\">中</text>"));
        assert!(picture.contains("<text x=\"120\" y=\"26\" textLength=\"9\">x</text>"));
        // One line from the middle of the first corner to the middle of the last.
        assert!(picture.contains("M16.5 40.5h27"), "{picture}");
    }
}
