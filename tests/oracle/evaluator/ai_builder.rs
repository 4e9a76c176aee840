//! AI Builder: a security role that holds the privilege, and a depth, an owner or a share that
//! reaches the row.

use std::collections::BTreeSet;

use deedbox::authz::Verdict;
use deedbox::domain::{
    Action, AiBuilderEdition, Capability, Depth, Environment, EnvironmentId, GroupKind, Model,
    ModelState, PrincipalId, PrincipalKind, Privilege, Resource, RoleRights, Specifics,
};

use super::{answer, holds, identities};
use crate::world::{Question, World};

/// Words that are asked about.
pub const WORDS: &[&str] = &[
    "create",
    "read",
    "write",
    "delete",
    "append",
    "append-to",
    "assign",
    "share",
    "read-training-data",
];

const ALL: [Privilege; 8] = [
    Privilege::Create,
    Privilege::Read,
    Privilege::Write,
    Privilege::Delete,
    Privilege::Append,
    Privilege::AppendTo,
    Privilege::Assign,
    Privilege::Share,
];

const CO_OWNER: &str = "Co-owner";

/// Everything about one question.
struct Case<'a> {
    world: &'a World,
    id: EnvironmentId,
    environment: &'a Environment,
    q: &'a Question,
    to: BTreeSet<PrincipalId>,
}

pub fn decide(
    world: &World,
    id: EnvironmentId,
    environment: &Environment,
    q: &Question,
) -> Verdict {
    let case = Case {
        world,
        id,
        environment,
        q,
        to: identities(world, q.who),
    };
    let Some(row) = super::resource_of(world, q.target) else {
        return answer(case.on_environment());
    };
    let model = row.model().unwrap();
    let allowed = match &q.action {
        Action::Capability(capability) => case.capability(*capability, row, model),
        Action::Native(word) if word == "read-training-data" => case.training_data(model, row),
        Action::Native(word) => case.native(privilege(word), row, model),
    };
    answer(allowed)
}

fn privilege(word: &str) -> Privilege {
    let words = WORDS.iter().zip(ALL);
    words
        .filter(|(w, _)| **w == word)
        .map(|(_, p)| p)
        .next()
        .unwrap()
}

impl Case<'_> {
    /// Of the whole environment, privileges can be asked; its roles and settings are System
    /// Administrators'.
    fn on_environment(&self) -> bool {
        match &self.q.action {
            Action::Capability(_) => self.administrator(),
            Action::Native(word) => word != "read-training-data" && self.holds(privilege(word)),
        }
    }

    fn capability(&self, capability: Capability, row: &Resource, model: &Model) -> bool {
        let kind = model.kind.as_deref();
        let unsupported = self.unsupported(kind);
        let generic = kind == Some("generic-prediction");
        let reads =
            self.holds(Privilege::Read) && self.reaches(Privilege::Read, row, Privilege::Read);
        // Details are for shares that go beyond seeing and running.
        let details =
            self.holds(Privilege::Read) && self.reaches(Privilege::Read, row, Privilege::Write);
        match capability {
            Capability::See => reads,
            // Of an unsupported type, the list shows the row and Delete is the only action.
            Capability::View | Capability::ViewAccess => details && !unsupported,
            Capability::Run => {
                reads && !unsupported && is_published(model) && (!generic || self.owns(row))
            }
            Capability::Download => false,
            Capability::Edit => {
                !unsupported
                    && self.holds(Privilege::Write)
                    && self.reaches(Privilege::Write, row, Privilege::Write)
            }
            Capability::Share => !unsupported && !generic && self.may_share(row),
            Capability::Reassign => {
                let mut depths = self.depths(Privilege::Assign).into_iter();
                depths.any(|(depth, _)| depth == Depth::Organization)
                    && (!unsupported || self.administrator())
            }
            Capability::Delete => {
                self.holds(Privilege::Delete)
                    && (self.owns(row) || self.covered(Privilege::Delete, row))
                    && (!unsupported || self.owns(row) || self.administrator())
            }
        }
    }

    fn may_share(&self, row: &Resource) -> bool {
        self.holds(Privilege::Share) && self.reaches(Privilege::Share, row, Privilege::Share)
    }

    /// A Dataverse privilege on the row.
    fn native(&self, privilege: Privilege, row: &Resource, model: &Model) -> bool {
        let kind = model.kind.as_deref();
        let open = match privilege {
            Privilege::Read => true,
            Privilege::Delete => !self.unsupported(kind) || self.owns(row) || self.administrator(),
            Privilege::Assign => !self.unsupported(kind) || self.administrator(),
            Privilege::Share => !self.unsupported(kind) && kind != Some("generic-prediction"),
            _ => !self.unsupported(kind),
        };
        open && self.holds(privilege) && self.reaches(privilege, row, privilege)
    }

    /// The container's owner, administrators, customizers, and co-owners in 2023.
    fn training_data(&self, model: &Model, row: &Resource) -> bool {
        // Without a container the data stays with the row's owner.
        let owner = model.container.as_ref().map(|c| c.owner).or(row.owner);
        // Of an unsupported type, Delete is the only action.
        !self.unsupported(model.kind.as_deref())
            && self.holds(Privilege::Read)
            && (owner.is_some_and(|o| self.counts_as_owner(o))
                || self.administrator()
                || self.has_role("System Customizer")
                || self.is_co_owner(row))
    }

    /// Security roles that hold now, each with the member that it is given to; an access team
    /// passes none on.
    fn roles(&self) -> Vec<(String, PrincipalId)> {
        let mut roles = Vec::new();
        for binding in &self.environment.policy.bindings {
            for member in &binding.members {
                if holds(binding, self.q.at)
                    && self.to.contains(member)
                    && !self.is_kind(*member, GroupKind::AccessTeam)
                {
                    roles.push((binding.role.clone(), *member));
                }
            }
        }
        roles
    }

    fn is_kind(&self, id: PrincipalId, wanted: GroupKind) -> bool {
        let kind = self.world.principal(id).map(|p| &p.kind);
        matches!(kind, Some(PrincipalKind::Group { kind, .. }) if *kind == wanted)
    }

    fn administrator(&self) -> bool {
        self.has_role("System Administrator")
    }

    fn has_role(&self, wanted: &str) -> bool {
        self.roles().iter().any(|(role, _)| role == wanted)
    }

    /// The depths at which roles hold a privilege, each with the member that the role is given to.
    fn depths(&self, privilege: Privilege) -> Vec<(Depth, PrincipalId)> {
        let mut depths = Vec::new();
        for (role, member) in self.roles() {
            for (held, depth) in role_privileges(self.environment, &role) {
                if held == privilege {
                    depths.push((depth, member));
                }
            }
        }
        depths
    }

    fn holds(&self, privilege: Privilege) -> bool {
        !self.depths(privilege).is_empty()
    }

    /// Owner in person or through a team; an access team owns nothing.
    fn owns(&self, row: &Resource) -> bool {
        row.owner.is_some_and(|o| self.counts_as_owner(o))
    }

    fn counts_as_owner(&self, owner: PrincipalId) -> bool {
        owner == self.q.who || (self.to.contains(&owner) && self.is_kind(owner, GroupKind::Team))
    }

    /// Whether a role's depth covers the row, by the business units of its owner and of the one
    /// who asks; a team's role counts from the team's unit, if it has one.
    fn covered(&self, privilege: Privilege, row: &Resource) -> bool {
        let unit = |who| {
            self.world
                .account(self.id, who)
                .and_then(|a| a.business_unit.clone())
        };
        let theirs = row.owner.and_then(unit);
        let covers = |(depth, member): (Depth, PrincipalId)| {
            let own = unit(member).or_else(|| unit(self.q.who));
            match (depth, own, &theirs) {
                (Depth::Organization, _, _) => true,
                (Depth::BusinessUnit, Some(own), Some(theirs)) => own == *theirs,
                (Depth::ParentAndChild, Some(own), Some(theirs)) => self.is_below(theirs, &own),
                _ => false,
            }
        };
        self.depths(privilege).into_iter().any(covers)
    }

    /// Whether a unit is another one or below it.
    fn is_below(&self, unit: &str, top: &str) -> bool {
        let Specifics::AiBuilder { business_units, .. } = &self.environment.specifics else {
            return false;
        };
        let mut at = Some(unit.to_owned());
        for _ in 0..=business_units.len() {
            if at.as_deref() == Some(top) {
                return true;
            }
            let above = business_units.iter().find(|u| Some(&u.id) == at.as_ref());
            at = above.and_then(|u| u.parent.clone());
        }
        false
    }

    /// The rights of every share with the one who asks: a level, or a list of rights. A level that
    /// the edition does not have carries none.
    fn shares(&self, row: &Resource) -> Vec<Vec<Privilege>> {
        use Privilege::{Append, AppendTo, Assign, Delete, Read, Share, Write};
        let Specifics::AiBuilder { edition, .. } = &self.environment.specifics else {
            return Vec::new();
        };
        let rights = |role: &str| match role {
            "User" => vec![Read],
            CO_OWNER if *edition == AiBuilderEdition::Y2022 => Vec::new(),
            CO_OWNER => vec![Read, Write, Append, AppendTo, Share],
            list => {
                let words = list.split([',', '|']).map(str::trim);
                let one = |word: &str| match word {
                    "Read" | "ReadAccess" => Some(Read),
                    "Write" => Some(Write),
                    "Assign" | "AssignAccess" => Some(Assign),
                    "Share" => Some(Share),
                    "Delete" => Some(Delete),
                    _ => None,
                };
                words.filter_map(one).collect()
            }
        };
        let granted = super::granted(&row.policy.bindings, &self.to, self.q.at);
        granted.into_iter().map(rights).collect()
    }

    /// Co-owner, where the edition has it.
    fn is_co_owner(&self, row: &Resource) -> bool {
        let levels = super::granted(&row.policy.bindings, &self.to, self.q.at);
        let Specifics::AiBuilder { edition, .. } = &self.environment.specifics else {
            return false;
        };
        levels.contains(&CO_OWNER) && *edition == AiBuilderEdition::Y2023
    }

    /// Own or depth, or a share with this right.
    fn reaches(&self, privilege: Privilege, row: &Resource, shared: Privilege) -> bool {
        self.owns(row)
            || self.covered(privilege, row)
            || self.shares(row).iter().any(|s| s.contains(&shared))
    }

    fn unsupported(&self, kind: Option<&str>) -> bool {
        let Specifics::AiBuilder { settings, .. } = &self.environment.specifics else {
            return false;
        };
        let named = |list: &[String]| kind.is_some_and(|k| list.iter().any(|t| t == k));
        named(&settings.unsupported_types)
            || (!settings.preview_models_enabled && named(&settings.preview_types))
    }
}

fn is_published(model: &Model) -> bool {
    model.state == Some(ModelState::Published)
        || model
            .versions
            .iter()
            .any(|v| v.state == Some(ModelState::Published))
}

/// What a security role holds, and how far. Whoever writes rows also appends: the rules name the
/// two only for shares, and no verb needs them.
fn role_privileges(environment: &Environment, role: &str) -> Vec<(Privilege, Depth)> {
    use Depth::{Organization, User};
    use Privilege::{Append, AppendTo, Assign, Create, Delete, Read, Share, Write};
    let at = |depth: Depth, list: &[Privilege]| -> Vec<(Privilege, Depth)> {
        list.iter().map(|p| (*p, depth)).collect()
    };
    match role {
        "System Administrator" => at(Organization, &ALL),
        "System Customizer" => [
            at(
                Organization,
                &[Create, Read, Write, Append, AppendTo, Assign],
            ),
            at(User, &[Share, Delete]),
        ]
        .concat(),
        "Environment Maker" => at(
            User,
            &[Create, Read, Write, Delete, Append, AppendTo, Share],
        ),
        "Maker without Share" => at(User, &[Create, Read, Write, Delete, Append, AppendTo]),
        "Basic User" => at(User, &[Read]),
        _ => match environment.roles.iter().find(|r| r.id == role) {
            Some(custom) => match &custom.rights {
                RoleRights::Privileges(list) => list.clone(),
                _ => Vec::new(),
            },
            None => Vec::new(),
        },
    }
}

/// Whether somebody is System Administrator.
pub fn is_administrator(world: &World, id: EnvironmentId, q: &Question) -> bool {
    let case = Case {
        world,
        id,
        environment: world.environment(id).unwrap(),
        q,
        to: identities(world, q.who),
    };
    case.administrator()
}

/// Whether somebody owns a row, in person or through a team.
pub fn is_owner(world: &World, id: EnvironmentId, q: &Question, row: &Resource) -> bool {
    let case = Case {
        world,
        id,
        environment: world.environment(id).unwrap(),
        q,
        to: identities(world, q.who),
    };
    case.owns(row)
}

/// Whether a row is shared with somebody at any level.
pub fn is_shared(world: &World, id: EnvironmentId, q: &Question, row: &Resource) -> bool {
    let case = Case {
        world,
        id,
        environment: world.environment(id).unwrap(),
        q,
        to: identities(world, q.who),
    };
    case.shares(row)
        .iter()
        .any(|s| s.contains(&Privilege::Read))
}
