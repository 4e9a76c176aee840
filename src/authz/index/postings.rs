//! Posting lists: which resources hang on a person, a group, an environment, a backend role.
//!
//! A posting only says where to look. Whether somebody may see what stands there is decided for
//! each resource anew, so a posting may name too much but never too little.

use std::collections::{BTreeSet, HashMap};
use std::hash::{Hash as _, Hasher as _};

use imbl::GenericHashMap;
use imbl::shared_ptr::DefaultSharedPtr;
use rustc_hash::{FxBuildHasher, FxHasher};
use smallvec::{SmallVec, smallvec};
use strum::IntoEnumIterator as _;

use crate::domain::{
    AccessMode, Body, EnvironmentId, Model, PrincipalId, Resource, ResourceId, ResourceKind,
};

use super::super::platforms;
use super::bytes::{put, put_length, take, take_byte};
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
        Self::all_of(resource).into_iter().collect()
    }

    /// The same, in no order and perhaps twice.
    fn all_of(resource: &Resource) -> SmallVec<[Self; 8]> {
        let environment = resource.environment;
        let group = resource.model().and_then(Model::group_id);
        let mut postings = smallvec![match group {
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
        postings
    }
}

impl Posting {
    fn write(self, bytes: &mut Vec<u8>) {
        let (tag, first, second) = match self {
            Self::Kind(environment, kind) => (0, environment.0, kind as u32),
            Self::Grouped(environment) => (1, environment.0, 0),
            Self::Owner(id) => (2, id.0, 0),
            Self::Granted(id) => (3, id.0, 0),
            Self::InGroup(group) => (4, group.0, 0),
            Self::Open(environment) => (5, environment.0, 0),
            Self::BackendRole(environment, role) => (6, environment.0, role),
            Self::About(model) => (7, model.0, 0),
        };
        bytes.push(tag);
        put(bytes, first);
        put(bytes, second);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (tag, first, second) = (take_byte(bytes)?, take(bytes)?, take(bytes)?);
        let environment = EnvironmentId(first);
        Some(match tag {
            0 => {
                let kind = ResourceKind::iter().find(|kind| *kind as u32 == second)?;
                Self::Kind(environment, kind)
            }
            1 => Self::Grouped(environment),
            2 => Self::Owner(PrincipalId(first)),
            3 => Self::Granted(PrincipalId(first)),
            4 => Self::InGroup(ResourceId(first)),
            5 => Self::Open(environment),
            6 => Self::BackendRole(environment, second),
            7 => Self::About(ResourceId(first)),
            _ => return None,
        })
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

    /// Everything, as [`Self::read`] reads it.
    pub fn write(&self, bytes: &mut Vec<u8>) -> Option<()> {
        put_length(bytes, self.0.len())?;
        for (posting, ids) in &self.0 {
            posting.write(bytes);
            put_length(bytes, ids.len())?;
            let mut last = 0;
            for id in ids {
                put(bytes, id.0 - last);
                last = id.0;
            }
        }
        Some(())
    }

    /// What [`Self::write`] wrote; `None` when it is not.
    pub fn read(mut bytes: &[u8]) -> Option<Self> {
        let mut postings = Self::default();
        for _ in 0..take(&mut bytes)? {
            let posting = Posting::read(&mut bytes)?;
            let count = take(&mut bytes)? as usize;
            let mut last = 0u32;
            // A count that no bytes could hold reserves nothing.
            let mut ids = Vec::with_capacity(count.min(bytes.len()));
            for _ in 0..count {
                last = last.checked_add(take(&mut bytes)?)?;
                ids.push(ResourceId(last));
            }
            postings.0.insert(posting, ids.into());
        }
        bytes.is_empty().then_some(postings)
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

/// Collects the posting lists of many resources.
#[derive(Debug, Default)]
pub struct PostingsBuilder(HashMap<Posting, Vec<ResourceId>, FxBuildHasher>);

impl PostingsBuilder {
    /// Takes a resource in.
    pub fn add(&mut self, id: ResourceId, resource: &Resource) {
        for posting in Posting::all_of(resource) {
            let ids = self.0.entry(posting).or_default();
            if ids.last() != Some(&id) {
                ids.push(id);
            }
        }
    }

    /// All lists.
    pub fn finish(self) -> Postings {
        let lists = self.0.into_iter().map(|(posting, mut ids)| {
            if !ids.is_sorted() {
                ids.sort_unstable();
            }
            (posting, Ids::from(ids))
        });
        Postings(lists.collect())
    }
}
