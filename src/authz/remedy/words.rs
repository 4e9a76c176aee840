//! Moves in words: what somebody would do.

use crate::domain::{AccessMode, Body, Target};

use super::super::snapshot::Snapshot;
use super::super::wording::role_title;
use super::moves::Move;

/// One step as a command to somebody: `share Fraud score with Dan Okafor as Model User`.
pub fn step(snapshot: &Snapshot, step: &Move) -> String {
    let who = |id| snapshot.label(id);
    let what = |on| snapshot.target_label(on);
    match step {
        Move::Restore { principal } => format!("let {} in again", who(*principal)),
        Move::Publish { model } => format!("publish {}", what(Target::Resource(*model))),
        Move::Grant { on, role, to } => {
            let title = role_title(snapshot, *on, role);
            match on {
                Target::Environment(_) => {
                    format!("give {} the role {title} in {}", who(*to), what(*on))
                }
                _ => format!("share {} with {} as {title}", what(*on), who(*to)),
            }
        }
        Move::Revoke { on, role, from } => {
            let title = role_title(snapshot, *on, role);
            match on {
                Target::Environment(_) => {
                    format!("take the role {title} in {} from {}", what(*on), who(*from))
                }
                _ => format!("stop sharing {} with {} as {title}", what(*on), who(*from)),
            }
        }
        Move::Join { group, member } => format!("put {} into {}", who(*member), who(*group)),
        Move::Leave { group, member } => format!("take {} out of {}", who(*member), who(*group)),
        Move::AddBackendRole {
            environment,
            account,
            role,
        } => {
            let place = what(Target::Environment(*environment));
            format!("give {} the backend role {role} in {place}", who(*account))
        }
        Move::DropBackendRole {
            environment,
            account,
            role,
        } => {
            let place = what(Target::Environment(*environment));
            format!(
                "take the backend role {role} in {place} from {}",
                who(*account)
            )
        }
        Move::AddGroupRole { group, role } => {
            let name = what(Target::Resource(*group));
            let restricted = matches!(
                snapshot.resource(*group).map(|r| &r.body),
                Some(Body::ModelGroup {
                    access: Some(AccessMode::Restricted),
                    ..
                })
            );
            if restricted {
                format!("open {name} to the backend role {role}")
            } else {
                format!("restrict {name} to the backend role {role}")
            }
        }
        Move::DropGroupRole { group, role } => {
            let name = what(Target::Resource(*group));
            format!("close {name} to the backend role {role}")
        }
    }
}
