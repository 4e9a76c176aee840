//! One message, one step of the console.

use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use crate::authz::Snapshot;
use crate::domain::{JournalEntry, Revision, Timestamp};
use crate::registry::oversight::may_read;
use crate::registry::undo::{does_again, takes_back};
use crate::registry::{Actor, Receipt};

use super::commands::CommandId;
use super::console::Console;
use super::keys::Chord;
use super::message::{Effect, Message};
use super::parts::scroll::Step;
use super::parts::spots::Spot;
use super::perform::perform;
use super::screens::notice::Notice;
use super::state::{Past, Place, State, Toast, View};
use super::view;
use super::walkthrough::tour;

/// Takes a message. Pure of I/O: what has to happen outside is returned.
pub fn update(console: &mut Console, message: Message) -> Vec<Effect> {
    let mut effects = take(console, message);
    // Also what came while something else lay over whoever asked for it.
    effects.append(&mut console.act_on_what_is_due());
    effects
}

fn take(console: &mut Console, message: Message) -> Vec<Effect> {
    match message {
        Message::Key(key) if console.tour.is_some() => return tour::press(console, key),
        Message::Mouse(_) | Message::Paste(_) if console.tour.is_some() => tour::refuse(console),
        Message::Key(key) => return press(console, key),
        Message::Mouse(mouse) => return point(console, mouse),
        Message::Paste(text) => return paste(console, &text),
        Message::Resize(columns, rows) => {
            console.state.size = (columns, rows.saturating_sub(console.state.panel));
            console.refresh();
        }
        Message::Quit | Message::Interrupted => {
            console.state.interrupted |= matches!(message, Message::Interrupted);
            console.state.quit = true;
            console.state.leaving = false;
        }
        Message::Opened(snapshot, actor) => return opened(console, snapshot, *actor),
        Message::Reading(done, all) => {
            let percent = done.saturating_mul(100) / all.max(1);
            console.state.busy = Some(format!("Opening the store, {percent} % of {all} records"));
        }
        Message::Committed(outcome) => return committed(console, outcome),
        Message::Now(snapshot) => return catch_up(console, snapshot),
        Message::Journal(Ok(entries)) => journal(console, entries),
        Message::Older(Ok(entries)) => older(console, entries),
        Message::Journal(Err(why)) | Message::Older(Err(why)) => console.state.say(why, true),
        Message::Past(revision, at, outcome) => past(console, revision, at, outcome),
        Message::Answered(ticket, answer) => console.answered(ticket, answer),
        Message::Reached(ticket, reached) => console.reached(ticket, reached),
        Message::Failed(ticket, why) => console.failed(ticket, &why),
    }
    Vec::new()
}

/// Text goes to the line that is being edited; every other key means a command of the place.
pub(super) fn press(console: &mut Console, key: KeyEvent) -> Vec<Effect> {
    let chord = Chord::of(key);
    let place = console.place();
    let command = console.state.keymap.lookup(place, chord);
    if console.state.too_small() || console.state.opening {
        // Nothing is done that can't be seen, but leaving always works.
        console.state.quit |= command.is_some_and(|c| c.id == CommandId::Quit);
        return Vec::new();
    }
    // In a line of text, a character is text even where a command has it, and what moves in it does,
    // unless the screen has another use for that.
    let typing = console.top().edits_text();
    if typing && (chord.is_text() || chord.moves_in_text() || command.is_none()) {
        console.state.wipe();
        console.state.leaving = false;
        let (screen, state) = console.top_mut();
        if screen.edit(state, key) {
            return Vec::new();
        }
    }
    match command {
        Some(command) => perform(console, command.id),
        None if place == Place::Notice => {
            console.close();
            // Whoever went on typing without reading means the line below it.
            if chord.is_text() && console.top().edits_text() && console.place() != Place::Confirm {
                return press(console, key);
            }
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// Clicks choose what they hit, a click on what is chosen opens it; the wheel moves the cursor.
fn point(console: &mut Console, mouse: MouseEvent) -> Vec<Effect> {
    if console.state.too_small() || console.state.opening {
        return Vec::new();
    }
    let wheel = match mouse.kind {
        MouseEventKind::ScrollUp => Some(Step::Up),
        MouseEventKind::ScrollDown => Some(Step::Down),
        _ => None,
    };
    if let Some(step) = wheel {
        let (screen, state) = console.top_mut();
        screen.step(state, step);
        return Vec::new();
    }
    if mouse.kind != MouseEventKind::Down(MouseButton::Left) {
        return Vec::new();
    }
    let (column, row) = (mouse.column, mouse.row);
    match console.state.spots.at(column, row) {
        Some(Spot::Command(id)) => perform(console, id),
        Some(Spot::View(view)) => match console.top().unsaved() {
            Some(why) => {
                console.state.say(why, true);
                Vec::new()
            }
            None => super::acts::show(console, view),
        },
        Some(spot) => {
            let (screen, state) = console.top_mut();
            let command = screen.point(state, spot);
            command.map_or_else(Vec::new, |command| perform(console, command))
        }
        None => click(console, (column, row)),
    }
}

/// A click on the screen on top, where nothing was drawn with a spot: on a row, most likely.
fn click(console: &mut Console, (column, row): (u16, u16)) -> Vec<Effect> {
    let area = view::top_area(console);
    if !area.contains(Position::new(column, row)) {
        return Vec::new();
    }
    let before = (console.subject(), console.person());
    let (screen, state) = console.top_mut();
    let hit = screen.click(state, area, column, row);
    let again = hit && before != (None, None) && (console.subject(), console.person()) == before;
    if again {
        perform(console, CommandId::Open)
    } else {
        Vec::new()
    }
}

/// Paste is paste: it never runs commands.
fn paste(console: &mut Console, text: &str) -> Vec<Effect> {
    if console.state.too_small() || console.state.opening {
        return Vec::new();
    }
    if !console.top().edits_text() {
        console
            .state
            .say("There is nothing to paste into here.", true);
        return Vec::new();
    }
    let (screen, state) = console.top_mut();
    screen.paste(state, text);
    Vec::new()
}

fn opened(console: &mut Console, snapshot: Arc<Snapshot>, actor: Actor) -> Vec<Effect> {
    let state = &mut console.state;
    state.snapshot = snapshot;
    // Only store administrators act for others; going back to oneself is going back to that.
    state.login = match actor.on_behalf_by {
        Some(by) => Actor {
            account: actor.account.clone(),
            principal: Some(by),
            store_administrator: true,
            on_behalf_by: None,
        },
        None => actor.clone(),
    };
    state.actor = actor;
    state.opening = false;
    state.busy = None;
    state.began = state.snapshot.revision();
    if state.demo {
        let text = "A sample, gone when you leave. T: a guided tour. ?: the keys.";
        state.say(text, false);
    }
    console.reset();
    vec![Effect::LoadJournal]
}

fn journal(console: &mut Console, mut entries: Vec<JournalEntry>) {
    let state = &mut console.state;
    let from = entries.last().map_or(Revision(1), |e| e.revision);
    let (snapshot, now) = (&state.snapshot, state.now);
    entries.retain(|e| may_read(snapshot, &state.actor, e, now));
    // What was read before and is older stays, where nothing is missing in between.
    let newest = state.history.first().map(|e| e.revision.next());
    let joins = state.history_read && newest.is_some_and(|next| next >= from);
    if joins && state.history_from < from {
        let known = state.history.iter().filter(|e| e.revision < from);
        entries.extend(known.cloned());
    } else {
        state.history_from = from;
    }
    state.history = Arc::new(entries);
    state.history_read = true;
    console.refresh();
}

/// Takes entries that are older than those that were read.
fn older(console: &mut Console, mut entries: Vec<JournalEntry>) {
    let state = &mut console.state;
    state.history_reading = false;
    // Somebody else reads meanwhile, or what is newest was read anew.
    let follows = |e: &JournalEntry| e.revision.next() == state.history_from;
    if !entries.first().is_some_and(follows) {
        return;
    }
    state.history_from = entries.last().map_or(Revision(1), |e| e.revision);
    let (snapshot, now) = (&state.snapshot, state.now);
    entries.retain(|e| may_read(snapshot, &state.actor, e, now));
    Arc::make_mut(&mut state.history).extend(entries);
    console.refresh();
}

fn past(
    console: &mut Console,
    revision: Revision,
    at: Option<Timestamp>,
    outcome: Result<Arc<Snapshot>, String>,
) {
    let state = &mut console.state;
    if state.unwanted > 0 {
        state.unwanted -= 1;
        return;
    }
    state.going_back = false;
    state.busy = None;
    let snapshot = match outcome {
        Ok(snapshot) => snapshot,
        Err(why) => return state.say(why, true),
    };
    let entry = state.history.iter().find(|e| e.revision == revision);
    let made = entry.map_or(state.now, |e| e.stamp.time);
    let at = at.unwrap_or(made);
    let present = match state.past.take() {
        Some(past) => past.present,
        None => Arc::clone(&state.snapshot),
    };
    state.snapshot = snapshot;
    state.now = at;
    state.past = Some(Past { at, present });
    console.start_over(View::MyModels);
    let text = format!("This is revision {revision}. esc at home returns to now.");
    console.state.say(text, false);
}

/// Shows what somebody else did meanwhile; nobody's cursor moves.
fn catch_up(console: &mut Console, snapshot: Arc<Snapshot>) -> Vec<Effect> {
    let state = &mut console.state;
    // Most likely it is what is being saved: that tells of itself.
    state.missed = state.saving;
    if state.saving {
        return Vec::new();
    }
    let shown = match &mut state.past {
        Some(past) => &mut past.present,
        None => &mut state.snapshot,
    };
    if shown.revision() == snapshot.revision() {
        return Vec::new();
    }
    let after = Arc::clone(&snapshot);
    let before = std::mem::replace(shown, snapshot);
    follow_login(state, &before, &after);
    console.refresh();
    vec![Effect::LoadJournal]
}

/// Whoever no longer manages the store does so no more from that moment on, and the other way round,
/// whoever changed it.
fn follow_login(state: &mut State, before: &Snapshot, after: &Snapshot) {
    let account = &state.login.account;
    let (was, is) = (before.logins().get(account), after.logins().get(account));
    if was == is {
        return;
    }
    let manages = is.is_some_and(|login| login.store_administrator);
    let oneself = state.actor == state.login;
    state.login.store_administrator = manages;
    if oneself {
        state.actor.store_administrator = manages;
    }
}

/// The command that takes back what an entry did, and the revision that it is about: of something done
/// again, the one that did it first.
fn offered(history: &[JournalEntry], entry: &JournalEntry) -> (CommandId, Revision) {
    match does_again(history, entry) {
        Some(original) => (CommandId::Undo, original),
        None if takes_back(entry).is_empty() => (CommandId::Undo, entry.revision),
        None => (CommandId::Redo, entry.revision),
    }
}

fn committed(console: &mut Console, outcome: Result<Box<Receipt>, String>) -> Vec<Effect> {
    console.state.busy = None;
    console.saved();
    let receipt = match outcome {
        Ok(receipt) => receipt,
        Err(why) => {
            // Whoever wanted to leave once it is saved reads first that it was not.
            if std::mem::take(&mut console.state.leaving) {
                console.state.quit = false;
            }
            // Most likely somebody else was first: the next plan has to be made on what they left.
            console.open(Box::new(Notice::unsaved(&why)));
            return vec![Effect::CatchUp];
        }
    };
    let state = &mut console.state;
    let stamp = &receipt.entry.stamp;
    let done = &stamp.summary;
    let effect = crate::registry::plan::capitalized(&stamp.effect);
    let offers = offered(&state.history, &receipt.entry);
    state.toast = Some(Toast {
        text: format!("Done: {done}. {effect}."),
        bad: false,
        offers: Some(offers),
        drawn: false,
    });
    let before = std::mem::replace(&mut state.snapshot, Arc::clone(&receipt.snapshot));
    follow_login(state, &before, &receipt.snapshot);
    let newest = state.history.first().map(|e| e.revision);
    if newest.is_none_or(|r| r < receipt.entry.revision) {
        Arc::make_mut(&mut state.history).insert(0, receipt.entry);
    }
    console.committed();
    // Somebody else may have been next.
    let missed = std::mem::take(&mut console.state.missed);
    missed.then_some(Effect::CatchUp).into_iter().collect()
}
