//! Walkthroughs: one job of the console, step by step, written once in a file that a person edits.
//!
//! The same file is a guided tour inside the demo ([`tour`]), a recording made without a terminal
//! ([`cast`], [`svg`]), and a test that plays it ([`stage`]). Nothing here touches a file.

pub mod cast;
pub mod parse;
pub mod sample;
pub mod script;
pub mod stage;
pub mod svg;
pub mod tour;

use script::Stroke;

pub use parse::{ParseError, parse};

/// The most keys that a job may take from the start on; typed names do not count.
pub const KEYS: usize = 12;

/// One job, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walkthrough {
    /// Its file's name, without the ending.
    pub name: String,
    /// What it shows, in a few words.
    pub title: String,
    /// What it shows, in a sentence.
    pub about: String,
    /// Who sits in front of it: a user of the sample organization.
    pub persona: String,
    /// Columns and rows of the console.
    pub size: (u16, u16),
    /// What is done, in order.
    pub steps: Vec<Step>,
}

/// One step: what to do, and what must be seen afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where it begins in its file, counted from 1.
    pub line: usize,
    /// What to do and why.
    pub caption: String,
    /// What is pressed.
    pub keys: Vec<Stroke>,
    /// Texts that must be on the screen afterwards.
    pub shows: Vec<String>,
    /// Texts that must not.
    pub hides: Vec<String>,
    /// What the newest journal entry must say; without it, the step must change nothing.
    pub journal: Option<String>,
    /// The name under which the screen is kept as a picture.
    pub frame: Option<String>,
    /// Whether the job is done with it; what follows only looks round.
    pub done: bool,
}

impl Walkthrough {
    /// How many keys the job takes from the start on; typed names do not count.
    pub fn keys_of_the_job(&self) -> usize {
        let last = self.steps.iter().position(|s| s.done);
        let job = self.steps.iter().take(last.map_or(usize::MAX, |at| at + 1));
        job.flat_map(|s| &s.keys).filter(|s| !s.typed).count()
    }
}

/// The files that the program carries: name and text.
pub const FILES: &[(&str, &str)] = &[
    (
        "share",
        include_str!("../../../assets/walkthroughs/share.txt"),
    ),
    (
        "shared-with-me",
        include_str!("../../../assets/walkthroughs/shared-with-me.txt"),
    ),
    (
        "reassign",
        include_str!("../../../assets/walkthroughs/reassign.txt"),
    ),
    (
        "offboard",
        include_str!("../../../assets/walkthroughs/offboard.txt"),
    ),
    (
        "explain-and-fix",
        include_str!("../../../assets/walkthroughs/explain-and-fix.txt"),
    ),
    (
        "who-can",
        include_str!("../../../assets/walkthroughs/who-can.txt"),
    ),
    (
        "access-modes",
        include_str!("../../../assets/walkthroughs/access-modes.txt"),
    ),
    (
        "undo-and-as-of",
        include_str!("../../../assets/walkthroughs/undo-and-as-of.txt"),
    ),
];

/// Every walkthrough that the program carries, in the order in which they teach.
///
/// # Errors
/// The first file that can't be read, with its line; a test keeps that from being released.
pub fn all() -> Result<Vec<Walkthrough>, ParseError> {
    FILES.iter().map(|(name, text)| parse(name, text)).collect()
}

/// The walkthrough of a name.
///
/// # Errors
/// When there is none, or its file can't be read; either way it says what there is to do.
pub fn find(name: &str) -> Result<Walkthrough, String> {
    let found = FILES.iter().find(|(n, _)| *n == name);
    let (name, text) = found.ok_or_else(|| {
        let names: Vec<&str> = FILES.iter().map(|(n, _)| *n).collect();
        format!(
            "there is no walkthrough `{name}`: choose one of {}",
            names.join(", ")
        )
    })?;
    parse(name, text).map_err(|e| e.to_string())
}

/// The screens that a walkthrough keeps: the name of each file, and the picture.
///
/// # Errors
/// When the sample has nobody of the persona's name.
pub fn pictures(walkthrough: &Walkthrough) -> color_eyre::Result<Vec<(String, String)>> {
    let mut stage = stage::Stage::open(walkthrough)?;
    let mut kept = Vec::new();
    for step in &walkthrough.steps {
        stage.play(step)?;
        if let Some(frame) = &step.frame {
            let title = format!("{}: {}", walkthrough.title, step.caption);
            let name = format!("{}-{frame}.svg", walkthrough.name);
            kept.push((name, svg::draw(stage.screen(), &title)));
        }
    }
    Ok(kept)
}
