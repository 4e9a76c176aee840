//! What somebody can want. The names are the same in scenarios, on the command line, in the journal
//! and in the console.

mod accounts;
mod directory;
mod environments;
mod experiments;
mod jobs;
pub(super) mod limits;
pub(super) mod logins;
mod model_groups;
mod model_types;
mod models;
pub(super) mod offboard;
pub(super) mod ownership;
mod policies;
mod role_ids;
mod roles;
pub mod settings;
pub(super) mod sharing;
pub mod spelling;
mod versions;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

pub use accounts::{AssignBackendRoles, SetRoleMapping};
pub use directory::{
    CreateGroup, CreateServiceAccount, CreateUser, DeleteGroup, DeleteUser, RestoreUser,
    SetMembership, SuspendUser, UpdateUser,
};
pub use environments::{CreateEnvironment, DeleteEnvironment};
pub use experiments::{AddRun, CreateExperiment, DeleteExperiment};
pub use jobs::{CancelJob, CreateJob};
pub use limits::{Meter, meters};
pub use logins::{RemoveLogin, SetLogin};
pub use model_groups::{CreateModelGroup, DeleteModelGroup, UpdateModelGroup};
pub use models::{CreateModel, DeleteModel, MoveModel, Publish, Unpublish, UpdateModel};
pub use offboard::{Afterwards, Offboard};
pub use ownership::{Reassign, TakeOver, keeps_by_default};
pub use policies::{BindingText, PolicyText, SetPolicy};
pub use roles::{CreateRole, DeleteRole, GrantRole, RevokeRole, UpdateRole};
pub use settings::SetSetting;
pub use sharing::{Share, Unshare};
pub use versions::{AddVersion, DeleteVersion, SetDefaultVersion};

use super::desk::Desk;
use super::refusal::Refusal;

/// One intent knows how to be worked out on a desk.
pub(super) trait CarryOut {
    /// Authorizes, drafts the changes, and says in one line what is done.
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal>;

    /// Why it is wanted, when the intent has a place for that.
    fn reason(&self) -> Option<String> {
        None
    }
}

macro_rules! intents {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// What somebody wants.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        pub enum Intent {
            $($(#[$doc])* $name($name),)*
        }

        $(impl From<$name> for Intent {
            fn from(intent: $name) -> Self {
                Self::$name(intent)
            }
        })*

        impl Intent {
            pub(super) fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
                match self {
                    $(Self::$name(intent) => intent.carry_out(desk),)*
                }
            }

            pub(super) fn reason(&self) -> Option<String> {
                match self {
                    $(Self::$name(intent) => intent.reason(),)*
                }
            }

            /// The names of all intents.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];
        }
    };
}

intents! {
    /// Make a model.
    CreateModel,
    /// Change a model's name, description, type or state.
    UpdateModel,
    /// Remove a model.
    DeleteModel,
    /// Put a model into another group.
    MoveModel,
    /// Add a version.
    AddVersion,
    /// Choose the version that requests use.
    SetDefaultVersion,
    /// Remove a version.
    DeleteVersion,
    /// Let a trained model be run.
    Publish,
    /// Take a model out of use.
    Unpublish,
    /// Register a model group.
    CreateModelGroup,
    /// Change a model group's name, description or access.
    UpdateModelGroup,
    /// Remove an empty model group.
    DeleteModelGroup,
    /// Give somebody access to one resource.
    Share,
    /// Take it back.
    Unshare,
    /// Replace a policy as a whole.
    SetPolicy,
    /// Give models to another owner.
    Reassign,
    /// Make an inactive owner's item one's own.
    TakeOver,
    /// Hand over all that a leaver owns, and take away all that they hold.
    Offboard,
    /// Start a job.
    CreateJob,
    /// Stop a job.
    CancelJob,
    /// Make an experiment.
    CreateExperiment,
    /// Add a run to an experiment.
    AddRun,
    /// Remove an experiment.
    DeleteExperiment,
    /// Give somebody a role in an environment.
    GrantRole,
    /// Take a role away.
    RevokeRole,
    /// Define a role.
    CreateRole,
    /// Change a defined role.
    UpdateRole,
    /// Remove a defined role.
    DeleteRole,
    /// Say which backend roles and names mean a role.
    SetRoleMapping,
    /// Give an account backend roles.
    AssignBackendRoles,
    /// Change a setting of an environment.
    SetSetting,
    /// Add an environment.
    CreateEnvironment,
    /// Remove an empty environment.
    DeleteEnvironment,
    /// Add a user.
    CreateUser,
    /// Change a user's id, name or manager.
    UpdateUser,
    /// Keep a user out.
    SuspendUser,
    /// Let a suspended or deleted user in again.
    RestoreUser,
    /// Delete a user for good; a tombstone stays.
    DeleteUser,
    /// Add a group.
    CreateGroup,
    /// Change who is directly in a group.
    SetMembership,
    /// Delete a group; a tombstone stays.
    DeleteGroup,
    /// Add a service account.
    CreateServiceAccount,
    /// Let an operating-system account sign in as somebody.
    SetLogin,
    /// Let an account sign in no more.
    RemoveLogin,
}

impl Intent {
    /// The name: `share`, `reassign`, ….
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// The intent with its arguments, as JSON.
    pub fn arguments(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
