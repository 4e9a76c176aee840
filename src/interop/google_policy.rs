//! Google's IAM policies, as `get-iam-policy` prints and `set-iam-policy` takes them: kept whole.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use crate::authz::Snapshot;
use crate::domain::{Binding, Condition, Platform, Policy, ResourceKind, Target};
use crate::registry::Draft;
use crate::registry::intents::{BindingText, PolicyText};

use super::desk::Desk;
use super::leftovers::Leftovers;
use super::problem::{At, Problem};
use super::source::{Source, Sourced};
use super::summary::{Summary, list_note, within};
use super::tree::Node;

/// Roles of a version-1 policy whose conditions were not shown carry this in their name.
const HIDDEN_CONDITION: &str = "_withcond_";
/// The version of policies with conditions.
const WITH_CONDITIONS: u32 = 3;

/// A policy file.
#[derive(Debug, Clone, PartialEq)]
pub struct GooglePolicy {
    version: Option<u32>,
    etag: Option<String>,
    bindings: Vec<BindingFile>,
    audit_configs: Option<String>,
    notes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    version: Option<u32>,
    etag: Option<String>,
    #[serde(default)]
    bindings: Vec<BindingFile>,
    #[serde(rename = "auditConfigs", default)]
    audit_configs: Vec<Value>,
    #[serde(rename = "kind")]
    _kind: Option<IgnoredAny>,
    #[serde(rename = "resourceId")]
    _resource: Option<IgnoredAny>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct BindingFile {
    role: String,
    #[serde(default)]
    members: Vec<String>,
    condition: Option<ConditionFile>,
    #[serde(rename = "bindingId")]
    _id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionFile {
    title: Option<String>,
    description: Option<String>,
    expression: String,
    #[serde(rename = "location")]
    _location: Option<String>,
}

impl GooglePolicy {
    /// The policy as an intent takes it.
    pub(super) fn to_intent(&self) -> PolicyText {
        let bindings = self.bindings.iter().map(|part| BindingText {
            role: part.role.clone(),
            members: part.members.clone(),
            condition: part.condition.as_ref().map(condition),
        });
        PolicyText {
            version: self.version,
            etag: self.etag.clone(),
            bindings: bindings.collect(),
            audit_configs: Vec::new(),
        }
    }

    /// The audit configuration, as JSON.
    pub(super) fn audit_configs(&self) -> Option<&str> {
        self.audit_configs.as_deref()
    }

    /// What of the file is not kept.
    pub(super) fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// Reads a policy file.
pub fn parse(text: &str, file: &str) -> Result<Sourced<GooglePolicy>, Problem> {
    let source = Source::read(text, file)?;
    let policy: PolicyFile = source.typed()?;
    check_version(&source, &policy)?;
    let audit = (!policy.audit_configs.is_empty())
        .then(|| serde_json::to_string(&policy.audit_configs))
        .transpose()
        .map_err(|e| source.problem(&At::TOP.key("auditConfigs"), e.to_string()))?;
    let content = GooglePolicy {
        notes: notes(&source, &policy),
        version: policy.version,
        etag: policy.etag,
        bindings: policy.bindings,
        audit_configs: audit,
    };
    Ok(Sourced { content, source })
}

/// A condition in an older policy would be dropped by the platform, and everybody let in.
fn check_version(source: &Source, policy: &PolicyFile) -> Result<(), Problem> {
    let at = At::TOP;
    match policy.version {
        None | Some(0 | 1) => {}
        Some(WITH_CONDITIONS) => return Ok(()),
        Some(other) => {
            let message = format!("policies have version 1 or 3, there is no version {other}");
            return Err(source.problem(&at.key("version"), message));
        }
    }
    let Some(place) = policy.bindings.iter().position(|b| b.condition.is_some()) else {
        return Ok(());
    };
    let said = policy.version.map_or_else(
        || "the policy names no version".to_owned(),
        |version| format!("the policy has version {version}"),
    );
    let message = format!("{said}, and conditions need version 3: write `version: 3`");
    let bindings = at.key("bindings");
    Err(source.problem(&bindings.index(place).key("condition"), message))
}

fn notes(source: &Source, policy: &PolicyFile) -> Vec<String> {
    let mut left = Leftovers::default();
    if let Some(root) = source.root() {
        left.look(
            root,
            &["version", "etag", "bindings", "auditConfigs"],
            "the policy",
        );
        for binding in root.get("bindings").into_iter().flat_map(Node::items) {
            let role = binding
                .get("role")
                .and_then(Node::scalar)
                .unwrap_or_default();
            left.look(binding, &["role", "members", "condition"], role);
            if let Some(condition) = binding.get("condition") {
                left.look(condition, &["title", "description", "expression"], role);
            }
        }
    }
    let mut notes = left.into_notes();
    let hidden = policy
        .bindings
        .iter()
        .filter(|b| b.role.contains(HIDDEN_CONDITION));
    let hidden: Vec<String> = hidden.map(|b| b.role.clone()).collect();
    if !hidden.is_empty() {
        let said = "stands for a role whose condition the platform did not show: fetch the policy \
                    again as version 3 to see it";
        notes.push(
            list_note(
                &hidden,
                said,
                &said.replace("stands for a role", "stand for roles"),
            ) + ".",
        );
    }
    notes
}

/// Puts a policy onto a project, model or job: it replaces the one there.
pub fn apply(
    policy: &Sourced<GooglePolicy>,
    draft: &mut Draft,
    target: Option<Target>,
) -> Result<Summary, Problem> {
    within(draft, |draft, notes| {
        let mut desk = Desk {
            source: &policy.source,
            draft,
            notes,
        };
        let environment = desk.target(target, Platform::Google, "an IAM policy")?;
        let before = place(&desk, target)?;
        let new = compile(&mut desk, &policy.content, &before)?;
        desk.notes.extend(policy.content.notes.iter().cloned());
        if new == before {
            return Ok(());
        }
        match target {
            Some(Target::Resource(id)) => desk.draft.edit_resource(id, |r| r.policy = new),
            _ => desk.draft.edit_environment(environment, |e| e.policy = new),
        }
        Ok(())
    })
}

/// The policy that is there now.
fn place(desk: &Desk<'_>, target: Option<Target>) -> Result<Policy, Problem> {
    let now = desk.draft.now();
    let found = target.and_then(|target| match target {
        Target::Environment(id) => now.place(id).map(|place| place.environment.policy.clone()),
        Target::Resource(id) => now
            .resource(id)
            .filter(|r| matches!(r.kind(), ResourceKind::Model | ResourceKind::Job))
            .map(|r| r.policy.clone()),
        _ => None,
    });
    found.ok_or_else(|| {
        let message = "only projects, models and jobs have policies: name one of them";
        Problem::whole(desk.source.file(), message)
    })
}

fn compile(desk: &mut Desk<'_>, file: &GooglePolicy, before: &Policy) -> Result<Policy, Problem> {
    let at = At::TOP.key("bindings");
    let mut bindings = Vec::with_capacity(file.bindings.len());
    for (i, part) in file.bindings.iter().enumerate() {
        let at = at.index(i);
        let mut binding = Binding {
            role: desk.id(&at.key("role"), &part.role)?,
            members: desk.members(&at.key("members"), &part.members)?,
            condition: part.condition.as_ref().map(condition),
            reason: None,
        };
        // Reasons are ours: the platform does not know them, so a grant that is still there
        // keeps its own.
        let same = |old: &&Binding| {
            Binding {
                reason: None,
                ..(*old).clone()
            } == binding
        };
        binding.reason = before
            .bindings
            .iter()
            .find(same)
            .and_then(|old| old.reason.clone());
        bindings.push(binding);
    }
    Ok(Policy {
        etag: file.etag.clone(),
        bindings,
        audit_configs: file.audit_configs.clone(),
    })
}

fn condition(part: &ConditionFile) -> Condition {
    Condition {
        title: part.title.clone(),
        description: part.description.clone(),
        expression: part.expression.clone(),
    }
}

/// The policy of a project, model or job as the platform takes it, in the order of keys in which
/// it prints it. Version 3 when there are conditions, otherwise version 1.
pub fn export(snapshot: &Snapshot, target: Target) -> String {
    let policy = match target {
        Target::Environment(id) => snapshot.place(id).map(|place| &place.environment.policy),
        _ => target
            .resource()
            .and_then(|id| snapshot.resource(id))
            .map(|r| &r.policy),
    };
    let empty = Policy::default();
    let policy = policy.unwrap_or(&empty);
    let mut file = Map::new();
    let audit = policy
        .audit_configs
        .as_deref()
        .map(serde_json::from_str::<Value>);
    if let Some(Ok(audit)) = audit {
        file.insert("auditConfigs".into(), audit);
    }
    let bindings = policy
        .bindings
        .iter()
        .map(|binding| write_binding(snapshot, binding));
    file.insert("bindings".into(), bindings.collect());
    if let Some(etag) = &policy.etag {
        file.insert("etag".into(), json!(etag));
    }
    let conditions = policy.bindings.iter().any(|b| b.condition.is_some());
    file.insert(
        "version".into(),
        json!(if conditions { WITH_CONDITIONS } else { 1 }),
    );
    format!("{:#}\n", Value::Object(file))
}

fn write_binding(snapshot: &Snapshot, binding: &Binding) -> Value {
    let mut out = Map::new();
    if let Some(condition) = &binding.condition {
        let mut part = Map::new();
        if let Some(description) = &condition.description {
            part.insert("description".into(), json!(description));
        }
        part.insert("expression".into(), json!(condition.expression));
        if let Some(title) = &condition.title {
            part.insert("title".into(), json!(title));
        }
        out.insert("condition".into(), Value::Object(part));
    }
    let members = binding
        .members
        .iter()
        .map(|id| json!(snapshot.reference(*id)));
    out.insert("members".into(), members.collect());
    out.insert("role".into(), json!(binding.role));
    Value::Object(out)
}
