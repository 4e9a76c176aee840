//! What an import did.

use std::collections::BTreeMap;
use std::fmt;

use strum::{Display, EnumIter, IntoStaticStr};

use crate::domain::{Change, ChangeSet, Principal, PrincipalKind, Record, ResourceKind};
use crate::registry::Draft;

use super::problem::Problem;

/// What was added and changed, and what a reader should know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// How many records of each kind; kinds of which none changed are missing.
    pub counts: BTreeMap<Kind, Count>,
    /// Sentences: what the file says and deedbox does not keep, and what had to be decided.
    pub notes: Vec<String>,
}

/// Kinds of records that an import touches, in the order in which they are reported.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumIter, IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// Directory users.
    User,
    /// Directory groups.
    Group,
    /// Service accounts.
    ServiceAccount,
    /// Names that grants mention and the directory does not know.
    External,
    /// Environments.
    Environment,
    /// Accounts in environments.
    Account,
    /// Model groups.
    ModelGroup,
    /// Models.
    Model,
    /// Jobs.
    Job,
    /// Operations.
    Operation,
    /// Experiments.
    Experiment,
}

/// How many records of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Were not there before.
    pub added: usize,
    /// Were there and are different now.
    pub changed: usize,
}

impl Kind {
    fn of(change: &Change) -> Option<Self> {
        Some(match change.after.as_ref().or(change.before.as_ref())? {
            Record::Principal(principal) => match principal.kind {
                PrincipalKind::User { .. } => Self::User,
                PrincipalKind::Group { .. } => Self::Group,
                PrincipalKind::ServiceAccount { .. } => Self::ServiceAccount,
                _ => Self::External,
            },
            Record::Environment(_) => Self::Environment,
            Record::Account(_) => Self::Account,
            Record::Resource(resource) => match resource.kind() {
                ResourceKind::ModelGroup => Self::ModelGroup,
                ResourceKind::Model => Self::Model,
                ResourceKind::Job => Self::Job,
                ResourceKind::Operation => Self::Operation,
                ResourceKind::Experiment => Self::Experiment,
            },
            Record::Counters(_) | Record::Login(_) => return None,
        })
    }
}

impl Summary {
    /// Counts a change set.
    fn of(changes: &ChangeSet, notes: Vec<String>) -> Self {
        let mut summary = Self {
            notes,
            ..Self::default()
        };
        let mut strangers = Vec::new();
        for change in &changes.0 {
            let Some(kind) = Kind::of(change) else {
                continue;
            };
            let count = summary.counts.entry(kind).or_default();
            if is_new(change) {
                count.added += 1;
            } else {
                count.changed += 1;
            }
            if let (None, Some(Record::Principal(p))) = (&change.before, &change.after)
                && is_stranger(p)
            {
                strangers.push(p.reference());
            }
        }
        if !strangers.is_empty() {
            let note = list_note(
                &strangers,
                "is not in the directory and was kept as external",
                "are not in the directory and were kept as external",
            );
            summary.notes.push(note);
        }
        summary
    }

    /// Whether nothing was added or changed.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Adds what another file did.
    pub fn merge(&mut self, other: Self) {
        for (kind, count) in other.counts {
            let sum = self.counts.entry(kind).or_default();
            sum.added += count.added;
            sum.changed += count.changed;
        }
        self.notes.extend(other.notes);
    }
}

/// A name that joins the directory takes over the number of the external principal: that is an
/// addition, too.
fn is_new(change: &Change) -> bool {
    match (&change.before, &change.after) {
        (Some(Record::Principal(before)), Some(Record::Principal(after))) => {
            !before.is_known() && after.is_known()
        }
        (before, _) => before.is_none(),
    }
}

fn is_stranger(principal: &Principal) -> bool {
    matches!(
        principal.kind,
        PrincipalKind::ExternalUser
            | PrincipalKind::ExternalGroup
            | PrincipalKind::ExternalServiceAccount
    )
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            f.write_str("nothing changes")?;
        }
        for (place, (kind, count)) in self.counts.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(
                f,
                "{comma}{kind}: {} added, {} changed",
                count.added, count.changed
            )?;
        }
        Ok(())
    }
}

/// `a, b and 3 more <what>`.
pub(super) fn list_note(names: &[String], one: &str, many: &str) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|n| format!("`{n}`")).collect();
    let shown = shown.join(", ");
    match names.len() {
        1 => format!("{shown} {one}"),
        n if n <= SHOWN => format!("{shown} {many}"),
        n => format!("{shown} and {} more {many}", n - SHOWN),
    }
}

/// Runs an import on a draft of its own and takes it over when it succeeds: an error leaves even
/// the caller's draft as it was, and the counts are those of real differences.
pub(super) fn within(
    draft: &mut Draft,
    work: impl FnOnce(&mut Draft, &mut Vec<String>) -> Result<(), Problem>,
) -> Result<Summary, Problem> {
    let mut inner = Draft::new(draft.now());
    let mut notes = Vec::new();
    work(&mut inner, &mut notes)?;
    let (changes, _) = inner.finish();
    let summary = Summary::of(&changes, notes);
    for change in changes.0 {
        draft.put(change.key, change.after);
    }
    Ok(summary)
}
