//! Roles: what they hold, which of them are effective, and the privilege check.

use std::sync::Arc;

use crate::domain::{Environment, EnvironmentId, Platform, RoleRights, Timestamp};

use super::super::super::decide::{Asker, Context};
use super::super::super::decision::{Check, Evidence, Needs, ReasonKey, RoleSource, Trace};
use super::super::super::index::place::{Place, Rights};
use super::super::super::permission::{Permission, PermissionSet};
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

/// What the roles of a principal give together, wherever a request comes from: those that its
/// account always holds, and those granted in the environment at the moment.
pub(super) fn together(
    asker: &Asker<'_>,
    environment: EnvironmentId,
    place: &Place,
    at: Timestamp,
) -> Rights {
    let account = asker.snapshot();
    let account = account.account_rights(environment, asker.principal());
    let granted = place.grants_to(asker.closure()).filter(|g| g.holds(at));
    let granted = granted.map(|g| g.rights);
    account.into_iter().chain(granted).collect()
}

/// The effective roles of the principal: what they give together, and for an explanation each of
/// them.
pub(super) struct Roles {
    together: Rights,
    each: Vec<(Arc<str>, RoleSource, Rights)>,
}

impl Roles {
    /// A bare check takes what the account's roles give from the index; an explanation, or a
    /// request with an address, works them out one by one.
    pub(super) fn of(cx: &Context<'_>, complete: bool) -> Self {
        if complete || cx.request.address.is_some() {
            return Self::one_by_one(cx);
        }
        Self {
            together: together(cx.asker, cx.environment_id, cx.place, cx.at()),
            each: Vec::new(),
        }
    }

    fn one_by_one(cx: &Context<'_>) -> Self {
        let roles = effective_roles(
            cx.snapshot,
            cx.environment_id,
            cx.asker,
            cx.at(),
            cx.request.address,
        );
        let known = |(name, source): (Arc<str>, RoleSource)| {
            let rights = cx.place.mappings.rights(&name)?.clone();
            Some((name, source, rights))
        };
        let each: Vec<_> = roles.into_iter().filter_map(known).collect();
        let together = each.iter().map(|(_, _, rights)| rights).collect();
        Self { together, each }
    }

    pub(super) const fn is_administrator(&self) -> bool {
        self.together.administrator
    }

    /// The role that makes an administrator; for evidence.
    pub(super) fn administrator(&self) -> Arc<str> {
        let role = self.each.iter().find(|(_, _, r)| r.administrator);
        role.map_or_else(|| ALL_ACCESS.into(), |(name, ..)| name.clone())
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
    let environment = cx.environment_id;
    let needs = || Needs::Role {
        any: action,
        environment,
    };
    if !roles.together.permissions.intersects(action) {
        let lapsed = cx.environment_grants().filter(|g| !g.holds(cx.at()));
        let lapsed = lapsed.filter(|g| g.permissions().intersects(action));
        cx.near_misses(Check::Privilege, lapsed, trace);
        let account = cx.snapshot.account(environment, cx.request.principal);
        let key = match account {
            None if roles.each.is_empty() => ReasonKey::NoAccount,
            _ => ReasonKey::RoleLacksPermission,
        };
        trace.reason(Check::Privilege, key, needs);
        return false;
    }
    for (name, source, _) in roles
        .each
        .iter()
        .filter(|(_, _, r)| r.permissions.intersects(action))
    {
        let role = || name.clone();
        let counts = match source {
            RoleSource::Binding { member, .. } => {
                cx.counts_through(*member, Check::Privilege, trace, |path| Evidence::Role {
                    role: role(),
                    source: RoleSource::Binding {
                        member: *member,
                        path,
                    },
                })
            }
            source => trace.evidence(Check::Privilege, || Evidence::Role {
                role: role(),
                source: source.clone(),
            }),
        };
        if counts.is_break() {
            break;
        }
    }
    if action.intersects(READS_INDEX) && !roles.together.index_read {
        trace.reason(Check::Privilege, ReasonKey::NoIndexRead, needs);
        return false;
    }
    true
}
