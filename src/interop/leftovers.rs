//! What a file says and deedbox does not keep: collected, and said once.

use std::collections::BTreeMap;

use super::summary::list_note;
use super::tree::{Node, Value};

/// Fields that were left out, each with the names of what had them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Leftovers(BTreeMap<String, Vec<String>>);

impl Leftovers {
    /// Notes the fields of a mapping that are not among the known ones and say anything.
    pub fn look(&mut self, node: &Node, known: &[&str], name: &str) {
        for (key, value) in node.entries() {
            if !known.contains(&key.text.as_str()) && says_something(value) {
                self.0
                    .entry(key.text.clone())
                    .or_default()
                    .push(name.to_owned());
            }
        }
    }

    /// A sentence a field.
    pub fn into_notes(self) -> Vec<String> {
        let note = |(field, names): (String, Vec<String>)| {
            if field == "hash" {
                return "Password hashes were left out: deedbox never stores them.".to_owned();
            }
            let one = format!("says `{field}`, which was left out: deedbox has no such thing");
            let many = format!("say `{field}`, which was left out: deedbox has no such thing");
            list_note(&names, &one, &many) + "."
        };
        self.0.into_iter().map(note).collect()
    }
}

/// An empty or false field is not worth a sentence.
fn says_something(node: &Node) -> bool {
    match &node.value {
        Value::Null | Value::Bool(false, _) => false,
        Value::Text(text) => !text.is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Map(entries) => !entries.is_empty(),
        Value::Bool(true, _) | Value::Number(..) => true,
    }
}
