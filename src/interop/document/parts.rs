//! What a deedbox document can say about resources and grants, field by field.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{AccessMode, ModelState};

use super::super::words::{Moment, Word};
use super::content::is_default;

/// A Google policy.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyPart {
    /// Changes with every write.
    #[serde(default, skip_serializing_if = "is_default")]
    pub etag: Option<String>,
    /// The grants.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bindings: Vec<BindingPart>,
    /// Audit configuration, verbatim.
    #[serde(default, skip_serializing_if = "is_default")]
    pub audit_configs: Vec<serde_json::Value>,
}

/// One role, granted to some members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BindingPart {
    /// The role.
    pub role: String,
    /// Who holds it.
    #[serde(default)]
    pub members: Vec<String>,
    /// When it holds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub condition: Option<ConditionPart>,
    /// Why it was granted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: Option<String>,
}

/// A condition, verbatim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionPart {
    /// A short name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Option<String>,
    /// A longer text.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: Option<String>,
    /// In the Common Expression Language.
    pub expression: String,
}

/// A share of one model or experiment, on Fabric and AI Builder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharePart {
    /// Whom with.
    pub with: String,
    /// Fabric: Read is always among them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub permissions: Option<Vec<String>>,
    /// AI Builder: a level, or a list of Dataverse rights; `User` when missing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub level: Option<String>,
    /// The first moment at which it holds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub starts: Option<Moment>,
    /// The first moment at which it holds no more.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ends: Option<Moment>,
    /// A condition that is more than a start and an end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub condition: Option<ConditionPart>,
    /// Why it was shared.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: Option<String>,
}

/// An OpenSearch model group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelGroupPart {
    /// The id.
    pub id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// A longer text.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: Option<String>,
    /// Missing for groups made while access control was off.
    #[serde(default, skip_serializing_if = "is_default")]
    pub owner: Option<String>,
    /// Who may use it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub access: Option<Word<AccessMode>>,
    /// Who, when restricted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub backend_roles: Vec<String>,
}

/// A model.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelPart {
    /// The id.
    pub id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// A longer text.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: Option<String>,
    /// Everywhere but on Google, where `roles/ml.modelOwner` says it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub owner: Option<String>,
    /// What kind of model.
    #[serde(rename = "type", default, skip_serializing_if = "is_default")]
    pub kind: Option<String>,
    /// How far it is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub state: Option<Word<ModelState>>,
    /// OpenSearch: the id of its group.
    #[serde(default, skip_serializing_if = "is_default")]
    pub group: Option<String>,
    /// OpenSearch: the number in its group.
    #[serde(default, skip_serializing_if = "is_default")]
    pub version: Option<u32>,
    /// OpenSearch: kept from everybody but super administrators.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hidden: Option<bool>,
    /// Google.
    #[serde(default, skip_serializing_if = "is_default")]
    pub policy: Option<PolicyPart>,
    /// Its versions.
    #[serde(default, skip_serializing_if = "is_default")]
    pub versions: Vec<VersionPart>,
    /// Fabric, AI Builder.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shares: Option<Vec<SharePart>>,
    /// AI Builder.
    #[serde(default, skip_serializing_if = "is_default")]
    pub datasets_container: Option<ContainerPart>,
}

/// A version of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionPart {
    /// The id.
    pub id: String,
    /// Whether requests that name the model use it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub default: bool,
    /// How far it is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub state: Option<Word<ModelState>>,
    /// Names and values.
    #[serde(default, skip_serializing_if = "is_default")]
    pub metrics: BTreeMap<String, f64>,
}

/// The training data of an AI Builder model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContainerPart {
    /// The id.
    pub id: String,
    /// Its owner.
    pub owner: String,
}

/// A training or prediction job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobPart {
    /// The id.
    pub id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// A longer text.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: Option<String>,
    /// OpenSearch.
    #[serde(default, skip_serializing_if = "is_default")]
    pub owner: Option<String>,
    /// The model that it predicts with: an id in the same environment, or `ENV/models/ID`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub model: Option<String>,
    /// As the platform says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub state: Option<String>,
    /// Google.
    #[serde(default, skip_serializing_if = "is_default")]
    pub policy: Option<PolicyPart>,
}

/// A long-running operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationPart {
    /// The id.
    pub id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// A longer text.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: Option<String>,
    /// Whoever started it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub owner: Option<String>,
    /// The model that it is about.
    #[serde(default, skip_serializing_if = "is_default")]
    pub model: Option<String>,
    /// As the platform says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub state: Option<String>,
}

/// A Fabric experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExperimentPart {
    /// The id.
    pub id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// A longer text.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: Option<String>,
    /// Its owner.
    #[serde(default, skip_serializing_if = "is_default")]
    pub owner: Option<String>,
    /// Its runs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub runs: Vec<RunPart>,
    /// Whom it is shared with.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shares: Option<Vec<SharePart>>,
}

/// A run of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunPart {
    /// The id.
    pub id: String,
    /// Names and values.
    #[serde(default, skip_serializing_if = "is_default")]
    pub metrics: BTreeMap<String, f64>,
}
