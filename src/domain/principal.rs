//! The directory: users, groups, service accounts, and names that bindings mention.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumString, IntoStaticStr};

use super::ids::PrincipalId;

/// Anybody a grant can name. One table holds them all, so a member of a binding is always a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// The id inside its kind: `alice@acme.test`, a domain's name, the full text of a reference
    /// that nothing can match any more.
    pub id: String,
    /// What people call it; empty when only the id is known.
    pub name: String,
    /// Tells namesakes apart: the platform's own number of this identity.
    pub uid: Option<String>,
    /// What it is.
    pub kind: PrincipalKind,
}

/// What a principal is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PrincipalKind {
    /// A person.
    User {
        /// Only an active user passes any check.
        status: Status,
        /// Who leads them; suggested as successor.
        manager: Option<PrincipalId>,
    },
    /// A group of users, service accounts and groups, to any depth.
    Group {
        /// What the platforms call this kind of group.
        kind: GroupKind,
        /// Direct members.
        members: Vec<PrincipalId>,
        /// A deleted group stays as a tombstone and contains nobody.
        deleted: bool,
    },
    /// A program's identity.
    ServiceAccount {
        /// Only an active one passes any check.
        status: Status,
    },
    /// `domain:NAME`: everybody whose id ends in `@NAME`.
    Domain,
    /// A user that the directory does not know, named by a binding; matched by name.
    ExternalUser,
    /// A group that the directory does not know; nobody is known to be in it.
    ExternalGroup,
    /// A service account that the directory does not know; matched by name.
    ExternalServiceAccount,
    /// A member text that never matches anybody, kept verbatim: `deleted:…?uid=…`, federated
    /// principals, and other forms the platform may print.
    Unmatched,
    /// `allUsers`.
    AllUsers,
    /// `allAuthenticatedUsers`.
    AllAuthenticatedUsers,
    /// Somebody who is not signed in.
    Anonymous,
}

/// Whether an identity is in use.
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
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Status {
    /// In use.
    #[default]
    Active,
    /// Kept out for now; everything held comes back with it.
    Suspended,
    /// Gone; a tombstone that no namesake revives.
    Deleted,
}

/// Kinds of groups that the platforms know.
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
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum GroupKind {
    /// A security group.
    #[default]
    SecurityGroup,
    /// A Microsoft 365 group.
    #[serde(rename = "microsoft-365")]
    #[strum(serialize = "microsoft-365")]
    Microsoft365,
    /// A distribution list.
    DistributionList,
    /// A Dataverse owner team: may own rows and hold roles.
    Team,
    /// A Dataverse access team: owns nothing, holds no roles; only shares reach through it.
    AccessTeam,
    /// A Google group.
    GoogleGroup,
}

impl GroupKind {
    /// What its platform calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SecurityGroup => "security group",
            Self::Microsoft365 => "Microsoft 365 group",
            Self::DistributionList => "distribution list",
            Self::Team => "team",
            Self::AccessTeam => "access team",
            Self::GoogleGroup => "Google group",
        }
    }
}

impl Principal {
    /// A new active user.
    pub fn user(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            uid: None,
            kind: PrincipalKind::User {
                status: Status::Active,
                manager: None,
            },
        }
    }

    /// The reference that people and documents write: `user:alice@acme.test`.
    pub fn reference(&self) -> String {
        let id = &self.id;
        let deleted = |kind: &str| match &self.uid {
            Some(uid) => format!("deleted:{kind}:{id}?uid={uid}"),
            None => format!("deleted:{kind}:{id}"),
        };
        match &self.kind {
            PrincipalKind::User {
                status: Status::Deleted,
                ..
            } => deleted("user"),
            PrincipalKind::Group { deleted: true, .. } => deleted("group"),
            PrincipalKind::ServiceAccount {
                status: Status::Deleted,
            } => deleted("serviceAccount"),
            PrincipalKind::User { .. } | PrincipalKind::ExternalUser => format!("user:{id}"),
            PrincipalKind::Group { .. } | PrincipalKind::ExternalGroup => format!("group:{id}"),
            PrincipalKind::ServiceAccount { .. } | PrincipalKind::ExternalServiceAccount => {
                format!("serviceAccount:{id}")
            }
            PrincipalKind::Domain => format!("domain:{id}"),
            PrincipalKind::Unmatched => id.clone(),
            PrincipalKind::AllUsers => "allUsers".into(),
            PrincipalKind::AllAuthenticatedUsers => "allAuthenticatedUsers".into(),
            PrincipalKind::Anonymous => "anonymous".into(),
        }
    }

    /// The name to show: what people call it, else the id.
    pub fn label(&self) -> &str {
        match self.kind {
            PrincipalKind::AllUsers => "everybody (public)",
            PrincipalKind::AllAuthenticatedUsers => "everybody who is signed in",
            _ if self.name.is_empty() => &self.id,
            _ => &self.name,
        }
    }

    /// Active, suspended or deleted, for those that have such a state.
    pub fn status(&self) -> Status {
        match self.kind {
            PrincipalKind::User { status, .. } | PrincipalKind::ServiceAccount { status } => status,
            PrincipalKind::Group { deleted: true, .. } => Status::Deleted,
            _ => Status::Active,
        }
    }

    /// Whether the directory knows this identity (rather than a binding merely naming it).
    pub fn is_known(&self) -> bool {
        matches!(
            self.kind,
            PrincipalKind::User { .. }
                | PrincipalKind::Group { .. }
                | PrincipalKind::ServiceAccount { .. }
        )
    }

    /// Users and service accounts, known or external: those that can act.
    pub fn is_actor(&self) -> bool {
        matches!(
            self.kind,
            PrincipalKind::User { .. }
                | PrincipalKind::ServiceAccount { .. }
                | PrincipalKind::ExternalUser
                | PrincipalKind::ExternalServiceAccount
        )
    }

    /// A person who is in use.
    pub const fn is_active_user(&self) -> bool {
        matches!(
            self.kind,
            PrincipalKind::User {
                status: Status::Active,
                ..
            }
        )
    }

    /// The public: everybody, or everybody who is signed in.
    pub const fn is_public(&self) -> bool {
        matches!(
            self.kind,
            PrincipalKind::AllUsers | PrincipalKind::AllAuthenticatedUsers
        )
    }

    /// A special member that stands for whoever matches it: the public, or a whole domain.
    pub const fn is_everybody(&self) -> bool {
        self.is_public() || matches!(self.kind, PrincipalKind::Domain)
    }

    /// Whether this is a group, known or external.
    pub fn is_group(&self) -> bool {
        matches!(
            self.kind,
            PrincipalKind::Group { .. } | PrincipalKind::ExternalGroup
        )
    }

    /// Whether it does nothing itself: a group, a domain, or the public.
    pub fn stands_for_others(&self) -> bool {
        self.is_everybody() || self.is_group()
    }

    /// Direct members, of groups that exist.
    pub fn members(&self) -> &[PrincipalId] {
        match &self.kind {
            PrincipalKind::Group {
                members,
                deleted: false,
                ..
            } => members,
            _ => &[],
        }
    }

    /// The key under which references are looked up. E-mail style ids compare without case, others
    /// exactly; a tombstone answers only to its `deleted:…?uid=…` form, never to its former name.
    pub fn name_key(&self) -> String {
        fold_reference(&self.reference()).into_owned()
    }
}

/// A reference in the form in which two spellings of the same e-mail style id are equal.
///
/// ```
/// use deedbox::domain::principal::fold_reference;
/// assert_eq!(fold_reference("user:Alice@Acme.test"), "user:alice@acme.test");
/// assert_eq!(fold_reference("user:Alice"), "user:Alice");
/// assert_eq!(fold_reference("domain:Acme.test"), "domain:acme.test");
/// ```
pub fn fold_reference(reference: &str) -> Cow<'_, str> {
    // One look at each byte: this stands before every question that is asked in words.
    let is_folded = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if reference.bytes().all(is_folded) {
        return reference.into();
    }
    match reference.split_once(':') {
        Some((kind, id)) if id.contains('@') || kind == "domain" => {
            format!("{kind}:{}", id.to_lowercase()).into()
        }
        _ => reference.into(),
    }
}

/// The domain of an e-mail style id, folded.
pub fn domain_of(id: &str) -> Option<String> {
    id.rsplit_once('@')
        .map(|(_, domain)| domain.to_lowercase())
        .filter(|d| !d.is_empty())
}

/// What a reference that nobody in the directory answers to becomes.
///
/// # Errors
/// When the text has no form that a member of a binding can have.
pub fn external(reference: &str) -> Result<Principal, String> {
    let make = |id: &str, kind| {
        Ok(Principal {
            id: id.to_owned(),
            name: String::new(),
            uid: None,
            kind,
        })
    };
    let Some((kind, id)) = reference.split_once(':') else {
        return Err(format!(
            "`{reference}` is no principal: write user:…, group:…, serviceAccount:…, domain:…, allUsers or allAuthenticatedUsers"
        ));
    };
    if id.is_empty() {
        return Err(format!(
            "`{reference}` names nobody: the part after `{kind}:` is missing"
        ));
    }
    match kind {
        "user" => make(id, PrincipalKind::ExternalUser),
        "group" => make(id, PrincipalKind::ExternalGroup),
        "serviceAccount" => make(id, PrincipalKind::ExternalServiceAccount),
        "domain" => make(&id.to_lowercase(), PrincipalKind::Domain),
        // Forms the platform prints and deedbox does not decide on: kept, never matching.
        "deleted" | "principal" | "principalSet" | "projectOwner" | "projectEditor"
        | "projectViewer" | "principalHierarchy" => make(reference, PrincipalKind::Unmatched),
        _ => Err(format!("`{reference}`: `{kind}` is no kind of principal")),
    }
}
