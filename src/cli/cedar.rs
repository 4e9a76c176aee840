//! `export --to cedar`: policies, entities and schema, as one object or as three files.

use std::path::Path;

use serde_json::json;

use crate::authz::Snapshot;
use crate::domain::{EnvironmentId, Target};
use crate::interop::cedar::{self, Export as Cedar};

use super::Outcome;
use super::args::{Export, TextForm};
use super::failure::{Failure, exit};
use super::files;
use super::print::{self, Output};
use super::session::{Session, target};

/// Writes what Cedar can carry, and says what it can't.
pub fn run(session: &Session, command: &Export) -> Outcome {
    let snapshot = &session.snapshot;
    let only = command.resource.as_ref();
    let only = only.map(|id| environment(snapshot, id)).transpose()?;
    let cedar = cedar::export(snapshot, only);
    match &command.into {
        Some(directory) => write_files(directory, &cedar)?,
        None => write_object(&cedar, command.form)?,
    }
    for note in &cedar.notes {
        print::message(&format!("note: {note}"));
    }
    Ok(exit::YES)
}

/// The environment that an export is limited to.
fn environment(snapshot: &Snapshot, id: &str) -> Result<EnvironmentId, Failure> {
    let Target::Environment(environment) = target(snapshot, id)? else {
        return Err(Failure::data(format!(
            "`{id}` is no environment: name one, or none for all of them"
        )));
    };
    let platform = snapshot.place(environment).map(|place| place.platform());
    match platform {
        Some(platform) if !cedar::carries(platform) => Err(Failure::data(format!(
            "`{id}` is on {}, where a grant is not enough to be let in: Cedar gets environments on Google AI Platform and Microsoft Fabric only",
            platform.title()
        ))),
        _ => Ok(environment),
    }
}

fn write_files(directory: &Path, cedar: &Cedar) -> Result<(), Failure> {
    let entities = format!("{:#}\n", cedar.entities);
    files::write_new(
        directory,
        &[
            ("policies.cedar", &cedar.policies),
            ("entities.json", &entities),
            ("schema.cedarschema", &cedar.schema),
        ],
    )
}

fn write_object(cedar: &Cedar, form: Option<TextForm>) -> Result<(), Failure> {
    let object = json!({
        "policies": cedar.policies,
        "entities": cedar.entities,
        "schema": cedar.schema,
    });
    let text = match form {
        Some(TextForm::Yaml) => {
            serde_saphyr::to_string(&object).map_err(|e| Failure::bug(e.to_string()))?
        }
        None | Some(TextForm::Json) => format!("{object:#}\n"),
    };
    let mut out = Output::new();
    out.text(&text)?;
    Ok(out.finish()?)
}
