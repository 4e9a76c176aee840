//! What a model is, and what the viewer can do with it and why.

use strum::IntoEnumIterator;

use crate::authz::lists::says_owner;
use crate::authz::who_can::holders;
use crate::authz::{Check, Evidence, ReasonKey, Request, Snapshot, capabilities, explain, wording};
use crate::domain::{Capability, PrincipalId, ResourceId, Target};
use crate::registry::plan::capitalized;

use super::super::super::facts;
use super::super::super::parts::prose::Tone;
use super::super::super::state::State;
use super::super::super::text::grouped;
use super::activity::concerns;

/// The overview in lines.
pub(super) fn lines(state: &State, id: ResourceId) -> Vec<(Tone, String)> {
    let snapshot = &state.snapshot;
    let target = Target::Resource(id);
    let Some(resource) = snapshot.resource(id) else {
        return Vec::new();
    };
    let Some(place) = snapshot.place(resource.environment) else {
        return Vec::new();
    };
    let environment = &place.environment;
    let viewer = state.viewer();
    let field = |name: &str, text: String| (Tone::Plain, format!("{name:<9} {text}"));
    let mut lines = vec![
        (Tone::Dim, snapshot.target_id(target)),
        field(
            "Where",
            format!(
                "{} ({}, edition {})",
                environment.label(),
                place.platform().title(),
                environment.edition()
            ),
        ),
        field(
            "Owner",
            facts::owner(snapshot, resource, state.reader(), state.now),
        ),
    ];
    let model = resource.model();
    match model {
        Some(model) => lines.extend(model.kind.clone().map(|kind| field("Type", kind))),
        None => lines.push(field("Kind", resource.kind().noun().to_owned())),
    }
    let can = capabilities(snapshot, viewer, target, state.now);
    // A row that was only shared for use shows no details.
    if can.contains(Capability::View) {
        let state = model.and_then(|m| m.state);
        lines.extend(state.map(|state| field("State", state.to_string())));
        let versions = model.map_or(0, |m| m.versions.len());
        if versions > 0 {
            lines.push(field("Versions", grouped(versions)));
        }
        if let Some(text) = &resource.description {
            lines.push(field("About", text.clone()));
        }
    }
    if can.contains(Capability::ViewAccess) {
        lines.push(field("Access", facts::access(snapshot, id, state.now)));
        let see = people(snapshot, id, Capability::See, state);
        let see = format!("{}, w shows who", wording::people(snapshot, &see));
        lines.push(field("Can see", see));
        if is_offered(state, id, Capability::Run) {
            let run = people(snapshot, id, Capability::Run, state);
            lines.push(field("Can run", wording::people(snapshot, &run)));
        }
    }
    lines.push((Tone::Plain, String::new()));
    lines.push((
        Tone::Strong,
        format!(
            "{}  {}",
            capitalized(&state.reader().does(snapshot, "can", "can")),
            if can.is_empty() {
                "nothing".to_owned()
            } else {
                can.words()
            }
        ),
    ));
    lines.extend(
        because(state, id)
            .into_iter()
            .map(|b| (Tone::Plain, format!("because  {b}"))),
    );
    for capability in Capability::iter().filter(|c| !can.contains(*c)) {
        if let Some(why) = why_not(state, id, capability) {
            lines.push((Tone::Dim, format!("not {capability}: {why}")));
        }
    }
    lines.extend(recent(state, id));
    lines
}

/// Every route by which the viewer sees the model, or owns it.
fn because(state: &State, id: ResourceId) -> Vec<String> {
    let target = Target::Resource(id);
    let see = Request::new(state.viewer(), Capability::See.into(), target, state.now);
    let explanation = explain(&state.snapshot, &see);
    let owned = crate::authz::lists::owned(&state.snapshot, state.viewer(), id, state.now);
    // The owner role says once more what owning says.
    let said = |e: &&Evidence| owned.is_empty() || !says_owner(&state.snapshot, id, e);
    let reached = explanation.evidence_for(Check::Reach).filter(said);
    let mut words: Vec<String> = Vec::new();
    for evidence in owned.iter().chain(reached) {
        let word = wording::because(&state.snapshot, evidence, state.reader());
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Why the viewer lacks a capability; `None` for what the platform has nothing of the kind for.
fn why_not(state: &State, id: ResourceId, capability: Capability) -> Option<String> {
    let target = Target::Resource(id);
    let request = Request::new(state.viewer(), capability.into(), target, state.now);
    let explanation = explain(&state.snapshot, &request);
    let first = explanation.first_failure()?;
    let reason = explanation.reasons.iter().find(|r| r.check == first)?;
    let news = reason.key != ReasonKey::NotOffered;
    news.then(|| wording::reason(&state.snapshot, target, reason))
}

/// Whether the platform has anything of the kind for it.
fn is_offered(state: &State, id: ResourceId, capability: Capability) -> bool {
    let target = Target::Resource(id);
    let request = Request::new(state.viewer(), capability.into(), target, state.now);
    let explanation = explain(&state.snapshot, &request);
    let mut keys = explanation.reasons.iter().map(|r| r.key);
    !keys.any(|key| key == ReasonKey::NotOffered)
}

fn people(
    snapshot: &Snapshot,
    id: ResourceId,
    capability: Capability,
    state: &State,
) -> Vec<PrincipalId> {
    let holders = holders(snapshot, capability.into(), Target::Resource(id), state.now);
    holders
        .into_iter()
        .filter(|p| *p != PrincipalId::ANONYMOUS)
        .collect()
}

fn recent(state: &State, id: ResourceId) -> Vec<(Tone, String)> {
    let Some(entry) = state.entries().iter().find(|e| concerns(e, id)) else {
        return Vec::new();
    };
    let when = entry.stamp.time.relative_to(state.now);
    vec![
        (Tone::Plain, String::new()),
        (
            Tone::Plain,
            format!("Recent    {}, {when}", entry.stamp.summary),
        ),
    ]
}
