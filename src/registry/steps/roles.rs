//! Roles that somebody defined: a command, a request, or a step by hand that makes the platform's
//! own definition the same. Fabric has none.

use crate::domain::{CustomRole, Environment, Platform, RoleRights};

use super::super::role_changes::{Difference, pairs};
use super::{operand, quoted};

/// Where roles are kept on OpenSearch.
const ROLES: &str = "/_plugins/_security/api/roles";

/// Steps before and after those of the policy: what is granted is defined before, and a role goes
/// when nobody holds it any more.
pub(super) fn steps(was: &Environment, is: &Environment) -> (Vec<String>, Vec<String>) {
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for (before, after) in pairs(Some(was), Some(is)) {
        let steps = step(is, before, after);
        if after.is_some() {
            first.extend(steps);
        } else {
            last.extend(steps);
        }
    }
    (first, last)
}

fn step(place: &Environment, was: Option<&CustomRole>, is: Option<&CustomRole>) -> Vec<String> {
    match place.platform() {
        Platform::Google => google(place, was, is).into_iter().collect(),
        Platform::OpenSearch => requests(was, is),
        Platform::AiBuilder => by_hand(place, was, is).into_iter().collect(),
        Platform::Fabric => Vec::new(),
    }
}

// --- Google ---------------------------------------------------------------------------------

fn google(
    place: &Environment,
    was: Option<&CustomRole>,
    is: Option<&CustomRole>,
) -> Option<String> {
    let role = is.or(was)?;
    let name = google_name(place, &role.id);
    let Some(is) = is else {
        return Some(format!("gcloud iam roles delete {name}"));
    };
    let Difference { added, gone, .. } = Difference::between(was, Some(is));
    let list = |option: &str, names: &[String]| {
        (!names.is_empty()).then(|| format!(" --{option}={}", names.join(",")))
    };
    let (verb, lists) = match was {
        None => ("create", [list("permissions", &added), None]),
        Some(_) => (
            "update",
            [
                list("add-permissions", &added),
                list("remove-permissions", &gone),
            ],
        ),
    };
    let text = |option: &str, was: Option<&String>, is: Option<&String>| {
        let said = is.map_or("", String::as_str);
        (was != is).then(|| format!(" --{option}={}", quoted(said)))
    };
    let texts = [
        text(
            "title",
            was.and_then(|w| w.title.as_ref()),
            is.title.as_ref(),
        ),
        text(
            "description",
            was.and_then(|w| w.description.as_ref()),
            is.description.as_ref(),
        ),
        // What has no stage is in alpha there.
        is.stage
            .as_ref()
            .filter(|stage| was.and_then(|w| w.stage.as_ref()) != Some(*stage))
            .map(|stage| format!(" --stage={}", operand(stage))),
    ];
    let options = lists.into_iter().chain(texts).flatten();
    let options = options.collect::<String>();
    (!options.is_empty()).then(|| format!("gcloud iam roles {verb} {name}{options}"))
}

/// A role's last part, and where it is defined.
fn google_name(place: &Environment, id: &str) -> String {
    let parts: Vec<&str> = id.split('/').collect();
    match parts.as_slice() {
        ["projects", project, "roles", name] => {
            format!("{} --project={}", operand(name), operand(project))
        }
        ["organizations", number, "roles", name] => {
            format!("{} --organization={}", operand(name), operand(number))
        }
        _ => format!("{} --project={}", operand(id), operand(&place.id)),
    }
}

// --- OpenSearch -----------------------------------------------------------------------------

/// A role there may hold more than actions of the cluster, which deedbox does not know: a change
/// replaces these actions alone.
fn requests(was: Option<&CustomRole>, is: Option<&CustomRole>) -> Vec<String> {
    let Some(role) = is.or(was) else {
        return Vec::new();
    };
    let path = format!("{ROLES}/{}", role.id);
    let Some((actions, reads)) = is.map(actions_of) else {
        return vec![format!("DELETE {path}")];
    };
    let Some((before, read)) = was.map(actions_of) else {
        let body = serde_json::json!({ "cluster_permissions": actions });
        let also = if reads {
            ", and in index_permissions read on the indices that it trains on"
        } else {
            ""
        };
        return vec![format!("PUT {path} {body}{also}")];
    };
    let mut steps = Vec::new();
    if before != actions {
        let body = serde_json::json!([
            { "op": "replace", "path": "/cluster_permissions", "value": actions }
        ]);
        steps.push(format!("PATCH {path} {body}"));
    }
    if read != reads {
        let what = if reads {
            "add read on the indices that it trains on to"
        } else {
            "take read out of"
        };
        steps.push(format!("PATCH {path}: {what} its index_permissions."));
    }
    steps
}

/// Actions of the cluster, and whether the role reads index data.
fn actions_of(role: &CustomRole) -> (&[String], bool) {
    match &role.rights {
        RoleRights::Actions {
            actions,
            index_read,
        } => (actions, *index_read),
        _ => (&[], false),
    }
}

// --- AI Builder -----------------------------------------------------------------------------

fn by_hand(
    place: &Environment,
    was: Option<&CustomRole>,
    is: Option<&CustomRole>,
) -> Option<String> {
    let role = is.or(was)?;
    let name = role.title.as_ref().unwrap_or(&role.id);
    let settings = format!("In {}, Security › Roles", place.label());
    let Some(is) = is else {
        return Some(format!("{settings}: delete the security role {name}."));
    };
    let depths = |role: Option<&CustomRole>| match role.map(|r| &r.rights) {
        Some(RoleRights::Privileges(privileges)) => privileges.clone(),
        _ => Vec::new(),
    };
    let (before, after) = (depths(was), depths(Some(is)));
    let mut set: Vec<String> = after
        .iter()
        .filter(|p| !before.contains(p))
        .map(|(privilege, depth)| format!("{privilege} to {depth}"))
        .collect();
    let gone = before
        .iter()
        .filter(|(privilege, _)| !after.iter().any(|(p, _)| p == privilege));
    set.extend(gone.map(|(privilege, _)| format!("{privilege} to none")));
    let rights = format!("on the table AI Model set {}", set.join(", "));
    match was {
        None if set.is_empty() => Some(format!("{settings}: make the security role {name}.")),
        None => Some(format!(
            "{settings}: make the security role {name}; {rights}."
        )),
        Some(_) if set.is_empty() => None,
        Some(_) => Some(format!("{settings} › {name}: {rights}.")),
    }
}
