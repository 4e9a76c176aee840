//! Random worlds: nothing is left to the leaver, nobody else loses anything, nobody does more than
//! they could do one by one, and undo brings all of it back.

use std::collections::BTreeSet;

use deedbox::authz::platforms::{self, ai_builder, google};
use deedbox::authz::{Request, Snapshot, capabilities, check};
use deedbox::domain::{
    Binding, Capability, CapabilitySet, Environment, Key, Platform, Policy, Principal, PrincipalId,
    PrincipalKind, Record, Resource, ResourceKind, Specifics, Status, Target, Timestamp,
};
use deedbox::interop::document;
use deedbox::registry::intents::{Afterwards, Offboard};
use deedbox::registry::offboarding::{Held, holdings};
use deedbox::registry::{Actor, Draft, Plan, Registry, plan, plan_import, plan_undo};
use strum::IntoEnumIterator as _;

use crate::generate;
use crate::rng::Rng;
use crate::world::World;

/// How many worlds an ordinary run looks at; `DEEDBOX_WORLDS=N` looks at N.
const WORLDS: u64 = 300;

/// A store with a random world, somebody who administers everything, and somebody who takes over.
struct Case {
    registry: Registry,
    before: Snapshot,
    admin: Actor,
    heir: PrincipalId,
    leaver: PrincipalId,
    at: Timestamp,
    intent: Offboard,
}

impl Case {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let mut world = generate::world(&mut rng);
        let people: Vec<PrincipalId> = world.actors();
        let leaver = loop {
            let someone = *rng.pick(&people);
            if someone != PrincipalId::ANONYMOUS {
                break someone;
            }
        };
        let next = world.counters().principal;
        let (admin, heir) = (PrincipalId(next), PrincipalId(next + 1));
        world.put_principal(admin, Principal::user("admin@root.test", "Admin"));
        world.put_principal(heir, Principal::user("heir@root.test", "Heir"));
        lead(&mut world, &mut rng, leaver);
        for record in world.0.values_mut() {
            match record {
                Record::Environment(e) => administer(e, admin),
                Record::Resource(r) => keep_to_the_rules(&mut r.policy),
                _ => {}
            }
        }
        let mut admin = Actor::user(admin);
        admin.store_administrator = true;
        let registry = stored(&world);
        let before = (*registry.snapshot()).clone();
        let afterwards: Vec<Afterwards> = Afterwards::iter().collect();
        let intent = Offboard {
            user: before.reference(leaver),
            to: rng.chance(70).then(|| before.reference(heir)),
            then: *rng.pick(&afterwards),
            ..Offboard::default()
        };
        let at = generate::moment(&mut rng);
        Self {
            registry,
            before,
            admin,
            heir,
            leaver,
            at,
            intent,
        }
    }

    fn planned(&self, actor: &Actor) -> Result<Plan, String> {
        let planned = plan(&self.before, actor, &self.intent.clone().into(), self.at);
        planned.map_err(|refusal| format!("{}: {refusal}", refusal.key()))
    }
}

fn cases() -> impl Iterator<Item = (u64, Case)> {
    let count = std::env::var("DEEDBOX_WORLDS").ok();
    let count = count.and_then(|c| c.parse().ok()).unwrap_or(WORLDS);
    (1..=count).map(|seed| (seed, Case::new(seed)))
}

/// Managers, which the generator does not make: the leaver leads some, and somebody the leaver.
fn lead(world: &mut World, rng: &mut Rng, leaver: PrincipalId) {
    let users: Vec<PrincipalId> = world
        .principals()
        .filter(|(_, p)| matches!(p.kind, PrincipalKind::User { .. }))
        .map(|(id, _)| id)
        .collect();
    for id in &users {
        let boss = match rng.below(3) {
            0 => leaver,
            _ => *rng.pick(&users),
        };
        let mut person = world.principal(*id).unwrap().clone();
        if let PrincipalKind::User { manager, .. } = &mut person.kind {
            *manager = Some(boss).filter(|boss| boss != id);
        }
        world.put_principal(*id, person);
    }
}

fn administer(environment: &mut Environment, admin: PrincipalId) {
    keep_to_the_rules(&mut environment.policy);
    let role = platforms::administrator_role(environment.platform());
    environment.policy.grant(Binding::new(role, admin));
}

/// The platform takes no condition on basic roles and on the public; the generator does not care.
fn keep_to_the_rules(policy: &mut Policy) {
    let public = [PrincipalId::ALL_USERS, PrincipalId::ALL_AUTHENTICATED];
    for binding in &mut policy.bindings {
        let open = binding.members.iter().any(|m| public.contains(m));
        if open || google::BASIC_ROLES.contains(&&*binding.role) {
            binding.condition = None;
        }
    }
}

fn stored(world: &World) -> Registry {
    let registry = Registry::in_memory().unwrap();
    let mut draft = Draft::new(&registry.snapshot());
    draft.put(Key::Counters, Some(Record::Counters(world.counters())));
    for (key, record) in &world.0 {
        draft.put(key.clone(), Some(record.clone()));
    }
    let root = Actor::store_administrator("root");
    let plan = plan_import(draft, &root, "world", Timestamp(generate::NOW)).unwrap();
    registry.commit(plan).unwrap();
    registry
}

fn exported(snapshot: &Snapshot) -> String {
    let text = document::to_yaml(&document::write(snapshot)).unwrap();
    // A policy that was written twice has another etag, whatever it says.
    let lines = text
        .lines()
        .filter(|l| !l.trim_start().starts_with("etag:"));
    lines.collect::<Vec<_>>().join("\n")
}

fn resources(snapshot: &Snapshot) -> Vec<(Target, &Resource)> {
    let mut all = Vec::new();
    for (place, _) in snapshot.places() {
        for kind in ResourceKind::iter() {
            for id in snapshot.resources_in(place, kind) {
                all.push((Target::Resource(id), snapshot.resource(id).unwrap()));
            }
        }
    }
    all
}

/// Every place at which a snapshot's records name somebody, found without asking for holdings.
fn mentions(snapshot: &Snapshot, who: PrincipalId) -> Vec<String> {
    let mut found = Vec::new();
    let names = |policy: &Policy| policy.grants().any(|(_, _, m)| m == who);
    for (id, place) in snapshot.places() {
        let environment = &place.environment;
        let name = &environment.id;
        if names(&environment.policy) || snapshot.account(id, who).is_some() {
            found.push(format!("{name} or an account in it"));
        }
        if let Specifics::OpenSearch { settings, .. } = &environment.specifics
            && settings.super_administrators.contains(&who)
        {
            found.push(format!("super administrators of {name}"));
        }
    }
    for (target, resource) in resources(snapshot) {
        let container = resource.model().and_then(|m| m.container.as_ref());
        let owns = resource.owner == Some(who) || container.is_some_and(|c| c.owner == who);
        if owns || names(&resource.policy) {
            found.push(snapshot.target_id(target));
        }
    }
    for (id, principal) in snapshot.principals() {
        let led =
            matches!(principal.kind, PrincipalKind::User { manager: Some(m), .. } if m == who);
        let led = led && principal.status() != Status::Deleted;
        if principal.members().contains(&who) || led {
            found.push(snapshot.reference(id));
        }
    }
    found
}

/// Shares that the platform lets nobody change now are all that may stay in the records, and what is
/// written on operations: those have no policy, so it grants nothing and nobody holds it.
fn is_closed(snapshot: &Snapshot, resource: &Resource) -> bool {
    if resource.kind() == ResourceKind::Operation {
        return true;
    }
    let environment = &snapshot.place(resource.environment).unwrap().environment;
    let Some(model) = resource.model() else {
        return false;
    };
    environment.platform() == Platform::AiBuilder
        && (!ai_builder::is_supported(environment, model)
            || model.kind.as_deref() == Some(ai_builder::GENERIC_PREDICTION))
}

#[test]
fn nothing_is_left_and_undo_brings_all_of_it_back() {
    let (mut done, mut refused) = (0, BTreeSet::new());
    for (seed, case) in cases() {
        let (before, leaver, at) = (&case.before, case.leaver, case.at);
        let plan = match case.planned(&case.admin) {
            Ok(plan) => plan,
            Err(refusal) => {
                let expected = ["nothing-to-do", "last-owner", "no-successor"];
                let key = refusal.split(':').next().unwrap().to_owned();
                assert!(expected.contains(&&*key), "world {seed}: {refusal}");
                let named = key != "no-successor" || case.intent.to.is_none();
                assert!(named, "world {seed}: {refusal}");
                refused.insert(key);
                continue;
            }
        };
        let closed: BTreeSet<String> = resources(before)
            .into_iter()
            .filter(|(_, r)| is_closed(before, r))
            .map(|(target, _)| before.target_id(target))
            .collect();
        let still = mentions(&plan.after, leaver);
        let open: Vec<&String> = still.iter().filter(|s| !closed.contains(*s)).collect();
        assert!(
            open.is_empty(),
            "world {seed}: {open:?} still name the leaver"
        );
        let left = holdings(&plan.after, leaver, at);
        assert!(left.owned.is_empty(), "world {seed}: {left:?}");
        for held in &left.held {
            let closed = matches!(held, Held::Grant { .. }) && closed.contains(&held.about(before));
            assert!(held.is_above() || closed, "world {seed}: {held:?}");
        }
        let revision = case.registry.commit(plan).unwrap().entry.revision;
        let entry = case.registry.entries(revision, revision).unwrap().remove(0);
        let now = case.registry.snapshot();
        let undo = plan_undo(&now, &case.admin, &entry, at)
            .unwrap_or_else(|refusal| panic!("world {seed}: {refusal}"));
        let undone = case.registry.commit(undo).unwrap().snapshot;
        assert_eq!(exported(&undone), exported(before), "world {seed}");
        done += 1;
    }
    assert!(done * 2 > WORLDS, "only {done} worlds came to an end");
    assert!(refused.contains("no-successor"), "{refused:?}");
}

/// What somebody loses with the leaver's ownership, and not by the leaver's going.
fn goes_with_the_owner(case: &Case, after: &Snapshot, target: Target, lost: CapabilitySet) -> bool {
    let owner = |s: &Snapshot| s.resource(target.resource().unwrap()).unwrap().owner;
    let gone = |id: PrincipalId| case.before.principal(id).unwrap().status() != Status::Active;
    let place = case.before.environment_of(target).unwrap();
    let changed = owner(&case.before) != owner(after);
    match &case.before.place(place).unwrap().environment.specifics {
        // Writers may take over what nobody active owns, and only that.
        Specifics::Fabric { .. } => {
            let takeover = CapabilitySet::default().with(Capability::Reassign);
            changed && gone(case.leaver) && lost == takeover
        }
        // A depth reaches the rows of its business units: another owner is in another unit.
        Specifics::AiBuilder { business_units, .. } => changed && !business_units.is_empty(),
        _ => false,
    }
}

#[test]
fn nobody_but_the_leaver_loses() {
    let mut compared = 0;
    for (seed, case) in cases() {
        let Ok(plan) = case.planned(&case.admin) else {
            continue;
        };
        let actors = case.before.principals().filter(|(_, p)| p.is_actor());
        let others: Vec<PrincipalId> = actors
            .map(|(id, _)| id)
            .filter(|id| *id != case.leaver)
            .collect();
        for (target, _) in resources(&case.before) {
            for who in &others {
                let had = capabilities(&case.before, *who, target, case.at);
                let lost = had.minus(capabilities(&plan.after, *who, target, case.at));
                let explained =
                    lost.is_empty() || goes_with_the_owner(&case, &plan.after, target, lost);
                let (name, what) = (case.before.reference(*who), case.before.target_id(target));
                assert!(
                    explained,
                    "world {seed}: {name} loses {} on {what}",
                    lost.words()
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 1000, "only {compared} comparisons");
}

/// A store administrator who is somebody on the platforms, but seldom their administrator.
#[test]
fn nobody_does_by_offboarding_what_they_could_not_do_alone() {
    let (mut allowed, mut denied) = (0, 0);
    for (seed, case) in cases() {
        let before = &case.before;
        let actors = before.principals().filter(|(_, p)| p.is_actor());
        for (who, _) in actors.filter(|(id, _)| *id != case.leaver && *id != case.heir) {
            let mut actor = Actor::user(who);
            assert!(
                case.planned(&actor)
                    .unwrap_err()
                    .starts_with("store-administrator-only")
            );
            actor.store_administrator = true;
            let Ok(plan) = case.planned(&actor) else {
                denied += 1;
                continue;
            };
            allowed += 1;
            let may = |capability: Capability, target| {
                let request = Request::new(who, capability.into(), target, case.at);
                check(before, &request).is_allowed()
            };
            for change in &plan.changes.0 {
                let (target, needs) = match (&change.key, &change.before, &change.after) {
                    (Key::Environment(id), ..) => (Target::Environment(*id), Capability::Share),
                    (
                        Key::Resource(_, id),
                        Some(Record::Resource(was)),
                        Some(Record::Resource(is)),
                    ) if matches!(
                        was.kind(),
                        ResourceKind::Model | ResourceKind::ModelGroup | ResourceKind::Experiment
                    ) =>
                    {
                        let moved = was.owner != is.owner
                            || was.model().map(|m| &m.container)
                                != is.model().map(|m| &m.container);
                        let needs = if moved {
                            Capability::Reassign
                        } else {
                            Capability::Share
                        };
                        (Target::Resource(*id), needs)
                    }
                    _ => continue,
                };
                let name = before.target_id(target);
                assert!(
                    may(needs, target),
                    "world {seed}: {who:?} changed {name} without {needs}"
                );
            }
        }
    }
    assert!(
        allowed > 50 && denied > 50,
        "{allowed} allowed, {denied} denied"
    );
}
