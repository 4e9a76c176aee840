//! What a role gives in a platform's neutral verbs, found by asking: somebody who holds nothing else
//! is put beside a model that nobody granted anything on.

use crate::domain::{
    Binding, Body, CapabilitySet, EnvironmentId, Key, Model, ModelState, Policy, Principal,
    PrincipalId, Record, Resource, ResourceId, Specifics, Target, Timestamp,
};

use super::capabilities::capabilities;
use super::snapshot::Snapshot;

/// What holding a role in an environment, and nothing else, lets one do there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoleGives {
    /// To any model there, where nothing about the model keeps one out.
    pub any: CapabilitySet,
    /// To a model that one owns, where ownership is recorded beside the policy.
    pub own: CapabilitySet,
    /// To the environment itself: its policy and settings.
    pub environment: CapabilitySet,
}

/// What a role gives when it is held in an environment. Nothing for roles that are unknown there or
/// disabled.
pub fn role_gives(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    role: &str,
    at: Timestamp,
) -> RoleGives {
    let Some(place) = snapshot.place(environment) else {
        return RoleGives::default();
    };
    let counters = snapshot.counters();
    let holder = PrincipalId(counters.principal);
    let somebody = PrincipalId(counters.principal.saturating_add(1));
    let mut there = (*place.environment).clone();
    there.policy = Policy {
        bindings: vec![Binding::new(role, holder)],
        ..Policy::default()
    };
    match &mut there.specifics {
        Specifics::Google { inherited, .. } => inherited.clear(),
        Specifics::OpenSearch { mappings, .. } => mappings.clear(),
        Specifics::Fabric { .. } | Specifics::AiBuilder { .. } => {}
    }
    let mut probe = snapshot.clone();
    for (id, name) in [(holder, "holder"), (somebody, "somebody")] {
        let user = Principal::user(name, name);
        probe.put(&Key::Principal(id), Some(Record::Principal(user)));
    }
    probe.put(
        &Key::Environment(environment),
        Some(Record::Environment(there)),
    );
    let mut add = |id: u32, owner| {
        let id = ResourceId(id);
        let model = model(environment, owner);
        probe.put(
            &Key::Resource(environment, id),
            Some(Record::Resource(model)),
        );
        Target::Resource(id)
    };
    let any = add(counters.resource, somebody);
    let own = add(counters.resource.saturating_add(1), holder);
    let can = |on| capabilities(&probe, holder, on, at);
    RoleGives {
        any: can(any),
        own: can(own),
        environment: can(Target::Environment(environment)),
    }
}

/// A published model in no group.
fn model(environment: EnvironmentId, owner: PrincipalId) -> Resource {
    Resource {
        environment,
        id: format!("probe-{}", owner.0),
        name: String::new(),
        description: None,
        owner: Some(owner),
        policy: Policy::default(),
        body: Body::Model(Model {
            state: Some(ModelState::Published),
            ..Model::default()
        }),
    }
}
