//! Reassign and take over: another owner, with everything that has to move along.

use serde::{Deserialize, Serialize};

use crate::authz::Snapshot;
use crate::authz::lists::{owners, owners_of};
use crate::authz::platforms::ai_builder::{LEVEL_USER, WITH_CONTAINER};
use crate::authz::platforms::google::{MODEL_OWNER, MODEL_USER};
use crate::domain::{
    Binding, Capability, GroupKind, Platform, PrincipalId, PrincipalKind, Resource, ResourceId,
    ResourceKind, Specifics, Status, Target,
};

use super::super::desk::Desk;
use super::super::recipients::can_own;
use super::super::refusal::{Refusal, RefusalKey};
use super::{CarryOut, spelling};

/// Gives models to another owner, all in one change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reassign {
    /// Which models, model groups or experiments.
    #[serde(alias = "model", deserialize_with = "spelling::list")]
    pub models: Vec<String>,
    /// The new owner.
    pub to: String,
    /// Whose ownership ends; every present owner's when missing (Google models can have several).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Whether the former owner keeps using it; the environment's default when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep: Option<bool>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Makes an item one's own whose owner is not active (Fabric).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TakeOver {
    /// Which model or experiment.
    pub model: String,
}

impl CarryOut for Reassign {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let to = desk.known_principal(&self.to)?;
        check_new_owner(desk, to)?;
        let from = match &self.from {
            Some(reference) => Some(known(desk, reference)?),
            None => None,
        };
        if self.models.is_empty() {
            return Err(Refusal::rule(
                RefusalKey::Malformed,
                "No model is named to reassign.",
            ));
        }
        let mut told = Vec::new();
        for (done, model) in self.models.iter().enumerate() {
            desk.reached(done, self.models.len())?;
            let (id, _) = desk.resource(model)?;
            let id = owning_resource(desk, id)?;
            desk.require_capability(Capability::Reassign, id, "reassign")?;
            check_take_over(desk, id, to)?;
            check_fits(desk, id, to, from)?;
            let before = owners_of(desk.now(), id, desk.at);
            hand_over(desk, id, to, from, self.keep);
            warn_if_locked_out(desk, id, to);
            let former = former(desk, id, before);
            told.push((desk.now().target_label(Target::Resource(id)), former));
        }
        let from = |former: &Option<String>| match former {
            Some(former) => format!(" from {former}"),
            None => String::new(),
        };
        let to = desk.now().label(to);
        if let [(name, former)] = told.as_slice() {
            return Ok(format!("reassign {name}{} to {to}", from(former)));
        }
        let each = told
            .iter()
            .map(|(name, former)| format!("{name}{}", from(former)));
        desk.companions.splice(0..0, each);
        let alike = told.iter().map(|(_, former)| former);
        let sole = alike
            .clone()
            .next()
            .filter(|f| alike.clone().all(|other| other == *f));
        let from = sole.map(from).unwrap_or_default();
        Ok(format!("reassign {} models{from} to {to}", told.len()))
    }

    fn reason(&self) -> Option<String> {
        self.reason.clone()
    }
}

impl CarryOut for TakeOver {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let to = desk.principal()?;
        let (id, _) = desk.resource(&self.model)?;
        if desk.platform(Target::Resource(id)) != Some(Platform::Fabric) {
            return Err(Refusal::rule(
                RefusalKey::NotOnThisPlatform,
                "Only Fabric lets somebody take an item over; reassign it instead.",
            ));
        }
        let name = desk.now().target_label(Target::Resource(id));
        let owner = desk.now().resource(id).and_then(|r| r.owner);
        let active = owner
            .and_then(|o| desk.now().principal(o))
            .is_some_and(|o| o.status() == Status::Active);
        if active {
            return Err(Refusal::rule(
                RefusalKey::OwnerStillActive,
                format!(
                    "{name} can't be taken over: its owner is active. Ask them or an Admin to reassign it."
                ),
            ));
        }
        desk.require_capability(Capability::Reassign, id, "take over")?;
        hand_over(desk, id, to, None, Some(false));
        Ok(format!("take {name} over"))
    }
}

fn known(desk: &Desk<'_>, reference: &str) -> Result<PrincipalId, Refusal> {
    desk.now().find_principal(reference).ok_or_else(|| {
        Refusal::rule(
            RefusalKey::NotFound,
            format!("The directory knows no `{reference}`."),
        )
    })
}

/// On OpenSearch the group is what has an owner.
fn owning_resource(desk: &Desk<'_>, id: ResourceId) -> Result<ResourceId, Refusal> {
    let Some(resource) = desk.now().resource(id) else {
        return Ok(id);
    };
    let on_cluster = desk.platform(Target::Resource(id)) == Some(Platform::OpenSearch);
    if !on_cluster || resource.kind() != ResourceKind::Model {
        return Ok(id);
    }
    resource
        .model()
        .and_then(crate::domain::Model::group_id)
        .ok_or_else(|| {
            Refusal::rule(
                RefusalKey::NotOnThisPlatform,
                format!(
                    "{} belongs to no model group, so it has no owner to change.",
                    resource.label()
                ),
            )
        })
}

/// Those of the owners before who are none any more, by name.
fn former(desk: &Desk<'_>, id: ResourceId, mut before: Vec<PrincipalId>) -> Option<String> {
    let now = owners_of(desk.now(), id, desk.at);
    before.retain(|owner| !now.contains(owner));
    let names: Vec<String> = before.iter().map(|o| desk.now().label(*o)).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

pub(super) fn check_new_owner(desk: &Desk<'_>, to: PrincipalId) -> Result<(), Refusal> {
    let Some(principal) = desk.now().principal(to) else {
        return Ok(());
    };
    if principal.status() != Status::Active {
        return Err(Refusal::rule(
            RefusalKey::NotActive,
            format!(
                "{} is {}; choose an active owner.",
                principal.label(),
                principal.status()
            ),
        ));
    }
    if matches!(
        principal.kind,
        PrincipalKind::Group {
            kind: GroupKind::AccessTeam,
            ..
        }
    ) {
        return Err(Refusal::rule(
            RefusalKey::AccessTeam,
            format!(
                "{} is an access team, which can own nothing.",
                principal.label()
            ),
        ));
    }
    Ok(())
}

/// On Fabric whoever can only take over may do so for themselves alone.
pub(in super::super) fn check_take_over(
    desk: &Desk<'_>,
    id: ResourceId,
    to: PrincipalId,
) -> Result<(), Refusal> {
    let target = Target::Resource(id);
    if desk.platform(target) != Some(Platform::Fabric) || desk.actor.principal == Some(to) {
        return Ok(());
    }
    let explanation = desk.explain(
        &crate::domain::Action::Capability(Capability::Reassign),
        target,
    )?;
    let beyond = explanation
        .evidence_for(crate::authz::Check::Reach)
        .any(|e| !matches!(e, crate::authz::Evidence::TakeOver));
    if beyond {
        return Ok(());
    }
    Err(Refusal::rule(
        RefusalKey::OwnerStillActive,
        "You may take this over for yourself; giving it to somebody else needs the Admin role.",
    ))
}

/// The new owner must be of a kind that can own this on its platform.
pub(super) fn check_kind(desk: &Desk<'_>, id: ResourceId, to: PrincipalId) -> Result<(), Refusal> {
    let (Some(platform), Some(owner)) = (
        desk.platform(Target::Resource(id)),
        desk.now().principal(to),
    ) else {
        return Ok(());
    };
    if can_own(platform, owner) {
        return Ok(());
    }
    let (label, name) = (owner.label(), desk.now().target_label(Target::Resource(id)));
    Err(Refusal::rule(
        RefusalKey::NotOnThisPlatform,
        format!("{label} is a group and can't own {name} on this platform; choose a person."),
    ))
}

/// What can own what: Google's jobs change hands with their model owners' policy only. Whoever hands
/// over must be an owner.
fn check_fits(
    desk: &Desk<'_>,
    id: ResourceId,
    to: PrincipalId,
    from: Option<PrincipalId>,
) -> Result<(), Refusal> {
    let Some(resource) = desk.now().resource(id) else {
        return Ok(());
    };
    let name = resource.label();
    if matches!(resource.kind(), ResourceKind::Job | ResourceKind::Operation) {
        return Err(Refusal::rule(
            RefusalKey::NotOnThisPlatform,
            format!("{name} stays with whoever started it; share it by its policy instead."),
        ));
    }
    check_kind(desk, id, to)?;
    let owners = owners(desk.now(), resource, desk.at);
    match from {
        Some(from) if !owners.contains(&from) => Err(Refusal::rule(
            RefusalKey::NoSuchGrant,
            format!("{} does not own {name}.", desk.now().label(from)),
        )),
        _ => Ok(()),
    }
}

/// Changes the owner of one resource, with its container, and what the former one keeps.
fn hand_over(
    desk: &mut Desk<'_>,
    id: ResourceId,
    to: PrincipalId,
    from: Option<PrincipalId>,
    keep: Option<bool>,
) {
    let Some(resource) = desk.now().resource(id).cloned() else {
        return;
    };
    let keep = keep.unwrap_or_else(|| keeps_by_default(desk.now(), id));
    match desk.platform(Target::Resource(id)) {
        Some(Platform::Google) => hand_over_roles(desk, id, &resource, to, from, keep),
        Some(Platform::AiBuilder) => hand_over_row(desk, id, &resource, to, from, keep),
        Some(Platform::OpenSearch) => desk.draft.edit_resource(id, |r| r.owner = Some(to)),
        _ => {
            let former = resource.owner.filter(|o| *o != to);
            desk.draft.edit_resource(id, |r| {
                r.owner = Some(to);
                if let Some(former) = former.filter(|_| keep) {
                    r.policy.grant(Binding::new("Read", former));
                }
            });
        }
    }
}

/// An owner whose roles let them do nothing there is told of before, not after.
fn warn_if_locked_out(desk: &mut Desk<'_>, id: ResourceId, to: PrincipalId) {
    let target = Target::Resource(id);
    let person = desk.now().principal(to).is_some_and(|p| p.is_actor());
    if person && crate::authz::capabilities(desk.now(), to, target, desk.at).is_empty() {
        let (name, owner) = (desk.now().target_label(target), desk.now().label(to));
        desk.warnings.push(format!(
            "{owner} would own {name} but holds no role there that lets them do anything with it."
        ));
    }
}

/// Whether the environment lets a former owner go on using what was theirs (AI Builder's
/// `share_to_previous_owner`), when a reassignment does not say.
pub fn keeps_by_default(snapshot: &Snapshot, id: ResourceId) -> bool {
    let environment = snapshot.environment_of(Target::Resource(id));
    let place = environment.and_then(|e| snapshot.place(e));
    place.is_some_and(|p| match &p.environment.specifics {
        Specifics::AiBuilder { settings, .. } => settings.share_to_previous_owner,
        _ => false,
    })
}

/// Google: the owner role goes from the former owners to the new one in one change.
fn hand_over_roles(
    desk: &mut Desk<'_>,
    id: ResourceId,
    resource: &Resource,
    to: PrincipalId,
    from: Option<PrincipalId>,
    keep: bool,
) {
    let mut former = owners(desk.now(), resource, desk.at);
    former.retain(|o| *o != to && from.is_none_or(|f| f == *o));
    if former.len() > 1 {
        let names: Vec<String> = former.iter().map(|o| desk.now().label(*o)).collect();
        desk.warnings.push(format!(
            "All of {} stop being owners of {}.",
            names.join(", "),
            resource.label()
        ));
    }
    desk.draft.edit_resource(id, |r| {
        for owner in &former {
            r.policy.revoke(*owner, |b| b.role == MODEL_OWNER);
            if keep {
                r.policy.grant(Binding::new(MODEL_USER, *owner));
            }
        }
        let has = r
            .policy
            .bindings
            .iter()
            .any(|b| b.role == MODEL_OWNER && b.condition.is_none() && b.members.contains(&to));
        if !has {
            r.policy.grant(Binding::new(MODEL_OWNER, to));
        }
    });
}

/// AI Builder: model and datasets container move together; the platform needs two steps for it.
fn hand_over_row(
    desk: &mut Desk<'_>,
    id: ResourceId,
    resource: &Resource,
    to: PrincipalId,
    from: Option<PrincipalId>,
    keep: bool,
) {
    let former = resource
        .owner
        .filter(|o| *o != to && from.is_none_or(|f| f == *o));
    let name = resource.label().to_owned();
    let model = resource.model();
    let container = model
        .and_then(|m| m.container.as_ref())
        .map(|c| c.id.clone());
    let kind = model.and_then(|m| m.kind.as_deref());
    let with_container = kind.is_some_and(|k| WITH_CONTAINER.contains(&k));
    desk.draft.edit_resource(id, |r| {
        r.owner = Some(to);
        r.policy.revoke(to, |_| true);
        if let Some(former) = former {
            r.policy.revoke(former, |_| true);
        }
        if let Some(container) = r.model_mut().and_then(|m| m.container.as_mut()) {
            container.owner = to;
        }
        if let Some(former) = former.filter(|_| keep) {
            r.policy.grant(Binding::new(LEVEL_USER, former));
        }
    });
    match container {
        Some(container) => desk
            .companions
            .push(format!("datasets container {container} of {name} moves along")),
        None if with_container => desk.warnings.push(format!(
            "{name} should have a datasets container, but none is recorded; look for one on the platform."
        )),
        None => {}
    }
}
