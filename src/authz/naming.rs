//! Names: what ids mean in a snapshot, and what to show and write for what is in it.

use crate::domain::ids::PartRef;
use crate::domain::{Body, PrincipalId, Resource, ResourceId, ResourceRef, Target};

use super::snapshot::Snapshot;

impl Snapshot {
    /// The name to show for a principal.
    pub fn label(&self, id: PrincipalId) -> String {
        self.principal(id)
            .map_or_else(|| format!("principal {}", id.0), |p| p.label().to_owned())
    }

    /// The reference to write for a principal.
    pub fn reference(&self, id: PrincipalId) -> String {
        self.principal(id)
            .map_or_else(|| format!("unknown:{}", id.0), |p| p.reference())
    }

    /// Looks up what a resource id names.
    ///
    /// # Errors
    /// Says which part is not there.
    pub fn find(&self, id: &ResourceRef) -> Result<Target, String> {
        let environment = self
            .find_environment(&id.environment)
            .ok_or_else(|| format!("there is no environment `{}`", id.environment))?;
        let Some((kind, name)) = &id.resource else {
            return Ok(Target::Environment(environment));
        };
        let resource = self
            .find_resource(environment, *kind, name)
            .ok_or_else(|| {
                format!(
                    "there is no {} `{name}` in `{}`",
                    kind.noun(),
                    id.environment
                )
            })?;
        let missing = || format!("there is no `{id}`");
        match &id.part {
            None => Ok(Target::Resource(resource)),
            Some(PartRef::Version(version)) => self
                .resource(resource)
                .and_then(Resource::model)
                .and_then(|m| m.versions.iter().position(|v| v.id == *version))
                .and_then(|i| u32::try_from(i).ok())
                .map(|i| Target::Version(resource, i))
                .ok_or_else(missing),
            Some(PartRef::Run(run)) => match self.resource(resource).map(|r| &r.body) {
                Some(Body::Experiment { runs }) => runs
                    .iter()
                    .position(|r| r.id == *run)
                    .and_then(|i| u32::try_from(i).ok())
                    .map(|i| Target::Run(resource, i))
                    .ok_or_else(missing),
                _ => Err(missing()),
            },
            Some(PartRef::Container) => self
                .resource(resource)
                .and_then(Resource::model)
                .and_then(|m| m.container.as_ref())
                .map(|_| Target::Container(resource))
                .ok_or_else(missing),
        }
    }

    /// The id that people write for a target.
    pub fn target_id(&self, target: Target) -> String {
        let resource_id = |id: ResourceId| match self.resource(id) {
            Some(r) => {
                let environment = self.place(r.environment).map_or("?", |p| &p.environment.id);
                format!("{environment}/{}/{}", r.kind().collection(), r.id)
            }
            None => format!("resource {}", id.0),
        };
        let part = |id: ResourceId, name: Option<&str>, word: &str| {
            format!("{}/{word}/{}", resource_id(id), name.unwrap_or("?"))
        };
        match target {
            Target::Environment(id) => self
                .place(id)
                .map_or_else(|| "?".into(), |p| p.environment.id.clone()),
            Target::Resource(id) => resource_id(id),
            Target::Version(id, i) => {
                let version = self
                    .resource(id)
                    .and_then(Resource::model)
                    .and_then(|m| m.versions.get(i as usize));
                part(id, version.map(|v| v.id.as_str()), "versions")
            }
            Target::Run(id, i) => {
                let run = self.resource(id).and_then(|r| match &r.body {
                    Body::Experiment { runs } => runs.get(i as usize),
                    _ => None,
                });
                part(id, run.map(|r| r.id.as_str()), "runs")
            }
            Target::Container(id) => format!("{}/container", resource_id(id)),
        }
    }

    /// The name to show for a target.
    pub fn target_label(&self, target: Target) -> String {
        let label = |id| {
            self.resource(id)
                .map_or_else(String::new, |r| r.label().to_owned())
        };
        match target {
            Target::Environment(id) => self
                .place(id)
                .map_or_else(String::new, |p| p.environment.label().to_owned()),
            Target::Resource(id) => label(id),
            Target::Container(id) => format!("{} (training data)", label(id)),
            Target::Version(..) | Target::Run(..) => self.target_id(target),
        }
    }
}
