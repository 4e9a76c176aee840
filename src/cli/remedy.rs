//! `remedy`: what would turn an answer, and doing it.

use std::io;

use serde_json::Value;

use crate::authz::remedy::{Others, step};
use crate::authz::wording;
use crate::domain::Target;
use crate::registry::{Intent, Offer, Offers, Question, plan_all, remedies};

use super::Outcome;
use super::args::{Form, Remedy};
use super::change::settle;
use super::check::{action, tell_of_outsider};
use super::failure::{Failure, exit};
use super::print::Output;
use super::session::{Globals, moment, target};
use super::sheet::Sheet;

/// Shows today's answer and what would turn it, or carries one of the remedies out.
pub fn run(globals: &Globals, command: &Remedy) -> Outcome {
    let manner = &command.manner;
    let said = manner.dry_run || manner.yes || manner.reason.is_some();
    if command.apply.is_none() && said {
        return Err(Failure::usage(
            "--dry-run, --reason and --yes go with --apply N: say which remedy",
        ));
    }
    let session = globals.open()?;
    let snapshot = &session.snapshot;
    let about = target(snapshot, &command.resource)?;
    let question = Question {
        principal: &command.principal,
        action: action(snapshot, &command.action, about)?,
        target: about,
        model: command
            .model
            .as_deref()
            .map(|m| target(snapshot, m))
            .transpose()?,
        at: moment(command.at.as_ref(), session.now)?,
    };
    let found =
        remedies(snapshot, &session.actor, &question, session.now).map_err(Failure::data)?;
    tell_of_outsider(snapshot, &command.principal);
    if let Some(number) = command.apply {
        let offer = chosen(&found, number)?;
        let plan = plan_all(snapshot, &session.actor, &offer.intents, session.now)?;
        return settle(&session, plan, &command.manner);
    }
    match command.shape.form {
        Form::Table => tell(&found, about)?,
        form => sheet(&found).write(form)?,
    }
    Ok(if found.offers.is_empty() {
        exit::NO
    } else {
        exit::YES
    })
}

fn chosen(found: &Offers, number: usize) -> Result<&Offer, Failure> {
    let place = number.checked_sub(1);
    let offer = place.and_then(|place| found.offers.get(place));
    offer.ok_or_else(|| {
        Failure::data(match found.offers.len() {
            0 => "there is no remedy: run the command without --apply to see why".to_owned(),
            1 => format!("there is no remedy {number}: there is just one"),
            count => format!("there is no remedy {number}: there are {count}"),
        })
    })
}

// --- for people -----------------------------------------------------------------------------

fn tell(found: &Offers, about: Target) -> Result<(), Failure> {
    let mut out = Output::new();
    out.line(&today(found, about))?;
    for (number, offer) in (1..).zip(&found.offers) {
        tell_one(&mut out, found, number, offer)?;
    }
    if found.offers.is_empty() {
        tell_none(&mut out, found)?;
    }
    out.finish()?;
    Ok(())
}

/// Today's decision in one line.
fn today(found: &Offers, about: Target) -> String {
    let lines = wording::explanation(&found.known, about, &found.today);
    let lines: Vec<&str> = lines.iter().map(|l| l.trim()).collect();
    match lines.split_first() {
        Some((verdict, why)) if !why.is_empty() => format!("{verdict}: {}", why.join("; ")),
        Some((verdict, _)) => (*verdict).to_owned(),
        None => String::new(),
    }
}

fn tell_one(out: &mut Output, found: &Offers, number: usize, offer: &Offer) -> io::Result<()> {
    out.line(&format!("{number}  {}", steps(found, offer).join("; ")))?;
    for command in commands(&offer.intents) {
        out.line(&format!("     {command}"))?;
    }
    out.line(&format!("   {}", others(offer.remedy.others)))?;
    if offer.remedy.broad {
        out.line("   gives far more than was asked: nothing less can be done")?;
    }
    if !offer.remedy.smallest {
        out.line("   there are too many routes or groups to compare them all; fewer steps may do")?;
    }
    match &offer.refusal {
        None => out.line(&format!("   you may do it: --apply {number}"))?,
        Some(refusal) => {
            out.line("   you may not do it:")?;
            for line in refusal.lines() {
                out.line(&format!("     {line}"))?;
            }
        }
    }
    Ok(())
}

/// Refused remedies that are shown.
const SHOWN: usize = 3;

/// Why nothing turns the answer.
fn tell_none(out: &mut Output, found: &Offers) -> io::Result<()> {
    for (remedy, refusal) in found.impossible.iter().take(SHOWN) {
        let steps: Vec<String> = remedy.moves.iter().map(|m| step(&found.known, m)).collect();
        out.line(&format!("not possible: {}: {refusal}", steps.join("; ")))?;
    }
    for (check, evidence) in &found.stays {
        let route = wording::evidence(&found.known, evidence);
        out.line(&format!("can't be taken away: {check}: {route}"))?;
    }
    out.line(if !found.impossible.is_empty() {
        "no remedy: what would turn the answer is refused"
    } else if found.today.verdict.is_allowed() {
        "no remedy: it does not come from grants, memberships or backend roles alone"
    } else {
        "no remedy: no grant, membership or backend role that could be given turns the answer"
    })
}

/// How much else changes.
fn others(others: Others) -> String {
    let decisions = |count| match count {
        1 => "1 other decision".to_owned(),
        count => format!("{count} other decisions"),
    };
    match others {
        Others {
            complete: true,
            count: 0,
        } => "nothing else changes".to_owned(),
        Others {
            complete: true,
            count,
        } => {
            let change = if count == 1 { "changes" } else { "change" };
            format!("{} {change}", decisions(count))
        }
        Others { count: 0, .. } => "reaches too far to be counted".to_owned(),
        Others { count, .. } => format!(
            "reaches too far to be counted: at least {} would change",
            decisions(count)
        ),
    }
}

fn steps(found: &Offers, offer: &Offer) -> Vec<String> {
    let moves = offer.remedy.moves.iter();
    moves.map(|m| step(&found.known, m)).collect()
}

// --- for programs ---------------------------------------------------------------------------

const COLUMNS: &[&str] = &[
    "number",
    "steps",
    "commands",
    "other_decisions",
    "all_counted",
    "broad",
    "smallest",
    "may",
    "needs",
];

fn sheet(found: &Offers) -> Sheet {
    let list = |texts: Vec<String>| -> Value { texts.into_iter().map(Value::from).collect() };
    let mut sheet = Sheet::new(COLUMNS);
    for (number, offer) in (1usize..).zip(&found.offers) {
        let needs = offer.refusal.as_ref().map(|r| list(r.lines()));
        sheet.push(vec![
            number.into(),
            list(steps(found, offer)),
            list(commands(&offer.intents)),
            offer.remedy.others.count.into(),
            offer.remedy.others.complete.into(),
            offer.remedy.broad.into(),
            offer.remedy.smallest.into(),
            offer.refusal.is_none().into(),
            needs.unwrap_or_default(),
        ]);
    }
    sheet
}

// --- intents as commands --------------------------------------------------------------------

/// The commands that carry intents out one by one.
fn commands(intents: &[Intent]) -> Vec<String> {
    intents.iter().map(command).collect()
}

fn command(intent: &Intent) -> String {
    let words = match intent {
        Intent::Share(share) => {
            let permissions = share.permissions.as_ref().map(|p| p.join(","));
            let options = [
                ("--with", Some(&share.with)),
                ("--role", share.role.as_ref()),
                ("--level", share.level.as_ref()),
                ("--permission", permissions.as_ref()),
            ];
            with_options("share", &share.model, &options)
        }
        Intent::Unshare(unshare) => {
            let options = [
                ("--with", Some(&unshare.with)),
                ("--role", unshare.role.as_ref()),
            ];
            with_options("unshare", &unshare.model, &options)
        }
        other => vec!["do".to_owned(), quoted(&other.arguments())],
    };
    format!("deedbox {}", words.join(" "))
}

fn with_options(name: &str, model: &str, options: &[(&str, Option<&String>)]) -> Vec<String> {
    let mut words = vec![name.to_owned(), quoted(model)];
    for (option, value) in options {
        if let Some(value) = value {
            words.extend([(*option).to_owned(), quoted(value)]);
        }
    }
    words
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@,=+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_the_shell() {
        for (word, expected) in [
            ("risk-prod/models/x", "risk-prod/models/x"),
            ("Read, Write", "'Read, Write'"),
            ("O'Connell", "'O'\\''Connell'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
