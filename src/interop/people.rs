//! Whose account an OpenSearch user name is.

use std::collections::HashMap;

use crate::domain::{EnvironmentId, Principal, PrincipalId, PrincipalKind, Status};

use super::desk::Desk;
use super::problem::{At, Problem};
use super::summary::list_note;

/// The accounts of one cluster, and who in the directory could have one.
pub(super) struct People {
    environment: EnvironmentId,
    by_account: HashMap<String, PrincipalId>,
    by_id: HashMap<String, PrincipalId>,
    by_local_part: HashMap<String, Vec<PrincipalId>>,
    created: Vec<String>,
}

impl People {
    pub fn of(desk: &Desk<'_>, environment: EnvironmentId) -> Self {
        let now = desk.draft.now();
        let mut people = Self {
            environment,
            by_account: HashMap::new(),
            by_id: HashMap::new(),
            by_local_part: HashMap::new(),
            created: Vec::new(),
        };
        for (id, account) in now.accounts(environment) {
            if let Some(name) = &account.name {
                people.by_account.insert(name.clone(), id);
            }
        }
        for (id, principal) in now.principals().filter(|(_, p)| is_living_user(p)) {
            // Whoever has another account here is not meant.
            if now
                .account(environment, id)
                .is_some_and(|a| a.name.is_some())
            {
                continue;
            }
            people.by_id.insert(principal.id.clone(), id);
            if let Some((local, _)) = principal.id.split_once('@') {
                people
                    .by_local_part
                    .entry(local.to_owned())
                    .or_default()
                    .push(id);
            }
        }
        people
    }

    /// The directory user of an account name: by the account, the id, the id's local part; else a
    /// new one. Two who could be meant are an error: a wrong guess would give access away.
    pub fn find(
        &mut self,
        desk: &mut Desk<'_>,
        at: &At<'_>,
        name: &str,
    ) -> Result<PrincipalId, Problem> {
        if let Some(id) = self.by_account.get(name) {
            return Ok(*id);
        }
        desk.id(at, name)?;
        let locals = self
            .by_local_part
            .get(name)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let id = match (self.by_id.get(name), locals) {
            (Some(id), _) | (None, [id]) => *id,
            (None, []) => self.create(desk, at, name)?,
            (None, several) => {
                let now = desk.draft.now();
                let names: Vec<String> = several.iter().map(|id| now.reference(*id)).collect();
                let message = format!(
                    "`{name}` could be {}: give one of them an account of that name first",
                    names.join(" or ")
                );
                return Err(desk.problem(at, message));
            }
        };
        self.by_account.insert(name.to_owned(), id);
        desk.draft
            .edit_account(self.environment, id, |a| a.name = Some(name.to_owned()));
        Ok(id)
    }

    fn create(
        &mut self,
        desk: &mut Desk<'_>,
        at: &At<'_>,
        name: &str,
    ) -> Result<PrincipalId, Problem> {
        let user = Principal::user(name, "");
        let now = desk.draft.now();
        let taken = now.find_principal(&user.reference());
        if taken.is_some_and(|id| now.principal(id).is_some_and(|p| p.is_known())) {
            let message = format!(
                "user:{name} has an account of another name here: rename that account first"
            );
            return Err(desk.problem(at, message));
        }
        self.created.push(user.reference());
        Ok(desk.draft.add_principal(user))
    }

    /// Says who had to be created.
    pub fn finish(self, desk: &mut Desk<'_>) {
        if !self.created.is_empty() {
            let one = "was not in the directory: a user was created with an account";
            let many = "were not in the directory: users were created with an account each";
            desk.notes.push(list_note(&self.created, one, many) + ".");
        }
    }
}

fn is_living_user(principal: &Principal) -> bool {
    matches!(&principal.kind, PrincipalKind::User { status, .. } if *status != Status::Deleted)
}
