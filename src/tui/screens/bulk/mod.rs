//! Shares, owners and memberships from a CSV file: which file, then what becomes of each row, then
//! the plan of all that can be done.

mod completion;
mod file;
mod rows;
mod screen;

pub use file::BulkFile;
pub use screen::Bulk;

use std::path::PathBuf;
use std::sync::Arc;

use crate::authz::Snapshot;
use crate::domain::Timestamp;
use crate::interop::{bulk, text_file};
use crate::registry::rows::{Outcome as Became, plan_rows_watched};
use crate::registry::{Actor, Watch};

use super::super::parts::planning::{Outcome, Prepared};

/// Where the rows come from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// A file, read anew each time.
    File(PathBuf),
    /// What was pasted.
    Pasted(Arc<str>),
}

impl Origin {
    /// What it is called.
    fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Pasted(_) => "pasted rows".to_owned(),
        }
    }

    fn text(&self) -> Result<Arc<str>, String> {
        match self {
            Self::File(path) => text_file::read(path)
                .map(Arc::from)
                .map_err(|e| e.to_string()),
            Self::Pasted(text) => Ok(Arc::clone(text)),
        }
    }
}

/// A row of the file and what would become of it.
#[derive(Debug, Clone)]
struct Told {
    /// Its line in the file, counted from 1.
    line: u64,
    became: Became,
}

/// A file that was tried: nothing is changed by it.
#[derive(Debug)]
struct Tried {
    told: Arc<Vec<Told>>,
    /// The plan of all rows that can be done; `None` when there is nothing to do.
    plan: Option<Outcome>,
}

impl Tried {
    /// Reads the rows and works out what becomes of each.
    ///
    /// # Errors
    /// Why the file can't be read.
    fn new(
        from: &Origin,
        snapshot: &Snapshot,
        (actor, now): (&Actor, Timestamp),
        watch: Watch<'_>,
    ) -> Result<Self, String> {
        let name = from.name();
        let file = bulk::read(&from.text()?, &name).map_err(|e| e.to_string())?;
        let source = format!("{name} ({})", file.kind);
        let came = plan_rows_watched(snapshot, (actor, now), &file.rows, (&source, true), watch);
        let lines = file.rows.iter().map(|row| row.line);
        let told = lines
            .zip(came.outcomes)
            .map(|(line, became)| Told { line, became });
        let plan = came.plan;
        Ok(Self {
            told: Arc::new(told.collect()),
            plan: plan.map(|plan| plan.map(|plan| Box::new(Prepared::new(snapshot, plan)))),
        })
    }

    fn refused(&self) -> impl Iterator<Item = &Told> {
        let told = self.told.iter();
        told.filter(|row| matches!(row.became, Became::Refused(_)))
    }
}
