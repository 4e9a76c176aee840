//! The past: the state as it was, and what became of people between two moments.

use std::sync::Arc;

use crate::authz::Snapshot;
use crate::domain::change::ChangeLog;
use crate::domain::{Change, ChangeSet, Revision, Timestamp};
use crate::store::StoreError;

use super::open::Registry;

/// Entries read at a time.
const PAGE: u64 = 512;

impl Registry {
    /// The state as it was at a revision: every change since is taken back, the newest first.
    ///
    /// # Errors
    /// When the revision is still to come, or a journal entry can't be read.
    pub fn at_revision(&self, revision: Revision) -> Result<Arc<Snapshot>, StoreError> {
        let now = self.snapshot();
        if revision == now.revision() {
            return Ok(now);
        }
        let mut then = (*now).clone();
        let mut last = now.revision();
        while last > revision {
            let first = Revision(last.0.saturating_sub(PAGE - 1).max(revision.0 + 1));
            for entry in self.entries(first, last)?.into_iter().rev() {
                for change in entry.changes.0 {
                    then.put(&change.key, change.before);
                }
            }
            last = Revision(first.0 - 1);
        }
        then.apply(revision, &ChangeSet::default());
        Ok(Arc::new(then))
    }

    /// The last revision that was committed at or before a moment; 0 when none was.
    ///
    /// # Errors
    /// When a journal entry can't be read.
    pub fn revision_at(&self, moment: Timestamp) -> Result<Revision, StoreError> {
        let mut last = self.snapshot().revision();
        while last > Revision(0) {
            let first = Revision(last.0.saturating_sub(PAGE - 1).max(1));
            let entries = self.entries(first, last)?;
            let found = entries.iter().rev().find(|e| e.stamp.time <= moment);
            if let Some(entry) = found {
                return Ok(entry.revision);
            }
            last = Revision(first.0 - 1);
        }
        Ok(last)
    }

    /// What all commits after one revision up to another changed together: one entry for each
    /// record that is different at the end.
    ///
    /// # Errors
    /// When a journal entry can't be read.
    pub fn changes_between(&self, from: Revision, to: Revision) -> Result<ChangeSet, StoreError> {
        let mut log = ChangeLog::default();
        let mut first = from.next();
        while first <= to {
            let last = Revision(first.0.saturating_add(PAGE - 1).min(to.0));
            for entry in self.entries(first, last)? {
                for Change { key, before, after } in entry.changes.0 {
                    log.note(key, before, after);
                }
            }
            first = last.next();
        }
        Ok(log.into_changes())
    }
}
