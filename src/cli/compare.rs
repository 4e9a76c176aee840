//! `compare`: where what two people may do differs.

use serde_json::Value;

use crate::authz::{Snapshot, capabilities, compare};
use crate::domain::{CapabilitySet, EnvironmentId, Target};
use crate::registry::nearest;

use super::Outcome;
use super::args::Compare;
use super::check::{introduced, tell_of_outsider};
use super::failure::{Failure, exit};
use super::lists::require_one;
use super::session::{Globals, moment, target};
use super::sheet::{Sheet, names};

const COLUMNS: &[&str] = &["resource", "name", "only_a", "only_b", "both"];

/// Lists every difference; with none, the answer is yes: they may do the same.
pub fn run(globals: &Globals, command: &Compare) -> Outcome {
    let session = globals.open()?;
    let at = moment(command.at.as_ref(), session.now)?;
    let (snapshot, a) = introduced(&session.snapshot, &command.a)?;
    let (snapshot, b) = introduced(&snapshot, &command.b)?;
    for who in [a, b] {
        require_one(&snapshot, who, "is compared with nobody")?;
    }
    for who in [&command.a, &command.b] {
        tell_of_outsider(&session.snapshot, who);
    }
    let mut sheet = Sheet::new(COLUMNS);
    let mut differs = false;
    if let Some(id) = &command.on {
        let on = target(&snapshot, id)?;
        let can = |who| capabilities(&snapshot, who, on, at);
        differs = can(a) != can(b);
        if differs {
            sheet.push(row(&snapshot, on, can(a), can(b)));
        }
    } else {
        let only = environment(&snapshot, command.environment.as_deref())?;
        for difference in compare(&snapshot, a, b, at) {
            let on = Target::Resource(difference.resource);
            if only.is_none_or(|id| snapshot.environment_of(on) == Some(id)) {
                differs = true;
                sheet.push(row(&snapshot, on, difference.a, difference.b));
            }
        }
    }
    sheet.write(command.shape.form)?;
    Ok(if differs { exit::NO } else { exit::YES })
}

fn environment(snapshot: &Snapshot, id: Option<&str>) -> Result<Option<EnvironmentId>, Failure> {
    let find = |id: &str| {
        let found = snapshot.find_environment(id);
        found.ok_or_else(|| {
            let near = nearest::environment(snapshot, id);
            Failure::data(format!("there is no environment `{id}`{near}"))
        })
    };
    id.map(find).transpose()
}

fn row(snapshot: &Snapshot, on: Target, a: CapabilitySet, b: CapabilitySet) -> Vec<Value> {
    vec![
        snapshot.target_id(on).into(),
        snapshot.target_label(on).into(),
        names(a.minus(b)),
        names(b.minus(a)),
        names(a.minus(a.minus(b))),
    ]
}
