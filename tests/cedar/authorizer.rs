//! Cedar's side: an export, loaded and asked.

use std::str::FromStr as _;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicySet,
    Request, RestrictedExpression, Schema, ValidationMode, Validator,
};
use deedbox::domain::principal::fold_reference;
use deedbox::domain::{
    Body, Platform, Principal, PrincipalKind, ResourceKind, Status, Target, Timestamp,
};
use deedbox::interop::cedar::Export;

use super::world::World;

/// An export that Cedar has read.
pub struct Cedar {
    policies: PolicySet,
    entities: Entities,
    schema: Option<Schema>,
}

impl Cedar {
    /// Reads an export as it is.
    pub fn load(export: &Export) -> Self {
        Self::with(export, None)
    }

    /// Reads an export, holding all of it to its schema.
    pub fn load_strictly(export: &Export) -> Self {
        let (schema, warnings) = Schema::from_cedarschema_str(&export.schema).unwrap();
        assert_eq!(warnings.map(|w| w.to_string()).collect::<Vec<_>>(), [""; 0]);
        let cedar = Self::with(export, Some(schema.clone()));
        let found = Validator::new(schema).validate(&cedar.policies, ValidationMode::Strict);
        let errors: Vec<String> = found.validation_errors().map(ToString::to_string).collect();
        assert!(errors.is_empty(), "{errors:?}\n{}", export.policies);
        cedar
    }

    fn with(export: &Export, schema: Option<Schema>) -> Self {
        let policies = PolicySet::from_str(&export.policies)
            .unwrap_or_else(|e| panic!("{e}\n{}", export.policies));
        let entities = Entities::from_json_value(export.entities.clone(), schema.as_ref())
            .unwrap_or_else(|e| panic!("{e}\n{:#}", export.entities));
        Self {
            policies,
            entities,
            schema,
        }
    }

    /// Whether Cedar allows it. A policy that can't be evaluated is an error of the export.
    pub fn allows(&self, who: EntityUid, action: EntityUid, on: EntityUid, at: Timestamp) -> bool {
        let now = RestrictedExpression::new_long(at.0);
        let context = Context::from_pairs([("now".to_owned(), now)]).unwrap();
        let request = Request::new(who, action, on, context, self.schema.as_ref()).unwrap();
        let answer = Authorizer::new().is_authorized(&request, &self.policies, &self.entities);
        let errors: Vec<String> = answer
            .diagnostics()
            .errors()
            .map(ToString::to_string)
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        answer.decision() == Decision::Allow
    }

    /// The same for somebody who forgot to say when.
    pub fn allows_without_a_moment(
        &self,
        who: EntityUid,
        action: EntityUid,
        on: EntityUid,
    ) -> bool {
        let request = Request::new(who, action, on, Context::empty(), None).unwrap();
        let answer = Authorizer::new().is_authorized(&request, &self.policies, &self.entities);
        answer.decision() == Decision::Allow
    }

    /// The `@id` of every policy, in their order.
    pub fn policy_names(&self) -> Vec<String> {
        let mut policies: Vec<_> = self.policies.policies().collect();
        policies.sort_by_key(|p| {
            p.id().to_string()["policy".len()..]
                .parse::<usize>()
                .unwrap()
        });
        let name = |p: &cedar_policy::Policy| p.annotation("id").unwrap().to_owned();
        policies.into_iter().map(name).collect()
    }
}

pub fn uid(kind: &str, id: &str) -> EntityUid {
    let kind = EntityTypeName::from_str(kind).unwrap();
    EntityUid::from_type_name_and_id(kind, EntityId::new(id))
}

/// What the policies' head says about principals.
pub fn principal(principal: &Principal) -> EntityUid {
    let kind = match &principal.kind {
        PrincipalKind::User { .. } | PrincipalKind::ExternalUser => "User",
        PrincipalKind::ServiceAccount { .. } | PrincipalKind::ExternalServiceAccount => {
            "ServiceAccount"
        }
        PrincipalKind::Group { .. } | PrincipalKind::ExternalGroup => "Group",
        PrincipalKind::Domain => "Domain",
        PrincipalKind::AllUsers | PrincipalKind::AllAuthenticatedUsers => "Everybody",
        PrincipalKind::Anonymous => "Anonymous",
        PrincipalKind::Unmatched => "Unmatched",
    };
    let reference = principal.reference();
    let reference = fold_reference(&reference);
    let id = match reference.split_once(':') {
        Some((_, id)) if principal.status() != Status::Deleted => id,
        _ => &reference,
    };
    uid(&format!("Directory::{kind}"), id)
}

/// What the policies' head says about resources; `None` on platforms that Cedar does not get.
pub fn resource(world: &World, target: Target) -> Option<EntityUid> {
    let (_, environment) = world.environment_of(target)?;
    let resource = target.resource().and_then(|id| world.resource(id));
    let kind = resource.map(deedbox::domain::Resource::kind);
    let kind = match (environment.platform(), target, kind) {
        (Platform::Google, Target::Environment(_), _) => "Google::Project",
        (Platform::Google, Target::Version(..), _) => "Google::Version",
        (Platform::Google, _, Some(ResourceKind::Model)) => "Google::Model",
        (Platform::Google, _, Some(ResourceKind::Job)) => "Google::Job",
        (Platform::Google, _, Some(ResourceKind::Operation)) => "Google::Operation",
        (Platform::Fabric, Target::Environment(_), _) => "Fabric::Workspace",
        (Platform::Fabric, Target::Version(..), _) => "Fabric::Version",
        (Platform::Fabric, Target::Run(..), _) => "Fabric::Run",
        (Platform::Fabric, _, Some(ResourceKind::Model)) => "Fabric::Model",
        (Platform::Fabric, _, Some(ResourceKind::Experiment)) => "Fabric::Experiment",
        _ => return None,
    };
    let mut id = environment.id.clone();
    if let Some(resource) = resource {
        id.extend(["/", resource.kind().collection(), "/", &resource.id]);
        match (target, &resource.body) {
            (Target::Version(_, i), Body::Model(model)) => {
                id.extend(["/versions/", &model.versions[i as usize].id]);
            }
            (Target::Run(_, i), Body::Experiment { runs }) => {
                id.extend(["/runs/", &runs[i as usize].id]);
            }
            _ => {}
        }
    }
    Some(uid(kind, &id))
}

/// A platform's own permission as an action.
pub fn action(platform: Platform, permission: &str) -> EntityUid {
    let namespace = match platform {
        Platform::Google => "Google",
        _ => "Fabric",
    };
    uid(&format!("{namespace}::Action"), permission)
}
