//! Random changes of a world.

use deedbox::domain::{
    AccessMode, Body, Change, ChangeSet, GroupKind, GroupLink, Key, Platform, Principal,
    PrincipalId, PrincipalKind, Record, ResourceId, RolesResolution, Specifics, Status,
};

use super::{bindings, environments, resources};
use crate::rng::Rng;
use crate::world::World;

/// The world after one to three random changes.
pub fn changed(world: &World, rng: &mut Rng) -> World {
    let mut next = world.clone();
    for _ in 0..rng.between(1, 3) {
        let keys: Vec<Key> = next.0.keys().cloned().collect();
        let Some(key) = (!keys.is_empty()).then(|| rng.pick(&keys).clone()) else {
            break;
        };
        if rng.chance(10) {
            open_account(&mut next, rng);
        } else {
            change(&mut next, rng, &key);
        }
    }
    next
}

/// Gives somebody who may have none an account.
fn open_account(world: &mut World, rng: &mut Rng) {
    let people: Vec<PrincipalId> = world.principals().map(|(id, _)| id).collect();
    let places: Vec<_> = world
        .environments()
        .map(|(id, e)| (id, e.platform()))
        .filter(|(_, p)| matches!(p, Platform::OpenSearch | Platform::AiBuilder))
        .collect();
    if !places.is_empty() {
        let (place, platform) = *rng.pick(&places);
        let account = environments::account(rng, platform);
        world.put_account(place, *rng.pick(&people), account);
    }
}

/// What leads from one world to the other.
pub fn between(before: &World, after: &World) -> ChangeSet {
    let mut keys: Vec<&Key> = before.0.keys().chain(after.0.keys()).collect();
    keys.sort();
    keys.dedup();
    let changes = keys
        .into_iter()
        .filter(|k| before.0.get(k) != after.0.get(k));
    ChangeSet(
        changes
            .map(|key| Change {
                key: key.clone(),
                before: before.0.get(key).cloned(),
                after: after.0.get(key).cloned(),
            })
            .collect(),
    )
}

fn change(world: &mut World, rng: &mut Rng, key: &Key) {
    let people: Vec<PrincipalId> = world.principals().map(|(id, _)| id).collect();
    match world.0.get(key).cloned() {
        Some(Record::Principal(mut p)) => {
            change_principal(&mut p, rng, &people);
            world.0.insert(key.clone(), Record::Principal(p));
        }
        Some(Record::Environment(mut e)) => {
            change_environment(&mut e, rng, &people);
            world.0.insert(key.clone(), Record::Environment(e));
        }
        Some(Record::Account(_)) => {
            let Key::Account(place, _) = key else { return };
            let platform = world.environment(*place).unwrap().platform();
            if rng.chance(20) {
                world.0.remove(key);
            } else {
                let account = environments::account(rng, platform);
                world.0.insert(key.clone(), Record::Account(account));
            }
        }
        Some(Record::Resource(r)) => change_resource(world, rng, key, r, &people),
        _ => {}
    }
}

fn change_principal(p: &mut Principal, rng: &mut Rng, people: &[PrincipalId]) {
    match &mut p.kind {
        PrincipalKind::User { status, .. } | PrincipalKind::ServiceAccount { status } => {
            if rng.chance(70) {
                *status = *rng.pick(&[Status::Active, Status::Suspended, Status::Deleted]);
            } else {
                let name = *rng.pick(&["new@acme.test", "new@other.test", "new"]);
                name.clone_into(&mut p.id);
            }
        }
        PrincipalKind::Group {
            members,
            deleted,
            kind,
        } => match rng.below(10) {
            0 => *deleted = !*deleted,
            1 => *kind = *rng.pick(&[GroupKind::Team, GroupKind::AccessTeam]),
            2..=5 if !members.is_empty() => drop(members.remove(rng.below(members.len()))),
            _ => members.push(*rng.pick(people)),
        },
        PrincipalKind::ExternalUser => {
            p.kind = PrincipalKind::User {
                status: Status::Active,
                manager: None,
            };
        }
        _ => {}
    }
}

fn change_environment(e: &mut deedbox::domain::Environment, rng: &mut Rng, people: &[PrincipalId]) {
    let platform = e.platform();
    let coin = rng.chance(50);
    if coin && platform != Platform::OpenSearch {
        let roles = match platform {
            Platform::Google => environments::GOOGLE_ROLES,
            Platform::Fabric => environments::FABRIC_ROLES,
            _ => environments::SECURITY_ROLES,
        };
        if rng.chance(50) || e.policy.bindings.is_empty() {
            e.policy.bindings.extend(bindings(rng, roles, people, 2));
        } else {
            let place = rng.below(e.policy.bindings.len());
            e.policy.bindings.remove(place);
        }
        return;
    }
    match &mut e.specifics {
        Specifics::Google { inherited, .. } if coin => inherited.clear(),
        Specifics::Google { .. } => e.roles = environments::google_roles(rng),
        Specifics::OpenSearch {
            settings, mappings, ..
        } => match rng.below(5) {
            0 => settings.model_access_control_enabled = !settings.model_access_control_enabled,
            1 => settings.roles_mapping_resolution = RolesResolution::Both,
            2 => mappings.push(environments::mapping(rng)),
            3 => settings.super_administrators.push(*rng.pick(people)),
            _ => e.roles = environments::action_roles(rng),
        },
        Specifics::Fabric { .. } => {}
        Specifics::AiBuilder {
            settings,
            business_units,
            ..
        } => match rng.below(4) {
            0 => settings.preview_models_enabled = !settings.preview_models_enabled,
            1 => settings.unsupported_types.clear(),
            2 => business_units
                .iter_mut()
                .filter(|u| u.id == "b")
                .for_each(|u| u.parent = Some("a1".into())),
            _ => e.roles = environments::privilege_roles(rng),
        },
    }
}

fn change_resource(
    world: &mut World,
    rng: &mut Rng,
    key: &Key,
    mut r: deedbox::domain::Resource,
    people: &[PrincipalId],
) {
    let platform = world.environment(r.environment).unwrap().platform();
    match rng.below(6) {
        0 => {
            world.0.remove(key);
            return;
        }
        1 => {
            let number = world.counters().resource;
            let new = resources::resource(world, rng, r.environment, number, people);
            world.put_resource(ResourceId(number), new);
            return;
        }
        2 if r.owner.is_some() => r.owner = Some(resources::owner(world, rng, platform)),
        3 => match &mut r.body {
            Body::ModelGroup {
                access,
                backend_roles,
            } => {
                *access = *rng.pick(&[
                    Some(AccessMode::Public),
                    Some(AccessMode::Private),
                    Some(AccessMode::Restricted),
                ]);
                backend_roles.push("IT".into());
            }
            Body::Model(model) => {
                if let Some(container) = &mut model.container {
                    container.owner = resources::owner(world, rng, platform);
                }
                if model.group.is_some() {
                    model.group = Some(GroupLink::Missing("lost".into()));
                }
                model.versions.clear();
            }
            _ => {}
        },
        _ if matches!(r.body, Body::Operation { .. }) => {}
        _ if rng.chance(50) || r.policy.bindings.is_empty() => {
            r.policy
                .bindings
                .extend(resources::policy(rng, platform, people));
        }
        _ => {
            let place = rng.below(r.policy.bindings.len());
            r.policy.bindings.remove(place);
        }
    }
    world.0.insert(key.clone(), Record::Resource(r));
}
