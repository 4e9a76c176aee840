//! The platforms' own rules. One platform is one file or folder here and one arm in each function
//! below; nothing outside this folder knows a role or permission by name.

pub mod ai_builder;
pub mod fabric;
pub mod google;
pub mod opensearch;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;

use crate::domain::{
    Capability, Depth, Environment, EnvironmentId, GroupKind, Platform, PrincipalId, PrincipalKind,
    Resource, ResourceKind, Target, Timestamp,
};

use super::decide::{Asker, Context};
use super::decision::{ReasonKey, Trace, Verdict};
use super::index::place::{Place, Rights};
use super::index::postings::Posting;
use super::index::row::Held;
use super::lists::ListKind;
use super::permission::{Permission, PermissionSet};
use super::request::ActionId;
use super::snapshot::Snapshot;

/// A role as the catalogue shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleInfo {
    /// The name that bindings use.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it gives.
    pub rights: Rights,
    /// Whether somebody defined it in the environment.
    pub custom: bool,
}

/// What can be granted on a resource of a platform, from the usual to the widest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareLevel {
    /// The role that a binding would name.
    pub role: String,
    /// What people call it.
    pub title: &'static str,
    /// What it lets people do.
    pub means: &'static str,
}

/// What intents do to an environment or resource beyond what capabilities name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Make a model.
    CreateModel,
    /// Add a version to a model.
    AddVersion,
    /// Make a model group.
    CreateGroup,
    /// Change a model group's name or access.
    UpdateGroup,
    /// Remove a model group.
    DeleteGroup,
    /// Start a job.
    CreateJob,
    /// Stop a job.
    CancelJob,
    /// Make or change an experiment.
    WriteExperiment,
    /// Change or remove somebody's role.
    ChangeRoles,
}

/// The permission that doing something needs; `None` where the platform has nothing of the kind.
pub const fn permission_to(platform: Platform, doing: Doing) -> Option<&'static str> {
    match platform {
        Platform::Google => google::permission_to(doing),
        Platform::OpenSearch => opensearch::permission_to(doing),
        Platform::Fabric => fabric::permission_to(doing),
        Platform::AiBuilder => ai_builder::permission_to(doing),
    }
}

/// The names of a platform's permissions, in order of bits.
pub fn vocabulary(platform: Platform) -> &'static [&'static str] {
    match platform {
        Platform::Google => google::VOCABULARY,
        Platform::OpenSearch => opensearch::VOCABULARY,
        Platform::Fabric => fabric::VOCABULARY,
        Platform::AiBuilder => ai_builder::VOCABULARY,
    }
}

/// Looks a permission up by name. Microsoft's names compare without case, and the words of its
/// share dialogs are understood too.
pub fn find_permission(platform: Platform, name: &str) -> Option<Permission> {
    let place = |matches: &dyn Fn(&str) -> bool| {
        let place = vocabulary(platform).iter().position(|n| matches(n))?;
        u8::try_from(place).ok().map(Permission)
    };
    match platform {
        Platform::Google => exact(&GOOGLE_WORDS, name),
        Platform::OpenSearch => {
            let name = name.strip_prefix(opensearch::PREFIX).unwrap_or(name);
            exact(&OPENSEARCH_WORDS, name)
        }
        Platform::Fabric => {
            let name = fabric::plain_name(name);
            place(&|n| n.eq_ignore_ascii_case(name))
        }
        Platform::AiBuilder => {
            let name = ai_builder::plain_name(name);
            place(&|n| n.eq_ignore_ascii_case(&name))
        }
    }
}

/// Permissions by name, where names compare exactly and there are dozens.
type Words = LazyLock<FxHashMap<&'static str, Permission>>;

static GOOGLE_WORDS: Words = LazyLock::new(|| words(google::VOCABULARY));
static OPENSEARCH_WORDS: Words = LazyLock::new(|| words(opensearch::VOCABULARY));

fn words(vocabulary: &[&'static str]) -> FxHashMap<&'static str, Permission> {
    let numbered = vocabulary.iter().copied().zip((0..).map(Permission));
    numbered.collect()
}

fn exact(words: &Words, name: &str) -> Option<Permission> {
    words.get(name).copied()
}

/// What a role gives when it is granted in the environment; `None` for unknown and disabled ones.
pub(super) fn environment_role(environment: &Environment, role: &str) -> Option<Rights> {
    match environment.platform() {
        Platform::Google => google::role(environment, role),
        Platform::OpenSearch => opensearch::role(environment, role),
        Platform::Fabric => fabric::workspace_role(environment, role),
        Platform::AiBuilder => ai_builder::security_role(environment, role),
    }
}

/// What a role gives when it is granted on one resource.
pub(super) fn resource_role(environment: &Environment, role: &str) -> Option<Rights> {
    match environment.platform() {
        Platform::Google => google::role(environment, role),
        Platform::OpenSearch => None,
        Platform::Fabric => Some(fabric::item_rights(environment, role)),
        Platform::AiBuilder => ai_builder::share_rights(environment, role),
    }
}

/// Whether a role gives anything when it is granted in an environment, or on one of its resources
/// (`own`): an unknown or disabled one gives nothing.
pub fn gives_anything(environment: &Environment, role: &str, own: bool) -> bool {
    let rights = if own {
        resource_role(environment, role)
    } else {
        environment_role(environment, role)
    };
    rights.is_some_and(|r| !r.permissions.is_empty())
}

/// The role that people mean by its id or by its title (*Model User*, *Read and share*), for what is
/// granted on a single resource; the text itself where no role is called so.
pub fn role_called(environment: &Environment, text: &str) -> String {
    let levels = share_levels(environment);
    let roles = roles(environment);
    let mut ids = levels
        .iter()
        .map(|l| &l.role)
        .chain(roles.iter().map(|r| &r.name));
    if ids.any(|id| id.eq_ignore_ascii_case(text)) {
        return text.to_owned();
    }
    let level = levels.iter().find(|l| l.title.eq_ignore_ascii_case(text));
    let level = level.map(|l| l.role.clone());
    // On other platforms a role of the environment is nothing that one resource is shared with.
    let google = environment.platform() == Platform::Google;
    let role = || {
        let mut called = roles.iter().filter(|r| r.title.eq_ignore_ascii_case(text));
        let found = called.next().filter(|_| google)?;
        called.next().is_none().then(|| found.name.clone())
    };
    level.or_else(role).unwrap_or_else(|| text.to_owned())
}

/// The role whose members own a resource of some kind. On Google it says who does; elsewhere no
/// role has such a name.
pub const fn owner_role(kind: ResourceKind) -> Option<&'static str> {
    match kind {
        ResourceKind::Model => Some(google::MODEL_OWNER),
        ResourceKind::Job => Some(google::JOB_OWNER),
        _ => None,
    }
}

/// A grant that nobody wrote, its holder and role: whoever started an operation on Google owns it.
pub(super) fn automatic_grant(
    platform: Platform,
    resource: &Resource,
) -> Option<(PrincipalId, &'static str)> {
    match platform {
        Platform::Google => google::automatic_grant(resource),
        _ => None,
    }
}

/// The three checks of one platform.
pub(super) fn decide(cx: &Context<'_>, trace: &mut impl Trace) -> Verdict {
    match cx.place.platform() {
        Platform::Google => google::decide(cx, trace),
        Platform::OpenSearch => opensearch::decide(cx, trace),
        Platform::Fabric => fabric::decide(cx, trace),
        Platform::AiBuilder => ai_builder::decide(cx, trace),
    }
}

/// Why one call does not do something to several resources at once, where a platform says so.
pub(super) fn one_a_call(environment: &Environment, action: ActionId) -> Option<ReasonKey> {
    match environment.platform() {
        Platform::OpenSearch => opensearch::one_a_call(environment, action),
        _ => None,
    }
}

/// Whether a principal administers all models of an environment in the platform's own terms, and
/// through which role.
pub fn administrator(
    snapshot: &Snapshot,
    environment: EnvironmentId,
    principal: PrincipalId,
    at: Timestamp,
) -> Option<Arc<str>> {
    let place = snapshot.place(environment)?;
    if place.platform() == Platform::OpenSearch {
        return opensearch::administrator(snapshot, environment, principal, at);
    }
    place
        .grants_to(snapshot.closure(principal))
        .find(|g| {
            let administers = match place.platform() {
                Platform::Google => google::administers_models(g.rights),
                Platform::AiBuilder => {
                    g.rights.administrator && !is_access_team(snapshot, g.member)
                }
                _ => g.rights.administrator,
            };
            administers && g.holds(at)
        })
        .map(|g| g.role().clone())
}

/// Where a list has to look in an environment beyond what names the principal itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Nowhere.
    Nothing,
    /// Everywhere: something that holds in the whole environment shows its models.
    Whole,
    /// Under these postings.
    Under(Vec<Posting>),
}

/// Where a list, of what a capability is held on, has to look in an environment: too much costs
/// time, too little would lose rows.
pub(super) fn span(
    asker: &Asker<'_>,
    (environment, place): (EnvironmentId, &Place),
    (kind, capability): (ListKind, Capability),
    at: Timestamp,
) -> Span {
    let seeing = capability == Capability::See;
    let standing = || place.grants_to(asker.closure()).filter(|g| g.holds(at));
    let whole = match place.platform() {
        Platform::OpenSearch => return opensearch::span(asker, (environment, place), seeing, at),
        // Roles in the project are no shares, unless they administer.
        Platform::Google if kind == ListKind::SharedWithMe => {
            standing().any(|g| google::administers_models(g.rights))
        }
        Platform::Google if seeing => standing().any(|g| google::sees_models(g.rights)),
        Platform::Google | Platform::Fabric => standing().next().is_some(),
        Platform::AiBuilder if kind == ListKind::SharedWithMe => {
            standing().any(|g| g.rights.administrator)
        }
        Platform::AiBuilder => standing().any(|g| g.rights.depths.widest() > Some(Depth::User)),
    };
    if whole { Span::Whole } else { Span::Nothing }
}

/// The principals through which anybody could be allowed an action on a target: who is granted
/// something on it or around it, who owns it, and on OpenSearch who has an account. `None` when
/// the target is not there.
pub(super) fn named(
    snapshot: &Snapshot,
    action: ActionId,
    target: Target,
) -> Option<BTreeSet<PrincipalId>> {
    let environment = snapshot.environment_of(target)?;
    let place = snapshot.place(environment)?;
    let row = target.resource().and_then(|id| snapshot.row(id));
    let own = row.into_iter().flat_map(|row| place.grants_on(row));
    let wanted = match place.platform() {
        Platform::Google => google::any_of(action, target, row.map(|r| r.kind)),
        // An owner's standing, a depth or a take-over may count as well.
        _ => PermissionSet::first(64),
    };
    let gives = |g: &Held<'_>| g.permissions().intersects(wanted);
    let mut named: BTreeSet<PrincipalId> = own.filter(gives).map(|g| g.member).collect();
    named.extend(row.and_then(|row| row.owner));
    let standing = place.grants().filter(gives);
    match place.platform() {
        Platform::Google | Platform::Fabric => named.extend(standing.map(|g| g.member)),
        // Whoever reaches a model by a role does so at more than the depth of their own rows, or
        // as reader of its training data.
        Platform::AiBuilder => {
            let reaching =
                standing.filter(|g| row.is_none() || ai_builder::reaches_others(g.rights));
            named.extend(reaching.map(|g| g.member));
            let resource = target.resource().and_then(|id| snapshot.resource(id));
            let model = resource.and_then(Resource::model);
            let container = model.and_then(|m| m.container.as_ref());
            named.extend(container.map(|c| c.owner));
        }
        Platform::OpenSearch => {
            named.extend(standing.map(|g| g.member));
            named.extend(opensearch::accounts(snapshot, environment, place));
        }
    }
    Some(named)
}

/// Whether nothing but grants decides about a target, so that whoever counts as somebody to whom
/// they allow something is allowed it: neither an account's privileges nor a standing of one's own
/// is asked for.
pub(super) fn decides_by_grants(snapshot: &Snapshot, target: Target) -> bool {
    let place = snapshot.environment_of(target);
    let platform = place.and_then(|id| Some(snapshot.place(id)?.platform()));
    matches!(platform, Some(Platform::Google | Platform::Fabric))
}

/// Everybody whom an environment as a whole names: by a role granted in it or above it, an account,
/// or a certificate.
pub(super) fn standing(
    snapshot: &Snapshot,
    environment: EnvironmentId,
) -> impl Iterator<Item = PrincipalId> + '_ {
    let place = snapshot.place(environment).into_iter();
    place.flat_map(move |place| {
        let granted = place.grants().map(|grant| grant.member);
        granted.chain(opensearch::accounts(snapshot, environment, place))
    })
}

/// Whether an environment as a whole names any of these, which are in ascending order: what they
/// may do there does not hang on single resources alone.
pub fn stands_in(snapshot: &Snapshot, environment: EnvironmentId, ids: &[PrincipalId]) -> bool {
    snapshot.place(environment).is_some_and(|place| {
        let certified = opensearch::certified(&place.environment);
        let named = |id: &PrincipalId| {
            snapshot.account(environment, *id).is_some() || certified.contains(id)
        };
        place.grants_to(ids).next().is_some() || ids.iter().any(named)
    })
}

/// Whether this is a Dataverse access team, which owns nothing and passes no role on.
pub fn is_access_team(snapshot: &Snapshot, id: PrincipalId) -> bool {
    snapshot.principal(id).is_some_and(|p| {
        matches!(
            p.kind,
            PrincipalKind::Group {
                kind: GroupKind::AccessTeam,
                ..
            }
        )
    })
}

/// The role that whoever makes an environment holds in it.
pub const fn administrator_role(platform: Platform) -> &'static str {
    match platform {
        Platform::Google => "roles/owner",
        Platform::OpenSearch => "all_access",
        Platform::Fabric => "Admin",
        Platform::AiBuilder => "System Administrator",
    }
}

/// Whether a platform decides access by the mode of a model group rather than by grants.
pub const fn access_by_mode(platform: Platform) -> bool {
    matches!(platform, Platform::OpenSearch)
}

/// Roles that can be granted in an environment, predefined ones first.
pub fn roles(environment: &Environment) -> Vec<RoleInfo> {
    let predefined: Vec<(&str, &str)> = match environment.platform() {
        Platform::Google => google::predefined(environment)
            .map(|r| (r.name, r.title))
            .collect(),
        Platform::OpenSearch => opensearch::PREDEFINED.to_vec(),
        Platform::Fabric => fabric::PREDEFINED.to_vec(),
        Platform::AiBuilder => ai_builder::PREDEFINED.to_vec(),
    };
    let info = |name: &str, title: &str, custom| {
        let rights = environment_role(environment, name).unwrap_or_default();
        RoleInfo {
            name: name.to_owned(),
            title: title.to_owned(),
            rights,
            custom,
        }
    };
    // A predefined name means the predefined role, whatever was defined under it.
    let taken = |id: &str| predefined.iter().any(|(name, _)| *name == id);
    let defined: Vec<_> = environment.roles.iter().filter(|r| !taken(&r.id)).collect();
    let custom = defined
        .into_iter()
        .map(|role| info(&role.id, role.title.as_deref().unwrap_or(&role.id), true));
    let shipped = predefined
        .iter()
        .map(|(name, title)| info(name, title, false));
    shipped.chain(custom).collect()
}

/// The levels at which one resource of an environment can be shared.
pub fn share_levels(environment: &Environment) -> Vec<ShareLevel> {
    let levels: &[(&str, &'static str, &'static str)] = match environment.platform() {
        Platform::Google => google::SHARE_LEVELS,
        Platform::OpenSearch => &[],
        Platform::Fabric => fabric::share_levels(environment),
        Platform::AiBuilder => ai_builder::share_levels(environment),
    };
    levels
        .iter()
        .map(|(role, title, means)| ShareLevel {
            role: (*role).to_owned(),
            title,
            means,
        })
        .collect()
}
