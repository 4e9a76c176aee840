//! What the commands that keep a store can be told: backup, restore, repair.

use std::path::PathBuf;

use clap::Args;

use super::args::Shape;

/// `backup`
#[derive(Debug, Args)]
#[command(after_help = "\
Records and journal belong to one revision, also while a console is open on the store: then the \
console writes the file. The file proves itself (chain, checksums, a hash over all), and only its \
owner may read it. Prints the checkpoint of what it holds.

  deedbox backup /media/usb/deedbox-2026-11-21.backup

Exit codes: 0 done, 3 the file is there already or can't be written, 5 the store moved on all \
the time, 7 the store is damaged.")]
pub struct Backup {
    /// The file to write; it must not exist yet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `restore`
#[derive(Debug, Args)]
#[command(after_help = "\
The backup is proved before anything is made, and the store is there whole or not at all: with \
the same revision, journal, hash and logins as when the backup was written. Nothing is ever \
overwritten.

  deedbox restore deedbox-2026-11-21.backup --store /srv/deedbox
  deedbox restore deedbox-2026-11-21.backup --dry-run

Exit codes: 0 done, or it holds; 3 there is a store already, or this is no backup; 7 the backup \
does not hold.")]
pub struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Prove the backup, and make nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `repair`
#[derive(Debug, Args)]
#[command(after_help = "\
The store itself is only read: what can be saved is found on a copy (in TMPDIR, as large as the \
store) and becomes a new store. Where the journal holds, it makes the records anew; where it does \
not, the records that can be read stand in, and one more revision says so. Whoever may read the \
files may do this.

  deedbox repair --dry-run
  deedbox repair --into ~/deedbox-repaired

Exit codes: 0 all of it is saved, 3 there is no store, or something in the new directory, 6 part \
of it is saved, 7 nothing can be saved.")]
pub struct Repair {
    /// Say what can be saved and what is lost, and make nothing
    #[arg(long, conflicts_with = "into")]
    pub dry_run: bool,
    /// The directory for a new store of what can be saved
    #[arg(long, value_name = "DIR", required_unless_present = "dry_run")]
    pub into: Option<PathBuf>,
    /// How the report is written
    #[command(flatten)]
    pub shape: Shape,
}
