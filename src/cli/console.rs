//! The console, on the default store or on a throw-away one.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};

use etcetera::BaseStrategy as _;

use crate::domain::{Login, Timestamp};
use crate::interop::document;
use crate::registry::{Actor, Draft, Registry, plan_import};
use crate::tui::config::Config;
use crate::tui::terminal::theme_from_environment;
use crate::tui::{self, Launch, Opened};

use super::Outcome;
use super::answering::Answering;
use super::failure::{Failure, exit};
use super::os_account;
use super::session::{Globals, known_actor};
use super::temporary::Temporary;

/// The sample organization.
const SAMPLE: &str = include_str!("../../assets/acme.yaml");
/// Whom the demo signs in as.
const SAMPLE_USER: &str = "user:alice@acme.test";

/// The console on a store.
pub fn open(globals: Globals) -> Outcome {
    require_terminal()?;
    let read_only = globals.read_only;
    // Questions on the command line are answered while the console is open.
    let answering: Kept<Answering> = Kept::default();
    let kept = answering.clone();
    launch(read_only, false, move |tell| {
        let session = globals.open()?;
        tell(Opened::Shown(session.registry.snapshot(), session.actor));
        if globals.as_of.is_some() {
            tell(Opened::Past(session.snapshot, session.now));
        }
        kept.keep(Answering::begin(&globals.directory()?, &session.registry));
        tell(Opened::Ready(session.registry));
        Ok(())
    })
}

/// The console on a store of its own, gone when it ends.
pub fn demo() -> Outcome {
    require_terminal()?;
    let directory = Temporary::new()?;
    let store = directory.path().join("store");
    launch(false, true, move |tell| {
        let registry = Arc::new(Registry::create(&store)?);
        let actor = fill(&registry)?;
        tell(Opened::Shown(registry.snapshot(), actor));
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

/// Puts the sample organization into an empty store; the account that runs the program signs in
/// as one of its people and administers the store.
fn fill(registry: &Registry) -> Result<Actor, Failure> {
    let now = Timestamp::now();
    let account = os_account::name();
    let founder = Actor::store_administrator(account.clone());
    let mut draft = Draft::new(&registry.snapshot());
    let sample = document::read(SAMPLE, "acme.yaml")?;
    document::apply(&sample, &mut draft)?;
    registry.commit(plan_import(
        draft,
        &founder,
        "the sample organization",
        now,
    )?)?;
    let principal = known_actor(&registry.snapshot(), SAMPLE_USER)?;
    let login = Login {
        user: Some(principal),
        store_administrator: true,
    };
    registry.set_login(&founder, &account, Some(login), now)?;
    Ok(Actor {
        principal: Some(principal),
        ..founder
    })
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
    let ended = tui::run(Launch {
        open: Box::new(move |tell| {
            if let Err(failure) = open(tell) {
                kept.keep(Some(failure));
                tell(Opened::Failed);
            }
        }),
        demo,
        read_only,
        config: config(),
        panic_is_error: crate::store::panics_are_errors,
    });
    if let Some(failure) = failed.take() {
        return Err(failure);
    }
    match ended {
        Ok(()) => Ok(exit::YES),
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
