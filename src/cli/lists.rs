//! `what-can`: what somebody has access to, and why.

use serde_json::Value;

use crate::authz::{capabilities, list, wording};
use crate::domain::Target;

use super::Outcome;
use super::args::WhatCan;
use super::check::introduced;
use super::failure::exit;
use super::session::{Globals, moment};
use super::sheet::Sheet;

const COLUMNS: &[&str] = &["resource", "name", "capabilities", "because"];

/// Lists one of the three lists.
pub fn run(globals: &Globals, command: &WhatCan) -> Outcome {
    let session = globals.open()?;
    let at = moment(command.at.as_ref(), session.now)?;
    let (snapshot, principal) = introduced(&session.snapshot, &command.principal)?;
    let rows = list(&snapshot, command.list, principal, at);
    let mut sheet = Sheet::new(COLUMNS);
    for row in &rows {
        let target = Target::Resource(row.resource);
        let can = capabilities(&snapshot, principal, target, at);
        let names: Vec<Value> = can.iter().map(|c| c.to_string().into()).collect();
        let because: Vec<Value> = row
            .because
            .iter()
            .map(|e| wording::evidence(&snapshot, e).into())
            .collect();
        sheet.push(vec![
            snapshot.target_id(target).into(),
            snapshot.target_label(target).into(),
            Value::Array(names),
            Value::Array(because),
        ]);
    }
    sheet.write(command.shape.form)?;
    Ok(exit::YES)
}
