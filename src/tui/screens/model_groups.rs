//! OpenSearch model groups: who owns them, and who may use them.

use crate::authz::ListKind;
use crate::authz::lists::listed;
use crate::domain::{ResourceId, ResourceKind};

use super::super::facts;
use super::super::parts::table::Column;
use super::super::screen::Act;
use super::super::state::{Lens, Place, State};
use super::detail::{Detail, Tab};
use super::list::Rows;

/// The list.
#[derive(Debug, Clone, Copy)]
pub struct ModelGroups;

const COLUMNS: &[Column] = &[
    Column::new("Name", 18, 2, 0),
    Column::new("Where", 9, 1, 2),
    Column::new("Access mode", 22, 3, 0),
    Column::new("Versions", 8, 0, 1),
    Column::new("Owner", 8, 2, 0),
];

impl Rows for ModelGroups {
    type Key = ResourceId;

    fn place(&self) -> Place {
        Place::ModelGroups
    }

    fn title(&self, _: &State) -> String {
        "Model groups".to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn keys(&self, lens: &Lens) -> Vec<ResourceId> {
        let is_group = |id: &ResourceId| {
            let row = lens.snapshot.row(*id);
            row.is_some_and(|r| r.kind == ResourceKind::ModelGroup)
        };
        let keys = listed(&lens.snapshot, ListKind::AllModels, lens.viewer, lens.now);
        let keys = keys.into_iter().filter(|id| lens.covers(*id));
        keys.filter(is_group).collect()
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
            facts::access_seen_by(snapshot, lens.viewer, id, lens.now),
            snapshot.models_in(id).count().to_string(),
            facts::owner(snapshot, &resource, lens.reader(), lens.now),
        ]
    }

    fn empty(&self, _: &State) -> String {
        "There is no model group that you may see. Model groups are OpenSearch's; n registers one, \
         and `deedbox import` reads them from a cluster."
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
