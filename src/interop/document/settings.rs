//! What a document says of one platform's environments only: settings, role mappings, business
//! units.

use crate::domain::{AiBuilderSettings, BusinessUnit, OpenSearchSettings, Platform, RoleMapping};

use super::super::desk::{Desk, Seen};
use super::super::problem::{At, Problem};
use super::content::{BusinessUnitPart, EnvironmentPart, RoleMappingPart, SettingsPart};
use super::environment::only;

use Platform::{AiBuilder, OpenSearch};

pub(super) fn opensearch_settings(
    desk: &Desk<'_>,
    at: &At<'_>,
    part: Option<&SettingsPart>,
) -> Result<OpenSearchSettings, Problem> {
    let default = OpenSearchSettings::default();
    let Some(part) = part else { return Ok(default) };
    let homes: &[Platform] = &[AiBuilder];
    only(
        desk,
        at,
        OpenSearch,
        &[
            (
                "preview_models_enabled",
                part.preview_models_enabled.is_some(),
                homes,
            ),
            ("preview_types", part.preview_types.is_some(), homes),
            ("unsupported_types", part.unsupported_types.is_some(), homes),
            (
                "share_to_previous_owner",
                part.share_to_previous_owner.is_some(),
                homes,
            ),
        ],
    )?;
    let at = at.key("super_administrators");
    let supers = part.super_administrators.iter().flatten().enumerate();
    Ok(OpenSearchSettings {
        model_access_control_enabled: part
            .model_access_control_enabled
            .unwrap_or(default.model_access_control_enabled),
        security_enabled: part.security_enabled.unwrap_or(default.security_enabled),
        roles_mapping_resolution: part.roles_mapping_resolution.unwrap_or_default().0,
        super_administrators: supers
            .map(|(i, reference)| desk.known(&at.index(i), reference))
            .collect::<Result<_, _>>()?,
    })
}

pub(super) fn ai_builder_settings(
    desk: &Desk<'_>,
    at: &At<'_>,
    part: Option<&SettingsPart>,
) -> Result<AiBuilderSettings, Problem> {
    let default = AiBuilderSettings::default();
    let Some(part) = part else { return Ok(default) };
    let homes: &[Platform] = &[OpenSearch];
    only(
        desk,
        at,
        AiBuilder,
        &[
            (
                "model_access_control_enabled",
                part.model_access_control_enabled.is_some(),
                homes,
            ),
            ("security_enabled", part.security_enabled.is_some(), homes),
            (
                "roles_mapping_resolution",
                part.roles_mapping_resolution.is_some(),
                homes,
            ),
            (
                "super_administrators",
                part.super_administrators.is_some(),
                homes,
            ),
        ],
    )?;
    let types = |field: &str, list: &Option<Vec<String>>| {
        desk.all_clean(&at.key(field), list.as_deref().unwrap_or_default())
    };
    Ok(AiBuilderSettings {
        preview_models_enabled: part
            .preview_models_enabled
            .unwrap_or(default.preview_models_enabled),
        preview_types: types("preview_types", &part.preview_types)?,
        unsupported_types: types("unsupported_types", &part.unsupported_types)?,
        share_to_previous_owner: part
            .share_to_previous_owner
            .unwrap_or(default.share_to_previous_owner),
    })
}

pub(super) fn mappings(
    desk: &Desk<'_>,
    at: &At<'_>,
    part: &EnvironmentPart,
) -> Result<Vec<RoleMapping>, Problem> {
    let mut seen = Seen::default();
    let read = |(i, part): (usize, &RoleMappingPart)| {
        let at = at.index(i);
        seen.once(desk, &at.key("role"), &part.role, "mapping of the role")?;
        Ok(RoleMapping {
            role: desk.id(&at.key("role"), &part.role)?,
            users: desk.all_clean(&at.key("users"), &part.users)?,
            backend_roles: desk.all_clean(&at.key("backend_roles"), &part.backend_roles)?,
            and_backend_roles: desk
                .all_clean(&at.key("and_backend_roles"), &part.and_backend_roles)?,
            hosts: desk.all_clean(&at.key("hosts"), &part.hosts)?,
        })
    };
    part.role_mappings
        .iter()
        .flatten()
        .enumerate()
        .map(read)
        .collect()
}

pub(super) fn business_units(
    desk: &Desk<'_>,
    at: &At<'_>,
    parts: &[BusinessUnitPart],
) -> Result<Vec<BusinessUnit>, Problem> {
    let mut seen = Seen::default();
    for (i, part) in parts.iter().enumerate() {
        let at = at.index(i);
        desk.id(&at.key("id"), &part.id)?;
        seen.once(desk, &at.key("id"), &part.id, "business unit")?;
        if let Some(parent) = &part.parent
            && !parts.iter().any(|p| p.id == *parent)
        {
            let message = format!("there is no business unit `{parent}` in this environment");
            return Err(desk.problem(&at.key("parent"), message));
        }
        if part.parent.is_some() && circles(parts, part) {
            let message = format!(
                "`{}` would lie below itself: a tree has no circles",
                part.id
            );
            return Err(desk.problem(&at.key("parent"), message));
        }
    }
    let unit = |p: &BusinessUnitPart| BusinessUnit {
        id: p.id.clone(),
        parent: p.parent.clone(),
    };
    Ok(parts.iter().map(unit).collect())
}

/// Whether the way up from a unit does not end.
fn circles(parts: &[BusinessUnitPart], from: &BusinessUnitPart) -> bool {
    let mut here = Some(from);
    for _ in 0..=parts.len() {
        let Some(unit) = here else { return false };
        here = unit
            .parent
            .as_ref()
            .and_then(|above| parts.iter().find(|p| p.id == *above));
    }
    here.is_some()
}
