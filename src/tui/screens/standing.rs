//! Who holds what on a resource: what is granted on it, and what reaches it from elsewhere, as the
//! core's evidence says. Who may not view access there is shown their own only.

use std::collections::BTreeSet;

use crate::authz::index::row::Origin;
use crate::authz::{Evidence, Request, Snapshot, check, platforms, who_can, wording};
use crate::domain::{
    Binding, Capability, EnvironmentId, PrincipalId, ResourceId, Status, Target, Timestamp,
};

use super::access::known::routes;

/// One holding.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Who holds it.
    pub member: PrincipalId,
    /// The role, as the binding names it.
    pub role: String,
    /// What is shown of it: the role, where it stands, and when it holds.
    pub text: String,
    /// Whether it gives nothing at present.
    pub idle: bool,
    /// Where it comes from.
    pub from: Source,
}

/// Where a holding comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A binding of the resource: it can be taken away there.
    Itself,
    /// A role in the whole environment.
    Environment(EnvironmentId),
    /// Something above the environment.
    Above(EnvironmentId),
    /// That somebody owns it.
    Ownership,
}

impl Standing {
    /// Why it can't be taken away on the resource, and where it can; `None` when it can be.
    pub fn fixed(&self, snapshot: &Snapshot) -> Option<String> {
        let name = |id| snapshot.target_label(Target::Environment(id));
        match self.from {
            Source::Itself => None,
            Source::Environment(id) => Some(format!(
                "A role in the whole of {}: it can't be taken away here. enter goes there; a \
                 revokes it.",
                name(id)
            )),
            Source::Above(id) => Some(format!(
                "Inherited from above {} (its folder or organization): it can be taken away only \
                 there.",
                name(id)
            )),
            Source::Ownership => Some(
                "This goes with owning the model: it can't be taken away here. o on the model \
                 hands it over."
                    .to_owned(),
            ),
        }
    }
}

/// A question about who holds what: all that answering it elsewhere takes.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// On what.
    pub resource: ResourceId,
    /// Who asks.
    pub viewer: PrincipalId,
    /// When.
    pub now: Timestamp,
}

impl Asked {
    /// Whether the viewer may see everybody's access, or only their own.
    pub fn sees_all(&self, snapshot: &Snapshot) -> bool {
        let (viewer, on) = (self.viewer, Target::Resource(self.resource));
        let view = Request::new(viewer, Capability::ViewAccess.into(), on, self.now);
        check(snapshot, &view).is_allowed()
    }

    /// What is granted on the resource, then what reaches it from elsewhere.
    pub fn answer(&self, snapshot: &Snapshot) -> Vec<Standing> {
        let all = self.sees_all(snapshot);
        let mut found = self.granted(snapshot, all);
        found.extend(self.reaching(snapshot, all));
        found
    }

    /// Bindings of the resource, those that give nothing at present too: they can be taken away.
    fn granted(&self, snapshot: &Snapshot, all: bool) -> Vec<Standing> {
        let Some(resource) = snapshot.resource(self.resource) else {
            return Vec::new();
        };
        let own = snapshot.closure(self.viewer);
        let visible = |member: &PrincipalId| all || own.binary_search(member).is_ok();
        let grants = resource.policy.grants();
        grants
            .filter(|(_, _, member)| visible(member))
            .map(|(_, binding, member)| self.grant(snapshot, resource.environment, binding, member))
            .collect()
    }

    fn grant(
        &self,
        snapshot: &Snapshot,
        environment: EnvironmentId,
        binding: &Binding,
        member: PrincipalId,
    ) -> Standing {
        let on = Target::Resource(self.resource);
        let place = snapshot.place(environment);
        let known =
            place.is_some_and(|p| platforms::gives_anything(&p.environment, &binding.role, true));
        let status = snapshot.principal(member).map(|p| p.status());
        let window = binding.window();
        let holds = window.is_some_and(|w| w.contains(self.now));
        let mut words = vec![wording::role_title(snapshot, on, &binding.role)];
        if !known {
            words.push("gives nothing here".to_owned());
        }
        words.push(wording::time(window, self.now));
        let gone = status.filter(|s| *s != Status::Active);
        words.extend(gone.map(|s| format!("the account is {s}")));
        words.retain(|w| !w.is_empty());
        Standing {
            member,
            role: binding.role.clone(),
            text: words.join(", "),
            idle: !known || !holds || gone.is_some(),
            from: Source::Itself,
        }
    }

    /// Every other way in which somebody sees or runs it, once for whoever it was given to.
    fn reaching(&self, snapshot: &Snapshot, all: bool) -> Vec<Standing> {
        let on = Target::Resource(self.resource);
        let Some(environment) = snapshot.environment_of(on) else {
            return Vec::new();
        };
        let mut known = BTreeSet::new();
        let mut found = Vec::new();
        for capability in [Capability::See, Capability::Run] {
            for (who, evidence) in self.evidence(snapshot, capability, all) {
                let from = source(&evidence, environment);
                let Some((member, role, evidence)) = at_its_source(who, evidence, on) else {
                    continue;
                };
                let text = wording::evidence(snapshot, &evidence);
                if known.insert((member, text.clone())) {
                    found.push(Standing {
                        member,
                        role,
                        text,
                        idle: false,
                        from,
                    });
                }
            }
        }
        found.sort_by_cached_key(|s| (snapshot.label(s.member), s.text.clone()));
        found
    }

    fn evidence(
        &self,
        snapshot: &Snapshot,
        capability: Capability,
        all: bool,
    ) -> Vec<(PrincipalId, Evidence)> {
        let on = Target::Resource(self.resource);
        if !all {
            let own = routes(snapshot, self.viewer, capability.into(), on, self.now);
            return own.into_iter().map(|e| (self.viewer, e)).collect();
        }
        let holders = who_can(snapshot, capability.into(), on, self.now).into_iter();
        holders
            .flat_map(|h| h.routes.into_iter().map(move |e| (h.principal, e)))
            .collect()
    }
}

const fn source(evidence: &Evidence, environment: EnvironmentId) -> Source {
    match evidence {
        Evidence::Owner { .. } => Source::Ownership,
        Evidence::Grant {
            origin: Origin::Inherited(_),
            ..
        } => Source::Above(environment),
        _ => Source::Environment(environment),
    }
}

/// Evidence without the way from a person up to whoever it was given to, with that holder and the
/// role. `None` for what stands on the resource itself.
fn at_its_source(
    who: PrincipalId,
    evidence: Evidence,
    on: Target,
) -> Option<(PrincipalId, String, Evidence)> {
    Some(match evidence {
        Evidence::Grant { on: place, .. } if place == on => return None,
        // Without the way there is only what was granted.
        Evidence::FurtherWays { .. } => return None,
        Evidence::Grant {
            on,
            origin,
            role,
            member,
            window,
            ..
        } => {
            let (name, path) = (role.to_string(), Vec::new());
            let evidence = Evidence::Grant {
                on,
                origin,
                role,
                member,
                path,
                window,
            };
            (member, name, evidence)
        }
        Evidence::Depth {
            role,
            depth,
            supported,
            member,
            ..
        } => {
            let (name, path) = (role.to_string(), Vec::new());
            let evidence = Evidence::Depth {
                role,
                depth,
                supported,
                member,
                path,
            };
            (member, name, evidence)
        }
        Evidence::Owner { owner, .. } => {
            let path = Vec::new();
            (owner, String::new(), Evidence::Owner { owner, path })
        }
        other => (who, String::new(), other),
    })
}
