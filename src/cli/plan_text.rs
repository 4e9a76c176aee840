//! A plan in words: what changes, for whom, and what else has to be done.

use std::io;

use crate::authz::Snapshot;
use crate::domain::text::clean;
use crate::domain::{Revision, Target};
use crate::registry::Plan;

use super::print::{self, Output};

/// People shown by name; the others are counted.
const SHOWN: usize = 20;

/// Writes what a plan does.
///
/// # Errors
/// When nobody reads any more.
pub fn write(out: &mut Output, before: &Snapshot, plan: &Plan) -> io::Result<()> {
    out.line(&clean(&plan.stamp.summary))?;
    out.line(&clean(&format!("  {}", plan.stamp.effect)))?;
    people(out, before, plan)?;
    for companion in &plan.companions {
        out.line(&clean(&format!("  also: {companion}")))?;
    }
    for step in &plan.steps {
        out.line(&clean(&format!("  on the platform: {step}")))?;
    }
    for warning in &plan.warnings {
        print::message(&clean(&format!("warning: {warning}")));
    }
    Ok(())
}

/// Who gains and loses what.
fn people(out: &mut Output, before: &Snapshot, plan: &Plan) -> io::Result<()> {
    let rows = &plan.effect.rows;
    let shown = rows.get(..SHOWN).unwrap_or(rows);
    let things = shown.iter().map(|row| {
        let knows = if plan.after.resource(row.resource).is_some() {
            &plan.after
        } else {
            before
        };
        let target = Target::Resource(row.resource);
        (knows.target_id(target), knows.target_label(target))
    });
    let people = shown.iter().map(|row| {
        let who = row.principal;
        let gone = plan.after.principal(who).is_none();
        let knows = if gone { before } else { &plan.after };
        (knows.reference(who), knows.label(who))
    });
    let things = distinct(&things.collect::<Vec<_>>());
    let people = distinct(&people.collect::<Vec<_>>());
    for (row, (who, name)) in shown.iter().zip(people.into_iter().zip(things)) {
        let mut line = format!("  {who} on {name}:");
        if !row.gained.is_empty() {
            line = format!("{line} + {}", row.gained.words());
        }
        if !row.lost.is_empty() {
            line = format!("{line} − {}", row.lost.words());
        }
        out.line(&line)?;
    }
    if rows.len() > SHOWN {
        out.line(&format!("  … {} of {} shown", SHOWN, rows.len()))?;
    }
    Ok(())
}

/// Names in order, each with its id where another thing here is called the same.
fn distinct(named: &[(String, String)]) -> Vec<String> {
    let told = named.iter().map(|(id, label)| {
        let alike = named
            .iter()
            .any(|(other, name)| name == label && other != id);
        if alike {
            format!("{label} ({id})")
        } else {
            label.clone()
        }
    });
    told.collect()
}

/// Says which revision a plan became.
///
/// # Errors
/// When nobody reads any more.
pub fn committed(out: &mut Output, revision: Revision) -> io::Result<()> {
    out.line(&format!("revision {revision}"))
}
