//! Removing a model group.

use serde::{Deserialize, Serialize};

use crate::authz::platforms::{Doing, permission_to};
use crate::domain::{Platform, Target};

use super::super::super::desk::Desk;
use super::super::super::refusal::{Refusal, RefusalKey};
use super::super::CarryOut;
use super::{group, refuse};

/// Removes an empty model group.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeleteModelGroup {
    /// Which group.
    pub group: String,
}

impl CarryOut for DeleteModelGroup {
    fn carry_out(&self, desk: &mut Desk<'_>) -> Result<String, Refusal> {
        let (id, _) = group(desk, &self.group)?;
        let action = permission_to(Platform::OpenSearch, Doing::DeleteGroup).unwrap_or_default();
        desk.require_native(action, Target::Resource(id), "delete")?;
        let name = desk.now().target_label(Target::Resource(id));
        let models = desk.now().models_in(id).count();
        if models > 0 {
            return refuse(
                RefusalKey::GroupNotEmpty,
                format!("{name} still holds {models} models; delete or move them first."),
            );
        }
        desk.draft.remove_resource(id);
        Ok(format!("delete model group {name}"))
    }
}
