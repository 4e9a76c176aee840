//! Types of models that can't be made any more, or not now.

use crate::authz::platforms::ai_builder::{is_supported, is_switched_off};
use crate::domain::{EnvironmentId, Model};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};

/// Of a type that is not supported nothing can be done but deleting a model: nobody makes another
/// (RULES, AI Builder).
///
/// # Errors
/// When the environment's settings keep the type from everybody.
pub(super) fn refuse_retired(
    desk: &Desk<'_>,
    environment: EnvironmentId,
    kind: Option<&str>,
) -> Result<(), Refusal> {
    let Some(place) = desk.now().place(environment) else {
        return Ok(());
    };
    let environment = &place.environment;
    let model = Model {
        kind: kind.map(str::to_owned),
        ..Model::default()
    };
    if is_supported(environment, &model) {
        return Ok(());
    }
    let why = if is_switched_off(environment, &model) {
        "is a preview, and previews are switched off there; an administrator sets preview_models_enabled to true (set-setting)"
    } else {
        "is no longer supported there; choose another type"
    };
    Err(Refusal::rule(
        RefusalKey::NotOffered,
        format!(
            "No model can be made in {}: the type {} {why}.",
            environment.label(),
            kind.unwrap_or_default()
        ),
    ))
}
