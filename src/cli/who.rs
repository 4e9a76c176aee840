//! `who-can`: who may do something to a resource, and through what.

use serde_json::Value;

use crate::authz::{who_can, wording};

use super::Outcome;
use super::args::WhoCan;
use super::check::action;
use super::failure::exit;
use super::session::{Globals, moment, target};
use super::sheet::Sheet;

const COLUMNS: &[&str] = &["principal", "name", "routes"];

/// Lists everybody who may.
pub fn run(globals: &Globals, command: &WhoCan) -> Outcome {
    let session = globals.open()?;
    let snapshot = &session.snapshot;
    let at = moment(command.at.as_ref(), session.now)?;
    let about = target(snapshot, &command.resource)?;
    let action = action(snapshot, &command.action, about)?;
    let holders = who_can(snapshot, action, about, at);
    let mut sheet = Sheet::new(COLUMNS);
    for holder in &holders {
        let routes: Vec<Value> = holder
            .routes
            .iter()
            .map(|r| wording::evidence(snapshot, r).into())
            .collect();
        sheet.push(vec![
            snapshot.reference(holder.principal).into(),
            snapshot.label(holder.principal).into(),
            Value::Array(routes),
        ]);
    }
    sheet.write(command.shape.form)?;
    Ok(exit::YES)
}
