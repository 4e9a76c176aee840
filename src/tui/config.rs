//! The user's own file: looks and keys. What can't be read is said with its line, and the console
//! starts with its defaults.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;
use serde_saphyr::Spanned;

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
    keys: BTreeMap<String, Spanned<Keys>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Keys {
    One(String),
    Several(Vec<String>),
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
        let file: File = if text.trim().is_empty() {
            File::default()
        } else {
            serde_saphyr::from_str(text).map_err(|e| {
                let e = e.without_snippet();
                let line = e.location().map_or(1, |l| l.line());
                format!("{name}:{line}: {e}")
            })?
        };
        // Nothing moves here, so there is no motion to reduce; the word is understood all the same.
        let _ = file.reduced_motion;
        Ok(Self {
            theme: Theme {
                scheme: file.theme.unwrap_or(theme.scheme),
                ascii: file.ascii.unwrap_or(theme.ascii),
                accessible: file.accessible.unwrap_or(theme.accessible),
            },
            keymap: keymap(file.keys, name)?,
            mouse: file.mouse.unwrap_or(true),
            problem: None,
        })
    }
}

fn keymap(keys: BTreeMap<String, Spanned<Keys>>, file: &str) -> Result<Keymap, String> {
    let mut own = BTreeMap::new();
    let mut lines = BTreeMap::new();
    for (command, keys) in keys {
        let line = keys.referenced.line();
        let id = CommandId::from_str(&command).map_err(|_| {
            format!("{file}:{line}: there is no command `{command}`; the settings list them all")
        })?;
        let keys = match keys.value {
            Keys::One(key) => vec![key],
            Keys::Several(keys) => keys,
        };
        own.insert(id, keys);
        lines.insert(id, line);
    }
    Keymap::new(own).map_err(|(id, why)| {
        let line = lines.get(&id).copied().unwrap_or(1);
        format!("{file}:{line}: {id}: {why}")
    })
}
