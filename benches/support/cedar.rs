//! cedar-policy: attributes of models and projects, groups and roles as parents of principals.
//!
//! One policy that chooses by the level is what costs least: the engine looks at every policy there
//! is, so that one policy a level takes longer.

use std::collections::{HashMap, HashSet};
use std::str::FromStr as _;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression,
};

use super::holders::{self, LEVELS, word};
use super::world::{ENVIRONMENTS, FIRST_USER, Model, NEEDS, Principal, Question, World};

const POLICY: &str = r#"
permit (principal, action, resource) when {
    if action == Action::"view" then
        principal in resource.users || principal in resource.project.view
    else if action == Action::"use" then
        principal in resource.users || principal in resource.project.use
    else if action == Action::"develop" then
        principal in resource.owner || principal in resource.project.develop
    else
        principal in resource.owner || principal in resource.project.own
};
"#;

pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    types: Types,
}

struct Types {
    principal: EntityTypeName,
    project: EntityTypeName,
    model: EntityTypeName,
    action: EntityTypeName,
}

impl Cedar {
    pub fn new(world: &World) -> Self {
        let types = Types::new();
        let mut entities = types.roles(world);
        entities.extend((0..ENVIRONMENTS).map(|id| types.project(world, id)));
        entities.extend((FIRST_USER..=world.crowd()).map(|id| types.principal(world, id)));
        entities.extend((0..).zip(&world.models).map(|model| types.model(model)));
        Self {
            authorizer: Authorizer::new(),
            policies: POLICY.parse().expect("a policy"),
            entities: Entities::from_entities(entities, None).expect("no entity twice, no cycle"),
            types,
        }
    }

    /// A question in the engine's own form; not timed.
    pub fn request(&self, question: &Question) -> Request {
        let needed = NEEDS[usize::from(question.permission)];
        Request::new(
            self.types.principal_uid(question.user),
            uid(&self.types.action, word(needed)),
            self.types.model_uid(question.model),
            Context::empty(),
            None,
        )
        .expect("nothing to validate")
    }

    pub fn check(&self, request: &Request) -> bool {
        let answer = self
            .authorizer
            .is_authorized(request, &self.policies, &self.entities);
        answer.decision() == Decision::Allow
    }
}

impl Types {
    fn new() -> Self {
        let name = |text| EntityTypeName::from_str(text).expect("a type's name");
        Self {
            principal: name("Principal"),
            project: name("Project"),
            model: name("Model"),
            action: name("Action"),
        }
    }

    fn principal_uid(&self, id: Principal) -> EntityUid {
        uid(&self.principal, &id.to_string())
    }

    fn model_uid(&self, id: u32) -> EntityUid {
        uid(&self.model, &id.to_string())
    }

    fn project_uid(&self, id: u32) -> EntityUid {
        uid(&self.project, &id.to_string())
    }

    /// The role of each level.
    fn project(&self, world: &World, id: u32) -> Entity {
        let roles = LEVELS.map(|level| {
            let role = self.principal_uid(holders::role(world, id, level));
            (word(level), RestrictedExpression::new_entity_uid(role))
        });
        with_attributes(self.project_uid(id), roles)
    }

    fn model(&self, (id, model): (u32, &Model)) -> Entity {
        let entity = RestrictedExpression::new_entity_uid;
        let owner = entity(self.principal_uid(model.owner));
        let shares = model.shares.map(|id| entity(self.principal_uid(id)));
        let users = [owner.clone()].into_iter().chain(shares);
        let attributes = [
            ("owner", owner),
            ("users", RestrictedExpression::new_set(users)),
            ("project", entity(self.project_uid(model.environment))),
        ];
        with_attributes(self.model_uid(id), attributes)
    }

    /// Each role of a project counts as the one below.
    fn roles(&self, world: &World) -> Vec<Entity> {
        holders::roles(world)
            .map(|(environment, level, id)| {
                let below = LEVELS.into_iter().rev().find(|below| *below < level);
                let below = below.map(|below| holders::role(world, environment, below));
                let parents = below.map(|id| self.principal_uid(id)).into_iter().collect();
                Entity::new_no_attrs(self.principal_uid(id), parents)
            })
            .collect()
    }

    fn principal(&self, world: &World, id: Principal) -> Entity {
        let mut parents: HashSet<_> = world
            .direct_groups(id)
            .into_iter()
            .map(|group| self.principal_uid(group))
            .collect();
        if let Some((environment, level)) = world.environment_role(id) {
            parents.insert(self.principal_uid(holders::role(world, environment, level)));
        }
        Entity::new_no_attrs(self.principal_uid(id), parents)
    }
}

fn with_attributes<const N: usize>(
    uid: EntityUid,
    attributes: [(&str, RestrictedExpression); N],
) -> Entity {
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value));
    Entity::new(uid, HashMap::from(attributes), HashSet::new()).expect("plain attributes")
}

fn uid(of: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(of.clone(), EntityId::new(id))
}
