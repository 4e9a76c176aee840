//! Random directories.

use deedbox::domain::{GroupKind, Principal, PrincipalId, PrincipalKind, Status};
use strum::IntoEnumIterator;

use crate::rng::Rng;
use crate::world::World;

const NAMES: [&str; 10] = [
    "alice@acme.test",
    "Bob@Acme.test",
    "carol@other.test",
    "dave",
    "Erin@OTHER.test",
    "frank@acme.test",
    "grace@sub.acme.test",
    "heidi@acme.test.org",
    "Ivan",
    "judy@notacme.test",
];

/// Puts users, groups, service accounts, names and texts into a world.
pub fn fill(world: &mut World, rng: &mut Rng) {
    let mut next = PrincipalId::FIRST.0;
    let mut add = |world: &mut World, principal: Principal| {
        world.put_principal(PrincipalId(next), principal);
        next += 1;
        PrincipalId(next - 1)
    };
    let mut names = NAMES.to_vec();
    rng.shuffle(&mut names);
    let mut members = Vec::new();
    let users = rng.between(3, 6);
    for name in &names[..users] {
        // A tombstone under the same name comes before its namesake.
        if rng.chance(15) {
            let mut tombstone = Principal::user(*name, "");
            tombstone.uid = Some("1".into());
            tombstone.kind = user(Status::Deleted);
            members.push(add(world, tombstone));
        }
        let mut person = Principal::user(*name, "");
        person.kind = user(*rng.pick(&[
            Status::Active,
            Status::Active,
            Status::Active,
            Status::Active,
            Status::Suspended,
            Status::Deleted,
        ]));
        person.uid = person.status().eq(&Status::Deleted).then(|| "2".into());
        members.push(add(world, person));
    }
    for i in 0..rng.below(3) {
        let status = *rng.pick(&[Status::Active, Status::Active, Status::Suspended]);
        let name = ["robot@acme.test", "Batch@other.test"][i];
        let kind = PrincipalKind::ServiceAccount { status };
        members.push(add(world, named(name, kind)));
    }
    if rng.chance(50) {
        let name = names[users];
        members.push(add(world, named(name, PrincipalKind::ExternalUser)));
    }
    if rng.chance(20) {
        let kind = PrincipalKind::ExternalServiceAccount;
        members.push(add(world, named("visitor@acme.test", kind)));
    }
    groups(world, rng, &mut members, &mut add);
    for (chance, name, kind) in [
        (60, "acme.test", PrincipalKind::Domain),
        (20, "other.test", PrincipalKind::Domain),
        (20, "strangers@acme.test", PrincipalKind::ExternalGroup),
        (
            20,
            "deleted:user:alice@acme.test?uid=9",
            PrincipalKind::Unmatched,
        ),
    ] {
        if rng.chance(chance) {
            add(world, named(name, kind));
        }
    }
}

/// Groups of anybody, themselves included.
fn groups(
    world: &mut World,
    rng: &mut Rng,
    members: &mut Vec<PrincipalId>,
    add: &mut impl FnMut(&mut World, Principal) -> PrincipalId,
) {
    let kinds: Vec<GroupKind> = GroupKind::iter().collect();
    let mut made = Vec::new();
    for i in 0..rng.between(2, 5) {
        let kind = PrincipalKind::Group {
            kind: *rng.pick(&kinds),
            members: Vec::new(),
            deleted: rng.chance(10),
        };
        let mut group = named(["ds", "ops@acme.test", "Eu", "team", "all"][i], kind);
        group.uid = group.status().eq(&Status::Deleted).then(|| "3".into());
        made.push(add(world, group));
    }
    members.extend(&made);
    for id in made {
        let inside = rng.some(members, 4);
        let mut group = world.principal(id).unwrap().clone();
        if let PrincipalKind::Group { members, .. } = &mut group.kind {
            *members = inside;
        }
        world.put_principal(id, group);
    }
}

fn user(status: Status) -> PrincipalKind {
    PrincipalKind::User {
        status,
        manager: None,
    }
}

fn named(id: &str, kind: PrincipalKind) -> Principal {
    Principal {
        id: id.to_owned(),
        name: String::new(),
        uid: None,
        kind,
    }
}
