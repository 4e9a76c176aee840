//! `import`: documents and native files, all of them or none.

use crate::interop::{self, Format, Summary, text_file};
use crate::registry::{Draft, plan_import};

use super::Outcome;
use super::args::Import;
use super::confirm::agreed;
use super::failure::{Failure, exit};
use super::plan_text;
use super::print::{self, Output};
use super::progress::Progress;
use super::session::{Globals, target};

/// Plans all files as one change, says what it will do, and makes it last.
pub fn run(globals: &Globals, command: &Import) -> Outcome {
    let mut texts = Vec::new();
    for path in &command.files {
        texts.push((path.display().to_string(), text_file::read(path)?));
    }
    let session = globals.open()?;
    let mut draft = Draft::new(&session.snapshot);
    let mut summary = Summary::default();
    for (file, text) in &texts {
        summary.merge(import(text, file, command, &mut draft)?);
    }
    let mut out = Output::of_change();
    out.line(&summary.to_string())?;
    for note in &summary.notes {
        print::message(&format!("note: {note}"));
    }
    if summary.is_empty() {
        out.finish()?;
        return Ok(exit::YES);
    }
    let names: Vec<&str> = texts.iter().map(|(file, _)| file.as_str()).collect();
    let plan = plan_import(draft, &session.actor, &names.join(", "), session.now)?;
    plan_text::write(&mut out, &session.snapshot, &plan)?;
    out.flush()?;
    if command.dry_run {
        out.line("nothing was changed (dry run)")?;
    } else {
        agreed(&plan, command.yes)?;
        let mut progress = Progress::begin("importing", plan.changes.len() as u64)?;
        let committed = session
            .registry
            .commit_large(plan, &mut |written| progress.reached(written));
        progress.end();
        plan_text::committed(&mut out, committed?)?;
    }
    out.finish()?;
    Ok(exit::YES)
}

/// Drafts what one file says. Files before it count: a document may bring the environment that the
/// next file is about.
fn import(text: &str, file: &str, command: &Import, draft: &mut Draft) -> Result<Summary, Failure> {
    let format = match &command.from {
        Some(name) => Format::named(name).map_err(Failure::usage)?,
        None => interop::detect(text, file)?,
    };
    let onto = command.environment.as_ref().or(command.onto.as_ref());
    let onto = onto.filter(|_| format.needs_target());
    let onto = onto.map(|id| target(draft.now(), id)).transpose()?;
    if format.needs_target() && onto.is_none() {
        return Err(Failure::usage(format!(
            "{file} is a file of the format {format}: say what it is about with --environment ID or --onto RESOURCE"
        )));
    }
    Ok(interop::import(text, file, format, onto, draft)?)
}
