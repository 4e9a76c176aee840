//! The command line: everything the console can do, scripted.
//!
//! One file a group of commands. They all go the same way: `args` says what was asked,
//! `session` opens the store and finds out who asks, the command asks the core or plans an
//! intent, and `print` is the only place that writes to standard output.

mod answering;
mod args;
mod backup;
mod batch;
mod bulk;
mod cedar;
mod change;
mod changes;
mod check;
mod checkpoint;
mod compare;
mod confirm;
mod console;
mod demo;
mod diff;
mod export;
mod failure;
mod files;
mod findings;
mod generate;
mod import;
mod init;
mod journal;
mod keeping;
mod lists;
mod login;
mod offboard;
mod options;
mod os_account;
mod plan_text;
mod print;
mod progress;
mod reasons;
mod remedy;
mod repair;
mod session;
mod sheet;
mod shell;
mod temporary;
mod test;
mod undo;
mod verify;
mod who;

use std::io::IsTerminal as _;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use color_eyre::config::{HookBuilder, Theme};

use crate::registry::Registry;
use args::{Arguments, Command};
use failure::{Failure, exit};
use session::Globals;

pub use print::fail;

/// What a command comes to: an exit code, or a failure with its own.
type Outcome = Result<u8, Failure>;

/// Makes crashes readable; without colour where none is wanted.
///
/// # Errors
/// When reports are installed already.
pub fn install_reports() -> color_eyre::Result<()> {
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let theme = if colour { Theme::dark() } else { Theme::new() };
    HookBuilder::default().theme(theme).install()?;
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !crate::store::panics_are_errors() {
            report(info);
        }
    }));
    Ok(())
}

/// Runs the command that the program's arguments name.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    // A panic was told when it began; what is left of it is the exit code.
    let code = catch_unwind(|| run(arguments, None).unwrap_or_else(Failure::report));
    ExitCode::from(code.unwrap_or(exit::BUG))
}

/// Help and the version are answers; everything else is misuse.
fn usage(error: &clap::Error) -> ExitCode {
    let asked = !error.use_stderr();
    // Nobody is left to tell when the reader has gone.
    let _ = error.print();
    ExitCode::from(if asked { exit::YES } else { exit::USAGE })
}

/// Runs a command, on a store that this process holds already where it does.
fn run(arguments: Arguments, held: Option<Arc<Registry>>) -> Outcome {
    let globals = Globals {
        held,
        ask_holder: arguments.command.as_ref().is_some_and(Command::is_question),
        asked: arguments.command.as_ref().and_then(asked_for),
        store: arguments.store,
        on_behalf: arguments.on_behalf,
        as_of: arguments.as_of,
        read_only: arguments.read_only,
    };
    if globals.as_of.is_some() && !arguments.command.as_ref().is_some_and(Command::reads_state) {
        return Err(Failure::usage(
            "--as-of goes with check, who-can, what-can, compare, findings and export: the past can be asked about, not changed",
        ));
    }
    match arguments.command {
        None => console::open(globals),
        Some(Command::Demo(command)) => demo::run(globals, &command),
        Some(Command::Init) => init::run(&globals),
        Some(Command::Generate(command)) => generate::run(&globals, &command),
        Some(Command::Import(command)) => import::run(&globals, &command),
        Some(Command::Bulk(command)) => bulk::run(&globals, &command),
        Some(Command::Export(command)) => export::run(&globals, &command),
        Some(Command::Login(command)) => login::run(&globals, &command),
        Some(Command::Check(command)) if command.batch => batch::run(&globals, &command),
        Some(Command::Check(command)) => check::run(&globals, &command),
        Some(Command::WhoCan(command)) => who::run(&globals, &command),
        Some(Command::WhatCan(command)) => lists::run(&globals, &command),
        Some(Command::Compare(command)) => compare::run(&globals, &command),
        Some(Command::Findings(command)) => findings::run(&globals, &command),
        Some(Command::Remedy(command)) => remedy::run(&globals, &command),
        Some(Command::Share(command)) => change::share(&globals, command),
        Some(Command::Unshare(command)) => change::unshare(&globals, command),
        Some(Command::Reassign(command)) => change::reassign(&globals, command),
        Some(Command::Offboard(command)) => offboard::run(&globals, command),
        Some(Command::Do(command)) => change::any(&globals, &command),
        Some(Command::Journal(command)) => journal::run(&globals, &command),
        Some(Command::Undo(command)) => undo::run(&globals, &command),
        Some(Command::Diff(command)) => diff::run(&globals, &command),
        Some(Command::Checkpoint) => checkpoint::run(&globals),
        Some(Command::Verify(command)) => verify::run(&globals, &command),
        Some(Command::Backup(command)) => backup::run(&globals, &command),
        Some(Command::Restore(command)) => backup::restore(&globals, &command),
        Some(Command::Repair(command)) => repair::run(&globals, &command),
        Some(Command::Test(command)) => test::run(&command),
        Some(Command::Keys) => shell::keys(),
        Some(Command::Reasons) => shell::reasons(),
        Some(Command::Completions(command)) => shell::completions(&command),
        Some(Command::Man(command)) => shell::man(&command),
    }
}

/// What the process that holds the store is asked, where that is not what this one was asked: it has
/// another working directory.
fn asked_for(command: &Command) -> Option<Vec<String>> {
    let Command::Backup(backup) = command else {
        return None;
    };
    let file = std::path::absolute(&backup.file).ok()?;
    let words = ["deedbox", "backup", "--", file.to_str()?];
    Some(words.map(str::to_owned).into())
}
