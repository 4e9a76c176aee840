//! Versions of a model.

use serde::{Deserialize, Serialize};

use crate::authz::platforms::{Doing, permission_to};
use crate::domain::{Action, Capability, ModelState, Platform, ResourceId, Target, Version};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};
use super::models::{check_text, model_of, start_operation};
use super::{CarryOut, spelling};

/// Adds a version to a model.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AddVersion {
    /// Which model.
    pub model: String,
    /// The version's id.
    pub id: String,
    /// Metrics by name.
    #[serde(
        deserialize_with = "spelling::metrics",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub metrics: Vec<(String, f64)>,
}

/// Chooses the version that requests naming just the model use.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SetDefaultVersion {
    /// Which model.
    pub model: String,
    /// Which version.
    pub version: String,
}

/// Removes a version.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeleteVersion {
    /// Which model.
    pub model: String,
    /// Which version.
    pub version: String,
}

impl CarryOut for AddVersion {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = model_of(desk, &self.model)?;
        let target = Target::Resource(id);
        let platform = desk.platform(target);
        if platform == Some(Platform::OpenSearch) {
            return Err(Refusal::rule(
                RefusalKey::NotOnThisPlatform,
                "On OpenSearch a version is a model registered into the group; use create-model with the group.",
            ));
        }
        check_text("id", &self.id)?;
        let action = platform.and_then(|p| permission_to(p, Doing::AddVersion));
        if platform == Some(Platform::AiBuilder) {
            // A capability, so that what the model's type forbids counts too.
            desk.require_capability(Capability::Edit, id, "add a version to")?;
        } else {
            desk.require_native(action.unwrap_or_default(), target, "add a version to")?;
        }
        if version_index(desk, id, &self.id).is_ok() {
            return Err(Refusal::rule(
                RefusalKey::NameTaken,
                format!("The model already has a version `{}`.", self.id),
            ));
        }
        let state = (platform == Some(Platform::Google)).then_some(ModelState::Creating);
        desk.draft.edit_resource(id, |r| {
            if let Some(model) = r.model_mut() {
                let default = model.versions.is_empty();
                let mut metrics = self.metrics.clone();
                metrics.sort_by(|a, b| a.0.cmp(&b.0));
                model.versions.push(Version {
                    id: self.id.clone(),
                    default,
                    state,
                    metrics,
                });
            }
        });
        if platform == Some(Platform::Google) {
            let environment = desk.now().environment_of(target);
            if let (Some(environment), Ok(caller)) = (environment, desk.principal()) {
                start_operation(desk, environment, id, caller, "create-version");
            }
            desk.steps.push(
                "The platform's service account needs storage.buckets.list and storage.objects.get on the bucket with the model's files.".to_owned(),
            );
        }
        Ok(format!(
            "add version {} to {}",
            self.id,
            desk.now().target_label(target)
        ))
    }
}

impl CarryOut for SetDefaultVersion {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = model_of(desk, &self.model)?;
        desk.require_capability(Capability::Edit, id, "edit")?;
        version_index(desk, id, &self.version)?;
        desk.draft.edit_resource(id, |r| {
            if let Some(model) = r.model_mut() {
                for version in &mut model.versions {
                    version.default = version.id == self.version;
                }
            }
        });
        let name = desk.now().target_label(Target::Resource(id));
        Ok(format!(
            "make {} the default version of {name}",
            self.version
        ))
    }
}

impl CarryOut for DeleteVersion {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = model_of(desk, &self.model)?;
        let index = version_index(desk, id, &self.version)?;
        let name = desk.now().target_label(Target::Resource(id));
        let delete = Action::Capability(Capability::Delete);
        let what = format!("delete version {} of {name}", self.version);
        desk.require(&delete, Target::Version(id, index), &what)?;
        desk.draft.edit_resource(id, |r| {
            if let Some(model) = r.model_mut() {
                model.versions.retain(|v| v.id != self.version);
            }
        });
        Ok(what)
    }
}

fn version_index(desk: &Desk<'_>, id: ResourceId, version: &str) -> Result<u32, Refusal> {
    let model = desk.now().resource(id).and_then(|r| r.model());
    let index = model.and_then(|m| m.versions.iter().position(|v| v.id == version));
    index.and_then(|i| u32::try_from(i).ok()).ok_or_else(|| {
        Refusal::rule(
            RefusalKey::NotFound,
            format!("The model has no version `{version}`."),
        )
    })
}
