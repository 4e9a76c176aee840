//! One message, one step of the state.

use crossterm::event::KeyEvent;

use crate::registry::Receipt;

use super::commands::{CommandId, lookup};
use super::keys::Chord;
use super::message::{Effect, Message};
use super::perform::perform;
use super::screens::journal::is_visible;
use super::state::{Layer, Place, State, Toast};

/// Takes a message. Pure of I/O: what has to happen outside is returned.
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::Key(key) => press(state, key),
        Message::Paste(text) => {
            paste(state, &text);
            Vec::new()
        }
        Message::Resize(columns, rows) => {
            state.size = (columns, rows);
            state.refresh();
            Vec::new()
        }
        Message::Quit => {
            state.quit = true;
            Vec::new()
        }
        Message::Committed(outcome) => committed(state, outcome),
        Message::Journal(Ok(entries)) => {
            let (snapshot, actor, now) = (&state.snapshot, &state.actor, state.now);
            state
                .journal
                .set(entries, |e| is_visible(snapshot, actor, e, now));
            Vec::new()
        }
        Message::Journal(Err(why)) => {
            state.say(why, true);
            Vec::new()
        }
    }
}

/// Text goes to the line that is being edited; every other key means a command of the place.
fn press(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let chord = Chord::of(key);
    let place = state.place();
    if state.too_small() {
        // Nothing is done that can't be seen, but leaving always works.
        state.quit |= lookup(place, chord).is_some_and(|c| c.id == CommandId::Quit);
        return Vec::new();
    }
    let command = lookup(place, chord);
    // In a line of text, a character is text even where a command has it.
    let typing = edits_text(state);
    let text_first = typing && (chord.is_text() || command.is_none());
    if text_first && edit(state, key) {
        return Vec::new();
    }
    match command {
        Some(command) => perform(state, command.id),
        None if place == Place::Notice => {
            state.layers.pop();
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// Whether a text line has the focus.
fn edits_text(state: &State) -> bool {
    match state.layers.last() {
        None => state.list().is_some_and(|l| l.filtering),
        Some(Layer::Share(panel)) => panel.edits_text(),
        Some(Layer::AccessMode(panel)) => panel.edits_text(),
        Some(Layer::Reassign(panel)) => panel.edits_text(),
        Some(Layer::Palette(_) | Layer::Persona(_)) => true,
        Some(Layer::Confirm(confirm)) => confirm.word.is_some(),
        _ => false,
    }
}

fn edit(state: &mut State, key: KeyEvent) -> bool {
    let snapshot = std::sync::Arc::clone(&state.snapshot);
    let (viewer, now, height) = (state.viewer(), state.now, state.list_height());
    state.toast = None;
    match state.layers.last_mut() {
        None => state.list_mut().is_some_and(|list| {
            let taken = list.filter.key(key);
            if taken {
                list.arrange(&snapshot, viewer, now, height);
            }
            taken
        }),
        Some(Layer::Share(panel)) => panel.key(key, &snapshot),
        Some(Layer::AccessMode(panel)) => panel.key(key),
        Some(Layer::Reassign(panel)) => panel.key(key, &snapshot),
        Some(Layer::Palette(palette)) => palette.key(key, &snapshot),
        Some(Layer::Persona(persona)) => persona.picker.key(key, &snapshot),
        Some(Layer::Confirm(confirm)) => confirm.key(key),
        _ => false,
    }
}

/// Paste is paste: it never runs commands.
fn paste(state: &mut State, text: &str) {
    let snapshot = std::sync::Arc::clone(&state.snapshot);
    let (viewer, now, height) = (state.viewer(), state.now, state.list_height());
    if state.too_small() {
        return;
    }
    if !edits_text(state) {
        state.say("There is nothing to paste into here.", true);
        return;
    }
    match state.layers.last_mut() {
        None => {
            if let Some(list) = state.list_mut() {
                list.filter.paste(text);
                list.arrange(&snapshot, viewer, now, height);
            }
        }
        Some(Layer::Share(panel)) => panel.paste(text, &snapshot),
        Some(Layer::AccessMode(panel)) => panel.paste(text),
        Some(Layer::Reassign(panel)) => panel.paste(text, &snapshot),
        Some(Layer::Palette(palette)) => palette.paste(text, &snapshot),
        Some(Layer::Persona(persona)) => persona.picker.paste(text, &snapshot),
        Some(Layer::Confirm(confirm)) => confirm.typed.paste(text),
        _ => {}
    }
}

fn committed(state: &mut State, outcome: Result<Box<Receipt>, String>) -> Vec<Effect> {
    state.committing = false;
    match outcome {
        Ok(receipt) => {
            state.snapshot = receipt.snapshot;
            // The panel that asked for the change is done.
            while matches!(
                state.layers.last(),
                Some(Layer::Share(_) | Layer::Reassign(_) | Layer::AccessMode(_) | Layer::Entry(_))
            ) {
                state.layers.pop();
            }
            if let Some(list) = state.list_mut() {
                list.marks.clear();
            }
            let stamp = &receipt.entry.stamp;
            let done = crate::registry::plan::capitalized(&stamp.summary);
            let effect = crate::registry::plan::capitalized(&stamp.effect);
            let text = format!("{done}. {effect}.");
            state.toast = Some(Toast {
                text,
                bad: false,
                undo: true,
            });
            state.journal.push(receipt.entry);
            state.refresh();
            Vec::new()
        }
        Err(why) => {
            state.say(why, true);
            Vec::new()
        }
    }
}
