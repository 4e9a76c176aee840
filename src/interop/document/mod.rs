//! The deedbox document: one readable file for a whole organization.
//!
//! [`read`] checks the form, [`apply`] checks the meaning and puts records, [`write()`] is the way
//! back. What was imported into an empty store is exported as it was, order aside.

mod content;
mod directory;
mod environment;
mod parts;
mod policy;
mod resource;
mod settings;
mod write;
mod write_resource;

pub use content::{
    AccountPart, BusinessUnitPart, Content, DirectoryPart, EnvironmentPart, GroupPart,
    RoleMappingPart, RolePart, ServiceAccountPart, SettingsPart, UserPart,
};
pub use parts::{
    BindingPart, ConditionPart, ContainerPart, ExperimentPart, JobPart, ModelGroupPart, ModelPart,
    OperationPart, PolicyPart, RunPart, SharePart, VersionPart,
};

use serde::de::DeserializeOwned;

use crate::authz::Snapshot;
use crate::registry::Draft;

use super::desk::Desk;
use super::problem::{At, Problem};
use super::source::{Source, Sourced};
use super::summary::{Summary, within};
use super::yaml;

/// The version of the format that is read and written.
pub const VERSION: u32 = 1;

/// A document, with where each field stands.
pub type Document = Sourced<Content>;

/// Reads a document.
pub fn read(text: &str, file: &str) -> Result<Document, Problem> {
    let source = Source::read(text, file)?;
    if source
        .root()
        .is_some_and(|root| root.get("steps").is_some())
    {
        let at = At::TOP;
        let message = "a document with `steps` is a scenario: run it with `deedbox test`";
        return Err(source.problem(&at.key("steps"), message));
    }
    let content = source.typed()?;
    versioned(content, source)
}

/// Reads a scenario: a document with a list of `steps`, whose form is the caller's.
pub fn read_scenario<S: DeserializeOwned>(
    text: &str,
    file: &str,
) -> Result<(Document, Vec<S>), Problem> {
    let source = Source::read(text, file)?;
    let steps = match source.root().and_then(|root| root.get("steps")) {
        Some(node) => source.typed_at(node, &At::TOP.key("steps"))?,
        None => Vec::new(),
    };
    let content = source.without("steps").typed()?;
    Ok((versioned(content, source)?, steps))
}

fn versioned(content: Content, source: Source) -> Result<Document, Problem> {
    if content.deedbox == VERSION {
        return Ok(Document { content, source });
    }
    let message = format!(
        "the document has version {} of the format, and this program reads version {VERSION}",
        content.deedbox
    );
    Err(source.problem(&At::TOP.key("deedbox"), message))
}

/// Puts what a document says into a draft. What is new is created; what is there by its id is
/// replaced by what the document says of it; nothing is deleted.
pub fn apply(document: &Document, draft: &mut Draft) -> Result<Summary, Problem> {
    within(draft, |draft, notes| {
        let mut desk = Desk {
            source: &document.source,
            draft,
            notes,
        };
        directory::apply(&mut desk, &document.content.directory)?;
        environment::apply(&mut desk, &document.content.environments)
    })
}

/// The document that says what a snapshot holds.
pub fn write(snapshot: &Snapshot) -> Document {
    Document {
        content: write::content(snapshot),
        source: Source::none("the store"),
    }
}

/// A document as YAML.
///
/// # Errors
/// When it holds something that YAML can't write, which no document that [`apply`] takes does.
pub fn to_yaml(document: &Document) -> Result<String, String> {
    serde_json::to_value(&document.content)
        .map(|value| yaml::write(&value))
        .map_err(|error| format!("the document can't be written as YAML: {error}"))
}

/// A document as JSON.
///
/// # Errors
/// When it holds something that JSON can't write, which no document that [`apply`] takes does.
pub fn to_json(document: &Document) -> Result<String, String> {
    serde_json::to_string_pretty(&document.content)
        .map(|text| text + "\n")
        .map_err(|error| format!("the document can't be written as JSON: {error}"))
}
