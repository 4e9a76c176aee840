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
    /// Of the whole environment, only privileges can be asked.
    fn on_environment(&self) -> bool {
        match &self.q.action {
            Action::Native(word) if word != "read-training-data" => self.holds(privilege(word)),
            _ => false,
        }
    }

    fn capability(&self, capability: Capability, row: &Resource, model: &Model) -> bool {
        let kind = model.kind.as_deref();
        let unsupported = self.unsupported(kind);
        let generic = kind == Some("generic-prediction");
        let reads = self.holds(Privilege::Read) && self.any_reach(Privilege::Read, row);
        let details = self.holds(Privilege::Read) && self.broad_reach(Privilege::Read, row);
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
                    && self.broad_reach(Privilege::Write, row)
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
        self.holds(Privilege::Share) && self.broad_reach(Privilege::Share, row)
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
        open && self.holds(privilege) && self.any_reach(privilege, row)
    }

    /// The container's owner, administrators, customizers, and co-owners in 2023.
    fn training_data(&self, model: &Model, row: &Resource) -> bool {
        // Without a container the data stays with the row's owner.
        let owner = model.container.as_ref().map(|c| c.owner).or(row.owner);
        self.holds(Privilege::Read)
            && (owner.is_some_and(|o| self.counts_as_owner(o))
                || self.administrator()
                || self.has_role("System Customizer")
                || self.share_levels(row).contains(&"Co-owner"))
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

    /// Levels at which the row is shared with the one who asks.
    fn share_levels(&self, row: &Resource) -> Vec<&'static str> {
        let Specifics::AiBuilder { edition, .. } = &self.environment.specifics else {
            return Vec::new();
        };
        let mut levels = Vec::new();
        for role in super::granted(&row.policy.bindings, &self.to, self.q.at) {
            match role {
                "User" => levels.push("User"),
                "Co-owner" if *edition == AiBuilderEdition::Y2023 => levels.push("Co-owner"),
                _ => {}
            }
        }
        levels
    }

    /// Own, depth, or co-owner.
    fn broad_reach(&self, privilege: Privilege, row: &Resource) -> bool {
        self.owns(row)
            || self.covered(privilege, row)
            || self.share_levels(row).contains(&"Co-owner")
    }

    /// Own, depth, or any share that includes the right.
    fn any_reach(&self, privilege: Privilege, row: &Resource) -> bool {
        let includes = |level: &&str| match *level {
            "User" => privilege == Privilege::Read,
            _ => !matches!(
                privilege,
                Privilege::Create | Privilege::Delete | Privilege::Assign
            ),
        };
        self.owns(row)
            || self.covered(privilege, row)
            || self.share_levels(row).iter().any(includes)
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
    !case.share_levels(row).is_empty()
}
