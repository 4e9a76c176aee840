//! OpenSearch ML Commons: a role that holds the action, and the model group's access.

use std::collections::BTreeSet;

use deedbox::authz::Verdict;
use deedbox::domain::{
    AccessMode, Account, Action, Body, Capability, Environment, EnvironmentId, GroupLink,
    OpenSearchEdition, Resource, ResourceId, RoleMapping, RoleRights, RolesResolution, Specifics,
};

use super::{granted, identities};
use crate::world::{Question, World};

/// Actions under `cluster:admin/opensearch/ml/` that are asked about.
pub const ACTIONS: &[&str] = &[
    "models/search",
    "models/get",
    "models/update",
    "models/delete",
    "register_model",
    "register_model_meta",
    "upload_model_chunk",
    "deploy_model",
    "undeploy_model",
    "predict",
    "model_groups/search",
    "model_groups/get",
    "model_groups/delete",
    "register_model_group",
    "update_model_group",
    "train",
    "trainAndPredict",
    "execute",
    "tasks/get",
    "tasks/search",
    "tasks/delete",
    "tasks/cancel_batch_job",
    "stats/nodes",
    "connectors/create",
    "agents/register",
    "agents/execute",
];

/// What readers may: models, groups, tasks and statistics.
const READS: &[&str] = &[
    "models/search",
    "models/get",
    "model_groups/search",
    "model_groups/get",
    "tasks/search",
    "tasks/get",
    "stats/nodes",
];

/// The answer of the reach check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Passed,
    Failed,
    Corrupt,
}

/// Everything about one question.
struct Case<'a> {
    world: &'a World,
    cluster: &'a Environment,
    q: &'a Question,
    released: bool,
    protected: bool,
    super_administrator: bool,
    roles: BTreeSet<String>,
}

pub fn decide(world: &World, id: EnvironmentId, cluster: &Environment, q: &Question) -> Verdict {
    let Specifics::OpenSearch {
        edition, settings, ..
    } = &cluster.specifics
    else {
        panic!("not a cluster");
    };
    let released = *edition == OpenSearchEdition::Released;
    let case = Case {
        world,
        cluster,
        q,
        released,
        protected: settings.model_access_control_enabled && settings.security_enabled,
        super_administrator: released && settings.super_administrators.contains(&q.who),
        roles: effective_roles(world, id, q),
    };
    let resource = super::resource_of(world, q.target);
    if case.restricted(resource) {
        return Verdict::Deny;
    }
    if case.super_administrator {
        return Verdict::Allow;
    }
    if !case.privileged(resource) {
        return Verdict::Deny;
    }
    match case.reach(resource) {
        Reach::Passed => Verdict::Allow,
        Reach::Failed => Verdict::Deny,
        Reach::Corrupt => Verdict::Error,
    }
}

/// Roles given directly, by mappings, and backend roles where they count as roles.
pub fn effective_roles(world: &World, id: EnvironmentId, q: &Question) -> BTreeSet<String> {
    let cluster = world.environment(id).unwrap();
    let to = identities(world, q.who);
    let bound = granted(&cluster.policy.bindings, &to, q.at);
    let mut roles: BTreeSet<String> = bound.into_iter().map(str::to_owned).collect();
    roles.extend(account_roles(cluster, world.account(id, q.who), q.address));
    roles
}

fn account_roles(
    cluster: &Environment,
    account: Option<&Account>,
    address: Option<&str>,
) -> BTreeSet<String> {
    let Specifics::OpenSearch {
        settings, mappings, ..
    } = &cluster.specifics
    else {
        return BTreeSet::new();
    };
    let Some(account) = account else {
        return BTreeSet::new();
    };
    let mut roles: BTreeSet<String> = account.roles.iter().cloned().collect();
    let resolution = settings.roles_mapping_resolution;
    if resolution != RolesResolution::MappingOnly {
        roles.extend(account.backend_roles.iter().cloned());
    }
    if resolution != RolesResolution::BackendRolesOnly {
        let given = mappings.iter().filter(|m| maps(m, account, address));
        roles.extend(given.map(|m| m.role.clone()));
    }
    roles
}

fn maps(mapping: &RoleMapping, account: &Account, address: Option<&str>) -> bool {
    let backend = |pattern: &String| account.backend_roles.iter().any(|r| matches(pattern, r));
    let named = |pattern: &String| account.name.as_ref().is_some_and(|n| matches(pattern, n));
    let all = &mapping.and_backend_roles;
    mapping.users.iter().any(named)
        || mapping.backend_roles.iter().any(backend)
        || (!all.is_empty() && all.iter().all(backend))
        || mapping
            .hosts
            .iter()
            .any(|p| address.is_some_and(|a| matches(p, a)))
}

/// `*`, `?` and `/regular expression/`, with case; the whole text has to match.
pub fn matches(pattern: &str, text: &str) -> bool {
    if pattern.len() > 1 && pattern.starts_with('/') && pattern.ends_with('/') {
        let inside = &pattern[1..pattern.len() - 1];
        return regex_lite::Regex::new(&format!("^(?:{inside})$"))
            .is_ok_and(|regex| regex.is_match(text));
    }
    let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    wildcard(&p, &t)
}

fn wildcard(pattern: &[char], text: &[char]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some('*'), _) => {
            wildcard(&pattern[1..], text) || (!text.is_empty() && wildcard(pattern, &text[1..]))
        }
        (Some('?'), Some(_)) => wildcard(&pattern[1..], &text[1..]),
        (Some(p), Some(t)) => p == t && wildcard(&pattern[1..], &text[1..]),
        _ => false,
    }
}

impl Case<'_> {
    /// May nobody do this now?
    fn restricted(&self, resource: Option<&Resource>) -> bool {
        let is = |capability| self.q.action == Action::Capability(capability);
        let native = |names: &[&str]| match &self.q.action {
            Action::Native(name) => names.contains(&name.as_str()),
            Action::Capability(_) => false,
        };
        match resource.map(|r| &r.body) {
            Some(Body::Model(model)) if model.hidden && self.released => {
                let never = is(Capability::See) || native(&["models/search"]);
                let kept = is(Capability::View)
                    || is(Capability::Download)
                    || is(Capability::Edit)
                    || is(Capability::Delete)
                    || native(&[
                        "models/get",
                        "models/update",
                        "models/delete",
                        "deploy_model",
                        "undeploy_model",
                    ]);
                never || (kept && !self.super_administrator)
            }
            Some(Body::ModelGroup { .. }) => {
                let group = self.q.target.resource().unwrap();
                is(Capability::Delete) && self.world.resources().any(|(_, r)| in_group(r, group))
            }
            _ => false,
        }
    }

    /// Does some effective role hold the action?
    fn privileged(&self, resource: Option<&Resource>) -> bool {
        let group = matches!(resource.map(|r| &r.body), Some(Body::ModelGroup { .. }));
        if resource.is_none() && matches!(self.q.action, Action::Capability(_)) {
            // Roles, mappings and settings of the cluster.
            return self.administrator();
        }
        let action = match &self.q.action {
            Action::Native(name) => name.as_str(),
            Action::Capability(Capability::See) => "models/search",
            Action::Capability(Capability::View | Capability::Download) => "models/get",
            Action::Capability(Capability::Run) => "predict",
            Action::Capability(Capability::Edit) => "models/update",
            Action::Capability(Capability::ViewAccess) => "model_groups/get",
            Action::Capability(Capability::Share) => "update_model_group",
            Action::Capability(Capability::Reassign) => return self.administrator(),
            Action::Capability(Capability::Delete) if group => "model_groups/delete",
            Action::Capability(Capability::Delete) => "models/delete",
        };
        let holds = |role: &String| role_holds(self.cluster, role, action);
        let reads = |role: &String| role_reads_indexes(self.cluster, role);
        self.roles.iter().any(holds)
            && (!matches!(action, "train" | "trainAndPredict") || self.roles.iter().any(reads))
    }

    fn administrator(&self) -> bool {
        self.roles.contains("all_access")
    }

    /// The model group's access.
    fn reach(&self, resource: Option<&Resource>) -> Reach {
        if let Action::Native(name) = &self.q.action
            && !needs_reach(name)
        {
            return Reach::Passed;
        }
        // Access data is the owner's; the action itself also renames, as anyone admitted may.
        let by_owner = self.q.action == Action::Capability(Capability::Share);
        match resource.map(|r| &r.body) {
            Some(Body::ModelGroup { .. }) => self.group_reach(resource, by_owner),
            Some(Body::Model(model)) => {
                let predicts = self.q.action == Action::Capability(Capability::Run)
                    || self.q.action == Action::Native("predict".to_owned());
                if model.hidden && self.released && predicts {
                    return Reach::Passed;
                }
                self.link_reach(model.group.as_ref(), by_owner)
            }
            Some(Body::Job {
                model: Some(model), ..
            }) => match self.world.resource(*model) {
                Some(model) => self.link_reach(model.model().unwrap().group.as_ref(), by_owner),
                None => self.group_reach(None, by_owner),
            },
            _ => Reach::Passed,
        }
    }

    fn link_reach(&self, link: Option<&GroupLink>, by_owner: bool) -> Reach {
        match link {
            // Where there is no group there is no access to give.
            None if by_owner && !self.administrator() => Reach::Failed,
            None => Reach::Passed,
            Some(GroupLink::Known(id)) => self.group_reach(self.world.resource(*id), by_owner),
            Some(GroupLink::Missing(_)) => self.group_reach(None, by_owner),
        }
    }

    fn group_reach(&self, group: Option<&Resource>, by_owner: bool) -> Reach {
        if !self.protected || self.administrator() {
            return Reach::Passed;
        }
        let Some(group) = group else {
            return Reach::Corrupt;
        };
        let Body::ModelGroup {
            access,
            backend_roles,
        } = &group.body
        else {
            return Reach::Corrupt;
        };
        let owns = group.owner == Some(self.q.who);
        let check = |passed| if passed { Reach::Passed } else { Reach::Failed };
        if by_owner && !owns {
            return Reach::Failed;
        }
        if group.owner.is_none() {
            return Reach::Passed;
        }
        let roles: &[String] = self
            .world
            .account(group.environment, self.q.who)
            .map_or(&[], |a| &a.backend_roles);
        let reached = match access {
            None => return Reach::Corrupt,
            Some(AccessMode::Public) => true,
            Some(AccessMode::Private) => owns,
            Some(AccessMode::Restricted) if owns && !self.released => true,
            Some(AccessMode::Restricted) if backend_roles.is_empty() => return Reach::Corrupt,
            Some(AccessMode::Restricted) => backend_roles.iter().any(|r| roles.contains(r)),
        };
        check(reached)
    }
}

/// Actions on one model or group (and batch jobs, which follow their model).
fn needs_reach(action: &str) -> bool {
    !matches!(
        action,
        "register_model_group" | "train" | "trainAndPredict" | "execute" | "batch_ingestion"
    ) && ![
        "stats",
        "profile",
        "connectors",
        "agents",
        "config",
        "tools",
    ]
    .iter()
    .any(|p| action.starts_with(p))
}

fn in_group(resource: &Resource, group: ResourceId) -> bool {
    let link = resource.model().and_then(|m| m.group.as_ref());
    link == Some(&GroupLink::Known(group))
}

fn role_holds(cluster: &Environment, role: &str, action: &str) -> bool {
    match role {
        "all_access" | "ml_full_access" => true,
        "ml_readonly_access" | "ml_read_access" => READS.contains(&action),
        _ => {
            let full = format!("cluster:admin/opensearch/ml/{action}");
            cluster.roles.iter().any(|r| match &r.rights {
                RoleRights::Actions { actions, .. } if r.id == role => {
                    actions.iter().any(|p| matches(p, &full))
                }
                _ => false,
            })
        }
    }
}

fn role_reads_indexes(cluster: &Environment, role: &str) -> bool {
    let custom = |r: &deedbox::domain::CustomRole| {
        r.id == role
            && matches!(
                r.rights,
                RoleRights::Actions {
                    index_read: true,
                    ..
                }
            )
    };
    role == "all_access" || cluster.roles.iter().any(custom)
}

/// Whether somebody is the cluster's administrator.
pub fn is_administrator(world: &World, id: EnvironmentId, q: &Question) -> bool {
    effective_roles(world, id, q).contains("all_access")
}
