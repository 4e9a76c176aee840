//! OpenSearch's internal users: `internal_users.yml`, or what `GET internalusers` answers.

use serde::Deserialize;

use crate::domain::{Platform, Target};
use crate::registry::Draft;

use super::desk::Desk;
use super::entries::entries;
use super::people::People;
use super::problem::{At, Problem};
use super::source::{Source, Sourced};
use super::summary::{Summary, list_note, within};

/// Fields that are kept, and flags of the file's own.
const KNOWN: &[&str] = &[
    "backend_roles",
    "opendistro_security_roles",
    "reserved",
    "hidden",
    "static",
];

/// Internal users, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct InternalUsers {
    users: Vec<(String, InternalUser)>,
    notes: Vec<String>,
}

/// What is kept of one. The password's hash is never looked at.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct InternalUser {
    #[serde(default)]
    backend_roles: Vec<String>,
    #[serde(rename = "opendistro_security_roles", default)]
    roles: Vec<String>,
}

/// Reads internal users.
pub fn parse(text: &str, file: &str) -> Result<Sourced<InternalUsers>, Problem> {
    let source = Source::read(text, file)?;
    let (users, notes) = entries(&source, "internalusers", KNOWN)?;
    Ok(Sourced {
        content: InternalUsers { users, notes },
        source,
    })
}

/// Makes them accounts of a cluster.
pub fn apply(
    file: &Sourced<InternalUsers>,
    draft: &mut Draft,
    target: Option<Target>,
) -> Result<Summary, Problem> {
    within(draft, |draft, notes| {
        let mut desk = Desk {
            source: &file.source,
            draft,
            notes,
        };
        let environment = desk.target(target, Platform::OpenSearch, "a file of internal users")?;
        let mut people = People::of(&desk, environment);
        for (name, user) in &file.content.users {
            let at = At::TOP.key(name);
            let id = people.find(&mut desk, &at, name)?;
            let roles = desk.all_clean(&at.key("opendistro_security_roles"), &user.roles)?;
            let backend = desk.all_clean(&at.key("backend_roles"), &user.backend_roles)?;
            desk.draft.edit_account(environment, id, |account| {
                account.backend_roles = backend;
                account.roles = roles;
            });
        }
        people.finish(&mut desk);
        desk.notes.extend(file.content.notes.iter().cloned());
        let named = |name: &String| file.content.users.iter().any(|(n, _)| n == name);
        let accounts = desk.draft.now().accounts(environment);
        let others = accounts
            .filter_map(|(_, a)| a.name.clone())
            .filter(|name| !named(name));
        let others: Vec<String> = others.collect();
        if !others.is_empty() {
            let said = "not in the file and left as before";
            let note = list_note(&others, &format!("is {said}"), &format!("are {said}"));
            desk.notes.push(note + ".");
        }
        Ok(())
    })
}
