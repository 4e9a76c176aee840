//! Names of Cedar's entities.

use std::fmt;

use serde_json::{Value, json};

/// The name of one entity: `Google::Model::"risk-prod/models/fraud-score"`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Uid {
    /// The type, with its namespace.
    pub kind: &'static str,
    /// The id inside its type.
    pub id: String,
}

impl Uid {
    pub fn new(kind: &'static str, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
        }
    }

    /// As entities and requests write it.
    pub fn json(&self) -> Value {
        json!({"type": self.kind, "id": self.id})
    }
}

/// As policies write it: Cedar escapes text as Rust does.
impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{:?}", self.kind, self.id)
    }
}

/// One entity as Cedar reads it.
pub(super) fn entity<'a>(
    uid: &Uid,
    attributes: &Value,
    parents: impl IntoIterator<Item = &'a Uid>,
) -> Value {
    let parents: Vec<Value> = parents.into_iter().map(Uid::json).collect();
    json!({"uid": uid.json(), "attrs": attributes, "parents": parents})
}
