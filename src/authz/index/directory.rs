//! Who is in which group, through any depth, kept up to date with every change.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use crate::domain::principal::{domain_of, fold_reference};
use crate::domain::{Principal, PrincipalId, PrincipalKind, Status};

use super::bytes::{put, put_length, take};
use super::ids::Ids;
use super::names::Names;
use super::routes::Routes;
use super::slab::Slab;

/// Principals by number, by name, and everything each of them is a member of.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    seats: Slab<Seat>,
    names: Names,
}

/// A principal, and what a check reads of it.
#[derive(Debug, Clone)]
struct Seat {
    principal: Option<Arc<Principal>>,
    /// What it is looked up by; empty when there is nobody.
    name: NameKey,
    /// The principal itself and every principal that grants to it count through, ascending. This
    /// is what a check tests membership in.
    closure: Arc<[PrincipalId]>,
    /// Groups that it is a direct member of.
    parents: Ids<PrincipalId>,
    standing: Standing,
}

/// The text of a name. Most addresses fit without memory of their own, which a question in words
/// would have to fetch.
type NameKey = SmallVec<[u8; 36]>;

/// Whether a principal can act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In use, or nobody in particular: may pass checks.
    Acts,
    /// Kept out for now.
    Suspended,
    /// A tombstone.
    Deleted,
    /// A group, a domain, or nothing that is known.
    CannotAct,
}

impl Standing {
    fn of(principal: &Principal) -> Self {
        let acts = principal.is_actor() || principal.kind == PrincipalKind::Anonymous;
        match principal.status() {
            Status::Suspended => Self::Suspended,
            Status::Deleted => Self::Deleted,
            Status::Active if acts => Self::Acts,
            Status::Active => Self::CannotAct,
        }
    }
}

impl Default for Seat {
    fn default() -> Self {
        Self {
            principal: None,
            name: NameKey::default(),
            closure: Arc::from([]),
            parents: Ids::default(),
            standing: Standing::CannotAct,
        }
    }
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

    /// A principal by number.
    pub fn get(&self, id: PrincipalId) -> Option<&Arc<Principal>> {
        self.seats.get(id.index())?.principal.as_ref()
    }

    /// The principal that answers to a reference today; e-mail style ids compare without case.
    pub fn find(&self, reference: &str) -> Option<PrincipalId> {
        // Names are kept folded, and most come so: what is found as it stands needs no folding.
        self.find_folded(reference)
            .or_else(|| match fold_reference(reference) {
                Cow::Borrowed(_) => None,
                Cow::Owned(folded) => self.find_folded(&folded),
            })
    }

    fn find_folded(&self, key: &str) -> Option<PrincipalId> {
        let called = |number: u32| {
            let seat = self.seats.get(number as usize);
            seat.is_some_and(|s| s.name.as_slice() == key.as_bytes())
        };
        // Names are unique; should two ever be called the same, the older one is meant.
        self.names.find(key.as_bytes(), called).map(PrincipalId)
    }

    /// Every principal, in order of numbers.
    pub fn iter(&self) -> impl Iterator<Item = (PrincipalId, &Arc<Principal>)> {
        (0u32..)
            .zip(self.seats.iter())
            .filter_map(|(i, seat)| Some((PrincipalId(i), seat.principal.as_ref()?)))
    }

    /// Groups that a principal is a direct member of.
    pub fn parents(&self, id: PrincipalId) -> impl Iterator<Item = PrincipalId> + '_ {
        let seat = self.seats.get(id.index());
        seat.into_iter().flat_map(|s| s.parents.iter())
    }

    /// The principal and everything it counts through, ascending; and whether it can act.
    pub fn closure(&self, id: PrincipalId) -> (&[PrincipalId], Standing) {
        self.seats
            .get(id.index())
            .map_or((&[], Standing::CannotAct), |s| (&s.closure, s.standing))
    }

    fn domain_principal(&self, id: &str) -> Option<PrincipalId> {
        self.find_folded(&format!("domain:{}", domain_of(id)?))
    }

    /// Puts a principal in place, or takes one out, and brings names and memberships up to date.
    /// Of a group, only members who come or go cost anything.
    pub fn set(&mut self, id: PrincipalId, principal: Option<Principal>) {
        let before = self.get(id).cloned();
        let old: MemberSet = members(before.as_deref());
        let new: MemberSet = members(principal.as_ref());
        for member in old.difference(&new) {
            self.link(id, *member, false);
        }
        for member in new.difference(&old) {
            self.link(id, *member, true);
        }
        let mut stale: Vec<PrincipalId> = old.symmetric_difference(&new).copied().collect();
        if let Some(old) = &before {
            self.names.remove(old.name_key().as_bytes(), id.0);
        }
        let name = principal.as_ref().map(Principal::name_key);
        if let Some(name) = &name {
            self.names.insert(name.as_bytes(), id.0);
        }
        for domain in [before.as_deref(), principal.as_ref()]
            .into_iter()
            .flatten()
        {
            stale.extend(self.within_domain(domain));
        }
        let standing = principal.as_ref();
        let standing = standing.map_or(Standing::CannotAct, Standing::of);
        self.seats.edit(id.index(), |seat| {
            seat.standing = standing;
            seat.name = name.unwrap_or_default().as_bytes().into();
            seat.principal = principal.map(Arc::new);
        });
        self.refresh_closures(stale);
        self.refresh_closure(id);
    }

    /// Puts many principals in place of nothing: each costs what it names, and memberships are
    /// worked out once, in the end.
    pub fn fill(&mut self, principals: Vec<(PrincipalId, Principal)>) {
        self.seats = self.seated(principals).into_iter().collect();
        self.name_all();
        for number in (0u32..).take(self.seats.end()) {
            self.refresh_closure(PrincipalId(number));
        }
    }

    /// As [`Self::fill`], with memberships as [`Self::write_closures`] wrote them; `None` when it did
    /// not.
    pub fn fill_closed(
        &mut self,
        principals: Vec<(PrincipalId, Principal)>,
        mut closures: &[u8],
    ) -> Option<()> {
        let mut seats = self.seated(principals);
        let count = take(&mut closures)? as usize;
        if seats.len() > count {
            return None;
        }
        // A count that no bytes could hold makes no room.
        seats.resize(count.min(seats.len() + closures.len()), Seat::default());
        for seat in &mut seats {
            let (mut last, length) = (0u32, take(&mut closures)? as usize);
            let mut closure = Vec::with_capacity(length.min(closures.len()));
            for _ in 0..length {
                last = last.checked_add(take(&mut closures)?)?;
                closure.push(PrincipalId(last));
            }
            if !closure.is_empty() {
                seat.closure = closure.into();
            }
        }
        self.seats = seats.into_iter().collect();
        self.name_all();
        closures.is_empty().then_some(())
    }

    /// Appends what everybody counts through.
    pub fn write_closures(&self, bytes: &mut Vec<u8>) -> Option<()> {
        put_length(bytes, self.seats.end())?;
        for seat in self.seats.iter() {
            put_length(bytes, seat.closure.len())?;
            let mut last = 0;
            for id in seat.closure.iter() {
                put(bytes, id.0 - last);
                last = id.0;
            }
        }
        Some(())
    }

    fn seated(&self, principals: Vec<(PrincipalId, Principal)>) -> Vec<Seat> {
        let mut parents: Vec<Vec<PrincipalId>> = Vec::new();
        for (group, principal) in &principals {
            for member in principal.members() {
                if parents.len() <= member.index() {
                    parents.resize_with(member.index() + 1, Vec::new);
                }
                if let Some(parents) = parents.get_mut(member.index())
                    && parents.last() != Some(group)
                {
                    parents.push(*group);
                }
            }
        }
        let mut seats: Vec<Seat> = self.seats.iter().cloned().collect();
        let end = principals.iter().map(|(id, _)| id.index() + 1).max();
        let end = end.unwrap_or_default().max(parents.len()).max(seats.len());
        seats.resize(end, Seat::default());
        for (seat, mut parents) in seats.iter_mut().zip(parents) {
            if !parents.is_empty() {
                parents.sort_unstable();
                seat.parents = parents.into();
            }
        }
        for (id, principal) in principals {
            if let Some(seat) = seats.get_mut(id.index()) {
                seat.standing = Standing::of(&principal);
                seat.name = principal.name_key().as_bytes().into();
                seat.principal = Some(Arc::new(principal));
            }
        }
        seats
    }

    fn name_all(&mut self) {
        let named = (0u32..).zip(self.seats.iter());
        let named = named.filter(|(_, seat)| seat.principal.is_some());
        self.names = Names::of(named.map(|(number, seat)| (seat.name.as_slice(), number)));
    }

    /// Everybody whose id ends in a domain, when this is one.
    fn within_domain(&self, domain: &Principal) -> Vec<PrincipalId> {
        if domain.kind != PrincipalKind::Domain {
            return Vec::new();
        }
        let name = domain.id.to_lowercase();
        self.iter()
            .filter(|(_, p)| domain_of(&p.id).as_deref() == Some(name.as_str()))
            .map(|(id, _)| id)
            .collect()
    }

    fn link(&mut self, group: PrincipalId, member: PrincipalId, add: bool) {
        self.seats.edit(member.index(), |seat| {
            if add {
                seat.parents.insert(group);
            } else {
                seat.parents.remove(group);
            }
        });
    }

    /// Recomputes the closures of the given principals and of everybody below them.
    fn refresh_closures(&mut self, roots: Vec<PrincipalId>) {
        let mut stale: BTreeSet<PrincipalId> = roots.iter().copied().collect();
        let mut queue = roots;
        while let Some(id) = queue.pop() {
            let below = self.get(id).into_iter().flat_map(|p| p.members());
            queue.extend(below.copied().filter(|m| stale.insert(*m)));
        }
        for id in stale {
            self.refresh_closure(id);
        }
    }

    fn refresh_closure(&mut self, id: PrincipalId) {
        let closure = self.compute_closure(id);
        self.seats.edit(id.index(), |seat| seat.closure = closure);
    }

    fn compute_closure(&self, id: PrincipalId) -> Arc<[PrincipalId]> {
        let Some(principal) = self.get(id) else {
            return Arc::from([]);
        };
        let mut closure = Ascending(vec![id]);
        match &principal.kind {
            PrincipalKind::Anonymous => {
                closure.insert(PrincipalId::ALL_USERS);
            }
            _ if principal.is_actor() => {
                closure.insert(PrincipalId::ALL_USERS);
                closure.insert(PrincipalId::ALL_AUTHENTICATED);
                if let Some(domain) = self.domain_principal(&principal.id) {
                    closure.insert(domain);
                }
            }
            _ => {}
        }
        let mut queue = vec![id];
        while let Some(next) = queue.pop() {
            queue.extend(self.parents(next).filter(|group| closure.insert(*group)));
        }
        closure.0.into()
    }

    /// The ways up from a principal through its groups.
    pub fn routes(&self, from: PrincipalId) -> Routes {
        Routes::up(from, |id| self.parents(id))
    }

    /// Everybody who counts as a member of a principal and can act, itself or through groups; in
    /// order of numbers.
    pub fn actors_within(&self, id: PrincipalId) -> Vec<PrincipalId> {
        let mut seen = MemberSet::default();
        seen.insert(id);
        let mut queue = vec![id];
        let mut actors = Vec::new();
        while let Some(next) = queue.pop() {
            let Some(seat) = self.seats.get(next.index()) else {
                continue;
            };
            // Whoever can act has no members.
            match seat.standing {
                Standing::Acts | Standing::Suspended => actors.push(next),
                Standing::Deleted => {}
                Standing::CannotAct => {
                    let members = seat.principal.iter().flat_map(|p| p.members());
                    queue.extend(members.filter(|m| seen.insert(**m)));
                }
            }
        }
        actors.sort_unstable();
        actors
    }
}

/// A short list in order: most people count through a dozen principals.
struct Ascending(Vec<PrincipalId>);

impl Ascending {
    /// Whether it was not in it before.
    fn insert(&mut self, id: PrincipalId) -> bool {
        let place = self.0.binary_search(&id);
        if let Err(at) = place {
            self.0.insert(at, id);
        }
        place.is_err()
    }
}

type MemberSet = HashSet<PrincipalId, FxBuildHasher>;

fn members(principal: Option<&Principal>) -> MemberSet {
    principal
        .into_iter()
        .flat_map(Principal::members)
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(names: &[&str]) -> Vec<(PrincipalId, Principal)> {
        let numbered = (PrincipalId::FIRST.0..).map(PrincipalId).zip(names);
        let person = |(id, name): (_, &&str)| (id, Principal::user(*name, ""));
        numbered.map(person).collect()
    }

    fn closures(names: &[&str]) -> Vec<u8> {
        let (mut directory, mut bytes) = (Directory::new(), Vec::new());
        directory.fill(people(names));
        directory.write_closures(&mut bytes);
        bytes
    }

    #[test]
    fn memberships_of_fewer_people_are_refused() {
        let (one, two) = (["ann@x.test"], ["ann@x.test", "ben@x.test"]);
        let read = |names: &[&str], of: &[&str]| {
            let mut directory = Directory::new();
            let read = directory.fill_closed(people(names), &closures(of));
            read.map(|()| directory.find("user:ann@x.test").is_some())
        };
        assert_eq!(read(&two, &two), Some(true));
        assert_eq!(read(&two, &one), None);
        // Whoever was deleted last keeps a place, and is nobody.
        assert_eq!(read(&one, &two), Some(true));
    }

    /// Everybody is who can act: a group does not, and what is granted to the public is not its own.
    #[test]
    fn a_group_counts_as_itself_and_what_it_is_in() {
        let group = |members: &[PrincipalId]| PrincipalKind::Group {
            kind: crate::domain::GroupKind::default(),
            members: members.to_vec(),
            deleted: false,
        };
        let [ann, inner, outer] = [0, 1, 2].map(|n| PrincipalId(PrincipalId::FIRST.0 + n));
        let called = |id: &str, kind| Principal {
            kind,
            ..Principal::user(id, "")
        };
        let mut directory = Directory::new();
        directory.fill(vec![
            (ann, Principal::user("ann@x.test", "")),
            (inner, called("inner@x.test", group(&[ann]))),
            (outer, called("outer@x.test", group(&[inner]))),
        ]);
        let closure = |id| directory.closure(id).0.to_vec();
        assert_eq!(closure(inner), [inner, outer]);
        let (all, signed_in) = (PrincipalId::ALL_USERS, PrincipalId::ALL_AUTHENTICATED);
        assert_eq!(closure(ann), [all, signed_in, ann, inner, outer]);
        assert_eq!(closure(all), [all]);
    }
}
