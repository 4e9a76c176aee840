//! From backend roles and names to roles, as the Security plugin does it.

use std::collections::HashMap;
use std::sync::Arc;

use regex_lite::Regex;

use crate::domain::{
    Account, Environment, EnvironmentId, PrincipalId, RoleMapping, RolesResolution, Timestamp,
};

use super::super::super::decide::Asker;
use super::super::super::decision::RoleSource;
use super::super::super::index::place::{Place, Rights};
use super::super::super::snapshot::Snapshot;
use super::roles::{PREDEFINED, role};
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

/// What a cluster's roles hold and whom its mappings give them to, read once for all accounts.
#[derive(Debug, Default)]
pub struct Mappings {
    rights: HashMap<Arc<str>, Rights>,
    rules: Vec<Rule>,
    resolution: RolesResolution,
}

/// One entry of `roles_mapping.yml`, its patterns read.
#[derive(Debug)]
struct Rule {
    role: Arc<str>,
    users: Vec<Pattern>,
    backend_roles: Vec<Pattern>,
    /// Patterns that must all be met, with their texts.
    together: Vec<Pattern>,
    together_text: Vec<String>,
    hosts: Vec<Pattern>,
}

impl Rule {
    fn read(mapping: &RoleMapping) -> Self {
        let patterns = |texts: &[String]| texts.iter().map(|t| Pattern::new(t)).collect();
        Self {
            role: mapping.role.as_str().into(),
            users: patterns(&mapping.users),
            backend_roles: patterns(&mapping.backend_roles),
            together: patterns(&mapping.and_backend_roles),
            together_text: mapping.and_backend_roles.clone(),
            hosts: patterns(&mapping.hosts),
        }
    }

    /// Every way in which it gives its role.
    fn sources(&self, account: &Account, address: Option<&str>) -> Vec<RoleSource> {
        let any = |patterns: &[Pattern], text: &str| patterns.iter().any(|p| p.matches(text));
        let name = account_name(account);
        let held = &account.backend_roles;
        let mut sources = Vec::new();
        if !name.is_empty() && any(&self.users, name) {
            sources.push(RoleSource::MappedUser(name.to_owned()));
        }
        let by_role = held.iter().filter(|r| any(&self.backend_roles, r));
        sources.extend(by_role.map(|r| RoleSource::MappedBackendRole(r.clone())));
        let met = |pattern: &Pattern| held.iter().any(|r| pattern.matches(r));
        if !self.together.is_empty() && self.together.iter().all(met) {
            sources.push(RoleSource::MappedAll(self.together_text.clone()));
        }
        if let Some(address) = address.filter(|a| any(&self.hosts, a)) {
            sources.push(RoleSource::MappedHost(address.to_owned()));
        }
        sources
    }
}

impl Mappings {
    /// Reads the roles and mappings of an environment; empty on other platforms.
    pub(crate) fn read(environment: &Environment) -> Self {
        let Some(cluster) = cluster(environment) else {
            return Self::default();
        };
        let shipped = PREDEFINED.iter().map(|(name, _)| *name);
        let defined = environment.roles.iter().map(|r| r.id.as_str());
        let rights = shipped
            .chain(defined)
            .filter_map(|name| Some((name.into(), role(environment, name)?)))
            .collect();
        Self {
            rights,
            rules: cluster.mappings.iter().map(Rule::read).collect(),
            resolution: cluster.settings.roles_mapping_resolution,
        }
    }

    /// What a role holds; `None` for one that the cluster does not know.
    pub(super) fn rights(&self, role: &str) -> Option<&Rights> {
        self.rights.get(role)
    }

    /// The roles of an account with how each came about. A role that comes by several ways is
    /// listed once for each.
    fn roles_of(&self, account: &Account, address: Option<&str>) -> Vec<(Arc<str>, RoleSource)> {
        self.some_roles_of(account, address, |_| true)
    }

    fn some_roles_of(
        &self,
        account: &Account,
        address: Option<&str>,
        wanted: impl Fn(&str) -> bool,
    ) -> Vec<(Arc<str>, RoleSource)> {
        let named = |role: &String, source| (Arc::from(role.as_str()), source);
        let wanted_one = |role: &&String| wanted(role);
        let assigned = account.roles.iter().filter(wanted_one);
        let mut roles: Vec<_> = assigned.map(|r| named(r, RoleSource::Account)).collect();
        if self.resolution != RolesResolution::MappingOnly {
            let own = account.backend_roles.iter().filter(wanted_one);
            roles.extend(own.map(|r| named(r, RoleSource::BackendRole)));
        }
        if self.resolution != RolesResolution::BackendRolesOnly {
            for rule in self.rules.iter().filter(|rule| wanted(&rule.role)) {
                let sources = rule.sources(account, address);
                roles.extend(sources.into_iter().map(|s| (rule.role.clone(), s)));
            }
        }
        roles
    }
}

/// Whoever holds a role through their account in an environment, wherever they come from: it was
/// given to the account, or is mapped to its name or backend roles.
pub fn held_by_accounts<'a>(
    snapshot: &'a Snapshot,
    environment: EnvironmentId,
    role: &'a str,
) -> impl Iterator<Item = PrincipalId> + 'a {
    let place = snapshot.place(environment).into_iter();
    place.flat_map(move |place| {
        let accounts = snapshot.accounts(environment);
        let holding = accounts.filter(move |(_, account)| {
            let mappings = &place.mappings;
            let ways = mappings.some_roles_of(account, None, |name| name == role);
            !ways.is_empty()
        });
        holding.map(|(who, _)| who)
    })
}

/// The roles that somebody holds through their account in an environment, wherever they come from;
/// each once for every way.
pub fn account_roles(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    who: PrincipalId,
) -> Vec<(Arc<str>, RoleSource)> {
    let found = snapshot
        .place(environment)
        .zip(snapshot.account(environment, who));
    found.map_or_else(Vec::new, |(place, account)| {
        place.mappings.roles_of(account, None)
    })
}

/// What the roles of an account give together, wherever a request comes from.
pub(crate) fn standing_rights(place: &Place, account: &Account) -> Rights {
    let roles = place.mappings.roles_of(account, None);
    let known = roles.iter();
    known
        .filter_map(|(role, _)| place.mappings.rights(role))
        .collect()
}

/// The effective roles of a principal with how each came about: roles granted in the environment,
/// then those of the account.
pub fn effective_roles(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    asker: &Asker<'_>,
    at: Timestamp,
    address: Option<&str>,
) -> Vec<(Arc<str>, RoleSource)> {
    let Some(place) = snapshot.place(environment) else {
        return Vec::new();
    };
    let granted = place.grants_to(asker.closure()).filter(|g| g.holds(at));
    let mut roles: Vec<_> = granted
        .map(|grant| {
            let (member, path) = (grant.member, asker.path_to(grant.member));
            (grant.role().clone(), RoleSource::Binding { member, path })
        })
        .collect();
    if let Some(account) = snapshot.account(environment, asker.principal()) {
        roles.extend(place.mappings.roles_of(account, address));
    }
    roles
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
