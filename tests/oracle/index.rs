//! The index: stepped from change to change, built at once, or read back, it is the same.

use std::collections::BTreeSet;

use deedbox::authz::index::routes::MOST_WAYS;
use deedbox::authz::who_can::holders;
use deedbox::authz::{ActionId, ListKind, Snapshot, list};
use deedbox::domain::{
    Body, Capability, Key, Model, PrincipalId, Resource, ResourceId, ResourceKind, Revision,
    Target, Timestamp,
};
use strum::IntoEnumIterator;

use super::generate::{self, changes};
use super::properties::{core, leads};
use super::rng::Rng;
use super::shrink::{print, words};
use super::world::{Question, World};

/// What lies where, looked up in the index and gone through in the records.
pub fn finds_everything(world: &World) -> Result<(), String> {
    let snapshot = world.snapshot();
    let differs = |what: &str| Err(format!("{what} differ\n{}", print(world)));
    let those = |is: &dyn Fn(&Resource) -> bool| -> Vec<ResourceId> {
        let all = world.resources().filter(|(_, r)| is(r));
        all.map(|(id, _)| id).collect()
    };
    for (place, environment) in world.environments() {
        for kind in ResourceKind::iter() {
            let there = those(&|r| r.environment == place && r.kind() == kind);
            if !snapshot.resources_in(place, kind).eq(there) {
                return differs(&format!("{kind:?} in {}", environment.id));
            }
        }
    }
    for (id, _) in world.principals() {
        for to in snapshot.closure(id) {
            if !leads(world, id, *to, &snapshot.path(id, *to)) {
                return differs(&format!("the ways from #{} to #{}", id.0, to.0));
            }
            if !all_ways(world, &snapshot, id, *to) {
                return differs(&format!("all ways from #{} to #{}", id.0, to.0));
            }
        }
    }
    let built_in = (0..PrincipalId::FIRST.0).map(|id| Key::Principal(PrincipalId(id)));
    if built_in.filter_map(|key| snapshot.record(&key)).count() > 0 {
        return differs("records of what is built in");
    }
    for (id, resource) in world.resources() {
        let about = those(&|r| match r.body {
            Body::Job { model, .. } | Body::Operation { model, .. } => model == Some(id),
            _ => false,
        });
        let within = those(&|r| r.model().and_then(Model::group_id) == Some(id));
        if !snapshot.about(id).eq(about) || !snapshot.models_in(id).eq(within) {
            return differs(&format!("those of {}", resource.id));
        }
    }
    Ok(())
}

/// Whether the ways that are told are all that there are, or as many of them as are told, a shortest
/// first.
fn all_ways(world: &World, snapshot: &Snapshot, from: PrincipalId, to: PrincipalId) -> bool {
    let theirs = snapshot.routes(from).ways(to);
    let (mut ours, mut way) = (BTreeSet::new(), vec![from]);
    climb(world, to, &mut way, &mut ours);
    if ours.is_empty() {
        ours.insert(Vec::new());
    }
    let least = ours.iter().map(Vec::len).min();
    let told: BTreeSet<_> = theirs.paths.iter().cloned().collect();
    told.len() == theirs.paths.len()
        && told.len() == ours.len().min(MOST_WAYS)
        && told.is_subset(&ours)
        && theirs.all == (ours.len() <= MOST_WAYS)
        && theirs.paths.first().map(Vec::len) == least
}

/// Every way on which no group comes twice.
fn climb(
    world: &World,
    to: PrincipalId,
    way: &mut Vec<PrincipalId>,
    found: &mut BTreeSet<Vec<PrincipalId>>,
) {
    let below = way[way.len() - 1];
    for (group, principal) in world.principals() {
        if way.contains(&group) || !principal.members().contains(&below) {
            continue;
        }
        way.push(group);
        if group == to {
            found.insert(way[1..].to_vec());
        } else {
            climb(world, to, way, found);
        }
        way.pop();
    }
}

/// An index that was changed step by step, and back, answers like one that was built at once.
pub fn keeps_up(world: &World, after: &World, at: Timestamp) -> Result<(), String> {
    let changes = changes::between(world, after);
    let mut stepped = world.snapshot();
    stepped.apply(Revision(1), &changes);
    same_index(after, &stepped, &after.snapshot(), at)?;
    stepped.apply(Revision(2), &changes.inverse());
    same_index(world, &stepped, &world.snapshot(), at)
}

/// A store that was opened, from its records or from what it keeps compiled, answers like one that
/// was made step by step, and goes on like it.
pub fn opens_as_it_was(
    world: &World,
    after: &World,
    rng: &mut Rng,
    at: Timestamp,
) -> Result<(), String> {
    let asked: Vec<Question> = (0..10)
        .map(|_| generate::questions::question(world, rng))
        .collect();
    let changes = changes::between(world, after);
    let made = world.snapshot();
    for mut opened in [world.opened(), world.read_back()] {
        for q in &asked {
            if core(world, &opened, q) != core(world, &made, q) {
                return Err(format!("{}, opened\n{}", words(world, q), print(world)));
            }
        }
        for key in world.0.keys() {
            if opened.record(key) != made.record(key) {
                return Err(format!("{key:?} differs, opened\n{}", print(world)));
            }
        }
        same_index(world, &opened, &made, at)?;
        opened.apply(Revision(1), &changes);
        same_index(after, &opened, &after.snapshot(), at)?;
    }
    // Where something is gone, a number is without a record.
    same_index(after, &after.read_back(), &after.snapshot(), at)
}

fn same_index(
    world: &World,
    stepped: &Snapshot,
    built: &Snapshot,
    at: Timestamp,
) -> Result<(), String> {
    let differs = |what: &str| Err(format!("{what} differs\n{}", print(world)));
    for (id, principal) in world.principals() {
        let name = principal.reference();
        if stepped.find_principal(&name) != built.find_principal(&name) {
            return differs(&name);
        }
        let mentions = |s: &Snapshot| s.mentions(id).collect::<Vec<_>>();
        if stepped.closure(id) != built.closure(id) || mentions(stepped) != mentions(built) {
            return differs(&format!("what #{} is in or named by", id.0));
        }
        for kind in ListKind::iter() {
            let rows = |s: &Snapshot| list(s, kind, id, at);
            let ids = |s: &Snapshot| rows(s).iter().map(|r| r.resource).collect::<Vec<_>>();
            if ids(stepped) != ids(built) {
                return differs(&format!("{kind} of #{}", id.0));
            }
        }
    }
    for (id, resource) in world.resources() {
        let named =
            |s: &Snapshot| s.find_resource(resource.environment, resource.kind(), &resource.id);
        if named(stepped) != Some(id) || named(built) != Some(id) {
            return differs(&format!("where {} is", resource.id));
        }
        let see = ActionId::from(Capability::See);
        let who = |s: &Snapshot| holders(s, see, Target::Resource(id), at);
        if who(stepped) != who(built) {
            return differs(&format!("who can see {}", resource.id));
        }
    }
    Ok(())
}
