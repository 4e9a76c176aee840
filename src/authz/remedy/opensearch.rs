//! OpenSearch: backend roles of accounts and of model groups, either way.

use std::collections::BTreeSet;

use crate::domain::{
    AccessMode, Account, EnvironmentId, Key, OpenSearchSettings, Record, RoleMapping,
    RolesResolution, Specifics,
};

use super::super::decide::Asker;
use super::super::platforms;
use super::super::platforms::opensearch::{Pattern, effective_roles};
use super::super::snapshot::Snapshot;
use super::moves::{Move, usual_name};
use super::question::Question;

/// The cluster that a question is asked in.
struct Cluster<'a> {
    id: EnvironmentId,
    settings: &'a OpenSearchSettings,
    mappings: &'a [RoleMapping],
}

fn cluster<'a>(question: &Question<'a>) -> Option<Cluster<'a>> {
    let id = question.small.environment_of(question.request.target)?;
    match &question.environment(id)?.specifics {
        Specifics::OpenSearch {
            settings, mappings, ..
        } => Some(Cluster {
            id,
            settings,
            mappings,
        }),
        _ => None,
    }
}

/// The backend roles of the principal's account.
fn held(question: &Question<'_>, cluster: &Cluster<'_>) -> BTreeSet<String> {
    let account = question.account(cluster.id);
    account.map_or_else(BTreeSet::new, |a| a.backend_roles.iter().cloned().collect())
}

// --- taking away ----------------------------------------------------------------------------

/// Backend roles that can be taken from the account, or from the group that decides. That a group
/// keeps one is seen to when a cut is complete.
pub(super) fn cuts(question: &Question<'_>) -> Vec<Move> {
    let Some(cluster) = cluster(question) else {
        return Vec::new();
    };
    let held = held(question, &cluster);
    let mut moves = group_cuts(question, &held);
    let known = question.is_known(question.principal());
    if known && !naming_gives(question, &cluster).unwrap_or(false) {
        moves.extend(held.into_iter().map(|role| Move::DropBackendRole {
            environment: cluster.id,
            account: question.principal(),
            role,
        }));
    }
    moves
}

fn group_cuts(question: &Question<'_>, held: &BTreeSet<String>) -> Vec<Move> {
    let group = question.group();
    let Some((id, (Some(AccessMode::Restricted), roles))) =
        group.and_then(|(id, group)| Some((id, Question::access(group)?)))
    else {
        return Vec::new();
    };
    let roles: BTreeSet<&String> = roles.iter().collect();
    let shared = roles
        .iter()
        .filter(|r| roles.len() > 1 && held.contains(**r));
    shared
        .map(|role| Move::DropGroupRole {
            group: id,
            role: (*role).clone(),
        })
        .collect()
}

/// Whether an account that has no name yet gains roles by getting one, which every change of its
/// backend roles brings with it. Then taking one away would give.
fn naming_gives(question: &Question<'_>, cluster: &Cluster<'_>) -> Option<bool> {
    let account = question.account(cluster.id)?;
    if account.name.is_some() {
        return None;
    }
    let principal = question.principal();
    let named = Account {
        name: question
            .small
            .principal(principal)
            .and_then(|p| usual_name(p)),
        ..account.clone()
    };
    let mut after = question.small.clone();
    let key = Key::Account(cluster.id, principal);
    after.put(&key, Some(Record::Account(named)));
    let request = &question.request;
    let roles = |state: &Snapshot| {
        let asker = Asker::new(state, principal);
        effective_roles(state, cluster.id, &asker, request.at, request.address).len()
    };
    Some(roles(&after) > roles(question.small))
}

// --- giving ---------------------------------------------------------------------------------

/// Backend roles that can be given to the account or to the group that decides: single ones, those
/// that a mapping asks for together, and a new one on both sides.
pub(super) fn gifts(question: &Question<'_>) -> Vec<Vec<Move>> {
    let Some(cluster) = cluster(question) else {
        return Vec::new();
    };
    let held = held(question, &cluster);
    let known = question.is_known(question.principal());
    let new = if known {
        in_use(question, &cluster, &held)
    } else {
        BTreeSet::new()
    };
    let add = |role: &String| Move::AddBackendRole {
        environment: cluster.id,
        account: question.principal(),
        role: role.clone(),
    };
    let mut gifts: Vec<Vec<Move>> = new.iter().map(|role| vec![add(role)]).collect();
    for mapping in cluster.mappings {
        let together = together(mapping, &held, &new);
        gifts.extend(together.iter().map(|roles| roles.iter().map(add).collect()));
    }
    if let Some((group, _)) = question.group() {
        let open = |role: &String| Move::AddGroupRole {
            group,
            role: role.clone(),
        };
        gifts.extend(held.union(&new).map(|role| vec![open(role)]));
        gifts.extend(new.iter().map(|role| vec![open(role), add(role)]));
    }
    gifts
}

/// Backend roles that mean something here and that the account does not have: those of the group,
/// those that mappings name, and, where backend roles are roles by themselves, the roles.
fn in_use(
    question: &Question<'_>,
    cluster: &Cluster<'_>,
    held: &BTreeSet<String>,
) -> BTreeSet<String> {
    let mut roles = BTreeSet::new();
    if let Some((_, group)) = question.group()
        && let Some((_, required)) = Question::access(group)
    {
        roles.extend(required.iter().cloned());
    }
    let resolution = cluster.settings.roles_mapping_resolution;
    if resolution != RolesResolution::BackendRolesOnly {
        let patterns = cluster
            .mappings
            .iter()
            .flat_map(|m| m.backend_roles.iter().chain(&m.and_backend_roles));
        roles.extend(patterns.filter(|p| is_name(p)).cloned());
    }
    if resolution != RolesResolution::MappingOnly
        && let Some(environment) = question.environment(cluster.id)
    {
        roles.extend(platforms::roles(environment).into_iter().map(|r| r.name));
    }
    roles.retain(|role| !held.contains(role));
    roles
}

/// Whether a pattern names just one backend role.
fn is_name(pattern: &str) -> bool {
    matches!(Pattern::new(pattern), Pattern::Exact(_))
}

/// The smallest sets of new backend roles that satisfy a mapping that wants several at once.
fn together(
    mapping: &RoleMapping,
    held: &BTreeSet<String>,
    new: &BTreeSet<String>,
) -> BTreeSet<BTreeSet<String>> {
    let unmet: Vec<Pattern> = mapping
        .and_backend_roles
        .iter()
        .map(|p| Pattern::new(p))
        .filter(|p| !held.iter().any(|role| p.matches(role)))
        .collect();
    let mut sets = BTreeSet::from([BTreeSet::new()]);
    for pattern in &unmet {
        let mut next = BTreeSet::new();
        for set in sets {
            if set.iter().any(|role: &String| pattern.matches(role)) {
                next.insert(set);
                continue;
            }
            for role in new.iter().filter(|r| pattern.matches(r)) {
                let mut more = set.clone();
                more.insert(role.clone());
                if more.len() <= super::give::MOST_MOVES {
                    next.insert(more);
                }
            }
        }
        sets = next;
    }
    sets.retain(|set| set.len() > 1);
    sets
}
