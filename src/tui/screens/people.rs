//! Users and service accounts of the directory.

use crate::domain::{PrincipalId, PrincipalKind, Status};

use super::super::commands::CommandId;
use super::super::parts::table::Column;
use super::super::screen::{Act, Reply};
use super::super::state::{Lens, Place, State};
use super::super::text::sortable;
use super::compare::Compare;
use super::list::Rows;

/// The list.
#[derive(Debug, Clone, Copy)]
pub struct People;

const COLUMNS: &[Column] = &[
    Column::new("Name", 18, 2, 0),
    Column::new("Id", 20, 2, 1),
    Column::new("Status", 15, 0, 0),
    Column::new("Manager", 12, 1, 3),
    Column::new("Groups", 14, 3, 2),
];

impl Rows for People {
    type Key = PrincipalId;

    fn place(&self) -> Place {
        Place::People
    }

    fn title(&self, _: &State) -> String {
        "People".to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn keys(&self, lens: &Lens) -> Vec<PrincipalId> {
        let people = lens.snapshot.principals().filter(|(_, p)| {
            matches!(
                p.kind,
                PrincipalKind::User { .. } | PrincipalKind::ServiceAccount { .. }
            )
        });
        people.map(|(id, _)| id).collect()
    }

    fn first(&self, lens: &Lens, limit: usize) -> Vec<PrincipalId> {
        let users = lens
            .snapshot
            .principals()
            .filter(|(_, p)| p.is_active_user());
        users.map(|(id, _)| id).take(limit).collect()
    }

    fn grows(&self) -> bool {
        true
    }

    fn cells(&self, lens: &Lens, id: PrincipalId) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let Some(principal) = snapshot.principal(id) else {
            return Vec::new();
        };
        let (status, manager) = match &principal.kind {
            PrincipalKind::User { status, manager } => (status.to_string(), *manager),
            PrincipalKind::ServiceAccount { status } if *status == Status::Active => {
                ("service account".to_owned(), None)
            }
            PrincipalKind::ServiceAccount { status } => (format!("service, {status}"), None),
            _ => (String::new(), None),
        };
        let groups: Vec<String> = snapshot.groups_of(id).map(|g| snapshot.label(g)).collect();
        vec![
            principal.label().to_owned(),
            principal.id.clone(),
            status,
            manager.map_or_else(String::new, |m| snapshot.label(m)),
            groups.join(", "),
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

    fn dim(&self, lens: &Lens, id: PrincipalId) -> bool {
        let principal = lens.snapshot.principal(id);
        principal.is_some_and(|p| p.status() != Status::Active)
    }

    fn empty(&self, _: &State) -> String {
        "Nobody is in the directory yet. n adds a user; `deedbox import` reads SCIM, LDIF and CSV."
            .to_owned()
    }

    fn open(&self, _: &State, id: PrincipalId) -> Vec<Act> {
        vec![Act::Meet(id)]
    }

    fn person(&self, _: &Lens, id: PrincipalId) -> Option<PrincipalId> {
        Some(id)
    }

    fn perform(&mut self, _: &mut State, marked: &[PrincipalId], command: CommandId) -> Reply {
        match (command, marked) {
            (CommandId::Compare, [a, b]) => Some(vec![Act::open(Compare::new(*a, *b))]),
            _ => None,
        }
    }
}
