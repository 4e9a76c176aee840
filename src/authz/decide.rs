//! The engine: three checks, one walk.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::ControlFlow;

use crate::domain::{
    Body, Environment, EnvironmentId, PrincipalId, Resource, ResourceId, Target, Timestamp,
};

use super::decision::{Bare, Check, Evidence, Explanation, Full, Needs, ReasonKey, Trace, Verdict};
use super::index::directory::Standing;
use super::index::place::Place;
use super::index::routes::{Routes, Ways};
use super::index::row::{Held, Row, contains};
use super::permission::PermissionSet;
use super::platforms;
use super::request::Request;
use super::snapshot::Snapshot;

/// Yes or no, stopping at the first evidence of each check. Leaves the snapshot's memory as it is.
pub fn check(snapshot: &Snapshot, request: &Request<'_>) -> Verdict {
    Asker::passing(snapshot, request.principal).check(request)
}

/// Yes or no, with every route that satisfies a check and every reason that fails one.
/// Leaves the snapshot's memory as it is.
pub fn explain(snapshot: &Snapshot, request: &Request<'_>) -> Explanation {
    Asker::passing(snapshot, request.principal).explain(request)
}

/// A principal about whom something is asked, looked up once for any number of questions.
#[derive(Debug)]
pub struct Asker<'a> {
    snapshot: &'a Snapshot,
    principal: PrincipalId,
    closure: &'a [PrincipalId],
    standing: Standing,
    routes: OnceCell<Routes>,
    passing: bool,
}

impl<'a> Asker<'a> {
    /// Looks a principal up. What is read of resources on the way stays in memory, so that the next
    /// question about them, by anybody, is answered sooner.
    pub fn new(snapshot: &'a Snapshot, principal: PrincipalId) -> Self {
        let (closure, standing) = snapshot.standing(principal);
        Self {
            snapshot,
            principal,
            closure,
            standing,
            routes: OnceCell::new(),
            passing: false,
        }
    }

    /// Looks a principal up of whom something is asked once, or about very many resources: what is
    /// read of those on the way is not kept.
    pub fn passing(snapshot: &'a Snapshot, principal: PrincipalId) -> Self {
        Self {
            passing: true,
            ..Self::new(snapshot, principal)
        }
    }

    /// Somebody who counts as this principal and as nobody else: what a check allows them is what
    /// grants to this principal allow, on platforms where grants alone decide.
    pub(super) fn just(snapshot: &'a Snapshot, member: &'a PrincipalId) -> Self {
        Self {
            snapshot,
            principal: *member,
            closure: std::slice::from_ref(member),
            standing: Standing::Acts,
            routes: OnceCell::new(),
            passing: true,
        }
    }

    /// The state that questions are answered on.
    pub const fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// Who it is.
    pub const fn principal(&self) -> PrincipalId {
        self.principal
    }

    /// The principal and everything it counts through, ascending.
    pub const fn closure(&self) -> &'a [PrincipalId] {
        self.closure
    }

    /// Whether the principal can pass any check at all.
    pub fn acts(&self) -> bool {
        self.standing == Standing::Acts
    }

    /// Whether the principal is this member or counts through it.
    pub fn counts_as(&self, member: PrincipalId) -> bool {
        contains(self.closure, member)
    }

    /// The groups on a shortest way up to a member, nearest first.
    pub fn path_to(&self, member: PrincipalId) -> Vec<PrincipalId> {
        if member == self.principal {
            return Vec::new();
        }
        self.routes().to(member)
    }

    /// Every way up to a member, as far as they are listed.
    fn ways_to(&self, member: PrincipalId) -> Ways {
        if member == self.principal {
            return Ways {
                paths: vec![Vec::new()],
                all: true,
            };
        }
        self.routes().ways(member)
    }

    fn routes(&self) -> &Routes {
        let routes = || self.snapshot.routes(self.principal);
        self.routes.get_or_init(routes)
    }

    /// [`check()`] for this principal, whatever the request names.
    pub fn check(&self, request: &Request<'_>) -> Verdict {
        decide(self, request, &mut Bare)
    }

    /// [`explain()`] for this principal, whatever the request names.
    pub fn explain(&self, request: &Request<'_>) -> Explanation {
        self.explained(request, true)
    }

    /// As [`Self::explain`], with one way through groups to each grant, a shortest.
    pub(super) fn explain_shortly(&self, request: &Request<'_>) -> Explanation {
        self.explained(request, false)
    }

    fn explained(&self, request: &Request<'_>, every_way: bool) -> Explanation {
        let mut trace = Full {
            every_way,
            ..Full::default()
        };
        let verdict = decide(self, request, &mut trace);
        if verdict.is_allowed() {
            trace.reasons.clear();
        }
        Explanation {
            verdict,
            evidence: trace.evidence,
            reasons: trace.reasons,
        }
    }
}

/// What the platforms' rules see of one question.
pub(crate) struct Context<'a> {
    pub snapshot: &'a Snapshot,
    pub request: &'a Request<'a>,
    pub asker: &'a Asker<'a>,
    pub environment_id: EnvironmentId,
    pub place: &'a Place,
    pub row: Option<&'a Row>,
    record: OnceCell<Option<Cow<'a, Resource>>>,
}

/// Whether the version or run that a target names is there.
fn has_part(snapshot: &Snapshot, target: Target) -> bool {
    let body = |id| snapshot.resource(id).map(|r| &r.body);
    match target {
        Target::Version(id, i) => match body(id) {
            Some(Body::Model(model)) => (i as usize) < model.versions.len(),
            _ => false,
        },
        Target::Run(id, i) => match body(id) {
            Some(Body::Experiment { runs }) => (i as usize) < runs.len(),
            _ => false,
        },
        Target::Environment(_) | Target::Resource(_) | Target::Container(_) => true,
    }
}

fn decide(asker: &Asker<'_>, request: &Request<'_>, trace: &mut impl Trace) -> Verdict {
    let Some(cx) = Context::new(asker, request) else {
        trace.reason(Check::Restriction, ReasonKey::ResourceNotFound, || {
            Needs::Nothing
        });
        return Verdict::Error;
    };
    let can_act = cx.principal_can_act(trace);
    if !can_act && !trace.complete() {
        return Verdict::Deny;
    }
    let verdict = platforms::decide(&cx, trace);
    if can_act { verdict } else { Verdict::Deny }
}

impl<'a> Context<'a> {
    /// `None` when what the request is about is not there.
    pub fn new(asker: &'a Asker<'a>, request: &'a Request<'a>) -> Option<Self> {
        let snapshot = asker.snapshot;
        let row = match request.target.resource() {
            Some(id) => Some(snapshot.row(id)?),
            None => None,
        };
        let environment_id = match (row, request.target) {
            (Some(row), _) => row.environment,
            (None, Target::Environment(id)) => id,
            (None, _) => return None,
        };
        has_part(snapshot, request.target).then_some(())?;
        Some(Self {
            snapshot,
            request,
            asker,
            environment_id,
            place: snapshot.place(environment_id)?,
            row,
            record: OnceCell::new(),
        })
    }

    pub fn environment(&self) -> &'a Environment {
        &self.place.environment
    }

    pub fn resource(&self) -> Option<&Resource> {
        let read = || {
            let id = self.request.target.resource()?;
            if self.asker.passing {
                self.snapshot.read_resource(id)
            } else {
                self.snapshot.resource(id).map(Cow::Borrowed)
            }
        };
        self.record.get_or_init(read).as_deref()
    }

    pub const fn at(&self) -> Timestamp {
        self.request.at
    }

    /// Whether the principal is this member or counts through it.
    pub fn counts_as(&self, member: PrincipalId) -> bool {
        self.asker.counts_as(member)
    }

    /// Only somebody who is active and can act passes any check.
    fn principal_can_act(&self, trace: &mut impl Trace) -> bool {
        let key = match self.asker.standing {
            Standing::Acts => return true,
            Standing::Suspended => ReasonKey::PrincipalSuspended,
            Standing::Deleted => ReasonKey::PrincipalDeleted,
            Standing::CannotAct => ReasonKey::PrincipalCannotAct,
        };
        trace.reason(Check::Restriction, key, || Needs::Nothing);
        false
    }

    /// Grants on the target's record that name somebody the principal counts as.
    pub fn own_grants(&self) -> impl Iterator<Item = Held<'a>> + use<'a> {
        let (place, closure) = (self.place, self.asker.closure);
        let row = self.row.into_iter();
        row.flat_map(move |row| place.grants_on_to(row, closure))
    }

    /// Grants in the environment that name somebody the principal counts as.
    pub fn environment_grants(&self) -> impl Iterator<Item = Held<'a>> + use<'a> {
        self.place.grants_to(self.asker.closure)
    }

    /// Looks for any of the permissions among grants on the resource, then in the environment.
    /// Every grant that holds is evidence; one that would but for its time is a near miss.
    /// Without a resource only the environment counts.
    pub fn find_permission(
        &self,
        any: PermissionSet,
        resource: Option<ResourceId>,
        trace: &mut impl Trace,
    ) -> bool {
        let above = Target::Environment(self.environment_id);
        let mut found = false;
        if let Some(id) = resource {
            found = self.weigh(Target::Resource(id), any, self.own_grants(), trace);
        }
        if !found || trace.complete() {
            found |= self.weigh(above, any, self.environment_grants(), trace);
        }
        if !found {
            let on = resource.map_or(above, Target::Resource);
            trace.reason(Check::Reach, ReasonKey::NoGrant, || Needs::Permission {
                any,
                on,
            });
        }
        found
    }

    fn weigh(
        &self,
        on: Target,
        any: PermissionSet,
        grants: impl Iterator<Item = Held<'a>>,
        trace: &mut impl Trace,
    ) -> bool {
        let mut found = false;
        for grant in grants.filter(|g| g.permissions().intersects(any)) {
            if !grant.holds(self.at()) {
                self.near_miss(Check::Reach, &grant, trace);
                continue;
            }
            found = true;
            if self.grant_counts(on, &grant, trace).is_break() {
                break;
            }
        }
        found
    }

    /// Notes grants that would satisfy a check if they held at this moment, for whoever wants to know
    /// everything; a mere yes or no does not look for them.
    pub fn near_misses(
        &self,
        check: Check,
        grants: impl Iterator<Item = Held<'a>>,
        trace: &mut impl Trace,
    ) {
        if trace.complete() {
            grants.for_each(|grant| self.near_miss(check, &grant, trace));
        }
    }

    /// Notes a grant that would satisfy a check if it held at this moment.
    pub fn near_miss(&self, check: Check, grant: &Held<'_>, trace: &mut impl Trace) {
        if !trace.complete() {
            return;
        }
        let key = match grant.window() {
            None => ReasonKey::ConditionUnreadable,
            Some(w) if w.start.is_some_and(|s| self.at() < s) => ReasonKey::GrantNotStarted,
            Some(_) => ReasonKey::GrantExpired,
        };
        trace.reason(check, key, || Needs::Window {
            role: grant.role().clone(),
            member: grant.member,
            window: grant.window().unwrap_or_default(),
            at: self.at(),
        });
    }

    /// Notes a grant by which the target is reached.
    pub fn grant_counts(
        &self,
        on: Target,
        grant: &Held<'_>,
        trace: &mut impl Trace,
    ) -> ControlFlow<()> {
        self.counts_through(grant.member, Check::Reach, trace, |path| Evidence::Grant {
            on,
            origin: grant.origin,
            role: grant.role().clone(),
            member: grant.member,
            path,
            window: grant.window().unwrap_or_default(),
        })
    }

    /// Notes what satisfies a check because the principal counts as somebody: once for every way to
    /// them, where that is wanted.
    pub fn counts_through(
        &self,
        member: PrincipalId,
        check: Check,
        trace: &mut impl Trace,
        make: impl Fn(Vec<PrincipalId>) -> Evidence,
    ) -> ControlFlow<()> {
        if !trace.every_way() {
            return trace.evidence(check, || make(self.asker.path_to(member)));
        }
        let ways = self.asker.ways_to(member);
        for path in ways.paths {
            trace.evidence(check, || make(path))?;
        }
        if ways.all {
            return ControlFlow::Continue(());
        }
        trace.evidence(check, || Evidence::FurtherWays { member })
    }
}

/// Reports a failed restriction.
pub(crate) fn restrict(trace: &mut impl Trace, key: ReasonKey) -> Verdict {
    trace.reason(Check::Restriction, key, || Needs::Nothing);
    Verdict::Deny
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Capability, Environment, Key, Model, Policy, Principal, Record, Run, Specifics, Version,
    };

    /// A Fabric workspace with a model of one version, and somebody suspended.
    fn snapshot() -> Snapshot {
        let place = EnvironmentId(0);
        let environment = Environment {
            id: "lab".into(),
            name: String::new(),
            specifics: Specifics::Fabric {
                edition: crate::domain::FabricEdition::default(),
            },
            policy: Policy::default(),
            roles: Vec::new(),
        };
        let model = Resource {
            environment: place,
            id: "m".into(),
            name: String::new(),
            description: None,
            owner: None,
            policy: Policy::default(),
            body: Body::Model(Model {
                versions: vec![Version::default()],
                ..Model::default()
            }),
        };
        let experiment = Resource {
            id: "x".into(),
            body: Body::Experiment {
                runs: vec![Run::default()],
            },
            ..model.clone()
        };
        let mut gone = Principal::user("gone@acme.test", "Gone");
        gone.kind = crate::domain::PrincipalKind::User {
            status: crate::domain::Status::Suspended,
            manager: None,
        };
        let mut snapshot = Snapshot::default();
        for (key, record) in [
            (Key::Principal(PrincipalId(8)), Record::Principal(gone)),
            (Key::Environment(place), Record::Environment(environment)),
            (Key::Resource(place, ResourceId(0)), Record::Resource(model)),
            (
                Key::Resource(place, ResourceId(1)),
                Record::Resource(experiment),
            ),
        ] {
            snapshot.put(&key, Some(record));
        }
        snapshot
    }

    fn ask(target: Target) -> Explanation {
        let see = Capability::See.into();
        let request = Request::new(PrincipalId(8), see, target, Timestamp(0));
        explain(&snapshot(), &request)
    }

    #[test]
    fn a_version_or_run_that_is_not_there_is_an_error() {
        let (id, other) = (ResourceId(0), ResourceId(1));
        for target in [Target::Version(id, 0), Target::Run(other, 0)] {
            assert_eq!(ask(target).verdict, Verdict::Deny);
        }
        for target in [
            Target::Version(id, 1),
            Target::Run(id, 0),
            Target::Run(other, 1),
            Target::Version(other, 0),
        ] {
            let explanation = ask(target);
            assert_eq!(explanation.verdict, Verdict::Error);
            assert_eq!(explanation.key(), Some(ReasonKey::ResourceNotFound));
        }
    }

    #[test]
    fn an_explanation_goes_on_after_the_first_failure() {
        let reasons = ask(Target::Resource(ResourceId(0))).reasons;
        let keys: Vec<ReasonKey> = reasons.iter().map(|r| r.key).collect();
        assert_eq!(keys, [ReasonKey::PrincipalSuspended, ReasonKey::NoGrant]);
    }
}
