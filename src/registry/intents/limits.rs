//! Limits that the platforms put on policies, as meters that can be shown and kept.

use std::collections::BTreeSet;

use crate::authz::Snapshot;
use crate::authz::platforms::google::BASIC_ROLES;
use crate::domain::{Policy, PrincipalId};

use super::super::refusal::{Refusal, RefusalKey};

/// How much of a limit a policy uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// What is counted.
    pub what: &'static str,
    /// How many there are.
    pub used: usize,
    /// How many the platform takes.
    pub limit: usize,
}

/// Google's limits for one policy: members counted at each appearance, distinct groups, logical
/// operators in the longest condition, and bindings of one role and member that differ only in
/// their condition.
pub fn meters(policy: &Policy, is_group: impl Fn(PrincipalId) -> bool) -> [Meter; 4] {
    let appearances = policy.grants().count();
    let groups: BTreeSet<PrincipalId> = policy
        .grants()
        .map(|(_, _, m)| m)
        .filter(|m| is_group(*m))
        .collect();
    let conditions = policy.bindings.iter().filter_map(|b| b.condition.as_ref());
    let operators = conditions
        .map(crate::domain::Condition::logical_operators)
        .max()
        .unwrap_or(0);
    let mut pairs: Vec<(&str, PrincipalId)> = policy
        .grants()
        .map(|(_, b, m)| (b.role.as_str(), m))
        .collect();
    pairs.sort_unstable();
    let repeats = pairs
        .chunk_by(|a, b| a == b)
        .map(<[_]>::len)
        .max()
        .unwrap_or(0);
    [
        Meter {
            what: "principals",
            used: appearances,
            limit: 1500,
        },
        Meter {
            what: "groups",
            used: groups.len(),
            limit: 250,
        },
        Meter {
            what: "logical operators in a condition",
            used: operators,
            limit: 12,
        },
        Meter {
            what: "bindings of one role and member",
            used: repeats,
            limit: 20,
        },
    ]
}

/// Refuses a policy that Google would not take.
pub(in super::super) fn keep(now: &Snapshot, policy: &Policy) -> Result<(), Refusal> {
    let is_group = |id: PrincipalId| now.principal(id).is_some_and(|p| p.is_group());
    for meter in meters(policy, is_group) {
        if meter.used > meter.limit {
            return Err(Refusal::rule(
                RefusalKey::PolicyLimit,
                format!(
                    "The policy has {} {}; the platform takes at most {}.",
                    meter.used, meter.what, meter.limit
                ),
            ));
        }
    }
    conditions_allowed(now, policy)
}

/// No conditions on basic roles, nor for everybody.
fn conditions_allowed(now: &Snapshot, policy: &Policy) -> Result<(), Refusal> {
    let public = |id: &PrincipalId| now.principal(*id).is_some_and(|p| p.is_public());
    for binding in policy.bindings.iter().filter(|b| b.condition.is_some()) {
        if BASIC_ROLES.contains(&binding.role.as_str()) {
            return Err(Refusal::rule(
                RefusalKey::PolicyLimit,
                format!(
                    "The platform takes no condition on the basic role {}.",
                    binding.role
                ),
            ));
        }
        if binding.members.iter().any(public) {
            return Err(Refusal::rule(
                RefusalKey::PolicyLimit,
                "The platform takes no condition on a grant to allUsers or allAuthenticatedUsers.",
            ));
        }
    }
    Ok(())
}
