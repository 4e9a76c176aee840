//! Loose ends: what records that could be saved say about others that could not.
//!
//! Whoever reads what was saved would meet names that nobody has. A grant to somebody who is lost is
//! dropped: it may be given again. An owner who is lost is replaced by somebody deleted, who matches
//! nobody: some platforms open to everybody what has no owner.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::domain::resource::GroupLink;
use crate::domain::{
    Binding, Body, EnvironmentId, Key, Principal, PrincipalId, PrincipalKind, Record, Resource,
    ResourceId, ResourceKind, Specifics, Status,
};

/// What was done to one saved record because others are lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loose {
    /// So many grants, memberships and the like name principals that are lost: dropped.
    References(usize),
    /// Its owner is lost: somebody of this reference stands in, who is deleted.
    Owner(String),
    /// The model group that it is in is lost: the link leads nowhere, and asking is an error.
    Group,
    /// The model that it is about is lost: dropped.
    Model,
    /// What it lies in, or whom it is about, is lost: left out.
    LeftOut,
    /// An older record of something that was made again: left out.
    Older,
}

/// Ties up loose ends, and says where there were any.
pub(super) fn tie(records: &mut BTreeMap<Key, Record>) -> Vec<(Key, Loose)> {
    let mut found = Vec::new();
    leave_out(records, older(records), &Loose::Older, &mut found);
    leave_out(records, homeless(records), &Loose::LeftOut, &mut found);
    let there = There::of(records);
    let mut stand_ins = BTreeMap::new();
    for (key, record) in &mut *records {
        there.tie(record, &mut stand_ins, &mut |loose| {
            found.push((key.clone(), loose));
        });
    }
    for (id, principal) in stand_ins {
        records.insert(Key::Principal(id), Record::Principal(principal));
    }
    found
}

fn leave_out(
    records: &mut BTreeMap<Key, Record>,
    keys: Vec<Key>,
    why: &Loose,
    found: &mut Vec<(Key, Loose)>,
) {
    for key in keys {
        records.remove(&key);
        found.push((key, why.clone()));
    }
}

/// Of records that go by the same name, all but the one that was made last.
fn older(records: &BTreeMap<Key, Record>) -> Vec<Key> {
    #[derive(PartialEq, Eq, Hash)]
    enum Name<'a> {
        Principal(String),
        Environment(&'a str),
        Resource(EnvironmentId, ResourceKind, &'a str),
    }
    let mut newest = HashMap::new();
    let mut older = Vec::new();
    for (key, record) in records {
        let name = match (key, record) {
            (_, Record::Principal(p)) => Name::Principal(p.name_key()),
            (_, Record::Environment(e)) => Name::Environment(&e.id),
            (Key::Resource(at, _), Record::Resource(r)) => Name::Resource(*at, r.kind(), &r.id),
            _ => continue,
        };
        older.extend(newest.insert(name, key.clone()));
    }
    older
}

/// What lies in environments that are lost, or is about principals that are.
fn homeless(records: &BTreeMap<Key, Record>) -> Vec<Key> {
    let keys = records.keys().filter(|key| match key {
        Key::Resource(at, _) => !records.contains_key(&Key::Environment(*at)),
        Key::Account(at, who) => {
            !records.contains_key(&Key::Environment(*at))
                || !records.contains_key(&Key::Principal(*who))
        }
        _ => false,
    });
    keys.cloned().collect()
}

/// Who and what was saved.
struct There {
    principals: BTreeSet<PrincipalId>,
    resources: BTreeSet<ResourceId>,
}

impl There {
    fn of(records: &BTreeMap<Key, Record>) -> Self {
        let mut there = Self {
            // Those have no records.
            principals: (0..PrincipalId::FIRST.0).map(PrincipalId).collect(),
            resources: BTreeSet::new(),
        };
        for key in records.keys() {
            match key {
                Key::Principal(id) => drop(there.principals.insert(*id)),
                Key::Resource(_, id) => drop(there.resources.insert(*id)),
                _ => {}
            }
        }
        there
    }

    fn is_lost(&self, id: PrincipalId) -> bool {
        !self.principals.contains(&id)
    }

    fn tie(
        &self,
        record: &mut Record,
        stand_ins: &mut BTreeMap<PrincipalId, Principal>,
        tell: &mut dyn FnMut(Loose),
    ) {
        let dropped = match record {
            Record::Counters(_) | Record::Account(_) => 0,
            Record::Login(login) => self.one(&mut login.user),
            Record::Principal(principal) => match &mut principal.kind {
                PrincipalKind::User { manager, .. } => self.one(manager),
                PrincipalKind::Group { members, .. } => self.several(members),
                _ => 0,
            },
            Record::Environment(environment) => {
                let own = self.bindings(&mut environment.policy.bindings);
                own + match &mut environment.specifics {
                    Specifics::Google { inherited, .. } => self.bindings(inherited),
                    Specifics::OpenSearch { settings, .. } => {
                        self.several(&mut settings.super_administrators)
                    }
                    Specifics::Fabric { .. } | Specifics::AiBuilder { .. } => 0,
                }
            }
            Record::Resource(resource) => {
                self.links(resource, tell);
                for owner in owners(resource).filter(|id| self.is_lost(*id)) {
                    let principal = stand_ins.entry(owner).or_insert_with(|| stand_in(owner));
                    tell(Loose::Owner(principal.reference()));
                }
                self.bindings(&mut resource.policy.bindings)
            }
        };
        if dropped > 0 {
            tell(Loose::References(dropped));
        }
    }

    fn one(&self, id: &mut Option<PrincipalId>) -> usize {
        let lost = id.is_some_and(|id| self.is_lost(id));
        if lost {
            *id = None;
        }
        usize::from(lost)
    }

    fn several(&self, ids: &mut Vec<PrincipalId>) -> usize {
        let before = ids.len();
        ids.retain(|id| !self.is_lost(*id));
        before - ids.len()
    }

    fn bindings(&self, bindings: &mut Vec<Binding>) -> usize {
        let counts = bindings.iter_mut().map(|b| self.several(&mut b.members));
        let dropped = counts.sum();
        if dropped > 0 {
            bindings.retain(|b| !b.members.is_empty());
        }
        dropped
    }

    /// What a resource says about others.
    fn links(&self, resource: &mut Resource, tell: &mut dyn FnMut(Loose)) {
        let is_lost = |id: &ResourceId| !self.resources.contains(id);
        match &mut resource.body {
            Body::Model(model) => {
                if let Some(GroupLink::Known(group)) = model.group
                    && is_lost(&group)
                {
                    model.group = Some(GroupLink::Missing(format!("lost-{}", group.0)));
                    tell(Loose::Group);
                }
            }
            Body::Job { model, .. } | Body::Operation { model, .. } => {
                if model.as_ref().is_some_and(is_lost) {
                    *model = None;
                    tell(Loose::Model);
                }
            }
            Body::ModelGroup { .. } | Body::Experiment { .. } => {}
        }
    }
}

/// Of the resource, and of its training data.
fn owners(resource: &Resource) -> impl Iterator<Item = PrincipalId> {
    let container = resource.model().and_then(|m| m.container.as_ref());
    let container = container.map(|c| c.owner);
    resource.owner.into_iter().chain(container)
}

/// Somebody who is deleted, under the number of somebody who is lost.
fn stand_in(id: PrincipalId) -> Principal {
    Principal {
        id: format!("lost-{}", id.0),
        name: String::new(),
        uid: Some("lost".to_owned()),
        kind: PrincipalKind::User {
            status: Status::Deleted,
            manager: None,
        },
    }
}
