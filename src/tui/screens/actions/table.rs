//! Every action.

use crate::domain::{Platform, ResourceKind};
use crate::registry::intents;

use super::fields::{NAME, REASON, choice, list, person, text, time, who};
use super::options::{
    MANAGES, any_environment, environment_roles, fabric, google, group_kinds, manages, managing,
    modes, opensearch, platforms, setting_values, settings, versions,
};
use super::{About, Action, Field, Kind, Maker};

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
        build: |a| intents::Publish { model: a.subject() }.into(),
    },
    Action {
        title: "unpublish",
        means: "Take the model out of use",
        about: AI_BUILDER,
        verb: "Unpublish",
        fields: &[],
        build: |a| intents::Unpublish { model: a.subject() }.into(),
    },
    Action {
        title: "take over",
        means: "Make the item of an owner who left one's own",
        about: About::Model(Platform::Fabric),
        verb: "Take over",
        fields: &[],
        build: |a| intents::TakeOver { model: a.subject() }.into(),
    },
    Action {
        title: "move to another group",
        means: "Put the model into another model group",
        about: About::Model(Platform::OpenSearch),
        verb: "Move",
        fields: &[text("Group", "search/groups/ID")],
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
        build: |a| intents::SuspendUser { user: a.subject() }.into(),
    },
    Action {
        title: "restore",
        means: "Let a suspended or deleted user in again",
        about: About::User,
        verb: "Restore",
        fields: &[],
        build: |a| intents::RestoreUser { user: a.subject() }.into(),
    },
    Action {
        title: "delete",
        means: "Delete the user for good; a tombstone stays. Offboarding (O) hands things over first",
        about: About::User,
        verb: "Delete",
        fields: &[],
        build: |a| intents::DeleteUser { user: a.subject() }.into(),
    },
    Action {
        title: "add a member",
        means: "Put somebody into the group",
        about: About::Group,
        verb: "Add",
        fields: &[who("Who", "a person, group or service account")],
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
        build: |a| manages(a, true),
    },
    Action {
        title: "no store administrator any more",
        means: "It goes on signing in, and manages the store no more",
        about: About::Login,
        verb: "Change",
        fields: &[],
        build: |a| manages(a, false),
    },
    Action {
        title: "remove",
        means: "Let this account sign in no more",
        about: About::Login,
        verb: "Remove",
        fields: &[],
        build: |a| {
            intents::RemoveLogin {
                account: a.subject(),
            }
            .into()
        },
    },
];
