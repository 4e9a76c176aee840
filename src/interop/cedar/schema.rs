//! The schema: the types of entities, the actions, and what a request carries.

use crate::authz::platforms;
use crate::domain::Platform;

const TYPES: &str = r"// What deedbox writes for Cedar: who there is, what there is, and what can be done.

namespace Directory {
  entity User, ServiceAccount in [Group, Domain, Everybody] {
    status: String, // active, suspended or deleted
  };
  entity Anonymous in [Everybody] {
    status: String,
  };
  entity Group in [Group];
  entity Domain;
  entity Everybody in [Everybody]; // allUsers and allAuthenticatedUsers
}

namespace Google {
  entity Project;
  entity Model, Job, Operation in [Project];
  entity Version in [Model];

%google
}

namespace Fabric {
  entity Workspace;
  entity Model, Experiment in [Workspace];
  entity Version in [Model];
  entity Run in [Experiment];

%fabric
}
";

/// The schema of every export: it depends on nothing that a store holds.
pub(super) fn text() -> String {
    let google = actions(Platform::Google, "Project, Model, Version, Job, Operation");
    let fabric = actions(
        Platform::Fabric,
        "Workspace, Model, Version, Experiment, Run",
    );
    TYPES
        .replace("%google", &google)
        .replace("%fabric", &fabric)
}

/// Every permission can be asked for on everything: grants reach downwards from the environment.
fn actions(platform: Platform, resources: &str) -> String {
    let names: Vec<String> = platforms::vocabulary(platform)
        .iter()
        .map(|name| format!("    {name:?}"))
        .collect();
    format!(
        "  action\n{}\n  appliesTo {{\n    principal: [Directory::User, Directory::ServiceAccount, Directory::Anonymous],\n    \
         resource: [{resources}],\n    context: {{ now: Long }}, // whole seconds since 1970\n  }};",
        names.join(",\n")
    )
}
