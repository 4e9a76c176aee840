//! From backend roles and names to roles, as the Security plugin does it.

use std::sync::Arc;

use regex_lite::Regex;

use crate::domain::{EnvironmentId, PrincipalId, RoleMapping, RolesResolution, Target, Timestamp};

use super::super::super::decide::role_of;
use super::super::super::decision::RoleSource;
use super::super::super::snapshot::Snapshot;
use super::{account_name, cluster};

/// A pattern of the Security plugin: `*`, `?`, or `/regular expression/`; compares with case.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// Matches just itself.
    Exact(String),
    /// With `*` and `?`.
    Wildcard(Vec<char>),
    /// Between slashes; the whole text must match.
    Regex(Arc<Regex>),
    /// A regular expression that can't be read: matches nothing.
    Unreadable,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// ```
    /// use deedbox::authz::platforms::opensearch::Pattern;
    /// assert!(Pattern::new("starfleet*").matches("starfleet_academy"));
    /// assert!(Pattern::new("/cap(tain)?s/").matches("captains"));
    /// assert!(!Pattern::new("h?").matches("H1"));
    /// ```
    pub fn new(text: &str) -> Self {
        if let Some(inner) = text.strip_prefix('/').and_then(|t| t.strip_suffix('/')) {
            return Regex::new(&format!("^(?:{inner})$"))
                .map_or(Self::Unreadable, |r| Self::Regex(Arc::new(r)));
        }
        if text.contains(['*', '?']) {
            return Self::Wildcard(text.chars().collect());
        }
        Self::Exact(text.to_owned())
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == text,
            Self::Wildcard(pattern) => {
                let text: Vec<char> = text.chars().collect();
                wildcard(pattern, &text)
            }
            Self::Regex(regex) => regex.is_match(text),
            Self::Unreadable => false,
        }
    }
}

/// Greedy matching with one point to come back to: linear in practice, never exponential.
fn wildcard(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p + 1, t));
                p += 1;
            }
            Some(c) if *c == '?' || Some(c) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((after, from)) => {
                    p = after;
                    t = from + 1;
                    star = Some((after, t));
                }
                None => return false,
            },
        }
    }
    pattern
        .get(p..)
        .is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}

/// The effective roles of a principal with how each came about: roles given to the account, roles
/// that a mapping gives it, backend roles that are roles by themselves, and roles granted in the
/// environment. A role that comes by several ways is listed once for each.
pub fn effective_roles(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    principal: PrincipalId,
    at: Timestamp,
    address: Option<&str>,
) -> Vec<(String, RoleSource)> {
    let mut roles = Vec::new();
    let Some(place) = snapshot.place(environment) else {
        return roles;
    };
    for id in snapshot.closure(principal).iter() {
        for grant in place.grants_of(*id).iter().filter(|g| g.holds(at)) {
            let role = role_of(snapshot, Target::Environment(environment), grant.origin);
            let path = snapshot.path(principal, grant.member);
            roles.push((
                role,
                RoleSource::Binding {
                    member: grant.member,
                    path,
                },
            ));
        }
    }
    let Some(account) = snapshot.account(environment, principal) else {
        return roles;
    };
    let Some(cluster) = cluster(&place.environment) else {
        return roles;
    };
    roles.extend(
        account
            .roles
            .iter()
            .map(|r| (r.clone(), RoleSource::Account)),
    );
    let resolution = cluster.settings.roles_mapping_resolution;
    if resolution != RolesResolution::MappingOnly {
        let own = account
            .backend_roles
            .iter()
            .map(|r| (r.clone(), RoleSource::BackendRole));
        roles.extend(own);
    }
    if resolution != RolesResolution::BackendRolesOnly {
        let name = account_name(account);
        for mapping in cluster.mappings {
            let sources = mapped(mapping, name, &account.backend_roles, address);
            roles.extend(sources.into_iter().map(|s| (mapping.role.clone(), s)));
        }
    }
    roles
}

/// Every way in which one mapping gives its role.
fn mapped(
    mapping: &RoleMapping,
    name: &str,
    backend_roles: &[String],
    address: Option<&str>,
) -> Vec<RoleSource> {
    let any =
        |patterns: &[String], text: &str| patterns.iter().any(|p| Pattern::new(p).matches(text));
    let mut sources = Vec::new();
    if !name.is_empty() && any(&mapping.users, name) {
        sources.push(RoleSource::MappedUser(name.to_owned()));
    }
    let by_role = backend_roles
        .iter()
        .filter(|r| any(&mapping.backend_roles, r));
    sources.extend(by_role.map(|r| RoleSource::MappedBackendRole(r.clone())));
    let all = &mapping.and_backend_roles;
    let met = |p: &String| {
        let pattern = Pattern::new(p);
        backend_roles.iter().any(|r| pattern.matches(r))
    };
    if !all.is_empty() && all.iter().all(met) {
        sources.push(RoleSource::MappedAll(all.clone()));
    }
    if let Some(address) = address.filter(|a| any(&mapping.hosts, a)) {
        sources.push(RoleSource::MappedHost(address.to_owned()));
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_whole_texts() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyy", false),
            ("??", "ab", true),
            ("??", "abc", false),
            ("*a", "aaaa", true),
            ("Abc", "abc", false),
        ] {
            assert_eq!(
                Pattern::new(pattern).matches(text),
                expected,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn a_broken_expression_matches_nothing() {
        assert!(!Pattern::new("/(/").matches("("));
    }
}
