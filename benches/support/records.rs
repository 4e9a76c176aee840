//! A world as the records that deedbox stores.

use deedbox::domain::packed::{Words, pack};
use deedbox::domain::{
    Binding, Body, Environment, EnvironmentId, GoogleEdition, GroupKind, Model, Policy, Principal,
    PrincipalId, PrincipalKind, Resource, Specifics,
};

use super::world::{ENVIRONMENTS, FIRST_USER, Level, World, names};

/// All records of a world; the place in each table says the number.
pub struct Records {
    /// From [`FIRST_USER`] on.
    pub principals: Vec<Principal>,
    pub environments: Vec<Environment>,
    pub resources: Vec<Resource>,
}

impl Records {
    pub fn new(world: &World) -> Self {
        Self {
            principals: (FIRST_USER..=world.crowd())
                .map(|id| principal(world, id))
                .collect(),
            environments: (0..ENVIRONMENTS).map(|id| environment(world, id)).collect(),
            resources: (0..).zip(&world.models).map(resource).collect(),
        }
    }

    /// What a snapshot keeps of them: people and projects as they are, models as bytes.
    pub fn kept(&self) -> impl Sized + use<> {
        let (mut words, mut bytes) = (Words::default(), Vec::new());
        for resource in &self.resources {
            words.learn(resource);
            pack(resource.clone(), &words, &mut bytes).expect("every resource has bytes");
        }
        bytes.shrink_to_fit();
        let few = (self.principals.clone(), self.environments.clone());
        (few, words, bytes)
    }
}

fn principal(world: &World, id: u32) -> Principal {
    let mut principal = Principal::user(names::principal(world, id), "");
    if let Some(group) = id.checked_sub(world.first_group()) {
        let members = &world.groups[group as usize];
        principal.kind = PrincipalKind::Group {
            kind: GroupKind::GoogleGroup,
            members: members.iter().copied().map(PrincipalId).collect(),
            deleted: false,
        };
    }
    principal
}

fn environment(world: &World, id: u32) -> Environment {
    let mut policy = Policy::default();
    for user in world.role_holders() {
        if let Some((_, level)) = world.environment_role(user).filter(|(at, _)| *at == id) {
            let role = match level {
                Level::Own => "roles/ml.admin",
                Level::Develop => "roles/ml.developer",
                Level::View | Level::Use => "roles/ml.viewer",
            };
            policy.grant(Binding::new(role, PrincipalId(user)));
        }
    }
    Environment {
        id: names::environment(id),
        name: String::new(),
        specifics: Specifics::Google {
            edition: GoogleEdition::Documented,
            inherited: Vec::new(),
        },
        policy,
        roles: Vec::new(),
    }
}

fn resource((id, model): (u32, &super::world::Model)) -> Resource {
    let mut shared = Binding::new("roles/ml.modelUser", PrincipalId(model.shares[0]));
    shared.members = model.shares.map(PrincipalId).to_vec();
    let owned = Binding::new("roles/ml.modelOwner", PrincipalId(model.owner));
    Resource {
        environment: EnvironmentId(model.environment),
        id: names::model(id),
        name: String::new(),
        description: None,
        owner: None,
        policy: Policy {
            bindings: vec![owned, shared],
            ..Policy::default()
        },
        body: Body::Model(Model::default()),
    }
}
