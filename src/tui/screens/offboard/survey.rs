//! All that a leaver owns and holds, in groups: what the screen lists.

use std::collections::BTreeSet;

use crate::authz::Snapshot;
use crate::domain::{
    PrincipalId, PrincipalKind, Resource, ResourceKind, Status, Target, Timestamp,
};
use crate::registry::offboarding::{
    Because, Held, Owned, SoleAdministrator, Successor, holdings, keeper, sole_administrator,
};

use super::super::super::facts;
use super::super::super::text::count;

/// One thing of a leaver's.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is called.
    pub name: String,
    /// Its environment, where it is in one.
    pub place: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a thing.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It needs another owner.
    Owned {
        /// The resource or container.
        target: Target,
        /// It, and what it belongs to: whoever takes those over takes it over too.
        ways: Vec<Target>,
        /// Who is suggested.
        suggested: Option<Successor>,
    },
    /// It goes, in which way.
    Taken(&'static str),
    /// Somebody else leads this report.
    Led(PrincipalId),
    /// It can't be changed here.
    ByHand,
    /// Taking it away is refused, and why.
    Stuck(&'static str),
}

/// Things of one kind.
#[derive(Debug, Clone)]
pub struct Group {
    /// What they are.
    pub title: &'static str,
    /// Each of them; never empty.
    pub rows: Vec<Row>,
}

/// Everything, and how the leaver stands.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Owned first, then held.
    pub groups: Vec<Group>,
    /// How many things are owned.
    pub owned: usize,
    /// How many things are held.
    pub held: usize,
}

const OWNED: [&str; 6] = [
    "Models",
    "Model groups",
    "Experiments",
    "Jobs",
    "Operations",
    "Datasets containers",
];

const HELD: [&str; 7] = [
    "Shares and roles on single models",
    "Roles in environments",
    "Roles from above, not changed here",
    "Accounts in environments",
    "Memberships",
    "People they lead",
    "Logins of this store",
];

/// Looks at all that somebody owns and holds.
pub fn survey(snapshot: &Snapshot, user: PrincipalId, at: Timestamp) -> Survey {
    let found = holdings(snapshot, user, at);
    let sole = sole_administrator(snapshot, user, at);
    let (owned, held) = (found.owned.len(), found.held.len());
    let mut groups: Vec<Group> = OWNED
        .into_iter()
        .chain(HELD)
        .map(|title| Group {
            title,
            rows: Vec::new(),
        })
        .collect();
    let mut add = |place: usize, row: Row| {
        if let Some(group) = groups.get_mut(place) {
            group.rows.push(row);
        }
    };
    for thing in found.owned {
        add(
            owned_group(snapshot, thing.target),
            owned_row(snapshot, thing),
        );
    }
    for thing in &found.held {
        let place = OWNED.len() + held_group(thing);
        add(place, held_row(snapshot, thing, &sole));
    }
    groups.retain(|g| !g.rows.is_empty());
    Survey {
        groups,
        owned,
        held,
    }
}

fn owned_group(snapshot: &Snapshot, target: Target) -> usize {
    let resource = target.resource().and_then(|id| snapshot.resource(id));
    match (target, resource.map(Resource::kind)) {
        (Target::Container(_), _) => 5,
        (_, Some(ResourceKind::ModelGroup)) => 1,
        (_, Some(ResourceKind::Experiment)) => 2,
        (_, Some(ResourceKind::Job)) => 3,
        (_, Some(ResourceKind::Operation)) => 4,
        _ => 0,
    }
}

const fn held_group(held: &Held) -> usize {
    match held {
        Held::Grant { .. } => 0,
        Held::Role { .. } => 1,
        Held::Above { .. } => 2,
        Held::Account { .. } | Held::Mapping { .. } | Held::SuperAdministrator { .. } => 3,
        Held::Member { .. } => 4,
        Held::Manager { .. } => 5,
        Held::Login { .. } => 6,
    }
}

fn owned_row(snapshot: &Snapshot, thing: Owned) -> Row {
    let resource = thing.target.resource().and_then(|id| snapshot.resource(id));
    let mut ways = vec![thing.target];
    let mut at = thing.target;
    while let Some(of) = keeper(snapshot, at).map(Target::Resource) {
        if ways.contains(&of) {
            break;
        }
        ways.push(of);
        at = of;
    }
    let container = resource.and_then(|r| moving_container(r, r.owner));
    let name = snapshot.target_label(thing.target);
    Row {
        name: match container {
            Some(_) => format!("{name} + container"),
            None => name,
        },
        place: resource.map_or_else(String::new, |r| facts::place(snapshot, r)),
        fate: Fate::Owned {
            target: thing.target,
            ways,
            suggested: thing.successor,
        },
    }
}

/// The datasets container of a model that its owner has too: it moves along with the model.
pub(super) fn moving_container(resource: &Resource, owner: Option<PrincipalId>) -> Option<&str> {
    let container = resource.model()?.container.as_ref()?;
    (Some(container.owner) == owner).then_some(container.id.as_str())
}

fn held_row(snapshot: &Snapshot, held: &Held, sole: &SoleAdministrator) -> Row {
    let taken = || Fate::Taken(held.loss(snapshot));
    let fate = match held {
        Held::Above { .. } => Fate::ByHand,
        Held::Manager { of } => next_manager(snapshot, *of).map_or_else(taken, Fate::Led),
        Held::Role { environment, .. }
        | Held::Account { environment, .. }
        | Held::Mapping { environment, .. }
            if sole.environments.contains(environment) =>
        {
            Fate::Stuck("the last administrator")
        }
        Held::Login {
            store_administrator: true,
            ..
        } if sole.store => Fate::Stuck("the last store administrator"),
        _ => taken(),
    };
    Row {
        name: held.words(snapshot),
        place: String::new(),
        fate,
    }
}

/// Who leads a report after the leaver: the leaver's own manager.
fn next_manager(snapshot: &Snapshot, report: PrincipalId) -> Option<PrincipalId> {
    let manager = |id: PrincipalId| match snapshot.principal(id)?.kind {
        PrincipalKind::User { manager, .. } => manager,
        _ => None,
    };
    let leaver = manager(report)?;
    manager(leaver).filter(|next| {
        let leads = snapshot.principal(*next);
        leads.is_some_and(|p| p.is_active_user()) && *next != report
    })
}

impl Survey {
    /// What needs a successor, in order.
    pub fn owned(&self) -> impl Iterator<Item = (&Target, &[Target], Option<&Successor>)> {
        let rows = self.groups.iter().flat_map(|g| &g.rows);
        rows.filter_map(|row| match &row.fate {
            Fate::Owned {
                target,
                ways,
                suggested,
            } => Some((target, ways.as_slice(), suggested.as_ref())),
            _ => None,
        })
    }

    /// Whom the suggestions name, whoever takes most first, and for how many things.
    pub fn likely(&self, snapshot: &Snapshot) -> Vec<(PrincipalId, String)> {
        let mut counted: Vec<(usize, &Successor)> = Vec::new();
        for successor in self.owned().filter_map(|(_, _, suggested)| suggested) {
            let known = |(_, s): &&mut (usize, &Successor)| s.principal == successor.principal;
            match counted.iter_mut().find(known) {
                Some((count, _)) => *count += 1,
                None => counted.push((1, successor)),
            }
        }
        counted.sort_by_key(|(times, s)| (std::cmp::Reverse(*times), s.principal));
        let told = counted.into_iter().map(|(times, s)| {
            let things = count(times, "thing", "things");
            let why = s.because.words(snapshot);
            (s.principal, format!("{why}, for {things}"))
        });
        told.collect()
    }
}

/// So many are near; whoever means another types their name.
const NEAR: usize = 24;

/// Who might take over beside those that are suggested, and why: the manager, then mates from the
/// leaver's groups.
pub fn near(snapshot: &Snapshot, leaver: PrincipalId) -> Vec<(PrincipalId, String)> {
    let manager = match snapshot.principal(leaver).map(|p| &p.kind) {
        Some(PrincipalKind::User { manager, .. }) => *manager,
        _ => None,
    };
    let groups: Vec<PrincipalId> = snapshot.groups_of(leaver).collect();
    let mates = groups.into_iter().flat_map(|g| {
        let within = snapshot.actors_within(g).into_iter();
        within.map(move |id| (id, Because::Team(g)))
    });
    let stays = |(id, _): &(PrincipalId, Because)| {
        let person = snapshot.principal(*id);
        *id != leaver && person.is_some_and(|p| p.status() == Status::Active && p.is_active_user())
    };
    let manager = manager.map(|id| (id, Because::Manager)).into_iter();
    let mut seen = BTreeSet::new();
    let near = manager.chain(mates).filter(stays);
    near.filter(|(id, _)| seen.insert(*id))
        .take(NEAR)
        .map(|(id, because)| (id, because.words(snapshot)))
        .collect()
}
