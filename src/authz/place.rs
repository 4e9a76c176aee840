//! Environments and resources compiled for deciding: roles resolved to permissions, grants sorted.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::{
    Binding, Depth, Environment, Platform, PrincipalId, Privilege, Resource, Specifics, Timestamp,
    Window,
};

use super::permission::PermissionSet;
use super::platforms;

/// What a role gives, in one environment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rights {
    /// Permissions of the platform's vocabulary.
    pub permissions: PermissionSet,
    /// AI Builder: how far each privilege reaches.
    pub depths: Depths,
    /// Whether whoever holds it is the platform's administrator.
    pub administrator: bool,
    /// OpenSearch: whether the role reads index data, which training needs.
    pub index_read: bool,
}

/// How far each Dataverse privilege reaches; `None` where it is not held.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Depths([Option<Depth>; 8]);

impl Depths {
    /// The depth of one privilege.
    pub fn get(&self, privilege: Privilege) -> Option<Depth> {
        self.0.get(privilege as usize).copied().flatten()
    }

    /// Sets the depth of one privilege; the wider of two wins.
    pub fn raise(&mut self, privilege: Privilege, depth: Depth) {
        if let Some(slot) = self.0.get_mut(privilege as usize) {
            *slot = (*slot).max(Some(depth));
        }
    }
}

/// One member of one binding, ready to decide with.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Who holds it.
    pub member: PrincipalId,
    /// What it gives.
    pub rights: Arc<Rights>,
    /// When it holds; `None` when its condition can't be evaluated: it then never does.
    pub window: Option<Window>,
    /// Which binding it comes from.
    pub origin: Origin,
}

/// Where a grant is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The resource's or environment's own policy, by place.
    Policy(usize),
    /// A binding from above the environment, by place.
    Inherited(usize),
    /// Nowhere: whoever started an operation owns it.
    Automatic,
}

/// An environment, compiled.
#[derive(Debug)]
pub struct Place {
    /// The record.
    pub environment: Environment,
    /// Environment-wide grants, in order of members.
    pub grants: Vec<Grant>,
    /// What the known roles give on a single resource, resolved once for all resources.
    known: HashMap<String, Arc<Rights>>,
}

/// A resource, compiled.
#[derive(Debug)]
pub struct Row {
    /// The record.
    pub resource: Resource,
    /// Grants on the resource itself, in order of members.
    pub grants: Box<[Grant]>,
}

impl Place {
    /// Compiles an environment.
    pub fn new(environment: Environment) -> Self {
        let own = environment.policy.bindings.iter().enumerate();
        let mut grants = Vec::new();
        for (i, binding) in own {
            let rights = platforms::environment_role(&environment, &binding.role).map(Arc::new);
            push_grants(&mut grants, binding, rights, Origin::Policy(i));
        }
        if let Specifics::Google { inherited, .. } = &environment.specifics {
            for (i, binding) in inherited.iter().enumerate() {
                let rights = platforms::environment_role(&environment, &binding.role).map(Arc::new);
                push_grants(&mut grants, binding, rights, Origin::Inherited(i));
            }
        }
        grants.sort_by_key(|g| g.member);
        let levels = platforms::share_levels(&environment)
            .into_iter()
            .map(|l| l.role);
        let roles = platforms::roles(&environment).into_iter().map(|r| r.name);
        let known = levels
            .chain(roles)
            .filter_map(|role| {
                let rights = platforms::resource_role(&environment, &role)?;
                Some((role, Arc::new(rights)))
            })
            .collect();
        Self {
            environment,
            grants,
            known,
        }
    }

    /// What a role gives on a single resource.
    fn resource_role(&self, role: &str) -> Option<Arc<Rights>> {
        self.known
            .get(role)
            .cloned()
            .or_else(|| platforms::resource_role(&self.environment, role).map(Arc::new))
    }

    /// The platform.
    pub const fn platform(&self) -> Platform {
        self.environment.platform()
    }

    /// The grants of one member.
    pub fn grants_of(&self, member: PrincipalId) -> &[Grant] {
        let from = self.grants.partition_point(|g| g.member < member);
        let to = self.grants.partition_point(|g| g.member <= member);
        self.grants.get(from..to).unwrap_or_default()
    }
}

impl Row {
    /// Compiles a resource of an environment.
    pub fn new(resource: Resource, place: &Place) -> Self {
        let mut grants = Vec::new();
        for (i, binding) in resource.policy.bindings.iter().enumerate() {
            let rights = place.resource_role(&binding.role);
            push_grants(&mut grants, binding, rights, Origin::Policy(i));
        }
        if let Some((owner, rights)) = platforms::automatic_grant(&place.environment, &resource) {
            grants.push(Grant {
                member: owner,
                rights: Arc::new(rights),
                window: Some(Window::ALWAYS),
                origin: Origin::Automatic,
            });
        }
        grants.sort_by_key(|g| g.member);
        Self {
            resource,
            grants: grants.into_boxed_slice(),
        }
    }
}

impl Grant {
    /// Whether the grant holds at a moment.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.window.is_some_and(|w| w.contains(at))
    }
}

/// Unknown roles grant nothing.
fn push_grants(
    grants: &mut Vec<Grant>,
    binding: &Binding,
    rights: Option<Arc<Rights>>,
    origin: Origin,
) {
    let Some(rights) = rights else { return };
    let window = binding.window();
    grants.extend(binding.members.iter().map(|member| Grant {
        member: *member,
        rights: Arc::clone(&rights),
        window,
        origin,
    }));
}
