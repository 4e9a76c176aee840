//! The three lists of models.

use crate::authz::{Evidence, ListKind, lists};
use crate::domain::{PrincipalId, Resource, ResourceId, Target};
use crate::registry::plan::capitalized;

use super::super::facts;
use super::super::parts::find::NAME_END;
use super::super::parts::table::Column;
use super::super::screen::Act;
use super::super::state::{Lens, Place, State};
use super::super::text::sortable;
use super::detail::{Detail, Tab};
use super::list::Rows;

/// One of the lists.
#[derive(Debug, Clone, Copy)]
pub struct Models(pub ListKind);

const WHY: &[Column] = &[
    Column::new("Name", 18, 2, 0),
    Column::new("Where", 9, 1, 1),
    Column::new("Owner", 12, 1, 3),
    Column::new("Why it is here", 24, 4, 0),
];

const OWN: &[Column] = &[
    Column::new("Name", 20, 3, 0),
    Column::new("Where", 9, 1, 2),
    Column::new("Details", 11, 2, 3),
    Column::new("Access", 17, 3, 1),
    Column::new("Owner", 12, 2, 0),
];

impl Models {
    fn because(self, lens: &Lens, id: ResourceId) -> Vec<Evidence> {
        let before = ResourceId(id.0.saturating_sub(1));
        let after = (id.0 > 0).then_some(before);
        let page = lists::page(&lens.snapshot, self.0, lens.viewer, lens.now, after, 1);
        let row = page.rows.into_iter().find(|r| r.resource == id);
        row.map(|r| r.because).unwrap_or_default()
    }

    fn why(self, lens: &Lens, id: ResourceId) -> String {
        // What was granted says more than a role that shows everything.
        let mut because = self.because(lens, id);
        because.sort_by_key(|e| matches!(e, Evidence::Administrator { .. }));
        facts::because(&lens.snapshot, &because, lens.reader())
    }

    fn owner(lens: &Lens, resource: &Resource) -> String {
        facts::owner(&lens.snapshot, resource, lens.reader(), lens.now)
    }
}

/// Whether nobody granted a row: that one administers the environment is the only reason why it is
/// there, besides the role in the whole environment that makes it so.
fn only_administered(because: &[Evidence]) -> bool {
    let administers = |e: &Evidence| matches!(e, Evidence::Administrator { .. });
    let whole = |e: &Evidence| match e {
        Evidence::Grant { on, .. } => matches!(on, Target::Environment(_)),
        other => administers(other),
    };
    because.iter().any(administers) && because.iter().all(whole)
}

/// Name, id and environment.
fn names(lens: &Lens, id: ResourceId) -> Option<(&str, &str, &str)> {
    let (name, own) = lens.snapshot.resource_names(id)?;
    let row = lens.snapshot.row(id)?;
    let place = lens.snapshot.place(row.environment)?;
    Some((name, own, &place.environment.id))
}

impl Rows for Models {
    type Key = ResourceId;

    fn place(&self) -> Place {
        Place::Models
    }

    fn title(&self, _: &State) -> String {
        match self.0 {
            ListKind::MyModels => "My models",
            ListKind::SharedWithMe => "Shared with me",
            ListKind::AllModels => "All models",
        }
        .to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        if self.0 == ListKind::SharedWithMe {
            WHY
        } else {
            OWN
        }
    }

    fn keys(&self, lens: &Lens) -> Vec<ResourceId> {
        let mut keys = lists::listed(&lens.snapshot, self.0, lens.viewer, lens.now);
        keys.retain(|id| lens.covers(*id));
        keys
    }

    fn parts(&self, lens: &Lens) -> [Vec<ResourceId>; 2] {
        if self.0 != ListKind::SharedWithMe {
            return [self.keys(lens), Vec::new()];
        }
        let [mut granted, mut administered] = [Vec::new(), Vec::new()];
        lists::each(&lens.snapshot, self.0, lens.viewer, lens.now, |row| {
            if !lens.covers(row.resource) {
                return;
            }
            if only_administered(&row.because) {
                administered.push(row.resource);
            } else {
                granted.push(row.resource);
            }
        });
        [granted, administered]
    }

    fn apart(&self) -> &'static str {
        "only as administrator"
    }

    fn dim(&self, lens: &Lens, id: ResourceId) -> bool {
        self.0 == ListKind::SharedWithMe && only_administered(&self.because(lens, id))
    }

    fn first(&self, lens: &Lens, limit: usize) -> Vec<ResourceId> {
        let page = lists::page(&lens.snapshot, self.0, lens.viewer, lens.now, None, limit);
        let keys = page.rows.into_iter().map(|r| r.resource);
        keys.filter(|id| lens.covers(*id)).collect()
    }

    fn grows(&self) -> bool {
        true
    }

    fn cells(&self, lens: &Lens, id: ResourceId) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let Some(resource) = snapshot.read_resource(id) else {
            return Vec::new();
        };
        let name = resource.label().to_owned();
        let environment = facts::place(snapshot, &resource);
        let owner = Self::owner(lens, &resource);
        if self.0 == ListKind::SharedWithMe {
            return vec![name, environment, owner, self.why(lens, id)];
        }
        let access = facts::access_seen_by(snapshot, lens.viewer, id, lens.now);
        vec![name, environment, facts::details(&resource), access, owner]
    }

    fn order(&self, lens: &Lens, id: ResourceId, column: usize) -> String {
        let Some((name, _, place)) = names(lens, id) else {
            return String::new();
        };
        // Only what is asked for is worked out, and records are not read where names do: there may
        // be a million rows.
        let read = || lens.snapshot.read_resource(id);
        let cell = match self.columns().get(column).map(|c| c.title) {
            None | Some("Name") => String::new(),
            Some("Where") => place.to_owned(),
            Some("Owner") => read().map_or_else(String::new, |r| Self::owner(lens, &r)),
            Some("Details") => read().map_or_else(String::new, |r| facts::details(&r)),
            Some(_) => self.cells(lens, id).swap_remove(column),
        };
        sortable(&format!("{cell}\u{1}{name}\u{1}{place}"))
    }

    fn text(&self, lens: &Lens, id: ResourceId) -> String {
        let Some((name, own, place)) = names(lens, id) else {
            return String::new();
        };
        let mut text = format!("{name}{NAME_END}{own} {place}");
        for owner in lists::owners_of(&lens.snapshot, id, lens.now) {
            text.push(' ');
            text.push_str(if owner == lens.viewer { "you " } else { "" });
            text.push_str(lens.snapshot.principal(owner).map_or("", |p| p.label()));
        }
        text
    }

    fn looked_at(&self) -> &'static str {
        "names, ids, environments and owners"
    }

    fn empty(&self, state: &State) -> String {
        if state.actor.principal.is_none() && state.eyes.is_none() {
            return "This login is no directory user, so there is nothing to list. Press p to act for somebody, or map the login with `deedbox login set`.".to_owned();
        }
        let (reader, snapshot) = (state.reader(), &state.snapshot);
        match self.0 {
            ListKind::MyModels => {
                let own = reader.does(snapshot, "own", "owns");
                format!(
                    "{} no models. n makes one; what others shared is under 2, everything that {} see under 3.",
                    capitalized(&own),
                    reader.does(snapshot, "may", "may")
                )
            }
            ListKind::SharedWithMe => format!(
                "Nobody has shared a model with {}. Owners share with s on their models; {} are under 1.",
                reader.name(snapshot),
                reader.own_words(snapshot)
            ),
            ListKind::AllModels => format!(
                "There is nothing here that {} see. n makes a model; a store administrator imports whole organizations with `deedbox import FILE`.",
                reader.does(snapshot, "may", "may")
            ),
        }
    }

    fn open(&self, _: &State, id: ResourceId) -> Vec<Act> {
        vec![Act::open(Detail::new(id, Tab::Overview))]
    }

    fn resource(&self, _: &Lens, id: ResourceId) -> Option<ResourceId> {
        Some(id)
    }

    fn person(&self, _: &Lens, _: ResourceId) -> Option<PrincipalId> {
        None
    }

    fn key_of(&self, resource: ResourceId) -> Option<ResourceId> {
        Some(resource)
    }

    fn previews(&self) -> bool {
        true
    }
}
