//! Random environments and accounts.

use deedbox::domain::{
    Account, AiBuilderEdition, AiBuilderSettings, BusinessUnit, CustomRole, Depth, Environment,
    EnvironmentId, FabricEdition, GoogleEdition, OpenSearchEdition, OpenSearchSettings, Platform,
    Policy, PrincipalId, Privilege, RoleMapping, RoleRights, RolesResolution, Specifics,
};
use strum::IntoEnumIterator;

use super::bindings;
use crate::evaluator::google_roles::KNOWN;
use crate::rng::Rng;
use crate::world::World;

pub const GOOGLE_ROLES: &[&str] = &[
    "roles/ml.admin",
    "roles/ml.developer",
    "roles/ml.viewer",
    "roles/ml.editor",
    "roles/ml.modelOwner",
    "roles/ml.modelUser",
    "roles/ml.jobOwner",
    "roles/ml.operationOwner",
    "roles/editor",
    "roles/viewer",
    "roles/owner",
    "projects/p/roles/custom1",
    "projects/p/roles/custom2",
    "organizations/1/roles/above",
    "roles/unknown",
];
pub const FABRIC_ROLES: &[&str] = &["Admin", "Member", "Contributor", "Viewer", "Stranger"];
pub const SECURITY_ROLES: &[&str] = &[
    "System Administrator",
    "System Customizer",
    "Environment Maker",
    "Maker without Share",
    "Basic User",
    "Custom One",
    "Custom Two",
    "Nobody Knows",
];
pub const CLUSTER_ROLES: &[&str] = &[
    "ml_full_access",
    "ml_full_access",
    "ml_readonly_access",
    "ml_read_access",
    "all_access",
    "custom1",
    "custom2",
    "nothing",
];
pub const BACKEND_ROLES: &[&str] = &["IT", "it", "HR", "finance", "ml_full_access", "all_access"];
pub const UNITS: &[&str] = &["root", "a", "b", "a1", "elsewhere"];
pub const TYPES: &[&str] = &[
    "document-processing",
    "generic-prediction",
    "object-detection",
    "entity-extraction",
];

/// An environment of any platform and edition.
pub fn environment(rng: &mut Rng, number: u32, people: &[PrincipalId]) -> Environment {
    let (id, name) = (format!("env{number}"), String::new());
    let mut everybody = people.to_vec();
    everybody.extend([PrincipalId::ALL_USERS, PrincipalId::ALL_AUTHENTICATED]);
    let (specifics, bindings, roles) = match rng.pick(&Platform::iter().collect::<Vec<_>>()) {
        Platform::Google => {
            let edition = *rng.pick(&[GoogleEdition::Documented, GoogleEdition::Y2026]);
            let inherited = bindings(rng, GOOGLE_ROLES, &everybody, 2);
            let policy = bindings(rng, GOOGLE_ROLES, &everybody, 3);
            (
                Specifics::Google { edition, inherited },
                policy,
                google_roles(rng),
            )
        }
        Platform::OpenSearch => {
            let policy = bindings(rng, CLUSTER_ROLES, &everybody, 1);
            (cluster(rng, people), policy, action_roles(rng))
        }
        Platform::Fabric => {
            let edition = *rng.pick(&[FabricEdition::Y2025, FabricEdition::Y2026]);
            let policy = bindings(rng, FABRIC_ROLES, &everybody, 4);
            (Specifics::Fabric { edition }, policy, Vec::new())
        }
        Platform::AiBuilder => {
            let policy = bindings(rng, SECURITY_ROLES, &everybody, 5);
            (power_platform(rng), policy, privilege_roles(rng))
        }
    };
    let policy = Policy {
        bindings,
        ..Policy::default()
    };
    Environment {
        id,
        name,
        specifics,
        policy,
        roles,
    }
}

fn role(id: &str, stage: Option<&str>, rights: RoleRights) -> CustomRole {
    CustomRole {
        id: id.to_owned(),
        title: None,
        description: None,
        stage: stage.map(str::to_owned),
        rights,
    }
}

pub fn google_roles(rng: &mut Rng) -> Vec<CustomRole> {
    let known: Vec<String> = KNOWN.split_whitespace().map(str::to_owned).collect();
    let ids = [
        "projects/p/roles/custom1",
        "projects/p/roles/custom2",
        "organizations/1/roles/above",
    ];
    let mut roles = Vec::new();
    for id in rng.some(&ids, 3) {
        let mut list = rng.some(&known, 12);
        if rng.chance(30) {
            list.push("ml.nonsense.do".to_owned());
        }
        let stage = *rng.pick(&[None, Some("GA"), Some("BETA"), Some("DISABLED")]);
        roles.push(role(id, stage, RoleRights::Permissions(list)));
    }
    roles
}

pub fn action_roles(rng: &mut Rng) -> Vec<CustomRole> {
    let mut roles = Vec::new();
    for id in rng.some(&["custom1", "custom2", "IT"], 3) {
        let patterns = [
            "models/*",
            "predict",
            "model_groups/*",
            "*/get",
            "*",
            "models/search",
            "model_groups/search",
            "models/get",
            "model_groups/get",
            "update_model_group",
            "register_*",
            "train*",
            "tasks/*",
        ];
        let chosen = rng.some(&patterns, 4);
        let actions = chosen
            .iter()
            .map(|p| format!("cluster:admin/opensearch/ml/{p}"))
            .collect();
        let index_read = rng.chance(40);
        roles.push(role(
            id,
            None,
            RoleRights::Actions {
                actions,
                index_read,
            },
        ));
    }
    roles
}

pub fn privilege_roles(rng: &mut Rng) -> Vec<CustomRole> {
    let privileges: Vec<Privilege> = Privilege::iter().collect();
    let depths: Vec<Depth> = Depth::iter().collect();
    let mut roles = Vec::new();
    for id in rng.some(&["Custom One", "Custom Two"], 2) {
        let mut held = rng.some(&privileges, 6);
        if rng.chance(70) && !held.contains(&Privilege::Read) {
            held.push(Privilege::Read);
        }
        let pairs = held.iter().map(|p| (*p, *rng.pick(&depths))).collect();
        roles.push(role(id, None, RoleRights::Privileges(pairs)));
    }
    roles
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|w| (*w).to_owned()).collect()
}

fn cluster(rng: &mut Rng, people: &[PrincipalId]) -> Specifics {
    let resolutions: Vec<RolesResolution> = RolesResolution::iter().collect();
    let settings = OpenSearchSettings {
        model_access_control_enabled: rng.chance(85),
        security_enabled: rng.chance(90),
        roles_mapping_resolution: *rng.pick(&resolutions),
        super_administrators: if rng.chance(50) {
            rng.some(people, 2)
        } else {
            Vec::new()
        },
    };
    let mappings = (0..rng.below(4)).map(|_| mapping(rng)).collect();
    Specifics::OpenSearch {
        edition: *rng.pick(&[OpenSearchEdition::Documented, OpenSearchEdition::Released]),
        settings,
        mappings,
    }
}

pub fn mapping(rng: &mut Rng) -> RoleMapping {
    let backend = ["IT", "I*", "?T", "/[A-Z]+/", "HR", "*", "/i/", "it"];
    let users = ["alice", "a*", "?ob", "*", "/(carol|dave)/", "/car/", "Bob"];
    let hosts = ["127.0.0.1", "10.*", "node?"];
    let mut mapping = RoleMapping {
        role: (*rng.pick(CLUSTER_ROLES)).to_owned(),
        ..RoleMapping::default()
    };
    match rng.below(5) {
        0 => mapping.users = words(&rng.some(&users, 2)),
        1 => mapping.backend_roles = words(&rng.some(&backend, 2)),
        2 => mapping.and_backend_roles = words(&rng.some(&backend, 3)),
        3 => mapping.hosts = words(&rng.some(&hosts, 2)),
        _ => {
            mapping.users = words(&rng.some(&users, 1));
            mapping.backend_roles = words(&rng.some(&backend, 1));
            mapping.and_backend_roles = words(&rng.some(&backend, 2));
        }
    }
    mapping
}

fn power_platform(rng: &mut Rng) -> Specifics {
    let unit = |id: &str, parent: Option<&str>| BusinessUnit {
        id: id.to_owned(),
        parent: parent.map(str::to_owned),
    };
    let mut business_units = Vec::new();
    if rng.chance(80) {
        business_units = vec![
            unit("root", None),
            unit("a", Some("root")),
            unit("b", Some(*rng.pick(&["root", "a", "b"]))),
            unit("a1", Some(*rng.pick(&["a", "b"]))),
        ];
    }
    Specifics::AiBuilder {
        edition: *rng.pick(&[AiBuilderEdition::Y2022, AiBuilderEdition::Y2023]),
        settings: AiBuilderSettings {
            preview_models_enabled: rng.chance(50),
            preview_types: words(&rng.some(TYPES, 1)),
            unsupported_types: words(&rng.some(TYPES, 1)),
            share_to_previous_owner: false,
        },
        business_units,
    }
}

/// Accounts for most of those who can have one.
pub fn accounts(world: &mut World, rng: &mut Rng, place: EnvironmentId, platform: Platform) {
    let takes = |p: &deedbox::domain::Principal| match platform {
        Platform::OpenSearch => p.is_actor() && p.is_known(),
        Platform::AiBuilder => p.is_known(),
        _ => false,
    };
    let people: Vec<PrincipalId> = world
        .principals()
        .filter(|(_, p)| takes(p))
        .map(|(id, _)| id)
        .collect();
    for id in people {
        if rng.chance(65) {
            world.put_account(place, id, account(rng, platform));
        }
    }
}

/// What somebody is in an environment.
pub fn account(rng: &mut Rng, platform: Platform) -> Account {
    if platform == Platform::AiBuilder {
        let unit = rng.chance(80).then(|| (*rng.pick(UNITS)).to_owned());
        return Account {
            business_unit: unit,
            ..Account::default()
        };
    }
    let names = ["alice", "bob", "Bob", "carol", "dave", "Alice"];
    Account {
        name: rng.chance(90).then(|| (*rng.pick(&names)).to_owned()),
        backend_roles: words(&rng.some(BACKEND_ROLES, 2)),
        roles: words(&rng.some(CLUSTER_ROLES, 2)),
        business_unit: None,
    }
}
