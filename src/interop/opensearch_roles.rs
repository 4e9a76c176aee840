//! OpenSearch's roles: `roles.yml`, or what `GET roles` answers.

use serde::Deserialize;

use crate::domain::{CustomRole, Platform, RoleRights, Target};
use crate::registry::Draft;

use super::desk::Desk;
use super::entries::entries;
use super::problem::{At, Problem};
use super::put::put_roles;
use super::source::{Source, Sourced};
use super::summary::{Summary, list_note, within};

/// Fields that are kept, and flags of the file's own.
const KNOWN: &[&str] = &[
    "description",
    "cluster_permissions",
    "index_permissions",
    "reserved",
    "hidden",
    "static",
];
/// Roles that come with the product: deedbox has them already.
const BUILT_IN: &[&str] = &[
    "all_access",
    "ml_full_access",
    "ml_readonly_access",
    "ml_read_access",
];
/// Action groups that read documents.
const READING: &[&str] = &[
    "read",
    "search",
    "get",
    "crud",
    "data_access",
    "indices_all",
    "unlimited",
    "*",
];

/// Roles, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Roles {
    roles: Vec<(String, RoleFile)>,
    notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct RoleFile {
    description: Option<String>,
    #[serde(default)]
    cluster_permissions: Vec<String>,
    #[serde(default)]
    index_permissions: Vec<IndexPermissions>,
    #[serde(rename = "static", default)]
    built_in: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct IndexPermissions {
    #[serde(default)]
    allowed_actions: Vec<String>,
    #[serde(default)]
    index_patterns: Vec<String>,
}

/// Reads roles.
pub fn parse(text: &str, file: &str) -> Result<Sourced<Roles>, Problem> {
    let source = Source::read(text, file)?;
    let (roles, notes) = entries(&source, "roles", KNOWN)?;
    Ok(Sourced {
        content: Roles { roles, notes },
        source,
    })
}

/// Puts them into a cluster: each replaces the role of the same name.
pub fn apply(
    file: &Sourced<Roles>,
    draft: &mut Draft,
    target: Option<Target>,
) -> Result<Summary, Problem> {
    within(draft, |draft, notes| {
        let desk = Desk {
            source: &file.source,
            draft,
            notes,
        };
        let environment = desk.target(target, Platform::OpenSearch, "a file of roles")?;
        let mut new = Vec::new();
        let mut skipped = Vec::new();
        let mut narrowed = Vec::new();
        for (name, role) in &file.content.roles {
            if role.built_in || BUILT_IN.contains(&name.as_str()) {
                skipped.push(name.clone());
                continue;
            }
            if role.reads() && !role.reads_everything() {
                narrowed.push(name.clone());
            }
            new.push(compile(&desk, name, role)?);
        }
        put_roles(desk.draft, environment, new);
        desk.notes.extend(file.content.notes.iter().cloned());
        if !skipped.is_empty() {
            let said = "built into the product and was left out: deedbox has its own";
            let many = "built into the product and were left out: deedbox has its own";
            let note = list_note(&skipped, &format!("is {said}"), &format!("are {many}"));
            desk.notes.push(note + ".");
        }
        if !narrowed.is_empty() {
            let said = "only certain indexes, which deedbox keeps as reading index data at all";
            let note = list_note(&narrowed, &format!("reads {said}"), &format!("read {said}"));
            desk.notes.push(note + ".");
        }
        Ok(())
    })
}

impl RoleFile {
    fn reads(&self) -> bool {
        self.index_permissions.iter().any(IndexPermissions::reads)
    }

    fn reads_everything(&self) -> bool {
        let all = |p: &IndexPermissions| p.reads() && p.index_patterns.iter().any(|i| i == "*");
        self.index_permissions.iter().any(all)
    }
}

impl IndexPermissions {
    fn reads(&self) -> bool {
        let reads = |action: &String| {
            READING.contains(&action.as_str())
                || action.starts_with("indices:data/read")
                || matches!(action.as_str(), "indices:*" | "indices:data/*")
        };
        self.allowed_actions.iter().any(reads)
    }
}

fn compile(desk: &Desk<'_>, name: &str, role: &RoleFile) -> Result<CustomRole, Problem> {
    let at = At::TOP.key(name);
    Ok(CustomRole {
        id: desk.id(&at, name)?,
        title: None,
        description: role.description.clone(),
        stage: None,
        rights: RoleRights::Actions {
            actions: desk.all_clean(&at.key("cluster_permissions"), &role.cluster_permissions)?,
            index_read: role.reads(),
        },
    })
}
