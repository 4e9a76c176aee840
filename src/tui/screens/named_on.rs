//! Where a principal is named: grants and ownership, on environments as a whole and on what lies in
//! them.

use crate::authz::wording;
use crate::domain::{PrincipalId, ResourceId, Target};

use super::super::facts;
use super::super::parts::table::Column;
use super::super::screen::Act;
use super::super::state::{Lens, Place, State};
use super::access::known::may_know;
use super::list::Rows;

/// The list.
#[derive(Debug, Clone, Copy)]
pub struct NamedOn(pub PrincipalId);

const COLUMNS: &[Column] = &[
    Column::new("Name", 18, 2, 0),
    Column::new("Where", 9, 1, 2),
    Column::new("As", 20, 4, 0),
];

impl NamedOn {
    /// As what the environment names the principal.
    fn in_environment(self, lens: &Lens, on: Target) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let place = snapshot.environment_of(on).and_then(|e| snapshot.place(e));
        let Some(place) = place else {
            return Vec::new();
        };
        let bindings = place.environment.bindings();
        let naming = bindings.filter(|b| b.members.contains(&self.0));
        let words = naming.map(|b| {
            let title = wording::role_title(snapshot, on, &b.role);
            timed(title, &wording::time(b.window(), lens.now))
        });
        words.collect()
    }

    /// As what a resource names the principal.
    fn on_resource(self, lens: &Lens, id: ResourceId) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let Some(resource) = snapshot.read_resource(id) else {
            return Vec::new();
        };
        let mut words: Vec<String> = Vec::new();
        if resource.owner == Some(self.0) {
            words.push("owner".to_owned());
        }
        for (_, binding, member) in resource.policy.grants() {
            if member == self.0 {
                let title = wording::role_title(snapshot, Target::Resource(id), &binding.role);
                words.push(timed(title, &wording::time(binding.window(), lens.now)));
            }
        }
        let container = resource.model().and_then(|m| m.container.as_ref());
        if container.is_some_and(|c| c.owner == self.0) {
            words.push("owner of the datasets container".to_owned());
        }
        words
    }
}

fn timed(title: String, time: &str) -> String {
    if time.is_empty() {
        title
    } else {
        format!("{title} ({time})")
    }
}

impl Rows for NamedOn {
    type Key = Target;

    fn place(&self) -> Place {
        Place::Person
    }

    fn title(&self, state: &State) -> String {
        format!("{} is named on", state.snapshot.label(self.0))
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn keys(&self, lens: &Lens) -> Vec<Target> {
        // Who holds a role in an environment is no secret; their overview says it too.
        let environments = facts::environments_naming(&lens.snapshot, self.0)
            .filter(|id| lens.scope.is_none_or(|scope| scope == *id))
            .map(Target::Environment);
        let resources = lens.snapshot.mentions(self.0);
        let known = resources
            .filter(|id| lens.covers(*id))
            .map(Target::Resource)
            .filter(|on| may_know(lens, self.0, *on));
        environments.chain(known).collect()
    }

    fn grows(&self) -> bool {
        true
    }

    fn cells(&self, lens: &Lens, on: Target) -> Vec<String> {
        let snapshot = &lens.snapshot;
        let words = match on.resource() {
            Some(id) => self.on_resource(lens, id),
            None => self.in_environment(lens, on),
        };
        let place = match snapshot.environment_of(on) {
            Some(id) if on.resource().is_some() => snapshot.target_id(Target::Environment(id)),
            _ => "environment".to_owned(),
        };
        vec![snapshot.target_label(on), place, words.join(", ")]
    }

    fn empty(&self, _: &State) -> String {
        "Nothing that you may know of names them. s on a model shares it with them.".to_owned()
    }

    fn open(&self, state: &State, on: Target) -> Vec<Act> {
        match on {
            Target::Environment(id) => vec![Act::open(super::settings::environment(state, id))],
            _ => on.resource().map(Act::Visit).into_iter().collect(),
        }
    }

    fn resource(&self, _: &Lens, on: Target) -> Option<ResourceId> {
        on.resource()
    }
}
