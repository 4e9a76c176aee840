//! Microsoft Fabric: workspace roles over models and experiments, and sharing of single items.
//!
//! A role or share both allows and reaches; the highest role wins because rights add up. Source:
//! the data science roles page, the workspace roles pages it refers to, and the item sharing page.

use crate::domain::{
    Binding, Capability, Environment, FabricEdition, Platform, ResourceKind, Specifics, Status,
};

use super::super::decide::{Context, restrict};
use super::super::decision::{Check, Evidence, ReasonKey, Trace, Verdict};
use super::super::index::place::Rights;
use super::super::permission::{Permission, PermissionSet};
use super::super::request::ActionId;
use super::Doing;

/// The permissions on items, then those on the workspace.
pub const VOCABULARY: &[&str] = &[
    "Read",
    "Write",
    "Reshare",
    "Execute",
    "ViewExecutionOutput",
    "ReadItemAccess",
    "AssignOwner",
    "DeletePermanently",
    "ListRoleAssignments",
    "AddRoleAssignment",
    "UpdateRoleAssignment",
    "DeleteRoleAssignment",
    "UpdateWorkspace",
    "DeleteWorkspace",
    // Held by Fabric administrators of the tenant, which no workspace role makes anybody.
    "AdminListItemAccess",
];

/// A set of permissions by their names, found while compiling.
macro_rules! permissions {
    ($($name:literal),+) => {
        const { PermissionSet::named(VOCABULARY, &[$($name),+]) }
    };
}

/// Workspace roles, highest first.
pub const PREDEFINED: &[(&str, &str)] = &[
    ("Admin", "Admin"),
    ("Member", "Member"),
    ("Contributor", "Contributor"),
    ("Viewer", "Viewer"),
];

/// At most this many principals hold roles in one workspace.
pub const MAX_ROLE_HOLDERS: usize = 1000;

const VIEWER: &[&str] = &["Read"];
const CONTRIBUTOR: &[&str] = &["Read", "Write"];
const MEMBER: &[&str] = &[
    "Read",
    "Write",
    "Reshare",
    "ListRoleAssignments",
    "AddRoleAssignment",
];
const ADMIN: &[&str] = &[
    "Read",
    "Write",
    "Reshare",
    "ReadItemAccess",
    "AssignOwner",
    "DeletePermanently",
    "ListRoleAssignments",
    "AddRoleAssignment",
    "UpdateRoleAssignment",
    "DeleteRoleAssignment",
    "UpdateWorkspace",
    "DeleteWorkspace",
];

/// The share dialog's words for permissions.
pub(super) fn plain_name(name: &str) -> &str {
    match name {
        n if n.eq_ignore_ascii_case("edit") => "Write",
        n if n.eq_ignore_ascii_case("share") => "Reshare",
        n => n,
    }
}

fn edition(environment: &Environment) -> FabricEdition {
    match environment.specifics {
        Specifics::Fabric { edition } => edition,
        _ => FabricEdition::default(),
    }
}

/// What intents need here.
pub(super) const fn permission_to(doing: Doing) -> Option<&'static str> {
    match doing {
        Doing::CreateModel | Doing::AddVersion | Doing::WriteExperiment => Some("Write"),
        Doing::ChangeRoles => Some("UpdateRoleAssignment"),
        _ => None,
    }
}

/// What a workspace role gives. Role names compare without case.
pub(super) fn workspace_role(environment: &Environment, role: &str) -> Option<Rights> {
    let (_, name) = PREDEFINED
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(role))?;
    let names = match *name {
        "Admin" => ADMIN,
        "Member" => MEMBER,
        "Contributor" => CONTRIBUTOR,
        _ => VIEWER,
    };
    let mut permissions: PermissionSet = names
        .iter()
        .filter_map(|n| Permission::find(Platform::Fabric, n))
        .collect();
    if edition(environment) == FabricEdition::Y2026 {
        permissions = permissions.union(permissions!("ViewExecutionOutput"));
        if *name != "Viewer" {
            permissions = permissions.union(permissions!("Execute"));
        }
    }
    Some(Rights {
        permissions,
        administrator: *name == "Admin",
        ..Rights::default()
    })
}

/// The place of a role in the order of roles; smaller is higher. `None` for unknown ones.
pub fn role_rank(role: &str) -> Option<usize> {
    PREDEFINED
        .iter()
        .position(|(n, _)| n.eq_ignore_ascii_case(role))
}

/// What an item share gives: Read always, the others as listed. Permissions that this edition
/// does not have give nothing.
pub(super) fn item_rights(environment: &Environment, role: &str) -> Rights {
    let binding = Binding {
        role: role.to_owned(),
        ..Binding::default()
    };
    let shareable = ["Read", "Write", "Reshare"];
    let new = ["Execute", "ViewExecutionOutput"];
    let known = binding.rights().map(plain_name).filter(|right| {
        let is = |n: &&str| n.eq_ignore_ascii_case(right);
        shareable.iter().any(&is)
            || (edition(environment) == FabricEdition::Y2026 && new.iter().any(is))
    });
    let permissions = known.filter_map(|n| Permission::find(Platform::Fabric, n));
    let permissions = permissions
        .collect::<PermissionSet>()
        .union(permissions!("Read"));
    Rights {
        permissions,
        ..Rights::default()
    }
}

/// What a share's list of rights stands for; `None` when a word is unknown in this edition.
pub fn share_permissions(environment: &Environment, role: &str) -> Option<PermissionSet> {
    let binding = Binding {
        role: role.to_owned(),
        ..Binding::default()
    };
    let rights = item_rights(environment, role).permissions;
    let named = binding
        .rights()
        .map(|r| Permission::find(Platform::Fabric, plain_name(r)));
    let named: Option<Vec<Permission>> = named.collect();
    named?.iter().all(|p| rights.contains(*p)).then_some(rights)
}

/// Levels of the share dialog.
pub(super) fn share_levels(
    environment: &Environment,
) -> &'static [(&'static str, &'static str, &'static str)] {
    match edition(environment) {
        FabricEdition::Y2025 => &[
            ("Read", "Read", "view it, its versions, metrics and files"),
            ("Read, Reshare", "Read and Share", "view it, and pass it on"),
            ("Read, Write", "Read and Edit", "view and change it"),
            (
                "Read, Write, Reshare",
                "Read, Edit and Share",
                "view, change and pass it on",
            ),
        ],
        FabricEdition::Y2026 => &[
            ("Read", "Read", "view it, its versions, metrics and files"),
            ("Read, Execute", "Read and Execute", "view and run it"),
            ("Read, Reshare", "Read and Share", "view it, and pass it on"),
            ("Read, Write", "Read and Edit", "view and change it"),
            (
                "Read, Write, Reshare",
                "Read, Edit and Share",
                "view, change and pass it on",
            ),
        ],
    }
}

pub(super) fn decide(cx: &Context<'_>, trace: &mut impl Trace) -> Verdict {
    let resource = cx.request.target.resource();
    let needed = match cx.request.action {
        ActionId::Permission(permission) => permission.alone(),
        ActionId::Method(_) => return restrict(trace, ReasonKey::NotOffered),
        ActionId::Capability(capability) => match permission_for(cx, capability) {
            Some(permission) => permission,
            None => return restrict(trace, ReasonKey::NotOffered),
        },
    };
    let mut allowed = cx.find_permission(needed, resource, trace);
    if cx.request.action == ActionId::Capability(Capability::Reassign)
        && (!allowed || trace.complete())
    {
        allowed |= may_take_over(cx, trace);
    }
    if allowed {
        Verdict::Allow
    } else {
        Verdict::Deny
    }
}

fn permission_for(cx: &Context<'_>, capability: Capability) -> Option<PermissionSet> {
    let Some(row) = cx.row else {
        return match capability {
            Capability::See | Capability::View => Some(permissions!("Read")),
            Capability::Edit => Some(permissions!("UpdateWorkspace")),
            Capability::Delete => Some(permissions!("DeleteWorkspace")),
            Capability::ViewAccess => Some(permissions!("ListRoleAssignments")),
            Capability::Share => Some(permissions!("AddRoleAssignment")),
            Capability::Run | Capability::Download | Capability::Reassign => None,
        };
    };
    Some(match capability {
        Capability::See | Capability::View | Capability::Download => permissions!("Read"),
        Capability::Run => run_permission(cx.environment(), row.kind),
        Capability::Edit | Capability::Delete => permissions!("Write"),
        Capability::ViewAccess => permissions!("ReadItemAccess"),
        Capability::Share => permissions!("Reshare"),
        Capability::Reassign => permissions!("AssignOwner"),
    })
}

/// Scoring a model's endpoint needs Write; running an experiment, Execute where there is such a
/// permission.
fn run_permission(environment: &Environment, kind: ResourceKind) -> PermissionSet {
    match (kind, edition(environment)) {
        (ResourceKind::Experiment, FabricEdition::Y2026) => permissions!("Execute"),
        _ => permissions!("Write"),
    }
}

/// Whoever can write may make an item theirs when its owner is not active.
fn may_take_over(cx: &Context<'_>, trace: &mut impl Trace) -> bool {
    let owner = cx
        .row
        .and_then(|r| r.owner)
        .and_then(|id| cx.snapshot.principal(id));
    if owner.is_none_or(|o| o.status() == Status::Active) {
        return false;
    }
    let write = permissions!("Write");
    let row_grants = cx.own_grants().chain(cx.environment_grants());
    let mut writers = row_grants.filter(|g| g.permissions().intersects(write) && g.holds(cx.at()));
    if writers.next().is_none() {
        return false;
    }
    let _ = trace.evidence(Check::Reach, || Evidence::TakeOver);
    true
}
