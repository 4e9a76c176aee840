//! Google: any role that the project knows can be granted on a model or job.

use crate::domain::Environment;

use super::super::platforms;

/// The roles that sharing accepts.
pub(super) fn shares(environment: &Environment) -> Vec<String> {
    let roles = platforms::roles(environment);
    roles.into_iter().map(|role| role.name).collect()
}
