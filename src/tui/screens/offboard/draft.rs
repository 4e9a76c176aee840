//! What is chosen for an offboarding: who takes over what, and what becomes of the leaver.

use std::collections::BTreeMap;

use crate::authz::Snapshot;
use crate::domain::{PrincipalId, Status, Target};
use crate::registry::intents::{Afterwards, Offboard};
use crate::registry::offboarding::{Because, Successor};

use super::super::super::parts::choice::Choice;
use super::super::super::parts::input::Input;
use super::super::super::parts::picker::Picker;

/// Why somebody takes a thing over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why<'a> {
    /// Somebody chose them for it, or for what it belongs to.
    Chosen,
    /// They take over everything that is not chosen for somebody else.
    Everything,
    /// They are suggested.
    Suggested(&'a Because),
}

/// What was chosen so far.
#[derive(Debug)]
pub struct Draft {
    /// Who takes over single things.
    pub named: BTreeMap<Target, PrincipalId>,
    /// Who takes over everything else.
    pub to: Picker,
    /// What becomes of the leaver's entry in the directory.
    pub then: Choice,
    /// Why.
    pub reason: Input,
}

impl Draft {
    /// Nothing chosen yet. What can still become of the leaver depends on what they are already.
    pub fn new(status: Status, known: bool) -> Self {
        let option = |then: Afterwards, title: &str, means: &str| {
            (then.to_string(), title.to_owned(), means.to_owned())
        };
        let suspend = option(
            Afterwards::Suspend,
            "suspend",
            "the name stays known and can do nothing",
        );
        let delete = option(
            Afterwards::Delete,
            "delete",
            "a tombstone stays; the name becomes free",
        );
        let keep = |means| option(Afterwards::Keep, "keep", means);
        let options = match status {
            _ if !known => vec![keep("the directory does not know them")],
            Status::Active => vec![suspend, delete, keep("they change jobs and stay active")],
            Status::Suspended => vec![keep("they are suspended already"), delete],
            Status::Deleted => vec![keep("they are deleted already")],
        };
        Self {
            named: BTreeMap::new(),
            to: Picker::default(),
            then: Choice::new(options),
            reason: Input::default(),
        }
    }

    /// Who takes a thing over, and why them.
    pub fn taker<'a>(
        &self,
        ways: &[Target],
        suggested: Option<&'a Successor>,
    ) -> Option<(PrincipalId, Why<'a>)> {
        let named = ways.iter().find_map(|way| self.named.get(way).copied());
        named
            .map(|id| (id, Why::Chosen))
            .or_else(|| self.to.chosen.map(|id| (id, Why::Everything)))
            .or_else(|| suggested.map(|s| (s.principal, Why::Suggested(&s.because))))
    }

    /// The intent.
    pub fn intent(&self, snapshot: &Snapshot, leaver: PrincipalId) -> Offboard {
        let named = self.named.iter();
        let reason = self.reason.text().trim();
        Offboard {
            user: snapshot.reference(leaver),
            to: self.to.chosen.map(|id| snapshot.reference(id)),
            successors: named
                .map(|(target, who)| (snapshot.target_id(*target), snapshot.reference(*who)))
                .collect(),
            then: self
                .then
                .value()
                .and_then(|v| v.parse().ok())
                .unwrap_or_default(),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
        }
    }
}
