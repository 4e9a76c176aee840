//! Playing a scenario.

use crate::authz::{
    ActionId, ReasonKey, Request, Snapshot, Verdict, explain, list, who_can, wording,
};
use crate::domain::principal::fold_reference;
use crate::domain::{Action, PrincipalId, ResourceKind, ResourceRef, Target, Timestamp};
use crate::interop::document;
use crate::interop::problem::Problem;
use crate::registry::{Actor, Draft, Intent, Refusal, RefusalKey, plan};

use super::Scenario;
use super::expect::Expect;
use super::question::Question;
use super::report::Report;
use super::step::{Doing, Step};

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
    now: Timestamp,
}

impl Play {
    /// Plays one step; what went otherwise than expected, in words. A step that only sets the
    /// clock comes to nothing.
    fn step(&mut self, step: &Step) -> Option<Result<(), String>> {
        self.now = step.at.unwrap_or(self.now);
        let came = match step.doing.as_ref()? {
            Doing::Intent(intent) => self.intent(step.who.as_deref(), intent),
            Doing::Question(question) => self.ask(step.who.as_deref(), question),
        };
        let came = came.unwrap_or_else(|came| came);
        Some(if came.what.meets(&step.expect) {
            Ok(())
        } else {
            Err(failure(step, &came))
        })
    }

    /// Carries an intent out; when it is refused, nothing changes.
    fn intent(&mut self, who: Option<&str>, intent: &Intent) -> Result<Came, Came> {
        let actor = self.actor(who)?;
        Ok(match plan(&self.snapshot, &actor, intent, self.now) {
            Ok(plan) => {
                let why = vec![plan.stamp.summary, plan.stamp.effect];
                self.snapshot.apply(plan.base.next(), &plan.changes);
                Came {
                    what: Outcome::Allow,
                    why,
                }
            }
            Err(refusal) => {
                let mut names = vec![refusal.key().to_owned()];
                names.extend(check_name(&refusal));
                let denied = refusal.is_denial();
                let what = if denied {
                    Outcome::Deny(names)
                } else {
                    Outcome::Error(names)
                };
                Came {
                    what,
                    why: refusal.lines(),
                }
            }
        })
    }

    fn actor(&mut self, who: Option<&str>) -> Result<Actor, Came> {
        match who {
            None | Some(STORE_ADMINISTRATOR) => Ok(Actor::store_administrator("scenario")),
            Some(reference) => {
                let (snapshot, id) = introduced(&self.snapshot, reference)?;
                self.snapshot = snapshot;
                Ok(Actor::user(id))
            }
        }
    }

    fn ask(&self, who: Option<&str>, question: &Question) -> Result<Came, Came> {
        match question {
            Question::Check {
                action,
                on,
                model,
                address,
            } => {
                let (snapshot, principal) = introduced(&self.snapshot, who.unwrap_or_default())?;
                let target = find(&snapshot, on)?;
                let action = resolve(&snapshot, action, target)?;
                let mut request = Request::new(principal, action, target, self.now);
                request.model = model.as_deref().map(|m| find(&snapshot, m)).transpose()?;
                request.address = address.as_deref();
                Ok(decided(&snapshot, &request))
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
    let found = place.map(|p| ActionId::resolve(p.platform(), &Action::parse(action)));
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

fn decided(snapshot: &Snapshot, request: &Request<'_>) -> Came {
    let explanation = explain(snapshot, request);
    let names = || {
        let key = explanation.key().map(|k| k.as_str().to_owned());
        let check = explanation.first_failure().map(|c| c.to_string());
        key.into_iter().chain(check).collect()
    };
    let what = match explanation.verdict {
        Verdict::Allow => Outcome::Allow,
        Verdict::Deny => Outcome::Deny(names()),
        Verdict::Error => Outcome::Error(names()),
    };
    Came {
        what,
        why: wording::explanation(snapshot, request.target, &explanation),
    }
}

/// The check that a refusal failed, when it was a decision.
fn check_name(refusal: &Refusal) -> Option<String> {
    match refusal {
        Refusal::Decision { explanation, .. } => explanation.first_failure().map(|c| c.to_string()),
        Refusal::Rule { .. } => None,
    }
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
