//! AI Builder: the levels of the share panel and, where models can be shared for more than running,
//! lists of Dataverse rights; and publishing.

use crate::domain::{Environment, ModelState, Platform};

use super::super::permission::{Permission, PermissionSet};
use super::super::platforms::ai_builder::{LEVEL_USER, edits, is_rights_list};
use super::super::platforms::{self, resource_role};
use super::moves::Move;
use super::question::Question;

/// The levels, and lists that keep what the principal has by the present share, which they replace,
/// and add one right: nothing that a single question asks for takes two. A share without Read could
/// not be found by whom it is for, so none is proposed. A level comes before the list of the same
/// rights; Co-owner is broader than any list, for it opens the training data, which no list holds.
pub(super) fn shares(environment: &Environment, has: PermissionSet) -> Vec<String> {
    let levels = platforms::share_levels(environment);
    let mut shares: Vec<String> = levels.into_iter().map(|level| level.role).collect();
    let carried = |role: &str| {
        let rights = resource_role(environment, role);
        rights.map_or(PermissionSet::EMPTY, |r| r.permissions)
    };
    let mut known: Vec<PermissionSet> = shares.iter().map(|role| carried(role)).collect();
    let kept = has.union(carried(LEVEL_USER));
    for place in 0u8..64 {
        let one = Permission(place);
        let role = written(kept.with(one));
        let sharable = is_rights_list(one.name(Platform::AiBuilder)) && !edits(environment, &role);
        if sharable && !known.contains(&carried(&role)) {
            known.push(carried(&role));
            shares.push(role);
        }
    }
    shares
}

/// A list of rights; training data is no right that a list can hold.
fn written(rights: PermissionSet) -> String {
    let names = rights.iter().map(|p| p.name(Platform::AiBuilder));
    let names: Vec<&str> = names.filter(|n| is_rights_list(n)).collect();
    names.join(", ")
}

/// Publishing a model that is not published.
pub(super) fn publications(question: &Question<'_>) -> Vec<Move> {
    let unpublished = question.resources().into_iter().filter(|id| {
        let resource = question.small.resource(*id);
        let model = resource.and_then(|r| r.model());
        model.is_some_and(|m| m.state != Some(ModelState::Published))
    });
    unpublished.map(|model| Move::Publish { model }).collect()
}
