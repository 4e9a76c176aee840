//! Records put in place by their ids.

use crate::domain::{
    CustomRole, Environment, EnvironmentId, GroupLink, Platform, Resource, ResourceId, ResourceKind,
};
use crate::registry::Draft;

/// Puts a resource under its id: a new one joins, one that is there is replaced, one that says the
/// same is left alone.
pub(super) fn put_resource(draft: &mut Draft, mut resource: Resource) -> ResourceId {
    let (environment, kind) = (resource.environment, resource.kind());
    let Some(id) = draft.now().find_resource(environment, kind, &resource.id) else {
        let name = resource.id.clone();
        let id = draft.add_resource(resource);
        if kind == ResourceKind::ModelGroup {
            adopt(draft, id, &name);
        }
        return id;
    };
    let google = |draft: &Draft| {
        draft
            .now()
            .place(environment)
            .is_some_and(|p| p.platform() == Platform::Google)
    };
    if let Some(old) = draft.now().resource(id) {
        // Only Google's files say etags; elsewhere the one that is there stays.
        if resource.policy.etag.is_none() && !google(draft) {
            resource.policy.etag.clone_from(&old.policy.etag);
        }
        if *old != resource {
            draft.edit_resource(id, |r| *r = resource);
        }
    }
    id
}

/// Models that named a group before it was there are in it now.
fn adopt(draft: &mut Draft, group: ResourceId, name: &str) {
    let Some(environment) = draft.now().resource(group).map(|r| r.environment) else {
        return;
    };
    let waits = |id: &ResourceId| {
        let model = draft.now().resource(*id).and_then(Resource::model);
        matches!(model, Some(m) if m.group == Some(GroupLink::Missing(name.to_owned())))
    };
    let models = draft.now().resources_in(environment, ResourceKind::Model);
    for id in models.filter(waits).collect::<Vec<_>>() {
        draft.edit_resource(id, |r| {
            if let Some(model) = r.model_mut() {
                model.group = Some(GroupLink::Known(group));
            }
        });
    }
}

/// Puts custom roles into an environment: each replaces one of the same id.
pub(super) fn put_roles(draft: &mut Draft, environment: EnvironmentId, roles: Vec<CustomRole>) {
    edit_if_changed(draft, environment, |e| {
        for role in roles {
            match e.roles.iter_mut().find(|r| r.id == role.id) {
                Some(old) => *old = role,
                None => e.roles.push(role),
            }
        }
    });
}

/// Changes an environment, unless the change changes nothing: compiling it anew is costly.
pub(super) fn edit_if_changed(
    draft: &mut Draft,
    environment: EnvironmentId,
    edit: impl FnOnce(&mut Environment),
) {
    let Some(old) = draft
        .now()
        .place(environment)
        .map(|p| (*p.environment).clone())
    else {
        return;
    };
    let mut new = old.clone();
    edit(&mut new);
    if new != old {
        draft.edit_environment(environment, |e| *e = new);
    }
}
