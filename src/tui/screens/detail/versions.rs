//! Versions and runs.

use crate::domain::{Body, Capability, Resource, ResourceId, Target};

use super::super::super::parts::prose::Tone;
use super::super::super::state::State;

/// The versions of a model, or the runs of an experiment, in lines.
pub(super) fn lines(state: &State, id: ResourceId) -> Vec<(Tone, String)> {
    let Some(resource) = state.snapshot.resource(id) else {
        return Vec::new();
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
        vec![(Tone::Dim, empty(&resource.body).to_owned())]
    } else {
        lines
    }
}

/// What would fill it, and which key does it.
const fn empty(body: &Body) -> &'static str {
    match body {
        Body::Model(_) => "There are no versions yet. a adds one.",
        Body::Experiment { .. } => "There are no runs yet. a adds one.",
        Body::ModelGroup { .. } => {
            "There are no versions yet. n in a list of models registers a model in this group."
        }
        // These have no such part.
        Body::Job { .. } | Body::Operation { .. } => "",
    }
}

fn metrics(list: &[(String, f64)]) -> String {
    let words: Vec<String> = list.iter().map(|(n, v)| format!("{n} {v}")).collect();
    words.join("  ")
}

/// On OpenSearch the models of a group are its versions. One that is hidden from the viewer is
/// not among them.
fn grouped_versions(state: &State, group: ResourceId) -> Vec<(Tone, String)> {
    let visible = |id: &ResourceId| state.may(Capability::See, Target::Resource(*id));
    let mut models: Vec<&Resource> = state
        .snapshot
        .models_in(group)
        .filter(visible)
        .filter_map(|id| state.snapshot.resource(id))
        .collect();
    models.sort_by_key(|m| m.model().and_then(|m| m.number));
    models
        .into_iter()
        .map(|m| (Tone::Plain, grouped_version(m)))
        .collect()
}

/// All that is known of one: number, id, state, type, metrics, what was written about it.
fn grouped_version(resource: &Resource) -> String {
    let Some(model) = resource.model() else {
        return resource.id.clone();
    };
    let number = model.number.map_or_else(String::new, |n| n.to_string());
    let state = model.state.map_or_else(String::new, |s| s.to_string());
    let measured: Vec<String> = model.versions.iter().map(|v| metrics(&v.metrics)).collect();
    let hidden = if model.hidden { "hidden" } else { "" };
    let mut words = vec![format!(
        "version {number:<4} {:<24} {state:<10}",
        resource.id
    )];
    words.extend(model.kind.clone());
    words.extend(measured);
    words.push(hidden.to_owned());
    words.extend(resource.description.clone());
    words.retain(|w| !w.is_empty());
    words.join("  ").trim_end().to_owned()
}
