//! Finding a principal as one types.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use crate::authz::Snapshot;
use crate::domain::{PrincipalId, PrincipalKind, Status};

use super::corpus::Corpus;
use super::input::Input;

/// At most this many candidates are offered; typing more narrows them.
const SHOWN: usize = 6;

/// A text line with candidates below it.
#[derive(Debug, Clone, Default)]
pub struct Picker {
    /// What was typed.
    pub input: Input,
    /// Who fits, best first; suggestions while nothing is typed.
    pub candidates: Vec<PrincipalId>,
    /// The candidate under the cursor.
    pub row: usize,
    /// Who was chosen.
    pub chosen: Option<PrincipalId>,
    /// Offered while nothing is typed.
    pub suggestions: Vec<PrincipalId>,
    /// Why somebody is suggested, in a few words.
    pub because: Vec<(PrincipalId, String)>,
    /// Whether only people (and not teams or programs) are offered.
    pub people_only: bool,
    /// How many fit besides those offered.
    pub more: usize,
    directory: Option<Arc<Corpus<PrincipalId>>>,
}

impl Picker {
    /// With suggestions for the empty line.
    pub fn new(snapshot: &Snapshot, suggestions: Vec<PrincipalId>, people_only: bool) -> Self {
        let mut picker = Self {
            suggestions,
            people_only,
            ..Self::default()
        };
        picker.refresh(snapshot);
        picker
    }

    /// Rows that everything offered takes: each candidate, and a line that says that there are more,
    /// or that there is nobody.
    pub fn rows(&self) -> u16 {
        let rows = self.candidates.len().max(1) + usize::from(self.more > 0);
        u16::try_from(rows).unwrap_or(u16::MAX)
    }

    /// With suggestions for the empty line, each with the reason for it.
    pub fn suggesting(snapshot: &Snapshot, because: Vec<(PrincipalId, String)>) -> Self {
        let suggestions = because.iter().map(|(id, _)| *id).collect();
        Self {
            because,
            ..Self::new(snapshot, suggestions, false)
        }
    }

    /// Why somebody is suggested.
    pub fn why(&self, id: PrincipalId) -> Option<&str> {
        let found = self.because.iter().find(|(known, _)| *known == id);
        found.map(|(_, why)| why.as_str())
    }

    /// Takes an editing key; says whether it was one.
    pub fn key(&mut self, key: KeyEvent, snapshot: &Snapshot) -> bool {
        if !self.input.key(key) {
            return false;
        }
        self.chosen = None;
        self.refresh(snapshot);
        true
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str, snapshot: &Snapshot) {
        self.input.paste(text);
        self.chosen = None;
        self.refresh(snapshot);
    }

    /// Moves among the candidates.
    pub fn step(&mut self, down: bool) {
        let last = self.candidates.len().saturating_sub(1);
        self.row = if down {
            (self.row + 1).min(last)
        } else {
            self.row.saturating_sub(1)
        };
    }

    /// Chooses the candidate under the cursor.
    pub fn choose(&mut self, snapshot: &Snapshot) -> Option<PrincipalId> {
        let id = self.candidates.get(self.row).copied()?;
        self.chosen = Some(id);
        self.input = Input::new(&snapshot.label(id));
        Some(id)
    }

    /// Looks for candidates anew.
    pub fn refresh(&mut self, snapshot: &Snapshot) {
        self.row = 0;
        let text = self.input.text().trim().to_owned();
        let fitting = if text.is_empty() {
            self.suggestions.clone()
        } else {
            // Read once a panel: a large directory takes longer to read than to search.
            let people_only = self.people_only;
            let directory = self
                .directory
                .get_or_insert_with(|| Arc::new(directory(snapshot, people_only)));
            directory.find(&text)
        };
        self.more = fitting.len().saturating_sub(SHOWN);
        self.candidates = fitting.into_iter().take(SHOWN).collect();
    }
}

/// Everybody that something can be given to, with what one looks for them by.
fn directory(snapshot: &Snapshot, people_only: bool) -> Corpus<PrincipalId> {
    let offered = snapshot.principals().filter(|(_, p)| {
        let person = matches!(p.kind, PrincipalKind::User { .. });
        p.is_known() && p.status() != Status::Deleted && (person || !people_only)
    });
    Corpus::new(offered.map(|(id, p)| {
        let text = format!("{} {}", p.label(), p.reference());
        (id, text.to_lowercase())
    }))
}
