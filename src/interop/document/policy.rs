//! Grants of a document: bindings, policies, and the shares of Fabric and AI Builder.

use crate::authz::Snapshot;
use crate::domain::{Binding, Condition, Platform, Policy, Reading, Window};

use super::super::desk::Desk;
use super::super::problem::{At, Problem};
use super::super::words::Moment;
use super::parts::{BindingPart, ConditionPart, PolicyPart, SharePart};

/// The level of an AI Builder share that names none.
const DEFAULT_LEVEL: &str = "User";
/// Levels whose spelling is put right.
const LEVELS: [&str; 2] = ["User", "Co-owner"];
/// Rights of a Fabric share, in the order in which they are kept, with the share dialog's words.
const RIGHTS: [(&str, &str); 5] = [
    ("Read", "Read"),
    ("Write", "Edit"),
    ("Reshare", "Share"),
    ("Execute", "Execute"),
    ("ViewExecutionOutput", "ViewExecutionOutput"),
];

pub(super) fn read_bindings(
    desk: &mut Desk<'_>,
    at: &At<'_>,
    parts: &[BindingPart],
) -> Result<Vec<Binding>, Problem> {
    parts
        .iter()
        .enumerate()
        .map(|(i, part)| read_binding(desk, &at.index(i), part))
        .collect()
}

fn read_binding(desk: &mut Desk<'_>, at: &At<'_>, part: &BindingPart) -> Result<Binding, Problem> {
    Ok(Binding {
        role: desk.id(&at.key("role"), &part.role)?,
        members: desk.members(&at.key("members"), &part.members)?,
        condition: part.condition.as_ref().map(read_condition),
        reason: part.reason.clone(),
    })
}

fn read_condition(part: &ConditionPart) -> Condition {
    Condition {
        title: part.title.clone(),
        description: part.description.clone(),
        expression: part.expression.clone(),
    }
}

/// A Google policy.
pub(super) fn read_policy(
    desk: &mut Desk<'_>,
    at: &At<'_>,
    part: Option<&PolicyPart>,
) -> Result<Policy, Problem> {
    let Some(part) = part else {
        return Ok(Policy::default());
    };
    let audit =
        (!part.audit_configs.is_empty()).then(|| serde_json::to_string(&part.audit_configs));
    let audit = audit.transpose().map_err(|error| {
        desk.problem(
            &at.key("audit_configs"),
            format!("it can't be kept as JSON: {error}"),
        )
    })?;
    Ok(Policy {
        etag: part.etag.clone(),
        bindings: read_bindings(desk, &at.key("bindings"), &part.bindings)?,
        audit_configs: audit,
    })
}

/// The shares of one item, a binding each: what was shared twice stays two grants.
pub(super) fn read_shares(
    desk: &mut Desk<'_>,
    at: &At<'_>,
    platform: Platform,
    parts: &[SharePart],
) -> Result<Policy, Problem> {
    let mut bindings = Vec::with_capacity(parts.len());
    for (i, part) in parts.iter().enumerate() {
        let at = at.index(i);
        bindings.push(Binding {
            role: share_role(desk, &at, platform, part)?,
            members: vec![desk.member(&at.key("with"), &part.with)?],
            condition: share_condition(desk, &at, part)?,
            reason: part.reason.clone(),
        });
    }
    Ok(Policy {
        bindings,
        ..Policy::default()
    })
}

fn share_role(
    desk: &Desk<'_>,
    at: &At<'_>,
    platform: Platform,
    part: &SharePart,
) -> Result<String, Problem> {
    let foreign = |field: &str, instead: &str| {
        let title = platform.title();
        desk.problem(
            &at.key(field),
            format!("shares on {title} have no `{field}`: write {instead}"),
        )
    };
    if platform == Platform::Fabric {
        if part.level.is_some() {
            return Err(foreign("level", "`permissions: [Read, …]`"));
        }
        let rights = part.permissions.as_deref().unwrap_or_default();
        let rights_at = at.key("permissions");
        for (i, right) in rights.iter().enumerate() {
            desk.id(&rights_at.index(i), right)?;
        }
        return Ok(canonical_rights(rights.iter().map(String::as_str)).join(", "));
    }
    if part.permissions.is_some() {
        return Err(foreign("permissions", "`level: User`"));
    }
    let level = part.level.as_deref().unwrap_or(DEFAULT_LEVEL);
    let known = LEVELS
        .iter()
        .find(|known| known.eq_ignore_ascii_case(level));
    desk.id(&at.key("level"), known.copied().unwrap_or(level))
}

/// Fabric's rights in their order, Read always first; words that are not known come last, as they
/// were written.
pub(super) fn canonical_rights<'a>(rights: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut known = [true, false, false, false, false];
    let mut others: Vec<String> = Vec::new();
    for right in rights {
        let is = |(name, word): &(&str, &str)| {
            name.eq_ignore_ascii_case(right) || word.eq_ignore_ascii_case(right)
        };
        match RIGHTS
            .iter()
            .position(is)
            .and_then(|place| known.get_mut(place))
        {
            Some(held) => *held = true,
            None if others.iter().any(|o| o == right) => {}
            None => others.push(right.to_owned()),
        }
    }
    let held = RIGHTS.iter().zip(known).filter(|(_, held)| *held);
    held.map(|((name, _), _)| (*name).to_owned())
        .chain(others)
        .collect()
}

fn share_condition(
    desk: &Desk<'_>,
    at: &At<'_>,
    part: &SharePart,
) -> Result<Option<Condition>, Problem> {
    let window = Window {
        start: part.starts.map(|m| m.0),
        end: part.ends.map(|m| m.0),
    };
    if let Some(condition) = &part.condition {
        if window != Window::ALWAYS {
            let message = "a share has either `starts` and `ends` or a `condition`: keep one";
            return Err(desk.problem(&at.key("condition"), message));
        }
        return Ok(Some(read_condition(condition)));
    }
    if let (Some(start), Some(end)) = (window.start, window.end)
        && end <= start
    {
        let message = format!("the share would end ({end}) before it starts ({start})");
        return Err(desk.problem(&at.key("ends"), message));
    }
    Ok(Condition::within(window))
}

/// Bindings as a document writes them.
pub(super) fn write_bindings(snapshot: &Snapshot, bindings: &[Binding]) -> Vec<BindingPart> {
    bindings
        .iter()
        .map(|binding| BindingPart {
            role: binding.role.clone(),
            members: binding
                .members
                .iter()
                .map(|id| snapshot.reference(*id))
                .collect(),
            condition: binding.condition.as_ref().map(write_condition),
            reason: binding.reason.clone(),
        })
        .collect()
}

fn write_condition(condition: &Condition) -> ConditionPart {
    ConditionPart {
        title: condition.title.clone(),
        description: condition.description.clone(),
        expression: condition.expression.clone(),
    }
}

/// A Google policy as a document writes it; `None` when there is nothing to write.
pub(super) fn write_policy(snapshot: &Snapshot, policy: &Policy) -> Option<PolicyPart> {
    let audit = policy.audit_configs.as_deref().map(serde_json::from_str);
    let part = PolicyPart {
        etag: policy.etag.clone(),
        bindings: write_bindings(snapshot, &policy.bindings),
        audit_configs: audit.and_then(Result::ok).unwrap_or_default(),
    };
    (part != PolicyPart::default()).then_some(part)
}

/// The shares of an item; `None` when there are none.
pub(super) fn write_shares(
    snapshot: &Snapshot,
    platform: Platform,
    policy: &Policy,
) -> Option<Vec<SharePart>> {
    let share = |binding: &Binding, with: String| {
        let mut part = SharePart {
            with,
            permissions: None,
            level: None,
            starts: None,
            ends: None,
            condition: None,
            reason: binding.reason.clone(),
        };
        if platform == Platform::Fabric {
            part.permissions = Some(canonical_rights(binding.rights()));
        } else {
            part.level = Some(binding.role.clone());
        }
        write_window(binding.condition.as_ref(), &mut part);
        part
    };
    let grants = policy
        .grants()
        .map(|(_, binding, id)| share(binding, snapshot.reference(id)));
    let shares: Vec<SharePart> = grants.collect();
    (!shares.is_empty()).then_some(shares)
}

/// A start and an end where they say all that the condition says; else the condition itself.
fn write_window(condition: Option<&Condition>, part: &mut SharePart) {
    let Some(condition) = condition else { return };
    match condition.reading() {
        Reading::Within(window)
            if Condition::within(window).as_ref() == Some(condition)
                && window
                    .start
                    .zip(window.end)
                    .is_none_or(|(start, end)| start < end) =>
        {
            part.starts = window.start.map(Moment);
            part.ends = window.end.map(Moment);
        }
        _ => part.condition = Some(write_condition(condition)),
    }
}
