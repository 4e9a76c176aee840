//! What a change of any kind means on the platforms: derived from the records that it changes, so also
//! for changes that no single intent makes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there"
)]

use deedbox::authz::Snapshot;
use deedbox::domain::{
    AccessMode, Account, Binding, Body, Condition, CustomRole, EnvironmentId, Key, PrincipalId,
    PrincipalKind, Resource, ResourceId, ResourceRef, RoleRights, Status, Timestamp,
};
use deedbox::interop::document;
use deedbox::registry::Draft;
use deedbox::registry::steps::derive;

/// 2026-11-21, noon.
const NOON: Timestamp = Timestamp(1_795_262_400);

const EVERYTHING: &str = "
deedbox: 1
directory:
  users: [{id: ann@x.test}, {id: bob@x.test}, {id: cat@x.test}, {id: dan@x.test}]
environments:
  - id: p
    platform: google-ai-platform
    policy: {bindings: [{role: roles/ml.viewer, members: [user:ann@x.test]}]}
    roles: [{id: organizations/7/roles/reader, permissions: [ml.models.get]}]
    models: [{id: plain, policy: {bindings: [{role: roles/ml.modelUser, members: [user:ann@x.test]}]}}, {id: it's mine}]
    jobs: [{id: train}]
  - id: s
    platform: opensearch
    accounts:
      - {user: user:ann@x.test, name: ann, backend_roles: [red], roles: [ml_full_access]}
      - {user: user:bob@x.test, name: shared}
    roles: [{id: looks, actions: [\"cluster:admin/opensearch/ml/models/get\"]}]
    model_groups:
      - {id: red, name: red, description: all red, owner: user:ann@x.test, access: restricted, backend_roles: [red]}
      - {id: odd, owner: user:ann@x.test}
    models: [{id: loose, owner: user:ann@x.test}]
  - id: w
    platform: fabric
    bindings: [{role: Admin, members: [user:bob@x.test]}, {role: Viewer, members: [user:ann@x.test]}]
    models: [{id: m, owner: user:ann@x.test}]
    experiments: [{id: x, owner: user:ann@x.test}]
  - id: d
    platform: ai-builder
    business_units: [{id: root}, {id: emea, parent: root}]
    accounts: [{user: user:ann@x.test, business_unit: root}]
    roles: [{id: reader, title: Reads, privileges: {read: organization}}]
    models:
      - {id: kept, owner: user:ann@x.test, type: document-processing, datasets_container: {id: c1, owner: user:ann@x.test}}
      - {id: bare, owner: user:ann@x.test, type: document-processing}
      - {id: tab, owner: user:ann@x.test, type: prediction}
";

fn written(text: &str) -> Snapshot {
    let document = document::read(text, "test").unwrap_or_else(|p| panic!("{p}"));
    let mut draft = Draft::new(&Snapshot::default());
    document::apply(&document, &mut draft).unwrap_or_else(|p| panic!("{p}"));
    draft.finish().1
}

/// What a change of everything's state means for the platforms.
fn derived(change: impl FnOnce(&mut Draft)) -> Vec<String> {
    derived_from(&written(EVERYTHING), change)
}

fn derived_from(before: &Snapshot, change: impl FnOnce(&mut Draft)) -> Vec<String> {
    let mut draft = Draft::new(before);
    change(&mut draft);
    let (changes, after) = draft.finish();
    derive(before, &after, &changes, NOON)
}

fn who(draft: &Draft, name: &str) -> PrincipalId {
    let reference = format!("user:{name}@x.test");
    draft.now().find_principal(&reference).unwrap()
}

fn place(draft: &Draft, id: &str) -> EnvironmentId {
    draft.now().find_environment(id).unwrap()
}

fn thing(draft: &Draft, id: &str) -> ResourceId {
    let target = draft.now().find(&ResourceRef::parse(id).unwrap());
    target.unwrap().resource().unwrap()
}

/// What a change of one resource means.
fn on(id: &str, change: impl FnOnce(&Draft, &mut Resource)) -> Vec<String> {
    derived(|draft| {
        let before = draft.clone();
        draft.edit_resource(thing(&before, id), |resource| change(&before, resource));
    })
}

/// What a change of somebody's account means; one that nobody had begins empty.
fn on_account(environment: &str, name: &str, change: impl FnOnce(&mut Account)) -> Vec<String> {
    derived(|draft| {
        let (id, who) = (place(draft, environment), who(draft, name));
        draft.edit_account(id, who, change);
    })
}

/// What it means that somebody's account goes.
fn without_account(environment: &str, name: &str) -> Vec<String> {
    derived(|draft| {
        let key = Key::Account(place(draft, environment), who(draft, name));
        draft.put(key, None);
    })
}

fn until(text: &str) -> Condition {
    when(&format!("request.time < timestamp('{text}')"))
}

fn when(expression: &str) -> Condition {
    Condition {
        title: None,
        description: None,
        expression: expression.into(),
    }
}

#[test]
fn what_is_deleted_goes_by_the_platforms_own_words() {
    for (id, step) in [
        (
            "p/models/plain",
            "gcloud ai-platform models delete plain --project=p",
        ),
        (
            "p/models/it's mine",
            r"gcloud ai-platform models delete 'it'\''s mine' --project=p",
        ),
        ("s/groups/red", "DELETE /_plugins/_ml/model_groups/red"),
        ("s/models/loose", "DELETE /_plugins/_ml/models/loose"),
        ("w/models/m", "Delete m in w."),
        ("w/experiments/x", "Delete x in w."),
        ("d/models/tab", "Delete tab in d."),
    ] {
        assert_eq!(derived(|d| d.remove_resource(thing(d, id))), [step], "{id}");
    }
    // A job ends there by itself.
    let job = derived(|d| d.remove_resource(thing(d, "p/jobs/train")));
    assert_eq!(job, [""; 0]);
}

#[test]
fn an_account_is_an_internal_user() {
    let path = "/_plugins/_security/api/internalusers";
    let red = || vec!["red".to_owned()];
    let new = on_account("s", "dan", |account| {
        account.name = Some("dan".into());
        account.backend_roles = red();
    });
    let body = r#"{"backend_roles":["red"],"opendistro_security_roles":[]}"#;
    assert_eq!(new, [format!("PUT {path}/dan {body} with a password")]);
    let other = on_account("s", "ann", |account| account.backend_roles.clear());
    let backend = r#"{"op":"replace","path":"/backend_roles","value":[]}"#;
    assert_eq!(other, [format!("PATCH {path}/ann [{backend}]")]);
    let other = on_account("s", "ann", |account| account.roles = red());
    let roles = r#"{"op":"replace","path":"/opendistro_security_roles","value":["red"]}"#;
    assert_eq!(other, [format!("PATCH {path}/ann [{roles}]")]);
    let both = on_account("s", "ann", |account| {
        account.backend_roles.clear();
        account.roles = red();
    });
    assert_eq!(both, [format!("PATCH {path}/ann [{backend},{roles}]")]);
    let nothing = on_account("s", "ann", |account| {
        account.business_unit = Some("u".into());
    });
    assert_eq!(nothing, [""; 0], "nothing there has a business unit");
    assert_eq!(without_account("s", "ann"), [format!("DELETE {path}/ann")]);
    // What somebody else goes by too stays, and may be changed.
    let mut draft = Draft::new(&written(EVERYTHING));
    let (cluster, bob, cat) = (place(&draft, "s"), who(&draft, "bob"), who(&draft, "cat"));
    draft.edit_account(cluster, cat, |account| account.name = Some("shared".into()));
    let both = draft.finish().1;
    let gone = derived_from(&both, |draft| draft.put(Key::Account(cluster, bob), None));
    assert_eq!(gone, [""; 0]);
    let changed = derived_from(&both, |draft| {
        draft.edit_account(cluster, bob, |account| account.roles = red());
    });
    assert_eq!(changed, [format!("PATCH {path}/shared [{roles}]")]);
    let nameless = on_account("s", "dan", |account| account.roles = red());
    assert_eq!(nameless, [""; 0], "nobody knows what to call them");
}

#[test]
fn an_account_of_dataverse_is_moved_by_hand() {
    let moved = |name: &str, unit: &str| {
        on_account("d", name, |account| {
            account.business_unit = Some(unit.into());
        })
    };
    let step = |name: &str| format!("In d, move {name}@x.test to the business unit emea.");
    assert_eq!(moved("ann", "emea"), [step("ann")]);
    assert_eq!(moved("bob", "emea"), [step("bob")]);
    let named = on_account("d", "ann", |account| account.name = Some("ann".into()));
    assert_eq!(named, [""; 0], "and is where it was");
    assert_eq!(without_account("d", "ann"), [""; 0]);
    let elsewhere = on_account("w", "ann", |account| account.name = Some("ann".into()));
    assert_eq!(elsewhere, [""; 0], "a workspace has no accounts");
}

#[test]
fn a_group_is_changed_in_what_differs() {
    let put = |body: &str| [format!("PUT /_plugins/_ml/model_groups/red {body}")];
    let access = |resource: &mut Resource, access, roles: &[&str]| {
        resource.body = Body::ModelGroup {
            access: Some(access),
            backend_roles: roles.iter().map(|r| (*r).to_owned()).collect(),
        };
    };
    let named = on("s/groups/red", |_, group| group.name = "blue".into());
    assert_eq!(named, put(r#"{"name":"blue"}"#));
    let told = on("s/groups/red", |_, group| group.description = None);
    assert_eq!(told, put(r#"{"description":""}"#));
    let closed = on("s/groups/red", |_, group| {
        access(group, AccessMode::Private, &[]);
    });
    assert_eq!(closed, put(r#"{"access_mode":"private"}"#));
    let wider = on("s/groups/red", |_, group| {
        access(group, AccessMode::Restricted, &["red", "blue"]);
    });
    let body = r#"{"access_mode":"restricted","backend_roles":["red","blue"]}"#;
    assert_eq!(wider, put(body));
    let owned = |draft: &Draft, resource: &mut Resource| resource.owner = Some(who(draft, "bob"));
    assert_eq!(
        on("s/groups/red", owned),
        [
            "OpenSearch has no request that changes the owner of a model group: register red anew as the new owner, or keep this record only."
        ]
    );
    // Models follow their group, and what only deedbox keeps is nothing to the cluster.
    assert_eq!(on("s/models/loose", owned), [""; 0]);
    let kept = on("s/groups/red", |_, group| {
        group.policy.etag = Some("e".into());
    });
    assert_eq!(kept, [""; 0]);
    let modeless = on("s/groups/odd", |_, group| group.name = "even".into());
    assert_eq!(
        modeless, [""; 0],
        "there is no request for what has no mode"
    );
}

#[test]
fn roles_of_a_workspace_come_and_go_by_hand() {
    let steps = derived(|draft| {
        let ann = who(draft, "ann");
        draft.edit_environment(place(draft, "w"), |workspace| {
            workspace.policy.bindings.truncate(1);
            let mut grant = Binding::new("Member", ann);
            grant.condition = Some(until("2027-03-01T00:00:00Z"));
            workspace.policy.bindings.push(grant);
        });
    });
    assert_eq!(
        steps,
        [
            "In w, take the role Viewer from ann@x.test.",
            "In w, give ann@x.test the role Member; take it away again on 2027-03-01.",
        ]
    );
}

#[test]
fn a_row_goes_with_its_training_data() {
    let owned = |draft: &Draft, resource: &mut Resource| resource.owner = Some(who(draft, "bob"));
    let assigned = |name: &str| {
        format!("Assign the AI Model {name} to bob@x.test (Advanced Find › AI Models › Assign).")
    };
    let container = "Assign the AI Builder Datasets Container c1 to bob@x.test; it does not follow the model by itself.";
    let by_hand = "Give bob@x.test access to the training data of tab by hand.";
    assert_eq!(on("d/models/kept", owned), [&assigned("kept"), container]);
    assert_eq!(on("d/models/bare", owned), [assigned("bare")]);
    assert_eq!(on("d/models/tab", owned), [&assigned("tab"), by_hand]);
}

#[test]
fn a_project_is_told_of_conditions_where_it_has_any() {
    let given = |condition: Option<Condition>, role: &str| {
        derived(|draft| {
            let bob = who(draft, "bob");
            draft.edit_environment(place(draft, "p"), |project| {
                let mut grant = Binding::new(role, bob);
                grant.condition = condition;
                project.policy.bindings.push(grant);
                project.policy.bindings.remove(0);
            });
        })
    };
    let line = |verb: &str, name: &str, role: &str, condition: &str| {
        format!(
            "gcloud projects {verb}-iam-policy-binding p --member='user:{name}@x.test' --role='{role}'{condition}"
        )
    };
    assert_eq!(
        given(None, "roles/ml.jobOwner"),
        [
            line("remove", "ann", "roles/ml.viewer", ""),
            line("add", "bob", "roles/ml.jobOwner", ""),
        ]
    );
    let spring = "2027-03-01T00:00:00Z";
    let condition = format!(
        r" --condition='expression=request.time < timestamp('\''{spring}'\''),title=condition'"
    );
    assert_eq!(
        given(Some(until(spring)), "roles/ml.jobOwner"),
        [
            line("remove", "ann", "roles/ml.viewer", " --condition=None"),
            line("add", "bob", "roles/ml.jobOwner", &condition),
        ]
    );
}

#[test]
fn what_begins_at_once_waits_for_nothing() {
    let starts = |draft: &Draft, resource: &mut Resource| {
        let mut grant = Binding::new("roles/ml.modelUser", who(draft, "bob"));
        grant.condition = Some(when(&format!("request.time >= timestamp('{NOON}')")));
        resource.policy.bindings.push(grant);
    };
    assert_eq!(
        on("p/models/plain", starts),
        [
            "gcloud ai-platform models add-iam-policy-binding plain --project=p --member='user:bob@x.test' --role='roles/ml.modelUser'"
        ]
    );
    let shared = |draft: &Draft, resource: &mut Resource| {
        starts(draft, resource);
        let grant = resource.policy.bindings.last_mut();
        grant.unwrap().role = "Read".into();
    };
    assert_eq!(
        on("w/models/m", shared),
        ["In the workspace w, m › Share: add bob@x.test with Read."]
    );
}

#[test]
fn nothing_is_taken_away_that_another_grant_goes_on_with() {
    let added = on("p/models/plain", |draft, model| {
        let mut grant = Binding::new("roles/ml.modelUser", who(draft, "ann"));
        grant.condition = Some(until("2027-03-01T00:00:00Z"));
        model.policy.bindings.push(grant);
    });
    let [only] = added.as_slice() else {
        panic!("{added:?}");
    };
    assert!(only.contains("add-iam-policy-binding"), "{only}");
}

#[test]
fn a_job_has_a_policy_without_a_command() {
    let steps = on("p/jobs/train", |draft, job| {
        let mut grant = Binding::new("roles/ml.jobOwner", who(draft, "ann"));
        grant.condition = Some(until("2027-03-01T00:00:00Z"));
        job.policy.bindings.push(grant);
    });
    let step = "projects.jobs.setIamPolicy of projects/p/jobs/train";
    let who = "--member='user:ann@x.test' --role='roles/ml.jobOwner'";
    assert_eq!(
        steps,
        [
            format!("{step}: add {who}"),
            format!("{step}: remove {who} (run on 2027-03-01T00:00:00Z)"),
        ]
    );
}

/// The journal derives the steps of a change long afterwards, when only the change itself knows what
/// its people were called.
#[test]
fn a_change_names_people_as_it_found_and_left_them() {
    let leaves = |draft: &mut Draft, name: &str| {
        let id = who(draft, name);
        draft.edit_principal(id, |principal| {
            principal.kind = PrincipalKind::User {
                status: Status::Deleted,
                manager: None,
            };
        });
        id
    };
    let before = written(EVERYTHING);
    let mut draft = Draft::new(&before);
    let ann = leaves(&mut draft, "ann");
    draft.edit_resource(thing(&draft.clone(), "p/models/plain"), |model| {
        model.policy.revoke(ann, |_| true);
    });
    let (changes, after) = draft.finish();
    let command = "gcloud ai-platform models VERB-iam-policy-binding plain --project=p --member='user:ann@x.test' --role='roles/ml.modelUser'";
    let removed = [command.replace("VERB", "remove")];
    assert_eq!(derive(&before, &after, &changes, NOON), removed);
    assert_eq!(derive(&after, &after, &changes, NOON), removed);
    let (back, added) = (changes.inverse(), [command.replace("VERB", "add")]);
    assert_eq!(derive(&after, &before, &back, NOON), added);
    assert_eq!(derive(&after, &after, &back, NOON), added);
}

#[test]
fn defined_roles_are_made_the_same_there() {
    let changed = |environment: &str, change: fn(&mut Vec<CustomRole>)| {
        derived(|draft| {
            draft.edit_environment(place(draft, environment), |e| change(&mut e.roles));
        })
    };
    let role = |id: &str, rights| CustomRole {
        id: id.into(),
        title: None,
        description: None,
        stage: None,
        rights,
    };
    let path = "/_plugins/_security/api/roles";
    let project = changed("p", |roles| {
        roles[0].rights = RoleRights::Permissions(vec!["ml.models.list".into()]);
    });
    assert_eq!(
        project,
        [
            "gcloud iam roles update reader --organization=7 --add-permissions=ml.models.list --remove-permissions=ml.models.get"
        ]
    );
    let reads = changed("s", |roles| {
        if let RoleRights::Actions { index_read, .. } = &mut roles[0].rights {
            *index_read = true;
        }
    });
    assert_eq!(
        reads,
        [format!(
            "PATCH {path}/looks: add read on the indices that it trains on to its index_permissions."
        )]
    );
    let called = changed("s", |roles| roles[0].title = Some("Looks".into()));
    assert_eq!(called, [""; 0], "a title is nothing to the cluster");
    assert_eq!(changed("s", Vec::clear), [format!("DELETE {path}/looks")]);
    let made = derived(|draft| {
        draft.edit_environment(place(draft, "s"), |e| {
            let rights = RoleRights::Actions {
                actions: Vec::new(),
                index_read: false,
            };
            e.roles.push(role("idle", rights));
        });
        draft.edit_environment(place(draft, "d"), |e| {
            let rights = RoleRights::Privileges(Vec::new());
            e.roles.push(role("idle", rights));
        });
    });
    assert_eq!(
        made,
        [
            format!("PUT {path}/idle {{\"cluster_permissions\":[]}}"),
            "In d, Security › Roles: make the security role idle.".to_owned(),
        ]
    );
    let called = changed("d", |roles| roles[0].description = Some("reads".into()));
    assert_eq!(called, [""; 0]);
    let closed = changed("d", |roles| {
        roles[0].rights = RoleRights::Privileges(Vec::new());
    });
    assert_eq!(
        closed,
        ["In d, Security › Roles › Reads: on the table AI Model set read to none."]
    );
    assert_eq!(
        changed("d", Vec::clear),
        ["In d, Security › Roles: delete the security role Reads."]
    );
}
