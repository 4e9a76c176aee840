//! The worlds: plain data that every engine is built from, and questions with their answers.
//!
//! N models lie in ten Google projects. There are N/10 users, each a direct member of five leaf
//! groups; every leaf group lies in one parent group (nesting depth 2), so that a user counts
//! through about ten groups. Every model has an owner and three shares, half of them to groups; one
//! user in a hundred holds a role in one project. Half of the questions are to be denied.

/// One number for every principal, the same in every engine: users, then groups.
pub type Principal = u32;

/// The number of the first user; smaller ones are built into deedbox.
pub const FIRST_USER: Principal = 8;
/// How many Google projects there are.
pub const ENVIRONMENTS: u32 = 10;
/// People in the group that the effect of one share is measured with.
pub const CROWD: u32 = 1_000;
/// The permissions that are asked about.
pub const PERMISSIONS: [&str; 6] = [
    "ml.models.get",
    "ml.models.predict",
    "ml.models.getIamPolicy",
    "ml.models.update",
    "ml.models.delete",
    "ml.models.setIamPolicy",
];
/// The place of `ml.models.predict` among them.
pub const PREDICT: u8 = 1;
/// What each of them needs at least.
pub const NEEDS: [Level; 6] = [
    Level::View,
    Level::Use,
    Level::Develop,
    Level::Own,
    Level::Own,
    Level::Own,
];

/// The roles that occur hold more and more of the six permissions, so that one number says what a
/// role gives: that of `ml.viewer`, `ml.modelUser`, `ml.developer`, and `ml.modelOwner` or
/// `ml.admin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    View,
    Use,
    Develop,
    Own,
}

/// One world.
pub struct World {
    pub models: Vec<Model>,
    /// How many users there are.
    pub users: u32,
    /// The groups that each user is a direct member of.
    memberships: Vec<[Principal; 5]>,
    /// Direct members of each group: users in the leaf groups, leaf groups in the parents, and
    /// last the crowd.
    pub groups: Vec<Vec<Principal>>,
    /// The parent of each leaf group.
    parents: Vec<Principal>,
    pub questions: Vec<Question>,
}

/// One model.
pub struct Model {
    pub environment: u32,
    /// Holds `ml.modelOwner` on it.
    pub owner: Principal,
    /// Hold `ml.modelUser` on it.
    pub shares: [Principal; 3],
}

/// May this user use this permission on this model?
#[derive(Clone, Copy)]
pub struct Question {
    pub user: Principal,
    pub model: u32,
    /// Place in [`PERMISSIONS`].
    pub permission: u8,
    /// The right answer.
    pub allowed: bool,
}

impl World {
    /// The world of this many models. The same number always gives the same world.
    pub fn new(models: u32) -> Self {
        let mut random = Random(u64::from(models));
        let users = models / 10;
        let leaves = (models / 100).max(20);
        let parents = (models / 1_000).max(5);
        let first_leaf = FIRST_USER + users;
        let first_parent = first_leaf + leaves;
        let mut groups = vec![Vec::new(); (leaves + parents) as usize];

        let parent_of: Vec<_> = (0..leaves)
            .map(|_| first_parent + random.below(parents))
            .collect();
        for (leaf, parent) in (first_leaf..).zip(&parent_of) {
            groups[(parent - first_leaf) as usize].push(leaf);
        }
        let memberships: Vec<_> = (0..users)
            .map(|_| random.distinct(|random| first_leaf + random.below(leaves)))
            .collect();
        for (user, leaves) in (FIRST_USER..).zip(&memberships) {
            for leaf in leaves {
                groups[(leaf - first_leaf) as usize].push(user);
            }
        }
        groups.push((FIRST_USER..first_leaf).take(CROWD as usize).collect());

        let user_or_group = |random: &mut Random| match random.below(2) {
            0 => FIRST_USER + random.below(users),
            _ => first_leaf + random.below(leaves + parents),
        };
        let models = (0..models)
            .map(|_| Model {
                environment: random.below(ENVIRONMENTS),
                owner: FIRST_USER + random.below(users),
                shares: random.distinct(user_or_group),
            })
            .collect();
        let mut world = Self {
            models,
            users,
            memberships,
            groups,
            parents: parent_of,
            questions: Vec::new(),
        };
        world.questions = world.ask(&mut random);
        world
    }

    /// The number of the first group.
    pub const fn first_group(&self) -> Principal {
        FIRST_USER + self.users
    }

    /// The group of a thousand people (of all users where there are fewer), which nothing is shared
    /// with yet.
    pub fn crowd(&self) -> Principal {
        self.first_group() + number(self.groups.len()) - 1
    }

    /// The groups that a user or a group is a direct member of.
    pub fn direct_groups(&self, id: Principal) -> Vec<Principal> {
        if let Some(group) = id.checked_sub(self.first_group()) {
            let parent = self.parents.get(group as usize);
            return parent.copied().into_iter().collect();
        }
        let crowd = (id - FIRST_USER < CROWD).then(|| self.crowd());
        let leaves = self.memberships[(id - FIRST_USER) as usize];
        leaves.into_iter().chain(crowd).collect()
    }

    /// The user and every group that grants to them count through, ascending.
    pub fn closure(&self, user: Principal) -> Vec<Principal> {
        let mut closure = self.direct_groups(user);
        for i in 0..closure.len() {
            closure.extend(self.direct_groups(closure[i]));
        }
        closure.push(user);
        closure.sort_unstable();
        closure.dedup();
        closure
    }

    /// The project and the level that a user holds a role in, for one user in a hundred.
    pub fn environment_role(&self, user: Principal) -> Option<(u32, Level)> {
        let index = user - FIRST_USER;
        let level = [Level::Own, Level::Develop, Level::View][(index / 100 % 3) as usize];
        let holds = user < self.first_group() && index.is_multiple_of(100);
        holds.then_some((index / 100 % ENVIRONMENTS, level))
    }

    /// Every user with such a role.
    pub fn role_holders(&self) -> impl Iterator<Item = Principal> + use<> {
        (FIRST_USER..self.first_group()).step_by(100)
    }

    /// Users at random.
    pub fn some_users(&self) -> impl Iterator<Item = Principal> + use<> {
        let (mut random, users) = (Random(1), self.users);
        std::iter::repeat_with(move || FIRST_USER + random.below(users))
    }

    /// A question in words: user, permission, project, model.
    pub fn words(&self, question: &Question) -> [String; 4] {
        let place = self.models[question.model as usize].environment;
        [
            format!("user:{}", names::principal(self, question.user)),
            PERMISSIONS[usize::from(question.permission)].to_owned(),
            names::environment(place),
            names::model(question.model),
        ]
    }

    /// The right answer, the slow and plain way: the reference for every engine.
    fn allowed(&self, user: Principal, permission: u8, model: u32) -> bool {
        let needed = NEEDS[usize::from(permission)];
        let model = &self.models[model as usize];
        let closure = self.closure(user);
        let shared = model.shares.iter().any(|holder| closure.contains(holder));
        let role = self.environment_role(user);
        closure.contains(&model.owner)
            || (shared && Level::Use >= needed)
            || role.is_some_and(|(at, level)| at == model.environment && level >= needed)
    }

    fn ask(&self, random: &mut Random) -> Vec<Question> {
        let half = (self.models.len() / 2).max(10_000);
        let mut questions: Vec<_> = (0..half)
            .flat_map(|_| [self.ask_allowed(random), self.ask_denied(random)])
            .collect();
        // Mixed, so that no engine's processor learns the order of the answers.
        for i in (1..questions.len()).rev() {
            questions.swap(i, random.below(number(i) + 1) as usize);
        }
        questions
    }

    /// Follows a random route from a model back to a user.
    fn ask_allowed(&self, random: &mut Random) -> Question {
        let place = random.below(number(self.models.len()));
        let model = &self.models[place as usize];
        let (mut holder, level) = match random.below(8) {
            0 => return self.ask_role_holder(random),
            1 | 2 => (model.owner, Level::Own),
            share => (model.shares[share as usize % 3], Level::Use),
        };
        while holder >= self.first_group() {
            let members = &self.groups[(holder - self.first_group()) as usize];
            // A group that happens to be empty lets nobody in: ask about something else.
            if members.is_empty() {
                return self.ask_allowed(random);
            }
            holder = members[random.below(number(members.len())) as usize];
        }
        self.question(holder, permission_within(level, random), place)
    }

    fn ask_role_holder(&self, random: &mut Random) -> Question {
        let user = FIRST_USER + 100 * random.below(self.users.div_ceil(100));
        let Some((environment, level)) = self.environment_role(user) else {
            return self.ask_allowed(random);
        };
        let model = std::iter::repeat_with(|| random.below(number(self.models.len())))
            .find(|model| self.models[*model as usize].environment == environment)
            .unwrap_or_default();
        self.question(user, permission_within(level, random), model)
    }

    fn ask_denied(&self, random: &mut Random) -> Question {
        loop {
            let user = FIRST_USER + random.below(self.users);
            let permission = permission_within(Level::Own, random);
            let question = self.question(user, permission, random.below(number(self.models.len())));
            if !question.allowed {
                return question;
            }
        }
    }

    fn question(&self, user: Principal, permission: u8, model: u32) -> Question {
        Question {
            user,
            model,
            permission,
            allowed: self.allowed(user, permission, model),
        }
    }
}

/// A random permission that needs no more than a level.
fn permission_within(level: Level, random: &mut Random) -> u8 {
    let fitting: Vec<u8> = (0..)
        .zip(NEEDS)
        .filter(|(_, needed)| *needed <= level)
        .map(|(place, _)| place)
        .collect();
    fitting[random.below(number(fitting.len())) as usize]
}

/// How a principal, a project and a model are called. The texts are what questions with names carry.
pub mod names {
    use super::{FIRST_USER, Principal, World};

    /// `user-7@acme.test`, `group-7@acme.test`.
    pub fn principal(world: &World, id: Principal) -> String {
        match id.checked_sub(world.first_group()) {
            Some(group) => format!("group-{group}@acme.test"),
            None => format!("user-{}@acme.test", id - FIRST_USER),
        }
    }

    /// `project-7`.
    pub fn environment(environment: u32) -> String {
        format!("project-{environment}")
    }

    /// `model-7`.
    pub fn model(model: u32) -> String {
        format!("model-{model}")
    }
}

/// A table's length as a number of ours.
pub fn number(length: usize) -> u32 {
    u32::try_from(length).expect("no table here passes four billion entries")
}

/// Splitmix64: the same numbers everywhere, for ever.
pub struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u32) -> u32 {
        let scaled = ((self.next() >> 32) * u64::from(limit)) >> 32;
        u32::try_from(scaled).unwrap_or_default()
    }

    /// Different values.
    fn distinct<const N: usize>(&mut self, mut draw: impl FnMut(&mut Self) -> u32) -> [u32; N] {
        let mut drawn = [u32::MAX; N];
        for i in 0..N {
            let fresh = std::iter::repeat_with(|| draw(self)).find(|n| !drawn.contains(n));
            drawn[i] = fresh.unwrap_or_default();
        }
        drawn
    }
}
