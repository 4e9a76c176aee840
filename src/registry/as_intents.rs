//! Moves as intents: one for each, and one for all moves about the same list of backend roles.

use crate::authz::platforms::share_levels;
use crate::authz::remedy::change_set;
use crate::authz::{Move, Snapshot};
use crate::domain::{
    Body, ChangeSet, EnvironmentId, Key, Platform, PrincipalId, Record, ResourceId, Target,
};

use super::intents::{
    AssignBackendRoles, GrantRole, Intent, Publish, RestoreUser, RevokeRole, SetMembership, Share,
    Unshare, UpdateModelGroup,
};

/// The intents that carry moves out, in the same order.
pub(super) fn intents(snapshot: &Snapshot, moves: &[Move]) -> Vec<Intent> {
    let writer = Writer {
        snapshot,
        changes: change_set(snapshot, moves),
    };
    let mut intents = Vec::new();
    for step in moves {
        let intent = writer.intent(step);
        if !intents.contains(&intent) {
            intents.push(intent);
        }
    }
    intents
}

struct Writer<'a> {
    snapshot: &'a Snapshot,
    /// What all moves together come to: a list is written as it is in the end.
    changes: ChangeSet,
}

impl Writer<'_> {
    fn intent(&self, step: &Move) -> Intent {
        let who = |id: &PrincipalId| self.snapshot.reference(*id);
        let what = |on: Target| self.snapshot.target_id(on);
        match step {
            Move::Restore { principal } => RestoreUser {
                user: who(principal),
            }
            .into(),
            Move::Publish { model } => Publish {
                model: what(Target::Resource(*model)),
            }
            .into(),
            Move::Grant { on, role, to } => match on {
                Target::Environment(_) => GrantRole {
                    environment: what(*on),
                    role: role.clone(),
                    to: who(to),
                    ..GrantRole::default()
                }
                .into(),
                _ => self.share(*on, role, who(to)).into(),
            },
            Move::Revoke { on, role, from } => match on {
                Target::Environment(_) => RevokeRole {
                    environment: what(*on),
                    role: role.clone(),
                    from: who(from),
                }
                .into(),
                _ => Unshare {
                    model: what(*on),
                    with: who(from),
                    role: Some(role.clone()),
                }
                .into(),
            },
            Move::Join { group, member } => SetMembership {
                group: who(group),
                add: vec![who(member)],
                ..SetMembership::default()
            }
            .into(),
            Move::Leave { group, member } => SetMembership {
                group: who(group),
                remove: vec![who(member)],
                ..SetMembership::default()
            }
            .into(),
            Move::AddBackendRole {
                environment,
                account,
                ..
            }
            | Move::DropBackendRole {
                environment,
                account,
                ..
            } => AssignBackendRoles {
                environment: what(Target::Environment(*environment)),
                user: who(account),
                backend_roles: self.backend_roles_of(*environment, *account),
            }
            .into(),
            Move::AddGroupRole { group, .. } | Move::DropGroupRole { group, .. } => {
                UpdateModelGroup {
                    group: what(Target::Resource(*group)),
                    backend_roles: Some(self.group_roles_of(*group)),
                    ..UpdateModelGroup::default()
                }
                .into()
            }
        }
    }

    /// A role, a level or a list of rights, as each platform's share says it.
    fn share(&self, on: Target, role: &str, with: String) -> Share {
        let environment = self.snapshot.environment_of(on);
        let place = environment.and_then(|id| self.snapshot.place(id));
        let platform = place.map(|p| p.platform());
        let levels = place.map_or_else(Vec::new, |p| share_levels(&p.environment));
        let is_level = levels.iter().any(|level| level.role == role);
        let share = Share {
            model: self.snapshot.target_id(on),
            with,
            ..Share::default()
        };
        match platform {
            Some(Platform::AiBuilder) if is_level => Share {
                level: Some(role.to_owned()),
                ..share
            },
            Some(Platform::AiBuilder | Platform::Fabric) => Share {
                permissions: Some(role.split(", ").map(str::to_owned).collect()),
                ..share
            },
            _ => Share {
                role: Some(role.to_owned()),
                ..share
            },
        }
    }

    /// The record as it is after all moves.
    fn after(&self, key: &Key) -> Option<Record> {
        let changed = self.changes.0.iter().find(|c| c.key == *key);
        changed.map_or_else(|| self.snapshot.record(key), |c| c.after.clone())
    }

    fn backend_roles_of(&self, environment: EnvironmentId, account: PrincipalId) -> Vec<String> {
        match self.after(&Key::Account(environment, account)) {
            Some(Record::Account(account)) => account.backend_roles,
            _ => Vec::new(),
        }
    }

    fn group_roles_of(&self, group: ResourceId) -> Vec<String> {
        let resource = self.snapshot.resource(group);
        let key = resource.map(|r| Key::Resource(r.environment, group));
        match key.and_then(|key| self.after(&key)) {
            Some(Record::Resource(resource)) => match resource.body {
                Body::ModelGroup { backend_roles, .. } => backend_roles,
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}
