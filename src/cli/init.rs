//! `init`: a new store.

use std::path::Path;

use crate::domain::{Login, Revision, Timestamp};
use crate::registry::{Actor, Registry};
use crate::store::StoreError;

use super::Outcome;
use super::failure::exit;
use super::os_account;
use super::print::Output;
use super::session::Globals;

/// Makes a store; the account that does becomes its first store administrator.
pub fn run(globals: &Globals) -> Outcome {
    let directory = globals.directory()?;
    let registry = match Registry::create(&directory) {
        Err(exists @ StoreError::Exists { .. }) => unfinished(&directory).ok_or(exists)?,
        other => other?,
    };
    let account = os_account::name();
    let founder = Actor::store_administrator(account.clone());
    let login = Login {
        user: None,
        store_administrator: true,
    };
    registry.set_login(&founder, &account, Some(login), Timestamp::now())?;
    let mut out = Output::of_change();
    out.line(&format!("made a store at {}", directory.display()))?;
    out.line(&format!("`{account}` is its store administrator"))?;
    out.line(&format!(
        "next: deedbox import FILE, then deedbox login set {account} user:… --store-administrator"
    ))?;
    out.finish()?;
    Ok(exit::YES)
}

/// A store whose making was interrupted before its first login: nobody can sign in there, and
/// nothing was ever committed.
fn unfinished(directory: &Path) -> Option<Registry> {
    let registry = Registry::open(directory).ok()?;
    (registry.store().head().revision == Revision(0)).then_some(registry)
}
