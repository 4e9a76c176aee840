//! `diff`: who gained and lost what between two moments.

use crate::authz::effect::between;
use crate::domain::Target;

use super::Outcome;
use super::args::Diff;
use super::failure::{Failure, exit};
use super::session::{Globals, past};
use super::sheet::{Sheet, names};

const COLUMNS: &[&str] = &["principal", "resource", "gained", "lost"];

/// Compares two states in what people can do, by changes and by grants that began or ended.
pub fn run(globals: &Globals, command: &Diff) -> Outcome {
    let session = globals.open()?;
    let (before, then) = past(&session.registry, &command.from, session.now)?;
    let (after, now) = match &command.to {
        Some(to) => past(&session.registry, to, session.now)?,
        None => (session.snapshot.clone(), session.now),
    };
    if after.revision() < before.revision() || now < then {
        return Err(Failure::usage(
            "--from comes before --to: exchange the two, or leave --to out for now",
        ));
    }
    let changes = session
        .registry
        .changes_between(before.revision(), after.revision())?;
    let effect = between((&before, then), (&after, now), &changes);
    let mut sheet = Sheet::new(COLUMNS);
    for row in &effect.rows {
        let target = Target::Resource(row.resource);
        let exists = after.resource(row.resource).is_some();
        let knows = if exists { &after } else { &before };
        sheet.push(vec![
            after.reference(row.principal).into(),
            knows.target_id(target).into(),
            names(row.gained),
            names(row.lost),
        ]);
    }
    sheet.write(command.shape.form)?;
    Ok(if effect.is_empty() {
        exit::YES
    } else {
        exit::NO
    })
}
