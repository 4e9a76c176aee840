//! Where intents are worked out: lookups and authorization over a draft.

use crate::authz::{ActionId, Explanation, Request, Snapshot, explain};
use crate::domain::{
    Action, Capability, EnvironmentId, Platform, PrincipalId, Resource, ResourceId, ResourceRef,
    Revision, Target, Timestamp,
};

use super::actor::Actor;
use super::draft::Draft;
use super::nearest;
use super::plan::capitalized;
use super::refusal::{Refusal, RefusalKey};
use super::watch::{Stage, Watch};

/// Where an intent is worked out: the draft, who acts, and what to tell.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The change set in the making.
    pub draft: Draft,
    /// Who acts.
    pub actor: &'a Actor,
    /// When.
    pub at: Timestamp,
    /// What one should know before confirming.
    pub warnings: Vec<String>,
    /// What moves along.
    pub companions: Vec<String>,
    /// What the platform needs beyond this record.
    pub steps: Vec<String>,
    /// The word that its intents take before they are done.
    pub word: Option<String>,
    /// Whether guards only warn and the platform's limits are not asked about, as for an import.
    pub lenient: bool,
    /// The revision that this takes back.
    pub undoes: Option<Revision>,
    /// Whether that revision was a hand-over, so that a former owner gets back what was theirs.
    pub hands_back: bool,
    /// Whoever waits for the plan.
    pub watch: Watch<'a>,
}

impl<'a> Desk<'a> {
    /// An empty desk.
    pub fn new(snapshot: &Snapshot, actor: &'a Actor, at: Timestamp) -> Self {
        Self {
            draft: Draft::new(snapshot),
            actor,
            at,
            warnings: Vec::new(),
            companions: Vec::new(),
            steps: Vec::new(),
            word: None,
            lenient: false,
            undoes: None,
            hands_back: false,
            watch: Watch::default(),
        }
    }

    /// An empty desk that somebody waits for.
    pub fn watched(snapshot: &Snapshot, actor: &'a Actor, at: Timestamp, watch: Watch<'a>) -> Self {
        Self {
            watch,
            ..Self::new(snapshot, actor, at)
        }
    }

    /// Tells whoever waits that so many things of so many are changed.
    ///
    /// # Errors
    /// When nobody wants the plan any more.
    pub fn reached(&self, done: usize, all: usize) -> Result<(), Refusal> {
        self.watch.reached(Stage::Changes, done, all)
    }

    /// The state with the changes so far.
    pub const fn now(&self) -> &Snapshot {
        self.draft.now()
    }

    /// The acting directory user.
    ///
    /// # Errors
    /// When the login maps to nobody.
    pub fn principal(&self) -> Result<PrincipalId, Refusal> {
        self.actor.principal.ok_or_else(|| {
            Refusal::rule(
                RefusalKey::NoPrincipal,
                "This login is no directory user, so it holds nothing on any platform. Act for somebody with --as.",
            )
        })
    }

    /// Only store administrators pass.
    ///
    /// # Errors
    /// A denial for everybody else.
    pub fn require_store_administrator(&self, what: &str) -> Result<(), Refusal> {
        if self.actor.store_administrator {
            return Ok(());
        }
        Err(Refusal::rule(
            RefusalKey::StoreAdministratorOnly,
            format!("Only store administrators can {what}. Ask one, or see `deedbox login list`."),
        ))
    }

    /// The decision about the actor and an action.
    ///
    /// # Errors
    /// When the platform knows no such action, or nobody acts.
    pub fn explain(&self, action: &Action, target: Target) -> Result<Explanation, Refusal> {
        let principal = self.principal()?;
        let snapshot = self.now();
        let action = self.action(action, target)?;
        Ok(explain(
            snapshot,
            &Request::new(principal, action, target, self.at),
        ))
    }

    fn action(&self, action: &Action, target: Target) -> Result<ActionId, Refusal> {
        let platform = self.platform(target);
        platform
            .and_then(|p| ActionId::resolve(p, action).ok())
            .ok_or_else(|| {
                Refusal::rule(
                    RefusalKey::NotOnThisPlatform,
                    format!("This platform knows no `{}`.", action.name()),
                )
            })
    }

    /// The actor must be allowed; `what` says to do what, for the refusal.
    ///
    /// # Errors
    /// The whole decision.
    pub fn require(&self, action: &Action, target: Target, what: &str) -> Result<(), Refusal> {
        let explanation = self.explain(action, target)?;
        if explanation.verdict.is_allowed() {
            return Ok(());
        }
        Err(Refusal::decision(self.now(), what, target, explanation))
    }

    /// The actor must have a capability on a resource.
    ///
    /// # Errors
    /// The whole decision.
    pub fn require_capability(
        &self,
        capability: Capability,
        id: ResourceId,
        what: &str,
    ) -> Result<(), Refusal> {
        let target = Target::Resource(id);
        let what = format!("{what} {}", self.now().target_label(target));
        self.require(&Action::Capability(capability), target, &what)
    }

    /// The actor must hold a native permission.
    ///
    /// # Errors
    /// The whole decision.
    pub fn require_native(&self, name: &str, target: Target, what: &str) -> Result<(), Refusal> {
        let what = format!("{what} {}", self.now().target_label(target));
        self.require(&Action::Native(name.to_owned()), target, &what)
    }

    /// The platform of a target.
    pub fn platform(&self, target: Target) -> Option<Platform> {
        let environment = self.now().environment_of(target)?;
        Some(self.now().place(environment)?.platform())
    }

    /// Looks up what an id names.
    ///
    /// # Errors
    /// When the text is no id or nothing is there.
    pub fn target(&self, id: &str) -> Result<Target, Refusal> {
        let id = ResourceRef::parse(id).map_err(|e| Refusal::rule(RefusalKey::Malformed, e))?;
        nearest::find(self.now(), &id, self.actor.store_administrator)
            .map_err(|e| Refusal::rule(RefusalKey::NotFound, format!("{}.", capitalized(&e))))
    }

    /// Looks up a resource, not a part of one.
    ///
    /// # Errors
    /// When there is none under this id.
    pub fn resource(&self, id: &str) -> Result<(ResourceId, &Resource), Refusal> {
        match self.target(id)? {
            Target::Resource(number) => match self.now().resource(number) {
                Some(resource) => Ok((number, resource)),
                None => Err(Refusal::rule(
                    RefusalKey::NotFound,
                    format!("There is no `{id}`."),
                )),
            },
            _ => Err(Refusal::rule(
                RefusalKey::Malformed,
                format!("`{id}` names no model, group, job, operation or experiment."),
            )),
        }
    }

    /// Looks up an environment.
    ///
    /// # Errors
    /// When there is none with this id.
    pub fn environment(&self, id: &str) -> Result<EnvironmentId, Refusal> {
        self.now().find_environment(id).ok_or_else(|| {
            Refusal::rule(
                RefusalKey::NotFound,
                format!(
                    "There is no environment `{id}`{}.",
                    nearest::environment(self.now(), id)
                ),
            )
        })
    }

    /// Looks up a principal that the directory knows.
    ///
    /// # Errors
    /// When it does not.
    pub fn known_principal(&self, reference: &str) -> Result<PrincipalId, Refusal> {
        let found = self.now().find_principal(reference);
        let known = |id: &PrincipalId| self.now().principal(*id).is_some_and(|p| p.is_known());
        found.filter(known).ok_or_else(|| {
            let otherwise = format!(
                "the directory knows no `{reference}` (write user:…, group:… or serviceAccount:…)"
            );
            let why = nearest::nobody(self.now(), reference, &otherwise);
            Refusal::rule(RefusalKey::NotFound, format!("{}.", capitalized(&why)))
        })
    }

    /// Looks up whom a grant names; a name that nobody answers to joins as external.
    ///
    /// # Errors
    /// When the text has not the form of a principal.
    pub fn member(&mut self, reference: &str) -> Result<PrincipalId, Refusal> {
        self.draft.principal(reference).map_err(|why| {
            let why = nearest::nobody(self.now(), reference, &why);
            Refusal::rule(RefusalKey::Malformed, why)
        })
    }
}
