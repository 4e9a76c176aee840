//! The role tables and methods, complete, against the platforms' own pages written down here again:
//! a permission that slips in or out of a table shows.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use deedbox::authz::platforms::google::Method;
use deedbox::authz::platforms::{access_by_mode, role_called, roles, share_levels, vocabulary};
use deedbox::authz::{ActionId, Request, Snapshot, check, role_gives};
use deedbox::domain::{
    Action, Capability, CapabilitySet, EnvironmentId, Platform, ResourceRef, Timestamp,
};
use deedbox::interop::document;
use deedbox::registry::Draft;

type Table = &'static [(&'static str, &'static [&'static str])];

/// The access control page, and the basic roles.
const DOCUMENTED: Table = &[
    (
        "roles/ml.admin",
        &[
            "ml.jobs.cancel",
            "ml.jobs.create",
            "ml.jobs.get",
            "ml.jobs.getIamPolicy",
            "ml.jobs.list",
            "ml.jobs.setIamPolicy",
            "ml.models.create",
            "ml.models.delete",
            "ml.models.get",
            "ml.models.getIamPolicy",
            "ml.models.list",
            "ml.models.predict",
            "ml.models.setIamPolicy",
            "ml.models.update",
            "ml.operations.cancel",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.versions.create",
            "ml.versions.delete",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
            "resourcemanager.projects.get",
        ],
    ),
    (
        "roles/ml.developer",
        &[
            "ml.jobs.create",
            "ml.jobs.get",
            "ml.jobs.getIamPolicy",
            "ml.jobs.list",
            "ml.models.create",
            "ml.models.get",
            "ml.models.getIamPolicy",
            "ml.models.list",
            "ml.models.predict",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
            "resourcemanager.projects.get",
        ],
    ),
    (
        "roles/ml.viewer",
        &[
            "ml.jobs.get",
            "ml.jobs.list",
            "ml.models.get",
            "ml.models.list",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.versions.get",
            "ml.versions.list",
            "resourcemanager.projects.get",
        ],
    ),
    (
        "roles/ml.modelOwner",
        &[
            "ml.models.delete",
            "ml.models.get",
            "ml.models.getIamPolicy",
            "ml.models.predict",
            "ml.models.setIamPolicy",
            "ml.models.update",
            "ml.versions.create",
            "ml.versions.delete",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
        ],
    ),
    (
        "roles/ml.modelUser",
        &[
            "ml.models.get",
            "ml.models.predict",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
        ],
    ),
    (
        "roles/ml.jobOwner",
        &["ml.jobs.cancel", "ml.jobs.get", "ml.jobs.getIamPolicy"],
    ),
    (
        "roles/ml.operationOwner",
        &["ml.operations.cancel", "ml.operations.get"],
    ),
    (
        "roles/viewer",
        &[
            "ml.jobs.get",
            "ml.jobs.list",
            "ml.models.get",
            "ml.models.list",
            "ml.models.predict",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
            "resourcemanager.projects.get",
        ],
    ),
    (
        "roles/editor",
        &[
            "ml.jobs.cancel",
            "ml.jobs.create",
            "ml.jobs.get",
            "ml.jobs.getIamPolicy",
            "ml.jobs.list",
            "ml.jobs.setIamPolicy",
            "ml.models.create",
            "ml.models.delete",
            "ml.models.get",
            "ml.models.getIamPolicy",
            "ml.models.list",
            "ml.models.predict",
            "ml.models.setIamPolicy",
            "ml.models.update",
            "ml.operations.cancel",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.versions.create",
            "ml.versions.delete",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
            "resourcemanager.projects.get",
        ],
    ),
    (
        "roles/owner",
        &[
            "ml.jobs.cancel",
            "ml.jobs.create",
            "ml.jobs.get",
            "ml.jobs.getIamPolicy",
            "ml.jobs.list",
            "ml.jobs.setIamPolicy",
            "ml.models.create",
            "ml.models.delete",
            "ml.models.get",
            "ml.models.getIamPolicy",
            "ml.models.list",
            "ml.models.predict",
            "ml.models.setIamPolicy",
            "ml.models.update",
            "ml.operations.cancel",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.versions.create",
            "ml.versions.delete",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
            "resourcemanager.projects.get",
            "resourcemanager.projects.getIamPolicy",
            "resourcemanager.projects.setIamPolicy",
        ],
    ),
];

/// The product in August 2026.
const Y2026: Table = &[
    (
        "roles/ml.admin",
        &[
            "ml.jobs.cancel",
            "ml.jobs.create",
            "ml.jobs.get",
            "ml.jobs.getIamPolicy",
            "ml.jobs.list",
            "ml.jobs.setIamPolicy",
            "ml.jobs.update",
            "ml.locations.get",
            "ml.locations.list",
            "ml.models.create",
            "ml.models.delete",
            "ml.models.get",
            "ml.models.getIamPolicy",
            "ml.models.list",
            "ml.models.predict",
            "ml.models.setIamPolicy",
            "ml.models.update",
            "ml.operations.cancel",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.studies.create",
            "ml.studies.delete",
            "ml.studies.get",
            "ml.studies.getIamPolicy",
            "ml.studies.list",
            "ml.studies.setIamPolicy",
            "ml.trials.create",
            "ml.trials.delete",
            "ml.trials.get",
            "ml.trials.list",
            "ml.trials.update",
            "ml.versions.create",
            "ml.versions.delete",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
            "ml.versions.update",
            "resourcemanager.projects.get",
        ],
    ),
    (
        "roles/ml.developer",
        &[
            "ml.jobs.create",
            "ml.jobs.get",
            "ml.jobs.getIamPolicy",
            "ml.jobs.list",
            "ml.locations.get",
            "ml.locations.list",
            "ml.models.create",
            "ml.models.get",
            "ml.models.getIamPolicy",
            "ml.models.list",
            "ml.models.predict",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.studies.create",
            "ml.studies.delete",
            "ml.studies.get",
            "ml.studies.getIamPolicy",
            "ml.studies.list",
            "ml.studies.setIamPolicy",
            "ml.trials.create",
            "ml.trials.delete",
            "ml.trials.get",
            "ml.trials.list",
            "ml.trials.update",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
            "resourcemanager.projects.get",
        ],
    ),
    (
        "roles/ml.editor",
        &[
            "ml.jobs.cancel",
            "ml.jobs.create",
            "ml.jobs.get",
            "ml.jobs.getIamPolicy",
            "ml.jobs.list",
            "ml.jobs.update",
            "ml.locations.get",
            "ml.locations.list",
            "ml.models.create",
            "ml.models.delete",
            "ml.models.get",
            "ml.models.getIamPolicy",
            "ml.models.list",
            "ml.models.predict",
            "ml.models.update",
            "ml.operations.cancel",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.studies.create",
            "ml.studies.delete",
            "ml.studies.get",
            "ml.studies.getIamPolicy",
            "ml.studies.list",
            "ml.trials.create",
            "ml.trials.delete",
            "ml.trials.get",
            "ml.trials.list",
            "ml.trials.update",
            "ml.versions.create",
            "ml.versions.delete",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
            "ml.versions.update",
            "resourcemanager.projects.get",
            "resourcemanager.projects.list",
        ],
    ),
    (
        "roles/ml.viewer",
        &[
            "ml.jobs.get",
            "ml.jobs.list",
            "ml.locations.get",
            "ml.locations.list",
            "ml.models.get",
            "ml.models.list",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.studies.get",
            "ml.studies.getIamPolicy",
            "ml.studies.list",
            "ml.trials.get",
            "ml.trials.list",
            "ml.versions.get",
            "ml.versions.list",
            "resourcemanager.projects.get",
        ],
    ),
    (
        "roles/ml.modelOwner",
        &[
            "ml.models.create",
            "ml.models.delete",
            "ml.models.get",
            "ml.models.getIamPolicy",
            "ml.models.list",
            "ml.models.predict",
            "ml.models.setIamPolicy",
            "ml.models.update",
            "ml.versions.create",
            "ml.versions.delete",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
            "ml.versions.update",
        ],
    ),
    (
        "roles/ml.modelUser",
        &[
            "ml.models.get",
            "ml.models.predict",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
        ],
    ),
    (
        "roles/ml.jobOwner",
        &[
            "ml.jobs.cancel",
            "ml.jobs.create",
            "ml.jobs.get",
            "ml.jobs.getIamPolicy",
            "ml.jobs.list",
            "ml.jobs.setIamPolicy",
            "ml.jobs.update",
        ],
    ),
    (
        "roles/ml.operationOwner",
        &[
            "ml.operations.cancel",
            "ml.operations.get",
            "ml.operations.list",
        ],
    ),
    (
        "roles/viewer",
        &[
            "ml.jobs.get",
            "ml.jobs.getIamPolicy",
            "ml.jobs.list",
            "ml.locations.get",
            "ml.locations.list",
            "ml.models.get",
            "ml.models.getIamPolicy",
            "ml.models.list",
            "ml.models.predict",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.studies.get",
            "ml.studies.getIamPolicy",
            "ml.studies.list",
            "ml.trials.get",
            "ml.trials.list",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
            "resourcemanager.projects.get",
        ],
    ),
    (
        "roles/editor",
        &[
            "ml.jobs.cancel",
            "ml.jobs.create",
            "ml.jobs.get",
            "ml.jobs.getIamPolicy",
            "ml.jobs.list",
            "ml.jobs.update",
            "ml.locations.get",
            "ml.locations.list",
            "ml.models.create",
            "ml.models.delete",
            "ml.models.get",
            "ml.models.getIamPolicy",
            "ml.models.list",
            "ml.models.predict",
            "ml.models.update",
            "ml.operations.cancel",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.studies.create",
            "ml.studies.delete",
            "ml.studies.get",
            "ml.studies.getIamPolicy",
            "ml.studies.list",
            "ml.trials.create",
            "ml.trials.delete",
            "ml.trials.get",
            "ml.trials.list",
            "ml.trials.update",
            "ml.versions.create",
            "ml.versions.delete",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
            "ml.versions.update",
            "resourcemanager.projects.get",
        ],
    ),
    (
        "roles/owner",
        &[
            "ml.jobs.cancel",
            "ml.jobs.create",
            "ml.jobs.get",
            "ml.jobs.getIamPolicy",
            "ml.jobs.list",
            "ml.jobs.setIamPolicy",
            "ml.jobs.update",
            "ml.locations.get",
            "ml.locations.list",
            "ml.models.create",
            "ml.models.delete",
            "ml.models.get",
            "ml.models.getIamPolicy",
            "ml.models.list",
            "ml.models.predict",
            "ml.models.setIamPolicy",
            "ml.models.update",
            "ml.operations.cancel",
            "ml.operations.get",
            "ml.operations.list",
            "ml.projects.getConfig",
            "ml.studies.create",
            "ml.studies.delete",
            "ml.studies.get",
            "ml.studies.getIamPolicy",
            "ml.studies.list",
            "ml.studies.setIamPolicy",
            "ml.trials.create",
            "ml.trials.delete",
            "ml.trials.get",
            "ml.trials.list",
            "ml.trials.update",
            "ml.versions.create",
            "ml.versions.delete",
            "ml.versions.get",
            "ml.versions.list",
            "ml.versions.predict",
            "ml.versions.update",
            "resourcemanager.projects.get",
            "resourcemanager.projects.getIamPolicy",
            "resourcemanager.projects.setIamPolicy",
        ],
    ),
];

/// Which permission a method needs on what, for callers who hold it on the project.
const METHODS: &[(&str, &str, &str)] = &[
    ("projects.getConfig", "p", "ml.projects.getConfig"),
    ("projects.jobs.cancel", "p/jobs/j", "ml.jobs.cancel"),
    ("projects.jobs.create", "p", "ml.jobs.create"),
    ("projects.jobs.get", "p/jobs/j", "ml.jobs.get"),
    ("projects.jobs.list", "p", "ml.jobs.list"),
    ("projects.models.create", "p", "ml.models.create"),
    ("projects.models.delete", "p/models/m", "ml.models.delete"),
    ("projects.models.get", "p/models/m", "ml.models.get"),
    ("projects.models.list", "p", "ml.models.list"),
    (
        "projects.models.versions.create",
        "p/models/m",
        "ml.versions.create",
    ),
    (
        "projects.models.versions.delete",
        "p/models/m/versions/v1",
        "ml.versions.delete",
    ),
    (
        "projects.models.versions.get",
        "p/models/m/versions/v1",
        "ml.versions.get",
    ),
    (
        "projects.models.versions.list",
        "p/models/m",
        "ml.versions.list",
    ),
    (
        "projects.models.versions.setDefault",
        "p/models/m",
        "ml.models.update",
    ),
    (
        "projects.operations.cancel",
        "p/operations/o",
        "ml.operations.cancel",
    ),
    (
        "projects.operations.get",
        "p/operations/o",
        "ml.operations.get",
    ),
    ("projects.operations.list", "p", "ml.operations.list"),
    (
        "projects.models.getIamPolicy",
        "p/models/m",
        "ml.models.getIamPolicy",
    ),
    (
        "projects.models.setIamPolicy",
        "p/models/m",
        "ml.models.setIamPolicy",
    ),
    (
        "projects.jobs.getIamPolicy",
        "p/jobs/j",
        "ml.jobs.getIamPolicy",
    ),
    (
        "projects.jobs.setIamPolicy",
        "p/jobs/j",
        "ml.jobs.setIamPolicy",
    ),
    ("projects.predict", "p/models/m", "ml.models.predict"),
    (
        "projects.predict",
        "p/models/m/versions/v1",
        "ml.versions.predict",
    ),
    ("projects.explain", "p/models/m", "ml.models.predict"),
    (
        "projects.explain",
        "p/models/m/versions/v1",
        "ml.versions.predict",
    ),
];

/// OpenSearch: what a reader may do.
const READS: &[&str] = &[
    "models/search",
    "models/get",
    "model_groups/search",
    "model_groups/get",
    "tasks/get",
    "tasks/search",
    "stats/nodes",
    "profile/nodes",
    "connectors/get",
    "connectors/search",
    "agents/get",
    "agents/search",
    "config/get",
    "tools/get",
    "tools/list",
];

/// Fabric: what workspace roles give on items and on the workspace.
const FABRIC_2025: Table = &[
    ("Viewer", &["Read"]),
    ("Contributor", &["Read", "Write"]),
    (
        "Member",
        &[
            "Read",
            "Write",
            "Reshare",
            "ListRoleAssignments",
            "AddRoleAssignment",
        ],
    ),
    (
        "Admin",
        &[
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
        ],
    ),
];

/// AI Builder: what security roles hold, at whatever depth.
const AI_BUILDER: Table = &[
    (
        "System Administrator",
        &[
            "create",
            "read",
            "write",
            "delete",
            "append",
            "append-to",
            "assign",
            "share",
            "read-training-data",
        ],
    ),
    (
        "System Customizer",
        &[
            "create",
            "read",
            "write",
            "delete",
            "append",
            "append-to",
            "assign",
            "share",
            "read-training-data",
        ],
    ),
    (
        "Environment Maker",
        &[
            "create",
            "read",
            "write",
            "delete",
            "append",
            "append-to",
            "share",
        ],
    ),
    (
        "Maker without Share",
        &["create", "read", "write", "delete", "append", "append-to"],
    ),
    ("Basic User", &["read"]),
];

fn state(text: &str) -> Snapshot {
    let document = document::read(text, "test").unwrap();
    let mut draft = Draft::new(&Snapshot::default());
    document::apply(&document, &mut draft).unwrap();
    draft.finish().1
}

fn environment(platform: &str, edition: &str) -> Snapshot {
    state(&format!(
        "{{deedbox: 1, environments: [{{id: p, platform: {platform}, edition: '{edition}'}}]}}"
    ))
}

fn id(snapshot: &Snapshot) -> EnvironmentId {
    snapshot.find_environment("p").unwrap()
}

/// The roles of an edition with the names of what each holds.
fn held(platform: &str, edition: &str) -> Vec<(String, BTreeSet<&'static str>)> {
    let snapshot = environment(platform, edition);
    let place = snapshot.place(id(&snapshot)).unwrap();
    let platform = place.platform();
    let names = |role: deedbox::authz::platforms::RoleInfo| {
        let names = role
            .rights
            .permissions
            .iter()
            .map(|p| p.name(platform))
            .collect();
        (role.name, names)
    };
    roles(&place.environment).into_iter().map(names).collect()
}

fn assert_table(platform: &str, edition: &str, table: Table) {
    let held = held(platform, edition);
    assert_eq!(
        held.len(),
        table.len(),
        "{platform} {edition} has other roles"
    );
    for (role, expected) in table {
        let (_, found) = held.iter().find(|(name, _)| name == role).unwrap();
        let expected: BTreeSet<&str> = expected.iter().copied().collect();
        assert_eq!(*found, expected, "{platform} {edition} {role}");
    }
}

#[test]
fn google_documented() {
    let sizes: Vec<usize> = DOCUMENTED.iter().take(7).map(|(_, p)| p.len()).collect();
    assert_eq!(sizes, [24, 16, 10, 11, 5, 3, 2]);
    assert_table("google-ai-platform", "documented", DOCUMENTED);
}

#[test]
fn google_2026() {
    assert_table("google-ai-platform", "2026", Y2026);
}

#[test]
fn editor_is_admin_and_owner_adds_the_projects_policy() {
    let of = |role| DOCUMENTED.iter().find(|(name, _)| *name == role).unwrap().1;
    assert_eq!(of("roles/editor"), of("roles/ml.admin"));
    let owner: BTreeSet<_> = of("roles/owner").iter().collect();
    let editor: BTreeSet<_> = of("roles/editor").iter().collect();
    let added: Vec<_> = owner.difference(&editor).collect();
    assert_eq!(added.len(), 2);
    assert!(
        added
            .iter()
            .all(|p| p.starts_with("resourcemanager.projects."))
    );
}

#[test]
fn every_documented_list_is_within_that_of_2026() {
    for (role, documented) in DOCUMENTED.iter().take(7) {
        let (_, now) = Y2026.iter().find(|(name, _)| name == role).unwrap();
        for permission in *documented {
            assert!(now.contains(permission), "{role} {permission}");
        }
    }
}

/// One user a permission, who holds just that one on the project.
fn one_permission_each() -> Snapshot {
    let mut roles = String::new();
    let mut bindings = String::new();
    for (number, permission) in vocabulary(Platform::Google).iter().enumerate() {
        writeln!(
            roles,
            "      - {{id: r{number}, permissions: [{permission}]}}"
        )
        .unwrap();
        writeln!(
            bindings,
            "        - {{role: r{number}, members: [user:u{number}@x.test]}}"
        )
        .unwrap();
    }
    state(&format!(
        "deedbox: 1
environments:
  - id: p
    platform: google-ai-platform
    roles:
{roles}    policy:
      bindings:
{bindings}    models: [{{id: m, versions: [{{id: v1}}]}}]
    jobs: [{{id: j}}]
    operations: [{{id: o}}]
"
    ))
}

#[test]
fn a_method_needs_its_permission_and_no_other() {
    let snapshot = one_permission_each();
    for (method, on, needed) in METHODS {
        let target = snapshot.find(&ResourceRef::parse(on).unwrap()).unwrap();
        let action = Action::Native((*method).to_owned());
        let action = ActionId::resolve(Platform::Google, &action).unwrap();
        for (number, permission) in vocabulary(Platform::Google).iter().enumerate() {
            let who = snapshot
                .find_principal(&format!("user:u{number}@x.test"))
                .unwrap();
            let verdict = check(&snapshot, &Request::new(who, action, target, Timestamp(0)));
            assert_eq!(
                verdict.is_allowed(),
                permission == needed,
                "{method} on {on}, {permission}"
            );
        }
    }
}

#[test]
fn every_method_is_one_of_the_pages() {
    let found: BTreeSet<&str> = Method::all().map(Method::name).collect();
    let expected: BTreeSet<&str> = METHODS.iter().map(|(method, ..)| *method).collect();
    assert_eq!(found, expected);
    assert_eq!(Method::all().count(), expected.len(), "each once");
}

/// What a share can name on each platform, from the usual to the widest.
#[test]
fn levels_of_sharing() {
    let google = &["roles/ml.modelUser", "roles/ml.modelOwner"][..];
    let expected: &[(&str, &str, &[&str])] = &[
        ("google-ai-platform", "documented", google),
        ("google-ai-platform", "2026", google),
        ("opensearch", "documented", &[]),
        ("opensearch", "released", &[]),
        (
            "fabric",
            "2025",
            &[
                "Read",
                "Read, Reshare",
                "Read, Write",
                "Read, Write, Reshare",
            ],
        ),
        (
            "fabric",
            "2026",
            &[
                "Read",
                "Read, Execute",
                "Read, Reshare",
                "Read, Write",
                "Read, Write, Reshare",
            ],
        ),
        ("ai-builder", "2022", &["User"]),
        ("ai-builder", "2023", &["User", "Co-owner"]),
    ];
    for (platform, edition, roles) in expected {
        let snapshot = environment(platform, edition);
        let place = snapshot.place(id(&snapshot)).unwrap();
        let levels = share_levels(&place.environment);
        let named: Vec<&str> = levels.iter().map(|l| l.role.as_str()).collect();
        assert_eq!(named, *roles, "{platform} {edition}");
        assert!(
            levels
                .iter()
                .all(|l| !l.title.is_empty() && !l.means.is_empty())
        );
        // OpenSearch's groups have a mode instead.
        assert_eq!(
            access_by_mode(place.platform()),
            roles.is_empty(),
            "{platform}"
        );
    }
}

/// What a role alone lets its holder do to any model and to one of their own.
#[test]
fn roles_are_meant_by_their_titles() {
    let snapshot = state(
        "deedbox: 1
environments:
  - id: p
    platform: google-ai-platform
    roles:
      - {id: projects/p/roles/scorer, title: Scorer, permissions: [ml.models.predict]}
      - {id: projects/p/roles/one, title: Twice, permissions: [ml.models.get]}
      - {id: projects/p/roles/two, title: Twice, permissions: [ml.models.list]}
  - id: w
    platform: fabric
  - id: d
    platform: ai-builder
    roles: [{id: reads, title: Reader, privileges: {read: organization}}]
",
    );
    let called = |place: &str, text: &str| {
        let id = snapshot.find_environment(place).unwrap();
        role_called(&snapshot.place(id).unwrap().environment, text)
    };
    for (place, text, role) in [
        ("p", "model user", "roles/ml.modelUser"),
        ("p", "scorer", "projects/p/roles/scorer"),
        ("p", "projects/p/roles/scorer", "projects/p/roles/scorer"),
        ("p", "Twice", "Twice"),
        ("p", "Nothing", "Nothing"),
        ("w", "Read and share", "Read, Reshare"),
        // A security role is nothing that a single model is shared with.
        ("d", "Reader", "Reader"),
    ] {
        assert_eq!(called(place, text), role, "{text} in {place}");
    }
}

#[test]
fn what_roles_give() {
    use deedbox::domain::Capability::{
        Delete, Download, Edit, Reassign, Run, See, Share, View, ViewAccess,
    };
    let write = [See, View, Run, Download, Edit, Delete];
    let all_but_download = [See, View, Run, Edit, ViewAccess, Share, Reassign, Delete];
    let expected: &[(&str, &str, &[Capability], &[Capability])] = &[
        (
            "google-ai-platform",
            "roles/ml.viewer",
            &[See, View],
            &[See, View],
        ),
        (
            "google-ai-platform",
            "roles/ml.developer",
            &[See, View, Run, ViewAccess],
            &[See, View, Run, ViewAccess],
        ),
        (
            "google-ai-platform",
            "roles/ml.admin",
            &all_but_download,
            &all_but_download,
        ),
        ("google-ai-platform", "roles/ml.magician", &[], &[]),
        (
            "fabric",
            "Viewer",
            &[See, View, Download],
            &[See, View, Download],
        ),
        ("fabric", "Contributor", &write, &write),
        (
            "ai-builder",
            "Basic User",
            &[],
            &[See, View, Run, ViewAccess],
        ),
        (
            "ai-builder",
            "Environment Maker",
            &[],
            &[See, View, Run, Edit, ViewAccess, Share, Delete],
        ),
        (
            "ai-builder",
            "Maker without Share",
            &[],
            &[See, View, Run, Edit, ViewAccess, Delete],
        ),
        (
            "ai-builder",
            "System Administrator",
            &all_but_download,
            &all_but_download,
        ),
        (
            "opensearch",
            "ml_read_access",
            &[See, View, Download, ViewAccess],
            &[See, View, Download, ViewAccess],
        ),
    ];
    for (platform, role, any, own) in expected {
        let snapshot = state(&format!(
            "{{deedbox: 1, environments: [{{id: p, platform: {platform}}}]}}"
        ));
        let gives = role_gives(&snapshot, id(&snapshot), role, Timestamp(0));
        let set = |list: &[Capability]| list.iter().copied().collect::<CapabilitySet>();
        assert_eq!(gives.any, set(any), "{role} on any model");
        assert_eq!(gives.own, set(own), "{role} on an own model");
    }
}

#[test]
fn opensearch_roles() {
    let every: BTreeSet<&str> = vocabulary(Platform::OpenSearch).iter().copied().collect();
    for edition in ["documented", "released"] {
        for (role, found) in held("opensearch", edition) {
            let reads = role.contains("read");
            let expected = if reads {
                READS.iter().copied().collect()
            } else {
                every.clone()
            };
            assert_eq!(found, expected, "{edition} {role}");
        }
    }
}

#[test]
fn fabric_roles() {
    assert_table("fabric", "2025", FABRIC_2025);
    for (role, mut found) in held("fabric", "2026") {
        assert!(
            found.remove("ViewExecutionOutput"),
            "{role} sees execution output"
        );
        assert_eq!(found.remove("Execute"), role != "Viewer", "{role}");
        let (_, before) = FABRIC_2025.iter().find(|(name, _)| *name == role).unwrap();
        assert_eq!(found, before.iter().copied().collect(), "{role}");
    }
}

#[test]
fn ai_builder_roles() {
    for edition in ["2022", "2023"] {
        assert_table("ai-builder", edition, AI_BUILDER);
    }
}
