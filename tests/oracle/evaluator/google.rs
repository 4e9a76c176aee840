//! Google AI Platform: the union of all bindings on the resource and everything above it.

use std::collections::BTreeSet;

use deedbox::authz::Verdict;
use deedbox::domain::{
    Action, Body, Capability, Environment, GoogleEdition, PrincipalId, Resource, RoleRights,
    Specifics, Target, Timestamp,
};

use super::google_roles::{DOCUMENTED, KNOWN, Y2026};
use super::{answer, granted, identities};
use crate::world::{Question, World};

/// Where a method is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Project,
    Model,
    Version,
    Job,
    Operation,
    ModelOrVersion,
}

/// Method, permission, where.
pub const METHODS: &[(&str, &str, On)] = &[
    ("projects.getConfig", "ml.projects.getConfig", On::Project),
    ("projects.jobs.create", "ml.jobs.create", On::Project),
    ("projects.jobs.list", "ml.jobs.list", On::Project),
    ("projects.jobs.get", "ml.jobs.get", On::Job),
    ("projects.jobs.cancel", "ml.jobs.cancel", On::Job),
    (
        "projects.jobs.getIamPolicy",
        "ml.jobs.getIamPolicy",
        On::Job,
    ),
    (
        "projects.jobs.setIamPolicy",
        "ml.jobs.setIamPolicy",
        On::Job,
    ),
    ("projects.models.create", "ml.models.create", On::Project),
    ("projects.models.list", "ml.models.list", On::Project),
    ("projects.models.get", "ml.models.get", On::Model),
    ("projects.models.delete", "ml.models.delete", On::Model),
    (
        "projects.models.getIamPolicy",
        "ml.models.getIamPolicy",
        On::Model,
    ),
    (
        "projects.models.setIamPolicy",
        "ml.models.setIamPolicy",
        On::Model,
    ),
    (
        "projects.models.versions.create",
        "ml.versions.create",
        On::Model,
    ),
    (
        "projects.models.versions.list",
        "ml.versions.list",
        On::Model,
    ),
    (
        "projects.models.versions.setDefault",
        "ml.models.update",
        On::Model,
    ),
    (
        "projects.models.versions.get",
        "ml.versions.get",
        On::Version,
    ),
    (
        "projects.models.versions.delete",
        "ml.versions.delete",
        On::Version,
    ),
    (
        "projects.operations.list",
        "ml.operations.list",
        On::Project,
    ),
    (
        "projects.operations.get",
        "ml.operations.get",
        On::Operation,
    ),
    (
        "projects.operations.cancel",
        "ml.operations.cancel",
        On::Operation,
    ),
    ("projects.predict", "", On::ModelOrVersion),
    ("projects.explain", "", On::ModelOrVersion),
];

pub fn is_permission(word: &str) -> bool {
    KNOWN.split_whitespace().any(|p| p == word)
}

pub fn decide(world: &World, project: &Environment, q: &Question) -> Verdict {
    let may = |permission: &str, on: Target| {
        permissions(world, project, q.who, on, q.at).contains(permission)
    };
    match &q.action {
        // The project's own policy.
        Action::Capability(capability) if q.target.resource().is_none() => {
            answer(match capability {
                Capability::ViewAccess => may("resourcemanager.projects.getIamPolicy", q.target),
                _ => may("resourcemanager.projects.setIamPolicy", q.target),
            })
        }
        Action::Capability(capability) => {
            let version = matches!(q.target, Target::Version(..));
            let place = super::resource_of(world, q.target).map(|r| r.environment);
            answer(match capability {
                Capability::See => {
                    place.is_some_and(|p| may("ml.models.list", Target::Environment(p)))
                        || may("ml.models.get", q.target)
                }
                Capability::View if version => may("ml.versions.get", q.target),
                Capability::View => may("ml.models.get", q.target),
                Capability::Run if version => may("ml.versions.predict", q.target),
                Capability::Run => may("ml.models.predict", q.target),
                Capability::Download => false,
                Capability::Edit => may("ml.models.update", q.target),
                Capability::ViewAccess => may("ml.models.getIamPolicy", q.target),
                Capability::Share | Capability::Reassign => may("ml.models.setIamPolicy", q.target),
                Capability::Delete if version => may("ml.versions.delete", q.target),
                Capability::Delete => may("ml.models.delete", q.target),
            })
        }
        Action::Native(word) if is_permission(word) => answer(may(word, q.target)),
        Action::Native(method) => call(world, method, q, &may),
    }
}

/// Whether a method may be called.
fn call(world: &World, method: &str, q: &Question, may: &dyn Fn(&str, Target) -> bool) -> Verdict {
    if method == "projects.predict" || method == "projects.explain" {
        return answer(match q.target {
            Target::Version(..) => may("ml.versions.predict", q.target),
            _ => may("ml.models.predict", q.target),
        });
    }
    let (_, permission, _) = METHODS.iter().find(|(m, _, _)| *m == method).unwrap();
    let allowed = may(permission, q.target);
    let (true, Some(model)) = (method == "projects.jobs.create", q.model) else {
        return answer(allowed);
    };
    // The model may lie in another project, and is then decided by that project's roles.
    let Some((_, home)) = world.environment_of(model) else {
        return Verdict::Error;
    };
    let held = permissions(world, home, q.who, model, q.at);
    answer(allowed && (held.contains("ml.models.predict") || held.contains("ml.versions.predict")))
}

/// What somebody may do to a target: the union over the resource, its project, and what lies
/// above the project.
pub fn permissions(
    world: &World,
    project: &Environment,
    who: PrincipalId,
    on: Target,
    at: Timestamp,
) -> BTreeSet<String> {
    let to = identities(world, who);
    let mut held = BTreeSet::new();
    let mut add = |roles: Vec<&str>| {
        for role in roles {
            held.extend(role_permissions(project, role));
        }
    };
    add(granted(&project.policy.bindings, &to, at));
    if let Specifics::Google { inherited, .. } = &project.specifics {
        add(granted(inherited, &to, at));
    }
    if let Some(resource) = super::resource_of(world, on) {
        if let Body::Operation { .. } = resource.body {
            // An operation has just its automatic owner.
            if resource.owner.is_some_and(|o| to.contains(&o)) {
                add(vec!["roles/ml.operationOwner"]);
            }
        } else {
            add(granted(&resource.policy.bindings, &to, at));
        }
    }
    held
}

/// What a role name means in a project.
pub fn role_permissions(project: &Environment, role: &str) -> BTreeSet<String> {
    let Specifics::Google { edition, .. } = &project.specifics else {
        return BTreeSet::new();
    };
    let table = match edition {
        GoogleEdition::Documented => DOCUMENTED,
        GoogleEdition::Y2026 => Y2026,
    };
    if let Some((_, words)) = table.iter().find(|(name, _)| *name == role) {
        return words.split_whitespace().map(str::to_owned).collect();
    }
    let custom = project.roles.iter().find(|r| r.id == role);
    match custom.map(|r| (r.stage.as_deref(), &r.rights)) {
        Some((stage, RoleRights::Permissions(list))) if stage != Some("DISABLED") => {
            list.iter().filter(|p| is_permission(p)).cloned().collect()
        }
        _ => BTreeSet::new(),
    }
}

/// Members of `roles/ml.modelOwner` on the model itself, of `roles/ml.jobOwner` on a job; an
/// operation has just its automatic owner.
pub fn owners(row: &Resource, at: Timestamp) -> BTreeSet<PrincipalId> {
    let role = match row.body {
        Body::Model(_) => "roles/ml.modelOwner",
        Body::Job { .. } => "roles/ml.jobOwner",
        _ => return row.owner.into_iter().collect(),
    };
    let bindings = row.policy.bindings.iter();
    bindings
        .filter(|b| b.role == role && super::holds(b, at))
        .flat_map(|b| b.members.iter().copied())
        .collect()
}
