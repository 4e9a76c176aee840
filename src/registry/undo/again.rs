//! What the journal says about an undo, and from it what undoing that would do to an import: who may
//! import may take an import back, and bring it in again.

use serde::{Deserialize, Serialize};

use crate::domain::{JournalEntry, Revision};

/// The intent of undos in the journal.
pub(super) const UNDO: &str = "undo";

/// What taking a commit back does to an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Import {
    /// It goes.
    TakenBack,
    /// It went and comes again.
    BroughtBack,
}

/// An undo as the journal keeps it: `{"undo":{"revision":3}}`.
#[derive(Serialize, Deserialize)]
struct Arguments {
    undo: Undo,
}

#[derive(Serialize, Deserialize)]
struct Undo {
    revision: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    import: Option<Import>,
}

/// The arguments of an undo.
pub(super) fn arguments(revision: Revision, import: Option<Import>) -> String {
    let revision = revision.0;
    let undo = Undo { revision, import };
    serde_json::json!(Arguments { undo }).to_string()
}

/// What taking an entry back would do to an import; `None` when it was none.
pub(super) fn import_of(entry: &JournalEntry) -> Option<Import> {
    match entry.stamp.intent.as_str() {
        "import" => Some(Import::TakenBack),
        UNDO => {
            let said: Arguments = serde_json::from_str(&entry.stamp.arguments).ok()?;
            Some(match said.undo.import? {
                Import::TakenBack => Import::BroughtBack,
                Import::BroughtBack => Import::TakenBack,
            })
        }
        _ => None,
    }
}
