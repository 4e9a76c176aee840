//! The nouns: who there is, what there is, and what was granted to whom.
//!
//! Everything that is stored is a [`Record`] under a [`Key`]; every change is a [`ChangeSet`] of
//! records before and after. Principals and resources carry stable numbers that are never given
//! out twice, so a rename changes no grant and a namesake inherits nothing.

pub mod action;
pub mod change;
pub mod condition;
pub mod environment;
pub mod grants;
pub mod ids;
pub mod journal;
pub mod packed;
pub mod policy;
pub mod principal;
pub mod resource;
mod rfc3339;
pub mod text;
pub mod time;

pub use action::{Action, Capability, CapabilitySet};
pub use change::{Change, ChangeSet, Counters, Key, Login, Record};
pub use condition::{Condition, Reading};
pub use environment::{
    AccessMode, Account, AiBuilderEdition, AiBuilderSettings, BusinessUnit, CustomRole, Depth,
    Environment, FabricEdition, GoogleEdition, OpenSearchEdition, OpenSearchSettings, Platform,
    Privilege, RoleMapping, RoleRights, RolesResolution, Specifics,
};
pub use grants::ByMember;
pub use ids::{EnvironmentId, PrincipalId, ResourceId, ResourceRef, Revision};
pub use journal::{Author, JournalEntry, Stamp};
pub use policy::{Binding, Policy};
pub use principal::{GroupKind, Principal, PrincipalKind, Status};
pub use resource::{
    Body, DatasetsContainer, GroupLink, Model, ModelState, Resource, ResourceKind, Run, Target,
    Version,
};
pub use time::{Timestamp, Window};
