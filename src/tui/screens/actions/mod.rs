//! All that can be done besides the great jobs, as data: each action is an intent with the fields that
//! it asks for. One form fills any of them in; the menu of a thing offers those that concern it.

mod fields;
mod options;
mod table;

use crate::domain::{Platform, PrincipalKind, ResourceKind, Target};
use crate::registry::Intent;

use super::super::state::State;

pub use table::ACTIONS;

/// What an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A resource of a kind.
    Resource(ResourceKind),
    /// A model on one platform.
    Model(Platform),
    /// A user.
    User,
    /// A group of the directory.
    Group,
    /// An environment.
    Environment,
    /// An environment of one platform.
    EnvironmentOf(Platform),
    /// A sign-in account.
    Login,
    /// Nothing yet: it makes something new.
    New(Maker),
}

/// What is made new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Maker {
    Model,
    ModelGroup,
    Person,
    Group,
    Job,
    Experiment,
    Environment,
    Login,
}

/// How a field is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A line of text.
    Text,
    /// Texts with commas between them.
    List,
    /// A moment: a date, or `in 2 weeks`.
    Time,
    /// Anybody of the directory.
    Who,
    /// A person.
    Person,
    /// One of what there is, as (value, title, meaning).
    Choice(fn(&State, Option<Target>) -> Vec<Option3>),
    /// One of what there is for the value of another field; a line of text where that has no list.
    Of(&'static str, Dependent),
}

/// Options as [`Kind::Choice`] has them, for the value of another field.
pub type Dependent = fn(&State, Option<Target>, &str) -> Vec<Option3>;

/// Value, title and meaning of an option.
pub type Option3 = (String, String, String);

/// One field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name, at most eight cells.
    pub label: &'static str,
    /// What stands in it while it is empty.
    pub hint: &'static str,
    /// How it is asked for.
    pub kind: Kind,
}

/// What was filled in.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// The reference of what the action is about.
    pub subject: String,
    /// Field and value, in order; empty values are left out.
    pub values: Vec<(&'static str, String)>,
}

impl Answers {
    fn get(&self, label: &str) -> Option<String> {
        let found = self.values.iter().find(|(l, _)| *l == label);
        found.map(|(_, v)| v.clone())
    }

    fn need(&self, label: &str) -> String {
        self.get(label).unwrap_or_default()
    }

    fn list(&self, label: &str) -> Vec<String> {
        let text = self.need(label);
        let parts = text.split(',').map(str::trim).filter(|p| !p.is_empty());
        parts.map(str::to_owned).collect()
    }

    fn subject(&self) -> String {
        self.subject.clone()
    }
}

/// One action.
#[derive(Debug)]
pub struct Action {
    /// What it is called.
    pub title: &'static str,
    /// What it does, in a sentence.
    pub means: &'static str,
    /// What it is about.
    pub about: About,
    /// What the button says.
    pub verb: &'static str,
    /// What it asks for.
    pub fields: &'static [Field],
    /// The intent.
    pub build: fn(&Answers) -> Intent,
}

/// What actions can be about, of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The name on the panel.
    pub title: String,
    /// The reference that intents take.
    pub reference: String,
    /// What the fields' options are about.
    pub target: Option<Target>,
    /// What it is, from the most general on.
    about: Vec<About>,
}

impl Subject {
    /// A resource.
    pub fn resource(state: &State, id: crate::domain::ResourceId) -> Option<Self> {
        let resource = state.snapshot.resource(id)?;
        let mut about = vec![About::Resource(resource.kind())];
        if resource.kind() == ResourceKind::Model {
            let place = state.snapshot.place(resource.environment)?;
            about.push(About::Model(place.platform()));
        }
        Some(Self {
            title: resource.label().to_owned(),
            reference: state.id_of(id),
            target: Some(Target::Resource(id)),
            about,
        })
    }

    /// A user or a group.
    pub fn principal(state: &State, id: crate::domain::PrincipalId) -> Option<Self> {
        let principal = state.snapshot.principal(id)?;
        let about = match principal.kind {
            PrincipalKind::User { .. } => vec![About::User],
            PrincipalKind::Group { .. } => vec![About::Group],
            _ => Vec::new(),
        };
        Some(Self {
            title: principal.label().to_owned(),
            reference: principal.reference(),
            target: None,
            about,
        })
    }

    /// An environment.
    pub fn environment(state: &State, id: crate::domain::EnvironmentId) -> Option<Self> {
        let place = state.snapshot.place(id)?;
        Some(Self {
            title: place.environment.label().to_owned(),
            reference: place.environment.id.clone(),
            target: Some(Target::Environment(id)),
            about: vec![About::Environment, About::EnvironmentOf(place.platform())],
        })
    }

    /// A sign-in account.
    pub fn login(account: &str) -> Self {
        Self {
            title: account.to_owned(),
            reference: account.to_owned(),
            target: None,
            about: vec![About::Login],
        }
    }

    /// Something that has only commands, by the name of where it stands.
    pub fn entry(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            reference: String::new(),
            target: None,
            about: Vec::new(),
        }
    }

    /// Something that is not there yet.
    pub fn new(maker: Maker) -> Self {
        Self {
            title: String::new(),
            reference: String::new(),
            target: None,
            about: vec![About::New(maker)],
        }
    }

    /// The actions that concern it.
    pub fn actions(&self) -> impl Iterator<Item = &'static Action> + '_ {
        ACTIONS.iter().filter(|a| self.about.contains(&a.about))
    }
}
