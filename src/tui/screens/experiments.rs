//! Experiments and their runs.

use crate::authz::{Asker, Request};
use crate::domain::{Body, Capability, ResourceId, ResourceKind, Target};

use super::super::facts;
use super::super::parts::table::Column;
use super::super::screen::Act;
use super::super::state::{Lens, Place, State};
use super::detail::{Detail, Tab};
use super::list::Rows;

/// The list.
#[derive(Debug, Clone, Copy)]
pub struct Experiments;

const COLUMNS: &[Column] = &[
    Column::new("Name", 20, 3, 0),
    Column::new("Where", 9, 1, 2),
    Column::new("Runs", 5, 0, 0),
    Column::new("Access", 18, 3, 1),
    Column::new("Owner", 8, 2, 0),
];

/// Resources of some kinds that the viewer may see, in order of environments and numbers.
pub(super) fn visible(lens: &Lens, kinds: &[ResourceKind]) -> Vec<ResourceId> {
    let snapshot = &lens.snapshot;
    let places = snapshot.places().map(|(id, _)| id);
    let scoped = places.filter(|id| lens.scope.is_none_or(|s| s == *id));
    let all = scoped.flat_map(|e| {
        kinds
            .iter()
            .flat_map(move |k| snapshot.resources_in(e, *k).collect::<Vec<_>>())
    });
    let asker = Asker::passing(snapshot, lens.viewer);
    all.filter(|id| {
        let target = Target::Resource(*id);
        let see = Request::new(lens.viewer, Capability::See.into(), target, lens.now);
        asker.check(&see).is_allowed()
    })
    .collect()
}

impl Rows for Experiments {
    type Key = ResourceId;

    fn place(&self) -> Place {
        Place::Experiments
    }

    fn title(&self, _: &State) -> String {
        "Experiments".to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn keys(&self, lens: &Lens) -> Vec<ResourceId> {
        visible(lens, &[ResourceKind::Experiment])
    }

    fn grows(&self) -> bool {
        true
    }

    fn cells(&self, lens: &Lens, id: ResourceId) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let Some(resource) = snapshot.read_resource(id) else {
            return Vec::new();
        };
        let runs = match &resource.body {
            Body::Experiment { runs } => runs.len(),
            _ => 0,
        };
        vec![
            resource.label().to_owned(),
            facts::place(snapshot, &resource),
            runs.to_string(),
            facts::access_seen_by(snapshot, lens.viewer, id, lens.now),
            facts::owner(snapshot, &resource, lens.reader(), lens.now),
        ]
    }

    fn empty(&self, _: &State) -> String {
        "There is no experiment that you may see. n makes one in an environment where you may."
            .to_owned()
    }

    fn open(&self, _: &State, id: ResourceId) -> Vec<Act> {
        vec![Act::open(Detail::new(id, Tab::Overview))]
    }

    fn resource(&self, _: &Lens, id: ResourceId) -> Option<ResourceId> {
        Some(id)
    }

    fn key_of(&self, resource: ResourceId) -> Option<ResourceId> {
        Some(resource)
    }

    fn previews(&self) -> bool {
        true
    }
}
