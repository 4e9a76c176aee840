//! Choosing what would be done: a capability, or a permission or method in a platform's own words.

use crossterm::event::{KeyCode, KeyEvent};
use strum::IntoEnumIterator;

use crate::authz::platforms::google::Method;
use crate::authz::platforms::vocabulary;
use crate::domain::{Action, Capability, Platform, Target};

use super::super::super::parts::find::ranked;
use super::super::super::parts::input::{Edited, Input};
use super::super::super::state::State;
use super::question::{meaning, native_words};

/// At most so many words are offered; typing more narrows them.
const SHOWN: usize = 9;

/// A word that can be asked about, and what it means.
pub type Word = (Action, String);

/// A text line with words below it.
#[derive(Debug)]
pub struct Words {
    /// What was typed.
    pub input: Input,
    /// What fits, best first.
    pub candidates: Vec<Word>,
    /// How many fit besides those offered.
    pub more: usize,
    /// The word under the cursor.
    pub row: usize,
    /// What was chosen.
    pub chosen: Action,
    /// Whether something was typed over it.
    pub typing: bool,
}

impl Words {
    /// With something chosen.
    pub fn choosing(action: Action) -> Self {
        Self {
            input: Input::default(),
            candidates: Vec::new(),
            more: 0,
            row: 0,
            chosen: action,
            typing: false,
        }
    }

    /// What the chosen word means where the question is asked.
    pub fn meaning(&self, state: &State, on: Option<Target>) -> String {
        let Action::Capability(capability) = self.chosen else {
            return "the platform's own word".to_owned();
        };
        let native = on.and_then(|on| native_words(&state.snapshot, on, capability, state.now));
        native.unwrap_or_else(|| meaning(capability).to_owned())
    }

    /// The next or previous capability; it goes round.
    pub fn turn(&mut self, forward: bool) {
        let all: Vec<Capability> = Capability::iter().collect();
        let at = all.iter().position(|c| Action::from(*c) == self.chosen);
        let count = all.len().max(1);
        let next = match (at, forward) {
            (None, _) => 0,
            (Some(at), true) => (at + 1) % count,
            (Some(at), false) => (at + count - 1) % count,
        };
        if let Some(capability) = all.get(next) {
            self.set((*capability).into());
        }
    }

    /// Chooses.
    pub fn set(&mut self, action: Action) {
        self.chosen = action;
        self.input = Input::default();
        self.typing = false;
    }

    /// Takes an editing key; says whether it was one.
    pub fn key(&mut self, state: &State, on: Option<Target>, key: KeyEvent) -> bool {
        // While nothing is typed, left and right turn what is chosen.
        if !self.typing && matches!(key.code, KeyCode::Left | KeyCode::Right) {
            return false;
        }
        let edited = self.input.key(key);
        if edited == Edited::Changed {
            self.look(state, on);
        }
        edited.is_taken()
    }

    /// Takes pasted text.
    pub fn paste(&mut self, state: &State, on: Option<Target>, text: &str) {
        self.input.paste(text);
        self.look(state, on);
    }

    /// Moves among the words.
    pub fn step(&mut self, down: bool) {
        let last = self.candidates.len().saturating_sub(1);
        self.row = if down {
            (self.row + 1).min(last)
        } else {
            self.row.saturating_sub(1)
        };
    }

    /// Chooses the word under the cursor; `false` when nothing fits.
    pub fn choose(&mut self) -> bool {
        if !self.typing {
            return true;
        }
        let Some((action, _)) = self.candidates.get(self.row).cloned() else {
            return false;
        };
        self.set(action);
        true
    }

    fn look(&mut self, state: &State, on: Option<Target>) {
        self.row = 0;
        self.typing = !self.input.text().trim().is_empty();
        let all = all(state, on).into_iter().map(|word| {
            let text = format!("{} {}", word.0.name(), word.1);
            (word, text)
        });
        let found = ranked(self.input.text(), all);
        self.more = found.len().saturating_sub(SHOWN);
        self.candidates = found.into_iter().take(SHOWN).collect();
    }
}

/// Capabilities first, then the permissions and methods of the platform of the target, or of all
/// platforms that there are.
fn all(state: &State, on: Option<Target>) -> Vec<Word> {
    let snapshot = &state.snapshot;
    let mut words: Vec<Word> = Capability::iter()
        .map(|c| (c.into(), meaning(c).to_owned()))
        .collect();
    let only = on
        .and_then(|on| snapshot.environment_of(on))
        .or(state.scope);
    let places = snapshot.places();
    let mut platforms: Vec<Platform> = Vec::new();
    for (_, place) in places.filter(|(id, _)| only.is_none_or(|only| only == *id)) {
        if !platforms.contains(&place.platform()) {
            platforms.push(place.platform());
        }
    }
    for platform in platforms {
        let title = platform.title();
        let own = vocabulary(platform).iter();
        words.extend(own.map(|name| {
            let action = Action::Native((*name).to_owned());
            (action, format!("permission, {title}"))
        }));
        if platform == Platform::Google {
            words.extend(Method::all().map(|method| {
                let action = Action::Native(method.name().to_owned());
                (action, format!("method, {title}"))
            }));
        }
    }
    words
}
