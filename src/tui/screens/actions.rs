//! All that can be done besides the great jobs, as data: each action is an intent with the fields that
//! it asks for. One form fills any of them in; the menu of a thing offers those that concern it.

use crate::domain::{GroupKind, Platform, PrincipalKind, ResourceKind, Target};
use crate::registry::{Intent, intents};
use strum::IntoEnumIterator;

use super::super::state::State;

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
    /// Whether a word has to be typed before it is done.
    pub grave: bool,
    /// The intent.
    pub build: fn(&Answers) -> Intent,
}

const fn text(label: &'static str, hint: &'static str) -> Field {
    Field {
        label,
        hint,
        kind: Kind::Text,
    }
}

const fn time(label: &'static str, hint: &'static str) -> Field {
    Field {
        label,
        hint,
        kind: Kind::Time,
    }
}

const fn list(label: &'static str, hint: &'static str) -> Field {
    Field {
        label,
        hint,
        kind: Kind::List,
    }
}

const fn choice(label: &'static str, options: fn(&State, Option<Target>) -> Vec<Option3>) -> Field {
    Field {
        label,
        hint: "",
        kind: Kind::Choice(options),
    }
}

const fn who(label: &'static str, hint: &'static str) -> Field {
    Field {
        label,
        hint,
        kind: Kind::Who,
    }
}

const fn person(label: &'static str, hint: &'static str) -> Field {
    Field {
        label,
        hint,
        kind: Kind::Person,
    }
}

const REASON: Field = text("Reason", "for the journal");
const NAME: Field = text("Name", "what people call it");

fn plain(values: impl IntoIterator<Item = (String, String)>) -> Vec<Option3> {
    let options = values.into_iter();
    options.map(|(v, t)| (v, t, String::new())).collect()
}

fn environments_of(state: &State, fits: impl Fn(Platform) -> bool) -> Vec<Option3> {
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

fn any_environment(state: &State, _: Option<Target>) -> Vec<Option3> {
    environments_of(state, |_| true)
}

fn google(state: &State, _: Option<Target>) -> Vec<Option3> {
    environments_of(state, |p| p == Platform::Google)
}

fn opensearch(state: &State, _: Option<Target>) -> Vec<Option3> {
    environments_of(state, |p| p == Platform::OpenSearch)
}

fn fabric(state: &State, _: Option<Target>) -> Vec<Option3> {
    environments_of(state, |p| p == Platform::Fabric)
}

fn platforms(_: &State, _: Option<Target>) -> Vec<Option3> {
    plain(Platform::iter().map(|p| (p.to_string(), p.title().to_owned())))
}

fn group_kinds(_: &State, _: Option<Target>) -> Vec<Option3> {
    plain(GroupKind::iter().map(|k| (k.to_string(), k.title().to_owned())))
}

fn modes(_: &State, _: Option<Target>) -> Vec<Option3> {
    let option = |value: &str, means: &str| (value.to_owned(), value.to_owned(), means.to_owned());
    vec![
        option("private", "the owner and administrators"),
        option("restricted", "whoever shares one of the backend roles"),
        option("public", "everybody who may use the cluster's models"),
    ]
}

fn versions(state: &State, on: Option<Target>) -> Vec<Option3> {
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

fn environment_roles(state: &State, on: Option<Target>) -> Vec<Option3> {
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

/// The roles that are bound in an environment, with those who hold them.
fn settings(state: &State, on: Option<Target>) -> Vec<Option3> {
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
fn setting_values(state: &State, on: Option<Target>, setting: &str) -> Vec<Option3> {
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

const GOOGLE: About = About::Model(Platform::Google);
const AI_BUILDER: About = About::Model(Platform::AiBuilder);

/// Every action.
pub const ACTIONS: &[Action] = &[
    Action {
        title: "rename or describe",
        means: "Change the model's name or description",
        about: About::Resource(ResourceKind::Model),
        verb: "Change",
        fields: &[NAME, text("About", "a description")],
        grave: false,
        build: |a| {
            intents::UpdateModel {
                model: a.subject(),
                name: a.get("Name"),
                description: a.get("About"),
                state: None,
            }
            .into()
        },
    },
    Action {
        title: "add a version",
        means: "Add a version to the model",
        about: GOOGLE,
        verb: "Add",
        fields: &[text("Id", "v2")],
        grave: false,
        build: |a| {
            intents::AddVersion {
                model: a.subject(),
                id: a.need("Id"),
                metrics: Vec::new(),
            }
            .into()
        },
    },
    Action {
        title: "choose the default version",
        means: "Choose the version that requests use when they name none",
        about: GOOGLE,
        verb: "Choose",
        fields: &[choice("Version", versions)],
        grave: false,
        build: |a| {
            intents::SetDefaultVersion {
                model: a.subject(),
                version: a.need("Version"),
            }
            .into()
        },
    },
    Action {
        title: "delete a version",
        means: "Remove one version of the model",
        about: About::Resource(ResourceKind::Model),
        verb: "Delete",
        fields: &[choice("Version", versions)],
        grave: true,
        build: |a| {
            intents::DeleteVersion {
                model: a.subject(),
                version: a.need("Version"),
            }
            .into()
        },
    },
    Action {
        title: "publish",
        means: "Let the trained model be run",
        about: AI_BUILDER,
        verb: "Publish",
        fields: &[],
        grave: false,
        build: |a| intents::Publish { model: a.subject() }.into(),
    },
    Action {
        title: "unpublish",
        means: "Take the model out of use",
        about: AI_BUILDER,
        verb: "Unpublish",
        fields: &[],
        grave: false,
        build: |a| intents::Unpublish { model: a.subject() }.into(),
    },
    Action {
        title: "take over",
        means: "Make the item of an owner who left one's own",
        about: About::Model(Platform::Fabric),
        verb: "Take over",
        fields: &[],
        grave: false,
        build: |a| intents::TakeOver { model: a.subject() }.into(),
    },
    Action {
        title: "move to another group",
        means: "Put the model into another model group",
        about: About::Model(Platform::OpenSearch),
        verb: "Move",
        fields: &[text("Group", "search/groups/ID")],
        grave: false,
        build: |a| {
            intents::MoveModel {
                model: a.subject(),
                group: a.need("Group"),
            }
            .into()
        },
    },
    Action {
        title: "rename or describe",
        means: "Change the group's name or description",
        about: About::Resource(ResourceKind::ModelGroup),
        verb: "Change",
        fields: &[NAME, text("About", "a description")],
        grave: false,
        build: |a| {
            intents::UpdateModelGroup {
                group: a.subject(),
                name: a.get("Name"),
                description: a.get("About"),
                ..intents::UpdateModelGroup::default()
            }
            .into()
        },
    },
    Action {
        title: "add a run",
        means: "Add a run to the experiment",
        about: About::Resource(ResourceKind::Experiment),
        verb: "Add",
        fields: &[text("Id", "run-2")],
        grave: false,
        build: |a| {
            intents::AddRun {
                experiment: a.subject(),
                id: a.need("Id"),
                metrics: Vec::new(),
            }
            .into()
        },
    },
    Action {
        title: "cancel",
        means: "Stop the job",
        about: About::Resource(ResourceKind::Job),
        verb: "Stop the job",
        fields: &[],
        grave: false,
        build: |a| intents::CancelJob { job: a.subject() }.into(),
    },
    Action {
        title: "change name, id or manager",
        means: "Change what the directory says of the user",
        about: About::User,
        verb: "Change",
        fields: &[
            NAME,
            text("Id", "a new id; everything held stays"),
            person("Manager", "who leads them"),
        ],
        grave: false,
        build: |a| {
            intents::UpdateUser {
                user: a.subject(),
                id: a.get("Id"),
                name: a.get("Name"),
                manager: a.get("Manager"),
            }
            .into()
        },
    },
    Action {
        title: "add to a group",
        means: "Make them a member of a group",
        about: About::User,
        verb: "Add",
        fields: &[who("Group", "the group")],
        grave: false,
        build: |a| {
            intents::SetMembership {
                group: a.need("Group"),
                add: vec![a.subject()],
                remove: Vec::new(),
            }
            .into()
        },
    },
    Action {
        title: "suspend",
        means: "Keep the user out; everything held comes back with them",
        about: About::User,
        verb: "Suspend",
        fields: &[],
        grave: false,
        build: |a| intents::SuspendUser { user: a.subject() }.into(),
    },
    Action {
        title: "restore",
        means: "Let a suspended or deleted user in again",
        about: About::User,
        verb: "Restore",
        fields: &[],
        grave: false,
        build: |a| intents::RestoreUser { user: a.subject() }.into(),
    },
    Action {
        title: "delete",
        means: "Delete the user for good; a tombstone stays. Offboarding (O) hands things over first",
        about: About::User,
        verb: "Delete",
        fields: &[],
        grave: true,
        build: |a| intents::DeleteUser { user: a.subject() }.into(),
    },
    Action {
        title: "add a member",
        means: "Put somebody into the group",
        about: About::Group,
        verb: "Add",
        fields: &[who("Who", "a person, group or service account")],
        grave: false,
        build: |a| {
            intents::SetMembership {
                group: a.subject(),
                add: vec![a.need("Who")],
                remove: Vec::new(),
            }
            .into()
        },
    },
    Action {
        title: "remove a member",
        means: "Take somebody out of the group",
        about: About::Group,
        verb: "Remove",
        fields: &[who("Who", "who is directly in it")],
        grave: false,
        build: |a| {
            intents::SetMembership {
                group: a.subject(),
                add: Vec::new(),
                remove: vec![a.need("Who")],
            }
            .into()
        },
    },
    Action {
        title: "delete",
        means: "Delete the group; a tombstone stays",
        about: About::Group,
        verb: "Delete",
        fields: &[],
        grave: true,
        build: |a| intents::DeleteGroup { group: a.subject() }.into(),
    },
    Action {
        title: "grant a role",
        means: "Give somebody a role in the whole environment",
        about: About::Environment,
        verb: "Grant",
        fields: &[
            who("To", "a person, team or service account"),
            choice("Role", environment_roles),
            time("From", "now"),
            time("Until", "for ever (or 2027-03-01)"),
            REASON,
        ],
        grave: false,
        build: |a| {
            intents::GrantRole {
                environment: a.subject(),
                role: a.need("Role"),
                to: a.need("To"),
                starts: a.get("From"),
                ends: a.get("Until"),
                reason: a.get("Reason"),
            }
            .into()
        },
    },
    Action {
        title: "revoke a role",
        means: "Take a role in the whole environment away",
        about: About::Environment,
        verb: "Revoke",
        fields: &[who("Of", "who holds it"), choice("Role", environment_roles)],
        grave: false,
        build: |a| {
            intents::RevokeRole {
                environment: a.subject(),
                role: a.need("Role"),
                from: a.need("Of"),
            }
            .into()
        },
    },
    Action {
        title: "change a setting",
        means: "Change one of the environment's settings",
        about: About::Environment,
        verb: "Change",
        fields: &[
            choice("Setting", settings),
            Field {
                label: "Value",
                hint: "a word, or names with commas",
                kind: Kind::Of("Setting", setting_values),
            },
        ],
        grave: false,
        build: |a| {
            intents::SetSetting {
                environment: a.subject(),
                setting: a.need("Setting"),
                value: a.need("Value"),
            }
            .into()
        },
    },
    Action {
        title: "assign backend roles",
        means: "Say which backend roles an account has",
        about: About::EnvironmentOf(Platform::OpenSearch),
        verb: "Assign",
        fields: &[
            person("User", "whose account"),
            list("Roles", "backend roles, with commas"),
        ],
        grave: false,
        build: |a| {
            intents::AssignBackendRoles {
                environment: a.subject(),
                user: a.need("User"),
                backend_roles: a.list("Roles"),
            }
            .into()
        },
    },
    Action {
        title: "map a role",
        means: "Say which names and backend roles mean a role",
        about: About::EnvironmentOf(Platform::OpenSearch),
        verb: "Map",
        fields: &[
            choice("Role", environment_roles),
            list("Users", "names or patterns, with commas"),
            list("Backend", "any of these backend roles"),
            list("All of", "all of these backend roles"),
        ],
        grave: false,
        build: |a| {
            intents::SetRoleMapping {
                environment: a.subject(),
                role: a.need("Role"),
                users: a.list("Users"),
                backend_roles: a.list("Backend"),
                and_backend_roles: a.list("All of"),
                hosts: Vec::new(),
            }
            .into()
        },
    },
    Action {
        title: "delete the environment",
        means: "Remove an empty environment",
        about: About::Environment,
        verb: "Delete",
        fields: &[],
        grave: true,
        build: |a| {
            intents::DeleteEnvironment {
                environment: a.subject(),
            }
            .into()
        },
    },
    Action {
        title: "new model",
        means: "Make a model",
        about: About::New(Maker::Model),
        verb: "Make",
        fields: &[
            choice("Where", any_environment),
            text("Id", "fraud-score"),
            NAME,
            text("About", "a description"),
            text("Type", "AI Builder's type of model; empty elsewhere"),
            text("Group", "OpenSearch: the model group's id"),
        ],
        grave: false,
        build: |a| {
            intents::CreateModel {
                environment: a.need("Where"),
                id: a.need("Id"),
                name: a.get("Name"),
                description: a.get("About"),
                kind: a.get("Type"),
                group: a.get("Group"),
            }
            .into()
        },
    },
    Action {
        title: "new model group",
        means: "Register an OpenSearch model group",
        about: About::New(Maker::ModelGroup),
        verb: "Register",
        fields: &[
            choice("Where", opensearch),
            NAME,
            text("About", "a description"),
            choice("Mode", modes),
            list("Roles", "backend roles, with commas (for restricted)"),
        ],
        grave: false,
        build: |a| {
            let roles = a.list("Roles");
            intents::CreateModelGroup {
                environment: a.need("Where"),
                name: a.need("Name"),
                description: a.get("About"),
                mode: a.get("Mode"),
                backend_roles: (!roles.is_empty()).then_some(roles),
                ..intents::CreateModelGroup::default()
            }
            .into()
        },
    },
    Action {
        title: "new user",
        means: "Add a person to the directory",
        about: About::New(Maker::Person),
        verb: "Add",
        fields: &[
            text("Id", "ann@acme.test"),
            NAME,
            person("Manager", "who leads them"),
        ],
        grave: false,
        build: |a| {
            intents::CreateUser {
                id: a.need("Id"),
                name: a.get("Name"),
                manager: a.get("Manager"),
            }
            .into()
        },
    },
    Action {
        title: "new service account",
        means: "Add a service account to the directory",
        about: About::New(Maker::Person),
        verb: "Add",
        fields: &[text("Id", "scorer@acme.test"), NAME],
        grave: false,
        build: |a| {
            intents::CreateServiceAccount {
                id: a.need("Id"),
                name: a.get("Name"),
            }
            .into()
        },
    },
    Action {
        title: "new group",
        means: "Add a group to the directory",
        about: About::New(Maker::Group),
        verb: "Add",
        fields: &[
            text("Id", "fraud@acme.test"),
            NAME,
            choice("Kind", group_kinds),
            list("Members", "user:ann@acme.test, group:…"),
        ],
        grave: false,
        build: |a| {
            intents::CreateGroup {
                id: a.need("Id"),
                name: a.get("Name"),
                kind: a.get("Kind"),
                members: a.list("Members"),
            }
            .into()
        },
    },
    Action {
        title: "new job",
        means: "Start a training or batch job",
        about: About::New(Maker::Job),
        verb: "Start",
        fields: &[
            choice("Where", google),
            text("Id", "train-2"),
            text("Model", "the model it is about, if any"),
        ],
        grave: false,
        build: |a| {
            intents::CreateJob {
                environment: a.need("Where"),
                id: a.need("Id"),
                model: a.get("Model"),
            }
            .into()
        },
    },
    Action {
        title: "new experiment",
        means: "Make an experiment",
        about: About::New(Maker::Experiment),
        verb: "Make",
        fields: &[choice("Where", fabric), text("Id", "exp-2"), NAME],
        grave: false,
        build: |a| {
            intents::CreateExperiment {
                environment: a.need("Where"),
                id: a.need("Id"),
                name: a.get("Name"),
            }
            .into()
        },
    },
    Action {
        title: "new environment",
        means: "Add a project, cluster, workspace or environment",
        about: About::New(Maker::Environment),
        verb: "Add",
        fields: &[choice("Platform", platforms), text("Id", "risk-prod"), NAME],
        grave: false,
        build: |a| {
            intents::CreateEnvironment {
                id: a.need("Id"),
                name: a.get("Name"),
                platform: a.need("Platform"),
            }
            .into()
        },
    },
    Action {
        title: "new sign-in account",
        means: "Let an operating-system account sign in as somebody of the directory",
        about: About::New(Maker::Login),
        verb: "Add",
        fields: &[
            text("Account", "as the operating system knows it: carol"),
            who("User", "a user or a service account"),
            choice("Store", managing),
        ],
        grave: false,
        build: |a| {
            intents::SetLogin {
                account: a.need("Account"),
                user: a.get("User"),
                store_administrator: Some(a.need("Store") == MANAGES),
            }
            .into()
        },
    },
    Action {
        title: "sign in as somebody else",
        means: "Change which user of the directory this account is",
        about: About::Login,
        verb: "Change",
        fields: &[who("User", "a user or a service account")],
        grave: false,
        build: |a| {
            intents::SetLogin {
                account: a.subject(),
                user: a.get("User"),
                store_administrator: None,
            }
            .into()
        },
    },
    Action {
        title: "make it store administrator",
        means: "Let it manage directory, environments, sign-in accounts and imports",
        about: About::Login,
        verb: "Change",
        fields: &[],
        grave: false,
        build: |a| manages(a, true),
    },
    Action {
        title: "no store administrator any more",
        means: "It goes on signing in, and manages the store no more",
        about: About::Login,
        verb: "Change",
        fields: &[],
        grave: false,
        build: |a| manages(a, false),
    },
    Action {
        title: "remove",
        means: "Let this account sign in no more",
        about: About::Login,
        verb: "Remove",
        fields: &[],
        grave: false,
        build: |a| {
            intents::RemoveLogin {
                account: a.subject(),
            }
            .into()
        },
    },
];

/// The value of an account that manages the store.
const MANAGES: &str = "yes";

fn managing(_: &State, _: Option<Target>) -> Vec<Option3> {
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

fn manages(answers: &Answers, yes: bool) -> Intent {
    intents::SetLogin {
        account: answers.subject(),
        user: None,
        store_administrator: Some(yes),
    }
    .into()
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
