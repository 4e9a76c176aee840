//! Jobs.

use serde::{Deserialize, Serialize};

use crate::authz::platforms::google::JOB_OWNER;
use crate::authz::platforms::{Doing, permission_to};
use crate::authz::{ActionId, Request, explain};
use crate::domain::{
    Action, Binding, Body, Capability, Platform, Policy, Resource, ResourceId, ResourceKind, Target,
};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};
use super::CarryOut;
use super::models::{check_text, model_of};

/// Starts a job; its creator owns it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CreateJob {
    /// Where it runs.
    pub environment: String,
    /// The id.
    pub id: String,
    /// The model of a batch prediction; it may lie in another project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// Stops a job.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CancelJob {
    /// Which job: `ENV/jobs/ID`.
    pub job: String,
}

fn no_jobs() -> Refusal {
    Refusal::rule(
        RefusalKey::NotOnThisPlatform,
        "This platform has no jobs of its own.",
    )
}

impl CarryOut for CreateJob {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let environment = desk.environment(&self.environment)?;
        let here = Target::Environment(environment);
        check_text("id", &self.id)?;
        let platform = desk.platform(here);
        let action = platform
            .and_then(|p| permission_to(p, Doing::CreateJob))
            .ok_or_else(no_jobs)?;
        desk.require_native(action, here, "start jobs in")?;
        let creator = desk.principal()?;
        let model = match &self.model {
            None => None,
            Some(model) => {
                let id = model_of(desk, model)?;
                require_prediction(desk, here, id)?;
                Some(id)
            }
        };
        if desk
            .now()
            .find_resource(environment, ResourceKind::Job, &self.id)
            .is_some()
        {
            return Err(Refusal::rule(
                RefusalKey::NameTaken,
                format!("There is already a job `{}`.", self.id),
            ));
        }
        let google = platform == Some(Platform::Google);
        let mut policy = Policy::default();
        if google {
            policy.bindings.push(Binding::new(JOB_OWNER, creator));
        }
        let id = desk.draft.add_resource(Resource {
            environment,
            id: self.id.clone(),
            name: String::new(),
            description: None,
            owner: (!google).then_some(creator),
            policy,
            body: Body::Job { model, state: None },
        });
        Ok(format!(
            "start job {}",
            desk.now().target_label(Target::Resource(id))
        ))
    }
}

/// On Google either predict permission on the model suffices for a batch job, which is what the
/// method asks for; elsewhere running the model is one thing.
fn require_prediction(desk: &Desk<'_>, here: Target, model: ResourceId) -> Result<(), Refusal> {
    let method = Action::Native("projects.jobs.create".to_owned());
    let method = desk
        .platform(here)
        .and_then(|p| ActionId::resolve(p, &method).ok());
    let Some(method) = method else {
        return desk.require_capability(Capability::Run, model, "predict with");
    };
    let model = Target::Resource(model);
    let request = Request::new(desk.principal()?, method, here, desk.at);
    let explanation = explain(
        desk.now(),
        &Request {
            model: Some(model),
            ..request
        },
    );
    if explanation.verdict.is_allowed() {
        return Ok(());
    }
    let what = format!("predict with {}", desk.now().target_label(model));
    Err(Refusal::decision(desk.now(), what, model, explanation))
}

impl CarryOut for CancelJob {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let (id, resource) = desk.resource(&self.job)?;
        if resource.kind() != ResourceKind::Job {
            return Err(Refusal::rule(
                RefusalKey::Malformed,
                format!("`{}` is no job.", self.job),
            ));
        }
        let target = Target::Resource(id);
        let action = desk
            .platform(target)
            .and_then(|p| permission_to(p, Doing::CancelJob))
            .ok_or_else(no_jobs)?;
        desk.require_native(action, target, "cancel")?;
        desk.draft.edit_resource(id, |r| {
            if let Body::Job { state, .. } = &mut r.body {
                *state = Some("CANCELLED".to_owned());
            }
        });
        Ok(format!("cancel job {}", desk.now().target_label(target)))
    }
}
