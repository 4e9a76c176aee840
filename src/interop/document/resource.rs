//! A document's resources into the draft.

use std::collections::BTreeMap;

use crate::domain::{
    Body, DatasetsContainer, EnvironmentId, GroupLink, Model, Platform, Policy, Resource,
    ResourceId, ResourceKind, ResourceRef, Run, Target, Version,
};

use super::super::desk::{Desk, Seen};
use super::super::problem::{At, Problem};
use super::super::put::put_resource;
use super::content::EnvironmentPart;
use super::environment::only;
use super::parts::{
    ExperimentPart, JobPart, ModelGroupPart, ModelPart, OperationPart, PolicyPart, RunPart,
    SharePart, VersionPart,
};
use super::policy::{read_policy, read_shares};

use Platform::{AiBuilder, Fabric, Google, OpenSearch};

/// Groups, models and experiments.
pub(super) fn apply_items(
    desk: &mut Desk<'_>,
    at: &At<'_>,
    part: &EnvironmentPart,
    environment: EnvironmentId,
) -> Result<(), Problem> {
    let mut site = Site {
        desk,
        environment,
        platform: part.platform.0,
        seen: Seen::default(),
    };
    for (i, group) in part.model_groups.iter().flatten().enumerate() {
        site.group(&at.key("model_groups").index(i), group)?;
    }
    site.seen = Seen::default();
    for (i, model) in part.models.iter().enumerate() {
        site.model(&at.key("models").index(i), model)?;
    }
    site.seen = Seen::default();
    for (i, experiment) in part.experiments.iter().flatten().enumerate() {
        site.experiment(&at.key("experiments").index(i), experiment)?;
    }
    Ok(())
}

/// Jobs and operations.
pub(super) fn apply_work(
    desk: &mut Desk<'_>,
    at: &At<'_>,
    part: &EnvironmentPart,
    environment: EnvironmentId,
) -> Result<(), Problem> {
    let mut site = Site {
        desk,
        environment,
        platform: part.platform.0,
        seen: Seen::default(),
    };
    for (i, job) in part.jobs.iter().flatten().enumerate() {
        site.job(&at.key("jobs").index(i), job)?;
    }
    site.seen = Seen::default();
    for (i, operation) in part.operations.iter().flatten().enumerate() {
        site.operation(&at.key("operations").index(i), operation)?;
    }
    Ok(())
}

/// What every resource has.
struct Basics<'a> {
    id: &'a str,
    name: &'a str,
    description: Option<&'a String>,
    owner: Option<&'a String>,
}

/// One environment at work, one kind of resource after the other.
struct Site<'a, 'd> {
    desk: &'a mut Desk<'d>,
    environment: EnvironmentId,
    platform: Platform,
    seen: Seen,
}

impl Site<'_, '_> {
    fn put(
        &mut self,
        at: &At<'_>,
        basics: &Basics<'_>,
        policy: Policy,
        body: Body,
    ) -> Result<(), Problem> {
        let id = self.desk.segment(&at.key("id"), basics.id)?;
        let owner = match basics.owner {
            Some(owner) => Some(self.desk.owner(&at.key("owner"), owner)?),
            None => None,
        };
        let resource = Resource {
            environment: self.environment,
            id,
            name: self.desk.clean(&at.key("name"), basics.name)?,
            description: basics.description.cloned(),
            owner,
            policy,
            body,
        };
        self.seen.once(
            self.desk,
            &at.key("id"),
            &resource.id,
            resource.kind().noun(),
        )?;
        put_resource(self.desk.draft, resource);
        Ok(())
    }

    fn group(&mut self, at: &At<'_>, part: &ModelGroupPart) -> Result<(), Problem> {
        let body = Body::ModelGroup {
            access: part.access.map(|access| access.0),
            backend_roles: self
                .desk
                .all_clean(&at.key("backend_roles"), &part.backend_roles)?,
        };
        let basics = Basics {
            id: &part.id,
            name: &part.name,
            description: part.description.as_ref(),
            owner: part.owner.as_ref(),
        };
        self.put(at, &basics, Policy::default(), body)
    }

    fn model(&mut self, at: &At<'_>, part: &ModelPart) -> Result<(), Problem> {
        only(
            self.desk,
            at,
            self.platform,
            &[
                (
                    "owner",
                    part.owner.is_some(),
                    &[OpenSearch, Fabric, AiBuilder],
                ),
                ("group", part.group.is_some(), &[OpenSearch]),
                ("version", part.version.is_some(), &[OpenSearch]),
                ("hidden", part.hidden.is_some(), &[OpenSearch]),
                ("policy", part.policy.is_some(), &[Google]),
                ("shares", part.shares.is_some(), &[Fabric, AiBuilder]),
                (
                    "datasets_container",
                    part.datasets_container.is_some(),
                    &[AiBuilder],
                ),
            ],
        )?;
        let policy = self.grants(at, part.policy.as_ref(), part.shares.as_deref())?;
        let kind = part
            .kind
            .as_ref()
            .map(|kind| self.desk.id(&at.key("type"), kind));
        let container = part.datasets_container.as_ref().map(|c| {
            let at = at.key("datasets_container");
            Ok(DatasetsContainer {
                id: self.desk.id(&at.key("id"), &c.id)?,
                owner: self.desk.owner(&at.key("owner"), &c.owner)?,
            })
        });
        let body = Body::Model(Model {
            kind: kind.transpose()?,
            state: part.state.map(|state| state.0),
            group: self.link(at, part.group.as_deref())?,
            number: part.version,
            hidden: part.hidden.unwrap_or_default(),
            versions: versions(self.desk, &at.key("versions"), &part.versions)?,
            container: container.transpose()?,
        });
        let basics = Basics {
            id: &part.id,
            name: &part.name,
            description: part.description.as_ref(),
            owner: part.owner.as_ref(),
        };
        self.put(at, &basics, policy, body)
    }

    /// The group that a model names. One that is not there is kept: the cluster can say so, too.
    fn link(&self, at: &At<'_>, group: Option<&str>) -> Result<Option<GroupLink>, Problem> {
        let Some(group) = group else { return Ok(None) };
        let id = self.desk.segment(&at.key("group"), group)?;
        let found =
            self.desk
                .draft
                .now()
                .find_resource(self.environment, ResourceKind::ModelGroup, &id);
        Ok(Some(found.map_or(GroupLink::Missing(id), GroupLink::Known)))
    }

    fn grants(
        &mut self,
        at: &At<'_>,
        policy: Option<&PolicyPart>,
        shares: Option<&[SharePart]>,
    ) -> Result<Policy, Problem> {
        if self.platform == Google {
            return read_policy(self.desk, &at.key("policy"), policy);
        }
        let shares = shares.unwrap_or_default();
        read_shares(self.desk, &at.key("shares"), self.platform, shares)
    }

    fn experiment(&mut self, at: &At<'_>, part: &ExperimentPart) -> Result<(), Problem> {
        let policy = self.grants(at, None, part.shares.as_deref())?;
        let body = Body::Experiment {
            runs: runs(self.desk, &at.key("runs"), &part.runs)?,
        };
        let basics = Basics {
            id: &part.id,
            name: &part.name,
            description: part.description.as_ref(),
            owner: part.owner.as_ref(),
        };
        self.put(at, &basics, policy, body)
    }

    fn job(&mut self, at: &At<'_>, part: &JobPart) -> Result<(), Problem> {
        only(
            self.desk,
            at,
            self.platform,
            &[
                ("owner", part.owner.is_some(), &[OpenSearch]),
                ("policy", part.policy.is_some(), &[Google]),
            ],
        )?;
        let policy = read_policy(self.desk, &at.key("policy"), part.policy.as_ref())?;
        let model = self.subject(at, part.model.as_deref())?;
        let basics = Basics {
            id: &part.id,
            name: &part.name,
            description: part.description.as_ref(),
            owner: part.owner.as_ref(),
        };
        self.put(
            at,
            &basics,
            policy,
            Body::Job {
                model,
                state: part.state.clone(),
            },
        )
    }

    fn operation(&mut self, at: &At<'_>, part: &OperationPart) -> Result<(), Problem> {
        let model = self.subject(at, part.model.as_deref())?;
        let basics = Basics {
            id: &part.id,
            name: &part.name,
            description: part.description.as_ref(),
            owner: part.owner.as_ref(),
        };
        let body = Body::Operation {
            model,
            state: part.state.clone(),
        };
        self.put(at, &basics, Policy::default(), body)
    }

    /// The model that a job or operation is about: an id here, or `ENV/models/ID`.
    fn subject(&self, at: &At<'_>, model: Option<&str>) -> Result<Option<ResourceId>, Problem> {
        let Some(model) = model else { return Ok(None) };
        let at = at.key("model");
        let now = self.desk.draft.now();
        if !model.contains('/') {
            let found = now.find_resource(self.environment, ResourceKind::Model, model);
            return found.map(Some).ok_or_else(|| {
                self.desk.problem(
                    &at,
                    format!("there is no model `{model}` in this environment"),
                )
            });
        }
        let target = ResourceRef::parse(model).and_then(|id| now.find(&id));
        match target.map_err(|message| self.desk.problem(&at, message))? {
            Target::Resource(id) if now.resource(id).is_some_and(|r| r.model().is_some()) => {
                Ok(Some(id))
            }
            _ => Err(self
                .desk
                .problem(&at, format!("`{model}` is no model: write ENV/models/ID"))),
        }
    }
}

fn versions(desk: &Desk<'_>, at: &At<'_>, parts: &[VersionPart]) -> Result<Vec<Version>, Problem> {
    let mut seen = Seen::default();
    let mut default = false;
    let mut list = Vec::with_capacity(parts.len());
    for (i, part) in parts.iter().enumerate() {
        let at = at.index(i);
        let id = desk.segment(&at.key("id"), &part.id)?;
        seen.once(desk, &at.key("id"), &id, "version")?;
        if part.default && default {
            let message = "another version is the default already: keep one";
            return Err(desk.problem(&at.key("default"), message));
        }
        default |= part.default;
        list.push(Version {
            id,
            default: part.default,
            state: part.state.map(|state| state.0),
            metrics: metrics(desk, &at.key("metrics"), &part.metrics)?,
        });
    }
    Ok(list)
}

fn runs(desk: &Desk<'_>, at: &At<'_>, parts: &[RunPart]) -> Result<Vec<Run>, Problem> {
    let mut seen = Seen::default();
    let mut list = Vec::with_capacity(parts.len());
    for (i, part) in parts.iter().enumerate() {
        let at = at.index(i);
        let id = desk.segment(&at.key("id"), &part.id)?;
        seen.once(desk, &at.key("id"), &id, "run")?;
        list.push(Run {
            id,
            metrics: metrics(desk, &at.key("metrics"), &part.metrics)?,
        });
    }
    Ok(list)
}

fn metrics(
    desk: &Desk<'_>,
    at: &At<'_>,
    parts: &BTreeMap<String, f64>,
) -> Result<Vec<(String, f64)>, Problem> {
    let read = |(name, value): (&String, &f64)| {
        let at = at.key(name);
        if value.is_finite() {
            return Ok((desk.id(&at, name)?, *value));
        }
        Err(desk.problem(&at, format!("{value} is no number that a metric can have")))
    };
    parts.iter().map(read).collect()
}
