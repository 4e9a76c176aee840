//! The engine: three checks, one walk.

use std::sync::Arc;

use crate::domain::{
    Body, Environment, PrincipalId, PrincipalKind, Resource, ResourceId, Status, Target, Timestamp,
};

use super::decision::{Bare, Check, Evidence, Explanation, Full, Needs, ReasonKey, Trace, Verdict};
use super::permission::PermissionSet;
use super::place::{Grant, Origin, Place, Row};
use super::platforms;
use super::request::Request;
use super::snapshot::Snapshot;

/// Yes or no, stopping at the first evidence of each check.
pub fn check(snapshot: &Snapshot, request: &Request<'_>) -> Verdict {
    decide(snapshot, request, &mut Bare)
}

/// Yes or no, with every route that satisfies a check and every reason that fails one.
pub fn explain(snapshot: &Snapshot, request: &Request<'_>) -> Explanation {
    let mut trace = Full::default();
    let verdict = decide(snapshot, request, &mut trace);
    if verdict.is_allowed() {
        trace.reasons.clear();
    }
    Explanation {
        verdict,
        evidence: trace.evidence,
        reasons: trace.reasons,
    }
}

/// What the platforms' rules see of one question.
pub(crate) struct Context<'a> {
    pub snapshot: &'a Snapshot,
    pub request: &'a Request<'a>,
    pub closure: Arc<[PrincipalId]>,
    pub place: &'a Place,
    pub row: Option<&'a Row>,
}

/// Whether the version or run that a target names is there.
fn has_part(snapshot: &Snapshot, target: Target) -> bool {
    match (
        target,
        target.resource().and_then(|id| snapshot.resource(id)),
    ) {
        (Target::Version(_, i), r) => {
            let model = r.and_then(Resource::model);
            model.is_some_and(|m| (i as usize) < m.versions.len())
        }
        (Target::Run(_, i), r) => match r.map(|r| &r.body) {
            Some(Body::Experiment { runs }) => (i as usize) < runs.len(),
            _ => false,
        },
        _ => true,
    }
}

fn decide(snapshot: &Snapshot, request: &Request<'_>, trace: &mut impl Trace) -> Verdict {
    let place = snapshot
        .environment_of(request.target)
        .and_then(|e| snapshot.place(e));
    let Some(place) = place.filter(|_| has_part(snapshot, request.target)) else {
        trace.reason(Check::Restriction, ReasonKey::ResourceNotFound, || {
            Needs::Nothing
        });
        return Verdict::Error;
    };
    let row = request.target.resource().and_then(|id| snapshot.row(id));
    let closure = snapshot.closure(request.principal);
    let cx = Context {
        snapshot,
        request,
        closure,
        place,
        row: row.map(Arc::as_ref),
    };
    let can_act = cx.principal_can_act(trace);
    if !can_act && !trace.complete() {
        return Verdict::Deny;
    }
    let verdict = platforms::decide(&cx, trace);
    if can_act { verdict } else { Verdict::Deny }
}

impl<'a> Context<'a> {
    pub fn environment(&self) -> &'a Environment {
        &self.place.environment
    }

    pub fn resource(&self) -> Option<&'a Resource> {
        self.row.map(|r| &r.resource)
    }

    pub fn at(&self) -> Timestamp {
        self.request.at
    }

    /// Whether the principal is this member or counts through it.
    pub fn counts_as(&self, member: PrincipalId) -> bool {
        self.closure.binary_search(&member).is_ok()
    }

    pub fn path_to(&self, member: PrincipalId) -> Vec<PrincipalId> {
        self.snapshot.path(self.request.principal, member)
    }

    /// Only somebody who is active and can act passes any check.
    fn principal_can_act(&self, trace: &mut impl Trace) -> bool {
        let principal = self.snapshot.principal(self.request.principal);
        let key = match principal.map(|p| (p.status(), &p.kind)) {
            Some((Status::Suspended, _)) => ReasonKey::PrincipalSuspended,
            Some((Status::Deleted, _)) => ReasonKey::PrincipalDeleted,
            Some((Status::Active, PrincipalKind::Anonymous)) => return true,
            Some((Status::Active, _)) if principal.is_some_and(|p| p.is_actor()) => return true,
            _ => ReasonKey::PrincipalCannotAct,
        };
        trace.reason(Check::Restriction, key, || Needs::Nothing);
        false
    }

    /// Grants on the target's record that name somebody the principal counts as.
    pub fn own_grants(&self) -> impl Iterator<Item = &'a Grant> + use<'a, '_> {
        self.grants_on(self.row)
    }

    /// Grants on any record that name somebody the principal counts as.
    pub fn grants_on(&self, row: Option<&'a Row>) -> impl Iterator<Item = &'a Grant> + use<'a, '_> {
        let grants = row.map_or(&[][..], |r| &r.grants);
        grants.iter().filter(|g| self.counts_as(g.member))
    }

    /// Grants in the environment that name somebody the principal counts as.
    pub fn environment_grants(&self) -> impl Iterator<Item = &'a Grant> + use<'a, '_> {
        let place = self.place;
        self.closure.iter().flat_map(move |id| place.grants_of(*id))
    }

    /// Looks for any of the permissions among grants on the resource, then in the environment.
    /// Every grant that holds is evidence; one that would but for its time is a near miss.
    pub fn find_permission(
        &self,
        any: PermissionSet,
        resource: Option<ResourceId>,
        trace: &mut impl Trace,
    ) -> bool {
        let row = resource
            .and_then(|id| self.snapshot.row(id))
            .map(Arc::as_ref);
        let above = Target::Environment(self.environment_id());
        let on_row = resource.map_or(above, Target::Resource);
        let grants = self
            .grants_on(row)
            .map(|g| (on_row, g))
            .chain(self.environment_grants().map(|g| (above, g)));
        let mut found = false;
        for (on, grant) in grants.filter(|(_, g)| g.rights.permissions.intersects(any)) {
            if grant.holds(self.at()) {
                found = true;
                if trace
                    .evidence(Check::Reach, || self.grant_evidence(on, grant))
                    .is_break()
                {
                    return true;
                }
            } else {
                self.near_miss(on, grant, trace);
            }
        }
        if !found {
            trace.reason(Check::Reach, ReasonKey::NoGrant, || Needs::Permission {
                any,
                on: resource.map_or(above, Target::Resource),
            });
        }
        found
    }

    pub fn environment_id(&self) -> crate::domain::EnvironmentId {
        let target = self.request.target;
        self.snapshot
            .environment_of(target)
            .unwrap_or(crate::domain::EnvironmentId(u32::MAX))
    }

    /// Notes a grant that would do if it held at this moment.
    pub fn near_miss(&self, on: Target, grant: &Grant, trace: &mut impl Trace) {
        if !trace.complete() {
            return;
        }
        let key = match grant.window {
            None => ReasonKey::ConditionUnreadable,
            Some(w) if w.start.is_some_and(|s| self.at() < s) => ReasonKey::GrantNotStarted,
            Some(_) => ReasonKey::GrantExpired,
        };
        trace.reason(Check::Reach, key, || Needs::Window {
            role: self.role_name(on, grant.origin),
            member: grant.member,
            window: grant.window.unwrap_or_default(),
            at: self.at(),
        });
    }

    pub fn grant_evidence(&self, on: Target, grant: &Grant) -> Evidence {
        Evidence::Grant {
            on,
            origin: grant.origin,
            role: self.role_name(on, grant.origin),
            member: grant.member,
            path: self.path_to(grant.member),
            window: grant.window.unwrap_or_default(),
        }
    }

    /// The role as the binding writes it.
    pub fn role_name(&self, on: Target, origin: Origin) -> String {
        role_of(self.snapshot, on, origin)
    }
}

/// Reports a failed restriction.
pub(crate) fn restrict(trace: &mut impl Trace, key: ReasonKey) -> Verdict {
    trace.reason(Check::Restriction, key, || Needs::Nothing);
    Verdict::Deny
}

/// The role that a grant's binding names.
pub fn role_of(snapshot: &Snapshot, on: Target, origin: Origin) -> String {
    let role = match origin {
        Origin::Policy(i) => snapshot
            .policy(on)
            .and_then(|p| p.bindings.get(i))
            .map(|b| b.role.clone()),
        Origin::Inherited(i) => {
            let place = snapshot.environment_of(on).and_then(|e| snapshot.place(e));
            place.and_then(|p| match &p.environment.specifics {
                crate::domain::Specifics::Google { inherited, .. } => {
                    inherited.get(i).map(|b| b.role.clone())
                }
                _ => None,
            })
        }
        Origin::Automatic => Some(platforms::google::OPERATION_OWNER.to_owned()),
    };
    role.unwrap_or_default()
}
