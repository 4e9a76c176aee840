//! A document's environments into the draft.

use std::fmt;
use std::str::FromStr;

use strum::IntoEnumIterator;

use crate::domain::{
    Account, CustomRole, Environment, EnvironmentId, Platform, Policy, RoleRights, Specifics,
};

use super::super::desk::{Desk, Seen};
use super::super::problem::{At, Problem};
use super::super::words::word;
use super::content::{AccountPart, EnvironmentPart, RolePart};
use super::policy::{read_bindings, read_policy};
use super::resource;
use super::settings::{ai_builder_settings, business_units, mappings, opensearch_settings};

use Platform::{AiBuilder, Fabric, Google, OpenSearch};

/// Environments with everything in them. Jobs and operations come last: they may name models of
/// environments that are written further down.
pub(super) fn apply(desk: &mut Desk<'_>, parts: &[EnvironmentPart]) -> Result<(), Problem> {
    let at = At::TOP.key("environments");
    let mut seen = Seen::default();
    let mut ids = Vec::with_capacity(parts.len());
    for (i, part) in parts.iter().enumerate() {
        let at = at.index(i);
        seen.once(desk, &at.key("id"), &part.id, "environment")?;
        let id = put(desk, &at, part)?;
        accounts(desk, &at, part, id)?;
        resource::apply_items(desk, &at, part, id)?;
        ids.push(id);
    }
    for ((i, part), id) in parts.iter().enumerate().zip(ids) {
        resource::apply_work(desk, &at.index(i), part, id)?;
    }
    Ok(())
}

fn put(desk: &mut Desk<'_>, at: &At<'_>, part: &EnvironmentPart) -> Result<EnvironmentId, Problem> {
    let platform = part.platform.0;
    refuse_foreign(desk, at, part)?;
    let policy = if platform == Google {
        read_policy(desk, &at.key("policy"), part.policy.as_ref())?
    } else {
        let bindings = part.bindings.as_deref().unwrap_or_default();
        let bindings = read_bindings(desk, &at.key("bindings"), bindings)?;
        Policy {
            bindings,
            ..Policy::default()
        }
    };
    let environment = Environment {
        id: desk.segment(&at.key("id"), &part.id)?,
        name: desk.clean(&at.key("name"), &part.name)?,
        specifics: specifics(desk, at, part)?,
        policy,
        roles: roles(
            desk,
            &at.key("roles"),
            platform,
            part.roles.as_deref().unwrap_or_default(),
        )?,
    };
    let Some(id) = desk.draft.now().find_environment(&part.id) else {
        return Ok(desk.draft.add_environment(environment));
    };
    if let Some(old) = desk.environment(id)
        && old.platform() != platform
    {
        let message = format!(
            "`{}` is there already, on {}: an environment can't change its platform",
            part.id,
            old.platform().title()
        );
        return Err(desk.problem(&at.key("platform"), message));
    }
    // Compiling an environment anew is costly: only when it differs.
    if desk.environment(id) != Some(&environment) {
        desk.draft.edit_environment(id, |e| *e = environment);
    }
    Ok(id)
}

/// Fields of other platforms are errors: they would be lost in silence.
fn refuse_foreign(desk: &Desk<'_>, at: &At<'_>, part: &EnvironmentPart) -> Result<(), Problem> {
    only(
        desk,
        at,
        part.platform.0,
        &[
            (
                "settings",
                part.settings.is_some(),
                &[OpenSearch, AiBuilder],
            ),
            (
                "business_units",
                part.business_units.is_some(),
                &[AiBuilder],
            ),
            (
                "accounts",
                part.accounts.is_some(),
                &[OpenSearch, AiBuilder],
            ),
            ("policy", part.policy.is_some(), &[Google]),
            (
                "inherited_bindings",
                part.inherited_bindings.is_some(),
                &[Google],
            ),
            (
                "bindings",
                part.bindings.is_some(),
                &[OpenSearch, Fabric, AiBuilder],
            ),
            (
                "roles",
                part.roles.as_ref().is_some_and(|r| !r.is_empty()),
                &[Google, OpenSearch, AiBuilder],
            ),
            ("role_mappings", part.role_mappings.is_some(), &[OpenSearch]),
            ("model_groups", part.model_groups.is_some(), &[OpenSearch]),
            ("jobs", part.jobs.is_some(), &[Google, OpenSearch]),
            ("operations", part.operations.is_some(), &[Google]),
            ("experiments", part.experiments.is_some(), &[Fabric]),
        ],
    )
}

/// Refuses fields that are there and belong to other platforms.
pub(super) fn only(
    desk: &Desk<'_>,
    at: &At<'_>,
    platform: Platform,
    fields: &[(&str, bool, &[Platform])],
) -> Result<(), Problem> {
    let wrong = fields
        .iter()
        .find(|(_, there, homes)| *there && !homes.contains(&platform));
    let Some((field, _, homes)) = wrong else {
        return Ok(());
    };
    let homes: Vec<&str> = homes.iter().map(|p| p.title()).collect();
    let message = format!(
        "`{field}` belongs to {}, and this environment is on {}: take it out",
        homes.join(" and "),
        platform.title()
    );
    Err(desk.problem(&at.key(field), message))
}

fn specifics(
    desk: &mut Desk<'_>,
    at: &At<'_>,
    part: &EnvironmentPart,
) -> Result<Specifics, Problem> {
    Ok(match part.platform.0 {
        Google => Specifics::Google {
            edition: edition(desk, at, part)?,
            inherited: read_bindings(
                desk,
                &at.key("inherited_bindings"),
                part.inherited_bindings.as_deref().unwrap_or_default(),
            )?,
        },
        OpenSearch => Specifics::OpenSearch {
            edition: edition(desk, at, part)?,
            settings: opensearch_settings(desk, &at.key("settings"), part.settings.as_ref())?,
            mappings: mappings(desk, &at.key("role_mappings"), part)?,
        },
        Fabric => Specifics::Fabric {
            edition: edition(desk, at, part)?,
        },
        AiBuilder => Specifics::AiBuilder {
            edition: edition(desk, at, part)?,
            settings: ai_builder_settings(desk, &at.key("settings"), part.settings.as_ref())?,
            business_units: business_units(
                desk,
                &at.key("business_units"),
                part.business_units.as_deref().unwrap_or_default(),
            )?,
        },
    })
}

fn edition<T: FromStr + IntoEnumIterator + fmt::Display + Default>(
    desk: &Desk<'_>,
    at: &At<'_>,
    part: &EnvironmentPart,
) -> Result<T, Problem> {
    match part.edition.as_deref() {
        None => Ok(T::default()),
        Some(text) => word(text).map_err(|message| desk.problem(&at.key("edition"), message)),
    }
}

fn roles(
    desk: &Desk<'_>,
    at: &At<'_>,
    platform: Platform,
    parts: &[RolePart],
) -> Result<Vec<CustomRole>, Problem> {
    let mut seen = Seen::default();
    let read = |(i, part): (usize, &RolePart)| {
        let at = at.index(i);
        seen.once(desk, &at.key("id"), &part.id, "role")?;
        Ok(CustomRole {
            id: desk.id(&at.key("id"), &part.id)?,
            title: part.title.clone(),
            description: part.description.clone(),
            stage: part.stage.clone(),
            rights: role_rights(desk, &at, platform, part)?,
        })
    };
    parts.iter().enumerate().map(read).collect()
}

fn role_rights(
    desk: &Desk<'_>,
    at: &At<'_>,
    platform: Platform,
    part: &RolePart,
) -> Result<RoleRights, Problem> {
    only(
        desk,
        at,
        platform,
        &[
            ("permissions", part.permissions.is_some(), &[Google]),
            ("actions", part.actions.is_some(), &[OpenSearch]),
            ("index_read", part.index_read.is_some(), &[OpenSearch]),
            ("privileges", part.privileges.is_some(), &[AiBuilder]),
        ],
    )?;
    let list = |field: &str, list: &Option<Vec<String>>| {
        desk.all_clean(&at.key(field), list.as_deref().unwrap_or_default())
    };
    Ok(match platform {
        OpenSearch => RoleRights::Actions {
            actions: list("actions", &part.actions)?,
            index_read: part.index_read.unwrap_or_default(),
        },
        AiBuilder => {
            let privileges = part.privileges.iter().flatten();
            RoleRights::Privileges(privileges.map(|(p, depth)| (p.0, depth.0)).collect())
        }
        Google | Fabric => RoleRights::Permissions(list("permissions", &part.permissions)?),
    })
}

fn accounts(
    desk: &mut Desk<'_>,
    at: &At<'_>,
    part: &EnvironmentPart,
    environment: EnvironmentId,
) -> Result<(), Problem> {
    let at = at.key("accounts");
    let (mut users, mut names) = (Seen::default(), Seen::default());
    for (i, account) in part.accounts.iter().flatten().enumerate() {
        let at = at.index(i);
        let id = desk.known(&at.key("user"), &account.user)?;
        let reference = desk.draft.now().reference(id);
        users.once(desk, &at.key("user"), &reference, "account of")?;
        if let Some(name) = &account.name {
            names.once(desk, &at.key("name"), name, "account")?;
        }
        let new = read_account(desk, &at, part, account)?;
        if desk.draft.now().account(environment, id).map(|a| &**a) != Some(&new) {
            desk.draft.edit_account(environment, id, |a| *a = new);
        }
    }
    Ok(())
}

fn read_account(
    desk: &Desk<'_>,
    at: &At<'_>,
    environment: &EnvironmentPart,
    part: &AccountPart,
) -> Result<Account, Problem> {
    only(
        desk,
        at,
        environment.platform.0,
        &[
            ("name", part.name.is_some(), &[OpenSearch]),
            (
                "backend_roles",
                !part.backend_roles.is_empty(),
                &[OpenSearch],
            ),
            ("roles", !part.roles.is_empty(), &[OpenSearch]),
            ("business_unit", part.business_unit.is_some(), &[AiBuilder]),
        ],
    )?;
    if let Some(unit) = &part.business_unit
        && !environment
            .business_units
            .iter()
            .flatten()
            .any(|u| u.id == *unit)
    {
        let message = format!("there is no business unit `{unit}` in this environment");
        return Err(desk.problem(&at.key("business_unit"), message));
    }
    let name = part
        .name
        .as_ref()
        .map(|name| desk.id(&at.key("name"), name));
    Ok(Account {
        name: name.transpose()?,
        backend_roles: desk.all_clean(&at.key("backend_roles"), &part.backend_roles)?,
        roles: desk.all_clean(&at.key("roles"), &part.roles)?,
        business_unit: part.business_unit.clone(),
    })
}
