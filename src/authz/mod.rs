//! The shared authorization core.
//!
//! One question, three checks: *may anybody do this to the resource now* (restriction), *may this
//! principal ever do it in this environment* (privilege), *may they do it to this resource*
//! (reach). All must pass. [`check`] and [`explain`] walk the same rules with another
//! [`Trace`](decision::Trace), so an explanation can't disagree with the decision.
//!
//! A decision is a pure function of snapshot, request and time: no clock, no I/O, no global state.

pub mod call;
pub mod capabilities;
pub mod compare;
pub mod decide;
pub mod decision;
pub mod effect;
pub mod index;
pub mod lists;
mod naming;
pub mod permission;
pub mod platforms;
pub mod reader;
pub mod remedy;
pub mod request;
pub mod role_gives;
pub mod snapshot;
pub mod who_can;
pub mod wording;

pub use call::explain_call;
pub use capabilities::capabilities;
pub use compare::{Difference, compare};
pub use decide::{Asker, check, explain};
pub use decision::{Check, Evidence, Explanation, Reason, ReasonKey, Verdict};
pub use effect::{Effect, effect};
pub use lists::{ListKind, ListRow, list};
pub use permission::{Permission, PermissionSet};
pub use reader::Reader;
pub use remedy::{Move, Remedies, Remedy, remedies};
pub use request::{ActionId, Request};
pub use role_gives::{RoleGives, role_gives};
pub use snapshot::Snapshot;
pub use who_can::{Holder, who_can};
