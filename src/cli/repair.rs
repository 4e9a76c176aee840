//! `repair` and `export --salvage`: what can be saved of a damaged store.

use std::path::Path;

use serde_json::Value;

use crate::authz::Snapshot;
use crate::domain::{Author, ChangeSet, Key, Login, Record, Revision, Stamp, Timestamp};
use crate::interop::document;
use crate::store::keys;
use crate::store::salvage::{Loose, Salvage, rebuild, salvage};

use super::Outcome;
use super::args::{Repair, Shape, TextForm};
use super::checkpoint::written;
use super::failure::{Failure, exit};
use super::os_account;
use super::print::{self, Output};
use super::session::Globals;
use super::sheet::Sheet;
use super::temporary::Temporary;

const COLUMNS: &[&str] = &["part", "state", "detail"];

/// Says what can be saved, and makes a new store of it where one is named.
pub fn run(globals: &Globals, command: &Repair) -> Outcome {
    let store = globals.directory()?;
    let saved = read(&store)?;
    report(&saved, &command.shape)?;
    let code = ending(&saved);
    match &command.into {
        Some(directory) => make(saved, directory)?,
        None if saved.is_whole() => print::message(
            "nothing is lost. Where the store does not open, `deedbox repair --into DIR` makes one that does",
        ),
        None => print::message(
            "`deedbox repair --into DIR` makes a store of what can be saved; a backup that holds may know more",
        ),
    }
    Ok(code)
}

/// Writes what can be read as a document.
pub fn export(globals: &Globals, form: Option<TextForm>) -> Outcome {
    let saved = read(&globals.directory()?)?;
    let mut snapshot = Snapshot::default();
    for (key, record) in &saved.records {
        snapshot.put(key, Some(record.clone()));
    }
    snapshot.apply(saved.last, &ChangeSet::default());
    let document = document::write(&snapshot);
    let text = match form {
        None | Some(TextForm::Yaml) => document::to_yaml(&document),
        Some(TextForm::Json) => document::to_json(&document),
    };
    let mut out = Output::new();
    out.text(&text.map_err(Failure::bug)?)?;
    out.finish()?;
    for row in rows(&saved) {
        print::message(&format!("{}: {}: {}", row.part, row.state, row.detail));
    }
    Ok(ending(&saved))
}

fn read(store: &Path) -> Result<Salvage, Failure> {
    let scratch = Temporary::new()?;
    Ok(salvage(store, scratch.path())?)
}

fn ending(saved: &Salvage) -> u8 {
    if saved.is_whole() {
        exit::YES
    } else {
        exit::PARTLY
    }
}

struct Row {
    part: String,
    state: &'static str,
    detail: String,
}

fn report(saved: &Salvage, shape: &Shape) -> Result<(), Failure> {
    let mut sheet = Sheet::new(COLUMNS);
    for row in rows(saved) {
        let cells: [Value; 3] = [row.part.into(), row.state.into(), row.detail.into()];
        sheet.push(cells.into());
    }
    sheet.write(shape.form)
}

fn rows(saved: &Salvage) -> Vec<Row> {
    let row = |part: &str, state, detail| Row {
        part: part.to_owned(),
        state,
        detail,
    };
    let end = saved.chain_head().revision;
    let mut rows = vec![if end == saved.last {
        let detail = format!("revisions 1 to {end} hold: {}", written(saved.chain_head()));
        row("journal", "whole", detail)
    } else {
        let detail = format!("of {} revisions, 1 to {end} hold without a gap", saved.last);
        row("journal", "broken", detail)
    }];
    for range in &saved.lost {
        let detail = "what was done there, by whom and why can't be read".to_owned();
        rows.push(row(&revisions(*range), "lost", detail));
    }
    if let (Some(first), Some(last)) = (saved.stranded.first(), saved.stranded.last()) {
        let detail = format!(
            "{} entries can be read behind the gap: they count for the records, and are no part of a new journal",
            saved.stranded.len()
        );
        rows.push(row(&revisions((*first, *last)), "stranded", detail));
    }
    let count = saved.records.len();
    rows.push(if saved.proved {
        row(
            "records",
            "whole",
            format!("{count}, proved to be those of revision {}", saved.last),
        )
    } else {
        let detail =
            format!("{count} can be read; what the lost revisions changed may be missing in them");
        row("records", "unproved", detail)
    });
    if saved.missing > 0 {
        let detail = format!("{} were committed and are nowhere", saved.missing);
        rows.push(row("records", "lost", detail));
    }
    for (key, revision) in &saved.stale {
        let detail = format!("known only as it was at revision {revision}");
        rows.push(row(&name(key, saved), "stale", detail));
    }
    for (key, loose) in &saved.loose {
        let (state, detail) = tied(loose);
        rows.push(row(&name(key, saved), state, detail));
    }
    rows.extend(saved.notes.iter().map(|n| row("note", "damage", n.clone())));
    rows
}

/// What became of what a record said about others that are lost.
fn tied(loose: &Loose) -> (&'static str, String) {
    let said = |text: &str| text.to_owned();
    match loose {
        Loose::References(1) => (
            "dropped",
            said("1 grant or membership of somebody who is lost"),
        ),
        Loose::References(count) => (
            "dropped",
            format!("{count} grants or memberships of principals who are lost"),
        ),
        Loose::Owner(reference) => (
            "replaced",
            format!("its owner is lost: {reference} stands in, and reaches nothing"),
        ),
        Loose::Group => (
            "dropped",
            said("the model group that it is in is lost: until it has another, nobody gets at it"),
        ),
        Loose::Model => ("dropped", said("the model that it is about is lost")),
        Loose::LeftOut => (
            "left out",
            said("the environment or principal that it belongs to is lost"),
        ),
        Loose::Older => (
            "left out",
            said("something of the same name was made later"),
        ),
    }
}

fn revisions((first, last): (Revision, Revision)) -> String {
    if first == last {
        format!("revision {first}")
    } else {
        format!("revisions {first} to {last}")
    }
}

fn name(key: &Key, saved: &Salvage) -> String {
    match saved.records.get(key) {
        Some(Record::Principal(p)) => p.id.clone(),
        Some(Record::Environment(e)) => e.id.clone(),
        Some(Record::Resource(r)) => format!("{} {}", r.kind(), r.id),
        _ => keys::describe(key),
    }
}

fn make(mut saved: Salvage, directory: &Path) -> Result<(), Failure> {
    let account = os_account::name();
    let appointed = appoint(&mut saved, &account);
    let stamp = stamp(&saved, account.clone());
    let made = rebuild(saved, directory, stamp)?;
    let place = directory.display();
    print::message(&format!(
        "made a store at {place}, at {}; the old one is as it was",
        written(made.head)
    ));
    if let Some(revision) = made.repair {
        print::message(&format!("its revision {revision} says what was repaired"));
    }
    if appointed {
        print::message(&format!(
            "no store administrator could be saved: `{account}` is one now"
        ));
    }
    Ok(())
}

/// A store that nobody administers would be of no use. Whoever may read and write its files can do
/// anything with them anyway.
fn appoint(saved: &mut Salvage, account: &str) -> bool {
    let administers = |r: &Record| matches!(r, Record::Login(login) if login.store_administrator);
    if saved.records.values().any(administers) {
        return false;
    }
    let key = Key::Login(account.to_owned());
    let user = match saved.records.get(&key) {
        Some(Record::Login(login)) => login.user,
        _ => None,
    };
    let login = Login {
        user,
        store_administrator: true,
    };
    saved.records.insert(key, Record::Login(login));
    true
}

fn stamp(saved: &Salvage, account: String) -> Stamp {
    let lost: Vec<String> = saved.lost.iter().map(|r| revisions(*r)).collect();
    let summary = if lost.is_empty() {
        "repair: set the records that could be saved".to_owned()
    } else {
        format!("repair: {} are lost", lost.join(", "))
    };
    let arguments = serde_json::json!({ "repair": { "lost": lost, "last": saved.last.0 } });
    Stamp {
        time: Timestamp::now(),
        author: Author {
            actor: format!("account:{account}"),
            account,
            principal: None,
            on_behalf_by: None,
        },
        intent: "repair".into(),
        arguments: arguments.to_string(),
        summary,
        reason: None,
        effect: String::new(),
        undoes: None,
    }
}
