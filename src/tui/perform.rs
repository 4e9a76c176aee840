//! What commands do. Each is a small step of the state; what has to happen outside is an effect.

use strum::IntoEnumIterator;

use crate::authz::platforms::access_by_mode;
use crate::domain::{JournalEntry, ResourceKind};
use crate::registry::{Intent, Plan, intents, plan, plan_undo};

use super::commands::{CommandId, disabled_reason};
use super::facts;
use super::message::Effect;
use super::parts::confirm::Confirm;
use super::parts::scroll::Step;
use super::screens::access_mode::AccessMode;
use super::screens::detail::{Detail, Tab};
use super::screens::entry::Entry;
use super::screens::help::Help;
use super::screens::notice::Notice;
use super::screens::palette::Palette;
use super::screens::persona::Persona;
use super::screens::reassign::Reassign;
use super::screens::share::SharePanel;
use super::state::{Layer, Place, State, View};

/// Runs a command, or says why it does not apply.
pub fn perform(state: &mut State, id: CommandId) -> Vec<Effect> {
    if let Some(reason) = disabled_reason(state, id) {
        explain_refusal(state, reason);
        return Vec::new();
    }
    if id != CommandId::Undo {
        state.toast = None;
    }
    match id {
        CommandId::Share => open_share(state),
        CommandId::Reassign => open_reassign(state),
        CommandId::Open => open(state),
        CommandId::WhoCan => open_detail(state, Tab::Access),
        CommandId::Undo => return undo(state),
        CommandId::Mark => with_list(state, super::screens::models::ModelList::toggle_mark),
        CommandId::Filter => start_filter(state),
        CommandId::Sort => sort(state),
        CommandId::CopyId => return copy_id(state),
        CommandId::Delete => delete(state),
        CommandId::ViewMyModels => return show(state, View::MyModels),
        CommandId::ViewSharedWithMe => return show(state, View::SharedWithMe),
        CommandId::ViewAllModels => return show(state, View::AllModels),
        CommandId::ViewJournal => return show(state, View::Journal),
        CommandId::NextView => return turn_view(state, true),
        CommandId::PreviousView => return turn_view(state, false),
        CommandId::NextTab | CommandId::PreviousTab => turn_tab(state, id == CommandId::NextTab),
        CommandId::NextField | CommandId::PreviousField => {
            turn_field(state, id == CommandId::NextField);
        }
        CommandId::TurnRight | CommandId::TurnLeft => turn_value(state, id == CommandId::TurnRight),
        CommandId::Accept => return accept(state),
        CommandId::Remove => remove_share(state),
        CommandId::Up => return step(state, Step::Up),
        CommandId::Down => return step(state, Step::Down),
        CommandId::PageUp => return step(state, Step::PageUp),
        CommandId::PageDown => return step(state, Step::PageDown),
        CommandId::First => return step(state, Step::First),
        CommandId::Last => return step(state, Step::Last),
        CommandId::SwitchButton => {
            if let Some(Layer::Confirm(confirm)) = state.layers.last_mut() {
                confirm.focus_go = !confirm.focus_go;
            }
        }
        CommandId::ConfirmNow => return confirm_now(state),
        CommandId::ActFor => {
            let persona = Persona::new(state);
            state.layers.push(Layer::Persona(Box::new(persona)));
        }
        CommandId::Palette => {
            let palette = Palette::new(state);
            state.layers.push(Layer::Palette(Box::new(palette)));
        }
        CommandId::Help => {
            let place = state.place();
            state.layers.push(Layer::Help(Help::new(place)));
        }
        CommandId::Back => back(state),
        CommandId::Suspend => return vec![Effect::Suspend],
        CommandId::Quit => state.quit = true,
    }
    Vec::new()
}

/// A short reason is said in the line above the hints; a longer one is laid out to be read.
fn explain_refusal(state: &mut State, reason: String) {
    if super::text::width(&reason) + 4 <= usize::from(state.size.0) {
        state.say(reason, true);
    } else {
        state.layers.push(Layer::Notice(Notice::reason(&reason)));
    }
}

/// Works an intent out; the plan is shown before it is made to last.
pub fn propose(state: &mut State, intent: &Intent, verb: &str) {
    match plan(&state.snapshot, &state.actor, intent, state.now) {
        Ok(plan) => confirm(state, plan, verb, None),
        Err(refusal) => state.refuse(&refusal),
    }
}

fn confirm(state: &mut State, plan: Plan, verb: &str, word: Option<String>) {
    let confirm = Confirm::new(&state.snapshot, plan, verb, word);
    state.layers.push(Layer::Confirm(Box::new(confirm)));
}

fn with_list(
    state: &mut State,
    change: impl FnOnce(&mut super::screens::models::ModelList, usize),
) {
    let height = state.list_height();
    if let Some(list) = state.list_mut() {
        change(list, height);
    }
}

/// A filter starts empty: what was looked for before is done with.
fn start_filter(state: &mut State) {
    let snapshot = std::sync::Arc::clone(&state.snapshot);
    let (viewer, now, height) = (state.viewer(), state.now, state.list_height());
    if let Some(list) = state.list_mut() {
        list.clear_filter(&snapshot, viewer, now, height.saturating_sub(1).max(1));
        list.filtering = true;
    }
}

fn sort(state: &mut State) {
    let snapshot = std::sync::Arc::clone(&state.snapshot);
    let (viewer, now) = (state.viewer(), state.now);
    with_list(state, |list, height| {
        list.sort = list.sort.next();
        list.arrange(&snapshot, viewer, now, height);
    });
}

fn open_share(state: &mut State) {
    if one_at_a_time(state, "share") {
        return;
    }
    let Some(resource) = state.subject() else {
        return;
    };
    let by_mode = facts::platform(&state.snapshot, resource).is_some_and(access_by_mode);
    let layer = if by_mode {
        let Some(panel) = AccessMode::new(state, resource) else {
            let why = "This model belongs to no group, so everybody reaches it.";
            state.say(why, true);
            return;
        };
        Layer::AccessMode(Box::new(panel))
    } else {
        Layer::Share(Box::new(SharePanel::new(state, resource)))
    };
    state.layers.push(layer);
}

/// Says so when several models are marked and the command takes one.
fn one_at_a_time(state: &mut State, verb: &str) -> bool {
    let marked = state.subjects().len();
    if marked < 2 {
        return false;
    }
    state.say(
        format!("{marked} models are marked, and {verb} takes one: esc unmarks them."),
        true,
    );
    true
}

fn open_reassign(state: &mut State) {
    let subjects = state.subjects();
    let panel = Reassign::new(state, subjects);
    state.layers.push(Layer::Reassign(Box::new(panel)));
}

fn open(state: &mut State) {
    if state.place() == Place::Journal {
        let entry = state.journal.selected().cloned();
        if let Some(entry) = entry {
            state.layers.push(Layer::Entry(Box::new(Entry::new(entry))));
        }
        return;
    }
    open_detail(state, Tab::Overview);
}

fn open_detail(state: &mut State, tab: Tab) {
    if let Some(Layer::Detail(detail)) = state.layers.last_mut() {
        detail.tab = tab;
        return;
    }
    if let Some(resource) = state.subject() {
        state
            .layers
            .push(Layer::Detail(Box::new(Detail::new(resource, tab))));
    }
}

/// The change to take back: the entry on top or under the cursor, else the newest.
fn undo(state: &mut State) -> Vec<Effect> {
    let entry: Option<JournalEntry> = match state.layers.last() {
        Some(Layer::Entry(entry)) => Some(entry.entry.clone()),
        None if state.view == View::Journal => state.journal.selected().cloned(),
        _ => state.entries().first().cloned(),
    };
    state.toast = None;
    let Some(entry) = entry else {
        state.say("The journal is still being read; try again.", true);
        return vec![Effect::LoadJournal];
    };
    match plan_undo(&state.snapshot, &state.actor, &entry, state.now) {
        Ok(plan) => confirm(state, plan, "Undo", None),
        Err(refusal) => state.refuse(&refusal),
    }
    Vec::new()
}

fn copy_id(state: &mut State) -> Vec<Effect> {
    let Some(resource) = state.subject() else {
        return Vec::new();
    };
    let id = state.id_of(resource);
    state.say(format!("Copied {id}"), false);
    vec![Effect::Copy(id)]
}

fn delete(state: &mut State) {
    if one_at_a_time(state, "delete") {
        return;
    }
    let Some(resource) = state.subject() else {
        return;
    };
    let Some(kind) = state
        .snapshot
        .resource(resource)
        .map(crate::domain::Resource::kind)
    else {
        return;
    };
    let id = state.id_of(resource);
    let word = state.snapshot.resource(resource).map(|r| r.id.clone());
    let intent: Intent = match kind {
        ResourceKind::ModelGroup => intents::DeleteModelGroup { group: id }.into(),
        ResourceKind::Experiment => intents::DeleteExperiment { experiment: id }.into(),
        _ => intents::DeleteModel { model: id }.into(),
    };
    match plan(&state.snapshot, &state.actor, &intent, state.now) {
        Ok(plan) => confirm(state, plan, "Delete", word),
        Err(refusal) => state.refuse(&refusal),
    }
}

/// Goes to a view.
pub fn show(state: &mut State, view: View) -> Vec<Effect> {
    state.layers.clear();
    state.view = view;
    if view == View::Journal {
        vec![Effect::LoadJournal]
    } else {
        Vec::new()
    }
}

fn turn_view(state: &mut State, forward: bool) -> Vec<Effect> {
    let views: Vec<View> = View::iter().collect();
    let at = views.iter().position(|v| *v == state.view).unwrap_or(0);
    let count = views.len().max(1);
    let next = if forward {
        (at + 1) % count
    } else {
        (at + count - 1) % count
    };
    match views.get(next) {
        Some(view) => show(state, *view),
        None => Vec::new(),
    }
}

fn turn_tab(state: &mut State, forward: bool) {
    if let Some(Layer::Detail(detail)) = state.layers.last_mut() {
        detail.turn(forward);
    }
}

fn turn_field(state: &mut State, forward: bool) {
    match state.layers.last_mut() {
        Some(Layer::Share(panel)) => panel.turn_field(forward),
        Some(Layer::AccessMode(panel)) => panel.turn_field(forward),
        Some(Layer::Reassign(panel)) => panel.turn_field(forward),
        _ => {}
    }
}

fn turn_value(state: &mut State, forward: bool) {
    match state.layers.last_mut() {
        Some(Layer::Share(panel)) => panel.turn_value(forward),
        Some(Layer::AccessMode(panel)) => panel.turn_value(forward),
        Some(Layer::Reassign(panel)) => panel.turn_value(forward),
        _ => {}
    }
}

fn remove_share(state: &mut State) {
    let Some(Layer::Share(panel)) = state.layers.last() else {
        return;
    };
    match panel.removal(state) {
        Ok(intent) => propose(state, &intent, "Stop sharing"),
        Err(why) => state.say(why, true),
    }
}

fn accept(state: &mut State) -> Vec<Effect> {
    let snapshot = std::sync::Arc::clone(&state.snapshot);
    let proposal: Option<Result<(Intent, &str), String>> = match state.layers.last_mut() {
        Some(Layer::Share(panel)) => panel.accept(&snapshot).map(|r| r.map(|i| (i, "Share"))),
        Some(Layer::AccessMode(panel)) => panel.accept().map(|r| r.map(|i| (i, "Change access"))),
        Some(Layer::Reassign(panel)) => panel.accept(&snapshot).map(|r| r.map(|i| (i, "Reassign"))),
        Some(Layer::Confirm(confirm)) => {
            if confirm.focus_go {
                return confirm_now(state);
            }
            state.layers.pop();
            None
        }
        Some(Layer::Notice(_)) => {
            state.layers.pop();
            None
        }
        Some(Layer::Help(help)) => {
            let chosen = help.chosen();
            state.layers.pop();
            return chosen.map_or_else(Vec::new, |id| perform(state, id));
        }
        Some(Layer::Palette(palette)) => {
            let chosen = palette.chosen();
            state.layers.pop();
            return super::screens::palette::go(state, chosen);
        }
        Some(Layer::Persona(persona)) => {
            let chosen = persona.chosen();
            state.layers.pop();
            return super::screens::persona::act_for(state, chosen);
        }
        None => {
            with_list(state, |list, _| list.filtering = false);
            None
        }
        Some(Layer::Detail(_) | Layer::Entry(_)) => None,
    };
    match proposal {
        Some(Ok((intent, verb))) => propose(state, &intent, verb),
        Some(Err(why)) => state.say(why, true),
        None => {}
    }
    Vec::new()
}

fn confirm_now(state: &mut State) -> Vec<Effect> {
    let Some(Layer::Confirm(confirm)) = state.layers.last_mut() else {
        return Vec::new();
    };
    if !confirm.may_go() {
        let word = confirm.word.clone().unwrap_or_default();
        state.say(format!("Type {word} to go on."), true);
        return Vec::new();
    }
    let plan = confirm.plan.clone();
    state.layers.pop();
    state.committing = true;
    vec![Effect::Commit(plan)]
}

/// Peels one layer: what is on top, then the filter, then the marks; at home it asks to leave.
fn back(state: &mut State) {
    if state.layers.pop().is_some() {
        return;
    }
    let snapshot = std::sync::Arc::clone(&state.snapshot);
    let (viewer, now, height) = (state.viewer(), state.now, state.list_height());
    if let Some(list) = state.list_mut() {
        if list.filtering || !list.filter.text().is_empty() {
            list.clear_filter(&snapshot, viewer, now, height);
            return;
        }
        if !list.marks.is_empty() {
            list.marks.clear();
            return;
        }
    }
    if state.view != View::MyModels {
        state.view = View::MyModels;
        return;
    }
    state.say("You are at home. ctrl-c leaves.", false);
}

/// Moves the cursor of whatever is on top.
fn step(state: &mut State, step: Step) -> Vec<Effect> {
    let height = state.list_height();
    let down = matches!(step, Step::Down | Step::PageDown | Step::Last);
    match state.layers.last_mut() {
        None => match state.list_mut() {
            Some(list) => list.step(step, height),
            None => state.journal.step(step, height),
        },
        Some(Layer::Detail(detail)) => detail.step(step, height),
        Some(Layer::Share(panel)) => panel.step(down),
        Some(Layer::AccessMode(panel)) => panel.step(down),
        Some(Layer::Reassign(panel)) => panel.step(down),
        Some(Layer::Confirm(confirm)) => confirm.scroll.step(step, confirm.lines.len(), height),
        Some(Layer::Entry(entry)) => entry.scroll.step(step, usize::MAX, height),
        Some(Layer::Help(help)) => help.step(step, height),
        Some(Layer::Palette(palette)) => palette.step(step, height),
        Some(Layer::Persona(persona)) => persona.picker.step(down),
        Some(Layer::Notice(notice)) => notice.scroll.step(step, notice.lines.len(), height),
    }
    Vec::new()
}
