//! `bulk`: shares, owners or memberships from a CSV file, one row an intent, all of them as one
//! change.

use crate::authz::Snapshot;
use crate::domain::text::clean;
use crate::interop::bulk::{self, Row};
use crate::interop::text_file;
use crate::registry::Plan;
use crate::registry::rows::{Outcome as Became, Rows, plan_rows};

use super::Outcome;
use super::args::{Bulk, Form};
use super::confirm::agreed;
use super::failure::{Failure, exit};
use super::plan_text;
use super::print::{self, Output};
use super::session::Globals;
use super::sheet::Sheet;

const COLUMNS: &[&str] = &["line", "outcome", "what", "key"];

/// Says row by row what would happen, and makes it last when every row is fine, or those that are.
pub fn run(globals: &Globals, command: &Bulk) -> Outcome {
    let name = command.file.display().to_string();
    let text = text_file::read(&command.file)?;
    let file = bulk::read(&text, &name)?;
    let session = globals.open()?;
    let source = format!("{} ({})", name, file.kind);
    let came = plan_rows(
        &session.snapshot,
        &session.actor,
        &file.rows,
        session.now,
        &source,
        command.keep_going,
    );
    tell(&file.rows, &came, command.shape.form)?;
    let count = |wanted: fn(&Became) -> bool| came.outcomes.iter().filter(|o| wanted(o)).count();
    let refused = count(|o| matches!(o, Became::Refused(_)));
    let done = count(|o| matches!(o, Became::Done(_)));
    let settled = count(|o| matches!(o, Became::Nothing));
    let said = format!("{done} to do, {settled} so already, {refused} refused");
    let mut talk = Talk::new(command.shape.form);
    let plan = match came.plan {
        Some(Err(refusal)) => {
            print::message(&said);
            return Err(refusal.into());
        }
        Some(Ok(plan)) if refused == 0 || command.keep_going => Some(plan),
        plan => {
            talk.line(&said)?;
            talk.line(if plan.is_some() {
                "nothing was changed, because rows are refused: mend them, or give --keep-going"
            } else {
                "nothing was changed"
            })?;
            None
        }
    };
    if let Some(mut plan) = plan {
        if plan.stamp.reason.is_none() {
            plan.stamp.reason.clone_from(&command.reason);
        }
        talk.plan(&session.snapshot, &plan)?;
        talk.line(&said)?;
        if command.dry_run {
            talk.line("nothing was changed (dry run)")?;
        } else {
            talk.flush()?;
            agreed(&plan, command.yes)?;
            let receipt = session.registry.commit(plan)?;
            talk.line(&format!("revision {}", receipt.entry.revision))?;
        }
    }
    talk.0.map(Output::finish).transpose()?;
    Ok(code(&came.outcomes, command.keep_going))
}

/// What is said beside the rows: with them for people, on standard error for programs.
struct Talk(Option<Output>);

impl Talk {
    fn new(form: Form) -> Self {
        Self((form == Form::Table).then(Output::of_change))
    }

    fn line(&mut self, text: &str) -> Result<(), Failure> {
        match &mut self.0 {
            Some(out) => out.line(text)?,
            None => print::message(text),
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.0.as_mut().map_or(Ok(()), Output::flush)?)
    }

    fn plan(&mut self, before: &Snapshot, plan: &Plan) -> Result<(), Failure> {
        if let Some(out) = &mut self.0 {
            plan_text::write(out, before, plan)?;
            return Ok(());
        }
        for warning in &plan.warnings {
            print::message(&format!("warning: {warning}"));
        }
        print::message(&plan.stamp.summary);
        Ok(())
    }
}

/// Everything fine, some of it, or none.
fn code(outcomes: &[Became], keep_going: bool) -> u8 {
    let mut refusals = outcomes.iter().filter_map(|o| match o {
        Became::Refused(refusal) => Some(refusal),
        _ => None,
    });
    let partly = keep_going && outcomes.iter().any(|o| matches!(o, Became::Done(_)));
    match refusals.next() {
        None => exit::YES,
        Some(_) if partly => exit::PARTLY,
        Some(first) if first.is_denial() || refusals.any(crate::registry::Refusal::is_denial) => {
            exit::REFUSED
        }
        Some(_) => exit::DATA,
    }
}

/// What becomes of each row: lines for people, rows with stable names for programs.
fn tell(rows: &[Row], came: &Rows, form: Form) -> Result<(), Failure> {
    let told = rows.iter().zip(&came.outcomes);
    if form == Form::Table {
        let mut out = Output::of_change();
        for (row, outcome) in told {
            let text = match outcome {
                Became::Done(what) => what.clone(),
                Became::Nothing => "so already".to_owned(),
                Became::Refused(refusal) => format!("refused: {refusal} ({})", refusal.key()),
            };
            out.line(&clean(&format!("line {}: {text}", row.line)))?;
        }
        out.finish()?;
        return Ok(());
    }
    let mut sheet = Sheet::new(COLUMNS);
    for (row, outcome) in told {
        let (name, what, key) = match outcome {
            Became::Done(what) => ("ok", what.clone(), ""),
            Became::Nothing => ("nothing-to-do", String::new(), ""),
            Became::Refused(refusal) => ("refused", refusal.to_string(), refusal.key()),
        };
        sheet.push(vec![row.line.into(), name.into(), what.into(), key.into()]);
    }
    sheet.write(form)
}
