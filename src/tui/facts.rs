//! What rows and panes say about a resource, asked from the core. Nothing is decided here.

use std::collections::BTreeSet;

use crate::authz::lists::owners;
use crate::authz::platforms::access_by_mode;
use crate::authz::platforms::opensearch::effective_roles;
use crate::authz::{Asker, Check, Evidence, Reader, Request, Snapshot, explain, wording};
use crate::domain::{
    Body, Capability, EnvironmentId, Platform, PrincipalId, PrincipalKind, Resource, ResourceId,
    Target, Timestamp,
};

use super::text::count;

/// The owners in words: `you`, a name, `Ann +1`, or that there is none.
pub fn owner(snapshot: &Snapshot, resource: &Resource, reader: Reader, at: Timestamp) -> String {
    let owners = owners(snapshot, resource, at);
    let name = |id: &PrincipalId| {
        if *id == reader.principal {
            reader.name(snapshot)
        } else {
            snapshot.label(*id)
        }
    };
    let first = owners
        .iter()
        .find(|o| **o == reader.principal)
        .or_else(|| owners.first());
    match (first, owners.len()) {
        (None, _) => "nobody".to_owned(),
        (Some(id), 1) => name(id),
        (Some(id), n) => format!("{} +{}", name(id), n - 1),
    }
}

/// What a row says of a resource in a word or two: its type where the platform has types, else how
/// far it is, else how many versions there are.
pub fn details(resource: &Resource) -> String {
    match &resource.body {
        Body::Model(model) => match (&model.kind, model.state) {
            (Some(kind), _) => kind.clone(),
            (None, Some(state)) => state.to_string(),
            (None, None) => count(model.versions.len(), "version", "versions"),
        },
        _ => resource.kind().noun().to_owned(),
    }
}

/// Who else has access, as far as a viewer may know.
pub fn access_seen_by(
    snapshot: &Snapshot,
    viewer: PrincipalId,
    id: ResourceId,
    at: Timestamp,
) -> String {
    let target = Target::Resource(id);
    let view = Request::new(viewer, Capability::ViewAccess.into(), target, at);
    let explanation = explain(snapshot, &view);
    // What nobody may do is no secret.
    if explanation.verdict.is_allowed() || explanation.is_closed_to_all() {
        access(snapshot, id, at)
    } else {
        "not yours to see".to_owned()
    }
}

/// Who else has access, in a few words.
pub fn access(snapshot: &Snapshot, id: ResourceId, at: Timestamp) -> String {
    let Some(resource) = snapshot.read_resource(id) else {
        return String::new();
    };
    if let Body::ModelGroup {
        access,
        backend_roles,
    } = &resource.body
    {
        return match access {
            Some(mode) if backend_roles.is_empty() => mode.to_string(),
            Some(mode) => format!("{mode}: {}", backend_roles.join(", ")),
            None => "no access mode".to_owned(),
        };
    }
    if nobody_can_share(snapshot, id, &resource, at) {
        return "cannot be shared".to_owned();
    }
    let owners: BTreeSet<PrincipalId> = owners(snapshot, &resource, at).into_iter().collect();
    let mut members: BTreeSet<PrincipalId> = resource
        .policy
        .bindings
        .iter()
        .filter(|b| b.window().is_some_and(|w| w.end.is_none_or(|end| at < end)))
        .flat_map(|b| b.members.iter().copied())
        .collect();
    members.retain(|m| !owners.contains(m));
    summary(snapshot, &members)
}

/// Whether the restriction check refuses sharing even for the owner, whatever became of them.
fn nobody_can_share(
    snapshot: &Snapshot,
    id: ResourceId,
    resource: &Resource,
    at: Timestamp,
) -> bool {
    let asker = resource.owner.unwrap_or(PrincipalId::ANONYMOUS);
    let share = Request::new(asker, Capability::Share.into(), Target::Resource(id), at);
    let reasons = explain(snapshot, &share).reasons;
    reasons
        .iter()
        .any(|r| r.check == Check::Restriction && !r.key.is_about_the_asker())
}

fn summary(snapshot: &Snapshot, members: &BTreeSet<PrincipalId>) -> String {
    let (mut people, mut teams, mut services, mut everybody) = (0, 0, 0, false);
    for principal in members.iter().filter_map(|m| snapshot.principal(*m)) {
        match principal.kind {
            PrincipalKind::User { .. } | PrincipalKind::ExternalUser => people += 1,
            PrincipalKind::Group { .. } | PrincipalKind::ExternalGroup => teams += 1,
            PrincipalKind::ServiceAccount { .. } | PrincipalKind::ExternalServiceAccount => {
                services += 1;
            }
            _ => everybody |= principal.is_everybody(),
        }
    }
    if everybody {
        return "everybody".to_owned();
    }
    let parts: Vec<String> = [
        (people, "person", "people"),
        (teams, "team", "teams"),
        (services, "service account", "service accounts"),
    ]
    .into_iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, one, many)| count(n, one, many))
    .collect();
    if parts.is_empty() {
        "not shared".to_owned()
    } else {
        parts.join(", ")
    }
}

/// Environments that name a principal as a whole: by a role granted in them, or above them.
pub fn environments_naming(
    snapshot: &Snapshot,
    id: PrincipalId,
) -> impl Iterator<Item = EnvironmentId> + '_ {
    let places = snapshot.places();
    places
        .filter(move |(_, place)| {
            place
                .environment
                .bindings()
                .any(|b| b.members.contains(&id))
        })
        .map(|(environment, _)| environment)
}

/// The roles that somebody holds in an environment as a whole, each once, by their titles.
pub fn roles_in(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    who: PrincipalId,
    at: Timestamp,
) -> Vec<String> {
    let asker = Asker::new(snapshot, who);
    let on = Target::Environment(environment);
    let mut titles: Vec<String> = Vec::new();
    for (role, _) in effective_roles(snapshot, environment, &asker, at, None) {
        let title = wording::role_title(snapshot, on, &role);
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles
}

/// The environment's id.
pub fn place(snapshot: &Snapshot, resource: &Resource) -> String {
    snapshot
        .place(resource.environment)
        .map_or_else(String::new, |p| p.environment.id.clone())
}

/// The platform of a resource.
pub fn platform(snapshot: &Snapshot, id: ResourceId) -> Option<Platform> {
    let environment = snapshot.resource(id)?.environment;
    Some(snapshot.place(environment)?.platform())
}

/// Whether a resource is opened by an access mode, and not shared one by one.
pub fn by_mode(snapshot: &Snapshot, id: ResourceId) -> bool {
    platform(snapshot, id).is_some_and(access_by_mode)
}

/// Why a row is in a list, in one line.
pub fn because(snapshot: &Snapshot, evidence: &[Evidence], reader: Reader) -> String {
    let words: Vec<String> = evidence
        .iter()
        .map(|e| wording::because(snapshot, e, reader))
        .collect();
    let mut unique: Vec<String> = Vec::new();
    for word in words {
        if !unique.contains(&word) {
            unique.push(word);
        }
    }
    unique.join("; ")
}

/// What a principal is called in lists of choices: its kind, and how many people it stands for.
pub fn describe(snapshot: &Snapshot, id: PrincipalId) -> String {
    let Some(principal) = snapshot.principal(id) else {
        return String::new();
    };
    match &principal.kind {
        PrincipalKind::User { status, .. } if *status != crate::domain::Status::Active => {
            format!("person, {status}")
        }
        PrincipalKind::User { .. } => "person".to_owned(),
        PrincipalKind::Group { kind, .. } => {
            let within = snapshot.actors_within(id);
            format!("{}, {}", kind.title(), wording::people(snapshot, &within))
        }
        PrincipalKind::ServiceAccount { .. } => "service account".to_owned(),
        PrincipalKind::AllUsers | PrincipalKind::AllAuthenticatedUsers => "public".to_owned(),
        PrincipalKind::Domain => "domain".to_owned(),
        _ => "external".to_owned(),
    }
}
