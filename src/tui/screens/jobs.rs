//! Training and batch jobs, and long-running operations.

use crate::domain::{ResourceId, ResourceKind};

use super::super::facts;
use super::super::parts::table::Column;
use super::super::screen::Act;
use super::super::state::{Lens, Place, State};
use super::detail::{Detail, Tab};
use super::experiments::visible;
use super::list::Rows;

/// The list.
#[derive(Debug, Clone, Copy)]
pub struct Jobs;

const COLUMNS: &[Column] = &[
    Column::new("Name", 20, 3, 0),
    Column::new("Where", 9, 1, 2),
    Column::new("Kind", 9, 1, 0),
    Column::new("Access", 18, 3, 1),
    Column::new("Owner", 8, 2, 0),
];

impl Rows for Jobs {
    type Key = ResourceId;

    fn place(&self) -> Place {
        Place::Jobs
    }

    fn title(&self, _: &State) -> String {
        "Jobs & operations".to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn keys(&self, lens: &Lens) -> Vec<ResourceId> {
        visible(lens, &[ResourceKind::Job, ResourceKind::Operation])
    }

    fn grows(&self) -> bool {
        true
    }

    fn cells(&self, lens: &Lens, id: ResourceId) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let Some(resource) = snapshot.read_resource(id) else {
            return Vec::new();
        };
        vec![
            resource.label().to_owned(),
            facts::place(snapshot, &resource),
            resource.kind().noun().to_owned(),
            facts::access_seen_by(snapshot, lens.viewer, id, lens.now),
            facts::owner(snapshot, &resource, lens.reader(), lens.now),
        ]
    }

    fn empty(&self, _: &State) -> String {
        "There is no job or operation that you may see. They are Google AI Platform's; n starts a \
         job in a project where you may."
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
