//! Environments compiled for deciding: roles resolved to permissions, grants sorted, accounts read.

use std::sync::Arc;

use imbl::Vector;
use rustc_hash::FxHashMap;

use crate::domain::{
    Binding, Depth, Environment, Platform, PrincipalId, Privilege, Resource, Specifics, Window,
};

use super::super::permission::PermissionSet;
use super::super::platforms::{self, opensearch::Mappings};
use super::names::Names;
use super::row::{Grant, Held, Origin, Row, matching, of_member, own_bindings};

/// What a role gives, in one environment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rights {
    /// Permissions of the platform's vocabulary.
    pub permissions: PermissionSet,
    /// AI Builder: how far each privilege reaches.
    pub depths: Depths,
    /// Whether whoever holds it is the platform's administrator.
    pub administrator: bool,
    /// OpenSearch: whether the role reads index data, which training needs.
    pub index_read: bool,
}

impl Rights {
    /// Takes in what another role gives.
    pub(crate) fn add(&mut self, other: &Self) {
        self.permissions = self.permissions.union(other.permissions);
        self.administrator |= other.administrator;
        self.index_read |= other.index_read;
        for (slot, depth) in self.depths.0.iter_mut().zip(other.depths.0) {
            *slot = (*slot).max(depth);
        }
    }
}

impl<'a> FromIterator<&'a Self> for Rights {
    /// What several roles give together.
    fn from_iter<T: IntoIterator<Item = &'a Self>>(roles: T) -> Self {
        let mut together = Self::default();
        for rights in roles {
            together.add(rights);
        }
        together
    }
}

/// How far each Dataverse privilege reaches; `None` where it is not held.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Depths([Option<Depth>; 8]);

impl Depths {
    /// The depth of one privilege.
    pub fn get(&self, privilege: Privilege) -> Option<Depth> {
        self.0.get(privilege as usize).copied().flatten()
    }

    /// Sets the depth of one privilege; the wider of two wins.
    pub fn raise(&mut self, privilege: Privilege, depth: Depth) {
        if let Some(slot) = self.0.get_mut(privilege as usize) {
            *slot = (*slot).max(Some(depth));
        }
    }

    /// The widest depth of any privilege.
    pub fn widest(&self) -> Option<Depth> {
        self.0.iter().copied().max().flatten()
    }
}

/// What a binding grants: a role, for a stretch of time. Most resources of an environment share a
/// handful of terms, so a grant only carries a number.
#[derive(Debug, Clone)]
pub struct Term {
    /// The role as bindings write it.
    pub role: Arc<str>,
    /// When it holds; `None` when the condition can't be evaluated: it then never does.
    pub window: Option<Window>,
    /// What the role gives; `None` for one that is unknown or disabled here.
    pub rights: Option<Rights>,
}

/// A term, by its place among those of its environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TermId(pub u32);

/// An environment, compiled.
#[derive(Debug, Clone)]
pub struct Place {
    /// The record.
    pub environment: Arc<Environment>,
    platform: Platform,
    /// OpenSearch: role mappings, their patterns read.
    pub(crate) mappings: Arc<Mappings>,
    grants: Arc<[Grant]>,
    grant_terms: Arc<[Term]>,
    sieve: Arc<Sieve>,
    /// What bindings on the environment's resources grant. Grows with every new pair of role and
    /// window; keeps its numbers when roles change their meaning.
    terms: Vector<Term>,
    term_names: Names,
}

impl Place {
    /// Compiles an environment; with the terms of what it was before, so that its resources need no
    /// compiling anew.
    pub(crate) fn new(environment: Environment, before: Option<&Self>) -> Self {
        let environment = Arc::new(environment);
        let mut grants = Vec::new();
        let mut grant_terms = Vec::new();
        let inherited: &[Binding] = match &environment.specifics {
            Specifics::Google { inherited, .. } => inherited,
            _ => &[],
        };
        let own = environment.policy.bindings.iter().enumerate();
        let own = own.map(|(i, binding)| (binding, Origin::Policy(i)));
        let above = inherited.iter().enumerate();
        let above = above.map(|(i, binding)| (binding, Origin::Inherited(i)));
        let mut rights = each_once(|role| platforms::environment_role(&environment, role));
        for grant in own.chain(above) {
            push_grants(grant, &mut rights, &mut grants, &mut grant_terms);
        }
        grants.sort_by_key(|g| g.member);
        let mut terms = before.map(|p| p.terms.clone()).unwrap_or_default();
        let mut rights = each_once(|role| platforms::resource_role(&environment, role));
        for term in &mut terms {
            term.rights = rights(&term.role);
        }
        Self {
            platform: environment.platform(),
            mappings: Arc::new(Mappings::read(&environment)),
            sieve: Arc::new(Sieve::new(&grants)),
            grants: grants.into(),
            grant_terms: grant_terms.into(),
            terms,
            term_names: before.map(|p| p.term_names.clone()).unwrap_or_default(),
            environment: Arc::clone(&environment),
        }
    }

    /// The platform.
    pub const fn platform(&self) -> Platform {
        self.platform
    }

    // --- what holds in the whole environment -------------------------------------------------

    /// Environment-wide grants, in order of members.
    pub fn grants(&self) -> impl Iterator<Item = Held<'_>> {
        self.held(&self.grants)
    }

    /// Environment-wide grants that name a principal.
    pub fn grants_of(&self, member: PrincipalId) -> impl Iterator<Item = Held<'_>> {
        self.held(of_member(&self.grants, member))
    }

    /// Environment-wide grants that name any of these, which are in ascending order.
    pub fn grants_to<'a>(
        &'a self,
        closure: &'a [PrincipalId],
    ) -> impl Iterator<Item = Held<'a>> + 'a {
        let named = closure.iter().filter(|id| self.sieve.may_hold(**id));
        named.flat_map(|id| self.grants_of(*id))
    }

    fn held<'a>(&'a self, grants: &'a [Grant]) -> impl Iterator<Item = Held<'a>> + 'a {
        grants.iter().filter_map(|grant| {
            let term = self.grant_terms.get(grant.term().0 as usize)?;
            Held::new(grant, term)
        })
    }

    // --- what holds on single resources ------------------------------------------------------

    /// Grants on a resource of this environment.
    pub fn grants_on<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = Held<'a>> + 'a {
        row.grants().iter().filter_map(|g| self.resolve(g))
    }

    /// Grants on a resource of this environment that name any of these, which are in ascending
    /// order.
    pub fn grants_on_to<'a>(
        &'a self,
        row: &'a Row,
        closure: &'a [PrincipalId],
    ) -> impl Iterator<Item = Held<'a>> + 'a {
        matching(row.grants(), closure).filter_map(|g| self.resolve(g))
    }

    fn resolve<'a>(&'a self, grant: &Grant) -> Option<Held<'a>> {
        Held::new(grant, self.terms.get(grant.term().0 as usize)?)
    }

    /// The number of a term.
    pub(crate) fn term(&self, role: &str, window: Option<Window>) -> Option<TermId> {
        let is = |id: u32| {
            let term = self.terms.get(id as usize);
            term.is_some_and(|t| *t.role == *role && t.window == window)
        };
        self.term_names.find((role, window), is).map(TermId)
    }

    /// Whether every term of a resource has a number.
    pub(crate) fn knows(&self, resource: &Resource) -> bool {
        self.terms_of(resource)
            .all(|(role, window)| self.term(role, window).is_some())
    }

    /// Gives numbers to the terms of a resource that have none yet. A place that many snapshots
    /// share is copied first.
    pub(crate) fn learn(place: &mut Arc<Self>, resource: &Resource) {
        let unknown: Vec<_> = place.terms_of(resource).collect();
        for (role, window) in unknown {
            if place.term(role, window).is_none() {
                Arc::make_mut(place).add_term(role, window);
            }
        }
    }

    fn terms_of<'a>(
        &self,
        resource: &'a Resource,
    ) -> impl Iterator<Item = (&'a str, Option<Window>)> + use<'a> {
        let automatic = self.automatic(resource).map(|(_, role)| role);
        let bindings = own_bindings(resource).iter();
        let terms = bindings.map(|b| (b.role.as_str(), b.window()));
        terms.chain(automatic.map(|role| (role, Some(Window::ALWAYS))))
    }

    /// The terms in order of their numbers.
    pub(crate) fn written_terms(&self) -> Vec<(String, Option<Window>)> {
        let terms = self.terms.iter();
        terms.map(|t| (t.role.to_string(), t.window)).collect()
    }

    /// Gives the next number to a term.
    pub(crate) fn learn_term(place: &mut Arc<Self>, role: &str, window: Option<Window>) {
        Arc::make_mut(place).add_term(role, window);
    }

    fn add_term(&mut self, role: &str, window: Option<Window>) {
        let Ok(number) = u32::try_from(self.terms.len()) else {
            return; // Four billion pairs of role and window: the memory ran out before.
        };
        self.term_names.insert((role, window), number);
        self.terms.push_back(Term {
            role: role.into(),
            window,
            rights: platforms::resource_role(&self.environment, role),
        });
    }

    /// A grant that nobody wrote: its holder and role.
    pub(crate) fn automatic(&self, resource: &Resource) -> Option<(PrincipalId, &'static str)> {
        platforms::automatic_grant(self.platform(), resource)
    }
}

/// Looks up what a role gives. Many terms name the same role, and reading a custom one takes its
/// patterns: each is read once.
fn each_once(look_up: impl Fn(&str) -> Option<Rights>) -> impl FnMut(&Arc<str>) -> Option<Rights> {
    let mut known: FxHashMap<Arc<str>, Option<Rights>> = FxHashMap::default();
    move |role| {
        let rights = known.entry(Arc::clone(role));
        rights.or_insert_with(|| look_up(role)).clone()
    }
}

fn push_grants(
    (binding, origin): (&Binding, Origin),
    rights: &mut impl FnMut(&Arc<str>) -> Option<Rights>,
    grants: &mut Vec<Grant>,
    terms: &mut Vec<Term>,
) {
    let Ok(number) = u32::try_from(terms.len()) else {
        return;
    };
    let role: Arc<str> = binding.role.as_str().into();
    terms.push(Term {
        rights: rights(&role),
        role,
        window: binding.window(),
    });
    let members = binding.members.iter();
    grants.extend(members.map(|m| Grant::new(*m, TermId(number), origin)));
}

/// Tells in a nanosecond that a principal has no environment-wide grant, which is so for nearly
/// all of the groups that somebody is in. May err on the other side.
#[derive(Debug)]
struct Sieve {
    bits: Box<[u64]>,
    shift: u32,
}

impl Sieve {
    /// With some 16 to 32 bits for every member, so that about one in twenty is let through in
    /// vain.
    fn new(grants: &[Grant]) -> Self {
        let bits = (grants.len().saturating_mul(16))
            .next_power_of_two()
            .max(64);
        let mut sieve = Self {
            bits: vec![0; bits / 64].into(),
            shift: 64 - bits.trailing_zeros(),
        };
        for grant in grants {
            let (word, bit) = sieve.place(grant.member);
            if let Some(word) = sieve.bits.get_mut(word) {
                *word |= bit;
            }
        }
        sieve
    }

    const fn place(&self, id: PrincipalId) -> (usize, u64) {
        let hash = (id.0 as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift;
        ((hash / 64) as usize, 1 << (hash % 64))
    }

    fn may_hold(&self, id: PrincipalId) -> bool {
        let (word, bit) = self.place(id);
        self.bits.get(word).is_some_and(|w| w & bit != 0)
    }
}
