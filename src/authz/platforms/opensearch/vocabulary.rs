//! The actions that are decided on, and sets of them.

use super::super::super::permission::PermissionSet;

/// What every action's full name begins with.
pub const PREFIX: &str = "cluster:admin/opensearch/ml/";

/// The actions that are decided on, without [`PREFIX`].
pub const VOCABULARY: &[&str] = &[
    "models/search",
    "models/get",
    "models/update",
    "models/delete",
    "register_model",
    "register_model_meta",
    "upload_model_chunk",
    "deploy_model",
    "undeploy_model",
    "predict",
    "model_groups/search",
    "model_groups/get",
    "model_groups/delete",
    "register_model_group",
    "update_model_group",
    "train",
    "trainAndPredict",
    "execute",
    "tasks/get",
    "tasks/search",
    "tasks/delete",
    "tasks/cancel_batch_job",
    "batch_ingestion",
    "stats/nodes",
    "profile/nodes",
    "connectors/get",
    "connectors/search",
    "connectors/create",
    "connectors/update",
    "connectors/delete",
    "agents/get",
    "agents/search",
    "agents/register",
    "agents/delete",
    "agents/execute",
    "config/get",
    "tools/get",
    "tools/list",
];

/// A set of permissions by their names, found while compiling.
macro_rules! permissions {
    ($($name:literal),+) => {
        const { PermissionSet::named(VOCABULARY, &[$($name),+]) }
    };
}
pub(super) use permissions;

/// What a reader may do: reads and searches, nothing else.
pub(super) const READ_ONLY: PermissionSet = permissions!(
    "models/search",
    "models/get",
    "model_groups/search",
    "model_groups/get",
    "tasks/get",
    "tasks/search",
    "stats/nodes",
    "profile/nodes",
    "connectors/get",
    "connectors/search",
    "agents/get",
    "agents/search",
    "config/get",
    "tools/get",
    "tools/list"
);

/// Actions that read index data and need a role that does.
pub(super) const READS_INDEX: PermissionSet =
    permissions!("train", "trainAndPredict", "batch_ingestion");

/// What stays with super administrators on a hidden model.
pub(super) const HIDDEN_ACTIONS: PermissionSet = permissions!(
    "models/get",
    "models/update",
    "models/delete",
    "deploy_model",
    "undeploy_model"
);
