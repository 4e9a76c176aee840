//! Types and states of models: what nobody may do to a model now.

use crate::domain::{
    AiBuilderSettings, Capability, Environment, Model, ModelState, Privilege, Resource, Specifics,
    Target,
};

use super::super::super::decide::{Context, restrict};
use super::super::super::decision::{ReasonKey, Trace};
use super::super::super::request::ActionId;
use super::privilege_of;
use super::reach::{owner_of, role_grants};
use super::roles::GENERIC_PREDICTION;

/// Types and states: what nobody may do to this model now.
pub(super) fn restriction(cx: &Context<'_>, trace: &mut impl Trace) -> bool {
    let (Some(model), Target::Resource(_) | Target::Version(..)) =
        (cx.resource().and_then(Resource::model), cx.request.target)
    else {
        return true;
    };
    let capability = match cx.request.action {
        ActionId::Capability(capability) => capability,
        ActionId::Permission(permission) => match privilege_of(permission) {
            Some(privilege) => capability_of(privilege),
            None => return true,
        },
        ActionId::Method(_) => return true,
    };
    let generic = model.kind.as_deref() == Some(GENERIC_PREDICTION);
    let key = if !is_supported(cx.environment(), model) && !left_over(cx, capability) {
        ReasonKey::UnsupportedType
    } else if generic && capability == Capability::Share {
        ReasonKey::GenericPredictionNotShareable
    } else if generic && capability == Capability::Run && owner_of(cx).is_none() {
        ReasonKey::GenericPredictionSchedule
    } else if capability == Capability::Run && !has_published_version(model) {
        ReasonKey::NotPublished
    } else {
        return true;
    };
    restrict(trace, key);
    false
}

/// The verb that a privilege is asked for: what nobody may do, nobody may do under another name.
const fn capability_of(privilege: Privilege) -> Capability {
    match privilege {
        Privilege::Read => Capability::See,
        Privilege::Delete => Capability::Delete,
        Privilege::Assign => Capability::Reassign,
        Privilege::Share => Capability::Share,
        Privilege::Create | Privilege::Write | Privilege::Append | Privilege::AppendTo => {
            Capability::Edit
        }
    }
}

/// What stays possible on a model of a retired type: it is listed; owner and administrators delete
/// it; administrators hand it over.
fn left_over(cx: &Context<'_>, capability: Capability) -> bool {
    let administrator = || role_grants(cx).any(|g| g.rights.administrator);
    match capability {
        Capability::See => true,
        Capability::Delete => owner_of(cx).is_some() || administrator(),
        Capability::Reassign => administrator(),
        _ => false,
    }
}

/// Whether the environment still runs models of this type.
pub fn is_supported(environment: &Environment, model: &Model) -> bool {
    let Specifics::AiBuilder { settings, .. } = &environment.specifics else {
        return true;
    };
    let AiBuilderSettings {
        unsupported_types,
        preview_types,
        preview_models_enabled,
        ..
    } = settings;
    let Some(kind) = &model.kind else { return true };
    !unsupported_types.contains(kind) && (*preview_models_enabled || !preview_types.contains(kind))
}

fn has_published_version(model: &Model) -> bool {
    let published = |state: Option<ModelState>| state == Some(ModelState::Published);
    published(model.state) || model.versions.iter().any(|v| published(v.state))
}
