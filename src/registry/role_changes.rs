//! What a change of roles that somebody defined amounts to, permission by permission: for plans,
//! for the journal, and for its one-line summaries.

use crate::domain::{Change, ChangeSet, CustomRole, Environment, Record, RoleRights};

/// Names shown in a summary; the others are counted.
const SHOWN: usize = 3;

/// What a role gained, lost, and is called otherwise.
#[derive(Debug, Default)]
pub(super) struct Difference {
    /// Permissions that it holds now.
    pub added: Vec<String>,
    /// Permissions that it holds no more.
    pub gone: Vec<String>,
    /// Its title, description and stage, where they are others now.
    pub other: Vec<String>,
}

impl Difference {
    /// Compares two definitions; a role that is new held nothing, and so does one that goes.
    pub fn between(was: Option<&CustomRole>, is: Option<&CustomRole>) -> Self {
        let (before, after) = (held(was), held(is));
        let only = |these: &[String], those: &[String]| {
            let mut only: Vec<String> = Vec::new();
            for one in these {
                if !those.contains(one) && !only.contains(one) {
                    only.push(one.clone());
                }
            }
            only
        };
        let other = match (was, is) {
            (Some(was), Some(is)) => renamed(was, is),
            _ => Vec::new(),
        };
        Self {
            added: only(&after, &before),
            gone: only(&before, &after),
            other,
        }
    }

    /// `: + ml.models.get, ml.models.list and 3 more; − ml.models.update`; empty where nothing differs.
    pub fn in_short(&self) -> String {
        let some = |sign: &str, names: &[String]| {
            let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>();
            let more = names.len().saturating_sub(SHOWN);
            let more = match more {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            (!names.is_empty()).then(|| format!("{sign} {}{more}", shown.join(", ")))
        };
        let parts = [some("+", &self.added), some("−", &self.gone)];
        let parts = parts.into_iter().flatten();
        let parts: Vec<String> = parts.chain(self.other.iter().cloned()).collect();
        if parts.is_empty() {
            return String::new();
        }
        format!(": {}", parts.join("; "))
    }

    fn lines(&self, role: &str) -> Vec<String> {
        let added = self.added.iter().map(|p| format!("role {role}: + {p}"));
        let gone = self.gone.iter().map(|p| format!("role {role}: − {p}"));
        let other = self.other.iter().map(|o| format!("role {role}: {o}"));
        added.chain(gone).chain(other).collect()
    }
}

/// What a role holds, as its platform writes it: a permission or action, or a privilege with its
/// depth.
fn held(role: Option<&CustomRole>) -> Vec<String> {
    match role.map(|role| &role.rights) {
        None => Vec::new(),
        Some(RoleRights::Permissions(permissions)) => permissions.clone(),
        Some(RoleRights::Actions {
            actions,
            index_read,
        }) => {
            let reads = index_read.then(|| "reading index data".to_owned());
            actions.iter().cloned().chain(reads).collect()
        }
        Some(RoleRights::Privileges(privileges)) => {
            let privileges = privileges.iter();
            privileges
                .map(|(p, depth)| format!("{p}: {depth}"))
                .collect()
        }
    }
}

fn renamed(was: &CustomRole, is: &CustomRole) -> Vec<String> {
    let fields = [
        ("title", &was.title, &is.title),
        ("description", &was.description, &is.description),
        ("stage", &was.stage, &is.stage),
    ];
    let told = |text: &Option<String>| match text.as_deref() {
        None | Some("") => "none".to_owned(),
        Some(text) => format!("`{text}`"),
    };
    let differ = fields.into_iter().filter(|(_, was, is)| was != is);
    differ
        .map(|(name, was, is)| format!("{name} {}, was {}", told(is), told(was)))
        .collect()
}

/// Roles that differ between two states of an environment, as they were and are, those of the new
/// state first.
pub(super) fn pairs<'e>(
    was: Option<&'e Environment>,
    is: Option<&'e Environment>,
) -> Vec<(Option<&'e CustomRole>, Option<&'e CustomRole>)> {
    let roles = |e: Option<&'e Environment>| e.map_or(&[][..], |e| &e.roles[..]);
    let (before, after) = (roles(was), roles(is));
    let kept = after.iter().map(|role| {
        let was = before.iter().find(|b| b.id == role.id);
        (was, Some(role))
    });
    let gone = before
        .iter()
        .filter(|b| !after.iter().any(|a| a.id == b.id));
    kept.chain(gone.map(|role| (Some(role), None)))
        .filter(|(was, is)| was != is)
        .collect()
}

/// What one record's change does to roles that were defined in it, a line for each permission:
/// `role reviewer: + ml.models.setIamPolicy`.
pub fn of_change(change: &Change) -> Vec<String> {
    let pairs = pairs(
        environment(change.before.as_ref()),
        environment(change.after.as_ref()),
    );
    let lines = pairs.into_iter().flat_map(|(was, is)| {
        let name = is.or(was).map_or("", |role| role.id.as_str());
        Difference::between(was, is).lines(name)
    });
    lines.collect()
}

fn environment(record: Option<&Record>) -> Option<&Environment> {
    match record {
        Some(Record::Environment(environment)) => Some(environment),
        _ => None,
    }
}

/// What a change set does to roles.
pub(super) fn of_changes(changes: &ChangeSet) -> Vec<String> {
    changes.0.iter().flat_map(of_change).collect()
}
