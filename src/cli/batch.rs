//! `check --batch`: `AuthZEN` evaluation requests in, decisions out, one a line, in order.

use std::io::{self, BufRead, BufReader};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::authz::{Snapshot, Verdict, wording};
use crate::domain::ids::PartRef;
use crate::domain::{ResourceRef, Timestamp};

use super::Outcome;
use super::args;
use super::check::{Asked, answer};
use super::failure::{Failure, exit};
use super::print::Output;
use super::session::{Globals, moment};

/// A line longer than this is no question.
const MAX_LINE: u64 = 1 << 20;

/// One request. `AuthZEN` lets a caller send more than is asked for here.
#[derive(Debug, Deserialize)]
struct Evaluation {
    subject: Named,
    action: Action,
    resource: Named,
    #[serde(default)]
    context: Context,
}

#[derive(Debug, Deserialize)]
struct Named {
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

#[derive(Debug, Deserialize)]
struct Action {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Context {
    time: Option<String>,
    model: Option<String>,
}

/// Answers every line; one that can't be answered says so, and the batch goes on.
pub fn run(globals: &Globals, command: &args::Check) -> Outcome {
    let session = globals.open()?;
    let now = moment(command.at.as_ref(), session.now)?;
    let mut input = BufReader::new(io::stdin().lock());
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
        let decision = if is_cut(&line) {
            skip_rest(&mut input)?;
            Err("the line is too long for a request".to_owned())
        } else {
            decide(&session.snapshot, &line, now, command.explain)
        };
        unanswered |= decision.is_err();
        out.line(
            &decision
                .unwrap_or_else(|message| refusal(&message))
                .to_string(),
        )?;
        // Somebody who waits for an answer before the next question gets it.
        if input.buffer().is_empty() {
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
    explain: bool,
) -> Result<Value, String> {
    let asked: Evaluation =
        serde_json::from_slice(line).map_err(|e| format!("this is no evaluation request: {e}"))?;
    let principal = match asked.subject.kind.as_str() {
        kind @ ("user" | "serviceAccount") => format!("{kind}:{}", asked.subject.id),
        kind => {
            return Err(format!(
                "subject.type `{kind}`: write user or serviceAccount"
            ));
        }
    };
    require_kind(&asked.resource)?;
    let at = asked
        .context
        .time
        .as_deref()
        .map_or(Ok(now), Timestamp::parse)?;
    let question = Asked {
        principal: &principal,
        action: &asked.action.name,
        resource: &asked.resource.id,
        model: asked.context.model.as_deref(),
        at,
    };
    let answer = answer(snapshot, question).map_err(Failure::into_message)?;
    let lines = wording::explanation(&answer.snapshot, answer.target, &answer.explanation);
    let verdict = answer.explanation.verdict;
    if verdict == Verdict::Error {
        return Err(lines
            .iter()
            .map(|l| l.trim())
            .collect::<Vec<_>>()
            .join("; "));
    }
    let mut decision = json!({"decision": verdict.is_allowed()});
    if explain && let Some(object) = decision.as_object_mut() {
        let reasons: Vec<&str> = lines.iter().skip(1).map(|l| l.trim()).collect();
        object.insert("context".to_owned(), json!({"reasons": reasons}));
    }
    Ok(decision)
}

/// The type that a request names must be that of the id: a mix-up is no question.
fn require_kind(resource: &Named) -> Result<(), String> {
    let id = ResourceRef::parse(&resource.id)?;
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
