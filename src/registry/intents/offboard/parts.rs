//! The parts of an offboarding, each authorized as the single intent is.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Action, Capability, EnvironmentId, Key, Platform, PrincipalId, PrincipalKind, ResourceId,
    ResourceKind, Specifics, Target,
};

use super::super::super::desk::Desk;
use super::super::super::offboarding::succession::{keeper, owner_role, step_in};
use super::super::super::offboarding::{Held, Holdings, is_name, own_name};
use super::super::super::refusal::{Refusal, RefusalKey};
use super::super::ownership::{check_kind, check_take_over};
use super::super::roles::require_taking;
use super::choice::Choice;

/// An offboarding at work: a part that is refused is noted, so that one refusal can name them all.
pub(super) struct Work<'w, 'a> {
    desk: &'w mut Desk<'a>,
    leaver: PrincipalId,
    refused: Vec<Refusal>,
    without_successor: Vec<Target>,
    handed: Vec<(Target, PrincipalId)>,
}

/// What handing a resource over needs, whatever it is: a model, group or experiment the platform's
/// own right to reassign it; a Google job the right to set its policy; an operation, which has no
/// policy, that of its model, else of its project; an OpenSearch job its administrator.
///
/// # Errors
/// The decision that says no.
pub(in super::super::super) fn require_hand_over(
    desk: &Desk<'_>,
    id: ResourceId,
    to: Option<PrincipalId>,
    what: &str,
) -> Result<(), Refusal> {
    let Some(resource) = desk.now().resource(id) else {
        return Ok(());
    };
    let target = Target::Resource(id);
    let google = desk.platform(target) == Some(Platform::Google);
    match (resource.kind(), keeper(desk.now(), target)) {
        (ResourceKind::Job, _) if google => desk.require_capability(Capability::Share, id, what),
        (ResourceKind::Operation, Some(model)) if google => {
            desk.require_capability(Capability::Reassign, model, what)
        }
        (ResourceKind::Job | ResourceKind::Operation, _) => {
            let what = format!("{what} {}", resource.label());
            let place = Target::Environment(resource.environment);
            desk.require(&Capability::Share.into(), place, &what)
        }
        _ => {
            desk.require_capability(Capability::Reassign, id, what)?;
            to.map_or(Ok(()), |to| check_take_over(desk, id, to))
        }
    }
}

impl<'w, 'a> Work<'w, 'a> {
    pub(super) const fn new(desk: &'w mut Desk<'a>, leaver: PrincipalId) -> Self {
        Self {
            desk,
            leaver,
            refused: Vec::new(),
            without_successor: Vec::new(),
            handed: Vec::new(),
        }
    }

    /// Whether a part may be done; if not, it is noted.
    fn passes(&mut self, part: Result<(), Refusal>) -> bool {
        let passes = part.is_ok();
        self.refused.extend(part.err());
        passes
    }

    /// What was handed over to whom, or everything that stands in the way.
    pub(super) fn finish(self) -> Result<Vec<(Target, PrincipalId)>, Refusal> {
        let mut refused = self.refused;
        if !self.without_successor.is_empty() {
            let snapshot = self.desk.now();
            let things = self.without_successor.iter();
            let names: Vec<String> = things.map(|t| snapshot.target_id(*t)).collect();
            let leaver = snapshot.label(self.leaver);
            refused.push(Refusal::rule(
                RefusalKey::NoSuccessor,
                format!(
                    "Nobody is known to take over from {leaver}: {}. Name a successor for everything, or one for each.",
                    names.join(", ")
                ),
            ));
        }
        match together(refused) {
            Some(refusal) => Err(refusal),
            None => Ok(self.handed),
        }
    }

    // --- resources --------------------------------------------------------------------------

    /// Everything owned and granted. What is refused is noted; an error ends it.
    ///
    /// # Errors
    /// When nobody wants the plan any more.
    pub(super) fn resources(&mut self, held: &Holdings, choice: &Choice) -> Result<(), Refusal> {
        let owned = held.owned.iter().map(|o| (o.target.resource(), o.target));
        let owned: BTreeMap<ResourceId, Target> = owned
            .filter_map(|(id, target)| Some((id?, target)))
            .collect();
        let granted: BTreeSet<ResourceId> = held
            .held
            .iter()
            .filter_map(|h| match h {
                Held::Grant { on, .. } => Some(*on),
                _ => None,
            })
            .collect();
        let all: BTreeSet<ResourceId> = owned.keys().chain(&granted).copied().collect();
        let count = all.len();
        for (done, id) in all.into_iter().enumerate() {
            self.desk.reached(done, count)?;
            self.resource(id, owned.get(&id).copied(), granted.contains(&id), choice);
        }
        Ok(())
    }

    /// Ownership and grants of one resource, both authorized before either is taken.
    fn resource(&mut self, id: ResourceId, owned: Option<Target>, granted: bool, choice: &Choice) {
        let to = owned.and_then(|target| choice.of(self.desk.now(), target));
        let mut passes = true;
        if let Some(target) = owned {
            let may = require_hand_over(self.desk, id, to, "reassign");
            passes &= self.passes(may);
            match to {
                Some(to) => {
                    let kind = check_kind(self.desk, id, to);
                    passes &= self.passes(kind);
                }
                None => self.without_successor.push(target),
            }
        }
        // As when it is reassigned, a row's shares with its owner go with the ownership.
        let row = matches!(owned, Some(Target::Resource(_)))
            && self.desk.platform(Target::Resource(id)) == Some(Platform::AiBuilder);
        let mut taken = row;
        if granted && !row {
            let may = self.may_take_grants(id);
            taken = matches!(may, Ok(true));
            passes &= self.passes(may.map(drop));
        }
        if !passes {
            return;
        }
        if let (Some(target), Some(to)) = (owned, to) {
            self.handed.push((target, to));
        }
        let (leaver, at) = (self.leaver, self.desk.at);
        let snapshot = self.desk.now();
        let role = snapshot.resource(id).and_then(|r| owner_role(snapshot, r));
        self.desk.draft.edit_resource(id, |r| {
            if let Some(to) = to {
                step_in(r, role, leaver, to, at);
            }
            if taken {
                r.policy.revoke(leaver, |_| true);
            }
        });
    }

    /// Whether grants on a resource may be taken away; not where nobody may change them now.
    fn may_take_grants(&self, id: ResourceId) -> Result<bool, Refusal> {
        let target = Target::Resource(id);
        let explanation = self.desk.explain(&Capability::Share.into(), target)?;
        if explanation.verdict.is_allowed() {
            return Ok(true);
        }
        if explanation.is_closed_to_all() {
            return Ok(false);
        }
        let now = self.desk.now();
        let what = format!("change the shares of {}", now.target_label(target));
        Err(Refusal::decision(now, what, target, explanation))
    }

    // --- environments -----------------------------------------------------------------------

    pub(super) fn environments(&mut self, held: &Holdings) {
        let places: Vec<EnvironmentId> = self.desk.now().places().map(|(id, _)| id).collect();
        for place in places {
            self.environment(place, held);
        }
    }

    /// Roles, mappings and account in one environment, all authorized before any is taken.
    fn environment(&mut self, id: EnvironmentId, held: &Holdings) {
        let (mut roles, mut cluster, mut account) = (false, false, None);
        for part in &held.held {
            match part {
                Held::Role { environment, .. } if *environment == id => roles = true,
                Held::Mapping { environment, .. } | Held::SuperAdministrator { environment }
                    if *environment == id =>
                {
                    cluster = true;
                }
                Held::Account {
                    environment,
                    account: found,
                } if *environment == id => account = Some(found),
                _ => {}
            }
        }
        let mut passes = true;
        if roles {
            let may = require_taking(self.desk, id);
            passes &= self.passes(may);
        }
        // Backend roles are the store administrator's to assign; roles are not.
        if cluster || account.is_some_and(|a| !a.roles.is_empty()) {
            let may = self.require_administrator(id);
            passes &= self.passes(may);
        }
        if !passes {
            return;
        }
        let leaver = self.leaver;
        let name = own_name(self.desk.now(), id, leaver).map(str::to_owned);
        if roles || cluster {
            self.desk.draft.edit_environment(id, |e| {
                e.policy.revoke(leaver, |_| true);
                forget(&mut e.specifics, leaver, name.as_deref());
            });
        }
        if account.is_some() {
            self.desk.draft.put(Key::Account(id, leaver), None);
        }
    }

    fn require_administrator(&self, id: EnvironmentId) -> Result<(), Refusal> {
        let target = Target::Environment(id);
        let what = format!(
            "change accounts of {}",
            self.desk.now().target_label(target)
        );
        let edit = Action::Capability(Capability::Edit);
        self.desk.require(&edit, target, &what)
    }

    // --- directory --------------------------------------------------------------------------

    /// Memberships, reports and logins: the store administrator's, who acts.
    pub(super) fn directory(&mut self, held: &Holdings, choice: &Choice) {
        let leaver = self.leaver;
        for part in &held.held {
            match part {
                Held::Member { group } => self.desk.draft.edit_principal(*group, |p| {
                    if let PrincipalKind::Group { members, .. } = &mut p.kind {
                        members.retain(|m| *m != leaver);
                    }
                }),
                Held::Manager { of } => {
                    let next = self.next_manager(*of, choice);
                    self.desk.draft.edit_principal(*of, |p| {
                        if let PrincipalKind::User { manager, .. } = &mut p.kind {
                            *manager = next;
                        }
                    });
                }
                Held::Login { account, .. } => self.desk.draft.set_login(account, None),
                _ => {}
            }
        }
        let administered = |logins: &crate::authz::Snapshot| {
            logins.logins().values().any(|l| l.store_administrator)
        };
        if administered(self.desk.draft.before()) && !administered(self.desk.now()) {
            self.refused.push(Refusal::rule(
                RefusalKey::LastAdministrator,
                "Nobody would administer this store any more. Make another account store administrator first.",
            ));
        }
    }

    /// Reports go to the leaver's own manager, else to whoever takes everything over; nobody leads
    /// themselves.
    fn next_manager(&self, report: PrincipalId, choice: &Choice) -> Option<PrincipalId> {
        let now = self.desk.now();
        let own = now.principal(self.leaver).and_then(|p| match p.kind {
            PrincipalKind::User { manager, .. } => manager,
            _ => None,
        });
        let leads = |id: &PrincipalId| {
            let active = now.principal(*id).is_some_and(|p| p.is_active_user());
            active && *id != report && *id != self.leaver
        };
        [own, choice.everything()].into_iter().flatten().find(leads)
    }
}

/// Takes a leaver, and a name that only their account goes by, out of a cluster's own lists.
fn forget(specifics: &mut Specifics, leaver: PrincipalId, name: Option<&str>) {
    let Specifics::OpenSearch {
        settings, mappings, ..
    } = specifics
    else {
        return;
    };
    settings.super_administrators.retain(|id| *id != leaver);
    let Some(name) = name else { return };
    let mut emptied = Vec::new();
    for mapping in mappings.iter_mut() {
        let before = mapping.users.len();
        mapping.users.retain(|user| !is_name(user, name));
        let nothing = mapping.users.is_empty()
            && mapping.backend_roles.is_empty()
            && mapping.and_backend_roles.is_empty()
            && mapping.hosts.is_empty();
        emptied.push(nothing && mapping.users.len() != before);
    }
    // A mapping of nobody is none.
    let mut emptied = emptied.into_iter();
    mappings.retain(|_| !emptied.next().unwrap_or_default());
}

/// One refusal for all: what the actor may not comes before what does not fit.
fn together(mut refused: Vec<Refusal>) -> Option<Refusal> {
    const SHOWN: usize = 10;
    let mut seen = BTreeSet::new();
    refused.retain(|r| seen.insert(r.to_string()));
    refused.sort_by_key(|r| !r.is_denial());
    let mut refused = refused.into_iter();
    let first = refused.next()?;
    let rest: Vec<String> = refused
        .filter_map(|r| r.lines().into_iter().next())
        .collect();
    let hidden = rest.len().saturating_sub(SHOWN);
    let mut shown: Vec<String> = rest.into_iter().take(SHOWN).collect();
    if hidden > 0 {
        shown.push(format!("And {hidden} more."));
    }
    Some(match first {
        Refusal::Decision {
            what,
            explanation,
            mut lines,
        } => {
            lines.extend(shown);
            Refusal::Decision {
                what,
                explanation,
                lines,
            }
        }
        Refusal::Rule { key, message } => {
            let lines = std::iter::once(message).chain(shown);
            Refusal::rule(key, lines.collect::<Vec<_>>().join(" "))
        }
    })
}
