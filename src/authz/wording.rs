//! Evidence and reasons in words. One sentence each, in the platform's own terms.

use crate::domain::text::count;
use crate::domain::{Platform, PrincipalId, PrincipalKind, Target, Timestamp, Window};

use super::decision::{Evidence, Explanation, Needs, Reason, ReasonKey, RoleSource, Verdict};
use super::effect::Effect;
use super::index::row::Origin;
use super::permission::PermissionSet;
use super::platforms;
use super::reader::Reader;
use super::snapshot::Snapshot;

/// What satisfied a check: `Model User, through Fraud team`.
pub fn evidence(snapshot: &Snapshot, evidence: &Evidence) -> String {
    match evidence {
        Evidence::Owner { path, .. } if path.is_empty() => "owner".to_owned(),
        Evidence::Owner { owner, path } => format!("owner{}", through(snapshot, *owner, path)),
        Evidence::Grant {
            on,
            origin,
            role,
            member,
            path,
            window,
        } => {
            let place = match (on, origin) {
                (_, Origin::Automatic) => " (automatic)".to_owned(),
                (_, Origin::Inherited(_)) => " inherited from above".to_owned(),
                (Target::Environment(_), _) => format!(" on {}", snapshot.target_label(*on)),
                _ => String::new(),
            };
            let title = role_title(snapshot, *on, role);
            format!(
                "{title}{place}{}{}",
                through(snapshot, *member, path),
                until(*window)
            )
        }
        Evidence::Role {
            role,
            source: RoleSource::Binding { member, path },
        } => format!("role {role}{}", through(snapshot, *member, path)),
        Evidence::Role { role, source } => format!("role {role}, {}", role_source(source)),
        Evidence::Depth {
            role,
            depth,
            supported,
            member,
            path,
        } => {
            let mark = if *supported {
                ""
            } else {
                " (not supported by the platform)"
            };
            format!(
                "{role} at depth {depth}{}{mark}",
                through(snapshot, *member, path)
            )
        }
        Evidence::Administrator { role } => format!("administrator ({role})"),
        Evidence::SuperAdministrator => "super administrator, by certificate".to_owned(),
        Evidence::PublicGroup => "the group is public".to_owned(),
        Evidence::BackendRole(role) => format!("backend role {role} in common with the group"),
        Evidence::OwnerlessGroup => "the group has no owner and is open".to_owned(),
        Evidence::Ungrouped => "it belongs to no group and is open".to_owned(),
        Evidence::AccessControlOff => {
            "model access control is off, so every group is open".to_owned()
        }
        Evidence::NoReachNeeded => "nothing more is needed on the resource itself".to_owned(),
        Evidence::ContainerOwner { owner, path } => {
            format!(
                "owner of the datasets container{}",
                through(snapshot, *owner, path)
            )
        }
        Evidence::TakeOver => "can write, and the owner is not active (take-over)".to_owned(),
        Evidence::FurtherWays { member } => {
            format!(
                "and more ways through groups to {}",
                snapshot.label(*member)
            )
        }
    }
}

/// How a role came to an account: `mapped to the backend role analyst`.
pub fn role_source(source: &RoleSource) -> String {
    match source {
        RoleSource::Account => "given to the account".to_owned(),
        RoleSource::MappedUser(name) => format!("mapped to the user {name}"),
        RoleSource::MappedBackendRole(backend) => format!("mapped to the backend role {backend}"),
        RoleSource::MappedAll(all) => {
            format!("mapped to the backend roles {} together", all.join(" and "))
        }
        RoleSource::MappedHost(host) => format!("mapped to the host {host}"),
        RoleSource::BackendRole => "a backend role taken as role".to_owned(),
        RoleSource::Binding { .. } => "granted in the environment".to_owned(),
    }
}

/// Why a row is in *Shared with me*, from the viewer's side: `shared with you through Fraud team`.
pub fn because(snapshot: &Snapshot, why: &Evidence, reader: Reader) -> String {
    match why {
        Evidence::Owner { path, .. } if path.is_empty() => {
            format!("{} it", reader.does(snapshot, "own", "owns"))
        }
        Evidence::Owner { owner, path } => format!("owned{}", through(snapshot, *owner, path)),
        Evidence::Grant { origin, path, .. } if *origin == Origin::Automatic && path.is_empty() => {
            "you started it".to_owned()
        }
        Evidence::Grant {
            on: on @ Target::Resource(_),
            role,
            member,
            path,
            window,
            ..
        } => {
            let whom = if path.is_empty() && !is_special(snapshot, *member) {
                format!("shared with {}", reader.name(snapshot))
            } else {
                format!("shared{}", through(snapshot, *member, path))
            };
            format!(
                "{whom} as {}{}",
                role_title(snapshot, *on, role),
                until(*window)
            )
        }
        Evidence::Administrator { .. } => {
            format!("{} administrator", reader.does(snapshot, "are", "is"))
        }
        Evidence::PublicGroup => "its group is public".to_owned(),
        Evidence::BackendRole(role) => format!("backend role {role} in common"),
        other => evidence(snapshot, other),
    }
}

/// The words after a grant that say through whom it comes.
fn through(snapshot: &Snapshot, member: PrincipalId, path: &[PrincipalId]) -> String {
    match path {
        [] if is_special(snapshot, member) => format!(", granted to {}", snapshot.label(member)),
        [] => String::new(),
        _ => {
            let names: Vec<String> = path.iter().map(|id| snapshot.label(*id)).collect();
            format!(", through {}", names.join(" › "))
        }
    }
}

fn is_special(snapshot: &Snapshot, member: PrincipalId) -> bool {
    snapshot.principal(member).is_some_and(|p| p.is_everybody())
}

fn until(window: Window) -> String {
    match (window.start, window.end) {
        (None, None) => String::new(),
        (None, Some(end)) => format!(", until {}", moment(end)),
        (Some(start), None) => format!(", from {}", moment(start)),
        (Some(start), Some(end)) => format!(", from {} until {}", moment(start), moment(end)),
    }
}

/// So many people and service accounts: `12 people and 1 service account`. `other` stands before
/// both nouns, with a blank after it, or is empty.
pub fn crowd(people: usize, service_accounts: usize, other: &str) -> String {
    let noun = |n: usize, one: &str, many: &str| {
        count(n, &format!("{other}{one}"), &format!("{other}{many}"))
    };
    let people_said = noun(people, "person", "people");
    let services = noun(service_accounts, "service account", "service accounts");
    match (people, service_accounts) {
        (_, 0) => people_said,
        (0, _) => services,
        _ => format!("{people_said} and {services}"),
    }
}

/// Whether a principal is a program rather than a person.
pub fn is_service_account(snapshot: &Snapshot, id: PrincipalId) -> bool {
    let kind = snapshot.principal(id).map(|p| &p.kind);
    matches!(
        kind,
        Some(PrincipalKind::ServiceAccount { .. } | PrincipalKind::ExternalServiceAccount)
    )
}

/// How many people and service accounts there are among some principals.
pub fn people(snapshot: &Snapshot, ids: &[PrincipalId]) -> String {
    let services = ids.iter().filter(|id| is_service_account(snapshot, **id));
    let services = services.count();
    crowd(ids.len() - services, services, "")
}

/// A moment in UTC, to the minute where no more was said: that a day begins at its midnight is worth
/// seeing before something ends then.
pub fn in_full(at: Timestamp) -> String {
    let text = at.to_string();
    let text = text
        .strip_suffix('Z')
        .unwrap_or(&text)
        .replacen('T', " ", 1);
    format!("{} UTC", text.strip_suffix(":00").unwrap_or(&text))
}

/// What a later moment brings: `From 2027-03-01 00:00 UTC on: −2 people can run`.
pub fn later(at: Timestamp, effect: &Effect) -> String {
    let day = in_full(at);
    if effect.is_empty() {
        format!("From {day} on it is as if nothing had been done.")
    } else {
        format!("From {day} on: {}", effect.summary())
    }
}

/// When a grant holds, seen from a moment: `until 2027-03-01`, `ended 2026-06-01`, `begins
/// 2026-12-28`; empty where it holds and goes on. `None` is a condition that can't be evaluated.
pub fn time(window: Option<Window>, now: Timestamp) -> String {
    let Some(window) = window else {
        return "never: its condition can't be evaluated".to_owned();
    };
    match (window.start, window.end) {
        (_, Some(end)) if end <= now => format!("ended {}", moment(end)),
        (Some(start), Some(end)) if now < start => {
            format!("begins {}, until {}", moment(start), moment(end))
        }
        (Some(start), None) if now < start => format!("begins {}", moment(start)),
        (_, Some(end)) => format!("until {}", moment(end)),
        (_, None) => String::new(),
    }
}

/// Midnight is written as the day.
pub fn moment(at: Timestamp) -> String {
    if at.0.rem_euclid(86_400) == 0 {
        at.date()
    } else {
        at.to_string()
    }
}

/// The title of a role where the platform has one: `Model User` for `roles/ml.modelUser`.
pub fn role_title(snapshot: &Snapshot, on: Target, role: &str) -> String {
    let place = snapshot.environment_of(on).and_then(|e| snapshot.place(e));
    let Some(place) = place else {
        return role.to_owned();
    };
    let environment = &place.environment;
    if let Some(level) = platforms::share_levels(environment)
        .iter()
        .find(|l| l.role == role)
    {
        return level.title.to_owned();
    }
    let known = platforms::roles(environment)
        .into_iter()
        .find(|r| r.name == role);
    known.map_or_else(|| role.to_owned(), |r| short_title(&r.title))
}

/// Google's titles all begin with the product's name.
fn short_title(title: &str) -> String {
    title
        .strip_prefix("AI Platform Prediction ")
        .or_else(|| title.strip_prefix("AI Platform "))
        .unwrap_or(title)
        .to_owned()
}

/// What failed, and what would satisfy it.
pub fn reason(snapshot: &Snapshot, about: Target, reason: &Reason) -> String {
    reason_naming(snapshot, about, reason, SHOWN_ROLES)
}

/// Roles that a reason names for people, the narrowest first.
const SHOWN_ROLES: usize = 3;

fn reason_naming(snapshot: &Snapshot, about: Target, reason: &Reason, roles: usize) -> String {
    if let Needs::Setting {
        environment,
        setting,
        value,
    } = &reason.needs
    {
        let place = snapshot.target_label(Target::Environment(*environment));
        return format!(
            "previews are switched off in {place}, and this model type is one: Delete is the only action until an administrator sets {setting} to {value} (set-setting)"
        );
    }
    let what = key(reason.key);
    let needs = needs(snapshot, about, &reason.needs, roles);
    if needs.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {needs}")
    }
}

/// A reason key in words.
pub const fn key(key: ReasonKey) -> &'static str {
    match key {
        ReasonKey::PrincipalSuspended => "the account is suspended",
        ReasonKey::PrincipalDeleted => "the account is deleted",
        ReasonKey::PrincipalCannotAct => "only users and service accounts can act",
        ReasonKey::NotOffered => "the platform offers nothing of the kind here",
        ReasonKey::UnsupportedType => {
            "this model type is no longer supported; Delete is the only action"
        }
        ReasonKey::GenericPredictionNotShareable => {
            "generic prediction models can't be shared: they run only on their owner's schedule, not in apps or flows"
        }
        ReasonKey::GenericPredictionSchedule => {
            "generic prediction models run only on their owner's schedule"
        }
        ReasonKey::NotPublished => "the model has no published version",
        ReasonKey::HiddenModel => "the model is hidden; only super administrators may do this",
        ReasonKey::GroupNotEmpty => "the group still holds models",
        ReasonKey::RoleLacksPermission => "no role held here allows it",
        ReasonKey::NoAccount => "there is no account in this environment",
        ReasonKey::NoIndexRead => "training reads index data, and no role held here does",
        ReasonKey::AdministratorOnly => "only administrators of the environment may do this",
        ReasonKey::NoGrant => "nothing grants it",
        ReasonKey::GrantExpired => "a grant has ended",
        ReasonKey::GrantNotStarted => "a grant has not begun",
        ReasonKey::ConditionUnreadable => "a grant has a condition that can't be evaluated",
        ReasonKey::PrivateGroup => "the group is private",
        ReasonKey::NoSharedBackendRole => "no backend role in common with the group",
        ReasonKey::OnlyOwnerOrAdministrator => "only the owner or an administrator may do this",
        ReasonKey::NotReached => "neither owned, nor within a role's depth, nor shared",
        ReasonKey::ShareTooNarrow => "it was shared, but not for this",
        ReasonKey::TrainingDataClosed => "the training data belongs to somebody else",
        ReasonKey::CorruptGroup => "the group's stored access data does not fit together",
        ReasonKey::GroupNotFound => "the model names a group that does not exist",
        ReasonKey::ResourceNotFound => "there is no such resource",
        ReasonKey::UnknownPermission => "the platform knows no such permission",
        ReasonKey::ModelNeeded => "name the model to predict with",
        ReasonKey::UndeployOneAtATime => {
            "with model access control on, one call undeploys one model: name one at a time"
        }
    }
}

fn needs(snapshot: &Snapshot, about: Target, needs: &Needs, shown: usize) -> String {
    let platform = snapshot
        .environment_of(about)
        .and_then(|e| snapshot.place(e))
        .map(|place| (place.platform(), place));
    match needs {
        Needs::Nothing | Needs::Setting { .. } => String::new(),
        Needs::Permission { any, on } => {
            let Some((platform, place)) = platform else {
                return String::new();
            };
            let place_name = snapshot.target_label(*on);
            let roles = roles_with(place, *any, shown);
            format!("needs {} on {place_name}{roles}", names(platform, *any))
        }
        Needs::Role { any, environment } => {
            let Some((platform, place)) = platform else {
                return String::new();
            };
            let place_name = snapshot.target_label(Target::Environment(*environment));
            let roles = roles_with(place, *any, shown);
            if any.len() > 3 {
                return format!("needs an administrator's role in {place_name}{roles}");
            }
            format!("needs {} in {place_name}{roles}", names(platform, *any))
        }
        Needs::Owner(Some(owner)) => format!("its owner is {}", snapshot.label(*owner)),
        Needs::Owner(None) => "it has no owner".to_owned(),
        Needs::BackendRole(roles) => format!("needs one of {}", roles.join(", ")),
        Needs::Privilege {
            privilege,
            depth,
            owner,
        } => {
            let depth = depth.map_or_else(String::new, |d| format!(" at depth {d}"));
            let owner = owner.map_or_else(String::new, |o| {
                format!("; its owner is {}", snapshot.label(o))
            });
            format!("needs {privilege}{depth}{owner}")
        }
        Needs::Window {
            role,
            member,
            window,
            at,
        } => {
            let title = role_title(snapshot, about, role);
            let state = match (window.start, window.end) {
                (Some(start), _) if *at < start => format!("begins {}", moment(start)),
                (_, Some(end)) => format!("ended {}", moment(end)),
                _ => "never holds".to_owned(),
            };
            format!("{title} for {} {state}", snapshot.label(*member))
        }
    }
}

fn names(platform: Platform, set: PermissionSet) -> String {
    set.iter()
        .map(|p| p.name(platform))
        .collect::<Vec<_>>()
        .join(" or ")
}

/// So many roles that hold any of the permissions, the narrowest first.
fn roles_with(place: &super::index::place::Place, any: PermissionSet, most: usize) -> String {
    let mut roles: Vec<_> = platforms::roles(&place.environment)
        .into_iter()
        .filter(|r| r.rights.permissions.intersects(any))
        .collect();
    roles.sort_by_key(|r| r.rights.permissions.len());
    let shown: Vec<&str> = roles.iter().take(most).map(|r| r.name.as_str()).collect();
    if shown.is_empty() {
        String::new()
    } else {
        let others = if roles.len() > shown.len() {
            " and others"
        } else {
            ""
        };
        format!(" (held by {}{others})", shown.join(", "))
    }
}

/// A whole decision as lines: the verdict, then each check.
pub fn explanation(snapshot: &Snapshot, about: Target, explanation: &Explanation) -> Vec<String> {
    lines(snapshot, about, explanation, SHOWN_ROLES)
}

/// The same with every role that would do, for programs.
pub fn explanation_in_full(
    snapshot: &Snapshot,
    about: Target,
    explanation: &Explanation,
) -> Vec<String> {
    lines(snapshot, about, explanation, usize::MAX)
}

fn lines(
    snapshot: &Snapshot,
    about: Target,
    explanation: &Explanation,
    roles: usize,
) -> Vec<String> {
    let mut lines = vec![match explanation.verdict {
        Verdict::Allow => "allowed".to_owned(),
        Verdict::Deny => format!(
            "denied by the {} check",
            explanation
                .first_failure()
                .map_or("first", <&'static str>::from)
        ),
        Verdict::Error => "can't be decided".to_owned(),
    }];
    let failed = explanation.first_failure();
    for (check, item) in &explanation.evidence {
        if failed.is_none_or(|f| *check < f) {
            lines.push(format!("  {check}: {}", evidence(snapshot, item)));
        }
    }
    for item in explanation.told() {
        lines.push(format!(
            "  {}: {}",
            item.check,
            reason_naming(snapshot, about, item, roles)
        ));
    }
    lines
}
