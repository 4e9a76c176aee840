//! All sets of moves of a size, and what each comes to.

use deedbox::authz::remedy::change_set;
use deedbox::authz::{Move, Request, Snapshot, check, effect};
use deedbox::domain::{Revision, Target};

use crate::universe::About;

/// The state after some moves.
pub fn after(snapshot: &Snapshot, moves: &[Move]) -> Snapshot {
    let mut after = snapshot.clone();
    after.apply(Revision(1), &change_set(snapshot, moves));
    after
}

/// How many other decisions some moves change, by the effect of their change set.
pub fn others(snapshot: &Snapshot, moves: &[Move], request: &Request<'_>) -> usize {
    let changes = change_set(snapshot, moves);
    let mut after = snapshot.clone();
    after.apply(Revision(1), &changes);
    let effect = effect(snapshot, &after, &changes, request.at);
    let mut count = 0;
    for row in &effect.rows {
        for capability in row.gained.union(row.lost).iter() {
            let asked = row.principal == request.principal
                && request.target == Target::Resource(row.resource)
                && request.action == capability.into();
            count += usize::from(!asked);
        }
    }
    count
}

/// Number of sets of a size.
pub fn how_many(of: usize, size: usize) -> usize {
    (0..size).fold(1, |n, i| n * (of.saturating_sub(i)) / (i + 1))
}

/// Calls back with every set of a size.
pub fn sets(universe: &[Move], size: usize, look: &mut impl FnMut(&[Move])) {
    fn go(rest: &[Move], size: usize, set: &mut Vec<Move>, look: &mut impl FnMut(&[Move])) {
        if size == 0 {
            look(set);
            return;
        }
        for (i, step) in rest.iter().enumerate() {
            set.push(step.clone());
            go(&rest[i + 1..], size - 1, set, look);
            set.pop();
        }
    }
    go(universe, size, &mut Vec::new(), look);
}

/// The sets of a size that turn the answer; broad ones only when wanted.
pub fn turning(
    about: &About<'_>,
    snapshot: &Snapshot,
    request: &Request<'_>,
    universe: &[Move],
    size: usize,
    broad: bool,
) -> Vec<Vec<Move>> {
    let was = check(snapshot, request).is_allowed();
    let mut found = Vec::new();
    sets(universe, size, &mut |set| {
        let state = after(snapshot, set);
        let turned = check(&state, request).is_allowed() != was;
        if !turned || !about.leaves_group_roles(set) {
            return;
        }
        if was || broad || !about.is_broader(snapshot, &state) {
            found.push(set.to_vec());
        }
    });
    found
}
