//! Sign-in accounts: which operating-system account signs in as whom. Only store administrators change
//! them (RULES.md §7).

use serde::{Deserialize, Serialize};

use crate::domain::{Login, PrincipalId, Status};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};
use super::CarryOut;

/// Lets an operating-system account sign in, or changes as whom it does and what it may. What is left
/// out stays as it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SetLogin {
    /// The account, by the name that the operating system knows it by.
    pub account: String,
    /// As whom: a user or a service account that is active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Whether it manages directory, environments, logins and imports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_administrator: Option<bool>,
}

/// Lets an account sign in no more.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RemoveLogin {
    /// The account.
    pub account: String,
}

const WHAT: &str = "change logins";

impl CarryOut for SetLogin {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let account = self.account.trim();
        let present = desk.now().logins().get(account);
        let known = present.is_some();
        let was = present.and_then(|l| l.user);
        let mut login = present.cloned().unwrap_or(Login {
            user: None,
            store_administrator: false,
        });
        if let Some(reference) = &self.user {
            login.user = Some(someone(desk, reference)?);
        }
        if let Some(administrator) = self.store_administrator {
            login.store_administrator = administrator;
        }
        if login.user.is_none() && !login.store_administrator {
            return Err(Refusal::rule(
                RefusalKey::Malformed,
                "Say as whom it signs in: an account without a user can only be store administrator.",
            ));
        }
        if let Some(was) = was.filter(|was| login.user != Some(*was)) {
            let name = desk.now().label(was);
            desk.warnings
                .push(format!("So far {account} signs in as {name}."));
        }
        let takes = known && self.user.is_none() && self.store_administrator == Some(false);
        let summary = put(desk, account, Some(login))?;
        Ok(if takes {
            format!("make {account} store administrator no more")
        } else {
            summary
        })
    }
}

impl CarryOut for RemoveLogin {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let account = self.account.trim();
        if !desk.now().logins().contains_key(account) {
            return Err(Refusal::rule(
                RefusalKey::NotFound,
                format!("The account `{account}` has no login: see `deedbox login list`."),
            ));
        }
        put(desk, account, None)
    }
}

/// Whom an account can sign in as: somebody active who acts.
fn someone(desk: &Desk<'_>, reference: &str) -> Result<PrincipalId, Refusal> {
    let id = desk.known_principal(reference)?;
    let Some(principal) = desk.now().principal(id) else {
        return Ok(id);
    };
    let why = match principal.status() {
        _ if !principal.is_actor() => "is no user and no service account".to_owned(),
        Status::Active => return Ok(id),
        other => format!("is {other}"),
    };
    Err(Refusal::rule(
        RefusalKey::Malformed,
        format!("{} {why}: choose somebody active.", principal.label()),
    ))
}

/// Maps an account, or takes the mapping away, and says what that is in one line. The first login of
/// a new store is free.
pub(in crate::registry) fn put(
    desk: &mut Desk<'_>,
    account: &str,
    login: Option<Login>,
) -> Result<String, Refusal> {
    if !desk.now().logins().is_empty() {
        desk.require_store_administrator(WHAT)?;
    }
    if login.is_some() && account.trim().is_empty() {
        return Err(Refusal::rule(
            RefusalKey::Malformed,
            "An account has a name: write the one that the operating system knows it by.",
        ));
    }
    let summary = match &login {
        None => format!("remove the login of {account}"),
        Some(Login { user: Some(id), .. }) => {
            format!("let {account} sign in as {}", desk.now().label(*id))
        }
        Some(_) => format!("make {account} store administrator"),
    };
    let own = account == desk.actor.account;
    let kept = login.as_ref().is_some_and(|l| l.store_administrator);
    desk.draft.set_login(account, login);
    if own && !kept {
        desk.warnings.push(
            "This is the account that you signed in with: you give away administering the store."
                .to_owned(),
        );
    }
    Ok(summary)
}
