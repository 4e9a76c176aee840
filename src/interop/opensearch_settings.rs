//! OpenSearch's cluster settings: nested or flat, persistent, transient and defaults.

use crate::domain::{Platform, RolesResolution, Specifics, Target};
use crate::registry::Draft;

use super::desk::Desk;
use super::problem::{Problem, Step};
use super::put::edit_if_changed;
use super::source::{Source, Sourced};
use super::summary::{Summary, list_note, within};
use super::tree::{Node, Value};
use super::words::word;

const ACCESS_CONTROL: &str = "plugins.ml_commons.model_access_control_enabled";
const SECURITY_DISABLED: &str = "plugins.security.disabled";
const RESOLUTION: &str = "plugins.security.roles_mapping_resolution";
const ADMINISTRATORS: &str = "plugins.security.authcz.admin_dn";

/// What cluster settings say about access to models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterSettings {
    access_control: bool,
    security: bool,
    resolution: Option<RolesResolution>,
    notes: Vec<String>,
}

/// A setting: its dotted name, the way to it, its value.
struct Setting<'a> {
    name: String,
    way: Vec<Step>,
    node: &'a Node,
}

/// Reads cluster settings.
pub fn parse(text: &str, file: &str) -> Result<Sourced<ClusterSettings>, Problem> {
    let source = Source::read(text, file)?;
    let content = match source.root() {
        Some(root) if matches!(root.value, Value::Map(_)) => read(&source, root)?,
        Some(root) => {
            let message = format!("expected a mapping of settings, found {}", root.describe());
            return Err(source.problem_on(&[], message));
        }
        None => return Err(Problem::whole(file, "there is nothing to read")),
    };
    Ok(Sourced { content, source })
}

fn read(source: &Source, root: &Node) -> Result<ClusterSettings, Problem> {
    // The first that names a setting wins, as on the cluster.
    let mut settings = Vec::new();
    for layer in ["transient", "persistent", "defaults"] {
        if let Some(node) = root.get(layer) {
            flatten(
                node,
                "",
                &mut vec![Step::Key(layer.to_owned())],
                &mut settings,
            );
        }
    }
    if settings.is_empty() {
        flatten(root, "", &mut Vec::new(), &mut settings);
    }
    // A setting that was reset is null: the next layer decides.
    let find = |name: &str| {
        settings
            .iter()
            .find(|s| s.name == name && !matches!(s.node.value, Value::Null))
    };
    let on = |name: &str| find(name).map_or(Ok(false), |s| truth(source, s));
    let resolution = find(RESOLUTION).map(|setting| {
        let text = setting.node.scalar().unwrap_or_default();
        word(text).map_err(|message| source.problem_on(&setting.way, message))
    });
    Ok(ClusterSettings {
        access_control: on(ACCESS_CONTROL)?,
        security: !on(SECURITY_DISABLED)?,
        resolution: resolution.transpose()?,
        notes: notes(&settings),
    })
}

fn flatten<'a>(node: &'a Node, prefix: &str, way: &mut Vec<Step>, settings: &mut Vec<Setting<'a>>) {
    for (key, value) in node.entries() {
        let dot = if prefix.is_empty() { "" } else { "." };
        let name = format!("{prefix}{dot}{}", key.text);
        way.push(Step::Key(key.text.clone()));
        if matches!(value.value, Value::Map(_)) {
            flatten(value, &name, way, settings);
        } else {
            settings.push(Setting {
                name,
                way: way.clone(),
                node: value,
            });
        }
        way.pop();
    }
}

/// The cluster writes truth values as text.
fn truth(source: &Source, setting: &Setting<'_>) -> Result<bool, Problem> {
    match &setting.node.value {
        Value::Bool(value, _) => Ok(*value),
        Value::Text(text) if text == "true" => Ok(true),
        Value::Text(text) if text == "false" => Ok(false),
        _ => {
            let message = format!("expected true or false, found {}", setting.node.describe());
            Err(source.problem_on(&setting.way, message))
        }
    }
}

fn notes(settings: &[Setting<'_>]) -> Vec<String> {
    let read = [
        ACCESS_CONTROL,
        SECURITY_DISABLED,
        RESOLUTION,
        ADMINISTRATORS,
    ];
    let mut notes = Vec::new();
    if !settings.iter().any(|s| s.name == ACCESS_CONTROL) {
        notes.push(format!(
            "`{ACCESS_CONTROL}` is absent, which means false on the cluster."
        ));
    }
    if settings.iter().any(|s| s.name == ADMINISTRATORS) {
        notes.push(format!(
            "`{ADMINISTRATORS}` names certificates, not users: list the users in the \
             environment's `super_administrators`."
        ));
    }
    let mut others: Vec<String> = settings.iter().map(|s| s.name.clone()).collect();
    others.retain(|name| !read.contains(&name.as_str()));
    others.sort();
    others.dedup();
    if !others.is_empty() {
        let said = "left out: deedbox decides nothing by it";
        let note = list_note(&others, &format!("was {said}"), &format!("were {said}"));
        notes.push(note + ".");
    }
    notes
}

/// Takes them over for a cluster.
pub fn apply(
    file: &Sourced<ClusterSettings>,
    draft: &mut Draft,
    target: Option<Target>,
) -> Result<Summary, Problem> {
    within(draft, |draft, notes| {
        let desk = Desk {
            source: &file.source,
            draft,
            notes,
        };
        let environment =
            desk.target(target, Platform::OpenSearch, "a file of cluster settings")?;
        desk.notes.extend(file.content.notes.iter().cloned());
        edit_if_changed(desk.draft, environment, |e| {
            let Specifics::OpenSearch { settings, .. } = &mut e.specifics else {
                return;
            };
            settings.model_access_control_enabled = file.content.access_control;
            settings.security_enabled = file.content.security;
            if let Some(resolution) = file.content.resolution {
                settings.roles_mapping_resolution = resolution;
            }
        });
        Ok(())
    })
}
