//! A Google policy as text to be edited: written as `get-iam-policy` prints it, and read with every
//! problem at its line and column.

use serde_json::{Value, json};

use crate::authz::Snapshot;
use crate::authz::platforms;
use crate::domain::{Binding, Policy, Target};
use crate::registry::Draft;
use crate::registry::intents::{Meter, PolicyText, meters};

use super::problem::{At, Problem};
use super::{google_policy, yaml};

/// How policies in the making are named in problems.
const FILE: &str = "policy";

/// Something to be said of a place of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The line, counted from 1; 0 where it concerns the whole.
    pub line: usize,
    /// The column, counted from 1 in characters.
    pub column: usize,
    /// What is wrong, or odd, and what to do.
    pub text: String,
}

/// A text that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The policy, when the text is one.
    pub policy: Result<PolicyText, Remark>,
    /// What is odd about it: unknown roles, members that the directory does not know.
    pub warnings: Vec<Remark>,
    /// How much of the platform's limits it uses.
    pub meters: Vec<Meter>,
}

/// The policy of a project, model or job as YAML, in the platform's order of keys and with every
/// member on a line of its own, so that a difference names whom it is about.
pub fn write(snapshot: &Snapshot, target: Target) -> String {
    let json = google_policy::export(snapshot, target);
    let value: Value = serde_json::from_str(&json).unwrap_or_default();
    let mut out = String::new();
    for (key, part) in value.as_object().into_iter().flatten() {
        match (key.as_str(), part.as_array()) {
            ("bindings", Some(bindings)) if !bindings.is_empty() => {
                out.push_str("bindings:\n");
                for binding in bindings {
                    write_binding(&mut out, binding);
                }
            }
            _ => out.push_str(&yaml::write(&json!({ key: part }))),
        }
    }
    out
}

/// ```text
/// - condition:
///     expression: …
///   members:
///   - user:ann@acme.test
///   role: roles/ml.modelUser
/// ```
fn write_binding(out: &mut String, binding: &Value) {
    let mut dash = "- ";
    for (key, part) in binding.as_object().into_iter().flatten() {
        let mut lines = |text: &str| {
            for line in text.lines() {
                out.extend([dash, line, "\n"]);
                dash = "  ";
            }
        };
        match part.as_array() {
            Some(members) if !members.is_empty() => {
                lines(&format!("{key}:"));
                for member in members {
                    lines(&format!("- {}", yaml::write(member)));
                }
            }
            _ => lines(&yaml::write(&json!({ key: part }))),
        }
    }
}

/// Reads a text that is to become the policy of `target`.
pub fn check(text: &str, snapshot: &Snapshot, target: Target) -> Checked {
    let read = google_policy::parse(text, FILE);
    let file = match read {
        Ok(file) => file,
        Err(problem) => return Checked::failed(place(text, &problem)),
    };
    let policy = file.content.to_intent();
    let source = &file.source;
    let mut draft = Draft::new(snapshot);
    let mut warnings: Vec<Remark> = file.content.notes().iter().map(|n| whole(n)).collect();
    let stored = snapshot.policy(target);
    if !same_json(
        stored.and_then(|p| p.audit_configs.as_deref()),
        file.content.audit_configs(),
    ) {
        warnings.push(whole(
            "auditConfigs stay as they are: they are not changed here.",
        ));
    }
    let known = roles(snapshot, target);
    let bindings = At::TOP.key("bindings");
    let mut resolved = Vec::new();
    for (i, binding) in policy.bindings.iter().enumerate() {
        let at = bindings.index(i);
        if !known.contains(&binding.role) {
            let role = &binding.role;
            let said = format!("no role `{role}` is known here: it is kept, and grants nothing");
            warnings.push(place(text, &source.problem(&at.key("role"), said)));
        }
        let members = at.key("members");
        let mut ids = Vec::new();
        for (n, member) in binding.members.iter().enumerate() {
            let unknown = snapshot.find_principal(member).is_none();
            match draft.principal(member) {
                Err(why) => {
                    let problem = source.problem(&members.index(n), why);
                    return Checked::failed(place(text, &problem));
                }
                Ok(id) if unknown => {
                    let said = format!("the directory does not know `{member}`");
                    warnings.push(place(text, &source.problem(&members.index(n), said)));
                    ids.push(id);
                }
                Ok(id) => ids.push(id),
            }
        }
        resolved.push(Binding {
            role: binding.role.clone(),
            members: ids,
            condition: binding.condition.clone(),
            reason: None,
        });
    }
    let whole = Policy {
        bindings: resolved,
        ..Policy::default()
    };
    let is_group = |id| draft.now().principal(id).is_some_and(|p| p.is_group());
    Checked {
        policy: Ok(policy),
        warnings,
        meters: meters(&whole, is_group).to_vec(),
    }
}

impl Checked {
    const fn failed(remark: Remark) -> Self {
        Self {
            policy: Err(remark),
            warnings: Vec::new(),
            meters: Vec::new(),
        }
    }
}

fn whole(text: &str) -> Remark {
    Remark {
        line: 0,
        column: 0,
        text: text.to_owned(),
    }
}

fn same_json(a: Option<&str>, b: Option<&str>) -> bool {
    let read = |text: Option<&str>| -> Value {
        let value = text.and_then(|t| serde_json::from_str(t).ok());
        value.unwrap_or_else(|| Value::Array(Vec::new()))
    };
    read(a) == read(b)
}

fn roles(snapshot: &Snapshot, target: Target) -> Vec<String> {
    let place = snapshot
        .environment_of(target)
        .and_then(|id| snapshot.place(id));
    let roles = place.map(|p| platforms::roles(&p.environment));
    roles
        .unwrap_or_default()
        .into_iter()
        .map(|r| r.name)
        .collect()
}

/// A problem with the column of what it names, where that stands on its line.
fn place(text: &str, problem: &Problem) -> Remark {
    let line = problem.line.unwrap_or(0);
    let written = line.checked_sub(1).and_then(|at| text.lines().nth(at));
    let column = written.and_then(|written| {
        let named = problem.message.split('`').skip(1).step_by(2);
        let mut found = named.filter_map(|word| written.find(word).filter(|_| !word.is_empty()));
        let before = written.get(..found.next()?)?;
        Some(before.chars().count() + 1)
    });
    // Where there is a line, the way to the field says it once more.
    let field = if problem.field.is_empty() || line > 0 {
        String::new()
    } else {
        format!("{}: ", problem.field)
    };
    Remark {
        line,
        column: column.unwrap_or(0),
        text: format!("{field}{}", problem.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_stands_where_its_word_stands() {
        let text = "bindings:\n- members: [usr:ann]\n  role: r\n";
        let problem = Problem {
            file: FILE.into(),
            line: Some(2),
            field: String::new(),
            message: "`usr:ann` is no principal".into(),
        };
        let remark = place(text, &problem);
        assert_eq!((remark.line, remark.column), (2, 13));
    }

    #[test]
    fn what_is_no_yaml_is_a_problem_with_a_line() {
        let checked = check(
            "bindings:\n- role: [",
            &Snapshot::default(),
            Target::Environment(crate::domain::EnvironmentId(0)),
        );
        let remark = checked.policy.unwrap_err();
        assert!(remark.line >= 2, "{remark:?}");
    }
}
