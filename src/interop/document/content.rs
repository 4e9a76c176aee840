//! What a deedbox document can say about directory and environments, field by field.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Depth, GroupKind, Platform, Privilege, RolesResolution, Status};

use super::super::words::Word;
use super::parts::{
    BindingPart, ExperimentPart, JobPart, ModelGroupPart, ModelPart, OperationPart, PolicyPart,
};

/// The whole document.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The version of the format.
    pub deedbox: u32,
    /// Who there is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub directory: DirectoryPart,
    /// Where there is something.
    #[serde(default, skip_serializing_if = "is_default")]
    pub environments: Vec<EnvironmentPart>,
}

/// Users, groups and service accounts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryPart {
    /// People.
    #[serde(default, skip_serializing_if = "is_default")]
    pub users: Vec<UserPart>,
    /// Groups.
    #[serde(default, skip_serializing_if = "is_default")]
    pub groups: Vec<GroupPart>,
    /// Programs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub service_accounts: Vec<ServiceAccountPart>,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserPart {
    /// The id, without `user:`.
    pub id: String,
    /// What people call them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// Active unless said otherwise.
    #[serde(default)]
    pub status: Word<Status>,
    /// Tells namesakes apart.
    #[serde(default, skip_serializing_if = "is_default")]
    pub uid: Option<String>,
    /// A user of the directory.
    #[serde(default, skip_serializing_if = "is_default")]
    pub manager: Option<String>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupPart {
    /// The id, without `group:`.
    pub id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// A security group unless said otherwise.
    #[serde(default)]
    pub kind: Word<GroupKind>,
    /// Active or deleted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub status: Word<Status>,
    /// Tells namesakes apart.
    #[serde(default, skip_serializing_if = "is_default")]
    pub uid: Option<String>,
    /// Direct members.
    #[serde(default, skip_serializing_if = "is_default")]
    pub members: Vec<String>,
}

/// A service account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceAccountPart {
    /// The id, without `serviceAccount:`.
    pub id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// Active unless said otherwise.
    #[serde(default, skip_serializing_if = "is_default")]
    pub status: Word<Status>,
    /// Tells namesakes apart.
    #[serde(default, skip_serializing_if = "is_default")]
    pub uid: Option<String>,
}

/// One environment. Lists that only some platforms have are `None` when the document does not
/// mention them: mentioning them elsewhere is an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentPart {
    /// The id.
    pub id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// Which platform.
    pub platform: Word<Platform>,
    /// Which edition of its rules; the platform's default when missing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub edition: Option<String>,
    /// OpenSearch, AI Builder.
    #[serde(default, skip_serializing_if = "is_default")]
    pub settings: Option<SettingsPart>,
    /// AI Builder.
    #[serde(default, skip_serializing_if = "is_default")]
    pub business_units: Option<Vec<BusinessUnitPart>>,
    /// OpenSearch, AI Builder.
    #[serde(default, skip_serializing_if = "is_default")]
    pub accounts: Option<Vec<AccountPart>>,
    /// Google: the project's policy.
    #[serde(default, skip_serializing_if = "is_default")]
    pub policy: Option<PolicyPart>,
    /// Google: bindings of folders and the organization.
    #[serde(default, skip_serializing_if = "is_default")]
    pub inherited_bindings: Option<Vec<BindingPart>>,
    /// Elsewhere: environment roles.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bindings: Option<Vec<BindingPart>>,
    /// Custom roles; not on Fabric.
    #[serde(default, skip_serializing_if = "is_default")]
    pub roles: Option<Vec<RolePart>>,
    /// OpenSearch.
    #[serde(default, skip_serializing_if = "is_default")]
    pub role_mappings: Option<Vec<RoleMappingPart>>,
    /// OpenSearch.
    #[serde(default, skip_serializing_if = "is_default")]
    pub model_groups: Option<Vec<ModelGroupPart>>,
    /// Models.
    #[serde(default, skip_serializing_if = "is_default")]
    pub models: Vec<ModelPart>,
    /// Google, OpenSearch.
    #[serde(default, skip_serializing_if = "is_default")]
    pub jobs: Option<Vec<JobPart>>,
    /// Google.
    #[serde(default, skip_serializing_if = "is_default")]
    pub operations: Option<Vec<OperationPart>>,
    /// Fabric.
    #[serde(default, skip_serializing_if = "is_default")]
    pub experiments: Option<Vec<ExperimentPart>>,
}

/// Settings of an OpenSearch cluster or a Power Platform environment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsPart {
    /// OpenSearch.
    #[serde(default, skip_serializing_if = "is_default")]
    pub model_access_control_enabled: Option<bool>,
    /// OpenSearch.
    #[serde(default, skip_serializing_if = "is_default")]
    pub security_enabled: Option<bool>,
    /// OpenSearch.
    #[serde(default, skip_serializing_if = "is_default")]
    pub roles_mapping_resolution: Option<Word<RolesResolution>>,
    /// OpenSearch: users of the directory.
    #[serde(default, skip_serializing_if = "is_default")]
    pub super_administrators: Option<Vec<String>>,
    /// AI Builder.
    #[serde(default, skip_serializing_if = "is_default")]
    pub preview_models_enabled: Option<bool>,
    /// AI Builder.
    #[serde(default, skip_serializing_if = "is_default")]
    pub preview_types: Option<Vec<String>>,
    /// AI Builder.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unsupported_types: Option<Vec<String>>,
    /// AI Builder.
    #[serde(default, skip_serializing_if = "is_default")]
    pub share_to_previous_owner: Option<bool>,
}

/// A Dataverse business unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusinessUnitPart {
    /// Its id.
    pub id: String,
    /// The unit above.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parent: Option<String>,
}

/// What a principal of the directory is in an environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountPart {
    /// Who.
    pub user: String,
    /// OpenSearch: the name there.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<String>,
    /// OpenSearch.
    #[serde(default, skip_serializing_if = "is_default")]
    pub backend_roles: Vec<String>,
    /// OpenSearch: roles given directly.
    #[serde(default, skip_serializing_if = "is_default")]
    pub roles: Vec<String>,
    /// AI Builder.
    #[serde(default, skip_serializing_if = "is_default")]
    pub business_unit: Option<String>,
}

/// A custom role, in its platform's terms.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolePart {
    /// The name that bindings use.
    pub id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: Option<String>,
    /// Google's launch stage.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stage: Option<String>,
    /// Google.
    #[serde(default, skip_serializing_if = "is_default")]
    pub permissions: Option<Vec<String>>,
    /// OpenSearch.
    #[serde(default, skip_serializing_if = "is_default")]
    pub actions: Option<Vec<String>>,
    /// OpenSearch: whether the role reads index data.
    #[serde(default, skip_serializing_if = "is_default")]
    pub index_read: Option<bool>,
    /// AI Builder: privileges with their depths.
    #[serde(default, skip_serializing_if = "is_default")]
    pub privileges: Option<BTreeMap<Word<Privilege>, Word<Depth>>>,
}

/// An entry of an OpenSearch role mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleMappingPart {
    /// The role that is given.
    pub role: String,
    /// Patterns of account names.
    #[serde(default, skip_serializing_if = "is_default")]
    pub users: Vec<String>,
    /// Patterns of backend roles, one of which suffices.
    #[serde(default, skip_serializing_if = "is_default")]
    pub backend_roles: Vec<String>,
    /// Patterns of backend roles that all have to match.
    #[serde(default, skip_serializing_if = "is_default")]
    pub and_backend_roles: Vec<String>,
    /// Patterns of addresses.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hosts: Vec<String>,
}

/// Whether a field can be left out.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
