//! Fabric experiments and their runs.

use serde::{Deserialize, Serialize};

use crate::authz::platforms::{Doing, permission_to};
use crate::domain::{
    Body, Capability, EnvironmentId, Platform, Policy, Resource, ResourceId, ResourceKind, Run,
    Target,
};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};
use super::models::check_text;
use super::{CarryOut, spelling};

/// Makes an experiment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CreateExperiment {
    /// The workspace.
    pub environment: String,
    /// The id.
    pub id: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Adds a run to an experiment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AddRun {
    /// Which experiment: `ENV/experiments/ID`.
    pub experiment: String,
    /// The run's id.
    pub id: String,
    /// Metrics by name.
    #[serde(
        deserialize_with = "spelling::metrics",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub metrics: Vec<(String, f64)>,
}

/// Removes an experiment.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeleteExperiment {
    /// Which experiment.
    pub experiment: String,
}

fn workspace(desk: &Desk<'_>, id: &str) -> Result<EnvironmentId, Refusal> {
    let environment = desk.environment(id)?;
    if desk.platform(Target::Environment(environment)) == Some(Platform::Fabric) {
        return Ok(environment);
    }
    Err(Refusal::rule(
        RefusalKey::NotOnThisPlatform,
        "Only Fabric has experiments.",
    ))
}

fn experiment(desk: &Desk<'_>, id: &str) -> Result<ResourceId, Refusal> {
    match desk.resource(id)? {
        (number, resource) if resource.kind() == ResourceKind::Experiment => Ok(number),
        _ => Err(Refusal::rule(
            RefusalKey::Malformed,
            format!("`{id}` is no experiment."),
        )),
    }
}

impl CarryOut for CreateExperiment {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let environment = workspace(desk, &self.environment)?;
        check_text("id", &self.id)?;
        let action = permission_to(Platform::Fabric, Doing::WriteExperiment).unwrap_or_default();
        desk.require_native(
            action,
            Target::Environment(environment),
            "create experiments in",
        )?;
        if desk
            .now()
            .find_resource(environment, ResourceKind::Experiment, &self.id)
            .is_some()
        {
            return Err(Refusal::rule(
                RefusalKey::NameTaken,
                format!("There is already an experiment `{}`.", self.id),
            ));
        }
        let owner = desk.principal()?;
        let id = desk.draft.add_resource(Resource {
            environment,
            id: self.id.clone(),
            name: self.name.clone().unwrap_or_default(),
            description: None,
            owner: Some(owner),
            policy: Policy::default(),
            body: Body::Experiment { runs: Vec::new() },
        });
        Ok(format!(
            "create experiment {}",
            desk.now().target_label(Target::Resource(id))
        ))
    }
}

impl CarryOut for AddRun {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = experiment(desk, &self.experiment)?;
        check_text("id", &self.id)?;
        desk.require_capability(Capability::Edit, id, "add a run to")?;
        let mut taken = false;
        desk.draft.edit_resource(id, |r| {
            if let Body::Experiment { runs } = &mut r.body {
                taken = runs.iter().any(|run| run.id == self.id);
                if !taken {
                    let mut metrics = self.metrics.clone();
                    metrics.sort_by(|a, b| a.0.cmp(&b.0));
                    runs.push(Run {
                        id: self.id.clone(),
                        metrics,
                    });
                }
            }
        });
        if taken {
            return Err(Refusal::rule(
                RefusalKey::NameTaken,
                format!("The experiment already has a run `{}`.", self.id),
            ));
        }
        let name = desk.now().target_label(Target::Resource(id));
        Ok(format!("add run {} to {name}", self.id))
    }
}

impl CarryOut for DeleteExperiment {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = experiment(desk, &self.experiment)?;
        desk.require_capability(Capability::Delete, id, "delete")?;
        let name = desk.now().target_label(Target::Resource(id));
        desk.draft.remove_resource(id);
        Ok(format!("delete experiment {name}"))
    }
}
