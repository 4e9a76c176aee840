//! What has to hold in every world.

use std::collections::BTreeSet;

use deedbox::authz::compare::compare;
use deedbox::authz::decision::{Evidence, RoleSource};
use deedbox::authz::effect::between;
use deedbox::authz::{ActionId, Check, Snapshot, Verdict, capabilities, check, explain, who_can};
use deedbox::domain::{
    Binding, Body, CapabilitySet, Key, Platform, Policy, Principal, PrincipalId, Record, Resource,
    ResourceId, Revision, Target, Timestamp,
};

use super::evaluator;
use super::generate::{self, changes};
use super::rng::Rng;
use super::shrink::{print, shrink, words};
use super::world::{Question, World};

/// The core's answer.
pub fn core(world: &World, snapshot: &Snapshot, q: &Question) -> Verdict {
    let Some((_, environment)) = world.environment_of(q.target) else {
        return Verdict::Error;
    };
    match q.request(environment.platform()) {
        Some(request) => check(snapshot, &request),
        None => Verdict::Error,
    }
}

/// The groups that evidence names on the way to somebody.
pub fn route(evidence: &Evidence) -> Option<(PrincipalId, &[PrincipalId])> {
    match evidence {
        Evidence::Owner { owner, path } | Evidence::ContainerOwner { owner, path } => {
            Some((*owner, path))
        }
        Evidence::Grant { member, path, .. }
        | Evidence::Depth { member, path, .. }
        | Evidence::Role {
            source: RoleSource::Binding { member, path },
            ..
        } => Some((*member, path)),
        _ => None,
    }
}

/// Whether each group on a way holds the one before it, and the last is where it leads. Nobody has
/// to go anywhere to reach themselves; everybody and domains have no members to go through.
pub fn leads(world: &World, who: PrincipalId, to: PrincipalId, path: &[PrincipalId]) -> bool {
    let special = || world.principal(to).is_none_or(Principal::is_everybody);
    let holds = |group: PrincipalId, member: PrincipalId| {
        let group = world.principal(group);
        group.is_some_and(|g| g.members().contains(&member))
    };
    let mut below = who;
    let chained = path.iter().all(|group| {
        let step = holds(*group, below);
        below = *group;
        step
    });
    chained && (below == to || path.is_empty() && special())
}

/// The core decides as the evaluator does, and explains what it decides.
pub fn agrees(world: &World, snapshot: &Snapshot, q: &Question) -> Result<(), String> {
    let (theirs, ours) = (core(world, snapshot, q), evaluator::decide(world, q));
    if theirs != ours {
        let differs = |w: &World| core(w, &w.snapshot(), q) != evaluator::decide(w, q);
        let small = shrink(world, &differs);
        let snapshot = small.snapshot();
        let platform = small.environment_of(q.target).map(|(_, e)| e.platform());
        let request = platform.and_then(|p| q.request(p));
        return Err(format!(
            "{}\ncore: {}, evaluator: {}\n{:?}\n{}",
            words(&small, q),
            core(&small, &snapshot, q),
            evaluator::decide(&small, q),
            request.map(|r| explain(&snapshot, &r)),
            print(&small)
        ));
    }
    let platform = world.environment_of(q.target).map(|(_, e)| e.platform());
    let Some(request) = platform.and_then(|p| q.request(p)) else {
        return Ok(());
    };
    let explanation = explain(snapshot, &request);
    for (_, evidence) in &explanation.evidence {
        if let Some((member, path)) = route(evidence)
            && !leads(world, q.who, member, path)
        {
            return Err(format!(
                "{}: {path:?} leads nowhere\n{}",
                words(world, q),
                print(world)
            ));
        }
    }
    let sound = explanation.verdict == theirs
        && if theirs.is_allowed() {
            explanation.evidence_for(Check::Reach).next().is_some() && explanation.key().is_none()
        } else {
            !explanation.reasons.is_empty() && explanation.key().is_some()
        };
    if sound {
        return Ok(());
    }
    Err(format!(
        "{}\ncheck: {theirs}, explanation: {explanation:?}\n{}",
        words(world, q),
        print(world)
    ))
}

/// `who_can` is everybody whom `check` allows.
pub fn transposes(world: &World, snapshot: &Snapshot, q: &Question) -> Result<(), String> {
    let Some((_, environment)) = world.environment_of(q.target) else {
        return Ok(());
    };
    let Ok(action) = ActionId::resolve(environment.platform(), &q.action) else {
        return Ok(());
    };
    let holders = who_can(snapshot, action, q.target, q.at);
    let theirs: BTreeSet<PrincipalId> = holders.iter().map(|h| h.principal).collect();
    let allowed = |who: &PrincipalId| {
        let q = Question {
            who: *who,
            address: None,
            model: None,
            ..q.clone()
        };
        evaluator::decide(world, &q).is_allowed()
    };
    let ours: BTreeSet<PrincipalId> = world.actors().into_iter().filter(allowed).collect();
    if theirs == ours && holders.iter().all(|h| !h.routes.is_empty()) {
        return Ok(());
    }
    Err(format!(
        "who can: {}\ncore: {theirs:?}, evaluator: {ours:?}\n{}",
        words(world, q),
        print(world)
    ))
}

/// Two people differ where asking everything of both finds that they do, and nowhere else.
pub fn compares(
    world: &World,
    (a, b): (PrincipalId, PrincipalId),
    at: Timestamp,
) -> Result<(), String> {
    let snapshot = world.snapshot();
    let can = |who, id| capabilities(&snapshot, who, Target::Resource(id), at);
    let all: BTreeSet<ResourceId> = world.resources().map(|(id, _)| id).collect();
    let each = all.into_iter().map(|id| (id, can(a, id), can(b, id)));
    let ours: Vec<_> = each.filter(|(_, a, b)| a != b).collect();
    let found = compare(&snapshot, a, b, at).into_iter();
    let theirs: Vec<_> = found.map(|d| (d.resource, d.a, d.b)).collect();
    if theirs == ours {
        return Ok(());
    }
    Err(format!(
        "#{} and #{} differ at {at}: {ours:?}\ncore: {theirs:?}\n{}",
        a.0,
        b.0,
        print(world)
    ))
}

/// Neither the order of records nor what has nothing to do with it changes an answer.
pub fn depends_on_nothing_else(
    world: &World,
    rng: &mut Rng,
    asked: &[Question],
) -> Result<(), String> {
    let straight = world.snapshot();
    let shuffled = world.shuffled_snapshot(rng);
    let mut crowded = straight.clone();
    let counters = world.counters();
    let stranger = PrincipalId(counters.principal);
    let user = Principal::user("stranger@nowhere.test", "Stranger");
    let elsewhere = deedbox::domain::EnvironmentId(counters.environment);
    let mut environment = generate::environments::environment(rng, 7, &[stranger]);
    environment.id = "elsewhere".into();
    let resource = Resource {
        environment: elsewhere,
        id: "other".into(),
        name: String::new(),
        description: None,
        owner: Some(stranger),
        policy: Policy::default(),
        body: Body::Model(deedbox::domain::Model::default()),
    };
    let id = ResourceId(counters.resource);
    for (key, record) in [
        (Key::Principal(stranger), Record::Principal(user)),
        (
            Key::Environment(elsewhere),
            Record::Environment(environment),
        ),
        (Key::Resource(elsewhere, id), Record::Resource(resource)),
    ] {
        crowded.put(&key, Some(record));
    }
    for q in asked {
        let first = core(world, &straight, q);
        for (what, other) in [("another order", &shuffled), ("something else", &crowded)] {
            if core(world, other, q) != first {
                return Err(format!(
                    "{}\n{first}, and after {what} {}\n{}",
                    words(world, q),
                    core(world, other, q),
                    print(world)
                ));
            }
        }
    }
    Ok(())
}

/// Rights only add up: one more binding takes nothing away.
pub fn adding_never_removes(
    world: &World,
    rng: &mut Rng,
    asked: &[Question],
) -> Result<(), String> {
    let mut more = world.clone();
    let people: Vec<PrincipalId> = world.principals().map(|(id, _)| id).collect();
    let keys: Vec<Key> = world.0.keys().cloned().collect();
    for key in keys {
        let added = |rng: &mut Rng, platform| -> Vec<Binding> {
            let mut added = generate::resources::policy(rng, platform, &people);
            for binding in &mut added {
                binding.condition = None;
            }
            added
        };
        match more.0.get_mut(&key) {
            Some(Record::Resource(r)) if !matches!(r.body, Body::Operation { .. }) => {
                let platform = world.environment(r.environment).unwrap().platform();
                r.policy.bindings.extend(added(rng, platform));
            }
            Some(Record::Environment(e)) => {
                let roles = match e.platform() {
                    Platform::Google => generate::environments::GOOGLE_ROLES,
                    Platform::OpenSearch => continue,
                    Platform::Fabric => generate::environments::FABRIC_ROLES,
                    Platform::AiBuilder => generate::environments::SECURITY_ROLES,
                };
                e.policy
                    .bindings
                    .extend(generate::bindings(rng, roles, &people, 2));
            }
            _ => {}
        }
    }
    let (before, after) = (world.snapshot(), more.snapshot());
    for q in asked {
        if core(world, &before, q).is_allowed() && !core(&more, &after, q).is_allowed() {
            return Err(format!(
                "{}\nallowed, and not with more bindings:\n{}\nbefore:\n{}",
                words(world, q),
                print(&more),
                print(world)
            ));
        }
    }
    Ok(())
}

/// `effect` is the comparison of everybody's capabilities on everything, before and after; also when
/// time passed in between, and grants began and ended by themselves.
pub fn effect_is_exact(
    world: &World,
    after: &World,
    (then, now): (Timestamp, Timestamp),
) -> Result<(), String> {
    if effects(world, after, (then, now)).is_ok() {
        return Ok(());
    }
    // Drop from both, so that the change stays the same.
    let differs = |w: &World| effects(w, &carried(world, after, w), (then, now)).is_err();
    let small = shrink(world, &differs);
    let next = carried(world, after, &small);
    let why = if differs(&small) {
        effects(&small, &next, (then, now))
    } else {
        effects(world, after, (then, now))
    };
    Err(format!(
        "{}\nfrom {then} to {now}\n{:#?}\nbefore:\n{}",
        why.unwrap_err(),
        changes::between(&small, &next),
        print(&small)
    ))
}

/// The smaller world with the same records changed.
fn carried(world: &World, after: &World, small: &World) -> World {
    let mut next = small.clone();
    for change in changes::between(world, after).0 {
        let same = small.0.get(&change.key) == change.before.as_ref();
        if let (true, Some(record)) = (same, change.after.clone()) {
            next.0.insert(change.key, record);
        } else if same {
            next.0.remove(&change.key);
        }
    }
    next
}

type Row = (PrincipalId, ResourceId, CapabilitySet, CapabilitySet);

fn effects(
    world: &World,
    after: &World,
    (then, now): (Timestamp, Timestamp),
) -> Result<(), String> {
    let changes = changes::between(world, after);
    let was = world.snapshot();
    let mut is = was.clone();
    is.apply(Revision(1), &changes);
    let result = between((&was, then), (&is, now), &changes);
    let mut theirs: Vec<Row> = result
        .rows
        .iter()
        .map(|r| (r.principal, r.resource, r.gained, r.lost))
        .collect();
    theirs.sort();
    let mut ours = Vec::new();
    let actors: BTreeSet<PrincipalId> = world.actors().into_iter().chain(after.actors()).collect();
    let things: BTreeSet<ResourceId> = world
        .resources()
        .chain(after.resources())
        .map(|(id, _)| id)
        .collect();
    for who in actors.iter().filter(|a| **a != PrincipalId::ANONYMOUS) {
        for thing in &things {
            let target = Target::Resource(*thing);
            let (old, new) = (
                capabilities(&was, *who, target, then),
                capabilities(&is, *who, target, now),
            );
            if old != new {
                ours.push((*who, *thing, new.minus(old), old.minus(new)));
            }
        }
    }
    ours.sort();
    if theirs == ours {
        return Ok(());
    }
    let missing: Vec<&Row> = ours.iter().filter(|r| !theirs.contains(r)).collect();
    let extra: Vec<&Row> = theirs.iter().filter(|r| !ours.contains(r)).collect();
    Err(format!("effect misses {missing:?}, invents {extra:?}"))
}
