//! Versions and runs.

use crate::domain::{Body, Resource, ResourceId, ResourceKind};

use super::super::super::parts::prose::Tone;
use super::super::super::state::State;

/// The versions of a model, or the runs of an experiment, in lines.
pub(super) fn lines(state: &State, id: ResourceId) -> Vec<(Tone, String)> {
    let Some(resource) = state.snapshot.resource(id) else {
        return Vec::new();
    };
    let metrics = |list: &[(String, f64)]| {
        list.iter()
            .map(|(n, v)| format!("{n} {v}"))
            .collect::<Vec<_>>()
            .join("  ")
    };
    let lines: Vec<(Tone, String)> = match &resource.body {
        Body::ModelGroup { .. } => grouped_versions(state, id),
        Body::Experiment { runs } => runs
            .iter()
            .map(|run| {
                (
                    Tone::Plain,
                    format!("{}  {}", run.id, metrics(&run.metrics)),
                )
            })
            .collect(),
        Body::Model(model) => model
            .versions
            .iter()
            .map(|v| {
                let default = if v.default { "default" } else { "" };
                let state = v.state.map_or_else(String::new, |s| s.to_string());
                (
                    Tone::Plain,
                    format!(
                        "{:<10} {state:<10} {default:<8} {}",
                        v.id,
                        metrics(&v.metrics)
                    ),
                )
            })
            .collect(),
        _ => Vec::new(),
    };
    if lines.is_empty() {
        vec![(Tone::Dim, nothing(resource))]
    } else {
        lines
    }
}

fn state_of(model: &Resource) -> String {
    let state = model.model().and_then(|m| m.state);
    state.map_or_else(String::new, |s| s.to_string())
}

/// Where there is nothing to list.
fn nothing(resource: &Resource) -> String {
    match resource.kind() {
        ResourceKind::Model | ResourceKind::ModelGroup => "There are no versions yet.".to_owned(),
        ResourceKind::Experiment => "There are no runs yet. a adds one.".to_owned(),
        ResourceKind::Job => "A job has no versions.".to_owned(),
        ResourceKind::Operation => "An operation has no versions.".to_owned(),
    }
}

/// On OpenSearch the models of a group are its versions.
fn grouped_versions(state: &State, group: ResourceId) -> Vec<(Tone, String)> {
    let mut models: Vec<&Resource> = state
        .snapshot
        .models_in(group)
        .filter_map(|id| state.snapshot.resource(id))
        .collect();
    models.sort_by_key(|m| m.model().and_then(|m| m.number));
    models
        .into_iter()
        .map(|m| {
            let number = m
                .model()
                .and_then(|m| m.number)
                .map_or_else(String::new, |n| n.to_string());
            (
                Tone::Plain,
                format!("version {number:<4} {:<24} {}", m.id, state_of(m)),
            )
        })
        .collect()
}
