//! A plan in lines: what it does, the effect on people, and what else one should know.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::authz::{Snapshot, wording};
use crate::domain::{CapabilitySet, PrincipalId, ResourceId, ResourceKind, Target};
use crate::registry::Plan;

use super::super::text::count;
use super::prose::Tone;

/// The plan in lines: what it does, the effect on people, and what else one should know.
pub fn describe(before: &Snapshot, plan: &Plan) -> Vec<(Tone, String)> {
    let mut lines = vec![(
        Tone::Strong,
        format!(
            "{}.",
            crate::registry::plan::capitalized(&plan.stamp.summary)
        ),
    )];
    lines.extend(plan.warnings.iter().map(|w| (Tone::Warn, format!("! {w}"))));
    lines.push((Tone::Plain, String::new()));
    lines.push((Tone::Strong, format!("Effect: {}", plan.stamp.effect)));
    let after = &plan.after;
    for (names, gained, lost, name) in grouped(before, after, plan) {
        let sides = [(Tone::Good, '+', gained), (Tone::Bad, '−', lost)];
        for (tone, sign, set) in sides.into_iter().filter(|(_, _, s)| !s.is_empty()) {
            let people = listed(&names);
            lines.push((
                tone,
                format!("{sign} {people}: {} {name}", set.words().replace(' ', ", ")),
            ));
        }
    }
    let later = plan.later.iter();
    lines.extend(later.map(|(at, effect)| (Tone::Warn, wording::later(*at, effect))));
    for (title, items) in [
        ("Along with it", &plan.companions),
        ("Still to be done on the platform", &plan.steps),
    ] {
        if !items.is_empty() {
            lines.push((Tone::Plain, String::new()));
            lines.push((Tone::Strong, title.to_owned()));
            lines.extend(items.iter().map(|item| (Tone::Dim, format!("• {item}"))));
        }
    }
    lines
}

/// What a line of changes is told by.
type Same = (String, Option<ResourceKind>, CapabilitySet, CapabilitySet);

type Group = (Vec<String>, CapabilitySet, CapabilitySet, String);

/// People for whom the same changes on the same resource share a line, in the order in which they
/// first occur.
fn grouped(before: &Snapshot, after: &Snapshot, plan: &Plan) -> Vec<Group> {
    let label = |id: PrincipalId| match after.principal(id) {
        Some(p) => p.label().to_owned(),
        None => before.label(id),
    };
    let mut groups: Vec<(Vec<String>, FxHashSet<String>, CapabilitySet, CapabilitySet)> =
        Vec::new();
    let mut names_of: Vec<(String, Option<ResourceKind>)> = Vec::new();
    // By the resource's name and kind: two of both share a line. A plan can be about thousands.
    let mut places: FxHashMap<Same, usize> = FxHashMap::default();
    let mut named: Option<(ResourceId, String, Option<ResourceKind>)> = None;
    for row in &plan.effect.rows {
        let (name, kind) = match &named {
            Some((id, name, kind)) if *id == row.resource => (name.clone(), *kind),
            _ => {
                let there = after.resource(row.resource).is_some();
                let snapshot = if there { after } else { before };
                let name = snapshot.target_label(Target::Resource(row.resource));
                let kind = snapshot.row(row.resource).map(|row| row.kind);
                named = Some((row.resource, name.clone(), kind));
                (name, kind)
            }
        };
        let key = (name, kind, row.gained, row.lost);
        let place = *places.entry(key.clone()).or_insert_with(|| {
            groups.push((Vec::new(), FxHashSet::default(), row.gained, row.lost));
            names_of.push((key.0, key.1));
            groups.len() - 1
        });
        if let Some((names, seen, ..)) = groups.get_mut(place) {
            let name = label(row.principal);
            if seen.insert(name.clone()) {
                names.push(name);
            }
        }
    }
    let told = told_apart(names_of);
    let of = groups.into_iter().zip(told);
    of.map(|((names, _, gained, lost), name)| (names, gained, lost, name))
        .collect()
}

/// Names with what they are names of, where one name stands for several kinds: a model group and its
/// models.
fn told_apart(named: Vec<(String, Option<ResourceKind>)>) -> Vec<String> {
    let mut kinds: FxHashMap<String, FxHashSet<Option<ResourceKind>>> = FxHashMap::default();
    for (name, kind) in &named {
        kinds.entry(name.clone()).or_default().insert(*kind);
    }
    let several = |name: &String| kinds.get(name).is_some_and(|kinds| kinds.len() > 1);
    let told = named.into_iter().map(|(name, kind)| match kind {
        Some(kind) if several(&name) => format!("{name} ({})", kind.to_string().replace('-', " ")),
        _ => name,
    });
    told.collect()
}

fn listed(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!(
            "{} and {}",
            shown.join(", "),
            count(more, "other", "others")
        ),
    }
}
