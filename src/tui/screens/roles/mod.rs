//! The roles of every environment: what each gives, who holds it, how two differ; custom ones made,
//! changed and deleted.

mod compare;
mod edit;
mod edit_draw;
mod held;
mod page;

use crate::authz::platforms::{self, RoleInfo};
use crate::authz::{Permission, Snapshot, wording};
use crate::domain::{
    CustomRole, Environment, EnvironmentId, Platform, PrincipalId, Privilege, RoleRights, Target,
};
use crate::registry::intents::DeleteRole;

use super::super::commands::CommandId;
use super::super::parts::table::Column;
use super::super::screen::{Act, Reply};
use super::super::state::{Lens, Place, State};
use super::super::text::count;
use super::list::Rows;
use super::policy::{PolicyEditor, disabled_on_environment};

pub use compare::{ChooseOther, Compare};
pub use edit::RoleEditor;

/// A role, by its environment and its place in the environment's catalogue.
pub type RoleKey = (EnvironmentId, u32);

/// The list.
#[derive(Debug, Clone, Copy)]
pub struct Roles;

const COLUMNS: &[Column] = &[
    Column::new("Role", 18, 3, 0),
    Column::new("Where", 10, 1, 0),
    Column::new("Kind", 10, 0, 3),
    Column::new("Gives", 14, 1, 1),
    Column::new("Held everywhere by", 18, 1, 2),
];

/// A role of an environment.
pub fn find(
    snapshot: &Snapshot,
    (environment, place): RoleKey,
) -> Option<(&Environment, RoleInfo)> {
    let environment = &snapshot.place(environment)?.environment;
    let mut roles = platforms::roles(environment).into_iter();
    Some((environment, roles.nth(place as usize)?))
}

/// What people call a role, without what all of its platform's roles begin with.
pub fn title(snapshot: &Snapshot, key: RoleKey) -> String {
    let role = find(snapshot, key);
    role.map_or_else(String::new, |(_, r)| {
        wording::role_title(snapshot, Target::Environment(key.0), &r.name)
    })
}

/// The definition of a custom role.
pub fn definition<'a>(environment: &'a Environment, name: &str) -> Option<&'a CustomRole> {
    environment.roles.iter().find(|r| r.id == name)
}

/// `predefined`, `custom`, `disabled`: whether it can be changed, and whether it gives anything.
fn kind(environment: &Environment, role: &RoleInfo) -> String {
    if !role.custom {
        return "predefined".to_owned();
    }
    let stage = definition(environment, &role.name).and_then(|r| r.stage.as_deref());
    match stage {
        Some(stage) if role.rights.permissions.is_empty() => stage.to_lowercase(),
        _ => "custom".to_owned(),
    }
}

/// `24 permissions`.
fn size(platform: Platform, role: &RoleInfo) -> String {
    match role.rights.permissions.len() {
        0 => "nothing".to_owned(),
        n if platform == Platform::OpenSearch => count(n, "action", "actions"),
        n if platform == Platform::AiBuilder => count(n, "privilege", "privileges"),
        n => count(n, "permission", "permissions"),
    }
}

/// The native permissions of a role, as its platform writes them; with the depth where that
/// matters.
pub fn permissions(environment: &Environment, role: &RoleInfo) -> Vec<String> {
    use strum::IntoEnumIterator;
    let platform = environment.platform();
    let depths: Vec<(Permission, String)> = Privilege::iter()
        .filter_map(|p| {
            let depth = role.rights.depths.get(p)?;
            let name: &str = p.into();
            Some((Permission::find(platform, name)?, depth.to_string()))
        })
        .collect();
    let all = role.rights.permissions.iter();
    all.map(|permission| {
        let name = permission.name(platform).to_owned();
        let depth = depths.iter().find(|(p, _)| *p == permission);
        match depth {
            Some((_, depth)) if platform == Platform::AiBuilder => format!("{name}: {depth}"),
            _ => name,
        }
    })
    .collect()
}

/// Why a role can't be changed or deleted.
fn fixed(state: &State, key: RoleKey) -> Option<String> {
    let Some((environment, role)) = find(&state.snapshot, key) else {
        return Some("There is no role here to choose.".to_owned());
    };
    if environment.platform() == Platform::Fabric {
        return Some(
            "Fabric has just its four workspace roles, and nobody changes them.".to_owned(),
        );
    }
    (!role.custom).then(|| {
        "The platform defines this role. n makes one of your own from what it holds.".to_owned()
    })
}

/// Commands about one role, the same on the list and on its page.
fn perform(state: &State, key: RoleKey, command: CommandId) -> Reply {
    let (environment, role) = find(&state.snapshot, key)?;
    let acts = match command {
        CommandId::EditRole => vec![Act::open(RoleEditor::of(state, key)?)],
        CommandId::Policy => vec![Act::open(PolicyEditor::new(
            state,
            Target::Environment(key.0),
        ))],
        CommandId::Delete => {
            let gone = DeleteRole {
                environment: environment.id.clone(),
                id: role.name,
            };
            vec![Act::propose(gone, "Delete")]
        }
        CommandId::Compare => vec![Act::open(ChooseOther::new(state, key))],
        _ => return None,
    };
    Some(acts)
}

/// Why a command does not apply to a role.
fn disabled(state: &State, key: Option<RoleKey>, command: CommandId) -> Option<String> {
    let none = || Some("There is no role here to choose.".to_owned());
    match (command, key) {
        (
            CommandId::EditRole | CommandId::Delete | CommandId::Policy | CommandId::Compare,
            None,
        ) => none(),
        (CommandId::EditRole | CommandId::Delete, Some(key)) => fixed(state, key),
        (CommandId::Policy, Some((environment, _))) => disabled_on_environment(state, environment),
        _ => None,
    }
}

/// What a custom role holds, as intents take it.
fn written(rights: &RoleRights) -> Vec<String> {
    match rights {
        RoleRights::Permissions(permissions) => permissions.clone(),
        RoleRights::Actions { actions, .. } => actions.clone(),
        RoleRights::Privileges(list) => list.iter().map(|(p, d)| format!("{p}: {d}")).collect(),
    }
}

impl Rows for Roles {
    type Key = RoleKey;

    fn place(&self) -> Place {
        Place::Roles
    }

    fn title(&self, _: &State) -> String {
        "Roles".to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn ordered(&self) -> bool {
        true
    }

    fn keys(&self, lens: &Lens) -> Vec<RoleKey> {
        let places = lens.snapshot.places();
        let shown = places.filter(|(id, _)| lens.scope.is_none_or(|scope| scope == *id));
        shown
            .flat_map(|(id, place)| {
                let roles = platforms::roles(&place.environment).len();
                (0..u32::try_from(roles).unwrap_or(0)).map(move |at| (id, at))
            })
            .collect()
    }

    fn cells(&self, lens: &Lens, key: RoleKey) -> Vec<String> {
        let Some((environment, role)) = find(&lens.snapshot, key) else {
            return Vec::new();
        };
        let holders = held::in_environment(&lens.snapshot, key.0, &role.name);
        let mut people: Vec<PrincipalId> = holders.iter().map(|h| h.who).collect();
        people.sort_unstable();
        people.dedup();
        let held = match people.as_slice() {
            [] => "nobody".to_owned(),
            [one] => lens.snapshot.label(*one),
            [first, rest @ ..] => format!("{} +{}", lens.snapshot.label(*first), rest.len()),
        };
        vec![
            title(&lens.snapshot, key),
            environment.id.clone(),
            kind(environment, &role),
            size(environment.platform(), &role),
            held,
        ]
    }

    fn text(&self, lens: &Lens, key: RoleKey) -> String {
        let Some((environment, role)) = find(&lens.snapshot, key) else {
            return String::new();
        };
        format!(
            "{} {} {} {}",
            role.title,
            role.name,
            environment.id,
            kind(environment, &role)
        )
    }

    fn dim(&self, lens: &Lens, key: RoleKey) -> bool {
        let found = find(&lens.snapshot, key);
        found.is_some_and(|(_, role)| role.rights.permissions.is_empty())
    }

    fn empty(&self, _: &State) -> String {
        "There is no environment yet, and so there are no roles. n under Settings adds one; `deedbox import FILE` reads whole ones.".to_owned()
    }

    fn open(&self, state: &State, key: RoleKey) -> Vec<Act> {
        page::page(state, key).map(Act::open).into_iter().collect()
    }

    fn perform(&mut self, state: &mut State, marked: &[RoleKey], command: CommandId) -> Reply {
        match (command, marked) {
            (CommandId::Compare, [one, other]) => Some(vec![Act::open(Compare::new(*one, *other))]),
            (CommandId::New, _) => {
                let editor = RoleEditor::from(state, marked.first().copied());
                Some(editor.map(Act::open).into_iter().collect())
            }
            (_, [key]) => perform(state, *key, command),
            (CommandId::EditRole | CommandId::Delete | CommandId::Compare, many) => {
                let text = format!(
                    "{} roles are marked: two can be compared; esc unmarks them.",
                    many.len()
                );
                Some(vec![Act::Warn(text)])
            }
            _ => None,
        }
    }

    fn disabled(&self, state: &State, key: Option<RoleKey>, command: CommandId) -> Option<String> {
        disabled(state, key, command)
    }
}
