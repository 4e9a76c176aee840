//! Replacing a policy as a whole: read, modify, write, guarded by the etag.

use serde::{Deserialize, Serialize};

use crate::domain::{Binding, Capability, Condition, Platform, Policy, Target};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};
use super::CarryOut;

/// Replaces the policy of a project, model or job.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SetPolicy {
    /// Whose policy: `ENV`, `ENV/models/ID` or `ENV/jobs/ID`.
    pub resource: String,
    /// The new policy.
    pub policy: PolicyText,
}

/// A policy as people write it: members by reference.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyText {
    /// The policy format's version: 1 without conditions, 3 with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The etag that was read; the write is refused when the stored one differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The grants.
    pub bindings: Vec<BindingText>,
    /// The audit configuration that was read with it. It says nothing about access: it is read over, and
    /// stays what it is on the platform.
    #[serde(alias = "auditConfigs", skip_serializing)]
    pub audit_configs: Vec<serde_json::Value>,
}

/// One binding with members by reference.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BindingText {
    /// The role.
    pub role: String,
    /// The members.
    pub members: Vec<String>,
    /// When it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
}

impl CarryOut for SetPolicy {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let target = desk.target(&self.resource)?;
        if desk.platform(target) != Some(Platform::Google) {
            return Err(Refusal::rule(
                RefusalKey::NotOnThisPlatform,
                "Only Google's resources have a policy that is written as a whole.",
            ));
        }
        let name = desk.now().target_label(target);
        let share = crate::domain::Action::Capability(Capability::Share);
        desk.require(&share, target, &format!("set the policy of {name}"))?;
        let stored = desk.now().policy(target).cloned().unwrap_or_default();
        if self.policy.etag.is_none() && stored.etag.is_some() {
            return Err(Refusal::rule(
                RefusalKey::StaleEtag,
                format!(
                    "The policy of {name} has an etag, and the new one names none. Read it, and write it back with the etag that you read."
                ),
            ));
        }
        if stored.etag != self.policy.etag {
            return Err(Refusal::rule(
                RefusalKey::StaleEtag,
                format!(
                    "The policy of {name} was changed meanwhile. Read it again, and make your change on the new one."
                ),
            ));
        }
        let conditional = self.policy.bindings.iter().any(|b| b.condition.is_some());
        if conditional && self.policy.version.is_some_and(|v| v < 3) {
            return Err(Refusal::rule(
                RefusalKey::ConditionsHidden,
                "A policy with conditions is version 3; say so, or the platform drops the conditions.",
            ));
        }
        let hidden = |b: &BindingText| b.role.contains("_withcond_");
        if self.policy.bindings.iter().any(hidden) {
            return Err(Refusal::rule(
                RefusalKey::ConditionsHidden,
                "This is a version-1 policy in which conditions were hidden; read it again as version 3 before you edit it.",
            ));
        }
        let policy = self.resolve(desk, stored)?;
        match target {
            Target::Environment(id) => desk.draft.edit_environment(id, |e| e.policy = policy),
            Target::Resource(id) => desk.draft.edit_resource(id, |r| r.policy = policy),
            _ => {
                return Err(Refusal::rule(
                    RefusalKey::NotOnThisPlatform,
                    "Versions and operations have no policy of their own.",
                ));
            }
        }
        Ok(format!("set the policy of {name}"))
    }
}

impl SetPolicy {
    /// The policy with members looked up. A binding that stays keeps the reason of its share.
    fn resolve(&self, desk: &mut Desk<'_>, stored: Policy) -> Result<Policy, Refusal> {
        let mut bindings = Vec::new();
        for text in &self.policy.bindings {
            let mut members = Vec::new();
            for member in &text.members {
                let id = desk
                    .draft
                    .principal(member)
                    .map_err(|e| Refusal::rule(RefusalKey::Malformed, e))?;
                members.push(id);
            }
            let same = stored.bindings.iter().find(|b| {
                b.role == text.role && b.condition == text.condition && b.members == members
            });
            bindings.push(Binding {
                role: text.role.clone(),
                members,
                condition: text.condition.clone(),
                reason: same.and_then(|b| b.reason.clone()),
            });
        }
        Ok(Policy { bindings, ..stored })
    }
}
