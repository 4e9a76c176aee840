//! The three lists: *My models*, *Shared with me*, *All models*.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use crate::domain::{
    Capability, EnvironmentId, Platform, PrincipalId, Resource, ResourceId, ResourceKind, Status,
    Target, Timestamp,
};

use super::decide::explain;
use super::decision::{Check, Evidence};
use super::platforms::{self, google};
use super::request::Request;
use super::snapshot::Snapshot;

/// Which list.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "kebab-case")]
pub enum ListKind {
    /// What one owns.
    MyModels,
    /// What others granted, and for administrators everything else of their environments.
    SharedWithMe,
    /// All that one may see.
    AllModels,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRow {
    /// The model, or on OpenSearch the model group.
    pub resource: ResourceId,
    /// Why it is in this list, every route.
    pub because: Vec<Evidence>,
}

/// The rows of a list, in order of numbers. On OpenSearch the groups are listed, and models only
/// when they belong to none.
pub fn list(
    snapshot: &Snapshot,
    kind: ListKind,
    principal: PrincipalId,
    at: Timestamp,
) -> Vec<ListRow> {
    let active = snapshot
        .principal(principal)
        .is_some_and(|p| p.status() == Status::Active);
    if !active {
        return Vec::new();
    }
    let lister = Lister {
        snapshot,
        principal,
        at,
    };
    let mut rows = Vec::new();
    for (environment, place) in snapshot.places() {
        let administrator = platforms::administrator(snapshot, environment, principal, at);
        for resource in listed(snapshot, environment, place.platform()) {
            let because = lister.because(kind, resource, administrator.as_deref());
            if !because.is_empty() {
                rows.push(ListRow { resource, because });
            }
        }
    }
    rows
}

/// What the lists show of an environment.
pub fn listed(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    platform: Platform,
) -> impl Iterator<Item = ResourceId> + '_ {
    let grouped = platform == Platform::OpenSearch;
    let groups = grouped.then(|| snapshot.resources_in(environment, ResourceKind::ModelGroup));
    let models = snapshot
        .resources_in(environment, ResourceKind::Model)
        .filter(move |id| {
            !grouped
                || snapshot
                    .resource(*id)
                    .and_then(Resource::model)
                    .is_some_and(|m| m.group.is_none())
        });
    groups.into_iter().flatten().chain(models)
}

struct Lister<'a> {
    snapshot: &'a Snapshot,
    principal: PrincipalId,
    at: Timestamp,
}

impl Lister<'_> {
    fn because(
        &self,
        kind: ListKind,
        id: ResourceId,
        administrator: Option<&str>,
    ) -> Vec<Evidence> {
        let owned = owned(self.snapshot, self.principal, id, self.at);
        match kind {
            ListKind::MyModels => owned,
            ListKind::SharedWithMe if !owned.is_empty() => Vec::new(),
            ListKind::SharedWithMe => {
                let seen = self.seen(id);
                let may_see = !seen.is_empty();
                let mut because: Vec<Evidence> =
                    seen.into_iter().filter(|e| self.was_shared(e)).collect();
                if let Some(role) = administrator
                    && may_see
                    && !because
                        .iter()
                        .any(|e| matches!(e, Evidence::Administrator { .. }))
                {
                    because.push(Evidence::Administrator {
                        role: role.to_owned(),
                    });
                }
                because
            }
            ListKind::AllModels => {
                let mut because = self.seen(id);
                if !because.is_empty()
                    && because.iter().all(|e| !matches!(e, Evidence::Owner { .. }))
                {
                    because.splice(0..0, owned);
                }
                because
            }
        }
    }

    /// Why the principal may see it; empty when not.
    fn seen(&self, id: ResourceId) -> Vec<Evidence> {
        let target = Target::Resource(id);
        let see = Request::new(self.principal, Capability::See.into(), target, self.at);
        let explanation = explain(self.snapshot, &see);
        if !explanation.verdict.is_allowed() {
            return Vec::new();
        }
        explanation
            .evidence
            .into_iter()
            .filter(|(check, _)| *check == Check::Reach)
            .map(|(_, evidence)| evidence)
            .collect()
    }

    /// Whether evidence is a grant of the kind that *Shared with me* is about.
    fn was_shared(&self, evidence: &Evidence) -> bool {
        match evidence {
            Evidence::Grant { on, member, .. } => {
                let google = self.platform_of(*on) == Some(Platform::Google);
                let on_model = matches!(on, Target::Resource(_));
                !google || (on_model && !self.is_everybody(*member))
            }
            Evidence::PublicGroup
            | Evidence::BackendRole(_)
            | Evidence::OwnerlessGroup
            | Evidence::Ungrouped
            | Evidence::AccessControlOff
            | Evidence::SuperAdministrator
            | Evidence::Administrator { .. } => true,
            _ => false,
        }
    }

    fn platform_of(&self, target: Target) -> Option<Platform> {
        let environment = self.snapshot.environment_of(target)?;
        Some(self.snapshot.place(environment)?.platform())
    }

    fn is_everybody(&self, member: PrincipalId) -> bool {
        self.snapshot
            .principal(member)
            .is_some_and(|p| p.is_everybody())
    }
}

/// How a principal owns a resource; empty when they do not. On Google the owners are the members
/// of the owner role on the model itself; elsewhere there is an owner column.
pub fn owned(
    snapshot: &Snapshot,
    principal: PrincipalId,
    id: ResourceId,
    at: Timestamp,
) -> Vec<Evidence> {
    let Some(row) = snapshot.row(id) else {
        return Vec::new();
    };
    let closure = snapshot.closure(principal);
    let place = snapshot.place(row.resource.environment);
    let teams = place.is_some_and(|p| p.platform() == Platform::AiBuilder);
    let counts = |owner: &PrincipalId| {
        closure.binary_search(owner).is_ok()
            && !(teams && platforms::is_access_team(snapshot, *owner))
    };
    owners(snapshot, &row.resource, at)
        .into_iter()
        .filter(counts)
        .map(|owner| Evidence::Owner {
            owner,
            path: snapshot.path(principal, owner),
        })
        .collect()
}

/// The owners of a resource at a moment, in order of their mention.
pub fn owners(snapshot: &Snapshot, resource: &Resource, at: Timestamp) -> Vec<PrincipalId> {
    let platform = snapshot.place(resource.environment).map(|p| p.platform());
    if platform != Some(Platform::Google) {
        return resource.owner.into_iter().collect();
    }
    let role = match resource.kind() {
        ResourceKind::Job => google::JOB_OWNER,
        ResourceKind::Operation => return resource.owner.into_iter().collect(),
        _ => google::MODEL_OWNER,
    };
    let mut owners = Vec::new();
    for (_, binding, member) in resource.policy.grants() {
        let holds = binding.window().is_some_and(|w| w.contains(at));
        if binding.role == role && holds && !owners.contains(&member) {
            owners.push(member);
        }
    }
    owners
}
