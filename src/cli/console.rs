//! The console, on the default store or on a throw-away one.

use std::io::IsTerminal as _;
use std::sync::Arc;

use etcetera::BaseStrategy as _;

use crate::domain::{Login, Timestamp};
use crate::interop::document;
use crate::registry::{Actor, Draft, Registry, plan_import};
use crate::tui::config::Config;
use crate::tui::terminal::theme_from_environment;
use crate::tui::{self, Launch};

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
pub fn open(globals: &Globals) -> Outcome {
    require_terminal()?;
    let session = globals.open()?;
    // Questions on the command line are answered while the console is open.
    let _answering = Answering::begin(&globals.directory()?, &session.registry);
    launch(Launch {
        registry: session.registry,
        actor: session.actor,
        demo: false,
        read_only: globals.read_only,
        config: config(),
    })
}

/// The console on a store of its own, gone when it ends.
pub fn demo() -> Outcome {
    require_terminal()?;
    let directory = Temporary::new()?;
    let store = directory.path().join("store");
    let registry = Arc::new(Registry::create(&store)?);
    let actor = fill(&registry)?;
    launch(Launch {
        registry,
        actor,
        demo: true,
        read_only: false,
        config: config(),
    })
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

fn launch(launch: Launch) -> Outcome {
    match tui::run(launch) {
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
