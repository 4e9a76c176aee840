//! `what-can`: what somebody has access to, and why.

use serde_json::Value;

use crate::authz::lists::unseen;
use crate::authz::{ListKind, Snapshot, capabilities, list, wording};
use crate::domain::{PrincipalId, Target};

use super::Outcome;
use super::args::WhatCan;
use super::check::{introduced, tell_of_outsider};
use super::failure::{Failure, exit};
use super::session::{Globals, moment};
use super::sheet::{Sheet, names};

const COLUMNS: &[&str] = &["resource", "name", "capabilities", "because"];

/// Lists one of the three lists.
pub fn run(globals: &Globals, command: &WhatCan) -> Outcome {
    let session = globals.open()?;
    let at = moment(command.at.as_ref(), session.now)?;
    let (snapshot, principal) = introduced(&session.snapshot, &command.principal)?;
    require_one(&snapshot, principal, "has no lists")?;
    tell_of_outsider(&session.snapshot, &command.principal);
    let mut rows = list(&snapshot, command.list, principal, at);
    if command.list == ListKind::AllModels {
        rows.extend(unseen(&snapshot, principal, at));
        rows.sort_by_key(|row| row.resource);
    }
    let mut sheet = Sheet::new(COLUMNS);
    for row in &rows {
        let target = Target::Resource(row.resource);
        let can = capabilities(&snapshot, principal, target, at);
        let because: Vec<Value> = row
            .because
            .iter()
            .map(|e| wording::evidence(&snapshot, e).into())
            .collect();
        sheet.push(vec![
            snapshot.target_id(target).into(),
            snapshot.target_label(target).into(),
            names(can),
            Value::Array(because),
        ]);
    }
    sheet.write(command.shape.form)?;
    Ok(exit::YES)
}

/// Nobody acts as a group or as everybody: an empty list would be taken for an answer about them.
pub fn require_one(snapshot: &Snapshot, principal: PrincipalId, so: &str) -> Result<(), Failure> {
    let known = snapshot.principal(principal);
    if !known.is_some_and(|p| p.stands_for_others()) {
        return Ok(());
    }
    let name = snapshot.reference(principal);
    Err(Failure::usage(format!(
        "{name} stands for others and does nothing itself, so it {so}: ask about one of its members"
    )))
}
