//! Settings of an environment, and the edition of its platform's rules.

use serde::{Deserialize, Serialize};

use crate::domain::{Action, Capability, Environment, Specifics, Target};

use super::super::desk::Desk;
use super::super::refusal::{Refusal, RefusalKey};
use super::{CarryOut, spelling};

/// Changes one setting.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SetSetting {
    /// Where.
    pub environment: String,
    /// Which: `edition`, `model_access_control_enabled`, `preview_models_enabled`, ….
    pub setting: String,
    /// The new value: `true`, `false`, a word, or a comma-separated list.
    #[serde(deserialize_with = "spelling::value")]
    pub value: String,
}

impl CarryOut for SetSetting {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let id = desk.environment(&self.environment)?;
        let target = Target::Environment(id);
        let name = desk.now().target_label(target);
        let edit = Action::Capability(Capability::Edit);
        desk.require(&edit, target, &format!("change settings of {name}"))?;
        let mut outcome = Ok(());
        desk.draft.edit_environment(id, |e| outcome = self.set(e));
        outcome?;
        let setting = title(&self.setting);
        Ok(format!("set {setting} of {name} to {}", self.value))
    }
}

impl SetSetting {
    fn set(&self, environment: &mut Environment) -> Result<(), Refusal> {
        let value = self.value.as_str();
        let setting = self.setting.as_str();
        match &mut environment.specifics {
            Specifics::Google { edition, .. } if setting == "edition" => self.read(value, edition),
            Specifics::Fabric { edition } if setting == "edition" => self.read(value, edition),
            Specifics::OpenSearch {
                edition, settings, ..
            } => match setting {
                "edition" => self.read(value, edition),
                "model_access_control_enabled" => {
                    self.read(value, &mut settings.model_access_control_enabled)
                }
                "security_enabled" => self.read(value, &mut settings.security_enabled),
                "roles_mapping_resolution" => {
                    self.read(value, &mut settings.roles_mapping_resolution)
                }
                _ => Err(self.unknown()),
            },
            Specifics::AiBuilder {
                edition, settings, ..
            } => match setting {
                "edition" => self.read(value, edition),
                "preview_models_enabled" => self.read(value, &mut settings.preview_models_enabled),
                "share_to_previous_owner" => {
                    self.read(value, &mut settings.share_to_previous_owner)
                }
                "preview_types" => {
                    settings.preview_types = list(value);
                    Ok(())
                }
                "unsupported_types" => {
                    settings.unsupported_types = list(value);
                    Ok(())
                }
                _ => Err(self.unknown()),
            },
            _ => Err(self.unknown()),
        }
    }

    fn read<T: std::str::FromStr>(&self, value: &str, slot: &mut T) -> Result<(), Refusal> {
        *slot = value.parse().map_err(|_| {
            Refusal::rule(
                RefusalKey::Malformed,
                format!("`{value}` is no value for {}.", self.setting),
            )
        })?;
        Ok(())
    }

    fn unknown(&self) -> Refusal {
        Refusal::rule(
            RefusalKey::UnknownSetting,
            format!(
                "There is no setting `{}` in this environment.",
                self.setting
            ),
        )
    }
}

fn list(value: &str) -> Vec<String> {
    value
        .split(',')
        .map(str::trim)
        .filter(|v| !v.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What people call a setting: `model access control enabled`.
pub fn title(setting: &str) -> String {
    setting.replace('_', " ")
}

/// The settings of an environment as name and value, in the order in which they are shown.
pub fn shown(environment: &Environment) -> Vec<(&'static str, String)> {
    let mut settings = vec![("edition", environment.edition().to_owned())];
    match &environment.specifics {
        Specifics::OpenSearch { settings: s, .. } => settings.extend([
            (
                "model_access_control_enabled",
                s.model_access_control_enabled.to_string(),
            ),
            ("security_enabled", s.security_enabled.to_string()),
            (
                "roles_mapping_resolution",
                s.roles_mapping_resolution.to_string(),
            ),
        ]),
        Specifics::AiBuilder { settings: s, .. } => settings.extend([
            (
                "preview_models_enabled",
                s.preview_models_enabled.to_string(),
            ),
            (
                "share_to_previous_owner",
                s.share_to_previous_owner.to_string(),
            ),
            ("preview_types", s.preview_types.join(", ")),
            ("unsupported_types", s.unsupported_types.join(", ")),
        ]),
        Specifics::Google { .. } | Specifics::Fabric { .. } => {}
    }
    settings
}
