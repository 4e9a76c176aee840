//! Completions, manual pages and the reference of keys, each made from what it describes.

use clap::CommandFactory as _;

use crate::tui::commands::reference;

use super::Outcome;
use super::args::{Arguments, Completions, Man};
use super::failure::{Failure, exit};
use super::print::Output;
use super::reasons;

const NAME: &str = "deedbox";

/// Writes completions for a shell.
pub fn completions(command: &Completions) -> Outcome {
    // Into memory first: the generator takes a closed pipe for a crash.
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut Arguments::command(), NAME, &mut script);
    send(&script)
}

/// Writes the manual page of the program or of one command.
pub fn man(command: &Man) -> Outcome {
    let mut program = Arguments::command();
    program.build();
    let page = match &command.command {
        None => program,
        Some(name) => program
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| Failure::usage(format!("there is no command `{name}`")))?,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    send(&text)
}

/// Writes the keys of the console.
pub fn keys() -> Outcome {
    send(reference::markdown().as_bytes())
}

/// Writes the identifiers of denials and errors.
pub fn reasons() -> Outcome {
    send(reasons::markdown().as_bytes())
}

fn send(text: &[u8]) -> Outcome {
    let mut out = Output::new();
    std::io::Write::write_all(&mut out, text)?;
    out.finish()?;
    Ok(exit::YES)
}
