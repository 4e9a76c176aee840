//! From what was read to what is known: which record is the last one, and what is lost.

use std::collections::{BTreeMap, BTreeSet};

use super::reading::Reading;
use super::{Salvage, loose};
use crate::domain::{Counters, JournalEntry, Key, Record, Revision};
use crate::store::{Head, hash};

/// Puts the reading in order.
pub(super) fn sort(reading: Reading) -> Salvage {
    let last = reading.last();
    let mut notes = reading.unreadable.clone();
    let chain_length = unbroken(&reading);
    let gone = gaps(&reading.entries, last);
    let ends_right = ends_as_known(&reading, last);
    if gone.is_empty() && chain_length < reading.entries.len() {
        notes.push(format!(
            "the journal can all be read, but it does not hold from revision {} on",
            chain_length + 1
        ));
    }
    let head_fits = head_fits(&reading);
    if !head_fits {
        notes.push(
            "HEAD names another entry than the journal has: it, or the data, may be another store's"
                .to_owned(),
        );
    }
    let journal_whole = gone.is_empty() && chain_length == reading.entries.len() && ends_right;
    let at_end = reading.state.is_some_and(|s| s.revision == last);
    let table_whole = reading.records_whole && at_end;
    let last_gap = gone.last().map_or(Revision(0), |(_, to)| *to);
    let (mut records, stale) = if table_whole {
        (reading.records, Vec::new())
    } else {
        combine(&reading.entries, reading.records, last_gap)
    };
    let committed = committed_count(
        reading.head.map(|h| (h.revision, h.records)),
        reading.state.map(|s| (s.revision, s.records)),
        last,
    );
    let missing = committed.map_or(0, |c| c.saturating_sub(records.len() as u64));
    let mut loose = Vec::new();
    if !journal_whole && !table_whole {
        loose = loose::tie(&mut records);
        raise_counters(&mut records);
    }
    if journal_whole && !table_whole {
        notes.push("the records are made anew from the journal".to_owned());
    }
    let mut entries = reading.entries;
    let rest = entries.split_off(&Revision(chain_length as u64 + 1));
    Salvage {
        last,
        chain: entries.into_values().collect(),
        stranded: rest.into_keys().collect(),
        lost: gone,
        records,
        stale,
        missing,
        loose,
        proved: head_fits && (journal_whole || table_whole),
        notes,
    }
}

/// How many entries follow one on the other from the first.
fn unbroken(reading: &Reading) -> usize {
    let mut head = Head::default();
    let follows = |entry: &&JournalEntry| match hash::check_link(head, entry) {
        Ok(next) => {
            head = next;
            true
        }
        Err(_) => false,
    };
    reading.entries.values().take_while(follows).count()
}

/// Whether the last entry is the one that HEAD or the data name.
fn ends_as_known(reading: &Reading, last: Revision) -> bool {
    let found = reading.entries.get(&last).map(|e| e.hash);
    let head = reading.head.filter(|h| h.revision == last).map(|h| h.hash);
    let state = reading.state.filter(|s| s.revision == last).map(|s| s.hash);
    last == Revision(0)
        || found.is_some()
            && [head, state]
                .into_iter()
                .flatten()
                .all(|h| found == Some(h))
}

/// Whether what was acknowledged is what the journal has there.
fn head_fits(reading: &Reading) -> bool {
    reading.head.is_none_or(|head| {
        let entry = reading.entries.get(&head.revision);
        entry.is_none_or(|entry| entry.hash == head.hash)
    })
}

/// The revisions up to the last that have no entry, as ranges.
fn gaps(entries: &BTreeMap<Revision, JournalEntry>, last: Revision) -> Vec<(Revision, Revision)> {
    let mut gaps = Vec::new();
    let mut expected = Revision(1);
    for revision in entries.keys() {
        if *revision > expected {
            gaps.push((expected, Revision(revision.0 - 1)));
        }
        expected = revision.next();
    }
    if expected <= last {
        gaps.push((expected, last));
    }
    gaps
}

/// The last known form of every record. Behind the last gap the journal is sure; before it, what is
/// among the data is newer than what the journal remembers.
fn combine(
    entries: &BTreeMap<Revision, JournalEntry>,
    stored: BTreeMap<Key, Record>,
    last_gap: Revision,
) -> (BTreeMap<Key, Record>, Vec<(Key, Revision)>) {
    let mut known: BTreeMap<&Key, (Revision, Option<&Record>)> = BTreeMap::new();
    for (revision, entry) in entries {
        for change in &entry.changes.0 {
            known.insert(&change.key, (*revision, change.after.as_ref()));
        }
    }
    // Without a gap the journal tells everything: what it does not know of is not there.
    let mut records = if last_gap == Revision(0) {
        BTreeMap::new()
    } else {
        stored
    };
    let in_table: BTreeSet<Key> = records.keys().cloned().collect();
    let mut stale = Vec::new();
    for (key, (revision, after)) in known {
        let sure = revision > last_gap;
        match after {
            Some(record) if sure => drop(records.insert(key.clone(), record.clone())),
            Some(record) if !in_table.contains(key) => {
                stale.push((key.clone(), revision));
                records.insert(key.clone(), record.clone());
            }
            None if sure => drop(records.remove(key)),
            _ => {}
        }
    }
    (records, stale)
}

/// Numbers are never given out twice, also when the record that counts them is lost or old.
fn raise_counters(records: &mut BTreeMap<Key, Record>) {
    let mut counters = match records.get(&Key::Counters) {
        Some(Record::Counters(counters)) => *counters,
        _ => Counters::default(),
    };
    let after = |counter: &mut u32, id: u32| *counter = (*counter).max(id.saturating_add(1));
    for key in records.keys() {
        match key {
            Key::Principal(id) => after(&mut counters.principal, id.0),
            Key::Environment(id) => after(&mut counters.environment, id.0),
            Key::Resource(_, id) => after(&mut counters.resource, id.0),
            Key::Counters | Key::Login(_) | Key::Account(..) => {}
        }
    }
    records.insert(Key::Counters, Record::Counters(counters));
}

/// How many records there were at the last revision, where that was noted.
fn committed_count(
    head: Option<(Revision, u64)>,
    state: Option<(Revision, u64)>,
    last: Revision,
) -> Option<u64> {
    [head, state]
        .into_iter()
        .flatten()
        .find(|(revision, _)| *revision == last)
        .map(|(_, records)| records)
}
