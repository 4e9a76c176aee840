//! The program on damaged stores: it says what is wrong, or the store is demonstrably whole. Never a
//! panic, never a hang, never less than there was without a word.
//!
//! `DEEDBOX_DAMAGE=2000` flips that many bits instead of the ordinary number.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that meets what it did not expect should stop there"
)]

mod backups;
mod beside;
mod files;
mod full;
mod repairs;
mod untouched;
mod world;
