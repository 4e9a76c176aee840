//! A snapshot's directory and environments as a document.

use crate::authz::Snapshot;
use crate::domain::{
    Account, CustomRole, Environment, EnvironmentId, Platform, Principal, PrincipalId,
    PrincipalKind, RoleMapping, RoleRights, Specifics, Status,
};

use super::super::words::Word;
use super::VERSION;
use super::content::{
    AccountPart, BusinessUnitPart, Content, DirectoryPart, EnvironmentPart, GroupPart,
    RoleMappingPart, RolePart, ServiceAccountPart, SettingsPart, UserPart,
};
use super::policy::{write_bindings, write_policy};
use super::write_resource;

pub(super) fn content(snapshot: &Snapshot) -> Content {
    let mut directory = DirectoryPart::default();
    for (_, principal) in snapshot.principals() {
        add_principal(snapshot, principal, &mut directory);
    }
    let environments = snapshot
        .places()
        .map(|(id, place)| environment(snapshot, id, &place.environment));
    Content {
        deedbox: VERSION,
        directory,
        environments: environments.collect(),
    }
}

fn references(snapshot: &Snapshot, ids: &[PrincipalId]) -> Vec<String> {
    ids.iter().map(|id| snapshot.reference(*id)).collect()
}

/// External principals are written where they are named, not in the directory.
fn add_principal(snapshot: &Snapshot, principal: &Principal, directory: &mut DirectoryPart) {
    let (id, name) = (principal.id.clone(), principal.name.clone());
    let uid = principal.uid.clone();
    match &principal.kind {
        PrincipalKind::User { status, manager } => {
            let manager = manager.map(|id| snapshot.reference(id));
            directory.users.push(UserPart {
                id,
                name,
                status: Word(*status),
                uid,
                manager,
            });
        }
        PrincipalKind::Group {
            kind,
            members,
            deleted,
        } => {
            let status = if *deleted {
                Status::Deleted
            } else {
                Status::Active
            };
            directory.groups.push(GroupPart {
                id,
                name,
                kind: Word(*kind),
                status: Word(status),
                uid,
                members: references(snapshot, members),
            });
        }
        PrincipalKind::ServiceAccount { status } => {
            let status = Word(*status);
            directory.service_accounts.push(ServiceAccountPart {
                id,
                name,
                status,
                uid,
            });
        }
        _ => {}
    }
}

fn environment(snapshot: &Snapshot, id: EnvironmentId, record: &Environment) -> EnvironmentPart {
    let platform = record.platform();
    let google = platform == Platform::Google;
    let mut part = EnvironmentPart {
        id: record.id.clone(),
        name: record.name.clone(),
        platform: Word(platform),
        edition: Some(record.edition().to_owned()),
        settings: None,
        business_units: None,
        accounts: some(accounts(snapshot, id)),
        policy: if google {
            write_policy(snapshot, &record.policy)
        } else {
            None
        },
        inherited_bindings: None,
        bindings: if google {
            None
        } else {
            some(write_bindings(snapshot, &record.policy.bindings))
        },
        roles: some(record.roles.iter().map(role).collect()),
        role_mappings: None,
        model_groups: None,
        models: Vec::new(),
        jobs: None,
        operations: None,
        experiments: None,
    };
    add_specifics(snapshot, &record.specifics, &mut part);
    write_resource::add(snapshot, id, platform, &mut part);
    part
}

fn add_specifics(snapshot: &Snapshot, specifics: &Specifics, part: &mut EnvironmentPart) {
    match specifics {
        Specifics::Google { inherited, .. } => {
            part.inherited_bindings = some(write_bindings(snapshot, inherited));
        }
        Specifics::OpenSearch {
            settings, mappings, ..
        } => {
            part.settings = Some(SettingsPart {
                model_access_control_enabled: Some(settings.model_access_control_enabled),
                security_enabled: Some(settings.security_enabled),
                roles_mapping_resolution: Some(Word(settings.roles_mapping_resolution)),
                super_administrators: some(references(snapshot, &settings.super_administrators)),
                ..SettingsPart::default()
            });
            part.role_mappings = some(mappings.iter().map(mapping).collect());
        }
        Specifics::Fabric { .. } => {}
        Specifics::AiBuilder {
            settings,
            business_units,
            ..
        } => {
            part.settings = Some(SettingsPart {
                preview_models_enabled: Some(settings.preview_models_enabled),
                preview_types: some(settings.preview_types.clone()),
                unsupported_types: some(settings.unsupported_types.clone()),
                share_to_previous_owner: Some(settings.share_to_previous_owner),
                ..SettingsPart::default()
            });
            let units = business_units.iter();
            let units = units.map(|unit| BusinessUnitPart {
                id: unit.id.clone(),
                parent: unit.parent.clone(),
            });
            part.business_units = some(units.collect());
        }
    }
}

fn mapping(mapping: &RoleMapping) -> RoleMappingPart {
    RoleMappingPart {
        role: mapping.role.clone(),
        users: mapping.users.clone(),
        backend_roles: mapping.backend_roles.clone(),
        and_backend_roles: mapping.and_backend_roles.clone(),
        hosts: mapping.hosts.clone(),
    }
}

fn role(role: &CustomRole) -> RolePart {
    let mut part = RolePart {
        id: role.id.clone(),
        title: role.title.clone(),
        description: role.description.clone(),
        stage: role.stage.clone(),
        ..RolePart::default()
    };
    match &role.rights {
        RoleRights::Permissions(list) => part.permissions = Some(list.clone()),
        RoleRights::Actions {
            actions,
            index_read,
        } => {
            part.actions = Some(actions.clone());
            part.index_read = index_read.then_some(true);
        }
        RoleRights::Privileges(list) => {
            let list = list
                .iter()
                .map(|(privilege, depth)| (Word(*privilege), Word(*depth)));
            part.privileges = Some(list.collect());
        }
    }
    part
}

fn accounts(snapshot: &Snapshot, environment: EnvironmentId) -> Vec<AccountPart> {
    let write = |id: PrincipalId, account: &Account| AccountPart {
        user: snapshot.reference(id),
        name: account.name.clone(),
        backend_roles: account.backend_roles.clone(),
        roles: account.roles.clone(),
        business_unit: account.business_unit.clone(),
    };
    snapshot
        .accounts(environment)
        .map(|(id, account)| write(id, account))
        .collect()
}

/// Nothing rather than an empty list.
pub(super) fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}
