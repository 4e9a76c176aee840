//! Plans: what an intent would change, exactly, and what that does to people.

use crate::authz::{ActionId, Effect, Explanation, Request, Snapshot, effect, explain};
use crate::domain::{
    Action, Binding, Capability, ChangeSet, EnvironmentId, Key, Platform, Policy, PrincipalId,
    Record, Resource, ResourceId, ResourceRef, Revision, Stamp, Target, Timestamp,
};

use super::actor::Actor;
use super::draft::Draft;
use super::guards;
use super::intents::{self, Intent};
use super::refusal::{Refusal, RefusalKey};
use super::steps;

/// An authorized change, ready to commit against the revision it was made on.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The revision it was made on.
    pub base: Revision,
    /// The records that change.
    pub changes: ChangeSet,
    /// The state afterwards.
    pub after: Snapshot,
    /// What it does to people.
    pub effect: Effect,
    /// What it does from later moments on, where grants begin or end: each compared with what would
    /// have been then.
    pub later: Vec<(Timestamp, Effect)>,
    /// What the journal will say.
    pub stamp: Stamp,
    /// What one should know before confirming.
    pub warnings: Vec<String>,
    /// What moves along: a datasets container with its model.
    pub companions: Vec<String>,
    /// What the platform needs beyond this record: steps by hand, commands to run.
    pub steps: Vec<String>,
}

/// Authorizes an intent and works out its changes and effect. Pure: nothing is stored.
///
/// # Errors
/// A [`Refusal`] when the actor may not, or when contents or state do not fit.
pub fn plan(
    snapshot: &Snapshot,
    actor: &Actor,
    intent: &Intent,
    at: Timestamp,
) -> Result<Plan, Refusal> {
    let mut desk = Desk::new(snapshot, actor, at);
    let summary = intent.carry_out(&mut desk)?;
    desk.finish(intent.name(), intent.arguments(), summary, intent.reason())
}

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
    /// Whether guards only warn, as for an import.
    pub lenient: bool,
    /// The revision that this takes back.
    pub undoes: Option<Revision>,
    /// Whether that revision was a hand-over, so that a former owner gets back what was theirs.
    pub hands_back: bool,
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
            lenient: false,
            undoes: None,
            hands_back: false,
        }
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
        self.now()
            .find(&id)
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
                format!("There is no environment `{id}`."),
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
            Refusal::rule(
                RefusalKey::NotFound,
                format!("The directory knows no `{reference}` (write user:…, group:… or serviceAccount:…)."),
            )
        })
    }

    /// Closes the desk: guards, fresh etags, effect.
    ///
    /// # Errors
    /// When a guard refuses or nothing would change.
    pub fn finish(
        mut self,
        name: &str,
        arguments: String,
        summary: String,
        reason: Option<String>,
    ) -> Result<Plan, Refusal> {
        let imported = name == "import";
        self.refresh_etags(imported);
        if !imported {
            self.keep_limits()?;
        }
        let before = self.draft.before().clone();
        let (changes, after) = std::mem::replace(&mut self.draft, Draft::new(&before)).finish();
        if changes.is_empty() {
            return Err(Refusal::rule(
                RefusalKey::NothingToDo,
                "Nothing would change: it is already so.",
            ));
        }
        // Also at the moments at which grants end: nobody is left without an owner next month.
        let mut moments = boundaries(&changes, self.at);
        moments.insert(0, self.at);
        for moment in moments {
            let found = guards::check(&before, &after, &changes, moment);
            self.add_guard_warnings(found)?;
        }
        let effect = effect(&before, &after, &changes, self.at);
        let later = later(&before, &after, &changes, self.at, &effect);
        if !imported {
            let derived = steps::derive(&before, &after, &changes, self.at);
            self.steps.splice(0..0, derived);
        }
        self.warn_about(&effect, &before, &after);
        let stamp = Stamp {
            time: self.at,
            author: self.actor.author(&before),
            intent: name.to_owned(),
            arguments,
            summary,
            reason,
            effect: effect.summary(),
            undoes: self.undoes,
        };
        Ok(Plan {
            base: before.revision(),
            changes,
            after,
            effect,
            later,
            stamp,
            warnings: self.warnings,
            companions: self.companions,
            steps: self.steps,
        })
    }

    fn add_guard_warnings(&mut self, found: Vec<Refusal>) -> Result<(), Refusal> {
        for refusal in found {
            // Taking a hand-over back may give a model to somebody who has left since: that is what
            // was asked for, and it is said. Nobody may be left without an administrator.
            let restores = self.hands_back && refusal.key() == RefusalKey::LastOwner.as_str();
            if !self.lenient && !restores {
                return Err(refusal);
            }
            let text = refusal.to_string();
            if !self.warnings.contains(&text) {
                self.warnings.push(text);
            }
        }
        Ok(())
    }

    /// Whoever gives away their own last access, or opens something to everybody, is told.
    fn warn_about(&mut self, effect: &Effect, before: &Snapshot, after: &Snapshot) {
        for id in &effect.opened {
            let name = after.target_label(Target::Resource(*id));
            self.warnings
                .push(format!("{name} becomes open to everybody."));
        }
        let Some(own) = self.actor.principal else {
            return;
        };
        for row in effect.rows.iter().filter(|r| r.principal == own) {
            let target = Target::Resource(row.resource);
            let exists = after.resource(row.resource).is_some();
            if exists && crate::authz::capabilities(after, own, target, self.at).is_empty() {
                let name = before.target_label(target);
                self.warnings
                    .push(format!("You lose your own last access to {name}."));
            }
        }
    }

    /// Every policy that changed gets a new etag, so that an older copy can't be written. An import
    /// brings its own, unless that is the very etag of the policy it replaces.
    fn refresh_etags(&mut self, imported: bool) {
        let revision = self.draft.before().revision().next();
        for change in self.draft.changes().0 {
            let (was, is) = (
                policy_of(change.before.as_ref()),
                policy_of(change.after.as_ref()),
            );
            let Some(is) = is else { continue };
            let same_grants = was.is_some_and(|w| w.bindings == is.bindings);
            let brought = imported && was.is_none_or(|w| w.etag != is.etag);
            if same_grants && was.is_some_and(|w| w.etag == is.etag) || brought {
                continue;
            }
            match change.key {
                Key::Environment(id) if self.is_google(Target::Environment(id)) => {
                    let etag = etag(revision, id.0);
                    self.draft
                        .edit_environment(id, |e| e.policy.etag = Some(etag));
                }
                Key::Resource(_, id) if self.is_google(Target::Resource(id)) => {
                    let etag = etag(revision, id.0);
                    self.draft.edit_resource(id, |r| r.policy.etag = Some(etag));
                }
                _ => {}
            }
        }
    }

    fn is_google(&self, target: Target) -> bool {
        self.platform(target) == Some(Platform::Google)
    }

    /// What the platform would not take is refused on whatever way it came about; so is a change of
    /// a policy whose conditions were hidden when it was read.
    fn keep_limits(&self) -> Result<(), Refusal> {
        for change in self.draft.changes().0 {
            let target = match change.key {
                Key::Environment(id) => Target::Environment(id),
                Key::Resource(_, id) => Target::Resource(id),
                _ => continue,
            };
            let (was, is) = (
                policy_of(change.before.as_ref()),
                policy_of(change.after.as_ref()),
            );
            if was == is || is.is_none() || !self.is_google(target) {
                continue;
            }
            let hidden = |p: &Policy| p.bindings.iter().any(|b| b.role.contains("_withcond_"));
            if was.is_some_and(hidden) {
                let name = self.now().target_label(target);
                return Err(Refusal::rule(
                    RefusalKey::ConditionsHidden,
                    format!(
                        "The policy of {name} was read as version 1, with its conditions hidden. Import it anew as version 3 before you change it."
                    ),
                ));
            }
            intents::limits::keep(self, target)?;
        }
        Ok(())
    }
}

fn policy_of(record: Option<&Record>) -> Option<&Policy> {
    match record {
        Some(Record::Environment(e)) => Some(&e.policy),
        Some(Record::Resource(r)) => Some(&r.policy),
        _ => None,
    }
}

/// Later moments at which a grant in a changed policy begins or ends; at most a handful.
fn boundaries(changes: &ChangeSet, now: Timestamp) -> Vec<Timestamp> {
    const MOMENTS: usize = 8;
    let policies = changes
        .0
        .iter()
        .flat_map(|c| [policy_of(c.before.as_ref()), policy_of(c.after.as_ref())]);
    let windows = policies
        .flatten()
        .flat_map(|p| p.bindings.iter().filter_map(Binding::window));
    let mut moments: Vec<Timestamp> = windows
        .flat_map(|w| [w.start, w.end])
        .flatten()
        .filter(|t| *t > now)
        .collect();
    moments.sort_unstable();
    moments.dedup();
    moments.truncate(MOMENTS);
    moments
}

/// The effect at every later moment at which a grant in a changed policy begins or ends, as far as
/// it differs from the one before.
fn later(
    before: &Snapshot,
    after: &Snapshot,
    changes: &ChangeSet,
    now: Timestamp,
    first: &Effect,
) -> Vec<(Timestamp, Effect)> {
    let mut found = Vec::new();
    let mut last = first.clone();
    for moment in boundaries(changes, now) {
        let then = effect(before, after, changes, moment);
        if then != last {
            last.clone_from(&then);
            found.push((moment, then));
        }
    }
    found
}

/// Twelve characters in the platform's own shape; never the same for two revisions of a record.
fn etag(revision: Revision, number: u32) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = (revision.0 << 20) ^ u64::from(number) ^ 0x0bd5_0000_0000_0000;
    let mut text = String::from("B");
    for _ in 0..10 {
        let place = usize::try_from(value % 64).unwrap_or(0);
        text.push(char::from(ALPHABET.get(place).copied().unwrap_or(b'A')));
        value /= 64;
    }
    text.push('=');
    text
}

/// A sentence begins with a capital.
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// Plans what an import drafted. Only store administrators import; guards warn instead of refusing.
///
/// # Errors
/// A denial, or when the import would change nothing.
pub fn plan_import(
    draft: Draft,
    actor: &Actor,
    source: &str,
    at: Timestamp,
) -> Result<Plan, Refusal> {
    let before = draft.before().clone();
    let mut desk = Desk::new(&before, actor, at);
    desk.require_store_administrator("import")?;
    desk.draft = draft;
    desk.lenient = true;
    let arguments = serde_json::json!({ "import": { "source": source } }).to_string();
    desk.finish("import", arguments, format!("import {source}"), None)
}
