//! Whoever waits for a plan hears how far it is, and may say that it is not wanted any more. A plan
//! is only data: one that is stopped half-way leaves nothing behind.

use std::fmt;

use super::refusal::{Refusal, RefusalKey};

/// What is being gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The things to be changed, each authorized.
    Changes,
    /// The resources that the change concerns: who gains and loses what, now and at later moments.
    People,
}

/// How far a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// What is being gone through.
    pub stage: Stage,
    /// So many are done.
    pub done: usize,
    /// Of so many; at the next moment that grants begin or end at, counting begins again.
    pub all: usize,
}

/// Hears how far a plan is; `false` stops it.
type Hear<'a> = dyn Fn(Reached) -> bool + 'a;

/// Whoever waits for a plan; nobody by default.
#[derive(Clone, Copy, Default)]
pub struct Watch<'a>(Option<&'a Hear<'a>>);

impl<'a> Watch<'a> {
    /// Somebody who hears how far a plan is, and says whether it should go on.
    pub const fn new(hear: &'a Hear<'a>) -> Self {
        Self(Some(hear))
    }

    /// Tells how far it is; says whether to go on.
    pub(super) fn goes_on(&self, stage: Stage, done: usize, all: usize) -> bool {
        self.0.is_none_or(|hear| hear(Reached { stage, done, all }))
    }

    /// Tells how far it is.
    ///
    /// # Errors
    /// When nobody wants the plan any more.
    pub(super) fn reached(&self, stage: Stage, done: usize, all: usize) -> Result<(), Refusal> {
        if self.goes_on(stage, done, all) {
            return Ok(());
        }
        Err(stopped())
    }
}

/// What a plan that was stopped ends with.
pub(super) fn stopped() -> Refusal {
    Refusal::rule(
        RefusalKey::Stopped,
        "It was stopped before it was worked out; plan it again to see what it does.",
    )
}

impl fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watch").field(&self.0.is_some()).finish()
    }
}
