//! Fabric: an item share is Read and any other permissions that can be passed on.

use crate::domain::{Environment, Platform};

use super::super::permission::PermissionSet;
use super::super::platforms;
use super::super::platforms::fabric::share_permissions;

/// Shares that keep what the principal has by the present one, which they replace, and add one
/// permission: nothing that a single question asks for takes two.
pub(super) fn shares(environment: &Environment, has: PermissionSet) -> Vec<String> {
    let read = share_permissions(environment, "Read").unwrap_or_default();
    let kept = has.union(read);
    let mut shares: Vec<PermissionSet> = Vec::new();
    for name in platforms::vocabulary(Platform::Fabric) {
        // What this edition does not share, it does not know.
        let Some(one) = share_permissions(environment, name) else {
            continue;
        };
        let share = kept.union(one);
        if !shares.contains(&share) {
            shares.push(share);
        }
    }
    shares.into_iter().map(written).collect()
}

/// A share's permissions in the order in which shares are written.
fn written(permissions: PermissionSet) -> String {
    let names = permissions.iter().map(|p| p.name(Platform::Fabric));
    names.collect::<Vec<_>>().join(", ")
}
