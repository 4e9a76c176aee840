//! `check --batch`: `AuthZEN` evaluation requests in, decisions out, one a line, in order.

use std::borrow::Cow;
use std::io::{self, BufRead};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::authz::{Asker, Request, Snapshot, Verdict, explain_call, wording};
use crate::domain::ids::PartRef;
use crate::domain::{ResourceRef, Target, Timestamp};

use super::Outcome;
use super::args;
use super::check::request;
use super::failure::{Failure, exit};
use super::print::{self, Output};
use super::session::{Globals, moment};

/// A line longer than this is no question.
const MAX_LINE: u64 = 1 << 20;
/// Bytes read at a time.
const BUFFER: usize = 1 << 16;

/// One request. `AuthZEN` lets a caller send more than is asked for here.
#[derive(Debug, Deserialize)]
struct Evaluation<'a> {
    #[serde(borrow)]
    subject: Named<'a>,
    #[serde(borrow)]
    action: Action<'a>,
    #[serde(borrow)]
    resource: Named<'a>,
    #[serde(default, borrow)]
    context: Context<'a>,
}

#[derive(Debug, Deserialize)]
struct Named<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct Action<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Context<'a> {
    #[serde(borrow)]
    time: Option<Cow<'a, str>>,
    #[serde(borrow)]
    model: Option<Cow<'a, str>>,
    also: Vec<String>,
}

/// The answer to one line.
enum Answer {
    Decision(bool),
    /// With reasons.
    Explained(Value),
    Refused(String),
}

/// Answers every line; one that can't be answered says so, and the batch goes on.
pub fn run(globals: &Globals, command: &args::Check) -> Outcome {
    let session = globals.open()?;
    let now = moment(command.at.as_ref(), session.now)?;
    let mut input = print::input(BUFFER);
    let mut out = Output::new();
    let mut unanswered = false;
    let mut line = Vec::new();
    loop {
        line.clear();
        if io::Read::take(&mut input, MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answer = if is_cut(&line) {
            skip_rest(&mut input)?;
            Answer::Refused("the line is too long for a request".to_owned())
        } else {
            let answer = decide(&session.snapshot, &line, now, command.explain);
            answer.unwrap_or_else(Answer::Refused)
        };
        match answer {
            Answer::Decision(true) => out.line("{\"decision\":true}")?,
            Answer::Decision(false) => out.line("{\"decision\":false}")?,
            Answer::Explained(value) => out.line(&value.to_string())?,
            Answer::Refused(message) => {
                unanswered = true;
                out.line(&refusal(&message).to_string())?;
            }
        }
        // Somebody who waits for an answer before the next question gets it.
        if !input.has_more() {
            out.flush()?;
        }
    }
    out.finish()?;
    Ok(if unanswered { exit::PARTLY } else { exit::YES })
}

/// Whether a line did not fit.
fn is_cut(line: &[u8]) -> bool {
    line.len() as u64 >= MAX_LINE && line.last() != Some(&b'\n')
}

fn skip_rest(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let (used, end) = {
            let buffer = input.fill_buf()?;
            let newline = buffer.iter().position(|b| *b == b'\n');
            (
                newline.map_or(buffer.len(), |at| at + 1),
                newline.is_some() || buffer.is_empty(),
            )
        };
        input.consume(used);
        if end {
            return Ok(());
        }
    }
}

fn refusal(message: &str) -> Value {
    json!({"decision": false, "context": {"error": {"status": 400, "message": message}}})
}

fn decide(
    snapshot: &Snapshot,
    line: &[u8],
    now: Timestamp,
    explained: bool,
) -> Result<Answer, String> {
    let asked: Evaluation<'_> =
        serde_json::from_slice(line).map_err(|e| format!("this is no evaluation request: {e}"))?;
    let principal = match &*asked.subject.kind {
        kind @ ("user" | "serviceAccount") => format!("{kind}:{}", asked.subject.id),
        kind => {
            return Err(format!(
                "subject.type `{kind}`: write user or serviceAccount"
            ));
        }
    };
    let resource = ResourceRef::parse(&asked.resource.id)?;
    require_kind(&asked.resource, &resource)?;
    let at = asked
        .context
        .time
        .as_deref()
        .map_or(Ok(now), Timestamp::parse)?;
    // Somebody whom nobody knows counts as an outsider of that name, but not of a whole reference.
    let introduced;
    let (snapshot, principal) = if let Some(id) = snapshot.find_principal(&principal) {
        (snapshot, id)
    } else {
        if let Some((kind @ ("user" | "serviceAccount"), id)) = asked.subject.id.split_once(':') {
            return Err(format!(
                "subject.id: write `{id}`, and `{kind}` as subject.type"
            ));
        }
        introduced = snapshot.introduce(&principal)?;
        (&introduced.0, introduced.1)
    };
    let target = snapshot.find(&resource)?;
    let model = asked.context.model.as_deref();
    let request = request(snapshot, (principal, target, at), &asked.action.name, model)
        .map_err(Failure::into_message)?;
    let also: Result<Vec<ResourceRef>, String> = asked
        .context
        .also
        .iter()
        .map(|id| ResourceRef::parse(id))
        .collect();
    let also: Result<Vec<Target>, String> = also?.iter().map(|id| snapshot.find(id)).collect();
    let also = also?;
    let verdict = if also.is_empty() {
        Asker::new(snapshot, principal).check(&request)
    } else {
        explain_call(snapshot, &request, &also).1.verdict
    };
    match verdict {
        Verdict::Error => Err(lines(snapshot, &request, &also).join("; ")),
        verdict if !explained => Ok(Answer::Decision(verdict.is_allowed())),
        verdict => Ok(Answer::Explained(json!({
            "decision": verdict.is_allowed(),
            "context": { "reasons": lines(snapshot, &request, &also).get(1..) },
        }))),
    }
}

/// A decision in words: the answer, then why.
fn lines(snapshot: &Snapshot, request: &Request<'_>, also: &[Target]) -> Vec<String> {
    let (about, explanation) = explain_call(snapshot, request, also);
    wording::explanation_in_full(snapshot, about, &explanation)
        .iter()
        .map(|line| line.trim().to_owned())
        .collect()
}

/// The type that a request names must be that of the id: a mix-up is no question.
fn require_kind(resource: &Named<'_>, id: &ResourceRef) -> Result<(), String> {
    let kind = match (&id.resource, &id.part) {
        (None, _) => "environment",
        (_, Some(PartRef::Version(_))) => "version",
        (_, Some(PartRef::Run(_))) => "run",
        (_, Some(PartRef::Container)) => "container",
        (Some((kind, _)), None) => match kind {
            crate::domain::ResourceKind::ModelGroup => "group",
            other => other.into(),
        },
    };
    if kind == resource.kind {
        return Ok(());
    }
    Err(format!(
        "resource.type `{}`: `{}` is of type {kind}",
        resource.kind, resource.id
    ))
}
