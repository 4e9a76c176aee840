//! What can be chosen in the fields of actions.

use strum::IntoEnumIterator;

use crate::domain::{GroupKind, Platform, Target};
use crate::registry::{Intent, intents};

use super::super::super::state::State;
use super::{Answers, Option3};

pub(super) fn plain(values: impl IntoIterator<Item = (String, String)>) -> Vec<Option3> {
    let options = values.into_iter();
    options.map(|(v, t)| (v, t, String::new())).collect()
}

pub(super) fn environments_of(state: &State, fits: impl Fn(Platform) -> bool) -> Vec<Option3> {
    let places = state.snapshot.places().filter(|(_, p)| fits(p.platform()));
    places
        .map(|(_, place)| {
            let environment = &place.environment;
            let title = environment.label().to_owned();
            let platform = place.platform().title().to_owned();
            (environment.id.clone(), title, platform)
        })
        .collect()
}

pub(super) fn any_environment(state: &State, _: Option<Target>) -> Vec<Option3> {
    environments_of(state, |_| true)
}

pub(super) fn google(state: &State, _: Option<Target>) -> Vec<Option3> {
    environments_of(state, |p| p == Platform::Google)
}

pub(super) fn opensearch(state: &State, _: Option<Target>) -> Vec<Option3> {
    environments_of(state, |p| p == Platform::OpenSearch)
}

pub(super) fn fabric(state: &State, _: Option<Target>) -> Vec<Option3> {
    environments_of(state, |p| p == Platform::Fabric)
}

pub(super) fn platforms(_: &State, _: Option<Target>) -> Vec<Option3> {
    plain(Platform::iter().map(|p| (p.to_string(), p.title().to_owned())))
}

pub(super) fn group_kinds(_: &State, _: Option<Target>) -> Vec<Option3> {
    plain(GroupKind::iter().map(|k| (k.to_string(), k.title().to_owned())))
}

pub(super) fn modes(_: &State, _: Option<Target>) -> Vec<Option3> {
    let option = |value: &str, means: &str| (value.to_owned(), value.to_owned(), means.to_owned());
    vec![
        option("private", "the owner and administrators"),
        option("restricted", "whoever shares one of the backend roles"),
        option("public", "everybody who may use the cluster's models"),
    ]
}

pub(super) fn versions(state: &State, on: Option<Target>) -> Vec<Option3> {
    let id = on.and_then(Target::resource);
    let resource = id.and_then(|id| state.snapshot.resource(id));
    let model = resource.and_then(|r| r.model());
    let versions = model.map(|m| m.versions.as_slice()).unwrap_or_default();
    versions
        .iter()
        .map(|v| {
            let means = if v.default { "the default" } else { "" };
            (v.id.clone(), v.id.clone(), means.to_owned())
        })
        .collect()
}

pub(super) fn environment_roles(state: &State, on: Option<Target>) -> Vec<Option3> {
    let environment = on.and_then(|t| state.snapshot.environment_of(t));
    let place = environment.and_then(|e| state.snapshot.place(e));
    let Some(place) = place else {
        return Vec::new();
    };
    crate::authz::platforms::roles(&place.environment)
        .into_iter()
        .map(|r| (r.name, r.title, String::new()))
        .collect()
}

/// The settings that an environment's platform shows.
pub(super) fn settings(state: &State, on: Option<Target>) -> Vec<Option3> {
    let environment = on.and_then(|t| state.snapshot.environment_of(t));
    let place = environment.and_then(|e| state.snapshot.place(e));
    place.map_or_else(Vec::new, |place| {
        intents::settings::shown(&place.environment)
            .into_iter()
            .map(|(name, value)| {
                (
                    name.to_owned(),
                    intents::settings::title(name),
                    format!("now {value}"),
                )
            })
            .collect()
    })
}

/// What a setting that is on or off can be; the other value first.
pub(super) fn setting_values(state: &State, on: Option<Target>, setting: &str) -> Vec<Option3> {
    let environment = on.and_then(|t| state.snapshot.environment_of(t));
    let place = environment.and_then(|e| state.snapshot.place(e));
    let shown = place.map(|p| intents::settings::shown(&p.environment));
    let mut shown = shown.unwrap_or_default().into_iter();
    let now = shown.find(|(name, _)| *name == setting).map(|(_, v)| v);
    let values = match now.as_deref() {
        Some("true") => ["false", "true"],
        Some("false") => ["true", "false"],
        _ => return Vec::new(),
    };
    let plain = values.map(|v| (v.to_owned(), v.to_owned(), String::new()));
    plain.to_vec()
}

/// The value of an account that manages the store.
pub(super) const MANAGES: &str = "yes";

pub(super) fn managing(_: &State, _: Option<Target>) -> Vec<Option3> {
    let option = |value: &str, title: &str, means: &str| {
        (value.to_owned(), title.to_owned(), means.to_owned())
    };
    vec![
        option("no", "no", "may do what the user's roles allow"),
        option(
            MANAGES,
            "administrator",
            "manages directory, sign-in, imports",
        ),
    ]
}

pub(super) fn manages(answers: &Answers, yes: bool) -> Intent {
    intents::SetLogin {
        account: answers.subject(),
        user: None,
        store_administrator: Some(yes),
    }
    .into()
}
