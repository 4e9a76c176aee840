//! An explanation names all evidence or all reasons: the checks that a bare decision would not come
//! to, and the routes that it would not look for.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets what it did not expect should stop there"
)]

use deedbox::authz::decision::{Evidence, RoleSource};
use deedbox::authz::lists::{says_owner, unseen};
use deedbox::authz::platforms::opensearch::{account_roles, held_by_accounts};
use deedbox::authz::{
    ActionId, Check, Explanation, ListKind, Request, Snapshot, explain, list, wording,
};
use deedbox::domain::{ResourceRef, Target, Timestamp};
use deedbox::interop::document;
use deedbox::registry::Draft;

/// 2026-11-21, noon.
const NOON: Timestamp = Timestamp(1_795_262_400);

fn state(environments: &str) -> Snapshot {
    let text = format!(
        "deedbox: 1
directory:
  users: [{{id: ann@x.test}}, {{id: bob@x.test}}, {{id: none@x.test}}, {{id: out@x.test, status: suspended}}]
  groups: [{{id: team@x.test, kind: team, members: [user:bob@x.test]}}]
environments:
{environments}"
    );
    written(&text)
}

fn written(text: &str) -> Snapshot {
    let document = document::read(text, "test").unwrap_or_else(|p| panic!("{p}"));
    let mut draft = Draft::new(&Snapshot::default());
    document::apply(&document, &mut draft).unwrap_or_else(|p| panic!("{p}"));
    draft.finish().1
}

fn target(snapshot: &Snapshot, id: &str) -> Target {
    snapshot.find(&ResourceRef::parse(id).unwrap()).unwrap()
}

fn asked(
    snapshot: &Snapshot,
    who: &str,
    action: &str,
    on: &str,
    model: Option<&str>,
) -> Explanation {
    let who = snapshot.find_principal(&format!("user:{who}@x.test"));
    let on = target(snapshot, on);
    let place = snapshot.environment_of(on).and_then(|e| snapshot.place(e));
    let action = ActionId::find(place.unwrap().platform(), action).unwrap();
    let mut request = Request::new(who.unwrap(), action, on, NOON);
    request.model = model.map(|id| target(snapshot, id));
    explain(snapshot, &request)
}

/// The keys of everything that failed, in the order of the checks.
fn reasons(snapshot: &Snapshot, who: &str, action: &str, on: &str) -> Vec<&'static str> {
    let explanation = asked(snapshot, who, action, on, None);
    let reasons = explanation.reasons.iter();
    reasons.map(|reason| reason.key.as_str()).collect()
}

/// What lets somebody reach a target, in one word each.
fn routes(snapshot: &Snapshot, who: &str, action: &str, on: &str) -> Vec<String> {
    let explanation = asked(snapshot, who, action, on, None);
    assert!(explanation.verdict.is_allowed(), "{explanation:?}");
    let word = |evidence: &Evidence| match evidence {
        Evidence::Grant { on, role, .. } => format!("{role} on {}", snapshot.target_id(*on)),
        Evidence::Depth { role, .. } => format!("{role} by depth"),
        Evidence::Owner { .. } => "owner".to_owned(),
        Evidence::ContainerOwner { .. } => "container's owner".to_owned(),
        Evidence::Administrator { .. } => "administrator".to_owned(),
        Evidence::BackendRole(role) => format!("backend role {role}"),
        Evidence::TakeOver => "take-over".to_owned(),
        other => panic!("{other:?}"),
    };
    explanation.evidence_for(Check::Reach).map(word).collect()
}

#[test]
fn google_looks_at_everything() {
    let snapshot = state(
        "  - id: p
    platform: google-ai-platform
    policy: {bindings: [{role: roles/ml.viewer, members: [user:ann@x.test]}]}
    models: [{id: m, policy: {bindings: [{role: roles/ml.modelUser, members: [user:ann@x.test]}]}}]
  - id: q
    platform: google-ai-platform
    models: [{id: far}]
",
    );
    assert_eq!(
        routes(&snapshot, "ann", "see", "p/models/m"),
        ["roles/ml.viewer on p", "roles/ml.modelUser on p/models/m"],
        "by the project's list and by either get; the same grant is one route"
    );
    let batch = asked(
        &snapshot,
        "none",
        "projects.jobs.create",
        "p",
        Some("q/models/far"),
    );
    let keys: Vec<&str> = batch.reasons.iter().map(|r| r.key.as_str()).collect();
    assert_eq!(
        keys,
        ["no-grant", "no-grant"],
        "neither the job nor the model"
    );
    assert_eq!(
        reasons(&snapshot, "out", "run", "p/models/m"),
        ["principal-suspended", "no-grant"]
    );
}

const CLUSTER: &str = "  - id: s
    platform: opensearch
    edition: EDITION
    accounts:
      - {user: user:ann@x.test, name: ann, backend_roles: [it, hr], roles: [ml_full_access]}
      - {user: user:bob@x.test, name: bob, backend_roles: [it], roles: [all_access]}
    model_groups:
      - {id: shared, owner: user:ann@x.test, access: restricted, backend_roles: [it, hr]}
      - {id: closed, owner: user:ann@x.test, access: private}
      - {id: full, owner: user:ann@x.test, access: private}
    models:
      - {id: kept, group: closed, hidden: true}
      - {id: version, group: full}
";

#[test]
fn opensearch_looks_at_everything() {
    let snapshot = state(&CLUSTER.replace("EDITION", "documented"));
    assert_eq!(
        routes(&snapshot, "ann", "run", "s/groups/shared"),
        ["owner", "backend role it", "backend role hr"]
    );
    assert_eq!(
        routes(&snapshot, "bob", "run", "s/groups/shared"),
        ["administrator", "backend role it"]
    );
    assert_eq!(
        reasons(&snapshot, "none", "delete", "s/groups/full"),
        ["group-not-empty", "no-account", "private-group"]
    );
    let snapshot = state(&CLUSTER.replace("EDITION", "released"));
    assert_eq!(
        reasons(&snapshot, "none", "view", "s/models/kept"),
        ["hidden-model", "no-account", "private-group"]
    );
}

#[test]
fn fabric_looks_at_everything() {
    let snapshot = state(
        "  - id: w
    platform: fabric
    bindings: [{role: Admin, members: [user:ann@x.test]}, {role: Member, members: [user:bob@x.test]}]
    models: [{id: m, owner: user:out@x.test, shares: [{with: user:ann@x.test, permissions: [Edit]}]}]
",
    );
    assert_eq!(
        routes(&snapshot, "ann", "edit", "w/models/m"),
        ["Read, Write on w/models/m", "Admin on w"]
    );
    assert_eq!(
        routes(&snapshot, "ann", "reassign", "w/models/m"),
        ["Admin on w", "take-over"]
    );
    assert_eq!(
        routes(&snapshot, "bob", "reassign", "w/models/m"),
        ["take-over"]
    );
}

#[test]
fn ai_builder_looks_at_everything() {
    let snapshot = state(
        "  - id: d
    platform: ai-builder
    edition: '2023'
    settings: {unsupported_types: [business-card-reader]}
    bindings:
      - {role: System Administrator, members: [user:ann@x.test]}
      - {role: System Customizer, members: [user:ann@x.test]}
      - {role: Environment Maker, members: [user:bob@x.test]}
    models:
      - {id: old, owner: user:bob@x.test, type: business-card-reader, state: published}
      - {id: m, owner: user:ann@x.test, type: object-detection, state: published, shares: [{with: user:ann@x.test, level: Co-owner}], datasets_container: {id: c, owner: user:ann@x.test}}
      - {id: team, owner: group:team@x.test, type: prediction, state: published, shares: [{with: user:bob@x.test, level: Co-owner}, {with: group:team@x.test, level: Co-owner}]}
",
    );
    assert_eq!(
        reasons(&snapshot, "none", "share", "d/models/old"),
        ["unsupported-type", "role-lacks-permission", "not-reached"]
    );
    assert_eq!(
        reasons(&snapshot, "none", "read-training-data", "d/models/m"),
        ["role-lacks-permission", "training-data-closed"]
    );
    assert_eq!(
        routes(&snapshot, "ann", "edit", "d/models/m"),
        [
            "owner",
            "System Administrator by depth",
            "System Customizer by depth",
            "Co-owner on d/models/m",
        ]
    );
    assert_eq!(
        routes(&snapshot, "ann", "read-training-data", "d/models/m"),
        [
            "container's owner",
            "System Administrator on d",
            "System Customizer on d",
            "Co-owner on d/models/m",
        ]
    );
    assert_eq!(
        routes(&snapshot, "bob", "edit", "d/models/team"),
        [
            "owner",
            "Co-owner on d/models/team",
            "Co-owner on d/models/team"
        ]
    );
}

/// The decision in words.
fn told(snapshot: &Snapshot, who: &str, action: &str, on: &str) -> String {
    let explanation = asked(snapshot, who, action, on, None);
    wording::explanation(snapshot, target(snapshot, on), &explanation).join("\n")
}

#[test]
fn a_role_that_ended_is_mentioned_on_every_platform() {
    let ended = "condition: {expression: 'request.time < timestamp(\"2026-11-01T00:00:00Z\")'}";
    let snapshot = state(&format!(
        "  - id: d
    platform: ai-builder
    bindings:
      - {{role: System Administrator, members: [user:ann@x.test]}}
      - {{role: Basic User, members: [user:bob@x.test], {ended}}}
      - {{role: System Administrator, members: [user:none@x.test], {ended}}}
    models: [{{id: m, owner: user:ann@x.test, type: prediction, state: published, shares: [{{with: user:bob@x.test, level: User}}]}}]
  - id: s
    platform: opensearch
    bindings: [{{role: ml_full_access, members: [user:bob@x.test], {ended}}}]
    accounts: [{{user: user:ann@x.test, name: ann, roles: [all_access]}}]
    model_groups: [{{id: g, owner: user:ann@x.test, access: public}}]
"
    ));
    assert_eq!(
        reasons(&snapshot, "bob", "run", "d/models/m"),
        ["grant-expired", "role-lacks-permission"]
    );
    assert_eq!(
        reasons(&snapshot, "none", "share", "d"),
        ["grant-expired", "administrator-only"]
    );
    assert_eq!(
        reasons(&snapshot, "bob", "see", "s/groups/g"),
        ["grant-expired", "no-account"]
    );
}

#[test]
fn previews_that_are_switched_off_name_the_switch() {
    let snapshot = state(
        "  - id: d
    platform: ai-builder
    settings: {unsupported_types: [business-card-reader], preview_types: [business-card-reader, text-generation], preview_models_enabled: false}
    bindings: [{role: System Administrator, members: [user:ann@x.test]}]
    models:
      - {id: old, owner: user:ann@x.test, type: business-card-reader, state: published}
      - {id: new, owner: user:ann@x.test, type: text-generation, state: published}
",
    );
    for action in ["run", "read-training-data"] {
        let new = told(&snapshot, "ann", action, "d/models/new");
        assert!(
            new.contains("preview_models_enabled to true (set-setting)"),
            "{new}"
        );
        assert!(!new.contains("no longer supported"), "{new}");
        let old = told(&snapshot, "ann", action, "d/models/old");
        assert!(old.contains("no longer supported"), "{old}");
        assert!(!old.contains("preview"), "{old}");
    }
}

#[test]
fn a_customizer_who_edits_others_models_is_marked() {
    let snapshot = state(
        "  - id: d
    platform: ai-builder
    bindings: [{role: System Customizer, members: [user:bob@x.test]}]
    models:
      - {id: own, owner: user:bob@x.test, type: prediction, state: published}
      - {id: m, owner: user:ann@x.test, type: prediction, state: published}
",
    );
    let mark = "not supported by the platform";
    assert!(told(&snapshot, "bob", "edit", "d/models/m").contains(mark));
    assert!(told(&snapshot, "bob", "write", "d/models/m").contains(mark));
    assert!(!told(&snapshot, "bob", "view", "d/models/m").contains(mark));
    assert!(!told(&snapshot, "bob", "reassign", "d/models/m").contains(mark));
    assert!(!told(&snapshot, "bob", "edit", "d/models/own").contains(mark));
}

#[test]
fn programs_are_told_every_role_that_would_do() {
    let snapshot = state(
        "  - id: d
    platform: ai-builder
    models: [{id: m, owner: user:ann@x.test, type: prediction, state: published}]
",
    );
    let explanation = asked(&snapshot, "none", "see", "d/models/m", None);
    let on = target(&snapshot, "d/models/m");
    let short = wording::explanation(&snapshot, on, &explanation).join(" ");
    assert!(short.contains("and others"), "{short}");
    let full = wording::explanation_in_full(&snapshot, on, &explanation).join(" ");
    assert!(!full.contains("and others"), "{full}");
    assert!(full.contains("System Administrator"), "{full}");
}

/// Ann is in four groups on two levels that all lead to `top`, which holds everything there is; `a`
/// and `top` hold each other.
const DIAMOND: &str = "deedbox: 1
directory:
  users: [{id: ann@x.test, name: Ann}]
  groups:
    - {id: a@x.test, name: A, kind: team, members: [user:ann@x.test, group:top@x.test]}
    - {id: b@x.test, name: B, kind: team, members: [user:ann@x.test]}
    - {id: c@x.test, name: C, kind: team, members: [group:a@x.test, group:b@x.test]}
    - {id: top@x.test, name: Top, kind: team, members: [group:b@x.test, group:c@x.test, group:a@x.test]}
environments:
  - id: p
    platform: google-ai-platform
    models: [{id: m, policy: {bindings: [{role: roles/ml.modelUser, members: [group:top@x.test]}]}}]
  - id: s
    platform: opensearch
    bindings: [{role: ml_full_access, members: [group:top@x.test]}]
    models: [{id: m}]
  - id: w
    platform: fabric
    bindings: [{role: Viewer, members: [group:top@x.test]}]
    models: [{id: m, owner: user:ann@x.test}]
  - id: d
    platform: ai-builder
    bindings: [{role: System Customizer, members: [group:top@x.test]}]
    models:
      - {id: m, owner: group:top@x.test, type: document-processing, state: published, datasets_container: {id: c, owner: group:top@x.test}}
";

/// The ways that an explanation names, of one check and kind of evidence.
fn ways(
    explanation: &Explanation,
    of: impl Fn(&(Check, Evidence)) -> bool,
    snapshot: &Snapshot,
) -> Vec<String> {
    let evidence = explanation.evidence.iter().filter(|e| of(e));
    let paths = evidence.filter_map(|(_, evidence)| evidence.path());
    let named = |path: &[_]| {
        path.iter()
            .map(|id| snapshot.label(*id))
            .collect::<Vec<_>>()
            .join(" ")
    };
    paths.map(named).collect()
}

#[test]
fn every_way_through_groups_is_named() {
    let snapshot = written(DIAMOND);
    let all = ["A Top", "B Top", "A C Top", "B C Top"];
    let of = |what: &str, action: &str, of: fn(&(Check, Evidence)) -> bool| {
        let explanation = asked(&snapshot, "ann", action, what, None);
        assert!(explanation.verdict.is_allowed(), "{what}");
        assert_eq!(ways(&explanation, of, &snapshot), all, "{action} {what}");
    };
    of("p/models/m", "run", |_| true);
    of("s/models/m", "run", |(check, _)| *check == Check::Privilege);
    of("w/models/m", "view", |_| true);
    of("d/models/m", "edit", |(check, _)| {
        *check == Check::Privilege
    });
    of("d/models/m", "edit", |(_, e)| {
        matches!(e, Evidence::Owner { .. })
    });
    of("d/models/m", "edit", |(_, e)| {
        matches!(e, Evidence::Depth { .. })
    });
    let data = "read-training-data";
    of("d/models/m", data, |(_, e)| {
        matches!(e, Evidence::ContainerOwner { .. })
    });
    of("d/models/m", data, |(_, e)| {
        matches!(e, Evidence::Grant { .. })
    });
    let explanation = asked(&snapshot, "ann", "run", "p/models/m", None);
    let lines = wording::explanation(&snapshot, target(&snapshot, "p/models/m"), &explanation);
    assert_eq!(
        lines,
        [
            "allowed",
            "  reach: Model User, through A › Top",
            "  reach: Model User, through B › Top",
            "  reach: Model User, through A › C › Top",
            "  reach: Model User, through B › C › Top",
        ]
    );
    // A list names one of them.
    let ann = snapshot.find_principal("user:ann@x.test").unwrap();
    let rows = list(&snapshot, ListKind::SharedWithMe, ann, NOON);
    let google = target(&snapshot, "p/models/m").resource();
    let row = rows.iter().find(|row| Some(row.resource) == google);
    assert_eq!(row.unwrap().because.len(), 1);
}

/// Ann is in `width` groups, all of them in the next as many, and so on; the last are in `top`.
fn layers(width: usize, depth: usize) -> Snapshot {
    let below = |depth: usize| match depth {
        0 => "user:ann@x.test".to_owned(),
        depth => (0..width)
            .map(|n| format!("group:g{depth}-{n}@x.test"))
            .collect::<Vec<_>>()
            .join(", "),
    };
    let group = |layer: usize, n: usize| {
        let members = below(layer - 1);
        format!("    - {{id: g{layer}-{n}@x.test, kind: team, members: [{members}]}}\n")
    };
    let places = (1..=depth).flat_map(|layer| (0..width).map(move |n| (layer, n)));
    let groups: String = places.map(|(layer, n)| group(layer, n)).collect();
    let members = below(depth);
    written(&format!(
        "deedbox: 1
directory:
  users: [{{id: ann@x.test}}]
  groups:
{groups}    - {{id: top@x.test, name: Top, kind: team, members: [{members}]}}
environments:
  - id: w
    platform: fabric
    bindings: [{{role: Viewer, members: [group:top@x.test]}}]
    models: [{{id: m, owner: user:ann@x.test}}]
"
    ))
}

#[test]
fn of_very_many_ways_some_are_named() {
    let named = |width, depth| {
        let snapshot = layers(width, depth);
        let explanation = asked(&snapshot, "ann", "view", "w/models/m", None);
        let ways = ways(&explanation, |_| true, &snapshot);
        let on = target(&snapshot, "w/models/m");
        let last = wording::explanation(&snapshot, on, &explanation).pop();
        (ways.len(), last.unwrap())
    };
    let (count, last) = named(8, 1);
    assert_eq!(count, 8);
    assert!(last.ends_with("› Top"), "{last}");
    for (width, depth) in [(9, 1), (2, 4), (6, 12), (1, 1)] {
        let (count, last) = named(width, depth);
        assert_eq!(count, width.pow(u32::try_from(depth).unwrap()).min(8));
        let more = width.pow(u32::try_from(depth).unwrap()) > 8;
        let says = last == "  reach: and more ways through groups to Top";
        assert_eq!(says, more, "{width} {depth}: {last}");
    }
}

/// What somebody uses without seeing it, by a role in the whole environment that does nothing else.
#[test]
fn a_role_that_only_predicts_is_found() {
    let snapshot = written(
        "deedbox: 1
directory:
  users: [{id: ann@x.test}, {id: boss@x.test}]
environments:
  - id: p
    platform: google-ai-platform
    policy: {bindings: [{role: projects/p/roles/runner, members: [user:ann@x.test]}]}
    roles: [{id: projects/p/roles/runner, permissions: [ml.models.predict]}]
    models: [{id: m}]
  - id: s
    platform: opensearch
    roles: [{id: runner, actions: ['cluster:admin/opensearch/ml/predict']}]
    accounts: [{user: user:ann@x.test, name: ann, roles: [runner]}]
    model_groups: [{id: g, name: g, owner: user:boss@x.test, access: public}]
",
    );
    let ann = snapshot.find_principal("user:ann@x.test").unwrap();
    let found = unseen(&snapshot, ann, NOON);
    let found: Vec<String> = found
        .iter()
        .map(|row| snapshot.target_id(Target::Resource(row.resource)))
        .collect();
    assert_eq!(found, ["p/models/m", "s/groups/g"]);
    assert_eq!(list(&snapshot, ListKind::AllModels, ann, NOON), []);
}

/// What is closed to everybody is said together with what the asker lacks besides.
#[test]
fn closed_training_data_names_all_that_is_missing() {
    let snapshot = written(
        "deedbox: 1
directory:
  users: [{id: ann@x.test}, {id: bob@x.test}]
environments:
  - id: d
    platform: ai-builder
    settings: {unsupported_types: [old]}
    models: [{id: m, owner: user:bob@x.test, type: old, state: published}]
",
    );
    assert_eq!(
        reasons(&snapshot, "ann", "read-training-data", "d/models/m"),
        [
            "unsupported-type",
            "role-lacks-permission",
            "training-data-closed"
        ]
    );
}

/// Why not, for whoever is told it: what is told says all that is left out.
#[test]
fn a_share_that_is_too_narrow_says_enough() {
    let snapshot = state(
        "  - id: d
    platform: ai-builder
    bindings: [{role: Environment Maker, members: [user:ann@x.test, user:bob@x.test]}]
    models:
      - {id: shared, owner: user:ann@x.test, type: prediction, shares: [{with: user:bob@x.test, level: User}]}
      - {id: closed, owner: user:ann@x.test, type: prediction}
",
    );
    let told = |on: &str| {
        let explanation = asked(&snapshot, "bob", "edit", on, None);
        let told = explanation.told().map(|reason| reason.key.as_str());
        told.collect::<Vec<_>>()
    };
    let all = reasons(&snapshot, "bob", "edit", "d/models/shared");
    assert_eq!(all, ["share-too-narrow", "not-reached"]);
    assert_eq!(told("d/models/shared"), ["share-too-narrow"]);
    assert_eq!(told("d/models/closed"), ["not-reached"]);
}

#[test]
fn a_grant_that_holds_at_no_time_is_over_when_it_would_begin() {
    let never = "request.time >= timestamp('2026-11-21T12:00:00Z') && request.time < timestamp('2026-11-21T12:00:00Z')";
    let snapshot = state(&format!(
        "  - id: p
    platform: google-ai-platform
    models: [{{id: m, policy: {{bindings: [{{role: roles/ml.modelUser, members: [user:ann@x.test], condition: {{expression: \"{never}\"}}}}]}}}}]
"
    ));
    assert_eq!(
        reasons(&snapshot, "ann", "run", "p/models/m"),
        ["grant-expired", "no-grant"]
    );
}

#[test]
fn what_makes_an_owner_says_no_more_than_that() {
    let snapshot = state(
        "  - id: p
    platform: google-ai-platform
    policy: {bindings: [{role: roles/ml.modelOwner, members: [user:bob@x.test]}]}
    models:
      - {id: m, policy: {bindings: [{role: roles/ml.modelOwner, members: [user:ann@x.test]}, {role: roles/ml.modelUser, members: [user:ann@x.test]}]}}
    operations: [{id: op, owner: user:ann@x.test, model: m}]
  - id: w
    platform: fabric
    models: [{id: m, owner: user:bob@x.test, shares: [{with: user:ann@x.test, permissions: [Read]}]}]
",
    );
    let said = |who: &str, action: &str, on: &str| {
        let explanation = asked(&snapshot, who, action, on, None);
        let id = target(&snapshot, on).resource().unwrap();
        let evidence = explanation.evidence_for(Check::Reach);
        let said = evidence.map(|e| says_owner(&snapshot, id, e));
        said.collect::<Vec<_>>()
    };
    // By the role that makes owners, and by the one that does not.
    assert_eq!(said("ann", "view", "p/models/m"), [true, false]);
    // The same role all over the project makes nobody an owner.
    assert_eq!(said("bob", "view", "p/models/m"), [false]);
    assert_eq!(said("ann", "view", "p/operations/op"), [true]);
    assert_eq!(said("ann", "view", "w/models/m"), [false]);
}

#[test]
fn accounts_hold_roles_in_every_way_that_leads_there() {
    let snapshot = state(
        "  - id: s
    platform: opensearch
    accounts:
      - {user: user:ann@x.test, name: ann, backend_roles: [it], roles: [ml_full_access]}
      - {user: user:bob@x.test, name: bob, backend_roles: [it]}
    role_mappings: [{role: ml_readonly_access, users: [ann], backend_roles: [it]}]
",
    );
    let cluster = snapshot.find_environment("s").unwrap();
    let person = |who: &str| {
        let found = snapshot.find_principal(&format!("user:{who}@x.test"));
        found.unwrap()
    };
    let roles = |who: &str| {
        let roles = account_roles(&snapshot, cluster, person(who)).into_iter();
        let roles = roles.map(|(role, source)| (role.to_string(), source));
        roles.collect::<Vec<_>>()
    };
    let reader = || "ml_readonly_access".to_owned();
    let by_backend_role = || (reader(), RoleSource::MappedBackendRole("it".into()));
    assert_eq!(
        roles("ann"),
        [
            ("ml_full_access".to_owned(), RoleSource::Account),
            (reader(), RoleSource::MappedUser("ann".into())),
            by_backend_role(),
        ]
    );
    assert_eq!(roles("bob"), [by_backend_role()]);
    assert_eq!(roles("none"), []);
    let holding = |role| held_by_accounts(&snapshot, cluster, role).collect::<Vec<_>>();
    assert_eq!(holding("ml_full_access"), [person("ann")]);
    assert_eq!(
        holding("ml_readonly_access"),
        [person("ann"), person("bob")]
    );
    assert_eq!(holding("all_access"), []);
}

#[test]
fn what_is_asked_about_is_called_as_it_was_asked() {
    let snapshot = state(
        "  - id: w
    platform: fabric
    models: [{id: m, versions: [{id: '1'}, {id: '2'}]}]
    experiments: [{id: x, runs: [{id: first}, {id: second}]}]
  - id: d
    platform: ai-builder
    models: [{id: forms, type: document-processing, datasets_container: {id: c, owner: user:ann@x.test}}]
",
    );
    for id in [
        "w",
        "w/models/m",
        "w/models/m/versions/2",
        "w/experiments/x",
        "w/experiments/x/runs/second",
        "d/models/forms/container",
    ] {
        assert_eq!(snapshot.target_id(target(&snapshot, id)), id);
    }
}
