//! What opening has to do: compare the engine with HEAD, finish or discard an interrupted commit.

use super::engine::{Engine, Piece};
use super::error::StoreError;
use super::head::HeadFile;
use super::write::{self, State};
use super::{Head, hash, plan};
use crate::domain::{JournalEntry, Revision};

/// Rows discarded in one batch.
const BATCH: usize = 64;

/// The state of a store that is whole. Changes nothing unless everything fits.
pub(super) fn recover(engine: &Engine, head: &HeadFile) -> Result<State, StoreError> {
    let state = match inspect(engine, head)? {
        Some(state) => state,
        None => State::initialize(engine)?,
    };
    if let Some(pending) = State::load_pending(engine)? {
        return roll_forward(engine, &state, pending);
    }
    let rows = engine.rows()?;
    if rows != state.rows {
        return Err(StoreError::damaged(format!(
            "its records were written in {} pieces and {rows} are there",
            state.rows
        )));
    }
    discard_beyond(engine, &state).map(|()| state)
}

/// The state that the engine is in, when it fits what was acknowledged; none in a database that was
/// just made.
pub(super) fn inspect(engine: &Engine, head: &HeadFile) -> Result<Option<State>, StoreError> {
    match State::load(engine)? {
        Some(state) => compare(engine, head, &state).map(|()| Some(state)),
        None if head.revision == Revision(0) => Ok(None),
        None => Err(lost(head, Revision(0))),
    }
}

fn lost(head: &HeadFile, found: Revision) -> StoreError {
    StoreError::damaged(format!(
        "revision {} was acknowledged, but its data only reach revision {found}",
        head.revision
    ))
}

fn compare(engine: &Engine, head: &HeadFile, state: &State) -> Result<(), StoreError> {
    if state.revision < head.revision {
        return Err(lost(head, state.revision));
    }
    let ended = StoreError::damaged(format!(
        "its data (revision {}) and its file HEAD (revision {}) do not belong together",
        state.revision, head.revision
    ));
    if state.revision == head.revision {
        if head.at(state) != *head {
            return Err(ended);
        }
        if state.revision > Revision(0) {
            check_last(engine, state)?;
        }
        return Ok(());
    }
    // A crash between the engine's sync and HEAD: exactly one commit, and it follows on HEAD.
    if state.revision != head.revision.next() || check_last(engine, state)? != head.head() {
        return Err(ended);
    }
    Ok(())
}

/// Checks the last entry and returns where the journal ended before it.
fn check_last(engine: &Engine, state: &State) -> Result<Head, StoreError> {
    let entry = write::read_entry(engine, state.revision)?;
    let before = Revision(state.revision.0.saturating_sub(1));
    let before = Head {
        revision: before,
        hash: entry.previous,
    };
    if hash::check_link(before, &entry)? != state.head() {
        return Err(StoreError::damaged(
            "its last journal entry is not the one it ended with",
        ));
    }
    Ok(before)
}

/// The entry of a large commit that was decided.
pub(super) fn decided(
    engine: &Engine,
    state: &State,
    new: &State,
) -> Result<JournalEntry, StoreError> {
    let entry = write::read_entry(engine, new.revision)?;
    if hash::check_link(state.head(), &entry)? != new.head() {
        return Err(StoreError::damaged(
            "the commit in progress is not the one that was decided",
        ));
    }
    Ok(entry)
}

fn roll_forward(engine: &Engine, state: &State, new: State) -> Result<State, StoreError> {
    let entry = decided(engine, state, &new)?;
    let pieces = plan::force(engine, &entry.changes)?;
    write::finish(engine, &new, &pieces)
}

/// Removes what a large commit wrote before it was interrupted: it was never decided.
fn discard_beyond(engine: &Engine, state: &State) -> Result<(), StoreError> {
    let first = write::journal_key(state.revision.next());
    loop {
        let rows = engine.journal.range(first..).keys().take(BATCH);
        let rows = rows.map(|key| key.map(|key| (key, None)));
        let rows: Vec<Piece> = rows
            .collect::<Result<_, _>>()
            .map_err(|e| engine.failed(e))?;
        if rows.is_empty() {
            return Ok(());
        }
        engine.write_batch(&engine.journal, &rows)?;
        engine.make_durable()?;
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::{
        Author, Change, ChangeSet, Key, Principal, PrincipalId, Record, Stamp, Timestamp,
    };
    use crate::store::plan::Plan;
    use crate::store::{SledStore, Store, chunks, verify};

    const MANY: u32 = 1_000;

    fn stamp() -> Stamp {
        Stamp {
            time: Timestamp(0),
            author: Author {
                account: "test".into(),
                actor: "user:test".into(),
                principal: None,
                on_behalf_by: None,
            },
            intent: "import".into(),
            arguments: "{}".into(),
            summary: "import".into(),
            reason: None,
            effect: String::new(),
            undoes: None,
        }
    }

    /// Every record from one form to the next; the second form has more pieces than the first.
    fn changes(round: usize) -> ChangeSet {
        let form = |n: u32, round: usize| {
            let size = if n.is_multiple_of(100) {
                [0, 20_000, 4_000][round % 3]
            } else {
                10
            };
            let user = Principal::user(format!("user-{n}"), "x".repeat(size));
            (round > 0).then_some(Record::Principal(Principal {
                uid: Some(round.to_string()),
                ..user
            }))
        };
        let change = |n| Change {
            key: Key::Principal(PrincipalId(n)),
            before: form(n, round),
            after: form(n, round + 1),
        };
        ChangeSet((0..MANY).map(change).collect())
    }

    struct Prepared {
        new: State,
        plan: Plan,
        journal: Vec<Piece>,
    }

    fn prepare(engine: &Engine, round: usize) -> Prepared {
        let old = State::load(engine).unwrap().unwrap();
        let changes = changes(round);
        let plan = plan::plan(engine, &old, &changes).unwrap();
        let (entry, body) = hash::link(old.head(), stamp(), changes).unwrap();
        let journal = write::journal_pieces(entry.revision, &entry.hash, &body).unwrap();
        let new = State {
            revision: entry.revision,
            hash: entry.hash,
            records: plan.records,
            digest: plan.digest,
            rows: plan.rows,
        };
        Prepared { new, plan, journal }
    }

    /// Opens the store and says at which revision it is and which form its records have.
    fn reopen(directory: &Path) -> (Revision, Vec<String>) {
        let store = SledStore::open(directory).unwrap();
        let mut forms = Vec::new();
        store
            .scan(&mut |_, record| {
                let Record::Principal(p) = record else {
                    panic!()
                };
                forms.push(p.uid.unwrap());
            })
            .unwrap();
        let count = forms.len();
        forms.dedup();
        assert!(count == 0 || count == MANY as usize);
        assert_eq!(verify(&store).unwrap(), store.head());
        let rest = store.head().revision.next();
        // The next commit finds nothing of the interrupted one.
        assert_eq!(
            store
                .commit(store.head().revision, stamp(), ChangeSet::default())
                .unwrap()
                .revision,
            rest
        );
        (rest, forms)
    }

    #[test]
    fn an_interrupted_commit_is_finished_or_gone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path();
        drop(SledStore::create(path).unwrap());
        let engine = || Engine::open(path, 0, false).unwrap();

        // Before the mark: gone, whether all of the journal entry was written or half of it.
        for part in [1u64, 2] {
            let engine = engine();
            let p = prepare(&engine, 0);
            write::prepare(
                &engine,
                &p.journal[..p.journal.len() / usize::try_from(part).unwrap()],
            )
            .unwrap();
            drop(engine);
            assert_eq!(reopen(path), (Revision(part), vec![]), "{part}");
        }
        // After it: finished, however many records were written. Each round begins with an
        // empty commit of `reopen`, so revisions grow by two.
        for (round, part) in [(0, 0.0), (1, 0.3), (2, 0.9)] {
            let engine = engine();
            let p = prepare(&engine, round);
            write::prepare(&engine, &p.journal).unwrap();
            write::decide(&engine, &p.new).unwrap();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss
            )]
            let written = (p.plan.pieces.len() as f64 * part) as usize;
            // A value is never written in part.
            let base = |piece: &Piece| chunks::base(&piece.0).to_vec();
            let written = (written..p.plan.pieces.len())
                .find(|n| *n == 0 || base(&p.plan.pieces[*n]) != base(&p.plan.pieces[*n - 1]))
                .unwrap_or(p.plan.pieces.len());
            engine
                .write_batches(&engine.records, &p.plan.pieces[..written])
                .unwrap();
            engine.make_durable().unwrap();
            drop(engine);
            let (_, forms) = reopen(path);
            assert_eq!(forms, vec![(round + 1).to_string()]);
        }
        // Decided, and then the entry is gone: damage, not silence.
        let engine = engine();
        let p = prepare(&engine, 3);
        write::decide(&engine, &p.new).unwrap();
        drop(engine);
        assert!(matches!(
            SledStore::open(path),
            Err(StoreError::Damaged { .. })
        ));
    }
}
