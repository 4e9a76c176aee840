//! The loop: block on events, take all that wait, draw at most once.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use color_eyre::eyre::WrapErr;
use crossterm::event::{Event, KeyEventKind, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::Backend;
use rustix::event::{PollFd, PollFlags, poll};

use crate::domain::Timestamp;
use crate::registry::{Actor, Registry};

use super::console::Console;
use super::effects::carry_out;
use super::message::{Effect, Message};
use super::screens::notice::Notice;
use super::state::State;
use super::terminal::{Screen, has_gone};
use super::update::update;
use super::view::view;
use super::walkthrough::{self, sample, tour::Tour};
use super::worker;
use super::{Launch, Open, Opened, Start};

/// State and clock. It knows no thread and no terminal; both faces of the loop, the real one and
/// the tests', take turns with it.
#[derive(Debug)]
pub struct Runtime {
    /// Everything that is shown.
    pub console: Console,
    clock: fn() -> Timestamp,
}

impl Runtime {
    /// A loop over a state.
    pub fn new(state: State, clock: fn() -> Timestamp) -> Self {
        Self {
            console: Console::new(state),
            clock,
        }
    }

    /// Takes messages in; returns what has to happen outside.
    pub fn turn(&mut self, messages: impl IntoIterator<Item = Message>) -> Vec<Effect> {
        // In the past time stands still.
        if self.console.state.past.is_none() {
            self.console.state.now = (self.clock)();
        }
        if let Some(toast) = &mut self.console.state.toast {
            toast.drawn = true;
        }
        let mut effects = Vec::new();
        for message in messages {
            #[cfg(debug_assertions)]
            if matches!(message, Message::Key(_)) {
                panic_on_demand("key");
            }
            effects.append(&mut update(&mut self.console, message));
        }
        self.console.settle();
        effects.append(&mut self.console.state.outbox);
        effects
    }

    /// Draws one frame.
    ///
    /// # Errors
    /// When the terminal does not answer.
    pub fn draw<B: Backend>(&self, terminal: &mut Terminal<B>) -> Result<(), B::Error> {
        terminal
            .draw(|frame| view(&self.console, frame))
            .map(|_| ())
    }
}

/// How the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Its user left, or there was nothing to go on with.
    Left,
    /// Somebody outside ended it, or took its terminal away.
    Interrupted,
}

/// Runs the console until its user leaves.
///
/// # Errors
/// When there is no terminal, or it does not answer.
pub fn run(launch: Launch) -> color_eyre::Result<Ended> {
    let (messages, inbox) = channel();
    // Before the terminal is taken: from then on it has to be given back, whatever comes.
    listen_to_signals(messages.clone())?;
    let mut screen = Screen::take(launch.config.mouse, launch.panic_is_error)
        .wrap_err("the console can't start")?;
    let size = screen.terminal.size()?;
    let size = (size.width, size.height);
    let (mut runtime, mut worker) = begin(launch, size, &messages);
    runtime.draw(&mut screen.terminal)?;

    listen_to_terminal(messages.clone(), size);
    watch_terminal(messages.clone());
    let mut effects = runtime.turn([]);
    loop {
        for effect in effects {
            match effect {
                Effect::Suspend => {
                    screen.suspend()?;
                    // Back again: what was drawn before is gone.
                    runtime.draw(&mut screen.terminal)?;
                }
                Effect::Copy(text) => Screen::copy(&text)?,
                Effect::Mouse(on) => screen.listen_to_mouse(on)?,
                Effect::Tour(name) => match tour(name, &runtime) {
                    Ok(launch) => {
                        let state = &runtime.console.state;
                        let size = (state.size.0, state.size.1 + state.panel);
                        (runtime, worker) = begin(launch, size, &messages);
                        runtime.draw(&mut screen.terminal)?;
                    }
                    Err(why) => {
                        runtime.console.state.say(why, true);
                        runtime.draw(&mut screen.terminal)?;
                    }
                },
                other => worker(other),
            }
        }
        // What is being saved is saved to its end.
        let state = &runtime.console.state;
        if state.quit && !state.saving {
            break;
        }
        let Ok(first) = inbox.recv() else { break };
        effects = runtime.turn(std::iter::once(first).chain(waiting(&inbox)));
        let drawn = runtime.draw(&mut screen.terminal);
        // A terminal that has gone is nothing to complain about: whoever had it has left.
        if drawn.is_err() && has_gone() {
            runtime.turn([Message::Interrupted]);
        } else if !runtime.console.state.quit {
            drawn?;
        }
    }
    Ok(if runtime.console.state.interrupted {
        Ended::Interrupted
    } else {
        Ended::Left
    })
}

/// A bug to order, for whoever looks at what becomes of the terminal: `DEEDBOX_PANIC` says where.
#[cfg(debug_assertions)]
fn panic_on_demand(place: &str) {
    let asked = std::env::var_os("DEEDBOX_PANIC").is_some_and(|wanted| wanted == place);
    assert!(!asked, "DEEDBOX_PANIC is {place}");
}

/// Has effects carried out.
type Worker = Box<dyn Fn(Effect)>;

/// A console over a store, and the thread that works for it.
fn begin(launch: Launch, size: (u16, u16), messages: &Sender<Message>) -> (Runtime, Worker) {
    let clock = if launch.tour.is_some() {
        sample::clock
    } else {
        Timestamp::now
    };
    let theme = launch.config.theme;
    let (ready, registry) = channel();
    let mut state = match launch.start {
        Start::Open(opens) => {
            open(opens, ready, messages.clone());
            State::opening(launch.demo, theme, size, clock())
        }
        Start::Ready(registry, actor) => {
            let snapshot = registry.snapshot();
            let _ = ready.send(registry);
            State::new(snapshot, actor, launch.demo, theme, size, clock())
        }
    };
    state.read_only = launch.read_only;
    state.mouse = launch.config.mouse;
    state.keymap = Arc::new(launch.config.keymap);
    let opening = state.opening;
    let mut runtime = Runtime::new(state, clock);
    if let Some(walkthrough) = launch.tour {
        Tour::begin(&mut runtime.console, walkthrough);
    }
    if let Some(problem) = &launch.config.problem {
        runtime.console.open(Box::new(Notice::problem(problem)));
    }
    let worker = start_worker(registry, messages.clone());
    if !opening {
        worker(Effect::LoadJournal);
    }
    (runtime, worker)
}

/// What a tour that is chosen in the demo begins with.
fn tour(name: &str, runtime: &Runtime) -> Result<Launch, String> {
    let state = &runtime.console.state;
    let walkthrough = walkthrough::find(name)?;
    let launch = Launch::tour(walkthrough, &state.login.account).map_err(|e| e.to_string())?;
    let config = super::Config {
        theme: state.theme,
        mouse: state.mouse,
        keymap: (*state.keymap).clone(),
        ..super::Config::default()
    };
    Ok(Launch { config, ..launch })
}

/// Opens the store on a thread of its own: its state is for the screen, its registry for the worker.
fn open(open: Open, ready: Sender<Arc<Registry>>, messages: Sender<Message>) {
    thread::spawn(move || {
        let mut actor = None;
        let show = |snapshot, who: &Actor| {
            let _ = messages.send(Message::Opened(snapshot, Box::new(who.clone())));
        };
        open(&mut |step| match step {
            Opened::Shown(snapshot, who) => {
                #[cfg(debug_assertions)]
                panic_on_demand("opening");
                let shown = snapshot.revision();
                show(snapshot, &who);
                actor = Some((who, shown));
            }
            Opened::Reading(done, all) => {
                let _ = messages.send(Message::Reading(done, all));
            }
            Opened::Past(snapshot, at) => {
                let revision = snapshot.revision();
                let _ = messages.send(Message::Past(revision, Some(at), Ok(snapshot)));
            }
            Opened::Ready(registry) => {
                let now = registry.snapshot();
                if let Some((who, shown)) = &actor
                    && now.revision() != *shown
                {
                    show(now, who);
                }
                let _ = ready.send(registry);
            }
            Opened::Failed => {
                let _ = messages.send(Message::Quit);
            }
        });
    });
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
                Event::Mouse(mouse) if means_something(mouse.kind) => Message::Mouse(mouse),
                Event::Resize(columns, rows) => Message::Resize(columns, rows),
                _ => continue,
            };
            if messages.send(message).is_err() {
                return;
            }
        }
        let _ = messages.send(Message::Interrupted);
    });
}

/// Between two looks whether the terminal is still there, once the system has said anything of it.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Whoever closes a terminal sends a signal, but only to what it controls: started in a session of its
/// own, or behind a terminal that forwards nothing, the console would read nothing from it for ever,
/// as fast as it can. The thread that reads can't tell; this one waits for nothing else.
fn watch_terminal(messages: Sender<Message>) {
    thread::spawn(move || {
        let terminal = std::io::stdin();
        while !has_gone() {
            // No event is asked for: a hang-up is told anyway.
            let _ = poll(&mut [PollFd::new(&terminal, PollFlags::empty())], None);
            thread::sleep(LOOK_AGAIN);
        }
        let _ = messages.send(Message::Interrupted);
    });
}

/// Moves and drags say nothing here, and would draw a frame each.
const fn means_something(kind: MouseEventKind) -> bool {
    matches!(
        kind,
        MouseEventKind::Down(_) | MouseEventKind::ScrollUp | MouseEventKind::ScrollDown
    )
}

fn listen_to_signals(messages: Sender<Message>) -> color_eyre::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT])?;
    thread::spawn(move || {
        for _ in signals.forever() {
            if messages.send(Message::Interrupted).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Effects run one after the other on a thread of their own, so the screen never waits for a disk;
/// jobs, which read only what they were given, each on another, so that no commit waits for them.
/// What is ordered before the store takes commits waits until it does.
fn start_worker(registry: Receiver<Arc<Registry>>, messages: Sender<Message>) -> Worker {
    let (effects, orders) = channel::<Effect>();
    let answers = messages.clone();
    thread::spawn(move || {
        let Ok(registry) = registry.recv() else {
            return;
        };
        let news = messages.clone();
        registry.follow(move |snapshot| news.send(Message::Now(snapshot)).is_ok());
        for effect in orders {
            if let Some(message) = carry_out(&registry, effect)
                && messages.send(message).is_err()
            {
                return;
            }
        }
    });
    Box::new(move |effect| {
        if let Effect::Compute(ticket, job) = effect {
            let answers = answers.clone();
            thread::spawn(move || {
                let tell = |message| drop(answers.send(message));
                tell(worker::run(ticket, job, &tell));
            });
        } else {
            let _ = effects.send(effect);
        }
    })
}
