//! Bulk changes as CSV: one row an intent, the kind told by the header, the same header in and out.
//!
//! | kind | header |
//! |---|---|
//! | shares | `resource,member,role,starts,ends,reason,do` |
//! | owners | `resource,owner,from,keep,reason` |
//! | memberships | `group,member,do` |
//!
//! `do` is empty, or `add`, for what is to be there, and `remove` for what is not.

mod cells;
mod intents;
mod write;

use strum::{Display, EnumIter, EnumString, IntoEnumIterator, IntoStaticStr};

use super::problem::Problem;

pub use cells::{escape, unescape};
pub use write::{Written, write};

/// What the rows of a file are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// Who has access to single models and experiments.
    Shares,
    /// Who owns models, model groups and experiments.
    Owners,
    /// Who is directly in which group.
    Memberships,
}

impl Kind {
    /// The names of the columns, in the order in which they are written.
    pub const fn header(self) -> &'static [&'static str] {
        match self {
            Self::Shares => &[
                "resource", "member", "role", "starts", "ends", "reason", "do",
            ],
            Self::Owners => &["resource", "owner", "from", "keep", "reason"],
            Self::Memberships => &["group", "member", "do"],
        }
    }

    /// Columns that a file of this kind can't do without.
    const fn needed(self) -> &'static [&'static str] {
        match self {
            Self::Shares => &["resource", "member", "role"],
            Self::Owners => &["resource", "owner"],
            Self::Memberships => &["group", "member"],
        }
    }
}

/// One row as it was read: its cells under the kind's header, missing columns empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file, counted from 1.
    pub line: u64,
    kind: Kind,
    /// `None` when the row has not as many cells as the header.
    cells: Option<Vec<String>>,
}

impl Row {
    /// The cell of a column; empty where there is none.
    fn cell(&self, name: &str) -> &str {
        let place = self.kind.header().iter().position(|c| *c == name);
        let cells = self.cells.as_deref().unwrap_or_default();
        place
            .and_then(|at| cells.get(at))
            .map_or("", String::as_str)
    }

    /// The cell of a column, when something stands in it.
    fn given(&self, name: &str) -> Option<String> {
        let cell = self.cell(name);
        (!cell.is_empty()).then(|| cell.to_owned())
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What its rows are about.
    pub kind: Kind,
    /// Its rows, in order.
    pub rows: Vec<Row>,
}

/// Reads a file. Columns may stand in any order, separated by commas, semicolons or tabs.
///
/// # Errors
/// When the header is of no kind, or the text is no CSV.
pub fn read(text: &str, file: &str) -> Result<File, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let broken = |error: &csv::Error| Problem {
        file: file.to_owned(),
        line: error
            .position()
            .and_then(|p| usize::try_from(p.line()).ok()),
        field: String::new(),
        message: format!("this is no CSV: {error}"),
    };
    let header: Vec<String> = reader
        .headers()
        .map_err(|e| broken(&e))?
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    let kind = kind(&header, file)?;
    let places: Vec<Option<usize>> = kind
        .header()
        .iter()
        .map(|name| header.iter().position(|h| h == name))
        .collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| broken(&e))?;
        let cell = |place: &Option<usize>| {
            let text = place.and_then(|at| record.get(at)).unwrap_or_default();
            unescape(text.trim()).to_owned()
        };
        rows.push(Row {
            line: record.position().map_or(0, csv::Position::line),
            kind,
            cells: (record.len() == header.len()).then(|| places.iter().map(cell).collect()),
        });
    }
    Ok(File { kind, rows })
}

/// What stands between cells: spreadsheets of some countries write semicolons.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let found = [b',', b';', b'\t']
        .into_iter()
        .find(|d| header.contains(char::from(*d)));
    found.unwrap_or(b',')
}

/// The kind whose columns these are.
fn kind(header: &[String], file: &str) -> Result<Kind, Problem> {
    let has = |name: &&str| header.iter().any(|h| h == *name);
    let found = Kind::iter().find(|k| k.needed().iter().all(has));
    let at_header = |message: String| Problem {
        file: file.to_owned(),
        line: Some(1),
        field: String::new(),
        message,
    };
    let Some(kind) = found else {
        let known: Vec<String> = Kind::iter()
            .map(|k| format!("{k}: {}", k.header().join(",")))
            .collect();
        return Err(at_header(format!(
            "this header says neither shares nor owners nor memberships. Write one of {}",
            known.join(" | ")
        )));
    };
    if let Some(other) = header.iter().find(|h| !kind.header().contains(&h.as_str())) {
        return Err(at_header(format!(
            "{kind} have no column `{other}`; their columns are {}",
            kind.header().join(",")
        )));
    }
    let twice = header
        .iter()
        .enumerate()
        .find(|(at, name)| header.iter().take(*at).any(|h| h == *name));
    match twice {
        Some((_, name)) => Err(at_header(format!("the column `{name}` stands there twice"))),
        None => Ok(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_says_the_kind_in_any_order_and_with_any_separator() {
        for text in [
            "member,group\nuser:a@x.test,group:g@x.test\n",
            "Group;Member;do\ngroup:g@x.test;user:a@x.test;\n",
            "\u{feff}group\tmember\ngroup:g@x.test\tuser:a@x.test\n",
        ] {
            let file = read(text, "f.csv").unwrap();
            assert_eq!(file.kind, Kind::Memberships);
            assert_eq!(file.rows[0].cell("group"), "group:g@x.test");
            assert_eq!(file.rows[0].cell("member"), "user:a@x.test");
            assert_eq!(file.rows[0].line, 2);
        }
    }

    #[test]
    fn a_header_of_no_kind_says_which_there_are() {
        let problem = read("a,b\n1,2\n", "f.csv").unwrap_err();
        assert!(problem.message.contains("group,member,do"), "{problem}");
        let problem = read("group,member,colour\n", "f.csv").unwrap_err();
        assert!(problem.message.contains("`colour`"), "{problem}");
        let problem = read("group,member,member\n", "f.csv").unwrap_err();
        assert!(problem.message.contains("twice"), "{problem}");
    }

    #[test]
    fn a_row_with_too_few_cells_is_kept_as_such() {
        let file = read("group,member\ngroup:g@x.test\n", "f.csv").unwrap();
        assert_eq!(file.rows[0].cells, None);
    }
}
