//! The open store with its snapshot: plans go in, revisions come out.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use thiserror::Error;

use crate::authz::Snapshot;
use crate::authz::snapshot::Builder;
use crate::domain::{JournalEntry, Login, Revision, Timestamp};
use crate::store::{MemoryStore, SledStore, Store, StoreError};

use super::actor::Actor;
use super::desk::Desk;
use super::intents::{Intent, logins};
use super::opening::{Home, Opening, read_all};
use super::plan::{Plan, plan};
use super::refusal::Refusal;

/// Changes in entries that are read for a list of them: an import's come to gigabytes.
const CHANGES: usize = 10_000;
/// Entries that are read at once: few, because each of an import's holds a thousand changes.
const STEP: u64 = 4;

/// A store and the state at its last revision. Shared by the threads of a face.
pub struct Registry {
    store: Box<dyn Store>,
    snapshot: RwLock<Arc<Snapshot>>,
    /// One commit at a time: the snapshot moves in the order of the journal.
    pub(super) writing: Mutex<()>,
    /// None for a store without a directory.
    pub(super) home: Mutex<Option<Home>>,
    followers: Mutex<Vec<Follower>>,
}

/// Hears of every state that is published; says whether it wants to hear of the next.
type Follower = Box<dyn Fn(Arc<Snapshot>) -> bool + Send>;

/// What came of a commit.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The journal entry that was written.
    pub entry: JournalEntry,
    /// The state that it made.
    pub snapshot: Arc<Snapshot>,
}

/// Why nothing was committed.
#[derive(Debug, Error)]
pub enum CommitError {
    /// The intent was refused.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The store could not take it.
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl Registry {
    /// Opens a store in a directory; [`Opening`] does so in two steps.
    ///
    /// # Errors
    /// When there is none, another process holds it, or it is damaged.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        Opening::begin(directory)?.finish()
    }

    /// Makes a store in a directory.
    ///
    /// # Errors
    /// When there is one already, or it can't be written.
    pub fn create(directory: &Path) -> Result<Self, StoreError> {
        Self::of(SledStore::create(directory)?)
    }

    /// A store that is open already.
    ///
    /// # Errors
    /// When its records can't be read.
    pub fn of(store: SledStore) -> Result<Self, StoreError> {
        let home = Home::new(store.directory());
        let snapshot = read_all(&store)?;
        Ok(Self::assembled(Box::new(store), snapshot, Some(home)))
    }

    /// A store that is open already, with all of its records.
    pub(super) fn filled(store: SledStore, records: Builder) -> Self {
        let home = Home::new(store.directory());
        let snapshot = records.finish(store.head().revision);
        Self::assembled(Box::new(store), snapshot, Some(home))
    }

    /// A store that lives in memory only: for scenarios and tests.
    ///
    /// # Errors
    /// Never in practice; the signature is that of the others.
    pub fn in_memory() -> Result<Self, StoreError> {
        let store = MemoryStore::new();
        let snapshot = read_all(&store)?;
        Ok(Self::assembled(Box::new(store), snapshot, None))
    }

    pub(super) fn assembled(store: Box<dyn Store>, snapshot: Snapshot, home: Option<Home>) -> Self {
        Self {
            store,
            snapshot: RwLock::new(Arc::new(snapshot)),
            writing: Mutex::new(()),
            home: Mutex::new(home),
            followers: Mutex::default(),
        }
    }

    /// Tells of every state from now on, whoever's commit makes it, until `tell` says no. It is called by
    /// whoever commits, who waits for it.
    pub fn follow(&self, tell: impl Fn(Arc<Snapshot>) -> bool + Send + 'static) {
        let followers = self.followers.lock();
        let mut followers = followers.unwrap_or_else(PoisonError::into_inner);
        followers.push(Box::new(tell));
    }

    /// The state at the last revision.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes a plan last, and publishes the state after it.
    ///
    /// # Errors
    /// A conflict when the store moved since the plan was made; then plan again.
    pub fn commit(&self, plan: Plan) -> Result<Receipt, StoreError> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = self.store.commit(plan.base, plan.stamp, plan.changes)?;
        let snapshot = self.publish(plan.after, entry.revision);
        Ok(Receipt { entry, snapshot })
    }

    /// Makes an import last, as [`Self::commit`] does. A very large one is built aside and switched
    /// to, and the journal holds it in parts; `go_on` hears how many records were written, and may
    /// say no. Returns the last revision.
    ///
    /// # Errors
    /// As [`Self::commit`]; [`StoreError::Cancelled`] after a no: nothing happened.
    pub fn commit_large(
        &self,
        plan: Plan,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Revision, StoreError> {
        let revision = {
            let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
            let (base, stamp, changes) = (plan.base, plan.stamp, plan.changes);
            let head = self.store.commit_large(base, stamp, changes, go_on)?;
            self.publish(plan.after, head.revision);
            head.revision
        };
        // Few entries, but each of them long: carrying them out is no way to open quickly.
        let mut home = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(home) = home.as_mut() {
            home.compiled = None;
        }
        Ok(revision)
    }

    fn publish(&self, mut after: Snapshot, revision: Revision) -> Arc<Snapshot> {
        after.apply(revision, &crate::domain::ChangeSet::default());
        let snapshot = Arc::new(after);
        *self
            .snapshot
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::clone(&snapshot);
        let followers = self.followers.lock();
        let mut followers = followers.unwrap_or_else(PoisonError::into_inner);
        followers.retain(|tell| tell(Arc::clone(&snapshot)));
        snapshot
    }

    /// Plans an intent on the present state and commits it.
    ///
    /// # Errors
    /// A refusal, or what the store says.
    pub fn carry_out(
        &self,
        actor: &Actor,
        intent: &Intent,
        at: Timestamp,
    ) -> Result<Receipt, CommitError> {
        let plan = plan(&self.snapshot(), actor, intent, at)?;
        Ok(self.commit(plan)?)
    }

    /// Maps an operating-system account to a directory user, or takes the mapping away.
    ///
    /// # Errors
    /// A refusal for everybody but store administrators (the first login of a new store is free).
    pub fn set_login(
        &self,
        actor: &Actor,
        account: &str,
        login: Option<Login>,
        at: Timestamp,
    ) -> Result<Receipt, CommitError> {
        let snapshot = self.snapshot();
        let mut desk = Desk::new(&snapshot, actor, at);
        let arguments = serde_json::json!({ "set-login": { "account": account } }).to_string();
        let summary = logins::put(&mut desk, account, login)?;
        Ok(self.commit(desk.finish("set-login", arguments, summary, None)?)?)
    }

    /// Journal entries, ascending.
    ///
    /// # Errors
    /// When an entry is missing or damaged.
    pub fn entries(&self, from: Revision, to: Revision) -> Result<Vec<JournalEntry>, StoreError> {
        self.store.entries(from, to)
    }

    /// The newest entries, newest first: so many, or fewer where those hold very many changes, as
    /// after an import. They are all there are when they go down to revision 1.
    ///
    /// # Errors
    /// When an entry is missing or damaged.
    pub fn newest(&self, count: u64) -> Result<Vec<JournalEntry>, StoreError> {
        self.older(self.store.head().revision.next(), count)
    }

    /// The entries before a revision, newest first, as many as [`Self::newest`] reads.
    ///
    /// # Errors
    /// When an entry is missing or damaged.
    pub fn older(&self, before: Revision, count: u64) -> Result<Vec<JournalEntry>, StoreError> {
        let mut next = Revision(before.0.saturating_sub(1));
        let (mut entries, mut changes) = (Vec::new(), 0);
        while next > Revision(0) && (entries.len() as u64) < count && changes < CHANGES {
            let missing = count - entries.len() as u64;
            let first = Revision(next.0.saturating_sub(STEP.min(missing) - 1).max(1));
            let read = self.store.entries(first, next)?;
            changes += read.iter().map(|e| e.changes.len()).sum::<usize>();
            entries.extend(read.into_iter().rev());
            next = Revision(first.0 - 1);
        }
        Ok(entries)
    }

    /// The store itself, for verification.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry")
            .field("head", &self.store.head())
            .finish_non_exhaustive()
    }
}
