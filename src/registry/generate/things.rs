//! Models and model groups, their owners, and whom they are shared with.

use crate::domain::{
    AccessMode, Binding, Body, Condition, DatasetsContainer, GroupLink, Model, ModelState,
    Platform, Policy, PrincipalId, Resource, ResourceId, Timestamp, Version, Window,
};

use super::Recipe;
use super::people::{People, capital};
use super::places::Place;
use super::random::Random;
use super::words::{DEPARTMENTS, REGIONS, TASKS, TOPICS};

const THINGS: u64 = 6;
/// How many a model is shared with: three and three quarters on average, so that it comes to about
/// three with those of OpenSearch, which are shared by group.
const SHARED_WITH: [u32; 8] = [2, 3, 3, 4, 4, 4, 5, 5];
/// One share in so many has an end.
const ENDS: u32 = 10;
/// The first day on which shares end: 2027-01-01.
const FIRST_END: i64 = 1_798_761_600;
const DAY: i64 = 86_400;

impl Place {
    /// A resource that lies here, by its place among them.
    pub(super) fn resource(&self, recipe: &Recipe, people: &People, at: u32) -> Resource {
        let number = self.first + at;
        let mut random = Random::of(recipe.seed, THINGS, number);
        let (topic, task) = (random.word(&TOPICS), random.word(&TASKS));
        let region = random.word(&REGIONS);
        let mut resource = Resource {
            environment: self.number,
            id: format!("{topic}-{task}-{number}"),
            name: format!("{} {task}, {region}", capital(topic)),
            description: None,
            owner: None,
            policy: Policy::default(),
            body: Body::Model(Model::default()),
        };
        match self.platform {
            Platform::Google => google(&mut resource, people, &mut random),
            Platform::Fabric => {
                let team = self.team(recipe.seed, people);
                fabric(&mut resource, people, team, &mut random);
            }
            Platform::AiBuilder => ai_builder(&mut resource, people, &mut random),
            Platform::OpenSearch if at < self.groups => {
                let local = random.below(people.users());
                resource.owner = Some(self.local(people, local));
                resource.body = group(&mut random);
            }
            Platform::OpenSearch => self.grouped(&mut resource, at - self.groups, &mut random),
        }
        resource
    }

    /// The models of a group lie behind each other.
    fn grouped(&self, resource: &mut Resource, at: u32, random: &mut Random) {
        let state = [
            ModelState::Deployed,
            ModelState::Undeployed,
            ModelState::Registered,
        ];
        resource.body = Body::Model(Model {
            state: random.pick(&state).copied(),
            group: Some(GroupLink::Known(ResourceId(self.first + at / 3))),
            number: Some(at % 3 + 1),
            ..Model::default()
        });
    }
}

fn group(random: &mut Random) -> Body {
    let (access, roles) = match random.below(10) {
        0 => (AccessMode::Public, 0),
        1 | 2 => (AccessMode::Private, 0),
        _ => (AccessMode::Restricted, 1 + random.below(3)),
    };
    let mut backend_roles: Vec<String> = Vec::new();
    for _ in 0..roles {
        let role = random.word(&DEPARTMENTS);
        if backend_roles.iter().all(|r| r != role) {
            backend_roles.push(role.to_owned());
        }
    }
    Body::ModelGroup {
        access: Some(access),
        backend_roles,
    }
}

fn google(resource: &mut Resource, people: &People, random: &mut Random) {
    let owner = people.any_user(random);
    let policy = &mut resource.policy;
    policy.grant(Binding::new("roles/ml.modelOwner", owner));
    share(policy, people, random, owner, |_| "roles/ml.modelUser");
    resource.body = Body::Model(Model {
        versions: versions(random),
        ..Model::default()
    });
}

fn fabric(resource: &mut Resource, people: &People, team: PrincipalId, random: &mut Random) {
    // Now and then somebody has left the team since.
    let owner = if random.once_in(50) {
        people.any_user(random)
    } else {
        people.somebody_in(team, random)
    };
    resource.owner = Some(owner);
    share(&mut resource.policy, people, random, owner, |random| {
        random.word(&["Read", "Read", "Read, Write", "Read, Reshare"])
    });
    resource.body = Body::Model(Model {
        versions: versions(random),
        ..Model::default()
    });
}

fn ai_builder(resource: &mut Resource, people: &People, random: &mut Random) {
    let owner = people.any_user(random);
    resource.owner = Some(owner);
    share(&mut resource.policy, people, random, owner, |_| "User");
    let kinds = [
        "document-processing",
        "prediction",
        "category-classification",
        "object-detection",
    ];
    let kind = random.word(&kinds);
    let container = DatasetsContainer {
        id: format!("c-{}", resource.id),
        owner,
    };
    resource.body = Body::Model(Model {
        kind: Some(kind.into()),
        state: Some(ModelState::Published),
        container: random.once_in(4).then_some(container),
        ..Model::default()
    });
}

fn share(
    policy: &mut Policy,
    people: &People,
    random: &mut Random,
    owner: PrincipalId,
    role: impl Fn(&mut Random) -> &'static str,
) {
    let mut given = vec![owner];
    for _ in 0..random.pick(&SHARED_WITH).copied().unwrap_or_default() {
        let with = people.anybody(random);
        if given.contains(&with) {
            continue;
        }
        given.push(with);
        let mut binding = Binding::new(role(random), with);
        if random.once_in(ENDS) {
            let day = i64::from(random.below(365));
            binding.condition = Condition::within(Window {
                start: None,
                end: Some(Timestamp(FIRST_END + day * DAY)),
            });
        }
        policy.grant(binding);
    }
}

fn versions(random: &mut Random) -> Vec<Version> {
    let version = |id: &str, default| Version {
        id: id.into(),
        default,
        state: Some(ModelState::Ready),
        metrics: Vec::new(),
    };
    match random.below(4) {
        0 => vec![version("v1", false), version("v2", true)],
        1 | 2 => vec![version("v1", true)],
        _ => Vec::new(),
    }
}
