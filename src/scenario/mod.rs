//! Scenarios: a document with steps, and what must come of each. They run in memory; no store is
//! opened.
//!
//! [`read`] understands the file, [`run`] plays it: an intent goes through the same plan as
//! everywhere else and its state becomes that of the steps after it, a question goes to the core.
//! Changes are journalled in memory, so that a later step can take one back.

mod expect;
mod import;
mod question;
mod report;
mod run;
mod step;
mod undo;

use crate::interop::document::{self, Document};
use crate::interop::problem::{At, Problem};
use crate::interop::source::Source;

pub use expect::Expect;
pub use import::Import;
pub use question::Question;
pub use report::Report;
pub use run::run;
pub use step::{Doing, Step};
pub use undo::Undo;

/// A scenario, read.
#[derive(Debug)]
pub struct Scenario {
    /// The state that it begins with.
    pub document: Document,
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// Where each step begins: the line in the file.
    pub lines: Vec<usize>,
}

/// Reads a scenario, with the files that its steps import.
///
/// # Errors
/// Names file, line and field of what is not understood.
pub fn read(text: &str, file: &str) -> Result<Scenario, Problem> {
    let (document, mut steps) = document::read_scenario::<Step>(text, file)?;
    let source = Source::read(text, file)?;
    for (place, step) in steps.iter_mut().enumerate() {
        if let Some(Doing::Import(import)) = &mut step.doing {
            let steps = At::TOP.key("steps");
            let step = steps.index(place);
            let at = step.key("import");
            let loaded = import.load(file);
            loaded.map_err(|why| source.problem(&at.key("file"), why))?;
        }
    }
    let lines = (0..steps.len()).map(|place| line(&source, place)).collect();
    if steps.is_empty() {
        return Err(Problem::whole(
            file,
            "there are no `steps` to run: add some",
        ));
    }
    Ok(Scenario {
        document,
        steps,
        lines,
    })
}

fn line(source: &Source, place: usize) -> usize {
    let steps = At::TOP.key("steps");
    source
        .problem(&steps.index(place), "")
        .line
        .unwrap_or_default()
}
