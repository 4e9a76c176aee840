//! A snapshot's resources as a document.

use crate::authz::Snapshot;
use crate::domain::{
    Body, EnvironmentId, GroupLink, Model, Platform, Resource, ResourceId, ResourceKind, Target,
};

use super::super::words::Word;
use super::content::EnvironmentPart;
use super::parts::{
    ContainerPart, ExperimentPart, JobPart, ModelGroupPart, ModelPart, OperationPart, RunPart,
    VersionPart,
};
use super::policy::{write_policy, write_shares};
use super::write::some;

/// Adds every resource of an environment to its part.
pub(super) fn add(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    platform: Platform,
    part: &mut EnvironmentPart,
) {
    let all = |kind| {
        snapshot
            .resources_in(environment, kind)
            .filter_map(|id| snapshot.resource(id))
    };
    let owner = |r: &Resource| r.owner.map(|id| snapshot.reference(id));
    let groups = all(ResourceKind::ModelGroup);
    part.model_groups = some(groups.filter_map(|r| group(r, owner(r))).collect());
    let models = all(ResourceKind::Model);
    part.models = models
        .filter_map(|r| Some(model(snapshot, platform, r, r.model()?)))
        .collect();
    part.jobs = some(
        all(ResourceKind::Job)
            .filter_map(|r| job(snapshot, r))
            .collect(),
    );
    let operations = all(ResourceKind::Operation);
    part.operations = some(operations.filter_map(|r| operation(snapshot, r)).collect());
    let experiments = all(ResourceKind::Experiment);
    part.experiments = some(
        experiments
            .filter_map(|r| experiment(snapshot, platform, r))
            .collect(),
    );
}

fn owner(snapshot: &Snapshot, resource: &Resource) -> Option<String> {
    resource.owner.map(|id| snapshot.reference(id))
}

fn group(resource: &Resource, owner: Option<String>) -> Option<ModelGroupPart> {
    let Body::ModelGroup {
        access,
        backend_roles,
    } = &resource.body
    else {
        return None;
    };
    Some(ModelGroupPart {
        id: resource.id.clone(),
        name: resource.name.clone(),
        description: resource.description.clone(),
        owner,
        access: access.map(Word),
        backend_roles: backend_roles.clone(),
    })
}

fn model(snapshot: &Snapshot, platform: Platform, resource: &Resource, model: &Model) -> ModelPart {
    let google = platform == Platform::Google;
    let shared = matches!(platform, Platform::Fabric | Platform::AiBuilder);
    ModelPart {
        id: resource.id.clone(),
        name: resource.name.clone(),
        description: resource.description.clone(),
        owner: owner(snapshot, resource),
        kind: model.kind.clone(),
        state: model.state.map(Word),
        group: model.group.as_ref().map(|link| group_name(snapshot, link)),
        version: model.number,
        hidden: model.hidden.then_some(true),
        policy: if google {
            write_policy(snapshot, &resource.policy)
        } else {
            None
        },
        versions: versions(model),
        shares: if shared {
            write_shares(snapshot, platform, &resource.policy)
        } else {
            None
        },
        datasets_container: model.container.as_ref().map(|container| ContainerPart {
            id: container.id.clone(),
            owner: snapshot.reference(container.owner),
        }),
    }
}

fn versions(model: &Model) -> Vec<VersionPart> {
    let versions = model.versions.iter();
    versions
        .map(|version| VersionPart {
            id: version.id.clone(),
            default: version.default,
            state: version.state.map(Word),
            metrics: version.metrics.iter().cloned().collect(),
        })
        .collect()
}

fn group_name(snapshot: &Snapshot, link: &GroupLink) -> String {
    match link {
        GroupLink::Known(id) => snapshot
            .resource(*id)
            .map_or_else(|| format!("group-{}", id.0), |r| r.id.clone()),
        GroupLink::Missing(id) => id.clone(),
    }
}

/// The model of a job: its id where it lies in the same environment, else the whole id.
fn subject(snapshot: &Snapshot, from: &Resource, model: Option<ResourceId>) -> Option<String> {
    let id = model?;
    let resource = snapshot.resource(id)?;
    Some(if resource.environment == from.environment {
        resource.id.clone()
    } else {
        snapshot.target_id(Target::Resource(id))
    })
}

fn job(snapshot: &Snapshot, resource: &Resource) -> Option<JobPart> {
    let Body::Job { model, state } = &resource.body else {
        return None;
    };
    Some(JobPart {
        id: resource.id.clone(),
        name: resource.name.clone(),
        description: resource.description.clone(),
        owner: owner(snapshot, resource),
        model: subject(snapshot, resource, *model),
        state: state.clone(),
        policy: write_policy(snapshot, &resource.policy),
    })
}

fn operation(snapshot: &Snapshot, resource: &Resource) -> Option<OperationPart> {
    let Body::Operation { model, state } = &resource.body else {
        return None;
    };
    Some(OperationPart {
        id: resource.id.clone(),
        name: resource.name.clone(),
        description: resource.description.clone(),
        owner: owner(snapshot, resource),
        model: subject(snapshot, resource, *model),
        state: state.clone(),
    })
}

fn experiment(
    snapshot: &Snapshot,
    platform: Platform,
    resource: &Resource,
) -> Option<ExperimentPart> {
    let Body::Experiment { runs } = &resource.body else {
        return None;
    };
    let run = |run: &crate::domain::Run| RunPart {
        id: run.id.clone(),
        metrics: run.metrics.iter().cloned().collect(),
    };
    Some(ExperimentPart {
        id: resource.id.clone(),
        name: resource.name.clone(),
        description: resource.description.clone(),
        owner: owner(snapshot, resource),
        runs: runs.iter().map(run).collect(),
        shares: write_shares(snapshot, platform, &resource.policy),
    })
}
