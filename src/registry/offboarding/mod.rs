//! What a leaver owns and holds, on every platform, and who could take over.
//!
//! [`holdings`] looks at one state, [`receipt`] at the states before and after an offboarding. Both
//! are pure: what is left to somebody is read from the records, never from what was planned.

mod bites;
mod held;
mod receipt;
pub(super) mod succession;

pub use bites::{SoleAdministrator, sole_administrator};
pub use held::Held;
pub use receipt::{HandedOver, Receipt, receipt};
pub use succession::{Because, Successor, keeper, successors};

use crate::authz::Snapshot;
use crate::authz::platforms::opensearch::Pattern;
use crate::domain::{
    Binding, EnvironmentId, Principal, PrincipalId, PrincipalKind, ResourceId, RoleMapping,
    Specifics, Status, Target, Timestamp,
};

/// All that a person owns and holds by name. What comes to them through a group is held by the
/// membership, which is listed once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Holdings {
    /// What needs another owner, in order of resources.
    pub owned: Vec<Owned>,
    /// What can simply be taken away, or only be reported.
    pub held: Vec<Held>,
}

/// Something that a person owns.
#[derive(Debug, Clone, PartialEq)]
pub struct Owned {
    /// A resource; a datasets container where the model itself is somebody else's.
    pub target: Target,
    /// Who is likely to take it over; `None` when nobody active stands near enough.
    pub successor: Option<Successor>,
}

impl Holdings {
    /// Whether nothing is owned or held.
    pub fn is_empty(&self) -> bool {
        self.owned.is_empty() && self.held.is_empty()
    }
}

/// All that somebody owns and holds at a moment: ownership that has begun or will begin, and every
/// other mention of them, also one that has ended.
pub fn holdings(snapshot: &Snapshot, user: PrincipalId, at: Timestamp) -> Holdings {
    let mut found = Holdings::default();
    for id in snapshot.mentions(user) {
        add_resource(&mut found, snapshot, id, user, at);
    }
    for (id, place) in snapshot.places() {
        let environment = &place.environment;
        found
            .held
            .extend(roles(id, &environment.policy.bindings, user));
        add_specifics(&mut found.held, snapshot, id, &environment.specifics, user);
        let account = snapshot.account(id, user);
        found.held.extend(account.map(|account| Held::Account {
            environment: id,
            account: (**account).clone(),
        }));
    }
    add_directory(&mut found.held, snapshot, user);
    found
}

/// What only the platforms can do about somebody who was offboarded between two states, beyond what
/// the changed records' own steps say.
pub fn by_hand(
    before: &Snapshot,
    after: &Snapshot,
    user: PrincipalId,
    at: Timestamp,
) -> Vec<String> {
    let held = holdings(before, user, at);
    super::intents::offboard::by_hand(before, after, user, at, &held)
}

fn add_resource(
    found: &mut Holdings,
    snapshot: &Snapshot,
    id: ResourceId,
    user: PrincipalId,
    at: Timestamp,
) {
    let Some(resource) = snapshot.resource(id) else {
        return;
    };
    let role = succession::owner_role(snapshot, resource);
    let container = resource.model().and_then(|m| m.container.as_ref());
    let target = if succession::owners(snapshot, resource, at).contains(&user) {
        Some(Target::Resource(id))
    } else if container.is_some_and(|c| c.owner == user) {
        Some(Target::Container(id))
    } else {
        None
    };
    found.owned.extend(target.map(|target| Owned {
        target,
        successor: succession::suggest(snapshot, user, target, at),
    }));
    let owning =
        |binding: &Binding| role == Some(&*binding.role) && succession::counts(binding, at);
    for binding in naming(&resource.policy.bindings, user).filter(|b| !owning(b)) {
        found.held.push(Held::Grant {
            on: id,
            role: binding.role.clone(),
            condition: binding.condition.clone(),
        });
    }
}

fn naming(bindings: &[Binding], user: PrincipalId) -> impl Iterator<Item = &Binding> {
    bindings.iter().filter(move |b| b.members.contains(&user))
}

fn roles(
    environment: EnvironmentId,
    bindings: &[Binding],
    user: PrincipalId,
) -> impl Iterator<Item = Held> {
    naming(bindings, user).map(move |binding| Held::Role {
        environment,
        role: binding.role.clone(),
        condition: binding.condition.clone(),
    })
}

fn add_specifics(
    held: &mut Vec<Held>,
    snapshot: &Snapshot,
    environment: EnvironmentId,
    specifics: &Specifics,
    user: PrincipalId,
) {
    match specifics {
        Specifics::Google { inherited, .. } => {
            held.extend(naming(inherited, user).map(|binding| Held::Above {
                environment,
                role: binding.role.clone(),
                condition: binding.condition.clone(),
            }));
        }
        Specifics::OpenSearch {
            settings, mappings, ..
        } => {
            let name = own_name(snapshot, environment, user);
            let mapped = mappings
                .iter()
                .filter(|m| name.is_some_and(|name| names(m, name)));
            held.extend(mapped.map(|mapping| Held::Mapping {
                environment,
                role: mapping.role.clone(),
            }));
            if settings.super_administrators.contains(&user) {
                held.push(Held::SuperAdministrator { environment });
            }
        }
        Specifics::Fabric { .. } | Specifics::AiBuilder { .. } => {}
    }
}

/// The name of somebody's account, unless another account goes by it too: then a mapping of the
/// name is the other one's as well.
pub(super) fn own_name(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    user: PrincipalId,
) -> Option<&str> {
    let name = snapshot.account(environment, user)?.name.as_deref()?;
    let mut others = snapshot.accounts(environment).filter(|(id, _)| *id != user);
    let shared = others.any(|(_, account)| account.name.as_deref() == Some(name));
    (!name.is_empty() && !shared).then_some(name)
}

/// Whether a role mapping names an account itself, not by a pattern that fits others too.
pub(super) fn names(mapping: &RoleMapping, account: &str) -> bool {
    mapping.users.iter().any(|user| is_name(user, account))
}

/// Whether an entry of a role mapping is this name and no pattern.
pub(super) fn is_name(entry: &str, account: &str) -> bool {
    entry == account && matches!(Pattern::new(entry), Pattern::Exact(_))
}

/// Memberships, reports and logins. What is deleted stays as it was: a tombstone holds nobody.
fn add_directory(held: &mut Vec<Held>, snapshot: &Snapshot, user: PrincipalId) {
    held.extend(snapshot.groups_of(user).map(|group| Held::Member { group }));
    let led = |p: &Principal| {
        p.status() != Status::Deleted
            && matches!(p.kind, PrincipalKind::User { manager: Some(manager), .. } if manager == user)
    };
    let reports = snapshot.principals().filter(|(_, p)| led(p));
    held.extend(reports.map(|(of, _)| Held::Manager { of }));
    let logins = snapshot.logins().iter();
    let own = logins.filter(|(_, login)| login.user == Some(user));
    held.extend(own.map(|(account, login)| Held::Login {
        account: account.clone(),
        store_administrator: login.store_administrator,
    }));
}
