//! `findings`: what wants attention, the most urgent first.

use serde_json::Value;

use crate::domain::Target;
use crate::registry::findings;

use super::Outcome;
use super::args::Findings;
use super::failure::exit;
use super::session::{Globals, moment};
use super::sheet::Sheet;

const COLUMNS: &[&str] = &["finding", "on", "who", "what", "why", "remedy"];

/// Lists everything that wants attention; with nothing, the answer is yes: all is well.
pub fn run(globals: &Globals, command: &Findings) -> Outcome {
    let session = globals.open()?;
    let snapshot = &session.snapshot;
    let at = moment(command.at.as_ref(), session.now)?;
    let found = findings(snapshot, at);
    let mut sheet = Sheet::new(COLUMNS);
    for finding in &found {
        let on = |target: Target| Value::from(snapshot.target_id(target));
        let who = |id| Value::from(snapshot.reference(id));
        sheet.push(vec![
            finding.kind.to_string().into(),
            finding.on.map_or(Value::Null, on),
            finding.who.map_or(Value::Null, who),
            finding.what(snapshot).into(),
            finding.kind.why().into(),
            finding.remedy(snapshot, at).into(),
        ]);
    }
    sheet.write(command.shape.form)?;
    Ok(if found.is_empty() {
        exit::YES
    } else {
        exit::NO
    })
}
