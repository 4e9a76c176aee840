//! Microsoft Fabric: workspace roles and item shares, added up.

use std::collections::BTreeSet;

use deedbox::authz::Verdict;
use deedbox::domain::{
    Action, Binding, Body, Capability, Environment, FabricEdition, PrincipalId, Resource,
    Specifics, Status, Timestamp,
};

use super::{answer, granted, identities};
use crate::world::{Question, World};

/// Words that are asked about.
pub const WORDS: &[&str] = &[
    "Read",
    "Write",
    "Reshare",
    "Execute",
    "ViewExecutionOutput",
    "DeletePermanently",
    "ReadItemAccess",
    "AssignOwner",
    "ListRoleAssignments",
    "AddRoleAssignment",
    "UpdateRoleAssignment",
    "DeleteRoleAssignment",
    "UpdateWorkspace",
    "DeleteWorkspace",
];

pub fn decide(world: &World, workspace: &Environment, q: &Question) -> Verdict {
    let to = identities(world, q.who);
    let roles = granted(&workspace.policy.bindings, &to, q.at);
    let is = |names: &[&str]| roles.iter().any(|r| names.contains(r));
    let item = super::resource_of(world, q.target);
    let rights = rights(workspace, item, &to, q.at);
    let has = |word: &str| rights.contains(word);
    let experiment = matches!(item.map(|i| &i.body), Some(Body::Experiment { .. }));
    let y2026 = is_2026(workspace);
    answer(match &q.action {
        Action::Capability(Capability::See | Capability::View | Capability::Download) => {
            has("Read")
        }
        // The workspace itself: roles and settings.
        Action::Capability(Capability::Edit) if item.is_none() => is(&["Admin"]),
        Action::Capability(Capability::Run) if experiment && y2026 => has("Execute"),
        Action::Capability(Capability::Run | Capability::Edit | Capability::Delete) => has("Write"),
        Action::Capability(Capability::ViewAccess) if item.is_none() => is(&["Admin", "Member"]),
        Action::Capability(Capability::ViewAccess) => is(&["Admin"]),
        Action::Capability(Capability::Share) => is(&["Admin", "Member"]) || has("Reshare"),
        Action::Capability(Capability::Reassign) => {
            let left = item.is_some_and(|i| owner_left(world, i));
            is(&["Admin"]) || (has("Read") && has("Write") && left)
        }
        Action::Native(word) => match word.as_str() {
            "DeletePermanently"
            | "ReadItemAccess"
            | "AssignOwner"
            | "UpdateRoleAssignment"
            | "DeleteRoleAssignment"
            | "UpdateWorkspace"
            | "DeleteWorkspace" => is(&["Admin"]),
            "ListRoleAssignments" | "AddRoleAssignment" => is(&["Admin", "Member"]),
            word => has(word),
        },
    })
}

/// The permissions on an item, or those that come with the roles when there is none.
fn rights(
    workspace: &Environment,
    item: Option<&Resource>,
    to: &BTreeSet<PrincipalId>,
    at: Timestamp,
) -> BTreeSet<&'static str> {
    let mut rights = BTreeSet::new();
    for role in granted(&workspace.policy.bindings, to, at) {
        let comes_with: &[&str] = match role {
            "Admin" | "Member" => &["Read", "Write", "Execute", "ViewExecutionOutput", "Reshare"],
            "Contributor" => &["Read", "Write", "Execute", "ViewExecutionOutput"],
            "Viewer" => &["Read", "ViewExecutionOutput"],
            _ => &[],
        };
        rights.extend(comes_with);
    }
    if let Some(item) = item {
        for binding in &item.policy.bindings {
            if super::holds(binding, at) && binding.members.iter().any(|m| to.contains(m)) {
                rights.extend(share_rights(binding));
            }
        }
    }
    if !is_2026(workspace) {
        rights.remove("Execute");
        rights.remove("ViewExecutionOutput");
    }
    rights
}

/// Read always, the others by name; the screens say Edit and Share.
fn share_rights(binding: &Binding) -> Vec<&'static str> {
    let words = binding.role.split(',').map(str::trim);
    let named = words.filter_map(|word| match word {
        "Write" | "Edit" => Some("Write"),
        "Reshare" | "Share" => Some("Reshare"),
        "Execute" => Some("Execute"),
        "ViewExecutionOutput" => Some("ViewExecutionOutput"),
        _ => None,
    });
    std::iter::once("Read").chain(named).collect()
}

fn is_2026(workspace: &Environment) -> bool {
    let edition = FabricEdition::Y2026;
    workspace.specifics == Specifics::Fabric { edition }
}

/// Whether there is an owner who is not active any more.
fn owner_left(world: &World, item: &Resource) -> bool {
    item.owner
        .and_then(|o| world.principal(o))
        .is_some_and(|p| p.status() != Status::Active)
}

/// Whether somebody is Admin of the workspace.
pub fn is_admin(world: &World, workspace: &Environment, q: &Question) -> bool {
    let to = identities(world, q.who);
    granted(&workspace.policy.bindings, &to, q.at).contains(&"Admin")
}
