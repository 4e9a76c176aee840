//! Moves: the single steps that remedies are made of, and the records that they change.

use std::collections::BTreeMap;

use crate::domain::{
    AccessMode, Account, Binding, Body, ChangeSet, EnvironmentId, Key, ModelState, Platform,
    Policy, Principal, PrincipalId, PrincipalKind, Record, Resource, ResourceId, Status, Target,
    change::ChangeLog,
};

use super::super::snapshot::Snapshot;
use super::names::Names;

/// One step that changes nothing but data and that one intent carries out as it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// Let a suspended principal in again.
    Restore {
        /// Who.
        principal: PrincipalId,
    },
    /// Publish a model, so that it can be run (AI Builder).
    Publish {
        /// Which model.
        model: ResourceId,
    },
    /// Grant a role for good. What the member held under it is replaced; on Microsoft's platforms,
    /// any share of the resource, and in a Fabric workspace any role.
    Grant {
        /// The resource or the environment.
        on: Target,
        /// The role as a binding names it.
        role: String,
        /// To whom.
        to: PrincipalId,
    },
    /// Take a role away: every binding of it to this member, whenever it holds.
    Revoke {
        /// The resource or the environment.
        on: Target,
        /// The role as a binding names it; in an environment it compares without case.
        role: String,
        /// From whom.
        from: PrincipalId,
    },
    /// Put a principal into a group, directly.
    Join {
        /// Which group.
        group: PrincipalId,
        /// Who joins.
        member: PrincipalId,
    },
    /// Take a principal out of a group that it is directly in.
    Leave {
        /// Which group.
        group: PrincipalId,
        /// Who leaves.
        member: PrincipalId,
    },
    /// Give an account one more backend role (OpenSearch).
    AddBackendRole {
        /// The cluster.
        environment: EnvironmentId,
        /// Whose account.
        account: PrincipalId,
        /// Which backend role.
        role: String,
    },
    /// Take a backend role from an account (OpenSearch).
    DropBackendRole {
        /// The cluster.
        environment: EnvironmentId,
        /// Whose account.
        account: PrincipalId,
        /// Which backend role.
        role: String,
    },
    /// Open a model group to one more backend role; one that is not restricted becomes restricted to
    /// it (OpenSearch).
    AddGroupRole {
        /// The model group.
        group: ResourceId,
        /// Which backend role.
        role: String,
    },
    /// Close a restricted model group to a backend role (OpenSearch).
    DropGroupRole {
        /// The model group.
        group: ResourceId,
        /// Which backend role.
        role: String,
    },
}

impl Move {
    /// The place in the order in which equally good remedies are shown: what concerns one person or
    /// model alone, then whole environments, then groups of people.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Restore { .. } => 0,
            Self::Grant { on, .. } | Self::Revoke { on, .. } => match on {
                Target::Environment(_) => 4,
                _ => 1,
            },
            Self::AddGroupRole { .. } | Self::DropGroupRole { .. } => 2,
            Self::Publish { .. } => 3,
            Self::AddBackendRole { .. } | Self::DropBackendRole { .. } => 5,
            Self::Join { .. } | Self::Leave { .. } => 6,
        }
    }

    /// The place in the order in which the moves of one remedy are carried out: who is let in comes
    /// before what they are given, and a role before the share that it wakes.
    pub(super) const fn turn(&self) -> u8 {
        match self {
            Self::Restore { .. } => 0,
            _ => u8::MAX - self.rank(),
        }
    }

    /// Everybody whom it names.
    pub fn principals(&self) -> Vec<PrincipalId> {
        match self {
            Self::Restore { principal: who }
            | Self::Grant { to: who, .. }
            | Self::Revoke { from: who, .. }
            | Self::AddBackendRole { account: who, .. }
            | Self::DropBackendRole { account: who, .. } => vec![*who],
            Self::Join { group, member } | Self::Leave { group, member } => vec![*group, *member],
            Self::Publish { .. } | Self::AddGroupRole { .. } | Self::DropGroupRole { .. } => {
                Vec::new()
            }
        }
    }

    /// The resource or environment that it changes; none when it changes the directory.
    pub const fn place(&self) -> Option<Target> {
        match self {
            Self::Restore { .. } | Self::Join { .. } | Self::Leave { .. } => None,
            Self::Grant { on, .. } | Self::Revoke { on, .. } => Some(*on),
            Self::Publish { model: id }
            | Self::AddGroupRole { group: id, .. }
            | Self::DropGroupRole { group: id, .. } => Some(Target::Resource(*id)),
            Self::AddBackendRole { environment, .. }
            | Self::DropBackendRole { environment, .. } => Some(Target::Environment(*environment)),
        }
    }

    /// The same step under other numbers; `None` when one of them has no other.
    pub(super) fn renumbered(&self, names: &Names) -> Option<Self> {
        let mut step = self.clone();
        match &mut step {
            Self::Restore { principal } => *principal = names.principal(*principal)?,
            Self::Publish { model: id }
            | Self::AddGroupRole { group: id, .. }
            | Self::DropGroupRole { group: id, .. } => *id = names.resource(*id)?,
            Self::Grant { on, to: who, .. } | Self::Revoke { on, from: who, .. } => {
                *on = names.target(*on)?;
                *who = names.principal(*who)?;
            }
            Self::Join { group, member } | Self::Leave { group, member } => {
                *group = names.principal(*group)?;
                *member = names.principal(*member)?;
            }
            Self::AddBackendRole {
                environment,
                account,
                ..
            }
            | Self::DropBackendRole {
                environment,
                account,
                ..
            } => {
                *environment = names.environment(*environment)?;
                *account = names.principal(*account)?;
            }
        }
        Some(step)
    }
}

/// The records that moves change, one after the other, as the intents that carry them out do.
pub fn change_set(snapshot: &Snapshot, moves: &[Move]) -> ChangeSet {
    let mut draft = Draft {
        snapshot,
        now: BTreeMap::new(),
    };
    for step in moves {
        draft.carry_out(step);
    }
    draft.finish()
}

/// Records as they become, over a snapshot that stays as it is.
struct Draft<'a> {
    snapshot: &'a Snapshot,
    now: BTreeMap<Key, Record>,
}

impl Draft<'_> {
    fn finish(self) -> ChangeSet {
        let mut log = ChangeLog::default();
        for (key, record) in self.now {
            let before = self.snapshot.record(&key);
            log.note(key, before, Some(record));
        }
        log.into_changes()
    }

    /// The record under a key, to change it; what is missing stays missing.
    fn edit(&mut self, key: Key, edit: impl FnOnce(&mut Record)) {
        let stored = || self.snapshot.record(&key);
        if let Some(mut record) = self.now.get(&key).cloned().or_else(stored) {
            edit(&mut record);
            self.now.insert(key, record);
        }
    }

    fn carry_out(&mut self, step: &Move) {
        match step {
            Move::Restore { principal } => self.edit_principal(*principal, activate),
            Move::Publish { model } => self.edit_resource(*model, |r| {
                if let Some(model) = r.model_mut() {
                    model.state = Some(ModelState::Published);
                }
            }),
            Move::Grant { on, role, to } => {
                let single = self.holds_one(*on);
                self.edit_policy(*on, |policy| {
                    policy.revoke(*to, |b| single || b.gives_way_to(role));
                    policy.grant(Binding::new(role.as_str(), *to));
                });
            }
            Move::Revoke { on, role, from } => {
                let here = matches!(on, Target::Environment(_));
                self.edit_policy(*on, |policy| {
                    policy.revoke(*from, |b| {
                        b.role == *role || (here && b.role.eq_ignore_ascii_case(role))
                    });
                });
            }
            Move::Join { group, member } => self.edit_members(*group, |members| {
                if !members.contains(member) {
                    members.push(*member);
                }
            }),
            Move::Leave { group, member } => {
                self.edit_members(*group, |members| members.retain(|m| m != member));
            }
            Move::AddBackendRole {
                environment,
                account,
                role,
            } => self.edit_account(*environment, *account, |roles| {
                if !roles.contains(role) {
                    roles.push(role.clone());
                }
            }),
            Move::DropBackendRole {
                environment,
                account,
                role,
            } => self.edit_account(*environment, *account, |roles| roles.retain(|r| r != role)),
            Move::AddGroupRole { group, role } => self.edit_resource(*group, |r| open_to(r, role)),
            Move::DropGroupRole { group, role } => self.edit_resource(*group, |r| {
                if let Body::ModelGroup { backend_roles, .. } = &mut r.body {
                    backend_roles.retain(|r| r != role);
                }
            }),
        }
    }

    /// Whether a member has one grant there, which another replaces.
    fn holds_one(&self, on: Target) -> bool {
        let environment = self.snapshot.environment_of(on);
        let platform = environment.and_then(|e| Some(self.snapshot.place(e)?.platform()));
        holds_one(on, platform)
    }

    fn edit_principal(&mut self, id: PrincipalId, edit: impl FnOnce(&mut Principal)) {
        self.edit(Key::Principal(id), |record| {
            if let Record::Principal(principal) = record {
                edit(principal);
            }
        });
    }

    fn edit_members(&mut self, group: PrincipalId, edit: impl FnOnce(&mut Vec<PrincipalId>)) {
        self.edit_principal(group, |p| {
            if let PrincipalKind::Group { members, .. } = &mut p.kind {
                edit(members);
            }
        });
    }

    fn edit_resource(&mut self, id: ResourceId, edit: impl FnOnce(&mut Resource)) {
        let Some(environment) = self.snapshot.resource(id).map(|r| r.environment) else {
            return;
        };
        self.edit(Key::Resource(environment, id), |record| {
            if let Record::Resource(resource) = record {
                edit(resource);
            }
        });
    }

    fn edit_policy(&mut self, on: Target, edit: impl FnOnce(&mut Policy)) {
        match (on, on.resource()) {
            (Target::Environment(id), _) => self.edit(Key::Environment(id), |record| {
                if let Record::Environment(environment) = record {
                    edit(&mut environment.policy);
                }
            }),
            (_, Some(id)) => self.edit_resource(id, |r| edit(&mut r.policy)),
            (_, None) => {}
        }
    }

    /// A missing account begins empty; one without a name gets the first part of its holder's id.
    fn edit_account(
        &mut self,
        environment: EnvironmentId,
        id: PrincipalId,
        edit: impl FnOnce(&mut Vec<String>),
    ) {
        let key = Key::Account(environment, id);
        let stored = || self.snapshot.record(&key);
        let mut account = match self.now.get(&key).cloned().or_else(stored) {
            Some(Record::Account(account)) => account,
            _ => Account::default(),
        };
        edit(&mut account.backend_roles);
        if account.name.is_none() {
            account.name = self.snapshot.principal(id).and_then(|p| usual_name(p));
        }
        self.now.insert(key, Record::Account(account));
    }
}

/// Whether a member has one grant on a target, which another replaces: shares of Microsoft's
/// platforms, and roles in a Fabric workspace.
pub(super) const fn holds_one(on: Target, platform: Option<Platform>) -> bool {
    match platform {
        Some(Platform::Fabric) => true,
        Some(Platform::AiBuilder) => !matches!(on, Target::Environment(_)),
        _ => false,
    }
}

/// The name that an account gets when it is first written to.
pub(super) fn usual_name(principal: &Principal) -> Option<String> {
    principal.id.split('@').next().map(str::to_owned)
}

fn activate(principal: &mut Principal) {
    if let PrincipalKind::User { status, .. } | PrincipalKind::ServiceAccount { status } =
        &mut principal.kind
    {
        *status = Status::Active;
    }
}

/// A list given to a group that is not restricted makes it so, and replaces what it had.
fn open_to(resource: &mut Resource, role: &str) {
    let Body::ModelGroup {
        access,
        backend_roles,
    } = &mut resource.body
    else {
        return;
    };
    if *access != Some(AccessMode::Restricted) {
        *access = Some(AccessMode::Restricted);
        backend_roles.clear();
    }
    if !backend_roles.iter().any(|r| r == role) {
        backend_roles.push(role.to_owned());
    }
}
