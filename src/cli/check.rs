//! `check`: may somebody do something?

use serde_json::Value;

use crate::authz::{
    self, ActionId, Evidence, Explanation, ReasonKey, Request, Snapshot, Verdict, explain_call,
    wording,
};
use crate::domain::{PrincipalId, PrincipalKind, Target, Timestamp};
use crate::registry::nearest;

use super::Outcome;
use super::args::{Check, Form};
use super::failure::{Failure, exit};
use super::print::{self, Output};
use super::session::{Globals, moment, target};
use super::sheet::Sheet;

/// A question in words, as it was asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Who.
    pub principal: &'a str,
    /// What.
    pub action: &'a str,
    /// On what.
    pub resource: &'a str,
    /// What a method predicts with.
    pub model: Option<&'a str>,
    /// What else the same call names.
    pub also: &'a [String],
    /// When.
    pub at: Timestamp,
}

/// A question and its answer.
#[derive(Debug)]
pub struct Answer {
    /// The state that it was answered on, in which the principal is known.
    pub snapshot: Snapshot,
    /// What it was about.
    pub target: Target,
    /// The whole decision.
    pub explanation: Explanation,
}

/// Answers one question. A principal that nobody knows counts as an outsider of that name.
pub fn answer(snapshot: &Snapshot, asked: Asked<'_>) -> Result<Answer, Failure> {
    let (snapshot, principal) = introduced(snapshot, asked.principal)?;
    let about = target(&snapshot, asked.resource)?;
    let plain = (principal, about, asked.at);
    let request = request(&snapshot, plain, asked.action, asked.model)?;
    let also: Result<Vec<Target>, Failure> =
        asked.also.iter().map(|id| target(&snapshot, id)).collect();
    let (about, explanation) = explain_call(&snapshot, &request, &also?);
    Ok(Answer {
        target: about,
        explanation,
        snapshot,
    })
}

/// Who, on what and when, with the words of the action and the model looked up.
pub fn request(
    snapshot: &Snapshot,
    (principal, about, at): (PrincipalId, Target, Timestamp),
    name: &str,
    model: Option<&str>,
) -> Result<Request<'static>, Failure> {
    let action = action(snapshot, name, about)?;
    let mut request = Request::new(principal, action, about, at);
    request.model = model.map(|id| target(snapshot, id)).transpose()?;
    Ok(request)
}

/// The state with a principal in it that may be asked about.
pub fn introduced(
    snapshot: &Snapshot,
    reference: &str,
) -> Result<(Snapshot, PrincipalId), Failure> {
    let found = snapshot.introduce(reference);
    found.map_err(|why| Failure::data(nearest::nobody(snapshot, reference, &why)))
}

/// Says so when the directory does not know whom a question is about: a policy may name outsiders, so
/// there is an answer, but a typing error gets one too.
pub fn tell_of_outsider(snapshot: &Snapshot, reference: &str) {
    let found = snapshot.find_principal(reference);
    let principal = found.and_then(|id| snapshot.principal(id));
    let named = ["user:", "group:", "serviceAccount:"];
    let outsider = match principal.map(|p| &p.kind) {
        Some(kind) => matches!(
            kind,
            PrincipalKind::ExternalUser
                | PrincipalKind::ExternalGroup
                | PrincipalKind::ExternalServiceAccount
        ),
        None => named.iter().any(|kind| reference.starts_with(kind)),
    };
    if !outsider {
        return;
    }
    let name = nearest::told(snapshot, reference);
    print::message(&format!(
        "warning: the directory does not know {name}; answered as for an outsider"
    ));
}

/// Looks an action up in the words of the target's platform.
pub fn action(snapshot: &Snapshot, name: &str, about: Target) -> Result<ActionId, Failure> {
    let place = snapshot
        .environment_of(about)
        .and_then(|e| snapshot.place(e));
    let platform = place.map(|p| p.platform());
    let found = platform.and_then(|p| ActionId::find(p, name).ok());
    found.ok_or_else(|| {
        let title = platform.map_or("this platform", |p| p.title());
        let near = platform.map_or_else(String::new, |p| nearest::action(p, name));
        Failure::data(format!(
            "{title} knows no capability, permission or method `{name}`{near}"
        ))
    })
}

/// Answers the question on the command line.
pub fn run(globals: &Globals, command: &Check) -> Outcome {
    let session = globals.open()?;
    let (principal, name, resource) = asked(command)?;
    let at = moment(command.at.as_ref(), session.now)?;
    let model = command.model.as_deref();
    let asked = Asked {
        principal,
        action: name,
        resource,
        model,
        also: &command.also,
        at,
    };
    let answer = answer(&session.snapshot, asked)?;
    tell_of_outsider(&session.snapshot, principal);
    let (known, about, explanation) = (&answer.snapshot, answer.target, &answer.explanation);
    match command.shape.form {
        Form::Table => tell(
            &wording::explanation(known, about, explanation),
            command.explain,
        )?,
        form => {
            let lines = wording::explanation_in_full(known, about, explanation);
            sheet(asked, &answer, &lines, command.explain).write(form)?;
        }
    }
    Ok(match answer.explanation.verdict {
        Verdict::Allow => exit::YES,
        Verdict::Deny => exit::NO,
        Verdict::Error => {
            print::message(&format!("error: {}", undecided(explanation)));
            exit::DATA
        }
    })
}

/// Why nothing can be decided.
fn undecided(explanation: &Explanation) -> &'static str {
    match explanation.key() {
        Some(ReasonKey::ModelNeeded) => {
            "the method predicts with a model: name it with --model ENV/models/ID"
        }
        Some(
            key @ (ReasonKey::ResourceNotFound
            | ReasonKey::UnknownPermission
            | ReasonKey::UndeployOneAtATime),
        ) => wording::key(key),
        _ => "what is stored does not fit together, so nothing can be decided; see --explain",
    }
}

/// Who, what and on what. A method takes the place of the action.
fn asked(command: &Check) -> Result<(&str, &str, &str), Failure> {
    let words = (
        command.principal.as_deref(),
        command.method.as_deref(),
        command.action.as_deref(),
        command.resource.as_deref(),
    );
    match words {
        (Some(who), None, Some(action), Some(on)) => Ok((who, action, on)),
        (Some(who), Some(method), Some(on), None) => Ok((who, method, on)),
        (Some(_), Some(_), _, Some(_)) => Err(Failure::usage(
            "--method takes the place of the action: write who and on what",
        )),
        _ => Err(Failure::usage("say who, what and on what")),
    }
}

fn tell(lines: &[String], all: bool) -> Result<(), Failure> {
    let mut out = Output::new();
    for line in lines.iter().take(if all { usize::MAX } else { 1 }) {
        out.line(line)?;
    }
    out.finish()?;
    Ok(())
}

const COLUMNS: &[&str] = &[
    "principal",
    "action",
    "resource",
    "time",
    "decision",
    "failed_check",
    "key",
    "reasons",
    "paths",
];

fn sheet(asked: Asked<'_>, answer: &Answer, lines: &[String], explain: bool) -> Sheet {
    let explanation = &answer.explanation;
    let reasons: Vec<Value> = lines.iter().skip(1).map(|l| l.trim().into()).collect();
    let row = vec![
        asked.principal.into(),
        asked.action.into(),
        asked.resource.into(),
        asked.at.to_string().into(),
        explanation.verdict.to_string().into(),
        explanation
            .first_failure()
            .map_or(Value::Null, |c| c.to_string().into()),
        explanation.key().map_or(Value::Null, |k| k.as_str().into()),
        if explain {
            Value::Array(reasons)
        } else {
            Value::Null
        },
        if explain { paths(answer) } else { Value::Null },
    ];
    Sheet::single(COLUMNS, row)
}

/// The groups of every way by which the target is reached, nearest first; each way once.
fn paths(answer: &Answer) -> Value {
    let explanation = &answer.explanation;
    let reached = explanation.verdict.is_allowed();
    let reach = explanation.evidence_for(authz::Check::Reach);
    let mut paths: Vec<&[PrincipalId]> = Vec::new();
    for path in reach.filter(|_| reached).filter_map(Evidence::path) {
        if !path.is_empty() && !paths.contains(&path) {
            paths.push(path);
        }
    }
    let named = |id: &PrincipalId| Value::from(answer.snapshot.reference(*id));
    let paths = paths.into_iter().map(|path| path.iter().map(named));
    paths.map(Iterator::collect::<Value>).collect()
}
