//! Settings: each environment's, the sign-in accounts, looks, and keys.

use crate::domain::EnvironmentId;
use crate::registry::intents;

use super::super::commands::{COMMANDS, CommandId, commands_in};
use super::super::parts::prose::Tone;
use super::super::parts::table::Column;
use super::super::screen::{Act, Reply, Screen};
use super::super::state::{Lens, Place, State};
use super::actions::{Maker, Subject};
use super::intent_form::begin;
use super::list::{ListScreen, Rows};
use super::page::{About, Page, Prose};
use super::pick::Pick;
use super::roles_held::RolesHeld;

/// The settings as a whole.
#[derive(Debug, Clone, Copy)]
pub struct Settings;

impl About for Settings {
    fn place(&self) -> Place {
        Place::Settings
    }

    fn title(&self, _: &State) -> String {
        "Settings".to_owned()
    }

    fn stands(&self, _: &State) -> bool {
        true
    }
}

/// The page of settings.
pub fn page() -> Page<Settings> {
    let parts: Vec<(&'static str, Box<dyn Screen>)> = vec![
        ("Environments", Box::new(ListScreen::new(Environments))),
        ("Sign-in", Box::new(ListScreen::new(Logins))),
        ("Looks", Box::new(ListScreen::new(Looks))),
        ("Keys", Box::new(ListScreen::new(Keys))),
    ];
    Page::new(Settings, parts)
}

/// Projects, clusters, workspaces, environments.
#[derive(Debug, Clone, Copy)]
pub struct Environments;

const ENVIRONMENTS: &[Column] = &[
    Column::new("Name", 18, 2, 0),
    Column::new("Id", 10, 1, 1),
    Column::new("Platform", 14, 1, 0),
    Column::new("Edition", 10, 0, 3),
    Column::new("Settings", 24, 4, 2),
];

impl Rows for Environments {
    type Key = EnvironmentId;

    fn place(&self) -> Place {
        Place::Settings
    }

    fn title(&self, _: &State) -> String {
        "Environments".to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        ENVIRONMENTS
    }

    fn keys(&self, lens: &Lens) -> Vec<EnvironmentId> {
        lens.snapshot.places().map(|(id, _)| id).collect()
    }

    fn cells(&self, lens: &Lens, id: EnvironmentId) -> Vec<String> {
        let Some(place) = lens.snapshot.place(id) else {
            return Vec::new();
        };
        let environment = &place.environment;
        let settings = intents::settings::shown(environment);
        let words: Vec<String> = settings
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{}: {value}", intents::settings::title(name)))
            .collect();
        vec![
            environment.label().to_owned(),
            environment.id.clone(),
            place.platform().title().to_owned(),
            environment.edition().to_owned(),
            words.join(", "),
        ]
    }

    fn empty(&self, _: &State) -> String {
        "There is no environment yet. n adds one; `deedbox import` reads whole ones.".to_owned()
    }

    fn open(&self, state: &State, id: EnvironmentId) -> Vec<Act> {
        vec![Act::open(environment(state, id))]
    }

    fn environment(&self, key: EnvironmentId) -> Option<EnvironmentId> {
        Some(key)
    }
}

/// One environment.
#[derive(Debug, Clone, Copy)]
pub struct Environment(EnvironmentId);

impl About for Environment {
    fn place(&self) -> Place {
        Place::Settings
    }

    fn title(&self, state: &State) -> String {
        let place = state.snapshot.place(self.0);
        place.map_or_else(String::new, |p| p.environment.label().to_owned())
    }

    fn stands(&self, state: &State) -> bool {
        state.snapshot.place(self.0).is_some()
    }

    fn environment(&self) -> Option<EnvironmentId> {
        Some(self.0)
    }

    fn perform(&mut self, state: &mut State, command: CommandId) -> Reply {
        let _ = state;
        (command == CommandId::Scope).then(|| vec![Act::Scope(Some(self.0))])
    }
}

/// The page of one environment.
pub fn environment(state: &State, id: EnvironmentId) -> Page<Environment> {
    let about = Environment(id);
    let title = about.title(state);
    let overview = Prose::new(title, Place::Settings, move |state| overview(state, id));
    let parts: Vec<(&'static str, Box<dyn Screen>)> = vec![
        ("Overview", Box::new(overview)),
        ("Roles held", Box::new(ListScreen::new(RolesHeld(id)))),
    ];
    Page::new(about, parts)
}

fn overview(state: &State, id: EnvironmentId) -> Vec<(Tone, String)> {
    let Some(place) = state.snapshot.place(id) else {
        return Vec::new();
    };
    let environment = &place.environment;
    let mut lines = vec![
        (Tone::Dim, environment.id.clone()),
        (
            Tone::Plain,
            format!(
                "{}, edition {}",
                place.platform().title(),
                environment.edition()
            ),
        ),
        (Tone::Plain, String::new()),
        (Tone::Strong, "Settings".to_owned()),
    ];
    let settings = intents::settings::shown(environment);
    if settings.is_empty() {
        let text = "This platform has no settings that decide about access but its edition.";
        lines.push((Tone::Dim, text.to_owned()));
    }
    lines.extend(settings.into_iter().map(|(name, value)| {
        let value = if value.is_empty() { "none" } else { &value };
        (
            Tone::Plain,
            format!("• {}: {value}", intents::settings::title(name)),
        )
    }));
    lines.push((Tone::Plain, String::new()));
    let text = "a changes a setting, grants and revokes roles; E shows this environment only.";
    lines.push((Tone::Dim, text.to_owned()));
    lines
}

/// Which operating-system account signs in as whom.
#[derive(Debug, Clone, Copy)]
pub struct Logins;

const LOGINS: &[Column] = &[
    Column::new("Account", 12, 1, 0),
    Column::new("Signs in as", 20, 2, 0),
    Column::new("Store administrator", 19, 0, 0),
];

impl Logins {
    /// All that can be done with an account.
    fn actions(state: &State, key: usize) -> Option<Act> {
        let account = state.snapshot.logins().keys().nth(key)?;
        let subject = Subject::login(account);
        Some(Act::open(Pick::action(subject, Vec::new())))
    }

    fn rows(lens: &Lens) -> Vec<Vec<String>> {
        let logins = lens.snapshot.logins().iter();
        logins
            .map(|(account, login)| {
                let user = login
                    .user
                    .map_or_else(|| "nobody".to_owned(), |id| lens.snapshot.label(id));
                let may = if login.store_administrator {
                    "yes"
                } else {
                    "no"
                };
                vec![account.clone(), user, may.to_owned()]
            })
            .collect()
    }
}

impl Rows for Logins {
    type Key = usize;

    fn place(&self) -> Place {
        Place::Settings
    }

    fn title(&self, _: &State) -> String {
        "Sign-in accounts".to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        LOGINS
    }

    fn keys(&self, lens: &Lens) -> Vec<usize> {
        (0..lens.snapshot.logins().len()).collect()
    }

    fn cells(&self, lens: &Lens, key: usize) -> Vec<String> {
        let mut rows = Self::rows(lens);
        if key < rows.len() {
            rows.swap_remove(key)
        } else {
            Vec::new()
        }
    }

    fn called(&self, command: CommandId) -> Option<String> {
        match command {
            CommandId::Policy => Some(String::new()),
            _ => None,
        }
    }

    fn empty(&self, _: &State) -> String {
        "No account signs in yet. n lets one sign in as somebody of the directory.".to_owned()
    }

    fn open(&self, state: &State, key: usize) -> Vec<Act> {
        Self::actions(state, key).into_iter().collect()
    }

    fn perform(&mut self, state: &mut State, marked: &[usize], command: CommandId) -> Reply {
        match (command, marked) {
            (CommandId::Actions, [key]) => Some(Self::actions(state, *key).into_iter().collect()),
            (CommandId::Actions, [_, _, ..]) => {
                let text = "Accounts are changed one at a time: esc unmarks them.";
                Some(vec![Act::Warn(text.to_owned())])
            }
            (CommandId::New, _) => {
                let subject = Subject::new(Maker::Login);
                let action = subject.actions().next()?;
                Some(vec![begin(state, action, subject.clone())])
            }
            _ => None,
        }
    }
}

/// How the console looks; enter turns a line to its next value, for this session. The
/// configuration file keeps it.
#[derive(Debug, Clone, Copy)]
pub struct Looks;

const LOOKS: &[Column] = &[
    Column::new("Look", 14, 0, 0),
    Column::new("Now", 14, 0, 0),
    Column::new("In the file", 20, 1, 0),
];

impl Rows for Looks {
    type Key = usize;

    fn place(&self) -> Place {
        Place::Settings
    }

    fn title(&self, _: &State) -> String {
        "Looks".to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        LOOKS
    }

    fn keys(&self, _: &Lens) -> Vec<usize> {
        (0..5).collect()
    }

    fn ordered(&self) -> bool {
        true
    }

    fn cells(&self, lens: &Lens, key: usize) -> Vec<String> {
        let theme = lens.theme;
        let on = |yes: bool| if yes { "on" } else { "off" }.to_owned();
        let (name, now, file) = match key {
            0 => (
                "Theme",
                theme.scheme.to_string(),
                "theme: dark, light, high-contrast or none",
            ),
            1 => ("ASCII only", on(theme.ascii), "ascii: true"),
            2 => (
                "Accessible",
                on(theme.accessible),
                "accessible: true (no borders; the cursor on the chosen row)",
            ),
            3 => (
                "Mouse",
                on(lens.mouse),
                "mouse: false (the terminal selects text)",
            ),
            _ => (
                "Motion",
                "none".to_owned(),
                "reduced_motion: true (nothing moves either way)",
            ),
        };
        vec![name.to_owned(), now, file.to_owned()]
    }

    fn called(&self, command: CommandId) -> Option<String> {
        match command {
            CommandId::Open => Some("change".to_owned()),
            CommandId::Policy => Some(String::new()),
            _ => None,
        }
    }

    fn empty(&self, _: &State) -> String {
        String::new()
    }

    fn open(&self, state: &State, key: usize) -> Vec<Act> {
        let mut theme = state.theme;
        match key {
            0 => theme.scheme = theme.scheme.next(),
            1 => theme.ascii = !theme.ascii,
            2 => theme.accessible = !theme.accessible,
            3 => return vec![Act::Mouse(!state.mouse)],
            _ => return vec![Act::Say("Nothing moves here.".to_owned())],
        }
        vec![Act::Look(theme)]
    }
}

/// Every command with its keys and places.
#[derive(Debug, Clone, Copy)]
pub struct Keys;

const KEYS: &[Column] = &[
    Column::new("Keys", 16, 0, 0),
    Column::new("Command", 16, 0, 1),
    Column::new("What it does", 30, 3, 0),
];

impl Rows for Keys {
    type Key = usize;

    fn place(&self) -> Place {
        Place::Settings
    }

    fn title(&self, _: &State) -> String {
        "Keys".to_owned()
    }

    fn columns(&self) -> &'static [Column] {
        KEYS
    }

    fn keys(&self, _: &Lens) -> Vec<usize> {
        (0..COMMANDS.len()).collect()
    }

    fn ordered(&self) -> bool {
        true
    }

    fn cells(&self, lens: &Lens, key: usize) -> Vec<String> {
        let Some(command) = COMMANDS.get(key) else {
            return Vec::new();
        };
        vec![
            lens.keymap.keys(command).join(", "),
            command.id.to_string(),
            command.description.to_owned(),
        ]
    }

    fn called(&self, command: CommandId) -> Option<String> {
        match command {
            CommandId::Policy => Some(String::new()),
            _ => None,
        }
    }

    fn empty(&self, _: &State) -> String {
        String::new()
    }

    fn open(&self, _: &State, key: usize) -> Vec<Act> {
        let command = COMMANDS.get(key).map(|c| c.id);
        let here = command.filter(|id| commands_in(Place::Settings).any(|c| c.id == *id));
        match here {
            Some(id) => vec![Act::Run(id)],
            None => vec![Act::Say(
                "That command belongs to another place.".to_owned(),
            )],
        }
    }
}
