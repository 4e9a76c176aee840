//! Playing a scenario.

use crate::authz::{
    ActionId, Explanation, ReasonKey, Request, Snapshot, Verdict, explain_call, list, who_can,
    wording,
};
use crate::domain::principal::fold_reference;
use crate::domain::{JournalEntry, PrincipalId, ResourceKind, ResourceRef, Target, Timestamp};
use crate::interop::document;
use crate::interop::problem::Problem;
use crate::registry::desk::Desk;
use crate::registry::{Actor, Draft, Plan, Refusal, RefusalKey, plan, plan_import, plan_undo};

use super::Scenario;
use super::expect::Expect;
use super::import::Import;
use super::question::Question;
use super::report::Report;
use super::step::{Doing, Step};
use super::undo::Undo;

/// The day on which scenarios begin: 2026-11-21.
const FIRST_DAY: Timestamp = Timestamp(1_795_219_200);
/// Whoever acts when a step names nobody.
const STORE_ADMINISTRATOR: &str = "store-administrator";

/// What came of a step, with an explanation for people.
struct Came {
    what: Outcome,
    why: Vec<String>,
}

enum Outcome {
    Allow,
    /// With every name that an expectation may call it by.
    Deny(Vec<String>),
    Error(Vec<String>),
    List(Vec<String>),
}

/// Plays a scenario from its document's state.
///
/// # Errors
/// When the document does not fit together.
pub fn run(scenario: &Scenario) -> Result<Report, Problem> {
    let mut draft = Draft::new(&Snapshot::default());
    document::apply(&scenario.document, &mut draft)?;
    let (_, snapshot) = draft.finish();
    let mut play = Play {
        snapshot,
        journal: Vec::new(),
        now: FIRST_DAY,
    };
    let mut report = Report::default();
    for (step, line) in scenario.steps.iter().zip(&scenario.lines) {
        match play.step(step) {
            None => {}
            Some(Ok(())) => report.passed += 1,
            Some(Err(failure)) => {
                let file = scenario.document.source.file();
                report.failures.push(format!("{file}:{line}: {failure}"));
            }
        }
    }
    Ok(report)
}

/// A scenario in the middle.
struct Play {
    snapshot: Snapshot,
    /// What the steps so far changed, oldest first.
    journal: Vec<JournalEntry>,
    now: Timestamp,
}

impl Play {
    /// Plays one step; what went otherwise than expected, in words. A step that only sets the
    /// clock comes to nothing.
    fn step(&mut self, step: &Step) -> Option<Result<(), String>> {
        self.now = step.at.unwrap_or(self.now);
        let came = match step.doing.as_ref()? {
            Doing::Question(question) => self.ask(step.who.as_deref(), question),
            Doing::Intent(intent) => self.change(step, |play, actor| {
                plan(&play.snapshot, actor, intent, play.now)
            }),
            Doing::Undo(undo) => self.change(step, |play, actor| play.undo(actor, *undo)),
            Doing::Import(import) => self.change(step, |play, actor| play.import(actor, import)),
        };
        let mut came = came.unwrap_or_else(|came| came);
        if came.what.meets(&step.expect) {
            return Some(Ok(()));
        }
        came.why.extend(self.differences(step, &came.what));
        Some(Err(failure(step, &came)))
    }

    /// Of what a list has too much or too little: why each is in it, or is not.
    fn differences(&self, step: &Step, came: &Outcome) -> Vec<String> {
        let (Some(Doing::Question(question)), Outcome::List(got), Expect::List(wanted)) =
            (&step.doing, came, &step.expect)
        else {
            return Vec::new();
        };
        let (got, wanted) = (folded(got), folded(wanted));
        let missing = wanted.iter().filter(|id| !got.contains(id));
        let extra = got.iter().filter(|id| !wanted.contains(id));
        let told = missing.map(|id| (id, "is missing"));
        let told = told.chain(extra.map(|id| (id, "is too much")));
        let lines = told.map(|(id, what)| {
            let why = self
                .decided_about(step, question, id)
                .unwrap_or_else(|came| came);
            let why = why.why.into_iter().map(|line| format!("  {line}"));
            std::iter::once(format!("{id} {what}:")).chain(why)
        });
        lines.flatten().collect()
    }

    /// The decision that one entry of a list stands for.
    fn decided_about(&self, step: &Step, question: &Question, id: &str) -> Result<Came, Came> {
        let (who, action, on) = match question {
            Question::WhoCan { action, on } => (id, action.as_str(), on.as_str()),
            _ => (step.who.as_deref().unwrap_or_default(), "see", id),
        };
        let (snapshot, principal) = introduced(&self.snapshot, who)?;
        let target = find(&snapshot, on)?;
        let action = resolve(&snapshot, action, target)?;
        let request = Request::new(principal, action, target, self.now);
        Ok(decided(&snapshot, &request, &[]))
    }

    /// Changes something; when it is refused, nothing changes.
    fn change(
        &mut self,
        step: &Step,
        planned: impl FnOnce(&Self, &Actor) -> Result<Plan, Refusal>,
    ) -> Result<Came, Came> {
        let actor = self.actor(step.who.as_deref(), step.store_administrator)?;
        Ok(match planned(self, &actor) {
            Ok(plan) => self.settle(plan),
            Err(refusal) => refused(&refusal),
        })
    }

    fn undo(&self, actor: &Actor, undo: Undo) -> Result<Plan, Refusal> {
        let entry = undo.find(&self.journal);
        let entry = entry.map_err(|why| Refusal::rule(RefusalKey::NotFound, why))?;
        plan_undo(&self.snapshot, actor, entry, self.now)
    }

    /// Who may not import learns nothing of what does not fit.
    fn import(&self, actor: &Actor, import: &Import) -> Result<Plan, Refusal> {
        Desk::new(&self.snapshot, actor, self.now).require_store_administrator("import")?;
        let mut draft = Draft::new(&self.snapshot);
        let drafted = import.draft(&mut draft);
        drafted.map_err(|(key, why)| Refusal::rule(key, why))?;
        plan_import(draft, actor, import.source(), self.now)
    }

    /// Steps to the next revision and journals it. Nobody else writes here, so the chain of hashes
    /// would prove nothing.
    fn settle(&mut self, plan: Plan) -> Came {
        let revision = plan.base.next();
        self.snapshot.apply(revision, &plan.changes);
        let why = vec![plan.stamp.summary.clone(), plan.stamp.effect.clone()];
        self.journal.push(JournalEntry {
            revision,
            stamp: plan.stamp,
            changes: plan.changes,
            previous: [0; 32],
            hash: [0; 32],
        });
        Came {
            what: Outcome::Allow,
            why,
        }
    }

    fn actor(&mut self, who: Option<&str>, store_administrator: bool) -> Result<Actor, Came> {
        match who {
            None | Some(STORE_ADMINISTRATOR) => Ok(Actor::store_administrator("scenario")),
            Some(reference) => {
                let (snapshot, id) = introduced(&self.snapshot, reference)?;
                self.snapshot = snapshot;
                Ok(Actor {
                    store_administrator,
                    ..Actor::user(id)
                })
            }
        }
    }

    fn ask(&self, who: Option<&str>, question: &Question) -> Result<Came, Came> {
        match question {
            Question::Check {
                action,
                on,
                also,
                model,
                address,
            } => {
                let (snapshot, principal) = introduced(&self.snapshot, who.unwrap_or_default())?;
                let target = find(&snapshot, on)?;
                let action = resolve(&snapshot, action, target)?;
                let mut request = Request::new(principal, action, target, self.now);
                request.model = model.as_deref().map(|m| find(&snapshot, m)).transpose()?;
                request.address = address.as_deref();
                let also: Result<Vec<Target>, Came> =
                    also.iter().map(|id| find(&snapshot, id)).collect();
                Ok(decided(&snapshot, &request, &also?))
            }
            Question::List(kind) => {
                let (snapshot, principal) = introduced(&self.snapshot, who.unwrap_or_default())?;
                let rows = list(&snapshot, *kind, principal, self.now);
                let ids = rows
                    .iter()
                    .map(|r| snapshot.target_id(Target::Resource(r.resource)));
                Ok(Came {
                    what: Outcome::List(ids.collect()),
                    why: Vec::new(),
                })
            }
            Question::WhoCan { action, on } => {
                let target = find(&self.snapshot, on)?;
                let action = resolve(&self.snapshot, action, target)?;
                let holders = who_can(&self.snapshot, action, target, self.now);
                let names = holders.iter().map(|h| self.snapshot.reference(h.principal));
                Ok(Came {
                    what: Outcome::List(names.collect()),
                    why: Vec::new(),
                })
            }
        }
    }
}

/// What a refusal is to expectations.
fn refused(refusal: &Refusal) -> Came {
    let names = match refusal {
        Refusal::Decision { explanation, .. } => names_of(explanation),
        Refusal::Rule { key, .. } => vec![key.as_str().to_owned()],
    };
    let what = if refusal.is_denial() {
        Outcome::Deny(names)
    } else {
        Outcome::Error(names)
    };
    Came {
        what,
        why: refusal.lines(),
    }
}

/// Something that keeps a step from being answered at all.
fn error(key: &'static str, why: String) -> Came {
    Came {
        what: Outcome::Error(vec![key.to_owned()]),
        why: vec![why],
    }
}

fn introduced(snapshot: &Snapshot, reference: &str) -> Result<(Snapshot, PrincipalId), Came> {
    snapshot
        .introduce(reference)
        .map_err(|e| error(RefusalKey::Malformed.as_str(), e))
}

fn find(snapshot: &Snapshot, id: &str) -> Result<Target, Came> {
    let id = ResourceRef::parse(id).map_err(|e| error(RefusalKey::Malformed.as_str(), e))?;
    let key = match id.resource {
        Some((ResourceKind::ModelGroup, _)) => ReasonKey::GroupNotFound,
        _ => ReasonKey::ResourceNotFound,
    };
    snapshot.find(&id).map_err(|e| error(key.as_str(), e))
}

fn resolve(snapshot: &Snapshot, action: &str, target: Target) -> Result<ActionId, Came> {
    let place = snapshot
        .environment_of(target)
        .and_then(|e| snapshot.place(e));
    let found = place.map(|p| ActionId::find(p.platform(), action));
    let key = match found {
        Some(Ok(action)) => return Ok(action),
        Some(Err(key)) => key,
        None => ReasonKey::ResourceNotFound,
    };
    Err(error(
        key.as_str(),
        format!("the platform knows no `{action}`"),
    ))
}

fn decided(snapshot: &Snapshot, request: &Request<'_>, also: &[Target]) -> Came {
    let (about, explanation) = explain_call(snapshot, request, also);
    let names = || names_of(&explanation);
    let what = match explanation.verdict {
        Verdict::Allow => Outcome::Allow,
        Verdict::Deny => Outcome::Deny(names()),
        Verdict::Error => Outcome::Error(names()),
    };
    Came {
        what,
        why: wording::explanation(snapshot, about, &explanation),
    }
}

/// What a decision may be expected by: every reason for which the first failing check fails, the one
/// that it goes by first, and the check.
fn names_of(explanation: &Explanation) -> Vec<String> {
    let failed = explanation.first_failure();
    let reasons = explanation.reasons.iter();
    let reasons = reasons.filter(|r| Some(r.check) == failed);
    let keys = reasons.map(|r| r.key.as_str().to_owned());
    keys.chain(failed.map(|c| c.to_string())).collect()
}

impl Outcome {
    fn meets(&self, expect: &Expect) -> bool {
        let is_called =
            |names: &[String], key: &Option<String>| key.as_ref().is_none_or(|k| names.contains(k));
        match (self, expect) {
            (Self::Allow, Expect::Allow) => true,
            (Self::Deny(names), Expect::Deny(key)) | (Self::Error(names), Expect::Error(key)) => {
                is_called(names, key)
            }
            (Self::List(got), Expect::List(wanted)) => folded(got) == folded(wanted),
            _ => false,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Allow => "allow".to_owned(),
            Self::Deny(names) => format!("deny: {}", names.first().map_or("", String::as_str)),
            Self::Error(names) => format!("error: {}", names.first().map_or("", String::as_str)),
            Self::List(ids) => format!("[{}]", ids.join(", ")),
        }
    }
}

fn folded(ids: &[String]) -> Vec<String> {
    let mut ids: Vec<String> = ids
        .iter()
        .map(|id| fold_reference(id).into_owned())
        .collect();
    ids.sort();
    ids
}

/// What was expected, what came, and why.
fn failure(step: &Step, came: &Came) -> String {
    let first = format!("expected {}, came to {}", step.expect, came.what.words());
    let note = step.note.iter().map(|note| format!("    note: {note}"));
    let why = came.why.iter().map(|line| format!("    {line}"));
    let lines: Vec<String> = std::iter::once(first).chain(note).chain(why).collect();
    lines.join("\n") + "\n"
}
