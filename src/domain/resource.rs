//! Resources: what access is about.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, FromRepr, IntoStaticStr};

use super::environment::AccessMode;
use super::ids::{EnvironmentId, PrincipalId, ResourceId};
use super::policy::Policy;

/// Anything inside an environment that access is decided about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// Where it lies.
    pub environment: EnvironmentId,
    /// The id, unique among its kind in the environment.
    pub id: String,
    /// What people call it; empty when only the id is known.
    pub name: String,
    /// A longer text.
    pub description: Option<String>,
    /// The owner. `None` on Google, where `roles/ml.modelOwner` says it, and for OpenSearch groups
    /// registered while access control was off.
    pub owner: Option<PrincipalId>,
    /// Grants on the resource itself.
    pub policy: Policy,
    /// What it is.
    pub body: Body,
}

/// What a resource is, with what only that kind has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Body {
    /// An OpenSearch model group: the named model, whose versions are the models in it.
    ModelGroup {
        /// The access mode; a missing one is reported as corrupt where it matters.
        access: Option<AccessMode>,
        /// Who may use it when restricted.
        backend_roles: Vec<String>,
    },
    /// A model.
    Model(Model),
    /// A training or prediction job.
    Job {
        /// The model of a batch prediction job; its group decides on OpenSearch.
        model: Option<ResourceId>,
        /// `PREPARING`, `RUNNING`, …, as the platform says.
        state: Option<String>,
    },
    /// A long-running operation.
    Operation {
        /// What it is about.
        model: Option<ResourceId>,
        /// Whether it has been cancelled or is done.
        state: Option<String>,
    },
    /// A Fabric experiment.
    Experiment {
        /// Its runs.
        runs: Vec<Run>,
    },
}

/// What only models have.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Model {
    /// `document-processing`, `generic-prediction`, `tabular`, …; matters on AI Builder.
    pub kind: Option<String>,
    /// How far it is.
    pub state: Option<ModelState>,
    /// The model group, on OpenSearch.
    pub group: Option<GroupLink>,
    /// Number inside its group, on OpenSearch.
    pub number: Option<u32>,
    /// Registered by a super administrator and kept from everybody else (OpenSearch).
    pub hidden: bool,
    /// Its versions.
    pub versions: Vec<Version>,
    /// The training data's container (AI Builder).
    pub container: Option<DatasetsContainer>,
}

/// The model group that a model names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupLink {
    /// A group of the environment.
    Known(ResourceId),
    /// An id that no group answers to: asking about such a model is an error.
    Missing(String),
}

/// How far a model or version is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    EnumIter,
)]
#[strum(serialize_all = "kebab-case", ascii_case_insensitive)]
pub enum ModelState {
    /// Begun.
    Draft,
    /// Being trained.
    Training,
    /// Trained, not published.
    Trained,
    /// In use.
    Published,
    /// Registered, not deployed.
    Registered,
    /// Loaded on nodes.
    Deployed,
    /// Unloaded again.
    Undeployed,
    /// Being created.
    Creating,
    /// Answering requests.
    Ready,
    /// Being removed.
    Deleting,
    /// Broken.
    Failed,
}

/// One version of a model.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Version {
    /// The id, unique in the model.
    pub id: String,
    /// Whether requests that name the model use this one.
    pub default: bool,
    /// How far it is.
    pub state: Option<ModelState>,
    /// Name and value, in order of names.
    pub metrics: Vec<(String, f64)>,
}

/// One run of an experiment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Run {
    /// The id, unique in the experiment.
    pub id: String,
    /// Name and value, in order of names.
    pub metrics: Vec<(String, f64)>,
}

/// AI Builder Datasets Container: the training data of a model; it has an owner of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetsContainer {
    /// Its id.
    pub id: String,
    /// Its owner.
    pub owner: PrincipalId,
}

/// Kinds of resources that have records of their own.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    FromRepr,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[repr(u8)]
pub enum ResourceKind {
    /// `groups`
    ModelGroup,
    /// `models`
    Model,
    /// `jobs`
    Job,
    /// `operations`
    Operation,
    /// `experiments`
    Experiment,
}

impl ResourceKind {
    /// The segment in ids.
    pub const fn collection(self) -> &'static str {
        match self {
            Self::ModelGroup => "groups",
            Self::Model => "models",
            Self::Job => "jobs",
            Self::Operation => "operations",
            Self::Experiment => "experiments",
        }
    }

    /// The kind whose segment this is.
    pub fn from_collection(text: &str) -> Option<Self> {
        Some(match text {
            "groups" => Self::ModelGroup,
            "models" => Self::Model,
            "jobs" => Self::Job,
            "operations" => Self::Operation,
            "experiments" => Self::Experiment,
            _ => return None,
        })
    }

    /// Whether one of them belongs to somebody who is missed when they leave; jobs and operations end
    /// by themselves.
    pub const fn is_owned(self) -> bool {
        match self {
            Self::ModelGroup | Self::Model | Self::Experiment => true,
            Self::Job | Self::Operation => false,
        }
    }

    /// The word for one of them.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::ModelGroup => "model group",
            Self::Model => "model",
            Self::Job => "job",
            Self::Operation => "operation",
            Self::Experiment => "experiment",
        }
    }
}

impl Resource {
    /// The kind.
    pub const fn kind(&self) -> ResourceKind {
        match self.body {
            Body::ModelGroup { .. } => ResourceKind::ModelGroup,
            Body::Model(_) => ResourceKind::Model,
            Body::Job { .. } => ResourceKind::Job,
            Body::Operation { .. } => ResourceKind::Operation,
            Body::Experiment { .. } => ResourceKind::Experiment,
        }
    }

    /// The name to show.
    pub fn label(&self) -> &str {
        if self.name.is_empty() {
            &self.id
        } else {
            &self.name
        }
    }

    /// The model part, for models.
    pub const fn model(&self) -> Option<&Model> {
        match &self.body {
            Body::Model(model) => Some(model),
            _ => None,
        }
    }

    /// The model part, to change it.
    pub const fn model_mut(&mut self) -> Option<&mut Model> {
        match &mut self.body {
            Body::Model(model) => Some(model),
            _ => None,
        }
    }
}

impl Model {
    /// The group that decides, when it is known.
    pub const fn group_id(&self) -> Option<ResourceId> {
        match self.group {
            Some(GroupLink::Known(id)) => Some(id),
            _ => None,
        }
    }

    /// The version with this id.
    pub fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|v| v.id == id)
    }
}

/// What a decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A whole environment.
    Environment(EnvironmentId),
    /// A resource with a record of its own.
    Resource(ResourceId),
    /// A version of a model, by its place in the model's list.
    Version(ResourceId, u32),
    /// A run of an experiment, by its place in the experiment's list.
    Run(ResourceId, u32),
    /// The datasets container of a model.
    Container(ResourceId),
}

impl Target {
    /// The resource whose record decides; none for an environment.
    pub const fn resource(self) -> Option<ResourceId> {
        match self {
            Self::Environment(_) => None,
            Self::Resource(id) | Self::Version(id, _) | Self::Run(id, _) | Self::Container(id) => {
                Some(id)
            }
        }
    }
}
