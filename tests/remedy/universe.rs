//! Every move there is, written down once more from the records alone.

use std::collections::BTreeSet;

use deedbox::authz::platforms::opensearch::Pattern;
use deedbox::authz::platforms::{self, ai_builder, share_levels};
use deedbox::authz::{Move, Snapshot};
use deedbox::domain::{
    AccessMode, AiBuilderEdition, Body, Depth, Environment, EnvironmentId, FabricEdition,
    GroupLink, ModelState, Platform, Policy, Principal, PrincipalId, PrincipalKind, Privilege,
    Resource, ResourceId, RoleMapping, RolesResolution, Specifics, Status, Target,
};
use strum::IntoEnumIterator;

use crate::world::{Question, World};

/// What a question is about.
pub struct About<'a> {
    pub world: &'a World,
    pub q: &'a Question,
}

impl<'a> About<'a> {
    fn targets(&self) -> Vec<Target> {
        [Some(self.q.target), self.q.model]
            .into_iter()
            .flatten()
            .collect()
    }

    fn resources(&self) -> Vec<(ResourceId, &'a Resource)> {
        let ids: BTreeSet<ResourceId> =
            self.targets().iter().filter_map(|t| t.resource()).collect();
        ids.into_iter()
            .filter_map(|id| Some((id, self.world.resource(id)?)))
            .collect()
    }

    fn environments(&self) -> Vec<(EnvironmentId, &'a Environment)> {
        let mut found: Vec<(EnvironmentId, &Environment)> = Vec::new();
        for target in self.targets() {
            if let Some((id, environment)) = self.world.environment_of(target)
                && !found.iter().any(|(known, _)| *known == id)
            {
                found.push((id, environment));
            }
        }
        found
    }

    fn policies(&self) -> Vec<(Target, &'a Policy)> {
        let here = self.resources().into_iter();
        let here = here.map(|(id, r)| (Target::Resource(id), &r.policy));
        let above = self.environments().into_iter();
        let above = above.map(|(id, e)| (Target::Environment(id), &e.policy));
        here.chain(above).collect()
    }

    fn is_known(&self, id: PrincipalId) -> bool {
        self.world.principal(id).is_some_and(Principal::is_known)
    }

    /// The OpenSearch group that decides.
    fn group(&self) -> Option<(ResourceId, &'a Resource)> {
        let mut id = self.q.target.resource()?;
        if let Body::Job { model, .. } = &self.world.resource(id)?.body {
            id = (*model)?;
        }
        if let Body::Model(model) = &self.world.resource(id)?.body
            && let Some(GroupLink::Known(group)) = model.group
        {
            id = group;
        }
        let group = self.world.resource(id)?;
        matches!(group.body, Body::ModelGroup { .. }).then_some((id, group))
    }

    fn held(&self, environment: EnvironmentId) -> Vec<String> {
        let account = self.world.account(environment, self.q.who);
        let mut held = account.map_or_else(Vec::new, |a| a.backend_roles.clone());
        held.sort();
        held.dedup();
        held
    }

    // --- cuts -------------------------------------------------------------------------------

    /// All that can be taken away from anybody, as far as this question may depend on it.
    pub fn cuts(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        for (on, policy) in self.policies() {
            let mut seen = BTreeSet::new();
            for binding in &policy.bindings {
                let spelling = match on {
                    Target::Environment(_) => binding.role.to_lowercase(),
                    _ => binding.role.clone(),
                };
                for from in &binding.members {
                    if seen.insert((spelling.clone(), *from)) {
                        let (role, from) = (binding.role.clone(), *from);
                        moves.push(Move::Revoke { on, role, from });
                    }
                }
            }
        }
        for (group, principal) in self.world.principals() {
            let members: BTreeSet<PrincipalId> = principal.members().iter().copied().collect();
            for member in members {
                if member != group && self.is_known(member) {
                    moves.push(Move::Leave { group, member });
                }
            }
        }
        for (id, environment) in self.environments() {
            if let Specifics::OpenSearch { mappings, .. } = &environment.specifics {
                moves.extend(self.cluster_cuts(id, mappings));
            }
        }
        moves
    }

    fn cluster_cuts(&self, environment: EnvironmentId, mappings: &[RoleMapping]) -> Vec<Move> {
        let mut moves = Vec::new();
        let held = self.held(environment);
        if let Some((group, resource)) = self.group()
            && let Body::ModelGroup {
                access: Some(AccessMode::Restricted),
                backend_roles,
            } = &resource.body
        {
            let roles: BTreeSet<&String> = backend_roles.iter().collect();
            if roles.len() > 1 {
                moves.extend(roles.into_iter().map(|role| Move::DropGroupRole {
                    group,
                    role: role.clone(),
                }));
            }
        }
        // Writing an account without a name gives it one, to which roles may be mapped.
        let account = self.world.account(environment, self.q.who);
        let name = self.world.principal(self.q.who).map(|p| p.id.clone());
        let name = name.map(|n| n.split('@').next().unwrap().to_owned());
        let is_mapped = |name: &String| {
            let mut users = mappings.iter().flat_map(|m| &m.users);
            users.any(|u| Pattern::new(u).matches(name))
        };
        let counts = !self.takes_names_for_nothing(environment);
        let gains = account.is_some_and(|a| a.name.is_none())
            && counts
            && name.as_ref().is_some_and(is_mapped);
        if self.is_known(self.q.who) && !gains {
            moves.extend(held.into_iter().map(|role| Move::DropBackendRole {
                environment,
                account: self.q.who,
                role,
            }));
        }
        moves
    }

    fn takes_names_for_nothing(&self, environment: EnvironmentId) -> bool {
        match &self.world.environment(environment).unwrap().specifics {
            Specifics::OpenSearch { settings, .. } => {
                settings.roles_mapping_resolution == RolesResolution::BackendRolesOnly
            }
            _ => true,
        }
    }

    /// Whether a set of cuts leaves every restricted group a backend role.
    pub fn leaves_group_roles(&self, moves: &[Move]) -> bool {
        let Some((_, resource)) = self.group() else {
            return true;
        };
        let Body::ModelGroup { backend_roles, .. } = &resource.body else {
            return true;
        };
        let dropped = |role: &&String| {
            moves
                .iter()
                .any(|m| matches!(m, Move::DropGroupRole { role: r, .. } if r == *role))
        };
        let drops = moves
            .iter()
            .any(|m| matches!(m, Move::DropGroupRole { .. }));
        !drops || !backend_roles.iter().all(|r| dropped(&r))
    }

    // --- gifts ------------------------------------------------------------------------------

    /// All that can be given to the one who asks.
    pub fn gifts(&self, snapshot: &Snapshot) -> Vec<Move> {
        let mut moves = Vec::new();
        let to = self.q.who;
        // Somebody who is not signed in stands in no record.
        let who = self.world.principal(to);
        if who.is_some_and(|w| w.status() == Status::Suspended) {
            moves.push(Move::Restore { principal: to });
        }
        for (model, resource) in self.resources() {
            let place = self.world.environment(resource.environment).unwrap();
            let draft = resource
                .model()
                .is_some_and(|m| m.state != Some(ModelState::Published));
            if place.platform() == Platform::AiBuilder && draft {
                moves.push(Move::Publish { model });
            }
        }
        if who.is_some_and(|w| w.is_actor() && w.status() != Status::Deleted) {
            for (on, role) in self.shares().into_iter().chain(self.roles()) {
                // Where one grant replaces another, giving must not take.
                if self.carries(on, &role).is_superset(&self.replaced(on)) {
                    moves.push(Move::Grant { on, role, to });
                }
            }
        }
        if self.is_known(to) {
            let closure = snapshot.closure(to);
            for (group, principal) in self.world.principals() {
                let alive = matches!(principal.kind, PrincipalKind::Group { deleted: false, .. });
                if alive && !closure.contains(&group) {
                    moves.push(Move::Join { group, member: to });
                }
            }
        }
        moves.extend(self.backend_roles());
        moves
    }

    fn roles(&self) -> Vec<(Target, String)> {
        let mut roles = Vec::new();
        for (id, environment) in self.environments() {
            let known = platforms::roles(environment).into_iter();
            roles.extend(known.map(|r| (Target::Environment(id), r.name)));
        }
        roles
    }

    /// Every share that the platform takes, as far as it could be among the narrowest.
    fn shares(&self) -> Vec<(Target, String)> {
        let mut shares = Vec::new();
        for (id, resource) in self.resources() {
            let on = Target::Resource(id);
            let environment = self.world.environment(resource.environment).unwrap();
            let roles: Vec<String> = match &environment.specifics {
                Specifics::Google { .. } if matches!(resource.body, Body::Operation { .. }) => {
                    Vec::new()
                }
                Specifics::Google { .. } => platforms::roles(environment)
                    .into_iter()
                    .map(|r| r.name)
                    .collect(),
                Specifics::OpenSearch { .. } => Vec::new(),
                Specifics::Fabric { edition } => {
                    let mut more = vec!["Write", "Reshare"];
                    if *edition == FabricEdition::Y2026 {
                        more.extend(["Execute", "ViewExecutionOutput"]);
                    }
                    lists("Read", &more, more.len())
                }
                Specifics::AiBuilder { edition, .. } => {
                    let model = resource.model().unwrap();
                    let generic = model.kind.as_deref() == Some(ai_builder::GENERIC_PREDICTION);
                    if generic || !ai_builder::is_supported(environment, model) {
                        continue;
                    }
                    let mut roles: Vec<String> = share_levels(environment)
                        .into_iter()
                        .map(|l| l.role)
                        .collect();
                    if *edition == AiBuilderEdition::Y2023 {
                        let more = [
                            "create",
                            "write",
                            "delete",
                            "append",
                            "append-to",
                            "assign",
                            "share",
                        ];
                        roles.extend(lists("read", &more, 2));
                        // And those that keep what is there.
                        let has = self.replaced(on);
                        let kept = more.iter().filter(|w| has.contains(**w)).copied();
                        let kept: Vec<&str> = kept.collect();
                        for one in more {
                            let mut list = vec!["read"];
                            list.extend(more.iter().filter(|w| **w == one || kept.contains(w)));
                            roles.push(list.join(", "));
                        }
                        roles.push(format!("read, {}", more.join(", ")));
                    }
                    roles
                }
            };
            shares.extend(roles.into_iter().map(|role| (on, role)));
        }
        shares
    }

    /// What the one who asks would lose by another grant on a target.
    fn replaced(&self, on: Target) -> BTreeSet<String> {
        let (_, environment) = self.world.environment_of(on).unwrap();
        let single = match environment.platform() {
            Platform::Fabric => true,
            Platform::AiBuilder => on.resource().is_some(),
            _ => false,
        };
        let policy = match on.resource() {
            Some(id) => &self.world.resource(id).unwrap().policy,
            None => &environment.policy,
        };
        let own = policy.bindings.iter().filter(|b| {
            single
                && b.members.contains(&self.q.who)
                && b.window().is_some_and(|w| w.contains(self.q.at))
        });
        own.flat_map(|b| self.carries(on, &b.role)).collect()
    }

    /// What a role or share on one of Microsoft's platforms gives, as words.
    fn carries(&self, on: Target, role: &str) -> BTreeSet<String> {
        let (_, environment) = self.world.environment_of(on).unwrap();
        let words = |list: &str| -> BTreeSet<String> {
            list.split([',', '|'])
                .map(|w| w.trim().to_lowercase())
                .collect()
        };
        match (&environment.specifics, on.resource()) {
            (Specifics::Fabric { .. }, None) => {
                let order = ["viewer", "contributor", "member", "admin"];
                let place = order.iter().position(|r| *r == role.to_lowercase());
                let lower = place.map_or(&[][..], |p| &order[..=p]);
                lower.iter().map(|r| (*r).to_owned()).collect()
            }
            (Specifics::Fabric { edition }, Some(_)) => {
                let mut known = vec!["write", "reshare"];
                if *edition == FabricEdition::Y2026 {
                    known.extend(["execute", "viewexecutionoutput"]);
                }
                let plain = words(&role.replace("Edit", "Write").replace("Share", "Reshare"));
                let mut rights: BTreeSet<String> = plain
                    .into_iter()
                    .filter(|w| known.contains(&w.as_str()))
                    .collect();
                rights.insert("read".to_owned());
                rights
            }
            (Specifics::AiBuilder { edition, .. }, Some(_)) => match role {
                "User" => words("read"),
                "Co-owner" if *edition == AiBuilderEdition::Y2022 => BTreeSet::new(),
                "Co-owner" => words("read, write, append, append-to, share, training"),
                list => {
                    let known = "create read write delete append append-to assign share";
                    let list = words(&list.replace("Access", ""));
                    let known: Vec<&str> = known.split(' ').collect();
                    list.into_iter()
                        .filter(|w| known.contains(&w.as_str()))
                        .collect()
                }
            },
            _ => BTreeSet::new(),
        }
    }

    fn backend_roles(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        for (id, environment) in self.environments() {
            let Specifics::OpenSearch {
                settings, mappings, ..
            } = &environment.specifics
            else {
                continue;
            };
            let held = self.held(id);
            let resolution = settings.roles_mapping_resolution;
            let mut useful = BTreeSet::new();
            if let Some((_, group)) = self.group()
                && let Body::ModelGroup { backend_roles, .. } = &group.body
            {
                useful.extend(backend_roles.iter().cloned());
            }
            if resolution != RolesResolution::BackendRolesOnly {
                for mapping in mappings {
                    let names = mapping
                        .backend_roles
                        .iter()
                        .chain(&mapping.and_backend_roles);
                    let plain = |n: &&String| !n.contains(['*', '?', '/']);
                    useful.extend(names.filter(plain).cloned());
                }
            }
            if resolution != RolesResolution::MappingOnly {
                useful.extend(platforms::roles(environment).into_iter().map(|r| r.name));
            }
            useful.retain(|r| !held.contains(r));
            if !self.is_known(self.q.who) {
                useful.clear();
            }
            for role in &useful {
                moves.push(Move::AddBackendRole {
                    environment: id,
                    account: self.q.who,
                    role: role.clone(),
                });
            }
            if let Some((group, _)) = self.group() {
                let roles: BTreeSet<&String> = useful.iter().chain(&held).collect();
                moves.extend(roles.into_iter().map(|role| Move::AddGroupRole {
                    group,
                    role: role.clone(),
                }));
            }
        }
        moves
    }

    /// Whether the one who asks reaches more of an environment than before by being administrator,
    /// or by the depth of a role.
    pub fn is_broader(&self, before: &Snapshot, after: &Snapshot) -> bool {
        self.environments().into_iter().any(|(id, environment)| {
            let (was, is) = (
                self.wide(before, id, environment),
                self.wide(after, id, environment),
            );
            is.iter().any(|right| !was.contains(right))
        })
    }

    /// `administrator`, and every privilege at every depth beyond one's own rows.
    fn wide(
        &self,
        state: &Snapshot,
        id: EnvironmentId,
        environment: &Environment,
    ) -> BTreeSet<String> {
        let mut wide = BTreeSet::new();
        if environment.platform() == Platform::OpenSearch {
            let role = platforms::administrator(state, id, self.q.who, self.q.at);
            wide.extend(role.map(|_| "administrator".to_owned()));
            return wide;
        }
        let now = &state.place(id).unwrap().environment;
        let roles = platforms::roles(now);
        let inherited = match &now.specifics {
            Specifics::Google { inherited, .. } => inherited.clone(),
            _ => Vec::new(),
        };
        let closure = state.closure(self.q.who);
        let access_team = |id: &PrincipalId| {
            environment.platform() == Platform::AiBuilder && platforms::is_access_team(state, *id)
        };
        for binding in now.policy.bindings.iter().chain(&inherited) {
            let counts = |m: &PrincipalId| closure.contains(m) && !access_team(m);
            let holds = binding.window().is_some_and(|w| w.contains(self.q.at))
                && binding.members.iter().any(counts);
            let same = |r: &&platforms::RoleInfo| match environment.platform() {
                Platform::Fabric => r.name.eq_ignore_ascii_case(&binding.role),
                _ => r.name == binding.role,
            };
            let Some(role) = roles.iter().find(same).filter(|_| holds) else {
                continue;
            };
            if role.rights.administrator {
                wide.insert("administrator".to_owned());
            }
            for privilege in Privilege::iter() {
                let held = role.rights.depths.get(privilege);
                let deep = Depth::iter().filter(|d| *d > Depth::User && held >= Some(*d));
                wide.extend(deep.map(|d| format!("{privilege} {d}")));
            }
        }
        wide
    }
}

/// One word with up to `most` of the others.
fn lists(first: &str, others: &[&str], most: usize) -> Vec<String> {
    let mut found = Vec::new();
    for mask in 0u32..1 << others.len() {
        if mask.count_ones() as usize <= most {
            let mut words = vec![first];
            words.extend(
                others
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| mask & (1 << i) != 0)
                    .map(|(_, w)| *w),
            );
            found.push(words.join(", "));
        }
    }
    found
}
