//! Who holds a role, and where.

use crate::authz::platforms::opensearch::{account_roles, held_by_accounts};
use crate::authz::{Snapshot, wording};
use crate::domain::{Binding, EnvironmentId, PrincipalId, ResourceId, ResourceKind, Target};

use super::super::super::facts;
use super::super::super::parts::table::Column;
use super::super::super::screen::Act;
use super::super::super::state::{Lens, Place, State};
use super::super::list::Rows;
use super::{RoleKey, find, title};

/// How somebody comes to hold a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// A binding of the environment, by its place.
    Environment(usize),
    /// A binding from above, by its place.
    Above(usize),
    /// Through the account: given to it, or mapped to what it is (OpenSearch).
    Account,
    /// A binding of a resource, by its place.
    On(ResourceId, usize),
}

/// One holding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holding {
    /// How.
    pub how: How,
    /// Who.
    pub who: PrincipalId,
}

fn naming<'a>(
    bindings: &'a [Binding],
    role: &'a str,
    how: impl Fn(usize) -> How + 'a,
) -> impl Iterator<Item = Holding> + 'a {
    let named = bindings
        .iter()
        .enumerate()
        .filter(move |(_, b)| b.role == role);
    named.flat_map(move |(at, binding)| {
        let how = how(at);
        binding
            .members
            .iter()
            .map(move |who| Holding { how, who: *who })
    })
}

/// Who holds a role in the environment as a whole.
pub fn in_environment(snapshot: &Snapshot, id: EnvironmentId, role: &str) -> Vec<Holding> {
    let Some(place) = snapshot.place(id) else {
        return Vec::new();
    };
    let environment = &place.environment;
    let mut found: Vec<Holding> =
        naming(&environment.policy.bindings, role, How::Environment).collect();
    found.extend(naming(environment.inherited(), role, How::Above));
    found.extend(held_by_accounts(snapshot, id, role).map(|who| Holding {
        how: How::Account,
        who,
    }));
    found
}

fn on_resources(snapshot: &Snapshot, id: EnvironmentId, role: &str) -> Vec<Holding> {
    let kinds = [
        ResourceKind::Model,
        ResourceKind::Job,
        ResourceKind::Experiment,
    ];
    let resources = kinds.into_iter().flat_map(|k| snapshot.resources_in(id, k));
    let mut found = Vec::new();
    for id in resources {
        if let Some(resource) = snapshot.read_resource(id) {
            let bindings = &resource.policy.bindings;
            found.extend(naming(bindings, role, |at| How::On(id, at)));
        }
    }
    found
}

/// The list of who holds a role.
#[derive(Debug, Clone, Copy)]
pub struct HeldBy(pub RoleKey);

const COLUMNS: &[Column] = &[
    Column::new("Who", 18, 2, 0),
    Column::new("Is", 14, 0, 2),
    Column::new("On", 12, 1, 0),
    Column::new("How", 16, 4, 1),
];

impl HeldBy {
    fn binding(self, lens: &Lens, how: How) -> Option<&Binding> {
        let place = lens.snapshot.place(self.0.0)?;
        match how {
            How::Environment(at) => place.environment.policy.bindings.get(at),
            How::Above(at) => place.environment.inherited().get(at),
            How::Account => None,
            How::On(id, at) => lens.snapshot.resource(id)?.policy.bindings.get(at),
        }
    }
}

/// Through what an account holds a role, in words.
fn sources(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    role: &str,
    who: PrincipalId,
) -> String {
    let ways = account_roles(snapshot, environment, who).into_iter();
    let words: Vec<String> = ways
        .filter(|(held, _)| **held == *role)
        .map(|(_, source)| wording::role_source(&source))
        .collect();
    words.join("; ")
}

impl Rows for HeldBy {
    type Key = Holding;

    fn place(&self) -> Place {
        Place::Role
    }

    fn title(&self, state: &State) -> String {
        format!("{} is held by", title(&state.snapshot, self.0))
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn ordered(&self) -> bool {
        true
    }

    fn grows(&self) -> bool {
        true
    }

    fn keys(&self, lens: &Lens) -> Vec<Holding> {
        let Some((_, role)) = find(&lens.snapshot, self.0) else {
            return Vec::new();
        };
        let mut found = in_environment(&lens.snapshot, self.0.0, &role.name);
        found.extend(on_resources(&lens.snapshot, self.0.0, &role.name));
        found
    }

    fn first(&self, lens: &Lens, limit: usize) -> Vec<Holding> {
        let role = find(&lens.snapshot, self.0).map(|(_, r)| r.name);
        let mut found = in_environment(&lens.snapshot, self.0.0, &role.unwrap_or_default());
        found.truncate(limit);
        found
    }

    fn cells(&self, lens: &Lens, key: Holding) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let environment = || snapshot.target_label(Target::Environment(self.0.0));
        let on = match key.how {
            How::Environment(_) | How::Account => environment(),
            How::Above(_) => format!("above {}", environment()),
            How::On(id, _) => snapshot.target_label(Target::Resource(id)),
        };
        let how = if let Some(binding) = self.binding(lens, key.how) {
            wording::time(binding.window(), lens.now)
        } else {
            let role = find(snapshot, self.0).map(|(_, r)| r.name);
            sources(snapshot, self.0.0, &role.unwrap_or_default(), key.who)
        };
        vec![
            snapshot.label(key.who),
            facts::describe(snapshot, key.who),
            on,
            how,
        ]
    }

    fn empty(&self, _: &State) -> String {
        "Nobody holds this role by name, neither in the environment nor on anything in it. a on the environment, under Settings, grants it."
            .to_owned()
    }

    fn open(&self, _: &State, key: Holding) -> Vec<Act> {
        vec![Act::Meet(key.who)]
    }

    fn person(&self, _: &Lens, key: Holding) -> Option<PrincipalId> {
        Some(key.who)
    }
}
