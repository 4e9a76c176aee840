//! The loop: block on events, take all that wait, draw at most once.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use color_eyre::eyre::WrapErr;
use crossterm::event::{Event, KeyEventKind};
use ratatui::Terminal;
use ratatui::backend::Backend;

use crate::domain::Timestamp;
use crate::registry::Registry;

use super::Launch;
use super::effects::carry_out;
use super::message::{Effect, Message};
use super::state::State;
use super::terminal::{Screen, theme_from_environment};
use super::update::update;
use super::view::view;

/// State and clock. It knows no thread and no terminal; both faces of the loop, the real one and
/// the tests', take turns with it.
#[derive(Debug)]
pub struct Runtime {
    /// Everything that is shown.
    pub state: State,
    clock: fn() -> Timestamp,
}

impl Runtime {
    /// A loop over a state.
    pub const fn new(state: State, clock: fn() -> Timestamp) -> Self {
        Self { state, clock }
    }

    /// Takes messages in; returns what has to happen outside.
    pub fn turn(&mut self, messages: impl IntoIterator<Item = Message>) -> Vec<Effect> {
        self.state.now = (self.clock)();
        messages
            .into_iter()
            .flat_map(|m| update(&mut self.state, m))
            .collect()
    }

    /// Draws one frame.
    ///
    /// # Errors
    /// When the terminal does not answer.
    pub fn draw<B: Backend>(&self, terminal: &mut Terminal<B>) -> Result<(), B::Error> {
        terminal.draw(|frame| view(&self.state, frame)).map(|_| ())
    }
}

/// Runs the console until its user leaves.
///
/// # Errors
/// When there is no terminal, or it does not answer.
pub fn run(launch: Launch) -> color_eyre::Result<()> {
    let (messages, inbox) = channel();
    // Before the terminal is taken: from then on it has to be given back, whatever comes.
    listen_to_signals(messages.clone())?;
    let mut screen = Screen::take().wrap_err("the console can't start")?;
    let size = screen.terminal.size()?;
    let state = State::new(
        launch.registry.snapshot(),
        launch.actor,
        launch.demo,
        theme_from_environment(),
        (size.width, size.height),
        Timestamp::now(),
    );
    let mut runtime = Runtime::new(state, Timestamp::now);
    runtime.draw(&mut screen.terminal)?;

    listen_to_terminal(messages.clone(), (size.width, size.height));
    let worker = start_worker(launch.registry, messages);
    let _ = worker.send(Effect::LoadJournal);
    while !runtime.state.quit {
        let Ok(first) = inbox.recv() else { break };
        let effects = runtime.turn(std::iter::once(first).chain(waiting(&inbox)));
        for effect in effects {
            match effect {
                Effect::Suspend => screen.suspend()?,
                Effect::Copy(text) => Screen::copy(&text)?,
                other => {
                    let _ = worker.send(other);
                }
            }
        }
        runtime.draw(&mut screen.terminal)?;
    }
    Ok(())
}

fn waiting(inbox: &Receiver<Message>) -> impl Iterator<Item = Message> + '_ {
    inbox.try_iter()
}

/// Keys, paste and size, one message each. Releases and mouse moves are not for us. A size that
/// changed since the first frame, before anybody listened, is told as well.
fn listen_to_terminal(messages: Sender<Message>, drawn: (u16, u16)) {
    thread::spawn(move || {
        let _ = crossterm::event::poll(Duration::ZERO);
        if let Ok((columns, rows)) = crossterm::terminal::size()
            && (columns, rows) != drawn
            && messages.send(Message::Resize(columns, rows)).is_err()
        {
            return;
        }
        while let Ok(event) = crossterm::event::read() {
            let message = match event {
                Event::Key(key) if key.kind != KeyEventKind::Release => Message::Key(key),
                Event::Paste(text) => Message::Paste(text),
                Event::Resize(columns, rows) => Message::Resize(columns, rows),
                _ => continue,
            };
            if messages.send(message).is_err() {
                return;
            }
        }
        let _ = messages.send(Message::Quit);
    });
}

fn listen_to_signals(messages: Sender<Message>) -> color_eyre::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT])?;
    thread::spawn(move || {
        for _ in signals.forever() {
            if messages.send(Message::Quit).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Effects run one after the other on a thread of their own, so the screen never waits for a disk.
fn start_worker(registry: Arc<Registry>, messages: Sender<Message>) -> Sender<Effect> {
    let (effects, orders) = channel::<Effect>();
    thread::spawn(move || {
        for effect in orders {
            if let Some(message) = carry_out(&registry, effect)
                && messages.send(message).is_err()
            {
                return;
            }
        }
    });
    effects
}
