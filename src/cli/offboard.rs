//! `offboard`: everything that a leaver owns and holds, handed over and taken away in one change,
//! with a receipt of what is left.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::authz::Snapshot;
use crate::domain::text::clean;
use crate::domain::{PrincipalId, PrincipalKind, Target};
use crate::registry::intents::Offboard;
use crate::registry::offboarding::{HandedOver, Held, Receipt, receipt};
use crate::registry::{Plan, plan};

use super::Outcome;
use super::args::{self, Form, Manner};
use super::confirm::agreed;
use super::failure::{Failure, exit};
use super::plan_text;
use super::print::{self, Output};
use super::session::{Globals, Session};
use super::sheet::Sheet;

const COLUMNS: &[&str] = &[
    "kind", "about", "name", "detail", "outcome", "to", "because",
];

/// Shows what is held and to whom each goes, makes it last, and says what is left.
pub fn run(globals: &Globals, command: args::Offboard) -> Outcome {
    let intent = Offboard {
        user: command.user,
        to: command.to,
        successors: successors(&command.successors)?,
        then: command.then,
        reason: command.manner.reason.clone(),
    };
    let session = globals.open()?;
    let snapshot = &session.snapshot;
    let user = snapshot.find_principal(&intent.user);
    let plan = plan(snapshot, &session.actor, &intent.into(), session.now)?;
    let Some(user) = user else {
        return Err(Failure::bug("the leaver was found and then was not"));
    };
    let manner = &command.manner;
    match command.shape.form {
        Form::Table => in_words(&session, user, plan, manner),
        form => in_rows(&session, user, plan, manner, form),
    }
}

/// `RESOURCE=REF` as it was given, several times.
fn successors(given: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut successors = BTreeMap::new();
    for text in given {
        let Some((what, who)) = text.split_once('=') else {
            return Err(Failure::usage(format!(
                "`{text}` names no successor: write RESOURCE=REF, as in ops/models/invoices=user:carol@acme.test"
            )));
        };
        if successors.insert(what.to_owned(), who.to_owned()).is_some() {
            return Err(Failure::usage(format!(
                "`{what}` is given to two successors: keep one"
            )));
        }
    }
    Ok(successors)
}

// --- for people -----------------------------------------------------------------------------

fn in_words(session: &Session, user: PrincipalId, plan: Plan, manner: &Manner) -> Outcome {
    let before = &session.snapshot;
    let foreseen = receipt(before, &plan.after, user, session.now);
    let mut out = Output::of_change();
    for line in listed(before, &plan.after, user, &foreseen) {
        out.line(&line)?;
    }
    plan_text::write(&mut out, before, &plan)?;
    if manner.dry_run {
        out.line("nothing was changed (dry run)")?;
    } else {
        out.flush()?;
        agreed(&plan, manner.yes)?;
        let done = session.registry.commit(plan)?;
        plan_text::committed(&mut out, done.entry.revision)?;
        // Read from what was committed, not from the plan.
        let came = receipt(before, &done.snapshot, user, session.now);
        for line in proof(before, user, &came) {
            out.line(&line)?;
        }
    }
    out.finish()?;
    Ok(exit::YES)
}

/// What is owned and held, each with what becomes of it.
fn listed(before: &Snapshot, after: &Snapshot, user: PrincipalId, came: &Receipt) -> Vec<String> {
    let name = clean(&before.label(user));
    let mut lines = Vec::new();
    if !came.handed_over.is_empty() {
        lines.push(format!("{name} owns:"));
        let handed = came.handed_over.iter();
        lines.extend(handed.map(|h| {
            let to = h.to.iter().map(|id| after.label(*id));
            let to = to.collect::<Vec<_>>().join(", ");
            let because = h.because.as_ref();
            let because = because.map_or_else(String::new, |b| format!(" ({})", b.words(before)));
            let (id, name) = (before.target_id(h.target), before.target_label(h.target));
            clean(&format!("  {id}  {name} → {to}{because}"))
        }));
    }
    if !came.removed.is_empty() {
        lines.push(format!("{name} holds, and loses:"));
        let removed = came.removed.iter();
        lines.extend(removed.map(|held| {
            let next = match next_manager(after, held) {
                Some(id) => format!(" → {}", after.label(id)),
                None if matches!(held, Held::Account { .. }) => {
                    format!(" ({})", held.loss(before))
                }
                None => String::new(),
            };
            clean(&format!("  {}{next}", held.words(before)))
        }));
    }
    lines
}

/// Who leads a leaver's report afterwards.
fn next_manager(after: &Snapshot, held: &Held) -> Option<PrincipalId> {
    let Held::Manager { of } = held else {
        return None;
    };
    match after.principal(*of)?.kind {
        PrincipalKind::User { manager, .. } => manager,
        _ => None,
    }
}

/// What is left, after everything was stored.
fn proof(before: &Snapshot, user: PrincipalId, came: &Receipt) -> Vec<String> {
    let name = before.label(user);
    let mut parts = vec![format!("{} handed over", came.handed_over.len())];
    parts.extend(came.losses(before));
    let mut lines = vec![clean(&format!("receipt for {name}: {}", parts.join(", ")))];
    if came.left.is_empty() {
        lines.push("nothing is left".to_owned());
        return lines;
    }
    lines.push("left, to be taken away by hand:".to_owned());
    let owned = came.left.owned.iter().map(|o| before.target_id(o.target));
    let held = came.left.held.iter().map(|h| h.words(before));
    let left = owned.chain(held);
    lines.extend(left.map(|what| clean(&format!("  {what}"))));
    lines
}

// --- for programs ---------------------------------------------------------------------------

/// One row for each thing, on standard output; everything else on standard error.
fn in_rows(
    session: &Session,
    user: PrincipalId,
    plan: Plan,
    manner: &Manner,
    form: Form,
) -> Outcome {
    let before = &session.snapshot;
    for warning in &plan.warnings {
        print::message(&format!("warning: {warning}"));
    }
    print::message(&plan.stamp.summary);
    let after = if manner.dry_run {
        print::message("nothing was changed (dry run)");
        plan.after
    } else {
        agreed(&plan, manner.yes)?;
        let done = session.registry.commit(plan)?;
        print::message(&format!("revision {}", done.entry.revision));
        (*done.snapshot).clone()
    };
    let came = receipt(before, &after, user, session.now);
    let mut sheet = Sheet::new(COLUMNS);
    for handed in &came.handed_over {
        sheet.push(handed_row(before, &after, handed));
    }
    for held in &came.removed {
        let to = next_manager(&after, held).map(|id| after.reference(id));
        sheet.push(held_row(before, held, "removed", to));
    }
    for owned in &came.left.owned {
        sheet.push(vec![
            kind_of(before, owned.target).into(),
            before.target_id(owned.target).into(),
            before.target_label(owned.target).into(),
            "".into(),
            "left".into(),
            Value::Null,
            Value::Null,
        ]);
    }
    for held in &came.left.held {
        sheet.push(held_row(before, held, "left", None));
    }
    sheet.write(form)?;
    Ok(exit::YES)
}

fn kind_of(snapshot: &Snapshot, target: Target) -> &'static str {
    let resource = target.resource().and_then(|id| snapshot.resource(id));
    match (target, resource) {
        (Target::Container(_), _) => "datasets-container",
        (_, Some(resource)) => resource.kind().into(),
        _ => "resource",
    }
}

fn handed_row(before: &Snapshot, after: &Snapshot, handed: &HandedOver) -> Vec<Value> {
    let to = handed.to.iter().map(|id| after.reference(*id));
    let because = handed.because.as_ref();
    vec![
        kind_of(before, handed.target).into(),
        before.target_id(handed.target).into(),
        before.target_label(handed.target).into(),
        "owner".into(),
        "handed-over".into(),
        to.collect::<Vec<_>>().into(),
        because.map_or(Value::Null, |b| b.words(before).into()),
    ]
}

fn held_row(before: &Snapshot, held: &Held, outcome: &str, to: Option<String>) -> Vec<Value> {
    vec![
        held.kind().into(),
        held.about(before).into(),
        held.words(before).into(),
        held.detail().into(),
        outcome.into(),
        to.map_or(Value::Null, |to| vec![to].into()),
        Value::Null,
    ]
}
