//! The user's own file: looks and keys. What can't be read is said with its line, and the console
//! starts with its defaults.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;

use crate::interop::problem::At;
use crate::interop::source::Source;

use super::commands::{CommandId, Keymap};
use super::theme::{Scheme, Theme};

/// What the console is told beside its store.
#[derive(Debug, Clone)]
pub struct Config {
    /// Looks.
    pub theme: Theme,
    /// Keys.
    pub keymap: Keymap,
    /// Whether the mouse is listened to; without, the terminal's own selection works.
    pub mouse: bool,
    /// What was wrong with the file, to be read at the start.
    pub problem: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            keymap: Keymap::default(),
            mouse: true,
            problem: None,
        }
    }
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    theme: Option<Scheme>,
    ascii: Option<bool>,
    accessible: Option<bool>,
    reduced_motion: Option<bool>,
    mouse: Option<bool>,
    keys: BTreeMap<String, Keys>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Keys {
    One(Key),
    Several(Vec<Key>),
}

/// A digit is a key, and YAML reads it as a number.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Key {
    Text(String),
    Digit(u8),
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        match key {
            Key::Text(text) => text,
            Key::Digit(digit) => digit.to_string(),
        }
    }
}

impl Config {
    /// Reads a file over looks that the environment asks for.
    ///
    /// ```
    /// use deedbox::tui::config::Config;
    /// use deedbox::tui::theme::{Scheme, Theme};
    /// let text = "theme: light\nkeys:\n  share: ctrl-x\n";
    /// let config = Config::read(text, "config.yaml", Theme::default()).unwrap();
    /// assert_eq!(config.theme.scheme, Scheme::Light);
    /// let wrong = Config::read("keys:\n  share: o\n", "config.yaml", Theme::default());
    /// assert!(wrong.unwrap_err().starts_with("config.yaml:2: "));
    /// ```
    ///
    /// # Errors
    /// What is wrong, with file and line.
    pub fn read(text: &str, name: &str, theme: Theme) -> Result<Self, String> {
        let says = |line: &str| !line.trim().is_empty() && !line.trim().starts_with('#');
        if !text.lines().any(says) {
            return Ok(Self {
                theme,
                ..Self::default()
            });
        }
        let source = Source::read(text, name).map_err(|problem| problem.to_string())?;
        let file: File = source.typed().map_err(|problem| problem.to_string())?;
        // Nothing moves here, so there is no motion to reduce; the word is understood all the same.
        let _ = file.reduced_motion;
        Ok(Self {
            theme: Theme {
                scheme: file.theme.unwrap_or(theme.scheme),
                ascii: file.ascii.unwrap_or(theme.ascii),
                accessible: file.accessible.unwrap_or(theme.accessible),
            },
            keymap: keymap(file.keys, &source)?,
            mouse: file.mouse.unwrap_or(true),
            problem: None,
        })
    }
}

fn keymap(keys: BTreeMap<String, Keys>, source: &Source) -> Result<Keymap, String> {
    let problem = |command: &str, why: String| {
        let keys = At::TOP.key("keys");
        source.problem(&keys.key(command), why).to_string()
    };
    let mut own = BTreeMap::new();
    for (command, keys) in keys {
        let id = CommandId::from_str(&command).map_err(|_| {
            let why = "there is no such command; the settings list them all";
            problem(&command, why.to_owned())
        })?;
        let keys = match keys {
            Keys::One(key) => vec![key.into()],
            Keys::Several(keys) => keys.into_iter().map(String::from).collect(),
        };
        own.insert(id, keys);
    }
    Keymap::new(own).map_err(|(id, why)| problem(&id.to_string(), why))
}
