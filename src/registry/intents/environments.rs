//! Environments themselves.

use serde::{Deserialize, Serialize};

use crate::authz::platforms;
use crate::domain::{
    AiBuilderEdition, AiBuilderSettings, Binding, Environment, FabricEdition, GoogleEdition, Key,
    OpenSearchEdition, OpenSearchSettings, Platform, Policy, Specifics, Target,
};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};
use super::CarryOut;
use super::models::check_text;

/// Adds an environment; whoever does becomes its administrator.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CreateEnvironment {
    /// The id.
    pub id: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `google-ai-platform`, `opensearch`, `fabric` or `ai-builder`.
    pub platform: String,
}

/// Removes an environment that holds nothing any more.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeleteEnvironment {
    /// Which.
    pub environment: String,
}

impl CarryOut for CreateEnvironment {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        desk.require_store_administrator("add environments")?;
        check_text("id", &self.id)?;
        if desk.now().find_environment(&self.id).is_some() {
            return Err(Refusal::rule(
                RefusalKey::NameTaken,
                format!("There is already an environment `{}`.", self.id),
            ));
        }
        let platform: Platform = self.platform.parse().map_err(|_| {
            Refusal::rule(
                RefusalKey::Malformed,
                format!("`{}` is no platform.", self.platform),
            )
        })?;
        let id = desk.draft.add_environment(Environment {
            id: self.id.clone(),
            name: self.name.clone().unwrap_or_default(),
            specifics: specifics(platform),
            policy: Policy::default(),
            roles: Vec::new(),
        });
        if let Some(creator) = desk.actor.principal {
            let role = platforms::administrator_role(platform);
            if platform == Platform::OpenSearch {
                desk.draft
                    .edit_account(id, creator, |a| a.roles.push(role.to_owned()));
            } else {
                desk.draft.edit_environment(id, |e| {
                    e.policy.grant(Binding::new(role, creator));
                });
            }
        }
        Ok(format!(
            "add environment {}",
            desk.now().target_label(Target::Environment(id))
        ))
    }
}

/// An environment of a platform with nothing in it.
fn specifics(platform: Platform) -> Specifics {
    match platform {
        Platform::Google => Specifics::Google {
            edition: GoogleEdition::default(),
            inherited: Vec::new(),
        },
        Platform::OpenSearch => Specifics::OpenSearch {
            edition: OpenSearchEdition::default(),
            settings: OpenSearchSettings::default(),
            mappings: Vec::new(),
        },
        Platform::Fabric => Specifics::Fabric {
            edition: FabricEdition::default(),
        },
        Platform::AiBuilder => Specifics::AiBuilder {
            edition: AiBuilderEdition::default(),
            settings: AiBuilderSettings::default(),
            business_units: Vec::new(),
        },
    }
}

impl CarryOut for DeleteEnvironment {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        desk.require_store_administrator("remove environments")?;
        let id = desk.environment(&self.environment)?;
        let name = desk.now().target_label(Target::Environment(id));
        let held = desk.now().everything_in(id).count();
        if held > 0 {
            return Err(Refusal::rule(
                RefusalKey::GroupNotEmpty,
                format!("{name} still holds {held} models and other resources."),
            ));
        }
        let accounts: Vec<_> = desk
            .now()
            .accounts(id)
            .map(|(principal, _)| principal)
            .collect();
        for principal in accounts {
            desk.draft.put(Key::Account(id, principal), None);
        }
        desk.draft.put(Key::Environment(id), None);
        Ok(format!("remove environment {name}"))
    }
}
