//! Intents, plans, guards, and the open store with its snapshot: what every face talks to.
//!
//! An [`Intent`] is what somebody wants. [`plan()`] authorizes it and yields the exact record
//! changes with their effect on people, or a [`Refusal`]. [`Registry::commit`] makes it last.

pub mod actor;
mod as_intents;
pub mod desk;
pub mod draft;
pub mod findings;
pub mod generate;
pub mod grant_changes;
mod guards;
pub mod history;
pub mod intents;
pub mod nearest;
pub mod offboarding;
pub mod open;
pub mod opening;
pub mod oversight;
pub mod plan;
mod policies;
pub mod recipients;
pub mod refusal;
pub mod remedies;
pub mod role_changes;
pub mod rows;
mod several;
pub mod steps;
pub mod undo;
mod warnings;
pub mod watch;
mod word;

pub use actor::Actor;
pub use draft::Draft;
pub use findings::{Finding, FindingKind, findings};
pub use intents::Intent;
pub use intents::spelling::Texts;
pub use open::{CommitError, Receipt, Registry};
pub use opening::Opening;
pub use plan::{Plan, plan, plan_import, plan_watched};
pub use refusal::{Refusal, RefusalKey};
pub use remedies::{Offer, Offers, Question, remedies};
pub use several::{plan_all, plan_all_watched};
pub use undo::{plan_undo, plan_undo_all, plan_undo_all_watched};
pub use watch::Watch;
