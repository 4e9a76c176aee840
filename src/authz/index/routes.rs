//! How somebody comes to count as a group: the ways up through memberships.

use std::ops::ControlFlow;

use crate::domain::PrincipalId;

/// The ways up from one principal, found once for all the groups that it is in.
#[derive(Debug)]
pub struct Routes {
    from: PrincipalId,
    /// Groups, nearest first, each with the place of the one below it on a shortest way; none for a
    /// direct group.
    groups: Vec<(PrincipalId, Option<usize>)>,
    /// Places of groups that are members of others besides, or have the principal as member besides:
    /// the place above, then the one below.
    further: Vec<(usize, Option<usize>)>,
}

/// Ways through groups that are told of one grant at most.
pub const MOST_WAYS: usize = 8;

/// Groups that are looked at on the search for ways: among groups that hold each other there can be
/// more ways than anybody could count.
const MOST_STEPS: usize = 1_000;

/// How somebody counts as somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ways {
    /// The groups of each way, nearest first and the one that it leads to last; a shortest way
    /// first. No way goes through a group twice.
    pub paths: Vec<Vec<PrincipalId>>,
    /// Whether these are all.
    pub all: bool,
}

impl Routes {
    /// Goes up from a principal, given the groups that everybody is directly in.
    pub(super) fn up<P: Iterator<Item = PrincipalId>>(
        from: PrincipalId,
        parents: impl Fn(PrincipalId) -> P,
    ) -> Self {
        let mut routes = Self {
            from,
            groups: Vec::new(),
            further: Vec::new(),
        };
        let mut next = from;
        let mut done = 0usize;
        loop {
            let below = done.checked_sub(1);
            for group in parents(next).filter(|group| *group != from) {
                match routes.place(group) {
                    None => routes.groups.push((group, below)),
                    Some(place) => routes.further.push((place, below)),
                }
            }
            let Some((group, _)) = routes.groups.get(done) else {
                return routes;
            };
            next = *group;
            done += 1;
        }
    }

    fn place(&self, group: PrincipalId) -> Option<usize> {
        self.groups.iter().position(|(g, _)| *g == group)
    }

    /// The groups on the way to one of them, nearest first and that one last; empty when it is the
    /// principal itself or a special member.
    pub fn to(&self, member: PrincipalId) -> Vec<PrincipalId> {
        let mut path = Vec::new();
        if member == self.from {
            return path;
        }
        let mut place = self.place(member);
        while let Some((group, below)) = place.and_then(|p| self.groups.get(p)) {
            path.push(*group);
            place = *below;
        }
        path.reverse();
        path
    }

    /// Every way to one of the groups, [`MOST_WAYS`] at most; a single empty one when it is the
    /// principal itself or a special member.
    pub fn ways(&self, member: PrincipalId) -> Ways {
        let shortest = self.to(member);
        let place = self.place(member).filter(|_| !self.further.is_empty());
        let mut walk = Walk {
            routes: self,
            found: Vec::new(),
            steps: 0,
        };
        let all = place.is_none_or(|place| walk.down(place, &mut Vec::new()).is_continue());
        let mut paths = walk.found;
        // Those that a search cut short found need not be the shortest.
        paths.retain(|path| *path != shortest);
        paths.insert(0, shortest);
        paths.truncate(MOST_WAYS);
        paths.sort_by_key(Vec::len);
        Ways { paths, all }
    }

    /// What is directly below a group on any way; none where that is the principal.
    fn below(&self, place: usize) -> impl Iterator<Item = Option<usize>> + '_ {
        let first = self.groups.get(place).map(|(_, below)| *below);
        let further = self
            .further
            .iter()
            .filter(move |(above, _)| *above == place);
        first.into_iter().chain(further.map(|(_, below)| *below))
    }
}

/// The search for all ways down from one group.
struct Walk<'a> {
    routes: &'a Routes,
    found: Vec<Vec<PrincipalId>>,
    steps: usize,
}

impl Walk<'_> {
    /// Goes down from a group below others. `Break`: there may be more than what was found.
    fn down(&mut self, place: usize, above: &mut Vec<usize>) -> ControlFlow<()> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return ControlFlow::Break(());
        }
        above.push(place);
        for below in self.routes.below(place) {
            match below {
                None if self.found.len() == MOST_WAYS => return ControlFlow::Break(()),
                None => self.found.push(self.path(above)),
                Some(below) if above.contains(&below) => {}
                Some(below) => self.down(below, above)?,
            }
        }
        above.pop();
        ControlFlow::Continue(())
    }

    fn path(&self, above: &[usize]) -> Vec<PrincipalId> {
        let places = above.iter().rev();
        let groups = places.filter_map(|place| self.routes.groups.get(*place));
        groups.map(|(group, _)| *group).collect()
    }
}
