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

use std::sync::Arc;

use crate::registry::{Actor, Registry};

use config::Config;

pub use runtime::run;

/// What the console starts with.
#[derive(Debug)]
pub struct Launch {
    /// The open store.
    pub registry: Arc<Registry>,
    /// Who signed in.
    pub actor: Actor,
    /// Whether this is the throw-away sample: it says so, and personas can be switched.
    pub demo: bool,
    /// Whether nothing may be changed.
    pub read_only: bool,
    /// Looks and keys.
    pub config: Config,
}
