//! `test`: scenarios, run in memory.

use crate::interop::text_file;
use crate::scenario::{self, Report};

use super::Outcome;
use super::args::Test;
use super::failure::exit;
use super::print::Output;

/// Runs every file, tells each failure, and ends with the numbers.
pub fn run(command: &Test) -> Outcome {
    let mut scenarios = Vec::new();
    for path in &command.files {
        let name = path.display().to_string();
        scenarios.push(scenario::read(&text_file::read(path)?, &name)?);
    }
    let mut out = Output::new();
    let mut total = Report::default();
    for scenario in &scenarios {
        let report = scenario::run(scenario)?;
        for failure in &report.failures {
            out.text(failure)?;
        }
        total.merge(report);
    }
    out.line(&total.to_string())?;
    out.finish()?;
    Ok(if total.failures.is_empty() {
        exit::YES
    } else {
        exit::NO
    })
}
