//! What is exported to Cedar means what it meant here: Cedar's own authorizer decides as the core
//! does, in the oracle's random worlds and in small ones made by hand.
//!
//! An ordinary run looks at the first eight hundred worlds; `DEEDBOX_WORLDS=N` looks at N, and
//! `DEEDBOX_SEED=N` begins at another one.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::similar_names,
    reason = "a test that meets what it did not expect should stop there"
)]

// The oracle's worlds; what only its own tests use is left unused here.
#[allow(dead_code)]
#[path = "../oracle/evaluator/mod.rs"]
mod evaluator;
#[allow(dead_code)]
#[path = "../oracle/generate/mod.rs"]
mod generate;
#[allow(dead_code)]
#[path = "../oracle/rng.rs"]
mod rng;
#[allow(dead_code)]
#[path = "../oracle/shrink.rs"]
mod shrink;
#[allow(dead_code)]
#[path = "../oracle/world.rs"]
mod world;

mod authorizer;
mod cases;
mod cli;
mod people;
#[path = "../support/program.rs"]
mod program;
mod worlds;
