//! Questions that a step can ask.

use crate::authz::ListKind;

use super::expect::Expect;

/// What is asked.
#[derive(Debug, Clone)]
pub enum Question {
    /// May the step's principal do this?
    Check {
        /// A capability, a native permission or a method.
        action: String,
        /// On what.
        on: String,
        /// What else the same call names.
        also: Vec<String>,
        /// What a method predicts with.
        model: Option<String>,
        /// The caller's address, for OpenSearch role mappings by host.
        address: Option<String>,
    },
    /// What is in a list of the step's principal?
    List(ListKind),
    /// Who may do this?
    WhoCan {
        /// A capability, a native permission or a method.
        action: String,
        /// On what.
        on: String,
    },
}

impl Question {
    /// Puts a question together.
    ///
    /// # Errors
    /// Says what is missing or too much.
    pub(super) fn new(
        name: &str,
        subject: String,
        on: Option<Vec<String>>,
        model: Option<String>,
        address: Option<String>,
        asked_of: bool,
    ) -> Result<Self, String> {
        let list = matches!(name, "list" | "what-can");
        if name != "who-can" && !asked_of {
            return Err(format!("`{name}` asks about somebody: say whom with `as`"));
        }
        if name == "who-can" && asked_of {
            return Err("`who-can` asks about everybody: leave `as` out".to_owned());
        }
        if name != "check" && (model.is_some() || address.is_some()) {
            return Err("`model` and `address` go with `check`".to_owned());
        }
        let mut on = on.into_iter().flatten();
        let (first, also) = (on.next(), on.collect::<Vec<_>>());
        if name != "check" && !also.is_empty() {
            return Err(format!("`{name}` is asked on one resource"));
        }
        match (list, first) {
            (true, None) => {
                let kind = subject.parse().map_err(|_| {
                    format!("`{subject}` is no list: write my-models, shared-with-me or all-models")
                })?;
                Ok(Self::List(kind))
            }
            (true, Some(_)) => Err(format!("`{name}` is about all models: leave `on` out")),
            (false, None) => Err(format!("`{name}` needs `on`: say on what")),
            (false, Some(on)) if name == "check" => Ok(Self::Check {
                action: subject,
                on,
                also,
                model,
                address,
            }),
            (false, Some(on)) => Ok(Self::WhoCan {
                action: subject,
                on,
            }),
        }
    }

    /// Lists are compared with lists, decisions with decisions.
    ///
    /// # Errors
    /// When the expectation can never be met.
    pub(super) fn require_fitting(&self, expect: &Expect) -> Result<(), String> {
        match (self, expect) {
            (Self::Check { .. }, Expect::List(_)) => {
                Err("`check` comes to allow, deny or error, not to a list".to_owned())
            }
            (Self::List(_) | Self::WhoCan { .. }, Expect::Allow | Expect::Deny(_)) => {
                Err("this question comes to a list of ids".to_owned())
            }
            _ => Ok(()),
        }
    }
}
