//! Finding a principal as one types.

use std::sync::Arc;

use crossterm::event::KeyEvent;

use crate::authz::Snapshot;
use crate::domain::principal::external;
use crate::domain::{Platform, PrincipalId, PrincipalKind, Status};
use crate::registry::nearest::nearest;
use crate::registry::recipients::{can_own, check_share};

use super::corpus::Corpus;
use super::find::NAME_END;
use super::input::{Edited, Input};

/// Above so many principals, comparing with each of them takes longer than a key press may.
const FEW: u32 = 10_000;
/// At most this many candidates are offered; typing more narrows them.
const SHOWN: usize = 6;

/// What somebody is looked for.
#[derive(Debug, Clone, Default)]
pub enum Purpose {
    /// Whatever it is: everybody will do.
    #[default]
    Any,
    /// To share with them, on a platform.
    Sharing(Option<Platform>),
    /// To own something, on these platforms.
    Owning(Vec<Platform>),
}

/// Of so many that fit it is asked whether anything can be shared with them.
const WEIGHED: usize = 200;

/// A text line with candidates below it.
#[derive(Debug, Clone, Default)]
pub struct Picker {
    /// What was typed.
    pub input: Input,
    /// Who fits, best first; suggestions while nothing is typed.
    pub candidates: Vec<PrincipalId>,
    /// The candidate under the cursor: what enter and tab take. There is none while nothing was typed,
    /// unless what is suggested has a reason.
    pub row: Option<usize>,
    /// Who was chosen.
    pub chosen: Option<PrincipalId>,
    /// Offered while nothing is typed.
    pub suggestions: Vec<PrincipalId>,
    /// Why somebody is suggested, in a few words.
    pub because: Vec<(PrincipalId, String)>,
    /// Who is never offered: whoever hands over takes nothing over.
    pub except: Option<PrincipalId>,
    /// Whether only people (and not teams or programs) are offered.
    pub people_only: bool,
    /// Whether somebody whom the directory does not know can be named too, as some platforms take it.
    pub outsiders: bool,
    /// The outsider who was chosen, by the reference as it is written.
    pub written: Option<String>,
    /// The reference that what is typed would be as it is written: offered last, for an address that
    /// nobody in the directory has.
    pub as_written: Option<String>,
    /// Whom an address that nobody has may have meant.
    pub near: Option<String>,
    /// What somebody is looked for: for whom that comes to nothing is offered last.
    pub purpose: Purpose,
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
        let rows = self.offered().max(1) + usize::from(self.more > 0);
        u16::try_from(rows).unwrap_or(u16::MAX)
    }

    /// With suggestions for the empty line, each with the reason for it.
    pub fn suggesting(snapshot: &Snapshot, because: Vec<(PrincipalId, String)>) -> Self {
        let suggestions = because.iter().map(|(id, _)| *id).collect();
        let mut picker = Self {
            because,
            ..Self::new(snapshot, suggestions, false)
        };
        picker.row = picker.begin();
        picker
    }

    /// Never offers somebody.
    #[must_use]
    pub fn without(mut self, snapshot: &Snapshot, who: PrincipalId) -> Self {
        self.except = Some(who);
        self.refresh(snapshot);
        self
    }

    /// Takes other suggestions, each with the reason for it; what is typed stays.
    pub fn suggest(&mut self, snapshot: &Snapshot, because: Vec<(PrincipalId, String)>) {
        self.suggestions = because.iter().map(|(id, _)| *id).collect();
        self.because = because;
        if self.chosen.is_none() {
            self.refresh(snapshot);
        }
    }

    /// Why somebody is suggested.
    pub fn why(&self, id: PrincipalId) -> Option<&str> {
        let found = self.because.iter().find(|(known, _)| *known == id);
        found.map(|(_, why)| why.as_str())
    }

    /// Rows to choose from.
    pub fn offered(&self) -> usize {
        self.candidates.len() + usize::from(self.as_written.is_some())
    }

    /// Offers names that the directory does not know, too.
    #[must_use]
    pub const fn with_outsiders(mut self, outsiders: bool) -> Self {
        self.outsiders = outsiders;
        self
    }

    /// Offers last for whom a purpose comes to nothing.
    #[must_use]
    pub fn meant_for(mut self, snapshot: &Snapshot, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self.refresh(snapshot);
        self
    }

    /// Why somebody can't be chosen for what they are looked for, in a few words.
    pub fn refused(&self, snapshot: &Snapshot, id: PrincipalId) -> Option<&'static str> {
        let principal = snapshot.principal(id)?;
        match &self.purpose {
            Purpose::Any => None,
            Purpose::Sharing(platform) => check_share(principal, *platform)
                .is_err()
                .then_some("can't be shared with here"),
            Purpose::Owning(platforms) => {
                let owns = |p: &Platform| can_own(*p, principal);
                (!platforms.iter().all(owns)).then_some("can't own it here")
            }
        }
    }

    /// Whether somebody is chosen.
    pub const fn is_settled(&self) -> bool {
        self.chosen.is_some() || self.written.is_some()
    }

    /// Whether a name stands there of which nobody was chosen.
    pub fn is_open(&self) -> bool {
        !self.is_settled() && !self.input.text().trim().is_empty()
    }

    /// The reference of whoever is chosen.
    pub fn reference(&self, snapshot: &Snapshot) -> Option<String> {
        let known = self.chosen.map(|id| snapshot.reference(id));
        known.or_else(|| self.written.clone())
    }

    /// Chooses what is under the cursor, be it a name as it is written; says whether there was
    /// anything.
    pub fn take(&mut self, snapshot: &Snapshot) -> bool {
        if self.choose(snapshot).is_some() {
            return true;
        }
        self.written = self.as_written.clone();
        self.written.is_some()
    }

    /// Leaves it for the next field: where something was typed, who is under the cursor is meant. Says
    /// whether somebody was taken.
    pub fn leave(&mut self, snapshot: &Snapshot) -> bool {
        self.is_open() && self.take(snapshot)
    }

    /// Takes an editing key; says whether it was one.
    pub fn key(&mut self, key: KeyEvent, snapshot: &Snapshot) -> bool {
        let edited = self.input.key(key);
        if edited == Edited::Changed {
            self.chosen = None;
            self.written = None;
            self.refresh(snapshot);
        }
        edited.is_taken()
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str, snapshot: &Snapshot) {
        self.input.paste(text);
        self.chosen = None;
        self.written = None;
        self.refresh(snapshot);
    }

    /// Moves among the candidates.
    pub fn step(&mut self, down: bool) {
        let written = usize::from(self.as_written.is_some());
        let last = (self.candidates.len() + written).saturating_sub(1);
        self.row = match (self.row, down) {
            (None, true) => Some(0),
            (None, false) => None,
            (Some(row), true) => Some((row + 1).min(last)),
            (Some(row), false) => Some(row.saturating_sub(1)),
        };
    }

    /// Chooses the candidate under the cursor.
    pub fn choose(&mut self, snapshot: &Snapshot) -> Option<PrincipalId> {
        let id = self.candidates.get(self.row?).copied()?;
        self.chosen = Some(id);
        self.input = Input::new(&snapshot.label(id));
        Some(id)
    }

    /// Chooses somebody whoever is offered.
    pub fn settle_on(&mut self, snapshot: &Snapshot, id: PrincipalId) {
        self.chosen = Some(id);
        self.written = None;
        self.input = Input::new(&snapshot.label(id));
    }

    /// Forgets what was typed and chosen.
    pub fn clear(&mut self) {
        self.input = Input::default();
        (self.chosen, self.written) = (None, None);
        (self.as_written, self.near) = (None, None);
        self.row = self.begin();
        self.more = self.suggestions.len().saturating_sub(SHOWN);
        self.candidates = self.suggestions.iter().take(SHOWN).copied().collect();
    }

    /// Where the cursor begins.
    fn begin(&self) -> Option<usize> {
        let meant = !self.input.text().trim().is_empty() || !self.because.is_empty();
        meant.then_some(0)
    }

    /// Looks for candidates anew.
    pub fn refresh(&mut self, snapshot: &Snapshot) {
        self.row = self.begin();
        let text = self.input.text().trim().to_owned();
        let mut fitting = if text.is_empty() {
            self.suggestions.clone()
        } else {
            // Read once a panel: a large directory takes longer to read than to search.
            let people_only = self.people_only;
            let directory = self
                .directory
                .get_or_insert_with(|| Arc::new(directory(snapshot, people_only)));
            let mut found = directory.find(&text);
            if is_address(&text) {
                found.retain(|id| answers_to(snapshot, *id, &text));
            }
            found
        };
        fitting.retain(|id| Some(*id) != self.except);
        let weighed = WEIGHED.min(fitting.len());
        if let Some(best) = fitting.get_mut(..weighed) {
            best.sort_by_cached_key(|id| self.refused(snapshot, *id).is_some());
        }
        self.as_written = as_written(snapshot, &text).filter(|_| self.outsiders);
        let few = snapshot.counters().principal < FEW;
        self.near = (few && fitting.is_empty() && is_address(&text))
            .then(|| {
                let kind = if text.contains(':') { "" } else { "user:" };
                nearest(snapshot, &format!("{kind}{text}"))
            })
            .flatten();
        self.more = fitting.len().saturating_sub(SHOWN);
        self.candidates = fitting.into_iter().take(SHOWN).collect();
    }
}

/// Whether what was typed is an address or a reference rather than a name: then it means whoever it
/// says and nobody who only looks like them.
fn is_address(text: &str) -> bool {
    text.contains(['@', ':'])
}

/// The reference of somebody whom the directory does not know, when an address is one.
fn as_written(snapshot: &Snapshot, text: &str) -> Option<String> {
    if !is_address(text) {
        return None;
    }
    let reference = if text.contains(':') {
        text.to_owned()
    } else {
        format!("user:{text}")
    };
    let written = external(&reference).is_ok_and(|p| p.kind != PrincipalKind::Unmatched);
    let taken = snapshot.find_principal(&reference);
    let known = taken.is_some_and(|id| snapshot.principal(id).is_some_and(|p| p.is_known()));
    (written && !known).then_some(reference)
}

/// Whether an id or a reference begins as typed; what begins with `@` is looked for anywhere.
fn answers_to(snapshot: &Snapshot, id: PrincipalId, typed: &str) -> bool {
    let typed = typed.to_lowercase();
    snapshot.principal(id).is_some_and(|p| {
        let (id, reference) = (p.id.to_lowercase(), p.reference().to_lowercase());
        id.starts_with(&typed)
            || reference.starts_with(&typed)
            || typed.starts_with('@') && id.contains(&typed)
    })
}

/// Everybody that something can be given to, with what one looks for them by.
fn directory(snapshot: &Snapshot, people_only: bool) -> Corpus<PrincipalId> {
    let offered = snapshot.principals().filter(|(_, p)| {
        let person = matches!(p.kind, PrincipalKind::User { .. });
        p.is_known() && p.status() != Status::Deleted && (person || !people_only)
    });
    Corpus::new(offered.map(|(id, p)| {
        let text = format!("{}{NAME_END}{}", p.label(), p.reference());
        (id, text.to_lowercase())
    }))
}
