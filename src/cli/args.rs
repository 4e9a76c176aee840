//! What can be asked on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use super::keeping::{Backup, Repair, Restore};
pub use super::options::{
    Bulk, Check, Compare, Completions, Demo, Diff, Do, Export, Findings, Generate, Import, Journal,
    LoginCommand, Man, Offboard, Reassign, Remedy, Share, Test, TextForm, Undo, Unshare, Verify,
    WhatCan, WhoCan,
};

/// Who may see, run, edit, share and own machine-learning models, on four platforms.
///
/// Without a command, the console opens.
#[derive(Debug, Parser)]
#[command(name = "deedbox", version, after_help = EXIT_CODES)]
pub struct Arguments {
    /// Where the store lies [default: `DEEDBOX_STORE`, else the user's data directory]
    #[arg(long, global = true, value_name = "DIR")]
    pub store: Option<PathBuf>,

    /// Act for somebody, as a store administrator; the journal names both
    #[arg(long = "as", global = true, value_name = "REF")]
    pub on_behalf: Option<String>,

    /// Ask about the state as it was at a time or revision
    #[arg(long, global = true, value_name = "TIME|REV", hide = true)]
    pub as_of: Option<String>,

    /// Open the console to look only: nothing can be changed
    #[arg(long)]
    pub read_only: bool,

    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Said in the help of the commands that take it; the others would refuse it.
pub(super) const AS_OF: &str = "\
With --as-of TIME|REV the question is about the state as it was then.

TIME: 2027-03-01, 2027-03-01T00:00:00Z, 2027-03-01 14:00, today, yesterday, 7d ago, \
2 hours ago, in 3 weeks, +30d, +2 months, in 1 year";

/// How times are written.
pub(super) const TIMES: &str = "\
TIME: 2027-03-01, 2027-03-01T00:00:00Z, 2027-03-01 14:00, today, yesterday, 7d ago, \
2 hours ago, in 3 weeks, +30d, +2 months, in 1 year";

const EXIT_CODES: &str = "\
Check, who-can, what-can, compare, findings and export take --as-of TIME|REV, for the state as it \
was then. Times: 2027-03-01, 2027-03-01T00:00:00Z, 2027-03-01 14:00, today, yesterday, 7d ago, in 3 weeks, \
+30d, +2 months, in 1 year.

Exit codes: 0 yes or done, 1 no, 2 usage, 3 bad input data, 4 refused, 5 the state moved, \
6 partly done, 7 the store is damaged, 70 a bug, 130 interrupted.

Ids: user:…, group:…, serviceAccount:…; ENV, ENV/models/ID, ENV/groups/ID, \
ENV/models/ID/versions/ID, ENV/jobs/ID, ENV/operations/ID, ENV/experiments/ID";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the console on a throw-away store with a sample organization
    Demo(Demo),
    /// Make a store; who does is its first store administrator
    Init,
    /// Make a store full of invented people and models, to try things out on
    Generate(Generate),
    /// Bring in documents and the platforms' own files, all of them or none
    Import(Import),
    /// Change shares, owners or memberships by the rows of a CSV file
    Bulk(Bulk),
    /// Write the store as a document, as CSV, as Cedar, or one policy as its platform takes it
    Export(Export),
    /// Say which operating-system account signs in as whom
    #[command(subcommand)]
    Login(LoginCommand),
    /// Ask whether somebody may do something
    Check(Check),
    /// Ask who may do something
    WhoCan(WhoCan),
    /// Ask what somebody has access to
    WhatCan(WhatCan),
    /// Ask where what two people may do differs
    Compare(Compare),
    /// Ask what wants attention: owners who left, grants that do nothing, what stands open
    Findings(Findings),
    /// Ask what would turn an answer, changing as little else as possible; and do it
    Remedy(Remedy),
    /// Give somebody access to a model or experiment
    Share(Share),
    /// Take somebody's access to a model or experiment back
    Unshare(Unshare),
    /// Give models to another owner
    Reassign(Reassign),
    /// Hand over all that a leaver owns and take away all that they hold, in one change
    Offboard(Offboard),
    /// Carry out any intent, written as JSON or YAML
    Do(Do),
    /// Show what was done, newest first
    Journal(Journal),
    /// Take a revision back
    Undo(Undo),
    /// Say who gained and lost what between two times or revisions
    Diff(Diff),
    /// Print where the journal ends, to compare with later
    Checkpoint,
    /// Check the journal's chain of hashes, and every record against it
    Verify(Verify),
    /// Write the whole store, records and journal, into one file that proves itself
    Backup(Backup),
    /// Make a store of a backup
    Restore(Restore),
    /// Say what can be saved of a damaged store, and make a new one of it
    Repair(Repair),
    /// Run scenarios: documents with steps and what must come of them
    Test(Test),
    /// Write the console's keys as Markdown
    Keys,
    /// Write the identifiers of denials and errors as Markdown
    Reasons,
    /// Write completions for a shell
    Completions(Completions),
    /// Write the manual page
    Man(Man),
}

impl Command {
    /// Whether it only asks, so that another process that holds the store can answer.
    pub fn is_question(&self) -> bool {
        match self {
            // Files are the asking process's own.
            Self::Export(export) => export.into.is_none() && !export.salvage,
            // A backup is the holder's to write: records and journal of one revision.
            Self::Journal(_)
            | Self::Diff(_)
            | Self::Checkpoint
            | Self::Verify(_)
            | Self::Login(LoginCommand::List { .. })
            | Self::Backup(_) => true,
            Self::Remedy(remedy) => remedy.apply.is_none() || remedy.manner.dry_run,
            // What would come of a change is a question; files and standard input stay with the
            // asking process.
            Self::Share(Share { manner, .. })
            | Self::Unshare(Unshare { manner, .. })
            | Self::Reassign(Reassign { manner, .. })
            | Self::Offboard(Offboard { manner, .. })
            | Self::Undo(Undo { manner, .. }) => manner.dry_run,
            Self::Do(intent) => intent.manner.dry_run && !intent.is_given_later(),
            other => other.reads_state(),
        }
    }

    /// Whether it only reads the state, so that it can be asked about the past as well.
    pub const fn reads_state(&self) -> bool {
        matches!(
            self,
            Self::Check(_)
                | Self::WhoCan(_)
                | Self::WhatCan(_)
                | Self::Compare(_)
                | Self::Findings(_)
                | Self::Export(_)
        )
    }
}

/// How answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Form {
    /// Aligned columns for people
    #[default]
    Table,
    /// One JSON list
    Json,
    /// One YAML list
    Yaml,
    /// Comma-separated, with a header
    Csv,
    /// One JSON object a line
    Ndjson,
}

/// How an answer is written.
#[derive(Debug, Args)]
pub struct Shape {
    /// How the answer is written
    #[arg(short = 'o', long = "output", value_enum, default_value_t)]
    pub form: Form,
}

/// Whether a change is only shown, and why it is made.
#[derive(Debug, Default, Args)]
pub struct Manner {
    /// Show what would change, and for whom, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Why; the journal keeps it
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Don't ask: on a terminal, what offboards, deletes or opens to everybody asks for a word
    #[arg(long)]
    pub yes: bool,
}
