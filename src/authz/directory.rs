//! Who is in which group, through any depth, kept up to date with every change.

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::{HashMap, Vector};

use crate::domain::principal::domain_of;
use crate::domain::{Principal, PrincipalId, PrincipalKind, Status};

/// Principals by number, by name, and everything each of them is a member of.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    principals: Vector<Option<Arc<Principal>>>,
    names: HashMap<String, PrincipalId>,
    /// Groups that a principal is a direct member of.
    parents: HashMap<PrincipalId, BTreeSet<PrincipalId>>,
    /// For everybody: the principal itself and every principal that grants to it count through,
    /// ascending. This is what a check tests membership in.
    closures: Vector<Arc<[PrincipalId]>>,
}

impl Directory {
    /// With the built-in principals.
    pub fn new() -> Self {
        let built_in = [
            ("allUsers", PrincipalKind::AllUsers),
            (
                "allAuthenticatedUsers",
                PrincipalKind::AllAuthenticatedUsers,
            ),
            ("anonymous", PrincipalKind::Anonymous),
        ];
        let mut directory = Self::default();
        for (number, (id, kind)) in (0..).zip(built_in) {
            let principal = Principal {
                id: id.into(),
                name: String::new(),
                uid: None,
                kind,
            };
            directory.set(PrincipalId(number), Some(principal));
        }
        directory
    }

    pub fn get(&self, id: PrincipalId) -> Option<&Arc<Principal>> {
        self.principals.get(id.index()).and_then(Option::as_ref)
    }

    pub fn find(&self, key: &str) -> Option<PrincipalId> {
        self.names.get(key).copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = (PrincipalId, &Arc<Principal>)> {
        (0u32..)
            .zip(&self.principals)
            .filter_map(|(i, p)| Some((PrincipalId(i), p.as_ref()?)))
    }

    pub fn parents(&self, id: PrincipalId) -> impl Iterator<Item = PrincipalId> + '_ {
        self.parents.get(&id).into_iter().flatten().copied()
    }

    pub fn closure(&self, id: PrincipalId) -> Arc<[PrincipalId]> {
        self.closures
            .get(id.index())
            .cloned()
            .unwrap_or_else(|| Arc::from([]))
    }

    fn domain_principal(&self, id: &str) -> Option<PrincipalId> {
        self.find(&format!("domain:{}", domain_of(id)?))
    }

    /// Puts a principal in place, or takes one out, and brings names and memberships up to date.
    pub fn set(&mut self, id: PrincipalId, principal: Option<Principal>) {
        let before = self.get(id).cloned();
        let mut stale = BTreeSet::from([id]);
        if let Some(old) = &before {
            let key = old.name_key();
            if self.names.get(&key) == Some(&id) {
                self.names.remove(&key);
            }
            self.link_members(id, old.members(), false);
            stale.extend(old.members());
        }
        while self.principals.len() <= id.index() {
            self.principals.push_back(None);
            self.closures.push_back(Arc::from([]));
        }
        if let Some(new) = &principal {
            self.names.insert(new.name_key(), id);
            self.link_members(id, new.members(), true);
            stale.extend(new.members());
        }
        let domain = principal
            .as_ref()
            .is_some_and(|p| p.kind == PrincipalKind::Domain);
        self.principals.set(id.index(), principal.map(Arc::new));
        if domain {
            stale.extend(self.iter().map(|(id, _)| id).collect::<Vec<_>>());
        }
        self.refresh_closures(stale);
    }

    fn link_members(&mut self, group: PrincipalId, members: &[PrincipalId], add: bool) {
        for member in members {
            let parents = self.parents.entry(*member).or_default();
            if add {
                parents.insert(group);
            } else {
                parents.remove(&group);
            }
        }
    }

    /// Recomputes the closures of the given principals and of everybody below them.
    fn refresh_closures(&mut self, stale: BTreeSet<PrincipalId>) {
        let mut queue: Vec<PrincipalId> = stale.iter().copied().collect();
        let mut stale = stale;
        while let Some(id) = queue.pop() {
            let Some(principal) = self.get(id).cloned() else {
                continue;
            };
            queue.extend(
                principal
                    .members()
                    .iter()
                    .copied()
                    .filter(|m| stale.insert(*m)),
            );
        }
        for id in stale {
            let closure = self.compute_closure(id);
            if id.index() < self.closures.len() {
                self.closures.set(id.index(), closure);
            }
        }
    }

    fn compute_closure(&self, id: PrincipalId) -> Arc<[PrincipalId]> {
        let Some(principal) = self.get(id) else {
            return Arc::from([]);
        };
        let mut closure = BTreeSet::from([id]);
        match &principal.kind {
            PrincipalKind::AllUsers
            | PrincipalKind::AllAuthenticatedUsers
            | PrincipalKind::Domain
            | PrincipalKind::Unmatched => {}
            PrincipalKind::Anonymous => {
                closure.insert(PrincipalId::ALL_USERS);
            }
            _ if principal.is_actor() => {
                closure.extend([PrincipalId::ALL_USERS, PrincipalId::ALL_AUTHENTICATED]);
                closure.extend(self.domain_principal(&principal.id));
            }
            _ => {}
        }
        let mut queue = vec![id];
        while let Some(next) = queue.pop() {
            queue.extend(self.parents(next).filter(|group| closure.insert(*group)));
        }
        closure.into_iter().collect::<Vec<_>>().into()
    }

    /// The groups on a shortest way from a principal up to one it counts through, nearest first and
    /// the target last; empty when it is the principal itself or a special member.
    pub fn path(&self, from: PrincipalId, to: PrincipalId) -> Vec<PrincipalId> {
        let mut frontier = vec![vec![]];
        let mut seen = BTreeSet::from([from]);
        while !frontier.is_empty() {
            let mut next = Vec::new();
            for path in frontier {
                let last = path.last().copied().unwrap_or(from);
                for group in self.parents(last) {
                    if seen.insert(group) {
                        let mut longer: Vec<PrincipalId> = path.clone();
                        longer.push(group);
                        if group == to {
                            return longer;
                        }
                        next.push(longer);
                    }
                }
            }
            frontier = next;
        }
        Vec::new()
    }

    /// Everybody who counts as a member of a principal and can act: itself, or through groups.
    pub fn actors_within(&self, id: PrincipalId) -> BTreeSet<PrincipalId> {
        let mut seen = BTreeSet::from([id]);
        let mut queue = vec![id];
        let mut actors = BTreeSet::new();
        while let Some(next) = queue.pop() {
            let Some(principal) = self.get(next) else {
                continue;
            };
            if principal.is_actor() && principal.status() != Status::Deleted {
                actors.insert(next);
            }
            queue.extend(
                principal
                    .members()
                    .iter()
                    .copied()
                    .filter(|m| seen.insert(*m)),
            );
        }
        actors
    }
}
