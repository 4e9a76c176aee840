//! The lists of models, and who owns what.

use std::collections::BTreeSet;

use deedbox::authz::decision::Evidence;
use deedbox::authz::lists::{ListRow, each, listed, owned, owners, owners_of, page, reach, unseen};
use deedbox::authz::{Asker, ListKind, Request, Snapshot, list};
use deedbox::domain::{Capability, PrincipalId, ResourceId, Target, Timestamp};
use strum::IntoEnumIterator;

use super::evaluator;
use super::properties::{leads, route};
use super::shrink::{print, shrink};
use super::world::{Question, World};

/// The three lists are those of the evaluator, and say why.
pub fn agree(world: &World, who: PrincipalId, at: Timestamp) -> Result<(), String> {
    let snapshot = world.snapshot();
    for kind in ListKind::iter() {
        let rows = |w: &World| list(&w.snapshot(), kind, who, at);
        let core = |w: &World| rows(w).iter().map(|r| r.resource).collect::<BTreeSet<_>>();
        let shown = list(&snapshot, kind, who, at);
        let ids: BTreeSet<ResourceId> = shown.iter().map(|r| r.resource).collect();
        if ids != evaluator::lists::list(world, kind, who, at) {
            let differs = |w: &World| core(w) != evaluator::lists::list(w, kind, who, at);
            let small = shrink(world, &differs);
            return Err(format!(
                "{kind} of #{} at {at}\ncore: {:?}\nevaluator: {:?}\n{}",
                who.0,
                rows(&small),
                evaluator::lists::list(&small, kind, who, at),
                print(&small)
            ));
        }
        in_pages(world, &snapshot, kind, who, at, &shown)?;
        let without_reasons = listed(&snapshot, kind, who, at);
        if !shown
            .iter()
            .map(|r| r.resource)
            .eq(without_reasons.iter().copied())
        {
            let small = format!("without reasons: {without_reasons:?}, with: {shown:?}");
            return Err(format!("{kind} of #{}\n{small}\n{}", who.0, print(world)));
        }
        if kind == ListKind::AllModels {
            owners_are_shown_as_such(world, &shown, who, at)?;
        }
        let mut visited = Vec::new();
        each(&snapshot, kind, who, at, |row| visited.push(row));
        if visited != shown {
            let small = format!("one by one: {visited:?}, at once: {shown:?}");
            return Err(format!("{kind} of #{}\n{small}\n{}", who.0, print(world)));
        }
        let mut because = shown.iter().flat_map(|row| &row.because);
        let astray = because.find(|evidence| {
            let route = route(evidence);
            route.is_some_and(|(member, path)| !leads(world, who, member, path))
        });
        if let Some(evidence) = astray {
            let small = format!("{evidence:?} leads nowhere");
            return Err(format!("{kind} of #{}\n{small}\n{}", who.0, print(world)));
        }
        if shown.iter().any(|r| r.because.is_empty()) {
            return Err(format!("{kind} of #{}: no reason\n{}", who.0, print(world)));
        }
    }
    all_is_reached(world, &snapshot, who, at)
}

/// What somebody reaches is what checks of everything that lists show allow, for each capability.
fn all_is_reached(
    world: &World,
    snapshot: &Snapshot,
    who: PrincipalId,
    at: Timestamp,
) -> Result<(), String> {
    let asker = Asker::new(snapshot, who);
    let may = |capability: Capability, id: ResourceId| {
        let request = Request::new(who, capability.into(), Target::Resource(id), at);
        asker.check(&request).is_allowed()
    };
    let mut all: Vec<ResourceId> = world.resources().map(|(id, _)| id).collect();
    all.sort_unstable();
    let is_listed = |id: &ResourceId| snapshot.row(*id).is_some_and(|row| row.listed);
    for capability in Capability::iter() {
        let allowed = all
            .iter()
            .filter(|id| is_listed(id) && may(capability, **id));
        let allowed: Vec<ResourceId> = allowed.copied().collect();
        let reached: Vec<ResourceId> = reach(&asker, capability, at).collect();
        if reached != allowed {
            return Err(format!(
                "#{} may {capability}: reached {reached:?}, allowed {allowed:?}\n{}",
                who.0,
                print(world)
            ));
        }
    }
    let used = |id: &ResourceId| Capability::iter().any(|c| may(c, *id));
    let hidden = |id: &&ResourceId| is_listed(id) && !may(Capability::See, **id) && used(id);
    let hidden: Vec<ResourceId> = all.iter().filter(hidden).copied().collect();
    let unseen: Vec<ListRow> = unseen(snapshot, who, at);
    let same = unseen
        .iter()
        .map(|row| row.resource)
        .eq(hidden.iter().copied());
    if !same || unseen.iter().any(|row| row.because.is_empty()) {
        return Err(format!(
            "#{} unseen {unseen:?}, not {hidden:?}\n{}",
            who.0,
            print(world)
        ));
    }
    Ok(())
}

/// A row says once for each owner that somebody is or counts as one, and of nothing else.
fn owners_are_shown_as_such(
    world: &World,
    rows: &[ListRow],
    who: PrincipalId,
    at: Timestamp,
) -> Result<(), String> {
    for row in rows {
        let resource = world.resource(row.resource).unwrap();
        let said: Vec<&Evidence> = row
            .because
            .iter()
            .filter(|e| matches!(e, Evidence::Owner { .. }))
            .collect();
        let twice = (1..said.len()).any(|i| said[i..].contains(&said[i - 1]));
        let q = Question {
            who,
            action: Capability::See.into(),
            target: Target::Resource(row.resource),
            at,
            model: None,
            address: None,
        };
        if twice || said.is_empty() == evaluator::lists::owns(world, &q, resource) {
            return Err(format!(
                "#{} sees {}: {:?}\n{}",
                who.0,
                resource.id,
                row.because,
                print(world)
            ));
        }
    }
    Ok(())
}

/// The owners of everything are those of the evaluator, read from the record or from the index; and
/// whoever is or counts as one of them owns it.
pub fn ownership(world: &World, who: PrincipalId, at: Timestamp) -> Result<(), String> {
    let snapshot = world.snapshot();
    for (id, row) in world.resources() {
        let ours = evaluator::lists::owners(world, row, at);
        let named: BTreeSet<PrincipalId> = owners(&snapshot, row, at).into_iter().collect();
        let found = owners_of(&snapshot, id, at);
        if named != ours || !found.iter().eq(&ours) {
            return Err(format!(
                "owners of {id:?} at {at}: {ours:?}\ncore: {named:?}, index: {found:?}\n{}",
                print(world)
            ));
        }
        let q = Question {
            who,
            action: Capability::See.into(),
            target: Target::Resource(id),
            at,
            model: None,
            address: None,
        };
        let owns = evaluator::lists::owns(world, &q, row);
        if owned(&snapshot, who, id, at).is_empty() == owns {
            return Err(format!(
                "#{} owns {id:?} at {at}: {owns}; the core says otherwise\n{}",
                who.0,
                print(world)
            ));
        }
    }
    Ok(())
}

/// Pages of any size make up the list, and the last one says that it is.
fn in_pages(
    world: &World,
    snapshot: &Snapshot,
    kind: ListKind,
    who: PrincipalId,
    at: Timestamp,
    whole: &[ListRow],
) -> Result<(), String> {
    for size in 1..=3 {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = page(snapshot, kind, who, at, after, size);
            rows.extend(page.rows);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        if rows != whole {
            let small = format!("pages of {size}: {rows:?}\nwhole: {whole:?}");
            return Err(format!("{kind} of #{}\n{small}\n{}", who.0, print(world)));
        }
    }
    Ok(())
}
