//! What an inverse change needs: the same as making that change directly.

use crate::authz::platforms::opensearch::{access_control_on, backend_roles};
use crate::authz::platforms::{self, Doing, permission_to};
use crate::domain::{
    Action, Body, Capability, Change, ChangeSet, Environment, EnvironmentId, JournalEntry, Key,
    Model, Platform, Record, Resource, ResourceId, ResourceKind, Specifics, Target,
};

use super::super::desk::Desk;
use super::super::intents::{offboard, sharing};
use super::super::offboarding::succession::changes_hands;
use super::super::refusal::{Refusal, RefusalKey};
use super::{HAND_OVERS, OFFBOARD};

/// Authorizes every part of an inverse change set.
pub(super) fn inverse(
    desk: &Desk<'_>,
    entry: &JournalEntry,
    inverse: &ChangeSet,
) -> Result<(), Refusal> {
    for change in &inverse.0 {
        record(desk, entry, change)?;
    }
    Ok(())
}

fn record(desk: &Desk<'_>, entry: &JournalEntry, change: &Change) -> Result<(), Refusal> {
    match (&change.key, &change.before, &change.after) {
        (Key::Principal(_), before, after) => {
            // A name that a grant brought in as external carries no rights of its own.
            let external = |r: &Option<Record>| match r {
                Some(Record::Principal(p)) => !p.is_known(),
                _ => true,
            };
            if external(before) && external(after) {
                return Ok(());
            }
            desk.require_store_administrator("undo this")
        }
        (Key::Account(id, _), before, after)
            if !desk.actor.store_administrator
                || roles(before.as_ref()) != roles(after.as_ref()) =>
        {
            require(desk, Capability::Edit, Target::Environment(*id))
        }
        (Key::Account(..) | Key::Counters, ..) => Ok(()),
        (Key::Environment(id), Some(Record::Environment(was)), Some(Record::Environment(is))) => {
            environment(desk, *id, was, is)
        }
        (Key::Resource(_, id), Some(Record::Resource(was)), Some(Record::Resource(is))) => {
            changed(desk, entry, *id, was, is)
        }
        (Key::Resource(_, id), Some(Record::Resource(was)), None) => removed(desk, *id, was),
        (Key::Resource(environment, _), None, Some(Record::Resource(is))) => {
            restored(desk, entry, *environment, is)
        }
        _ => desk.require_store_administrator("undo this"),
    }
}

/// The roles of an account; backend roles and names are the store administrator's to give.
fn roles(account: Option<&Record>) -> &[String] {
    match account {
        Some(Record::Account(account)) => &account.roles,
        _ => &[],
    }
}

fn require(desk: &Desk<'_>, capability: Capability, target: Target) -> Result<(), Refusal> {
    let name = desk.now().target_label(target);
    let what = format!("undo a change of {name}");
    desk.require(&Action::Capability(capability), target, &what)
}

/// A native permission, or administering the environment where the platform has none for it.
fn require_doing(desk: &Desk<'_>, doing: Doing, target: Target) -> Result<(), Refusal> {
    match desk.platform(target).and_then(|p| permission_to(p, doing)) {
        Some(permission) => desk.require_native(permission, target, "undo a change of"),
        None => require(desk, Capability::Share, target),
    }
}

/// Roles need what changing roles needs; settings and definitions, editing the environment; what
/// comes from above can't be edited here at all.
fn environment(
    desk: &Desk<'_>,
    id: EnvironmentId,
    was: &Environment,
    is: &Environment,
) -> Result<(), Refusal> {
    let target = Target::Environment(id);
    if was.policy != is.policy {
        require_doing(desk, Doing::ChangeRoles, target)?;
    }
    if was.specifics != is.specifics || was.roles != is.roles || was.name != is.name {
        require(desk, Capability::Edit, target)?;
    }
    let inherited = |e: &Environment| match &e.specifics {
        Specifics::Google { inherited, .. } => inherited.clone(),
        _ => Vec::new(),
    };
    if was.id != is.id || inherited(was) != inherited(is) {
        desk.require_store_administrator("undo this")?;
    }
    Ok(())
}

fn container(resource: &Resource) -> Option<&crate::domain::DatasetsContainer> {
    resource.model().and_then(|m| m.container.as_ref())
}

fn changed(
    desk: &Desk<'_>,
    entry: &JournalEntry,
    id: ResourceId,
    was: &Resource,
    is: &Resource,
) -> Result<(), Refusal> {
    let target = Target::Resource(id);
    let intent = entry.stamp.intent.as_str();
    let hands_back = HAND_OVERS.contains(&intent) && (intent != OFFBOARD || changes_hands(was, is));
    if hands_back || was.owner != is.owner || container(was) != container(is) {
        offboard::require_hand_over(desk, id, is.owner, "undo a change of")?;
    }
    if hands_back {
        return Ok(());
    }
    if was.policy != is.policy {
        require(desk, Capability::Share, target)?;
        if desk.platform(target) == Some(Platform::Fabric) {
            let new = is
                .policy
                .bindings
                .iter()
                .filter(|b| !was.policy.bindings.contains(b));
            for binding in new {
                sharing::check_passed_on(desk, id, &binding.role)?;
            }
        }
    }
    let renamed = was.name != is.name || was.description != is.description;
    match (&was.body, &is.body) {
        (Body::ModelGroup { .. }, Body::ModelGroup { .. }) => group(desk, id, was, is),
        (Body::Model(before), Body::Model(after)) => {
            if renamed || before != after {
                model(desk, id, before, after)?;
            }
            Ok(())
        }
        (Body::Job { .. }, _) if was.body != is.body => {
            require_doing(desk, Doing::CancelJob, target)
        }
        _ if renamed || was.body != is.body => require(desk, Capability::Edit, target),
        _ => Ok(()),
    }
}

/// The access of a group is for its owner and administrators, within the roles they hold, and not
/// while access control is off.
fn group(desk: &Desk<'_>, id: ResourceId, was: &Resource, is: &Resource) -> Result<(), Refusal> {
    let target = Target::Resource(id);
    require_doing(desk, Doing::UpdateGroup, target)?;
    if was.body == is.body {
        return Ok(());
    }
    require(desk, Capability::Share, target)?;
    let environment = was.environment;
    let place = desk.now().place(environment);
    if !place.is_some_and(|p| access_control_on(&p.environment)) {
        return Err(Refusal::rule(
            RefusalKey::AclParamsWhenDisabled,
            "Model access control is off; switch it on before you change who may use a group.",
        ));
    }
    let principal = desk.principal()?;
    let administrator =
        platforms::administrator(desk.now(), environment, principal, desk.at).is_some();
    let Body::ModelGroup {
        backend_roles: wanted,
        ..
    } = &is.body
    else {
        return Ok(());
    };
    let held = backend_roles(desk.now(), environment, principal);
    if administrator || wanted.iter().all(|r| held.contains(r)) {
        return Ok(());
    }
    Err(Refusal::rule(
        RefusalKey::RolesNotHeld,
        "This would attach backend roles that you do not hold.",
    ))
}

fn model(desk: &Desk<'_>, id: ResourceId, was: &Model, is: &Model) -> Result<(), Refusal> {
    let target = Target::Resource(id);
    let only = |a: &Model, b: &Model| a.versions.iter().any(|v| b.version(&v.id).is_none());
    for (index, version) in (0..).zip(&was.versions) {
        if is.version(&version.id).is_none() {
            require(desk, Capability::Delete, Target::Version(id, index))?;
        }
    }
    let restores_version = only(is, was);
    if restores_version {
        require_doing(desk, Doing::AddVersion, target)?;
    }
    let mut rest = was.clone();
    rest.versions.clone_from(&is.versions);
    let other = rest != *is || (!restores_version && !only(was, is) && was.versions != is.versions);
    if other || was.versions == is.versions {
        require(desk, Capability::Edit, target)?;
    }
    match (was.group_id(), is.group_id()) {
        (before, Some(after)) if before != Some(after) => {
            require(desk, Capability::Edit, Target::Resource(after))
        }
        _ => Ok(()),
    }
}

fn removed(desk: &Desk<'_>, id: ResourceId, was: &Resource) -> Result<(), Refusal> {
    let target = Target::Resource(id);
    match was.kind() {
        ResourceKind::Model | ResourceKind::Experiment => {
            desk.require_capability(Capability::Delete, id, "delete")
        }
        // Natively: that it is empty is seen to when everything is in place.
        ResourceKind::ModelGroup => require_doing(desk, Doing::DeleteGroup, target),
        ResourceKind::Job => require_doing(desk, Doing::CancelJob, target),
        // An operation goes with the model or version that it made, which is authorized itself.
        ResourceKind::Operation => Ok(()),
    }
}

/// What was deleted comes back with everything granted on it: only whoever deleted it, or an
/// administrator of the environment, brings it back, and only where they could make it.
fn restored(
    desk: &Desk<'_>,
    entry: &JournalEntry,
    environment: EnvironmentId,
    is: &Resource,
) -> Result<(), Refusal> {
    let here = Target::Environment(environment);
    let doing = match is.kind() {
        ResourceKind::Model => Doing::CreateModel,
        ResourceKind::ModelGroup => Doing::CreateGroup,
        ResourceKind::Job => Doing::CreateJob,
        ResourceKind::Experiment => Doing::WriteExperiment,
        ResourceKind::Operation => return Ok(()),
    };
    require_doing(desk, doing, here)?;
    let principal = desk.principal()?;
    let administrator =
        platforms::administrator(desk.now(), environment, principal, desk.at).is_some();
    if entry.stamp.author.principal != Some(principal) && !administrator {
        return Err(Refusal::rule(
            RefusalKey::OnlyOwnerOrAdmin,
            format!(
                "{} can be brought back only by whoever deleted it or by an administrator.",
                is.label()
            ),
        ));
    }
    let group = is
        .model()
        .and_then(Model::group_id)
        .filter(|g| desk.now().resource(*g).is_some());
    match group {
        Some(group) => require_doing(desk, Doing::AddVersion, Target::Resource(group)),
        None => Ok(()),
    }
}
