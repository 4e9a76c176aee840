//! Work on threads of its own. A panic there ends neither the console nor the screen that waits: it
//! is caught at the thread's edge, and answered with a sentence.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};

use crate::registry::watch::Reached;

use super::message::{Job, Message};
use super::screen::Ticket;

thread_local! {
    /// Whether a panic of this thread is caught by [`caught`].
    static CATCHES: Cell<bool> = const { Cell::new(false) };
    /// Where the last panic that is caught came from.
    static WHERE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does something that must not end the thread.
///
/// # Errors
/// Where it panicked, and with which words, for a report.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let before = CATCHES.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    CATCHES.set(before);
    outcome.map_err(|payload| {
        let place = WHERE.take().map(|at| format!(" at {at}"));
        format!("{}{}", words(&*payload), place.unwrap_or_default())
    })
}

/// Whether a panic that begins on this thread will be caught, so that nothing is printed over the
/// screen; where it began is kept for the sentence that tells of it.
pub(super) fn catches(info: &PanicHookInfo<'_>) -> bool {
    let catches = CATCHES.get();
    if catches {
        WHERE.set(info.location().map(ToString::to_string));
    }
    catches
}

fn words(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "it did not say why".to_owned())
}

/// Runs a job; `tell` hears how far it is.
pub fn run(ticket: Ticket, job: Job, tell: &dyn Fn(Message)) -> Message {
    let hear = |reached: Reached| tell(Message::Reached(ticket, reached));
    match caught(|| (job.0)(&hear)) {
        Ok(answer) => Message::Answered(ticket, answer),
        Err(why) => Message::Failed(ticket, why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_sentence_and_the_thread_goes_on() {
        assert_eq!(caught(|| 1), Ok(1));
        let why = caught(|| -> u8 { panic!("no such {}", "row") });
        assert_eq!(why, Err("no such row".to_owned()));
        let why = caught(|| -> u8 { std::panic::panic_any(7) });
        assert_eq!(why, Err("it did not say why".to_owned()));
        assert!(!CATCHES.get());
    }
}
