//! Intents as commands: `share`, `unshare`, `reassign`, and `do` for every other one.

use std::io::{self, Read as _};

use crate::domain::Timestamp;
use crate::registry::intents::{Reassign, Share, Unshare};
use crate::registry::{Intent, Plan, plan};

use super::Outcome;
use super::args;
use super::confirm::agreed;
use super::failure::{Failure, exit};
use super::plan_text;
use super::print::Output;
use super::session::{Globals, Session};

/// Gives somebody access.
pub fn share(globals: &Globals, command: args::Share) -> Outcome {
    let intent = Share {
        model: command.model,
        with: command.with,
        role: command.role,
        level: command.level,
        permissions: command.permissions,
        starts: written_out(command.starts.as_ref())?,
        ends: written_out(command.ends.as_ref())?,
        reason: command.manner.reason.clone(),
    };
    carry_out(globals, &intent.into(), &command.manner)
}

/// A time said from now as the journal keeps it.
fn written_out(text: Option<&String>) -> Result<Option<String>, Failure> {
    let now = Timestamp::now();
    let read = |text: &String| {
        Timestamp::read_ahead(text, now).map_err(Failure::data)?;
        Ok(Timestamp::written_out(text, now))
    };
    text.map(read).transpose()
}

/// Takes access back.
pub fn unshare(globals: &Globals, command: args::Unshare) -> Outcome {
    let intent = Unshare {
        model: command.model,
        with: command.with,
        role: command.role,
    };
    carry_out(globals, &intent.into(), &command.manner)
}

/// Changes owners.
pub fn reassign(globals: &Globals, command: args::Reassign) -> Outcome {
    let intent = Reassign {
        models: command.models,
        to: command.to,
        from: command.from,
        keep: (command.keep || command.no_keep).then_some(command.keep),
        reason: command.manner.reason.clone(),
    };
    carry_out(globals, &intent.into(), &command.manner)
}

/// Carries out an intent that is written out.
pub fn any(globals: &Globals, command: &args::Do) -> Outcome {
    let text = if command.is_given_later() {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text)?;
        text
    } else {
        command.intent.clone()
    };
    carry_out(globals, &parse(&text)?, &command.manner)
}

/// Reads an intent from JSON or YAML: a mapping of its name to its arguments.
fn parse(text: &str) -> Result<Intent, Failure> {
    let json = text
        .trim_start()
        .starts_with('{')
        .then(|| serde_json::from_str(text));
    if let Some(Ok(intent)) = json {
        return Ok(intent);
    }
    serde_saphyr::from_str(text).map_err(|error| {
        let why = match json {
            Some(Err(error)) => error.to_string(),
            _ => error.without_snippet().to_string(),
        };
        Failure::data(format!("this is no intent: {why}. Write for example {{\"suspend-user\": {{\"user\": \"user:dan@acme.test\"}}}}"))
    })
}

fn carry_out(globals: &Globals, intent: &Intent, manner: &args::Manner) -> Outcome {
    let session = globals.open()?;
    let plan = plan(&session.snapshot, &session.actor, intent, session.now)?;
    settle(&session, plan, manner)
}

/// Shows a plan, and makes it last unless it was only to be shown.
pub fn settle(session: &Session, mut plan: Plan, manner: &args::Manner) -> Outcome {
    if manner.reason.is_some() {
        plan.stamp.reason.clone_from(&manner.reason);
    }
    let mut out = Output::of_change();
    plan_text::write(&mut out, &session.snapshot, &plan)?;
    if manner.dry_run {
        out.line("nothing was changed (dry run)")?;
    } else {
        out.flush()?;
        agreed(&plan, manner.yes)?;
        let receipt = session.registry.commit(plan)?;
        plan_text::committed(&mut out, receipt.entry.revision)?;
    }
    out.finish()?;
    Ok(exit::YES)
}
