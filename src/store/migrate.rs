//! From older formats to the present one: built aside, switched to in one step, and only then the
//! old data go.
//!
//! Format 1 kept every record under a key of its own; records, journal and notes are otherwise the
//! same, byte for byte, so nothing is decoded and the chain of hashes stays what it was.

use std::path::Path;

use super::build::Build;
use super::chunks::{self, Assembler};
use super::engine::{Engine, Piece};
use super::error::StoreError;
use super::head::{self, HeadFile};
use super::write::State;
use super::{codec, keys, layout, permissions, recover};
use crate::domain::Revision;

/// The number of the data that a migration makes.
const MIGRATED: u32 = 1;

/// Brings a store to the present format; the lock is held.
pub(super) fn migrate(store: &Path, head: HeadFile) -> Result<HeadFile, StoreError> {
    let old = Engine::open(store, head.data, head.revision == Revision(0))?;
    let mut build = Build::begin(store, MIGRATED)?;
    let state = old.run(|| copy(&old, &mut build, &head))?;
    let (new, written) = build.finish()?;
    compare(&state, &written)?;
    drop((new, old));
    let now = HeadFile {
        format: head::FORMAT,
        data: MIGRATED,
        ..head.at(&written)
    };
    switch(store, &now)?;
    Ok(now)
}

/// Makes HEAD name data that were built aside and are durable; then the others go.
pub(super) fn switch(store: &Path, now: &HeadFile) -> Result<(), StoreError> {
    permissions::tighten(store)?;
    permissions::sync_directory(&layout::data(store, now.data))?;
    permissions::sync_directory(store)?;
    now.write(store)?;
    layout::sweep(store, now.data)
}

fn copy(old: &Engine, build: &mut Build, head: &HeadFile) -> Result<State, StoreError> {
    let mut state = recover::inspect(old, head)?.unwrap_or_default();
    if let Some(pending) = State::load_pending(old)? {
        finish_interrupted(old, &state, &pending)?;
        state = pending;
    }
    build.copy_journal(old, state.head())?;
    let mut assembler = Assembler::default();
    for row in &old.records {
        let (key, piece) = row.map_err(|e| old.failed(e))?;
        if let Some((key, record)) = assembler.push(&key, &piece)? {
            // The checksum, and whether this program knows it: nothing damaged is carried along.
            codec::decode_record(&record)?;
            build.record(&key, &record)?;
        }
    }
    assembler.finish()?;
    Ok(state)
}

/// Writes the records of a large commit that was decided and then interrupted, as the program that
/// began it would have. The mark stays: should this be interrupted too, it is done again.
fn finish_interrupted(old: &Engine, state: &State, new: &State) -> Result<(), StoreError> {
    let entry = recover::decided(old, state, new)?;
    let mut pieces: Vec<Piece> = Vec::new();
    for change in &entry.changes.0 {
        let base = keys::encode(&change.key)?;
        let record = change
            .after
            .as_ref()
            .map(codec::encode_record)
            .transpose()?;
        let written = record.map(|record| chunks::split(&base, &record));
        let written = written.transpose()?.unwrap_or_default();
        let surplus = old.pieces(&old.records, &base)?;
        let surplus = surplus.into_iter().skip(written.len());
        pieces.extend(surplus.map(|(key, _)| (key, None)));
        pieces.extend(written.into_iter().map(|(key, piece)| (key, Some(piece))));
    }
    old.write_batches(&old.records, &pieces)?;
    old.make_durable()
}

fn compare(old: &State, new: &State) -> Result<(), StoreError> {
    if new.records != old.records {
        return Err(StoreError::MissingRows {
            expected: old.records,
            found: new.records,
        });
    }
    if new.digest != old.digest {
        return Err(StoreError::damaged(
            "some records are not those that were committed last",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::{
        Author, Change, ChangeSet, Key, Principal, PrincipalId, Record, Stamp, Timestamp,
    };
    use crate::store::{SledStore, Store, hash, verify, write};

    /// A copy of the fixture of format 1.
    fn old() -> tempfile::TempDir {
        let to = tempfile::tempdir().unwrap();
        let from = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/store-format-1");
        for name in ["HEAD", "conf", "db"] {
            fs::copy(Path::new(from).join(name), to.path().join(name)).unwrap();
        }
        let data = fs::File::options()
            .write(true)
            .open(to.path().join("db"))
            .unwrap();
        data.set_len(524_287).unwrap();
        to
    }

    #[test]
    fn a_commit_that_was_decided_is_there_afterwards() {
        let dir = old();
        let record = |name: &str| Record::Principal(Principal::user("zoe.new", name));
        let key = Key::Principal(PrincipalId(70_000));
        let engine = Engine::open(dir.path(), 0, false).unwrap();
        let state = State::load(&engine).unwrap().unwrap();
        let stamp = Stamp {
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
        };
        // Longer than a piece, so that half of it may be there.
        let after = record(&"z".repeat(9_000));
        let changes = ChangeSet(vec![Change {
            key: key.clone(),
            before: None,
            after: Some(after.clone()),
        }]);
        let (entry, body) = hash::link(state.head(), stamp, changes).unwrap();
        let journal = write::journal_pieces(entry.revision, &entry.hash, &body).unwrap();
        let (base, stored) = (
            keys::encode(&key).unwrap(),
            codec::encode_record(&after).unwrap(),
        );
        let mark = hash::record_mark(&base, &stored);
        let new = State {
            revision: entry.revision,
            hash: entry.hash,
            records: state.records + 1,
            digest: state.digest.wrapping_add(mark),
            rows: 0,
        };
        write::prepare(&engine, &journal).unwrap();
        write::decide(&engine, &new).unwrap();
        let pieces = chunks::split(&base, &stored).unwrap();
        let half = pieces.into_iter().take(2).map(|(k, p)| (k, Some(p)));
        engine
            .write_batch(&engine.records, &half.collect::<Vec<_>>())
            .unwrap();
        engine.make_durable().unwrap();
        drop(engine);

        for _ in 0..2 {
            let store = SledStore::open(dir.path()).unwrap();
            assert_eq!(store.head(), new.head());
            let mut found = None;
            store
                .scan(&mut |k, record| {
                    if k == key {
                        found = Some(record);
                    }
                })
                .unwrap();
            assert_eq!(found.as_ref(), Some(&after));
            assert_eq!(verify(&store).unwrap(), new.head());
        }
    }
}
