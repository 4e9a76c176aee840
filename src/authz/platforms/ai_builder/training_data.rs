//! The training data of a model.

use crate::domain::{Privilege, Resource, Target};

use super::super::super::decide::{Context, restrict};
use super::super::super::decision::{Check, Evidence, Needs, ReasonKey, Trace, Verdict};
use super::reach::{is_access_team, privilege, role_grants};
use super::roles::TRAINING_DATA;
use super::types::keeps_data_closed;

/// The container's owner, administrators, System Customizers, and in 2023 co-owners. A model
/// without a container keeps its training data with its owner. A plain share never includes it.
pub(super) fn read_training_data(cx: &Context<'_>, trace: &mut impl Trace) -> Verdict {
    let Some(model) = cx.resource().and_then(Resource::model) else {
        return restrict(trace, ReasonKey::NotOffered);
    };
    let open = !keeps_data_closed(cx, model, trace);
    if !open && !trace.complete() {
        return Verdict::Deny;
    }
    let privileged = privilege(cx, Privilege::Read, trace);
    if !privileged && !trace.complete() {
        return Verdict::Deny;
    }
    let owner = model
        .container
        .as_ref()
        .map(|c| c.owner)
        .or(cx.resource().and_then(|r| r.owner));
    let mut reached = false;
    if let Some(owner) = owner.filter(|o| cx.counts_as(*o) && !is_access_team(cx, *o)) {
        reached = true;
        let make = |path| Evidence::ContainerOwner { owner, path };
        let _ = cx.counts_through(owner, Check::Reach, trace, make);
    }
    let here = Target::Environment(cx.environment_id);
    for grant in role_grants(cx).filter(|g| g.permissions().intersects(TRAINING_DATA)) {
        reached = true;
        let _ = cx.grant_counts(here, &grant, trace);
    }
    let shares = cx
        .own_grants()
        .filter(|g| g.permissions().intersects(TRAINING_DATA));
    let on = cx.request.target.resource().map_or(here, Target::Resource);
    for grant in shares.filter(|g| g.holds(cx.at())) {
        reached = true;
        let _ = cx.grant_counts(on, &grant, trace);
    }
    if !reached {
        trace.reason(Check::Reach, ReasonKey::TrainingDataClosed, || {
            Needs::Owner(owner)
        });
    }
    if open && privileged && reached {
        Verdict::Allow
    } else {
        Verdict::Deny
    }
}
