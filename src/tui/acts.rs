//! What screens ask for beyond themselves, carried out.

use std::sync::Arc;

use crate::authz::ActionId;
use crate::domain::{PrincipalId, ResourceId, Revision, Target};
use crate::registry::{Actor, Plan, Refusal, Watch};

use super::commands::CommandId;
use super::console::Console;
use super::message::Effect;
use super::parts::confirm::Confirm;
use super::parts::planning::{Outcome, Prepared, Then, Wanted};
use super::perform::perform;
use super::screen::Act;
use super::screens::access::Explorer;
use super::screens::detail::{Detail, Tab};
use super::screens::notice::Notice;
use super::screens::working::{Saving, Working};
use super::state::{State, View};

/// Carries one act out; what has to happen outside is returned.
pub(super) fn act(console: &mut Console, act: Act) -> Vec<Effect> {
    match act {
        Act::Open(screen) => console.open(screen),
        Act::Close => {
            console.close();
        }
        Act::Show(view) => return show(console, view),
        Act::Visit(resource) => visit(console, resource),
        Act::Meet(principal) => meet(console, principal),
        Act::Explain(who, action, on) => explain_to(console, who, action, on),
        Act::Plan(wanted, then) => work_out(console, wanted, then),
        Act::Planned { outcome, then } => planned(console, outcome, then),
        Act::Commit(plan) => return commit(console, plan),
        Act::Refuse(refusal) => refuse(console, &refusal),
        Act::Unmark(resources) => console.top_mut().0.unmark(&resources),
        Act::Say(text) => console.state.say(text, false),
        Act::Warn(text) => warn(console, text),
        Act::Run(command) => return perform(console, command),
        Act::ActFor(who) => return act_for(console, who),
        Act::SeeAs(who) => see_as(console, who),
        Act::Scope(environment) => {
            console.state.scope = environment;
            console.refresh();
        }
        Act::AsOf(revision) => return as_of(console, revision),
        Act::AsOfMoment(at) => return going_back(&mut console.state, Effect::PastAt(at)),
        Act::Look(theme) => {
            console.state.theme = theme;
            console.refresh();
        }
        Act::Mouse(on) => {
            console.state.mouse = on;
            console.refresh();
            return vec![Effect::Mouse(on)];
        }
        Act::Outside(effect) => return vec![effect],
    }
    Vec::new()
}

/// Goes to a view; the journal is read anew.
pub(super) fn show(console: &mut Console, view: View) -> Vec<Effect> {
    console.show(view);
    let reads = view == View::Journal && console.state.past.is_none();
    reads.then_some(Effect::LoadJournal).into_iter().collect()
}

fn visit(console: &mut Console, resource: ResourceId) {
    console.open(Box::new(Detail::new(resource, Tab::Overview)));
}

fn meet(console: &mut Console, principal: PrincipalId) {
    let page = super::screens::person::page(&console.state, principal);
    console.open(Box::new(page));
}

fn explain_to(console: &mut Console, who: PrincipalId, action: ActionId, on: Target) {
    let explorer = Explorer::asking(&console.state, Some(who), action, Some(on));
    console.open(Box::new(explorer));
}

/// Works something out as one change: at once where that is quick, else while whoever waits sees how
/// far it is.
fn work_out(console: &mut Console, wanted: Wanted, then: Then) {
    if let Some(reason) = console.state.frozen() {
        warn(console, reason);
        return;
    }
    let state = &mut console.state;
    if state.plans_outside(wanted.targets()) {
        let working = Working::begin(state, wanted, then);
        console.open(Box::new(working));
        return;
    }
    let (snapshot, actor, now) = (&state.snapshot, &state.actor, state.now);
    let outcome = wanted.work_out(snapshot, actor, now, Watch::default());
    planned(console, outcome, then);
}

fn planned(console: &mut Console, outcome: Outcome, then: Then) {
    match outcome {
        Ok(prepared) => confirm(console, *prepared, then),
        Err(refusal) => refuse(console, &refusal),
    }
}

/// Shows a plan before it is made to last.
fn confirm(console: &mut Console, prepared: Prepared, then: Then) {
    let verb = match then.verb {
        "" if prepared.plan.stamp.summary.starts_with("redo ") => "Redo",
        "" => "Undo",
        verb => verb,
    };
    let mut confirm = Confirm::new(prepared, verb);
    if !then.beside.is_empty() {
        confirm.add(then.beside);
    }
    console.open(Box::new(confirm));
}

/// A change of so many records is shown while it is being saved, and takes every key.
const MUCH: usize = 200;

fn commit(console: &mut Console, plan: Box<Plan>) -> Vec<Effect> {
    if let Some(reason) = console.state.frozen() {
        warn(console, reason);
        return Vec::new();
    }
    let records = plan.changes.len();
    if records >= MUCH {
        console.open(Box::new(Saving::new(records)));
    } else {
        console.state.busy = Some("Saving".to_owned());
    }
    console.state.saving = true;
    vec![Effect::Commit(plan)]
}

pub(super) fn refuse(console: &mut Console, refusal: &Refusal) {
    console.open(Box::new(Notice::refusal(refusal)));
}

/// A short reason is said in the line above the hints; a longer one is laid out to be read.
pub(super) fn warn(console: &mut Console, reason: String) {
    if super::text::width(&reason) + 4 <= usize::from(console.state.size.0) {
        console.state.say(reason, true);
    } else {
        console.open(Box::new(Notice::reason(&reason)));
    }
}

/// Goes on as somebody; as the login itself when that is who it is.
fn act_for(console: &mut Console, who: PrincipalId) -> Vec<Effect> {
    let login = &console.state.login;
    if Some(who) == login.principal {
        return be_oneself(console);
    }
    let actor = Actor {
        account: login.account.clone(),
        principal: Some(who),
        store_administrator: false,
        on_behalf_by: login.principal,
    };
    let name = console.state.snapshot.label(who);
    let text = format!("You now act as {name}. esc at home ends that, p takes another.");
    go_on_as(console, actor, text)
}

/// Whether somebody else is acted for.
pub(super) fn acts_for_another(console: &Console) -> bool {
    console.state.actor != console.state.login
}

/// Goes on as whoever signed in.
pub(super) fn be_oneself(console: &mut Console) -> Vec<Effect> {
    let login = console.state.login.clone();
    let name = login.principal.map_or_else(
        || login.account.clone(),
        |id| console.state.snapshot.label(id),
    );
    go_on_as(console, login, format!("You act as yourself: {name}."))
}

fn go_on_as(console: &mut Console, actor: Actor, text: String) -> Vec<Effect> {
    console.state.actor = actor;
    console.state.eyes = None;
    // What somebody else may read of the journal is read anew.
    console.state.history = Arc::default();
    console.state.history_read = false;
    console.start_over(console.view);
    console.state.say(text, false);
    vec![Effect::LoadJournal]
}

/// Lists and details as somebody else has them, to look at only.
fn see_as(console: &mut Console, who: Option<PrincipalId>) {
    console.state.eyes = who;
    console.start_over(View::MyModels);
    let text = match who {
        Some(id) => format!(
            "You see what {} sees. esc at home returns.",
            console.state.snapshot.label(id)
        ),
        None => "You see with your own eyes again.".to_owned(),
    };
    console.state.say(text, false);
}

fn as_of(console: &mut Console, revision: Option<Revision>) -> Vec<Effect> {
    if let Some(revision) = revision {
        return going_back(&mut console.state, Effect::Past(revision));
    }
    return_to_now(&mut console.state);
    console.refresh();
    console.state.say("This is now again.", false);
    Vec::new()
}

/// Goes back in time, which can be left again until one is there.
fn going_back(state: &mut State, effect: Effect) -> Vec<Effect> {
    state.going_back = true;
    state.busy = Some("Going back in time; esc stays here".to_owned());
    vec![effect]
}

/// Leaves the past.
pub(super) fn return_to_now(state: &mut State) {
    if let Some(past) = state.past.take() {
        state.snapshot = past.present;
    }
}

/// Why a command has to wait until one is back in the present, with one's own eyes.
pub(super) const fn changes(command: CommandId) -> bool {
    matches!(
        command,
        CommandId::Share
            | CommandId::Reassign
            | CommandId::Delete
            | CommandId::Bulk
            | CommandId::Undo
            | CommandId::Redo
            | CommandId::Offboard
            | CommandId::EditRole
            | CommandId::ConfirmNow
            | CommandId::Remove
            | CommandId::Actions
            | CommandId::New
            | CommandId::ActFor
    )
}
