//! Groups and teams of the directory.

use crate::authz::Snapshot;
use crate::authz::wording;
use crate::domain::{PrincipalId, PrincipalKind};

use super::super::facts;
use super::super::parts::find::NAME_END;
use super::super::parts::table::Column;
use super::super::screen::Act;
use super::super::state::{Lens, Place, State};
use super::super::text::sortable;
use super::list::Rows;

/// The list.
#[derive(Debug, Clone, Copy)]
pub struct Groups;

const COLUMNS: &[Column] = &[
    Column::new("Name", 18, 2, 0),
    Column::new("Id", 18, 2, 2),
    Column::new("Kind", 19, 0, 1),
    Column::new("Members", 7, 0, 0),
    Column::new("People", 6, 0, 0),
    Column::new("Named on", 8, 0, 3),
];

/// How many things name a group: models and the like, and environments.
fn named_on(snapshot: &Snapshot, id: PrincipalId) -> usize {
    let environments = facts::environments_naming(snapshot, id).count();
    environments + snapshot.mentions(id).count()
}

impl Rows for Groups {
    type Key = PrincipalId;

    fn place(&self) -> Place {
        Place::Groups
    }

    fn title(&self, _: &State) -> String {
        "Groups".to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn keys(&self, lens: &Lens) -> Vec<PrincipalId> {
        let groups = lens
            .snapshot
            .principals()
            .filter(|(_, p)| matches!(p.kind, PrincipalKind::Group { .. }));
        groups.map(|(id, _)| id).collect()
    }

    fn cells(&self, lens: &Lens, id: PrincipalId) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let Some(principal) = snapshot.principal(id) else {
            return Vec::new();
        };
        let kind = match &principal.kind {
            PrincipalKind::Group { deleted: true, .. } => "deleted".to_owned(),
            PrincipalKind::Group { kind, .. } => kind.title().to_owned(),
            _ => String::new(),
        };
        let within = snapshot.actors_within(id);
        let service = |id: &&PrincipalId| wording::is_service_account(snapshot, **id);
        let people = within.len() - within.iter().filter(service).count();
        vec![
            principal.label().to_owned(),
            principal.id.clone(),
            kind,
            principal.members().len().to_string(),
            people.to_string(),
            named_on(snapshot, id).to_string(),
        ]
    }

    fn order(&self, lens: &Lens, id: PrincipalId, column: usize) -> String {
        let name = lens.snapshot.label(id);
        let cell = match column {
            0 => String::new(),
            _ => self.cells(lens, id).swap_remove(column),
        };
        sortable(&format!("{cell}\u{1}{name}"))
    }

    fn text(&self, lens: &Lens, id: PrincipalId) -> String {
        let principal = lens.snapshot.principal(id);
        principal.map_or_else(String::new, |p| format!("{}{NAME_END}{}", p.label(), p.id))
    }

    fn dim(&self, lens: &Lens, id: PrincipalId) -> bool {
        let principal = lens.snapshot.principal(id);
        principal.is_some_and(|p| matches!(p.kind, PrincipalKind::Group { deleted: true, .. }))
    }

    fn empty(&self, _: &State) -> String {
        "There are no groups yet. n makes one; `deedbox import` reads SCIM, LDIF and CSV."
            .to_owned()
    }

    fn open(&self, _: &State, id: PrincipalId) -> Vec<Act> {
        vec![Act::Meet(id)]
    }

    fn person(&self, _: &Lens, id: PrincipalId) -> Option<PrincipalId> {
        Some(id)
    }
}
