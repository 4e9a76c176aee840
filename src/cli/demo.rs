//! The demo: the console on a sample organization, its guided tours, and recordings of them.

use std::fs;
use std::io;
use std::path::Path;

use crate::tui::walkthrough::{self, Walkthrough, cast, pictures};

use super::failure::{Failure, exit};
use super::options::Demo;
use super::print::Output;
use super::session::Globals;
use super::{Outcome, console};

/// Opens the demo, lists or begins a tour, or records one.
pub fn run(globals: Globals, command: &Demo) -> Outcome {
    let told = command.tour.is_some() || command.record.is_some();
    if told && globals.on_behalf.is_some() {
        return Err(Failure::usage(
            "a walkthrough has its own person in front of it: leave --as out, or leave --tour and --record out",
        ));
    }
    if globals.store.is_some() {
        return Err(Failure::usage(
            "the demo has a throw-away store of its own: leave --store out",
        ));
    }
    match (&command.tour, &command.record, &command.to) {
        (Some(name), ..) if name.is_empty() => list(),
        (Some(name), ..) => console::tour(name),
        (None, Some(name), Some(to)) => record(name, to),
        _ => console::demo(globals),
    }
}

fn list() -> Outcome {
    let mut out = Output::new();
    for walkthrough in all()? {
        let Walkthrough { name, about, .. } = walkthrough;
        out.line(&format!("{name:16}{about}"))?;
    }
    out.finish()?;
    Ok(exit::YES)
}

fn record(name: &str, to: &Path) -> Outcome {
    let chosen = if name.is_empty() {
        all()?
    } else {
        vec![walkthrough::find(name).map_err(Failure::usage)?]
    };
    if to.extension().is_some_and(|e| e == "cast") {
        let [one] = chosen.as_slice() else {
            return Err(Failure::usage(
                "a .cast file holds one recording: name the walkthrough, as in --record share",
            ));
        };
        let text = cast::record(one).map_err(|e| Failure::bug(e.to_string()))?;
        write(to, &text)?;
        return Ok(exit::YES);
    }
    fs::create_dir_all(to).map_err(|e| unwritable(to, &e))?;
    for walkthrough in &chosen {
        let pictures = pictures(walkthrough).map_err(|e| Failure::bug(e.to_string()))?;
        for (file, picture) in pictures {
            write(&to.join(file), &picture)?;
        }
    }
    Ok(exit::YES)
}

fn write(to: &Path, text: &str) -> Result<(), Failure> {
    fs::write(to, text).map_err(|e| unwritable(to, &e))
}

fn unwritable(to: &Path, error: &io::Error) -> Failure {
    Failure::data(format!("{} can't be written: {error}", to.display()))
}

fn all() -> Result<Vec<Walkthrough>, Failure> {
    walkthrough::all().map_err(|e| Failure::bug(e.to_string()))
}
