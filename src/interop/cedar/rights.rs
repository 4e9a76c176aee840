//! What a binding's role comes to in native permissions, in its environment's edition.

use crate::authz::PermissionSet;
use crate::authz::platforms::{self, RoleInfo, fabric};
use crate::domain::{Binding, Environment, Platform, Resource, ResourceKind};

/// The roles of one environment, looked up once.
pub(super) struct Roles<'a> {
    environment: &'a Environment,
    roles: Vec<RoleInfo>,
}

impl<'a> Roles<'a> {
    pub fn new(environment: &'a Environment) -> Self {
        Self {
            environment,
            roles: platforms::roles(environment),
        }
    }

    /// The permissions that a binding gives, on the environment or on one resource. None when the
    /// role is unknown, disabled, or holds nothing that is known.
    pub fn permissions(&self, binding: &Binding, on: Option<&Resource>) -> Vec<&'static str> {
        let platform = self.environment.platform();
        let set = match (platform, on) {
            (Platform::Fabric, Some(_)) => self.item_share(binding),
            _ => self.role(&binding.role),
        };
        set.iter().map(|p| p.name(platform)).collect()
    }

    fn role(&self, name: &str) -> PermissionSet {
        let fabric = self.environment.platform() == Platform::Fabric;
        let same = |role: &&RoleInfo| {
            role.name == name || (fabric && role.name.eq_ignore_ascii_case(name))
        };
        let role = self.roles.iter().find(same);
        role.map_or(PermissionSet::EMPTY, |r| r.rights.permissions)
    }

    /// A share's words one by one: Read comes with any, and a word that the edition does not know
    /// gives nothing.
    fn item_share(&self, binding: &Binding) -> PermissionSet {
        let of = |word| fabric::share_permissions(self.environment, word);
        let words = std::iter::once("Read").chain(binding.rights());
        words
            .filter_map(of)
            .fold(PermissionSet::EMPTY, PermissionSet::union)
    }
}

/// Whether a resource has a policy of its own. An operation has just its automatic owner.
pub(super) fn has_policy(resource: &Resource) -> bool {
    resource.kind() != ResourceKind::Operation
}
