//! Findings about single grants: those that do nothing, and those that open something.

use rustc_hash::FxHashMap;

use crate::authz::{Check, Request, Snapshot, check, explain, platforms};
use crate::domain::{
    Binding, Capability, EnvironmentId, Platform, PrincipalId, PrincipalKind, Status, Target,
    Timestamp,
};

use super::{Finding, FindingKind};

/// What is asked again and again about the same members.
#[derive(Debug, Default)]
pub(super) struct Grants {
    /// Whether anybody is in a group.
    peopled: FxHashMap<PrincipalId, bool>,
    /// Whether a role lets anybody behind a member use shares in an environment.
    awake: FxHashMap<(EnvironmentId, PrincipalId), bool>,
}

impl Grants {
    /// Looks at every grant of some bindings.
    pub(super) fn look(
        &mut self,
        snapshot: &Snapshot,
        on: Target,
        bindings: &[Binding],
        at: Timestamp,
        found: &mut Vec<Finding>,
    ) {
        for (place, binding) in bindings.iter().enumerate() {
            let timed = of_binding(snapshot, on, binding, at);
            for who in &binding.members {
                let member = self.of_member(snapshot, on, *who, at);
                // What can't hold for two reasons is told once, for the one to begin with.
                let kind = timed.map(|(kind, _)| kind).or(member);
                found.extend(kind.map(|kind| Finding {
                    kind,
                    on: Some(on),
                    who: Some(*who),
                    binding: u32::try_from(place).ok(),
                    inherited: false,
                    when: timed.and_then(|(_, when)| when),
                }));
            }
        }
    }

    fn of_member(
        &mut self,
        snapshot: &Snapshot,
        on: Target,
        who: PrincipalId,
        at: Timestamp,
    ) -> Option<FindingKind> {
        let principal = snapshot.principal(who)?;
        if principal.status() == Status::Deleted || principal.kind == PrincipalKind::Unmatched {
            return Some(FindingKind::Tombstone);
        }
        match &principal.kind {
            PrincipalKind::ExternalUser
            | PrincipalKind::ExternalGroup
            | PrincipalKind::ExternalServiceAccount => return Some(FindingKind::UnknownPrincipal),
            PrincipalKind::AllUsers | PrincipalKind::AllAuthenticatedUsers => {
                return Some(FindingKind::OpenToEverybody);
            }
            PrincipalKind::Group { .. } => {
                let peopled = &mut self.peopled;
                let anybody = peopled
                    .entry(who)
                    .or_insert_with(|| !snapshot.actors_within(who).is_empty());
                if !*anybody {
                    return Some(FindingKind::EmptyGroup);
                }
            }
            _ => {}
        }
        self.is_dormant(snapshot, on, who, at)
            .then_some(FindingKind::DormantGrant)
    }

    /// A share exceeds what the recipient's own roles allow wholly: nobody behind it passes the check of
    /// privilege. Only AI Builder has shares beside privileges (RULES, AI Builder: *dormant*).
    fn is_dormant(
        &mut self,
        snapshot: &Snapshot,
        on: Target,
        who: PrincipalId,
        at: Timestamp,
    ) -> bool {
        let Target::Resource(id) = on else {
            return false;
        };
        let Some(row) = snapshot.row(id) else {
            return false;
        };
        let environment = row.environment;
        let platform = snapshot.place(environment).map(|p| p.platform());
        if platform != Some(Platform::AiBuilder) {
            return false;
        }
        let passes = |actor: &PrincipalId| {
            let see = Request::new(*actor, Capability::See.into(), on, at);
            if check(snapshot, &see).is_allowed() {
                return true;
            }
            let reasons = explain(snapshot, &see).reasons;
            !reasons.iter().any(|r| r.check == Check::Privilege)
        };
        let awake = self.awake.entry((environment, who)).or_insert_with(|| {
            let actors = snapshot.actors_within(who);
            actors.is_empty() || actors.iter().any(passes)
        });
        !*awake
    }
}

/// What makes a binding hold for none of its members: its time, its condition, its role.
fn of_binding(
    snapshot: &Snapshot,
    on: Target,
    binding: &Binding,
    at: Timestamp,
) -> Option<(FindingKind, Option<Timestamp>)> {
    match binding.window() {
        None => return Some((FindingKind::UnreadableCondition, None)),
        Some(window) => {
            if let Some(end) = window.end.filter(|end| *end <= at) {
                return Some((FindingKind::ExpiredGrant, Some(end)));
            }
            if let Some(start) = window.start.filter(|start| at < *start) {
                return Some((FindingKind::NotBegun, Some(start)));
            }
        }
    }
    let environment = snapshot.environment_of(on)?;
    let place = snapshot.place(environment)?;
    let own = matches!(on, Target::Resource(_));
    let known = platforms::gives_anything(&place.environment, &binding.role, own);
    (!known).then_some((FindingKind::UnknownRole, None))
}
