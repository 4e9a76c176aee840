//! The single things that somebody holds.

use strum::IntoStaticStr;

use crate::authz::{Snapshot, wording};
use crate::domain::{Account, Condition, EnvironmentId, Platform, PrincipalId, ResourceId, Target};

/// One thing that a person holds by name and does not own.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Held {
    /// A role or share on one resource.
    Grant {
        /// Which resource.
        on: ResourceId,
        /// The role as the binding writes it.
        role: String,
        /// When it holds.
        condition: Option<Condition>,
    },
    /// A role in an environment.
    Role {
        /// Where.
        environment: EnvironmentId,
        /// The role as the binding writes it.
        role: String,
        /// When it holds.
        condition: Option<Condition>,
    },
    /// A role from above an environment, which can't be changed here.
    Above {
        /// Where it counts.
        environment: EnvironmentId,
        /// The role as the binding writes it.
        role: String,
        /// When it holds.
        condition: Option<Condition>,
    },
    /// What the person is in an environment: a name, backend roles, roles, a business unit.
    Account {
        /// Where.
        environment: EnvironmentId,
        /// What it says.
        account: Account,
    },
    /// A role mapping that names the person's account, and nobody else's.
    Mapping {
        /// The cluster.
        environment: EnvironmentId,
        /// The role that it gives.
        role: String,
    },
    /// An administrator's certificate.
    SuperAdministrator {
        /// The cluster.
        environment: EnvironmentId,
    },
    /// Direct membership in a group.
    Member {
        /// Which group.
        group: PrincipalId,
    },
    /// Being somebody's manager.
    Manager {
        /// Whose.
        of: PrincipalId,
    },
    /// An operating-system account that signs in as the person.
    Login {
        /// The account.
        account: String,
        /// Whether it manages the store.
        store_administrator: bool,
    },
}

impl Held {
    /// The kind, as tables write it: `grant`, `role`, `account`, ….
    pub fn kind(&self) -> &'static str {
        self.into()
    }

    /// Whether it stands above the environment, where deedbox changes nothing.
    pub const fn is_above(&self) -> bool {
        matches!(self, Self::Above { .. })
    }

    /// Whether it goes altogether when the person leaves: an internal user of OpenSearch is nothing
    /// without whom it is for.
    pub fn is_deleted(&self, snapshot: &Snapshot) -> bool {
        let Self::Account { environment, .. } = self else {
            return false;
        };
        let place = snapshot.place(*environment);
        place.is_some_and(|p| p.platform() == Platform::OpenSearch)
    }

    /// What becomes of it when the person leaves: `account deleted`, or `taken away`.
    pub fn loss(&self, snapshot: &Snapshot) -> &'static str {
        if self.is_deleted(snapshot) {
            "account deleted"
        } else {
            "taken away"
        }
    }

    /// The id of what it is about: a resource, an environment, a principal, or a login's account.
    pub fn about(&self, snapshot: &Snapshot) -> String {
        match self {
            Self::Grant { on, .. } => snapshot.target_id(Target::Resource(*on)),
            Self::Role { environment, .. }
            | Self::Above { environment, .. }
            | Self::Account { environment, .. }
            | Self::Mapping { environment, .. }
            | Self::SuperAdministrator { environment } => {
                snapshot.target_id(Target::Environment(*environment))
            }
            Self::Member { group } => snapshot.reference(*group),
            Self::Manager { of } => snapshot.reference(*of),
            Self::Login { account, .. } => account.clone(),
        }
    }

    /// The role, or what else the holding says: empty when the kind says it all.
    pub fn detail(&self) -> String {
        match self {
            Self::Grant { role, .. }
            | Self::Role { role, .. }
            | Self::Above { role, .. }
            | Self::Mapping { role, .. } => role.clone(),
            Self::Account { account, .. } => detail_of(account),
            Self::Login {
                store_administrator: true,
                ..
            } => "store administrator".to_owned(),
            _ => String::new(),
        }
    }

    /// For people: `Model User on Fraud score`, `member of Fraud team`.
    pub fn words(&self, snapshot: &Snapshot) -> String {
        let place = |id: &EnvironmentId| snapshot.target_label(Target::Environment(*id));
        match self {
            Self::Grant { on, role, .. } => {
                let on = Target::Resource(*on);
                let title = wording::role_title(snapshot, on, role);
                format!("{title} on {}", snapshot.target_label(on))
            }
            Self::Role {
                environment, role, ..
            } => {
                let title = wording::role_title(snapshot, Target::Environment(*environment), role);
                format!("{title} in {}", place(environment))
            }
            Self::Above {
                environment, role, ..
            } => {
                let title = wording::role_title(snapshot, Target::Environment(*environment), role);
                format!("{title} from above {}", place(environment))
            }
            Self::Account {
                environment,
                account,
            } => match detail_of(account) {
                detail if detail.is_empty() => format!("account in {}", place(environment)),
                detail => format!("account in {}: {detail}", place(environment)),
            },
            Self::Mapping { environment, role } => {
                format!("named in the role mapping {role} of {}", place(environment))
            }
            Self::SuperAdministrator { environment } => {
                format!("super administrator of {}", place(environment))
            }
            Self::Member { group } => format!("member of {}", snapshot.label(*group)),
            Self::Manager { of } => format!("manager of {}", snapshot.label(*of)),
            Self::Login {
                account,
                store_administrator: true,
            } => format!("login {account}, store administrator"),
            Self::Login { account, .. } => format!("login {account}"),
        }
    }
}

fn detail_of(account: &Account) -> String {
    let list = |word: &str, roles: &[String]| {
        (!roles.is_empty()).then(|| format!("{word} {}", roles.join(", ")))
    };
    let name = account.name.as_ref().filter(|n| !n.is_empty());
    let unit = account.business_unit.as_ref();
    let parts = [
        name.map(|name| format!("name {name}")),
        list("backend roles", &account.backend_roles),
        list("roles", &account.roles),
        unit.map(|unit| format!("business unit {unit}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
