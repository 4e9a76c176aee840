//! OpenSearch's model groups: what a search answers, single documents, and request bodies.

use serde::Deserialize;

use crate::domain::{AccessMode, Body, EnvironmentId, Platform, Policy, Resource, Target};
use crate::registry::Draft;

use super::desk::{Desk, Seen};
use super::leftovers::Leftovers;
use super::people::People;
use super::problem::{At, Problem};
use super::put::put_resource;
use super::source::{Source, Sourced};
use super::summary::{Summary, list_note, within};
use super::tree::{Node, Value};
use super::words::Word;

/// Fields that are kept, and those that say nothing about access.
const KNOWN: &[&str] = &[
    "name",
    "description",
    "access",
    "access_mode",
    "backend_roles",
    "owner",
    "latest_version",
    "model_group_id",
    "created_time",
    "last_updated_time",
    "_id",
    "id",
    "_index",
    "_version",
    "_seq_no",
    "_primary_term",
    "_score",
    "found",
];

/// Model groups.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelGroups {
    groups: Vec<Found>,
    notes: Vec<String>,
}

/// A group, and the keys that lead to it.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    id: String,
    group: GroupFile,
    place: Option<usize>,
    inside: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct GroupFile {
    #[serde(default)]
    name: String,
    description: Option<String>,
    access: Option<Word<AccessMode>>,
    access_mode: Option<Word<AccessMode>>,
    #[serde(default)]
    backend_roles: Vec<String>,
    owner: Option<OwnerFile>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct OwnerFile {
    name: String,
}

/// Reads model groups.
pub fn parse(text: &str, file: &str) -> Result<Sourced<ModelGroups>, Problem> {
    let source = Source::read(text, file)?;
    let mut content = ModelGroups {
        groups: Vec::new(),
        notes: Vec::new(),
    };
    let mut left = Leftovers::default();
    let top = At::TOP;
    let Some(root) = source.root() else {
        return Ok(Sourced { content, source });
    };
    if let Some(outer) = root.get("hits") {
        let outer_at = top.key("hits");
        let at = outer_at.key("hits");
        let Some(Node {
            value: Value::List(hits),
            ..
        }) = outer.get("hits")
        else {
            return Err(source.problem(&at, "expected a list of hits"));
        };
        for (i, hit) in hits.iter().enumerate() {
            content
                .groups
                .push(read_hit(&source, &at.index(i), hit, Some(i), &mut left)?);
        }
        content.notes.extend(partial(outer, hits.len()));
    } else {
        content
            .groups
            .push(read_hit(&source, &top, root, None, &mut left)?);
    }
    content.notes.extend(left.into_notes());
    Ok(Sourced { content, source })
}

fn read_hit(
    source: &Source,
    at: &At<'_>,
    hit: &Node,
    place: Option<usize>,
    left: &mut Leftovers,
) -> Result<Found, Problem> {
    let inner = hit.get("_source");
    let id = ["_id", "id", "model_group_id"]
        .iter()
        .find_map(|key| hit.get(key).or_else(|| inner?.get(key)))
        .and_then(Node::scalar)
        .ok_or_else(|| {
            source.problem(
                &at.key("_id"),
                "the group's id is missing: add `_id`, or import what a search answers",
            )
        })?;
    let group = match inner {
        Some(inner) => source.typed_at(inner, &at.key("_source"))?,
        None => source.typed_at(hit, at)?,
    };
    left.look(inner.unwrap_or(hit), KNOWN, id);
    Ok(Found {
        id: id.to_owned(),
        group,
        place,
        inside: inner.is_some(),
    })
}

/// A search answers ten groups unless asked for more.
fn partial(outer: &Node, read: usize) -> Option<String> {
    let total = outer.get("total")?;
    let total: usize = total.get("value").unwrap_or(total).scalar()?.parse().ok()?;
    (total > read).then(|| {
        format!("The file holds {read} of {total} model groups: search again with a larger `size`.")
    })
}

/// Puts them into a cluster: each replaces the group of the same id.
pub fn apply(
    file: &Sourced<ModelGroups>,
    draft: &mut Draft,
    target: Option<Target>,
) -> Result<Summary, Problem> {
    within(draft, |draft, notes| {
        let mut desk = Desk {
            source: &file.source,
            draft,
            notes,
        };
        let environment = desk.target(target, Platform::OpenSearch, "a file of model groups")?;
        let mut people = People::of(&desk, environment);
        let mut odd = Odd::default();
        let mut seen = Seen::default();
        for found in &file.content.groups {
            let (top, hits) = (At::TOP, At::TOP.key("hits"));
            let hits = hits.key("hits");
            let at = found.place.map_or(top, |place| hits.index(place));
            seen.once(&desk, &at.key("_id"), &found.id, "model group")?;
            let inner = at.key("_source");
            let place = Place {
                hit: &at,
                fields: if found.inside { &inner } else { &at },
            };
            put(&mut desk, &mut people, environment, found, &place, &mut odd)?;
        }
        people.finish(&mut desk);
        desk.notes.extend(file.content.notes.iter().cloned());
        odd.finish(&mut desk);
        Ok(())
    })
}

/// Where a group stands in the file: the hit and its fields.
struct Place<'a> {
    hit: &'a At<'a>,
    fields: &'a At<'a>,
}

/// Oddities that are worth a note.
#[derive(Default)]
struct Odd {
    ownerless: Vec<String>,
    modeless: Vec<String>,
    nameless_roles: Vec<String>,
}

impl Odd {
    fn finish(self, desk: &mut Desk<'_>) {
        let rows = [
            (
                self.ownerless,
                "no owner: open to everybody who may use models",
            ),
            (
                self.modeless,
                "no access mode: asking about it is an error where it has an owner",
            ),
            (self.nameless_roles, "empty role names, which were left out"),
        ];
        for (names, what) in rows {
            if !names.is_empty() {
                let note = list_note(&names, &format!("has {what}"), &format!("have {what}"));
                desk.notes.push(note + ".");
            }
        }
    }
}

fn put(
    desk: &mut Desk<'_>,
    people: &mut People,
    environment: EnvironmentId,
    found: &Found,
    place: &Place<'_>,
    odd: &mut Odd,
) -> Result<(), Problem> {
    let Found { id, group, .. } = found;
    let at = place.fields;
    let id = desk.segment(&place.hit.key("_id"), id)?;
    let owner = match &group.owner {
        Some(owner) => Some(people.find(desk, &at.key("owner").key("name"), &owner.name)?),
        None => None,
    };
    if owner.is_none() {
        odd.ownerless.push(id.clone());
    }
    let access = group.access.or(group.access_mode).map(|mode| mode.0);
    if access.is_none() {
        odd.modeless.push(id.clone());
    }
    let mut roles = desk.all_clean(&at.key("backend_roles"), &group.backend_roles)?;
    let named = roles.len();
    roles.retain(|role| !role.trim().is_empty());
    if roles.len() != named {
        odd.nameless_roles.push(id.clone());
    }
    let resource = Resource {
        environment,
        name: desk.clean(&at.key("name"), &group.name)?,
        description: group.description.clone().filter(|text| !text.is_empty()),
        owner,
        policy: Policy::default(),
        body: Body::ModelGroup {
            access,
            backend_roles: roles,
        },
        id,
    };
    put_resource(desk.draft, resource);
    Ok(())
}
