//! The directory: people and programs, and groups of groups of them.

use crate::domain::{GroupKind, Principal, PrincipalId, PrincipalKind, Status};

use super::Recipe;
use super::random::Random;
use super::words::{DEPARTMENTS, FIRST, LAST};

const PEOPLE: u64 = 1;
const MEMBERSHIPS: u64 = 2;
/// Groups that each person is a direct member of.
const EACH: u32 = 5;
/// One identity in so many is a program's.
const PROGRAMS: u32 = 50;

/// Who there is, by number: first people and programs, then groups.
#[derive(Debug)]
pub(super) struct People {
    seed: u64,
    users: u32,
    groups: u32,
    /// Groups that people are in directly; those above them contain groups.
    leaves: u32,
    middle: u32,
    /// Direct members of each group.
    members: Vec<Vec<PrincipalId>>,
}

impl People {
    pub(super) fn new(recipe: &Recipe) -> Self {
        let groups = recipe.groups;
        let leaves = (groups - groups / 5).max(1).min(groups);
        let middle = (groups - leaves) * 3 / 4;
        let mut people = Self {
            seed: recipe.seed,
            users: recipe.users,
            groups,
            leaves,
            middle,
            members: vec![Vec::new(); groups as usize],
        };
        people.fill();
        people
    }

    fn fill(&mut self) {
        for number in 0..self.users {
            let mut random = Random::of(self.seed, MEMBERSHIPS, number);
            let user = Self::user(number);
            for _ in 0..EACH.min(self.leaves) {
                let group = random.below(self.leaves);
                self.put(group, user);
            }
        }
        let top = self.groups - self.leaves - self.middle;
        for number in 0..self.leaves + self.middle {
            let (first, count) = if number < self.leaves && self.middle > 0 {
                (self.leaves, self.middle)
            } else {
                (self.leaves + self.middle, top)
            };
            if count > 0 {
                let mut random = Random::of(self.seed, MEMBERSHIPS, self.users + number);
                let above = first + random.below(count);
                self.put(above, self.group(number));
            }
        }
    }

    fn put(&mut self, group: u32, member: PrincipalId) {
        if let Some(members) = self.members.get_mut(group as usize)
            && members.last() != Some(&member)
        {
            members.push(member);
        }
    }

    /// The number of the next principal after all of these.
    pub(super) const fn end(&self) -> u32 {
        PrincipalId::FIRST.0 + self.users + self.groups
    }

    pub(super) const fn users(&self) -> u32 {
        self.users
    }

    pub(super) const fn user(number: u32) -> PrincipalId {
        PrincipalId(PrincipalId::FIRST.0 + number)
    }

    const fn group(&self, number: u32) -> PrincipalId {
        PrincipalId(PrincipalId::FIRST.0 + self.users + number)
    }

    /// A group in which groups are, for what many people have.
    pub(super) fn wide_group(&self, random: &mut Random) -> PrincipalId {
        let above = self.groups - self.leaves;
        self.group(match above {
            0 => random.below(self.groups),
            _ => self.leaves + random.below(above),
        })
    }

    /// The groups that everybody is in, through others.
    pub(super) fn widest_groups(&self) -> impl Iterator<Item = PrincipalId> + '_ {
        let below = self.leaves + self.middle;
        let first = if below < self.groups { below } else { 0 };
        (first..self.groups).map(|number| self.group(number))
    }

    /// Somebody who is in a group, through others too.
    pub(super) fn somebody_in(&self, group: PrincipalId, random: &mut Random) -> PrincipalId {
        let mut found = group;
        while let Some(number) = found.0.checked_sub(PrincipalId::FIRST.0 + self.users) {
            let members = self.members.get(number as usize);
            match members.and_then(|members| random.pick(members)) {
                Some(member) => found = *member,
                None => return self.any_user(random),
            }
        }
        found
    }

    pub(super) fn any_user(&self, random: &mut Random) -> PrincipalId {
        Self::user(random.below(self.users))
    }

    /// Somebody to share with: half of the time a group.
    pub(super) fn anybody(&self, random: &mut Random) -> PrincipalId {
        if random.once_in(2) {
            self.group(random.below(self.groups))
        } else {
            self.any_user(random)
        }
    }

    /// Everybody, in order of numbers.
    pub(super) fn all(&self) -> impl Iterator<Item = (PrincipalId, Principal)> + '_ {
        let users = (0..self.users).map(|n| (Self::user(n), self.person(n)));
        let groups = (0..).zip(&self.members);
        let groups = groups.map(|(n, members)| (self.group(n), self.group_of(n, members)));
        users.chain(groups)
    }

    fn person(&self, number: u32) -> Principal {
        let mut random = Random::of(self.seed, PEOPLE, number);
        let (first, last) = (random.word(&FIRST), random.word(&LAST));
        let status = match random.below(200) {
            0 | 1 => Status::Suspended,
            _ => Status::Active,
        };
        // The first ones are those a demonstration signs in as.
        if is_program(number) {
            let id = format!("{}-{number}@acme.test", random.word(&DEPARTMENTS));
            return Principal {
                id,
                name: String::new(),
                uid: None,
                kind: PrincipalKind::ServiceAccount { status },
            };
        }
        let id = format!("{}.{}.{number}@acme.test", plain(first), plain(last));
        Principal {
            uid: Some((100_000 + u64::from(number)).to_string()),
            kind: PrincipalKind::User {
                status: if number == 0 { Status::Active } else { status },
                manager: (number > 0).then(|| Self::user(leader(number))),
            },
            ..Principal::user(id, format!("{first} {last}"))
        }
    }

    fn group_of(&self, number: u32, members: &[PrincipalId]) -> Principal {
        let mut random = Random::of(self.seed, PEOPLE, self.users + number);
        let department = random.word(&DEPARTMENTS);
        let kinds = [
            GroupKind::SecurityGroup,
            GroupKind::GoogleGroup,
            GroupKind::Microsoft365,
            GroupKind::Team,
        ];
        let (word, title) = match number {
            n if n < self.leaves => ("team", "team"),
            n if n < self.leaves + self.middle => ("department", "department"),
            _ => ("division", "division"),
        };
        Principal {
            id: format!("{department}-{word}-{number}@acme.test"),
            name: format!("{} {title} {number}", capital(department)),
            uid: None,
            kind: PrincipalKind::Group {
                kind: random.pick(&kinds).copied().unwrap_or_default(),
                members: members.to_vec(),
                deleted: false,
            },
        }
    }
}

/// Whether an account is no person's.
const fn is_program(number: u32) -> bool {
    number % PROGRAMS == PROGRAMS - 1
}

/// Who leads somebody: a person who was there before them.
const fn leader(number: u32) -> u32 {
    let leader = number / 8;
    leader - is_program(leader) as u32
}

/// A name as it stands in an address.
fn plain(name: &str) -> String {
    let letters = name.chars().map(|c| match c {
        'é' | 'ë' => 'e',
        'í' => 'i',
        'á' => 'a',
        'ó' => 'o',
        'č' => 'c',
        _ => c.to_ascii_lowercase(),
    });
    letters.collect()
}

/// A word with a capital first letter.
pub(super) fn capital(word: &str) -> String {
    crate::registry::plan::capitalized(word)
}
