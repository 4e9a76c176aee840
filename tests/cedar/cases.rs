//! Small organizations made by hand: what random ones seldom or never show.

use deedbox::authz::{ActionId, Request, Snapshot, check, platforms};
use deedbox::domain::{Binding, Key, Platform, Record, Resource, ResourceRef, Timestamp};
use deedbox::interop::cedar::{self, Export};
use deedbox::interop::document;
use deedbox::registry::Draft;

use super::authorizer::{self, Cedar, uid};

pub fn load(text: &str) -> Snapshot {
    let document = document::read(text, "case.yaml").unwrap_or_else(|p| panic!("{p}"));
    let mut draft = Draft::new(&Snapshot::default());
    document::apply(&document, &mut draft).unwrap_or_else(|p| panic!("{p}"));
    draft.finish().1
}

/// Changes a record as no document would.
pub fn edit(snapshot: &mut Snapshot, id: &str, change: impl FnOnce(&mut Resource)) {
    let target = snapshot.find(&ResourceRef::parse(id).unwrap()).unwrap();
    let id = target.resource().unwrap();
    let mut resource = snapshot.resource(id).unwrap().clone();
    change(&mut resource);
    let key = Key::Resource(resource.environment, id);
    snapshot.put(&key, Some(Record::Resource(resource)));
}

/// Who, permission, type and id of the resource, when, and what has to come of it.
pub type Case<'a> = (&'a str, &'a str, &'a str, &'a str, i64, bool);

/// Asks Cedar and the core, and gives the export back.
pub fn both_say(snapshot: &Snapshot, cases: &[Case<'_>]) -> Export {
    let export = cedar::export(snapshot, None);
    let cedar = Cedar::load_strictly(&export);
    for (who, permission, kind, id, at, expected) in cases {
        let platform = if kind.starts_with("Google") {
            Platform::Google
        } else {
            Platform::Fabric
        };
        let principal = snapshot.find_principal(who).unwrap();
        let at = Timestamp(*at);
        let asked = format!("{who} {permission} {id} at {at}");
        let target = snapshot.find(&ResourceRef::parse(id).unwrap()).unwrap();
        let action = platforms::find_permission(platform, permission).unwrap();
        let request = Request::new(principal, ActionId::Permission(action), target, at);
        assert_eq!(
            check(snapshot, &request).is_allowed(),
            *expected,
            "core: {asked}"
        );
        let allowed = cedar.allows(
            authorizer::principal(snapshot.principal(principal).unwrap()),
            authorizer::action(platform, permission),
            uid(kind, id),
            at,
        );
        assert_eq!(allowed, *expected, "Cedar: {asked}\n{}", export.policies);
    }
    export
}

#[test]
fn windows_end_where_the_cores_end() {
    let snapshot = load(
        r#"
deedbox: 1
directory: {users: [{id: ann}]}
environments:
  - id: p
    platform: google-ai-platform
    models:
      - id: m
        policy:
          bindings:
            - role: roles/ml.modelUser
              members: [user:ann]
              condition: {expression: 'request.time > timestamp("1969-12-31T23:59:49.5Z") && request.time <= timestamp("1970-01-01T00:00:20Z")'}
            - role: roles/ml.modelOwner
              members: [user:ann]
              condition: {expression: 'request.time < timestamp("1970-01-01T00:00:10Z") || true'}
"#,
    );
    let use_at = |at, yes| {
        (
            "user:ann",
            "ml.models.predict",
            "Google::Model",
            "p/models/m",
            at,
            yes,
        )
    };
    let own_at = |at| {
        (
            "user:ann",
            "ml.models.delete",
            "Google::Model",
            "p/models/m",
            at,
            false,
        )
    };
    let export = both_say(
        &snapshot,
        &[
            use_at(-11, false),
            use_at(-10, true),
            use_at(20, true),
            use_at(21, false),
            own_at(0),
        ],
    );
    let text = "when { context.now >= -10 && context.now < 21 };";
    assert!(export.policies.contains(text), "{}", export.policies);
    assert!(export.notes[0].contains("`p/models/m/bindings[1]` has a condition"));
}

#[test]
fn fabric_words_are_read_as_the_edition_reads_them() {
    let workspace = |id: &str| {
        format!(
            "
  - id: w{id}
    platform: fabric
    edition: '{id}'
    bindings: [{{role: MEMBER, members: [user:ann]}}]
    models:
      - id: m
        owner: user:cem
        versions: [{{id: '1'}}]
        shares:
          - {{with: user:ben, permissions: [edit, EXECUTE]}}
          - {{with: user:dee, permissions: [Read]}}
    experiments: [{{id: e, owner: user:cem, runs: [{{id: r}}]}}]"
        )
    };
    let mut snapshot = load(&format!(
        "
deedbox: 1
directory: {{users: [{{id: ann}}, {{id: ben}}, {{id: cem}}, {{id: dee}}]}}
environments:{}{}
",
        workspace("2025"),
        workspace("2026")
    ));
    for (workspace, newer) in [("w2025", false), ("w2026", true)] {
        let of = |rest: &str| format!("{workspace}/{rest}");
        let (model, version) = (of("models/m"), of("models/m/versions/1"));
        // An import writes Read itself; what comes another way may name less.
        edit(&mut snapshot, &model, |m| {
            m.policy.bindings[1].role = "Execute | Nonsense".into();
        });
        let run = of("experiments/e/runs/r");
        let whole = "Fabric::Workspace";
        both_say(
            &snapshot,
            &[
                ("user:ann", "AddRoleAssignment", whole, workspace, 0, true),
                (
                    "user:ann",
                    "DeleteRoleAssignment",
                    whole,
                    workspace,
                    0,
                    false,
                ),
                ("user:ann", "Reshare", "Fabric::Run", &run, 0, true),
                ("user:ann", "Execute", "Fabric::Run", &run, 0, newer),
                ("user:ben", "Read", "Fabric::Version", &version, 0, true),
                ("user:ben", "Write", "Fabric::Model", &model, 0, true),
                ("user:ben", "Execute", "Fabric::Model", &model, 0, newer),
                ("user:ben", "Reshare", "Fabric::Model", &model, 0, false),
                ("user:ben", "Read", whole, workspace, 0, false),
                ("user:cem", "Read", "Fabric::Model", &model, 0, false),
                // Read comes with any share, even of what the edition does not know.
                ("user:dee", "Read", "Fabric::Model", &model, 0, true),
                ("user:dee", "Execute", "Fabric::Model", &model, 0, newer),
            ],
        );
    }
}

#[test]
fn roles_that_grant_nothing_are_comments() {
    let snapshot = load(
        "
deedbox: 1
directory: {users: [{id: ann}]}
environments:
  - id: p
    platform: google-ai-platform
    roles:
      - {id: projects/p/roles/on, permissions: [ml.models.get, ml.no.such]}
      - {id: projects/p/roles/off, stage: DISABLED, permissions: [ml.models.update]}
      - {id: projects/p/roles/odd, permissions: [ml.no.such]}
      - {id: roles/ml.viewer, permissions: [ml.models.delete]}
    inherited_bindings: [{role: organizations/1/roles/gone, members: [user:ann]}]
    policy:
      bindings:
        - {role: projects/p/roles/on, members: [user:ann, 'deleted:user:ann?uid=7']}
        - {role: projects/p/roles/off, members: [user:ann]}
        - {role: projects/p/roles/odd, members: [user:ann]}
        - {role: roles/ml.viewer, members: [user:ann]}
",
    );
    let on = |permission, yes| ("user:ann", permission, "Google::Project", "p", 0, yes);
    let export = both_say(
        &snapshot,
        &[
            on("ml.models.get", true),
            on("ml.models.update", false),
            // A predefined name means the predefined role.
            on("ml.models.delete", false),
            on("ml.models.list", true),
        ],
    );
    let names = Cedar::load(&export).policy_names();
    let expected = [
        "only-active",
        "p/bindings[0].members[0]",
        "p/bindings[3].members[0]",
    ];
    assert_eq!(names, expected);
    let roles = "`p/bindings[1]`, `p/bindings[2]`, `p/inherited_bindings[0]` name roles";
    assert!(export.notes[0].starts_with(roles), "{:?}", export.notes);
    let nobody = "`deleted:user:ann?uid=7` never matches anybody";
    assert!(export.notes[1].starts_with(nobody), "{:?}", export.notes);
    let comment = "// \"p/bindings[0].members[1]\": \"deleted:user:ann?uid=7\" never matches";
    assert!(export.policies.contains(comment), "{}", export.policies);
}

#[test]
fn an_operation_has_just_its_automatic_owner() {
    let mut snapshot = load(
        "
deedbox: 1
directory:
  users: [{id: ann}, {id: ben}, {id: sue, status: suspended}]
environments:
  - id: p
    platform: google-ai-platform
    operations: [{id: o, owner: user:ann}, {id: s, owner: user:sue}, {id: n}]
",
    );
    let get = |who, id, yes| (who, "ml.operations.get", "Google::Operation", id, 0, yes);
    both_say(
        &snapshot,
        &[
            get("user:ann", "p/operations/o", true),
            get("user:ben", "p/operations/o", false),
            get("user:sue", "p/operations/s", false),
            get("user:ann", "p/operations/n", false),
        ],
    );
    // No document brings a policy for an operation. One that is there all the same is not carried.
    let ben = snapshot.find_principal("user:ben").unwrap();
    let binding = Binding::new(platforms::google::OPERATION_OWNER, ben);
    edit(&mut snapshot, "p/operations/n", |operation| {
        operation.policy.bindings = vec![binding];
    });
    let export = cedar::export(&snapshot, None);
    let note = "`p/operations/n` has bindings that were left out";
    assert!(export.notes[0].starts_with(note), "{:?}", export.notes);
}

/// Tombstones that nothing but their numbers tells apart.
/// Where a moment is missing, what ends is denied: no grant outlives its window by a slip.
#[test]
fn without_a_moment_only_what_always_holds_is_allowed() {
    let snapshot = load(
        "
deedbox: 1
directory: {users: [{id: ann}]}
environments:
  - id: w
    platform: fabric
    bindings: [{role: Viewer, members: [user:ann]}]
    models:
      - {id: m, owner: user:ann, shares: [{with: user:ann, permissions: [Write], ends: 2999-01-01T00:00:00Z}]}
",
    );
    let cedar = Cedar::load(&cedar::export(&snapshot, None));
    let asked = |permission| {
        cedar.allows_without_a_moment(
            uid("Directory::User", "ann"),
            uid("Fabric::Action", permission),
            uid("Fabric::Model", "w/models/m"),
        )
    };
    assert!(asked("Read"));
    assert!(!asked("Write"));
}
