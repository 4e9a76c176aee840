//! The question that a remedy turns, asked of a cutout after some moves.

use std::collections::BTreeSet;

use strum::IntoEnumIterator;

use crate::domain::{
    AccessMode, Account, Binding, Body, Depth, Environment, EnvironmentId, Model, Platform,
    PrincipalId, Privilege, Resource, ResourceId, Revision, Specifics, Target,
};

use super::super::decide::{check, explain};
use super::super::decision::Explanation;
use super::super::index::place::Rights;
use super::super::platforms;
use super::super::request::Request;
use super::super::snapshot::Snapshot;
use super::moves::{Move, change_set};

/// A request and the small snapshot that it is asked of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) small: &'a Snapshot,
    pub(super) request: Request<'a>,
}

impl<'a> Question<'a> {
    /// The small snapshot after some moves.
    pub(super) fn after(&self, moves: &[Move]) -> Snapshot {
        let mut after = self.small.clone();
        after.apply(Revision(0), &change_set(self.small, moves));
        after
    }

    /// Whether it is allowed after some moves.
    pub(super) fn allowed(&self, moves: &[Move]) -> bool {
        check(&self.after(moves), &self.request).is_allowed()
    }

    /// The whole decision after some moves.
    pub(super) fn explained(&self, moves: &[Move]) -> Explanation {
        explain(&self.after(moves), &self.request)
    }

    pub(super) const fn principal(&self) -> PrincipalId {
        self.request.principal
    }

    /// The environments that it is asked in; a job may predict with another project's model.
    pub(super) fn environments(&self) -> BTreeSet<EnvironmentId> {
        let targets = [Some(self.request.target), self.request.model];
        let targets = targets.into_iter().flatten();
        targets
            .filter_map(|t| self.small.environment_of(t))
            .collect()
    }

    /// The resources that it is about.
    pub(super) fn resources(&self) -> BTreeSet<ResourceId> {
        let targets = [Some(self.request.target), self.request.model];
        targets
            .into_iter()
            .flatten()
            .filter_map(Target::resource)
            .collect()
    }

    /// Where a policy can decide: the resources and the environments.
    pub(super) fn policies(&self) -> impl Iterator<Item = Target> {
        let environments = self.environments().into_iter().map(Target::Environment);
        let resources = self.resources().into_iter().map(Target::Resource);
        resources.chain(environments)
    }

    pub(super) fn environment(&self, id: EnvironmentId) -> Option<&'a Environment> {
        let place = self.small.place(id)?;
        Some(&place.environment)
    }

    /// Whether intents can name the principal as one of the directory.
    pub(super) fn is_known(&self, id: PrincipalId) -> bool {
        self.small.principal(id).is_some_and(|p| p.is_known())
    }

    /// The OpenSearch model group whose access decides.
    pub(super) fn group(&self) -> Option<(ResourceId, &'a Resource)> {
        let mut id = self.request.target.resource()?;
        if let Body::Job { model, .. } = self.small.resource(id)?.body {
            id = model?;
        }
        let model = self.small.resource(id)?.model();
        let id = model.and_then(Model::group_id).unwrap_or(id);
        let group = self.small.resource(id)?;
        matches!(group.body, Body::ModelGroup { .. }).then_some((id, group))
    }

    /// The access of a model group.
    pub(super) const fn access(group: &Resource) -> Option<(Option<AccessMode>, &Vec<String>)> {
        match &group.body {
            Body::ModelGroup {
                access,
                backend_roles,
            } => Some((*access, backend_roles)),
            _ => None,
        }
    }

    /// The principal's account in an environment.
    pub(super) fn account(&self, environment: EnvironmentId) -> Option<&'a Account> {
        self.small
            .account(environment, self.principal())
            .map(AsRef::as_ref)
    }

    /// Whether the principal would reach in one of the environments what nobody granted or shared by
    /// itself, and does not today: as its administrator, or by a role that covers other people's
    /// rows.
    pub(super) fn is_broader(&self, state: &Snapshot) -> bool {
        self.environments().into_iter().any(|id| {
            let (was, is) = (
                standing(self.small, id, &self.request),
                standing(state, id, &self.request),
            );
            let deeper = |p: &Privilege| is.depths.get(*p) > was.depths.get(*p).max(OWN);
            (is.administrator && !was.administrator) || Privilege::iter().any(|p| deeper(&p))
        })
    }
}

/// The depth of one's own rows.
const OWN: Option<Depth> = Some(Depth::User);

/// What the principal's roles in a whole environment come to: whether they make it administrator,
/// and how far they reach.
fn standing(state: &Snapshot, id: EnvironmentId, request: &Request<'_>) -> Rights {
    let mut standing = Rights::default();
    let Some(environment) = state.place(id).map(|p| &p.environment) else {
        return standing;
    };
    if environment.platform() == Platform::OpenSearch {
        let role = platforms::administrator(state, id, request.principal, request.at);
        standing.administrator = role.is_some();
        return standing;
    }
    let closure = state.closure(request.principal);
    let teams = environment.platform() == Platform::AiBuilder;
    let counts = |member: &PrincipalId| {
        closure.contains(member) && !(teams && platforms::is_access_team(state, *member))
    };
    let held = bindings(environment)
        .filter(|b| b.window().is_some_and(|w| w.contains(request.at)))
        .filter(|b| b.members.iter().any(counts))
        .filter_map(|b| platforms::environment_role(environment, &b.role));
    for rights in held {
        standing.add(&rights);
    }
    standing
}

/// Every binding that counts in a whole environment, those from above it included.
pub(super) fn bindings(environment: &Environment) -> impl Iterator<Item = &Binding> {
    let inherited: &[Binding] = match &environment.specifics {
        Specifics::Google { inherited, .. } => inherited,
        _ => &[],
    };
    environment.policy.bindings.iter().chain(inherited)
}
