//! Roles: what they hold, which of them are effective, and the privilege check.

use crate::domain::{Environment, Platform, RoleRights};

use super::super::super::decide::Context;
use super::super::super::decision::{Check, Evidence, Needs, ReasonKey, RoleSource, Trace};
use super::super::super::permission::{Permission, PermissionSet};
use super::super::super::place::Rights;
use super::mapping::{Pattern, effective_roles};
use super::vocabulary::{PREFIX, READ_ONLY, READS_INDEX, VOCABULARY};

const FULL_ACCESS: &str = "ml_full_access";
/// The page's name, then the product's.
const READ_ACCESS: [&str; 2] = ["ml_readonly_access", "ml_read_access"];
const ALL_ACCESS: &str = "all_access";

/// Roles that the Security plugin ships.
pub const PREDEFINED: &[(&str, &str)] = &[
    (FULL_ACCESS, "ML full access"),
    ("ml_readonly_access", "ML read-only access"),
    ("ml_read_access", "ML read access"),
    (ALL_ACCESS, "All access (administrator)"),
];

/// What a role holds: shipped or defined here.
pub(in super::super) fn role(environment: &Environment, name: &str) -> Option<Rights> {
    let every = PermissionSet::first(VOCABULARY.len());
    let plain = |permissions| Rights {
        permissions,
        ..Rights::default()
    };
    match name {
        ALL_ACCESS => Some(Rights {
            administrator: true,
            index_read: true,
            ..plain(every)
        }),
        FULL_ACCESS => Some(plain(every)),
        _ if READ_ACCESS.contains(&name) => Some(plain(READ_ONLY)),
        _ => {
            let custom = environment.roles.iter().find(|r| r.id == name)?;
            let RoleRights::Actions {
                actions,
                index_read,
            } = &custom.rights
            else {
                return None;
            };
            let patterns: Vec<Pattern> = actions.iter().map(|a| Pattern::new(a)).collect();
            let held = |action: &str| patterns.iter().any(|p| p.matches(action));
            let permissions = VOCABULARY
                .iter()
                .filter(|a| held(&format!("{PREFIX}{a}")))
                .filter_map(|a| Permission::find(Platform::OpenSearch, a))
                .collect();
            Some(Rights {
                index_read: *index_read,
                ..plain(permissions)
            })
        }
    }
}

/// The effective roles of the principal, with what each gives.
pub(super) struct Roles(Vec<(String, RoleSource, Rights)>);

impl Roles {
    pub(super) fn of(cx: &Context<'_>) -> Self {
        let roles = effective_roles(
            cx.snapshot,
            cx.environment_id(),
            cx.request.principal,
            cx.at(),
            cx.request.address,
        );
        let known = |(name, source): (String, RoleSource)| {
            let rights = role(cx.environment(), &name)?;
            Some((name, source, rights))
        };
        Self(roles.into_iter().filter_map(known).collect())
    }

    pub(super) fn administrator(&self) -> Option<&str> {
        self.0
            .iter()
            .find(|(_, _, r)| r.administrator)
            .map(|(name, ..)| name.as_str())
    }
}

/// Some effective role holds the action; training also needs one that reads index data.
pub(super) fn privilege(
    cx: &Context<'_>,
    roles: &Roles,
    action: PermissionSet,
    trace: &mut impl Trace,
) -> bool {
    if action.is_empty() {
        return true; // Only the reach decides.
    }
    let environment = cx.environment_id();
    let needs = || Needs::Role {
        any: action,
        environment,
    };
    let mut held = false;
    for (name, source, _) in roles
        .0
        .iter()
        .filter(|(_, _, r)| r.permissions.intersects(action))
    {
        held = true;
        let make = || Evidence::Role {
            role: name.clone(),
            source: source.clone(),
        };
        if trace.evidence(Check::Privilege, make).is_break() {
            break;
        }
    }
    if !held {
        let account = cx.snapshot.account(environment, cx.request.principal);
        let key = match account {
            None if roles.0.is_empty() => ReasonKey::NoAccount,
            _ => ReasonKey::RoleLacksPermission,
        };
        trace.reason(Check::Privilege, key, needs);
        return false;
    }
    if action.intersects(READS_INDEX) && !roles.0.iter().any(|(_, _, r)| r.index_read) {
        trace.reason(Check::Privilege, ReasonKey::NoIndexRead, needs);
        return false;
    }
    true
}
