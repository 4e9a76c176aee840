//! Environments: one place of one platform, under one edition of that platform's rules.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use super::ids::PrincipalId;
use super::policy::{Binding, Policy};

/// The four platforms.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    EnumIter,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Platform {
    /// Google AI Platform Prediction.
    #[strum(serialize = "google-ai-platform")]
    Google,
    /// OpenSearch ML Commons.
    #[strum(serialize = "opensearch")]
    OpenSearch,
    /// Microsoft Fabric.
    Fabric,
    /// AI Builder on the Power Platform.
    AiBuilder,
}

impl Platform {
    /// The name where there is little room.
    pub const fn short_title(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::OpenSearch => "OpenSearch",
            Self::Fabric => "Fabric",
            Self::AiBuilder => "AI Builder",
        }
    }

    /// The platform's name as its makers write it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Google => "Google AI Platform",
            Self::OpenSearch => "OpenSearch ML Commons",
            Self::Fabric => "Microsoft Fabric",
            Self::AiBuilder => "AI Builder",
        }
    }
}

macro_rules! edition {
    ($(#[$doc:meta])* $name:ident { $(#[$first_doc:meta])* $first:ident = $first_text:literal, $(#[$second_doc:meta])* $second:ident = $second_text:literal }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Display, EnumString, IntoStaticStr, EnumIter)]
        pub enum $name {
            $(#[$first_doc])*
            #[default]
            #[strum(serialize = $first_text)]
            $first,
            $(#[$second_doc])*
            #[strum(serialize = $second_text)]
            $second,
        }
    };
}

edition! {
    /// Editions of Google's rules.
    GoogleEdition {
        /// The role lists of the access control page.
        Documented = "documented",
        /// The role lists as the product has them in 2026.
        Y2026 = "2026"
    }
}
edition! {
    /// Editions of OpenSearch's rules.
    OpenSearchEdition {
        /// As the model access control page says.
        Documented = "documented",
        /// As the shipped product behaves, 2.9 to 3.x.
        Released = "released"
    }
}
edition! {
    /// Editions of Fabric's rules.
    FabricEdition {
        /// Read and Write.
        Y2025 = "2025",
        /// With Execute and View execution output.
        Y2026 = "2026"
    }
}
edition! {
    /// Editions of AI Builder's rules.
    AiBuilderEdition {
        /// Shares have the level User only.
        Y2022 = "2022",
        /// With Co-owner.
        Y2023 = "2023"
    }
}

/// One Google project, OpenSearch cluster, Fabric workspace or Power Platform environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// The id, unique in a store.
    pub id: String,
    /// What people call it; empty when only the id is known.
    pub name: String,
    /// What only this platform has.
    pub specifics: Specifics,
    /// The environment's own policy: project policy, workspace roles, security roles.
    pub policy: Policy,
    /// Roles defined here.
    pub roles: Vec<CustomRole>,
}

/// What only one platform has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Specifics {
    /// A Google project.
    Google {
        /// Which rules.
        edition: GoogleEdition,
        /// Bindings of folders and the organization: they count, and can't be edited here.
        inherited: Vec<Binding>,
    },
    /// An OpenSearch cluster.
    OpenSearch {
        /// Which rules.
        edition: OpenSearchEdition,
        /// Cluster settings.
        settings: OpenSearchSettings,
        /// Which backend roles and names mean which roles.
        mappings: Vec<RoleMapping>,
    },
    /// A Fabric workspace.
    Fabric {
        /// Which rules.
        edition: FabricEdition,
    },
    /// A Power Platform environment.
    AiBuilder {
        /// Which rules.
        edition: AiBuilderEdition,
        /// Environment settings.
        settings: AiBuilderSettings,
        /// The tree of business units; empty when the environment has none.
        business_units: Vec<BusinessUnit>,
    },
}

impl Environment {
    /// The platform.
    pub const fn platform(&self) -> Platform {
        match self.specifics {
            Specifics::Google { .. } => Platform::Google,
            Specifics::OpenSearch { .. } => Platform::OpenSearch,
            Specifics::Fabric { .. } => Platform::Fabric,
            Specifics::AiBuilder { .. } => Platform::AiBuilder,
        }
    }

    /// Bindings from above it, which count and can't be edited here; there are none but on Google.
    pub fn inherited(&self) -> &[Binding] {
        match &self.specifics {
            Specifics::Google { inherited, .. } => inherited,
            _ => &[],
        }
    }

    /// Its own bindings, then those from above it.
    pub fn bindings(&self) -> impl Iterator<Item = &Binding> {
        self.policy.bindings.iter().chain(self.inherited())
    }

    /// The edition's name as documents write it.
    pub fn edition(&self) -> &'static str {
        match self.specifics {
            Specifics::Google { edition, .. } => edition.into(),
            Specifics::OpenSearch { edition, .. } => edition.into(),
            Specifics::Fabric { edition } => edition.into(),
            Specifics::AiBuilder { edition, .. } => edition.into(),
        }
    }

    /// The name to show.
    pub fn label(&self) -> &str {
        if self.name.is_empty() {
            &self.id
        } else {
            &self.name
        }
    }
}

/// Settings of an OpenSearch cluster that decide about models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSearchSettings {
    /// `plugins.ml_commons.model_access_control_enabled`.
    pub model_access_control_enabled: bool,
    /// Whether the Security plugin is there.
    pub security_enabled: bool,
    /// How backend roles become roles.
    pub roles_mapping_resolution: RolesResolution,
    /// Who comes with an administrator's certificate.
    pub super_administrators: Vec<PrincipalId>,
}

impl Default for OpenSearchSettings {
    fn default() -> Self {
        Self {
            model_access_control_enabled: true,
            security_enabled: true,
            roles_mapping_resolution: RolesResolution::default(),
            super_administrators: Vec::new(),
        }
    }
}

/// `roles_mapping_resolution` of the Security plugin.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    EnumIter,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RolesResolution {
    /// Only the mapping counts.
    #[default]
    MappingOnly,
    /// Both the mapping and backend roles as roles.
    Both,
    /// Backend roles are roles; the mapping is ignored.
    #[strum(serialize = "BACKENDROLES_ONLY")]
    BackendRolesOnly,
}

/// One entry of `roles_mapping.yml`. Patterns: `*`, `?`, `/regular expression/`, with case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RoleMapping {
    /// The role that is given.
    pub role: String,
    /// Patterns of account names.
    pub users: Vec<String>,
    /// Patterns of backend roles; one match suffices.
    pub backend_roles: Vec<String>,
    /// Patterns of backend roles that must all be matched.
    pub and_backend_roles: Vec<String>,
    /// Patterns of addresses; match only when a request carries one.
    pub hosts: Vec<String>,
}

/// Settings of a Power Platform environment that decide about AI models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiBuilderSettings {
    /// Whether preview model types work.
    pub preview_models_enabled: bool,
    /// Model types in preview.
    pub preview_types: Vec<String>,
    /// Model types that are no longer supported: Delete is all that is left.
    pub unsupported_types: Vec<String>,
    /// Whether a reassigned row is shared with its former owner, unless said otherwise.
    pub share_to_previous_owner: bool,
}

impl Default for AiBuilderSettings {
    fn default() -> Self {
        Self {
            preview_models_enabled: true,
            preview_types: Vec::new(),
            unsupported_types: Vec::new(),
            share_to_previous_owner: false,
        }
    }
}

/// A Dataverse business unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessUnit {
    /// Its id.
    pub id: String,
    /// The unit above.
    pub parent: Option<String>,
}

/// A role that somebody defined in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomRole {
    /// The name bindings use.
    pub id: String,
    /// What people call it.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Google's launch stage (`GA`, `BETA`, `DISABLED`, …).
    pub stage: Option<String>,
    /// What it allows.
    pub rights: RoleRights,
}

/// What a custom role allows, in its platform's own terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoleRights {
    /// Google permissions; unknown ones are kept and grant nothing.
    Permissions(Vec<String>),
    /// OpenSearch action patterns, and whether index data may be read.
    Actions {
        /// `cluster:admin/opensearch/ml/…`, with `*`.
        actions: Vec<String>,
        /// Whether the role reads index data (training needs it).
        index_read: bool,
    },
    /// Dataverse privileges on AI models, each with its depth.
    Privileges(Vec<(Privilege, Depth)>),
}

/// Dataverse privileges on a table.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    EnumIter,
)]
#[strum(serialize_all = "kebab-case", ascii_case_insensitive)]
pub enum Privilege {
    /// Make a row.
    Create,
    /// See a row.
    Read,
    /// Change a row.
    Write,
    /// Remove a row.
    Delete,
    /// Attach another row to this one.
    Append,
    /// Attach this row to another.
    AppendTo,
    /// Give a row to another owner.
    Assign,
    /// Let others at a row.
    Share,
}

/// How far a Dataverse privilege reaches.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    EnumIter,
)]
#[strum(serialize_all = "kebab-case", ascii_case_insensitive)]
pub enum Depth {
    /// One's own rows and what is shared.
    User,
    /// Rows of one's business unit.
    BusinessUnit,
    /// Rows of one's business unit and those below it.
    ParentAndChild,
    /// Every row.
    Organization,
}

/// Who may use an OpenSearch model group.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    EnumIter,
)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum AccessMode {
    /// Everybody who may use the cluster's models at all.
    Public,
    /// The owner and administrators.
    Private,
    /// The owner, administrators, and whoever shares a backend role.
    Restricted,
}

/// What a directory principal is in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Account {
    /// The name there; OpenSearch role mappings match it.
    pub name: Option<String>,
    /// OpenSearch backend roles.
    pub backend_roles: Vec<String>,
    /// Roles given to the account directly.
    pub roles: Vec<String>,
    /// Dataverse business unit.
    pub business_unit: Option<String>,
}
