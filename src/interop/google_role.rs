//! Google's custom roles, as `gcloud iam roles describe` prints and `create --file` takes them.

use serde::Deserialize;

use crate::domain::{CustomRole, Platform, RoleRights, Target};
use crate::registry::Draft;

use super::desk::Desk;
use super::problem::{At, Problem};
use super::put::put_roles;
use super::source::{Source, Sourced};
use super::summary::{Summary, within};

/// The stage of a role that grants nothing.
const DISABLED: &str = "DISABLED";

/// A role file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoogleRole {
    name: Option<String>,
    title: Option<String>,
    description: Option<String>,
    stage: Option<String>,
    #[serde(rename = "includedPermissions", default)]
    permissions: Vec<String>,
    etag: Option<String>,
    #[serde(default)]
    deleted: bool,
}

/// Reads a role file.
pub fn parse(text: &str, file: &str) -> Result<Sourced<GoogleRole>, Problem> {
    let source = Source::read(text, file)?;
    Ok(Sourced {
        content: source.typed()?,
        source,
    })
}

/// Puts a role into a project: it replaces one of the same name.
pub fn apply(
    role: &Sourced<GoogleRole>,
    draft: &mut Draft,
    target: Option<Target>,
) -> Result<Summary, Problem> {
    within(draft, |draft, notes| {
        let desk = Desk {
            source: &role.source,
            draft,
            notes,
        };
        let environment = desk.target(target, Platform::Google, "a custom role")?;
        let file = &role.content;
        let id = match &file.name {
            Some(name) => desk.id(&At::TOP.key("name"), name)?,
            None => named_by_file(&desk, environment)?,
        };
        if file.name.is_none() {
            desk.notes
                .push(format!("The role's file says no name: it became `{id}`."));
        }
        if file.etag.is_some() {
            desk.notes
                .push("The role's etag was left out: deedbox keeps none for roles.".into());
        }
        if file.deleted {
            let note = format!("`{id}` is deleted on the platform: it was kept as {DISABLED}.");
            desk.notes.push(note);
        }
        let permissions = desk.all_clean(&At::TOP.key("includedPermissions"), &file.permissions)?;
        let stage = if file.deleted {
            Some(DISABLED.to_owned())
        } else {
            file.stage.clone()
        };
        let new = CustomRole {
            id,
            title: file.title.clone(),
            description: file.description.clone(),
            stage,
            rights: RoleRights::Permissions(permissions),
        };
        put_roles(desk.draft, environment, vec![new]);
        Ok(())
    })
}

/// Files for `gcloud iam roles create` hold no name: it stands on the command line, and most
/// often the file is called like the role.
fn named_by_file(
    desk: &Desk<'_>,
    environment: crate::domain::EnvironmentId,
) -> Result<String, Problem> {
    let file = desk.source.file();
    let stem = std::path::Path::new(file)
        .file_stem()
        .and_then(|s| s.to_str())
        .unwrap_or_default();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    if stem.is_empty() || !stem.chars().all(fits) {
        let message = "the role's name is missing: add `name: projects/PROJECT/roles/ROLE`";
        return Err(desk.source.problem(&At::TOP.key("name"), message));
    }
    let project = desk.environment(environment).map_or("", |e| &e.id);
    Ok(format!("projects/{project}/roles/{stem}"))
}
