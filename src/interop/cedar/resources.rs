//! Environments and what lies in them as entities: the parent is what lies above.

use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

use crate::authz::Snapshot;
use crate::domain::{Body, EnvironmentId, Platform, ResourceId, ResourceKind, Target};

use super::uid::{Uid, entity};

/// One thing that can be asked about.
pub(super) struct Node {
    pub uid: Uid,
    /// What the core calls it.
    pub target: Target,
    parent: Option<Uid>,
}

impl Node {
    pub fn json(&self) -> Value {
        entity(&self.uid, &json!({}), &self.parent)
    }
}

/// Names of types, as the schema declares them.
pub(super) const fn environment_type(platform: Platform) -> Option<&'static str> {
    match platform {
        Platform::Google => Some("Google::Project"),
        Platform::Fabric => Some("Fabric::Workspace"),
        Platform::OpenSearch | Platform::AiBuilder => None,
    }
}

const fn resource_type(platform: Platform, kind: ResourceKind) -> Option<&'static str> {
    match (platform, kind) {
        (Platform::Google, ResourceKind::Model) => Some("Google::Model"),
        (Platform::Google, ResourceKind::Job) => Some("Google::Job"),
        (Platform::Google, ResourceKind::Operation) => Some("Google::Operation"),
        (Platform::Fabric, ResourceKind::Model) => Some("Fabric::Model"),
        (Platform::Fabric, ResourceKind::Experiment) => Some("Fabric::Experiment"),
        _ => None,
    }
}

const fn part_type(platform: Platform, target: Target) -> Option<&'static str> {
    match (platform, target) {
        (Platform::Google, Target::Version(..)) => Some("Google::Version"),
        (Platform::Fabric, Target::Version(..)) => Some("Fabric::Version"),
        (Platform::Fabric, Target::Run(..)) => Some("Fabric::Run"),
        _ => None,
    }
}

/// The environment, its resources, and their versions and runs, each after what lies above it.
pub(super) fn of(snapshot: &Snapshot, id: EnvironmentId, platform: Platform) -> Vec<Node> {
    let Some(kind) = environment_type(platform) else {
        return Vec::new();
    };
    let node = |kind, target, parent| Node {
        uid: Uid::new(kind, snapshot.target_id(target)),
        target,
        parent,
    };
    let environment = node(kind, Target::Environment(id), None);
    let above = environment.uid.clone();
    let mut nodes = vec![environment];
    for kind in ResourceKind::iter() {
        let Some(named) = resource_type(platform, kind) else {
            continue;
        };
        for resource in snapshot.resources_in(id, kind) {
            let whole = node(named, Target::Resource(resource), Some(above.clone()));
            let parts = parts(snapshot, resource).into_iter().filter_map(|target| {
                let kind = part_type(platform, target)?;
                Some(node(kind, target, Some(whole.uid.clone())))
            });
            let parts: Vec<Node> = parts.collect();
            nodes.push(whole);
            nodes.extend(parts);
        }
    }
    nodes
}

/// The versions of a model or the runs of an experiment.
fn parts(snapshot: &Snapshot, id: ResourceId) -> Vec<Target> {
    match snapshot.resource(id).map(|r| &r.body) {
        Some(Body::Model(model)) => (0u32..)
            .zip(&model.versions)
            .map(|(i, _)| Target::Version(id, i))
            .collect(),
        Some(Body::Experiment { runs }) => (0u32..)
            .zip(runs)
            .map(|(i, _)| Target::Run(id, i))
            .collect(),
        _ => Vec::new(),
    }
}
