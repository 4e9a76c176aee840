//! The routes that nothing takes away.

use std::mem::discriminant;

use super::super::decision::{Check, Evidence, Explanation};
use super::names::Names;

/// The evidence of today's decision that is still there when everything is taken away that can be.
/// `names` lead from today's numbers to those of the rest.
pub(super) fn of(today: &Explanation, rest: &Explanation, names: &Names) -> Vec<(Check, Evidence)> {
    let is_left = |(check, evidence): &&(Check, Evidence)| {
        let mut left = rest.evidence_for(*check);
        left.any(|l| is_same(evidence, l, names))
    };
    let mut stays: Vec<(Check, Evidence)> = Vec::new();
    for way in today.evidence.iter().filter(is_left) {
        // One grant can give what either of two permissions would, and on several ways.
        let known = |(check, known): &(Check, Evidence)| *check == way.0 && is_alike(known, &way.1);
        if !stays.iter().any(known) {
            stays.push(way.clone());
        }
    }
    stays
}

/// Whether two pieces of evidence of one decision are the same but for the groups that lead there.
fn is_alike(a: &Evidence, b: &Evidence) -> bool {
    let apart = |evidence: &Evidence| match evidence {
        Evidence::Grant {
            on,
            origin,
            role,
            member,
            ..
        } => Some((*on, *origin, role.clone(), *member)),
        _ => None,
    };
    a == b || apart(a).is_some_and(|this| apart(b) == Some(this))
}

/// Whether two pieces of evidence are the same route; which groups lead there does not matter.
fn is_same(here: &Evidence, there: &Evidence, names: &Names) -> bool {
    let same = |a, b| names.principal(a) == Some(b);
    match (here, there) {
        (
            Evidence::Grant {
                on,
                origin,
                role,
                member,
                ..
            },
            Evidence::Grant {
                on: place,
                origin: from,
                role: other,
                member: whom,
                ..
            },
        ) => {
            names.target(*on) == Some(*place)
                && discriminant(origin) == discriminant(from)
                && role == other
                && same(*member, *whom)
        }
        (Evidence::Owner { owner: a, .. }, Evidence::Owner { owner: b, .. })
        | (Evidence::ContainerOwner { owner: a, .. }, Evidence::ContainerOwner { owner: b, .. }) => {
            same(*a, *b)
        }
        // That there are more ways to a grant says nothing that the grant does not.
        (Evidence::FurtherWays { .. }, _) => false,
        // A role that a binding gives can be taken, and nothing else has numbers in it.
        (a, b) => a == b,
    }
}
