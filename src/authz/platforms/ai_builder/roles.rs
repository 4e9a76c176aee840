//! Privileges, security roles, and what shares carry.

use crate::domain::{
    AiBuilderEdition, Binding, Depth, Environment, Platform, Privilege, RoleRights, Specifics,
};

use super::super::super::index::place::Rights;
use super::super::super::permission::{Permission, PermissionSet};

/// The privileges on AI models, in the order of [`Privilege`], then the training data's own.
pub const VOCABULARY: &[&str] = &[
    "create",
    "read",
    "write",
    "delete",
    "append",
    "append-to",
    "assign",
    "share",
    READ_TRAINING_DATA,
];

const READ_TRAINING_DATA: &str = "read-training-data";
/// The training data's own permission.
pub(super) const TRAINING_DATA: PermissionSet =
    PermissionSet::named(VOCABULARY, &[READ_TRAINING_DATA]);

const SYSTEM_ADMINISTRATOR: &str = "System Administrator";
pub(super) const SYSTEM_CUSTOMIZER: &str = "System Customizer";
const ENVIRONMENT_MAKER: &str = "Environment Maker";
const MAKER_WITHOUT_SHARE: &str = "Maker without Share";
const BASIC_USER: &str = "Basic User";

/// Security roles that decide about AI models.
pub const PREDEFINED: &[(&str, &str)] = &[
    (SYSTEM_ADMINISTRATOR, SYSTEM_ADMINISTRATOR),
    (SYSTEM_CUSTOMIZER, SYSTEM_CUSTOMIZER),
    (ENVIRONMENT_MAKER, ENVIRONMENT_MAKER),
    (MAKER_WITHOUT_SHARE, MAKER_WITHOUT_SHARE),
    (BASIC_USER, BASIC_USER),
];

/// The level that lets people see and run a model.
pub const LEVEL_USER: &str = "User";
/// The level that lets people edit, retrain, publish and share it (edition `2023`).
pub const LEVEL_CO_OWNER: &str = "Co-owner";
/// A model of this type can't be shared and runs on its owner's schedule only.
pub const GENERIC_PREDICTION: &str = "generic-prediction";
/// Model types whose training data lies in a datasets container.
pub const WITH_CONTAINER: [&str; 2] = ["document-processing", "object-detection"];

const CO_OWNER: &[Privilege] = &[
    Privilege::Read,
    Privilege::Write,
    Privilege::Append,
    Privilege::AppendTo,
    Privilege::Share,
];

/// Dataverse's words for rights: `ReadAccess`, `AppendToAccess`; and the other spellings in use.
pub(in super::super) fn plain_name(name: &str) -> String {
    let name = name.strip_suffix("Access").unwrap_or(name);
    match name {
        "AppendTo" | "Append To" => "append-to".to_owned(),
        "read_training_data" => READ_TRAINING_DATA.to_owned(),
        other => other.to_owned(),
    }
}

pub(super) fn permission(privilege: Privilege) -> Permission {
    Permission(privilege as u8)
}

fn edition(environment: &Environment) -> AiBuilderEdition {
    match environment.specifics {
        Specifics::AiBuilder { edition, .. } => edition,
        _ => AiBuilderEdition::default(),
    }
}

/// What a security role gives.
pub(in super::super) fn security_role(environment: &Environment, name: &str) -> Option<Rights> {
    use Privilege::{Append, AppendTo, Assign, Create, Delete, Read, Share, Write};
    let all = [Create, Read, Write, Delete, Append, AppendTo, Assign, Share];
    let at = |depth, privileges: &[Privilege]| -> Vec<(Privilege, Depth)> {
        privileges.iter().map(|p| (*p, depth)).collect()
    };
    let privileges = match name {
        SYSTEM_ADMINISTRATOR => at(Depth::Organization, &all),
        SYSTEM_CUSTOMIZER => {
            let mut list = at(
                Depth::Organization,
                &[Create, Read, Write, Append, AppendTo, Assign],
            );
            list.extend(at(Depth::User, &[Share, Delete]));
            list
        }
        ENVIRONMENT_MAKER => at(
            Depth::User,
            &[Create, Read, Write, Delete, Append, AppendTo, Share],
        ),
        MAKER_WITHOUT_SHARE => at(
            Depth::User,
            &[Create, Read, Write, Delete, Append, AppendTo],
        ),
        BASIC_USER => at(Depth::User, &[Read]),
        _ => match &environment.roles.iter().find(|r| r.id == name)?.rights {
            RoleRights::Privileges(privileges) => privileges.clone(),
            _ => return None,
        },
    };
    let mut rights = Rights {
        administrator: name == SYSTEM_ADMINISTRATOR,
        ..Rights::default()
    };
    for (privilege, depth) in privileges {
        rights.permissions = rights.permissions.with(permission(privilege));
        rights.depths.raise(privilege, depth);
    }
    if matches!(name, SYSTEM_ADMINISTRATOR | SYSTEM_CUSTOMIZER) {
        rights.permissions = rights.permissions.union(TRAINING_DATA);
    }
    Some(rights)
}

/// What a share carries: a level, or a list of Dataverse rights. A level that the edition does not
/// have carries nothing.
pub(in super::super) fn share_rights(environment: &Environment, role: &str) -> Option<Rights> {
    let set = |privileges: &[Privilege]| privileges.iter().map(|p| permission(*p)).collect();
    let permissions: PermissionSet = match role {
        LEVEL_USER => set(&[Privilege::Read]),
        LEVEL_CO_OWNER => match edition(environment) {
            AiBuilderEdition::Y2022 => return None,
            AiBuilderEdition::Y2023 => PermissionSet::union(set(CO_OWNER), TRAINING_DATA),
        },
        _ => {
            let binding = Binding {
                role: role.to_owned(),
                ..Binding::default()
            };
            let named: Vec<Permission> = binding
                .rights()
                .filter_map(|r| Permission::find(Platform::AiBuilder, r))
                .filter(|p| !TRAINING_DATA.contains(*p))
                .collect();
            named.into_iter().collect()
        }
    };
    (!permissions.is_empty()).then_some(Rights {
        permissions,
        ..Rights::default()
    })
}

/// Levels of the share panel.
pub(in super::super) fn share_levels(
    environment: &Environment,
) -> &'static [(&'static str, &'static str, &'static str)] {
    const USER: (&str, &str, &str) = (LEVEL_USER, "User", "see and run it, nothing else");
    match edition(environment) {
        AiBuilderEdition::Y2022 => &[USER],
        AiBuilderEdition::Y2023 => &[
            USER,
            (
                LEVEL_CO_OWNER,
                "Co-owner",
                "also edit, retrain, publish and share it; training data",
            ),
        ],
    }
}

/// Whether a role is a list of Dataverse rights, all of them known.
pub fn is_rights_list(role: &str) -> bool {
    let binding = Binding {
        role: role.to_owned(),
        ..Binding::default()
    };
    let mut rights = binding.rights().peekable();
    rights.peek().is_some()
        && rights.all(|r| {
            Permission::find(Platform::AiBuilder, r).is_some_and(|p| !TRAINING_DATA.contains(p))
        })
}

/// Whether a list of rights goes beyond seeing and running in an edition that has nothing more.
pub fn edits(environment: &Environment, role: &str) -> bool {
    let only_user = edition(environment) == AiBuilderEdition::Y2022;
    let read = PermissionSet::EMPTY.with(permission(Privilege::Read));
    let more = |rights: Rights| !read.contains_all(rights.permissions);
    only_user && share_rights(environment, role).is_some_and(more)
}
