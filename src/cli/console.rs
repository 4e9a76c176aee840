//! The console, on the default store or on a throw-away one.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use etcetera::BaseStrategy as _;

use crate::domain::Timestamp;
use crate::registry::{Opening, Registry};
use crate::tui::config::Config;
use crate::tui::terminal::theme_from_environment;
use crate::tui::walkthrough::{self, sample};
use crate::tui::worker::caught;
use crate::tui::{self, Ended, Launch, Opened, Start};

use super::Outcome;
use super::answering::Answering;
use super::failure::{Failure, exit};
use super::os_account;
use super::session::{Globals, on_behalf, past, patiently};
use super::temporary::Temporary;

/// Between two looks at how far a large store is read.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// The console on a store.
pub fn open(globals: Globals) -> Outcome {
    require_terminal()?;
    let read_only = globals.read_only;
    // Questions on the command line are answered while the console is open.
    let answering: Kept<Answering> = Kept::default();
    let kept = answering.clone();
    launch(read_only, false, move |tell| {
        let directory = globals.directory()?;
        let opening = patiently(&directory, || Opening::begin(&directory))?;
        let shown = opening.snapshot().is_some();
        if let Some(snapshot) = opening.snapshot() {
            tell(Opened::Shown(
                Arc::clone(snapshot),
                globals.actor(snapshot)?,
            ));
        }
        while opening.is_long() && !shown && !opening.is_ready() {
            let (done, all) = opening.progress();
            tell(Opened::Reading(done, all));
            thread::sleep(LOOK_AGAIN);
        }
        let registry = Arc::new(opening.finish()?);
        if !shown {
            let snapshot = registry.snapshot();
            let actor = globals.actor(&snapshot)?;
            tell(Opened::Shown(snapshot, actor));
        }
        if let Some(text) = &globals.as_of {
            let (snapshot, at) = past(&registry, text, Timestamp::now())?;
            tell(Opened::Past(snapshot, at));
        }
        kept.keep(Answering::begin(&directory, &registry));
        tell(Opened::Ready(registry));
        Ok(())
    })
}

/// The console on a store of its own, gone when it ends; in front of it Alice, who administers it, or
/// whom she acts for.
pub fn demo(globals: Globals) -> Outcome {
    require_terminal()?;
    let directory = Temporary::new()?;
    let store = directory.path().join("store");
    launch(globals.read_only, true, move |tell| {
        let registry = Arc::new(Registry::create(&store)?);
        let account = os_account::name();
        let actor = sample::fill(&registry, &account, sample::ALICE, Timestamp::now())
            .map_err(|e| Failure::bug(e.to_string()))?;
        let snapshot = registry.snapshot();
        let actor = match &globals.on_behalf {
            Some(reference) => on_behalf(&snapshot, &actor, reference)?,
            None => actor,
        };
        tell(Opened::Shown(snapshot, actor));
        tell(Opened::Ready(registry));
        Ok(())
    })
}

/// Something that a thread leaves for the one that waits for it.
struct Kept<T>(Arc<Mutex<Option<T>>>);

impl<T> Kept<T> {
    fn keep(&self, value: Option<T>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = value;
    }

    fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// The console with a guided tour, on a store in memory.
pub fn tour(name: &str) -> Outcome {
    let walkthrough = walkthrough::find(name).map_err(Failure::usage)?;
    require_terminal()?;
    let begin = Launch {
        config: config(),
        panic_is_error: crate::store::panics_are_errors,
        ..Launch::tour(walkthrough, &os_account::name()).map_err(|e| Failure::bug(e.to_string()))?
    };
    ended(tui::run(begin))
}

/// The user's file, where there is one: `deedbox/config.yaml` in the configuration directory of the
/// platform. What can't be read is shown, and the defaults hold.
fn config() -> Config {
    let theme = theme_from_environment();
    let plain = Config {
        theme,
        ..Config::default()
    };
    let Ok(base) = etcetera::choose_base_strategy() else {
        return plain;
    };
    let path = base.config_dir().join("deedbox").join("config.yaml");
    let read = match std::fs::read_to_string(&path) {
        Ok(text) => Config::read(&text, &path.display().to_string(), theme),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return plain,
        Err(e) => Err(format!("{}: {e}", path.display())),
    };
    read.unwrap_or_else(|problem| Config {
        problem: Some(problem),
        ..plain
    })
}

/// Opens the console; what keeps the store from being opened is told when the terminal is back.
fn launch(
    read_only: bool,
    demo: bool,
    open: impl FnOnce(&mut dyn FnMut(Opened)) -> Result<(), Failure> + Send + 'static,
) -> Outcome {
    let failed: Kept<Failure> = Kept::default();
    let kept = failed.clone();
    let over = tui::run(Launch {
        start: Start::Open(Box::new(move |tell| {
            // A panic ends only this thread: it is told like any other reason not to go on.
            let opened = caught(|| open(tell)).unwrap_or_else(|why| {
                let why = format!("opening the store ended in a bug of deedbox: {why}");
                Err(Failure::bug(why))
            });
            if let Err(failure) = opened {
                kept.keep(Some(failure));
                tell(Opened::Failed);
            }
        })),
        demo,
        tour: None,
        read_only,
        config: config(),
        panic_is_error: crate::store::panics_are_errors,
    });
    if let Some(failure) = failed.take() {
        return Err(failure);
    }
    ended(over)
}

fn ended(over: color_eyre::Result<Ended>) -> Outcome {
    match over {
        Ok(Ended::Left) => Ok(exit::YES),
        Ok(Ended::Interrupted) => Ok(exit::INTERRUPTED),
        Err(error) => Err(Failure::bug(format!("the console ended: {error}"))),
    }
}

fn require_terminal() -> Result<(), Failure> {
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Failure::usage(
        "the console needs a terminal: run it in one, or see `deedbox --help` for commands that do not",
    ))
}
