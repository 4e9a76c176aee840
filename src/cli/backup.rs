//! `backup` and `restore`: a whole store in one file, and back.

use std::fmt::Display;
use std::path::Path;

use crate::registry::Registry;
use crate::store::backup;

use super::Outcome;
use super::args::{Backup, Restore};
use super::checkpoint::written;
use super::failure::{Failure, exit};
use super::os_account;
use super::print::{self, Output};
use super::session::Globals;

/// Writes a backup; beside an open console, the process that holds the store does.
pub fn run(globals: &Globals, command: &Backup) -> Outcome {
    let session = globals.open()?;
    let head = backup::write(session.registry.store(), &command.file)?;
    say(&written(head))?;
    print::message(&format!(
        "revision {} is in {}: keep it elsewhere. `deedbox restore` brings it back, `restore --dry-run` proves it",
        head.revision,
        command.file.display()
    ));
    Ok(exit::YES)
}

/// Makes a store of a backup, or only proves it.
pub fn restore(globals: &Globals, command: &Restore) -> Outcome {
    if command.dry_run {
        let found = backup::check(&command.file)?;
        say(&written(found.head))?;
        print::message(&format!(
            "the backup holds: {} revisions and {} records; nothing was made (dry run)",
            found.head.revision, found.records
        ));
        return Ok(exit::YES);
    }
    let directory = globals.directory()?;
    let found = backup::restore(&command.file, &directory)?;
    say(&written(found.head))?;
    print::message(&format!(
        "restored {} revisions and {} records at {}",
        found.head.revision,
        found.records,
        directory.display()
    ));
    strangers(&directory)
}

/// A backup from another machine may know none of this machine's accounts.
fn strangers(directory: &Path) -> Outcome {
    let registry = Registry::open(directory)?;
    let account = os_account::name();
    let snapshot = registry.snapshot();
    let logins = snapshot.logins();
    if !logins.contains_key(&account) {
        let administrators = logins.iter().filter(|(_, l)| l.store_administrator);
        let names: Vec<String> = administrators.map(|(a, _)| format!("`{a}`")).collect();
        print::message(&format!(
            "note: this account, `{account}`, is nobody in it; its store administrators are {}",
            names.join(", ")
        ));
    }
    Ok(exit::YES)
}

fn say(line: &dyn Display) -> Result<(), Failure> {
    let mut out = Output::of_change();
    out.line(&line.to_string())?;
    Ok(out.finish()?)
}
