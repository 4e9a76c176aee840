//! Resources and grants, compiled: what a check reads of them, in a few dozen bytes.

use std::sync::Arc;

use crate::domain::{
    Binding, EnvironmentId, GroupLink, Platform, PrincipalId, Resource, ResourceKind, Timestamp,
    Window,
};

use super::super::permission::PermissionSet;
use super::bytes::{put, put_length, take, take_byte};
use super::place::{Place, Rights, Term, TermId};

/// What a check reads of a resource.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it lies.
    pub environment: EnvironmentId,
    /// Its owner, where the platform keeps one.
    pub owner: Option<PrincipalId>,
    /// What it is.
    pub kind: ResourceKind,
    /// Whether the lists of models show it: a model, on OpenSearch a group or an ungrouped model.
    pub listed: bool,
    grants: Grants,
}

/// Grants in order of members. An owner and three shares need no memory of their own.
#[derive(Debug, Clone)]
enum Grants {
    /// The first so many.
    Few(u8, [Grant; FEW]),
    Many(Arc<[Grant]>),
}

const FEW: usize = 4;

const PRESENT: u8 = 1;
const LISTED: u8 = 2;
const OWNED: u8 = 4;
impl Grants {
    fn new(grants: &[Grant]) -> Self {
        let mut few = [Grant::new(PrincipalId(0), TermId(0), Origin::Automatic); FEW];
        match (u8::try_from(grants.len()), few.get_mut(..grants.len())) {
            (Ok(len), Some(slots)) => {
                slots.copy_from_slice(grants);
                Self::Few(len, few)
            }
            _ => Self::Many(grants.into()),
        }
    }

    fn as_slice(&self) -> &[Grant] {
        match self {
            Self::Few(len, few) => few.get(..usize::from(*len)).unwrap_or_default(),
            Self::Many(many) => many,
        }
    }
}

/// One member of one binding.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    /// Who holds it.
    pub member: PrincipalId,
    /// What it gives and when, among the terms of its environment.
    term: TermId,
    /// Which binding it comes from.
    origin: PackedOrigin,
}

/// Where a grant is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The resource's or environment's own policy, by place.
    Policy(usize),
    /// A binding from above the environment, by place.
    Inherited(usize),
    /// Nowhere: whoever started an operation owns it.
    Automatic,
}

/// An [`Origin`] in four bytes: the two highest values of the place mark what it is.
#[derive(Debug, Clone, Copy)]
struct PackedOrigin(u32);

const INHERITED: u32 = 1 << 31;

impl PackedOrigin {
    const AUTOMATIC: Self = Self(u32::MAX);

    fn new(origin: Origin) -> Self {
        let place = |i: usize| u32::try_from(i).unwrap_or(u32::MAX) & (INHERITED - 1);
        match origin {
            Origin::Policy(i) => Self(place(i)),
            Origin::Inherited(i) => Self(place(i) | INHERITED),
            Origin::Automatic => Self::AUTOMATIC,
        }
    }

    const fn unpack(self) -> Origin {
        match self.0 {
            u32::MAX => Origin::Automatic,
            i if i >= INHERITED => Origin::Inherited((i - INHERITED) as usize),
            i => Origin::Policy(i as usize),
        }
    }
}

impl Grant {
    pub(crate) fn new(member: PrincipalId, term: TermId, origin: Origin) -> Self {
        Self {
            member,
            term,
            origin: PackedOrigin::new(origin),
        }
    }

    pub(crate) const fn term(&self) -> TermId {
        self.term
    }

    pub(crate) const fn origin(&self) -> Origin {
        self.origin.unpack()
    }
}

/// A grant together with what it gives.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// Who holds it.
    pub member: PrincipalId,
    /// Which binding it comes from.
    pub origin: Origin,
    term: &'a Term,
    /// What its role gives.
    pub rights: &'a Rights,
}

impl<'a> Held<'a> {
    /// `None` when the role is unknown here: it then grants nothing.
    pub(crate) fn new(grant: &Grant, term: &'a Term) -> Option<Self> {
        Some(Self {
            member: grant.member,
            origin: grant.origin(),
            term,
            rights: term.rights.as_ref()?,
        })
    }

    /// Whether it holds at a moment.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.term.window.is_some_and(|w| w.contains(at))
    }

    /// When it holds; `None` when its condition can't be evaluated: it then never does.
    pub const fn window(&self) -> Option<Window> {
        self.term.window
    }

    /// The role as the binding writes it.
    pub const fn role(&self) -> &'a Arc<str> {
        &self.term.role
    }

    /// The permissions of its role.
    pub const fn permissions(&self) -> PermissionSet {
        self.rights.permissions
    }
}

impl Row {
    /// Compiles a resource. Every term of its policy has to be known to the place, see
    /// [`Place::learn`].
    pub(crate) fn new(resource: &Resource, place: &Place) -> Self {
        let mut grants = Vec::new();
        for (i, binding) in own_bindings(resource).iter().enumerate() {
            let Some(term) = place.term(&binding.role, binding.window()) else {
                continue;
            };
            let origin = Origin::Policy(i);
            grants.extend(binding.members.iter().map(|m| Grant::new(*m, term, origin)));
        }
        if let Some((owner, role)) = place.automatic(resource)
            && let Some(term) = place.term(role, Some(Window::ALWAYS))
        {
            grants.push(Grant::new(owner, term, Origin::Automatic));
        }
        grants.sort_by_key(|g: &Grant| g.member);
        Self {
            environment: resource.environment,
            owner: resource.owner,
            kind: resource.kind(),
            listed: is_listed(resource, place.platform()),
            grants: Grants::new(&grants),
        }
    }

    /// The row in bytes, as [`Self::read`] reads them.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) -> Option<()> {
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        let flags = PRESENT | flag(self.listed, LISTED) | flag(self.owner.is_some(), OWNED);
        bytes.push(flags);
        bytes.push(self.kind as u8);
        put(bytes, self.environment.0);
        if let Some(owner) = self.owner {
            put(bytes, owner.0);
        }
        put_length(bytes, self.grants().len())?;
        for grant in self.grants() {
            put(bytes, grant.member.0);
            put(bytes, grant.term.0);
            put(bytes, grant.origin.0);
        }
        Some(())
    }

    /// Notes in bytes that a resource has no row.
    pub(crate) fn write_none(bytes: &mut Vec<u8>) {
        bytes.push(0);
    }

    /// A row from the front of bytes; the outer `None` when they are not what was written.
    #[allow(clippy::option_option, reason = "a resource may have no row")]
    pub(crate) fn read(bytes: &mut &[u8]) -> Option<Option<Self>> {
        let flags = take_byte(bytes)?;
        if flags & PRESENT == 0 {
            return Some(None);
        }
        let kind = ResourceKind::from_repr(take_byte(bytes)?)?;
        let environment = EnvironmentId(take(bytes)?);
        let owner = match flags & OWNED {
            0 => None,
            _ => Some(PrincipalId(take(bytes)?)),
        };
        let count = take(bytes)? as usize;
        let mut grant = || {
            Some(Grant {
                member: PrincipalId(take(bytes)?),
                term: TermId(take(bytes)?),
                origin: PackedOrigin(take(bytes)?),
            })
        };
        let grants = if count <= FEW {
            let mut few = [Grant::new(PrincipalId(0), TermId(0), Origin::Automatic); FEW];
            for slot in few.iter_mut().take(count) {
                *slot = grant()?;
            }
            Grants::Few(u8::try_from(count).ok()?, few)
        } else {
            let many: Option<Vec<Grant>> = (0..count).map(|_| grant()).collect();
            Grants::Many(many?.into())
        };
        Some(Some(Self {
            environment,
            owner,
            kind,
            listed: flags & LISTED != 0,
            grants,
        }))
    }

    /// The grants on the resource itself, in order of members.
    pub fn grants(&self) -> &[Grant] {
        self.grants.as_slice()
    }
}

/// The bindings that count. An operation has just its automatic owner.
pub(crate) fn own_bindings(resource: &Resource) -> &[Binding] {
    match resource.kind() {
        ResourceKind::Operation => &[],
        _ => &resource.policy.bindings,
    }
}

/// The lists show models; on OpenSearch the groups, and models only when they belong to none.
fn is_listed(resource: &Resource, platform: Platform) -> bool {
    let grouped = platform == Platform::OpenSearch;
    match resource.kind() {
        ResourceKind::ModelGroup => grouped,
        ResourceKind::Model => {
            let group = resource.model().and_then(|m| m.group.as_ref());
            !grouped || !matches!(group, Some(GroupLink::Known(_)))
        }
        _ => false,
    }
}

/// The grants among some that name any of these principals; both in ascending order. Goes through
/// the shorter side, so a policy with thousands of members costs a person with few groups little.
pub fn matching<'a>(
    grants: &'a [Grant],
    closure: &'a [PrincipalId],
) -> impl Iterator<Item = &'a Grant> {
    let by_grant = grants.len() <= closure.len().saturating_mul(8);
    let (each, probed) = if by_grant {
        (grants, &[][..])
    } else {
        (&[][..], closure)
    };
    let direct = each.iter().filter(move |g| contains(closure, g.member));
    let found = probed.iter().flat_map(move |id| of_member(grants, *id));
    direct.chain(found)
}

/// Whether an ascending list holds an id. Most people count through a dozen principals: comparing
/// with all of them at once beats the guesses of a search.
#[allow(
    clippy::needless_bitwise_bool,
    reason = "without a branch, several are compared in one instruction"
)]
pub fn contains(ascending: &[PrincipalId], id: PrincipalId) -> bool {
    if ascending.len() <= 32 {
        ascending
            .iter()
            .fold(false, |found, other| found | (*other == id))
    } else {
        ascending.binary_search(&id).is_ok()
    }
}

/// The grants of one member.
pub fn of_member(grants: &[Grant], member: PrincipalId) -> &[Grant] {
    let from = grants.partition_point(|g| g.member < member);
    let rest = grants.get(from..).unwrap_or_default();
    let to = rest.partition_point(|g| g.member <= member);
    rest.get(..to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn origins_survive_packing() {
        for origin in [
            Origin::Policy(0),
            Origin::Policy(70_000),
            Origin::Inherited(0),
            Origin::Inherited(70_000),
            Origin::Automatic,
        ] {
            assert_eq!(PackedOrigin::new(origin).unpack(), origin);
        }
    }

    #[test]
    fn rows_survive_being_written() {
        let grant = |i| Grant::new(PrincipalId(i), TermId(i * 2), Origin::Inherited(3));
        for (count, owner) in [(0, None), (3, Some(PrincipalId(9))), (4, None), (70, None)] {
            let grants: Vec<Grant> = (0..count).map(grant).collect();
            for kind in ResourceKind::iter() {
                let row = Row {
                    environment: EnvironmentId(70_000),
                    owner,
                    kind,
                    listed: count == 3,
                    grants: Grants::new(&grants),
                };
                let mut bytes = Vec::new();
                row.write(&mut bytes).unwrap();
                let mut rest = &bytes[..];
                let read = Row::read(&mut rest).unwrap().unwrap();
                assert_eq!(format!("{read:?}"), format!("{row:?}"));
                assert!(rest.is_empty());
                assert!(Row::read(&mut &bytes[..bytes.len() - 1]).is_none());
            }
        }
    }

    #[test]
    fn both_ways_of_matching_agree() {
        let grant = |i| Grant::new(PrincipalId(i), TermId(0), Origin::Policy(0));
        let many: Vec<Grant> = (0..200)
            .flat_map(|i| [grant(i * 3), grant(i * 3)])
            .collect();
        let closure: Vec<PrincipalId> = [1, 3, 30, 31, 597, 600].map(PrincipalId).into();
        let slow: Vec<u32> = many
            .iter()
            .filter(|g| closure.contains(&g.member))
            .map(|g| g.member.0)
            .collect();
        let fast: Vec<u32> = matching(&many, &closure).map(|g| g.member.0).collect();
        assert_eq!(fast, slow);
        let few: Vec<u32> = matching(&many[..20], &closure)
            .map(|g| g.member.0)
            .collect();
        assert_eq!(few, [3, 3]);
    }
}
