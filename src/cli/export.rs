//! `export`: the store as a document, as Cedar, or a policy as its platform takes it.

use serde_json::Value;

use crate::domain::{Platform, Resource, ResourceKind, Target};
use crate::interop::{bulk, document, google_policy};

use super::Outcome;
use super::args::{Export, TextForm};
use super::cedar;
use super::failure::{Failure, exit};
use super::options::Native;
use super::print::{self, Output};
use super::repair;
use super::session::{Globals, Session, target};

/// Writes what was asked for.
pub fn run(globals: &Globals, command: &Export) -> Outcome {
    if command.salvage {
        if globals.as_of.is_some() {
            return Err(Failure::usage(
                "what can be read of a damaged store has no past: leave --as-of out",
            ));
        }
        return repair::export(globals, command.form);
    }
    let session = globals.open()?;
    if command.to == Some(Native::Cedar) {
        return cedar::run(&session, command);
    }
    if command.into.is_some() {
        return Err(Failure::usage(
            "a policy is one text: leave --into out, and send it to a file with >",
        ));
    }
    if let Some(kind) = command.of {
        return rows(&session, kind, command);
    }
    let text = match &command.resource {
        Some(resource) => policy(&session, resource, command.form)?,
        None => whole(&session, command.form)?,
    };
    let mut out = Output::new();
    out.text(&text)?;
    out.finish()?;
    Ok(exit::YES)
}

/// Rows that `bulk` reads back.
fn rows(session: &Session, kind: bulk::Kind, command: &Export) -> Outcome {
    if command.to != Some(Native::Csv) {
        return Err(Failure::usage("--of goes with --to csv"));
    }
    let scope = match &command.resource {
        None => None,
        Some(id) => match target(&session.snapshot, id)? {
            Target::Environment(id) => Some(id),
            _ => {
                return Err(Failure::usage(format!(
                    "`{id}` is no environment: rows are written of one, or of all"
                )));
            }
        },
    };
    let written = bulk::write(&session.snapshot, kind, scope, session.now)
        .map_err(|e| Failure::bug(e.to_string()))?;
    for note in &written.notes {
        print::message(&format!("note: {note}"));
    }
    let mut out = Output::new();
    out.text(&written.text)?;
    out.finish()?;
    Ok(exit::YES)
}

fn whole(session: &Session, form: Option<TextForm>) -> Result<String, Failure> {
    let document = document::write(&session.snapshot);
    let text = match form {
        None | Some(TextForm::Yaml) => document::to_yaml(&document),
        Some(TextForm::Json) => document::to_json(&document),
    };
    text.map_err(Failure::bug)
}

/// A project, model or job of Google has a policy of its own; nothing else does.
fn policy(session: &Session, resource: &str, form: Option<TextForm>) -> Result<String, Failure> {
    let snapshot = &session.snapshot;
    let about = target(snapshot, resource)?;
    let place = snapshot
        .environment_of(about)
        .and_then(|e| snapshot.place(e));
    let google = place.is_some_and(|p| p.platform() == Platform::Google);
    let kind = about
        .resource()
        .and_then(|id| snapshot.resource(id))
        .map(Resource::kind);
    let has_one = match about {
        Target::Environment(_) => true,
        Target::Resource(_) => matches!(kind, Some(ResourceKind::Model | ResourceKind::Job)),
        _ => false,
    };
    if !google || !has_one {
        return Err(Failure::data(format!(
            "`{resource}` has no Google policy: name a project, model or job on Google AI Platform"
        )));
    }
    let mut json = google_policy::export(snapshot, about);
    if form == Some(TextForm::Yaml) {
        let value: Value = serde_json::from_str(&json).map_err(|e| Failure::bug(e.to_string()))?;
        return serde_saphyr::to_string(&value).map_err(|e| Failure::bug(e.to_string()));
    }
    if !json.ends_with('\n') {
        json.push('\n');
    }
    Ok(json)
}
