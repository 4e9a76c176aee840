//! The command table as Markdown: every place, its commands, their keys and what they do.

use std::fmt::Write as _;

use strum::IntoEnumIterator;

use crate::registry::plan::capitalized;

use super::super::state::Place;
use super::{COMMANDS, Command, Places};

/// What stands above the places.
const HEAD: &str = "\
# Keys

What every key of the console does, and where. `?` (`f1` where text is typed) shows the same for the place
you are in, and runs it; `:` finds any command by name. In a line of text, characters are text.

This file is written from the command table: `cargo run -- keys > KEYS.md`.
";

/// From so many places on, a command stands with its like instead of once in each place.
const MANY: usize = 8;

/// The reference: first what works in many places, then each place with what is its own.
pub fn markdown() -> String {
    let mut out = HEAD.to_owned();
    let mut groups: Vec<(Places, Vec<&Command>)> = Vec::new();
    for command in COMMANDS.iter().filter(|c| c.places.len() >= MANY) {
        match groups.iter_mut().find(|(p, _)| *p == command.places) {
            Some((_, commands)) => commands.push(command),
            None => groups.push((command.places, vec![command])),
        }
    }
    groups.sort_by_key(|(places, _)| std::cmp::Reverse(places.len()));
    let all = Place::iter().count();
    for (places, commands) in groups {
        if places.len() == all {
            table(&mut out, "Everywhere", "", commands);
        } else {
            let title = format!("In {} places", places.len());
            let names: Vec<String> = places.iter().map(|place| place.to_string()).collect();
            table(&mut out, &title, &capitalized(&names.join(", ")), commands);
        }
    }
    for place in Place::iter() {
        let own = COMMANDS.iter().filter(|c| c.places.contains(place));
        let own: Vec<&Command> = own.filter(|c| c.places.len() < MANY).collect();
        if !own.is_empty() {
            table(&mut out, &capitalized(&place.to_string()), "", own);
        }
    }
    out
}

fn table<'a>(
    out: &mut String,
    title: &str,
    about: &str,
    commands: impl IntoIterator<Item = &'a Command>,
) {
    let _ = writeln!(out, "\n## {title}\n");
    if !about.is_empty() {
        let _ = writeln!(out, "{about}.\n");
    }
    out.push_str("| keys | command | what it does |\n|---|---|---|\n");
    for command in commands {
        let keys: Vec<String> = command.keys.iter().map(|k| format!("`{k}`")).collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            keys.join(" "),
            command.title,
            command.description
        );
    }
}
