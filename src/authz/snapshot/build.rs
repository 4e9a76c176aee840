//! A snapshot of many records at once: everything is sorted and closed over once, in the end.

use crate::domain::{Key, PrincipalId, Record, Resource, ResourceId, Revision};

use super::super::index::names::Names;
use super::super::index::postings::PostingsBuilder;
use super::super::index::records::{Records, RecordsBuilder};
use super::{Snapshot, named};

/// Takes every record of a store once, in any order in which an environment comes before its
/// accounts and resources; the order of keys is such a one.
#[derive(Debug, Default)]
pub struct Builder {
    snapshot: Snapshot,
    principals: Vec<(PrincipalId, crate::domain::Principal)>,
    records: RecordsBuilder,
    postings: PostingsBuilder,
}

impl Builder {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a record in; one of the wrong kind for its key is ignored.
    pub fn put(&mut self, key: &Key, record: Record) {
        match (key, record) {
            (Key::Principal(id), Record::Principal(principal)) => {
                self.principals.push((*id, principal));
            }
            (Key::Resource(_, id), Record::Resource(resource)) => self.resource(*id, resource),
            (key, record) => self.snapshot.put(key, Some(record)),
        }
    }

    fn resource(&mut self, id: ResourceId, resource: Resource) {
        let row = self.snapshot.compile(&resource);
        self.snapshot.rows.set(id.index(), row);
        self.postings.add(id, &resource);
        self.records.set(id.index(), resource);
    }

    /// The state that all of it makes.
    pub fn finish(mut self, revision: Revision) -> Snapshot {
        let principals = std::mem::take(&mut self.principals);
        self.snapshot.directory.fill(principals);
        self.finished(revision)
    }

    /// The same, with memberships as the directory wrote them down; `None` when it did not.
    pub(super) fn finish_closed(mut self, revision: Revision, closures: &[u8]) -> Option<Snapshot> {
        let principals = std::mem::take(&mut self.principals);
        let directory = &mut self.snapshot.directory;
        directory.fill_closed(principals, closures)?;
        Some(self.finished(revision))
    }

    fn finished(self, revision: Revision) -> Snapshot {
        let mut snapshot = self.snapshot;
        snapshot.postings = self.postings.finish();
        snapshot.records = self.records.finish();
        snapshot.names = Names::of(present(&snapshot.records));
        snapshot.revision = revision;
        snapshot
    }
}

/// What resources are called, with their numbers.
pub(super) fn present(records: &Records) -> impl Iterator<Item = (impl std::hash::Hash, u32)> {
    let all = (0u32..).take(records.end());
    all.filter_map(|number| {
        let heading = records.heading(number as usize)?;
        Some((named(&heading), number))
    })
}
