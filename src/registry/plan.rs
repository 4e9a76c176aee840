//! Plans: what an intent would change, exactly, and what that does to people.

use crate::authz::effect::effect_while;
use crate::authz::{Effect, Snapshot};
use crate::domain::{ChangeSet, Revision, Stamp, Target, Timestamp};

use super::actor::Actor;
use super::desk::Desk;
use super::draft::Draft;
use super::guards;
use super::intents::Intent;
use super::policies::boundaries;
use super::refusal::{Refusal, RefusalKey};
use super::role_changes;
use super::steps;
use super::warnings;
use super::watch::{Stage, Watch, stopped};
use super::word;

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
    /// The word of the intents themselves, whatever the effect; [`Self::word`] is what to ask for.
    pub word: Option<String>,
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
    plan_watched(snapshot, actor, intent, at, Watch::default())
}

/// Plans as [`plan`] does, while somebody waits who may stop it.
///
/// # Errors
/// As [`plan`]; [`RefusalKey::Stopped`] when it was stopped.
pub fn plan_watched(
    snapshot: &Snapshot,
    actor: &Actor,
    intent: &Intent,
    at: Timestamp,
    watch: Watch<'_>,
) -> Result<Plan, Refusal> {
    let mut desk = Desk::watched(snapshot, actor, at, watch);
    let summary = intent.carry_out(&mut desk)?;
    desk.word = word::of_intents(snapshot, std::slice::from_ref(intent));
    desk.finish(intent.name(), intent.arguments(), summary, intent.reason())
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

impl Plan {
    /// The word that somebody has to type before this is done, where one key is not enough: the
    /// leaver's id for an offboarding and `undo` for taking one back, the id of what is deleted
    /// (`delete N` for several), `everybody` for what opens something to everybody, now or later.
    pub fn word(&self) -> Option<&str> {
        let later = self.later.iter().map(|(_, effect)| effect);
        let mut effects = std::iter::once(&self.effect).chain(later);
        let mut opens = || effects.any(|effect| !effect.opened.is_empty());
        self.word
            .as_deref()
            .or_else(|| opens().then_some(word::EVERYBODY))
    }
}

impl Desk<'_> {
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
        if !self.lenient {
            self.keep_limits()?;
        }
        let before = self.draft.before().clone();
        let (changes, after) = changed(std::mem::replace(&mut self.draft, Draft::new(&before)))?;
        for broken in guards::check_from(&before, &after, &changes, self.at) {
            self.add_guard_warning(broken)?;
        }
        let watch = self.watch;
        let effect = |at| concerned(&before, &after, &changes, at, watch);
        let moments = boundaries(&changes, self.at);
        let effect_now = effect(self.at)?;
        let later = later(moments, &effect_now, effect)?;
        let effect = effect_now;
        // Only where nothing changes for anybody, now or later, is there something to say.
        let nothing = effect.is_empty() && later.is_empty();
        let already = nothing.then(|| warnings::already(&before, &changes, self.at));
        let already = already.flatten();
        if !imported {
            let mut derived = steps::derive(&before, &after, &changes, self.at);
            derived.retain(|step| !self.steps.contains(step));
            self.steps.splice(0..0, derived);
            self.companions.extend(role_changes::of_changes(&changes));
        }
        self.warn_about(&effect, &before, &after);
        if !imported {
            self.warnings.extend(warnings::unknown(&after, &changes));
            let roles = warnings::unknown_roles(&after, &changes);
            self.warnings.extend(roles);
        }
        self.warnings
            .extend(warnings::ownerless(&before, &after, &changes, self.at));
        self.warnings
            .extend(warnings::no_longer_left(&before, &after, &effect, self.at));
        let stamp = Stamp {
            time: self.at,
            author: self.actor.author(&before),
            intent: name.to_owned(),
            arguments,
            summary,
            reason,
            effect: told(&effect, &changes, already),
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
            word: self.word,
        })
    }

    fn add_guard_warning(&mut self, broken: guards::Broken) -> Result<(), Refusal> {
        let guards::Broken { refusal, fact } = broken;
        // Taking a hand-over back may give a model to somebody who has left since: that is what was
        // asked for, and it is said. Nobody may be left without an administrator.
        let restores = self.hands_back && refusal.key() == RefusalKey::LastOwner.as_str();
        if !self.lenient && !restores {
            return Err(refusal);
        }
        if !self.warnings.contains(&fact) {
            self.warnings.push(fact);
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
}

/// The effect in one line; where there is none, why, when that is known. Of a condition that can't be
/// evaluated here only the platform knows what it does there.
fn told(effect: &Effect, changes: &ChangeSet, already: Option<String>) -> String {
    if effect.is_empty() && warnings::is_beyond(changes) {
        return "none here; what it does on the platform is not known, because of a condition that can't be evaluated".to_owned();
    }
    match already {
        Some(why) => format!("{}: {why}", effect.summary()),
        None => effect.summary(),
    }
}

/// What a draft changes, and the state that it leads to; a change that changes nothing is refused.
pub(super) fn changed(draft: Draft) -> Result<(ChangeSet, Snapshot), Refusal> {
    let (changes, after) = draft.finish();
    if changes.is_empty() {
        return Err(Refusal::rule(
            RefusalKey::NothingToDo,
            "Nothing would change: it is already so.",
        ));
    }
    Ok((changes, after))
}

/// Whom a change concerns at a moment, while somebody waits.
fn concerned(
    before: &Snapshot,
    after: &Snapshot,
    changes: &ChangeSet,
    at: Timestamp,
    watch: Watch<'_>,
) -> Result<Effect, Refusal> {
    let go_on = |done, all| watch.goes_on(Stage::People, done, all);
    effect_while(before, after, changes, at, &go_on).ok_or_else(stopped)
}

/// The effect at every later moment at which a grant in a changed policy begins or ends, as far as
/// it differs from the one before.
fn later(
    moments: Vec<Timestamp>,
    first: &Effect,
    effect: impl Fn(Timestamp) -> Result<Effect, Refusal>,
) -> Result<Vec<(Timestamp, Effect)>, Refusal> {
    let mut found: Vec<(Timestamp, Effect)> = Vec::new();
    for moment in moments {
        let then = effect(moment)?;
        let last = found.last().map_or(first, |(_, last)| last);
        if then != *last {
            found.push((moment, then));
        }
    }
    Ok(found)
}

/// A sentence begins with a capital.
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
