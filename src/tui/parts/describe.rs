//! A plan in lines: what it does, the effect on people, and what else one should know.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::authz::{Snapshot, wording};
use crate::domain::{CapabilitySet, EnvironmentId, PrincipalId, ResourceId, ResourceKind, Target};
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
    for line in grouped(before, after, plan) {
        let sides = [(Tone::Good, '+', line.gained), (Tone::Bad, '−', line.lost)];
        for (tone, sign, set) in sides.into_iter().filter(|(_, _, s)| !s.is_empty()) {
            let (people, name) = (listed(&line.people), &line.thing.name);
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

/// What people call a resource, and what tells it apart from others of that name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Thing {
    name: String,
    kind: Option<ResourceKind>,
    place: Option<EnvironmentId>,
}

/// People for whom the same changes on the same resource share a line.
struct Line {
    people: Vec<String>,
    seen: FxHashSet<PrincipalId>,
    thing: Thing,
    gained: CapabilitySet,
    lost: CapabilitySet,
}

/// The lines in the order in which they first occur. Resources that nothing tells apart share theirs: a
/// plan can be about thousands.
fn grouped(before: &Snapshot, after: &Snapshot, plan: &Plan) -> Vec<Line> {
    let names = names(before, after, plan);
    let mut lines: Vec<Line> = Vec::new();
    let mut places: FxHashMap<(Thing, CapabilitySet, CapabilitySet), usize> = FxHashMap::default();
    let mut last: Option<(ResourceId, Thing)> = None;
    for row in &plan.effect.rows {
        let thing = match last.take() {
            Some((id, thing)) if id == row.resource => thing,
            _ => thing_of(before, after, row.resource),
        };
        last = Some((row.resource, thing.clone()));
        let key = (thing, row.gained, row.lost);
        let place = *places.entry(key.clone()).or_insert_with(|| {
            lines.push(Line {
                people: Vec::new(),
                seen: FxHashSet::default(),
                thing: key.0,
                gained: row.gained,
                lost: row.lost,
            });
            lines.len() - 1
        });
        if let Some(line) = lines.get_mut(place)
            && line.seen.insert(row.principal)
        {
            line.people.extend(names.get(&row.principal).cloned());
        }
    }
    tell_apart(after, &mut lines);
    lines
}

/// What everybody concerned is called; of those who are called the same, with their ids.
fn names(before: &Snapshot, after: &Snapshot, plan: &Plan) -> FxHashMap<PrincipalId, String> {
    let knows = |id: PrincipalId| {
        if after.principal(id).is_some() {
            after
        } else {
            before
        }
    };
    let concerned = plan.effect.rows.iter().map(|row| row.principal);
    let mut names: FxHashMap<PrincipalId, String> =
        concerned.map(|id| (id, knows(id).label(id))).collect();
    let mut called: FxHashMap<String, usize> = FxHashMap::default();
    for name in names.values() {
        *called.entry(name.clone()).or_default() += 1;
    }
    for (id, name) in &mut names {
        if called.get(name).is_some_and(|count| *count > 1) {
            *name = format!("{name} ({})", knows(*id).reference(*id));
        }
    }
    names
}

fn thing_of(before: &Snapshot, after: &Snapshot, id: ResourceId) -> Thing {
    let there = after.resource(id).is_some();
    let snapshot = if there { after } else { before };
    let target = Target::Resource(id);
    Thing {
        name: snapshot.target_label(target),
        kind: snapshot.row(id).map(|row| row.kind),
        place: snapshot.environment_of(target),
    }
}

/// Has names say what they are names of, where one stands for several kinds, as a model group and its
/// models, or in several environments.
fn tell_apart(after: &Snapshot, lines: &mut [Line]) {
    let mut known: FxHashMap<String, FxHashSet<Thing>> = FxHashMap::default();
    for Line { thing, .. } in lines.iter() {
        let of = known.entry(thing.name.clone()).or_default();
        of.insert(thing.clone());
    }
    for Line { thing, .. } in lines {
        let Some(others) = known.get(&thing.name) else {
            continue;
        };
        let kind = thing
            .kind
            .filter(|_| others.iter().any(|o| o.kind != thing.kind));
        let place = thing
            .place
            .filter(|_| others.iter().any(|o| o.place != thing.place));
        let kind = kind.map(|kind| kind.to_string().replace('-', " "));
        let place = place.map(|id| after.target_id(Target::Environment(id)));
        let said: Vec<String> = kind.into_iter().chain(place).collect();
        if !said.is_empty() {
            thing.name = format!("{} ({})", thing.name, said.join(", "));
        }
    }
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
