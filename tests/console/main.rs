//! The console through its real loop: keys in, screens and journal out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that meets what it did not expect should stop there"
)]

mod access;
mod bulk;
mod dangerous;
mod discards;
mod emptiness;
mod flows;
mod further;
mod gallery;
mod harness;
mod logins;
mod looks;
mod meanwhile;
mod moments;
mod newcomer;
mod not_found;
mod offboard;
mod panes;
mod places;
mod planning;
mod platforms;
mod pointing;
mod policy;
mod proof;
mod properties;
mod refinements;
mod roles;
mod screens;
mod several_shares;
mod together;
mod walkthroughs;
