//! OpenSearch's role mapping: `roles_mapping.yml`, or what `GET rolesmapping` answers.

use serde::Deserialize;

use crate::domain::{Platform, RoleMapping, Specifics, Target};
use crate::registry::Draft;

use super::desk::Desk;
use super::entries::entries;
use super::problem::{At, Problem};
use super::put::edit_if_changed;
use super::source::{Source, Sourced};
use super::summary::{Summary, within};

/// Fields that are kept, and flags of the file's own.
const KNOWN: &[&str] = &[
    "users",
    "backend_roles",
    "and_backend_roles",
    "hosts",
    "reserved",
    "hidden",
    "static",
];

/// Role mappings, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleMappings {
    mappings: Vec<(String, MappingFile)>,
    notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct MappingFile {
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    backend_roles: Vec<String>,
    #[serde(default)]
    and_backend_roles: Vec<String>,
    #[serde(default)]
    hosts: Vec<String>,
}

/// Reads role mappings.
pub fn parse(text: &str, file: &str) -> Result<Sourced<RoleMappings>, Problem> {
    let source = Source::read(text, file)?;
    let (mappings, notes) = entries(&source, "rolesmapping", KNOWN)?;
    Ok(Sourced {
        content: RoleMappings { mappings, notes },
        source,
    })
}

/// Puts them into a cluster: each replaces the mapping of the same role.
pub fn apply(
    file: &Sourced<RoleMappings>,
    draft: &mut Draft,
    target: Option<Target>,
) -> Result<Summary, Problem> {
    within(draft, |draft, notes| {
        let desk = Desk {
            source: &file.source,
            draft,
            notes,
        };
        let environment = desk.target(target, Platform::OpenSearch, "a role mapping")?;
        let new = file
            .content
            .mappings
            .iter()
            .map(|(role, part)| compile(&desk, role, part));
        let new = new.collect::<Result<Vec<_>, _>>()?;
        desk.notes.extend(file.content.notes.iter().cloned());
        edit_if_changed(desk.draft, environment, |e| {
            let Specifics::OpenSearch { mappings, .. } = &mut e.specifics else {
                return;
            };
            for mapping in new {
                match mappings.iter_mut().find(|m| m.role == mapping.role) {
                    Some(old) => *old = mapping,
                    None => mappings.push(mapping),
                }
            }
        });
        Ok(())
    })
}

fn compile(desk: &Desk<'_>, role: &str, part: &MappingFile) -> Result<RoleMapping, Problem> {
    let at = At::TOP.key(role);
    Ok(RoleMapping {
        role: desk.id(&at, role)?,
        users: desk.all_clean(&at.key("users"), &part.users)?,
        backend_roles: desk.all_clean(&at.key("backend_roles"), &part.backend_roles)?,
        and_backend_roles: desk.all_clean(&at.key("and_backend_roles"), &part.and_backend_roles)?,
        hosts: desk.all_clean(&at.key("hosts"), &part.hosts)?,
    })
}
