//! Google and Fabric environments as Cedar: policies, the entities they speak of, and a schema.
//!
//! On these two platforms a grant both allows and reaches, and grants only add up: each is one
//! `permit`. What is more than a grant has no place in Cedar and is said in the notes: the
//! platforms with a privilege check of their own, capabilities, Google's methods. So is whatever
//! grants nothing: it stands in the policies as a comment.
//!
//! Cedar's authorizer is asked with the context `{"now": …}`, whole seconds since 1970. Source of
//! the language: the Cedar policy language reference, version 4.

mod left;
mod people;
mod policies;
mod resources;
mod rights;
mod rings;
mod schema;
mod uid;

use serde_json::Value;

use crate::authz::Snapshot;
use crate::domain::{EnvironmentId, Platform};

use left::Left;
use people::People;
use policies::Sheet;

/// A store, or one environment of it, in Cedar's terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// The policies, in Cedar's syntax.
    pub policies: String,
    /// The entities, as the list of objects that Cedar reads.
    pub entities: Value,
    /// The schema that policies, entities and requests keep to, in Cedar's syntax.
    pub schema: String,
    /// Sentences: what could not be carried over, and what grants nothing.
    pub notes: Vec<String>,
}

/// Whether environments of a platform can be written as Cedar policies.
pub const fn carries(platform: Platform) -> bool {
    namespace(platform).is_some()
}

/// Where a platform's types and actions stand in the schema.
const fn namespace(platform: Platform) -> Option<&'static str> {
    match platform {
        Platform::Google => Some("Google"),
        Platform::Fabric => Some("Fabric"),
        Platform::OpenSearch | Platform::AiBuilder => None,
    }
}

/// Writes every environment that Cedar can carry, or only one; the directory always goes whole,
/// because anybody in it may be asked about.
pub fn export(snapshot: &Snapshot, only: Option<EnvironmentId>) -> Export {
    let mut left = Left::default();
    let people = People::new(snapshot, &mut left);
    let mut policies = policies::head(snapshot);
    let mut entities = people.entities(snapshot);
    for (id, place) in snapshot.places() {
        if only.is_some_and(|only| only != id) {
            continue;
        }
        let environment = &place.environment;
        let Some(namespace) = namespace(environment.platform()) else {
            left.environments.push(environment.id.clone());
            continue;
        };
        let nodes = resources::of(snapshot, id, environment.platform());
        let sheet = Sheet::new(snapshot, &people, environment, namespace, &mut left);
        policies.push_str(&sheet.write(&nodes));
        entities.extend(nodes.iter().map(resources::Node::json));
    }
    Export {
        policies,
        entities: Value::Array(entities),
        schema: schema::text(),
        notes: left.into_notes(),
    }
}
