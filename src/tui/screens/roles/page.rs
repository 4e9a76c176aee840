//! One role: what it gives, its permissions, who holds it.

use crate::authz::platforms::access_by_mode;
use crate::authz::role_gives;
use crate::domain::{CapabilitySet, Platform};

use super::super::super::commands::CommandId;
use super::super::super::parts::prose::Tone;
use super::super::super::screen::{Reply, Screen};
use super::super::super::state::{Place, State};
use super::super::list::ListScreen;
use super::super::page::{About, Page, Prose};
use super::held::HeldBy;
use super::{RoleKey, definition, disabled, find, kind, perform, permissions, title, written};

/// The role that a page is about. It is known by name: its place changes when another is deleted.
#[derive(Debug, Clone)]
pub struct AboutRole {
    key: RoleKey,
    name: String,
}

impl AboutRole {
    fn is(&self, state: &State) -> bool {
        find(&state.snapshot, self.key).is_some_and(|(_, r)| r.name == self.name)
    }
}

impl About for AboutRole {
    fn place(&self) -> Place {
        Place::Role
    }

    fn title(&self, state: &State) -> String {
        title(&state.snapshot, self.key)
    }

    fn stands(&self, state: &State) -> bool {
        self.is(state)
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        perform(state, self.key, command)
    }

    fn disabled(&self, state: &State, command: CommandId) -> Option<String> {
        disabled(state, Some(self.key), command)
    }
}

/// The page of a role.
pub fn page(state: &State, key: RoleKey) -> Option<Page<AboutRole>> {
    let (_, role) = find(&state.snapshot, key)?;
    let title = title(&state.snapshot, key);
    let gives = Prose::new(title.clone(), Place::Role, move |state| {
        overview(state, key)
    });
    let held = ListScreen::new(HeldBy(key));
    let list = Prose::new(title, Place::Role, move |state| native(state, key));
    let parts: Vec<(&'static str, Box<dyn Screen>)> = vec![
        ("Gives", Box::new(gives)),
        ("Permissions", Box::new(list)),
        ("Held by", Box::new(held)),
    ];
    let name = role.name;
    Some(Page::new(AboutRole { key, name }, parts))
}

fn overview(state: &State, key: RoleKey) -> Vec<(Tone, String)> {
    let Some((environment, role)) = find(&state.snapshot, key) else {
        return Vec::new();
    };
    let field = |name: &str, text: String| (Tone::Plain, format!("{name:<9} {text}"));
    let platform = environment.platform();
    let mut lines = vec![
        (Tone::Dim, role.name.clone()),
        field("Role", role.title.clone()),
        field(
            "Where",
            format!("{} ({})", environment.label(), platform.title()),
        ),
        field("Kind", kind(environment, &role)),
    ];
    let custom = definition(environment, &role.name).filter(|_| role.custom);
    lines.extend(
        custom
            .and_then(|c| c.description.clone())
            .map(|text| field("For", text)),
    );
    lines.extend(
        custom
            .and_then(|c| c.stage.clone())
            .map(|text| field("Stage", text)),
    );
    let gives = role_gives(&state.snapshot, key.0, &role.name, state.now);
    let words = |set: CapabilitySet| {
        if set.is_empty() {
            "nothing".to_owned()
        } else {
            set.words().replace(' ', ", ")
        }
    };
    lines.push((Tone::Plain, String::new()));
    let heading = "Whoever holds it in the environment, and nothing else, can";
    lines.push((Tone::Strong, heading.to_owned()));
    let whose = if gives.own == gives.any {
        "models"
    } else {
        "others' models"
    };
    let rows = [
        (whose, Some(gives.any)),
        ("own models", (gives.own != gives.any).then_some(gives.own)),
        ("environment", Some(gives.environment)),
    ];
    for (what, set) in rows {
        if let Some(set) = set {
            let tone = if set.is_empty() {
                Tone::Dim
            } else {
                Tone::Good
            };
            lines.push((tone, format!("{what:<15} {}", words(set))));
        }
    }
    let note = if access_by_mode(platform) {
        "Only where the model's group admits them: a role never opens a group."
    } else if role.rights.administrator {
        "Whoever holds it administers the environment."
    } else {
        ""
    };
    if !note.is_empty() {
        lines.push((Tone::Plain, String::new()));
        lines.push((Tone::Dim, note.to_owned()));
    }
    lines
}

fn native(state: &State, key: RoleKey) -> Vec<(Tone, String)> {
    let Some((environment, role)) = find(&state.snapshot, key) else {
        return Vec::new();
    };
    let known = permissions(environment, &role);
    let mut lines = Vec::new();
    if known.is_empty() {
        let text = "It gives none of the permissions that decide about models.";
        lines.push((Tone::Dim, text.to_owned()));
    } else {
        lines.push((Tone::Strong, format!("{} in effect", known.len())));
        lines.extend(known.iter().map(|p| (Tone::Plain, format!("• {p}"))));
    }
    if environment.platform() == Platform::OpenSearch && role.rights.index_read {
        lines.push((
            Tone::Plain,
            "• reads index data, which training needs".to_owned(),
        ));
    }
    // What is written and not in effect: patterns, unknown names, a disabled role's.
    let custom = definition(environment, &role.name).filter(|_| role.custom);
    let written = custom.map(|c| written(&c.rights)).unwrap_or_default();
    let other: Vec<String> = written
        .into_iter()
        .filter(|w| !known.iter().any(|k| k == w || w.ends_with(k.as_str())))
        .collect();
    if !other.is_empty() {
        lines.push((Tone::Plain, String::new()));
        lines.push((Tone::Strong, "Written besides".to_owned()));
        lines.extend(other.into_iter().map(|w| (Tone::Dim, format!("• {w}"))));
    }
    lines
}
