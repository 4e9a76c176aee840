//! Other numbers for the same things: those of a cutout for those of the whole, and back.

use std::collections::BTreeMap;

use crate::domain::{EnvironmentId, PrincipalId, ResourceId, Target};

/// What principals, environments and resources are called elsewhere. Built-in principals have the
/// same numbers everywhere.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) principals: BTreeMap<PrincipalId, PrincipalId>,
    pub(super) environments: BTreeMap<EnvironmentId, EnvironmentId>,
    pub(super) resources: BTreeMap<ResourceId, ResourceId>,
}

impl Names {
    /// The other number of a principal; the next one when it has none yet.
    pub(super) fn number(&mut self, id: PrincipalId) -> PrincipalId {
        if id < PrincipalId::FIRST {
            return id;
        }
        let count = u32::try_from(self.principals.len()).unwrap_or(u32::MAX);
        let next = PrincipalId(count.saturating_add(PrincipalId::FIRST.0));
        *self.principals.entry(id).or_insert(next)
    }

    pub(super) fn principal(&self, id: PrincipalId) -> Option<PrincipalId> {
        if id < PrincipalId::FIRST {
            return Some(id);
        }
        self.principals.get(&id).copied()
    }

    pub(super) fn environment(&self, id: EnvironmentId) -> Option<EnvironmentId> {
        self.environments.get(&id).copied()
    }

    pub(super) fn resource(&self, id: ResourceId) -> Option<ResourceId> {
        self.resources.get(&id).copied()
    }

    pub(super) fn target(&self, target: Target) -> Option<Target> {
        Some(match target {
            Target::Environment(id) => Target::Environment(self.environment(id)?),
            Target::Resource(id) => Target::Resource(self.resource(id)?),
            Target::Version(id, part) => Target::Version(self.resource(id)?, part),
            Target::Run(id, part) => Target::Run(self.resource(id)?, part),
            Target::Container(id) => Target::Container(self.resource(id)?),
        })
    }

    /// The way back.
    pub(super) fn turned(&self) -> Self {
        fn turned<T: Ord + Copy>(map: &BTreeMap<T, T>) -> BTreeMap<T, T> {
            map.iter().map(|(here, there)| (*there, *here)).collect()
        }
        Self {
            principals: turned(&self.principals),
            environments: turned(&self.environments),
            resources: turned(&self.resources),
        }
    }
}
