//! What the journal says about an undo, and from it what undoing that would do to an import: who may
//! import may take an import back, and bring it in again.

use serde::{Deserialize, Serialize};

use crate::domain::{JournalEntry, Revision};

/// The intent of undos in the journal.
pub(in super::super) const UNDO: &str = "undo";

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
    /// Several that were taken back at once, the newest first: `{"undo":{"revisions":[7,6]}}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    revisions: Vec<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    import: Option<Import>,
    /// Whether what is taken back was done, or taken back, with a word: doing it again takes one too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    word: bool,
}

/// The arguments of an undo.
pub(super) fn arguments(revision: Revision, import: Option<Import>, word: bool) -> String {
    let undo = Undo {
        revision: Some(revision.0),
        revisions: Vec::new(),
        import,
        word,
    };
    serde_json::json!(Arguments { undo }).to_string()
}

/// The arguments of an undo of several.
pub(super) fn several(revisions: &[Revision], word: bool) -> String {
    let undo = Undo {
        revision: None,
        revisions: revisions.iter().map(|r| r.0).collect(),
        import: None,
        word,
    };
    serde_json::json!(Arguments { undo }).to_string()
}

/// Whether an entry is an undo of what took a word.
pub(in super::super) fn took_word(entry: &JournalEntry) -> bool {
    let said = serde_json::from_str::<Arguments>(&entry.stamp.arguments);
    entry.stamp.intent == UNDO && said.is_ok_and(|said| said.undo.word)
}

/// The revisions that an entry takes back, the newest first; none when it is no undo.
pub fn takes_back(entry: &JournalEntry) -> Vec<Revision> {
    if let Some(one) = entry.stamp.undoes {
        return vec![one];
    }
    if entry.stamp.intent != UNDO {
        return Vec::new();
    }
    let said = serde_json::from_str::<Arguments>(&entry.stamp.arguments);
    said.map_or_else(
        |_| Vec::new(),
        |said| said.undo.revisions.into_iter().map(Revision).collect(),
    )
}

/// The revision that an entry did again, by taking back what had taken it back. `history` in any order;
/// what it does not hold is not known.
pub fn does_again(history: &[JournalEntry], entry: &JournalEntry) -> Option<Revision> {
    let of = takes_back(entry);
    let undone = history.iter().filter(|e| of.contains(&e.revision));
    undone.flat_map(takes_back).next()
}

/// The entry that took a revision back, when none has taken that back in turn. `history` in any
/// order; what it does not hold is not known.
pub fn taken_back_by(history: &[JournalEntry], revision: Revision) -> Option<Revision> {
    let undos = history
        .iter()
        .filter(|e| e.revision > revision && takes_back(e).contains(&revision));
    undos
        .map(|e| e.revision)
        .find(|by| taken_back_by(history, *by).is_none())
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
