//! Stable numbers and the ids people write.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::resource::ResourceKind;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The number as an index into a table.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

number! {
    /// A principal of the directory, or a name that a binding mentions. Given out once, never again:
    /// a deleted identity keeps its number, so a namesake created later is another principal.
    PrincipalId
}
number! {
    /// A Google project, OpenSearch cluster, Fabric workspace or Power Platform environment.
    EnvironmentId
}
number! {
    /// A model group, model, job, operation or experiment.
    ResourceId
}

impl PrincipalId {
    /// `allUsers`: everybody, signed in or not.
    pub const ALL_USERS: Self = Self(0);
    /// `allAuthenticatedUsers`: everybody who is signed in.
    pub const ALL_AUTHENTICATED: Self = Self(1);
    /// `anonymous`: somebody who is not signed in; matches only [`Self::ALL_USERS`].
    pub const ANONYMOUS: Self = Self(2);
    /// The first number given to a principal of a store; smaller ones are built in.
    pub const FIRST: Self = Self(8);
}

/// How many commits a store has seen.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Revision(pub u64);

impl Revision {
    /// The revision after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A resource as people write it: `ENV`, `ENV/models/ID`, `ENV/models/ID/versions/ID`, ….
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceRef {
    /// The environment's id.
    pub environment: String,
    /// Kind and id inside the environment; `None` names the environment itself.
    pub resource: Option<(ResourceKind, String)>,
    /// What is named inside the resource.
    pub part: Option<PartRef>,
}

/// The part of a resource that a [`ResourceRef`] names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartRef {
    /// `…/versions/ID` of a model.
    Version(String),
    /// `…/runs/ID` of an experiment.
    Run(String),
    /// `…/container`: the datasets container of a model.
    Container,
}

impl ResourceRef {
    /// Reads an id as written on the command line, in scenarios and in batches.
    ///
    /// ```
    /// use deedbox::domain::ResourceRef;
    /// let id = ResourceRef::parse("risk-prod/models/fraud-score/versions/v1")?;
    /// assert_eq!(id.to_string(), "risk-prod/models/fraud-score/versions/v1");
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// Says which segment is not understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bad = |what: &str| {
            format!(
                "`{text}` is no resource id: {what} (expected ENV, ENV/models/ID, ENV/groups/ID, ENV/models/ID/versions/ID, …)"
            )
        };
        let mut parts = text.split('/');
        let environment = parts.next().unwrap_or_default().to_owned();
        if environment.is_empty() {
            return Err(bad("it is empty"));
        }
        let mut id = Self {
            environment,
            resource: None,
            part: None,
        };
        let Some(kind) = parts.next() else {
            return Ok(id);
        };
        let kind = ResourceKind::from_collection(kind)
            .ok_or_else(|| bad(&format!("`{kind}` is no kind of resource")))?;
        let name = parts
            .next()
            .filter(|n| !n.is_empty())
            .ok_or_else(|| bad("the id is missing"))?;
        id.resource = Some((kind, name.to_owned()));
        id.part = match (kind, parts.next(), parts.next()) {
            (_, None, _) => None,
            (ResourceKind::Model, Some("versions"), Some(v)) if !v.is_empty() => {
                Some(PartRef::Version(v.to_owned()))
            }
            (ResourceKind::Model, Some("container"), None) => Some(PartRef::Container),
            (ResourceKind::Experiment, Some("runs"), Some(r)) if !r.is_empty() => {
                Some(PartRef::Run(r.to_owned()))
            }
            (_, Some(other), _) => return Err(bad(&format!("`{other}` is not understood here"))),
        };
        match parts.next() {
            None => Ok(id),
            Some(rest) => Err(bad(&format!("`{rest}` is too much"))),
        }
    }
}

impl fmt::Display for ResourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.environment)?;
        if let Some((kind, id)) = &self.resource {
            write!(f, "/{}/{id}", kind.collection())?;
        }
        match &self.part {
            Some(PartRef::Version(v)) => write!(f, "/versions/{v}"),
            Some(PartRef::Run(r)) => write!(f, "/runs/{r}"),
            Some(PartRef::Container) => f.write_str("/container"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_as_they_are_read() {
        for id in [
            "lab",
            "lab/models/m",
            "lab/groups/g",
            "lab/jobs/j",
            "lab/models/m/versions/v1",
            "lab/models/m/container",
            "lab/experiments/x/runs/r",
        ] {
            let read = ResourceRef::parse(id);
            assert_eq!(read.map(|r| r.to_string()).as_deref(), Ok(id));
        }
        for id in [
            "",
            "/models/m",
            "lab/models",
            "lab/models/",
            "lab/things/m",
            "lab/models/m/versions",
            "lab/models/m/versions/",
            "lab/models/m/runs/r",
            "lab/models/m/container/c",
            "lab/experiments/x/runs/",
            "lab/models/m/versions/v1/more",
        ] {
            assert!(ResourceRef::parse(id).is_err(), "{id}");
        }
    }
}
