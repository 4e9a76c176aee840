//! Types and states of models: what nobody may do to a model now.

use crate::domain::{
    AiBuilderSettings, Capability, Environment, Model, ModelState, Privilege, Resource, Specifics,
    Target,
};

use super::super::super::decide::{Context, restrict};
use super::super::super::decision::{Check, Needs, ReasonKey, Trace};
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
    refuse(cx, model, key, trace);
    false
}

/// Whether a model's type stands in the way of reading its training data: nothing is deleted, but
/// Delete is the only action.
pub(super) fn keeps_data_closed(cx: &Context<'_>, model: &Model, trace: &mut impl Trace) -> bool {
    let closed = !is_supported(cx.environment(), model);
    if closed {
        refuse(cx, model, ReasonKey::UnsupportedType, trace);
    }
    closed
}

/// Says what nobody may do; of a preview type, which setting keeps it from everybody.
fn refuse(cx: &Context<'_>, model: &Model, key: ReasonKey, trace: &mut impl Trace) {
    if key == ReasonKey::UnsupportedType && is_switched_off(cx.environment(), model) {
        let environment = cx.environment_id;
        trace.reason(Check::Restriction, key, || Needs::Setting {
            environment,
            setting: "preview_models_enabled",
            value: "true",
        });
    } else {
        restrict(trace, key);
    }
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
    standing(environment, model) == TypeStanding::Supported
}

/// Whether all that a model's type lacks is that previews are switched on.
pub fn is_switched_off(environment: &Environment, model: &Model) -> bool {
    standing(environment, model) == TypeStanding::SwitchedOff
}

/// What an environment's settings say of a model type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TypeStanding {
    Supported,
    SwitchedOff,
    Unsupported,
}

fn standing(environment: &Environment, model: &Model) -> TypeStanding {
    let Specifics::AiBuilder { settings, .. } = &environment.specifics else {
        return TypeStanding::Supported;
    };
    let AiBuilderSettings {
        unsupported_types,
        preview_types,
        preview_models_enabled,
        ..
    } = settings;
    match &model.kind {
        Some(kind) if unsupported_types.contains(kind) => TypeStanding::Unsupported,
        Some(kind) if preview_types.contains(kind) && !preview_models_enabled => {
            TypeStanding::SwitchedOff
        }
        _ => TypeStanding::Supported,
    }
}

fn has_published_version(model: &Model) -> bool {
    let published = |state: Option<ModelState>| state == Some(ModelState::Published);
    published(model.state) || model.versions.iter().any(|v| published(v.state))
}
