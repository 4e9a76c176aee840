//! The directory as entities: who somebody is, and everything they count through as parents.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::authz::Snapshot;
use crate::domain::principal::domain_of;
use crate::domain::{Principal, PrincipalId, PrincipalKind};

use super::left::Left;
use super::rings::{Edges, rings};
use super::uid::{Uid, entity};

/// Everybody's name in Cedar, and the groups that each is in.
pub(super) struct People {
    names: BTreeMap<PrincipalId, Uid>,
    /// The groups that directly contain somebody.
    parents: Edges,
    /// Which groups contain one another.
    ring: BTreeMap<PrincipalId, usize>,
    /// The groups of each ring.
    fellows: BTreeMap<usize, Vec<PrincipalId>>,
}

impl People {
    pub fn new(snapshot: &Snapshot, left: &mut Left) -> Self {
        let mut members = Edges::new();
        let mut parents = Edges::new();
        for (id, group) in snapshot.principals().filter(|(_, p)| p.is_group()) {
            let inside = members.entry(id).or_default();
            for member in group.members() {
                if !joins_groups(snapshot.principal(*member).map(AsRef::as_ref)) {
                    left.members.push(format!(
                        "{} in {}",
                        snapshot.reference(*member),
                        group.reference()
                    ));
                    continue;
                }
                inside.insert(*member);
                parents.entry(*member).or_default().insert(id);
            }
        }
        let ring = rings(&members, &parents);
        let mut fellows = BTreeMap::<usize, Vec<PrincipalId>>::new();
        for (id, number) in &ring {
            fellows.entry(*number).or_default().push(*id);
        }
        Self {
            names: names(snapshot),
            parents,
            ring,
            fellows,
        }
    }

    /// Somebody's name; `None` for a text that never matches anybody.
    pub fn name(&self, id: PrincipalId) -> Option<&Uid> {
        self.names.get(&id)
    }

    /// One entity for everybody who has a name.
    pub fn entities(&self, snapshot: &Snapshot) -> Vec<Value> {
        snapshot
            .principals()
            .filter_map(|(id, principal)| {
                let uid = self.name(id)?;
                // Only those who can act have a state, and nobody passes without one.
                let attributes = if can_act(principal) {
                    let status: &str = principal.status().into();
                    json!({ "status": status })
                } else {
                    json!({})
                };
                let parents = self.above(snapshot, id, principal);
                Some(entity(uid, &attributes, parents))
            })
            .collect()
    }

    /// The groups above somebody, then the special members that they count through.
    fn above(&self, snapshot: &Snapshot, id: PrincipalId, principal: &Principal) -> Vec<&Uid> {
        let mut above = self.groups_above(id);
        match &principal.kind {
            PrincipalKind::Anonymous | PrincipalKind::AllAuthenticatedUsers => {
                above.insert(PrincipalId::ALL_USERS);
            }
            _ if principal.is_actor() => {
                above.insert(PrincipalId::ALL_AUTHENTICATED);
                let domain = domain_of(&principal.id).map(|name| format!("domain:{name}"));
                above.extend(domain.and_then(|reference| snapshot.find_principal(&reference)));
            }
            _ => {}
        }
        above.into_iter().filter_map(|id| self.name(id)).collect()
    }

    /// Groups that contain one another can't be each other's parents. Instead whoever is in one of
    /// them is in each, and so comes to whatever any of them is in.
    fn groups_above(&self, id: PrincipalId) -> BTreeSet<PrincipalId> {
        let own = self.ring.get(&id);
        let direct = self.parents.get(&id).into_iter().flatten();
        let rings = direct.filter_map(|group| self.ring.get(group));
        let others = rings.filter(|ring| Some(*ring) != own);
        let groups = others.filter_map(|ring| self.fellows.get(ring));
        groups.flatten().copied().collect()
    }
}

/// Groups hold users, service accounts and groups; whoever else is named as a member is not one.
fn joins_groups(principal: Option<&Principal>) -> bool {
    principal.is_some_and(|p| p.is_actor() || p.is_group())
}

fn can_act(principal: &Principal) -> bool {
    principal.is_actor() || principal.kind == PrincipalKind::Anonymous
}

/// Cedar compares exactly, so e-mail style ids are written in lower case. Two tombstones may have
/// been told apart by nothing but their numbers: the later one then carries its own.
fn names(snapshot: &Snapshot) -> BTreeMap<PrincipalId, Uid> {
    let mut taken = BTreeSet::new();
    let mut names = BTreeMap::new();
    for (id, principal) in snapshot.principals() {
        let Some(mut uid) = name(principal) else {
            continue;
        };
        if !taken.insert(uid.clone()) {
            uid.id = format!("{}#{}", uid.id, id.0);
            taken.insert(uid.clone());
        }
        names.insert(id, uid);
    }
    names
}

fn name(principal: &Principal) -> Option<Uid> {
    let (kind, prefix) = match &principal.kind {
        PrincipalKind::User { .. } | PrincipalKind::ExternalUser => ("Directory::User", "user:"),
        PrincipalKind::ServiceAccount { .. } | PrincipalKind::ExternalServiceAccount => {
            ("Directory::ServiceAccount", "serviceAccount:")
        }
        PrincipalKind::Group { .. } | PrincipalKind::ExternalGroup => {
            ("Directory::Group", "group:")
        }
        PrincipalKind::Domain => ("Directory::Domain", "domain:"),
        PrincipalKind::AllUsers | PrincipalKind::AllAuthenticatedUsers => {
            ("Directory::Everybody", "")
        }
        PrincipalKind::Anonymous => ("Directory::Anonymous", ""),
        PrincipalKind::Unmatched => return None,
    };
    let key = principal.name_key();
    // A tombstone keeps its whole reference: its plain id belongs to whoever comes after.
    let id = key.strip_prefix(prefix).unwrap_or(&key);
    Some(Uid::new(kind, id))
}
