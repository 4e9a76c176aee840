//! `login`: which operating-system account signs in as whom.

use serde_json::Value;

use crate::domain::{Login, Status};

use super::Outcome;
use super::args::{LoginCommand, Shape};
use super::failure::{Failure, exit};
use super::plan_text;
use super::print::Output;
use super::session::{Globals, Session, known_actor};
use super::sheet::Sheet;

const COLUMNS: &[&str] = &["account", "user", "store_administrator"];

/// Lists, sets or removes logins.
pub fn run(globals: &Globals, command: &LoginCommand) -> Outcome {
    let session = globals.open()?;
    match command {
        LoginCommand::List { shape } => list(&session, shape),
        LoginCommand::Set {
            account,
            user,
            store_administrator,
            no_store_administrator,
        } => {
            // Naming somebody's user does not take the store from them in passing.
            let already = session.snapshot.logins().get(account);
            let stays = already.is_some_and(|l| l.store_administrator) && !no_store_administrator;
            let administrator = *store_administrator || stays;
            let login = login(&session, user.as_deref(), administrator)?;
            set(&session, account, Some(login))
        }
        LoginCommand::Remove { account } => {
            if !session.snapshot.logins().contains_key(account) {
                return Err(Failure::data(format!(
                    "the account `{account}` has no login: see `deedbox login list`"
                )));
            }
            set(&session, account, None)
        }
    }
}

fn list(session: &Session, shape: &Shape) -> Outcome {
    let mut sheet = Sheet::new(COLUMNS);
    for (account, login) in session.snapshot.logins() {
        let user = login
            .user
            .map_or(Value::Null, |id| session.snapshot.reference(id).into());
        sheet.push(vec![
            account.clone().into(),
            user,
            login.store_administrator.into(),
        ]);
    }
    sheet.write(shape.form)?;
    Ok(exit::YES)
}

/// Only somebody active can be signed in as.
fn login(session: &Session, user: Option<&str>, administrator: bool) -> Result<Login, Failure> {
    let user = user
        .map(|reference| known_actor(&session.snapshot, reference))
        .transpose()?;
    let status = user
        .and_then(|id| session.snapshot.principal(id))
        .map(|p| p.status());
    if let (Some(id), Some(status @ (Status::Suspended | Status::Deleted))) = (user, status) {
        let who = session.snapshot.label(id);
        return Err(Failure::data(format!(
            "{who} is {status}: choose somebody active"
        )));
    }
    Ok(Login {
        user,
        store_administrator: administrator,
    })
}

fn set(session: &Session, account: &str, login: Option<Login>) -> Outcome {
    let receipt = session
        .registry
        .set_login(&session.actor, account, login, session.now)?;
    let mut out = Output::of_change();
    out.line(&receipt.entry.stamp.summary)?;
    plan_text::committed(&mut out, receipt.entry.revision)?;
    out.finish()?;
    Ok(exit::YES)
}
