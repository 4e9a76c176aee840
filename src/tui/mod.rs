//! The console: an Elm-style loop over the registry.
//!
//! `Event → Message → update(&mut Console) → Vec<Effect>`, and `view(&Console)`. Update and view touch
//! no terminal, no clock and no store; an [`Effect`](message::Effect) runs elsewhere and comes back
//! as a [`Message`](message::Message). Tests drive the very same [`runtime::Runtime`] with scripted
//! keys, a fixed clock and a terminal in memory.

mod acts;
pub mod commands;
pub mod config;
pub mod console;
pub mod effects;
pub mod facts;
pub mod keys;
pub mod message;
pub mod parts;
mod perform;
pub mod runtime;
pub mod screen;
pub mod screens;
pub mod state;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod update;
pub mod view;
pub mod walkthrough;
pub mod worker;

use std::sync::Arc;

use crate::authz::Snapshot;
use crate::domain::Timestamp;
use crate::registry::{Actor, Registry};

use config::Config;

pub use runtime::{Ended, run};

/// A step of opening a store.
#[derive(Debug)]
pub enum Opened {
    /// Its state can be shown to whoever signed in.
    Shown(Arc<Snapshot>, Actor),
    /// So many of its records are read, of so many.
    Reading(u64, u64),
    /// Its state at a moment of the past is to be shown first.
    Past(Arc<Snapshot>, Timestamp),
    /// Commits are taken.
    Ready(Arc<Registry>),
    /// It can't be opened; whoever opens it keeps the reason.
    Failed,
}

/// Opens the store on a thread of its own, and tells each step.
pub type Open = Box<dyn FnOnce(&mut dyn FnMut(Opened)) + Send>;

/// Where the console's store comes from.
pub enum Start {
    /// It is opened while the first frame is on the screen.
    Open(Open),
    /// It is there already.
    Ready(Arc<Registry>, Actor),
}

/// What the console starts with.
pub struct Launch {
    /// Its store.
    pub start: Start,
    /// Whether this is the throw-away sample: it says so, and personas can be switched.
    pub demo: bool,
    /// A guided tour to begin with; it brings a sample organization of its own.
    pub tour: Option<walkthrough::Walkthrough>,
    /// Whether nothing may be changed.
    pub read_only: bool,
    /// Looks and keys.
    pub config: Config,
    /// Whether a panic that is under way becomes an error that will be told: then the terminal is
    /// kept.
    pub panic_is_error: fn() -> bool,
}

impl Launch {
    /// The sample organization afresh, in memory, with a guided tour.
    ///
    /// # Errors
    /// When the sample can't be made.
    pub fn tour(walkthrough: walkthrough::Walkthrough, account: &str) -> color_eyre::Result<Self> {
        let now = walkthrough::sample::clock();
        let (registry, actor) = walkthrough::sample::fresh(account, &walkthrough.persona, now)?;
        Ok(Self {
            start: Start::Ready(registry, actor),
            demo: true,
            tour: Some(walkthrough),
            read_only: false,
            config: Config::default(),
            panic_is_error: || false,
        })
    }
}

impl std::fmt::Debug for Launch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Launch")
            .field("demo", &self.demo)
            .finish_non_exhaustive()
    }
}
