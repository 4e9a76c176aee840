//! The three lists: *My models*, *Shared with me*, *All models*.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoEnumIterator as _, IntoStaticStr};

use crate::domain::{
    Capability, EnvironmentId, Platform, PrincipalId, Resource, ResourceId, ResourceKind, Target,
    Timestamp,
};

use super::decide::Asker;
use super::decision::{Check, Evidence};
use super::index::ids::merge;
use super::index::postings::Posting;
use super::index::row::Origin;
use super::platforms::{self, Span};
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

/// A stretch of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// The rows.
    pub rows: Vec<ListRow>,
    /// Where the next page begins; `None` when the list is complete.
    pub next: Option<ResourceId>,
}

/// All rows of a list, in order of numbers. On OpenSearch the groups are listed, and models only
/// when they belong to none.
pub fn list(
    snapshot: &Snapshot,
    kind: ListKind,
    principal: PrincipalId,
    at: Timestamp,
) -> Vec<ListRow> {
    let asker = Asker::passing(snapshot, principal);
    rows(&asker, kind, at, None).collect()
}

/// The resources of a list, in order of numbers, without the reasons: a fraction of the memory.
pub fn listed(
    snapshot: &Snapshot,
    kind: ListKind,
    principal: PrincipalId,
    at: Timestamp,
) -> Vec<ResourceId> {
    let asker = Asker::passing(snapshot, principal);
    if kind == ListKind::AllModels {
        return reach(&asker, Capability::See, at).collect();
    }
    let rows = rows(&asker, kind, at, None);
    rows.map(|row| row.resource).collect()
}

/// Shows every row of a list, in order of numbers, without keeping any: for somebody who goes through
/// a long one and needs the reasons, which take room. Leaves the snapshot's memory as it is.
pub fn each(
    snapshot: &Snapshot,
    kind: ListKind,
    principal: PrincipalId,
    at: Timestamp,
    visit: impl FnMut(ListRow),
) {
    let asker = Asker::passing(snapshot, principal);
    rows(&asker, kind, at, None).for_each(visit);
}

/// Up to `limit` rows of a list after a given resource. Costs what the page costs, however long
/// the list is. Keeps in memory what it reads of resources, see [`Asker::new`]; whoever goes through a
/// whole list takes [`each`].
pub fn page(
    snapshot: &Snapshot,
    kind: ListKind,
    principal: PrincipalId,
    at: Timestamp,
    after: Option<ResourceId>,
    limit: usize,
) -> Page {
    let asker = Asker::new(snapshot, principal);
    let mut more = rows(&asker, kind, at, after);
    let rows: Vec<ListRow> = more.by_ref().take(limit).collect();
    let last = rows.last().map(|r| r.resource);
    Page {
        next: last.filter(|_| more.next().is_some()),
        rows,
    }
}

/// Everything of an environment's listed kinds on which a principal may use a capability, without
/// the reasons: the quickest form of *what can they reach*.
pub fn reach<'a>(
    asker: &'a Asker<'a>,
    capability: Capability,
    at: Timestamp,
) -> impl Iterator<Item = ResourceId> + 'a {
    let look_for = Look::For(capability);
    candidates(asker, look_for, at, None).filter(move |id| may(asker, capability, *id, at))
}

/// What a principal may do something with and yet not see, as with a role that only predicts: in no
/// list, and still theirs. Each with the routes to the first capability.
pub fn unseen(snapshot: &Snapshot, principal: PrincipalId, at: Timestamp) -> Vec<ListRow> {
    let asker = Asker::passing(snapshot, principal);
    let allowed = |id| Capability::iter().find(|capability| may(&asker, *capability, id, at));
    let hidden = |id: &ResourceId| !may(&asker, Capability::See, *id, at);
    let row = |resource| {
        let because = routes(&asker, allowed(resource)?, resource, at);
        Some(ListRow { resource, because })
    };
    // Whatever is looked for besides seeing is looked for everywhere.
    let candidates = candidates(&asker, Look::For(Capability::Run), at, None);
    candidates.filter(hidden).filter_map(row).collect()
}

fn request(
    asker: &Asker<'_>,
    capability: Capability,
    id: ResourceId,
    at: Timestamp,
) -> Request<'static> {
    let target = Target::Resource(id);
    Request::new(asker.principal(), capability.into(), target, at)
}

fn may(asker: &Asker<'_>, capability: Capability, id: ResourceId, at: Timestamp) -> bool {
    asker
        .check(&request(asker, capability, id, at))
        .is_allowed()
}

/// How a principal reaches what a capability allows; empty when it does not.
fn routes(
    asker: &Asker<'_>,
    capability: Capability,
    id: ResourceId,
    at: Timestamp,
) -> Vec<Evidence> {
    let explanation = asker.explain_shortly(&request(asker, capability, id, at));
    if !explanation.verdict.is_allowed() {
        return Vec::new();
    }
    let reach = explanation.evidence.into_iter();
    let reach = reach.filter(|(check, _)| *check == Check::Reach);
    reach.map(|(_, evidence)| evidence).collect()
}

/// What is looked for.
#[derive(Clone, Copy)]
enum Look {
    /// The rows of a list.
    List(ListKind),
    /// What a capability is held on.
    For(Capability),
}

/// The postings of everything that lists show of an environment.
fn whole(environment: EnvironmentId) -> impl Iterator<Item = Posting> {
    [ResourceKind::ModelGroup, ResourceKind::Model]
        .into_iter()
        .map(move |kind| Posting::Kind(environment, kind))
}

fn rows<'a>(
    asker: &'a Asker<'a>,
    kind: ListKind,
    at: Timestamp,
    after: Option<ResourceId>,
) -> impl Iterator<Item = ListRow> + 'a {
    let mut lister = Lister {
        asker,
        at,
        administrators: HashMap::new(),
    };
    candidates(asker, Look::List(kind), at, after).filter_map(move |resource| {
        let because = lister.because(kind, resource);
        (!because.is_empty()).then_some(ListRow { resource, because })
    })
}

/// Where to look for the rows of a list: a superset of them, in order of numbers.
fn candidates<'a>(
    asker: &'a Asker<'a>,
    look: Look,
    at: Timestamp,
    after: Option<ResourceId>,
) -> impl Iterator<Item = ResourceId> + 'a {
    let snapshot = asker.snapshot();
    let (kind, capability) = match look {
        Look::List(kind) => (kind, Capability::See),
        Look::For(capability) => (ListKind::AllModels, capability),
    };
    let mut postings = Vec::new();
    if asker.acts() {
        let closure = asker.closure().iter().copied();
        match kind {
            ListKind::MyModels => postings.extend(closure.map(Posting::Owner)),
            ListKind::SharedWithMe => postings.extend(closure.map(Posting::Granted)),
            ListKind::AllModels => {
                postings.extend(closure.flat_map(|id| [Posting::Owner(id), Posting::Granted(id)]));
            }
        }
        if kind != ListKind::MyModels {
            for (environment, place) in snapshot.places() {
                match platforms::span(asker, (environment, place), (kind, capability), at) {
                    Span::Nothing => {}
                    Span::Whole => postings.extend(whole(environment)),
                    Span::Under(some) => postings.extend(some),
                }
            }
        }
    }
    let sets = postings.into_iter().filter_map(|p| snapshot.posting(p));
    merge(sets.map(move |ids| after.map_or_else(|| ids.iter(), |id| ids.after(id))))
        .filter(|id| snapshot.row(*id).is_some_and(|row| row.listed))
}

struct Lister<'a> {
    asker: &'a Asker<'a>,
    at: Timestamp,
    /// The role by which the principal administers an environment, looked up once for each.
    administrators: HashMap<EnvironmentId, Option<Arc<str>>>,
}

impl Lister<'_> {
    fn because(&mut self, kind: ListKind, id: ResourceId) -> Vec<Evidence> {
        let owned = owned_by(self.asker, id, self.at);
        match kind {
            ListKind::MyModels => owned,
            ListKind::SharedWithMe if !owned.is_empty() => Vec::new(),
            ListKind::SharedWithMe => self.shared(id),
            ListKind::AllModels => {
                let mut because = self.seen(id);
                let named = because.iter().any(|e| matches!(e, Evidence::Owner { .. }));
                if !because.is_empty() && !named {
                    because.splice(0..0, owned);
                }
                because
            }
        }
    }

    fn shared(&mut self, id: ResourceId) -> Vec<Evidence> {
        let mut because = self.seen(id);
        if because.is_empty() {
            return because;
        }
        because.retain(|e| self.was_shared(e));
        let named = because
            .iter()
            .any(|e| matches!(e, Evidence::Administrator { .. }));
        if !named && let Some(role) = self.administrator(id) {
            because.push(Evidence::Administrator { role });
        }
        because
    }

    /// The role by which the principal administers all models around this one.
    fn administrator(&mut self, id: ResourceId) -> Option<Arc<str>> {
        let snapshot = self.asker.snapshot();
        let environment = snapshot.row(id)?.environment;
        let (principal, at) = (self.asker.principal(), self.at);
        self.administrators
            .entry(environment)
            .or_insert_with(|| platforms::administrator(snapshot, environment, principal, at))
            .clone()
    }

    /// Why the principal may see it; empty when not.
    fn seen(&self, id: ResourceId) -> Vec<Evidence> {
        routes(self.asker, Capability::See, id, self.at)
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
        let snapshot = self.asker.snapshot();
        let environment = snapshot.environment_of(target)?;
        Some(snapshot.place(environment)?.platform())
    }

    fn is_everybody(&self, member: PrincipalId) -> bool {
        self.asker
            .snapshot()
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
    owned_by(&Asker::new(snapshot, principal), id, at)
}

fn owned_by(asker: &Asker<'_>, id: ResourceId, at: Timestamp) -> Vec<Evidence> {
    let snapshot = asker.snapshot();
    let Some(row) = snapshot.row(id) else {
        return Vec::new();
    };
    let Some(place) = snapshot.place(row.environment) else {
        return Vec::new();
    };
    let evidence = |owner| Evidence::Owner {
        owner,
        path: asker.path_to(owner),
    };
    let role = platforms::owner_role(row.kind).filter(|_| place.platform() == Platform::Google);
    let Some(role) = role else {
        let teams = place.platform() == Platform::AiBuilder;
        let counts = |owner: &PrincipalId| {
            asker.counts_as(*owner) && !(teams && platforms::is_access_team(snapshot, *owner))
        };
        return row.owner.filter(counts).map(evidence).into_iter().collect();
    };
    let mut owners: Vec<PrincipalId> = place
        .grants_on_to(row, asker.closure())
        .filter(|grant| **grant.role() == *role && grant.holds(at))
        .map(|grant| grant.member)
        .collect();
    owners.dedup(); // In order of members, so namesakes stand together.
    owners.into_iter().map(evidence).collect()
}

/// The same owners as [`owners`] finds, in order of numbers; the record is not read, so that they can
/// be asked for a million times.
pub fn owners_of(snapshot: &Snapshot, id: ResourceId, at: Timestamp) -> Vec<PrincipalId> {
    let row = snapshot.row(id);
    let Some((row, place)) = row.and_then(|r| Some((r, snapshot.place(r.environment)?))) else {
        return Vec::new();
    };
    let google = place.platform() == Platform::Google;
    let Some(role) = platforms::owner_role(row.kind).filter(|_| google) else {
        return row.owner.into_iter().collect();
    };
    let owning = place
        .grants_on(row)
        .filter(|grant| **grant.role() == *role && grant.holds(at));
    let mut owners: Vec<PrincipalId> = owning.map(|grant| grant.member).collect();
    owners.dedup();
    owners
}

/// Whether evidence says no more than that somebody owns a resource: it is the grant on it that makes
/// its owners, or that whoever started it has by itself.
pub fn says_owner(snapshot: &Snapshot, id: ResourceId, evidence: &Evidence) -> bool {
    let Evidence::Grant {
        on, role, origin, ..
    } = evidence
    else {
        return false;
    };
    if *origin == Origin::Automatic {
        return true;
    }
    let Some(row) = snapshot.row(id).filter(|_| *on == Target::Resource(id)) else {
        return false;
    };
    let platform = snapshot.place(row.environment).map(|p| p.platform());
    let owner = platforms::owner_role(row.kind).filter(|_| platform == Some(Platform::Google));
    owner.is_some_and(|owner| *owner == **role)
}

/// The owners of a resource at a moment, in order of their mention.
pub fn owners(snapshot: &Snapshot, resource: &Resource, at: Timestamp) -> Vec<PrincipalId> {
    let platform = snapshot.place(resource.environment).map(|p| p.platform());
    if platform != Some(Platform::Google) {
        return resource.owner.into_iter().collect();
    }
    let Some(role) = platforms::owner_role(resource.kind()) else {
        return resource.owner.into_iter().collect();
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
