//! Remedies and comparisons: examples on every platform, and random small worlds in which every set
//! of moves is tried.
//!
//! An ordinary run looks at a few hundred worlds; `DEEDBOX_WORLDS=N` looks at N, and
//! `DEEDBOX_SEED=N` begins at another one.

#![allow(
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    clippy::similar_names,
    reason = "a test that meets what it did not expect should stop there; of the worlds' generator not all is used"
)]

#[path = "../oracle/evaluator/mod.rs"]
mod evaluator;
#[path = "../oracle/generate/mod.rs"]
mod generate;
#[path = "../oracle/rng.rs"]
mod rng;
#[path = "../oracle/world.rs"]
mod world;

mod brute;
mod clusters;
mod command;
mod counts;
mod examples;
mod grants;
mod many;
#[path = "../support/program.rs"]
mod program;
mod properties;
mod universe;
