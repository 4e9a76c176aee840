//! The common shape of OpenSearch's security files: one entry a name, and a `_meta` block.

use serde::de::DeserializeOwned;

use super::leftovers::Leftovers;
use super::problem::{At, Problem};
use super::source::Source;
use super::tree::Node;

/// The block that says what kind of file this is.
pub(super) const META: &str = "_meta";

/// Names with what the file says of them, and notes.
pub(super) type Entries<T> = (Vec<(String, T)>, Vec<String>);

/// The entries of a security file, in its order, and notes on fields that are not kept.
pub(super) fn entries<T: DeserializeOwned>(
    source: &Source,
    kind: &str,
    known: &[&str],
) -> Result<Entries<T>, Problem> {
    let mut list = Vec::new();
    let mut left = Leftovers::default();
    let top = At::TOP;
    let Some(root) = source.root() else {
        return Ok((list, Vec::new()));
    };
    if root.entries().is_empty() {
        return Err(source.problem(
            &top,
            format!("expected a mapping of names, found {}", root.describe()),
        ));
    }
    check_kind(source, kind)?;
    for (key, node) in root.entries().iter().filter(|(key, _)| key.text != META) {
        list.push((
            key.text.clone(),
            source.typed_at(node, &top.key(&key.text))?,
        ));
        left.look(node, known, &key.text);
    }
    Ok((list, left.into_notes()))
}

/// A file of another kind would read as one full of empty entries.
fn check_kind(source: &Source, kind: &str) -> Result<(), Problem> {
    let said = source
        .root()
        .and_then(|root| root.get(META))
        .and_then(|meta| meta.get("type"));
    match said.and_then(Node::scalar) {
        Some(said) if said != kind => {
            let message = format!("the file says that it is of type `{said}`, not `{kind}`");
            let meta = At::TOP.key(META);
            Err(source.problem(&meta.key("type"), message))
        }
        _ => Ok(()),
    }
}
