//! What a change set does to people: exactly who gains and loses what, counted through groups.

mod scope;

use std::borrow::Cow;
use std::collections::BTreeSet;

use strum::IntoEnumIterator;

use crate::domain::{
    AccessMode, Body, Capability, CapabilitySet, ChangeSet, Key, PrincipalId, Record, ResourceId,
    Target, Timestamp,
};

use super::capabilities::capabilities;
use super::platforms::opensearch::access_control_on;
use super::snapshot::Snapshot;
use super::wording;
use scope::Scope;

/// The effect of a change set.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Effect {
    /// One row for every person and resource that something changes for.
    pub rows: Vec<EffectRow>,
    /// Resources that become open to everybody.
    pub opened: Vec<ResourceId>,
    /// Which of the principals in the rows are service accounts; all others are people.
    pub service_accounts: BTreeSet<PrincipalId>,
}

/// What changes for one principal on one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EffectRow {
    /// Who.
    pub principal: PrincipalId,
    /// On what.
    pub resource: ResourceId,
    /// What they can do afterwards that they could not before.
    pub gained: CapabilitySet,
    /// What they could do before and can't afterwards.
    pub lost: CapabilitySet,
}

/// Compares two snapshots, one change set apart. Only principals and resources that the change
/// set can concern are looked at; everybody else's answers depend on nothing that changed.
pub fn effect(before: &Snapshot, after: &Snapshot, changes: &ChangeSet, at: Timestamp) -> Effect {
    between((before, at), (after, at), changes)
}

/// Compares as [`effect`] does, while somebody waits: `go_on` hears how many resources of how many
/// are compared, and `false` stops it; then there is no effect to tell of.
pub fn effect_while(
    before: &Snapshot,
    after: &Snapshot,
    changes: &ChangeSet,
    at: Timestamp,
    go_on: &GoOn<'_>,
) -> Option<Effect> {
    between_while((before, at), (after, at), changes, go_on)
}

/// Hears how many resources of how many are compared; `false` stops it.
type GoOn<'a> = dyn Fn(usize, usize) -> bool + 'a;

/// After so many people of one resource it is asked again whether to go on.
const ASKED_AGAIN: usize = 1_000;

/// Compares two snapshots, one change set apart, each at its own moment: what became of people in
/// the meantime, by changes and by grants that began or ended by themselves.
pub fn between(
    (before, then): (&Snapshot, Timestamp),
    (after, now): (&Snapshot, Timestamp),
    changes: &ChangeSet,
) -> Effect {
    let whole = between_while((before, then), (after, now), changes, &|_, _| true);
    // Nobody stops it.
    whole.unwrap_or_default()
}

fn between_while(
    (before, then): (&Snapshot, Timestamp),
    (after, now): (&Snapshot, Timestamp),
    changes: &ChangeSet,
    go_on: &GoOn<'_>,
) -> Option<Effect> {
    let (before, after) = (
        &with_outsiders(before, changes, true),
        &with_outsiders(after, changes, false),
    );
    let mut scope = Scope::new(before, after);
    for change in &changes.0 {
        if !go_on(0, changes.0.len()) {
            return None;
        }
        scope.add(change);
    }
    if then != now {
        scope.add_lapses(then, now);
    }
    let mut rows = Vec::new();
    let all = scope.pairs.len();
    for (done, (resource, principals)) in scope.pairs.iter().enumerate() {
        for (nth, principal) in principals.iter().enumerate() {
            if nth % ASKED_AGAIN == 0 && !go_on(done, all) {
                return None;
            }
            let target = Target::Resource(*resource);
            let was = capabilities(before, *principal, target, then);
            let is = capabilities(after, *principal, target, now);
            if was != is {
                let (gained, lost) = (is.minus(was), was.minus(is));
                rows.push(EffectRow {
                    principal: *principal,
                    resource: *resource,
                    gained,
                    lost,
                });
            }
        }
    }
    let opened = scope.pairs.keys().copied();
    let opened = opened
        .filter(|id| !is_open(before, *id, then) && is_open(after, *id, now))
        .collect();
    let service = |id: &PrincipalId| {
        let known = if after.principal(*id).is_some() {
            after
        } else {
            before
        };
        wording::is_service_account(known, *id)
    };
    let service_accounts = rows.iter().map(|r| r.principal).filter(service).collect();
    Some(Effect {
        rows,
        opened,
        service_accounts,
    })
}

/// A state in which everybody has a number whom only the other one's policies name: to name an
/// outsider changes nothing by itself, what was open to them before stays open.
fn with_outsiders<'a>(
    snapshot: &'a Snapshot,
    changes: &ChangeSet,
    forwards: bool,
) -> Cow<'a, Snapshot> {
    let mut known = Cow::Borrowed(snapshot);
    for change in &changes.0 {
        let (here, there) = if forwards {
            (&change.before, &change.after)
        } else {
            (&change.after, &change.before)
        };
        if let (Key::Principal(_), None, Some(Record::Principal(p))) = (&change.key, here, there)
            && !p.is_known()
        {
            known.to_mut().put(&change.key, there.clone());
        }
    }
    known
}

impl Effect {
    /// Whether nothing changes for anybody.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.opened.is_empty()
    }

    /// How many people gain each capability, in the order in which they are shown.
    pub fn gains(&self) -> Vec<(Capability, usize)> {
        self.count(|row| row.gained)
    }

    /// How many people lose each capability.
    pub fn losses(&self) -> Vec<(Capability, usize)> {
        self.count(|row| row.lost)
    }

    fn count(&self, side: impl Fn(&EffectRow) -> CapabilitySet) -> Vec<(Capability, usize)> {
        let crowds = self.crowds(side).into_iter();
        let all = crowds.map(|(c, (people, services))| (c, people + services));
        all.collect()
    }

    /// How many people and how many service accounts each capability is about.
    fn crowds(
        &self,
        side: impl Fn(&EffectRow) -> CapabilitySet,
    ) -> Vec<(Capability, (usize, usize))> {
        let crowd = |c: Capability| {
            let rows = self.rows.iter().filter(|r| side(r).contains(c));
            let all: BTreeSet<PrincipalId> = rows.map(|r| r.principal).collect();
            let services = all.intersection(&self.service_accounts).count();
            (all.len() - services, services)
        };
        Capability::iter()
            .map(|c| (c, crowd(c)))
            .filter(|(_, crowd)| *crowd != (0, 0))
            .collect()
    }

    /// One line: `+12 people can see, view, run · −1 person can share`.
    pub fn summary(&self) -> String {
        let mut parts = grouped(&self.crowds(|row| row.gained), '+');
        parts.extend(grouped(&self.crowds(|row| row.lost), '−'));
        if !self.opened.is_empty() {
            parts.push("open to everybody".to_owned());
        }
        if parts.is_empty() {
            "no change for anybody".to_owned()
        } else {
            parts.join(" · ")
        }
    }
}

/// Capabilities of as many people and service accounts share a phrase.
fn grouped(crowds: &[(Capability, (usize, usize))], sign: char) -> Vec<String> {
    let mut by_crowd: Vec<((usize, usize), Vec<&'static str>)> = Vec::new();
    for (capability, crowd) in crowds {
        match by_crowd.iter_mut().find(|(n, _)| n == crowd) {
            Some((_, names)) => names.push((*capability).into()),
            None => by_crowd.push((*crowd, vec![(*capability).into()])),
        }
    }
    by_crowd
        .into_iter()
        .map(|((people, services), names)| {
            let who = wording::crowd(people, services, "");
            format!("{sign}{who} can {}", names.join(", "))
        })
        .collect()
}

/// Whether a resource stands open to everybody: something is granted to the public, on it or above
/// it, or nothing keeps its model group closed.
fn is_open(snapshot: &Snapshot, id: ResourceId, at: Timestamp) -> bool {
    let (Some(row), Some(resource)) = (snapshot.row(id), snapshot.resource(id)) else {
        return false;
    };
    let Some(place) = snapshot.place(row.environment) else {
        return false;
    };
    let everybody = [PrincipalId::ALL_USERS, PrincipalId::ALL_AUTHENTICATED];
    let granted = place
        .grants_on_to(row, &everybody)
        .chain(place.grants_to(&everybody))
        .any(|g| !g.permissions().is_empty() && g.holds(at));
    let unguarded = match &resource.body {
        Body::ModelGroup { access, .. } => {
            *access == Some(AccessMode::Public)
                || resource.owner.is_none()
                || !access_control_on(&place.environment)
        }
        _ => false,
    };
    granted || unguarded
}
