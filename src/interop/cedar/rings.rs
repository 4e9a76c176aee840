//! Groups that contain one another. Cedar takes no cycles, so they have to be found first.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::PrincipalId;

/// Who leads to whom.
pub(super) type Edges = BTreeMap<PrincipalId, BTreeSet<PrincipalId>>;

/// Which ring each group is in: two are in the same one when each is, through any depth, a member
/// of the other. A group outside every cycle is a ring of its own.
///
/// `members` names every group, with the groups in it; `parents` is the same the other way round.
/// Two walks (Kosaraju's algorithm), without recursion: groups nest to any depth.
pub(super) fn rings(members: &Edges, parents: &Edges) -> BTreeMap<PrincipalId, usize> {
    let mut ring = BTreeMap::new();
    for (number, root) in left_last_first(members).into_iter().enumerate() {
        let mut queue = vec![root];
        while let Some(id) = queue.pop() {
            if ring.contains_key(&id) || !members.contains_key(&id) {
                continue;
            }
            ring.insert(id, number);
            queue.extend(next(parents, id));
        }
    }
    ring
}

/// The groups in the reverse of the order in which a walk downwards leaves them.
fn left_last_first(members: &Edges) -> Vec<PrincipalId> {
    let mut seen = BTreeSet::new();
    let mut order = Vec::new();
    for root in members.keys() {
        let mut stack = vec![(*root, false)];
        while let Some((id, leaving)) = stack.pop() {
            if leaving {
                order.push(id);
            } else if members.contains_key(&id) && seen.insert(id) {
                stack.push((id, true));
                stack.extend(next(members, id).map(|below| (below, false)));
            }
        }
    }
    order.reverse();
    order
}

fn next(edges: &Edges, id: PrincipalId) -> impl Iterator<Item = PrincipalId> {
    edges.get(&id).into_iter().flatten().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rings of groups 0, 1, 2, …, given what each contains; every ring ascending.
    fn found(members: &[&[u32]]) -> Vec<Vec<u32>> {
        let mut down = Edges::new();
        let mut up = Edges::new();
        for (group, inside) in (0u32..).zip(members) {
            let group = PrincipalId(group);
            down.entry(group).or_default();
            for member in inside.iter().map(|m| PrincipalId(*m)) {
                down.entry(group).or_default().insert(member);
                up.entry(member).or_default().insert(group);
            }
        }
        let mut by_number = BTreeMap::<usize, Vec<u32>>::new();
        for (id, number) in rings(&down, &up) {
            by_number.entry(number).or_default().push(id.0);
        }
        let mut rings: Vec<Vec<u32>> = by_number.into_values().collect();
        rings.sort();
        rings
    }

    #[test]
    fn nesting_alone_is_no_ring() {
        assert_eq!(
            found(&[&[1, 2], &[2], &[]]),
            [vec![0], vec![1], vec![2]],
            "a diamond"
        );
    }

    #[test]
    fn groups_that_contain_one_another_are_one_ring() {
        assert_eq!(found(&[&[0]]), [vec![0]]);
        assert_eq!(
            found(&[&[1], &[2], &[0, 3], &[4], &[3], &[0]]),
            [vec![0, 1, 2], vec![3, 4], vec![5]]
        );
        assert_eq!(
            found(&[&[1, 2], &[0], &[0], &[9]]),
            [vec![0, 1, 2], vec![3]],
            "two cycles through one group; 9 is no group"
        );
    }

    #[test]
    fn deep_nesting_needs_no_deep_stack() {
        let inside: Vec<[u32; 1]> = (1..=50_000).map(|below| [below % 50_000]).collect();
        let members: Vec<&[u32]> = inside.iter().map(|m| &m[..]).collect();
        assert_eq!(found(&members).len(), 1);
    }
}
