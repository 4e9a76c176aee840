//! Posting lists: which resources hang on a person, a group, an environment, a backend role.
//!
//! A posting only says where to look. Whether somebody may see what stands there is decided for
//! each resource anew, so a posting may name too much but never too little.

use std::collections::BTreeSet;
use std::hash::{Hash as _, Hasher as _};

use imbl::GenericHashMap;
use imbl::shared_ptr::DefaultSharedPtr;
use rustc_hash::{FxBuildHasher, FxHasher};

use crate::domain::{
    AccessMode, Body, EnvironmentId, Model, PrincipalId, Resource, ResourceId, ResourceKind,
};

use super::super::platforms;
use super::ids::Ids;

/// What resources are listed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Posting {
    /// Everything of one kind in an environment, but for models in a group.
    Kind(EnvironmentId, ResourceKind),
    /// OpenSearch: models that are in a group.
    Grouped(EnvironmentId),
    /// What a principal owns, or is named by an owner's role of.
    Owner(PrincipalId),
    /// What a principal is granted in the resource's own policy, or owns the training data of.
    Granted(PrincipalId),
    /// OpenSearch: models in a group.
    InGroup(ResourceId),
    /// OpenSearch: groups that need no backend role: public, ownerless, or corrupt.
    Open(EnvironmentId),
    /// OpenSearch: groups that name a backend role; by a hash of its name.
    BackendRole(EnvironmentId, u32),
    /// Jobs and operations that are about a model.
    About(ResourceId),
}

impl Posting {
    /// The posting of a backend role.
    pub fn backend_role(environment: EnvironmentId, role: &str) -> Self {
        let mut hasher = FxHasher::default();
        role.hash(&mut hasher);
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a hash may lose its upper half"
        )]
        Self::BackendRole(environment, hasher.finish() as u32)
    }

    /// Everything that a resource is listed under. Depends on nothing but its record.
    pub fn of(resource: &Resource) -> BTreeSet<Self> {
        let environment = resource.environment;
        let group = resource.model().and_then(Model::group_id);
        let mut postings = vec![match group {
            Some(_) => Self::Grouped(environment),
            None => Self::Kind(environment, resource.kind()),
        }];
        postings.extend(group.map(Self::InGroup));
        postings.extend(resource.owner.map(Self::Owner));
        let owner_role = platforms::owner_role(resource.kind());
        for (_, binding, member) in resource.policy.grants() {
            postings.push(if Some(binding.role.as_str()) == owner_role {
                Self::Owner(member)
            } else {
                Self::Granted(member)
            });
        }
        match &resource.body {
            Body::Model(model) => {
                postings.extend(model.container.iter().map(|c| Self::Granted(c.owner)));
            }
            Body::ModelGroup {
                access,
                backend_roles,
            } => {
                let open = !matches!(access, Some(AccessMode::Private | AccessMode::Restricted));
                if open || resource.owner.is_none() {
                    postings.push(Self::Open(environment));
                }
                let roles = backend_roles.iter();
                postings.extend(roles.map(|r| Self::backend_role(environment, r)));
            }
            Body::Job { model, .. } | Body::Operation { model, .. } => {
                postings.extend(model.map(Self::About));
            }
            Body::Experiment { .. } => {}
        }
        postings.into_iter().collect()
    }
}

/// All posting lists.
#[derive(Debug, Clone, Default)]
pub struct Postings(GenericHashMap<Posting, Ids<ResourceId>, FxBuildHasher, DefaultSharedPtr>);

impl Postings {
    /// What is listed under a posting.
    pub fn get(&self, posting: Posting) -> Option<&Ids<ResourceId>> {
        self.0.get(&posting)
    }

    /// Brings the lists up to date when a resource changes; lists that it stays in are not touched.
    pub fn moved(&mut self, id: ResourceId, before: &BTreeSet<Posting>, after: &BTreeSet<Posting>) {
        for posting in before.difference(after) {
            if let Some(ids) = self.0.get_mut(posting) {
                ids.remove(id);
                if ids.is_empty() {
                    self.0.remove(posting);
                }
            }
        }
        for posting in after.difference(before) {
            self.0.entry(*posting).or_default().insert(id);
        }
    }
}
