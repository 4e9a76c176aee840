//! Who holds which role in the whole of an environment: by a binding, or through their account.

use crate::authz::platforms::opensearch::account_roles;
use crate::authz::wording;
use crate::domain::{Binding, EnvironmentId, PrincipalId, Target};

use super::super::parts::table::Column;
use super::super::screen::Act;
use super::super::state::{Lens, Place, State};
use super::list::Rows;

/// The list.
#[derive(Debug, Clone, Copy)]
pub struct RolesHeld(pub EnvironmentId);

/// How somebody comes to hold a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// A binding of the environment, by its place.
    Granted(usize),
    /// A binding from above, by its place.
    Above(usize),
    /// The account's roles, by their order.
    Account(usize),
}

const HELD: &[Column] = &[
    Column::new("Who", 18, 1, 0),
    Column::new("Role", 20, 1, 0),
    Column::new("How", 16, 3, 1),
];

/// The bindings of an environment, and those above it.
fn bindings(lens: &Lens, id: EnvironmentId) -> (&[Binding], &[Binding]) {
    let Some(place) = lens.snapshot.place(id) else {
        return (&[], &[]);
    };
    let environment = &place.environment;
    (&environment.policy.bindings, environment.inherited())
}

fn members(
    bindings: &[Binding],
    how: impl Fn(usize) -> How,
) -> impl Iterator<Item = (How, PrincipalId)> {
    let numbered = bindings.iter().enumerate();
    numbered.flat_map(move |(at, binding)| {
        let how = how(at);
        binding.members.iter().map(move |who| (how, *who))
    })
}

impl Rows for RolesHeld {
    type Key = (How, PrincipalId);

    fn place(&self) -> Place {
        Place::Settings
    }

    fn title(&self, _: &State) -> String {
        "Roles in the whole environment".to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        HELD
    }

    fn grows(&self) -> bool {
        true
    }

    fn keys(&self, lens: &Lens) -> Vec<Self::Key> {
        let (own, above) = bindings(lens, self.0);
        let granted = members(own, How::Granted).chain(members(above, How::Above));
        let accounts = lens.snapshot.accounts(self.0).flat_map(|(who, _)| {
            let held = account_roles(&lens.snapshot, self.0, who).len();
            (0..held).map(move |at| (How::Account(at), who))
        });
        granted.chain(accounts).collect()
    }

    fn cells(&self, lens: &Lens, (how, who): Self::Key) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let (own, above) = bindings(lens, self.0);
        let granted = |binding: Option<&Binding>| {
            binding.map(|b| (b.role.clone(), wording::time(b.window(), lens.now)))
        };
        let held = match how {
            How::Granted(at) => granted(own.get(at)),
            How::Above(at) => granted(above.get(at)).map(|(role, time)| {
                let words = ["inherited from above", &time].into_iter();
                let words: Vec<&str> = words.filter(|w| !w.is_empty()).collect();
                (role, words.join(", "))
            }),
            How::Account(at) => {
                let roles = account_roles(snapshot, self.0, who);
                let role = roles.into_iter().nth(at);
                role.map(|(role, source)| (role.to_string(), wording::role_source(&source)))
            }
        };
        let Some((role, how)) = held else {
            return Vec::new();
        };
        let title = wording::role_title(snapshot, Target::Environment(self.0), &role);
        vec![snapshot.label(who), title, how]
    }

    fn empty(&self, _: &State) -> String {
        "Nobody holds a role here. a grants one.".to_owned()
    }

    fn open(&self, _: &State, (_, who): Self::Key) -> Vec<Act> {
        vec![Act::Meet(who)]
    }

    fn person(&self, _: &Lens, (_, who): Self::Key) -> Option<PrincipalId> {
        Some(who)
    }
}
