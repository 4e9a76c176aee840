//! What each command can be told.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::authz::ListKind;
use crate::registry::intents::Afterwards;

use super::args::{AS_OF, Manner, Shape, TIMES};

/// The columns of the files that `bulk` reads.
const COLUMNS: &str = "\
The first line names the columns, in any order; those in brackets can be left out:
  shares       resource, member, role, [starts], [ends], [reason], [do]
  owners       resource, owner, [from], [keep], [reason]
  memberships  group, member, [do]
`do` is empty or add for what is to be there, remove for what is not. A role is its id or its title, \
as the console shows it.";

/// `demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// Take a guided tour of one job; without a name, list them
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    pub tour: Option<String>,
    /// Play a walkthrough without a terminal and write what is seen; without a name, all of them
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    #[arg(requires = "to", conflicts_with = "tour")]
    pub record: Option<String>,
    /// Where to: a recording FILE.cast (asciicast), or a directory for the kept frames (SVG)
    #[arg(long, value_name = "FILE|DIR", requires = "record")]
    pub to: Option<PathBuf>,
}

/// `import`
#[derive(Debug, Args)]
pub struct Import {
    /// The files' format [default: what they look like]
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<String>,
    /// The environment that the files are about
    #[arg(long, value_name = "ID", conflicts_with = "onto")]
    pub environment: Option<String>,
    /// The resource that the files are about
    #[arg(long, value_name = "RESOURCE")]
    pub onto: Option<String>,
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Don't ask: on a terminal, what opens something to everybody asks for a word
    #[arg(long)]
    pub yes: bool,
    /// The files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// `bulk`
#[derive(Debug, Args)]
#[command(after_help = COLUMNS)]
pub struct Bulk {
    /// The file: its header says whether it holds shares, owners or memberships, as
    /// `export --to csv` writes them
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Say row by row what would happen, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Don't ask: on a terminal, what opens something to everybody asks for a word
    #[arg(long)]
    pub yes: bool,
    /// Carry out the rows that are not refused, instead of none
    #[arg(long)]
    pub keep_going: bool,
    /// Why, where no row says it; the journal keeps it
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// How the rows' outcomes are written
    #[command(flatten)]
    pub shape: Shape,
}

/// `generate`
#[derive(Debug, Args)]
pub struct Generate {
    /// How many models
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub models: u32,
    /// How many people and programs [default: a tenth of the models]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub users: Option<u32>,
    /// How many groups of them [default: a hundredth of the models]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub groups: Option<u32>,
    /// How many environments [default: one for 25,000 models, at least 4]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub environments: Option<u32>,
    /// Another number makes another world; the same one the same
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
}

/// `export`
#[derive(Debug, Args)]
#[command(after_help = AS_OF)]
pub struct Export {
    /// Another format instead of the document
    #[arg(long, value_name = "FORMAT", requires_if("google-policy", "resource"))]
    pub to: Option<Native>,
    /// How it is written [default: yaml for the document, json for other formats]
    #[arg(short = 'o', long = "output", value_enum)]
    pub form: Option<TextForm>,
    /// For CSV: what the rows are about
    #[arg(long, value_name = "KIND", required_if_eq("to", "csv"), value_parser = bulk_kind)]
    pub of: Option<crate::interop::bulk::Kind>,
    /// For several files: the directory to write them into
    #[arg(long, value_name = "DIR", requires = "to", conflicts_with = "form")]
    pub into: Option<PathBuf>,
    /// What can be read of a damaged store, as a document; what is lost is said. Exit code 6 when
    /// something is
    #[arg(long, conflicts_with_all = ["to", "into", "resource"])]
    pub salvage: bool,
    /// What to export: the project, model or job of a policy; for Cedar and CSV an environment [default: all]
    #[arg(value_name = "RESOURCE", requires = "to")]
    pub resource: Option<String>,
}

/// Formats beside the document that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Native {
    /// A Google IAM policy
    GooglePolicy,
    /// Shares, owners or memberships, as `bulk` reads them
    Csv,
    /// Cedar policies, entities and schema, for Google and Fabric environments
    Cedar,
}

/// Forms of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextForm {
    /// YAML
    Yaml,
    /// JSON
    Json,
}

/// `login`
#[derive(Debug, Subcommand)]
pub enum LoginCommand {
    /// List the accounts and whom they sign in as
    List {
        /// How it is written
        #[command(flatten)]
        shape: Shape,
    },
    /// Let an account sign in as a user
    Set {
        /// The operating-system account
        account: String,
        /// The user: user:…
        #[arg(required_unless_present = "store_administrator")]
        user: Option<String>,
        /// Whether they manage directory, environments, logins and imports
        #[arg(long)]
        store_administrator: bool,

        /// No store administrator any more; without either, what the account was stays
        #[arg(long, conflicts_with = "store_administrator")]
        no_store_administrator: bool,
    },
    /// Let an account sign in no more
    Remove {
        /// The operating-system account
        account: String,
    },
}

/// `check`
#[derive(Debug, Args)]
#[command(after_help = AS_OF)]
pub struct Check {
    /// Who: user:… or serviceAccount:…
    #[arg(required_unless_present = "batch")]
    pub principal: Option<String>,
    /// What: a capability (run, share, …), a native permission or a method
    #[arg(required_unless_present = "batch")]
    pub action: Option<String>,
    /// On what: ENV, ENV/models/ID, …
    #[arg(required_unless_present_any = ["batch", "method"])]
    pub resource: Option<String>,
    /// A method of Google's API, in place of the action
    #[arg(long, value_name = "METHOD", conflicts_with = "batch")]
    pub method: Option<String>,
    /// When [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Say why
    #[arg(long)]
    pub explain: bool,
    /// The model that a method predicts with
    #[arg(long, value_name = "ID", conflicts_with = "batch")]
    pub model: Option<String>,
    /// Another resource that the same call names
    #[arg(long, value_name = "ID", conflicts_with = "batch")]
    pub also: Vec<String>,
    /// Read `AuthZEN` requests from standard input, one a line, and answer them in order
    #[arg(long, conflicts_with_all = ["principal", "action", "resource", "form"])]
    pub batch: bool,
    /// How the answer is written
    #[command(flatten)]
    pub shape: Shape,
}

/// `who-can`
#[derive(Debug, Args)]
#[command(after_help = AS_OF)]
pub struct WhoCan {
    /// What: a capability, a native permission or a method
    pub action: String,
    /// On what
    pub resource: String,
    /// When [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// How the answer is written
    #[command(flatten)]
    pub shape: Shape,
}

/// `what-can`
#[derive(Debug, Args)]
#[command(after_help = AS_OF)]
pub struct WhatCan {
    /// Who: user:… or serviceAccount:…
    pub principal: String,
    /// Which list: my-models, shared-with-me or all-models
    #[arg(long, default_value = "all-models", value_parser = list_kind)]
    pub list: ListKind,
    /// When [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// How the answer is written
    #[command(flatten)]
    pub shape: Shape,
}

fn list_kind(text: &str) -> Result<ListKind, String> {
    text.parse()
        .map_err(|_| "write my-models, shared-with-me or all-models".to_owned())
}

/// `compare`
#[derive(Debug, Args)]
#[command(after_help = AS_OF)]
pub struct Compare {
    /// The first: user:… or serviceAccount:…
    pub a: String,
    /// The second
    pub b: String,
    /// Only in this environment
    #[arg(long, value_name = "ENV", conflicts_with = "on")]
    pub environment: Option<String>,
    /// Only on this: ENV, ENV/models/ID, ENV/models/ID/versions/ID, …
    #[arg(long, value_name = "RESOURCE")]
    pub on: Option<String>,
    /// When [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// How the answer is written
    #[command(flatten)]
    pub shape: Shape,
}

/// `findings`
#[derive(Debug, Args)]
#[command(after_help = AS_OF)]
pub struct Findings {
    /// When [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// How the answer is written
    #[command(flatten)]
    pub shape: Shape,
}

/// `remedy`
#[derive(Debug, Args)]
#[command(after_help = TIMES)]
pub struct Remedy {
    /// Who: user:… or serviceAccount:…
    pub principal: String,
    /// What: a capability, a native permission or a method
    pub action: String,
    /// On what
    pub resource: String,
    /// The model that a method predicts with
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,
    /// When the answer is to be turned [default: now]; changes are made now
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Carry out the remedy of this number, as one change
    #[arg(long, value_name = "N", conflicts_with = "form")]
    pub apply: Option<usize>,
    /// How it is done
    #[command(flatten)]
    pub manner: Manner,
    /// How the answer is written
    #[command(flatten)]
    pub shape: Shape,
}

/// `share`
#[derive(Debug, Args)]
#[command(after_help = TIMES)]
pub struct Share {
    /// Which model or experiment
    pub model: String,
    /// With whom: user:…, group:…, serviceAccount:…
    #[arg(long, value_name = "REF")]
    pub with: String,
    /// Google: the role [default: Model User]
    #[arg(long)]
    pub role: Option<String>,
    /// AI Builder: User or Co-owner
    #[arg(long, conflicts_with = "role")]
    pub level: Option<String>,
    /// Fabric: Read, Edit, Share, …; can be given several times
    #[arg(long = "permission", value_name = "NAME", value_delimiter = ',', conflicts_with_all = ["role", "level"])]
    pub permissions: Option<Vec<String>>,
    /// From when
    #[arg(long, value_name = "TIME")]
    pub starts: Option<String>,
    /// Until when
    #[arg(long, value_name = "TIME")]
    pub ends: Option<String>,
    /// How it is done
    #[command(flatten)]
    pub manner: Manner,
}

/// `unshare`
#[derive(Debug, Args)]
pub struct Unshare {
    /// Which model or experiment
    pub model: String,
    /// From whom
    #[arg(long, value_name = "REF")]
    pub with: String,
    /// Only this role
    #[arg(long)]
    pub role: Option<String>,
    /// How it is done
    #[command(flatten)]
    pub manner: Manner,
}

/// `reassign`
#[derive(Debug, Args)]
pub struct Reassign {
    /// Which models, model groups or experiments
    #[arg(required = true)]
    pub models: Vec<String>,
    /// The new owner
    #[arg(long, value_name = "REF")]
    pub to: String,
    /// Whose ownership ends [default: every present owner's]
    #[arg(long, value_name = "REF")]
    pub from: Option<String>,
    /// Let the former owner go on using it
    #[arg(long, conflicts_with = "no_keep")]
    pub keep: bool,
    /// Leave the former owner nothing
    #[arg(long)]
    pub no_keep: bool,
    /// How it is done
    #[command(flatten)]
    pub manner: Manner,
}

/// `offboard`
#[derive(Debug, Args)]
pub struct Offboard {
    /// Who leaves: user:… or serviceAccount:…
    pub user: String,
    /// Who takes everything over [default: co-owners, the manager, team mates]
    #[arg(long, value_name = "SUCCESSOR")]
    pub to: Option<String>,
    /// Who takes over one resource, or all of an environment; can be given several times
    #[arg(long = "successor", value_name = "RESOURCE=REF")]
    pub successors: Vec<String>,
    /// What becomes of the directory entry: suspend, delete or keep
    #[arg(long, default_value = "suspend", value_parser = afterwards)]
    pub then: Afterwards,
    /// How it is done
    #[command(flatten)]
    pub manner: Manner,
    /// How the receipt is written
    #[command(flatten)]
    pub shape: Shape,
}

fn bulk_kind(text: &str) -> Result<crate::interop::bulk::Kind, String> {
    text.parse()
        .map_err(|_| "write shares, owners or memberships".to_owned())
}

fn afterwards(text: &str) -> Result<Afterwards, String> {
    text.parse()
        .map_err(|_| "write suspend, delete or keep".to_owned())
}

/// `do`
#[derive(Debug, Args)]
pub struct Do {
    /// The intent, as in {"create-user": {"id": "zoe@acme.test"}}; - reads it from standard input
    pub intent: String,
    /// How it is done
    #[command(flatten)]
    pub manner: Manner,
}

impl Do {
    /// Whether the intent is read from standard input.
    pub fn is_given_later(&self) -> bool {
        self.intent == "-"
    }
}

/// `journal`
#[derive(Debug, Args)]
#[command(after_help = TIMES)]
pub struct Journal {
    /// How many entries, newest first; 0 for all
    #[arg(short = 'n', long, default_value_t = 50)]
    pub number: usize,
    /// Only what this principal did, or had done for them
    #[arg(long, value_name = "REF")]
    pub actor: Option<String>,
    /// Only what touched this resource or environment
    #[arg(long, value_name = "RESOURCE")]
    pub resource: Option<String>,
    /// Only intents of this name
    #[arg(long, value_name = "INTENT")]
    pub kind: Option<String>,
    /// Only from this moment on
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only before this moment
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// In JSON and YAML, write the changes also of entries that changed very many records
    #[arg(long)]
    pub all_changes: bool,
    /// How it is written
    #[command(flatten)]
    pub shape: Shape,
}

/// `undo`
#[derive(Debug, Args)]
pub struct Undo {
    /// Which revision; several are taken back together, as one change
    #[arg(required = true, value_name = "REV")]
    pub revisions: Vec<u64>,
    /// How it is done
    #[command(flatten)]
    pub manner: Manner,
}

/// `diff`
#[derive(Debug, Args)]
#[command(after_help = TIMES)]
pub struct Diff {
    /// Since when: a time or a revision
    #[arg(long, value_name = "TIME|REV")]
    pub from: String,
    /// Until when: a time or a revision [default: now]
    #[arg(long, value_name = "TIME|REV")]
    pub to: Option<String>,
    /// How the answer is written
    #[command(flatten)]
    pub shape: Shape,
}

/// `verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// An earlier checkpoint that the journal must hold, as `deedbox checkpoint` printed it
    #[arg(long, value_name = "REVISION:HASH", alias = "against")]
    pub checkpoint: Option<String>,
}

/// `test`
#[derive(Debug, Args)]
pub struct Test {
    /// The scenarios
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// `completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// For which shell
    pub shell: clap_complete::Shell,
}

/// `man`
#[derive(Debug, Args)]
pub struct Man {
    /// The command it is about [default: the program]
    pub command: Option<String>,
}
