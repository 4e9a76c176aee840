//! `init`: a new store.

use crate::domain::{Login, Timestamp};
use crate::registry::{Actor, Registry};

use super::Outcome;
use super::failure::exit;
use super::os_account;
use super::print::Output;
use super::session::Globals;

/// Makes a store; the account that does becomes its first store administrator.
pub fn run(globals: &Globals) -> Outcome {
    let directory = globals.directory()?;
    let registry = Registry::create(&directory)?;
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
