//! `journal`: what was done, newest first.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::authz::Snapshot;
use crate::domain::principal::fold_reference;
use crate::domain::{
    Change, EnvironmentId, JournalEntry, Key, Record, ResourceRef, Revision, Target, Timestamp,
};
use crate::registry::oversight::may_read;
use crate::registry::undo::takes_back;
use crate::registry::{Actor, Registry};

use super::Outcome;
use super::args::{Form, Journal};
use super::changes;
use super::checkpoint::hex;
use super::failure::{Failure, exit};
use super::print;
use super::session::Globals;
use super::sheet::Sheet;

const COLUMNS: &[&str] = &[
    "revision",
    "time",
    "actor",
    "on_behalf_by",
    "account",
    "intent",
    "summary",
    "effect",
    "reason",
    "undoes",
];
/// What programs get beside that.
const PROOF: &[&str] = &["hash", "previous", "changed", "changes"];
/// Of entries that changed more records, the changes are written where they are asked for.
const MANY: usize = 10_000;
/// Entries read at a time.
const CHUNK: u64 = 512;

/// Shows the entries that the command asks for.
pub fn run(globals: &Globals, command: &Journal) -> Outcome {
    let session = globals.open()?;
    let filter = Filter::new(command, &session.snapshot, (&session.actor, session.now))?;
    let limit = if command.number == 0 {
        usize::MAX
    } else {
        command.number
    };
    let (entries, complete) = newest(&session.registry, &filter, limit)?;
    match command.shape.form {
        form @ (Form::Table | Form::Csv) => {
            let mut sheet = Sheet::new(COLUMNS);
            for entry in &entries {
                sheet.push(row(entry));
            }
            sheet.write(form)?;
        }
        form => proved(&entries, &session.snapshot, command.all_changes).write(form)?,
    }
    if !complete {
        print::message(&format!("the newest {limit} entries; -n 0 shows all"));
    }
    Ok(exit::YES)
}

/// Every entry with its place in the chain of hashes, and what it changed.
fn proved(entries: &[JournalEntry], snapshot: &Snapshot, all: bool) -> Sheet {
    let mut sheet = Sheet::new(COLUMNS).with(PROOF);
    for entry in entries {
        let count = entry.changes.len();
        let many = count > MANY && !all;
        if many {
            print::message(&format!(
                "revision {} changed {count} records, which are left out: --all-changes writes them",
                entry.revision
            ));
        }
        let changes = if many {
            Value::Null
        } else {
            changes::written(snapshot, &entry.changes)
        };
        let mut cells = row(entry);
        cells.extend([
            hex(&entry.hash).into(),
            hex(&entry.previous).into(),
            count.into(),
            changes,
        ]);
        sheet.push(cells);
    }
    sheet
}

fn row(entry: &JournalEntry) -> Vec<Value> {
    let stamp = &entry.stamp;
    vec![
        entry.revision.0.into(),
        stamp.time.to_string().into(),
        stamp.author.actor.clone().into(),
        stamp.author.on_behalf_by.clone().into(),
        stamp.author.account.clone().into(),
        stamp.intent.clone().into(),
        stamp.summary.clone().into(),
        stamp.effect.clone().into(),
        stamp.reason.clone().into(),
        undoes(entry),
    ]
}

/// The revision that an entry takes back; a list where it takes several.
fn undoes(entry: &JournalEntry) -> Value {
    match takes_back(entry).as_slice() {
        [] => Value::Null,
        [one] => one.0.into(),
        several => several.iter().map(|r| Value::from(r.0)).collect(),
    }
}

/// The newest entries that fit, newest first, and whether these are all.
fn newest(
    registry: &Registry,
    filter: &Filter<'_>,
    limit: usize,
) -> Result<(Vec<JournalEntry>, bool), Failure> {
    let mut found = Vec::new();
    let mut last = registry.store().head().revision.0;
    while last > 0 {
        let first = last.saturating_sub(CHUNK - 1).max(1);
        for entry in registry
            .entries(Revision(first), Revision(last))?
            .into_iter()
            .rev()
        {
            if filter.ended(&entry) {
                return Ok((found, true));
            }
            if !filter.fits(&entry) {
                continue;
            }
            if found.len() == limit {
                return Ok((found, false));
            }
            found.push(entry);
        }
        last = first - 1;
    }
    Ok((found, true))
}

/// Which entries are wanted.
struct Filter<'a> {
    snapshot: &'a Snapshot,
    /// Who reads, and when: not everything is for everybody.
    reader: (&'a Actor, Timestamp),
    actor: Option<String>,
    resource: Option<ResourceRef>,
    kind: Option<&'a str>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    /// The environments that have, or had, the name of the one that is asked about. Entries are looked
    /// at newest first, so one that went is met before what was done in it.
    named: RefCell<BTreeSet<EnvironmentId>>,
}

impl<'a> Filter<'a> {
    fn new(
        command: &'a Journal,
        snapshot: &'a Snapshot,
        (reader, now): (&'a Actor, Timestamp),
    ) -> Result<Self, Failure> {
        let moment = |text: &Option<String>| {
            text.as_deref()
                .map(|text| Timestamp::read(text, now))
                .transpose()
                .map_err(Failure::data)
        };
        let resource = command
            .resource
            .as_deref()
            .map(ResourceRef::parse)
            .transpose();
        Ok(Self {
            snapshot,
            reader: (reader, now),
            actor: command
                .actor
                .as_deref()
                .map(|a| fold_reference(a).into_owned()),
            resource: resource
                .map_err(Failure::data)?
                .map(|id| ResourceRef { part: None, ..id }),
            kind: command.kind.as_deref(),
            since: moment(&command.since)?,
            until: moment(&command.until)?,
            named: RefCell::default(),
        })
    }

    /// Whether no older entry can fit. Clocks are set back now and then: a day's grace.
    fn ended(&self, entry: &JournalEntry) -> bool {
        const GRACE: i64 = 86_400;
        self.since
            .is_some_and(|since| entry.stamp.time.0 < since.0.saturating_sub(GRACE))
    }

    fn fits(&self, entry: &JournalEntry) -> bool {
        let stamp = &entry.stamp;
        let author = [
            Some(&stamp.author.actor),
            stamp.author.on_behalf_by.as_ref(),
        ];
        let acted = |wanted: &String| {
            author
                .iter()
                .flatten()
                .any(|a| fold_reference(a) == *wanted)
        };
        let (reader, now) = self.reader;
        self.actor.as_ref().is_none_or(acted)
            && may_read(self.snapshot, reader, entry, now)
            && self.kind.is_none_or(|kind| kind == stamp.intent)
            && self.since.is_none_or(|since| stamp.time >= since)
            && self.until.is_none_or(|until| stamp.time < until)
            && self
                .resource
                .as_ref()
                .is_none_or(|id| self.touches(entry, id))
    }

    /// Whether an entry changed a resource, also one that is gone by now, or anything in an
    /// environment.
    fn touches(&self, entry: &JournalEntry, id: &ResourceRef) -> bool {
        // Not until one fits: an environment goes in the same entry as what is in it.
        for change in &entry.changes.0 {
            if let Key::Environment(number) = change.key
                && self.is_named(number, sides(change), &id.environment)
            {
                self.named.borrow_mut().insert(number);
            }
        }
        entry.changes.0.iter().any(|change| {
            let (Key::Environment(environment)
            | Key::Account(environment, _)
            | Key::Resource(environment, _)) = change.key
            else {
                return false;
            };
            let within = self.named.borrow().contains(&environment)
                || self.label(environment) == id.environment;
            within
                && id.resource.as_ref().is_none_or(|(kind, name)| {
                    sides(change)
                        .into_iter()
                        .flatten()
                        .any(|record| match record {
                            Record::Resource(r) => r.kind() == *kind && r.id == *name,
                            _ => false,
                        })
                })
        })
    }

    fn is_named(&self, number: EnvironmentId, sides: [Option<&Record>; 2], id: &str) -> bool {
        self.label(number) == id
            || sides.into_iter().flatten().any(|record| match record {
                Record::Environment(environment) => environment.id == id,
                _ => false,
            })
    }

    fn label(&self, environment: EnvironmentId) -> String {
        self.snapshot.target_id(Target::Environment(environment))
    }
}

fn sides(change: &Change) -> [Option<&Record>; 2] {
    [change.before.as_ref(), change.after.as_ref()]
}
