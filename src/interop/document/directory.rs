//! A document's directory into the draft.

use std::collections::{HashMap, HashSet};

use crate::domain::principal::fold_reference;
use crate::domain::{Principal, PrincipalId, PrincipalKind, Status};

use super::super::desk::{Desk, Seen};
use super::super::problem::{At, Problem};
use super::content::{DirectoryPart, GroupPart, ServiceAccountPart, UserPart};

/// Everybody first, then what they say of each other: managers and members may come later in the
/// file. Tombstones come before their namesakes, so that a name is free when it is given again.
pub(super) fn apply(desk: &mut Desk<'_>, part: &DirectoryPart) -> Result<(), Problem> {
    let at = At::TOP.key("directory");
    let mut joining = Joining::new(desk);
    let (users, groups) = (at.key("users"), at.key("groups"));
    let programs = at.key("service_accounts");
    let mut user_ids = vec![PrincipalId::ALL_USERS; part.users.len()];
    let mut group_ids = vec![PrincipalId::ALL_USERS; part.groups.len()];
    for tombstones in [true, false] {
        let due = |status: Status| (status == Status::Deleted) == tombstones;
        for ((i, user), id) in part.users.iter().enumerate().zip(&mut user_ids) {
            if due(user.status.0) {
                *id = joining.put(desk, &users.index(i), &user_entry(user))?;
            }
        }
        for ((i, group), id) in part.groups.iter().enumerate().zip(&mut group_ids) {
            if due(group.status.0) {
                let entry = group_entry(desk, &groups.index(i), group)?;
                *id = joining.put(desk, &groups.index(i), &entry)?;
            }
        }
        for (i, program) in part.service_accounts.iter().enumerate() {
            if due(program.status.0) {
                joining.put(desk, &programs.index(i), &program_entry(program))?;
            }
        }
    }
    for ((i, user), id) in part.users.iter().enumerate().zip(user_ids) {
        set_manager(desk, &users.index(i), user, id)?;
    }
    for ((i, group), id) in part.groups.iter().enumerate().zip(group_ids) {
        set_members(desk, &groups.index(i), group, id)?;
    }
    Ok(())
}

fn user_entry(part: &UserPart) -> Principal {
    let kind = PrincipalKind::User {
        status: part.status.0,
        manager: None,
    };
    Principal {
        id: part.id.clone(),
        name: part.name.clone(),
        uid: part.uid.clone(),
        kind,
    }
}

fn program_entry(part: &ServiceAccountPart) -> Principal {
    let kind = PrincipalKind::ServiceAccount {
        status: part.status.0,
    };
    Principal {
        id: part.id.clone(),
        name: part.name.clone(),
        uid: part.uid.clone(),
        kind,
    }
}

fn group_entry(desk: &Desk<'_>, at: &At<'_>, part: &GroupPart) -> Result<Principal, Problem> {
    let deleted = match part.status.0 {
        Status::Active => false,
        Status::Deleted => true,
        Status::Suspended => {
            let message = "a group can't be suspended: write active or deleted";
            return Err(desk.problem(&at.key("status"), message));
        }
    };
    let kind = PrincipalKind::Group {
        kind: part.kind.0,
        members: Vec::new(),
        deleted,
    };
    Ok(Principal {
        id: part.id.clone(),
        name: part.name.clone(),
        uid: part.uid.clone(),
        kind,
    })
}

/// Principals of one document on their way into the directory.
struct Joining {
    seen: Seen,
    placed: HashSet<PrincipalId>,
    /// Those of the store that have a uid, by the name of their lifetime and uid.
    by_uid: HashMap<(String, String), PrincipalId>,
}

impl Joining {
    fn new(desk: &Desk<'_>) -> Self {
        let known = desk.draft.now().principals().filter(|(_, p)| p.is_known());
        let by_uid = known.filter_map(|(id, p)| Some(((alive(p).name_key(), p.uid.clone()?), id)));
        Self {
            seen: Seen::default(),
            placed: HashSet::new(),
            by_uid: by_uid.collect(),
        }
    }

    fn put(
        &mut self,
        desk: &mut Desk<'_>,
        at: &At<'_>,
        new: &Principal,
    ) -> Result<PrincipalId, Problem> {
        let id_at = at.key("id");
        desk.id(&id_at, &new.id)?;
        desk.clean(&at.key("name"), &new.name)?;
        if let Some(uid) = &new.uid {
            desk.id(&at.key("uid"), uid)?;
        }
        self.seen.once(desk, &id_at, &new.name_key(), "principal")?;
        let id = match self.find(desk, new) {
            Some(id) => {
                namesake(desk, &id_at, id, new)?;
                replace(desk, id, new);
                id
            }
            None => desk.draft.add_principal(new.clone()),
        };
        self.placed.insert(id);
        Ok(id)
    }

    /// The same identity in the store: by uid, else by name; a name alone never wakes a tombstone.
    fn find(&self, desk: &Desk<'_>, new: &Principal) -> Option<PrincipalId> {
        let now = desk.draft.now();
        let known = |id: &PrincipalId| {
            !self.placed.contains(id) && now.principal(*id).is_some_and(|p| p.is_known())
        };
        if let Some(id) = now.find_principal(&new.name_key()).filter(known) {
            return Some(id);
        }
        let key = (alive(new).name_key(), new.uid.clone()?);
        self.by_uid.get(&key).copied().filter(known)
    }
}

/// The principal as if it had never been deleted: what a tombstone and its former self share.
fn alive(principal: &Principal) -> Principal {
    let mut alive = principal.clone();
    match &mut alive.kind {
        PrincipalKind::User { status, .. } | PrincipalKind::ServiceAccount { status } => {
            *status = Status::Active;
        }
        PrincipalKind::Group { deleted, .. } => *deleted = false,
        _ => {}
    }
    alive
}

/// Two identities can't answer to one name at a time.
fn namesake(desk: &Desk<'_>, at: &At<'_>, id: PrincipalId, new: &Principal) -> Result<(), Problem> {
    let old = desk.draft.now().principal(id).and_then(|p| p.uid.clone());
    match (old, &new.uid) {
        (Some(old), Some(uid)) if old != *uid => Err(desk.problem(
            at,
            format!(
                "the directory has another {} with uid `{old}`: the one with uid `{uid}` can only \
                 join when that one is deleted",
                fold_reference(&new.reference()),
            ),
        )),
        _ => Ok(()),
    }
}

fn replace(desk: &mut Desk<'_>, id: PrincipalId, new: &Principal) {
    desk.draft.edit_principal(id, |p| {
        // What people say of each other comes in a second pass.
        let kind = match (&p.kind, &new.kind) {
            (PrincipalKind::User { manager, .. }, PrincipalKind::User { status, .. }) => {
                PrincipalKind::User {
                    status: *status,
                    manager: *manager,
                }
            }
            (PrincipalKind::Group { members, .. }, PrincipalKind::Group { kind, deleted, .. }) => {
                PrincipalKind::Group {
                    kind: *kind,
                    members: members.clone(),
                    deleted: *deleted,
                }
            }
            (_, kind) => kind.clone(),
        };
        let uid = new.uid.clone().or_else(|| p.uid.clone());
        *p = Principal {
            id: new.id.clone(),
            name: new.name.clone(),
            uid,
            kind,
        };
    });
}

fn set_manager(
    desk: &mut Desk<'_>,
    at: &At<'_>,
    part: &UserPart,
    id: PrincipalId,
) -> Result<(), Problem> {
    let at = at.key("manager");
    let new = match &part.manager {
        Some(reference) => Some(user(desk, &at, reference)?),
        None => None,
    };
    let old = desk.draft.now().principal(id).and_then(|p| match p.kind {
        PrincipalKind::User { manager, .. } => manager,
        _ => None,
    });
    if old != new {
        desk.draft.edit_principal(id, |p| {
            if let PrincipalKind::User { manager, .. } = &mut p.kind {
                *manager = new;
            }
        });
    }
    Ok(())
}

fn user(desk: &Desk<'_>, at: &At<'_>, reference: &str) -> Result<PrincipalId, Problem> {
    let id = desk.known(at, reference)?;
    let is_user = |p: &Principal| matches!(p.kind, PrincipalKind::User { .. });
    if desk.draft.now().principal(id).is_some_and(|p| is_user(p)) {
        return Ok(id);
    }
    Err(desk.problem(
        at,
        format!("{reference} is no user: a manager has to be one"),
    ))
}

fn set_members(
    desk: &mut Desk<'_>,
    at: &At<'_>,
    part: &GroupPart,
    id: PrincipalId,
) -> Result<(), Problem> {
    let at = at.key("members");
    let mut list: Vec<PrincipalId> = Vec::with_capacity(part.members.len());
    let mut seen = HashSet::new();
    for member in desk.members(&at, &part.members)? {
        if seen.insert(member) {
            list.push(member);
        }
    }
    let old = desk.draft.now().principal(id).and_then(|p| match &p.kind {
        PrincipalKind::Group { members, .. } => Some(members.clone()),
        _ => None,
    });
    if old.as_ref() != Some(&list) {
        desk.draft.edit_principal(id, |p| {
            if let PrincipalKind::Group { members, .. } = &mut p.kind {
                *members = list;
            }
        });
    }
    Ok(())
}
