//! Making or changing a custom role: its names, and its permissions as a list to filter and toggle.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use strum::{IntoEnumIterator, IntoStaticStr};

use crate::authz::platforms;
use crate::domain::{Depth, Environment, EnvironmentId, Platform, Privilege, RoleRights};
use crate::registry::Intent;
use crate::registry::intents::{CreateRole, UpdateRole};

use super::super::super::commands::CommandId;
use super::super::super::keys::Chord;
use super::super::super::parts::choice::Choice;
use super::super::super::parts::input::{Edited, Input};
use super::super::super::parts::scroll::{Cursor, Step};
use super::super::super::parts::spots::Spot;
use super::super::super::parts::tabs;
use super::super::super::screen::{Act, Reply, Screen};
use super::super::super::state::{Place, State};
use super::super::form;
use super::{RoleKey, definition, find, permissions, title, written};

/// The fields, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
pub(super) enum Field {
    #[strum(serialize = "Where")]
    Place,
    #[strum(serialize = "Name")]
    Id,
    Title,
    #[strum(serialize = "For")]
    Text,
    #[strum(serialize = "May")]
    List,
}

/// One permission that the role can hold.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub name: String,
    /// Its place among [`RoleEditor::levels`]; 0 when the role does not hold it.
    pub level: usize,
}

/// OpenSearch: what is no action and training needs.
const INDEX: &str = "reads index data";

/// The panel.
#[derive(Debug)]
pub struct RoleEditor {
    /// The role that is changed; a new one otherwise.
    pub(super) changed: Option<CreateRole>,
    /// What a new one begins with: what this role holds.
    pub(super) like: Option<String>,
    pub(super) places: Choice,
    pub(super) id: Input,
    pub(super) title: Input,
    pub(super) text: Input,
    pub(super) platform: Platform,
    pub(super) items: Vec<Item>,
    pub(super) filter: Input,
    pub(super) cursor: Cursor,
    pub(super) field: Field,
    /// What it was before anybody touched it.
    clean: Vec<String>,
}

/// What a role of a platform can hold.
fn vocabulary(platform: Platform) -> Vec<String> {
    match platform {
        Platform::AiBuilder => Privilege::iter().map(|p| p.to_string()).collect(),
        Platform::OpenSearch => {
            let actions = platforms::vocabulary(platform).iter();
            let prefix = platforms::opensearch::PREFIX;
            let named = actions.map(|a| {
                if a.contains(':') {
                    (*a).to_owned()
                } else {
                    format!("{prefix}{a}")
                }
            });
            named.chain([INDEX.to_owned()]).collect()
        }
        _ => platforms::vocabulary(platform)
            .iter()
            .map(|p| (*p).to_owned())
            .collect(),
    }
}

/// Not held, held; or the depths of a Dataverse privilege.
pub(super) fn levels(platform: Platform) -> Vec<String> {
    let none = std::iter::once(String::new());
    if platform == Platform::AiBuilder {
        none.chain(Depth::iter().map(|d| d.to_string())).collect()
    } else {
        none.chain(["held".to_owned()]).collect()
    }
}

fn items(platform: Platform, held: &[String]) -> Vec<Item> {
    let levels = levels(platform);
    let split = |text: &str| match text
        .split_once(": ")
        .filter(|_| platform == Platform::AiBuilder)
    {
        Some((name, depth)) => (
            name.to_owned(),
            levels.iter().position(|l| l == depth).unwrap_or(1),
        ),
        None => (text.to_owned(), 1),
    };
    let held: Vec<(String, usize)> = held.iter().map(|h| split(h)).collect();
    let prefix = platforms::opensearch::PREFIX;
    let same = |a: &str, b: &str| {
        a == b || (platform == Platform::OpenSearch && a.strip_prefix(prefix) == Some(b))
    };
    let mut items: Vec<Item> = vocabulary(platform)
        .into_iter()
        .map(|name| {
            let found = held.iter().find(|(h, _)| same(&name, h));
            let level = found.map_or(0, |(_, level)| *level);
            Item { name, level }
        })
        .collect();
    // Patterns and names from elsewhere are kept, in sight, until somebody takes them out.
    for (name, level) in held {
        if !items.iter().any(|i| same(&i.name, &name)) && platform != Platform::AiBuilder {
            items.push(Item { name, level });
        }
    }
    items
}

/// Environments in which roles can be defined.
fn places(state: &State) -> Vec<(EnvironmentId, &Environment)> {
    let all = state.snapshot.places();
    let fits = all.filter(|(_, p)| p.platform() != Platform::Fabric);
    fits.map(|(id, p)| (id, &*p.environment)).collect()
}

impl RoleEditor {
    /// A new role; with what the role at hand holds, when there is one.
    pub fn from(state: &State, key: Option<RoleKey>) -> Option<Self> {
        let all = places(state);
        let at = key.map(|(id, _)| id).or(state.scope);
        let here = all.iter().position(|(id, _)| Some(*id) == at).unwrap_or(0);
        let (id, environment) = all.get(here)?;
        let platform = environment.platform();
        let like = key.filter(|k| k.0 == *id);
        let held = like
            .and_then(|k| find(&state.snapshot, k))
            .map(|(environment, role)| permissions(environment, &role))
            .unwrap_or_default();
        let options = all.iter().map(|(_, e)| {
            (
                e.id.clone(),
                e.label().to_owned(),
                e.platform().title().to_owned(),
            )
        });
        let mut places = Choice::new(options.collect());
        places.at = here;
        let mut editor = Self {
            changed: None,
            like: like.map(|key| title(&state.snapshot, key)),
            places,
            id: Input::new(&prefix(environment)),
            title: Input::default(),
            text: Input::default(),
            platform,
            items: items(platform, &held),
            filter: Input::default(),
            cursor: Cursor::default(),
            field: Field::Id,
            clean: Vec::new(),
        };
        editor.clean = editor.filled();
        Some(editor)
    }

    /// What stands in the fields, and which permissions the role holds.
    fn filled(&self) -> Vec<String> {
        let place = self.places.value().unwrap_or_default();
        let fields = [place, self.id.text(), self.title.text(), self.text.text()];
        let held = self.items.iter().map(|i| format!("{} {}", i.name, i.level));
        fields.map(str::to_owned).into_iter().chain(held).collect()
    }

    /// The editor of a custom role.
    pub fn of(state: &State, key: RoleKey) -> Option<Self> {
        let (environment, role) = find(&state.snapshot, key)?;
        let custom = definition(environment, &role.name)?;
        let index_read = matches!(
            custom.rights,
            RoleRights::Actions {
                index_read: true,
                ..
            }
        );
        let mut held = written(&custom.rights);
        if index_read {
            held.push(INDEX.to_owned());
        }
        let platform = environment.platform();
        let mut editor = Self {
            changed: Some(CreateRole {
                environment: environment.id.clone(),
                id: custom.id.clone(),
                title: custom.title.clone(),
                description: custom.description.clone(),
                stage: custom.stage.clone(),
                permissions: Vec::new(),
                index_read,
            }),
            like: None,
            places: Choice::default(),
            id: Input::new(&custom.id),
            title: Input::new(custom.title.as_deref().unwrap_or_default()),
            text: Input::new(custom.description.as_deref().unwrap_or_default()),
            platform,
            items: items(platform, &held),
            filter: Input::default(),
            cursor: Cursor::default(),
            field: Field::List,
            clean: Vec::new(),
        };
        editor.clean = editor.filled();
        Some(editor)
    }

    const fn order(&self) -> &'static [Field] {
        if self.changed.is_some() {
            &[Field::Title, Field::Text, Field::List]
        } else {
            &[
                Field::Place,
                Field::Id,
                Field::Title,
                Field::Text,
                Field::List,
            ]
        }
    }

    fn turn_field(&mut self, forward: bool) {
        let order = self.order();
        let at = order.iter().position(|f| *f == self.field).unwrap_or(0);
        let next = tabs::turn(at, order.len(), forward);
        self.field = order.get(next).copied().unwrap_or(Field::List);
    }

    /// The permissions that fit the filter, by their places.
    pub(super) fn shown(&self) -> Vec<usize> {
        let typed = self.filter.text().to_lowercase();
        let fits = |item: &Item| {
            let name = item.name.to_lowercase();
            typed.split_whitespace().all(|word| name.contains(word))
        };
        let all = self.items.iter().enumerate();
        all.filter(|(_, i)| fits(i)).map(|(at, _)| at).collect()
    }

    pub(super) fn held(&self) -> usize {
        self.items.iter().filter(|i| i.level > 0).count()
    }

    fn toggle(&mut self, forward: bool) {
        let count = levels(self.platform).len();
        let at = self.shown().get(self.cursor.row).copied();
        if let Some(item) = at.and_then(|at| self.items.get_mut(at)) {
            item.level = tabs::turn(item.level, count, forward);
        }
    }

    fn turn_place(&mut self, state: &State, forward: bool) {
        let before = self.places.value().map(str::to_owned);
        self.places.turn(forward);
        let all = places(state);
        let environment = |id: Option<&str>| {
            let found = all.iter().find(|(_, e)| Some(e.id.as_str()) == id);
            found.map(|(_, e)| *e)
        };
        let old = environment(before.as_deref()).map(prefix);
        let Some(now) = environment(self.places.value()) else {
            return;
        };
        if old.as_deref() == Some(self.id.text()) {
            self.id = Input::new(&prefix(now));
        }
        if now.platform() != self.platform {
            self.platform = now.platform();
            self.items = items(self.platform, &[]);
            self.cursor = Cursor::default();
        }
    }

    fn intent(&self) -> Intent {
        let text = |input: &Input| {
            let text = input.text().trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let levels = levels(self.platform);
        let held = self.items.iter().filter(|i| i.level > 0);
        let permissions =
            held.clone()
                .filter(|i| i.name != INDEX)
                .map(|item| match levels.get(item.level) {
                    Some(depth) if self.platform == Platform::AiBuilder => {
                        format!("{}: {depth}", item.name)
                    }
                    _ => item.name.clone(),
                });
        let base = self.changed.clone().unwrap_or_else(|| CreateRole {
            environment: self.places.value().unwrap_or_default().to_owned(),
            id: self.id.text().trim().to_owned(),
            ..CreateRole::default()
        });
        let role = CreateRole {
            title: text(&self.title),
            description: text(&self.text),
            permissions: permissions.collect(),
            index_read: held.clone().any(|i| i.name == INDEX),
            ..base
        };
        if self.changed.is_some() {
            UpdateRole(role).into()
        } else {
            role.into()
        }
    }

    fn accept(&mut self) -> Vec<Act> {
        let id = self.id.text().trim();
        if self.changed.is_none() && (id.is_empty() || id.ends_with('/')) {
            self.field = Field::Id;
            return vec![Act::Warn(
                "Type the name that bindings will use.".to_owned(),
            )];
        }
        let verb = if self.changed.is_some() {
            "Change"
        } else {
            "Define"
        };
        vec![Act::propose(self.intent(), verb)]
    }
}

/// How names of custom roles begin in an environment.
fn prefix(environment: &Environment) -> String {
    if environment.platform() == Platform::Google {
        format!("projects/{}/roles/", environment.id)
    } else {
        String::new()
    }
}

impl Screen for RoleEditor {
    fn place(&self) -> Place {
        Place::Form
    }

    fn crumb(&self, _: &State) -> String {
        if self.changed.is_some() {
            "Edit role".to_owned()
        } else {
            "New role".to_owned()
        }
    }

    fn draw(&self, state: &State, frame: &mut Frame<'_>, area: Rect, _: bool) {
        super::edit_draw::draw(state, self, frame, area);
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        match command {
            CommandId::NextField | CommandId::PreviousField => {
                self.turn_field(command == CommandId::NextField);
            }
            CommandId::TurnRight | CommandId::TurnLeft => {
                let forward = command == CommandId::TurnRight;
                match self.field {
                    Field::Place => self.turn_place(state, forward),
                    Field::List => self.toggle(forward),
                    Field::Id | Field::Title | Field::Text => {}
                }
            }
            CommandId::Accept | CommandId::Preview => return Some(self.accept()),
            CommandId::Back if !self.filter.text().is_empty() => self.filter = Input::default(),
            _ => return None,
        }
        Some(Vec::new())
    }

    fn step(&mut self, state: &State, step: Step) {
        let top = self.cursor.row == 0 && step == Step::Up;
        if self.field == Field::List && !top {
            let count = self.shown().len();
            self.cursor.step(step, count, state.rows());
        } else {
            self.turn_field(step.is_down());
        }
    }

    fn unsaved(&self) -> Option<String> {
        let changed = self.filled() != self.clean;
        changed.then(|| form::discards("the changes of this role"))
    }

    /// A click on a permission toggles it.
    fn point(&mut self, _: &mut State, spot: Spot) -> Option<CommandId> {
        if let Spot::Row(place) = spot {
            self.field = Field::List;
            self.cursor.row = place;
            self.toggle(true);
        }
        let field = spot.field().and_then(|n| form::named(self.order(), n));
        self.field = field.unwrap_or(self.field);
        spot.command()
    }

    fn edits_text(&self) -> bool {
        self.field != Field::Place
    }

    fn edit(&mut self, _: &mut State, key: KeyEvent) -> bool {
        match self.field {
            Field::Id => self.id.key(key).is_taken(),
            Field::Title => self.title.key(key).is_taken(),
            Field::Text => self.text.key(key).is_taken(),
            Field::List if key.code == KeyCode::Char(' ') => {
                self.toggle(true);
                true
            }
            // Left and right toggle, and the list has a first and a last row.
            Field::List if Chord::of(key).moves_in_text() => false,
            Field::List => {
                let edited = self.filter.key(key);
                if edited == Edited::Changed {
                    self.cursor = Cursor::default();
                }
                edited.is_taken()
            }
            Field::Place => false,
        }
    }

    fn paste(&mut self, _: &mut State, text: &str) {
        match self.field {
            Field::Id => self.id.paste(text),
            Field::Title => self.title.paste(text),
            Field::Text => self.text.paste(text),
            Field::List => self.filter.paste(text),
            Field::Place => {}
        }
    }

    fn committed(&mut self) -> bool {
        false
    }
}
