//! What an offboarding says of itself: warnings, steps by hand, and the line for the journal.

use std::collections::BTreeMap;

use crate::authz::platforms::ai_builder::WITH_CONTAINER;
use crate::authz::{Snapshot, capabilities};
use crate::domain::{
    CapabilitySet, Key, Platform, PrincipalId, PrincipalKind, Record, Resource, ResourceKind,
    Status, Target, Timestamp,
};

use super::super::super::desk::Desk;
use super::super::super::offboarding::succession::owners;
use super::super::super::offboarding::{Held, Holdings, Receipt, holdings, own_name};

/// Names shown; the others are counted.
const SHOWN: usize = 3;

fn some(names: &[String]) -> String {
    let shown = names.get(..SHOWN.min(names.len())).unwrap_or_default();
    let shown = shown.join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What there is to say of a successor.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Already,
    Nothing,
    Less(CapabilitySet),
}

/// Says where a successor gains nothing, less than the leaver had, or nothing that is of use.
pub(super) fn warn(desk: &mut Desk<'_>, leaver: PrincipalId, handed: &[(Target, PrincipalId)]) {
    if desk.actor.principal == Some(leaver) {
        desk.warnings.push(
            "You offboard yourself; only another store administrator can take that back."
                .to_owned(),
        );
    }
    let (before, now) = (awake(desk.draft.before(), leaver), desk.now());
    let name = now.label(leaver);
    let mut said: BTreeMap<(PrincipalId, Said), Vec<String>> = BTreeMap::new();
    for (target, to) in handed {
        let person = now.principal(*to).is_some_and(|p| p.is_actor());
        let (had, has) = (
            capabilities(&before, leaver, *target, desk.at),
            capabilities(now, *to, *target, desk.at),
        );
        let resource = target.resource().and_then(|id| before.resource(id));
        let already = matches!(target, Target::Resource(_))
            && resource.is_some_and(|r| owners(&before, r, desk.at).contains(to));
        let less = had.minus(has);
        let what = if already {
            Said::Already
        } else if !person || less.is_empty() {
            continue;
        } else if has.is_empty() {
            Said::Nothing
        } else {
            Said::Less(less)
        };
        let said = said.entry((*to, what)).or_default();
        said.push(now.target_label(*target));
    }
    let warnings = said.into_iter().map(|((to, what), names)| {
        let (to, names) = (now.label(to), some(&names));
        match what {
            Said::Already => format!("{to} owns {names} already, and gains nothing by it."),
            Said::Nothing => format!(
                "As owner of {names}, {to} could do nothing: no role that they hold there lets them."
            ),
            Said::Less(less) => {
                let less = less.words().replace(' ', ", ");
                format!("As owner of {names}, {to} could not {less}, as {name} could.")
            }
        }
    });
    let mut warnings: Vec<String> = warnings.collect();
    warnings.extend(
        handed
            .iter()
            .filter_map(|(target, _)| missing_container(desk, *target)),
    );
    warnings.extend(staying_container(desk, handed));
    desk.warnings.extend(warnings);
}

/// The same state with somebody active, to compare with what they could do before they left.
fn awake(snapshot: &Snapshot, id: PrincipalId) -> Snapshot {
    let mut awake = snapshot.clone();
    let key = Key::Principal(id);
    if let Some(Record::Principal(mut person)) = snapshot.record(&key)
        && person.status() != Status::Active
    {
        if let PrincipalKind::User { status, .. } | PrincipalKind::ServiceAccount { status } =
            &mut person.kind
        {
            *status = Status::Active;
        }
        awake.put(&key, Some(Record::Principal(person)));
    }
    awake
}

fn row(desk: &Desk<'_>, target: Target) -> Option<Resource> {
    let Target::Resource(id) = target else {
        return None;
    };
    let on_platform = desk.platform(target) == Some(Platform::AiBuilder);
    desk.draft
        .before()
        .resource(id)
        .filter(|_| on_platform)
        .cloned()
}

/// A leaver's container that nobody recorded would be left behind unnoticed.
fn missing_container(desk: &Desk<'_>, target: Target) -> Option<String> {
    let row = row(desk, target)?;
    let model = row.model()?;
    let kind = model.kind.as_deref()?;
    let missing = WITH_CONTAINER.contains(&kind) && model.container.is_none();
    missing.then(|| {
        format!(
            "{} should have a datasets container, but none is recorded; look for one on the platform.",
            row.label()
        )
    })
}

/// Containers of other owners stay theirs.
fn staying_container(desk: &Desk<'_>, handed: &[(Target, PrincipalId)]) -> Vec<String> {
    let stays = |(target, to): &(Target, PrincipalId)| {
        let row = row(desk, *target)?;
        let container = row.model()?.container.clone()?;
        let others = Some(container.owner) != row.owner && container.owner != *to;
        others.then(|| {
            let owner = desk.now().label(container.owner);
            format!(
                "The datasets container {} of {} stays with {owner}.",
                container.id,
                row.label()
            )
        })
    };
    handed.iter().filter_map(stays).collect()
}

/// What moves along, and what nobody can do here.
pub(super) fn steps(desk: &mut Desk<'_>, leaver: PrincipalId, held: &Holdings) {
    let mut companions = Vec::new();
    for owned in &held.owned {
        if let Some(row) = row(desk, owned.target)
            && let Some(container) = row.model().and_then(|m| m.container.as_ref())
            && container.owner == leaver
        {
            companions.push(format!(
                "datasets container {} of {} moves along",
                container.id,
                row.label()
            ));
        }
    }
    let steps = by_hand(desk.draft.before(), desk.now(), leaver, desk.at, held);
    desk.companions.extend(companions);
    desk.steps.extend(steps);
}

/// What only the platforms can do about a leaver, beyond what the changed records say themselves.
pub(in super::super::super) fn by_hand(
    before: &Snapshot,
    after: &Snapshot,
    leaver: PrincipalId,
    at: Timestamp,
    held: &Holdings,
) -> Vec<String> {
    let name = before.label(leaver);
    let owned = held.owned.iter().map(|o| o.target);
    let fixed: Vec<String> = owned
        .filter(|target| is_fixed(after, *target))
        .map(|target| before.target_id(target))
        .collect();
    let mut steps = Vec::new();
    if !fixed.is_empty() {
        steps.push(format!(
            "No request gives {} to somebody else: only this record changes.",
            some(&fixed)
        ));
    }
    // An account goes when nothing names it any more.
    let is_account = |part: &&Held| matches!(part, Held::Account { .. });
    let (accounts, rest): (Vec<&Held>, Vec<&Held>) = held.held.iter().partition(is_account);
    for part in rest.into_iter().chain(accounts) {
        steps.extend(step(before, leaver, &name, part));
    }
    let left = holdings(after, leaver, at).held;
    let stays = left.iter().filter(|h| !h.is_above());
    steps.extend(stays.map(|part| {
        format!(
            "{name} stays {}: the platform lets nobody change that now.",
            part.words(before)
        )
    }));
    steps
}

/// Whether the platform writes down once and for all who started or registered something.
fn is_fixed(now: &Snapshot, target: Target) -> bool {
    let resource = target.resource().and_then(|id| now.resource(id));
    let place = resource.and_then(|r| now.place(r.environment));
    let platform = place.map(|p| p.platform());
    match (platform, resource.map(Resource::kind)) {
        (_, Some(ResourceKind::Operation)) => true,
        (Some(Platform::OpenSearch), Some(kind)) => kind != ResourceKind::ModelGroup,
        _ => false,
    }
}

/// What the platform needs for something that the records' own steps do not say.
fn step(before: &Snapshot, leaver: PrincipalId, name: &str, part: &Held) -> Option<String> {
    match part {
        Held::Above {
            environment, role, ..
        } => {
            let place = before.target_label(Target::Environment(*environment));
            Some(format!(
                "Take the role {role} from {name} in the folder or organization above {place}: it can't be changed here."
            ))
        }
        Held::Account { environment, .. } => {
            let account = own_name(before, *environment, leaver)?;
            let cluster = before.place(*environment)?.platform() == Platform::OpenSearch;
            cluster.then(|| format!("DELETE /_plugins/_security/api/internalusers/{account}"))
        }
        Held::Mapping { environment, role } => {
            let account = own_name(before, *environment, leaver)?;
            Some(format!(
                "PATCH /_plugins/_security/api/rolesmapping/{role}: take {account} out of its users."
            ))
        }
        Held::SuperAdministrator { environment } => {
            let place = before.target_label(Target::Environment(*environment));
            Some(format!(
                "Take the certificate of {name} out of plugins.security.authcz.admin_dn on every node of {place}."
            ))
        }
        _ => None,
    }
}

/// The receipt in one line: `offboard Bob Reyes: 9 handed over to Carol Diaz, 6 taken away,
/// suspended; nothing is left`.
pub(super) fn summary(
    desk: &Desk<'_>,
    name: &str,
    came: &Receipt,
    status: Option<&'static str>,
) -> String {
    let now = desk.now();
    let mut parts = Vec::new();
    if !came.handed_over.is_empty() {
        let mut to: Vec<PrincipalId> = Vec::new();
        for owner in came.handed_over.iter().flat_map(|h| &h.to) {
            if !to.contains(owner) {
                to.push(*owner);
            }
        }
        let to: Vec<String> = to.iter().map(|id| now.label(*id)).collect();
        parts.push(format!(
            "{} handed over to {}",
            came.handed_over.len(),
            some(&to)
        ));
    }
    parts.extend(came.losses(desk.draft.before()));
    parts.extend(status.map(str::to_owned));
    let left = match came.left.held.len() + came.left.owned.len() {
        0 => "nothing is left".to_owned(),
        left => format!("{left} left to be taken away by hand"),
    };
    let done = parts.join(", ");
    if done.is_empty() {
        format!("offboard {name}: {left}")
    } else {
        format!("offboard {name}: {done}; {left}")
    }
}
