//! Who may see, run, edit, share and own machine-learning models, on four platforms.
//!
//! Everything travels one road: an intent is planned (authorized by [`authz`], with the exact
//! change set and its effect on people), committed in one transaction, and applied to the
//! in-memory snapshot that every question is answered from.

#![forbid(unsafe_code)]

pub mod authz;
pub mod cli;
pub mod domain;
pub mod interop;
pub mod registry;
pub mod scenario;
pub mod store;
pub mod tui;
