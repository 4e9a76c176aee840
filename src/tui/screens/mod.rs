//! One screen, one file: its state, its update and its view.

pub mod access_mode;
pub mod detail;
pub mod entry;
pub mod form;
pub mod help;
pub mod journal;
pub mod models;
pub mod notice;
pub mod palette;
pub mod persona;
pub mod reassign;
pub mod share;
