//! The console through its real loop: keys in, screens and journal out.

mod flows;
mod harness;
mod properties;
mod screens;
