//! Which format a text is in.

use strum::{Display, EnumIter, EnumString, IntoEnumIterator, IntoStaticStr};

use super::entries::META;
use super::problem::Problem;
use super::source::Source;
use super::tree::Node;

/// What can be imported.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    EnumIter,
    IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Format {
    /// The deedbox document.
    Deedbox,
    /// A Google IAM policy.
    GooglePolicy,
    /// A Google custom role.
    GoogleRole,
    /// OpenSearch internal users.
    #[strum(serialize = "opensearch-users")]
    OpenSearchUsers,
    /// OpenSearch role mappings.
    #[strum(serialize = "opensearch-mappings")]
    OpenSearchMappings,
    /// OpenSearch roles.
    #[strum(serialize = "opensearch-roles")]
    OpenSearchRoles,
    /// OpenSearch model groups.
    #[strum(serialize = "opensearch-groups")]
    OpenSearchGroups,
    /// OpenSearch cluster settings.
    #[strum(serialize = "opensearch-settings")]
    OpenSearchSettings,
}

impl Format {
    /// Whether an import needs to be told where it goes.
    pub fn needs_target(self) -> bool {
        self != Self::Deedbox
    }

    /// The format that goes by a name.
    ///
    /// # Errors
    /// Says which formats there are.
    pub fn named(name: &str) -> Result<Self, String> {
        let unknown = |_| {
            format!(
                "there is no format `{name}`: write one of {}",
                Self::names()
            )
        };
        name.parse().map_err(unknown)
    }

    fn names() -> String {
        let names: Vec<&str> = Self::iter().map(Into::into).collect();
        names.join(", ")
    }
}

/// Guesses the format of a text.
pub fn detect(text: &str, file: &str) -> Result<Format, Problem> {
    let source = Source::read(text, file)?;
    source.root().and_then(guess).ok_or_else(|| {
        let message = format!(
            "the file looks like nothing that can be imported: say what it is, one of {}",
            Format::names()
        );
        Problem::whole(file, message)
    })
}

fn guess(root: &Node) -> Option<Format> {
    let has = |key: &str| root.get(key).is_some();
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    if any(&["deedbox", "directory", "environments"]) {
        return Some(Format::Deedbox);
    }
    if any(&["bindings", "auditConfigs"]) {
        return Some(Format::GooglePolicy);
    }
    if has("includedPermissions") {
        return Some(Format::GoogleRole);
    }
    if any(&["hits", "_source", "access_mode"])
        || (has("name") && any(&["access", "latest_version"]))
    {
        return Some(Format::OpenSearchGroups);
    }
    let dotted = root
        .entries()
        .iter()
        .any(|(key, _)| key.text.starts_with("plugins"));
    if any(&["persistent", "transient", "defaults"]) || dotted {
        return Some(Format::OpenSearchSettings);
    }
    // An empty policy is nothing but an etag and a version.
    if has("etag") {
        return Some(Format::GooglePolicy);
    }
    security_file(root)
}

/// The security plugin's files say what they are, or it shows in their entries.
fn security_file(root: &Node) -> Option<Format> {
    let said = root
        .get(META)
        .and_then(|meta| meta.get("type"))
        .and_then(Node::scalar);
    match said {
        Some("internalusers") => return Some(Format::OpenSearchUsers),
        Some("rolesmapping") => return Some(Format::OpenSearchMappings),
        Some("roles") => return Some(Format::OpenSearchRoles),
        _ => {}
    }
    let has = |keys: &[&str]| {
        let entries = root.entries().iter();
        entries
            .filter(|(key, _)| key.text != META)
            .any(|(_, n)| keys.iter().any(|k| n.get(k).is_some()))
    };
    if has(&["hash", "opendistro_security_roles", "attributes"]) {
        Some(Format::OpenSearchUsers)
    } else if has(&[
        "cluster_permissions",
        "index_permissions",
        "tenant_permissions",
    ]) {
        Some(Format::OpenSearchRoles)
    } else if has(&["users", "and_backend_roles", "hosts"]) {
        Some(Format::OpenSearchMappings)
    } else {
        None
    }
}
